/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-file-matcher.h"

/*
 *   refresh -> listed_cb -> search
 *   match   -> search -> match_thread -> matched_cb -> "matched", and the next search
 */

struct _ShipFileMatcher
{
  GObject       parent_instance;
  ShipPaths    *paths; /* (owned) */
  guint         n_most;
  char         *session;     /* (owned) (nullable) */
  char         *repository;  /* (owned) (nullable) */
  char         *branch;      /* (owned) (nullable) */
  ShipFileList *list;        /* (owned) (nullable): until it is there */
  GCancellable *listing;     /* (owned) (nullable): while the files are listed */
  GCancellable *cancellable; /* (owned): until it is stopped */
  char         *wanted;      /* (owned) (nullable): the pattern that waits for its search */
  gboolean      is_searching;
};

enum
{
  MATCHED,
  TROUBLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipFileMatcher, ship_file_matcher, G_TYPE_OBJECT)

/* --- searching --- */

typedef struct
{
  ShipFileList *list;    /* (owned) */
  char         *pattern; /* (owned) */
  guint         n_most;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  ship_file_list_unref (search->list);
  g_free (search->pattern);
  g_free (search);
}

static void
match_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Search *search = data;
  g_autoptr (GPtrArray) found =
    ship_file_list_match (search->list, search->pattern, search->n_most);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < found->len; i++)
    g_strv_builder_add (builder, found->pdata[i]);
  g_task_return_pointer (task, g_strv_builder_end (builder), (GDestroyNotify) g_strfreev);
}

static void search (ShipFileMatcher *self);

static void
matched_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipFileMatcher) self = SHIP_FILE_MATCHER (user_data);
  Search *done = g_task_get_task_data (G_TASK (result));
  g_auto (GStrv) paths = g_task_propagate_pointer (G_TASK (result), NULL);

  self->is_searching = FALSE;
  if (paths == NULL) /* stopped */
    return;
  if (self->wanted == NULL)
    g_signal_emit (self, signals[MATCHED], 0, done->pattern, paths);
  search (self);
}

static void
search (ShipFileMatcher *self)
{
  g_autoptr (GTask) task = NULL;
  Search *what;

  if (self->is_searching || self->wanted == NULL || self->list == NULL ||
      g_cancellable_is_cancelled (self->cancellable))
    return;

  what = g_new0 (Search, 1);
  what->list = ship_file_list_ref (self->list);
  what->pattern = g_steal_pointer (&self->wanted);
  what->n_most = self->n_most;
  self->is_searching = TRUE;
  /* Not its source: the worker may be the last to let go of the task. */
  task = g_task_new (NULL, self->cancellable, matched_cb, g_object_ref (self));
  g_task_set_source_tag (task, search);
  g_task_set_task_data (task, what, search_free);
  g_task_run_in_thread (task, match_thread);
}

void
ship_file_matcher_match (ShipFileMatcher *self, const char *pattern)
{
  g_return_if_fail (SHIP_IS_FILE_MATCHER (self));
  g_return_if_fail (pattern != NULL);

  g_free (self->wanted);
  self->wanted = g_strdup (pattern);
  search (self);
}

/* --- listing --- */

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipFileMatcher) self = SHIP_FILE_MATCHER (user_data);
  g_autoptr (GError) error = NULL;
  ShipFileList *list = ship_file_list_load_finish (result, &error);

  if (list == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* another listing is under way, or none is wanted */

  g_clear_object (&self->listing);
  if (list != NULL)
    ship_file_matcher_take_list (self, list);
  else
    g_signal_emit (self, signals[TROUBLE], 0, error);
}

void
ship_file_matcher_refresh (ShipFileMatcher *self)
{
  g_return_if_fail (SHIP_IS_FILE_MATCHER (self));

  if (self->listing != NULL || (self->session == NULL && self->repository == NULL) ||
      g_cancellable_is_cancelled (self->cancellable))
    return;

  self->listing = g_cancellable_new ();
  if (self->session != NULL)
    ship_file_list_load_async (self->paths,
                               self->session,
                               self->listing,
                               listed_cb,
                               g_object_ref (self));
  else
    ship_file_list_load_repository_async (self->paths,
                                          self->repository,
                                          self->branch,
                                          self->listing,
                                          listed_cb,
                                          g_object_ref (self));
}

void
ship_file_matcher_take_list (ShipFileMatcher *self, ShipFileList *list)
{
  g_return_if_fail (SHIP_IS_FILE_MATCHER (self));

  g_clear_pointer (&self->list, ship_file_list_unref);
  self->list = list;
  search (self);
}

static void
forget (ShipFileMatcher *self)
{
  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  g_clear_pointer (&self->list, ship_file_list_unref);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->repository, g_free);
  g_clear_pointer (&self->branch, g_free);
}

void
ship_file_matcher_set_session (ShipFileMatcher *self, const char *session_id)
{
  g_return_if_fail (SHIP_IS_FILE_MATCHER (self));

  forget (self);
  self->session = g_strdup (session_id);
}

void
ship_file_matcher_set_repository (ShipFileMatcher *self, const char *repository, const char *branch)
{
  g_return_if_fail (SHIP_IS_FILE_MATCHER (self));

  if (g_strcmp0 (repository, self->repository) == 0 && g_strcmp0 (branch, self->branch) == 0)
    return;
  forget (self);
  self->repository = g_strdup (repository);
  self->branch = g_strdup (branch);
}

void
ship_file_matcher_stop (ShipFileMatcher *self)
{
  g_return_if_fail (SHIP_IS_FILE_MATCHER (self));

  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->listing);
}

/* --- the object --- */

static void
ship_file_matcher_finalize (GObject *object)
{
  ShipFileMatcher *self = SHIP_FILE_MATCHER (object);

  forget (self);
  g_object_unref (self->cancellable);
  ship_paths_unref (self->paths);

  G_OBJECT_CLASS (ship_file_matcher_parent_class)->finalize (object);
}

static void
ship_file_matcher_class_init (ShipFileMatcherClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_file_matcher_finalize;

  signals[MATCHED] = g_signal_new ("matched",
                                   SHIP_TYPE_FILE_MATCHER,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   2,
                                   G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                                   G_TYPE_STRV | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[TROUBLE] = g_signal_new ("trouble",
                                   SHIP_TYPE_FILE_MATCHER,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
ship_file_matcher_init (ShipFileMatcher *self)
{
  self->cancellable = g_cancellable_new ();
}

ShipFileMatcher *
ship_file_matcher_new (ShipPaths *paths, guint n_most)
{
  ShipFileMatcher *self = g_object_new (SHIP_TYPE_FILE_MATCHER, NULL);

  self->paths = ship_paths_ref (paths);
  self->n_most = n_most;

  return self;
}
