/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-sidebar-model.h"

#include "widgets/ship-status.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/*
 * The whole order is computed anew when something changes, once for all that changed before the
 * next idle moment; what is told is only the range that differs, so that a list keeps its place.
 */

struct _ShipSidebarHeading
{
  GObject parent_instance;
  char   *title; /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipSidebarHeading, ship_sidebar_heading, G_TYPE_OBJECT)

static void
ship_sidebar_heading_finalize (GObject *object)
{
  g_free (SHIP_SIDEBAR_HEADING (object)->title);

  G_OBJECT_CLASS (ship_sidebar_heading_parent_class)->finalize (object);
}

static void
ship_sidebar_heading_class_init (ShipSidebarHeadingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_sidebar_heading_finalize;
}

static void
ship_sidebar_heading_init (ShipSidebarHeading *self)
{
}

const char *
ship_sidebar_heading_get_title (ShipSidebarHeading *self)
{
  g_return_val_if_fail (SHIP_IS_SIDEBAR_HEADING (self), NULL);

  return self->title;
}

/* --- groups --- */

typedef enum
{
  GROUP_NEEDS_YOU,
  GROUP_WORKING,
  GROUP_TODAY,
  GROUP_YESTERDAY,
  GROUP_WEEK,
  GROUP_OLDER,
} Group;
#define N_GROUPS (GROUP_OLDER + 1)

static const char *const titles[N_GROUPS] = {
  N_ ("Needs You"), N_ ("Working"), N_ ("Today"), N_ ("Yesterday"), N_ ("This Week"), N_ ("Older"),
};

static gint64
start_of_today_ms (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) midnight = g_date_time_new_local (g_date_time_get_year (now),
                                                          g_date_time_get_month (now),
                                                          g_date_time_get_day_of_month (now),
                                                          0,
                                                          0,
                                                          0);

  return g_date_time_to_unix (midnight) * 1000;
}

static Group
find_group (const ShipIndexRow *row, gint64 today_ms)
{
  const gint64      day_ms = 24 * 3600 * (gint64) 1000;
  const ShipStatus *status = ship_status_lookup (row->state, NULL);

  if (status->attention == SHIP_ATTENTION_NEEDS_USER || row->n_requests > 0)
    return GROUP_NEEDS_YOU;
  if (status->attention == SHIP_ATTENTION_WORKING)
    return GROUP_WORKING;
  if (row->updated_at >= today_ms)
    return GROUP_TODAY;
  if (row->updated_at >= today_ms - day_ms)
    return GROUP_YESTERDAY;
  if (row->updated_at >= today_ms - 7 * day_ms)
    return GROUP_WEEK;

  return GROUP_OLDER;
}

/* --- the model --- */

struct _ShipSidebarModel
{
  GObject     parent_instance;
  GListModel *sessions; /* (owned) */
  GPtrArray  *followed; /* (owned) (element-type ShipSessionItem): whose changes are heard */
  GPtrArray  *rows;     /* (owned) (element-type GObject) */
  ShipSidebarHeading *headings[N_GROUPS]; /* (owned) */
  GStrv               words;              /* (owned): of the search, folded */
  guint               idle;
};

static GType
ship_sidebar_model_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
ship_sidebar_model_get_n_items (GListModel *model)
{
  return SHIP_SIDEBAR_MODEL (model)->rows->len;
}

static gpointer
ship_sidebar_model_get_item (GListModel *model, guint position)
{
  ShipSidebarModel *self = SHIP_SIDEBAR_MODEL (model);

  return position < self->rows->len ? g_object_ref (self->rows->pdata[position]) : NULL;
}

static void
ship_sidebar_model_list_init (GListModelInterface *iface)
{
  iface->get_item_type = ship_sidebar_model_get_item_type;
  iface->get_n_items = ship_sidebar_model_get_n_items;
  iface->get_item = ship_sidebar_model_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ShipSidebarModel,
                               ship_sidebar_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ship_sidebar_model_list_init))

static gboolean
matches (ShipSidebarModel *self, const ShipIndexRow *row)
{
  g_autofree char *text = NULL;
  g_autofree char *folded = NULL;

  if (self->words == NULL || self->words[0] == NULL)
    return TRUE;
  text = g_strjoin ("\n", row->title, row->repository_name, row->branch, NULL);
  folded = g_utf8_casefold (text, -1);
  for (guint i = 0; self->words[i] != NULL; i++)
    if (strstr (folded, self->words[i]) == NULL)
      return FALSE;

  return TRUE;
}

static GPtrArray *
arrange (ShipSidebarModel *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *groups[N_GROUPS];
  gint64     today_ms = start_of_today_ms ();

  for (guint i = 0; i < N_GROUPS; i++)
    groups[i] = g_ptr_array_new ();
  for (guint i = 0; i < self->followed->len; i++)
    {
      const ShipIndexRow *row = ship_session_item_get_row (self->followed->pdata[i]);

      if (matches (self, row))
        g_ptr_array_add (groups[find_group (row, today_ms)], self->followed->pdata[i]);
    }
  for (guint i = 0; i < N_GROUPS; i++)
    {
      if (groups[i]->len > 0)
        g_ptr_array_add (rows, g_object_ref (self->headings[i]));
      for (guint j = 0; j < groups[i]->len; j++)
        g_ptr_array_add (rows, g_object_ref (groups[i]->pdata[j]));
      g_ptr_array_unref (groups[i]);
    }

  return rows;
}

static void
update (ShipSidebarModel *self)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->rows);
  guint first = 0;
  guint last = 0; /* counted from the end */

  self->rows = arrange (self);
  while (first < old->len && first < self->rows->len &&
         old->pdata[first] == self->rows->pdata[first])
    first++;
  while (last < old->len - first && last < self->rows->len - first &&
         old->pdata[old->len - 1 - last] == self->rows->pdata[self->rows->len - 1 - last])
    last++;
  if (first < old->len || first < self->rows->len)
    g_list_model_items_changed (G_LIST_MODEL (self),
                                first,
                                old->len - first - last,
                                self->rows->len - first - last);
}

static gboolean
idle_cb (gpointer user_data)
{
  ShipSidebarModel *self = user_data;

  self->idle = 0;
  update (self);

  return G_SOURCE_REMOVE;
}

static void
item_changed_cb (ShipSessionItem *item, GParamSpec *pspec, ShipSidebarModel *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add (idle_cb, self);
}

static void
unfollow (gpointer item, gpointer self)
{
  g_signal_handlers_disconnect_by_data (item, self);
}

/* Before the list is drawn again: a session that is gone must not be shown. */
static void
sessions_changed_cb (GListModel       *sessions,
                     guint             position,
                     guint             removed,
                     guint             added,
                     ShipSidebarModel *self)
{
  for (guint i = 0; i < removed; i++)
    unfollow (self->followed->pdata[position + i], self);
  if (removed > 0)
    g_ptr_array_remove_range (self->followed, position, removed);
  for (guint i = 0; i < added; i++)
    {
      ShipSessionItem *item = g_list_model_get_item (sessions, position + i);

      g_signal_connect (item, "notify", G_CALLBACK (item_changed_cb), self);
      g_ptr_array_insert (self->followed, (int) (position + i), item);
    }
  update (self);
}

static void
ship_sidebar_model_dispose (GObject *object)
{
  ShipSidebarModel *self = SHIP_SIDEBAR_MODEL (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->followed != NULL)
    g_ptr_array_foreach (self->followed, unfollow, self);
  g_clear_pointer (&self->followed, g_ptr_array_unref);
  g_clear_object (&self->sessions);

  G_OBJECT_CLASS (ship_sidebar_model_parent_class)->dispose (object);
}

static void
ship_sidebar_model_finalize (GObject *object)
{
  ShipSidebarModel *self = SHIP_SIDEBAR_MODEL (object);

  g_ptr_array_unref (self->rows);
  g_strfreev (self->words);
  for (guint i = 0; i < N_GROUPS; i++)
    g_object_unref (self->headings[i]);

  G_OBJECT_CLASS (ship_sidebar_model_parent_class)->finalize (object);
}

static void
ship_sidebar_model_class_init (ShipSidebarModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_sidebar_model_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_sidebar_model_finalize;
}

static void
ship_sidebar_model_init (ShipSidebarModel *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < N_GROUPS; i++)
    {
      self->headings[i] = g_object_new (SHIP_TYPE_SIDEBAR_HEADING, NULL);
      self->headings[i]->title = g_strdup (_ (titles[i]));
    }
}

ShipSidebarModel *
ship_sidebar_model_new (GListModel *sessions)
{
  ShipSidebarModel *self = g_object_new (SHIP_TYPE_SIDEBAR_MODEL, NULL);

  self->sessions = g_object_ref (sessions);
  g_signal_connect_object (sessions, "items-changed", G_CALLBACK (sessions_changed_cb), self, 0);
  sessions_changed_cb (sessions, 0, 0, g_list_model_get_n_items (sessions), self);

  return self;
}

void
ship_sidebar_model_set_search (ShipSidebarModel *self, const char *text)
{
  g_autofree char *folded = NULL;

  g_return_if_fail (SHIP_IS_SIDEBAR_MODEL (self));
  g_return_if_fail (text != NULL);

  folded = g_utf8_casefold (text, -1);
  g_strfreev (self->words);
  self->words = g_strsplit_set (g_strstrip (folded), " \t", -1);
  update (self);
}
