/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-session-item-private.h"

/* One row of the list of sessions: a row of the index with notification. Owned by the list; main
 * thread. */

struct _ShipSessionItem
{
  GObject       parent_instance;
  ShipIndexRow *row;      /* (owned) */
  const char   *activity; /* interned; "" but while it works and is watched */
};

typedef enum
{
  PROP_ID = 1,
  PROP_TITLE,
  PROP_REPOSITORY,
  PROP_REPOSITORY_NAME,
  PROP_BRANCH,
  PROP_STATE,
  PROP_DETAIL,
  PROP_MODEL,
  PROP_COST,
  PROP_N_PENDING,
  PROP_N_REQUESTS,
  PROP_CREATED_AT,
  PROP_UPDATED_AT,
  PROP_IS_UNREAD,
  PROP_ACTIVITY,
} ShipSessionItemProperty;

static GParamSpec *properties[PROP_ACTIVITY + 1];

G_DEFINE_FINAL_TYPE (ShipSessionItem, ship_session_item, G_TYPE_OBJECT)

static gboolean
is_unread (const ShipIndexRow *row)
{
  return row->finished_at > row->seen_at;
}

/* The sum, or negative when a part of it is not known. */
static double
known_cost (const ShipIndexRow *row)
{
  return row->is_cost_known ? row->cost : -1.0;
}

static void
ship_session_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const ShipIndexRow *row = SHIP_SESSION_ITEM (object)->row;

  switch ((ShipSessionItemProperty) id)
    {
    case PROP_ID:
      g_value_set_string (value, row->id);
      break;
    case PROP_TITLE:
      g_value_set_string (value, row->title);
      break;
    case PROP_REPOSITORY:
      g_value_set_string (value, row->repository);
      break;
    case PROP_REPOSITORY_NAME:
      g_value_set_string (value, row->repository_name);
      break;
    case PROP_BRANCH:
      g_value_set_string (value, row->branch);
      break;
    case PROP_STATE:
      g_value_set_string (value, row->state);
      break;
    case PROP_DETAIL:
      g_value_set_string (value, row->detail);
      break;
    case PROP_MODEL:
      g_value_set_string (value, row->model);
      break;
    case PROP_COST:
      g_value_set_double (value, known_cost (row));
      break;
    case PROP_N_PENDING:
      g_value_set_int (value, row->n_pending);
      break;
    case PROP_N_REQUESTS:
      g_value_set_int (value, row->n_requests);
      break;
    case PROP_CREATED_AT:
      g_value_set_int64 (value, row->created_at);
      break;
    case PROP_UPDATED_AT:
      g_value_set_int64 (value, row->updated_at);
      break;
    case PROP_IS_UNREAD:
      g_value_set_boolean (value, is_unread (row));
      break;
    case PROP_ACTIVITY:
      g_value_set_static_string (value, SHIP_SESSION_ITEM (object)->activity);
      break;
    }
}

static void
ship_session_item_finalize (GObject *object)
{
  ship_index_row_free (SHIP_SESSION_ITEM (object)->row);
  G_OBJECT_CLASS (ship_session_item_parent_class)->finalize (object);
}

static void
ship_session_item_class_init (ShipSessionItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ship_session_item_get_property;
  object_class->finalize = ship_session_item_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_REPOSITORY] = g_param_spec_string ("repository", NULL, NULL, NULL, flags);
  properties[PROP_REPOSITORY_NAME] =
    g_param_spec_string ("repository-name", NULL, NULL, NULL, flags);
  properties[PROP_BRANCH] = g_param_spec_string ("branch", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, NULL, flags);
  properties[PROP_COST] = g_param_spec_double ("cost", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  properties[PROP_N_PENDING] = g_param_spec_int ("n-pending", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_N_REQUESTS] = g_param_spec_int ("n-requests", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_CREATED_AT] =
    g_param_spec_int64 ("created-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_UPDATED_AT] =
    g_param_spec_int64 ("updated-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_IS_UNREAD] = g_param_spec_boolean ("is-unread", NULL, NULL, FALSE, flags);
  properties[PROP_ACTIVITY] = g_param_spec_string ("activity", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ship_session_item_init (ShipSessionItem *self)
{
  self->activity = "";
}

ShipSessionItem *
ship_session_item_new (ShipIndexRow *row)
{
  ShipSessionItem *self = g_object_new (SHIP_TYPE_SESSION_ITEM, NULL);

  self->row = row;
  return self;
}

static void
notify_if (ShipSessionItem *self, gboolean differs, ShipSessionItemProperty property)
{
  if (differs)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
ship_session_item_update (ShipSessionItem *self, ShipIndexRow *row)
{
  ShipIndexRow *old = self->row;

  g_object_freeze_notify (G_OBJECT (self));
  self->row = row;
  notify_if (self, g_strcmp0 (old->title, row->title) != 0, PROP_TITLE);
  notify_if (self, g_strcmp0 (old->repository, row->repository) != 0, PROP_REPOSITORY);
  notify_if (self,
             g_strcmp0 (old->repository_name, row->repository_name) != 0,
             PROP_REPOSITORY_NAME);
  notify_if (self, g_strcmp0 (old->branch, row->branch) != 0, PROP_BRANCH);
  notify_if (self, g_strcmp0 (old->state, row->state) != 0, PROP_STATE);
  notify_if (self, g_strcmp0 (old->detail, row->detail) != 0, PROP_DETAIL);
  notify_if (self, g_strcmp0 (old->model, row->model) != 0, PROP_MODEL);
  notify_if (self, known_cost (old) != known_cost (row), PROP_COST);
  notify_if (self, old->n_pending != row->n_pending, PROP_N_PENDING);
  notify_if (self, old->n_requests != row->n_requests, PROP_N_REQUESTS);
  notify_if (self, old->created_at != row->created_at, PROP_CREATED_AT);
  notify_if (self, old->updated_at != row->updated_at, PROP_UPDATED_AT);
  notify_if (self, is_unread (old) != is_unread (row), PROP_IS_UNREAD);
  g_object_thaw_notify (G_OBJECT (self));
  ship_index_row_free (old);
}

const ShipIndexRow *
ship_session_item_get_row (ShipSessionItem *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_ITEM (self), NULL);

  return self->row;
}

gboolean
ship_session_item_is_unread (ShipSessionItem *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_ITEM (self), FALSE);

  return is_unread (self->row);
}

const char *
ship_session_item_get_activity (ShipSessionItem *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_ITEM (self), NULL);

  return self->activity;
}

void
ship_session_item_set_activity (ShipSessionItem *self, const char *activity)
{
  const char *interned = g_intern_string (activity != NULL ? activity : "");

  g_return_if_fail (SHIP_IS_SESSION_ITEM (self));

  if (g_str_equal (interned, self->activity))
    return;
  self->activity = interned;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVITY]);
}
