/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-request-desk-private.h"

#include "session/ship-rules.h"

#include <glib/gi18n-lib.h>

/*
 * An entry for each request from the event that tells it to the one that closes it:
 *
 *   asked -> OPEN -> (user) ANSWERING -> (on disk) ANSWERED -> (agent) DELIVERED -> closed
 *                \-> (rule) ----------------------/
 *
 *   answer_async -> loaded_cb -> answered_cb -> (return), start_delivery -> delivered_cb
 *
 * Entries are found again by the agent's id after each step, because the turn may have ended
 * meanwhile.
 */

#define MAX_ENTRIES 256

/* The agent reads these. */
#define TOO_MANY     "Too many requests at once: do one thing after the other."
#define RULE_REFUSAL "A rule of the user's forbids this. Go on without it, or say what you need."

enum
{
  CHANGED,
  WAITING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipRequestDesk, ship_request_desk, G_TYPE_OBJECT)

static void
ship_request_desk_dispose (GObject *object)
{
  ShipRequestDesk *self = SHIP_REQUEST_DESK (object);

  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->rules, g_ptr_array_unref);
  g_clear_object (&self->agent);
  g_clear_object (&self->writer);
  g_clear_object (&self->store);
  g_clear_pointer (&self->secrets, ship_secrets_unref);
  g_clear_pointer (&self->waiting, g_free);

  G_OBJECT_CLASS (ship_request_desk_parent_class)->dispose (object);
}

static void
ship_request_desk_class_init (ShipRequestDeskClass *klass)
{
  GType type = SHIP_TYPE_REQUEST_DESK;

  G_OBJECT_CLASS (klass)->dispose = ship_request_desk_dispose;

  signals[CHANGED] = g_signal_new ("changed",
                                   type,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   2,
                                   G_TYPE_STRING,
                                   G_TYPE_INT64);
  signals[WAITING] = g_signal_new ("waiting",
                                   type,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_STRING);
}

static void
ship_request_desk_init (ShipRequestDesk *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_request_entry_free);
  self->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_rule_row_free);
}

ShipRequestDesk *
ship_request_desk_new (ShipStore *store, ShipTranscriptWriter *writer, ShipSecrets *secrets)
{
  ShipRequestDesk *self = g_object_new (SHIP_TYPE_REQUEST_DESK, NULL);

  self->store = g_object_ref (store);
  self->writer = g_object_ref (writer);
  self->secrets = ship_secrets_ref (secrets);

  return self;
}

void
ship_request_desk_emit_changed (ShipRequestDesk *self, const char *table, gint64 row)
{
  g_signal_emit (self, signals[CHANGED], 0, table, row);
}

/* --- entries --- */

ShipRequestEntry *
ship_request_desk_find (ShipRequestDesk *self, const char *agent_id)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      ShipRequestEntry *entry = self->entries->pdata[i];

      if (g_str_equal (entry->agent_id, agent_id))
        return entry;
    }
  return NULL;
}

static gboolean
needs_user (ShipRequestEntry *entry)
{
  return entry->state == SHIP_REQUEST_OPEN || entry->state == SHIP_REQUEST_ANSWERING;
}

void
ship_request_desk_update_waiting (ShipRequestDesk *self)
{
  const char *title = NULL;

  for (guint i = 0; i < self->entries->len && title == NULL; i++)
    {
      ShipRequestEntry *entry = self->entries->pdata[i];

      if (needs_user (entry))
        title = entry->title;
    }
  if (g_strcmp0 (title, self->waiting) == 0)
    return;

  g_free (self->waiting);
  self->waiting = g_strdup (title);
  g_signal_emit (self, signals[WAITING], 0, self->waiting);
}

void
ship_request_desk_note (ShipRequestDesk *self, const char *format, const char *title)
{
  g_autofree char *short_title =
    g_utf8_strlen (title, -1) > 80 ? g_utf8_substring (title, 0, 80) : g_strdup (title);
  g_autofree char *text = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_printf (format, short_title);
#pragma GCC diagnostic pop
  ship_transcript_writer_note (self->writer, "notice", text);
}

/* --- the store --- */

void
ship_request_step_free (ShipRequestStep *step)
{
  g_clear_object (&step->self);
  g_clear_pointer (&step->job, ship_request_job_unref);
  g_clear_object (&step->task);
  g_free (step);
}

void
ship_request_desk_run_job (ShipRequestDesk    *self,
                           ShipRequestJob     *job,
                           GTask              *task,
                           GAsyncReadyCallback next)
{
  ShipStoreDurability durability =
    job->kind == SHIP_REQUEST_JOB_LOAD || job->kind == SHIP_REQUEST_JOB_DELIVERED
      ? SHIP_STORE_DURABILITY_NORMAL
      : SHIP_STORE_DURABILITY_FULL;
  ShipRequestStep *step = g_new0 (ShipRequestStep, 1);

  step->self = g_object_ref (self);
  step->job = ship_request_job_ref (job);
  g_set_object (&step->task, task);
  /* The request itself may still be on its way there. */
  ship_transcript_writer_flush (self->writer);
  ship_store_run_async (self->store,
                        durability,
                        ship_request_job_run_thread,
                        job,
                        (GDestroyNotify) ship_request_job_unref,
                        NULL,
                        next,
                        step);
}

static void
noted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipRequestStep) step = user_data;
  g_autoptr (GError) error = NULL;

  if (ship_store_run_finish (SHIP_STORE (object), result, &error))
    ship_request_desk_emit_changed (step->self, "request", 0);
  else
    g_warning ("What became of a request could not be written: %s", error->message);
}

void
ship_request_desk_mark (ShipRequestDesk *self, ShipRequestJobKind kind, const char *agent_id)
{
  ShipRequestJob *job = ship_request_job_new (kind);

  job->agent_id = g_strdup (agent_id);
  ship_request_desk_run_job (self, job, NULL, noted_cb);
}

/* --- what the agent tells --- */

gboolean
ship_request_desk_answer_by_rule (ShipRequestDesk *self, ShipRequestEntry *entry, const char **word)
{
  ShipAnswer     answer = { 0 };
  ShipRuleAction action;

  if (entry->permission == NULL || entry->state != SHIP_REQUEST_OPEN)
    return FALSE;
  action =
    ship_rules_decide (self->rules, entry->permission, (const char *const *) entry->patterns);
  if (action == SHIP_RULE_ACTION_ASK)
    return FALSE;

  answer.is_allowed = action == SHIP_RULE_ACTION_ALLOW;
  answer.message = RULE_REFUSAL;
  ship_request_entry_set_answer (entry, &answer);
  entry->state = SHIP_REQUEST_ANSWERED;
  entry->attempt = 0;
  *word = answer.is_allowed ? "allow (rule)" : "deny (rule)";

  return TRUE;
}

static void
take_request (ShipRequestDesk *self, ShipAgentEvent *event)
{
  ShipRequestEntry *entry = ship_request_desk_find (self, event->request->id);
  const char       *word = NULL;

  if (entry != NULL)
    {
      /* Told again: it still waits for what is answered already. */
      if (entry->state == SHIP_REQUEST_ANSWERED || entry->state == SHIP_REQUEST_DELIVERED)
        ship_request_desk_start_delivery (self, entry);
      return;
    }

  entry = ship_request_entry_new (event->request);
  if (!self->is_turn || self->entries->len >= MAX_ENTRIES)
    {
      ship_request_desk_turn_away (self, entry, self->is_turn ? TOO_MANY : NULL);
      ship_request_entry_free (entry);
      return;
    }

  g_ptr_array_add (self->entries, entry);
  if (ship_request_desk_answer_by_rule (self, entry, &word))
    {
      ship_transcript_writer_add_request (self->writer, event, word);
      ship_request_desk_start_delivery (self, entry);
      return;
    }
  ship_transcript_writer_add_request (self->writer, event, NULL);
  ship_request_desk_update_waiting (self);
}

/* It is answered, or the agent gave it up by itself. */
static void
close_request (ShipRequestDesk *self, const char *agent_id)
{
  ShipRequestEntry *entry = ship_request_desk_find (self, agent_id);

  if (entry == NULL)
    return;

  if (entry->state == SHIP_REQUEST_ANSWERED)
    ship_request_desk_mark (self, SHIP_REQUEST_JOB_DELIVERED, agent_id);
  else if (needs_user (entry))
    ship_request_desk_mark (self, SHIP_REQUEST_JOB_WITHDRAW, agent_id);
  g_ptr_array_remove (self->entries, entry);
  ship_request_desk_update_waiting (self);
}

void
ship_request_desk_take_event (ShipRequestDesk *self, ShipAgentEvent *event)
{
  g_return_if_fail (SHIP_IS_REQUEST_DESK (self));
  g_return_if_fail (event != NULL);

  if (event->kind == SHIP_AGENT_EVENT_PERMISSION || event->kind == SHIP_AGENT_EVENT_QUESTION)
    take_request (self, event);
  else if (event->kind == SHIP_AGENT_EVENT_REQUEST_CLOSED)
    close_request (self, event->request_id);
}

void
ship_request_desk_begin (ShipRequestDesk *self)
{
  g_return_if_fail (SHIP_IS_REQUEST_DESK (self));

  self->is_turn = TRUE;
}

void
ship_request_desk_end (ShipRequestDesk *self, gboolean is_agent_there)
{
  g_return_if_fail (SHIP_IS_REQUEST_DESK (self));

  self->is_turn = FALSE;
  for (guint i = 0; i < self->entries->len; i++)
    {
      ShipRequestEntry *entry = self->entries->pdata[i];

      if (entry->state == SHIP_REQUEST_ANSWERED)
        ship_request_desk_note (self,
                                _ ("The answer to “%s” did not reach the agent"),
                                entry->title);
      if (entry->state != SHIP_REQUEST_DELIVERED && is_agent_there)
        ship_request_desk_turn_away (self, entry, NULL);
    }
  g_ptr_array_set_size (self->entries, 0);
  ship_request_desk_update_waiting (self);
}

const char *
ship_request_desk_get_waiting (ShipRequestDesk *self)
{
  g_return_val_if_fail (SHIP_IS_REQUEST_DESK (self), NULL);

  return self->waiting;
}
