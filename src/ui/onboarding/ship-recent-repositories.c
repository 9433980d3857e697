/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onboarding/ship-recent-repositories.h"

#include "client/ship-session-list.h"
#include "onboarding/ship-session-starter.h"

#define MAX_RECENT 12

GStrv
ship_recent_repositories_list (GListModel *sessions)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = g_list_model_get_n_items (sessions);

  for (guint i = 0; i < n && g_hash_table_size (seen) < MAX_RECENT; i++)
    {
      g_autoptr (ShipSessionItem) item = g_list_model_get_item (sessions, i);
      const ShipIndexRow *row = ship_session_item_get_row (item);

      if (g_str_equal (row->model, SHIP_REHEARSAL_MODEL))
        continue;
      if (g_hash_table_add (seen, g_strdup (row->repository)))
        g_strv_builder_add (paths, row->repository);
    }

  return g_strv_builder_end (paths);
}

static gboolean
is_name_shared (const char *const *paths, const char *name)
{
  guint n = 0;

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *other = g_path_get_basename (paths[i]);

      n += g_str_equal (other, name);
    }

  return n > 1;
}

GMenuModel *
ship_recent_repositories_make_menu (const char *const *paths, const char *action)
{
  GMenu *menu = g_menu_new ();

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *name = g_path_get_basename (paths[i]);
      g_autofree char *parent = g_path_get_dirname (paths[i]);
      g_autofree char *shared = g_strdup_printf ("%s – %s", name, parent);
      g_autoptr (GMenuItem) item = NULL;
      /* An underscore in a menu marks a key. */
      g_auto (GStrv) parts = g_strsplit (is_name_shared (paths, name) ? shared : name, "_", -1);
      g_autofree char *label = g_strjoinv ("__", parts);

      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, action, "s", paths[i]);
      g_menu_append_item (menu, item);
    }

  return G_MENU_MODEL (menu);
}
