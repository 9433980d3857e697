/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-queue-row.h"

#include "composer/ship-prompt-view.h"

#include <glib/gi18n-lib.h>

#define MAX_EDIT_HEIGHT 140
#define MAX_SHOWN       300 /* characters of a line that is cut anyway */

struct _ShipQueueRow
{
  GtkWidget  parent_instance;
  gint64     task;
  char      *text;   /* (owned) */
  GtkWidget *stack;  /* (unowned): the only child */
  GtkWidget *shown;  /* (unowned): a page: label and buttons */
  GtkWidget *label;  /* (unowned) */
  GtkWidget *now;    /* (unowned) */
  GtkWidget *prompt; /* (unowned) (nullable): a page, while it is edited */
  gboolean   is_command;
};

enum
{
  EDITED,
  LEFT,
  MOVE,
  REMOVED,
  SEND_NOW,
  DROPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipQueueRow, ship_queue_row, GTK_TYPE_WIDGET)

/* --- editing --- */

static void
leave (ShipQueueRow *self)
{
  if (self->prompt == NULL)
    return;
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->shown);
  gtk_stack_remove (GTK_STACK (self->stack), self->prompt);
  self->prompt = NULL;
  g_signal_emit (self, signals[LEFT], 0);
}

static void
submit_cb (ShipPromptView *prompt, gboolean now, ShipQueueRow *self)
{
  g_autofree char *text = ship_prompt_view_dup_text (prompt);

  if (!g_str_equal (text, self->text))
    g_signal_emit (self, signals[EDITED], 0, text);
  leave (self);
}

static gboolean
edit_key_cb (GtkEventControllerKey *controller,
             guint                  keyval,
             guint                  keycode,
             GdkModifierType        state,
             ShipQueueRow          *self)
{
  if (keyval != GDK_KEY_Escape || ship_prompt_view_is_composing (SHIP_PROMPT_VIEW (self->prompt)))
    return GDK_EVENT_PROPAGATE;

  leave (self);
  return GDK_EVENT_STOP;
}

void
ship_queue_row_edit (ShipQueueRow *self)
{
  GtkEventController *keys;

  g_return_if_fail (SHIP_IS_QUEUE_ROW (self));

  if (self->prompt == NULL)
    {
      self->prompt = ship_prompt_view_new (_ ("Waiting prompt"), NULL, MAX_EDIT_HEIGHT);
      ship_prompt_view_set_text (SHIP_PROMPT_VIEW (self->prompt), self->text);
      gtk_widget_set_tooltip_text (self->prompt, _ ("Enter keeps it, Escape leaves it as it was"));
      keys = gtk_event_controller_key_new ();
      gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
      g_signal_connect_object (keys, "key-pressed", G_CALLBACK (edit_key_cb), self, 0);
      gtk_widget_add_controller (self->prompt, keys);
      g_signal_connect_object (self->prompt, "submit", G_CALLBACK (submit_cb), self, 0);
      gtk_stack_add_child (GTK_STACK (self->stack), self->prompt);
      gtk_stack_set_visible_child (GTK_STACK (self->stack), self->prompt);
    }
  ship_prompt_view_focus (SHIP_PROMPT_VIEW (self->prompt));
}

static void
edit_cb (GtkButton *button, ShipQueueRow *self)
{
  ship_queue_row_edit (self);
}

/* --- the other ways --- */

static void
now_cb (GtkButton *button, ShipQueueRow *self)
{
  g_signal_emit (self, signals[SEND_NOW], 0);
}

static void
remove_cb (GtkButton *button, ShipQueueRow *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

static gboolean
move_shortcut_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  if (SHIP_QUEUE_ROW (widget)->prompt != NULL)
    return FALSE;
  g_signal_emit (widget, signals[MOVE], 0, g_variant_get_int32 (arguments));
  return TRUE;
}

static gboolean
edit_shortcut_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  if (!gtk_widget_has_focus (widget)) /* a button of it has its own use for Enter */
    return FALSE;
  ship_queue_row_edit (SHIP_QUEUE_ROW (widget));
  return TRUE;
}

static gboolean
remove_shortcut_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  if (SHIP_QUEUE_ROW (widget)->prompt != NULL)
    return FALSE;
  g_signal_emit (widget, signals[REMOVED], 0);
  return TRUE;
}

/* --- dragging --- */

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, ShipQueueRow *self)
{
  return gdk_content_provider_new_typed (G_TYPE_INT64, self->task);
}

static void
drag_begin_cb (GtkDragSource *source, GdkDrag *drag, ShipQueueRow *self)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, picture, 0, 0);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, ShipQueueRow *self)
{
  if (!G_VALUE_HOLDS (value, G_TYPE_INT64) || g_value_get_int64 (value) == self->task)
    return FALSE;

  g_signal_emit (self, signals[DROPPED], 0, g_value_get_int64 (value));
  return TRUE;
}

static GtkWidget *
new_handle (ShipQueueRow *self)
{
  GtkWidget     *handle = gtk_image_new_from_icon_name ("list-drag-handle-symbolic");
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INT64, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (prepare_cb), self, 0);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (drag_begin_cb), self, 0);
  gtk_widget_add_controller (handle, GTK_EVENT_CONTROLLER (source));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  gtk_widget_set_cursor_from_name (handle, "grab");
  gtk_widget_set_tooltip_text (handle, _ ("Drag to Reorder (Alt+Up, Alt+Down)"));
  gtk_widget_add_css_class (handle, "dim-label");

  return handle;
}

/* --- the widget --- */

static GtkWidget *
add_button (GtkWidget *box, const char *icon, const char *label, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label,
                                  -1);
  gtk_box_append (GTK_BOX (box), button);

  return button;
}

static void
ship_queue_row_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_QUEUE_ROW (object)->stack, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_queue_row_parent_class)->dispose (object);
}

static void
ship_queue_row_finalize (GObject *object)
{
  g_free (SHIP_QUEUE_ROW (object)->text);

  G_OBJECT_CLASS (ship_queue_row_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, GType type)
{
  return g_signal_new (name,
                       SHIP_TYPE_QUEUE_ROW,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       type != G_TYPE_NONE ? 1 : 0,
                       type);
}

static void
ship_queue_row_class_init (ShipQueueRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const guint     enters[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_F2 };
  const guint     deletes[] = { GDK_KEY_Delete, GDK_KEY_KP_Delete };

  G_OBJECT_CLASS (klass)->dispose = ship_queue_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_queue_row_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "queuerow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Up, GDK_ALT_MASK, move_shortcut_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Down, GDK_ALT_MASK, move_shortcut_cb, "i", 1);
  for (guint i = 0; i < G_N_ELEMENTS (enters); i++)
    gtk_widget_class_add_binding (widget_class, enters[i], 0, edit_shortcut_cb, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (deletes); i++)
    gtk_widget_class_add_binding (widget_class, deletes[i], 0, remove_shortcut_cb, NULL);
  signals[EDITED] = new_signal ("edited", G_TYPE_STRING);
  signals[LEFT] = new_signal ("left", G_TYPE_NONE);
  signals[MOVE] = new_signal ("move", G_TYPE_INT);
  signals[REMOVED] = new_signal ("removed", G_TYPE_NONE);
  signals[SEND_NOW] = new_signal ("send-now", G_TYPE_NONE);
  signals[DROPPED] = new_signal ("dropped", G_TYPE_INT64);
}

static void
ship_queue_row_init (ShipQueueRow *self)
{
  GtkWidget *button;

  self->text = g_strdup ("");
  self->stack = gtk_stack_new ();
  self->shown = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_single_line_mode (GTK_LABEL (self->label), TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_widget_set_margin_start (self->label, 6);
  gtk_box_append (GTK_BOX (self->shown), new_handle (self));
  gtk_box_append (GTK_BOX (self->shown), self->label);
  self->now = add_button (self->shown,
                          "go-jump-symbolic",
                          _ ("Send Now"),
                          _ ("Send Now: say it into the turn that runs"));
  g_signal_connect_object (self->now, "clicked", G_CALLBACK (now_cb), self, 0);
  button = add_button (self->shown, "document-edit-symbolic", _ ("Edit"), _ ("Edit (F2)"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (edit_cb), self, 0);
  button = add_button (self->shown, "user-trash-symbolic", _ ("Remove"), _ ("Remove (Delete)"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, 0);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_child (GTK_STACK (self->stack), self->shown);
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}

GtkWidget *
ship_queue_row_new (gint64 task)
{
  ShipQueueRow *self = g_object_new (SHIP_TYPE_QUEUE_ROW, NULL);

  self->task = task;

  return GTK_WIDGET (self);
}

gint64
ship_queue_row_get_task (ShipQueueRow *self)
{
  g_return_val_if_fail (SHIP_IS_QUEUE_ROW (self), 0);

  return self->task;
}

char *
ship_queue_row_dup_text (const ShipTaskRow *task)
{
  if (task->command == NULL)
    return g_strdup (task->prompt);

  return g_strdup_printf ("/%s%s%s", task->command, *task->prompt != '\0' ? " " : "", task->prompt);
}

void
ship_queue_row_set_task (ShipQueueRow *self, const ShipTaskRow *task, guint place, guint n)
{
  g_autofree char *line = NULL;
  g_autofree char *label = NULL;

  g_return_if_fail (SHIP_IS_QUEUE_ROW (self));

  g_free (self->text);
  self->text = ship_queue_row_dup_text (task);
  self->is_command = task->command != NULL;
  line = g_utf8_substring (self->text, 0, MIN (g_utf8_strlen (self->text, -1), MAX_SHOWN));
  g_strdelimit (line, "\n\t", ' ');
  gtk_label_set_text (GTK_LABEL (self->label), line);
  gtk_widget_set_tooltip_text (self->label, line);
  /* TRANSLATORS: a prompt that waits, and its place in the queue. */
  label = g_strdup_printf (_ ("%s, waiting, %u of %u"), line, place, n);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
ship_queue_row_set_working (ShipQueueRow *self, gboolean is_working)
{
  g_return_if_fail (SHIP_IS_QUEUE_ROW (self));

  gtk_widget_set_visible (self->now, is_working && !self->is_command);
}
