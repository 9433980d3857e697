/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-request-entry-private.h"

#include "agent/ship-agent.h"
#include "base/ship-json.h"
#include "session/ship-session-error.h"

#include <glib/gi18n-lib.h>

/*
 * What the agent asked, read from its own words, and what may be said to it.
 */

#define MAX_MESSAGE_BYTES (16 * 1024)

/* The agent reads it, so it is not translated. */
#define PLAIN_REFUSAL                                                                              \
  "The user refused this. Do not try to do the same in another way: go on without it, or say "     \
  "what "                                                                                          \
  "you need."

static GStrv
read_strings (JsonObject *details, const char *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = details != NULL ? ship_json_get_array (details, name) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        g_strv_builder_add (builder, json_node_get_string (node));
    }
  return g_strv_builder_end (builder);
}

ShipRequestEntry *
ship_request_entry_new (const ShipAgentRequest *request)
{
  ShipRequestEntry *self = g_new0 (ShipRequestEntry, 1);

  self->agent_id = g_strdup (request->id);
  self->permission = g_strdup (request->permission);
  self->title = g_strdup (request->title);
  self->details =
    request->details != NULL ? ship_json_parse_object (request->details, -1, NULL) : NULL;
  self->patterns = read_strings (self->details, "patterns");
  self->always = read_strings (self->details, "always");
  self->state = SHIP_REQUEST_OPEN;

  return self;
}

void
ship_request_entry_free (ShipRequestEntry *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_free (self->agent_id);
  g_free (self->permission);
  g_free (self->title);
  g_strfreev (self->patterns);
  g_strfreev (self->always);
  g_clear_pointer (&self->details, json_object_unref);
  g_free (self->message);
  g_strfreev (self->answers);
  g_free (self);
}

static gboolean
has_option (JsonObject *question, const char *text)
{
  JsonArray *options = ship_json_get_array (question, "options");

  for (guint i = 0; options != NULL && i < json_array_get_length (options); i++)
    {
      JsonNode *node = json_array_get_element (options, i);

      if (JSON_NODE_HOLDS_OBJECT (node) &&
          g_strcmp0 (ship_json_get_string (json_node_get_object (node), "label", NULL), text) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_answer (JsonObject *question, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, SHIP_AGENT_ANSWER_SEPARATOR, -1);
  const char *words = ship_json_get_string (question, "question", "");

  if (!ship_json_get_boolean (question, "multiple", FALSE) && g_strv_length (parts) > 1)
    {
      g_set_error (error,
                   SHIP_SESSION_ERROR,
                   SHIP_SESSION_ERROR_INVALID,
                   _ ("“%s” wants one answer"),
                   words);
      return FALSE;
    }
  if (ship_json_get_boolean (question, "custom", TRUE))
    return TRUE;
  for (gsize i = 0; parts[i] != NULL; i++)
    if (!has_option (question, parts[i]))
      {
        g_set_error (error,
                     SHIP_SESSION_ERROR,
                     SHIP_SESSION_ERROR_INVALID,
                     _ ("“%s” is none of the answers to “%s”"),
                     parts[i],
                     words);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_answers (ShipRequestEntry *self, const char *const *answers, GError **error)
{
  JsonArray *questions =
    self->details != NULL ? ship_json_get_array (self->details, "questions") : NULL;
  guint    n_questions = questions != NULL ? json_array_get_length (questions) : 0;
  guint    n_answers = g_strv_length ((char **) answers);
  gboolean is_empty = TRUE;

  for (guint i = 0; i < n_answers; i++)
    is_empty = is_empty && answers[i][0] == '\0';
  if (is_empty)
    {
      g_set_error_literal (error,
                           SHIP_SESSION_ERROR,
                           SHIP_SESSION_ERROR_INVALID,
                           _ ("The answer is empty"));
      return FALSE;
    }
  if (n_questions > 0 && n_answers != n_questions)
    {
      g_set_error (error,
                   SHIP_SESSION_ERROR,
                   SHIP_SESSION_ERROR_INVALID,
                   g_dngettext (GETTEXT_PACKAGE,
                                "This asks %u thing: it wants as many answers",
                                "This asks %u things: it wants as many answers",
                                n_questions),
                   n_questions);
      return FALSE;
    }
  for (guint i = 0; i < n_questions; i++)
    {
      JsonNode *node = json_array_get_element (questions, i);

      if (answers[i][0] != '\0' && JSON_NODE_HOLDS_OBJECT (node) &&
          !check_answer (json_node_get_object (node), answers[i], error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ship_request_entry_check (ShipRequestEntry *self, const ShipAnswer *answer, GError **error)
{
  const char *problem = NULL;

  if (self->permission != NULL && answer->answers != NULL)
    problem = _ ("This asks for a permission: allow or deny it");
  else if (self->permission != NULL && answer->is_for_session && !answer->is_allowed)
    problem = _ ("Only a permission that is given can hold for the session");
  else if (self->permission == NULL && answer->is_for_session)
    problem = _ ("A question is answered once");
  else if (self->permission == NULL && answer->answers == NULL && !answer->is_rejected)
    problem = _ ("This is a question: answer it, or reject it");
  else if (answer->answers != NULL && answer->is_rejected)
    problem = _ ("A question is either answered or rejected");
  else if (answer->message != NULL && strlen (answer->message) > MAX_MESSAGE_BYTES)
    problem = _ ("The reason is longer than 16 KiB");
  if (problem != NULL)
    {
      g_set_error_literal (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID, problem);
      return FALSE;
    }
  return answer->answers == NULL || check_answers (self, answer->answers, error);
}

void
ship_request_entry_set_answer (ShipRequestEntry *self, const ShipAnswer *answer)
{
  gboolean is_refusal = self->permission != NULL && !answer->is_allowed;

  g_free (self->message);
  g_strfreev (self->answers);
  self->is_allowed = answer->is_allowed;
  self->message = NULL;
  if (is_refusal && answer->message != NULL && answer->message[0] != '\0')
    self->message = g_strdup (answer->message);
  else if (is_refusal)
    self->message = g_strdup (PLAIN_REFUSAL);
  self->answers = g_strdupv ((char **) answer->answers);
}

char *
ship_request_entry_dup_answer (ShipRequestEntry *self)
{
  g_autofree char *joined = NULL;

  if (self->permission != NULL && self->is_allowed)
    return g_strdup ("allow");
  if (self->permission != NULL)
    return g_str_equal (self->message, PLAIN_REFUSAL) ? g_strdup ("deny")
                                                      : g_strdup_printf ("deny: %s", self->message);
  if (self->answers == NULL)
    return g_strdup ("reject");

  joined = g_strjoinv (", ", self->answers);
  g_strdelimit (joined, SHIP_AGENT_ANSWER_SEPARATOR, ';');
  return g_steal_pointer (&joined);
}
