/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way of a request from a sandbox to a provider and back, with the real ship-egress: each
 * protocol, credentials, refusals in each provider's shape, and metering.
 */
#include <unistd.h>

#include "base/ship-json.h"
#include "base/ship-settings.h"
#include "gateway-house.h"

#define CHAT "/llm/openai/v1/chat/completions"
#define CHAT_BODY                                                                                  \
  "{\"model\":\"test-model\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"

typedef struct
{
  const char *name;
  const char *target;
  const char *path; /* at the provider */
  const char *query;
  const char *grant_field; /* how the agent shows its grant */
  const char *key_field;   /* how the provider wants its key */
  const char *key_prefix;
  const char *body;
  const char *content_type;
  const char *answer;
  ShipUsage   usage;
  double      cost;
} Protocol;

/* clang-format off */
static const Protocol protocols[] = {
  { "anthropic", "/llm/anthropic/v1/messages", "/v1/messages", NULL, "x-api-key: ", "x-api-key", "",
    "{\"model\":\"test-model\",\"stream\":true}", "text/event-stream",
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5,\"cache_creation_input_tokens\":2,"
    "\"cache_read_input_tokens\":10,\"output_tokens\":1}}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":3}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    { 5, 3, -1, 10, 2, -1 }, 5 + 30 + 1 + 4 },
  { "anthropic-bearer", "/llm/anthropic/v1/messages?beta=true", "/v1/messages", "beta=true", "Authorization: Bearer ", "x-api-key", "",
    "{\"model\":\"test-model\"}", "application/json",
    "{\"type\":\"message\",\"usage\":{\"input_tokens\":5,\"output_tokens\":3}}", { 5, 3, -1, -1, -1, -1 }, 35 },
  { "chat", CHAT, "/v1/chat/completions", NULL, "Authorization: Bearer ", "Authorization", "Bearer ",
    "{\"model\":\"test-model\",\"stream\":true}", "text/event-stream; charset=utf-8",
    "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":10},"
    "\"completion_tokens_details\":{\"reasoning_tokens\":2}}}\n\ndata: [DONE]\n\n",
    { 10, 3, 2, 10, -1, -1 }, 10 + 30 + 20 + 1 },
  { "responses", "/llm/openai/v1/responses", "/v1/responses", NULL, "Authorization: Bearer ", "Authorization", "Bearer ",
    "{\"model\":\"test-model\",\"stream\":true}", "text/event-stream",
    "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":8,"
    "\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":4,\"output_tokens_details\":{\"reasoning_tokens\":1}}}}\n\n",
    { 8, 3, 1, 0, -1, -1 }, 8 + 30 + 10 },
  { "gemini", "/llm/google/v1beta/models/test-model:streamGenerateContent?alt=sse", "/v1beta/models/test-model:streamGenerateContent", "alt=sse",
    "x-goog-api-key: ", "x-goog-api-key", "", "{\"contents\":[]}", "text/event-stream",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":7,"
    "\"cachedContentTokenCount\":2,\"candidatesTokenCount\":3,\"thoughtsTokenCount\":4}}\r\n\r\n",
    { 5, 3, 4, 2, -1, -1 }, 5 + 30 + 40 + 0.2 },
  { "openrouter", "/llm/openrouter/v1/chat/completions", "/v1/chat/completions", NULL, "Authorization: Bearer ", "Authorization", "Bearer ",
    "{\"model\":\"test-model\",\"stream\":true,\"usage\":{\"include\":true}}", "text/event-stream",
    ": OPENROUTER PROCESSING\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,"
    "\"completion_tokens\":3,\"cost\":0.125}}\n\ndata: [DONE]\n\n",
    { 7, 3, -1, -1, -1, 0.125 }, 0.125 },
  { "ollama", "/llm/ollama/v1/chat/completions", "/v1/chat/completions", NULL, "Authorization: Bearer ", NULL, NULL,
    "{\"model\":\"qwen\"}", "application/json",
    "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}",
    { 7, 3, -1, -1, -1, -1 }, 0 },
  { "plain", "/llm/plain/v1/chat/completions", "/v1/chat/completions", NULL, "Authorization: Bearer ", NULL, NULL,
    "{\"model\":\"unheard-of\"}", "application/json",
    "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}",
    { 7, 3, -1, -1, -1, -1 }, -1 },
};
/* clang-format on */

static char *
dup_fields (House *house, const char *grant_field)
{
  return g_strconcat (grant_field,
                      ship_gateway_get_grant (house->gateway),
                      "\r\nX-Session-Id: ses_test\r\n",
                      NULL);
}

static char *
ask_with_grant (House *house, const char *method, const char *target, const char *body)
{
  g_autofree char *fields = dup_fields (house, "Authorization: Bearer ");
  g_autofree char *request = house_format (house, method, target, fields, body);

  return house_ask (house, request, -1);
}

/* Nothing of the sandbox's own may get to the provider, and the key only where it belongs. */
static void
require_headers (House *house, const Protocol *protocol)
{
  static const char *const never[] = { "X-Ship-Grant",
                                       "Cookie",
                                       "X-Session-Id",
                                       "Proxy-Authorization" };
  static const char *const credentials[] = { "Authorization", "x-api-key", "x-goog-api-key" };

  for (guint i = 0; i < G_N_ELEMENTS (never); i++)
    fake_http_server_require_header (house->provider, never[i], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (credentials); i++)
    if (g_strcmp0 (protocol->key_field, credentials[i]) == 0)
      {
        g_autofree char *value = g_strconcat (protocol->key_prefix, HOUSE_KEY, NULL);

        fake_http_server_require_header (house->provider, credentials[i], value);
      }
    else
      fake_http_server_require_header (house->provider, credentials[i], NULL);
  fake_http_server_require_header (house->provider, "Accept-Encoding", "identity");
  fake_http_server_require_header (house->provider, "User-Agent", "opencode/1 test");
  fake_http_server_require_header (house->provider, "anthropic-version", "2023-06-01");
  if (protocol->query != NULL)
    fake_http_server_require_query (house->provider, protocol->query);
}

/* The answer in pieces of @size bytes. */
static void
add_chunks (House *house, const char *answer, gsize size)
{
  fake_http_server_set_content_type (house->provider,
                                     answer[0] == '{' ? "application/json" : "text/event-stream");
  for (gsize i = 0; i < strlen (answer); i += size)
    {
      g_autofree char *piece = g_strndup (answer + i, size);

      fake_http_server_add_chunk (house->provider, piece, 0);
    }
}

static void
check_record (House *house, guint index, const Protocol *protocol)
{
  const ShipGatewayExchangeRecord *record = house_await_record (house, index);
  g_auto (GStrv) parts = g_strsplit (protocol->target, "/", -1);

  g_assert_cmpstr (record->provider, ==, parts[2]);
  g_assert_cmpstr (record->agent_session, ==, "ses_test");
  g_assert_nonnull (
    strstr (record->model[0] != 'q' && record->model[0] != 'u' ? "test-model" : protocol->body,
            record->model));
  g_assert_cmpuint (record->status, ==, 200);
  g_assert_false (record->is_estimate);
  g_assert_cmpint (record->usage.input, ==, protocol->usage.input);
  g_assert_cmpint (record->usage.output, ==, protocol->usage.output);
  g_assert_cmpint (record->usage.reasoning, ==, protocol->usage.reasoning);
  g_assert_cmpint (record->usage.cache_read, ==, protocol->usage.cache_read);
  g_assert_cmpint (record->usage.cache_write, ==, protocol->usage.cache_write);
  g_assert_cmpfloat_with_epsilon (record->cost, protocol->cost, 1e-9);
  g_assert_cmpint (record->started_ms, >, 0);
  g_assert_cmpint (record->duration_ms, >=, 0);
}

static void
test_protocol (gconstpointer data)
{
  static const gsize sizes[] = { 100000, 7, 1 };
  const Protocol    *protocol = data;
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char *fields = dup_fields (house, protocol->grant_field);
  g_autofree char *all_fields =
    g_strconcat (fields,
                 "User-Agent: opencode/1 test\r\nanthropic-version: 2023-06-01\r\nCookie: a=b\r\n"
                 "Proxy-Authorization: Basic x\r\nAccept-Encoding: gzip\r\n",
                 NULL);
  g_autofree char *request =
    house_format (house, "POST", protocol->target, all_fields, protocol->body);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *answer = NULL;
      g_autofree char *body = NULL;

      fake_http_server_expect (house->provider, "POST", protocol->path, 200, NULL);
      require_headers (house, protocol);
      add_chunks (house, protocol->answer, sizes[i]);
      answer = house_ask (house, request, -1);
      g_assert_cmpuint (house_get_status (answer), ==, 200);
      g_assert_null (strstr (answer, HOUSE_KEY));
      body = house_dup_body (answer);
      g_assert_cmpstr (body, ==, protocol->answer);
      check_record (house, i, protocol);
    }
  g_assert_cmpuint (house->records->len, ==, G_N_ELEMENTS (sizes));
}

static void
test_asks_for_usage (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char *answer = NULL;

  fake_http_server_expect (house->provider, "POST", "/v1/chat/completions", 200, "{}");
  fake_http_server_require_body (house->provider, "\"stream_options\":{\"include_usage\":true}");
  answer = ask_with_grant (house, "POST", CHAT, "{\"model\":\"test-model\",\"stream\":true}");
  g_assert_cmpuint (house_get_status (answer), ==, 200);
  g_assert_true (house_await_record (house, 0)->is_estimate);
}

/* A provider that repeats what it was told must not tell the sandbox. */
static void
test_echo (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char *answer = NULL;
  g_autofree char *body = NULL;

  fake_http_server_expect (house->provider, "POST", "/v1/chat/completions", 401, NULL);
  fake_http_server_add_header (house->provider, "x-request-id", "for " HOUSE_KEY);
  fake_http_server_add_header (house->provider, "Set-Cookie", "k=" HOUSE_KEY);
  fake_http_server_add_chunk (house->provider, "wrong key: canary-key-", 0);
  fake_http_server_add_chunk (house->provider,
                              "4f1d2c9b7a. And again: " HOUSE_KEY " canary-key-4",
                              0);
  answer = ask_with_grant (house, "POST", CHAT, CHAT_BODY);
  g_assert_cmpuint (house_get_status (answer), ==, 401);
  g_assert_null (strstr (answer, HOUSE_KEY));
  g_assert_nonnull (strstr (answer, "x-request-id: for [secret]\r\n"));
  g_assert_null (strcasestr (answer, "cookie"));
  body = house_dup_body (answer);
  g_assert_cmpstr (body, ==, "wrong key: [secret]. And again: [secret] canary-key-4");
}

static void
test_headers_back (void)
{
  g_autoptr (House) house = house_new (TRUE);
  static const char *const         passed[] = { "retry-after",    "retry-after-ms",
                                                "x-should-retry", "request-id",
                                                "x-request-id",   "anthropic-ratelimit-tokens-reset" };
  static const char *const         dropped[] = { "X-Other",
                                                 "Location",
                                                 "Access-Control-Allow-Origin",
                                                 "Alt-Svc" };
  g_autofree char                 *answer = NULL;
  const ShipGatewayExchangeRecord *record;

  fake_http_server_expect (house->provider, "POST", "/v1/messages", 429, "{\"type\":\"error\"}");
  for (guint i = 0; i < G_N_ELEMENTS (passed); i++)
    fake_http_server_add_header (house->provider, passed[i], "17");
  for (guint i = 0; i < G_N_ELEMENTS (dropped); i++)
    fake_http_server_add_header (house->provider, dropped[i], "18");
  answer =
    ask_with_grant (house, "POST", "/llm/anthropic/v1/messages", "{\"model\":\"test-model\"}");
  g_assert_cmpuint (house_get_status (answer), ==, 429);
  for (guint i = 0; i < G_N_ELEMENTS (passed); i++)
    {
      g_autofree char *line = g_strdup_printf ("\r\n%s: 17\r\n", passed[i]);

      g_assert_nonnull (strcasestr (answer, line));
    }
  g_assert_null (strstr (answer, ": 18\r\n"));
  g_assert_nonnull (strstr (answer, "\r\nContent-Type: application/json\r\n"));
  g_assert_nonnull (strstr (answer, "{\"type\":\"error\"}"));

  /* An error costs nothing. */
  record = house_await_record (house, 0);
  g_assert_cmpuint (record->status, ==, 429);
  g_assert_false (record->is_estimate);
  g_assert_cmpint (record->usage.input, ==, 0);
  g_assert_cmpfloat_with_epsilon (record->cost, 0.0, 1e-9);
}

/* The type, or what stands for it, in the shape of each family. */
static void
check_shape (const char *answer, const char *target, guint status, const char *type)
{
  g_autofree char *text = house_dup_body (answer);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = ship_json_parse_object (text, -1, &error);
  static const char *const again[] = { "429",       "500",          "502",        "503",
                                       "504",       "524",          "rate limit", "overloaded",
                                       "try again", "fetch failed", "timeout" };

  g_assert_no_error (error);
  g_assert_cmpuint (house_get_status (answer), ==, status);
  g_assert_cmpuint (strlen (ship_json_get_string (object, "error.message", "")), >, 10);
  if (g_str_has_prefix (target, "/llm/anthropic/"))
    {
      g_assert_cmpstr (ship_json_get_string (object, "type", NULL), ==, "error");
      g_assert_cmpstr (ship_json_get_string (object, "error.type", NULL), ==, type);
    }
  else if (g_str_has_prefix (target, "/llm/google/"))
    {
      g_assert_cmpint (ship_json_get_int (object, "error.code", 0), ==, status);
      g_assert_cmpstr (ship_json_get_string (object, "error.status", NULL), ==, type);
    }
  else if (g_str_has_prefix (target, "/llm/openrouter/"))
    g_assert_cmpint (ship_json_get_int (object, "error.code", 0), ==, status);
  else
    g_assert_cmpstr (ship_json_get_string (object, "error.code", NULL), ==, type);
  /* Agents try again when they find one of these. */
  for (guint i = 0; status < 500 && i < G_N_ELEMENTS (again); i++)
    g_assert_null (strcasestr (text, again[i]));
}

#define MESSAGES "/llm/anthropic/v1/messages"
#define GENERATE "/llm/google/v1beta/models/test-model:generateContent"
#define ROUTER   "/llm/openrouter/v1/chat/completions"

static void
test_grant (void)
{
  g_autoptr (House) house = house_new (TRUE);
  const char       *grant = ship_gateway_get_grant (house->gateway);
  g_autofree char  *longer = g_strconcat ("x-api-key: ", grant, "0\r\n", NULL);
  g_autofree char  *shorter = g_strndup (longer, strlen (longer) - 4);
  g_autofree char  *cut = g_strconcat (shorter, "\r\n", NULL);
  g_autofree char  *upper = g_ascii_strup (longer, -1);
  g_autofree char  *forged = g_strconcat ("X-Ship-Grant: ", grant, "\r\n", NULL);
  const char *const fields[] = { "",     "x-api-key: nothing\r\n",      longer, cut, upper,
                                 forged, "x-api-key: " HOUSE_KEY "\r\n" };
  const struct
  {
    const char *target;
    const char *type;
  } targets[] = { { MESSAGES, "authentication_error" },
                  { CHAT, "invalid_api_key" },
                  { GENERATE, "UNAUTHENTICATED" },
                  { ROUTER, NULL },
                  { "/llm/rehearsal/v1/chat/completions", "invalid_api_key" },
                  { "/llm/unknown/v1/models", "invalid_api_key" },
                  { "/mcp", "invalid_api_key" } };

  g_assert_cmpuint (strlen (grant), >=, 64);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    for (guint j = 0; j < G_N_ELEMENTS (targets); j++)
      {
        g_autofree char *request =
          house_format (house, "POST", targets[j].target, fields[i], CHAT_BODY);
        g_autofree char *answer = house_ask (house, request, -1);

        check_shape (answer, targets[j].target, 401, targets[j].type);
        g_assert_null (strstr (answer, grant));
      }
  g_assert_cmpuint (house->records->len, ==, 0);
}

static void
test_two_gateways (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (House) other = house_new (TRUE);
  g_autofree char *fields = dup_fields (other, "x-api-key: ");
  g_autofree char *request = house_format (house, "POST", CHAT, fields, CHAT_BODY);
  g_autofree char *answer = house_ask (house, request, -1);

  check_shape (answer, CHAT, 401, "invalid_api_key");
}

static void
test_no_key (void)
{
  g_autoptr (House) house = house_new (FALSE);
  static const struct
  {
    const char *target;
    const char *type;
    const char *variable;
  } cases[] = { { MESSAGES, "authentication_error", "ANTHROPIC_API_KEY" },
                { CHAT, "invalid_api_key", "OPENAI_API_KEY" },
                { GENERATE, "UNAUTHENTICATED", "GEMINI_API_KEY" },
                { ROUTER, NULL, "OPENROUTER_API_KEY" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answer =
        ask_with_grant (house, "POST", cases[i].target, "{\"model\":\"test-model\"}");

      check_shape (answer, cases[i].target, 401, cases[i].type);
      g_assert_nonnull (strstr (answer, cases[i].variable));
      g_assert_nonnull (strstr (answer, "shipctl keys set"));
    }
  g_assert_cmpuint (house->records->len, ==, 0);
}

static char *
gate (ShipGateway *gateway, const char *provider, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (provider));
  return g_strdup ("The budget of this session is spent.");
}

static void
test_gate (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GPtrArray) asked = g_ptr_array_new_with_free_func (g_free);
  static const struct
  {
    const char *target;
    const char *type;
  } cases[] = { { MESSAGES, "permission_error" },
                { CHAT, "permission_denied" },
                { GENERATE, "PERMISSION_DENIED" },
                { ROUTER, NULL },
                { "/llm/rehearsal/v1/chat/completions", "permission_denied" } };
  g_autofree char *models = NULL;

  ship_gateway_set_gate (house->gateway, gate, asked);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answer = ask_with_grant (house, "POST", cases[i].target, CHAT_BODY);

      check_shape (answer, cases[i].target, 403, cases[i].type);
      g_assert_nonnull (strstr (answer, "The budget of this session is spent."));
    }
  g_assert_cmpuint (asked->len, ==, G_N_ELEMENTS (cases));
  g_assert_cmpstr (asked->pdata[2], ==, "google");
  g_assert_cmpstr (asked->pdata[4], ==, "rehearsal");

  /* A list of models costs nothing. */
  fake_http_server_expect (house->provider, "GET", "/v1/models", 200, "{\"data\":[]}");
  models = ask_with_grant (house, "GET", "/llm/openai/v1/models", "");
  g_assert_cmpuint (house_get_status (models), ==, 200);
  g_assert_cmpuint (house->records->len, ==, 0);

  ship_gateway_set_gate (house->gateway, NULL, NULL);
  fake_http_server_expect (house->provider, "POST", "/v1/chat/completions", 200, "{\"usage\":{}}");
  g_free (models);
  models = ask_with_grant (house, "POST", CHAT, CHAT_BODY);
  g_assert_cmpuint (house_get_status (models), ==, 200);
}

static char *
let_go (ShipGateway *gateway, const char *provider, gpointer user_data)
{
  (*(guint *) user_data)++;
  return NULL;
}

static void
settled_cb (ShipGateway *gateway, gpointer user_data)
{
  (*(guint *) user_data)++;
}

/* What the gate let go is over once, whatever became of it. */
static void
test_settled (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char *answered = NULL;
  g_autofree char *broken = NULL;
  g_autofree char *models = NULL;
  guint            n_asked = 0;
  guint            n_settled = 0;

  ship_gateway_set_gate (house->gateway, let_go, &n_asked);
  g_signal_connect (house->gateway, "settled", G_CALLBACK (settled_cb), &n_settled);
  fake_http_server_expect (house->provider, "POST", "/v1/chat/completions", 200, "{\"usage\":{}}");
  answered = ask_with_grant (house, "POST", CHAT, CHAT_BODY);
  g_assert_cmpuint (house_get_status (answered), ==, 200);
  house_await_record (house, 0);
  while (n_settled < 1)
    g_main_context_iteration (NULL, TRUE);

  /* This one is never sent. */
  broken = ask_with_grant (house, "POST", CHAT, "no object");
  g_assert_cmpuint (house_get_status (broken), ==, 400);
  while (n_settled < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (house->records->len, ==, 1);

  /* And this one is not asked about. */
  fake_http_server_expect (house->provider, "GET", "/v1/models", 200, "{\"data\":[]}");
  models = ask_with_grant (house, "GET", "/llm/openai/v1/models", "");
  g_assert_cmpuint (house_get_status (models), ==, 200);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_asked, ==, 2);
  g_assert_cmpuint (n_settled, ==, 2);
  ship_gateway_set_gate (house->gateway, NULL, NULL);
  g_signal_handlers_disconnect_by_func (house->gateway, settled_cb, &n_settled);
}

static void
test_not_found (void)
{
  g_autoptr (House) house = house_new (TRUE);
  static const struct
  {
    const char *method;
    const char *target;
    const char *type;
  } cases[] = { { "POST", "/llm/anthropic/v1/files", "not_found_error" },
                { "GET", MESSAGES, "not_found_error" },
                { "POST", "/llm/openai/v1/files", "not_found" },
                { "POST", "/llm/google/v1beta/files", "NOT_FOUND" },
                { "GET", "/llm/openrouter/v1/credits", NULL },
                { "POST", "/llm/unknown/v1/chat/completions", "not_found" },
                { "POST", "/llm/openai", "not_found" },
                { "POST", "/mcp", "not_found" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean         is_post = g_str_equal (cases[i].method, "POST");
      g_autofree char *answer =
        ask_with_grant (house, cases[i].method, cases[i].target, is_post ? "{}" : "");

      check_shape (answer, cases[i].target, 404, cases[i].type);
    }
}

static void
test_bad_body (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char  *brackets = g_strnfill (200000, '[');
  const char *const bodies[] = { "", "[]", "{\"model\":", brackets };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *answer = ask_with_grant (house, "POST", MESSAGES, bodies[i]);

      check_shape (answer, MESSAGES, 400, "invalid_request_error");
    }
}

static void
test_redirect (void)
{
  static const guint statuses[] = { 301, 302, 303, 307, 308 };
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (FakeHttpServer) elsewhere = fake_http_server_new ();
  g_autofree char *location =
    g_strconcat (fake_http_server_get_base_uri (elsewhere), "/v1/messages", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autofree char *answer = NULL;

      fake_http_server_expect (house->provider, "POST", "/v1/messages", statuses[i], NULL);
      fake_http_server_add_header (house->provider, "Location", location);
      answer = ask_with_grant (house, "POST", MESSAGES, "{\"model\":\"test-model\"}");
      check_shape (answer, MESSAGES, 502, "api_error");
      g_assert_cmpuint (house_await_record (house, i)->status, ==, 502);
      g_assert_cmpfloat_with_epsilon (house_await_record (house, i)->cost, 0.0, 1e-9);
    }
  g_assert_cmpuint (fake_http_server_get_n_requests (elsewhere), ==, 0);
}

static void
test_compressed (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char *answer = NULL;

  fake_http_server_expect (house->provider, "POST", "/v1/chat/completions", 200, "not really gzip");
  fake_http_server_add_header (house->provider, "Content-Encoding", "gzip");
  answer = ask_with_grant (house, "POST", CHAT, CHAT_BODY);
  check_shape (answer, CHAT, 502, "bad_gateway");
  g_assert_true (house_await_record (house, 0)->is_estimate);
}

static void
test_unreachable (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (FakeHttpServer) gone = fake_http_server_new ();
  g_autofree char *base_uri = g_strdup (fake_http_server_get_base_uri (gone));
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;
  const ShipGatewayExchangeRecord *record;

  g_clear_object (&gone);
  ship_gateway_set_base_uri (house->gateway, "openai", base_uri, &error);
  g_assert_no_error (error);
  answer = ask_with_grant (house, "POST", CHAT, CHAT_BODY);
  check_shape (answer, CHAT, 502, "bad_gateway");
  g_assert_nonnull (strstr (answer, "127.0.0.1 cannot be reached."));
  record = house_await_record (house, 0);
  g_assert_cmpuint (record->status, ==, 0);
  g_assert_false (record->is_estimate);
  g_assert_cmpfloat_with_epsilon (record->cost, 0.0, 1e-9);
}

/* The provider got the request, and may bill it. */
static void
test_cut_before_answer (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char                 *answer = NULL;
  const ShipGatewayExchangeRecord *record;

  fake_http_server_expect_cut (house->provider, "POST", "/v1/chat/completions");
  answer = ask_with_grant (house, "POST", CHAT, CHAT_BODY);
  check_shape (answer, CHAT, 502, "bad_gateway");
  record = house_await_record (house, 0);
  g_assert_cmpuint (record->status, ==, 0);
  g_assert_true (record->is_estimate);
  g_assert_cmpint (record->usage.input, >, 0);
}

static void
test_base_uri (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GError) error = NULL;

  g_assert_false (ship_gateway_set_base_uri (house->gateway, "openai", "http://evil.test", &error));
  g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_INVALID);
}

/* A wrong address is said, and nothing goes anywhere; mended, the next request arrives. */
static void
test_addresses (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root ("/nonexistent");
  g_autoptr (GSettings) settings = ship_settings_new (paths, NULL);
  g_autoptr (ShipProviderAddresses) addresses = ship_provider_addresses_new (settings, NULL);
  g_autofree char *refusal = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *gone = NULL;

  g_settings_set (settings,
                  SHIP_SETTING_BASE_URIS,
                  "@a{ss}",
                  g_variant_new_parsed ("{'openai': 'http://far.example'}"));
  ship_gateway_follow_addresses (house->gateway, addresses);
  refusal = ask_with_grant (house, "POST", CHAT, "{\"model\":\"test-model\"}");
  check_shape (refusal, CHAT, 403, "permission_denied");
  g_assert_nonnull (strstr (refusal, "https://"));

  g_settings_set (settings,
                  SHIP_SETTING_BASE_URIS,
                  "@a{ss}",
                  g_variant_new_parsed ("{'openai': %s, 'mine': %s}",
                                        fake_http_server_get_base_uri (house->provider),
                                        fake_http_server_get_base_uri (house->provider)));
  fake_http_server_expect (house->provider, "POST", "/v1/chat/completions", 200, "{}");
  answer = ask_with_grant (house, "POST", CHAT, "{\"model\":\"test-model\"}");
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200"));

  g_settings_reset (settings, SHIP_SETTING_BASE_URIS);
  gone = ask_with_grant (house, "POST", "/llm/mine/v1/chat/completions", "{\"model\":\"m\"}");
  g_assert_nonnull (strstr (gone, "mine"));
  g_assert_true (g_str_has_prefix (gone, "HTTP/1.1 403"));
}

static void
test_rehearsal (void)
{
  g_autoptr (House) house = house_new (FALSE);
  g_autofree char *models = ask_with_grant (house, "GET", "/llm/rehearsal/v1/models", "");
  g_autofree char *answer = NULL;
  const ShipGatewayExchangeRecord *record;

  g_assert_cmpuint (house_get_status (models), ==, 200);
  answer = ask_with_grant (house,
                           "POST",
                           "/llm/rehearsal/v1/chat/completions",
                           "{\"model\":\"rehearsal\",\"stream\":true,\"messages\":[{\"role\":"
                           "\"user\",\"content\":\"Hi\"}]}");
  g_assert_cmpuint (house_get_status (answer), ==, 200);
  g_assert_nonnull (strstr (answer, "[DONE]"));
  record = house_await_record (house, 0);
  g_assert_cmpstr (record->provider, ==, "rehearsal");
  g_assert_cmpint (record->usage.output, >, 0);
  g_assert_cmpfloat_with_epsilon (record->cost, 0.0, 1e-9);
  g_assert_cmpuint (house->records->len, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gateway/protocol/%s", protocols[i].name);

      g_test_add_data_func (path, &protocols[i], test_protocol);
    }
  g_test_add_func ("/gateway/asks-for-usage", test_asks_for_usage);
  g_test_add_func ("/gateway/echo", test_echo);
  g_test_add_func ("/gateway/headers-back", test_headers_back);
  g_test_add_func ("/gateway/grant", test_grant);
  g_test_add_func ("/gateway/two-gateways", test_two_gateways);
  g_test_add_func ("/gateway/no-key", test_no_key);
  g_test_add_func ("/gateway/gate", test_gate);
  g_test_add_func ("/gateway/settled", test_settled);
  g_test_add_func ("/gateway/not-found", test_not_found);
  g_test_add_func ("/gateway/bad-body", test_bad_body);
  g_test_add_func ("/gateway/redirect", test_redirect);
  g_test_add_func ("/gateway/compressed", test_compressed);
  g_test_add_func ("/gateway/unreachable", test_unreachable);
  g_test_add_func ("/gateway/cut-before-answer", test_cut_before_answer);
  g_test_add_func ("/gateway/base-uri", test_base_uri);
  g_test_add_func ("/gateway/addresses", test_addresses);
  g_test_add_func ("/gateway/rehearsal", test_rehearsal);
  return g_test_run ();
}
