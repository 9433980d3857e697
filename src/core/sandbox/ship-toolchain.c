/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/ship-toolchain.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * What may be a tool chain, and what of it a sandbox sees. A directory is shown by what is in it,
 * not as a whole, so that a credential that is written there while the sandbox runs is not in it.
 * Stateless; what touches files is for worker threads, or for a program that has nothing else to
 * do.
 */

#define ENTRIES_MAX 256
#define TEXT_MAX    (64 * 1024)

/* clang-format off */
/* Directories that hold secrets, wherever they are; a last part of a path of several. */
static const char *const secret_dirs[] = {
  ".ssh", ".gnupg", ".pki", ".config", ".aws", ".azure", ".kube", ".docker", ".oci", ".mozilla", ".thunderbird",
  ".password-store", ".terraform.d", ".var/app", ".local/share/keyrings", ".local/share/kwalletd",
  ".local/share/ship", ".local/state",
};

/* What a sandbox has of its own, or must never have. Homes of users may be in some. */
static const struct
{
  const char *path;
  gboolean    may_hold_home;
} own_places[] = {
  { "/usr", FALSE },  { "/bin", FALSE },  { "/sbin", FALSE }, { "/lib", FALSE },  { "/lib32", FALSE },
  { "/lib64", FALSE }, { "/etc", FALSE },  { "/proc", FALSE }, { "/sys", FALSE },  { "/dev", FALSE },
  { "/run", FALSE },  { "/var", TRUE },   { "/tmp", FALSE },  { "/boot", FALSE }, { "/work", FALSE },
  { "/home/agent", TRUE }, { "/opt/agent", FALSE },
};

/* Files with credentials, by the beginning of their name and by the end. */
static const char *const secret_names[] = {
  "credentials", ".credentials", ".npmrc", ".yarnrc", ".netrc", "_netrc", ".git-credentials", ".pypirc", ".env",
  "auth.json", "token", "id_rsa", "id_ed25519", "id_ecdsa", "settings-security.xml", "secrets",
};
static const char *const secret_ends[] = { ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx" };

/* Small texts that may hold one, and the words that give it away. */
static const char *const text_ends[] = { ".toml", ".json", ".ini", ".cfg", ".conf", ".properties", ".xml", ".yml",
                                         ".yaml", "rc" };
static const char *const secret_words[] = { "token", "password", "passwd", "secret", "_auth", "credential", "api_key",
                                            "apikey", "api-key" };

static const struct
{
  const char *name;
  const char *variable;
} variables[] = {
  { ".rustup", "RUSTUP_HOME" }, { ".nvm", "NVM_DIR" },      { ".pyenv", "PYENV_ROOT" },   { ".rbenv", "RBENV_ROOT" },
  { ".volta", "VOLTA_HOME" },   { ".sdkman", "SDKMAN_DIR" }, { ".ghcup", "GHCUP_INSTALL_BASE_PREFIX" },
};
/* clang-format on */

void
ship_toolchain_free (ShipToolchain *self)
{
  g_free (self->path);
  g_free (self->source);
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->links);
  g_ptr_array_unref (self->programs);
  g_free (self->variable);
  g_free (self);
}

static gboolean
is_below (const char *path, const char *tree)
{
  gsize size = strlen (tree);

  return strncmp (path, tree, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error,
                     g_error_new_valist (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, format, args));
  va_end (args);
  return FALSE;
}

static gboolean
overlaps (const char *path, const char *other)
{
  return is_below (path, other) || is_below (other, path);
}

static gboolean
holds_secrets (const char *path, const char *home)
{
  for (gsize i = 0; i < G_N_ELEMENTS (secret_dirs); i++)
    {
      g_autofree char *at_home = g_build_filename (home, secret_dirs[i], NULL);
      g_autofree char *anywhere = g_strconcat ("/", secret_dirs[i], "/", NULL);
      g_autofree char *closed = g_strconcat (path, "/", NULL);

      if (overlaps (path, at_home) || strstr (closed, anywhere) != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_place (const char *entry,
             const char *path,
             const char *home,
             ShipPaths  *paths,
             GError    **error)
{
  const char *const ours[] = { ship_paths_get_data_dir (paths),
                               ship_paths_get_cache_dir (paths),
                               ship_paths_get_config_dir (paths),
                               ship_paths_get_runtime_dir (paths) };

  if (is_below (home, path) || g_str_equal (path, "/"))
    return refuse (error, _ ("“%s” is more than a tool chain: your home is in it"), entry);
  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    if (overlaps (path, ours[i]))
      return refuse (error, _ ("“%s” belongs to Ship itself"), entry);
  if (holds_secrets (path, home))
    return refuse (error, _ ("“%s” may hold secrets and is not shown to sandboxes"), entry);
  for (gsize i = 0; i < G_N_ELEMENTS (own_places); i++)
    if (overlaps (path, own_places[i].path) &&
        !(own_places[i].may_hold_home && is_below (path, home) &&
          is_below (path, own_places[i].path)))
      return refuse (error, _ ("“%s” is a place that sandboxes have of their own"), entry);

  return TRUE;
}

/* Returns: (transfer full) (nullable): without links; the sentence if it cannot be had */
static char *
resolve (const char *entry, const char *path, GError **error)
{
  int              fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  int              saved = errno;
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  char            *source = NULL;

  if (fd >= 0)
    {
      source = g_file_read_link (link, NULL);
      close (fd);
    }
  if (source != NULL && access (source, R_OK | X_OK) != 0)
    {
      saved = errno;
      g_clear_pointer (&source, g_free);
    }
  if (source == NULL && saved == ENOTDIR)
    refuse (error, _ ("“%s” is not a directory"), entry);
  else if (source == NULL)
    refuse (error, _ ("The tool chain “%s” cannot be read: %s"), entry, g_strerror (saved));

  return source;
}

static gboolean
has_end (const char *name, const char *const *ends, gsize n_ends)
{
  for (gsize i = 0; i < n_ends; i++)
    if (g_str_has_suffix (name, ends[i]))
      return TRUE;
  return FALSE;
}

/* A word that is given a value. What cannot be read is taken for the worst. */
static gboolean
gives_itself_away (const char *path, goffset size)
{
  g_autofree char *text = NULL;
  g_autofree char *small = NULL;

  if (size > TEXT_MAX || !g_file_get_contents (path, &text, NULL, NULL))
    return TRUE;
  small = g_ascii_strdown (text, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (secret_words); i++)
    if (strstr (small, secret_words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
is_secret (const char *path, const char *name, const struct stat *status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (secret_names); i++)
    if (g_str_has_prefix (name, secret_names[i]))
      return TRUE;
  if (!S_ISREG (status->st_mode))
    return FALSE;

  return has_end (name, secret_ends, G_N_ELEMENTS (secret_ends)) ||
         (has_end (name, text_ends, G_N_ELEMENTS (text_ends)) &&
          gives_itself_away (path, status->st_size));
}

static void
add_entry (ShipToolchain *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->source, name, NULL);
  struct stat      status;

  if (lstat (path, &status) != 0 || is_secret (path, name, &status))
    return;
  if (S_ISDIR (status.st_mode) || S_ISREG (status.st_mode))
    g_ptr_array_add (self->entries, g_strdup (name));
  if (S_ISLNK (status.st_mode))
    {
      /* A link inside, too, where what it leads to may not be there. */
      char *target = g_file_read_link (path, NULL);

      if (target == NULL)
        return;
      g_ptr_array_add (self->links, g_strdup (name));
      g_ptr_array_add (self->links, target);
    }
}

static gboolean
list_entries (ShipToolchain *self, const char *entry, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (self->source, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (self->entries->len + self->links->len >= ENTRIES_MAX)
        return refuse (error, _ ("There is too much in “%s” for a tool chain"), entry);
      add_entry (self, name);
    }
  return TRUE;
}

static void
add_programs (ShipToolchain *self, const char *directory)
{
  g_autofree char *there = g_build_filename (self->source, directory, NULL);

  if (g_file_test (there, G_FILE_TEST_IS_DIR))
    g_ptr_array_add (self->programs, g_build_filename (self->path, directory, NULL));
}

/* "20" and "v20" mean 20.1.0 as well; a name, as "lts/iron", any. */
static gboolean
is_version (const char *name, const char *wanted)
{
  g_autofree char *number = g_strconcat (name[0] == 'v' ? name + 1 : name, ".", NULL);
  g_autofree char *start = g_strconcat (wanted[0] == 'v' ? wanted + 1 : wanted, ".", NULL);

  return !g_ascii_isdigit (start[0]) || g_str_has_prefix (number, start);
}

/* Of nvm: the newest version that its default means. */
static void
add_node (ShipToolchain *self)
{
  g_autofree char *versions = g_build_filename (self->source, "versions", "node", NULL);
  g_autofree char *alias = g_build_filename (self->source, "alias", "default", NULL);
  g_autofree char *wanted = NULL;
  g_autofree char *best = NULL;
  g_autoptr (GDir) dir = g_dir_open (versions, 0, NULL);
  const char *name;

  if (!g_file_get_contents (alias, &wanted, NULL, NULL))
    wanted = g_strdup ("");
  g_strstrip (wanted);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_version (name, wanted) && (best == NULL || strverscmp (name, best) > 0))
      {
        g_free (best);
        best = g_strdup (name);
      }
  if (best != NULL)
    g_ptr_array_add (self->programs,
                     g_build_filename (self->path, "versions", "node", best, "bin", NULL));
}

static void
add_tools (ShipToolchain *self)
{
  g_autofree char *name = g_path_get_basename (self->path);

  add_node (self);
  add_programs (self, "bin");
  add_programs (self, "shims");
  if (g_str_equal (name, "bin"))
    g_ptr_array_add (self->programs, g_strdup (self->path));
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    if (g_str_equal (name, variables[i].name))
      self->variable = g_strconcat (variables[i].variable, "=", self->path, NULL);
}

ShipToolchain *
ship_toolchain_open (const char *entry, const char *home, ShipPaths *paths, GError **error)
{
  g_autofree char *given = NULL;
  g_autofree char *path = NULL;
  g_autofree char *source = NULL;
  g_autoptr (ShipToolchain) self = NULL;

  if (entry[0] != '/' && !g_str_has_prefix (entry, "~/"))
    {
      refuse (error, _ ("Write the tool chain “%s” as a path that begins with / or ~/"), entry);
      return NULL;
    }
  given = entry[0] == '~' ? g_build_filename (home, entry + 2, NULL) : g_strdup (entry);
  path = g_canonicalize_filename (given, "/");
  if (!check_place (entry, path, home, paths, error))
    return NULL;
  source = resolve (entry, path, error);
  if (source == NULL || !check_place (entry, source, home, paths, error))
    return NULL;

  self = g_new0 (ShipToolchain, 1);
  self->path = g_steal_pointer (&path);
  self->source = g_steal_pointer (&source);
  self->entries = g_ptr_array_new_with_free_func (g_free);
  self->links = g_ptr_array_new_with_free_func (g_free);
  self->programs = g_ptr_array_new_with_free_func (g_free);
  if (!list_entries (self, entry, error))
    return NULL;
  add_tools (self);

  return g_steal_pointer (&self);
}

static gboolean
is_covered (GPtrArray *toolchains, const char *path)
{
  for (guint i = 0; i < toolchains->len; i++)
    {
      ShipToolchain *other = g_ptr_array_index (toolchains, i);

      if (overlaps (path, other->path))
        return TRUE;
    }
  return FALSE;
}

GPtrArray *
ship_toolchain_open_all (const char *const *entries,
                         const char        *home,
                         ShipPaths         *paths,
                         GPtrArray         *complaints)
{
  GPtrArray *toolchains = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_toolchain_free);

  for (; *entries != NULL; entries++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ShipToolchain) toolchain = ship_toolchain_open (*entries, home, paths, &error);

      if (toolchain != NULL && is_covered (toolchains, toolchain->path))
        refuse (&error, _ ("The tool chain “%s” lies in another one, or around it"), *entries);
      else if (toolchain != NULL && toolchains->len >= SHIP_TOOLCHAINS_MAX)
        refuse (&error, _ ("There are too many tool chains: “%s” is left out"), *entries);
      if (error != NULL)
        g_ptr_array_add (complaints, g_strdup (error->message));
      else
        g_ptr_array_add (toolchains, g_steal_pointer (&toolchain));
    }
  return toolchains;
}

char **
ship_toolchain_add_environment (GPtrArray *toolchains, const char *const *environment)
{
  char **result = g_strdupv ((char **) environment);
  g_autoptr (GString) path = g_string_new (NULL);

  for (guint i = 0; i < toolchains->len; i++)
    {
      ShipToolchain *toolchain = g_ptr_array_index (toolchains, i);

      for (guint k = 0; k < toolchain->programs->len; k++)
        g_string_append_printf (path,
                                "%s:",
                                (const char *) g_ptr_array_index (toolchain->programs, k));
      if (toolchain->variable != NULL)
        {
          g_auto (GStrv) parts = g_strsplit (toolchain->variable, "=", 2);

          result = g_environ_setenv (result, parts[0], parts[1], TRUE);
        }
    }
  g_string_append (path, g_environ_getenv (result, "PATH"));

  return g_environ_setenv (result, "PATH", path->str, TRUE);
}
