/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where requests go: base addresses that are accepted and refused, endpoints that are let through.
 */
#include <gio/gio.h>

#include "auth/ship-keyring.h"
#include "gateway/ship-gateway-body-private.h"
#include "gateway/ship-gateway-route-private.h"

static void
test_base_uris (void)
{
  g_autoptr (GHashTable) routes = ship_gateway_routes_new ();
  static const struct
  {
    const char *provider;
    const char *base_uri;
    gboolean    is_good;
  } cases[] = {
    { "openai", "https://proxy.example/openai", TRUE },
    { "openai", "http://127.0.0.1:8000", TRUE },
    { "openai", "http://127.1.2.3:8000/v1", TRUE },
    { "openai", "http://[::1]:8000", TRUE },
    { "openai", "http://localhost:8000", TRUE },
    { "my-server.2", "http://127.0.0.1:9", TRUE },
    { "openai", "http://proxy.example", FALSE },
    { "openai", "http://10.0.0.1", FALSE },
    { "openai", "http://127.1", FALSE },
    { "openai", "http://2130706433", FALSE },
    { "openai", "http://localhost.evil.test", FALSE },
    { "openai", "http://[::ffff:127.0.0.1]", FALSE },
    { "openai", "ftp://127.0.0.1", FALSE },
    { "openai", "file:///etc/passwd", FALSE },
    { "openai", "https://", FALSE },
    { "openai", "https://user:secret@proxy.example", FALSE },
    { "openai", "https://proxy.example/?key=x", FALSE },
    { "openai", "https://proxy.example/#x", FALSE },
    { "openai", "proxy.example", FALSE },
    { "rehearsal", "https://proxy.example", FALSE },
    { "", "https://proxy.example", FALSE },
    { "Upper", "https://proxy.example", FALSE },
    { "a/b", "https://proxy.example", FALSE },
    { "..", "https://proxy.example", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_good =
        ship_gateway_routes_set_base_uri (routes, cases[i].provider, cases[i].base_uri, &error);

      g_test_message ("%s %s", cases[i].provider, cases[i].base_uri);
      g_assert_cmpint (is_good, ==, cases[i].is_good);
      if (is_good)
        g_assert_no_error (error);
      else
        {
          g_assert_error (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_INVALID);
          g_assert_null (strstr (error->message, "secret"));
        }
    }
}

static void
test_new_provider (void)
{
  g_autoptr (GHashTable) routes = ship_gateway_routes_new ();
  ShipGatewayRoute *route;

  g_assert_null (g_hash_table_lookup (routes, "mine"));
  g_assert_true (ship_gateway_routes_set_base_uri (routes, "mine", "http://127.0.0.1:9", NULL));
  route = g_hash_table_lookup (routes, "mine");
  g_assert_cmpint (route->family, ==, SHIP_GATEWAY_FAMILY_OPENAI);
  g_assert_null (route->credential_field);
  g_assert_true (route->is_loopback);
  g_assert_false (route->is_free);

  /* A known one keeps its protocol and its key wherever it is sent. */
  g_assert_true (
    ship_gateway_routes_set_base_uri (routes, "anthropic", "http://127.0.0.1:9", NULL));
  route = g_hash_table_lookup (routes, "anthropic");
  g_assert_cmpint (route->family, ==, SHIP_GATEWAY_FAMILY_ANTHROPIC);
  g_assert_cmpstr (route->credential_field, ==, "x-api-key");
}

/* clang-format off */
static const struct
{
  const char *provider;
  const char *method;
  const char *rest;
  const char *query;
  const char *uri; /* NULL: not let through */
  ShipWire    wire;
  const char *model;
} endpoint_cases[] = {
  { "anthropic", "POST", "v1/messages", NULL, "https://api.anthropic.com/v1/messages", SHIP_WIRE_ANTHROPIC, NULL },
  { "anthropic", "POST", "v1/messages", "beta=true", "https://api.anthropic.com/v1/messages?beta=true", SHIP_WIRE_ANTHROPIC, NULL },
  { "anthropic", "POST", "v1/messages/count_tokens", NULL, "https://api.anthropic.com/v1/messages/count_tokens", SHIP_WIRE_NONE, NULL },
  { "anthropic", "GET", "v1/models", NULL, "https://api.anthropic.com/v1/models", SHIP_WIRE_NONE, NULL },
  { "openai", "POST", "v1/responses", NULL, "https://api.openai.com/v1/responses", SHIP_WIRE_RESPONSES, NULL },
  { "openai", "POST", "v1/chat/completions", NULL, "https://api.openai.com/v1/chat/completions", SHIP_WIRE_CHAT, NULL },
  { "openai", "GET", "v1/models/gpt-5.5", NULL, "https://api.openai.com/v1/models/gpt-5.5", SHIP_WIRE_NONE, "gpt-5.5" },
  { "openrouter", "POST", "v1/chat/completions", NULL, "https://openrouter.ai/api/v1/chat/completions", SHIP_WIRE_CHAT, NULL },
  { "google", "POST", "v1beta/models/gemini-3-pro:streamGenerateContent", "alt=sse&key=mine&Access_Token=mine", "https://generativelanguage.googleapis.com/v1beta/models/" "gemini-3-pro:streamGenerateContent?alt=sse", SHIP_WIRE_GEMINI, "gemini-3-pro" },
  { "google", "POST", "v1/models/gemini-3-pro:generateContent", "k%65y=mine", "https://generativelanguage.googleapis.com/v1/models/gemini-3-pro:generateContent", SHIP_WIRE_GEMINI, "gemini-3-pro" },
  { "ollama", "POST", "v1/chat/completions", NULL, "http://127.0.0.1:11434/v1/chat/completions", SHIP_WIRE_CHAT, NULL },
  { "with-version", "POST", "v1/chat/completions", NULL, "https://proxy.example/base/v4/chat/completions", SHIP_WIRE_CHAT, NULL },
  { "with-slash", "POST", "v1/chat/completions", NULL, "https://proxy.example/v1/chat/completions", SHIP_WIRE_CHAT, NULL },

  { "anthropic", "GET", "v1/messages", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "anthropic", "POST", "v1/messages/batches", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "anthropic", "POST", "v1/chat/completions", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "anthropic", "GET", "v1/organizations/api_keys", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "openai", "POST", "v1/files", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "openai", "GET", "v1/responses/resp_1", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "openai", "POST", "v1/v1/responses", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "openai", "GET", "v1/models/a/b", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "openrouter", "GET", "v1/credits", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "google", "POST", "v1beta/models/a/b:generateContent", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "google", "POST", "v1beta/models/:generateContent", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "google", "POST", "v1beta/models/%41:generateContent", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "google", "POST", "v1beta/files", NULL, NULL, SHIP_WIRE_NONE, NULL },
  { "google", "POST", "upload/v1beta/files", NULL, NULL, SHIP_WIRE_NONE, NULL },
};
/* clang-format on */

static void
test_endpoints (void)
{
  g_autoptr (GHashTable) routes = ship_gateway_routes_new ();

  ship_gateway_routes_set_base_uri (routes, "with-version", "https://proxy.example/base/v4/", NULL);
  ship_gateway_routes_set_base_uri (routes, "with-slash", "https://proxy.example/", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (endpoint_cases); i++)
    {
      ShipGatewayRoute *route = g_hash_table_lookup (routes, endpoint_cases[i].provider);
      g_autoptr (ShipGatewayTarget) target = ship_gateway_route_resolve (route,
                                                                         endpoint_cases[i].method,
                                                                         endpoint_cases[i].rest,
                                                                         endpoint_cases[i].query);
      g_autofree char *uri = target != NULL ? g_uri_to_string (target->uri) : NULL;

      g_test_message ("%s %s %s",
                      endpoint_cases[i].provider,
                      endpoint_cases[i].method,
                      endpoint_cases[i].rest);
      g_assert_cmpstr (uri, ==, endpoint_cases[i].uri);
      if (target != NULL)
        {
          g_assert_cmpint (target->wire, ==, endpoint_cases[i].wire);
          g_assert_cmpstr (target->model, ==, endpoint_cases[i].model);
        }
    }
}

static void
test_split (void)
{
  const char *rest = NULL;
  char       *provider = NULL;

  g_assert_true (ship_gateway_path_split ("/llm/openai/v1/models", &provider, &rest));
  g_assert_cmpstr (provider, ==, "openai");
  g_assert_cmpstr (rest, ==, "v1/models");
  g_free (provider);
  g_assert_false (ship_gateway_path_split ("/llm/openai", &provider, &rest));
  g_assert_false (ship_gateway_path_split ("/llm//v1", &provider, &rest));
  g_assert_false (ship_gateway_path_split ("/mcp", &provider, &rest));
}

/* clang-format off */
static const struct
{
  ShipWire          wire;
  ShipGatewayFamily family;
  const char       *body;
  const char       *sent; /* NULL: refused */
  const char       *model;
} body_cases[] = {
  { SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENAI, "{ \"model\": \"m\" }", "{ \"model\": \"m\" }", "m" },
  { SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENAI, "{\"model\":\"m\", \"stream\":false}", "{\"model\":\"m\", \"stream\":false}", "m" },
  { SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENAI, "{\"stream\":true,\"model\":\"m\"}", "{\"stream\":true,\"model\":\"m\",\"stream_options\":{\"include_usage\":true}}", "m" },
  { SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENAI, "{\"stream\":true,\"stream_options\":{\"a\":1,\"include_usage\":false}}", "{\"stream\":true,\"stream_options\":{\"a\":1,\"include_usage\":true}}", NULL },
  { SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENAI, "{\"stream\":true, \"stream_options\":{\"include_usage\":true}}", "{\"stream\":true, \"stream_options\":{\"include_usage\":true}}", NULL },
  { SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENROUTER, "{\"model\":\"a/b\"}", "{\"model\":\"a/b\",\"usage\":{\"include\":true}}", "a/b" },
  { SHIP_WIRE_RESPONSES, SHIP_GATEWAY_FAMILY_OPENAI, "{\"stream\":true,\"model\":\"m\" }", "{\"stream\":true,\"model\":\"m\" }", "m" },
  { SHIP_WIRE_ANTHROPIC, SHIP_GATEWAY_FAMILY_ANTHROPIC, "{\"model\":5}", "{\"model\":5}", NULL },
  { SHIP_WIRE_GEMINI, SHIP_GATEWAY_FAMILY_GOOGLE, "anything", "anything", NULL },
  { SHIP_WIRE_GEMINI, SHIP_GATEWAY_FAMILY_GOOGLE, "{\"tools\":[{\"a\":1}]}", "{\"tools\":[{\"a\":1}]}", NULL },
  { SHIP_WIRE_ANTHROPIC, SHIP_GATEWAY_FAMILY_ANTHROPIC, "{\"tools\":[{\"name\":\"x\"}]}", "{\"tools\":[{\"name\":\"x\"}]}", NULL },
  { SHIP_WIRE_RESPONSES, SHIP_GATEWAY_FAMILY_OPENAI, "{\"tools\":[]}", "{\"tools\":[]}", NULL },
  { SHIP_WIRE_NONE, SHIP_GATEWAY_FAMILY_ANTHROPIC, "", "", NULL },
  { SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENAI, "[]", NULL, NULL },
  { SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENAI, "", NULL, NULL },
  { SHIP_WIRE_ANTHROPIC, SHIP_GATEWAY_FAMILY_ANTHROPIC, "{\"model\":\"m\"", NULL, NULL },
};
/* clang-format on */

static void
test_bodies (void)
{

  for (guint i = 0; i < G_N_ELEMENTS (body_cases); i++)
    {
      g_autoptr (GBytes) body =
        g_bytes_new_static (body_cases[i].body, strlen (body_cases[i].body));
      g_autoptr (ShipGatewayBody) sent = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", body_cases[i].body);
      sent = ship_gateway_body_prepare (body, body_cases[i].wire, body_cases[i].family, &error);
      if (body_cases[i].sent == NULL)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      else
        {
          g_assert_no_error (error);
          g_assert_cmpstr (sent->model, ==, body_cases[i].model);
          g_assert_cmpmem (g_bytes_get_data (sent->bytes, NULL),
                           g_bytes_get_size (sent->bytes),
                           body_cases[i].sent,
                           strlen (body_cases[i].sent));
        }
    }
}

/* json-glib alone would crash on this. */
static void
test_bomb (void)
{
  g_autofree char *text = g_strnfill (200000, '[');
  g_autoptr (GBytes) body = g_bytes_new_static (text, 200000);
  g_autoptr (GError) error = NULL;

  g_assert_null (
    ship_gateway_body_prepare (body, SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENAI, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway-route/base-uris", test_base_uris);
  g_test_add_func ("/gateway-route/new-provider", test_new_provider);
  g_test_add_func ("/gateway-route/endpoints", test_endpoints);
  g_test_add_func ("/gateway-route/split", test_split);
  g_test_add_func ("/gateway-route/bodies", test_bodies);
  g_test_add_func ("/gateway-route/bomb", test_bomb);
  return g_test_run ();
}
