/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the message list of an OpenAI Chat Completions request into what the rehearsal's script
 * asks about: the prompt, the directory, and the tool calls made since that prompt with their
 * results. No I/O, no state.
 */
#include "gateway/ship-rehearsal-turn.h"

#include "base/ship-json.h"

#define DIRECTORY_LABEL   "Working directory: "
#define DEFAULT_DIRECTORY "/work"
#define REMINDER_START    "<system-reminder>"
#define PLAN_MARK         "Plan mode ACTIVE"
#define REMINDER_END      "</system-reminder>"

static void
action_free (ShipRehearsalAction *self)
{
  g_free (self->id);
  g_free (self->name);
  g_clear_pointer (&self->arguments, json_object_unref);
  g_free (self->result);
  g_free (self);
}

const char *
ship_rehearsal_action_get_argument (const ShipRehearsalAction *self, const char *name)
{
  return self->arguments != NULL ? ship_json_get_string (self->arguments, name, NULL) : NULL;
}

/* A message's content is a text, or a list of parts of which some are texts. */
static char *
dup_content (JsonObject *message)
{
  const char *text = ship_json_get_string (message, "content", NULL);
  JsonArray  *parts = ship_json_get_array (message, "content");
  GString    *joined;

  if (text != NULL)
    return g_strdup (text);
  joined = g_string_new (NULL);
  for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++)
    {
      JsonNode *part = json_array_get_element (parts, i);

      if (!JSON_NODE_HOLDS_OBJECT (part))
        continue;
      if (joined->len > 0)
        g_string_append_c (joined, '\n');
      g_string_append (joined, ship_json_get_string (json_node_get_object (part), "text", ""));
    }
  return g_string_free (joined, FALSE);
}

/* What the agent adds for the model's eyes is no wish of the user. */
static char *
dup_without_reminders (const char *text)
{
  GString    *rest = g_string_new (NULL);
  const char *start;

  while ((start = strstr (text, REMINDER_START)) != NULL)
    {
      const char *end = strstr (start, REMINDER_END);

      g_string_append_len (rest, text, start - text);
      text = end != NULL ? end + strlen (REMINDER_END) : start + strlen (start);
    }
  g_string_append (rest, text);
  return g_strstrip (g_string_free (rest, FALSE));
}

static char *
dup_directory (const char *system)
{
  const char      *start = strstr (system, DIRECTORY_LABEL);
  g_autofree char *line = NULL;

  if (start == NULL)
    return NULL;
  start += strlen (DIRECTORY_LABEL);
  line = g_strstrip (g_strndup (start, strcspn (start, "\r\n")));
  return g_path_is_absolute (line) ? g_steal_pointer (&line) : NULL;
}

static void
read_assistant (ShipRehearsalTurn *self, JsonObject *message)
{
  JsonArray *calls = ship_json_get_array (message, "tool_calls");

  for (guint i = 0; calls != NULL && i < json_array_get_length (calls); i++)
    {
      JsonNode            *node = json_array_get_element (calls, i);
      ShipRehearsalAction *action;
      const char          *arguments;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        continue;
      action = g_new0 (ShipRehearsalAction, 1);
      action->id = g_strdup (ship_json_get_string (json_node_get_object (node), "id", ""));
      action->name =
        g_strdup (ship_json_get_string (json_node_get_object (node), "function.name", ""));
      arguments = ship_json_get_string (json_node_get_object (node), "function.arguments", "");
      action->arguments = ship_json_parse_object (arguments, -1, NULL);
      self->n_bytes += strlen (arguments);
      self->n_calls++;
      g_ptr_array_add (self->actions, action);
    }
}

static void
read_result (ShipRehearsalTurn *self, JsonObject *message, const char *content)
{
  const char *id = ship_json_get_string (message, "tool_call_id", "");

  for (guint i = self->actions->len; i > 0; i--)
    {
      ShipRehearsalAction *action = self->actions->pdata[i - 1];

      if (g_str_equal (action->id, id) && action->result == NULL)
        {
          action->result = g_strdup (content);
          return;
        }
    }
}

static void
read_prompt (ShipRehearsalTurn *self, const char *content)
{
  g_autofree char *prompt = dup_without_reminders (content);
  gboolean         is_planning = strstr (content, PLAN_MARK) != NULL;

  /* A message that is nothing but a reminder does not begin a new turn. */
  if (*prompt == '\0')
    {
      self->is_planning |= is_planning;
      return;
    }
  self->is_planning = is_planning;
  g_free (self->prompt);
  self->prompt = g_steal_pointer (&prompt);
  g_ptr_array_set_size (self->actions, 0);
}

static void
read_message (ShipRehearsalTurn *self, JsonObject *message)
{
  const char      *role = ship_json_get_string (message, "role", "");
  g_autofree char *content = dup_content (message);

  self->n_bytes += strlen (content);
  if (g_str_equal (role, "user"))
    read_prompt (self, content);
  else if (g_str_equal (role, "assistant"))
    read_assistant (self, message);
  else if (g_str_equal (role, "tool"))
    read_result (self, message, content);
  else if (self->directory == NULL)
    self->directory = dup_directory (content);
}

static GStrv
dup_tools (JsonObject *request)
{
  JsonArray *tools = ship_json_get_array (request, "tools");
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; tools != NULL && i < json_array_get_length (tools); i++)
    {
      JsonNode *tool = json_array_get_element (tools, i);

      if (JSON_NODE_HOLDS_OBJECT (tool))
        g_strv_builder_add (
          names,
          ship_json_get_string (json_node_get_object (tool), "function.name", ""));
    }
  return g_strv_builder_end (names);
}

ShipRehearsalTurn *
ship_rehearsal_turn_new (JsonObject *request, GError **error)
{
  g_autoptr (ShipRehearsalTurn) self = NULL;
  JsonArray *messages;

  g_return_val_if_fail (request != NULL, NULL);

  messages = ship_json_require_array (request, "messages", error);
  if (messages == NULL)
    return NULL;
  self = g_new0 (ShipRehearsalTurn, 1);
  self->actions = g_ptr_array_new_with_free_func ((GDestroyNotify) action_free);
  self->tools = dup_tools (request);
  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonNode *message = json_array_get_element (messages, i);

      if (JSON_NODE_HOLDS_OBJECT (message))
        read_message (self, json_node_get_object (message));
    }
  if (self->directory == NULL)
    self->directory = g_strdup (DEFAULT_DIRECTORY);
  if (self->prompt == NULL)
    self->prompt = g_strdup ("");
  return g_steal_pointer (&self);
}

void
ship_rehearsal_turn_free (ShipRehearsalTurn *self)
{
  if (self == NULL)
    return;
  g_free (self->prompt);
  g_free (self->directory);
  g_clear_pointer (&self->actions, g_ptr_array_unref);
  g_clear_pointer (&self->tools, g_strfreev);
  g_free (self);
}

gboolean
ship_rehearsal_turn_has_tool (const ShipRehearsalTurn *self, const char *name)
{
  return g_strv_contains ((const char *const *) self->tools, name);
}
