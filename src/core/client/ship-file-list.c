/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-file-list.h"

#include "client/ship-transcript.h"
#include "git/ship-git-files.h"
#include "git/ship-git-repository.h"

#include <string.h>

/*
 * Paths and what somebody types of them. Main thread; reading is on others.
 *
 *   load_async            -> read_cb ------> list -> listed_cb -> (return)
 *   load_repository_async -> inspected_cb -> list
 */

#define MAX_PATTERN 256

struct _ShipFileList
{
  GStrv paths; /* (owned) */
};

ShipFileList *
ship_file_list_new (GStrv paths)
{
  ShipFileList *self = g_atomic_rc_box_new0 (ShipFileList);

  self->paths = paths;

  return self;
}

ShipFileList *
ship_file_list_ref (ShipFileList *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  g_strfreev (((ShipFileList *) data)->paths);
}

void
ship_file_list_unref (ShipFileList *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  GStrv   paths = ship_git_list_files_finish (result, &error);

  if (paths == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, ship_file_list_new (paths), (GDestroyNotify) ship_file_list_unref);
}

/* @task: (transfer full) */
static void
list (GTask *task, const char *repository, const char *commit)
{
  g_autofree char *mirror = ship_paths_dup_mirror (g_task_get_task_data (task), repository);

  ship_git_list_files_async (mirror,
                             repository,
                             commit,
                             g_task_get_cancellable (task),
                             listed_cb,
                             task);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  g_autoptr (ShipSessionSnapshot) snapshot = ship_session_snapshot_load_finish (result, &error);

  if (snapshot == NULL)
    g_task_return_error (task, error);
  else
    list (g_steal_pointer (&task), snapshot->session->repository, snapshot->session->head_commit);
}

static void
inspected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  g_autoptr (ShipGitRepositoryInfo) info = ship_git_repository_inspect_finish (result, &error);

  if (info == NULL)
    g_task_return_error (task, error);
  else
    list (g_steal_pointer (&task), info->path, info->commit);
}

static GTask *
new_task (ShipPaths          *paths,
          GCancellable       *cancellable,
          GAsyncReadyCallback callback,
          gpointer            user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_file_list_load_async);
  g_task_set_task_data (task, ship_paths_ref (paths), (GDestroyNotify) ship_paths_unref);

  return task;
}

void
ship_file_list_load_async (ShipPaths          *paths,
                           const char         *session_id,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  GTask *task = new_task (paths, cancellable, callback, user_data);

  ship_session_snapshot_load_async (paths, session_id, cancellable, read_cb, task);
}

void
ship_file_list_load_repository_async (ShipPaths          *paths,
                                      const char         *repository,
                                      const char         *branch,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data)
{
  GTask *task = new_task (paths, cancellable, callback, user_data);

  ship_git_repository_inspect_async (repository, branch, cancellable, inspected_cb, task);
}

ShipFileList *
ship_file_list_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_file_list_load_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- matching --- */

static gboolean
is_word_start (const char *path, const char *at)
{
  return at == path || strchr ("/_-. ", at[-1]) != NULL ||
         (g_ascii_isupper (*at) && g_ascii_islower (at[-1]));
}

static gboolean
is_same (char a, char b, gboolean is_exact)
{
  return is_exact ? a == b : g_ascii_tolower (a) == g_ascii_tolower (b);
}

/* The letters in their order from @from on: what follows another and what begins a word counts
 * more. */
static int
score_from (const char *path, const char *from, const char *pattern, gboolean is_exact)
{
  const char *last = NULL;
  int         score = 0;

  for (const char *at = from; *at != '\0' && *pattern != '\0'; at++)
    {
      if (!is_same (*at, *pattern, is_exact))
        continue;
      score += 1;
      if (last != NULL && at == last + 1)
        score += 5;
      if (is_word_start (path, at))
        score += 4;
      last = at;
      pattern++;
    }

  return *pattern == '\0' ? score : -1;
}

int
ship_file_list_score (const char *path, const char *pattern)
{
  const char *base;
  gsize       length = strlen (path);
  gboolean    is_exact = FALSE;
  int         whole;
  int         name;
  int         best;

  if (strlen (pattern) > MAX_PATTERN)
    return -1;
  for (const char *at = pattern; *at != '\0'; at++)
    is_exact = is_exact || g_ascii_isupper (*at);

  /* The name: what stands behind the last slash but one at the very end. */
  base = path + length;
  while (base > path && (base == path + length || base[-1] != '/' || base[0] == '\0'))
    base--;
  whole = score_from (path, path, pattern, is_exact);
  name = score_from (path, base, pattern, is_exact);
  if (whole < 0)
    return -1;
  best = MAX (whole, name >= 0 ? name + 10 : -1);

  /* Of two that are as good, the shorter one. */
  return best * 1000 - (int) MIN (length, 999) + (*pattern == '\0' ? 0 : 1000);
}

typedef struct
{
  const char *path;
  int         score;
} Match;

static int
compare_matches (gconstpointer a, gconstpointer b)
{
  const Match *one = a;
  const Match *other = b;

  if (one->score != other->score)
    return one->score > other->score ? -1 : 1;
  return strcmp (one->path, other->path);
}

GPtrArray *
ship_file_list_match (ShipFileList *self, const char *pattern, guint n_most)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (Match));
  GPtrArray *paths = g_ptr_array_new ();

  for (guint i = 0; self->paths[i] != NULL; i++)
    {
      Match match = { .path = self->paths[i] };

      /* Without a pattern in the order of the tree. */
      match.score = *pattern != '\0' ? ship_file_list_score (self->paths[i], pattern) : 0;
      if (match.score >= 0)
        g_array_append_val (matches, match);
      if (*pattern == '\0' && matches->len >= n_most)
        break;
    }
  if (*pattern != '\0')
    g_array_sort (matches, compare_matches);
  for (guint i = 0; i < matches->len && i < n_most; i++)
    g_ptr_array_add (paths, (char *) g_array_index (matches, Match, i).path);

  return paths;
}
