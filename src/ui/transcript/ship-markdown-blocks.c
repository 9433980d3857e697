/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-markdown-blocks.h"

#include "transcript/ship-code-block.h"
#include "transcript/ship-markdown-inline.h"
#include "widgets/ship-lead-row.h"

#include <cmark-gfm-core-extensions.h>
#include <glib/gi18n-lib.h>

/* Lists and quotations within each other deeper than this become plain text: what is hostile must
 * not exhaust the stack. */
#define MAX_DEPTH        12
#define MAX_COLUMNS      40
#define MAX_ROWS         400
#define LABEL_CHARACTERS 12
#define CELL_CHARACTERS  40
/* Longer than this a paragraph is not one label: laying it out takes longer with every letter. */
#define MAX_LABEL_BYTES 3000

static GtkWidget *new_block (cmark_node *block, int depth);

static GtkWidget *
new_label (const char *markup)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  /* It takes the width it is given: a fixed request saves laying out the text to find one. */
  gtk_label_set_width_chars (GTK_LABEL (label), LABEL_CHARACTERS);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LABEL_CHARACTERS);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  /* Selectable labels take the focus one by one; reading goes on with the next row instead. */
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_add_css_class (label, "prose");

  return label;
}

/* What no person writes as one paragraph: its text alone. */
static GtkWidget *
new_long_text (cmark_node *block)
{
  GtkWidget       *view = gtk_text_view_new ();
  g_autofree char *text = ship_markdown_inline_to_text (block);

  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text, -1);
  gtk_widget_add_css_class (view, "long-text");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Paragraph"),
                                  -1);

  return view;
}

static GtkWidget *
new_inline (cmark_node *block)
{
  g_autofree char *markup = ship_markdown_inline_to_markup (block);

  return strlen (markup) > MAX_LABEL_BYTES ? new_long_text (block) : new_label (markup);
}

static GtkWidget *
new_heading (cmark_node *block)
{
  static const char *const classes[] = { "title-2", "title-3", "title-4", "heading" };
  g_autofree char         *markup = ship_markdown_inline_to_markup (block);
  GtkWidget               *label = new_label (markup);
  int                      level = CLAMP (cmark_node_get_heading_level (block), 1, 4);

  gtk_widget_remove_css_class (label, "prose");
  gtk_widget_add_css_class (label, classes[level - 1]);
  gtk_widget_set_margin_top (label, level < 3 ? 8 : 4);

  return label;
}

static void
append_children (GtkWidget *box, cmark_node *block, int depth)
{
  for (cmark_node *child = cmark_node_first_child (block); child != NULL;
       child = cmark_node_next (child))
    gtk_box_append (GTK_BOX (box), new_block (child, depth + 1));
}

static GtkWidget *
new_quote (cmark_node *block, int depth)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  gtk_widget_add_css_class (box, "quote");
  append_children (box, block, depth);

  return box;
}

static GtkWidget *
new_check (gboolean is_checked)
{
  GtkWidget *image =
    gtk_image_new_from_icon_name (is_checked ? "checkbox-checked-symbolic" : "checkbox-symbolic");

  gtk_widget_set_margin_top (image, 4);
  gtk_accessible_update_property (GTK_ACCESSIBLE (image),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_checked ? _ ("Done") : _ ("To do"),
                                  -1);
  return image;
}

static GtkWidget *
new_marker (cmark_node *item, gboolean is_ordered, int number)
{
  g_autofree char *text = is_ordered ? g_strdup_printf ("%d.", number) : g_strdup ("•");
  GtkWidget       *marker;

  if (g_strcmp0 (cmark_node_get_type_string (item), "tasklist") == 0)
    {
      marker = new_check (cmark_gfm_extensions_get_tasklist_item_checked (item));
    }
  else
    {
      marker = gtk_label_new (text);
      gtk_widget_add_css_class (marker, "prose");
      gtk_widget_add_css_class (marker, "dim-label");
      gtk_widget_add_css_class (marker, "numeric");
      gtk_label_set_xalign (GTK_LABEL (marker), 1);
      gtk_label_set_width_chars (GTK_LABEL (marker), 2);
    }
  gtk_widget_set_valign (marker, GTK_ALIGN_START);

  return marker;
}

static GtkWidget *
new_item (cmark_node *item, gboolean is_ordered, int number, int depth)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  append_children (content, item, depth);
  return ship_lead_row_new (new_marker (item, is_ordered, number), content);
}

static GtkWidget *
new_list (cmark_node *block, int depth)
{
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gboolean   is_ordered = cmark_node_get_list_type (block) == CMARK_ORDERED_LIST;
  int        number = cmark_node_get_list_start (block);

  gtk_widget_add_css_class (list, "list-block");
  for (cmark_node *item = cmark_node_first_child (block); item != NULL;
       item = cmark_node_next (item), number++)
    gtk_box_append (GTK_BOX (list), new_item (item, is_ordered, number, depth));

  return list;
}

/* A table scrolls sideways, so its height is asked for at its least width: a cell has one width. */
static void
fix_width (GtkWidget *label)
{
  glong length = g_utf8_strlen (gtk_label_get_text (GTK_LABEL (label)), -1);

  gtk_label_set_wrap (GTK_LABEL (label), length > CELL_CHARACTERS);
  gtk_label_set_width_chars (GTK_LABEL (label), length > CELL_CHARACTERS ? CELL_CHARACTERS : -1);
  gtk_label_set_max_width_chars (GTK_LABEL (label),
                                 length > CELL_CHARACTERS ? CELL_CHARACTERS : -1);
}

static void
fill_row (GtkWidget *grid, cmark_node *row, int top, guint8 *alignments, int n_columns)
{
  int left = 0;

  for (cmark_node *cell = cmark_node_first_child (row);
       cell != NULL && left < MIN (n_columns, MAX_COLUMNS);
       cell = cmark_node_next (cell), left++)
    {
      g_autofree char *markup = ship_markdown_inline_to_markup (cell);
      GtkWidget       *label = new_label (markup);
      float            align = alignments[left] == 'r' ? 1 : alignments[left] == 'c' ? 0.5f : 0;

      gtk_label_set_xalign (GTK_LABEL (label), align);
      gtk_widget_add_css_class (label, top == 0 ? "table-head" : "table-cell");
      fix_width (label);
      gtk_grid_attach (GTK_GRID (grid), label, left, top, 1, 1);
    }
}

static GtkWidget *
new_table (cmark_node *block)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *grid = gtk_grid_new ();
  int        n_columns = cmark_gfm_extensions_get_table_columns (block);
  guint8    *alignments = cmark_gfm_extensions_get_table_alignments (block);
  int        top = 0;

  gtk_widget_add_css_class (grid, "table");
  gtk_widget_set_halign (grid, GTK_ALIGN_START);
  for (cmark_node *row = cmark_node_first_child (block); row != NULL && top < MAX_ROWS;
       row = cmark_node_next (row), top++)
    fill_row (grid, row, top, alignments, n_columns);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), grid);

  return scroller;
}

/* The first word behind the fence is the language; the rest is for other tools. */
static GtkWidget *
new_code (cmark_node *block)
{
  const char      *info = cmark_node_get_fence_info (block);
  g_autofree char *word = NULL;

  if (info != NULL && info[0] != '\0')
    word = g_strndup (info, strcspn (info, " \t{,"));
  return ship_code_block_new (cmark_node_get_literal (block), word);
}

static GtkWidget *
new_plain (cmark_node *block)
{
  const char      *literal = cmark_node_get_literal (block);
  g_autofree char *text =
    literal != NULL ? g_strdup (literal) : ship_markdown_inline_to_text (block);
  g_autofree char *markup = g_markup_escape_text (g_strchomp (text), -1);

  return new_label (markup);
}

static GtkWidget *
new_block (cmark_node *block, int depth)
{
  cmark_node_type type = cmark_node_get_type (block);

  if (type == CMARK_NODE_CODE_BLOCK)
    return new_code (block);
  if (type == CMARK_NODE_THEMATIC_BREAK)
    return gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
  if (type == CMARK_NODE_HEADING)
    return new_heading (block);
  if (type == CMARK_NODE_PARAGRAPH)
    return new_inline (block);
  if (type == CMARK_NODE_HTML_BLOCK || depth >= MAX_DEPTH)
    return new_plain (block);
  if (type == CMARK_NODE_BLOCK_QUOTE)
    return new_quote (block, depth);
  if (type == CMARK_NODE_LIST)
    return new_list (block, depth);
  if (g_str_equal (cmark_node_get_type_string (block), "table"))
    return new_table (block);

  return new_plain (block);
}

GtkWidget *
ship_markdown_block_new (cmark_node *block)
{
  return new_block (block, 0);
}

/* --- what is being written --- */

static gboolean grow (GtkWidget *widget, cmark_node *block, int depth);

/* Blocks in a box: those before the last are what they were. */
static gboolean
grow_children (GtkWidget *box, cmark_node *parent, int depth)
{
  GtkWidget *widget = gtk_widget_get_first_child (box);

  for (cmark_node *block = cmark_node_first_child (parent); block != NULL;
       block = cmark_node_next (block))
    {
      if (widget == NULL)
        {
          gtk_box_append (GTK_BOX (box), new_block (block, depth + 1));
          continue;
        }
      if (gtk_widget_get_next_sibling (widget) == NULL && !grow (widget, block, depth + 1))
        return FALSE;
      widget = gtk_widget_get_next_sibling (widget);
    }

  return widget == NULL;
}

static gboolean
grow_list (GtkWidget *list, cmark_node *block, int depth)
{
  gboolean   is_ordered = cmark_node_get_list_type (block) == CMARK_ORDERED_LIST;
  int        number = cmark_node_get_list_start (block);
  GtkWidget *row = gtk_widget_get_first_child (list);

  for (cmark_node *item = cmark_node_first_child (block); item != NULL;
       item = cmark_node_next (item), number++)
    {
      GtkWidget *next = row != NULL ? gtk_widget_get_next_sibling (row) : NULL;

      if (row == NULL)
        gtk_box_append (GTK_BOX (list), new_item (item, is_ordered, number, depth));
      else if (next == NULL &&
               !grow_children (ship_lead_row_get_content (SHIP_LEAD_ROW (row)), item, depth))
        return FALSE;
      row = next;
    }

  return row == NULL;
}

static gboolean
grow_label (GtkWidget *widget, cmark_node *block)
{
  g_autofree char *markup = ship_markdown_inline_to_markup (block);

  if (strlen (markup) > MAX_LABEL_BYTES)
    return FALSE;
  gtk_label_set_markup (GTK_LABEL (widget), markup);

  return TRUE;
}

static gboolean
grow_long_text (GtkTextView *view, cmark_node *block)
{
  GtkTextBuffer   *buffer = gtk_text_view_get_buffer (view);
  g_autofree char *text = ship_markdown_inline_to_text (block);
  g_autofree char *shown = NULL;
  GtkTextIter      start;
  GtkTextIter      end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  shown = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  if (!g_str_has_prefix (text, shown))
    return FALSE;
  gtk_text_buffer_insert (buffer, &end, text + strlen (shown), -1);

  return TRUE;
}

static gboolean
grow (GtkWidget *widget, cmark_node *block, int depth)
{
  cmark_node_type type = cmark_node_get_type (block);

  if (type == CMARK_NODE_PARAGRAPH && gtk_widget_has_css_class (widget, "long-text"))
    return grow_long_text (GTK_TEXT_VIEW (widget), block);
  if (type == CMARK_NODE_PARAGRAPH && GTK_IS_LABEL (widget) &&
      gtk_widget_has_css_class (widget, "prose"))
    return grow_label (widget, block);
  if (type == CMARK_NODE_CODE_BLOCK && SHIP_IS_CODE_BLOCK (widget))
    return ship_code_block_grow (SHIP_CODE_BLOCK (widget), cmark_node_get_literal (block));
  if (type == CMARK_NODE_LIST && depth < MAX_DEPTH &&
      gtk_widget_has_css_class (widget, "list-block"))
    return grow_list (widget, block, depth);
  if (type == CMARK_NODE_BLOCK_QUOTE && depth < MAX_DEPTH &&
      gtk_widget_has_css_class (widget, "quote"))
    return grow_children (widget, block, depth);

  return FALSE;
}

gboolean
ship_markdown_block_grow (GtkWidget *widget, cmark_node *block)
{
  return grow (widget, block, 0);
}
