/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/ship-json.h"
#include "gateway/ship-gateway-body-private.h"
#include "gateway/ship-gateway-body-scan-private.h"
#include "ship-test.h"

/* Bodies of model requests, looked through without being parsed. What is sent is in
 * test-gateway-route.c. */

static gboolean
is_span (const ShipGatewayBodySpan *span, const char *text)
{
  if (span->text == NULL || text == NULL)
    return span->text == text;

  return span->length == strlen (text) && memcmp (span->text, text, span->length) == 0;
}

static void
test_scan (void)
{
  /* clang-format off */
  static const struct
  {
    const char *text;
    gboolean    is_sure;
    const char *model;
    const char *tools;
  } table[] = {
    { "{}", TRUE, NULL, NULL },
    { " {\n} ", TRUE, NULL, NULL },
    { "{\"model\":\"m\",\"tools\":[{\"a\":\"]}\"}]}", TRUE, "\"m\"", "[{\"a\":\"]}\"}]" },
    { "{\"messages\":[{\"model\":\"inner\"}],\"model\" : \"m\"}", TRUE, "\"m\"", NULL },
    { "{\"a\":\"\\\"model\\\":\\\\\",\"model\":\"m\"}", TRUE, "\"m\"", NULL },
    { "{\"a\":-1.5e+3,\"b\":true,\"c\":null}", TRUE, NULL, NULL },
    { "{\"model\":\"a\",\"model\":\"b\"}", FALSE, NULL, NULL },
    { "{\"mod\\u0065l\":\"b\"}", FALSE, NULL, NULL },
    { "{\"model\":\"m\"", FALSE, NULL, NULL },
    { "{\"model\":\"m", FALSE, NULL, NULL },
    { "{\"model\":\"m\\\"}", FALSE, NULL, NULL },
    { "{\"model\":}", FALSE, NULL, NULL },
    { "{\"model\"}", FALSE, NULL, NULL },
    { "{\"a\":1 \"b\":2}", FALSE, NULL, NULL },
    { "{\"a\":1,}", FALSE, NULL, NULL },
    { "{,}", FALSE, NULL, NULL },
    { "{} {}", FALSE, NULL, NULL },
    { "{a:1}", FALSE, NULL, NULL },
    { "{\"a\":[1}", FALSE, NULL, NULL },
    { "[]", FALSE, NULL, NULL },
    { "", FALSE, NULL, NULL },
    { "{/**/}", FALSE, NULL, NULL },
  };
  /* clang-format on */

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      ShipGatewayBodyScan scan;

      g_test_message ("%s", table[i].text);
      g_assert_cmpint (ship_gateway_body_scan (table[i].text, strlen (table[i].text), &scan),
                       ==,
                       table[i].is_sure);
      if (!table[i].is_sure)
        continue;
      g_assert_true (is_span (&scan.model, table[i].model));
      g_assert_true (is_span (&scan.tools, table[i].tools));
      g_assert_cmpint (table[i].text[scan.end], ==, '}');
    }
}

/* Whatever is sure and valid means the same to a parser. */
static void
test_agrees (void)
{
  static const char text[] = "{\"model\":\"m\",\"a\":[{\"b\":\"\\\"x\\\\\"},2],\"stream\":true,"
                             "\"tools\":[],\"c\":\"\\u00e9\"}";
  static const char alphabet[] = "{}[]\",:\\ 1t/m\n";
  guint             n_agreed = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *mutant = g_strdup (text);
      g_autoptr (JsonObject) root = NULL;
      g_autofree char    *model = NULL;
      ShipGatewayBodyScan scan;

      for (gint32 n = g_test_rand_int_range (0, 3); n > 0; n--)
        mutant[g_test_rand_int_range (0, sizeof text - 1)] =
          alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      if (!ship_gateway_body_scan (mutant, strlen (mutant), &scan))
        continue;
      root = ship_json_parse_object (mutant, -1, NULL);
      if (root == NULL)
        continue;
      n_agreed++;
      g_assert_cmpint (scan.model.text != NULL, ==, ship_json_has (root, "model"));
      g_assert_cmpint (scan.tools.text != NULL, ==, ship_json_has (root, "tools"));
      g_assert_cmpint (is_span (&scan.stream, "true"),
                       ==,
                       ship_json_get_boolean (root, "stream", FALSE));
      if (ship_json_get_string (root, "model", NULL) == NULL)
        continue;
      model = g_strdup_printf ("\"%s\"", ship_json_get_string (root, "model", NULL));
      if (memchr (scan.model.text, '\\', scan.model.length) == NULL)
        g_assert_true (is_span (&scan.model, model));
    }
  g_assert_cmpuint (n_agreed, >, 1000);
}

static void
test_aside (void)
{
  static const struct
  {
    const char *text;
    gboolean    is_aside;
  } table[] = {
    { "{\"model\":\"m\"}", TRUE },
    { "{\"tools\":[]}", TRUE },
    { "{\"tools\":[ ]}", FALSE }, /* not the usual way; nothing depends on it */
    { "{\"tools\":[{\"a\":1}]}", FALSE },
    { "{\"t\\u006fols\":[{\"a\":1}]}", FALSE },
    { "{\"t\\u006fol\":[{\"a\":1}]}", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (table[i].text, strlen (table[i].text));
      g_autoptr (GError) error = NULL;
      g_autoptr (ShipGatewayBody) body =
        ship_gateway_body_prepare (bytes, SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENAI, &error);

      g_assert_no_error (error);
      g_assert_cmpint (body->is_aside, ==, table[i].is_aside);
    }
}

/* A conversation with a picture in it: (transfer full). */
static GBytes *
new_large (const char *end)
{
  GString *text = g_string_new ("{\"messages\":[\"");

  for (guint i = 0; i < 200000; i++)
    g_string_append (text, "0123456789");
  g_string_append (text, end);

  return g_string_free_to_bytes (text);
}

static ShipGatewayBody *
prepare_later (GBytes *bytes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_gateway_body_prepare_async (bytes,
                                   SHIP_WIRE_CHAT,
                                   SHIP_GATEWAY_FAMILY_OPENAI,
                                   cancellable,
                                   ship_test_keep_result,
                                   &result);
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);

  return ship_gateway_body_prepare_finish (ship_test_await (&result), error);
}

static void
test_later (void)
{
  g_autoptr (GBytes) good = new_large ("\"],\"stream\":true,\"model\":\"m\"} ");
  g_autoptr (GBytes) bad = new_large ("\"]");
  g_autoptr (GBytes) small = g_bytes_new_static ("{}", 2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipGatewayBody) first = prepare_later (good, NULL, &error);
  g_autoptr (ShipGatewayBody) second = NULL;
  const char *sent;
  gsize       length;

  g_assert_no_error (error);
  g_assert_cmpstr (first->model, ==, "m");
  sent = g_bytes_get_data (first->bytes, &length);
  g_assert_cmpint (length,
                   ==,
                   g_bytes_get_size (good) +
                     strlen (",\"stream_options\":{\"include_usage\":true}"));
  g_assert_cmpint (memcmp (sent, g_bytes_get_data (good, NULL), g_bytes_get_size (good) - 2),
                   ==,
                   0);
  g_assert_cmpmem (sent + length - 6, 6, "true}} " + 1, 6);

  second = prepare_later (small, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (second);

  g_assert_null (prepare_later (bad, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_null (prepare_later (good, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway-body/scan", test_scan);
  g_test_add_func ("/gateway-body/agrees", test_agrees);
  g_test_add_func ("/gateway-body/aside", test_aside);
  g_test_add_func ("/gateway-body/later", test_later);
  return g_test_run ();
}
