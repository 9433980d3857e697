/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-markdown-view.h"

#include "transcript/ship-markdown-blocks.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

/*
 * The document is parsed anew each time, which is quick; what is slow, the widgets, is kept for
 * every block whose source is what it was.
 */

struct _ShipMarkdownView
{
  GtkWidget  parent_instance;
  GtkWidget *box;     /* (unowned): the only child */
  GPtrArray *sources; /* (owned) (element-type utf8): of the blocks, in order */
};

G_DEFINE_FINAL_TYPE (ShipMarkdownView, ship_markdown_view, GTK_TYPE_WIDGET)

static void
ship_markdown_view_dispose (GObject *object)
{
  ShipMarkdownView *self = SHIP_MARKDOWN_VIEW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->sources, g_ptr_array_unref);

  G_OBJECT_CLASS (ship_markdown_view_parent_class)->dispose (object);
}

static void
ship_markdown_view_class_init (ShipMarkdownViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_markdown_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "markdown");
  cmark_gfm_core_extensions_ensure_registered ();
}

static void
ship_markdown_view_init (ShipMarkdownView *self)
{
  self->sources = g_ptr_array_new_with_free_func (g_free);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_markdown_view_new (void)
{
  return g_object_new (SHIP_TYPE_MARKDOWN_VIEW, NULL);
}

static cmark_node *
parse (const char *text)
{
  static const char *const names[] = { "table", "strikethrough", "autolink", "tasklist" };
  cmark_parser            *parser = cmark_parser_new (CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_SMART);
  cmark_node              *document;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    cmark_parser_attach_syntax_extension (parser, cmark_find_syntax_extension (names[i]));
  cmark_parser_feed (parser, text, strlen (text));
  document = cmark_parser_finish (parser);
  cmark_parser_free (parser);

  return document;
}

/* The lines of @text from @first to @last, counted from 1. @cursor, @line: where the last call
 * stopped, so that the whole is read once. */
static char *
cut_lines (const char **cursor, int *line, int first, int last)
{
  const char *start;

  for (; *line < first && **cursor != '\0'; (*line)++)
    {
      const char *end = strchr (*cursor, '\n');

      *cursor = end != NULL ? end + 1 : *cursor + strlen (*cursor);
    }
  start = *cursor;
  for (; *line <= last && **cursor != '\0'; (*line)++)
    {
      const char *end = strchr (*cursor, '\n');

      *cursor = end != NULL ? end + 1 : *cursor + strlen (*cursor);
    }

  return g_strndup (start, *cursor - start);
}

static void
remove_from (ShipMarkdownView *self, GtkWidget *child)
{
  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      gtk_box_remove (GTK_BOX (self->box), child);
      child = next;
    }
}

void
ship_markdown_view_set_text (ShipMarkdownView *self, const char *text)
{
  cmark_node *document;
  GtkWidget  *widget;
  const char *cursor = text;
  guint       n = 0;
  int         line = 1;

  g_return_if_fail (SHIP_IS_MARKDOWN_VIEW (self));
  g_return_if_fail (text != NULL);

  document = parse (text);
  widget = gtk_widget_get_first_child (self->box);
  for (cmark_node *block = cmark_node_first_child (document); block != NULL;
       block = cmark_node_next (block), n++)
    {
      g_autofree char *source = cut_lines (&cursor,
                                           &line,
                                           cmark_node_get_start_line (block),
                                           cmark_node_get_end_line (block));

      if (n < self->sources->len && g_str_equal (self->sources->pdata[n], source))
        {
          widget = gtk_widget_get_next_sibling (widget);
          continue;
        }
      remove_from (self, widget);
      widget = NULL;
      g_ptr_array_set_size (self->sources, (int) n);
      gtk_box_append (GTK_BOX (self->box), ship_markdown_block_new (block));
      g_ptr_array_add (self->sources, g_steal_pointer (&source));
    }
  remove_from (self, widget);
  g_ptr_array_set_size (self->sources, (int) n);
  cmark_node_free (document);
}
