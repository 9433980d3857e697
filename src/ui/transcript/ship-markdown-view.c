/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-markdown-view.h"

#include "transcript/ship-block-box.h"
#include "transcript/ship-markdown-blocks.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

/*
 * What is slow, the widgets, is kept for every block whose source is what it was. A last block that
 * grew keeps its widget too, if that can take more. Text that is being written is parsed from its
 * last block on; what was before cannot become anything else by it.
 */

struct _ShipMarkdownView
{
  GtkWidget  parent_instance;
  GtkWidget *box;       /* (unowned): the only child */
  GPtrArray *sources;   /* (owned) (element-type utf8): of the blocks, in order */
  gsize      settled;   /* bytes before the last block */
  guint      n_settled; /* blocks in them */
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
  self->box = ship_block_box_new (10);
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

/* Lines of a text, found by their numbers from 1 on; each is looked at once. */
typedef struct
{
  const char *text;
  int         line;
} Cursor;

static void
go_to (Cursor *self, int line)
{
  for (; self->line < line && *self->text != '\0'; self->line++)
    {
      const char *end = strchr (self->text, '\n');

      self->text = end != NULL ? end + 1 : self->text + strlen (self->text);
    }
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

static GtkWidget *
get_block (ShipMarkdownView *self, guint position)
{
  GtkWidget *widget = gtk_widget_get_first_child (self->box);

  for (guint i = 0; i < position && widget != NULL; i++)
    widget = gtk_widget_get_next_sibling (widget);

  return widget;
}

/* @source: (transfer full). Returns: the widget behind it */
static GtkWidget *
show_block (ShipMarkdownView *self, GtkWidget *widget, guint n, cmark_node *block, char *source)
{
  const char *old = n < self->sources->len ? self->sources->pdata[n] : NULL;
  gboolean    is_last = n + 1 == self->sources->len;

  if (old != NULL && (g_str_equal (old, source) || (is_last && g_str_has_prefix (source, old) &&
                                                    ship_markdown_block_grow (widget, block))))
    {
      g_free (self->sources->pdata[n]);
      self->sources->pdata[n] = source;
      return gtk_widget_get_next_sibling (widget);
    }
  remove_from (self, widget);
  g_ptr_array_set_size (self->sources, (int) n);
  gtk_box_append (GTK_BOX (self->box), ship_markdown_block_new (block));
  g_ptr_array_add (self->sources, source);

  return NULL;
}

/* Shows @text from block @n on, which begins at @offset. */
static void
show_from (ShipMarkdownView *self, const char *text, gsize offset, guint n)
{
  cmark_node *document = parse (text + offset);
  GtkWidget  *widget = get_block (self, n);
  Cursor      cursor = { text + offset, 1 };

  for (cmark_node *block = cmark_node_first_child (document); block != NULL;
       block = cmark_node_next (block), n++)
    {
      const char *start;

      go_to (&cursor, cmark_node_get_start_line (block));
      start = cursor.text;
      go_to (&cursor, cmark_node_get_end_line (block) + 1);
      if (cmark_node_next (block) == NULL)
        {
          self->settled = (gsize) (start - text);
          self->n_settled = n;
        }
      widget =
        show_block (self, widget, n, block, g_strndup (start, (gsize) (cursor.text - start)));
    }
  remove_from (self, widget);
  g_ptr_array_set_size (self->sources, (int) n);
  cmark_node_free (document);
}

void
ship_markdown_view_set_text (ShipMarkdownView *self, const char *text)
{
  g_return_if_fail (SHIP_IS_MARKDOWN_VIEW (self));
  g_return_if_fail (text != NULL);

  self->settled = 0;
  self->n_settled = 0;
  show_from (self, text, 0, 0);
}

void
ship_markdown_view_grow_text (ShipMarkdownView *self, const char *text)
{
  g_return_if_fail (SHIP_IS_MARKDOWN_VIEW (self));
  g_return_if_fail (text != NULL);

  if (strlen (text) < self->settled)
    ship_markdown_view_set_text (self, text);
  else
    show_from (self, text, self->settled, self->n_settled);
}
