/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transcript/ship-markdown-inline.h"

#include <cmark-gfm-core-extensions.h>
#include <pango/pango.h>
#include <string.h>

static cmark_node *
parse (const char *text)
{
  cmark_parser *parser = cmark_parser_new (CMARK_OPT_VALIDATE_UTF8);
  cmark_node   *document;

  cmark_parser_attach_syntax_extension (parser, cmark_find_syntax_extension ("strikethrough"));
  cmark_parser_feed (parser, text, strlen (text));
  document = cmark_parser_finish (parser);
  cmark_parser_free (parser);
  return document;
}

/* Whatever it is, Pango can read it. */
static char *
convert (const char *text)
{
  cmark_node *document = parse (text);
  char       *markup = ship_markdown_inline_to_markup (cmark_node_first_child (document));
  g_autoptr (GError) error = NULL;

  g_assert_true (pango_parse_markup (markup, -1, 0, NULL, NULL, NULL, NULL) ||
                 strstr (markup, "<a href=") != NULL); /* <a> is GtkLabel's own */
  cmark_node_free (document);
  return markup;
}

static void
assert_markup (const char *text, const char *expected)
{
  g_autofree char *markup = convert (text);

  g_assert_cmpstr (markup, ==, expected);
}

static void
test_styles (void)
{
  assert_markup ("plain", "plain");
  assert_markup ("**bold** and *slanted*", "<b>bold</b> and <i>slanted</i>");
  assert_markup ("~~gone~~", "<s>gone</s>");
  assert_markup ("`a < b`", "<span font_family=\"monospace\" size=\"92%\">a &lt; b</span>");
  assert_markup ("one\ntwo", "one two");
  assert_markup ("one  \ntwo", "one\ntwo");
}

static void
test_markup_in_the_text_is_text (void)
{
  assert_markup ("a &lt;b&gt; <b>c</b>", "a &lt;b&gt; &lt;b&gt;c&lt;/b&gt;");
}

static void
test_links (void)
{
  assert_markup ("[a](https://example.invalid/?x=1&y=2)",
                 "<a href=\"https://example.invalid/?x=1&amp;y=2\" "
                 "title=\"https://example.invalid/?x=1&amp;y=2\">a</a>");
  /* What could start a program on a click is no link. */
  assert_markup ("[a](file:///etc/passwd)", "a");
  assert_markup ("[a](javascript:alert(1))", "a");
  assert_markup ("[a](relative)", "a");
  assert_markup ("![picture](https://example.invalid/p.png)",
                 "<a href=\"https://example.invalid/p.png\" "
                 "title=\"https://example.invalid/p.png\">picture</a>");
}

static void
test_deep_nesting_ends (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *markup = NULL;

  for (guint i = 0; i < 20000; i++)
    g_string_append (text, "*a **b ");
  g_string_append (text, "x");
  for (guint i = 0; i < 20000; i++)
    g_string_append (text, "** *");
  markup = convert (text->str);
  g_assert_nonnull (strstr (markup, "x"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  cmark_gfm_core_extensions_ensure_registered ();
  g_test_add_func ("/ui/markdown-inline/styles", test_styles);
  g_test_add_func ("/ui/markdown-inline/text", test_markup_in_the_text_is_text);
  g_test_add_func ("/ui/markdown-inline/links", test_links);
  g_test_add_func ("/ui/markdown-inline/deep", test_deep_nesting_ends);
  return g_test_run ();
}
