/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-composer.h"

#include "composer/ship-attachment-intake.h"
#include "composer/ship-completion.h"

#include <glib/gi18n-lib.h>

/*
 * What is written is the draft, with what is on its way in front of it:
 *
 *   "send" -> take (out of sight, still the draft) -> sent (no draft any more), or give_back
 */

#define MAX_HEIGHT 240
#define PLAN       "plan"
#define BUILD      "build"

/* A prompt on its way. */
typedef struct
{
  guint      id;
  char      *text;  /* (owned) */
  GPtrArray *items; /* (owned) (element-type ShipAttachmentItem) */
} Sending;

struct _ShipComposer
{
  GtkWidget       parent_instance;
  GtkWidget      *box;        /* (unowned): a child */
  GtkWidget      *completion; /* (unowned): a child, a popover */
  ShipPromptView *prompt;     /* (unowned) */
  GtkWidget      *files;      /* (unowned): an attachment bar */
  GtkWidget      *bar;        /* (unowned): of buttons */
  GtkWidget      *plan;       /* (unowned): a toggle */
  GtkWidget      *stop;       /* (unowned) */
  GtkWidget      *now;        /* (unowned) */
  GtkWidget      *send;       /* (unowned) */
  ShipDrafts     *drafts;     /* (owned) (nullable) */
  char           *session;    /* (owned) (nullable): whose draft it is */
  char           *restored;   /* (owned) (nullable): the draft's text as it was shown last */
  ShipDraftRow   *left;       /* (owned) (nullable): what was written when it was closed */
  GPtrArray      *sending;    /* (owned) (element-type Sending) */
  guint           last_id;
  gboolean        is_restoring;
  gboolean        is_saving;
  gboolean        is_working;
};

enum
{
  SEND,
  STOP,
  RECALL,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipComposer, ship_composer, GTK_TYPE_WIDGET)

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_free (sending->text);
  g_ptr_array_unref (sending->items);
  g_free (sending);
}

/* --- the draft --- */

static void
add_rows (GPtrArray *rows, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      ShipDraftFileRow *row = ship_attachment_item_new_row (items->pdata[i]);

      if (row != NULL)
        g_ptr_array_add (rows, row);
    }
}

static void
add_paragraph (GString *text, const char *more)
{
  if (*more == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, text->str[text->len - 1] == '\n' ? "\n" : "\n\n");
  g_string_append (text, more);
}

/* Without what is on its way. */
static ShipDraftRow *
new_row (ShipComposer *self)
{
  ShipDraftRow *row;

  if (self->left != NULL)
    return ship_draft_row_copy (self->left);

  row = ship_draft_row_new (self->session);
  g_free (row->text);
  row->text = ship_prompt_view_dup_text (self->prompt);
  row->mode = g_strdup (ship_composer_get_mode (self));
  add_rows (row->files, ship_attachment_bar_get_items (SHIP_ATTACHMENT_BAR (self->files)));

  return row;
}

static void
save (ShipComposer *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) files = NULL;
  ShipDraftRow *row;

  if (self->drafts == NULL || self->is_restoring || !ship_drafts_is_loaded (self->drafts))
    return;

  row = new_row (self);
  files = g_ptr_array_new ();
  for (guint i = 0; i < self->sending->len; i++)
    {
      Sending *sending = self->sending->pdata[i];

      add_paragraph (text, sending->text);
      add_rows (files, sending->items);
    }
  for (guint i = 0; i < files->len; i++)
    g_ptr_array_insert (row->files, (int) i, files->pdata[i]);
  add_paragraph (text, row->text);
  g_free (row->text);
  row->text = g_string_free (g_steal_pointer (&text), FALSE);
  self->is_saving = TRUE;
  ship_drafts_put (self->drafts, row);
  self->is_saving = FALSE;
}

/* In front of what was typed before it could be read. */
static void
restore (ShipComposer *self)
{
  const ShipDraftRow *row = ship_drafts_get (self->drafts, self->session);
  g_autofree char    *written = ship_prompt_view_dup_text (self->prompt);
  g_autoptr (ShipDraftRow) copy = NULL;
  g_autoptr (GString) text = NULL;

  if (row == NULL)
    return;
  copy = ship_draft_row_copy (row);
  text = g_string_new (copy->text);
  add_paragraph (text, written);
  self->is_restoring = TRUE;
  ship_prompt_view_set_text (self->prompt, text->str);
  if (copy->mode != NULL)
    ship_composer_set_mode (self, copy->mode);
  ship_attachment_bar_add_rows (SHIP_ATTACHMENT_BAR (self->files), copy->files);
  self->is_restoring = FALSE;
  g_free (self->restored);
  self->restored = g_string_free (g_steal_pointer (&text), FALSE);
}

/* What was shown as the draft was on its way from a composer before this one, and has arrived: if
 * nothing was made of it here, it goes. */
static void
draft_changed_cb (ShipDrafts *drafts, const char *session, ShipComposer *self)
{
  g_autofree char *written = NULL;

  if (self->is_saving || self->restored == NULL || !g_str_equal (session, self->session))
    return;
  written = ship_prompt_view_dup_text (self->prompt);
  if (!g_str_equal (written, self->restored))
    return;

  self->is_restoring = TRUE;
  ship_prompt_view_set_text (self->prompt, "");
  g_ptr_array_unref (ship_attachment_bar_steal_items (SHIP_ATTACHMENT_BAR (self->files)));
  self->is_restoring = FALSE;
  g_clear_pointer (&self->restored, g_free);
  restore (self);
}

static void
drafts_loaded_cb (ShipDrafts *drafts, GParamSpec *pspec, ShipComposer *self)
{
  g_signal_handlers_disconnect_by_func (drafts, drafts_loaded_cb, self);
  restore (self);
  save (self);
}

void
ship_composer_set_drafts (ShipComposer *self, ShipDrafts *drafts, const char *session)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));
  g_return_if_fail (self->drafts == NULL);

  self->drafts = g_object_ref (drafts);
  self->session = g_strdup (session);
  ship_attachment_bar_set_drafts (SHIP_ATTACHMENT_BAR (self->files), drafts);
  g_signal_connect_object (drafts, "changed", G_CALLBACK (draft_changed_cb), self, 0);
  if (ship_drafts_is_loaded (drafts))
    restore (self);
  else
    g_signal_connect_object (drafts, "notify::is-loaded", G_CALLBACK (drafts_loaded_cb), self, 0);
}

/* --- sending --- */

static void
update (ShipComposer *self)
{
  ShipAttachmentBar *files = SHIP_ATTACHMENT_BAR (self->files);
  gboolean           can_send =
    !ship_prompt_view_is_blank (self->prompt) && ship_attachment_bar_is_ready (files);

  gtk_widget_set_sensitive (self->send, can_send);
  gtk_widget_set_sensitive (self->now, can_send);
}

static void
changed_cb (GtkWidget *widget, ShipComposer *self)
{
  update (self);
  save (self);
}

static void
emit_send (ShipComposer *self, gboolean now)
{
  ShipAttachmentBar *files = SHIP_ATTACHMENT_BAR (self->files);
  g_autofree char   *text = ship_prompt_view_dup_text (self->prompt);
  g_autoptr (GVariant) options = NULL;
  GVariantDict dict;

  if (ship_prompt_view_is_blank (self->prompt) || !ship_attachment_bar_is_ready (files))
    return;
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "mode", "s", ship_composer_get_mode (self));
  if (ship_attachment_bar_get_items (files)->len > 0)
    g_variant_dict_insert_value (&dict, "attachments", ship_attachment_bar_new_variant (files));
  if (now && self->is_working)
    g_variant_dict_insert (&dict, "steer", "b", TRUE);
  options = g_variant_ref_sink (g_variant_dict_end (&dict));
  g_signal_emit (self, signals[SEND], 0, text, options);
}

guint
ship_composer_take (ShipComposer *self)
{
  Sending *sending;

  g_return_val_if_fail (SHIP_IS_COMPOSER (self), 0);

  sending = g_new0 (Sending, 1);
  sending->id = ++self->last_id;
  sending->text = ship_prompt_view_dup_text (self->prompt);
  sending->items = ship_attachment_bar_steal_items (SHIP_ATTACHMENT_BAR (self->files));
  g_ptr_array_add (self->sending, sending);
  ship_prompt_view_set_text (self->prompt, "");
  update (self);

  return sending->id;
}

static Sending *
steal_sending (ShipComposer *self, guint id)
{
  for (guint i = 0; i < self->sending->len; i++)
    if (((Sending *) self->sending->pdata[i])->id == id)
      return g_ptr_array_steal_index (self->sending, i);

  return NULL;
}

void
ship_composer_sent (ShipComposer *self, guint id)
{
  Sending *sending;

  g_return_if_fail (SHIP_IS_COMPOSER (self));

  sending = steal_sending (self, id);
  g_return_if_fail (sending != NULL);
  sending_free (sending);
  save (self);
}

void
ship_composer_give_back (ShipComposer *self, guint id)
{
  g_autofree char *written = NULL;
  g_autoptr (GString) text = NULL;
  Sending *sending;

  g_return_if_fail (SHIP_IS_COMPOSER (self));

  if (self->box == NULL) /* closed: it is the draft, and stays it */
    return;
  sending = steal_sending (self, id);
  g_return_if_fail (sending != NULL);
  written = ship_prompt_view_dup_text (self->prompt);
  text = g_string_new (sending->text);
  add_paragraph (text, written);
  ship_prompt_view_set_text (self->prompt, text->str);
  ship_attachment_bar_add_items (SHIP_ATTACHMENT_BAR (self->files), sending->items);
  sending_free (sending);
  save (self);
}

static void
submit_cb (ShipPromptView *prompt, gboolean now, ShipComposer *self)
{
  emit_send (self, now);
}

static void
send_cb (GtkButton *button, ShipComposer *self)
{
  emit_send (self, FALSE);
  ship_prompt_view_focus (self->prompt);
}

static void
now_cb (GtkButton *button, ShipComposer *self)
{
  emit_send (self, TRUE);
  ship_prompt_view_focus (self->prompt);
}

static void
stop_cb (GtkButton *button, ShipComposer *self)
{
  g_signal_emit (self, signals[STOP], 0);
}

static void
attach_cb (GtkButton *button, ShipComposer *self)
{
  ship_attachment_intake_choose (SHIP_ATTACHMENT_BAR (self->files));
}

static void
files_failed_cb (ShipAttachmentBar *files, const char *sentence, ShipComposer *self)
{
  g_signal_emit (self, signals[FAILED], 0, sentence);
}

/* --- keys --- */

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        state,
        ShipComposer          *self)
{
  GtkTextView   *view = ship_prompt_view_get_text_view (self->prompt);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);

  if (!gtk_widget_has_focus (GTK_WIDGET (view)) || ship_prompt_view_is_composing (self->prompt))
    return GDK_EVENT_PROPAGATE;
  if (ship_completion_take_key (SHIP_COMPLETION (self->completion), keyval, state))
    return GDK_EVENT_STOP;
  if (keyval != GDK_KEY_Up || (state & gtk_accelerator_get_default_mod_mask ()) != 0 ||
      gtk_text_buffer_get_char_count (buffer) > 0)
    return GDK_EVENT_PROPAGATE;

  g_signal_emit (self, signals[RECALL], 0);
  return GDK_EVENT_STOP;
}

static gboolean
plan_shortcut_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  GtkToggleButton *plan = GTK_TOGGLE_BUTTON (SHIP_COMPOSER (widget)->plan);

  gtk_toggle_button_set_active (plan, !gtk_toggle_button_get_active (plan));
  return TRUE;
}

static gboolean
attach_shortcut_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  attach_cb (NULL, SHIP_COMPOSER (widget));
  return TRUE;
}

/* --- the widget --- */

static GtkWidget *
new_icon_button (const char *icon, const char *label, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label,
                                  -1);

  return button;
}

static void
init_bar (ShipComposer *self)
{
  GtkWidget *attach =
    new_icon_button ("list-add-symbolic", _ ("Attach Files"), _ ("Attach Files (Ctrl+Shift+A)"));

  self->bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  self->plan = gtk_toggle_button_new_with_label (_ ("Plan"));
  self->stop =
    new_icon_button ("media-playback-stop-symbolic", _ ("Stop"), _ ("Stop the Agent (Ctrl+.)"));
  self->now = new_icon_button ("go-jump-symbolic",
                               _ ("Send Now"),
                               _ ("Send Now: say it into the turn that runs (Ctrl+Enter)"));
  self->send = gtk_button_new_with_label (_ ("Send"));
  gtk_widget_add_css_class (self->plan, "flat");
  gtk_widget_set_tooltip_text (
    self->plan,
    _ ("Only Plan: the agent reads and plans, and changes nothing (Ctrl+Shift+P)"));
  gtk_widget_set_visible (self->stop, FALSE);
  gtk_widget_set_visible (self->now, FALSE);
  gtk_widget_add_css_class (self->send, "suggested-action");
  g_signal_connect_object (attach, "clicked", G_CALLBACK (attach_cb), self, 0);
  g_signal_connect_object (self->plan, "toggled", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (self->stop, "clicked", G_CALLBACK (stop_cb), self, 0);
  g_signal_connect_object (self->now, "clicked", G_CALLBACK (now_cb), self, 0);
  g_signal_connect_object (self->send, "clicked", G_CALLBACK (send_cb), self, 0);
  gtk_box_append (GTK_BOX (self->bar), attach);
  gtk_box_append (GTK_BOX (self->bar), self->plan);
  gtk_box_append (GTK_BOX (self->bar), gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));
  gtk_widget_set_hexpand (gtk_widget_get_last_child (self->bar), TRUE);
  gtk_box_append (GTK_BOX (self->bar), self->stop);
  gtk_box_append (GTK_BOX (self->bar), self->now);
  gtk_box_append (GTK_BOX (self->bar), self->send);
}

static void
ship_composer_measure (GtkWidget     *widget,
                       GtkOrientation orientation,
                       int            for_size,
                       int           *minimum,
                       int           *natural,
                       int           *minimum_baseline,
                       int           *natural_baseline)
{
  gtk_widget_measure (SHIP_COMPOSER (widget)->box,
                      orientation,
                      for_size,
                      minimum,
                      natural,
                      minimum_baseline,
                      natural_baseline);
}

/* A popover has to be told when what it belongs to is moved. */
static void
ship_composer_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShipComposer *self = SHIP_COMPOSER (widget);

  gtk_widget_allocate (self->box, width, height, baseline, NULL);
  gtk_popover_present (GTK_POPOVER (self->completion));
}

static GtkSizeRequestMode
ship_composer_get_request_mode (GtkWidget *widget)
{
  return gtk_widget_get_request_mode (SHIP_COMPOSER (widget)->box);
}

static void
ship_composer_dispose (GObject *object)
{
  ShipComposer *self = SHIP_COMPOSER (object);

  if (self->drafts != NULL)
    g_signal_handlers_disconnect_by_data (self->drafts, self);
  if (self->drafts != NULL && self->left == NULL)
    self->left = new_row (self);
  g_clear_pointer (&self->completion, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_composer_parent_class)->dispose (object);
}

static void
ship_composer_finalize (GObject *object)
{
  ShipComposer *self = SHIP_COMPOSER (object);

  g_ptr_array_unref (self->sending);
  g_clear_object (&self->drafts);
  g_clear_pointer (&self->left, ship_draft_row_free);
  g_free (self->session);
  g_free (self->restored);

  G_OBJECT_CLASS (ship_composer_parent_class)->finalize (object);
}

static void
init_signals (void)
{
  signals[SEND] = g_signal_new ("send",
                                SHIP_TYPE_COMPOSER,
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                2,
                                G_TYPE_STRING,
                                G_TYPE_VARIANT);
  for (guint i = STOP; i <= RECALL; i++)
    signals[i] = g_signal_new (i == STOP ? "stop" : "recall",
                               SHIP_TYPE_COMPOSER,
                               G_SIGNAL_RUN_LAST,
                               0,
                               NULL,
                               NULL,
                               NULL,
                               G_TYPE_NONE,
                               0);
  signals[FAILED] = g_signal_new ("failed",
                                  SHIP_TYPE_COMPOSER,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);
}

static void
ship_composer_class_init (ShipComposerClass *klass)
{
  GtkWidgetClass       *widget_class = GTK_WIDGET_CLASS (klass);
  const GdkModifierType both = GDK_CONTROL_MASK | GDK_SHIFT_MASK;

  G_OBJECT_CLASS (klass)->dispose = ship_composer_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_composer_finalize;
  widget_class->measure = ship_composer_measure;
  widget_class->size_allocate = ship_composer_size_allocate;
  widget_class->get_request_mode = ship_composer_get_request_mode;
  gtk_widget_class_set_css_name (widget_class, "composer");
  gtk_widget_class_add_binding (widget_class, GDK_KEY_p, both, plan_shortcut_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_a, both, attach_shortcut_cb, NULL);
  init_signals ();
}

static void
ship_composer_init (ShipComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkTextView        *view;

  self->sending = g_ptr_array_new_with_free_func (sending_free);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->files = ship_attachment_bar_new ();
  self->prompt = SHIP_PROMPT_VIEW (
    ship_prompt_view_new (_ ("Message"), _ ("Describe what should be done"), MAX_HEIGHT));
  self->completion = ship_completion_new (self->prompt);
  init_bar (self);
  gtk_box_append (GTK_BOX (self->box), self->files);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->prompt));
  gtk_box_append (GTK_BOX (self->box), self->bar);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_parent (self->completion, GTK_WIDGET (self));
  view = ship_prompt_view_get_text_view (self->prompt);
  ship_attachment_intake_connect (SHIP_ATTACHMENT_BAR (self->files), view, GTK_WIDGET (self));
  g_signal_connect_object (self->prompt, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (self->prompt, "submit", G_CALLBACK (submit_cb), self, 0);
  g_signal_connect_object (self->files, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (self->files, "failed", G_CALLBACK (files_failed_cb), self, 0);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  update (self);
}

GtkWidget *
ship_composer_new (void)
{
  return g_object_new (SHIP_TYPE_COMPOSER, NULL);
}

char *
ship_composer_dup_text (ShipComposer *self)
{
  g_return_val_if_fail (SHIP_IS_COMPOSER (self), NULL);

  return ship_prompt_view_dup_text (self->prompt);
}

gboolean
ship_composer_is_empty (ShipComposer *self)
{
  GtkTextView *view;

  g_return_val_if_fail (SHIP_IS_COMPOSER (self), TRUE);

  view = ship_prompt_view_get_text_view (self->prompt);
  return gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (view)) == 0 &&
         ship_attachment_bar_get_items (SHIP_ATTACHMENT_BAR (self->files))->len == 0;
}

void
ship_composer_add_text (ShipComposer *self, const char *text)
{
  g_autofree char *written = NULL;
  g_autoptr (GString) both = NULL;

  g_return_if_fail (SHIP_IS_COMPOSER (self));

  written = ship_prompt_view_dup_text (self->prompt);
  both = g_string_new (written);
  add_paragraph (both, text);
  ship_prompt_view_set_text (self->prompt, both->str);
}

const char *
ship_composer_get_mode (ShipComposer *self)
{
  g_return_val_if_fail (SHIP_IS_COMPOSER (self), BUILD);

  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->plan)) ? PLAN : BUILD;
}

void
ship_composer_set_mode (ShipComposer *self, const char *mode)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->plan), g_str_equal (mode, PLAN));
}

void
ship_composer_set_working (ShipComposer *self, gboolean is_working)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));

  self->is_working = is_working;
  gtk_widget_set_visible (self->stop, is_working);
  gtk_widget_set_visible (self->now, is_working);
  gtk_button_set_label (GTK_BUTTON (self->send), is_working ? _ ("Queue") : _ ("Send"));
  gtk_widget_set_tooltip_text (self->send,
                               is_working ? _ ("Send it when the agent has done what it is at")
                                          : NULL);
  ship_prompt_view_set_placeholder (self->prompt,
                                    is_working ? _ ("Write what should be done next")
                                               : _ ("Describe what should be done"));
}

void
ship_composer_set_model_widget (ShipComposer *self, GtkWidget *widget)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));
  g_return_if_fail (GTK_IS_WIDGET (widget));

  gtk_box_insert_child_after (GTK_BOX (self->bar), widget, self->plan);
}

void
ship_composer_set_matcher (ShipComposer *self, ShipFileMatcher *matcher)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));

  ship_completion_set_matcher (SHIP_COMPLETION (self->completion), matcher);
}

void
ship_composer_set_agent_commands (ShipComposer *self, const char *const *commands)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));

  ship_completion_set_agent_commands (SHIP_COMPLETION (self->completion), commands);
}

void
ship_composer_focus (ShipComposer *self)
{
  g_return_if_fail (SHIP_IS_COMPOSER (self));

  ship_prompt_view_focus (self->prompt);
}
