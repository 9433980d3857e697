/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-watch-private.h"

#include "git/ship-git-mirror.h"

#include <glib/gi18n-lib.h>

/*
 * The actor's state machine, its store and its life from load to close. One function assigns the
 * state, ship_session_apply(); what a new state begins is begun by enter(), after the transition.
 *
 *   load_async -> rules_loaded_cb -> loaded_cb -> renamed_cb -> branch_read_cb -> recovered_cb ->
 * money_loaded_cb -> (return)
 *   close_async -> (stop, until quiet) -> asleep_cb -> index_closed_cb -> store_closed_cb ->
 * (return)
 */

typedef enum
{
  PROP_STATE = 1,
  PROP_DETAIL,
  PROP_ACTIVITY,
  PROP_RETRY_AT,
  PROP_COMMANDS,
} ShipSessionProperty;

enum
{
  CHANGED,
  DELTA,
  N_SIGNALS
};

static GParamSpec *properties[PROP_COMMANDS + 1];
static guint       signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipSession, ship_session, G_TYPE_OBJECT)

/* What the agent told, else what it is known to have; never NULL. */
static GStrv
dup_commands (ShipSession *self)
{
  const char *const *commands = (const char *const *) self->agent_commands;

  if (commands == NULL && self->runtime != NULL)
    commands = ship_runtime_get_commands (self->runtime);

  return commands != NULL ? g_strdupv ((GStrv) commands) : g_new0 (char *, 1);
}

static void
ship_session_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ShipSession *self = SHIP_SESSION (object);

  switch ((ShipSessionProperty) prop_id)
    {
    case PROP_STATE:
      g_value_set_string (value, ship_session_state_to_string (self->state));
      break;
    case PROP_DETAIL:
      g_value_set_string (value, self->detail);
      break;
    case PROP_ACTIVITY:
      g_value_set_string (value, self->activity);
      break;
    case PROP_RETRY_AT:
      g_value_set_int64 (value, self->retry_at);
      break;
    case PROP_COMMANDS:
      g_value_take_boxed (value, dup_commands (self));
      break;
    }
}

static void
ship_session_dispose (GObject *object)
{
  ShipSession *self = SHIP_SESSION (object);

  g_assert (self->turn == NULL && self->closing == NULL && self->submissions.length == 0);
  g_clear_handle_id (&self->kick, g_source_remove);
  g_clear_handle_id (&self->commit_timer, g_source_remove);
  ship_session_end_steps (self);
  g_clear_object (&self->watch);
  ship_session_watch_agent (self, NULL);
  g_clear_object (&self->agent);
  g_clear_object (&self->desk);
  if (self->runtime != NULL)
    ship_runtime_set_gate (self->runtime, NULL, NULL);
  g_clear_pointer (&self->money, ship_session_money_free);
  g_clear_object (&self->writer);
  g_clear_object (&self->index);
  g_clear_object (&self->store);
  g_clear_object (&self->runtime);
  g_clear_object (&self->settings);
  g_clear_object (&self->models);

  G_OBJECT_CLASS (ship_session_parent_class)->dispose (object);
}

static void
ship_session_finalize (GObject *object)
{
  ShipSession *self = SHIP_SESSION (object);

  g_clear_pointer (&self->row, ship_session_row_free);
  g_clear_pointer (&self->egress, ship_egress_row_free);
  g_clear_pointer (&self->limits, ship_limits_row_free);
  g_strfreev (self->remote_hosts);
  g_clear_pointer (&self->task, ship_task_row_free);
  g_clear_pointer (&self->permissions, g_strfreev);
  ship_session_end_booking (self);
  g_clear_pointer (&self->secrets, ship_secrets_unref);
  g_clear_pointer (&self->paths, ship_paths_unref);
  g_free (self->id);
  g_free (self->detail);
  g_free (self->activity);
  g_free (self->refusal);
  g_free (self->work_activity);
  g_strfreev (self->agent_commands);
  g_clear_error (&self->down);

  G_OBJECT_CLASS (ship_session_parent_class)->finalize (object);
}

static void
ship_session_class_init (ShipSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ship_session_get_property;
  object_class->dispose = ship_session_dispose;
  object_class->finalize = ship_session_finalize;

  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, "hibernated", flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, "", flags);
  properties[PROP_ACTIVITY] = g_param_spec_string ("activity", NULL, NULL, "", flags);
  properties[PROP_RETRY_AT] = g_param_spec_int64 ("retry-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_COMMANDS] = g_param_spec_boxed ("commands", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_SESSION,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   2,
                                   G_TYPE_STRING,
                                   G_TYPE_INT64);
  signals[DELTA] = g_signal_new ("delta",
                                 SHIP_TYPE_SESSION,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 3,
                                 G_TYPE_INT64,
                                 G_TYPE_UINT64,
                                 G_TYPE_STRING);
}

static void
ship_session_init (ShipSession *self)
{
  self->state = SHIP_SESSION_STATE_HIBERNATED;
  self->patience = (ShipPatience) SHIP_PATIENCE_INIT;
  self->unbooked = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_session_job_unref);
  self->detail = g_strdup ("");
  self->activity = g_strdup ("");
}

static void
written_changed_cb (ShipTranscriptWriter *writer, const char *table, gint64 row, ShipSession *self)
{
  ship_session_emit_changed (self, table, row);
}

static void
written_delta_cb (ShipTranscriptWriter *writer,
                  gint64                part,
                  guint64               offset,
                  const char           *text,
                  ShipSession          *self)
{
  g_signal_emit (self, signals[DELTA], 0, part, offset, text);
}

static void
write_failed_cb (ShipTranscriptWriter *writer, const GError *error, ShipSession *self)
{
  ship_session_break (self, error);
}

ShipSession *
ship_session_new (ShipPaths   *paths,
                  const char  *id,
                  ShipRuntime *runtime,
                  GSettings   *settings,
                  ShipSecrets *secrets)
{
  ShipSession     *self = g_object_new (SHIP_TYPE_SESSION, NULL);
  g_autofree char *store_path = ship_paths_dup_session_store (paths, id);
  g_autofree char *index_path = ship_paths_dup_index_file (paths);

  self->id = g_strdup (id);
  self->paths = ship_paths_ref (paths);
  self->runtime = g_object_ref (runtime);
  self->settings = g_object_ref (settings);
  self->secrets = ship_secrets_ref (secrets);
  self->store = ship_store_new (store_path, ship_session_tables_dup_migrations ());
  self->writer = ship_transcript_writer_new (self->store, secrets);
  self->index = ship_index_writer_new (index_path);
  self->desk = ship_request_desk_new (self->store, self->writer, secrets);
  self->money = ship_session_money_new (self);
  g_signal_connect_object (self->writer, "changed", G_CALLBACK (written_changed_cb), self, 0);
  g_signal_connect_object (self->writer, "delta", G_CALLBACK (written_delta_cb), self, 0);
  g_signal_connect_object (self->writer, "failed", G_CALLBACK (write_failed_cb), self, 0);
  ship_session_follow_desk (self);
  ship_session_follow_runtime (self);

  return self;
}

void
ship_session_run_job (ShipSession        *self,
                      ShipSessionJob     *job,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  /* What the agent said before comes before what is decided now. */
  ship_transcript_writer_flush (self->writer);
  ship_store_run_async (self->store,
                        ship_session_job_get_durability (job),
                        ship_session_job_run_thread,
                        job,
                        (GDestroyNotify) ship_session_job_unref,
                        NULL,
                        callback,
                        user_data);
}

static void
forgotten_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;

  /* What is not on disk is not so: the session does not go on as if it were. */
  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    ship_session_break (self, error);
}

void
ship_session_run_job_and_forget (ShipSession *self, ShipSessionJob *job)
{
  ship_session_run_job (self, job, forgotten_cb, g_object_ref (self));
}

void
ship_session_emit_changed (ShipSession *self, const char *table, gint64 row)
{
  g_signal_emit (self, signals[CHANGED], 0, table, row);
}

void
ship_session_set_activity (ShipSession *self, const char *activity)
{
  if (g_str_equal (self->activity, activity))
    return;

  g_free (self->activity);
  self->activity = g_strdup (activity);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVITY]);
}

void
ship_session_set_detail (ShipSession *self, const char *detail)
{
  if (detail == NULL)
    detail = "";
  if (g_str_equal (self->detail, detail))
    return;

  g_free (self->detail);
  self->detail = ship_secrets_redact (self->secrets, detail);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DETAIL]);
}

void
ship_session_set_retry_at (ShipSession *self, gint64 retry_at)
{
  retry_at = MAX (retry_at, 0);
  if (self->retry_at == retry_at)
    return;

  self->retry_at = retry_at;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_AT]);
}

void
ship_session_set_agent_commands (ShipSession *self, GStrv commands)
{
  g_strfreev (self->agent_commands);
  self->agent_commands = commands;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMMANDS]);
}

void
ship_session_set_patience (ShipSession *self, const ShipPatience *patience)
{
  g_return_if_fail (SHIP_IS_SESSION (self));

  self->patience = *patience;
}

gboolean
ship_session_can (ShipSession *self, ShipSessionEvent event)
{
  return ship_session_state_next (self->state, event) != SHIP_SESSION_STATE_INVALID;
}

static void continue_close (ShipSession *self);

/* What a state begins. */
static void
enter (ShipSession *self)
{
  if (!ship_session_state_is_working (self->state))
    ship_session_set_activity (self, "");
  if (self->state != SHIP_SESSION_STATE_RETRYING)
    ship_session_set_retry_at (self, 0);
  ship_session_end_steps (self);

  if (self->state == SHIP_SESSION_STATE_WAKING)
    ship_session_start_wake (self);
  else if (self->closing != NULL && ship_session_is_quiet (self))
    continue_close (self);
  else if (self->state == SHIP_SESSION_STATE_IDLE)
    ship_session_kick (self);
  else if (self->state == SHIP_SESSION_STATE_RUNNING)
    ship_session_check_waiting (self);
}

static void
store_state (ShipSession *self, const char *category)
{
  ShipSessionJob *job = ship_session_job_new (SHIP_SESSION_JOB_SET_STATE);

  job->state = g_strdup (ship_session_state_to_string (self->state));
  job->text = self->detail[0] != '\0' ? g_strdup (self->detail) : NULL;
  job->category = g_strdup (category);
  ship_session_run_job_and_forget (self, job);
  ship_index_writer_touch (self->index, self->store);
}

gboolean
ship_session_apply (ShipSession     *self,
                    ShipSessionEvent event,
                    const char      *detail,
                    const char      *category)
{
  ShipSessionState next = ship_session_state_next (self->state, event);
  g_autofree char *note = NULL;

  if (next == SHIP_SESSION_STATE_INVALID)
    {
      g_warning ("A session that is %s cannot %s",
                 ship_session_state_to_string (self->state),
                 ship_session_event_to_string (event));
      return FALSE;
    }

  g_debug ("%s + %s → %s",
           ship_session_state_to_string (self->state),
           ship_session_event_to_string (event),
           ship_session_state_to_string (next));
  self->state = next;
  ship_session_set_detail (self, detail);
  note = self->detail[0] != '\0'
           ? g_strdup_printf ("%s: %s", ship_session_state_to_string (next), self->detail)
           : g_strdup (ship_session_state_to_string (next));
  ship_transcript_writer_note (self->writer, "state", note);
  store_state (self, category);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  enter (self);

  return TRUE;
}

void
ship_session_fail (ShipSession *self, const GError *error)
{
  if (ship_session_can (self, SHIP_SESSION_EVENT_FAILURE))
    ship_session_apply (self,
                        SHIP_SESSION_EVENT_FAILURE,
                        error->message,
                        ship_error_class_to_category (ship_session_error_classify (error)));
}

static gboolean
kick_cb (gpointer user_data)
{
  ShipSession *self = user_data;

  self->kick = 0;
  if (!self->is_closing && self->state == SHIP_SESSION_STATE_IDLE)
    ship_session_start_next (self);

  return G_SOURCE_REMOVE;
}

/* Looks at the queue, after what is going on now. */
void
ship_session_kick (ShipSession *self)
{
  if (self->kick == 0)
    self->kick = g_idle_add (kick_cb, self);
}

gboolean
ship_session_is_quiet (ShipSession *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION (self), TRUE);

  return self->n_commands == 0 && ship_session_is_at_rest (self);
}

gboolean
ship_session_is_at_rest (ShipSession *self)
{
  return self->kick == 0 && !self->is_starting && self->turn == NULL && self->task == NULL &&
         self->wake_cancellable == NULL && self->state != SHIP_SESSION_STATE_WAKING &&
         !ship_session_state_is_working (self->state);
}

/* --- load --- */

typedef struct
{
  GTask          *task; /* (owned) */
  ShipSessionJob *job;  /* (owned) */
  int             n_pending;
} Load;

static void
load_free (Load *load)
{
  g_clear_object (&load->task);
  g_clear_pointer (&load->job, ship_session_job_unref);
  g_free (load);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)

static void
money_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Load) load = user_data;
  ShipSession *self = g_task_get_source_object (load->task);
  g_autoptr (GError) error = NULL;

  if (!ship_session_money_load_finish (SHIP_SESSION (object), result, &error))
    {
      g_task_return_error (load->task, g_steal_pointer (&error));
      return;
    }

  /* Prompts that nobody got to: the queue goes on by itself. */
  if (self->state == SHIP_SESSION_STATE_HIBERNATED && load->n_pending > 0 &&
      self->row->archived_at == 0 && !self->is_closing)
    ship_session_apply (self, SHIP_SESSION_EVENT_WAKE, NULL, NULL);
  g_task_return_boolean (load->task, TRUE);
}

static void
recovered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Load) load = user_data;
  ShipSession *self = g_task_get_source_object (load->task);
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (load->task, g_steal_pointer (&error));
      return;
    }

  if (load->job->id != 0)
    ship_session_apply (self, SHIP_SESSION_EVENT_FAILURE, load->job->text, load->job->category);
  else
    store_state (self,
                 self->state != SHIP_SESSION_STATE_HIBERNATED ? self->row->error_category : NULL);

  ship_session_money_load_async (self, money_loaded_cb, g_steal_pointer (&load));
}

/* An actor that died left its word for what it did; its sandbox died with it, so nothing of that
 * goes on. */
static ShipSessionState
state_after_death (ShipSessionState stored)
{
  if (stored == SHIP_SESSION_STATE_FAILED || stored == SHIP_SESSION_STATE_HOLDING)
    return stored;

  return SHIP_SESSION_STATE_HIBERNATED;
}

/* Between the commit of a turn and the note that it was made an actor can die: the branch of the
 * mirror, which only this session moves, then stands further than the store says, and the store
 * follows. */
static void
branch_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Load) load = user_data;
  ShipSession *self = g_task_get_source_object (load->task);
  g_autoptr (GError) error = NULL;
  g_autofree char *tip = ship_git_mirror_read_branch_finish (result, &error);
  ShipSessionJob  *job;

  if (error != NULL)
    g_warning ("The session's branch could not be read: %s", error->message);
  if (tip != NULL && !g_str_equal (tip, self->row->head_commit))
    {
      g_free (self->row->head_commit);
      self->row->head_commit = g_strdup (tip);
      load->job->commit = g_steal_pointer (&tip);
      ship_transcript_writer_note (self->writer, "commit", load->job->commit);
    }
  job = ship_session_job_ref (load->job);
  ship_session_run_job (self, job, recovered_cb, g_steal_pointer (&load));
}

static void
renamed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Load            *load = user_data;
  ShipSession     *self = g_task_get_source_object (load->task);
  g_autofree char *mirror = ship_paths_dup_mirror (self->paths, self->row->repository);

  ship_session_complete_rename_finish (self, result);
  ship_git_mirror_read_branch_async (mirror,
                                     self->row->branch,
                                     self->row->head_commit,
                                     NULL,
                                     branch_read_cb,
                                     load);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Load) load = user_data;
  ShipSession *self = g_task_get_source_object (load->task);
  g_autoptr (GError) error = NULL;
  ShipSessionJob *recover;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (load->task, g_steal_pointer (&error));
      return;
    }

  self->row = g_steal_pointer (&load->job->session);
  self->discard = load->job->discard;
  ship_session_follow_egress (self, g_steal_pointer (&load->job->egress));
  ship_session_follow_limits (self, g_steal_pointer (&load->job->limits));
  self->state = state_after_death (ship_session_state_from_string (self->row->state));
  if (self->state != SHIP_SESSION_STATE_HIBERNATED)
    ship_session_set_detail (self, self->row->detail);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);

  recover = ship_session_job_new (SHIP_SESSION_JOB_RECOVER);
  if (load->job->task != NULL)
    {
      recover->id = load->job->task->id;
      recover->text = g_strdup (
        _ ("Ship ended while this was running. Nothing is lost: resume to go on with it."));
      recover->category = g_strdup (ship_error_class_to_category (SHIP_ERROR_CLASS_RETRY));
    }
  load->n_pending = load->job->n_pending;
  g_clear_pointer (&load->job, ship_session_job_unref);
  load->job = recover;
  ship_session_complete_rename_async (self, renamed_cb, g_steal_pointer (&load));
}

/* Before anything may wake it. */
static void
rules_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Load) load = user_data;
  ShipSession    *self = g_task_get_source_object (load->task);
  ShipSessionJob *job = load->job;
  GError         *error = NULL;

  if (ship_request_desk_load_finish (SHIP_REQUEST_DESK (object), result, &error))
    ship_session_run_job (self, ship_session_job_ref (job), loaded_cb, g_steal_pointer (&load));
  else
    g_task_return_error (load->task, error);
}

void
ship_session_load_async (ShipSession        *self,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  Load *load;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (self->row == NULL);

  load = g_new0 (Load, 1);
  load->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (load->task, ship_session_load_async);
  load->job = ship_session_job_new (SHIP_SESSION_JOB_LOAD);
  ship_request_desk_load_async (self->desk, rules_loaded_cb, load);
}

gboolean
ship_session_load_finish (ShipSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_load_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- close --- */

static void
store_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_store_close_finish (SHIP_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
index_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!ship_index_writer_close_finish (SHIP_INDEX_WRITER (object), result, &error))
    g_warning ("The list of sessions was not closed well: %s", error->message);
  ship_store_close_async (self->store, store_closed_cb, g_steal_pointer (&task));
}

static void
asleep_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!ship_runtime_sleep_finish (SHIP_RUNTIME (object), result, &error))
    g_warning ("The sandbox did not end well: %s", error->message);
  ship_transcript_writer_flush (self->writer);
  ship_index_writer_close_async (self->index, index_closed_cb, g_steal_pointer (&task));
}

static void
continue_close (ShipSession *self)
{
  GTask *task = g_steal_pointer (&self->closing);

  ship_session_watch_agent (self, NULL);
  if (self->state == SHIP_SESSION_STATE_IDLE)
    ship_session_apply (self, SHIP_SESSION_EVENT_SLEEP, NULL, NULL);
  ship_runtime_sleep_async (self->runtime, asleep_cb, task);
}

void
ship_session_check_close (ShipSession *self)
{
  if (self->closing != NULL && ship_session_is_quiet (self))
    continue_close (self);
}

void
ship_session_interrupt (ShipSession *self)
{
  g_return_if_fail (SHIP_IS_SESSION (self));

  self->is_interrupted = TRUE;
}

void
ship_session_close_async (ShipSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (!self->is_closing);

  self->is_closing = TRUE;
  ship_session_book_again (self);
  g_clear_handle_id (&self->kick, g_source_remove); /* what is queued waits for the next actor */
  self->closing = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->closing, ship_session_close_async);
  if (ship_session_is_quiet (self))
    continue_close (self);
  else if (ship_session_can (self, SHIP_SESSION_EVENT_STOP))
    ship_session_stop (self, NULL);
}

gboolean
ship_session_close_finish (ShipSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- what it is --- */

const char *
ship_session_get_id (ShipSession *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION (self), NULL);

  return self->id;
}

ShipSessionState
ship_session_get_state (ShipSession *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION (self), SHIP_SESSION_STATE_INVALID);

  return self->state;
}

const char *
ship_session_get_detail (ShipSession *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION (self), NULL);

  return self->detail;
}

const char *
ship_session_get_activity (ShipSession *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION (self), NULL);

  return self->activity;
}

ShipSandbox *
ship_session_get_sandbox (ShipSession *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION (self), NULL);

  return ship_runtime_get_sandbox (self->runtime);
}
