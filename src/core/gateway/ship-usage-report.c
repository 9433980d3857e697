/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gateway/ship-usage-report-private.h"

#include "base/ship-json.h"

/*
 * Where each protocol says what was used, made into counts that do not overlap. Pure functions of
 * one JSON object; streamed events and whole answers share the same members.
 *
 *   Anthropic   message_start.message.usage, then message_delta.usage (cumulative; last word per
 * member wins) Chat        usage of the last chunk; prompt includes cached, completion includes
 * reasoning; OpenRouter adds cost Responses   response.completed|incomplete|failed .response.usage;
 * includes as above Gemini      usageMetadata of every chunk, cumulative; prompt includes cached,
 * candidates exclude thoughts
 */

void
ship_usage_report_init (ShipUsageReport *self)
{
  *self = (ShipUsageReport){ .usage = SHIP_USAGE_INIT };
}

static void
add_text (ShipUsageReport *self, JsonObject *object, const char *path)
{
  self->n_text += strlen (ship_json_get_string (object, path, ""));
}

/* The part of @total that @parts do not already count. */
static gint64
rest_of (gint64 total, gint64 part, gint64 other_part)
{
  return total < 0 ? -1 : MAX (0, total - MAX (0, part) - MAX (0, other_part));
}

/* No answer uses as many tokens as this; a count that says so, or less than none, says nothing. */
#define MAX_COUNT G_GINT64_CONSTANT (1000000000000)

static gint64
get_count (JsonObject *usage, const char *path)
{
  gint64 count = ship_json_get_int (usage, path, -1);

  return count >= 0 && count <= MAX_COUNT ? count : -1;
}

static void
keep_last (gint64 *count, JsonObject *usage, const char *path)
{
  gint64 last = get_count (usage, path);

  if (last >= 0)
    *count = last;
}

static void
read_anthropic_usage (ShipUsageReport *self, JsonObject *usage)
{
  gint64 output, thinking;

  if (usage == NULL)
    return;
  output = self->usage.output < 0 ? -1 : self->usage.output + MAX (0, self->usage.reasoning);
  thinking = self->usage.reasoning;
  keep_last (&self->usage.input, usage, "input_tokens");
  keep_last (&self->usage.cache_write, usage, "cache_creation_input_tokens");
  keep_last (&self->usage.cache_read, usage, "cache_read_input_tokens");
  keep_last (&output, usage, "output_tokens");
  keep_last (&thinking, usage, "output_tokens_details.thinking_tokens");
  self->usage.output = rest_of (output, thinking, 0);
  self->usage.reasoning = thinking;
  self->has_usage = TRUE;
}

static void
read_anthropic (ShipUsageReport *self, JsonObject *object)
{
  const char *type = ship_json_get_string (object, "type", "");

  if (g_str_equal (type, "message_start"))
    {
      read_anthropic_usage (self, ship_json_get_object (object, "message.usage"));
      self->is_partial = TRUE;
    }
  else if (g_str_equal (type, "content_block_delta"))
    {
      add_text (self, object, "delta.text");
      add_text (self, object, "delta.thinking");
      add_text (self, object, "delta.partial_json");
    }
  else if (g_str_equal (type, "message_delta"))
    {
      JsonObject *usage = ship_json_get_object (object, "usage");

      read_anthropic_usage (self, usage);
      self->is_final |= usage != NULL;
    }
  else if (g_str_equal (type, "message_stop"))
    self->has_ended = TRUE;
  else if (g_str_equal (type, "message"))
    read_anthropic_usage (self, ship_json_get_object (object, "usage"));
  else if (g_str_equal (type, "error"))
    self->is_error = TRUE;
}

static void
read_tool_calls (ShipUsageReport *self, JsonArray *calls)
{
  for (guint i = 0; calls != NULL && i < json_array_get_length (calls); i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (calls, i)))
      add_text (self, json_array_get_object_element (calls, i), "function.arguments");
}

static void
read_chat_cost (ShipUsageReport *self, JsonObject *usage)
{
  double cost = ship_json_get_double (usage, "cost", -1.0);

  if (cost < 0)
    return;
  /* With the user's own key at the provider, the cost is OpenRouter's fee alone. */
  if (ship_json_get_boolean (usage, "is_byok", FALSE))
    cost += MAX (0.0, ship_json_get_double (usage, "cost_details.upstream_inference_cost", 0.0));
  self->usage.reported_cost = cost;
}

static void
read_chat (ShipUsageReport *self, JsonObject *object)
{
  JsonArray  *choices = ship_json_get_array (object, "choices");
  JsonObject *usage = ship_json_get_object (object, "usage");
  gboolean    is_finished = FALSE;

  for (guint i = 0; choices != NULL && i < json_array_get_length (choices); i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (choices, i)))
      {
        JsonObject *choice = json_array_get_object_element (choices, i);

        add_text (self, choice, "delta.content");
        add_text (self, choice, "delta.reasoning");
        add_text (self, choice, "delta.reasoning_content");
        read_tool_calls (self, ship_json_get_array (choice, "delta.tool_calls"));
        is_finished |= ship_json_get_string (choice, "finish_reason", NULL) != NULL;
      }
  self->has_ended |= is_finished;
  self->is_error |= ship_json_get_object (object, "error") != NULL;
  if (usage == NULL)
    return;

  self->usage.cache_read = get_count (usage, "prompt_tokens_details.cached_tokens");
  self->usage.cache_write = get_count (usage, "prompt_tokens_details.cache_write_tokens");
  self->usage.reasoning = get_count (usage, "completion_tokens_details.reasoning_tokens");
  self->usage.input =
    rest_of (get_count (usage, "prompt_tokens"), self->usage.cache_read, self->usage.cache_write);
  self->usage.output = rest_of (get_count (usage, "completion_tokens"), self->usage.reasoning, 0);
  read_chat_cost (self, usage);
  self->has_usage = TRUE;
  /* Some servers repeat a growing usage in every chunk; the last one has no choices, or their end.
   */
  self->is_final |= choices == NULL || json_array_get_length (choices) == 0 || is_finished;
}

static void
read_responses_usage (ShipUsageReport *self, JsonObject *usage)
{
  if (usage == NULL)
    return;
  self->usage.cache_read = get_count (usage, "input_tokens_details.cached_tokens");
  self->usage.cache_write = get_count (usage, "input_tokens_details.cache_write_tokens");
  self->usage.reasoning = get_count (usage, "output_tokens_details.reasoning_tokens");
  self->usage.input =
    rest_of (get_count (usage, "input_tokens"), self->usage.cache_read, self->usage.cache_write);
  self->usage.output = rest_of (get_count (usage, "output_tokens"), self->usage.reasoning, 0);
  self->has_usage = TRUE;
  self->is_final = TRUE;
}

static void
read_responses (ShipUsageReport *self, JsonObject *object)
{
  const char *type = ship_json_get_string (object, "type", NULL);

  if (type == NULL)
    read_responses_usage (self, ship_json_get_object (object, "usage"));
  else if (g_str_equal (type, "response.completed") || g_str_equal (type, "response.incomplete") ||
           g_str_equal (type, "response.failed"))
    {
      read_responses_usage (self, ship_json_get_object (object, "response.usage"));
      self->has_ended = TRUE;
      self->is_error |= g_str_equal (type, "response.failed");
    }
  else if (g_str_equal (type, "error"))
    self->is_error = TRUE;
  else if (g_str_has_suffix (type, ".delta"))
    add_text (self, object, "delta");
}

static void
read_gemini_text (ShipUsageReport *self, JsonArray *parts)
{
  for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (parts, i)))
      add_text (self, json_array_get_object_element (parts, i), "text");
}

static void
read_gemini (ShipUsageReport *self, JsonObject *object)
{
  JsonArray  *candidates = ship_json_get_array (object, "candidates");
  JsonObject *usage = ship_json_get_object (object, "usageMetadata");
  gboolean    is_finished = FALSE;

  for (guint i = 0; candidates != NULL && i < json_array_get_length (candidates); i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (candidates, i)))
      {
        JsonObject *candidate = json_array_get_object_element (candidates, i);

        read_gemini_text (self, ship_json_get_array (candidate, "content.parts"));
        is_finished |= ship_json_get_string (candidate, "finishReason", NULL) != NULL;
      }
  self->has_ended |= is_finished || ship_json_has (object, "promptFeedback.blockReason");
  self->is_error |= ship_json_get_object (object, "error") != NULL;
  if (usage == NULL)
    return;

  self->usage.cache_read = get_count (usage, "cachedContentTokenCount");
  self->usage.reasoning = get_count (usage, "thoughtsTokenCount");
  self->usage.input = rest_of (get_count (usage, "promptTokenCount"), self->usage.cache_read, 0);
  if (self->usage.input >= 0)
    self->usage.input += MAX (0, get_count (usage, "toolUsePromptTokenCount"));
  self->usage.output = get_count (usage, "candidatesTokenCount");
  self->has_usage = TRUE;
  self->is_partial = !is_finished;
  self->is_final |= is_finished;
}

void
ship_usage_report_read (ShipUsageReport *self, ShipWire wire, JsonObject *object)
{
  switch (wire)
    {
    case SHIP_WIRE_NONE:
      break;
    case SHIP_WIRE_ANTHROPIC:
      read_anthropic (self, object);
      break;
    case SHIP_WIRE_CHAT:
      read_chat (self, object);
      break;
    case SHIP_WIRE_RESPONSES:
      read_responses (self, object);
      break;
    case SHIP_WIRE_GEMINI:
      read_gemini (self, object);
      break;
    }
}
