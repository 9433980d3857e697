/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transcript/ship-highlight.h"

#include <string.h>

#define TAG "ship-found"

/* A yellow that dark text is read on, whatever the theme. */
static const GdkRGBA mark_background = { 0.98f, 0.85f, 0.36f, 1.0f };
static const GdkRGBA mark_foreground = { 0.1f, 0.1f, 0.1f, 1.0f };

static void
add_attribute (PangoAttrList *list, PangoAttribute *attribute, gsize start, gsize length)
{
  attribute->start_index = (guint) start;
  attribute->end_index = (guint) (start + length);
  pango_attr_list_insert (list, attribute);
}

/* The same folding as the search in the store: of ASCII letters. */
static void
mark_label (GtkLabel *label, const char *text)
{
  const char *content = gtk_label_get_text (label);
  g_autoptr (PangoAttrList) list = NULL;
  gsize length = text != NULL ? strlen (text) : 0;
  gsize all = strlen (content);

  for (gsize i = 0; length > 0 && i + length <= all; i++)
    {
      if (g_ascii_strncasecmp (content + i, text, length) != 0)
        continue;
      if (list == NULL)
        list = pango_attr_list_new ();
      add_attribute (list,
                     pango_attr_background_new ((guint16) (mark_background.red * 65535),
                                                (guint16) (mark_background.green * 65535),
                                                (guint16) (mark_background.blue * 65535)),
                     i,
                     length);
      add_attribute (list,
                     pango_attr_foreground_new ((guint16) (mark_foreground.red * 65535),
                                                (guint16) (mark_foreground.green * 65535),
                                                (guint16) (mark_foreground.blue * 65535)),
                     i,
                     length);
      i += length - 1;
    }
  if (list != NULL || gtk_label_get_attributes (label) != NULL)
    gtk_label_set_attributes (label, list);
}

static void
mark_view (GtkTextView *view, const char *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextTag    *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), TAG);
  GtkTextIter    start;
  GtkTextIter    end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  if (tag != NULL)
    gtk_text_buffer_remove_tag (buffer, tag, &start, &end);
  else if (text != NULL)
    tag = gtk_text_buffer_create_tag (buffer,
                                      TAG,
                                      "background-rgba",
                                      &mark_background,
                                      "foreground-rgba",
                                      &mark_foreground,
                                      NULL);
  while (text != NULL &&
         gtk_text_iter_forward_search (&start,
                                       text,
                                       GTK_TEXT_SEARCH_CASE_INSENSITIVE | GTK_TEXT_SEARCH_TEXT_ONLY,
                                       &start,
                                       &end,
                                       NULL))
    {
      gtk_text_buffer_apply_tag (buffer, tag, &start, &end);
      start = end;
    }
}

void
ship_highlight_mark (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget))
    mark_label (GTK_LABEL (widget), text);
  else if (GTK_IS_TEXT_VIEW (widget))
    mark_view (GTK_TEXT_VIEW (widget), text);
  else
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      ship_highlight_mark (child, text);
}
