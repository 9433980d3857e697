/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the meter reads from the answers of each protocol: streams cut in two at every point, whole
 * JSON answers, answers that break off, fail, or are not what they should be.
 */
#include <glib.h>
#include <string.h>

#include "gateway/ship-usage-meter-private.h"

#define EVENTS "text/event-stream; charset=utf-8"
#define JSON   "application/json"

typedef struct
{
  const char *name;
  ShipWire    wire;
  guint       status;
  const char *content_type;
  const char *body;
  gboolean    is_broken;
  gboolean    is_estimate;
  ShipUsage   usage;
} Case;

#define ANTHROPIC_START                                                                            \
  "event: message_start\n"                                                                         \
  "data: "                                                                                         \
  "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"x\",\"usage\":{\"input_"      \
  "tokens\":31,"                                                                                   \
  "\"cache_creation_input_tokens\":120,\"cache_read_input_tokens\":4000,\"cache_creation\":{"      \
  "\"ephemeral_5m_input_tokens\":120},\"output_tokens\":1}}}\n\n"                                  \
  "event: ping\ndata: {\"type\":\"ping\"}\n\n"
#define ANTHROPIC_TEXT                                                                             \
  "event: content_block_delta\n"                                                                   \
  "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","        \
  "\"text\":\"forty bytes of text, give or take a few.\"}}\n\n"
#define ANTHROPIC_END                                                                              \
  "event: message_delta\n"                                                                         \
  "data: "                                                                                         \
  "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_"       \
  "tokens\":null,"                                                                                 \
  "\"output_tokens\":27,\"output_tokens_details\":{\"thinking_tokens\":7}}}\n\n"                   \
  "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
#define ANTHROPIC_ERROR                                                                            \
  "event: error\ndata: "                                                                           \
  "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"o\"}}\n\n"

#define CHAT_TEXT                                                                                  \
  "data: "                                                                                         \
  "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"eight " \
  "by\"},"                                                                                         \
  "\"finish_reason\":null}],\"usage\":null}\n\n"
#define CHAT_TOOL                                                                                  \
  "data: "                                                                                         \
  "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{" \
  "\"arguments\":\"{\\\"a\\\":1}.\"}}]},\"finish_reason\":\"tool_calls\"}],\"usage\":null}\n\n"
#define CHAT_END                                                                                   \
  "data: "                                                                                         \
  "{\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":50,"        \
  "\"total_tokens\":150,"                                                                          \
  "\"prompt_tokens_details\":{\"cached_tokens\":60,\"cache_write_tokens\":10},"                    \
  "\"completion_tokens_details\":{\"reasoning_tokens\":20}}}\n\n"                                  \
  "data: [DONE]\n\n"

#define RESPONSES_DELTA                                                                            \
  "event: response.output_text.delta\n"                                                            \
  "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hello\"}\n\n"
#define RESPONSES_USAGE                                                                            \
  "\"usage\":{\"input_tokens\":40,\"input_tokens_details\":{\"cached_tokens\":15,\"cache_write_"   \
  "tokens\":5},"                                                                                   \
  "\"output_tokens\":90,\"output_tokens_details\":{\"reasoning_tokens\":64},\"total_tokens\":130}"

#define GEMINI_FIRST                                                                               \
  "data: "                                                                                         \
  "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hel\"}]}}],\"usageMetadata\":{"           \
  "\"promptTokenCount\":9,"                                                                        \
  "\"candidatesTokenCount\":1,\"totalTokenCount\":10}}\r\n\r\n"
#define GEMINI_LAST_OBJECT                                                                         \
  "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"lo\"}]},\"finishReason\":\"STOP\"}],"     \
  "\"usageMetadata\":{"                                                                            \
  "\"promptTokenCount\":9,\"cachedContentTokenCount\":2,\"candidatesTokenCount\":3,"               \
  "\"thoughtsTokenCount\":20,"                                                                     \
  "\"toolUsePromptTokenCount\":4,\"totalTokenCount\":36}}"

/* The request has 400 bytes, so an estimate of its input is 101. */
#define REQUEST_SIZE 400

/* clang-format off */
static const Case cases[] = {
  { "anthropic", SHIP_WIRE_ANTHROPIC, 200, EVENTS, ANTHROPIC_START ANTHROPIC_TEXT ANTHROPIC_END, FALSE, FALSE, { 31, 20, 7, 4000, 120, -1 } },
  { "anthropic-cut-after-usage", SHIP_WIRE_ANTHROPIC, 200, EVENTS, ANTHROPIC_START ANTHROPIC_TEXT ANTHROPIC_END, TRUE, FALSE, { 31, 20, 7, 4000, 120, -1 } },
  { "anthropic-broken", SHIP_WIRE_ANTHROPIC, 200, EVENTS, ANTHROPIC_START ANTHROPIC_TEXT, TRUE, TRUE, { 31, 11, -1, 4000, 120, -1 } },
  { "anthropic-ended-early", SHIP_WIRE_ANTHROPIC, 200, EVENTS, ANTHROPIC_START ANTHROPIC_TEXT, FALSE, TRUE, { 31, 11, -1, 4000, 120, -1 } },
  { "anthropic-error-midway", SHIP_WIRE_ANTHROPIC, 200, EVENTS, ANTHROPIC_START ANTHROPIC_TEXT ANTHROPIC_ERROR, FALSE, TRUE, { 31, 11, -1, 4000, 120, -1 } },
  { "anthropic-error-first", SHIP_WIRE_ANTHROPIC, 200, EVENTS, ANTHROPIC_ERROR, FALSE, FALSE, { 0, 0, 0, 0, 0, -1 } },
  { "anthropic-json", SHIP_WIRE_ANTHROPIC, 200, JSON,
    "{\"type\":\"message\",\"usage\":{\"input_tokens\":5,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":8}}",
    FALSE, FALSE, { 5, 8, -1, 0, 0, -1 } },
  { "anthropic-refused", SHIP_WIRE_ANTHROPIC, 529, JSON, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}", FALSE, FALSE, { 0, 0, 0, 0, 0, -1 } },
  { "anthropic-nothing", SHIP_WIRE_ANTHROPIC, 200, EVENTS, "", TRUE, TRUE, { 101, 1, -1, -1, -1, -1 } },
  { "anthropic-negative", SHIP_WIRE_ANTHROPIC, 200, JSON, "{\"type\":\"message\",\"usage\":{\"input_tokens\":-5,\"output_tokens\":8}}", FALSE, FALSE, { -1, 8, -1, -1, -1, -1 } },

  { "chat", SHIP_WIRE_CHAT, 200, EVENTS, CHAT_TEXT CHAT_END, FALSE, FALSE, { 30, 30, 20, 60, 10, -1 } },
  { "chat-broken", SHIP_WIRE_CHAT, 200, EVENTS, CHAT_TEXT CHAT_TOOL, TRUE, TRUE, { 101, 5, -1, -1, -1, -1 } },
  { "chat-without-usage", SHIP_WIRE_CHAT, 200, EVENTS, CHAT_TEXT "data: [DONE]\n\n", FALSE, TRUE, { 101, 3, -1, -1, -1, -1 } },
  { "chat-json", SHIP_WIRE_CHAT, 200, JSON,
    "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}",
    FALSE, FALSE, { 7, 2, -1, -1, -1, -1 } },
  { "chat-not-json", SHIP_WIRE_CHAT, 200, JSON, "not json at all, 28 bytes lo", FALSE, TRUE, { 101, 8, -1, -1, -1, -1 } },
  { "chat-html", SHIP_WIRE_CHAT, 200, "text/html", "<p>what</p>.", FALSE, TRUE, { 101, 4, -1, -1, -1, -1 } },
  { "openrouter", SHIP_WIRE_CHAT, 200, EVENTS,
    ": OPENROUTER PROCESSING\n\n" CHAT_TEXT ": OPENROUTER PROCESSING\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":194,\"completion_tokens\":2,"
    "\"cost\":0.0625,\"is_byok\":false,\"cost_details\":{\"upstream_inference_cost\":null},\"prompt_tokens_details\":{\"cached_tokens\":0},"
    "\"completion_tokens_details\":{\"reasoning_tokens\":0}}}\n\ndata: [DONE]\n\n",
    FALSE, FALSE, { 194, 2, 0, 0, -1, 0.0625 } },
  { "openrouter-own-key", SHIP_WIRE_CHAT, 200, JSON,
    "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"cost\":0.25,\"is_byok\":true,\"cost_details\":{\"upstream_inference_cost\":0.5}}}",
    FALSE, FALSE, { 1, 2, -1, -1, -1, 0.75 } },
  { "openrouter-error", SHIP_WIRE_CHAT, 200, EVENTS, "data: {\"error\":{\"code\":502,\"message\":\"no\"}}\n\n", FALSE, FALSE, { 0, 0, 0, 0, 0, -1 } },

  { "responses", SHIP_WIRE_RESPONSES, 200, EVENTS,
    RESPONSES_DELTA "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"," RESPONSES_USAGE "}}\n\n",
    FALSE, FALSE, { 20, 26, 64, 15, 5, -1 } },
  { "responses-incomplete", SHIP_WIRE_RESPONSES, 200, EVENTS,
    "data: {\"type\":\"response.incomplete\",\"response\":{" RESPONSES_USAGE "}}\n\n", TRUE, FALSE, { 20, 26, 64, 15, 5, -1 } },
  { "responses-failed", SHIP_WIRE_RESPONSES, 200, EVENTS,
    "data: {\"type\":\"response.failed\",\"response\":{\"usage\":null,\"error\":{\"code\":\"x\"}}}\n\n", FALSE, FALSE, { 0, 0, 0, 0, 0, -1 } },
  { "responses-broken", SHIP_WIRE_RESPONSES, 200, EVENTS, RESPONSES_DELTA, TRUE, TRUE, { 101, 2, -1, -1, -1, -1 } },
  { "responses-json", SHIP_WIRE_RESPONSES, 200, JSON, "{\"object\":\"response\"," RESPONSES_USAGE "}", FALSE, FALSE, { 20, 26, 64, 15, 5, -1 } },

  { "gemini", SHIP_WIRE_GEMINI, 200, EVENTS, GEMINI_FIRST "data: " GEMINI_LAST_OBJECT "\r\n\r\n", FALSE, FALSE, { 11, 3, 20, 2, -1, -1 } },
  { "gemini-broken", SHIP_WIRE_GEMINI, 200, EVENTS, GEMINI_FIRST, TRUE, TRUE, { 9, 1, -1, -1, -1, -1 } },
  { "gemini-json", SHIP_WIRE_GEMINI, 200, JSON, GEMINI_LAST_OBJECT, FALSE, FALSE, { 11, 3, 20, 2, -1, -1 } },
  { "gemini-array", SHIP_WIRE_GEMINI, 200, JSON, "[{\"usageMetadata\":{\"promptTokenCount\":9}}," GEMINI_LAST_OBJECT "]", FALSE, FALSE, { 11, 3, 20, 2, -1, -1 } },

  { "none", SHIP_WIRE_NONE, 200, JSON, "{\"usage\":{\"prompt_tokens\":9}}", FALSE, FALSE, { 0, 0, 0, 0, 0, -1 } },
};
/* clang-format on */

static void
check (const Case *test, gsize cut)
{
  g_autoptr (ShipUsageMeter) meter = ship_usage_meter_new (test->wire, REQUEST_SIZE);
  ShipUsage usage = SHIP_USAGE_INIT;
  gboolean  is_estimate;

  ship_usage_meter_begin (meter, test->status, test->content_type);
  ship_usage_meter_feed (meter, test->body, cut);
  ship_usage_meter_feed (meter, test->body + cut, strlen (test->body) - cut);
  is_estimate = ship_usage_meter_finish (meter, !test->is_broken, &usage);

  g_assert_cmpint (is_estimate, ==, test->is_estimate);
  g_assert_cmpint (usage.input, ==, test->usage.input);
  g_assert_cmpint (usage.output, ==, test->usage.output);
  g_assert_cmpint (usage.reasoning, ==, test->usage.reasoning);
  g_assert_cmpint (usage.cache_read, ==, test->usage.cache_read);
  g_assert_cmpint (usage.cache_write, ==, test->usage.cache_write);
  g_assert_cmpfloat_with_epsilon (usage.reported_cost, test->usage.reported_cost, 1e-9);
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;

  for (gsize cut = 0; cut <= strlen (test->body); cut++)
    check (test, cut);
}

static void
test_outgrown (void)
{
  g_autoptr (ShipUsageMeter) stream = ship_usage_meter_new (SHIP_WIRE_CHAT, 0);
  g_autoptr (ShipUsageMeter) body = ship_usage_meter_new (SHIP_WIRE_CHAT, 0);
  g_autofree char *megabyte = g_strnfill (1024 * 1024, 'x');
  ShipUsage        usage;

  ship_usage_meter_begin (stream, 200, EVENTS);
  ship_usage_meter_begin (body, 200, JSON);
  ship_usage_meter_feed (stream, "data: ", 6);
  for (guint i = 0; i < 40; i++)
    {
      ship_usage_meter_feed (stream, megabyte, 1024 * 1024);
      ship_usage_meter_feed (body, megabyte, 1024 * 1024);
    }
  g_assert_true (ship_usage_meter_finish (stream, TRUE, &usage));
  g_assert_cmpint (usage.output, >=, 10 * 1024 * 1024);
  g_assert_true (ship_usage_meter_finish (body, TRUE, &usage));
  g_assert_cmpint (usage.output, >=, 10 * 1024 * 1024);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/usage-meter/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/usage-meter/outgrown", test_outgrown);
  return g_test_run ();
}
