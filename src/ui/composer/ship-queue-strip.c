/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-queue-strip.h"

#include "composer/ship-queue-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/*
 * Rows stay while their tasks wait: one may be being edited, or have the focus.
 *
 *   removed -> CancelTask -> cancelled_cb -> a toast -> undo_cb -> RestoreTask
 */

#define MAX_SHOWN    3 /* more are folded */
#define MAX_HEIGHT   220
#define UNDO_SECONDS 10

struct _ShipQueueStrip
{
  GtkWidget          parent_instance;
  ShipSessionHandle *handle; /* (owned) */
  GtkWidget         *box;    /* (unowned): the only child */
  GtkWidget         *title;  /* (unowned) */
  GtkWidget         *more;   /* (unowned): a toggle */
  GtkWidget         *resume; /* (unowned) */
  GtkWidget         *rows;   /* (unowned): a box */
};

enum
{
  FAILED,
  LEFT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipQueueStrip, ship_queue_strip, GTK_TYPE_WIDGET)

/* --- asking the session --- */

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipQueueStrip) self = SHIP_QUEUE_STRIP (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void
call (ShipQueueStrip *self, const char *method, GVariant *arguments)
{
  ship_session_handle_call_async (self->handle,
                                  method,
                                  arguments,
                                  NULL,
                                  called_cb,
                                  g_object_ref (self));
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipQueueStrip) self = SHIP_QUEUE_STRIP (user_data);
  g_autoptr (GError) error = NULL;

  ship_session_handle_send_finish (SHIP_SESSION_HANDLE (object), result, &error);
  if (error != NULL)
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

/* --- the waiting ones --- */

static gboolean
is_waiting (const ShipTaskRow *task)
{
  return g_str_equal (task->state, "pending");
}

/* (transfer container) (element-type ShipTaskRow) */
static GPtrArray *
list_waiting (ShipQueueStrip *self)
{
  const ShipSessionSnapshot *snapshot = ship_session_handle_get_snapshot (self->handle);
  GPtrArray                 *waiting = g_ptr_array_new ();

  for (guint i = 0; snapshot != NULL && i < snapshot->tasks->len; i++)
    if (is_waiting (snapshot->tasks->pdata[i]))
      g_ptr_array_add (waiting, snapshot->tasks->pdata[i]);

  return waiting;
}

static int
find_place (GPtrArray *waiting, gint64 task)
{
  for (guint i = 0; i < waiting->len; i++)
    if (((ShipTaskRow *) waiting->pdata[i])->id == task)
      return (int) i;

  return -1;
}

/* The task at @place; 0 behind the last one. */
static gint64
get_at (GPtrArray *waiting, int place)
{
  return place < (int) waiting->len ? ((ShipTaskRow *) waiting->pdata[place])->id : 0;
}

/* --- what rows ask --- */

static void
edited_cb (ShipQueueRow *row, const char *text, ShipQueueStrip *self)
{
  call (self, "EditTask", g_variant_new ("(xs)", ship_queue_row_get_task (row), text));
}

static void
left_cb (ShipQueueRow *row, ShipQueueStrip *self)
{
  g_signal_emit (self, signals[LEFT], 0);
}

static void
move_cb (ShipQueueRow *row, int by, ShipQueueStrip *self)
{
  g_autoptr (GPtrArray) waiting = list_waiting (self);
  gint64 task = ship_queue_row_get_task (row);
  int    place = find_place (waiting, task);

  if (place < 0 || place + by < 0 || place + by >= (int) waiting->len)
    return;
  call (self,
        "MoveTask",
        g_variant_new ("(xx)", task, get_at (waiting, by < 0 ? place + by : place + by + 1)));
}

/* A row that comes from above goes below the one it is dropped on. */
static void
dropped_cb (ShipQueueRow *row, gint64 task, ShipQueueStrip *self)
{
  g_autoptr (GPtrArray) waiting = list_waiting (self);
  int from = find_place (waiting, task);
  int to = find_place (waiting, ship_queue_row_get_task (row));

  if (from >= 0 && to >= 0)
    call (self,
          "MoveTask",
          g_variant_new ("(xx)", task, get_at (waiting, from < to ? to + 1 : to)));
}

static void
send_now_cb (ShipQueueRow *row, ShipQueueStrip *self)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "steer", "b", TRUE);
  g_variant_dict_insert (&options, "task", "x", ship_queue_row_get_task (row));
  ship_session_handle_send_async (self->handle,
                                  "",
                                  g_variant_dict_end (&options),
                                  NULL,
                                  sent_cb,
                                  g_object_ref (self));
}

/* --- removing, and back --- */

/* One that was removed. */
typedef struct
{
  ShipQueueStrip *self; /* (owned) */
  gint64          task;
} Removal;

static void
removal_free (Removal *removal)
{
  g_object_unref (removal->self);
  g_free (removal);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Removal, removal_free)

static void
undo_cb (AdwToast *toast, Removal *removal)
{
  call (removal->self, "RestoreTask", g_variant_new ("(x)", removal->task));
}

static void
destroy_removal_cb (gpointer data, GClosure *closure)
{
  removal_free (data);
}

static void
cancelled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Removal) removal = user_data;
  ShipQueueStrip *self = removal->self;
  GtkWidget      *toasts = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);
  g_autoptr (GError) error = NULL;
  AdwToast *toast;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    {
      g_signal_emit (self, signals[FAILED], 0, error->message);
      return;
    }
  if (toasts == NULL) /* the session was left */
    return;
  toast = adw_toast_new (_ ("Removed from the queue"));
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_signal_connect_data (toast,
                         "button-clicked",
                         G_CALLBACK (undo_cb),
                         g_steal_pointer (&removal),
                         destroy_removal_cb,
                         0);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), toast);
}

static void
removed_cb (ShipQueueRow *row, ShipQueueStrip *self)
{
  Removal *removal = g_new0 (Removal, 1);

  removal->self = g_object_ref (self);
  removal->task = ship_queue_row_get_task (row);
  ship_session_handle_call_async (self->handle,
                                  "CancelTask",
                                  g_variant_new ("(x)", removal->task),
                                  NULL,
                                  cancelled_cb,
                                  removal);
}

static void
resume_cb (GtkButton *button, ShipQueueStrip *self)
{
  call (self, "Resume", g_variant_new ("(b)", FALSE));
}

/* --- showing --- */

static ShipQueueRow *
find_row (ShipQueueStrip *self, gint64 task)
{
  for (GtkWidget *row = gtk_widget_get_first_child (self->rows); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (ship_queue_row_get_task (SHIP_QUEUE_ROW (row)) == task)
      return SHIP_QUEUE_ROW (row);

  return NULL;
}

static ShipQueueRow *
add_row (ShipQueueStrip *self, gint64 task)
{
  GtkWidget *row = ship_queue_row_new (task);

  g_signal_connect_object (row, "edited", G_CALLBACK (edited_cb), self, 0);
  g_signal_connect_object (row, "left", G_CALLBACK (left_cb), self, 0);
  g_signal_connect_object (row, "move", G_CALLBACK (move_cb), self, 0);
  g_signal_connect_object (row, "removed", G_CALLBACK (removed_cb), self, 0);
  g_signal_connect_object (row, "send-now", G_CALLBACK (send_now_cb), self, 0);
  g_signal_connect_object (row, "dropped", G_CALLBACK (dropped_cb), self, 0);
  gtk_box_append (GTK_BOX (self->rows), row);

  return SHIP_QUEUE_ROW (row);
}

/* The focus of a row that goes passes to its neighbour. */
static void
drop_rows (ShipQueueStrip *self, GPtrArray *waiting)
{
  GtkWidget *row = gtk_widget_get_first_child (self->rows);

  while (row != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (row);
      GtkWidget *neighbour = next != NULL ? next : gtk_widget_get_prev_sibling (row);
      GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (row));

      if (find_place (waiting, ship_queue_row_get_task (SHIP_QUEUE_ROW (row))) < 0)
        {
          if (focus != NULL && (focus == row || gtk_widget_is_ancestor (focus, row)))
            {
              if (neighbour != NULL)
                gtk_widget_grab_focus (neighbour);
              else
                g_signal_emit (self, signals[LEFT], 0);
            }
          gtk_box_remove (GTK_BOX (self->rows), row);
        }
      row = next;
    }
}

static void
update_title (ShipQueueStrip *self, guint n)
{
  const char      *state = ship_session_handle_get_state (self->handle);
  gboolean         is_held = g_str_equal (state, "holding") || g_str_equal (state, "failed");
  g_autofree char *count = g_strdup_printf (ngettext ("%u prompt waits", "%u prompts wait", n), n);
  g_autofree char *text =
    is_held ? g_strdup_printf (_ ("The queue is held · %s"), count) : g_strdup (count);
  g_autofree char *more =
    gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->more))
      ? g_strdup (_ ("Show Less"))
      : g_strdup_printf (_ ("Show %u More"), n > MAX_SHOWN ? n - MAX_SHOWN : 0);

  gtk_label_set_text (GTK_LABEL (self->title), text);
  gtk_button_set_label (GTK_BUTTON (self->more), more);
  gtk_widget_set_visible (self->more, n > MAX_SHOWN);
  gtk_widget_set_visible (self->resume, is_held);
}

static void
update (ShipQueueStrip *self)
{
  g_autoptr (GPtrArray) waiting = list_waiting (self);
  gboolean   is_working = ship_session_handle_is_working (self->handle);
  gboolean   is_open = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->more));
  GtkWidget *last = NULL;

  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    drop_rows (self, waiting);
  for (guint i = 0; i < waiting->len; i++)
    {
      const ShipTaskRow *task = waiting->pdata[i];
      ShipQueueRow      *row = find_row (self, task->id);

      if (row == NULL)
        row = add_row (self, task->id);
      ship_queue_row_set_task (row, task, i + 1, waiting->len);
      ship_queue_row_set_working (row, is_working);
      gtk_widget_set_visible (GTK_WIDGET (row), is_open || i < MAX_SHOWN);
      gtk_box_reorder_child_after (GTK_BOX (self->rows), GTK_WIDGET (row), last);
      last = GTK_WIDGET (row);
    }
  update_title (self, waiting->len);
  gtk_widget_set_visible (GTK_WIDGET (self), waiting->len > 0);
}

static void
changed_cb (GObject *object, GParamSpec *pspec, ShipQueueStrip *self)
{
  update (self);
}

static void
root_cb (ShipQueueStrip *self)
{
  update (self);
}

/* --- the widget --- */

static void
ship_queue_strip_dispose (GObject *object)
{
  ShipQueueStrip *self = SHIP_QUEUE_STRIP (object);

  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_queue_strip_parent_class)->dispose (object);
}

static void
ship_queue_strip_finalize (GObject *object)
{
  g_clear_object (&SHIP_QUEUE_STRIP (object)->handle);

  G_OBJECT_CLASS (ship_queue_strip_parent_class)->finalize (object);
}

static void
ship_queue_strip_class_init (ShipQueueStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_queue_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_queue_strip_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "queuestrip");

  signals[FAILED] = g_signal_new ("failed",
                                  SHIP_TYPE_QUEUE_STRIP,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);
  signals[LEFT] = g_signal_new ("left",
                                SHIP_TYPE_QUEUE_STRIP,
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                0);
}

static GtkWidget *
new_head (ShipQueueStrip *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->title = gtk_label_new (NULL);
  self->more = gtk_toggle_button_new ();
  self->resume = gtk_button_new_with_label (_ ("Resume"));
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (self->title, "queue-title");
  gtk_widget_add_css_class (self->more, "flat");
  gtk_widget_set_tooltip_text (self->resume, _ ("Go on with the queue"));
  g_signal_connect_object (self->more, "toggled", G_CALLBACK (root_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->resume, "clicked", G_CALLBACK (resume_cb), self, 0);
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), self->more);
  gtk_box_append (GTK_BOX (head), self->resume);

  return head;
}

static void
ship_queue_strip_init (ShipQueueStrip *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->rows = g_object_new (GTK_TYPE_BOX,
                             "orientation",
                             GTK_ORIENTATION_VERTICAL,
                             "accessible-role",
                             GTK_ACCESSIBLE_ROLE_LIST,
                             NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->rows),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Waiting prompts"),
                                  -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->rows);
  gtk_box_append (GTK_BOX (self->box), new_head (self));
  gtk_box_append (GTK_BOX (self->box), scroller);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
ship_queue_strip_new (ShipSessionHandle *handle)
{
  ShipQueueStrip *self = g_object_new (SHIP_TYPE_QUEUE_STRIP, NULL);

  self->handle = g_object_ref (handle);
  g_signal_connect_object (handle, "notify::snapshot", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (handle, "notify::state", G_CALLBACK (changed_cb), self, 0);
  update (self);

  return GTK_WIDGET (self);
}

gboolean
ship_queue_strip_edit_last (ShipQueueStrip *self)
{
  GtkWidget *last;

  g_return_val_if_fail (SHIP_IS_QUEUE_STRIP (self), FALSE);

  last = gtk_widget_get_last_child (self->rows);
  if (last == NULL)
    return FALSE;

  if (!gtk_widget_get_visible (last))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->more), TRUE);
  ship_queue_row_edit (SHIP_QUEUE_ROW (last));
  return TRUE;
}
