/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-base.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ship-subvolume.h"
#include "base/ship-tree-remove.h"
#include "base/ship-tree-size.h"
#include "context/ship-use-lock.h"

/*
 * Bases on disk:
 *
 *   DIR/COMMIT.lock    shared by who uses it, held alone by who makes or removes it
 *   DIR/COMMIT.new/    being made; nobody looks
 *   DIR/COMMIT/tree    the files, or what differs from what is below; the sandbox's user's; on
 * btrfs a subvolume DIR/COMMIT/index   git's index, taken out of the sandbox as bytes
 *   DIR/COMMIT/below   the commit below; not there: nothing is below
 *   DIR/COMMIT/boot    the start of the machine in which it was made
 *   DIR/COMMIT/size    what it takes on the disk; not there: nobody has asked yet
 *   DIR/COMMIT/settled it is on the disk, whatever happens
 *
 * A rename makes a base. Its files may reach the disk later than the rename does, so after a power
 * cut one that had not settled does not count.
 */

#define SETTLE_SECONDS 60 /* twice what the kernel waits with writing by itself */
#define KEEP_BASES     6
#define KEEP_SECONDS   (30 * 24 * 3600)
#define BOOT_ID_FILE   "/proc/sys/kernel/random/boot_id"

void
ship_base_free (ShipBase *self)
{
  g_free (self->commit);
  g_free (self->index_file);
  g_strfreev (self->layers);
  g_ptr_array_unref (self->locks);
  g_free (self);
}

char *
ship_base_dup_path (const char *dir, const char *commit)
{
  return g_build_filename (dir, commit, NULL);
}

char *
ship_base_dup_lock_path (const char *dir, const char *commit)
{
  g_autofree char *path = ship_base_dup_path (dir, commit);

  return g_strconcat (path, ".lock", NULL);
}

static gboolean
is_commit (const char *text)
{
  return strlen (text) == 40 && strspn (text, "0123456789abcdef") == 40;
}

static char *
read_line (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  char            *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) : NULL;
}

static char *
dup_boot_id (void)
{
  char *text = NULL;

  return g_file_get_contents (BOOT_ID_FILE, &text, NULL, NULL) ? g_strstrip (text) : g_strdup ("");
}

static gboolean
is_whole (const char *path)
{
  g_autofree char *tree = g_build_filename (path, "tree", NULL);
  g_autofree char *index = g_build_filename (path, "index", NULL);
  g_autofree char *settled = g_build_filename (path, "settled", NULL);
  g_autofree char *boot = NULL;
  g_autofree char *now = NULL;

  if (!g_file_test (tree, G_FILE_TEST_IS_DIR) || !g_file_test (index, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  if (g_file_test (settled, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  boot = read_line (path, "boot");
  now = dup_boot_id ();

  return g_strcmp0 (boot, now) == 0;
}

/* Adds the layer of @commit and those below it. FALSE without an error when one is missing. */
static gboolean
add_layers (ShipBase     *self,
            const char   *dir,
            const char   *commit,
            gboolean      can_wait,
            GCancellable *cancellable,
            GError      **error)
{
  g_autofree char *next = g_strdup (commit);
  guint            n_layers = 0;

  while (next != NULL && is_commit (next) && n_layers < SHIP_BASE_MAX_LAYERS)
    {
      g_autofree char *path = ship_base_dup_path (dir, next);
      g_autofree char *lock_path = ship_base_dup_lock_path (dir, next);
      ShipUseLock     *lock = can_wait ? ship_use_lock_share_thread (lock_path, cancellable, error)
                                       : ship_use_lock_try_share_thread (lock_path);

      if (lock == NULL)
        return FALSE;
      g_ptr_array_add (self->locks, lock);
      if (!is_whole (path))
        return FALSE;
      utimensat (AT_FDCWD, lock_path, NULL, 0); /* when it was last used */
      self->layers[n_layers++] = g_build_filename (path, "tree", NULL);
      g_free (next);
      next = read_line (path, "below");
    }

  return next == NULL;
}

static ShipBase *
open_base (const char   *dir,
           const char   *commit,
           gboolean      can_wait,
           GCancellable *cancellable,
           GError      **error)
{
  g_autoptr (ShipBase) self = g_new0 (ShipBase, 1);
  g_autofree char *path = ship_base_dup_path (dir, commit);

  self->commit = g_strdup (commit);
  self->index_file = g_build_filename (path, "index", NULL);
  self->layers = g_new0 (char *, SHIP_BASE_MAX_LAYERS + 1);
  self->locks = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_use_lock_free);
  if (!g_file_test (dir, G_FILE_TEST_IS_DIR) ||
      !add_layers (self, dir, commit, can_wait, cancellable, error))
    return NULL;

  return g_steal_pointer (&self);
}

ShipBase *
ship_base_open_thread (const char   *dir,
                       const char   *commit,
                       GCancellable *cancellable,
                       GError      **error)
{
  return open_base (dir, commit, TRUE, cancellable, error);
}

ShipBase *
ship_base_try_open_thread (const char *dir, const char *commit)
{
  return open_base (dir, commit, FALSE, NULL, NULL);
}

gboolean
ship_base_is_volume_thread (const ShipBase *self)
{
  return g_strv_length (self->layers) == 1 && ship_subvolume_is_one_thread (self->layers[0]);
}

typedef struct
{
  char  *commit; /* (unowned) */
  gint64 used;
} Listed;

static int
compare_use (gconstpointer a, gconstpointer b)
{
  gint64 first = ((const Listed *) a)->used;
  gint64 second = ((const Listed *) b)->used;

  return first > second ? -1 : first < second;
}

char **
ship_base_list_thread (const char *dir)
{
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Listed));
  g_autoptr (GStrvBuilder) commits = g_strv_builder_new ();
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = ship_base_dup_path (dir, name);
      g_autofree char *lock_path = ship_base_dup_lock_path (dir, name);
      struct stat      status = { 0 };
      Listed           listed;

      if (!is_commit (name) || !is_whole (path))
        continue;
      (void) stat (lock_path, &status);
      listed.commit = g_strdup (name);
      listed.used = status.st_mtim.tv_sec;
      g_array_append_val (found, listed);
    }

  g_array_sort (found, compare_use);
  for (guint i = 0; i < found->len; i++)
    {
      g_autofree char *commit = g_array_index (found, Listed, i).commit;

      g_strv_builder_add (commits, commit);
    }
  return g_strv_builder_end (commits);
}

static gboolean
write_file (const char *dir, const char *name, const char *text, gssize size, GError **error)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  if (!g_file_set_contents (path, text, size, error))
    return FALSE;
  /* What a sandbox sees of it, it sees as another user when we are root. */
  g_chmod (path, 0444);
  return TRUE;
}

gboolean
ship_base_publish_thread (const char *dir,
                          const char *commit,
                          const char *fresh,
                          GBytes     *index,
                          const char *below,
                          GError    **error)
{
  g_autofree char *path = ship_base_dup_path (dir, commit);
  g_autofree char *boot = dup_boot_id ();
  gsize            size;
  const char      *data = g_bytes_get_data (index, &size);

  if (!write_file (fresh, "index", data, (gssize) size, error) ||
      !write_file (fresh, "boot", boot, -1, error) ||
      (below != NULL && !write_file (fresh, "below", below, -1, error)) ||
      !ship_tree_remove_thread (path, error))
    return FALSE;
  if (g_rename (fresh, path) == 0)
    return TRUE;

  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (errno),
               _ ("The base checkout “%s” cannot be kept: %s"),
               path,
               g_strerror (errno));
  return FALSE;
}

/* Soon after it was made nearly all of it would still have to be written, and nobody could end the
 * process that waits for that. */
static gboolean
is_fresh (const char *path)
{
  g_autofree char *boot = g_build_filename (path, "boot", NULL);
  struct stat      status;

  return stat (boot, &status) != 0 ||
         status.st_mtim.tv_sec + SETTLE_SECONDS > g_get_real_time () / G_USEC_PER_SEC;
}

void
ship_base_settle_thread (const char *dir, const char *commit)
{
  g_autofree char *path = ship_base_dup_path (dir, commit);
  g_autofree char *settled = g_build_filename (path, "settled", NULL);
  int              fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0 && !g_file_test (settled, G_FILE_TEST_EXISTS) && !is_fresh (path) && syncfs (fd) == 0)
    write_file (path, "settled", "", 0, NULL);
  if (fd >= 0)
    close (fd);
}

static gboolean
is_below_any (const char *dir, const char *commit, char **commits)
{
  for (guint i = 0; commits[i] != NULL; i++)
    {
      g_autofree char *path = ship_base_dup_path (dir, commits[i]);
      g_autofree char *below = read_line (path, "below");

      if (g_strcmp0 (below, commit) == 0)
        return TRUE;
    }

  return FALSE;
}

gint64
ship_base_get_used_thread (const char *dir, const char *commit)
{
  g_autofree char *lock_path = ship_base_dup_lock_path (dir, commit);
  struct stat      status;

  return stat (lock_path, &status) == 0 ? (gint64) status.st_mtim.tv_sec : 0;
}

guint64
ship_base_measure_thread (const char *dir, const char *commit, GCancellable *cancellable)
{
  g_autofree char *path = ship_base_dup_path (dir, commit);
  g_autofree char *known = read_line (path, "size");
  g_autofree char *text = NULL;
  guint64          size = 0;

  if (known != NULL && g_ascii_string_to_unsigned (known, 10, 0, G_MAXUINT64, &size, NULL))
    return size;

  size = ship_tree_size_thread (path, cancellable);
  text = g_strdup_printf ("%" G_GUINT64_FORMAT "\n", size);
  if (!g_cancellable_is_cancelled (cancellable))
    write_file (path, "size", text, -1, NULL);

  return size;
}

gboolean
ship_base_remove_thread (const char *dir, const char *commit)
{
  g_auto (GStrv) commits = ship_base_list_thread (dir);
  g_autofree char *path = ship_base_dup_path (dir, commit);
  g_autofree char *lock_path = ship_base_dup_lock_path (dir, commit);
  g_autofree char *going = g_strconcat (path, ".new", NULL);
  g_autoptr (ShipUseLock) lock = NULL;

  if (is_below_any (dir, commit, commits))
    return FALSE;
  lock = ship_use_lock_try_seize_thread (lock_path);
  /* By one rename, so that nobody takes what is left of it for whole. */
  if (lock == NULL || !ship_tree_remove_thread (going, NULL) ||
      (g_file_test (path, G_FILE_TEST_EXISTS) && g_rename (path, going) != 0))
    return FALSE;
  ship_tree_remove_thread (going, NULL);
  g_unlink (lock_path);

  return TRUE;
}

/* What is not whole has a lock, or was left behind: a making that was killed, or a start of the
 * machine ago. */
static void
remove_remains (const char *dir)
{
  g_auto (GStrv) whole = ship_base_list_thread (dir);
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *commit = g_strndup (name, 40);

      if (is_commit (commit) && !g_str_has_suffix (name, ".lock") &&
          !g_strv_contains ((const char *const *) whole, commit))
        ship_base_remove_thread (dir, commit);
    }
}

void
ship_base_prune_thread (const char *dir)
{
  g_auto (GStrv) commits = ship_base_list_thread (dir);

  for (guint i = 0; commits[i] != NULL; i++)
    {
      gint64 age =
        g_get_real_time () / G_USEC_PER_SEC - ship_base_get_used_thread (dir, commits[i]);

      if (i >= KEEP_BASES || age > KEEP_SECONDS)
        ship_base_remove_thread (dir, commits[i]);
    }
  remove_remains (dir);
}
