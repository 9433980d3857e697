/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-parts-private.h"

#include "base/ship-names.h"
#include "session/ship-session-shelf.h"

/*
 * The session's title by a small model. The agent asks it, beside its first turn, when its
 * conversation was begun without a title; whatever becomes of that, the turn goes on, and the title
 * from the prompt stays until a better one comes. The branch is renamed with it as long as nothing
 * was committed on it and it has the name that we gave it. See docs/decisions/0015.
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

/* A title on its way to the store, and what comes of it. */
typedef struct
{
  ShipSession *self;   /* (owned) */
  char        *branch; /* (owned) (nullable): the name that goes with it */
} Suggestion;

static void
suggestion_free (Suggestion *suggestion)
{
  g_clear_object (&suggestion->self);
  g_free (suggestion->branch);
  g_free (suggestion);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Suggestion, suggestion_free)

static void
branch_named_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* A name that is taken, or a commit that was quicker: the old one stays. */
  if (!ship_session_command_finish (SHIP_SESSION (object), result, &error))
    g_debug ("The branch keeps its name: %s", error->message);
}

/* The branch's name for @title: NULL when the name is not ours to change, or others may know it. */
static char *
dup_branch (ShipSession *self, const char *title)
{
  const ShipSessionRow *row = self->row;

  if (g_strcmp0 (row->head_commit, row->base_commit) != 0)
    return NULL;

  return ship_names_retitle_branch (row->branch, self->id, row->title, title);
}

static void
suggested_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Suggestion) suggestion = user_data;
  ShipSession *self = suggestion->self;
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_warning ("The session's title could not be written: %s", error->message);
      return;
    }

  ship_session_emit_changed (self, "session", 0);
  ship_index_writer_touch (self->index, self->store);
  if (suggestion->branch != NULL && !self->is_closing &&
      g_strcmp0 (self->row->head_commit, self->row->base_commit) == 0)
    ship_session_set_branch_async (self, suggestion->branch, branch_named_cb, NULL);
}

void
ship_session_take_title (ShipSession *self, ShipAgentEvent *event)
{
  g_autofree char *title = NULL;
  ShipSessionJob  *job;
  Suggestion      *suggestion;

  /* A sub-agent's conversation has a title of its own. */
  if (event->parent_id != NULL || !may_suggest (self) || event->text == NULL ||
      g_strcmp0 (event->session_id, self->row->agent_session) != 0)
    return;

  title = clean_title (self, event->text);
  if (title[0] == '\0')
    return;

  suggestion = g_new0 (Suggestion, 1);
  suggestion->self = g_object_ref (self);
  suggestion->branch = dup_branch (self, title);
  g_free (self->row->title);
  self->row->title = g_strdup (title);
  g_free (self->row->title_source);
  self->row->title_source = g_strdup ("model");
  job = ship_session_job_new (SHIP_SESSION_JOB_SUGGEST_TITLE);
  job->title = g_steal_pointer (&title);
  ship_session_run_job (self, job, suggested_cb, suggestion);
}
