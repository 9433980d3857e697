/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/ship-sidebar-model.h"

#include "shell/ship-sidebar-text.h"

#include <gtk/gtk.h>

/*
 * The whole order is computed anew when something changes, once for all that changed before the
 * next idle moment; what is told is only the range that differs, so that a list keeps its place.
 */

#define N_RANKS 4

struct _ShipSidebarModel
{
  GObject     parent_instance;
  GListModel *sessions; /* (owned) */
  GPtrArray *entries; /* (owned) (element-type ShipSidebarEntry): of all sessions, in their order */
  GPtrArray *rows;    /* (owned) (element-type ShipSidebarEntry): of those that are shown */
  GHashTable *hidden; /* (owned) (element-type utf8) */
  GPtrArray  *words;  /* (owned) (element-type utf8): of the search, folded */
  char       *opened; /* (owned) (nullable) */
  guint       n_needing;
  guint       idle;
};

typedef enum
{
  PROP_N_NEEDING = 1,
} ShipSidebarModelProperty;

static GParamSpec *properties[PROP_N_NEEDING + 1];

static GType
ship_sidebar_model_get_item_type (GListModel *model)
{
  return SHIP_TYPE_SIDEBAR_ENTRY;
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

static gboolean
ship_sidebar_model_is_selected (GtkSelectionModel *model, guint position)
{
  ShipSidebarModel *self = SHIP_SIDEBAR_MODEL (model);

  return self->opened != NULL && position < self->rows->len &&
         g_str_equal (ship_sidebar_entry_get_row (self->rows->pdata[position])->id, self->opened);
}

static GtkBitset *
ship_sidebar_model_get_selection_in_range (GtkSelectionModel *model, guint position, guint n)
{
  GtkBitset *selection = gtk_bitset_new_empty ();

  for (guint i = position; i < position + n; i++)
    if (ship_sidebar_model_is_selected (model, i))
      gtk_bitset_add (selection, i);

  return selection;
}

static void
ship_sidebar_model_selection_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = ship_sidebar_model_is_selected;
  iface->get_selection_in_range = ship_sidebar_model_get_selection_in_range;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ShipSidebarModel,
                               ship_sidebar_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ship_sidebar_model_list_init)
                                 G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                        ship_sidebar_model_selection_init))

/* --- the order --- */

static gboolean
is_shown (ShipSidebarModel *self, const ShipIndexRow *row)
{
  g_autofree char *text = NULL;

  if (g_hash_table_contains (self->hidden, row->id))
    return FALSE;
  if (self->words->len == 0)
    return TRUE;
  text = g_strjoin ("\n", row->title, row->repository_name, row->branch, NULL);

  return ship_sidebar_matches (text, self->words);
}

static guint
get_rank (ShipSidebarEntry *entry)
{
  ShipSessionItem *item = ship_sidebar_entry_get_item (entry);

  return ship_sidebar_get_rank (ship_session_item_get_row (item),
                                ship_session_item_is_unread (item));
}

static GPtrArray *
arrange (ShipSidebarModel *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *ranks[N_RANKS];

  for (guint i = 0; i < N_RANKS; i++)
    ranks[i] = g_ptr_array_new ();
  for (guint i = 0; i < self->entries->len; i++)
    if (is_shown (self, ship_sidebar_entry_get_row (self->entries->pdata[i])))
      g_ptr_array_add (ranks[get_rank (self->entries->pdata[i])], self->entries->pdata[i]);
  for (guint i = 0; i < N_RANKS; i++)
    {
      for (guint j = 0; j < ranks[i]->len; j++)
        g_ptr_array_add (rows, g_object_ref (ranks[i]->pdata[j]));
      g_ptr_array_unref (ranks[i]);
    }

  return rows;
}

/* The first entry of each group says which it is. */
static void
place (ShipSidebarModel *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *last = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    {
      ShipSessionItem *item = ship_sidebar_entry_get_item (self->rows->pdata[i]);
      g_autofree char *heading = ship_sidebar_dup_heading (ship_session_item_get_row (item),
                                                           ship_session_item_is_unread (item),
                                                           now);
      gboolean         is_first = g_strcmp0 (last, heading) != 0;

      ship_sidebar_entry_place (self->rows->pdata[i], is_first ? heading : NULL, self->words);
      g_free (last);
      last = g_steal_pointer (&heading);
    }
}

static void
count_needing (ShipSidebarModel *self)
{
  guint n = 0;

  for (guint i = 0; i < self->entries->len; i++)
    n += get_rank (self->entries->pdata[i]) == 0 &&
         !g_hash_table_contains (self->hidden,
                                 ship_sidebar_entry_get_row (self->entries->pdata[i])->id);
  if (n == self->n_needing)
    return;
  self->n_needing = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_NEEDING]);
}

static void
update (ShipSidebarModel *self)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->rows);
  guint first = 0;
  guint last = 0; /* counted from the end */

  g_clear_handle_id (&self->idle, g_source_remove);
  self->rows = arrange (self);
  place (self);
  while (first < old->len && first < self->rows->len &&
         old->pdata[first] == self->rows->pdata[first])
    first++;
  while (last < old->len - first && last < self->rows->len - first &&
         old->pdata[old->len - 1 - last] == self->rows->pdata[self->rows->len - 1 - last])
    last++;
  if (old->len - first - last > 0 || self->rows->len - first - last > 0)
    g_list_model_items_changed (G_LIST_MODEL (self),
                                first,
                                old->len - first - last,
                                self->rows->len - first - last);
  count_needing (self);
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
entry_changed_cb (ShipSessionItem *item, GParamSpec *pspec, ShipSidebarModel *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add (idle_cb, self);
}

static void
unfollow (gpointer entry, gpointer self)
{
  g_signal_handlers_disconnect_by_data (ship_sidebar_entry_get_item (entry), self);
}

/* Before the list is drawn again: a session that is gone must not be shown. */
static void
sessions_changed_cb (GListModel       *sessions,
                     guint             position,
                     guint             removed,
                     guint             added,
                     ShipSidebarModel *self)
{
  g_autoptr (GHashTable) gone = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);

  for (guint i = 0; i < removed; i++)
    {
      ShipSidebarEntry *entry = self->entries->pdata[position + i];

      unfollow (entry, self);
      g_hash_table_insert (gone, ship_sidebar_entry_get_item (entry), g_object_ref (entry));
    }
  if (removed > 0)
    g_ptr_array_remove_range (self->entries, position, removed);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (ShipSessionItem) item = g_list_model_get_item (sessions, position + i);
      ShipSidebarEntry *entry = g_hash_table_lookup (gone, item); /* it only moved */

      entry = entry != NULL ? g_object_ref (entry) : ship_sidebar_entry_new (item);
      g_signal_connect (item, "notify", G_CALLBACK (entry_changed_cb), self);
      g_ptr_array_insert (self->entries, (int) (position + i), entry);
    }
  update (self);
}

/* --- the object --- */

static void
ship_sidebar_model_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((ShipSidebarModelProperty) id)
    {
    case PROP_N_NEEDING:
      g_value_set_uint (value, SHIP_SIDEBAR_MODEL (object)->n_needing);
      break;
    }
}

static void
ship_sidebar_model_dispose (GObject *object)
{
  ShipSidebarModel *self = SHIP_SIDEBAR_MODEL (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_ptr_array_foreach (self->entries, unfollow, self);
  g_ptr_array_set_size (self->entries, 0);
  g_clear_object (&self->sessions);

  G_OBJECT_CLASS (ship_sidebar_model_parent_class)->dispose (object);
}

static void
ship_sidebar_model_finalize (GObject *object)
{
  ShipSidebarModel *self = SHIP_SIDEBAR_MODEL (object);

  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->words);
  g_hash_table_unref (self->hidden);
  g_free (self->opened);

  G_OBJECT_CLASS (ship_sidebar_model_parent_class)->finalize (object);
}

static void
ship_sidebar_model_class_init (ShipSidebarModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_sidebar_model_get_property;
  object_class->dispose = ship_sidebar_model_dispose;
  object_class->finalize = ship_sidebar_model_finalize;

  properties[PROP_N_NEEDING] =
    g_param_spec_uint ("n-needing",
                       NULL,
                       NULL,
                       0,
                       G_MAXUINT,
                       0,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ship_sidebar_model_init (ShipSidebarModel *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->words = g_ptr_array_new_with_free_func (g_free);
  self->hidden = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
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
  g_return_if_fail (SHIP_IS_SIDEBAR_MODEL (self));
  g_return_if_fail (text != NULL);

  g_ptr_array_unref (self->words);
  self->words = ship_sidebar_split_words (text);
  update (self);
}

void
ship_sidebar_model_set_hidden (ShipSidebarModel *self, const char *id, gboolean is_hidden)
{
  g_return_if_fail (SHIP_IS_SIDEBAR_MODEL (self));

  if (is_hidden)
    g_hash_table_add (self->hidden, g_strdup (id));
  else
    g_hash_table_remove (self->hidden, id);
  update (self);
}

void
ship_sidebar_model_set_opened (ShipSidebarModel *self, const char *id)
{
  g_return_if_fail (SHIP_IS_SIDEBAR_MODEL (self));

  if (g_strcmp0 (self->opened, id) == 0)
    return;
  g_free (self->opened);
  self->opened = g_strdup (id);
  if (self->rows->len > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), 0, self->rows->len);
}

gboolean
ship_sidebar_model_is_opened (ShipSidebarModel *self, const char *id)
{
  g_return_val_if_fail (SHIP_IS_SIDEBAR_MODEL (self), FALSE);

  return g_strcmp0 (self->opened, id) == 0;
}

guint
ship_sidebar_model_get_n_needing (ShipSidebarModel *self)
{
  g_return_val_if_fail (SHIP_IS_SIDEBAR_MODEL (self), 0);

  return self->n_needing;
}

guint
ship_sidebar_model_refresh (ShipSidebarModel *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  guint soonest = 0;

  g_return_val_if_fail (SHIP_IS_SIDEBAR_MODEL (self), 0);

  update (self);
  for (guint i = 0; i < self->rows->len; i++)
    {
      ShipSidebarEntry *entry = self->rows->pdata[i];
      guint             seconds =
        ship_sidebar_get_age_seconds (ship_sidebar_entry_get_row (entry)->updated_at, now);

      ship_sidebar_entry_refresh (entry);
      soonest = soonest == 0 ? seconds : MIN (soonest, seconds);
    }

  return soonest;
}
