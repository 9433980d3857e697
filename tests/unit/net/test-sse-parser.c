/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/ship-sse-parser.h"

static void
collect (const char *event, const char *data, const char *id, gpointer user_data)
{
  g_string_append_printf (user_data, "[%s|%s|%s]", event, data, id != NULL ? id : "-");
}

/* Each piece in a block of its own, so that a sanitizer sees a byte read too far. */
static char *
parse (const char *input, gsize length, gsize first, gsize step)
{
  g_autoptr (ShipSseParser) parser = ship_sse_parser_new (1024);
  g_autoptr (GError) error = NULL;
  GString *out = g_string_new (NULL);

  for (gsize at = 0, n; at < length; at += n)
    {
      g_autofree char *piece = NULL;

      n = MIN (at == 0 && first > 0 ? first : step, length - at);
      piece = g_memdup2 (input + at, n);
      g_assert_true (ship_sse_parser_feed (parser, piece, n, collect, out, &error));
      g_assert_no_error (error);
    }

  return g_string_free (out, FALSE);
}

#define CASE(input, expected)                                                                      \
  {                                                                                                \
    input, sizeof input - 1, expected                                                              \
  }

static void
test_every_split (void)
{
  static const struct
  {
    const char *input;
    gsize       length;
    const char *expected;
  } cases[] = {
    CASE ("", ""),
    CASE ("data: a\n\n", "[message|a|-]"),
    CASE ("data:a\r\n\r\n", "[message|a|-]"),
    CASE ("data: a\rdata: b\r\r", "[message|a\nb|-]"),
    CASE ("event: e\r\ndata: a\r\ndata: b\r\n\r\n", "[e|a\nb|-]"),
    CASE ("data: a\r\n\ndata: b\n\r\n", "[message|a|-][message|b|-]"),
    CASE ("\xef\xbb\xbf"
          "event: tick\nid: 7\ndata: {\"x\":1}\n\ndata: y\n\n",
          "[tick|{\"x\":1}|7][message|y|7]"),
    CASE ("\xef\xbb\xbf\xef\xbb\xbf"
          "data: x\n\n",
          ""), /* only one mark is skipped */
    CASE ("\xef\xbb"
          "data: x\n\ndata: y\n\n",
          "[message|y|-]"), /* the beginning of a mark is none */
    CASE ("data: a\n\n\xef\xbb\xbf"
          "data: b\n\n",
          "[message|a|-]"),
    CASE (": keep-alive\n\ndata\n\n", "[message||-]"),
    CASE ("data\ndata\n\n", "[message|\n|-]"),
    CASE ("data:\n\n", "[message||-]"),
    CASE ("data:  two\n\n", "[message| two|-]"),
    CASE ("data: a: b\n\n", "[message|a: b|-]"),
    CASE ("event: none\n\ndata: x\n\n", "[message|x|-]"), /* the name does not survive */
    CASE ("event: a\nevent:\ndata: x\n\n", "[message|x|-]"),
    CASE ("id: 1\n\ndata: x\n\n", "[message|x|1]"),
    CASE ("id: 1\ndata: x\n\nid\ndata: y\n\n", "[message|x|1][message|y|]"),
    CASE ("id: 1\nid: 2\0003\ndata: x\n\n", "[message|x|1]"), /* an id with a NUL is ignored */
    CASE ("data: a\0b\n\n",
          "[message|a\xef\xbf\xbd"
          "b|-]"),
    CASE ("data: \xff\xc3\n\n", "[message|\xef\xbf\xbd\xef\xbf\xbd|-]"),
    CASE ("data: \xc3\xbc\n\n", "[message|\xc3\xbc|-]"),
    CASE ("retry: 10\nfoo: bar\ndata : x\nDATA: x\n data: x\n\n", ""), /* unknown fields */
    CASE ("data: unfinished\n", ""),
    CASE ("data: a\n\ndata: unfinished", "[message|a|-]"),
    CASE ("\n\n\r\r\n\n", ""),
  };

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++)
    for (gsize first = 0; first <= cases[c].length; first++)
      for (gsize step = 1; step <= MAX (cases[c].length, 1); step++)
        {
          g_autofree char *got = parse (cases[c].input, cases[c].length, first, step);
          g_assert_cmpstr (got, ==, cases[c].expected);
        }
}

static gboolean
feed (ShipSseParser *parser, const char *text, GString *out, GError **error)
{
  return ship_sse_parser_feed (parser, text, strlen (text), collect, out, error);
}

static void
test_limit (void)
{
  g_autoptr (ShipSseParser) exact = ship_sse_parser_new (16);
  g_autoptr (ShipSseParser) over = ship_sse_parser_new (16);
  g_autoptr (ShipSseParser) lines = ship_sse_parser_new (16);
  g_autoptr (ShipSseParser) comment = ship_sse_parser_new (16);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  g_assert_true (feed (exact, "data: 0123456789\n\ndata: 0123456789\n\n", out, &error));
  g_assert_cmpstr (out->str, ==, "[message|0123456789|-][message|0123456789|-]");

  g_string_truncate (out, 0);
  g_assert_false (feed (over, "data: a\n\ndata: 0123456789a\n\n", out, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_cmpstr (out->str, ==, "[message|a|-]"); /* what came before it was good */
  g_clear_error (&error);
  g_assert_false (feed (over, "\n\ndata: b\n\n", out, &error)); /* and then it is finished */
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_cmpstr (out->str, ==, "[message|a|-]");
  g_clear_error (&error);

  /* Many short lines are as long as one long line, and lines that are ignored count too. */
  g_assert_false (feed (lines, "data:a\ndata:b\ndata:c\n", out, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (feed (comment, ":0123456789abcdef", out, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

/* Hours of comments that keep a connection alive are not one growing event. */
static void
test_keep_alive (void)
{
  g_autoptr (ShipSseParser) parser = ship_sse_parser_new (16);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < 1000; i++)
    {
      g_assert_true (feed (parser, ": ping\n", out, &error));
      g_assert_no_error (error);
    }
  g_assert_true (feed (parser, "data: x\n\n", out, &error));
  g_assert_cmpstr (out->str, ==, "[message|x|-]");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/sse-parser/every-split", test_every_split);
  g_test_add_func ("/net/sse-parser/limit", test_limit);
  g_test_add_func ("/net/sse-parser/keep-alive", test_keep_alive);
  return g_test_run ();
}
