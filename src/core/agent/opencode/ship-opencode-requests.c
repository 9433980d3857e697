/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/opencode/ship-opencode-requests.h"

/*
 * Bodies of the requests that change something. Model, mode and variant stand in every prompt:
 * OpenCode forgets the last two from one prompt to the next. A permission is given "once" or not at
 * all: "always" would hold for all sessions, plan mode included. No I/O, any thread.
 */

void
ship_opencode_request_free (ShipOpencodeRequest *self)
{
  g_free (self->path);
  g_clear_pointer (&self->body, json_node_unref);
  g_free (self);
}

/* Takes @body. */
static ShipOpencodeRequest *
new_request (const char *prefix, const char *id, const char *suffix, JsonObject *body)
{
  ShipOpencodeRequest *self = g_new0 (ShipOpencodeRequest, 1);
  g_autofree char     *escaped = g_uri_escape_string (id, NULL, FALSE);

  self->path = g_strconcat (prefix, escaped, suffix, NULL);
  if (body != NULL)
    {
      self->body = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (self->body, body);
    }

  return self;
}

static void
set_optional (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    json_object_set_string_member (object, name, value);
}

ShipOpencodeRequest *
ship_opencode_request_new_session (const char *title)
{
  JsonObject *body = json_object_new ();

  set_optional (body, "title", title);

  return new_request ("/session", "", "", body);
}

static void
add_files (JsonArray *parts, const ShipAgentPrompt *prompt)
{
  for (gsize i = 0; i < prompt->n_files; i++)
    {
      JsonObject *part = json_object_new ();

      json_object_set_string_member (part, "type", "file");
      json_object_set_string_member (part, "mime", prompt->files[i].mime);
      json_object_set_string_member (part, "filename", prompt->files[i].name);
      json_object_set_string_member (part, "url", prompt->files[i].url);
      json_array_add_object_element (parts, part);
    }
}

/* A command's own text names files with "@"; here they are only what goes with it. */
ShipOpencodeRequest *
ship_opencode_request_new_command (const char            *session_id,
                                   const char            *command,
                                   const ShipAgentPrompt *prompt)
{
  JsonObject      *body = json_object_new ();
  JsonArray       *parts = json_array_new ();
  g_autofree char *model = g_strconcat (prompt->provider, "/", prompt->model, NULL);

  set_optional (body, "messageID", prompt->message_id);
  json_object_set_string_member (body, "command", command);
  json_object_set_string_member (body, "arguments", prompt->text);
  json_object_set_string_member (body, "model", model);
  json_object_set_string_member (body, "agent", prompt->mode);
  set_optional (body, "variant", prompt->variant);
  add_files (parts, prompt);
  json_object_set_array_member (body, "parts", parts);

  return new_request ("/session/", session_id, "/command", body);
}

ShipOpencodeRequest *
ship_opencode_request_new_prompt (const char *session_id, const ShipAgentPrompt *prompt)
{
  JsonObject *body = json_object_new ();
  JsonObject *model = json_object_new ();
  JsonObject *part = json_object_new ();
  JsonArray  *parts = json_array_new ();

  set_optional (body, "messageID", prompt->message_id);
  json_object_set_string_member (model, "providerID", prompt->provider);
  json_object_set_string_member (model, "modelID", prompt->model);
  json_object_set_object_member (body, "model", model);
  json_object_set_string_member (body, "agent", prompt->mode);
  set_optional (body, "variant", prompt->variant);
  set_optional (body, "system", prompt->system);
  json_object_set_string_member (part, "type", "text");
  json_object_set_string_member (part, "text", prompt->text);
  json_array_add_object_element (parts, part);
  add_files (parts, prompt);
  json_object_set_array_member (body, "parts", parts);

  return new_request ("/session/", session_id, "/prompt_async", body);
}

ShipOpencodeRequest *
ship_opencode_request_new_forget (const char *session_id, const char *message_id)
{
  g_autofree char *escaped = g_uri_escape_string (message_id, NULL, FALSE);
  g_autofree char *suffix = g_strconcat ("/message/", escaped, NULL);

  return new_request ("/session/", session_id, suffix, NULL);
}

ShipOpencodeRequest *
ship_opencode_request_new_abort (const char *session_id)
{
  return new_request ("/session/", session_id, "/abort", NULL);
}

ShipOpencodeRequest *
ship_opencode_request_new_permission_answer (const char *request_id,
                                             gboolean    allow,
                                             const char *message)
{
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "reply", allow ? "once" : "reject");
  set_optional (body, "message", message);

  return new_request ("/permission/", request_id, "/reply", body);
}

/* Each of the questions takes a list of answers; an empty text is no answer to it. */
static JsonArray *
new_answers (const char *text)
{
  JsonArray *list = json_array_new ();
  g_auto (GStrv) parts = g_strsplit (text, SHIP_AGENT_ANSWER_SEPARATOR, -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      json_array_add_string_element (list, parts[i]);

  return list;
}

ShipOpencodeRequest *
ship_opencode_request_new_question_answer (const char *request_id, const char *const *answers)
{
  JsonObject *body;
  JsonArray  *lists;

  if (answers == NULL)
    return new_request ("/question/", request_id, "/reject", NULL);

  body = json_object_new ();
  lists = json_array_new ();
  for (; *answers != NULL; answers++)
    json_array_add_array_element (lists, new_answers (*answers));
  json_object_set_array_member (body, "answers", lists);

  return new_request ("/question/", request_id, "/reply", body);
}
