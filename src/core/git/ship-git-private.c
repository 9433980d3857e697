/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-private.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git/ship-git-autocleanups.h"

/*
 * What the workers of git/ share: initialisation, errors, opening, references. Worker threads only.
 */

#define MAX_DISPLAY_CHARS 300

void
ship_git_thread_init (void)
{
  static gsize initialised = 0;

  if (g_once_init_enter (&initialised))
    {
      git_libgit2_init ();
      g_once_init_leave (&initialised, 1);
    }
}

gboolean
ship_git_set_error (GError **error, ShipGitError code, const char *format, ...)
{
  const git_error *last = git_error_last ();
  g_autofree char *sentence = NULL;
  g_autofree char *detail = NULL;
  va_list          args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  if (last != NULL && last->message != NULL)
    detail = ship_git_display_path (last->message);
  if (detail != NULL)
    g_set_error (error, SHIP_GIT_ERROR, code, "%s (%s)", sentence, detail);
  else
    g_set_error_literal (error, SHIP_GIT_ERROR, code, sentence);
  git_error_clear ();
  return FALSE;
}

gboolean
ship_git_parse_id (const char *hex, git_oid *id, GError **error)
{
  gboolean valid = strlen (hex) == GIT_OID_HEXSZ;

  for (const char *p = hex; valid && *p != '\0'; p++)
    valid = g_ascii_isdigit (*p) || (*p >= 'a' && *p <= 'f');
  if (valid && git_oid_fromstr (id, hex) == 0)
    return TRUE;
  g_set_error_literal (error,
                       SHIP_GIT_ERROR,
                       SHIP_GIT_ERROR_NOT_FOUND,
                       _ ("An object's id is not 40 hexadecimal digits."));
  return FALSE;
}

char *
ship_git_id_to_string (const git_oid *id)
{
  char text[GIT_OID_HEXSZ + 1];

  return g_strdup (git_oid_tostr (text, sizeof text, id));
}

static guint
id_hash (gconstpointer data)
{
  guint hash;

  memcpy (&hash, data, sizeof hash);
  return hash;
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  return git_oid_equal (a, b);
}

GHashTable *
ship_git_new_id_set (void)
{
  return g_hash_table_new_full (id_hash, id_equal, g_free, NULL);
}

char *
ship_git_display_path (const char *path)
{
  g_autofree char *valid = g_utf8_make_valid (path, strnlen (path, 4 * MAX_DISPLAY_CHARS));
  GString         *text = g_string_new (NULL);
  guint            n_chars = 0;

  for (const char *p = valid; *p != '\0' && n_chars < MAX_DISPLAY_CHARS;
       p = g_utf8_next_char (p), n_chars++)
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (text, g_unichar_isprint (c) ? c : 0xfffd);
    }
  if (n_chars == MAX_DISPLAY_CHARS)
    g_string_append (text, "…");
  return g_string_free (text, FALSE);
}

/* libgit2 1.5 answers with an odd "config value 'safe.directory' was not found" when there is none
 * set. */
static gboolean
is_owner_refusal (int code)
{
  const git_error *last = git_error_last ();

  if (code == GIT_EOWNER)
    return TRUE;
  return code == GIT_ENOTFOUND && last != NULL && last->message != NULL &&
         strstr (last->message, "safe.directory") != NULL;
}

/* git's setting wants the repository's root, whatever folder in it was named. */
static void
set_owner_error (const char *path, GError **error)
{
  g_auto (git_buf) found = { 0 };
  g_autofree char *root = NULL;
  g_autofree char *quoted = NULL;
  g_autofree char *shown = NULL;

  if (git_repository_discover (&found, path, FALSE, NULL) == 0)
    root = g_canonicalize_filename (found.ptr, NULL);
  else
    root = g_canonicalize_filename (path, NULL);
  git_error_clear ();
  if (g_str_has_suffix (root, "/.git"))
    root[strlen (root) - strlen ("/.git")] = '\0';
  shown = ship_git_display_path (root);
  quoted = g_shell_quote (shown);
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_NOT_OWNED,
               _ ("The repository at “%s” belongs to another user. If you trust it, run: "
                  "git config --global --add safe.directory %s"),
               shown,
               quoted);
}

static gboolean
check_folder (const char *path, const char *shown, GError **error)
{
  struct stat info;

  if (stat (path, &info) == 0 && S_ISDIR (info.st_mode) && access (path, R_OK | X_OK) == 0)
    return TRUE;
  if (errno == EACCES)
    g_set_error (error,
                 SHIP_GIT_ERROR,
                 SHIP_GIT_ERROR_FAILED,
                 _ ("The folder “%s” may not be read: permission denied."),
                 shown);
  else if (stat (path, &info) == 0)
    g_set_error (error,
                 SHIP_GIT_ERROR,
                 SHIP_GIT_ERROR_NOT_A_REPOSITORY,
                 _ ("“%s” is a file: name the repository's folder."),
                 shown);
  else
    g_set_error (error,
                 SHIP_GIT_ERROR,
                 SHIP_GIT_ERROR_NOT_FOUND,
                 _ ("There is no folder “%s”."),
                 shown);
  return FALSE;
}

/* libgit2 1.5 only says that there is an extension it does not know. */
static gboolean
is_sha256 (const char *path)
{
  g_auto (git_buf) found = { 0 };
  g_autoptr (git_config) config = NULL;
  g_autofree char *file = NULL;
  const char      *format = NULL;
  gboolean         is_so = FALSE;

  if (git_repository_discover (&found, path, FALSE, NULL) == 0)
    file = g_build_filename (found.ptr, "config", NULL);
  if (file != NULL && git_config_open_ondisk (&config, file) == 0)
    {
      g_autoptr (git_config) snapshot = NULL;

      is_so = git_config_snapshot (&snapshot, config) == 0 &&
              git_config_get_string (&format, snapshot, "extensions.objectformat") == 0 &&
              g_ascii_strcasecmp (format, "sha256") == 0;
    }
  return is_so;
}

git_repository *
ship_git_open_user_repository (const char *path, gboolean search, GError **error)
{
  g_autoptr (git_repository) repository = NULL;
  g_autofree char *shown = ship_git_display_path (path);
  int              flags = search ? 0 : GIT_REPOSITORY_OPEN_NO_SEARCH;
  int              code;

  if (!check_folder (path, shown, error))
    return NULL;
  code = git_repository_open_ext (&repository, path, flags, NULL);
  if (code == 0)
    return g_steal_pointer (&repository);
  if (is_owner_refusal (code))
    set_owner_error (path, error);
  else if (code == GIT_ENOTFOUND)
    {
      git_error_clear ();
      g_set_error (error,
                   SHIP_GIT_ERROR,
                   SHIP_GIT_ERROR_NOT_A_REPOSITORY,
                   _ ("The folder “%s” is not in a git repository."),
                   shown);
    }
  else if (is_sha256 (path))
    {
      git_error_clear ();
      g_set_error (error,
                   SHIP_GIT_ERROR,
                   SHIP_GIT_ERROR_FAILED,
                   _ ("The repository at “%s” names its objects by SHA-256, which Ship cannot "
                      "read. Use one with SHA-1."),
                   shown);
    }
  else
    ship_git_set_error (error,
                        SHIP_GIT_ERROR_FAILED,
                        _ ("The repository at “%s” cannot be read."),
                        shown);
  return NULL;
}

git_repository *
ship_git_open_mirror (const char *mirror_path, GError **error)
{
  git_repository *repository = NULL;

  if (git_repository_open_bare (&repository, mirror_path) == 0)
    return repository;
  ship_git_set_error (error,
                      SHIP_GIT_ERROR_FAILED,
                      _ ("Ship's own copy of the repository cannot be read."));
  return NULL;
}

GArray *
ship_git_list_tips (git_repository *repository, GError **error)
{
  g_autoptr (git_reference_iterator) iterator = NULL;
  g_autoptr (GArray) tips = g_array_new (FALSE, FALSE, sizeof (git_oid));
  git_reference *reference = NULL;

  if (git_reference_iterator_new (&iterator, repository) != 0)
    {
      ship_git_set_error (error,
                          SHIP_GIT_ERROR_FAILED,
                          _ ("The repository's branches cannot be read."));
      return NULL;
    }
  while (git_reference_next (&reference, iterator) == 0)
    {
      git_object *object = NULL;

      /* What cannot be peeled is broken or no commit: it helps nobody to find what is there
       * already. */
      if (git_reference_peel (&object, reference, GIT_OBJECT_COMMIT) == 0)
        g_array_append_vals (tips, git_object_id (object), 1);
      git_object_free (object);
      git_reference_free (reference);
    }
  git_error_clear ();
  return g_steal_pointer (&tips);
}

char *
ship_git_dup_branch_ref (const char *branch, GError **error)
{
  g_autofree char *name = g_strconcat ("refs/heads/", branch, NULL);
  int              valid = 0;

  if (branch[0] != '-' && g_strcmp0 (branch, "HEAD") != 0 &&
      git_reference_name_is_valid (&valid, name) == 0 && valid)
    return g_steal_pointer (&name);
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_FAILED,
               _ ("“%s” cannot be the name of a branch."),
               branch);
  return NULL;
}

static int
remove_cb (const char *path, const struct stat *info, int kind, struct FTW *position)
{
  remove (path);
  return 0;
}

void
ship_git_remove_tree (const char *path)
{
  nftw (path, remove_cb, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* The mode is set after the fact because the umask must not decide what a sandbox can read. */
gboolean
ship_git_make_dir (const char *path, int mode, GError **error)
{
  if ((g_mkdir (path, mode) == 0 || errno == EEXIST) && g_chmod (path, mode) == 0)
    return TRUE;
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_FAILED,
               _ ("The folder “%s” cannot be made: %s."),
               path,
               g_strerror (errno));
  return FALSE;
}
