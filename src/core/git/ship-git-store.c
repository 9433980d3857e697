/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-private.h"

/*
 * See the header. Modes are set explicitly everywhere: the sandbox reads the objects as another
 * user through a bind mount, whatever umask we were started with. A pack is moved before its index,
 * because git looks for the index; a commit's objects are all there before any reference names it.
 * Worker threads only.
 */

#define DIRECTORY_MODE 0755
#define OBJECT_MODE    0444

static gboolean
fail (const char *path, GError **error)
{
  int code = errno;

  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_FAILED,
               _ ("Ship's own copy of the repository cannot be written (%s: %s)."),
               path,
               g_strerror (code));
  return FALSE;
}

static gboolean
make_directories (const char *root, GError **error)
{
  static const char *const directories[] = {
    "", "objects", "objects/info", "objects/pack", "refs", "refs/heads", "refs/tags", "info",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autofree char *path = g_build_filename (root, directories[i], NULL);

      if (!ship_git_make_dir (path, DIRECTORY_MODE, error))
        return FALSE;
    }
  return TRUE;
}

/* References are written with fsync: what they name must survive a power cut. */
static gboolean
write_settings (const char *root, GError **error)
{
  static const char config[] =
    "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
    "\tfsyncObjectFiles = true\n\tlogAllRefUpdates = false\n[gc]\n\tauto = 0\n";
  g_autofree char *config_path = g_build_filename (root, "config", NULL);
  g_autofree char *head_path = g_build_filename (root, "HEAD", NULL);
  g_autoptr (GError) local_error = NULL;

  if (g_file_set_contents (config_path, config, -1, &local_error) &&
      g_file_set_contents (head_path, "ref: refs/heads/none\n", -1, &local_error))
    return TRUE;
  g_set_error_literal (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_FAILED, local_error->message);
  return FALSE;
}

gboolean
ship_git_store_ensure (const char *mirror_path, GError **error)
{
  g_autofree char *fresh = g_strconcat (mirror_path, ".new", NULL);

  if (g_file_test (mirror_path, G_FILE_TEST_IS_DIR))
    return TRUE;
  ship_git_remove_tree (fresh);
  if (!make_directories (fresh, error) || !write_settings (fresh, error))
    return FALSE;
  return g_rename (fresh, mirror_path) == 0 || fail (mirror_path, error);
}

char *
ship_git_store_open_quarantine (const char *mirror_path, GError **error)
{
  g_autofree char *path = g_build_filename (mirror_path, "incoming", NULL);
  g_autofree char *objects = g_build_filename (path, "objects", NULL);
  g_autofree char *packs = g_build_filename (objects, "pack", NULL);

  ship_git_remove_tree (path);
  if (!ship_git_make_dir (path, 0700, error) || !ship_git_make_dir (objects, 0700, error) ||
      !ship_git_make_dir (packs, 0700, error))
    return NULL;
  return g_steal_pointer (&path);
}

void
ship_git_store_discard_quarantine (const char *quarantine)
{
  ship_git_remove_tree (quarantine);
}

static gboolean
sync_path (const char *path, GError **error)
{
  int      fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (!ok)
    fail (path, error);
  if (fd >= 0)
    close (fd);
  return ok;
}

static gboolean
move_file (const char *from, const char *to, const char *name, GError **error)
{
  g_autofree char *source = g_build_filename (from, name, NULL);
  g_autofree char *target = g_build_filename (to, name, NULL);

  if (g_chmod (source, OBJECT_MODE) != 0)
    return fail (source, error);
  return sync_path (source, error) && (g_rename (source, target) == 0 || fail (target, error));
}

/* @suffix: only names that end so. */
static gboolean
move_files (const char *from, const char *to, const char *suffix, GError **error)
{
  g_autoptr (GDir) directory = g_dir_open (from, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (g_str_has_suffix (name, suffix))
      g_ptr_array_add (names, g_strdup (name));
  if (names->len == 0)
    return TRUE;
  if (!ship_git_make_dir (to, DIRECTORY_MODE, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    if (!move_file (from, to, names->pdata[i], error))
      return FALSE;
  return sync_path (to, error);
}

static gboolean
is_fan_out (const char *name)
{
  return g_ascii_isxdigit (name[0]) && g_ascii_isxdigit (name[1]) && name[2] == '\0';
}

gboolean
ship_git_store_publish (const char *quarantine, const char *mirror_path, GError **error)
{
  g_autofree char *from = g_build_filename (quarantine, "objects", NULL);
  g_autofree char *to = g_build_filename (mirror_path, "objects", NULL);
  g_autofree char *packs_from = g_build_filename (from, "pack", NULL);
  g_autofree char *packs_to = g_build_filename (to, "pack", NULL);
  g_autoptr (GDir) directory = g_dir_open (from, 0, NULL);
  const char *name;

  if (!move_files (packs_from, packs_to, ".pack", error) ||
      !move_files (packs_from, packs_to, ".idx", error))
    return FALSE;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *loose_from = g_build_filename (from, name, NULL);
      g_autofree char *loose_to = g_build_filename (to, name, NULL);

      if (is_fan_out (name) && !move_files (loose_from, loose_to, "", error))
        return FALSE;
    }
  return sync_path (to, error);
}
