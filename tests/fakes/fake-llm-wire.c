/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-llm-wire.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Event streams as the providers send them, as far as OpenCode's client libraries read them. Pure
 * functions. */

static void
call_free (gpointer data)
{
  FakeLlmCall *call = data;

  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

FakeLlmAnswer *
fake_llm_answer_new (void)
{
  FakeLlmAnswer *self = g_new0 (FakeLlmAnswer, 1);

  self->calls = g_ptr_array_new_with_free_func (call_free);
  self->input = 100;
  self->output = 10;

  return self;
}

void
fake_llm_answer_free (FakeLlmAnswer *self)
{
  g_free (self->model);
  g_free (self->reasoning);
  g_free (self->text);
  g_free (self->finish);
  g_ptr_array_unref (self->calls);
  g_free (self);
}

void
fake_llm_answer_add_call (FakeLlmAnswer *self, const char *name, const char *arguments)
{
  FakeLlmCall *call = g_new0 (FakeLlmCall, 1);

  call->name = g_strdup (name);
  call->arguments = g_strdup (arguments);
  g_ptr_array_add (self->calls, call);
}

char *
fake_llm_wire_quote (const char *text)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (node, text);

  return json_to_string (node, FALSE);
}

/* The words of @text with the space behind each, so that a stream has several pieces. */
static GPtrArray *
split_words (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  while (text != NULL && *text != '\0')
    {
      gsize length = strcspn (text, " \n");

      length += strspn (text + length, " \n");
      g_ptr_array_add (words, g_strndup (text, length));
      text += length;
    }

  return words;
}

static void G_GNUC_PRINTF (2, 3) add_data (GPtrArray *pieces, const char *format, ...)
{
  g_autofree char *json = NULL;
  va_list          args;

  va_start (args, format);
  json = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (pieces, g_strdup_printf ("data: %s\n\n", json));
}

/* With the line "event:", which Anthropic and OpenAI Responses send. @format begins after
 * {"type":…, */
static void G_GNUC_PRINTF (3, 4)
  add_event (GPtrArray *pieces, const char *type, const char *format, ...)
{
  g_autofree char *json = NULL;
  va_list          args;

  va_start (args, format);
  json = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (pieces,
                   g_strdup_printf ("event: %s\ndata: {\"type\":\"%s\",%s}\n\n", type, type, json));
}

/* Anthropic Messages. */

static const char *
get_anthropic_finish (const FakeLlmAnswer *answer)
{
  if (g_strcmp0 (answer->finish, "length") == 0)
    return "max_tokens";
  if (g_strcmp0 (answer->finish, "content_filter") == 0)
    return "refusal";

  return answer->calls->len > 0 ? "tool_use" : "end_turn";
}

static void
add_anthropic_block (GPtrArray  *pieces,
                     int         index,
                     const char *type,
                     const char *field,
                     const char *text)
{
  g_autoptr (GPtrArray) words = split_words (text);

  add_event (pieces,
             "content_block_start",
             "\"index\":%d,\"content_block\":{\"type\":\"%s\",\"%s\":\"\"}",
             index,
             type,
             field);
  for (guint i = 0; i < words->len; i++)
    {
      g_autofree char *quoted = fake_llm_wire_quote (words->pdata[i]);

      add_event (pieces,
                 "content_block_delta",
                 "\"index\":%d,\"delta\":{\"type\":\"%s_delta\",\"%s\":%s}",
                 index,
                 type,
                 field,
                 quoted);
    }
}

static void
add_anthropic_text (GPtrArray *pieces, const FakeLlmAnswer *answer, int *index)
{
  if (answer->reasoning != NULL)
    {
      add_anthropic_block (pieces, *index, "thinking", "thinking", answer->reasoning);
      add_event (pieces,
                 "content_block_delta",
                 "\"index\":%d,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"c2ln\"}",
                 *index);
      add_event (pieces, "content_block_stop", "\"index\":%d", (*index)++);
    }
  if (answer->text != NULL)
    {
      add_anthropic_block (pieces, *index, "text", "text", answer->text);
      if (!answer->is_partial)
        add_event (pieces, "content_block_stop", "\"index\":%d", (*index)++);
    }
}

static void
render_anthropic (GPtrArray *pieces, const FakeLlmAnswer *answer)
{
  int index = 0;

  add_event (
    pieces,
    "message_start",
    "\"message\":{\"id\":\"msg_%u\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"%s\","
    "\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":"
    "%" G_GINT64_FORMAT ",\"cache_read_input_tokens\":%" G_GINT64_FORMAT
    ",\"cache_creation_input_tokens\":%" G_GINT64_FORMAT ",\"output_tokens\":1}}",
    answer->number,
    answer->model,
    answer->input,
    answer->cache_read,
    answer->cache_write);
  add_anthropic_text (pieces, answer, &index);
  if (answer->is_partial)
    return;

  for (guint i = 0; i < answer->calls->len; i++, index++)
    {
      FakeLlmCall     *call = answer->calls->pdata[i];
      g_autofree char *quoted = fake_llm_wire_quote (call->arguments);

      add_event (pieces,
                 "content_block_start",
                 "\"index\":%d,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_%u_%u\","
                 "\"name\":\"%s\",\"input\":{}}",
                 index,
                 answer->number,
                 i,
                 call->name);
      add_event (pieces,
                 "content_block_delta",
                 "\"index\":%d,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":%s}",
                 index,
                 quoted);
      add_event (pieces, "content_block_stop", "\"index\":%d", index);
    }
  add_event (pieces,
             "message_delta",
             "\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},\"usage\":{\"output_"
             "tokens\":%" G_GINT64_FORMAT "}",
             get_anthropic_finish (answer),
             answer->output + answer->reasoning_tokens);
  g_ptr_array_add (pieces, g_strdup ("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"));
}

/* OpenAI Responses. */

static void
add_responses_text (GPtrArray *pieces, const FakeLlmAnswer *answer, int *index)
{
  g_autoptr (GPtrArray) words = split_words (answer->text);
  g_autofree char *all = answer->text != NULL ? fake_llm_wire_quote (answer->text) : NULL;

  if (answer->text == NULL)
    return;

  add_event (pieces,
             "response.output_item.added",
             "\"output_index\":%d,\"item\":{\"id\":\"msg_%u\",\"type\":\"message\",\"status\":\"in_"
             "progress\","
             "\"role\":\"assistant\",\"content\":[]}",
             *index,
             answer->number);
  for (guint i = 0; i < words->len; i++)
    {
      g_autofree char *quoted = fake_llm_wire_quote (words->pdata[i]);

      add_event (pieces,
                 "response.output_text.delta",
                 "\"item_id\":\"msg_%u\",\"output_index\":%d,\"content_index\":0,\"delta\":%s,"
                 "\"logprobs\":[]",
                 answer->number,
                 *index,
                 quoted);
    }
  if (answer->is_partial)
    return;

  add_event (
    pieces,
    "response.output_item.done",
    "\"output_index\":%d,\"item\":{\"id\":\"msg_%u\",\"type\":\"message\",\"status\":\"completed\","
    "\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":%s,\"annotations\":[]}]"
    "}",
    *index,
    answer->number,
    all);
  (*index)++;
}

static void
add_responses_reasoning (GPtrArray *pieces, const FakeLlmAnswer *answer, int *index)
{
  g_autofree char *quoted = NULL;

  if (answer->reasoning == NULL)
    return;

  quoted = fake_llm_wire_quote (answer->reasoning);
  add_event (
    pieces,
    "response.output_item.added",
    "\"output_index\":%d,\"item\":{\"id\":\"rs_%u\",\"type\":\"reasoning\",\"summary\":[]}",
    *index,
    answer->number);
  add_event (pieces,
             "response.reasoning_summary_part.added",
             "\"item_id\":\"rs_%u\",\"output_index\":%d,\"summary_index\":0",
             answer->number,
             *index);
  add_event (pieces,
             "response.reasoning_summary_text.delta",
             "\"item_id\":\"rs_%u\",\"output_index\":%d,\"summary_index\":0,\"delta\":%s",
             answer->number,
             *index,
             quoted);
  add_event (pieces,
             "response.output_item.done",
             "\"output_index\":%d,\"item\":{\"id\":\"rs_%u\",\"type\":\"reasoning\",\"summary\":[{"
             "\"type\":\"summary_text\","
             "\"text\":%s}]}",
             *index,
             answer->number,
             quoted);
  (*index)++;
}

static void
add_responses_calls (GPtrArray *pieces, const FakeLlmAnswer *answer, int index)
{
  for (guint i = 0; i < answer->calls->len; i++, index++)
    {
      FakeLlmCall     *call = answer->calls->pdata[i];
      g_autofree char *quoted = fake_llm_wire_quote (call->arguments);

      add_event (pieces,
                 "response.output_item.added",
                 "\"output_index\":%d,\"item\":{\"id\":\"fc_%u_%u\",\"type\":\"function_call\","
                 "\"status\":\"in_progress\","
                 "\"call_id\":\"call_%u_%u\",\"name\":\"%s\",\"arguments\":\"\"}",
                 index,
                 answer->number,
                 i,
                 answer->number,
                 i,
                 call->name);
      add_event (pieces,
                 "response.function_call_arguments.delta",
                 "\"item_id\":\"fc_%u_%u\",\"output_index\":%d,\"delta\":%s",
                 answer->number,
                 i,
                 index,
                 quoted);
      add_event (pieces,
                 "response.output_item.done",
                 "\"output_index\":%d,\"item\":{\"id\":\"fc_%u_%u\",\"type\":\"function_call\","
                 "\"status\":\"completed\","
                 "\"call_id\":\"call_%u_%u\",\"name\":\"%s\",\"arguments\":%s}",
                 index,
                 answer->number,
                 i,
                 answer->number,
                 i,
                 call->name,
                 quoted);
    }
}

static void
render_responses (GPtrArray *pieces, const FakeLlmAnswer *answer)
{
  gboolean    is_short = g_strcmp0 (answer->finish, "length") == 0;
  const char *type = is_short ? "response.incomplete" : "response.completed";
  int         index = 0;

  add_event (
    pieces,
    "response.created",
    "\"response\":{\"id\":\"resp_%u\",\"object\":\"response\",\"created_at\":1,\"model\":\"%s\","
    "\"status\":\"in_progress\",\"output\":[]}",
    answer->number,
    answer->model);
  add_responses_reasoning (pieces, answer, &index);
  add_responses_text (pieces, answer, &index);
  if (answer->is_partial)
    return;

  add_responses_calls (pieces, answer, index);
  add_event (
    pieces,
    type,
    "\"response\":{\"id\":\"resp_%u\",\"object\":\"response\",\"created_at\":1,\"model\":\"%s\","
    "\"incomplete_details\":%s,\"output\":[],\"usage\":{\"input_tokens\":%" G_GINT64_FORMAT
    ",\"input_tokens_details\":{\"cached_tokens\":%" G_GINT64_FORMAT
    "},\"output_tokens\":%" G_GINT64_FORMAT
    ",\"output_tokens_details\":{\"reasoning_tokens\":%" G_GINT64_FORMAT "}}}",
    answer->number,
    answer->model,
    is_short ? "{\"reason\":\"max_output_tokens\"}" : "null",
    answer->input + answer->cache_read,
    answer->cache_read,
    answer->output + answer->reasoning_tokens,
    answer->reasoning_tokens);
}

/* OpenAI Chat. */

static void
add_chat_delta (GPtrArray           *pieces,
                const FakeLlmAnswer *answer,
                const char          *delta,
                const char          *finish)
{
  add_data (
    pieces,
    "{\"id\":\"chatcmpl-%u\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"%s\","
    "\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s%s%s}]}",
    answer->number,
    answer->model,
    delta,
    finish != NULL ? "\"" : "",
    finish != NULL ? finish : "null",
    finish != NULL ? "\"" : "");
}

static void
add_chat_text (GPtrArray *pieces, const FakeLlmAnswer *answer, const char *field, const char *text)
{
  g_autoptr (GPtrArray) words = split_words (text);

  for (guint i = 0; i < words->len; i++)
    {
      g_autofree char *quoted = fake_llm_wire_quote (words->pdata[i]);
      g_autofree char *delta = g_strdup_printf ("{\"%s\":%s}", field, quoted);

      add_chat_delta (pieces, answer, delta, NULL);
    }
}

static void
render_chat (GPtrArray *pieces, const FakeLlmAnswer *answer)
{
  const char *finish = answer->calls->len > 0 ? "tool_calls" : "stop";

  add_chat_delta (pieces, answer, "{\"role\":\"assistant\",\"content\":\"\"}", NULL);
  add_chat_text (pieces, answer, "reasoning_content", answer->reasoning);
  add_chat_text (pieces, answer, "content", answer->text);
  if (answer->is_partial)
    return;

  for (guint i = 0; i < answer->calls->len; i++)
    {
      FakeLlmCall     *call = answer->calls->pdata[i];
      g_autofree char *quoted = fake_llm_wire_quote (call->arguments);
      g_autofree char *delta = g_strdup_printf (
        "{\"tool_calls\":[{\"index\":%u,\"id\":\"call_%u_%u\",\"type\":\"function\","
        "\"function\":{\"name\":\"%s\",\"arguments\":%s}}]}",
        i,
        answer->number,
        i,
        call->name,
        quoted);

      add_chat_delta (pieces, answer, delta, NULL);
    }
  add_chat_delta (pieces, answer, "{}", answer->finish != NULL ? answer->finish : finish);
  add_data (pieces,
            "{\"id\":\"chatcmpl-%u\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":"
            "\"%s\",\"choices\":[],"
            "\"usage\":{\"prompt_tokens\":%" G_GINT64_FORMAT
            ",\"completion_tokens\":%" G_GINT64_FORMAT ",\"total_tokens\":%" G_GINT64_FORMAT
            ",\"prompt_tokens_details\":{\"cached_tokens\":%" G_GINT64_FORMAT
            "},\"completion_tokens_details\":{\"reasoning_tokens\":%" G_GINT64_FORMAT "}}}",
            answer->number,
            answer->model,
            answer->input + answer->cache_read,
            answer->output + answer->reasoning_tokens,
            answer->input + answer->cache_read + answer->output + answer->reasoning_tokens,
            answer->cache_read,
            answer->reasoning_tokens);
  add_data (pieces, "[DONE]");
}

/* Gemini. */

static void
render_gemini (GPtrArray *pieces, const FakeLlmAnswer *answer)
{
  g_autoptr (GPtrArray) words = split_words (answer->text);
  g_autoptr (GString) parts = g_string_new (NULL);
  gboolean is_short = g_strcmp0 (answer->finish, "length") == 0;

  for (guint i = 0; i < words->len; i++)
    {
      g_autofree char *quoted = fake_llm_wire_quote (words->pdata[i]);

      add_data (pieces,
                "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":%s}]},"
                "\"index\":0}]}",
                quoted);
    }
  if (answer->is_partial)
    return;

  for (guint i = 0; i < answer->calls->len; i++)
    {
      FakeLlmCall *call = answer->calls->pdata[i];

      g_string_append_printf (parts,
                              "%s{\"functionCall\":{\"name\":\"%s\",\"args\":%s}}",
                              i > 0 ? "," : "",
                              call->name,
                              call->arguments);
    }
  if (parts->len == 0)
    g_string_append (parts, "{\"text\":\"\"}");
  add_data (pieces,
            "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[%s]},\"finishReason\":\"%"
            "s\",\"index\":0}],"
            "\"usageMetadata\":{\"promptTokenCount\":%" G_GINT64_FORMAT
            ",\"candidatesTokenCount\":%" G_GINT64_FORMAT
            ",\"cachedContentTokenCount\":%" G_GINT64_FORMAT
            ",\"thoughtsTokenCount\":%" G_GINT64_FORMAT "},\"modelVersion\":\"%s\"}",
            parts->str,
            is_short ? "MAX_TOKENS" : "STOP",
            answer->input + answer->cache_read,
            answer->output,
            answer->cache_read,
            answer->reasoning_tokens,
            answer->model);
}

GPtrArray *
fake_llm_wire_render (FakeLlmProtocol protocol, const FakeLlmAnswer *answer)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (g_free);

  switch (protocol)
    {
    case FAKE_LLM_ANTHROPIC:
      render_anthropic (pieces, answer);
      break;
    case FAKE_LLM_RESPONSES:
      render_responses (pieces, answer);
      break;
    case FAKE_LLM_CHAT:
      render_chat (pieces, answer);
      break;
    case FAKE_LLM_GEMINI:
      render_gemini (pieces, answer);
      break;
    }

  return pieces;
}

char *
fake_llm_wire_render_error (FakeLlmProtocol protocol, guint status, const char *message)
{
  g_autofree char *quoted = fake_llm_wire_quote (message);

  switch (protocol)
    {
    case FAKE_LLM_ANTHROPIC:
      return g_strdup_printf (
        "{\"type\":\"error\",\"error\":{\"type\":\"fake_error\",\"message\":%s}}",
        quoted);
    case FAKE_LLM_GEMINI:
      return g_strdup_printf ("{\"error\":{\"code\":%u,\"message\":%s,\"status\":\"FAKE\"}}",
                              status,
                              quoted);
    case FAKE_LLM_RESPONSES:
    case FAKE_LLM_CHAT:
      break;
    }

  return g_strdup_printf ("{\"error\":{\"message\":%s,\"type\":\"fake_error\",\"code\":\"fake\"}}",
                          quoted);
}
