/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-entry-row.h"

#include "transcript/ship-attachment-chip.h"
#include "transcript/ship-entry-menu.h"
#include "transcript/ship-entry-text.h"
#include "transcript/ship-highlight.h"
#include "transcript/ship-markdown-view.h"
#include "transcript/ship-tool-card.h"
#include "transcript/ship-turn-row.h"
#include "widgets/ship-lead-row.h"

#include <glib/gi18n-lib.h>
#include <time.h>

#define SHORT_COMMIT 8

/* An update is paid back before the next: so much of the time, and not more often than that. */
#define PAUSE_FACTOR   12
#define LEAST_PAUSE_US (30 * 1000)
#define MOST_PAUSE_US  (400 * 1000)
#define PIECE_BYTES    500

struct _ShipEntryRow
{
  GtkWidget            parent_instance;
  ShipTranscript      *transcript; /* (owned) */
  ShipTranscriptEntry *entry;      /* (owned) */
  GtkWidget           *box;        /* (unowned): the only child */
  GtkWidget           *check;      /* (unowned): to choose the row by */
  GtkWidget           *content;    /* (unowned): what the update of the kind fills in */
  GtkWidget           *extra;      /* (unowned) (nullable) */
  char                *marked;     /* (owned) (nullable): the text that is highlighted */
  void (*update) (ShipEntryRow *self);
  guint    tick;    /* of an update that is due */
  guint    timeout; /* before one */
  gulong   painted; /* the handler that waits for the end of a frame */
  gint64   started; /* the frame with an update; the same */
  gint64   not_before;
  gboolean is_dirty;
  gboolean is_in_sight;
  gboolean is_held;
  gboolean is_opened;  /* reasoning */
  gboolean is_growing; /* it is shown while it is written */
  gsize    n_shown;    /* bytes of its text */
};

enum
{
  RESIZING,
  STEPS,
  SELECTED,
  MAKE_TASK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipEntryRow, ship_entry_row, GTK_TYPE_WIDGET)

/* --- a prompt of the user --- */

static void
update_prompt (ShipEntryRow *self)
{
  const char *status = ship_transcript_entry_get_status (self->entry);
  const char *word = NULL;

  gtk_label_set_text (GTK_LABEL (self->content), ship_transcript_entry_get_text (self->entry));
  if (g_strcmp0 (status, "pending") == 0)
    word = _ ("In the queue");
  else if (g_strcmp0 (status, "failed") == 0)
    word = _ ("Not finished");
  else if (g_strcmp0 (status, "cancelled") == 0)
    word = _ ("Stopped");
  else if (g_strcmp0 (status, "waiting") == 0)
    word = _ ("The agent has not read this yet");
  else if (g_strcmp0 (status, "dropped") == 0)
    word = _ ("The agent was stopped before it read this");
  gtk_label_set_text (GTK_LABEL (self->extra), word != NULL ? word : "");
  gtk_widget_set_visible (self->extra, word != NULL);
}

static GtkWidget *
new_prompt (ShipEntryRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->content = gtk_label_new (NULL);
  self->extra = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->content), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->content), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->content), TRUE);
  gtk_widget_set_can_focus (self->content, FALSE);
  gtk_label_set_xalign (GTK_LABEL (self->content), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (self->content), 60);
  gtk_widget_add_css_class (self->content, "bubble");
  gtk_widget_set_halign (self->content, GTK_ALIGN_END);
  gtk_widget_add_css_class (self->extra, "caption");
  gtk_widget_add_css_class (self->extra, "dim-label");
  gtk_widget_set_halign (self->extra, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (box), self->content);
  gtk_box_append (GTK_BOX (box), self->extra);
  gtk_widget_add_css_class (box, "prompt");
  self->update = update_prompt;

  return box;
}

/* --- what the agent says --- */

/* Where a piece of @text from @start on ends that takes one frame: at the end of a line, if there
 * is one in reach. */
static gsize
find_piece (const char *text, gsize start, gsize length)
{
  gsize       end = start + PIECE_BYTES;
  const char *line;

  if (end + PIECE_BYTES >= length)
    return length;
  line = memchr (text + end, '\n', PIECE_BYTES);

  return line != NULL ? (gsize) (line + 1 - text)
                      : (gsize) (g_utf8_find_next_char (text + end, NULL) - text);
}

/* What came in a burst is shown piece by piece, so that no frame waits for it. */
static void
grow_markdown (ShipEntryRow *self, const char *text, gsize length)
{
  gsize end = find_piece (text, self->n_shown, length);

  if (end == length)
    {
      ship_markdown_view_grow_text (SHIP_MARKDOWN_VIEW (self->content), text);
    }
  else
    {
      g_autofree char *piece = g_strndup (text, end);

      ship_markdown_view_grow_text (SHIP_MARKDOWN_VIEW (self->content), piece);
      self->is_dirty = TRUE;
    }
  self->n_shown = end;
}

static void
update_markdown (ShipEntryRow *self)
{
  const char *text = ship_transcript_entry_get_text (self->entry);
  gsize       length = strlen (text);
  gboolean    is_ended = ship_transcript_entry_is_ended (self->entry);

  if (length < self->n_shown)
    self->n_shown = 0;
  if (is_ended && (!self->is_growing || length - self->n_shown < 2 * PIECE_BYTES))
    {
      self->is_growing = FALSE;
      self->n_shown = length;
      ship_markdown_view_set_text (SHIP_MARKDOWN_VIEW (self->content), text);
      return;
    }
  self->is_growing = TRUE;
  grow_markdown (self, text, length);
}

static GtkWidget *
new_answer (ShipEntryRow *self)
{
  self->content = ship_markdown_view_new ();
  self->update = update_markdown;

  return self->content;
}

static void
update_reasoning (ShipEntryRow *self)
{
  gint64           ms = ship_transcript_entry_get_duration_ms (self->entry);
  g_autofree char *label = NULL;

  if (ship_transcript_entry_is_ended (self->entry) && ms >= 0)
    label = g_strdup_printf (_ ("Thought for %.0f s"), (double) ms / 1000.0);
  else if (ship_transcript_entry_is_ended (self->entry))
    label = g_strdup (_ ("Thought"));
  else
    label = g_strdup (_ ("Thinking…"));
  gtk_expander_set_label (GTK_EXPANDER (self->extra), label);
  if (self->is_opened)
    update_markdown (self);
}

static void
expanded_cb (GtkExpander *expander, GParamSpec *pspec, ShipEntryRow *self)
{
  g_signal_emit (self, signals[RESIZING], 0);
  self->is_opened = gtk_expander_get_expanded (expander);
  if (self->is_opened)
    update_markdown (self);
}

static GtkWidget *
new_reasoning (ShipEntryRow *self)
{
  self->extra = gtk_expander_new (NULL);
  self->content = ship_markdown_view_new ();
  gtk_widget_add_css_class (self->extra, "reasoning");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->extra),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Reasoning"),
                                  -1);
  gtk_expander_set_child (GTK_EXPANDER (self->extra), self->content);
  g_signal_connect_object (self->extra, "notify::expanded", G_CALLBACK (expanded_cb), self, 0);
  self->update = update_reasoning;

  return self->extra;
}

static void
update_tool (ShipEntryRow *self)
{
  ship_tool_card_update (SHIP_TOOL_CARD (self->content), self->entry);
}

static void
resizing_cb (ShipToolCard *card, ShipEntryRow *self)
{
  g_signal_emit (self, signals[RESIZING], 0);
}

static void
steps_cb (ShipToolCard *card, gboolean are_shown, ShipEntryRow *self)
{
  g_signal_emit (self, signals[STEPS], 0, are_shown);
}

static GtkWidget *
new_tool (ShipEntryRow *self)
{
  self->content = ship_tool_card_new (self->transcript);
  g_signal_connect_object (self->content, "resizing", G_CALLBACK (resizing_cb), self, 0);
  g_signal_connect_object (self->content, "steps", G_CALLBACK (steps_cb), self, 0);
  self->update = update_tool;

  return self->content;
}

static void
update_nothing (ShipEntryRow *self)
{
}

static GtkWidget *
new_attachment (ShipEntryRow *self)
{
  self->update = update_nothing;
  return ship_attachment_chip_new (self->transcript, self->entry);
}

static void
update_turn (ShipEntryRow *self)
{
  ship_turn_row_update (SHIP_TURN_ROW (self->content), self->entry, self->is_held);
}

static GtkWidget *
new_turn (ShipEntryRow *self)
{
  self->content = ship_turn_row_new ();
  self->update = update_turn;

  return self->content;
}

/* --- what Ship says --- */

static void
update_line (ShipEntryRow *self)
{
  const char *text = ship_transcript_entry_get_text (self->entry);

  if (g_str_equal (ship_transcript_entry_get_kind (self->entry), "commit"))
    {
      g_autofree char *sentence = g_strdup_printf (_ ("Committed %.*s"), SHORT_COMMIT, text);

      gtk_label_set_text (GTK_LABEL (self->content), sentence);
      gtk_widget_set_tooltip_text (self->content, text);
      return;
    }
  gtk_label_set_text (GTK_LABEL (self->content), text);
}

static GtkWidget *
new_line (ShipEntryRow *self)
{
  gboolean   is_commit = g_str_equal (ship_transcript_entry_get_kind (self->entry), "commit");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *image =
    gtk_image_new_from_icon_name (is_commit ? "emblem-ok-symbolic" : "dialog-information-symbolic");

  self->content = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->content), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->content), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->content), 0);
  gtk_label_set_selectable (GTK_LABEL (self->content), TRUE);
  gtk_widget_set_can_focus (self->content, FALSE);
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_widget_add_css_class (box, is_commit ? "commit" : "notice");
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), self->content);
  if (is_commit)
    {
      GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");

      gtk_widget_add_css_class (copy, "flat");
      gtk_widget_add_css_class (copy, "small");
      gtk_widget_set_tooltip_text (copy, _ ("Copy Commit"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (copy),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Copy Commit"),
                                      -1);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (copy), "message.copy");
      gtk_box_append (GTK_BOX (box), copy);
      gtk_widget_set_valign (image, GTK_ALIGN_CENTER);
    }
  self->update = update_line;

  return box;
}

/* clang-format off */
static const struct { const char *kind; GtkWidget *(*make) (ShipEntryRow *self); const char *name; } kinds[] = {
  { "prompt",     new_prompt,     N_ ("You") },
  { "steer",      new_prompt,     N_ ("You") },
  { "text",       new_answer,     N_ ("Agent") },
  { "reasoning",  new_reasoning,  N_ ("Agent’s Thoughts") },
  { "tool",       new_tool,       N_ ("Tool") },
  { "attachment", new_attachment, N_ ("Attachment") },
  { "turn",       new_turn,       N_ ("End of the Turn") },
};
/* clang-format on */

static GtkWidget *
make_child (ShipEntryRow *self)
{
  const char *kind = ship_transcript_entry_get_kind (self->entry);
  const char *name = _ ("Notice");
  GtkWidget  *child = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds) && child == NULL; i++)
    if (g_str_equal (kinds[i].kind, kind))
      {
        name = _ (kinds[i].name);
        child = kinds[i].make (self);
      }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  return child != NULL ? child : new_line (self);
}

/* --- following the entry --- */

static void schedule (ShipEntryRow *self);

static void
update_now (ShipEntryRow *self)
{
  self->is_dirty = FALSE;
  self->update (self);
  if (self->marked != NULL)
    ship_highlight_mark (self->box, self->marked);
}

static gint64
get_processor_us (void)
{
  struct timespec spent;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &spent);
  return (gint64) spent.tv_sec * G_USEC_PER_SEC + spent.tv_nsec / 1000;
}

/* What an update costs shows when the frame is done: text, layout and paint. */
static void
painted_cb (GdkFrameClock *clock, ShipEntryRow *self)
{
  gint64 cost = get_processor_us () - self->started;

  self->not_before =
    g_get_monotonic_time () + CLAMP (cost * PAUSE_FACTOR, LEAST_PAUSE_US, MOST_PAUSE_US);
  g_clear_signal_handler (&self->painted, clock);
  schedule (self);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  ShipEntryRow *self = SHIP_ENTRY_ROW (widget);

  self->tick = 0;
  if (!self->is_in_sight)
    return G_SOURCE_REMOVE;
  self->started = get_processor_us ();
  if (self->painted == 0)
    self->painted = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), self);
  update_now (self);

  return G_SOURCE_REMOVE;
}

static gboolean
timeout_cb (gpointer user_data)
{
  ShipEntryRow *self = SHIP_ENTRY_ROW (user_data);

  self->timeout = 0;
  schedule (self);

  return G_SOURCE_REMOVE;
}

static void
schedule (ShipEntryRow *self)
{
  gint64 left = self->not_before - g_get_monotonic_time ();

  if (!self->is_dirty || !self->is_in_sight || self->tick != 0 || self->timeout != 0)
    return;
  if (left > 1000)
    self->timeout = g_timeout_add ((guint) (left / 1000), timeout_cb, self);
  else
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
changed_cb (ShipTranscriptEntry *entry, GParamSpec *pspec, ShipEntryRow *self)
{
  self->is_dirty = TRUE;
  schedule (self);
}

static void
stop_following (ShipEntryRow *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (clock != NULL)
    g_clear_signal_handler (&self->painted, clock);
  self->painted = 0;
}

static void
ship_entry_row_unrealize (GtkWidget *widget)
{
  stop_following (SHIP_ENTRY_ROW (widget));
  GTK_WIDGET_CLASS (ship_entry_row_parent_class)->unrealize (widget);
}

/* --- what is done with it --- */

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *text = ship_entry_to_markdown (SHIP_ENTRY_ROW (widget)->entry);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

static void
make_task_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[MAKE_TASK], 0);
}

static void
select_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ship_entry_row_set_selected (SHIP_ENTRY_ROW (widget), TRUE);
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShipEntryRow *self = SHIP_ENTRY_ROW (widget);

  ship_entry_menu_popup (widget, self->entry, -1, -1);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, ShipEntryRow *self)
{
  GdkEvent       *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));
  GdkModifierType modifiers =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  if (event != NULL && gdk_event_triggers_context_menu (event))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      ship_entry_menu_popup (GTK_WIDGET (self), self->entry, x, y);
    }
  else if ((modifiers & GDK_CONTROL_MASK) != 0)
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      ship_entry_row_set_selected (self, !ship_entry_row_is_selected (self));
    }
}

static void
checked_cb (GtkCheckButton *check, GParamSpec *pspec, ShipEntryRow *self)
{
  if (gtk_check_button_get_active (check))
    gtk_widget_add_css_class (GTK_WIDGET (self), "chosen");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "chosen");
  g_signal_emit (self, signals[SELECTED], 0);
}

/* The arrows come to the row itself. Tab comes to what can be used in it, and to the last row of
 * all, so that there is a way in. */
static gboolean
ship_entry_row_focus (GtkWidget *widget, GtkDirectionType direction)
{
  GtkWidget *box = SHIP_ENTRY_ROW (widget)->box;
  GtkWidget *next = gtk_widget_get_next_sibling (widget);
  gboolean   is_stop = next == NULL || !SHIP_IS_ENTRY_ROW (next);
  gboolean   is_inside = gtk_widget_get_focus_child (widget) != NULL;

  if (direction == GTK_DIR_TAB_FORWARD)
    {
      if (is_stop && !is_inside && !gtk_widget_is_focus (widget))
        return gtk_widget_grab_focus (widget);
      return gtk_widget_child_focus (box, direction);
    }
  if (gtk_widget_is_focus (widget))
    return FALSE;
  if (direction == GTK_DIR_TAB_BACKWARD)
    return gtk_widget_child_focus (box, direction) || (is_stop && gtk_widget_grab_focus (widget));

  return !is_inside && gtk_widget_grab_focus (widget);
}

/* --- the widget --- */

static void
ship_entry_row_dispose (GObject *object)
{
  ShipEntryRow *self = SHIP_ENTRY_ROW (object);

  stop_following (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->entry);
  g_clear_object (&self->transcript);

  G_OBJECT_CLASS (ship_entry_row_parent_class)->dispose (object);
}

static void
ship_entry_row_finalize (GObject *object)
{
  g_free (SHIP_ENTRY_ROW (object)->marked);

  G_OBJECT_CLASS (ship_entry_row_parent_class)->finalize (object);
}

static void
install_signal (ShipEntryRowClass *klass, guint id, const char *name)
{
  signals[id] = g_signal_new (name,
                              SHIP_TYPE_ENTRY_ROW,
                              G_SIGNAL_RUN_LAST,
                              0,
                              NULL,
                              NULL,
                              NULL,
                              G_TYPE_NONE,
                              0);
}

static void
ship_entry_row_class_init (ShipEntryRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_entry_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_entry_row_finalize;
  widget_class->focus = ship_entry_row_focus;
  widget_class->unrealize = ship_entry_row_unrealize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "entryrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_widget_class_install_action (widget_class, "message.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "message.make-task", NULL, make_task_action);
  gtk_widget_class_install_action (widget_class, "message.select", NULL, select_action);
  gtk_widget_class_install_action (widget_class, "message.menu", NULL, menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "message.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class,
                                       GDK_KEY_F10,
                                       GDK_SHIFT_MASK,
                                       "message.menu",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class,
                                       GDK_KEY_c,
                                       GDK_CONTROL_MASK,
                                       "message.copy",
                                       NULL);
  install_signal (klass, RESIZING, "resizing");
  install_signal (klass, SELECTED, "selected");
  install_signal (klass, MAKE_TASK, "make-task");
  signals[STEPS] = g_signal_new ("steps",
                                 SHIP_TYPE_ENTRY_ROW,
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
ship_entry_row_init (ShipEntryRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->is_in_sight = TRUE;
  self->check = gtk_check_button_new ();
  gtk_widget_set_visible (self->check, FALSE);
  gtk_widget_set_valign (self->check, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Select This Message"),
                                  -1);
  g_signal_connect_object (self->check, "notify::active", G_CALLBACK (checked_cb), self, 0);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
ship_entry_row_new (ShipTranscript *transcript, ShipTranscriptEntry *entry)
{
  ShipEntryRow *self = g_object_new (SHIP_TYPE_ENTRY_ROW, NULL);
  GtkWidget    *child;

  self->transcript = g_object_ref (transcript);
  self->entry = g_object_ref (entry);
  child = make_child (self);
  self->box = ship_lead_row_new (self->check, child);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  if (ship_transcript_entry_is_sub_agent (entry))
    gtk_widget_add_css_class (GTK_WIDGET (self), "sub-agent");
  g_signal_connect_object (entry, "notify", G_CALLBACK (changed_cb), self, 0);
  self->update (self);
  schedule (self);

  return GTK_WIDGET (self);
}

ShipTranscriptEntry *
ship_entry_row_get_entry (ShipEntryRow *self)
{
  g_return_val_if_fail (SHIP_IS_ENTRY_ROW (self), NULL);

  return self->entry;
}

void
ship_entry_row_set_in_sight (ShipEntryRow *self, gboolean is_in_sight)
{
  g_return_if_fail (SHIP_IS_ENTRY_ROW (self));

  self->is_in_sight = is_in_sight;
  schedule (self);
}

void
ship_entry_row_set_held (ShipEntryRow *self, gboolean is_held)
{
  g_return_if_fail (SHIP_IS_ENTRY_ROW (self));

  if (self->is_held == is_held || !SHIP_IS_TURN_ROW (self->content))
    return;
  self->is_held = is_held;
  update_turn (self);
}

void
ship_entry_row_set_steps (ShipEntryRow *self, guint n, gboolean are_shown)
{
  g_return_if_fail (SHIP_IS_ENTRY_ROW (self));

  if (self->content != NULL && SHIP_IS_TOOL_CARD (self->content))
    ship_tool_card_set_steps (SHIP_TOOL_CARD (self->content), n, are_shown);
}

void
ship_entry_row_set_selecting (ShipEntryRow *self, gboolean is_selecting)
{
  g_return_if_fail (SHIP_IS_ENTRY_ROW (self));

  gtk_widget_set_visible (self->check, is_selecting);
  if (!is_selecting)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), FALSE);
}

gboolean
ship_entry_row_is_selected (ShipEntryRow *self)
{
  g_return_val_if_fail (SHIP_IS_ENTRY_ROW (self), FALSE);

  return gtk_check_button_get_active (GTK_CHECK_BUTTON (self->check));
}

void
ship_entry_row_set_selected (ShipEntryRow *self, gboolean is_selected)
{
  g_return_if_fail (SHIP_IS_ENTRY_ROW (self));

  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), is_selected);
}

void
ship_entry_row_highlight (ShipEntryRow *self, const char *text, gboolean is_current)
{
  g_return_if_fail (SHIP_IS_ENTRY_ROW (self));

  if (g_strcmp0 (text, self->marked) != 0)
    {
      g_free (self->marked);
      self->marked = g_strdup (text);
      if (text != NULL && SHIP_IS_MARKDOWN_VIEW (self->content) && GTK_IS_EXPANDER (self->extra))
        gtk_expander_set_expanded (GTK_EXPANDER (self->extra), TRUE);
      ship_highlight_mark (self->box, text);
    }
  if (is_current)
    gtk_widget_add_css_class (GTK_WIDGET (self), "found");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "found");
}
