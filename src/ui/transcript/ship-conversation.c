/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-conversation.h"

#include "client/ship-transcript.h"
#include "transcript/ship-entry-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/*
 * The rows are those of the model from @first on. A row is built once and stays: recycling would
 * lay out the text anew whenever it comes back, which is what takes the time.
 */

#define ROWS_AT_FIRST   150
#define ROWS_MORE       100
#define MAX_WIDTH       760
#define NEAR_END_PIXELS 24

struct _ShipConversation
{
  GtkWidget      parent_instance;
  GtkWidget     *overlay;    /* (unowned): the only child */
  GtkWidget     *scroller;   /* (unowned) */
  GtkWidget     *rows;       /* (unowned): a box */
  GtkWidget     *earlier;    /* (unowned): a button */
  GtkWidget     *jump;       /* (unowned): a revealer with a button */
  GtkAdjustment *adjustment; /* (unowned): the scroller's */
  GListModel    *model;      /* (owned) (nullable) */
  guint          first;      /* of the model, that has a row */
  gboolean       is_at_end;  /* where the reader is */
  double         grown_from; /* height before rows were put above what is read; 0: none were */
  guint          tick;       /* in which the place is set again */
};

G_DEFINE_FINAL_TYPE (ShipConversation, ship_conversation, GTK_TYPE_WIDGET)

static double
get_end (ShipConversation *self)
{
  return gtk_adjustment_get_upper (self->adjustment) -
         gtk_adjustment_get_page_size (self->adjustment);
}

static gboolean
place_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  ShipConversation *self = SHIP_CONVERSATION (widget);
  double            upper = gtk_adjustment_get_upper (self->adjustment);
  double            by = upper - self->grown_from;

  self->tick = 0;
  if (self->grown_from > 0 && by > 0)
    gtk_adjustment_set_value (self->adjustment, gtk_adjustment_get_value (self->adjustment) + by);
  else if (self->is_at_end)
    gtk_adjustment_set_value (self->adjustment, get_end (self));
  self->grown_from = 0;

  return G_SOURCE_REMOVE;
}

/* The content has another height, or the window has. The viewport tells it in the middle of its
 * allocation, where a new value would be taken but not shown: the next frame sets it. */
static void
sized_cb (GtkAdjustment *adjustment, ShipConversation *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), place_cb, NULL, NULL);
}

static void
scrolled_cb (GtkAdjustment *adjustment, ShipConversation *self)
{
  if (self->tick != 0) /* the viewport's doing, not the reader's */
    return;
  self->is_at_end = gtk_adjustment_get_value (adjustment) >= get_end (self) - NEAR_END_PIXELS;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->jump), !self->is_at_end);
}

/* --- rows --- */

static GtkWidget *
get_row (ShipConversation *self, guint position)
{
  GtkWidget *row = gtk_widget_get_first_child (self->rows);

  for (guint i = self->first; i < position && row != NULL; i++)
    row = gtk_widget_get_next_sibling (row);

  return row;
}

static void
insert_rows (ShipConversation *self, guint position, guint n)
{
  GtkWidget *before = position > self->first ? get_row (self, position - 1) : NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (self->model, position + i);
      GtkWidget *row = ship_entry_row_new (entry);

      gtk_box_insert_child_after (GTK_BOX (self->rows), row, before);
      before = row;
    }
}

static void
remove_rows (ShipConversation *self, guint position, guint n)
{
  GtkWidget *row = get_row (self, position);

  for (guint i = 0; i < n && row != NULL; i++)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (row);

      gtk_box_remove (GTK_BOX (self->rows), row);
      row = next;
    }
}

static void
update_earlier (ShipConversation *self)
{
  gtk_widget_set_visible (self->earlier, self->first > 0);
}

static void
items_changed_cb (GListModel       *model,
                  guint             position,
                  guint             removed,
                  guint             added,
                  ShipConversation *self)
{
  /* What changes above the first row only moves it. */
  guint above = position < self->first ? MIN (removed, self->first - position) : 0;
  guint shown_removed = removed - above;

  if (position < self->first && shown_removed == 0)
    {
      self->first = self->first - removed + added;
    }
  else
    {
      self->first -= above;
      remove_rows (self, MAX (position, self->first), shown_removed);
      insert_rows (self, MAX (position, self->first), added);
    }
  update_earlier (self);
}

static void
show_earlier_cb (GtkButton *button, ShipConversation *self)
{
  guint n = MIN (ROWS_MORE, self->first);

  self->grown_from = gtk_adjustment_get_upper (self->adjustment);
  self->first -= n;
  insert_rows (self, self->first, n);
  update_earlier (self);
}

static void
jump_cb (GtkButton *button, ShipConversation *self)
{
  ship_conversation_scroll_to_end (self);
}

/* --- the widget --- */

static GtkWidget *
new_jump (ShipConversation *self)
{
  GtkWidget *revealer = gtk_revealer_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("go-bottom-symbolic");

  gtk_widget_add_css_class (button, "circular");
  gtk_widget_add_css_class (button, "osd");
  gtk_widget_set_tooltip_text (button, _ ("Jump to Latest"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Jump to Latest"),
                                  -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (jump_cb), self, 0);
  gtk_revealer_set_transition_type (GTK_REVEALER (revealer),
                                    GTK_REVEALER_TRANSITION_TYPE_CROSSFADE);
  gtk_revealer_set_child (GTK_REVEALER (revealer), button);
  gtk_widget_set_halign (revealer, GTK_ALIGN_END);
  gtk_widget_set_valign (revealer, GTK_ALIGN_END);
  gtk_widget_set_margin_end (revealer, 18);
  gtk_widget_set_margin_bottom (revealer, 12);
  gtk_widget_set_can_target (revealer, TRUE);

  return revealer;
}

static GtkWidget *
new_content (ShipConversation *self)
{
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->earlier = gtk_button_new_with_label (_ ("Show Earlier Messages"));
  gtk_widget_add_css_class (self->earlier, "pill");
  gtk_widget_set_halign (self->earlier, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->earlier, FALSE);
  g_signal_connect_object (self->earlier, "clicked", G_CALLBACK (show_earlier_cb), self, 0);
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  gtk_box_append (GTK_BOX (box), self->earlier);
  gtk_box_append (GTK_BOX (box), self->rows);
  gtk_widget_add_css_class (box, "conversation");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), MAX_WIDTH - 160);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);

  return clamp;
}

/* Everything at its natural height: a card's output that is shown may not shrink to a line. */
static GtkWidget *
new_viewport (ShipConversation *self)
{
  GtkWidget *viewport = gtk_viewport_new (NULL, NULL);

  gtk_scrollable_set_vscroll_policy (GTK_SCROLLABLE (viewport), GTK_SCROLL_NATURAL);
  gtk_viewport_set_child (GTK_VIEWPORT (viewport), new_content (self));

  return viewport;
}

static void
ship_conversation_dispose (GObject *object)
{
  ShipConversation *self = SHIP_CONVERSATION (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_conversation_parent_class)->dispose (object);
}

static void
ship_conversation_class_init (ShipConversationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_conversation_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
ship_conversation_init (ShipConversation *self)
{
  self->is_at_end = TRUE;
  self->overlay = gtk_overlay_new ();
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), new_viewport (self));
  gtk_widget_set_vexpand (self->scroller, TRUE);
  self->jump = new_jump (self);
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->scroller);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->jump);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (self->adjustment, "changed", G_CALLBACK (sized_cb), self, 0);
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (scrolled_cb), self, 0);
}

GtkWidget *
ship_conversation_new (void)
{
  return g_object_new (SHIP_TYPE_CONVERSATION, NULL);
}

void
ship_conversation_set_model (ShipConversation *self, GListModel *entries)
{
  guint n = entries != NULL ? g_list_model_get_n_items (entries) : 0;

  g_return_if_fail (SHIP_IS_CONVERSATION (self));

  if (self->model != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->model, self);
      remove_rows (self, self->first, G_MAXUINT);
    }
  g_set_object (&self->model, entries);
  self->first = n > ROWS_AT_FIRST ? n - ROWS_AT_FIRST : 0;
  self->is_at_end = TRUE;
  if (entries == NULL)
    return;

  insert_rows (self, self->first, n - self->first);
  update_earlier (self);
  g_signal_connect_object (entries, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
}

void
ship_conversation_scroll_to_end (ShipConversation *self)
{
  g_return_if_fail (SHIP_IS_CONVERSATION (self));

  self->is_at_end = TRUE;
  gtk_adjustment_set_value (self->adjustment, get_end (self));
}
