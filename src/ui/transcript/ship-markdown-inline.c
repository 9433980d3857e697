/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transcript/ship-markdown-inline.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <string.h>

/* A text nested deeper than any person writes is shown without its styles. */
#define MAX_DEPTH 24

typedef struct
{
  GString *markup;
  gboolean is_plain;
  int      depth;
} Writer;

static void write_children (Writer *self, cmark_node *node);

static gboolean
is_safe_link (const char *url)
{
  g_autofree char *scheme = url != NULL ? g_uri_parse_scheme (url) : NULL;

  return scheme != NULL && (g_str_equal (scheme, "http") || g_str_equal (scheme, "https") ||
                            g_str_equal (scheme, "mailto"));
}

static void
write_text (Writer *self, const char *text)
{
  g_autofree char *escaped = NULL;

  if (text == NULL)
    return;
  if (self->is_plain)
    {
      g_string_append (self->markup, text);
      return;
    }
  escaped = g_markup_escape_text (text, -1);
  g_string_append (self->markup, escaped);
}

static void
write_styled (Writer *self, cmark_node *node, const char *tag)
{
  if (self->is_plain || self->depth > MAX_DEPTH)
    {
      write_children (self, node);
      return;
    }
  g_string_append_printf (self->markup, "<%s>", tag);
  write_children (self, node);
  g_string_append_printf (self->markup, "</%s>", tag);
}

static void
write_code (Writer *self, const char *text)
{
  if (!self->is_plain)
    g_string_append (self->markup, "<span font_family=\"monospace\" size=\"92%\">");
  write_text (self, text);
  if (!self->is_plain)
    g_string_append (self->markup, "</span>");
}

/* Where a link leads is told by its tooltip, before it is followed. */
static void
write_link (Writer *self, cmark_node *node)
{
  const char      *url = cmark_node_get_url (node);
  g_autofree char *escaped = NULL;

  if (self->is_plain || self->depth > MAX_DEPTH || !is_safe_link (url))
    {
      write_children (self, node);
      return;
    }
  escaped = g_markup_escape_text (url, -1);
  g_string_append_printf (self->markup, "<a href=\"%s\" title=\"%s\">", escaped, escaped);
  write_children (self, node);
  g_string_append (self->markup, "</a>");
}

static void
write_node (Writer *self, cmark_node *node)
{
  cmark_node_type type = cmark_node_get_type (node);

  if (type == CMARK_NODE_TEXT || type == CMARK_NODE_HTML_INLINE)
    write_text (self, cmark_node_get_literal (node));
  else if (type == CMARK_NODE_CODE)
    write_code (self, cmark_node_get_literal (node));
  else if (type == CMARK_NODE_SOFTBREAK)
    write_text (self, " ");
  else if (type == CMARK_NODE_LINEBREAK)
    write_text (self, "\n");
  else if (type == CMARK_NODE_EMPH)
    write_styled (self, node, "i");
  else if (type == CMARK_NODE_STRONG)
    write_styled (self, node, "b");
  else if (g_str_equal (cmark_node_get_type_string (node), "strikethrough"))
    write_styled (self, node, "s");
  else if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
    write_link (self, node);
  else
    write_children (self, node);
}

static void
write_children (Writer *self, cmark_node *node)
{
  self->depth++;
  for (cmark_node *child = cmark_node_first_child (node); child != NULL;
       child = cmark_node_next (child))
    write_node (self, child);
  self->depth--;
}

char *
ship_markdown_inline_to_markup (cmark_node *block)
{
  Writer self = { .markup = g_string_new (NULL) };

  write_children (&self, block);
  return g_string_free (self.markup, FALSE);
}

char *
ship_markdown_inline_to_text (cmark_node *block)
{
  Writer self = { .markup = g_string_new (NULL), .is_plain = TRUE };

  write_children (&self, block);
  return g_string_free (self.markup, FALSE);
}
