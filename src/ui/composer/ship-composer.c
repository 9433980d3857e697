/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-composer.h"

#include <glib/gi18n-lib.h>

#define MIN_HEIGHT 44
#define MAX_HEIGHT 240

struct _ShipComposer
{
  GtkWidget  parent_instance;
  GtkWidget *box;         /* (unowned): the only child */
  GtkWidget *text;        /* (unowned): a text view */
  GtkWidget *placeholder; /* (unowned) */
  GtkWidget *plan;        /* (unowned): a toggle */
  GtkWidget *model;       /* (unowned): a label */
  GtkWidget *stop;        /* (unowned) */
  GtkWidget *send;        /* (unowned) */
};

enum
{
  SEND,
  STOP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipComposer, ship_composer, GTK_TYPE_WIDGET)

char *
ship_composer_dup_text (ShipComposer *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter    start;
  GtkTextIter    end;

  g_return_val_if_fail (SHIP_IS_COMPOSER (self), NULL);

  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

void
ship_composer_set_text (ShipComposer *self, const char *text)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), text, -1);
}

static void
emit_send (ShipComposer *self)
{
  g_autofree char *text = ship_composer_dup_text (self);
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  if (stripped[0] != '\0')
    g_signal_emit (self, signals[SEND], 0, text);
}

static void
send_cb (GtkButton *button, ShipComposer *self)
{
  emit_send (self);
}

static void
stop_cb (GtkButton *button, ShipComposer *self)
{
  g_signal_emit (self, signals[STOP], 0);
}

/* In the bubble phase of the view, so that an input method has had the key already. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        state,
        ShipComposer          *self)
{
  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter)
    return GDK_EVENT_PROPAGATE;
  if ((state & (GDK_SHIFT_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (gtk_text_view_im_context_filter_keypress (
        GTK_TEXT_VIEW (self->text),
        gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller))))
    return GDK_EVENT_STOP;

  emit_send (self);
  return GDK_EVENT_STOP;
}

static void
buffer_changed_cb (GtkTextBuffer *buffer, ShipComposer *self)
{
  gboolean is_empty = gtk_text_buffer_get_char_count (buffer) == 0;

  gtk_widget_set_visible (self->placeholder, is_empty);
  gtk_widget_set_sensitive (self->send, !is_empty);
}

static GtkWidget *
new_text (ShipComposer *self)
{
  GtkWidget          *overlay = gtk_overlay_new ();
  GtkWidget          *scroller = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->text = gtk_text_view_new ();
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->text), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->text), FALSE);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self->text), 8);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self->text), 4);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->text), 8);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (self->text), 8);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Message"),
                                  -1);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (self->text, keys);
  self->placeholder = gtk_label_new (_ ("Describe what should be done"));
  gtk_widget_add_css_class (self->placeholder, "dim-label");
  gtk_widget_set_halign (self->placeholder, GTK_ALIGN_START);
  gtk_widget_set_valign (self->placeholder, GTK_ALIGN_START);
  gtk_widget_set_margin_start (self->placeholder, 8);
  gtk_widget_set_margin_top (self->placeholder, 8);
  gtk_widget_set_can_target (self->placeholder, FALSE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), MIN_HEIGHT);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->text);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), scroller);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->placeholder);

  return overlay;
}

static GtkWidget *
new_bar (ShipComposer *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->plan = gtk_toggle_button_new_with_label (_ ("Plan Only"));
  self->model = gtk_label_new (NULL);
  self->stop = gtk_button_new_with_label (_ ("Stop"));
  self->send = gtk_button_new_with_label (_ ("Send"));
  gtk_widget_add_css_class (self->plan, "flat");
  gtk_widget_set_tooltip_text (self->plan, _ ("The agent reads and plans, and changes nothing"));
  gtk_widget_add_css_class (self->model, "dim-label");
  gtk_widget_add_css_class (self->model, "caption");
  gtk_label_set_ellipsize (GTK_LABEL (self->model), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (self->model), 0);
  gtk_widget_set_hexpand (self->model, TRUE);
  gtk_widget_set_visible (self->stop, FALSE);
  gtk_widget_add_css_class (self->send, "suggested-action");
  gtk_widget_set_sensitive (self->send, FALSE);
  g_signal_connect_object (self->send, "clicked", G_CALLBACK (send_cb), self, 0);
  g_signal_connect_object (self->stop, "clicked", G_CALLBACK (stop_cb), self, 0);
  gtk_box_append (GTK_BOX (bar), self->plan);
  gtk_box_append (GTK_BOX (bar), self->model);
  gtk_box_append (GTK_BOX (bar), self->stop);
  gtk_box_append (GTK_BOX (bar), self->send);

  return bar;
}

static void
ship_composer_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_COMPOSER (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_composer_parent_class)->dispose (object);
}

static void
ship_composer_class_init (ShipComposerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_composer_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "composer");

  signals[SEND] = g_signal_new ("send",
                                SHIP_TYPE_COMPOSER,
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                1,
                                G_TYPE_STRING);
  signals[STOP] = g_signal_new ("stop",
                                SHIP_TYPE_COMPOSER,
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                0);
}

static void
ship_composer_init (ShipComposer *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (self->box), new_text (self));
  gtk_box_append (GTK_BOX (self->box), new_bar (self));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)),
                           "changed",
                           G_CALLBACK (buffer_changed_cb),
                           self,
                           0);
}

GtkWidget *
ship_composer_new (void)
{
  return g_object_new (SHIP_TYPE_COMPOSER, NULL);
}

const char *
ship_composer_get_mode (ShipComposer *self)
{
  g_return_val_if_fail (SHIP_IS_COMPOSER (self), "build");

  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->plan)) ? "plan" : "build";
}

void
ship_composer_set_working (ShipComposer *self, gboolean is_working)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));

  gtk_widget_set_visible (self->stop, is_working);
  gtk_button_set_label (GTK_BUTTON (self->send), is_working ? _ ("Queue") : _ ("Send"));
}

void
ship_composer_set_model (ShipComposer *self, const char *model)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));

  gtk_label_set_text (GTK_LABEL (self->model), model);
  gtk_widget_set_tooltip_text (self->model, model);
}

void
ship_composer_set_model_widget (ShipComposer *self, GtkWidget *widget)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));
  g_return_if_fail (GTK_IS_WIDGET (widget));

  gtk_widget_set_hexpand (widget, TRUE);
  gtk_widget_set_halign (widget, GTK_ALIGN_START);
  gtk_widget_insert_after (widget, gtk_widget_get_parent (self->model), self->model);
  gtk_widget_set_visible (self->model, FALSE);
}

void
ship_composer_focus (ShipComposer *self)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));

  gtk_widget_grab_focus (self->text);
}
