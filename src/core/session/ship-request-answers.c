/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-request-desk-private.h"

#include "session/ship-rules.h"
#include "session/ship-session-error.h"

#include <glib/gi18n-lib.h>

/*
 * What the user says: answers and rules. Both are on disk before they have any effect.
 *
 *   answer_async -> loaded_cb -> answered_cb -> (return)
 *   set_rule_async, load_async -> rules_cb -> (return)
 */

#define NOT_WAITING _ ("The request does not wait for an answer any more")

/* Takes the rules that a job has read, and what they mean for what is open. */
static void
take_rules (ShipRequestDesk *self, ShipRequestJob *job)
{
  if (job->rules == NULL)
    return;

  g_ptr_array_unref (self->rules);
  self->rules = g_steal_pointer (&job->rules);
  for (guint i = 0; i < self->entries->len; i++)
    {
      ShipRequestEntry *entry = self->entries->pdata[i];
      const char       *word = NULL;

      if (!ship_request_desk_answer_by_rule (self, entry, &word))
        continue;
      ship_transcript_writer_answer_request (self->writer, entry->agent_id, word);
      ship_request_desk_start_delivery (self, entry);
    }
  ship_request_desk_update_waiting (self);
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipRequestStep) step = user_data;
  ShipRequestDesk  *self = step->self;
  ShipRequestEntry *entry = ship_request_desk_find (self, step->job->agent_id);
  g_autoptr (GError) error = NULL;
  gboolean is_stored = ship_store_run_finish (SHIP_STORE (object), result, &error);

  if (is_stored && step->job->is_done)
    {
      if (entry != NULL)
        {
          entry->state = SHIP_REQUEST_ANSWERED;
          entry->attempt = 0;
          ship_request_desk_start_delivery (self, entry);
        }
      ship_request_desk_emit_changed (self, "request", step->job->request);
      if (step->job->new_rules != NULL)
        {
          take_rules (self, step->job);
          ship_request_desk_emit_changed (self, "rule", 0);
        }
      ship_request_desk_update_waiting (self);
    }
  else if (entry != NULL)
    entry->state = SHIP_REQUEST_OPEN;

  if (error != NULL)
    g_task_return_error (step->task, g_steal_pointer (&error));
  else if (entry == NULL || !step->job->is_done) /* the turn has ended, or the agent gave it up */
    g_task_return_new_error (step->task,
                             SHIP_SESSION_ERROR,
                             SHIP_SESSION_ERROR_CONFLICT,
                             NOT_WAITING);
  else
    g_task_return_boolean (step->task, TRUE);
}

/* The answer's own values, until it is checked. */
typedef struct
{
  ShipAnswer answer;
  char      *message; /* (owned) (nullable) */
  GStrv      answers; /* (owned) (nullable) */
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->message);
  g_strfreev (wish->answers);
  g_free (wish);
}

/* The rules that "for this session" means. */
static gboolean
add_rules (ShipRequestDesk *self, ShipRequestEntry *entry, ShipRequestJob *job, GError **error)
{
  g_auto (GStrv) patterns = ship_rules_get_patterns_like (entry->permission,
                                                          (const char *const *) entry->patterns,
                                                          (const char *const *) entry->always);

  for (gsize i = 0; patterns != NULL && patterns[i] != NULL; i++)
    {
      g_autofree char *redacted = ship_secrets_redact (self->secrets, patterns[i]);

      if (!g_str_equal (redacted, patterns[i]))
        break; /* a secret is not written down */
      ship_request_job_add_rule (job, entry->permission, patterns[i], "allow");
    }
  if (patterns != NULL && job->new_rules != NULL && job->new_rules->len == g_strv_length (patterns))
    return TRUE;

  g_set_error_literal (error,
                       SHIP_SESSION_ERROR,
                       SHIP_SESSION_ERROR_INVALID,
                       _ ("What this asks for cannot be told from other things: it can only be "
                          "allowed once"));
  return FALSE;
}

static ShipRequestEntry *
find_open (ShipRequestDesk *self, const ShipRequestRow *row, GError **error)
{
  ShipRequestEntry *entry = row != NULL ? ship_request_desk_find (self, row->agent_id) : NULL;

  if (row == NULL)
    g_set_error_literal (error,
                         SHIP_SESSION_ERROR,
                         SHIP_SESSION_ERROR_NOT_FOUND,
                         _ ("There is no such request"));
  else if (entry != NULL && entry->state == SHIP_REQUEST_ANSWERING)
    g_set_error_literal (error,
                         SHIP_SESSION_ERROR,
                         SHIP_SESSION_ERROR_CONFLICT,
                         _ ("Another answer to this was first"));
  else if (entry == NULL || entry->state != SHIP_REQUEST_OPEN)
    g_set_error_literal (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT, NOT_WAITING);
  else
    return entry;

  return NULL;
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipRequestStep) step = user_data;
  ShipRequestDesk  *self = step->self;
  Wish             *wish = g_task_get_task_data (step->task);
  ShipRequestEntry *entry = NULL;
  g_autoptr (ShipRequestJob) job = ship_request_job_new (SHIP_REQUEST_JOB_ANSWER);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (ship_store_run_finish (SHIP_STORE (object), result, &error))
    entry = find_open (self, step->job->row, &error);
  if (entry == NULL || !ship_request_entry_check (entry, &wish->answer, &error) ||
      (wish->answer.is_for_session && !add_rules (self, entry, job, &error)))
    {
      g_task_return_error (step->task, g_steal_pointer (&error));
      return;
    }

  ship_request_entry_set_answer (entry, &wish->answer);
  entry->state = SHIP_REQUEST_ANSWERING;
  text = ship_request_entry_dup_answer (entry);
  job->request = step->job->request;
  job->agent_id = g_strdup (entry->agent_id);
  job->text = wish->answer.is_for_session ? g_strdup ("allow (session)")
                                          : ship_secrets_redact (self->secrets, text);
  ship_request_desk_run_job (self, g_steal_pointer (&job), step->task, answered_cb);
}

void
ship_request_desk_answer_async (ShipRequestDesk    *self,
                                gint64              request,
                                const ShipAnswer   *answer,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  ShipRequestJob *job;
  Wish           *wish;

  g_return_if_fail (SHIP_IS_REQUEST_DESK (self));
  g_return_if_fail (answer != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_request_desk_answer_async);
  wish = g_new0 (Wish, 1);
  wish->answer = *answer;
  wish->answer.message = wish->message = g_strdup (answer->message);
  wish->answers = g_strdupv ((char **) answer->answers);
  wish->answer.answers = (const char *const *) wish->answers;
  g_task_set_task_data (task, wish, wish_free);
  job = ship_request_job_new (SHIP_REQUEST_JOB_LOAD);
  job->request = request;
  ship_request_desk_run_job (self, job, task, loaded_cb);
}

gboolean
ship_request_desk_answer_finish (ShipRequestDesk *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_request_desk_answer_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The end of a load, too. */
static void
rules_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipRequestStep) step = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (step->task, g_steal_pointer (&error));
      return;
    }

  take_rules (step->self, step->job);
  if (step->job->new_rules != NULL)
    ship_request_desk_emit_changed (step->self, "rule", 0);
  g_task_return_boolean (step->task, TRUE);
}

void
ship_request_desk_set_rule_async (ShipRequestDesk    *self,
                                  const char         *permission,
                                  const char         *pattern,
                                  const char         *action,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  ShipRequestJob *job;

  g_return_if_fail (SHIP_IS_REQUEST_DESK (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_request_desk_set_rule_async);
  if (!ship_rule_is_valid (permission, pattern, action[0] != '\0' ? action : "allow"))
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               _ ("“%s %s %s” is not a rule: it takes allow, ask or deny, a "
                                  "permission such as bash or edit, and a pattern"),
                               action,
                               permission,
                               pattern);
      return;
    }

  job = ship_request_job_new (SHIP_REQUEST_JOB_SET_RULES);
  ship_request_job_add_rule (job, permission, pattern, action);
  ship_request_desk_run_job (self, job, task, rules_cb);
}

gboolean
ship_request_desk_set_rule_finish (ShipRequestDesk *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_request_desk_set_rule_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_request_desk_load_async (ShipRequestDesk    *self,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_REQUEST_DESK (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_request_desk_load_async);
  ship_request_desk_run_job (self,
                             ship_request_job_new (SHIP_REQUEST_JOB_SET_RULES),
                             task,
                             rules_cb);
}

gboolean
ship_request_desk_load_finish (ShipRequestDesk *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_request_desk_load_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

GStrv
ship_request_desk_get_permissions (ShipRequestDesk *self)
{
  g_return_val_if_fail (SHIP_IS_REQUEST_DESK (self), NULL);

  return ship_rules_get_permissions (self->rules);
}
