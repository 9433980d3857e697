/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-json.h"

#include <math.h>

static void
test_valid (void)
{
  static const struct
  {
    const char *text, *expected;
  } cases[] = {
    { "{}", "{}" },
    { " [1 , -2.5e3,true,false,null,\"x\"]\r\n\t", "[1,-2500.0,true,false,null,\"x\"]" },
    { "\"top\"", "\"top\"" },
    { "0", "0" },
    { "{\"a\":{\"b\":[[]]}}", "{\"a\":{\"b\":[[]]}}" },
    { "\"[[[ {{{ \\\" \\\\\"", "\"[[[ {{{ \\\" \\\\\"" },
    { "\"ü \\u00fc \\ud83d\\ude00\"", "\"ü ü 😀\"" },
    /* What json-glib would cut at or abort on. */
    { "\"a\\u0000b\"",
      "\"a\xef\xbf\xbd"
      "b\"" },
    { "\"\\ud800\"", "\"\xef\xbf\xbd\"" },
    { "\"\\ud800\\n\"", "\"\xef\xbf\xbd\\n\"" },
    { "\"\\ud800\\u0041\"",
      "\"\xef\xbf\xbd"
      "A\"" },
    { "\"\\udc00\\ud800\"", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\"\\ud800\\ud83d\\ude00\"", "\"\xef\xbf\xbd😀\"" },
    { "\"\\\\ud800\"", "\"\\\\ud800\"" },
    { "{\"\\ud800\":1}", "{\"\xef\xbf\xbd\":1}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = ship_json_parse (cases[i].text, -1, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = ship_json_node_to_text (node);
      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static const char *const no_json[] = {
  "",
  " ",
  "{",
  "}",
  "[",
  "]",
  "{]",
  "[1",
  "[1,]",
  "[1 2]",
  "{\"a\"}",
  "{\"a\":}",
  "{a:1}",
  "{'a':1}",
  "{\"a\":1}{\"b\":2}",
  "1 2",
  "true false",
  "\"a\" \"b\"",
  "[] x",
  ",",
  ":",
  "// c\n1",
  "/* c */ 1",
  "[/* \" */1]",
  "# c\n1",
  "var x = 1",
  "x",
  "tru",
  "nul",
  "True",
  "NaN",
  "Infinity",
  "-",
  "+1",
  "01",
  "1.",
  ".5",
  "1e",
  "0x10",
  "1-2",
  "\"",
  "\"a",
  "\"\\",
  "\"\\\"",
  "\"\\x\"",
  "\"\\u\"",
  "\"\\u12\"",
  "\"\\u12g4\"",
  "\"\\u123",
  "\"line\nbreak\"",
  "\"tab\t\"",
  "\xff",
  "\"\xff\"",
  "\"\xed\xa0\x80\"",
  "\"\xc3\"",
  "\xef\xbb\xbf{}",
};

static void
test_syntax (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (no_json); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = ship_json_parse (no_json[i], -1, &error);

      if (node != NULL)
        g_test_message ("Accepted: %s", no_json[i]);
      g_assert_null (node);
      g_assert_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_SYNTAX);
    }
}

static void
test_length (void)
{
  static const char nul[] = "{\"a\":\"x\0y\"}";
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  g_assert_null (ship_json_parse (nul, sizeof nul - 1, &error));
  g_assert_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_null (ship_json_parse ("1\0", 2, &error));
  g_assert_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_null (ship_json_parse ("[1]", 0, &error));
  g_assert_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_SYNTAX);
  g_clear_error (&error);

  /* Nothing behind the length is looked at. */
  node = ship_json_parse ("[1]]]]", 3, &error);
  g_assert_no_error (error);
  g_assert_nonnull (node);
}

/* A valid document cut anywhere is an error, never a crash. */
static void
test_every_cut (void)
{
  static const char text[] =
    "{\"a\":[1,-2.5e+3,true,null,\"\\ud83d\\ude00\\\"é\"],\"b\":{\"c\":false}}";

  for (gsize length = 0; length < sizeof text - 1; length++)
    {
      g_autofree char *cut = g_memdup2 (text, length + 1); /* so that a sanitizer sees an overrun */
      g_autoptr (GError) error = NULL;

      g_assert_null (ship_json_parse (cut, (gssize) length, &error));
      g_assert_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_SYNTAX);
    }
}

static char *
nest (const char *open, const char *middle, const char *close, guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, middle);
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);

  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const struct
  {
    const char *open, *close;
  } kinds[] = { { "[", "]" }, { "{\"a\":", "}" }, { "[ \"[\",{\"}\":", "}]" } };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      guint            per_step = i == 2 ? 2 : 1;
      g_autofree char *deepest =
        nest (kinds[i].open, "1", kinds[i].close, SHIP_JSON_MAX_DEPTH / per_step);
      g_autofree char *deeper =
        nest (kinds[i].open, "1", kinds[i].close, SHIP_JSON_MAX_DEPTH / per_step + 1);
      g_autofree char *abyss = nest (kinds[i].open, "1", kinds[i].close, 1000000);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = ship_json_parse (deepest, -1, &error);

      g_assert_no_error (error);
      g_assert_nonnull (node);
      g_assert_null (ship_json_parse (deeper, -1, &error));
      g_assert_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_TOO_DEEP);
      g_clear_error (&error);
      g_assert_null (ship_json_parse (abyss, -1, &error));
      g_assert_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_TOO_DEEP);
    }
}

static JsonObject *
example (void)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = ship_json_parse_object (
    "{\"s\":\"text\",\"i\":7,\"d\":1.5,\"whole\":1e3,\"big\":1e300,\"t\":true,\"n\":null,"
    "\"o\":{\"s\":\"inner\",\"l\":[1],\"o\":{\"i\":-9223372036854775808}}}",
    -1,
    &error);

  g_assert_no_error (error);
  return object;
}

static void
test_require (void)
{
  g_autoptr (JsonObject) object = example ();
  g_autoptr (GError) error = NULL;
  gint64 value = 0;

  g_assert_cmpstr (ship_json_require_string (object, "s", &error), ==, "text");
  g_assert_cmpstr (ship_json_require_string (object, "o.s", &error), ==, "inner");
  g_assert_true (ship_json_require_int (object, "i", &value, &error));
  g_assert_cmpint (value, ==, 7);
  g_assert_true (ship_json_require_int (object, "o.o.i", &value, &error));
  g_assert_cmpint (value, ==, G_MININT64);
  g_assert_true (ship_json_require_int (object, "whole", &value, &error));
  g_assert_cmpint (value, ==, 1000);
  g_assert_nonnull (ship_json_require_object (object, "o.o", &error));
  g_assert_nonnull (ship_json_require_array (object, "o.l", &error));
  g_assert_no_error (error);
}

static void
assert_error_names (GError **error, int code, const char *path)
{
  g_autofree char *quoted = g_strdup_printf ("“%s”", path);

  g_assert_error (*error, SHIP_JSON_ERROR, code);
  g_assert_nonnull (strstr ((*error)->message, quoted));
  g_clear_error (error);
}

static void
test_require_errors (void)
{
  g_autoptr (JsonObject) object = example ();
  g_autoptr (GError) error = NULL;
  gint64 value = 42;

  g_assert_null (ship_json_require_string (object, "x", &error));
  assert_error_names (&error, SHIP_JSON_ERROR_MISSING, "x");
  g_assert_null (ship_json_require_string (object, "n", &error));
  assert_error_names (&error, SHIP_JSON_ERROR_MISSING, "n");
  g_assert_null (ship_json_require_string (object, "o.x.s", &error));
  assert_error_names (&error, SHIP_JSON_ERROR_MISSING, "o.x");
  g_assert_null (ship_json_require_string (object, "s.x", &error));
  assert_error_names (&error, SHIP_JSON_ERROR_TYPE, "s");
  g_assert_null (ship_json_require_string (object, "o.l", &error));
  assert_error_names (&error, SHIP_JSON_ERROR_TYPE, "o.l");
  g_assert_null (ship_json_require_object (object, "o.l", &error));
  assert_error_names (&error, SHIP_JSON_ERROR_TYPE, "o.l");
  g_assert_null (ship_json_require_array (object, "o.o", &error));
  assert_error_names (&error, SHIP_JSON_ERROR_TYPE, "o.o");
  g_assert_null (ship_json_require_string (object, "o..s", &error));
  assert_error_names (&error, SHIP_JSON_ERROR_MISSING, "o.");
  g_assert_false (ship_json_require_int (object, "d", &value, &error));
  assert_error_names (&error, SHIP_JSON_ERROR_TYPE, "d");
  g_assert_false (ship_json_require_int (object, "big", &value, &error));
  assert_error_names (&error, SHIP_JSON_ERROR_TYPE, "big");
  g_assert_false (ship_json_require_int (object, "s", &value, &error));
  assert_error_names (&error, SHIP_JSON_ERROR_TYPE, "s");
  g_assert_cmpint (value, ==, 42);

  g_assert_null (ship_json_parse_object ("[]", -1, &error));
  g_assert_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_TYPE);
}

static void
test_optional (void)
{
  g_autoptr (JsonObject) object = example ();

  g_assert_cmpstr (ship_json_get_string (object, "s", "no"), ==, "text");
  g_assert_cmpstr (ship_json_get_string (object, "n", "no"), ==, "no");
  g_assert_cmpstr (ship_json_get_string (object, "i", NULL), ==, NULL);
  g_assert_cmpint (ship_json_get_int (object, "i", 1), ==, 7);
  g_assert_cmpint (ship_json_get_int (object, "d", 1), ==, 1);
  g_assert_cmpint (ship_json_get_int (object, "t", 1), ==, 1);
  g_assert_cmpfloat (ship_json_get_double (object, "d", 0), ==, 1.5);
  g_assert_cmpfloat (ship_json_get_double (object, "i", 0), ==, 7.0);
  g_assert_cmpfloat (ship_json_get_double (object, "s", 0.25), ==, 0.25);
  g_assert_true (ship_json_get_boolean (object, "t", FALSE));
  g_assert_true (ship_json_get_boolean (object, "i", TRUE));
  g_assert_false (ship_json_get_boolean (object, "x", FALSE));
  g_assert_nonnull (ship_json_get_object (object, "o.o"));
  g_assert_null (ship_json_get_object (object, "s"));
  g_assert_nonnull (ship_json_get_array (object, "o.l"));
  g_assert_null (ship_json_get_array (object, "o"));
  g_assert_true (ship_json_has (object, "o.o.i"));
  g_assert_false (ship_json_has (object, "n"));
  g_assert_false (ship_json_has (object, "i.i"));
}

static void
test_infinite (void)
{
  g_autoptr (JsonObject) object =
    ship_json_parse_object ("{\"x\":1e999,\"i\":99999999999999999999}", -1, NULL);

  g_assert_nonnull (object);
  g_assert_cmpfloat (ship_json_get_double (object, "x", 3), ==, 3);
  g_assert_cmpint (ship_json_get_int (object, "x", 3), ==, 3);
  (void) ship_json_get_int (object, "i", 3); /* json-glib says which it is; it may only not crash */
}

static void
test_to_text (void)
{
  g_autoptr (JsonObject) object = example ();
  g_autofree char *text = ship_json_object_to_text (object);
  g_autoptr (JsonNode) again = ship_json_parse (text, -1, NULL);
  g_autofree char *text_again = NULL;

  g_assert_nonnull (again);
  text_again = ship_json_node_to_text (again);
  g_assert_cmpstr (text, ==, text_again);
  g_assert_null (strchr (text, '\n'));
}

/* Doubles that json-glib 1.6 writes as "1e-10.0" or "inf". */
static void
test_doubles_to_text (void)
{
  static const struct
  {
    double      number;
    const char *expected;
  } cases[] = {
    { 1e-10, "[1e-10]" }, { 8e41, "[8e+41]" },    { -1e100, "[-1e+100]" },
    { 0.5, "[0.5]" },     { 3.0, "[3.0]" },       { 2.5e-7, "[2.4999999999999999e-07]" },
    { -0.0, "[-0.0]" },   { INFINITY, "[null]" }, { -INFINITY, "[null]" },
    { NAN, "[null]" },
  };
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *text = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonArray) array = json_array_new ();
      g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
      g_autofree char *got = NULL;

      json_array_add_double_element (array, cases[i].number);
      json_node_set_array (node, array);
      got = ship_json_node_to_text (node);
      g_assert_cmpstr (got, ==, cases[i].expected);
    }

  json_object_set_string_member (object, "1e5.0", "\"inf\\ 1e5.0");
  text = ship_json_object_to_text (object);
  g_assert_cmpstr (text, ==, "{\"1e5.0\":\"\\\"inf\\\\ 1e5.0\"}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/json/valid", test_valid);
  g_test_add_func ("/base/json/syntax", test_syntax);
  g_test_add_func ("/base/json/length", test_length);
  g_test_add_func ("/base/json/every-cut", test_every_cut);
  g_test_add_func ("/base/json/depth", test_depth);
  g_test_add_func ("/base/json/require", test_require);
  g_test_add_func ("/base/json/require-errors", test_require_errors);
  g_test_add_func ("/base/json/optional", test_optional);
  g_test_add_func ("/base/json/infinite", test_infinite);
  g_test_add_func ("/base/json/to-text", test_to_text);
  g_test_add_func ("/base/json/doubles-to-text", test_doubles_to_text);
  return g_test_run ();
}
