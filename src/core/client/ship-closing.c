/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-closing.h"

struct _ShipClosing
{
  GObject    parent_instance;
  guint      n_closing;
  GPtrArray *waiting; /* (owned) (element-type GTask) */
};

G_DEFINE_FINAL_TYPE (ShipClosing, ship_closing, G_TYPE_OBJECT)

static void
end_waiting (ShipClosing *self)
{
  g_autoptr (GPtrArray) waiting = NULL;

  if (self->n_closing > 0)
    return;
  waiting = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    g_task_return_boolean (waiting->pdata[i], TRUE);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipClosing) self = SHIP_CLOSING (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_transcript_close_finish (SHIP_TRANSCRIPT (object), result, &error))
    g_warning ("A conversation was not closed well: %s", error->message);
  self->n_closing--;
  end_waiting (self);
}

void
ship_closing_take_transcript (ShipClosing *self, ShipTranscript *transcript)
{
  g_return_if_fail (SHIP_IS_CLOSING (self));

  self->n_closing++;
  ship_transcript_close_async (transcript, closed_cb, g_object_ref (self));
  g_object_unref (transcript); /* the call holds it */
}

void
ship_closing_wait_async (ShipClosing *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_return_if_fail (SHIP_IS_CLOSING (self));

  g_task_set_source_tag (task, ship_closing_wait_async);
  g_ptr_array_add (self->waiting, task);
  end_waiting (self);
}

gboolean
ship_closing_wait_finish (ShipClosing *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_closing_wait_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ship_closing_finalize (GObject *object)
{
  g_ptr_array_unref (SHIP_CLOSING (object)->waiting);

  G_OBJECT_CLASS (ship_closing_parent_class)->finalize (object);
}

static void
ship_closing_class_init (ShipClosingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_closing_finalize;
}

static void
ship_closing_init (ShipClosing *self)
{
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

ShipClosing *
ship_closing_new (void)
{
  return g_object_new (SHIP_TYPE_CLOSING, NULL);
}
