/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-conversation.h"

#include "transcript/ship-conversation-private.h"
#include "transcript/ship-entry-row.h"
#include "transcript/ship-entry-text.h"
#include "transcript/ship-retry-card.h"
#include "transcript/ship-row-column.h"
#include "transcript/ship-row-folding.h"
#include "transcript/ship-selection-bar.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/*
 * The rows are those of the transcript from @first on. A row is built once and stays: recycling
 * would lay out the text anew whenever it comes back, which is what takes the time. What fills the
 * view is built at once, what is above it bit by bit, in the frames that follow.
 */

#define ROWS_AT_FIRST 14
#define BUILD_US      5000 /* of a frame */
#define MOST_STEPS    200  /* of looking for an entry in a long task */

struct _ShipConversation
{
  GtkWidget               parent_instance;
  GtkWidget              *box;         /* (unowned): the only child */
  ShipConversationFinder *finder;      /* (owned) */
  GtkWidget              *scroller;    /* (unowned) */
  GtkWidget              *column;      /* (unowned) */
  GtkWidget              *earlier;     /* (unowned): a button, the first row */
  GtkWidget              *retry;       /* (unowned): the last row */
  GtkWidget              *jump;        /* (unowned): a revealer with a button */
  GtkWidget              *jump_label;  /* (unowned) */
  GtkWidget              *selection;   /* (unowned): a bar */
  GPtrArray              *rows;        /* (owned) (element-type ShipEntryRow) (unowned) */
  GHashTable             *unfolded;    /* (owned) (element-type utf8 int): agents by key, and how */
  ShipTranscript         *transcript;  /* (owned) (nullable) */
  ShipSessionHandle      *handle;      /* (owned) (nullable) */
  GCancellable           *cancellable; /* (owned) */
  char                   *wanted;      /* (owned) (nullable): the entry that is gone to */
  gint64                  wanted_task;
  guint                   n_steps; /* on the way to it */
  guint                   first;   /* of the model, that has a row */
  guint                   n_new;   /* that came while the reader was elsewhere */
  guint                   build;   /* the tick that makes the rows above */
  gboolean                is_loading;
};

enum
{
  FAILED,
  CHOOSE_MODEL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipConversation, ship_conversation, GTK_TYPE_WIDGET)

static ShipRowColumn *
get_column (ShipConversation *self)
{
  return SHIP_ROW_COLUMN (self->column);
}

void
ship_conversation_fail (ShipConversation *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

GPtrArray *
ship_conversation_get_rows (ShipConversation *self)
{
  return self->rows;
}

ShipTranscript *
ship_conversation_get_transcript (ShipConversation *self)
{
  return self->transcript;
}

ShipSessionHandle *
ship_conversation_get_handle (ShipConversation *self)
{
  return self->handle;
}

GCancellable *
ship_conversation_get_cancellable (ShipConversation *self)
{
  return self->cancellable;
}

void
ship_conversation_choose_model (ShipConversation *self)
{
  g_signal_emit (self, signals[CHOOSE_MODEL], 0);
}

ShipConversationFinder *
ship_conversation_get_finder (ShipConversation *self)
{
  return self->finder;
}

/* --- what is in sight --- */

static void show (ShipConversation *self, ShipTranscriptPlace place, gint64 task);

static void
sight_cb (GtkWidget *row, gboolean is_in_sight, gpointer user_data)
{
  if (SHIP_IS_ENTRY_ROW (row))
    ship_entry_row_set_in_sight (SHIP_ENTRY_ROW (row), is_in_sight);
}

static void
update_jump (ShipConversation *self)
{
  gboolean is_at_end = ship_row_column_is_at_end (get_column (self));
  gboolean has_later = self->transcript != NULL && ship_transcript_has_later (self->transcript);
  g_autofree char *text = NULL;

  if (is_at_end && !has_later)
    self->n_new = 0;
  text = self->n_new > 0 ? g_strdup_printf (_ ("%u New"), self->n_new) : g_strdup ("");
  if (g_strcmp0 (text, gtk_label_get_text (GTK_LABEL (self->jump_label))) != 0)
    gtk_label_set_text (GTK_LABEL (self->jump_label), text);
  gtk_widget_set_visible (self->jump_label, self->n_new > 0);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->jump), !is_at_end || has_later);
}

static gboolean
look_cb (gpointer user_data)
{
  ShipConversation *self = SHIP_CONVERSATION (user_data);

  if (self->box != NULL)
    update_jump (self);
  return G_SOURCE_REMOVE;
}

/* In the middle of a layout: nothing is changed here. */
static void
moved_cb (ShipRowColumn *column, ShipConversation *self)
{
  gboolean is_at_end = ship_row_column_is_at_end (column);

  ship_row_column_foreach (column, sight_cb, NULL);
  if (gtk_revealer_get_reveal_child (GTK_REVEALER (self->jump)) == is_at_end)
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, look_cb, g_object_ref (self), g_object_unref);
  if (self->transcript == NULL || self->is_loading || self->build != 0 || self->wanted != NULL)
    return;
  if (is_at_end && ship_transcript_has_later (self->transcript))
    show (self, SHIP_TRANSCRIPT_LATER, 0);
  else if (!is_at_end && ship_row_column_is_at_start (column) &&
           ship_transcript_has_earlier (self->transcript))
    show (self, SHIP_TRANSCRIPT_EARLIER, 0);
}

/* --- rows --- */

static void
fold_rows (ShipConversation *self)
{
  ship_rows_fold (self->rows, self->unfolded);
}

static void
update_held (ShipConversation *self)
{
  const char *state = self->handle != NULL ? ship_session_handle_get_state (self->handle) : "";
  gboolean    is_held = g_str_equal (state, "failed") || g_str_equal (state, "holding");

  for (guint i = self->rows->len; i > 0; i--)
    {
      ShipEntryRow        *row = self->rows->pdata[i - 1];
      ShipTranscriptEntry *entry = ship_entry_row_get_entry (row);

      if (!g_str_equal (ship_transcript_entry_get_kind (entry), "turn"))
        continue;
      ship_entry_row_set_held (row, is_held);
      is_held = FALSE; /* only what was last waits for the user */
    }
}

static void
resizing_cb (ShipEntryRow *row, ShipConversation *self)
{
  ship_row_column_hold (get_column (self), GTK_WIDGET (row));
}

static void
steps_cb (ShipEntryRow *row, gboolean are_shown, ShipConversation *self)
{
  ShipTranscriptEntry *entry = ship_entry_row_get_entry (row);

  ship_row_column_hold (get_column (self), GTK_WIDGET (row));
  g_hash_table_insert (self->unfolded,
                       g_strdup (ship_transcript_entry_get_key (entry)),
                       GINT_TO_POINTER (are_shown));
  fold_rows (self);
}

static void selected_cb (ShipEntryRow *row, ShipConversation *self);

/* @position: of the model */
static void
insert_row (ShipConversation *self, guint position)
{
  g_autoptr (ShipTranscriptEntry) entry =
    g_list_model_get_item (G_LIST_MODEL (self->transcript), position);
  GtkWidget *row = ship_entry_row_new (self->transcript, entry);
  guint      i = position - self->first;

  g_signal_connect_object (row, "resizing", G_CALLBACK (resizing_cb), self, 0);
  g_signal_connect_object (row, "steps", G_CALLBACK (steps_cb), self, 0);
  g_signal_connect_object (row, "selected", G_CALLBACK (selected_cb), self, 0);
  g_signal_connect_object (row,
                           "make-task",
                           G_CALLBACK (ship_conversation_make_task),
                           self,
                           G_CONNECT_SWAPPED);
  ship_row_column_insert (get_column (self), row, i > 0 ? self->rows->pdata[i - 1] : self->earlier);
  g_ptr_array_insert (self->rows, (int) i, row);
  if (gtk_widget_get_visible (self->selection))
    ship_entry_row_set_selecting (SHIP_ENTRY_ROW (row), TRUE);
}

static void
rows_changed (ShipConversation *self)
{
  gboolean has_earlier =
    self->first > 0 || (self->transcript != NULL && ship_transcript_has_earlier (self->transcript));

  gtk_widget_set_visible (self->earlier, has_earlier);
  fold_rows (self);
  update_held (self);
  ship_conversation_finder_mark (self->finder);
}

static void
remove_rows (ShipConversation *self, guint i, guint n)
{
  for (; n > 0 && i < self->rows->len; n--)
    ship_row_column_remove (get_column (self), g_ptr_array_steal_index (self->rows, i));
}

static void
build_to (ShipConversation *self, guint position, gint64 deadline)
{
  while (self->first > position && (deadline == 0 || g_get_monotonic_time () < deadline))
    {
      self->first--;
      insert_row (self, self->first);
    }
  rows_changed (self);
}

static gboolean
build_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  ShipConversation *self = SHIP_CONVERSATION (widget);

  build_to (self, 0, g_get_monotonic_time () + BUILD_US);
  if (self->first > 0)
    return G_SOURCE_CONTINUE;
  self->build = 0;

  return G_SOURCE_REMOVE;
}

static void
build_rest (ShipConversation *self)
{
  if (self->first > 0 && self->build == 0)
    self->build = gtk_widget_add_tick_callback (GTK_WIDGET (self), build_cb, NULL, NULL);
}

static void
items_changed_cb (GListModel       *model,
                  guint             position,
                  guint             removed,
                  guint             added,
                  ShipConversation *self)
{
  /* What changes above the first row only moves it; what comes there is built later. */
  guint    above = position < self->first ? MIN (removed, self->first - position) : 0;
  gboolean is_above = removed == above && (position < self->first ||
                                           (position == 0 && self->rows->len > 0 && removed == 0));

  if (is_above)
    {
      self->first = self->first - above + added;
      build_rest (self);
      rows_changed (self);
      return;
    }
  self->first -= above;
  remove_rows (self, MAX (position, self->first) - self->first, removed - above);
  for (guint i = 0; i < added; i++)
    insert_row (self, MAX (position, self->first) + i);
  if (!ship_row_column_is_at_end (get_column (self)) &&
      position + added == g_list_model_get_n_items (model) && !self->is_loading)
    self->n_new += added;
  rows_changed (self);
  update_jump (self);
}

/* --- other parts of it --- */

static void go_on (ShipConversation *self);

static void
shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipConversation) self = SHIP_CONVERSATION (user_data);
  g_autoptr (GError) error = NULL;

  self->is_loading = FALSE;
  if (!ship_transcript_show_finish (SHIP_TRANSCRIPT (object), result, &error))
    {
      g_clear_pointer (&self->wanted, g_free);
      ship_conversation_fail (self, error);
      return;
    }
  if (self->box == NULL || G_OBJECT (self->transcript) != object)
    return;
  rows_changed (self);
  if (self->wanted != NULL)
    go_on (self);
}

static void
show (ShipConversation *self, ShipTranscriptPlace place, gint64 task)
{
  if (place == SHIP_TRANSCRIPT_LATER)
    ship_row_column_stay (get_column (self));
  self->is_loading = TRUE;
  ship_transcript_show_async (self->transcript,
                              place,
                              task,
                              self->cancellable,
                              shown_cb,
                              g_object_ref (self));
}

static guint
find_entry (ShipConversation *self, const char *key)
{
  GListModel *model = G_LIST_MODEL (self->transcript);
  guint       n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (model, i);

      if (g_str_equal (ship_transcript_entry_get_key (entry), key))
        return i;
    }

  return G_MAXUINT;
}

/* What an agent did below another is unfolded on the way to it. */
static void
unfold_to (ShipConversation *self, ShipTranscriptEntry *entry)
{
  const char *parent = ship_transcript_entry_get_parent_key (entry);

  for (guint i = self->rows->len; i > 0 && parent != NULL; i--)
    {
      ShipTranscriptEntry *above = ship_entry_row_get_entry (self->rows->pdata[i - 1]);

      if (!g_str_equal (ship_transcript_entry_get_key (above), parent))
        continue;
      g_hash_table_insert (self->unfolded, g_strdup (parent), GINT_TO_POINTER (TRUE));
      parent = ship_transcript_entry_get_parent_key (above);
    }
  fold_rows (self);
}

/* The entry that is wanted is here; or the part of the conversation where it is has to be read: its
 * task, and of a long one what follows. */
static void
go_on (ShipConversation *self)
{
  guint position = find_entry (self, self->wanted);

  if (position != G_MAXUINT)
    {
      GtkWidget *row;

      build_to (self, MIN (position, self->first), 0);
      row = self->rows->pdata[position - self->first];
      unfold_to (self, ship_entry_row_get_entry (SHIP_ENTRY_ROW (row)));
      ship_row_column_scroll_to (get_column (self), row);
      ship_conversation_finder_mark (self->finder);
      g_clear_pointer (&self->wanted, g_free);
    }
  else if (self->n_steps == 0 && self->wanted_task != 0)
    {
      show (self, SHIP_TRANSCRIPT_TASK, self->wanted_task);
    }
  else if (self->n_steps < MOST_STEPS && ship_transcript_has_later (self->transcript))
    {
      show (self, SHIP_TRANSCRIPT_LATER, 0);
    }
  else
    {
      g_clear_pointer (&self->wanted, g_free);
    }
  self->n_steps++;
}

void
ship_conversation_go_to (ShipConversation *self, const char *key, gint64 task)
{
  if (self->transcript == NULL)
    return;
  g_free (self->wanted);
  self->wanted = g_strdup (key);
  self->wanted_task = task;
  self->n_steps = 0;
  if (!self->is_loading)
    go_on (self);
}

static void
show_earlier_cb (GtkButton *button, ShipConversation *self)
{
  if (!self->is_loading && ship_transcript_has_earlier (self->transcript))
    show (self, SHIP_TRANSCRIPT_EARLIER, 0);
}

static void
jump_cb (GtkButton *button, ShipConversation *self)
{
  ship_conversation_scroll_to_end (self);
}

/* --- what is done with messages --- */

static void
selected_cb (ShipEntryRow *row, ShipConversation *self)
{
  guint n = 0;

  for (guint i = 0; i < self->rows->len; i++)
    n += ship_entry_row_is_selected (self->rows->pdata[i]);
  if (n > 0 && !gtk_widget_get_visible (self->selection))
    for (guint i = 0; i < self->rows->len; i++)
      ship_entry_row_set_selecting (self->rows->pdata[i], TRUE);
  ship_selection_bar_set_count (SHIP_SELECTION_BAR (self->selection), n);
}

static void
unselect_cb (ShipSelectionBar *bar, ShipConversation *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    ship_entry_row_set_selecting (self->rows->pdata[i], FALSE);
}

static void
copy_cb (ShipSelectionBar *bar, ShipConversation *self)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    if (ship_entry_row_is_selected (self->rows->pdata[i]))
      g_ptr_array_add (entries, ship_entry_row_get_entry (self->rows->pdata[i]));
  text = ship_entries_to_markdown (entries);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  unselect_cb (bar, self);
}

/* --- keys --- */

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        ShipConversation      *self)
{
  GtkAdjustment *adjustment =
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  double value = gtk_adjustment_get_value (adjustment);
  double page = gtk_adjustment_get_page_increment (adjustment);

  if ((modifiers & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Page_Up || key == GDK_KEY_KP_Page_Up)
    gtk_adjustment_set_value (adjustment, value - page);
  else if (key == GDK_KEY_Page_Down || key == GDK_KEY_KP_Page_Down)
    gtk_adjustment_set_value (adjustment, value + page);
  else if (key == GDK_KEY_Home || key == GDK_KEY_KP_Home)
    gtk_adjustment_set_value (adjustment, 0);
  else if (key == GDK_KEY_End || key == GDK_KEY_KP_End)
    ship_conversation_scroll_to_end (self);
  else if (key == GDK_KEY_Escape && gtk_widget_get_visible (self->selection))
    unselect_cb (SHIP_SELECTION_BAR (self->selection), self);
  else
    return GDK_EVENT_PROPAGATE;

  return GDK_EVENT_STOP;
}

/* clang-format off */
static const struct { guint key; GdkModifierType modifiers; const char *action; int step; } shortcuts[] = {
  { GDK_KEY_f, GDK_CONTROL_MASK,                  "conversation.find",      0 },
  { GDK_KEY_g, GDK_CONTROL_MASK,                  "conversation.find-step", 1 },
  { GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "conversation.find-step", -1 },
};
/* clang-format on */

static void
add_keys (ShipConversation *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *global = gtk_shortcut_controller_new ();

  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (self->scroller, keys);
  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (global), GTK_SHORTCUT_SCOPE_GLOBAL);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      GtkShortcut *shortcut =
        gtk_shortcut_new (gtk_keyval_trigger_new (shortcuts[i].key, shortcuts[i].modifiers),
                          gtk_named_action_new (shortcuts[i].action));

      if (shortcuts[i].step != 0)
        gtk_shortcut_set_arguments (shortcut, g_variant_new_int32 (shortcuts[i].step));
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (global), shortcut);
    }
  gtk_widget_add_controller (GTK_WIDGET (self), global);
}

/* --- the widget --- */

static GtkWidget *
new_jump (ShipConversation *self)
{
  GtkWidget *revealer = gtk_revealer_new ();
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->jump_label = gtk_label_new (NULL);
  gtk_widget_set_visible (self->jump_label, FALSE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("go-bottom-symbolic"));
  gtk_box_append (GTK_BOX (box), self->jump_label);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "jump");
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

  return revealer;
}

static GtkWidget *
new_view (ShipConversation *self)
{
  GtkWidget *overlay = gtk_overlay_new ();

  self->column = ship_row_column_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->column),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Conversation"),
                                  -1);
  self->earlier = gtk_button_new_with_label (_ ("Show Earlier Messages"));
  gtk_widget_add_css_class (self->earlier, "flat");
  gtk_widget_set_halign (self->earlier, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->earlier, FALSE);
  g_signal_connect_object (self->earlier, "clicked", G_CALLBACK (show_earlier_cb), self, 0);
  self->retry = ship_retry_card_new ();
  ship_row_column_insert (get_column (self), self->earlier, NULL);
  ship_row_column_insert (get_column (self), self->retry, self->earlier);
  g_signal_connect_object (self->column, "moved", G_CALLBACK (moved_cb), self, 0);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->column);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  self->jump = new_jump (self);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->scroller);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->jump);

  return overlay;
}

static void
ship_conversation_dispose (GObject *object)
{
  ShipConversation *self = SHIP_CONVERSATION (object);

  g_cancellable_cancel (self->cancellable);
  if (self->transcript != NULL)
    g_signal_handlers_disconnect_by_data (self->transcript, self);
  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);
  if (self->build != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->build);
  self->build = 0;
  g_clear_pointer (&self->finder, ship_conversation_finder_free);
  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->transcript);
  g_clear_object (&self->handle);

  G_OBJECT_CLASS (ship_conversation_parent_class)->dispose (object);
}

static void
ship_conversation_finalize (GObject *object)
{
  ShipConversation *self = SHIP_CONVERSATION (object);

  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->unfolded);
  g_object_unref (self->cancellable);
  g_free (self->wanted);

  G_OBJECT_CLASS (ship_conversation_parent_class)->finalize (object);
}

static void
ship_conversation_class_init (ShipConversationClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_conversation_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_conversation_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  ship_conversation_install_actions (widget_class);

  signals[FAILED] = g_signal_new ("failed",
                                  SHIP_TYPE_CONVERSATION,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);
  signals[CHOOSE_MODEL] = g_signal_new ("choose-model",
                                        SHIP_TYPE_CONVERSATION,
                                        G_SIGNAL_RUN_LAST,
                                        0,
                                        NULL,
                                        NULL,
                                        NULL,
                                        G_TYPE_NONE,
                                        0);
}

static void
ship_conversation_init (ShipConversation *self)
{
  self->rows = g_ptr_array_new ();
  self->unfolded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
  self->finder = ship_conversation_finder_new (self);
  self->selection = ship_selection_bar_new ();
  g_signal_connect_object (self->selection, "copy", G_CALLBACK (copy_cb), self, 0);
  g_signal_connect_object (self->selection, "closed", G_CALLBACK (unselect_cb), self, 0);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), ship_conversation_finder_get_bar (self->finder));
  gtk_box_append (GTK_BOX (self->box), new_view (self));
  gtk_box_append (GTK_BOX (self->box), self->selection);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  add_keys (self);
}

GtkWidget *
ship_conversation_new (void)
{
  return g_object_new (SHIP_TYPE_CONVERSATION, NULL);
}

static void
state_cb (GObject *object, GParamSpec *pspec, ShipConversation *self)
{
  ship_retry_card_update (SHIP_RETRY_CARD (self->retry), self->handle);
  update_held (self);
}

void
ship_conversation_set_handle (ShipConversation *self, ShipSessionHandle *handle)
{
  g_return_if_fail (SHIP_IS_CONVERSATION (self));
  g_return_if_fail (self->handle == NULL);

  self->handle = g_object_ref (handle);
  g_signal_connect_object (handle, "notify::state", G_CALLBACK (state_cb), self, 0);
  state_cb (G_OBJECT (handle), NULL, self);
}

void
ship_conversation_set_transcript (ShipConversation *self, ShipTranscript *transcript)
{
  guint n = transcript != NULL ? g_list_model_get_n_items (G_LIST_MODEL (transcript)) : 0;

  g_return_if_fail (SHIP_IS_CONVERSATION (self));

  if (self->transcript != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->transcript, self);
      remove_rows (self, 0, G_MAXUINT);
    }
  g_set_object (&self->transcript, transcript);
  self->first = n;
  if (transcript == NULL)
    return;

  ship_row_column_scroll_to_end (get_column (self));
  build_to (self, n > ROWS_AT_FIRST ? n - ROWS_AT_FIRST : 0, 0);
  build_rest (self);
  g_signal_connect_object (transcript, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  if (self->wanted != NULL)
    go_on (self);
}

void
ship_conversation_scroll_to_end (ShipConversation *self)
{
  g_return_if_fail (SHIP_IS_CONVERSATION (self));

  if (self->transcript != NULL && ship_transcript_has_later (self->transcript))
    show (self, SHIP_TRANSCRIPT_LATEST, 0);
  ship_row_column_scroll_to_end (get_column (self));
}

void
ship_conversation_scroll_to_task (ShipConversation *self, gint64 task)
{
  g_autofree char *key = g_strdup_printf ("task-%" G_GINT64_FORMAT, task);

  g_return_if_fail (SHIP_IS_CONVERSATION (self));

  if (self->transcript != NULL)
    {
      ship_conversation_go_to (self, key, task);
      return;
    }
  g_free (self->wanted); /* once it is loaded */
  self->wanted = g_steal_pointer (&key);
  self->wanted_task = task;
}

void
ship_conversation_find (ShipConversation *self)
{
  g_return_if_fail (SHIP_IS_CONVERSATION (self));

  ship_conversation_finder_open (self->finder);
}
