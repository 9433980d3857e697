/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-decisions.h"
#include "session/ship-session-model.h"
#include "session/ship-session-parts-private.h"
#include "session/ship-session-shelf.h"

#include "agent/ship-agent-chat.h"
#include "base/ship-names.h"
#include "session/ship-queue-job-private.h"
#include "session/ship-slash-command.h"

#include <glib/gi18n-lib.h>

/*
 * What the user sends: a command of ours is done, anything else is on disk before it goes anywhere.
 *
 *   submit -> (command) -> commanded_cb -> (return 0)
 *          -> (prompt)  -> [ model_checked_cb ] -> stored_cb -> the queue, or the turn that runs
 *                                                            -> (return)
 */

#define MAX_TITLE_CHARS  80
#define MAX_PROMPT_BYTES (1024 * 1024)

/* --- commands of ours --- */

typedef struct
{
  GTask            *task;    /* (owned) */
  ShipSlashCommand *command; /* (owned) */
} Ours;

static void
ours_free (Ours *ours)
{
  g_clear_object (&ours->task);
  g_clear_pointer (&ours->command, ship_slash_command_free);
  g_free (ours);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ours, ours_free)

/* A prompt for a model that does not exist is a wrong prompt; nothing that was asked for is
 * missing. Takes @error. */
static GError *
blame_prompt (GError *error)
{
  if (g_error_matches (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_NOT_FOUND))
    error->code = SHIP_SESSION_ERROR_INVALID;
  return error;
}

static void
commanded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Ours) ours = user_data;
  ShipSession *self = SHIP_SESSION (object);
  GError      *error = NULL;

  if (!ship_session_command_finish (self, result, &error))
    {
      g_task_return_error (ours->task,
                           ours->command->kind == SHIP_SLASH_MODEL ? blame_prompt (error) : error);
      return;
    }

  if (ours->command->kind == SHIP_SLASH_TITLE)
    {
      g_autofree char *note = g_strdup_printf (_ ("The title is “%s”"), self->row->title);

      ship_transcript_writer_note (self->writer, "notice", note);
    }
  g_task_return_int (ours->task, 0);
}

static void
run_at_once (ShipSession *self, GTask *task, const ShipSlashCommand *command)
{
  GError *error = NULL;

  if (command->kind == SHIP_SLASH_HELP)
    {
      g_autofree char *text =
        ship_slash_command_describe ((const char *const *) self->agent_commands);

      ship_transcript_writer_note (self->writer, "notice", text);
      g_task_return_int (task, 0);
    }
  else if (ship_session_stop (self, &error))
    g_task_return_int (task, 0);
  else
    g_task_return_error (task, error);
}

/* Takes @command. */
static void
run_ours (ShipSession *self, GTask *task, ShipSlashCommand *command)
{
  g_autoptr (Ours) ours = g_new0 (Ours, 1);
  const char *argument = command->argument;

  ours->task = g_object_ref (task);
  ours->command = command;
  switch (command->kind)
    {
    case SHIP_SLASH_BUILD:
      ship_session_set_mode_async (self, "build", commanded_cb, g_steal_pointer (&ours));
      break;
    case SHIP_SLASH_PLAN:
      ship_session_set_mode_async (self, "plan", commanded_cb, g_steal_pointer (&ours));
      break;
    case SHIP_SLASH_MODEL:
      ship_session_set_model_async (self, argument, commanded_cb, g_steal_pointer (&ours));
      break;
    case SHIP_SLASH_TITLE:
      ship_session_set_title_async (self, argument, commanded_cb, g_steal_pointer (&ours));
      break;
    case SHIP_SLASH_BUDGET:
      ship_session_set_budget_async (self,
                                     "session",
                                     command->amount,
                                     commanded_cb,
                                     g_steal_pointer (&ours));
      break;
    case SHIP_SLASH_BRANCH:
      ship_session_set_branch_async (self, argument, commanded_cb, g_steal_pointer (&ours));
      break;
    case SHIP_SLASH_HELP:
    case SHIP_SLASH_STOP:
      run_at_once (self, task, command);
      break;
    case SHIP_SLASH_TEXT:
    case SHIP_SLASH_AGENT:
      g_assert_not_reached ();
    }
}

/* --- what is checked --- */

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID, sentence);
  return FALSE;
}

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t\r\n\f\v")] == '\0';
}

static gboolean
check_text (const char *text, gboolean may_be_empty, GError **error)
{
  if (strlen (text) > MAX_PROMPT_BYTES || !g_utf8_validate (text, -1, NULL))
    return refuse (error, _ ("The prompt is not text, or longer than 1 MiB"));
  if (is_blank (text) && !may_be_empty)
    return refuse (error, _ ("The prompt is empty"));

  return TRUE;
}

static gboolean
check_choices (const ShipSubmission *what, GError **error)
{
  if (what->mode != NULL && !g_str_equal (what->mode, "build") && !g_str_equal (what->mode, "plan"))
    {
      g_set_error (error,
                   SHIP_SESSION_ERROR,
                   SHIP_SESSION_ERROR_INVALID,
                   _ ("There is no mode “%s”: use build or plan"),
                   what->mode);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_attachments (ShipSession *self, GPtrArray *attachments, const char *model, GError **error)
{
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    {
      const ShipAttachment *attachment = attachments->pdata[i];

      if (ship_attachment_kind_from_mime (attachment->mime) == SHIP_ATTACHMENT_IMAGE &&
          !ship_runtime_takes_images (self->runtime, model))
        {
          g_set_error (error,
                       SHIP_SESSION_ERROR,
                       SHIP_SESSION_ERROR_INVALID,
                       _ ("The model %s does not look at pictures: “%s” cannot go with the prompt"),
                       model,
                       attachment->name);
          return FALSE;
        }
    }

  return TRUE;
}

/* What is known before the agent is up may be nothing: it then says so itself. */
static gboolean
check_command (ShipSession *self, const char *name, GError **error)
{
  const char *const *known = (const char *const *) self->agent_commands;
  g_autofree char   *list = NULL;

  if (known == NULL)
    known = ship_runtime_get_commands (self->runtime);
  if (known == NULL || g_strv_contains (known, name))
    return TRUE;

  list = ship_slash_command_list (known);
  g_set_error (error,
               SHIP_SESSION_ERROR,
               SHIP_SESSION_ERROR_INVALID,
               _ ("There is no command “/%s”. There are: %s. A space in front sends the text as it "
                  "is"),
               name,
               list);
  return FALSE;
}

/* --- what is stored --- */

typedef struct
{
  GTask        *task; /* (owned) */
  ShipQueueJob *job;  /* (owned) */
  ShipTurn     *turn; /* (owned) (nullable): the one that is steered */
} Storing;

/* It counts until its callback is through: what it has begun is then under way. */
static void
storing_free (Storing *storing)
{
  g_autoptr (ShipSession) self = g_object_ref (g_task_get_source_object (storing->task));

  g_clear_object (&storing->task);
  g_clear_pointer (&storing->job, ship_queue_job_unref);
  g_clear_object (&storing->turn);
  g_free (storing);
  self->n_commands--;
  ship_session_check_close (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Storing, storing_free)

static void
steer (ShipSession *self, Storing *storing)
{
  ShipQueueJob *job = storing->job;
  g_autoptr (ShipPromptPrep) prep = NULL;

  ship_session_emit_changed (self, "steer", job->steer);
  /* A turn that has ended meanwhile leaves it in the store, where the end of the task finds it. */
  if (self->turn != storing->turn)
    return;

  prep = ship_prompt_prep_new (self->store,
                               job->session_dir,
                               ship_runtime_get_sandbox (self->runtime),
                               job->into,
                               job->steer,
                               job->text);
  ship_turn_steer (self->turn, job->agent_id, job->text, prep);
}

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Storing) storing = user_data;
  ShipSession  *self = g_task_get_source_object (storing->task);
  ShipQueueJob *job = storing->job;
  GError       *error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (storing->task, error);
      return;
    }

  ship_index_writer_touch (self->index, self->store);
  if (job->waiting != 0)
    ship_session_emit_changed (self, "task", job->waiting);
  if (job->steer != 0)
    {
      steer (self, storing);
      g_task_return_int (storing->task, 0);
      return;
    }

  ship_session_emit_changed (self, "task", job->id);
  ship_session_restore (self);
  ship_session_go_on (self);
  g_task_return_int (storing->task, job->id);
}

static ShipTaskRow *
new_row (ShipSession            *self,
         const ShipSlashCommand *command,
         const ShipSubmission   *what,
         const char             *text)
{
  ShipTaskRow *row = g_new0 (ShipTaskRow, 1);

  row->prompt = g_strdup (command->argument);
  row->command = command->kind == SHIP_SLASH_AGENT ? g_strdup (command->name) : NULL;
  row->mode = g_strdup (what->mode != NULL ? what->mode : self->row->mode);
  row->model = g_strdup (what->model != NULL ? what->model : self->row->model);
  if (what->variant != NULL || what->model == NULL) /* another model has variants of its own */
    row->variant = g_strdup (what->variant != NULL ? what->variant : self->row->variant);
  row->state = g_strdup ("pending");
  row->files_changed = -1;
  row->source_message = what->source;
  if (what->title != NULL)
    row->title = ship_names_title (what->title, MAX_TITLE_CHARS);
  else if (is_blank (text))
    row->title = g_strdup (""); /* from the message */
  else
    {
      g_autofree char *stripped = g_strstrip (g_strdup (row->command != NULL ? text : row->prompt));

      row->title = ship_names_title (stripped, MAX_TITLE_CHARS);
    }

  return row;
}

/* Whether there is a turn to say something into. */
static gboolean
can_steer (ShipSession *self, const ShipSlashCommand *command)
{
  return self->turn != NULL && self->task != NULL && self->agent != NULL &&
         command->kind == SHIP_SLASH_TEXT && self->state != SHIP_SESSION_STATE_STOPPING;
}

static void
store (ShipSession          *self,
       GTask                *task,
       ShipSlashCommand     *command,
       const ShipSubmission *what,
       const char           *text)
{
  Storing *storing = g_new0 (Storing, 1);
  char    *agent_id = NULL;

  if (what->is_steering && can_steer (self, command))
    agent_id = ship_agent_new_message_id (self->agent);
  storing->task = g_object_ref (task);
  self->n_commands++; /* until storing_free() */
  storing->job = ship_queue_job_new (
    agent_id != NULL || what->waiting != 0 ? SHIP_QUEUE_JOB_STEER : SHIP_QUEUE_JOB_ENQUEUE);
  storing->job->session_dir = ship_paths_dup_session_dir (self->paths, self->id);
  storing->job->task = new_row (self, command, what, text);
  storing->job->text = g_strdup (command->argument);
  storing->job->waiting = what->waiting;
  if (what->attachments != NULL)
    storing->job->attachments = g_ptr_array_ref (what->attachments);
  if (agent_id != NULL)
    {
      storing->job->agent_id = agent_id;
      storing->job->into = self->task->id;
      g_set_object (&storing->turn, self->turn);
    }
  ship_transcript_writer_flush (self->writer);
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_FULL,
                        ship_queue_job_run_thread,
                        ship_queue_job_ref (storing->job),
                        (GDestroyNotify) ship_queue_job_unref,
                        NULL,
                        stored_cb,
                        storing);
}

/* --- the way in --- */

static gboolean
refuse_when_closing (ShipSession *self, GError **error)
{
  if (!self->is_closing)
    return TRUE;

  g_set_error_literal (error,
                       SHIP_SESSION_ERROR,
                       SHIP_SESSION_ERROR_CLOSING,
                       _ ("The session is just going to sleep: try again in a moment"));
  return FALSE;
}

/* The model that will read it. */
static const char *
model_for (ShipSession *self, const ShipSubmission *what)
{
  if (what->is_steering && self->task != NULL)
    return self->task->model;

  return what->model != NULL ? what->model : self->row->model;
}

/* --- one after the other --- */

/* A prompt on its way to the store. Which model it may use is asked of keys and servers, which
 * takes a while: what is sent later waits behind it, so that the queue has them as they came. */
typedef struct
{
  GTask            *task;    /* (owned) */
  ShipSlashCommand *command; /* (owned) */
  char             *text;    /* (owned) */
  ShipSubmission    what;    /* its fields (owned) */
  gboolean          is_checked;
} Submitting;

static void
submitting_free (Submitting *submitting)
{
  g_clear_object (&submitting->task);
  g_clear_pointer (&submitting->command, ship_slash_command_free);
  g_free (submitting->text);
  g_free ((char *) submitting->what.mode);
  g_free ((char *) submitting->what.model);
  g_free ((char *) submitting->what.variant);
  g_free ((char *) submitting->what.title);
  g_clear_pointer (&submitting->what.attachments, g_ptr_array_unref);
  g_free (submitting);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Submitting, submitting_free)

/* Takes @command. */
static Submitting *
submitting_new (GTask                *task,
                ShipSlashCommand     *command,
                const char           *text,
                const ShipSubmission *what)
{
  Submitting *submitting = g_new0 (Submitting, 1);

  submitting->task = g_object_ref (task);
  submitting->command = command;
  submitting->text = g_strdup (text);
  submitting->what = *what;
  submitting->what.mode = g_strdup (what->mode);
  submitting->what.model = g_strdup (what->model);
  submitting->what.variant = g_strdup (what->variant);
  submitting->what.title = g_strdup (what->title);
  if (what->attachments != NULL)
    submitting->what.attachments = g_ptr_array_ref (what->attachments);
  return submitting;
}

static void check_first (ShipSession *self);

/* Stores what is next, as far as that is known to be right. */
static void
advance (ShipSession *self)
{
  Submitting *first;

  while ((first = g_queue_peek_head (&self->submissions)) != NULL)
    {
      g_autoptr (Submitting) submitting = NULL;
      g_autoptr (GError) error = NULL;

      if (!first->is_checked)
        {
          check_first (self);
          return;
        }
      submitting = g_queue_pop_head (&self->submissions);
      if (refuse_when_closing (self, &error))
        store (self, submitting->task, submitting->command, &submitting->what, submitting->text);
      else
        g_task_return_error (submitting->task, g_steal_pointer (&error));
    }
}

static void
model_checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  Submitting *first = g_queue_peek_head (&self->submissions);
  GError     *error = NULL;

  first->is_checked = TRUE;
  if (!ship_session_command_finish (SHIP_SESSION (object), result, &error))
    {
      g_autoptr (Submitting) refused = g_queue_pop_head (&self->submissions);

      g_task_return_error (refused->task, blame_prompt (error));
    }
  advance (self);
  self->n_commands--;
  ship_session_check_close (self);
}

static void
check_first (ShipSession *self)
{
  const Submitting *first = g_queue_peek_head (&self->submissions);

  self->n_commands++; /* until model_checked_cb() */
  ship_session_check_model_async (self,
                                  first->what.model,
                                  first->what.variant,
                                  model_checked_cb,
                                  g_object_ref (self));
}

/* What is said into a turn goes to the model that runs. */
static gboolean
names_model (ShipSession *self, const ShipSlashCommand *command, const ShipSubmission *what)
{
  return (what->model != NULL || what->variant != NULL) &&
         !(what->is_steering && can_steer (self, command));
}

/* Takes @command. */
static void
enqueue (ShipSession          *self,
         GTask                *task,
         ShipSlashCommand     *command,
         const char           *text,
         const ShipSubmission *what)
{
  Submitting *submitting = submitting_new (task, command, text, what);

  submitting->is_checked = !names_model (self, command, what);
  g_queue_push_tail (&self->submissions, submitting);
  if (self->submissions.length == 1) /* else the one before it goes on */
    advance (self);
}

static void
submit (ShipSession *self, GTask *task, const char *text, const ShipSubmission *what)
{
  ShipSubmission none = { 0 };
  g_autoptr (ShipSlashCommand) command = NULL;
  g_autoptr (GError) error = NULL;

  if (what == NULL)
    what = &none;
  if (!refuse_when_closing (self, &error) ||
      !check_text (text, what->source != 0 || what->waiting != 0, &error) ||
      (command = ship_slash_command_parse (text, &error)) == NULL ||
      !check_choices (what, &error) ||
      (command->kind == SHIP_SLASH_AGENT && !check_command (self, command->name, &error)) ||
      !check_attachments (self, what->attachments, model_for (self, what), &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (command->kind == SHIP_SLASH_TEXT || command->kind == SHIP_SLASH_AGENT)
    enqueue (self, task, g_steal_pointer (&command), text, what);
  else
    run_ours (self, task, g_steal_pointer (&command));
}

void
ship_session_submit_async (ShipSession          *self,
                           const char           *text,
                           const ShipSubmission *what,
                           GAsyncReadyCallback   callback,
                           gpointer              user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (self->row != NULL);
  g_return_if_fail (text != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_submit_async);
  submit (self, task, text, what);
}

gint64
ship_session_submit_finish (ShipSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_submit_async), -1);

  return g_task_propagate_int (G_TASK (result), error);
}

void
ship_session_send_async (ShipSession        *self,
                         const char         *text,
                         const char         *mode,
                         const char         *model,
                         const char         *title,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  ShipSubmission what = { .mode = mode, .model = model, .title = title };
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (self->row != NULL);
  g_return_if_fail (text != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_send_async);
  submit (self, task, text, &what);
}

gint64
ship_session_send_finish (ShipSession *self, GAsyncResult *result, GError **error)
{
  gssize id;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_send_async), 0);

  id = g_task_propagate_int (G_TASK (result), error);
  return id > 0 ? id : 0;
}

/* --- for the turn --- */

void
ship_session_equip_turn (ShipSession *self, ShipTurn *turn, gboolean is_continuation)
{
  g_autofree char *directory = ship_paths_dup_session_dir (self->paths, self->id);
  gboolean         is_command = self->task->command != NULL && !is_continuation;
  g_autoptr (ShipPromptPrep) prep = ship_prompt_prep_new (self->store,
                                                          directory,
                                                          ship_runtime_get_sandbox (self->runtime),
                                                          self->task->id,
                                                          0,
                                                          is_command ? "" : self->task->prompt);

  ship_prompt_prep_set_agent (prep, self->agent, self->row->agent_session);
  ship_turn_set_prep (turn, prep);
  if (is_command)
    ship_turn_set_command (turn, self->task->command);
}

static void
noted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_warning ("That the agent has read it could not be noted: %s", error->message);
  else
    ship_session_emit_changed (self, "steer", 0);
}

void
ship_session_note_read (ShipSession *self, const char *message_id)
{
  ShipQueueJob *job = ship_queue_job_new (SHIP_QUEUE_JOB_READ);

  /* Durable: what is read must not become a task after a crash. */
  job->agent_id = g_strdup (message_id);
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_FULL,
                        ship_queue_job_run_thread,
                        job,
                        (GDestroyNotify) ship_queue_job_unref,
                        NULL,
                        noted_cb,
                        g_object_ref (self));
}

static void
learnt_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;
  GStrv commands = ship_agent_list_commands_finish (SHIP_AGENT (object), result, &error);

  if (commands == NULL)
    {
      g_debug ("The agent did not tell its commands: %s", error->message);
      return;
    }

  ship_session_set_agent_commands (self, commands);
}

void
ship_session_learn_commands (ShipSession *self)
{
  ship_agent_list_commands_async (self->agent,
                                  self->wake_cancellable,
                                  learnt_cb,
                                  g_object_ref (self));
}
