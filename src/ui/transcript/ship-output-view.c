/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-output-view.h"

#include "transcript/ship-ansi.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* What is shown of a tool's output; all of it is in the session's store. */
#define MOST_BYTES (128 * 1024)

struct _ShipOutputView
{
  GtkWidget       parent_instance;
  GtkWidget      *scroller; /* (unowned): the only child */
  GtkWidget      *view;     /* (unowned) */
  GtkTextBuffer  *buffer;   /* (unowned): the view's */
  ShipAnsiParser *parser;   /* (owned) */
  GString        *text;     /* (owned): what was shown so far */
};

G_DEFINE_FINAL_TYPE (ShipOutputView, ship_output_view, GTK_TYPE_WIDGET)

/* Readable on either background: the sixteen that have names; light, then dark. */
static const guint32 palette[2][16] = {
  { 0x3d3846,
    0xc01c28,
    0x1b7a41,
    0x8a5a00,
    0x1a5fb4,
    0x813d9c,
    0x0f6a78,
    0x77767b,
    0x5e5c64,
    0xa51d2d,
    0x1b7a41,
    0x8a5a00,
    0x1c71d8,
    0x9141ac,
    0x0f6a78,
    0x5e5c64 },
  { 0x9a9996,
    0xff7b72,
    0x7ee0a0,
    0xf8d04c,
    0x84b9ff,
    0xdca0f0,
    0x70d8e8,
    0xdeddda,
    0xb0afac,
    0xff938a,
    0x8ff0b0,
    0xffe070,
    0x99c8ff,
    0xe8b8f8,
    0x8ae8f4,
    0xffffff },
};

static guint32
find_colour (int colour, gboolean is_dark)
{
  static const guint8 steps[] = { 0, 95, 135, 175, 215, 255 };
  guint32             level;

  if (colour >= SHIP_ANSI_RGB)
    return (guint32) colour & 0xffffff;
  if (colour < 16)
    return palette[is_dark ? 1 : 0][colour];
  if (colour >= 232)
    {
      level = (guint32) (colour - 232) * 10 + 8;
      return level << 16 | level << 8 | level;
    }
  colour -= 16;
  return (guint32) steps[colour / 36] << 16 | (guint32) steps[colour / 6 % 6] << 8 |
         steps[colour % 6];
}

static void
set_colour (GtkTextTag *tag, const char *property, int colour, gboolean is_dark)
{
  guint32 value;
  GdkRGBA rgba;

  if (colour == SHIP_ANSI_DEFAULT)
    return;
  value = find_colour (colour, is_dark);
  rgba.red = (float) (value >> 16 & 0xff) / 255.0f;
  rgba.green = (float) (value >> 8 & 0xff) / 255.0f;
  rgba.blue = (float) (value & 0xff) / 255.0f;
  rgba.alpha = 1;
  g_object_set (tag, property, &rgba, NULL);
}

static GtkTextTag *
get_tag (ShipOutputView *self, const ShipAnsiStyle *style)
{
  GtkTextTagTable *table = gtk_text_buffer_get_tag_table (self->buffer);
  g_autofree char *name =
    g_strdup_printf ("%d %d %d", style->foreground, style->background, (int) style->flags);
  GtkTextTag *tag = gtk_text_tag_table_lookup (table, name);
  gboolean    is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  gboolean    is_inverse = (style->flags & SHIP_ANSI_INVERSE) != 0;

  if (tag != NULL)
    return tag;

  tag = gtk_text_tag_new (name);
  set_colour (tag, is_inverse ? "background-rgba" : "foreground-rgba", style->foreground, is_dark);
  set_colour (tag, is_inverse ? "foreground-rgba" : "background-rgba", style->background, is_dark);
  if (style->flags & SHIP_ANSI_BOLD)
    g_object_set (tag, "weight", PANGO_WEIGHT_BOLD, NULL);
  if (style->flags & SHIP_ANSI_ITALIC)
    g_object_set (tag, "style", PANGO_STYLE_ITALIC, NULL);
  if (style->flags & SHIP_ANSI_UNDERLINE)
    g_object_set (tag, "underline", PANGO_UNDERLINE_SINGLE, NULL);
  if (style->flags & SHIP_ANSI_STRIKE)
    g_object_set (tag, "strikethrough", TRUE, NULL);
  gtk_text_tag_table_add (table, tag);
  g_object_unref (tag); /* the table has it */

  return tag;
}

static gboolean
is_plain (const ShipAnsiStyle *style)
{
  return style->foreground == SHIP_ANSI_DEFAULT && style->background == SHIP_ANSI_DEFAULT &&
         (style->flags & ~SHIP_ANSI_DIM) == 0;
}

static void
run_cb (const char *text, gsize length, const ShipAnsiStyle *style, gpointer user_data)
{
  ShipOutputView *self = user_data;
  GtkTextIter     end;
  GtkTextIter     start;

  gtk_text_buffer_get_end_iter (self->buffer, &end);
  if (text == NULL)
    {
      start = end;
      gtk_text_iter_set_line_offset (&start, 0);
      gtk_text_buffer_delete (self->buffer, &start, &end);
    }
  else if (is_plain (style))
    gtk_text_buffer_insert (self->buffer, &end, text, (int) length);
  else
    gtk_text_buffer_insert_with_tags (self->buffer,
                                      &end,
                                      text,
                                      (int) length,
                                      get_tag (self, style),
                                      NULL);
}

static void
remove_tag_cb (GtkTextTag *tag, gpointer user_data)
{
  g_ptr_array_add (user_data, g_object_ref (tag));
}

/* The colours are another theme's: all is shown anew. */
static void
theme_cb (AdwStyleManager *manager, GParamSpec *pspec, ShipOutputView *self)
{
  GtkTextTagTable *table = gtk_text_buffer_get_tag_table (self->buffer);
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *text = g_strdup (self->text->str);

  gtk_text_tag_table_foreach (table, remove_tag_cb, tags);
  for (guint i = 0; i < tags->len; i++)
    gtk_text_tag_table_remove (table, tags->pdata[i]);
  g_string_truncate (self->text, 0);
  ship_output_view_set_text (self, text);
}

static void
ship_output_view_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_OUTPUT_VIEW (object)->scroller, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_output_view_parent_class)->dispose (object);
}

static void
ship_output_view_finalize (GObject *object)
{
  ShipOutputView *self = SHIP_OUTPUT_VIEW (object);

  ship_ansi_parser_free (self->parser);
  g_string_free (self->text, TRUE);

  G_OBJECT_CLASS (ship_output_view_parent_class)->finalize (object);
}

static void
ship_output_view_class_init (ShipOutputViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_output_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_output_view_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
ship_output_view_init (ShipOutputView *self)
{
  self->text = g_string_new (NULL);
  self->parser = ship_ansi_parser_new (run_cb, self);
  self->view = gtk_text_view_new ();
  self->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (self->view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->view), FALSE);
  gtk_widget_add_css_class (self->view, "output");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Output"),
                                  -1);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->view);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  g_signal_connect_object (adw_style_manager_get_default (),
                           "notify::dark",
                           G_CALLBACK (theme_cb),
                           self,
                           0);
}

GtkWidget *
ship_output_view_new (int height)
{
  ShipOutputView *self = g_object_new (SHIP_TYPE_OUTPUT_VIEW, NULL);

  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), height);
  return GTK_WIDGET (self);
}

/* Does not begin in the middle of a character. */
static const char *
cut_head (const char *text)
{
  gsize length = strlen (text);

  while (length > 0 && text[length - 1] == '\n')
    length--;
  return length > MOST_BYTES ? g_utf8_find_next_char (text + length - MOST_BYTES, NULL) : text;
}

static void
follow_end (ShipOutputView *self)
{
  GtkTextIter    end;
  GtkAdjustment *adjustment =
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));

  if (gtk_adjustment_get_value (adjustment) <
      gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) - 8)
    return;
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  gtk_text_buffer_place_cursor (self->buffer, &end);
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self->view),
                                      gtk_text_buffer_get_insert (self->buffer));
}

void
ship_output_view_set_text (ShipOutputView *self, const char *text)
{
  gsize       length;
  const char *added;

  g_return_if_fail (SHIP_IS_OUTPUT_VIEW (self));
  g_return_if_fail (text != NULL);

  text = cut_head (text);
  length = strlen (text);
  while (length > 0 && text[length - 1] == '\n')
    length--;
  if (length < self->text->len || memcmp (text, self->text->str, self->text->len) != 0)
    {
      gtk_text_buffer_set_text (self->buffer, "", 0);
      g_string_truncate (self->text, 0);
      ship_ansi_parser_free (self->parser);
      self->parser = ship_ansi_parser_new (run_cb, self);
    }
  added = text + self->text->len;
  if (length == self->text->len)
    return;
  ship_ansi_parser_feed (self->parser, added, length - self->text->len);
  g_string_append_len (self->text, added, (gssize) (length - self->text->len));
  follow_end (self);
}
