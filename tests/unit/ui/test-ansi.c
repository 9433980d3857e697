/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transcript/ship-ansi.h"

#include <string.h>

/* What commands print, with and without what a terminal would do about it. */

static void
write_cb (const char *text, gsize length, const ShipAnsiStyle *style, gpointer user_data)
{
  GString *all = user_data;

  if (text == NULL)
    {
      g_string_append (all, "<erase>");
      return;
    }
  if (style->foreground != SHIP_ANSI_DEFAULT || style->background != SHIP_ANSI_DEFAULT ||
      style->flags != 0)
    g_string_append_printf (all,
                            "{%x,%x,%x}",
                            (guint) style->foreground,
                            (guint) style->background,
                            (guint) style->flags);
  g_string_append_len (all, text, (gssize) length);
}

static const struct
{
  const char *input;
  const char *expected;
} cases[] = {
  { "plain\n", "plain\n" },
  { "\033[31mred\033[0m no", "{1,ffffffff,0}red no" },
  { "\033[1;4;92mx\033[22my\033[24mz", "{a,ffffffff,9}x{a,ffffffff,8}y{a,ffffffff,0}z" },
  { "\033[38;5;196;48;2;1;2;3mx", "{c4,1010203,0}x" },
  { "\033[38;5;1;1mx\033[mx", "{1,ffffffff,1}xx" },
  { "\033]0;a title\007x\033]8;;http://e\033\\link", "xlink" },
  { "\033[?25l\033[2J\033[10;20Hx\033(Bx\033Px\033\\x", "xxx" },
  { "10%\r50%\r\nnext", "10%<erase>50%\nnext" },
  { "a\bb\001c\177d\te", "abcd\te" },
  { "\033\033[31mx", "{1,ffffffff,0}x" },
  { "\303\244\033[1m\303\244", "\303\244{ffffffff,ffffffff,1}\303\244" },
  { "\033[1;2;3;4;5;6;7;8;9;1;1;1;1;1;1;1;1;31mx", "x" },
};

/* A style is told with each slice, which depends on the cuts: it is written once for each change.
 */
static char *
parse (const char *input, gsize cut)
{
  GString *all = g_string_new (NULL);
  g_autoptr (ShipAnsiParser) parser = ship_ansi_parser_new (write_cb, all);

  ship_ansi_parser_feed (parser, input, cut);
  ship_ansi_parser_feed (parser, input + cut, strlen (input) - cut);
  return g_string_free (all, FALSE);
}

static char *
join_styles (const char *text)
{
  GString         *all = g_string_new (NULL);
  g_autofree char *last = g_strdup ("");

  while (*text != '\0')
    {
      const char *end = *text == '{' ? strchr (text, '}') : NULL;

      if (end != NULL)
        {
          g_autofree char *style = g_strndup (text, (gsize) (end + 1 - text));

          if (!g_str_equal (style, last))
            g_string_append (all, style);
          g_free (last);
          last = g_steal_pointer (&style);
          text = end + 1;
          continue;
        }
      g_string_append_c (all, *text++);
    }

  return g_string_free (all, FALSE);
}

static void
test_every_cut (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize cut = 0; cut <= strlen (cases[i].input); cut++)
      {
        g_autofree char *all = parse (cases[i].input, cut);
        g_autofree char *joined = join_styles (all);
        g_autofree char *expected = join_styles (cases[i].expected);

        g_assert_cmpstr (joined, ==, expected);
      }
}

static void
test_strip (void)
{
  g_autofree char *text = ship_ansi_strip ("\033[1mbold\033[0m 1%\r2%\nend");

  g_assert_cmpstr (text, ==, "2%\nend");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/ansi/every-cut", test_every_cut);
  g_test_add_func ("/ui/ansi/strip", test_strip);
  return g_test_run ();
}
