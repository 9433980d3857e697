/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers model requests with the next step of the rehearsal's script. A stream is made in full
 * before its first byte leaves, and then handed to libsoup piece by piece by a timer, so that it
 * looks like a model that thinks. Each stream owns its message until that is finished or its client
 * is gone. Main thread.
 */
#include "config.h"

#include "gateway/ship-rehearsal.h"

#include <glib/gi18n-lib.h>

#include "base/ship-json.h"
#include "gateway/ship-rehearsal-script.h"

#define MODEL           "rehearsal"
#define COMPLETION_ID   "chatcmpl-rehearsal"
#define BYTES_PER_TOKEN 4
#define USAGE_KEY       "ship-rehearsal-usage"
/* A turn has about nine answers: together they wait for little more than a second. */
#define MAX_PIECES        12
#define PIECE_INTERVAL_MS 12

typedef struct
{
  SoupServerMessage *message; /* (owned) */
  GPtrArray         *pieces;  /* (owned) (element-type utf8): what goes out at each tick */
  guint              next;
  guint              timer; /* 0: none */
} Stream;

static void
stream_free (Stream *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  g_clear_pointer (&self->pieces, g_ptr_array_unref);
  g_free (self);
}

static gboolean
stream_tick_cb (gpointer user_data)
{
  Stream          *self = user_data;
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);
  const char      *piece = self->pieces->pdata[self->next++];
  gboolean         is_last = self->next == self->pieces->len;

  soup_message_body_append (body, SOUP_MEMORY_COPY, piece, strlen (piece));
  if (is_last)
    {
      soup_message_body_complete (body);
      self->timer = 0;
    }
  soup_server_message_unpause (self->message);
  return is_last ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
stream_ended_cb (SoupServerMessage *message, gpointer user_data)
{
  stream_free (user_data);
}

/* Takes @pieces. */
static void
stream_start (SoupServerMessage *message, GPtrArray *pieces)
{
  Stream             *self = g_new0 (Stream, 1);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  self->message = g_object_ref (message);
  self->pieces = pieces;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type (headers, "text/event-stream", NULL);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect (message, "finished", G_CALLBACK (stream_ended_cb), self);
  g_signal_connect (message, "disconnected", G_CALLBACK (stream_ended_cb), self);
  soup_server_message_pause (message);
  self->timer = g_timeout_add (PIECE_INTERVAL_MS, stream_tick_cb, self);
}

/* Takes @object. */
static void
respond (SoupServerMessage *message, guint status, JsonObject *object)
{
  char *text = ship_json_object_to_text (object);

  json_object_unref (object);
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message,
                                    "application/json",
                                    SOUP_MEMORY_TAKE,
                                    text,
                                    strlen (text));
}

static void
respond_error (SoupServerMessage *message, guint status, const char *text)
{
  JsonObject *root = json_object_new ();
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "message", text);
  json_object_set_string_member (object, "type", "invalid_request_error");
  json_object_set_object_member (root, "error", object);
  respond (message, status, root);
}

static void
respond_models (SoupServerMessage *message)
{
  JsonObject *root = json_object_new ();
  JsonObject *model = json_object_new ();
  JsonArray  *data = json_array_new ();

  json_object_set_string_member (model, "id", MODEL);
  json_object_set_string_member (model, "object", "model");
  json_object_set_int_member (model, "created", 0);
  json_object_set_string_member (model, "owned_by", "ship");
  json_array_add_object_element (data, model);
  json_object_set_string_member (root, "object", "list");
  json_object_set_array_member (root, "data", data);
  respond (message, SOUP_STATUS_OK, root);
}

static gint64
count_tokens (gsize n_bytes)
{
  return (gint64) (n_bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
}

static ShipUsage
measure (const ShipRehearsalTurn *turn, const ShipRehearsalStep *step)
{
  ShipUsage usage = SHIP_USAGE_INIT;
  gsize     n_bytes = strlen (step->text);

  for (guint i = 0; i < step->calls->len; i++)
    {
      const ShipRehearsalCall *call = step->calls->pdata[i];

      n_bytes += strlen (call->name) + strlen (call->arguments);
    }
  usage.input = count_tokens (turn->n_bytes);
  usage.output = count_tokens (n_bytes);
  return usage;
}

static JsonObject *
new_usage (const ShipUsage *usage)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "prompt_tokens", usage->input);
  json_object_set_int_member (object, "completion_tokens", usage->output);
  json_object_set_int_member (object, "total_tokens", usage->input + usage->output);
  return object;
}

static JsonArray *
new_tool_calls (const ShipRehearsalStep *step)
{
  JsonArray *calls = json_array_new ();

  for (guint i = 0; i < step->calls->len; i++)
    {
      const ShipRehearsalCall *call = step->calls->pdata[i];
      JsonObject              *object = json_object_new ();
      JsonObject              *function = json_object_new ();

      json_object_set_string_member (function, "name", call->name);
      json_object_set_string_member (function, "arguments", call->arguments);
      json_object_set_int_member (object, "index", i);
      json_object_set_string_member (object, "id", call->id);
      json_object_set_string_member (object, "type", "function");
      json_object_set_object_member (object, "function", function);
      json_array_add_object_element (calls, object);
    }
  return calls;
}

static const char *
get_finish_reason (const ShipRehearsalStep *step)
{
  return step->calls->len > 0 ? "tool_calls" : "stop";
}

static JsonObject *
new_completion (const char *kind)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", COMPLETION_ID);
  json_object_set_string_member (object, "object", kind);
  json_object_set_int_member (object, "created", g_get_real_time () / G_USEC_PER_SEC);
  json_object_set_string_member (object, "model", MODEL);
  return object;
}

/* Takes @content, a "delta" or "message". @finish_reason: (nullable) */
static void
add_choice (JsonObject *completion,
            const char *name,
            JsonObject *content,
            const char *finish_reason)
{
  JsonArray  *choices = json_array_new ();
  JsonObject *choice = json_object_new ();

  json_object_set_int_member (choice, "index", 0);
  json_object_set_object_member (choice, name, content);
  if (finish_reason != NULL)
    json_object_set_string_member (choice, "finish_reason", finish_reason);
  else
    json_object_set_null_member (choice, "finish_reason");
  json_array_add_object_element (choices, choice);
  json_object_set_array_member (completion, "choices", choices);
}

/* Takes @object. */
static void
append_event (GString *text, JsonObject *object)
{
  g_autofree char *data = ship_json_object_to_text (object);

  json_object_unref (object);
  g_string_append_printf (text, "data: %s\n\n", data);
}

/* Takes @delta. */
static void
append_delta (GString *text, JsonObject *delta, const char *finish_reason)
{
  JsonObject *chunk = new_completion ("chat.completion.chunk");

  add_choice (chunk, "delta", delta, finish_reason);
  append_event (text, chunk);
}

/* How much of @text goes into one piece: whole words. */
static gsize
measure_piece (const char *text, guint n_words)
{
  const char *p = text;

  for (guint i = 0; i < n_words && *p != '\0'; i++)
    {
      p += strspn (p, " \n");
      p += strcspn (p, " \n");
    }
  return *p != '\0' ? (gsize) (p - text) : strlen (text);
}

static void
add_text_pieces (GPtrArray *pieces, const char *text)
{
  guint n_words = 1;

  for (const char *p = text; *p != '\0'; p++)
    n_words += *p == ' ' || *p == '\n' ? 1 : 0;
  while (*text != '\0')
    {
      gsize            length = measure_piece (text, (n_words + MAX_PIECES - 1) / MAX_PIECES);
      g_autofree char *words = g_strndup (text, length);
      g_autoptr (GString) piece = g_string_new (NULL);
      JsonObject *delta = json_object_new ();

      if (pieces->len == 0)
        json_object_set_string_member (delta, "role", "assistant");
      json_object_set_string_member (delta, "content", words);
      append_delta (piece, delta, NULL);
      g_ptr_array_add (pieces, g_string_free (g_steal_pointer (&piece), FALSE));
      text += length;
    }
}

/* Everything that is sent, cut into what leaves at each tick. (transfer full) */
static GPtrArray *
new_pieces (const ShipRehearsalStep *step, const ShipUsage *usage)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) tail = g_string_new (NULL);
  JsonObject *last = new_completion ("chat.completion.chunk");

  add_text_pieces (pieces, step->text);
  if (step->calls->len > 0)
    {
      JsonObject *delta = json_object_new ();

      json_object_set_array_member (delta, "tool_calls", new_tool_calls (step));
      append_delta (tail, delta, NULL);
    }
  append_delta (tail, json_object_new (), get_finish_reason (step));
  json_object_set_array_member (last, "choices", json_array_new ());
  json_object_set_object_member (last, "usage", new_usage (usage));
  append_event (tail, last);
  g_string_append (tail, "data: [DONE]\n\n");
  g_ptr_array_add (pieces, g_string_free (g_steal_pointer (&tail), FALSE));
  return pieces;
}

static void
respond_completion (SoupServerMessage       *message,
                    const ShipRehearsalStep *step,
                    const ShipUsage         *usage)
{
  JsonObject *completion = new_completion ("chat.completion");
  JsonObject *content = json_object_new ();

  json_object_set_string_member (content, "role", "assistant");
  json_object_set_string_member (content, "content", step->text);
  if (step->calls->len > 0)
    json_object_set_array_member (content, "tool_calls", new_tool_calls (step));
  add_choice (completion, "message", content, get_finish_reason (step));
  json_object_set_object_member (completion, "usage", new_usage (usage));
  respond (message, SOUP_STATUS_OK, completion);
}

static void
complete (SoupServerMessage *message, GBytes *request_body)
{
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (ShipRehearsalTurn) turn = NULL;
  g_autoptr (ShipRehearsalStep) step = NULL;
  g_autoptr (GError) error = NULL;
  ShipUsage   usage;
  gsize       length = 0;
  const char *text = request_body != NULL ? g_bytes_get_data (request_body, &length) : NULL;

  request = ship_json_parse_object (text != NULL ? text : "", (gssize) length, &error);
  if (request != NULL)
    turn = ship_rehearsal_turn_new (request, &error);
  if (turn == NULL)
    {
      respond_error (message, SOUP_STATUS_BAD_REQUEST, error->message);
      return;
    }
  step = ship_rehearsal_script_next (turn);
  usage = measure (turn, step);
  g_object_set_data_full (G_OBJECT (message), USAGE_KEY, g_memdup2 (&usage, sizeof usage), g_free);
  if (ship_json_get_boolean (request, "stream", FALSE))
    stream_start (message, new_pieces (step, &usage));
  else
    respond_completion (message, step, &usage);
}

void
ship_rehearsal_handle (SoupServerMessage *message, GBytes *request_body)
{
  const char *method;
  const char *path;

  g_return_if_fail (SOUP_IS_SERVER_MESSAGE (message));

  method = soup_server_message_get_method (message);
  path = g_uri_get_path (soup_server_message_get_uri (message));
  if (g_str_has_suffix (path, "/chat/completions") && g_str_equal (method, SOUP_METHOD_POST))
    complete (message, request_body);
  else if (g_str_has_suffix (path, "/models") && g_str_equal (method, SOUP_METHOD_GET))
    respond_models (message);
  else
    respond_error (message,
                   SOUP_STATUS_NOT_FOUND,
                   _ ("The rehearsal answers POST …/chat/completions and GET …/models only."));
}

const ShipUsage *
ship_rehearsal_get_usage (SoupServerMessage *message)
{
  g_return_val_if_fail (SOUP_IS_SERVER_MESSAGE (message), NULL);
  return g_object_get_data (G_OBJECT (message), USAGE_KEY);
}
