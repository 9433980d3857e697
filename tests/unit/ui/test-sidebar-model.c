/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/ship-sidebar-model.h"

#include "client/ship-session-item-private.h"

#include <gtk/gtk.h>

#define DAY_MS (24 * 3600 * (gint64) 1000)

static ShipIndexRow *
new_row (const char *id, const char *title, const char *state, gint64 age_ms)
{
  ShipIndexRow *row = g_new0 (ShipIndexRow, 1);

  row->id = g_strdup (id);
  row->title = g_strdup (title);
  row->repository = g_strdup ("/r");
  row->repository_name = g_strdup ("engine");
  row->branch = g_strdup ("ship-x");
  row->state = g_strdup (state);
  row->model = g_strdup ("p/m");
  row->is_cost_known = TRUE;
  row->updated_at = g_get_real_time () / 1000 - age_ms;

  return row;
}

static void
add (GListStore *store, const char *id, const char *title, const char *state, gint64 age_ms)
{
  g_autoptr (ShipSessionItem) item = ship_session_item_new (new_row (id, title, state, age_ms));

  g_list_store_append (store, item);
}

/* Its last task was completed, and nobody has looked. */
static void
finish (GListStore *store, guint position)
{
  g_autoptr (ShipSessionItem) item = g_list_model_get_item (G_LIST_MODEL (store), position);
  const ShipIndexRow *old = ship_session_item_get_row (item);
  ShipIndexRow       *row = new_row (old->id, old->title, old->state, 0);

  row->seen_at = 1;
  row->finished_at = 2;
  ship_session_item_update (item, row);
}

/* "Heading: id id; Heading: id" */
static char *
describe (ShipSidebarModel *model)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
    {
      g_autoptr (ShipSidebarEntry) entry = g_list_model_get_item (G_LIST_MODEL (model), i);
      const char *heading = ship_sidebar_entry_get_heading (entry);

      if (heading != NULL)
        g_string_append_printf (text, "%s%s:", i > 0 ? "; " : "", heading);
      g_string_append_printf (text, " %s", ship_sidebar_entry_get_row (entry)->id);
    }

  return g_string_free (text, FALSE);
}

static void
assert_rows (ShipSidebarModel *model, const char *expected)
{
  g_autofree char *rows = describe (model);

  g_assert_cmpstr (rows, ==, expected);
}

static void
test_groups (void)
{
  g_autoptr (GListStore) store = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipSidebarModel) model = NULL;

  add (store, "a", "A", "idle", 0);
  add (store, "b", "B", "running", 0);
  add (store, "c", "C", "waiting", 3 * DAY_MS);
  add (store, "d", "D", "hibernated", 0);
  add (store, "e", "E", "hibernated", 0);
  add (store, "f", "F", "failed", 0);
  finish (store, 4);
  model = ship_sidebar_model_new (G_LIST_MODEL (store));
  assert_rows (model, "Needs You: c f; Working: b; Done: e; Today: a d");
  g_assert_cmpuint (ship_sidebar_model_get_n_needing (model), ==, 2);
}

static void
count_changes (GListModel *model, guint position, guint removed, guint added, guint *n)
{
  *n += removed + added;
}

/* A session that changes goes to its new group, and the rest of the list is left alone. */
static void
test_state_moves (void)
{
  g_autoptr (GListStore) store = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipSidebarModel) model = NULL;
  g_autoptr (ShipSessionItem) item = NULL;
  guint n = 0;

  add (store, "a", "A", "running", 0);
  add (store, "b", "B", "running", 0);
  add (store, "c", "C", "hibernated", 0);
  add (store, "d", "D", "hibernated", 0);
  model = ship_sidebar_model_new (G_LIST_MODEL (store));
  assert_rows (model, "Working: a b; Today: c d");

  g_signal_connect (model, "items-changed", G_CALLBACK (count_changes), &n);
  item = g_list_model_get_item (G_LIST_MODEL (store), 1);
  ship_session_item_update (item, new_row ("b", "B", "idle", 0));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_rows (model, "Working: a; Today: b c d");
  g_assert_cmpuint (n, ==, 0); /* b is where it was, under another heading */
}

static void
test_sessions_come_and_go (void)
{
  g_autoptr (GListStore) store = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipSidebarModel) model = ship_sidebar_model_new (G_LIST_MODEL (store));

  assert_rows (model, "");
  add (store, "a", "A", "idle", 0);
  add (store, "b", "B", "idle", 0);
  assert_rows (model, "Today: a b");
  g_list_store_remove (store, 0);
  assert_rows (model, "Today: b");
  g_list_store_remove_all (store);
  assert_rows (model, "");
}

static void
test_search (void)
{
  g_autoptr (GListStore) store = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipSidebarModel) model = NULL;

  add (store, "a", "Fix the Parser", "idle", 0);
  add (store, "b", "Fix the lexer", "waiting", 0);
  add (store, "c", "Write a manual", "idle", 0);
  model = ship_sidebar_model_new (G_LIST_MODEL (store));
  ship_sidebar_model_set_search (model, " fix  ");
  assert_rows (model, "Needs You: b; Today: a");
  ship_sidebar_model_set_search (model, "PARSER engine");
  assert_rows (model, "Today: a");
  ship_sidebar_model_set_search (model, "nowhere");
  assert_rows (model, "");
  ship_sidebar_model_set_search (model, "");
  assert_rows (model, "Needs You: b; Today: a c");
}

/* What is going to be deleted is out of sight, and out of the count. */
static void
test_hidden (void)
{
  g_autoptr (GListStore) store = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipSidebarModel) model = NULL;

  add (store, "a", "A", "waiting", 0);
  add (store, "b", "B", "waiting", 0);
  model = ship_sidebar_model_new (G_LIST_MODEL (store));
  ship_sidebar_model_set_hidden (model, "a", TRUE);
  assert_rows (model, "Needs You: b");
  g_assert_cmpuint (ship_sidebar_model_get_n_needing (model), ==, 1);
  ship_sidebar_model_set_hidden (model, "a", FALSE);
  assert_rows (model, "Needs You: a b");
}

/* The one that is open is selected wherever it goes, and by nothing else. */
static void
test_opened (void)
{
  g_autoptr (GListStore) store = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipSidebarModel) model = NULL;
  GtkSelectionModel *selection;

  add (store, "a", "A", "idle", 0);
  add (store, "b", "B", "idle", 0);
  model = ship_sidebar_model_new (G_LIST_MODEL (store));
  selection = GTK_SELECTION_MODEL (model);
  ship_sidebar_model_set_opened (model, "b");
  g_assert_true (gtk_selection_model_is_selected (selection, 1));
  g_assert_false (gtk_selection_model_select_item (selection, 0, TRUE));
  finish (store, 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_rows (model, "Done: b; Today: a");
  g_assert_true (gtk_selection_model_is_selected (selection, 0));
  g_assert_false (gtk_selection_model_is_selected (selection, 1));
}

/* A session that only moves is the same entry: a row that is being used stays. */
static void
test_entry_stays (void)
{
  g_autoptr (GListStore) store = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipSidebarModel) model = NULL;
  g_autoptr (ShipSidebarEntry) before = NULL;
  g_autoptr (ShipSidebarEntry) after = NULL;
  g_autoptr (ShipSessionItem) item = NULL;
  gpointer moved[2];

  add (store, "a", "A", "idle", 0);
  add (store, "b", "B", "idle", 0);
  model = ship_sidebar_model_new (G_LIST_MODEL (store));
  before = g_list_model_get_item (G_LIST_MODEL (model), 1);
  item = g_list_model_get_item (G_LIST_MODEL (store), 0);
  moved[0] = ship_sidebar_entry_get_item (before);
  moved[1] = item;
  g_list_store_splice (store, 0, 2, moved, 2);
  assert_rows (model, "Today: b a");
  after = g_list_model_get_item (G_LIST_MODEL (model), 0);
  g_assert_true (after == before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/sidebar-model/groups", test_groups);
  g_test_add_func ("/ui/sidebar-model/state-moves", test_state_moves);
  g_test_add_func ("/ui/sidebar-model/come-and-go", test_sessions_come_and_go);
  g_test_add_func ("/ui/sidebar-model/search", test_search);
  g_test_add_func ("/ui/sidebar-model/hidden", test_hidden);
  g_test_add_func ("/ui/sidebar-model/opened", test_opened);
  g_test_add_func ("/ui/sidebar-model/entry-stays", test_entry_stays);
  return g_test_run ();
}
