/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-paths.h"

#include "base/ship-names.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/*
 * Where things are. Immutable after it was made, so any thread may read it; owned by main() and by
 * whoever took a reference.
 */

/* What follows the runtime directory in the longest socket path: "/", the id, "/bus". */
#define SOCKET_TAIL     (1 + 16 + 4)
#define MAX_RUNTIME_DIR (sizeof (((struct sockaddr_un *) 0)->sun_path) - 1 - SOCKET_TAIL)

struct _ShipPaths
{
  gatomicrefcount ref_count;
  char           *data_dir;    /* (owned) */
  char           *cache_dir;   /* (owned) */
  char           *config_dir;  /* (owned) */
  char           *runtime_dir; /* (owned) */
  char           *libexec_dir; /* (owned) */
  char           *asset_dir;   /* (owned) */
};

/* If our program lies in a build tree: the build's src directory. (nullable) */
static char *
find_build_src (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *directory = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *src = directory != NULL ? g_path_get_dirname (directory) : NULL;
  g_autofree char *actor =
    src != NULL ? g_build_filename (src, "actor", "ship-session", NULL) : NULL;

  if (actor == NULL || !g_file_test (actor, G_FILE_TEST_IS_EXECUTABLE))
    return NULL;
  return g_steal_pointer (&src);
}

static char *
dup_environment_dir (const char *name)
{
  const char *value = g_getenv (name);

  return value != NULL && value[0] != '\0' ? g_canonicalize_filename (value, NULL) : NULL;
}

/* A socket's path has room for 107 bytes; a directory too long for that is replaced by a short one
 * that belongs to this user and these sessions alone. */
static char *
shorten_runtime_dir (const char *runtime_dir, const char *data_dir)
{
  g_autofree char *hash = NULL;
  g_autofree char *name = NULL;
  g_autofree char *short_dir = NULL;

  if (strlen (runtime_dir) <= MAX_RUNTIME_DIR)
    return g_strdup (runtime_dir);

  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, data_dir, -1);
  name = g_strdup_printf ("ship-%u-%.16s", (guint) geteuid (), hash);
  short_dir = g_build_filename (g_get_tmp_dir (), name, NULL);
  if (strlen (short_dir) <= MAX_RUNTIME_DIR)
    return g_steal_pointer (&short_dir);
  return g_build_filename ("/tmp", name, NULL);
}

/* Takes the four directories. */
static ShipPaths *
ship_paths_new_full (char *data_dir, char *cache_dir, char *config_dir, char *runtime_dir)
{
  ShipPaths       *self = g_new0 (ShipPaths, 1);
  g_autofree char *long_runtime_dir = runtime_dir;
  g_autofree char *src = find_build_src ();

  g_atomic_ref_count_init (&self->ref_count);
  self->data_dir = data_dir;
  self->cache_dir = cache_dir;
  self->config_dir = config_dir;
  self->runtime_dir = shorten_runtime_dir (long_runtime_dir, data_dir);

  self->libexec_dir = dup_environment_dir ("SHIP_LIBEXEC_DIR");
  if (self->libexec_dir == NULL)
    self->libexec_dir = g_strdup (src != NULL ? src : SHIP_LIBEXECDIR);

  self->asset_dir = dup_environment_dir ("SHIP_DATA_DIR");
  if (self->asset_dir == NULL && src != NULL)
    {
      g_autofree char *build = g_path_get_dirname (src);
      self->asset_dir = g_build_filename (build, "data", NULL);
    }
  if (self->asset_dir == NULL)
    self->asset_dir = g_strdup (SHIP_DATADIR);

  return self;
}

ShipPaths *
ship_paths_new (void)
{
  g_autofree char *data_dir = g_build_filename (g_get_user_data_dir (), "ship", NULL);
  const char      *runtime = g_getenv ("XDG_RUNTIME_DIR");
  char            *runtime_dir;

  /* GLib's own fallback is the cache directory, which others may clear. */
  if (runtime != NULL && g_path_is_absolute (runtime))
    runtime_dir = g_build_filename (g_get_user_runtime_dir (), "ship", NULL);
  else
    runtime_dir = g_build_filename (data_dir, "run", NULL);

  return ship_paths_new_full (g_steal_pointer (&data_dir),
                              g_build_filename (g_get_user_cache_dir (), "ship", NULL),
                              g_build_filename (g_get_user_config_dir (), "ship", NULL),
                              runtime_dir);
}

ShipPaths *
ship_paths_new_for_root (const char *root)
{
  g_autofree char *absolute = NULL;

  g_return_val_if_fail (root != NULL, NULL);

  absolute = g_canonicalize_filename (root, NULL);
  return ship_paths_new_full (g_build_filename (absolute, "data", NULL),
                              g_build_filename (absolute, "cache", NULL),
                              g_build_filename (absolute, "config", NULL),
                              g_build_filename (absolute, "run", NULL));
}

ShipPaths *
ship_paths_ref (ShipPaths *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ship_paths_unref (ShipPaths *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->data_dir);
  g_free (self->cache_dir);
  g_free (self->config_dir);
  g_free (self->runtime_dir);
  g_free (self->libexec_dir);
  g_free (self->asset_dir);
  g_free (self);
}

const char *
ship_paths_get_data_dir (ShipPaths *self)
{
  return self->data_dir;
}

const char *
ship_paths_get_cache_dir (ShipPaths *self)
{
  return self->cache_dir;
}

const char *
ship_paths_get_config_dir (ShipPaths *self)
{
  return self->config_dir;
}

const char *
ship_paths_get_runtime_dir (ShipPaths *self)
{
  return self->runtime_dir;
}

const char *
ship_paths_get_libexec_dir (ShipPaths *self)
{
  return self->libexec_dir;
}

const char *
ship_paths_get_asset_dir (ShipPaths *self)
{
  return self->asset_dir;
}

char *
ship_paths_dup_index_file (ShipPaths *self)
{
  return g_build_filename (self->data_dir, "index.db", NULL);
}

/* An id comes from outside (a command line, the bus) and becomes part of a path, hence the check in
 * each. */
char *
ship_paths_dup_session_dir (ShipPaths *self, const char *session_id)
{
  g_return_val_if_fail (ship_names_is_session_id (session_id), NULL);

  return g_build_filename (self->data_dir, "sessions", session_id, NULL);
}

char *
ship_paths_dup_session_store (ShipPaths *self, const char *session_id)
{
  g_return_val_if_fail (ship_names_is_session_id (session_id), NULL);

  return g_build_filename (self->data_dir, "sessions", session_id, "session.db", NULL);
}

char *
ship_paths_dup_session_lock (ShipPaths *self, const char *session_id)
{
  g_return_val_if_fail (ship_names_is_session_id (session_id), NULL);

  return g_build_filename (self->data_dir, "sessions", session_id, "lock", NULL);
}

char *
ship_paths_dup_session_runtime (ShipPaths *self, const char *session_id)
{
  g_return_val_if_fail (ship_names_is_session_id (session_id), NULL);

  return g_build_filename (self->runtime_dir, session_id, NULL);
}

char *
ship_paths_dup_session_socket (ShipPaths *self, const char *session_id)
{
  g_return_val_if_fail (ship_names_is_session_id (session_id), NULL);

  return g_build_filename (self->runtime_dir, session_id, "bus", NULL);
}

char *
ship_paths_dup_mirror (ShipPaths *self, const char *repository)
{
  g_autofree char *canonical = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *base = NULL;
  g_autofree char *slug = NULL;
  g_autofree char *name = NULL;
  char            *resolved;

  g_return_val_if_fail (repository != NULL, NULL);

  resolved =
    realpath (repository, NULL); /* malloc'ed: one repository by two names has one mirror */
  canonical = resolved != NULL ? g_strdup (resolved) : g_canonicalize_filename (repository, NULL);
  free (resolved);

  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, canonical, -1);
  base = g_path_get_basename (canonical);
  if (g_str_has_suffix (base, ".git"))
    base[strlen (base) - strlen (".git")] = '\0';
  slug = ship_names_slug (base, 40);
  name = g_strdup_printf ("%.16s-%s.git", hash, slug);

  return g_build_filename (self->cache_dir, "mirrors", name, NULL);
}

char *
ship_paths_dup_bases (ShipPaths *self, const char *repository)
{
  g_autofree char *mirror = ship_paths_dup_mirror (self, repository);
  g_autofree char *name = g_path_get_basename (mirror);

  name[strlen (name) - strlen (".git")] = '\0';
  return g_build_filename (self->cache_dir, "bases", name, NULL);
}

char *
ship_paths_dup_program (ShipPaths *self, const char *name)
{
  /* The last ones are where a build tree has them. */
  static const char *const folders[] = { "", "guest", "launch", "egress", "actor", "cli", "app" };

  g_return_val_if_fail (name != NULL && strchr (name, '/') == NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (self->libexec_dir, folders[i], name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
          g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }

  return g_build_filename (self->libexec_dir, name, NULL);
}

char *
ship_paths_dup_opencode (ShipPaths *self)
{
  g_autofree char *path = dup_environment_dir ("SHIP_OPENCODE");

  if (path == NULL)
    path = g_build_filename (self->data_dir,
                             "agents",
                             "opencode-" SHIP_OPENCODE_VERSION,
                             "opencode",
                             NULL);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) || !g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return NULL;

  return g_steal_pointer (&path);
}

static gboolean
set_dir_error (const char *path, int saved_errno, GError **error)
{
  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (saved_errno),
               _ ("The directory “%s” could not be made: %s"),
               path,
               g_strerror (saved_errno));
  return FALSE;
}

static gboolean
refuse_dir (const char *path, GError **error)
{
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_PERMISSION_DENIED,
               _ ("“%s” belongs to someone else or is not a directory. Remove it, then try again."),
               path);
  return FALSE;
}

/* Where anybody may make a name (/tmp), one that exists already counts only if it is ours or the
 * system's. */
static gboolean
check_existing_parent (const char *parent, const char *path, GError **error)
{
  struct stat above;
  struct stat entry;

  if (stat (parent, &above) != 0 || lstat (path, &entry) != 0)
    return set_dir_error (path, errno, error);
  if ((above.st_mode & S_IWOTH) != 0 && entry.st_uid != geteuid () && entry.st_uid != 0)
    return refuse_dir (path, error);

  return TRUE;
}

static gboolean
make_dirs (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  struct stat      info;

  if (g_str_equal (parent, path))
    return TRUE; /* the root */
  if (lstat (path, &info) != 0)
    {
      if (!make_dirs (parent, error))
        return FALSE;
      if (mkdir (path, 0700) == 0)
        return TRUE;
      if (errno != EEXIST)
        return set_dir_error (path, errno, error);
    }
  else if (!make_dirs (parent, error))
    {
      return FALSE;
    }

  return check_existing_parent (parent, path, error);
}

gboolean
ship_paths_make_private_dir (const char *path, GError **error)
{
  g_autofree char *absolute = NULL;
  struct stat      info;

  g_return_val_if_fail (path != NULL, FALSE);

  absolute = g_canonicalize_filename (path, NULL);
  if (!make_dirs (absolute, error))
    return FALSE;
  if (stat (absolute, &info) != 0)
    return set_dir_error (absolute, errno, error);
  if (!S_ISDIR (info.st_mode) || info.st_uid != geteuid ())
    return refuse_dir (absolute, error);
  if ((info.st_mode & 0077) != 0 && chmod (absolute, 0700) != 0)
    return set_dir_error (absolute, errno, error);

  return TRUE;
}
