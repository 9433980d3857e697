/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-message-order.h"

/* See the header. */

struct _ShipMessageOrder
{
  GHashTable *newest;  /* (owned): a message of the user → the time (gint64) of the last to it */
  GHashTable *answers; /* (owned) (element-type utf8) */
};

ShipMessageOrder *
ship_message_order_new (void)
{
  ShipMessageOrder *self = g_new0 (ShipMessageOrder, 1);

  self->newest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
ship_message_order_free (ShipMessageOrder *self)
{
  g_hash_table_unref (self->newest);
  g_hash_table_unref (self->answers);
  g_free (self);
}

void
ship_message_order_add_user (ShipMessageOrder *self, const char *id, gint64 created_ms)
{
  if (!g_hash_table_contains (self->newest, id))
    g_hash_table_insert (self->newest, g_strdup (id), g_memdup2 (&created_ms, sizeof created_ms));
}

gboolean
ship_message_order_has_user (ShipMessageOrder *self, const char *id)
{
  return g_hash_table_contains (self->newest, id);
}

gboolean
ship_message_order_add_answer (ShipMessageOrder *self,
                               const char       *id,
                               const char       *parent,
                               gint64            created_ms)
{
  gint64  *newest = parent != NULL ? g_hash_table_lookup (self->newest, parent) : NULL;
  gboolean is_in_order;

  /* What it answers may not have been told here: nothing is known then. */
  if (newest == NULL || !g_hash_table_add (self->answers, g_strdup (id)))
    return TRUE;
  is_in_order = created_ms >= *newest - SHIP_MESSAGE_ORDER_TOLERANCE_MS;
  *newest = MAX (*newest, created_ms);
  return is_in_order;
}
