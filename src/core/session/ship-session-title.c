/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-parts-private.h"

#include "base/ship-names.h"

/*
 * The session's title by a small model. The agent asks it, beside its first turn, when its
 * conversation was begun without a title; whatever becomes of that, the turn goes on, and the title
 * from the prompt stays until a better one comes. See docs/decisions/0015.
 */

#define MAX_TITLE_CHARS 50

static gboolean
may_suggest (ShipSession *self)
{
  return g_strcmp0 (self->row->title_source, "prompt") == 0;
}

const char *
ship_session_get_fixed_title (ShipSession *self)
{
  return may_suggest (self) ? NULL : self->row->title;
}

const char *
ship_session_take_purpose (ShipSession *self, const ShipExchangeRow *exchange)
{
  if (g_strcmp0 (exchange->purpose, SHIP_EXCHANGE_ASIDE) != 0 || !self->is_title_due ||
      g_strcmp0 (exchange->agent_session, self->row->agent_session) != 0)
    return exchange->purpose;

  /* One that failed is tried again. */
  self->is_title_due = exchange->status != 200;
  return SHIP_EXCHANGE_TITLE;
}

/* Cuts what stands around @text, in place, if it stands on both sides; NULL if it does not. */
static char *
unwrap (char *text, const char *begin, const char *end)
{
  gsize length = strlen (text);
  gsize n_begin = strlen (begin);
  gsize n_end = strlen (end);

  if (length < n_begin + n_end || !g_str_has_prefix (text, begin) || !g_str_has_suffix (text, end))
    return NULL;
  text[length - n_end] = '\0';

  return g_strstrip (text + n_begin);
}

/* The first line, without the quotes and the marks that small models like to put around a title.
 * (transfer full) */
static char *
clean_title (ShipSession *self, const char *text)
{
  static const char *const pairs[][2] = { { "\"", "\"" }, { "'", "'" }, { "`", "`" }, { "“", "”" },
                                          { "«", "»" },   { "*", "*" }, { "#", "" } };
  g_autofree char         *redacted = ship_secrets_redact (self->secrets, text);
  char                    *title = g_strstrip (redacted);
  guint                    i = 0;

  title[strcspn (title, "\r\n")] = '\0';
  while (i < G_N_ELEMENTS (pairs))
    {
      char *inner = unwrap (title, pairs[i][0], pairs[i][1]);

      i = inner != NULL ? 0 : i + 1;
      title = inner != NULL ? inner : title;
    }

  return ship_names_title (title, MAX_TITLE_CHARS);
}

static void
suggested_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_warning ("The session's title could not be written: %s", error->message);
      return;
    }

  ship_session_emit_changed (self, "session", 0);
  ship_index_writer_touch (self->index, self->store);
}

void
ship_session_take_title (ShipSession *self, ShipAgentEvent *event)
{
  g_autofree char *title = NULL;
  ShipSessionJob  *job;

  /* A sub-agent's conversation has a title of its own. */
  if (event->parent_id != NULL || !may_suggest (self) || event->text == NULL ||
      g_strcmp0 (event->session_id, self->row->agent_session) != 0)
    return;

  title = clean_title (self, event->text);
  if (title[0] == '\0')
    return;

  g_free (self->row->title);
  self->row->title = g_strdup (title);
  g_free (self->row->title_source);
  self->row->title_source = g_strdup ("model");
  job = ship_session_job_new (SHIP_SESSION_JOB_SUGGEST_TITLE);
  job->title = g_steal_pointer (&title);
  ship_session_run_job (self, job, suggested_cb, g_object_ref (self));
}
