/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-retry-card.h"

#include <glib/gi18n-lib.h>

struct _ShipRetryCard
{
  GtkWidget  parent_instance;
  GtkWidget *box;    /* (unowned): the only child */
  GtkWidget *reason; /* (unowned) */
  GtkWidget *count;  /* (unowned) */
  gint64     at;     /* milliseconds since 1970; 0: not known */
  guint      timer;
};

G_DEFINE_FINAL_TYPE (ShipRetryCard, ship_retry_card, GTK_TYPE_WIDGET)

static gboolean
count_cb (gpointer user_data)
{
  ShipRetryCard   *self = SHIP_RETRY_CARD (user_data);
  gint64           left = (self->at - g_get_real_time () / 1000 + 999) / 1000;
  g_autofree char *text = NULL;

  if (self->at == 0 || left <= 0)
    text = g_strdup (_ ("Trying again…"));
  else
    text = g_strdup_printf (
      ngettext ("Trying again in %d second", "Trying again in %d seconds", (gulong) left),
      (int) left);
  gtk_label_set_text (GTK_LABEL (self->count), text);
  if (self->at != 0 && left > 0)
    return G_SOURCE_CONTINUE;
  self->timer = 0;

  return G_SOURCE_REMOVE;
}

/* Counts only while it is seen. */
static void
start_counting (ShipRetryCard *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (count_cb (self) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->timer = g_timeout_add_seconds (1, count_cb, self);
}

static void
ship_retry_card_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ship_retry_card_parent_class)->map (widget);
  start_counting (SHIP_RETRY_CARD (widget));
}

static void
ship_retry_card_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&SHIP_RETRY_CARD (widget)->timer, g_source_remove);
  GTK_WIDGET_CLASS (ship_retry_card_parent_class)->unmap (widget);
}

static void
ship_retry_card_dispose (GObject *object)
{
  ShipRetryCard *self = SHIP_RETRY_CARD (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_retry_card_parent_class)->dispose (object);
}

static void
ship_retry_card_class_init (ShipRetryCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_retry_card_dispose;
  widget_class->map = ship_retry_card_map;
  widget_class->unmap = ship_retry_card_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);

  return label;
}

static void
ship_retry_card_init (ShipRetryCard *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->reason = new_label ("error-reason");
  self->count = new_label ("heading");
  gtk_widget_add_css_class (self->box, "retry-card");
  gtk_box_append (GTK_BOX (self->box), self->count);
  gtk_box_append (GTK_BOX (self->box), self->reason);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
ship_retry_card_new (void)
{
  return g_object_new (SHIP_TYPE_RETRY_CARD, NULL);
}

void
ship_retry_card_update (ShipRetryCard *self, ShipSessionHandle *handle)
{
  gboolean is_shown;

  g_return_if_fail (SHIP_IS_RETRY_CARD (self));

  is_shown = g_str_equal (ship_session_handle_get_state (handle), "retrying");
  gtk_widget_set_visible (GTK_WIDGET (self), is_shown);
  if (!is_shown)
    return;
  self->at = ship_session_client_get_retry_at (ship_session_handle_get_client (handle));
  gtk_label_set_text (GTK_LABEL (self->reason), ship_session_handle_get_detail (handle));
  start_counting (self);
}
