/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-diff-view.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define LINES_AT_FIRST 2000
#define LINES_AT_MOST  20000
#define GUTTER_PADDING 12 /* both sides of textview.diff.numbers in style.css */

struct _ShipDiffView
{
  GtkWidget  parent_instance;
  GtkWidget *box;     /* (unowned): the only child */
  GtkWidget *numbers; /* (unowned): a text view beside the other, as high as it */
  GtkWidget *view;    /* (unowned) */
  GtkWidget *more;    /* (unowned): a button */
  ShipDiff  *diff;    /* (owned) */
  guint      n_shown;
  int        n_digits; /* of the greatest line number */
};

G_DEFINE_FINAL_TYPE (ShipDiffView, ship_diff_view, GTK_TYPE_WIDGET)

/* clang-format off */
static const struct { const char *tag; const char *colour; float alpha; const char *sign; } kinds[] = {
  [SHIP_DIFF_CONTEXT] = { "context", NULL,            0,     " " },
  [SHIP_DIFF_ADDED]   = { "added",   "success_color", 0.17f, "+" },
  [SHIP_DIFF_REMOVED] = { "removed", "error_color",   0.17f, "-" },
  [SHIP_DIFF_HUNK]    = { "hunk",    "accent_color",  0.10f, "" },
  [SHIP_DIFF_FILE]    = { "file",    NULL,            0,     "" },
};
/* clang-format on */

static void
colour_tags (ShipDiffView *self, GtkWidget *view)
{
  GtkTextTagTable *table =
    gtk_text_buffer_get_tag_table (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GtkTextTag *tag = gtk_text_tag_table_lookup (table, kinds[i].tag);
      GdkRGBA     rgba;

      if (kinds[i].colour == NULL ||
          !gtk_style_context_lookup_color (context, kinds[i].colour, &rgba))
        continue;
      rgba.alpha = kinds[i].alpha;
      g_object_set (tag, "paragraph-background-rgba", &rgba, NULL);
    }
}

static void
theme_cb (AdwStyleManager *manager, GParamSpec *pspec, ShipDiffView *self)
{
  colour_tags (self, self->view);
  colour_tags (self, self->numbers);
}

static GtkWidget *
new_text (const char *css_class, const char *name)
{
  GtkWidget     *view = gtk_text_view_new ();
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    gtk_text_buffer_create_tag (buffer, kinds[i].tag, NULL);
  g_object_set (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), "file"),
                "weight",
                PANGO_WEIGHT_BOLD,
                NULL);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_widget_add_css_class (view, "diff");
  gtk_widget_add_css_class (view, css_class);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  return view;
}

static void
format_number (char *text, gsize size, guint number)
{
  if (number == 0)
    g_strlcpy (text, "", size);
  else
    g_snprintf (text, (gulong) size, "%u", number);
}

static void
append_line (ShipDiffView *self, const ShipDiffLine *line, gboolean is_first)
{
  GtkTextBuffer   *numbers = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->numbers));
  GtkTextBuffer   *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  g_autofree char *valid = g_utf8_make_valid (line->text, (gssize) line->length);
  g_autofree char *text = g_strconcat (is_first ? "" : "\n", kinds[line->kind].sign, valid, NULL);
  g_autofree char *number = NULL;
  char             before[16];
  char             after[16];
  GtkTextIter      end;

  format_number (before, sizeof before, line->before);
  format_number (after, sizeof after, line->after);
  number = g_strdup_printf ("%s%*s %*s",
                            is_first ? "" : "\n",
                            self->n_digits,
                            before,
                            self->n_digits,
                            after);
  gtk_text_buffer_get_end_iter (numbers, &end);
  gtk_text_buffer_insert_with_tags_by_name (numbers, &end, number, -1, kinds[line->kind].tag, NULL);
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert_with_tags_by_name (buffer, &end, text, -1, kinds[line->kind].tag, NULL);
}

static void
show_lines (ShipDiffView *self, guint n)
{
  n = MIN (n, self->diff->lines->len);
  for (; self->n_shown < n; self->n_shown++)
    append_line (self,
                 &g_array_index (self->diff->lines, ShipDiffLine, self->n_shown),
                 self->n_shown == 0);
  gtk_widget_set_visible (self->more, self->n_shown < MIN (self->diff->lines->len, LINES_AT_MOST));
}

/* A text view does not know how wide it is before it is laid out. */
static void
mapped_cb (GtkWidget *numbers, ShipDiffView *self)
{
  g_autofree char *widest = g_strnfill ((gsize) self->n_digits * 2 + 1, '0');
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (numbers, widest);
  int width = 0;

  pango_layout_get_pixel_size (layout, &width, NULL);
  gtk_widget_set_size_request (numbers, width + GUTTER_PADDING, -1);
}

static void
more_cb (GtkButton *button, ShipDiffView *self)
{
  show_lines (self, LINES_AT_MOST);
}

static void
ship_diff_view_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_DIFF_VIEW (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_diff_view_parent_class)->dispose (object);
}

static void
ship_diff_view_finalize (GObject *object)
{
  ship_diff_free (SHIP_DIFF_VIEW (object)->diff);

  G_OBJECT_CLASS (ship_diff_view_parent_class)->finalize (object);
}

static void
ship_diff_view_class_init (ShipDiffViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_diff_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_diff_view_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "diffview");
}

static void
ship_diff_view_init (ShipDiffView *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->numbers = new_text ("numbers", _ ("Line Numbers"));
  self->view = new_text ("lines", _ ("Changes"));
  self->more = gtk_button_new_with_label (_ ("Show All Lines"));
  gtk_widget_set_can_focus (self->numbers, FALSE);
  g_signal_connect_object (self->numbers, "map", G_CALLBACK (mapped_cb), self, 0);
  gtk_widget_set_can_target (self->numbers, FALSE);
  gtk_widget_add_css_class (self->more, "flat");
  g_signal_connect_object (self->more, "clicked", G_CALLBACK (more_cb), self, 0);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (theme_cb), self, 0);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (theme_cb), self, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/* The numbers stay while the lines scroll sideways; both scroll up and down together. */
static GtkWidget *
new_lines (ShipDiffView *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *sideways = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (sideways),
                                  GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (sideways), self->view);
  gtk_widget_set_hexpand (sideways, TRUE);
  gtk_box_append (GTK_BOX (row), self->numbers);
  gtk_box_append (GTK_BOX (row), sideways);

  return row;
}

static int
count_digits (const ShipDiff *diff)
{
  guint greatest = 0;
  int   n = 1;

  for (guint i = 0; i < diff->lines->len; i++)
    {
      const ShipDiffLine *line = &g_array_index (diff->lines, ShipDiffLine, i);

      greatest = MAX (greatest, MAX (line->before, line->after));
    }
  for (; greatest >= 10; greatest /= 10)
    n++;

  return n;
}

GtkWidget *
ship_diff_view_new (ShipDiff *diff, int height)
{
  ShipDiffView *self = g_object_new (SHIP_TYPE_DIFF_VIEW, NULL);
  GtkWidget    *lines = new_lines (self);

  self->diff = diff;
  self->n_digits = count_digits (diff);
  if (height > 0)
    {
      GtkWidget *scroller = gtk_scrolled_window_new ();

      gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                      GTK_POLICY_NEVER,
                                      GTK_POLICY_AUTOMATIC);
      gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
      gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), height);
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), lines);
      lines = scroller;
    }
  gtk_box_append (GTK_BOX (self->box), lines);
  gtk_box_append (GTK_BOX (self->box), self->more);
  colour_tags (self, self->view);
  colour_tags (self, self->numbers);
  show_lines (self, LINES_AT_FIRST);

  return GTK_WIDGET (self);
}
