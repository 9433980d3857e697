/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-prompt-view.h"

#define MARGIN     8
#define MIN_HEIGHT 40

struct _ShipPromptView
{
  GtkWidget  parent_instance;
  GtkWidget *overlay;     /* (unowned): the only child */
  GtkWidget *scroller;    /* (unowned) */
  GtkWidget *text;        /* (unowned) */
  GtkWidget *placeholder; /* (unowned) */
  gboolean   is_composing;
};

enum
{
  CHANGED,
  SUBMIT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipPromptView, ship_prompt_view, GTK_TYPE_WIDGET)

static GtkTextBuffer *
get_buffer (ShipPromptView *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
}

static void
update_placeholder (ShipPromptView *self)
{
  gtk_widget_set_visible (self->placeholder,
                          gtk_text_buffer_get_char_count (get_buffer (self)) == 0 &&
                            !self->is_composing);
}

static void
buffer_changed_cb (GtkTextBuffer *buffer, ShipPromptView *self)
{
  update_placeholder (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
preedit_cb (GtkTextView *view, const char *preedit, ShipPromptView *self)
{
  self->is_composing = *preedit != '\0';
  update_placeholder (self);
}

/* Before the view has the key, but not before the input method: one that shows candidates without a
 * preedit may still want it. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        state,
        ShipPromptView        *self)
{
  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter)
    return GDK_EVENT_PROPAGATE;
  if (self->is_composing || (state & (GDK_SHIFT_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (gtk_text_view_im_context_filter_keypress (
        GTK_TEXT_VIEW (self->text),
        gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller))))
    return GDK_EVENT_STOP;

  if (!ship_prompt_view_is_blank (self))
    g_signal_emit (self, signals[SUBMIT], 0, (state & GDK_CONTROL_MASK) != 0);
  return GDK_EVENT_STOP;
}

/* --- the widget --- */

static void
init_text (ShipPromptView *self)
{
  GtkTextView        *view;
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->text = gtk_text_view_new ();
  view = GTK_TEXT_VIEW (self->text);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (view, FALSE);
  gtk_text_view_set_top_margin (view, MARGIN);
  gtk_text_view_set_bottom_margin (view, MARGIN / 2);
  gtk_text_view_set_left_margin (view, MARGIN);
  gtk_text_view_set_right_margin (view, MARGIN);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (self->text, keys);
  g_signal_connect_object (view, "preedit-changed", G_CALLBACK (preedit_cb), self, 0);
  g_signal_connect_object (get_buffer (self), "changed", G_CALLBACK (buffer_changed_cb), self, 0);
}

static void
init_placeholder (ShipPromptView *self)
{
  self->placeholder = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->placeholder, "dim-label");
  gtk_widget_set_halign (self->placeholder, GTK_ALIGN_FILL);
  gtk_widget_set_valign (self->placeholder, GTK_ALIGN_START);
  gtk_widget_set_margin_start (self->placeholder, MARGIN);
  gtk_widget_set_margin_end (self->placeholder, MARGIN);
  gtk_widget_set_margin_top (self->placeholder, MARGIN);
  gtk_widget_set_can_target (self->placeholder, FALSE);
  gtk_label_set_xalign (GTK_LABEL (self->placeholder), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->placeholder), PANGO_ELLIPSIZE_END);
}

static void
ship_prompt_view_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_PROMPT_VIEW (object)->overlay, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_prompt_view_parent_class)->dispose (object);
}

static void
ship_prompt_view_class_init (ShipPromptViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_prompt_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "promptview");

  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_PROMPT_VIEW,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
  signals[SUBMIT] = g_signal_new ("submit",
                                  SHIP_TYPE_PROMPT_VIEW,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_BOOLEAN);
}

static void
ship_prompt_view_init (ShipPromptView *self)
{
  GtkScrolledWindow *scroller;

  self->overlay = gtk_overlay_new ();
  self->scroller = gtk_scrolled_window_new ();
  scroller = GTK_SCROLLED_WINDOW (self->scroller);
  init_text (self);
  init_placeholder (self);
  gtk_scrolled_window_set_policy (scroller, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (scroller, MIN_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_height (scroller, TRUE);
  gtk_scrolled_window_set_child (scroller, self->text);
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->scroller);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->placeholder);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
}

GtkWidget *
ship_prompt_view_new (const char *label, const char *placeholder, int max_height)
{
  ShipPromptView *self = g_object_new (SHIP_TYPE_PROMPT_VIEW, NULL);

  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), max_height);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label,
                                  GTK_ACCESSIBLE_PROPERTY_MULTI_LINE,
                                  TRUE,
                                  -1);
  ship_prompt_view_set_placeholder (self, placeholder);

  return GTK_WIDGET (self);
}

GtkTextView *
ship_prompt_view_get_text_view (ShipPromptView *self)
{
  g_return_val_if_fail (SHIP_IS_PROMPT_VIEW (self), NULL);

  return GTK_TEXT_VIEW (self->text);
}

char *
ship_prompt_view_dup_text (ShipPromptView *self)
{
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (SHIP_IS_PROMPT_VIEW (self), NULL);

  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  return gtk_text_buffer_get_text (get_buffer (self), &start, &end, FALSE);
}

void
ship_prompt_view_set_text (ShipPromptView *self, const char *text)
{
  GtkTextIter end;

  g_return_if_fail (SHIP_IS_PROMPT_VIEW (self));

  gtk_text_buffer_set_text (get_buffer (self), text, -1);
  gtk_text_buffer_get_end_iter (get_buffer (self), &end);
  gtk_text_buffer_place_cursor (get_buffer (self), &end);
}

gboolean
ship_prompt_view_is_blank (ShipPromptView *self)
{
  GtkTextIter at;

  g_return_val_if_fail (SHIP_IS_PROMPT_VIEW (self), TRUE);

  gtk_text_buffer_get_start_iter (get_buffer (self), &at);
  while (!gtk_text_iter_is_end (&at) && g_unichar_isspace (gtk_text_iter_get_char (&at)))
    gtk_text_iter_forward_char (&at);

  return gtk_text_iter_is_end (&at);
}

gboolean
ship_prompt_view_is_composing (ShipPromptView *self)
{
  g_return_val_if_fail (SHIP_IS_PROMPT_VIEW (self), FALSE);

  return self->is_composing;
}

void
ship_prompt_view_focus (ShipPromptView *self)
{
  g_return_if_fail (SHIP_IS_PROMPT_VIEW (self));

  gtk_widget_grab_focus (self->text);
}

void
ship_prompt_view_set_placeholder (ShipPromptView *self, const char *placeholder)
{
  g_return_if_fail (SHIP_IS_PROMPT_VIEW (self));

  gtk_label_set_text (GTK_LABEL (self->placeholder), placeholder != NULL ? placeholder : "");
}
