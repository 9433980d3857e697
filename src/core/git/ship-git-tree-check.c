/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-tree-check-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-name-check-private.h"
#include "git/ship-git-private.h"

/*
 * Trees are read from their raw bytes, not through git_tree, so that nothing is normalised away
 * before it is looked at: an entry is "MODE NAME\0" and the 20 bytes of an id. What the parent has
 * at the same place is the user's own and is not judged. Worker threads only.
 */

#define MAX_DEPTH            256
#define MAX_ENTRIES          (2 * 1000 * 1000)
#define MAX_PATH_BYTES       4096
#define MAX_FILE_BYTES       (100 * 1024 * 1024)
#define MAX_GITMODULES_BYTES (1024 * 1024)

typedef struct
{
  git_odb           *odb;         /* (unowned) */
  GCancellable      *cancellable; /* (unowned) (nullable) */
  ShipGitTreeReport *report;      /* (unowned) */
  GString *path; /* (owned by the caller): of the tree that is being read, with "/" at its end */
  guint    n_entries;
  guint    depth;
} Check;

typedef struct
{
  const char           *name;
  guint                 mode;
  git_oid               id;
  const git_tree_entry *old; /* (nullable): what the parent has under this name */
} Entry;

static gboolean
check_tree (Check *check, const git_oid *id, const git_tree *parent, GError **error);

static void
new_file_free (gpointer data)
{
  ShipGitNewFile *self = data;

  g_free (self->path);
  g_free (self);
}

void
ship_git_tree_report_free (ShipGitTreeReport *self)
{
  g_hash_table_unref (self->ids);
  g_ptr_array_unref (self->files);
  g_free (self);
}

static gboolean
refuse (Check *check, const char *name, const char *reason, GError **error)
{
  g_autofree char *path = g_strconcat (check->path->str, name, NULL);
  g_autofree char *shown = ship_git_display_path (path[0] != '\0' ? path : "/");

  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_HOSTILE,
               _ ("What came out of the sandbox was refused: “%s” %s."),
               shown,
               reason);
  return FALSE;
}

static gboolean
check_name (Check *check, const Entry *entry, GError **error)
{
  switch (ship_git_name_check (entry->name))
    {
    case SHIP_GIT_NAME_OK:
      return TRUE;
    case SHIP_GIT_NAME_CONTROL:
      /* The user may have such a file; then its contents may change. */
      return entry->old != NULL ||
             refuse (check, entry->name, _ ("has control characters in its name"), error);
    case SHIP_GIT_NAME_EMPTY:
      return refuse (check, entry->name, _ ("has an entry without a name"), error);
    case SHIP_GIT_NAME_DOTS:
      return refuse (check, entry->name, _ ("would lead out of its folder"), error);
    case SHIP_GIT_NAME_SLASH:
      return refuse (check, entry->name, _ ("has a slash in one name"), error);
    case SHIP_GIT_NAME_DOT_GIT:
      return refuse (check, entry->name, _ ("would be taken for git's own directory"), error);
    }
  g_return_val_if_reached (FALSE);
}

static gboolean
check_object (Check *check, const Entry *entry, git_object_t wanted, gsize *size, GError **error)
{
  git_object_t kind;

  if (git_odb_read_header (size, &kind, check->odb, &entry->id) != 0)
    {
      git_error_clear ();
      return refuse (check, entry->name, _ ("is missing"), error);
    }
  if (kind != wanted)
    return refuse (check, entry->name, _ ("is not what its folder says"), error);
  if (*size > MAX_FILE_BYTES)
    return refuse (check, entry->name, _ ("is larger than 100 MiB"), error);
  return TRUE;
}

static gboolean
check_gitmodules (Check *check, const Entry *entry, gsize size, GError **error)
{
  g_autoptr (git_odb_object) object = NULL;

  if (size > MAX_GITMODULES_BYTES || git_odb_read (&object, check->odb, &entry->id) != 0 ||
      ship_git_name_gitmodules_is_bad (git_odb_object_data (object), size))
    return refuse (check, entry->name, _ ("could make git run a command"), error);
  return TRUE;
}

static gboolean
is_file (const git_tree_entry *entry)
{
  git_filemode_t mode = entry != NULL ? git_tree_entry_filemode (entry) : GIT_FILEMODE_UNREADABLE;

  return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

/* @is_first: the same contents were not met elsewhere */
static gboolean
check_file (Check *check, const Entry *entry, gboolean is_first, GError **error)
{
  ShipGitNewFile *file;
  gsize           size;

  if (!check_object (check, entry, GIT_OBJECT_BLOB, &size, error))
    return FALSE;
  if (ship_git_name_is_gitmodules (entry->name) && !check_gitmodules (check, entry, size, error))
    return FALSE;
  if (!is_first)
    return TRUE;
  file = g_new0 (ShipGitNewFile, 1);
  file->path = g_strconcat (check->path->str, entry->name, NULL);
  file->id = entry->id;
  if (is_file (entry->old))
    file->old_id = *git_tree_entry_id (entry->old);
  g_ptr_array_add (check->report->files, file);
  return TRUE;
}

static gboolean
check_link (Check *check, const Entry *entry, GError **error)
{
  gboolean was_link =
    entry->old != NULL && git_tree_entry_filemode (entry->old) == GIT_FILEMODE_LINK;
  gsize size;

  if (!check_object (check, entry, GIT_OBJECT_BLOB, &size, error))
    return FALSE;
  if (size == 0 || size > MAX_PATH_BYTES)
    return refuse (check, entry->name, _ ("is a link without a sensible target"), error);
  /* Where a link points is the user's content and nothing here follows it. But git reads its own
   * rules through a link, from outside the tree. */
  if (!was_link && ship_git_name_is_special (entry->name))
    return refuse (check, entry->name, _ ("is read by git itself and must not be a link"), error);
  return TRUE;
}

static gboolean
check_directory (Check *check, const Entry *entry, const git_tree *parent, GError **error)
{
  g_autoptr (git_tree) old = NULL;
  gsize    length = check->path->len;
  gsize    size;
  gboolean ok;

  if (!check_object (check, entry, GIT_OBJECT_TREE, &size, error))
    return FALSE;
  if (check->depth >= MAX_DEPTH || length + strlen (entry->name) > MAX_PATH_BYTES)
    return refuse (check, entry->name, _ ("is nested too deeply"), error);
  if (entry->old != NULL && git_tree_entry_type (entry->old) == GIT_OBJECT_TREE &&
      git_tree_lookup (&old, git_tree_owner (parent), git_tree_entry_id (entry->old)) != 0)
    return ship_git_set_error (error, SHIP_GIT_ERROR_FAILED, _ ("The last commit cannot be read."));
  g_string_append_printf (check->path, "%s/", entry->name);
  check->depth++;
  ok = check_tree (check, &entry->id, old, error);
  check->depth--;
  g_string_truncate (check->path, length);
  return ok;
}

static gboolean
check_entry (Check *check, const Entry *entry, const git_tree *parent, GError **error)
{
  gboolean is_first = FALSE;

  if (entry->old != NULL && git_oid_equal (git_tree_entry_id (entry->old), &entry->id) &&
      (guint) git_tree_entry_filemode_raw (entry->old) == entry->mode)
    return TRUE;
  if (++check->n_entries > MAX_ENTRIES)
    return refuse (check, entry->name, _ ("is one entry too many"), error);
  if (!check_name (check, entry, error))
    return FALSE;
  if (entry->mode != GIT_FILEMODE_COMMIT)
    is_first = g_hash_table_add (check->report->ids, g_memdup2 (&entry->id, sizeof entry->id));
  switch (entry->mode)
    {
    case GIT_FILEMODE_BLOB:
    case GIT_FILEMODE_BLOB_EXECUTABLE:
      return check_file (check, entry, is_first, error);
    case GIT_FILEMODE_LINK:
      return check_link (check, entry, error);
    case GIT_FILEMODE_TREE:
      return check_directory (check, entry, parent, error);
    case GIT_FILEMODE_COMMIT:
      return refuse (check, entry->name, _ ("points to another repository"), error);
    default:
      return refuse (check, entry->name, _ ("is of an unknown kind"), error);
    }
}

static gboolean
parse_mode (const char **position, const char *end, guint *mode)
{
  const char *p = *position;

  *mode = 0;
  if (p == end || *p == '0' || *p == ' ')
    return FALSE;
  for (; p < end && *p >= '0' && *p <= '7' && *mode < 0100000; p++)
    *mode = *mode * 8 + (guint) (*p - '0');
  if (p == end || *p != ' ')
    return FALSE;
  *position = p + 1;
  return TRUE;
}

static gboolean
parse_entry (const char **position, const char *end, Entry *entry)
{
  const char *nul;

  if (!parse_mode (position, end, &entry->mode))
    return FALSE;
  nul = memchr (*position, '\0', (gsize) (end - *position));
  if (nul == NULL || end - nul < 1 + GIT_OID_RAWSZ)
    return FALSE;
  entry->name = *position;
  git_oid_fromraw (&entry->id, (const unsigned char *) nul + 1);
  *position = nul + 1 + GIT_OID_RAWSZ;
  return TRUE;
}

/* git's order: a folder's name counts as if it had a slash at its end. Out of order, entries are
 * not found again. */
static gboolean
is_in_order (const Entry *one, const Entry *next)
{
  gsize  one_length = strlen (one->name);
  gsize  next_length = strlen (next->name);
  gsize  length = MIN (one_length, next_length);
  int    order = memcmp (one->name, next->name, length);
  guint8 one_char = (guint8) one->name[length];
  guint8 next_char = (guint8) next->name[length];

  if (one_char == '\0' && one->mode == GIT_FILEMODE_TREE)
    one_char = '/';
  if (next_char == '\0' && next->mode == GIT_FILEMODE_TREE)
    next_char = '/';
  return order < 0 || (order == 0 && one_char < next_char);
}

static gboolean
check_entries (Check *check, const char *data, gsize size, const git_tree *parent, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  const char *position = data;
  const char *end = data + size;
  Entry       last = { 0 };

  while (position < end)
    {
      Entry entry = { 0 };

      if (g_cancellable_set_error_if_cancelled (check->cancellable, error))
        return FALSE;
      if (!parse_entry (&position, end, &entry))
        return refuse (check, "", _ ("is a damaged folder"), error);
      if (!g_hash_table_add (names, (gpointer) entry.name))
        return refuse (check, entry.name, _ ("is there twice"), error);
      if (last.name != NULL && !is_in_order (&last, &entry))
        return refuse (check, entry.name, _ ("is out of order"), error);
      last = entry;
      entry.old = parent != NULL ? git_tree_entry_byname (parent, entry.name) : NULL;
      if (!check_entry (check, &entry, parent, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_tree (Check *check, const git_oid *id, const git_tree *parent, GError **error)
{
  g_autoptr (git_odb_object) object = NULL;

  if (git_odb_read (&object, check->odb, id) != 0 ||
      git_odb_object_type (object) != GIT_OBJECT_TREE)
    {
      git_error_clear ();
      return refuse (check, "", _ ("is not a folder"), error);
    }
  return check_entries (check,
                        git_odb_object_data (object),
                        git_odb_object_size (object),
                        parent,
                        error);
}

ShipGitTreeReport *
ship_git_tree_check_thread (git_odb        *odb,
                            const git_oid  *tree,
                            const git_tree *parent,
                            GCancellable   *cancellable,
                            GError        **error)
{
  g_autoptr (ShipGitTreeReport) report = g_new0 (ShipGitTreeReport, 1);
  g_autoptr (GString) path = g_string_new (NULL);
  Check check = { .odb = odb, .cancellable = cancellable, .report = report, .path = path };

  report->ids = ship_git_new_id_set ();
  report->files = g_ptr_array_new_with_free_func (new_file_free);
  g_hash_table_add (report->ids, g_memdup2 (tree, sizeof *tree));
  if (!check_tree (&check, tree, parent, error))
    return NULL;
  return g_steal_pointer (&report);
}
