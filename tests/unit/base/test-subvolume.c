/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-subvolume.h"

#include "base/ship-tree-remove.h"
#include "base/ship-tree-size.h"
#include "btrfs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* On a file system of its own, as root where the kernel knows btrfs; elsewhere that it says no. */
typedef struct
{
  char *mounted; /* (owned) (nullable) */
  char *reason;  /* (owned) (nullable) */
  char *other;   /* (owned): a directory that is on no btrfs */
} Place;

static char *
dup_path (const Place *place, const char *name)
{
  return g_build_filename (place->mounted, name, NULL);
}

static void
write_in (const char *directory, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
assert_in (const char *directory, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *content = NULL;

  g_file_get_contents (path, &content, NULL, NULL);
  g_assert_cmpstr (content, ==, text);
}

static gboolean
is_here (const Place *place)
{
  if (place->mounted == NULL)
    g_test_skip (place->reason);
  return place->mounted != NULL;
}

static void
test_copy (gconstpointer data)
{
  const Place     *place = data;
  g_autofree char *source = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!is_here (place))
    return;
  source = dup_path (place, "source");
  copy = dup_path (place, "copy");
  text = g_strnfill (3 << 20, 'x');
  g_assert_true (ship_subvolume_make_thread (source, &error));
  g_assert_no_error (error);
  write_in (source, "a", text);
  g_assert_true (ship_subvolume_copy_thread (source, copy, &error));
  g_assert_no_error (error);
  g_assert_true (ship_subvolume_is_one_thread (copy));

  /* Neither sees what the other does from then on. */
  assert_in (copy, "a", text);
  write_in (copy, "a", "of the copy");
  write_in (source, "b", "of the source");
  assert_in (source, "a", text);
  assert_in (copy, "b", NULL);
  g_assert_cmpuint (ship_tree_size_thread (place->mounted, NULL), >, 3 << 20);

  g_assert_true (ship_tree_remove_thread (source, &error));
  g_assert_no_error (error);
  assert_in (copy, "a", "of the copy");
  g_assert_true (ship_tree_remove_thread (copy, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
}

/* In the middle of what is removed, too. */
static void
test_inside (gconstpointer data)
{
  const Place     *place = data;
  g_autofree char *above = NULL;
  g_autofree char *inner = NULL;
  g_autoptr (GError) error = NULL;

  if (!is_here (place))
    return;
  above = dup_path (place, "above");
  inner = g_build_filename (above, "inner", NULL);
  g_assert_no_errno (g_mkdir (above, 0700));
  g_assert_true (ship_subvolume_make_thread (inner, &error));
  write_in (inner, "a", "one");
  g_assert_true (ship_tree_remove_thread (above, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (above, G_FILE_TEST_EXISTS));
}

static void
test_refused (gconstpointer data)
{
  const Place     *place = data;
  g_autofree char *there = g_build_filename (place->other, "volume", NULL);
  g_autofree char *directory = NULL;
  g_autofree char *copy = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (ship_subvolume_make_thread (there, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_false (ship_subvolume_can_copy_thread (place->other, place->other));
  if (!is_here (place))
    return;

  g_clear_error (&error);
  directory = dup_path (place, "directory");
  copy = dup_path (place, "no-copy");
  g_assert_no_errno (g_mkdir (directory, 0700));
  g_assert_false (ship_subvolume_is_one_thread (directory));
  g_assert_false (ship_subvolume_copy_thread (directory, copy, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (ship_subvolume_make_thread (directory, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_false (ship_subvolume_can_copy_thread (place->mounted, place->other));
  g_assert_true (ship_subvolume_can_copy_thread (place->mounted, directory));
  g_assert_no_errno (g_rmdir (directory)); /* nothing is left of the trial */
}

int
main (int argc, char *argv[])
{
  Place            place = { 0 };
  g_autofree char *directory = g_dir_make_tmp ("subvolume-XXXXXX", NULL);
  int              result;

  place.mounted = btrfs_mount (directory, &place.reason);
  place.other = g_strdup (directory);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/subvolume/copy", &place, test_copy);
  g_test_add_data_func ("/subvolume/inside", &place, test_inside);
  g_test_add_data_func ("/subvolume/refused", &place, test_refused);
  result = g_test_run ();

  if (place.mounted != NULL)
    btrfs_unmount (place.mounted);
  ship_tree_remove_thread (directory, NULL);
  g_free (place.mounted);
  g_free (place.reason);
  g_free (place.other);

  return result;
}
