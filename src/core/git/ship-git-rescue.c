/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-rescue.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-branch-private.h"
#include "git/ship-git-lock-private.h"
#include "git/ship-git-private.h"

/*
 * What a deleted session leaves, so that a delete can be undone: MIRROR/rescue/ID is the note,
 * refs/ship/rescue/ID the commit. The note is written first and goes last; one without the other is
 * finished off by the next list. Worker threads only, each job under the mirror's lock if it
 * writes.
 */

#define GROUP  "rescue"
#define PREFIX "refs/ship/rescue/"
#define DAY_MS (24 * 3600 * (gint64) 1000)
#define MOST   100000

ShipGitRescue *
ship_git_rescue_copy (const ShipGitRescue *self)
{
  ShipGitRescue *copy = g_new0 (ShipGitRescue, 1);

  copy->mirror_path = g_strdup (self->mirror_path);
  copy->id = g_strdup (self->id);
  copy->title = g_strdup (self->title);
  copy->repository = g_strdup (self->repository);
  copy->branch = g_strdup (self->branch);
  copy->base = g_strdup (self->base);
  copy->commit = g_strdup (self->commit);
  copy->deleted_at = self->deleted_at;
  return copy;
}

void
ship_git_rescue_free (ShipGitRescue *self)
{
  g_free (self->mirror_path);
  g_free (self->id);
  g_free (self->title);
  g_free (self->repository);
  g_free (self->branch);
  g_free (self->base);
  g_free (self->commit);
  g_free (self);
}

static char *
dup_note_path (const char *mirror_path, const char *id)
{
  return g_build_filename (mirror_path, "rescue", id, NULL);
}

static gboolean
has_commit (git_repository *repository, const git_oid *id)
{
  git_commit *commit = NULL;
  gboolean    found = git_commit_lookup (&commit, repository, id) == 0;

  git_commit_free (commit);
  git_error_clear ();
  return found;
}

/* --- keep --- */

static gboolean
write_note (const ShipGitRescue *rescue, GError **error)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autofree char *directory = g_build_filename (rescue->mirror_path, "rescue", NULL);
  g_autofree char *path = dup_note_path (rescue->mirror_path, rescue->id);
  g_autoptr (GError) inner = NULL;

  g_key_file_set_string (note, GROUP, "title", rescue->title);
  g_key_file_set_string (note, GROUP, "repository", rescue->repository);
  g_key_file_set_string (note, GROUP, "branch", rescue->branch);
  g_key_file_set_string (note, GROUP, "base", rescue->base);
  g_key_file_set_int64 (note, GROUP, "deleted-at", rescue->deleted_at);
  if (!ship_git_make_dir (directory, 0700, error))
    return FALSE;
  if (g_key_file_save_to_file (note, path, &inner))
    return TRUE;
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_FAILED,
               _ ("The session's commits cannot be kept: %s"),
               inner->message);
  return FALSE;
}

/* A session that died may have committed more than it could note. */
static void
follow_branch (git_repository *mirror, const char *branch, git_oid *commit)
{
  g_autofree char *name = ship_git_dup_branch_ref (branch, NULL);
  git_oid          tip;

  if (name != NULL && git_reference_name_to_id (&tip, mirror, name) == 0 &&
      ship_git_branch_has (mirror, &tip, commit))
    *commit = tip;
  git_error_clear ();
}

static gboolean
keep (const ShipGitRescue *rescue, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = g_strconcat (PREFIX, rescue->id, NULL);
  g_autoptr (ShipGitLock) lock = NULL;
  g_autoptr (git_repository) mirror = NULL;
  git_reference *reference = NULL;
  git_oid        commit;

  if (!g_file_test (rescue->mirror_path, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (!ship_git_parse_id (rescue->commit, &commit, error))
    return FALSE;
  lock = ship_git_lock_acquire_thread (rescue->mirror_path, cancellable, error);
  mirror = lock != NULL ? ship_git_open_mirror (rescue->mirror_path, error) : NULL;
  if (mirror == NULL)
    return FALSE;
  follow_branch (mirror, rescue->branch, &commit);
  if (!has_commit (mirror, &commit) || git_oid_streq (&commit, rescue->base) == 0)
    return TRUE;
  if (!write_note (rescue, error))
    return FALSE;
  if (git_reference_create (&reference, mirror, name, &commit, TRUE, NULL) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The session's commits cannot be kept."));
  git_reference_free (reference);
  return TRUE;
}

static void
keep_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  ship_git_thread_init ();
  if (keep (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_git_rescue_keep_async (const ShipGitRescue *rescue,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_git_rescue_keep_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, ship_git_rescue_copy (rescue), (GDestroyNotify) ship_git_rescue_free);
  g_task_run_in_thread (task, keep_thread);
}

gboolean
ship_git_rescue_keep_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_rescue_keep_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- list --- */

typedef struct
{
  char  *directory; /* (owned) */
  gint64 now_ms;
} Listing;

static void
listing_free (gpointer data)
{
  Listing *self = data;

  g_free (self->directory);
  g_free (self);
}

/* (transfer full) (nullable): a note that is not one is nothing */
static ShipGitRescue *
read_note (const char *mirror_path, const char *id)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autofree char *path = dup_note_path (mirror_path, id);
  g_autoptr (ShipGitRescue) rescue = g_new0 (ShipGitRescue, 1);

  if (!g_key_file_load_from_file (note, path, G_KEY_FILE_NONE, NULL))
    return NULL;
  rescue->mirror_path = g_strdup (mirror_path);
  rescue->id = g_strdup (id);
  rescue->title = g_key_file_get_string (note, GROUP, "title", NULL);
  rescue->repository = g_key_file_get_string (note, GROUP, "repository", NULL);
  rescue->branch = g_key_file_get_string (note, GROUP, "branch", NULL);
  rescue->base = g_key_file_get_string (note, GROUP, "base", NULL);
  rescue->deleted_at = g_key_file_get_int64 (note, GROUP, "deleted-at", NULL);
  return rescue->title != NULL && rescue->repository != NULL && rescue->branch != NULL &&
             rescue->base != NULL
           ? g_steal_pointer (&rescue)
           : NULL;
}

static void
drop (git_repository *mirror, const char *mirror_path, const char *id)
{
  g_autofree char *name = g_strconcat (PREFIX, id, NULL);
  g_autofree char *path = dup_note_path (mirror_path, id);
  g_autoptr (ShipGitLock) lock = ship_git_lock_acquire_thread (mirror_path, NULL, NULL);
  int code = lock != NULL ? git_reference_remove (mirror, name) : -1;

  if (code == 0 || code == GIT_ENOTFOUND)
    g_unlink (path);
  git_error_clear ();
}

static void
add_one (const Listing  *self,
         git_repository *mirror,
         const char     *path,
         const char     *id,
         GPtrArray      *list)
{
  g_autofree char *name = g_strconcat (PREFIX, id, NULL);
  g_autoptr (ShipGitRescue) rescue = read_note (path, id);
  git_oid commit;

  if (rescue != NULL && rescue->deleted_at > self->now_ms - SHIP_GIT_RESCUE_DAYS * DAY_MS &&
      git_reference_name_to_id (&commit, mirror, name) == 0)
    {
      rescue->commit = ship_git_id_to_string (&commit);
      g_ptr_array_add (list, g_steal_pointer (&rescue));
    }
  else
    drop (mirror, path, id);
  git_error_clear ();
}

static void
add_mirror (const Listing *self, const char *path, GPtrArray *list)
{
  g_autofree char *notes = g_build_filename (path, "rescue", NULL);
  g_autoptr (GDir) directory = g_dir_open (notes, 0, NULL);
  g_autoptr (git_repository) mirror = NULL;
  const char *id;

  if (directory == NULL || git_repository_open_bare (&mirror, path) != 0)
    {
      git_error_clear ();
      return;
    }
  while ((id = g_dir_read_name (directory)) != NULL)
    add_one (self, mirror, path, id, list);
}

static int
compare_rescues (gconstpointer a, gconstpointer b)
{
  gint64 first = (*(ShipGitRescue *const *) a)->deleted_at;
  gint64 second = (*(ShipGitRescue *const *) b)->deleted_at;

  return first > second ? -1 : first < second;
}

static void
list_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Listing *self = data;
  g_autoptr (GPtrArray) list =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ship_git_rescue_free);
  g_autoptr (GDir) directory = g_dir_open (self->directory, 0, NULL);
  const char *name;

  ship_git_thread_init ();
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->directory, name, NULL);

      if (g_task_return_error_if_cancelled (task))
        return;
      if (g_str_has_suffix (name, ".git"))
        add_mirror (self, path, list);
    }
  g_ptr_array_sort (list, compare_rescues);
  g_task_return_pointer (task, g_steal_pointer (&list), (GDestroyNotify) g_ptr_array_unref);
}

void
ship_git_rescue_list_async (const char         *mirrors_dir,
                            gint64              now_ms,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Listing *self = g_new0 (Listing, 1);

  self->directory = g_strdup (mirrors_dir);
  self->now_ms = now_ms;
  g_task_set_source_tag (task, ship_git_rescue_list_async);
  g_task_set_task_data (task, self, listing_free);
  g_task_run_in_thread (task, list_thread);
}

GPtrArray *
ship_git_rescue_list_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_rescue_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- count --- */

/* Those of @ids that no reference of @repository leads to. */
static guint
count_unreferenced (git_repository *repository, GArray *ids)
{
  git_revwalk *walk = NULL;
  git_oid      id;
  guint        n = 0;

  if (git_revwalk_new (&walk, repository) == 0)
    {
      for (guint i = 0; i < ids->len; i++)
        git_revwalk_push (walk, &g_array_index (ids, git_oid, i));
      git_revwalk_hide_glob (walk, "refs/heads/*");
      git_revwalk_hide_glob (walk, "refs/tags/*");
      git_revwalk_hide_glob (walk, "refs/remotes/*");
      git_revwalk_hide_head (walk);
      while (n < MOST && git_revwalk_next (&id, walk) == 0)
        n++;
    }
  git_revwalk_free (walk);
  git_error_clear ();
  return n;
}

static gboolean
count (const ShipGitRescue *what, int *n_lost, GError **error)
{
  g_autoptr (git_repository) user = NULL;
  g_autoptr (git_repository) mirror = NULL;
  g_autoptr (GArray) there = g_array_new (FALSE, FALSE, sizeof (git_oid));
  git_revwalk *walk = NULL;
  git_oid      base, id;

  *n_lost = 0;
  if (!g_file_test (what->mirror_path, G_FILE_TEST_IS_DIR))
    return TRUE;
  mirror = ship_git_open_mirror (what->mirror_path, error);
  if (mirror == NULL || !ship_git_parse_id (what->base, &base, error) ||
      !ship_git_parse_id (what->commit, &id, error))
    return FALSE;
  /* Without the user's repository everything is only here. */
  user = ship_git_open_user_repository (what->repository, TRUE, NULL);
  if (git_revwalk_new (&walk, mirror) == 0 && git_revwalk_push (walk, &id) == 0 &&
      git_revwalk_hide (walk, &base) == 0)
    while (*n_lost < MOST && git_revwalk_next (&id, walk) == 0)
      {
        if (user != NULL && has_commit (user, &id))
          g_array_append_val (there, id);
        else
          ++*n_lost;
      }
  git_revwalk_free (walk);
  git_error_clear ();
  if (there->len > 0)
    *n_lost += (int) count_unreferenced (user, there);
  return TRUE;
}

static void
count_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  int n_lost = 0;

  ship_git_thread_init ();
  if (count (data, &n_lost, &error))
    g_task_return_int (task, n_lost);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_git_rescue_count_async (const char         *mirror_path,
                             const char         *repository_path,
                             const char         *base,
                             const char         *commit,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  ShipGitRescue *what = g_new0 (ShipGitRescue, 1);

  what->mirror_path = g_strdup (mirror_path);
  what->repository = g_strdup (repository_path);
  what->base = g_strdup (base);
  what->commit = g_strdup (commit);
  g_task_set_source_tag (task, ship_git_rescue_count_async);
  g_task_set_task_data (task, what, (GDestroyNotify) ship_git_rescue_free);
  g_task_run_in_thread (task, count_thread);
}

int
ship_git_rescue_count_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_rescue_count_async), -1);

  return (int) g_task_propagate_int (G_TASK (result), error);
}
