/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/ship-palette-model.h"

static ShipPaletteItem *
item (ShipPaletteKind kind, const char *title, const char *detail, const char *id)
{
  return ship_palette_item_new (kind,
                                "icon",
                                title,
                                detail,
                                "win.do",
                                id != NULL ? g_variant_new_string (id) : NULL);
}

static GPtrArray *
new_items (void)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (items, item (SHIP_PALETTE_KIND_SESSION, "Fix the login", "website", "1"));
  g_ptr_array_add (items, item (SHIP_PALETTE_KIND_SESSION, "Transcript order", "ship", "2"));
  g_ptr_array_add (items, item (SHIP_PALETTE_KIND_ACTION, "New Session", "Ctrl+N", "3"));
  g_ptr_array_add (items, item (SHIP_PALETTE_KIND_MODEL, "Claude <5>", "Anthropic", "4"));

  return items;
}

/* The titles in their order. */
static char *
list (ShipPaletteModel *model)
{
  GString *titles = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
    {
      g_autoptr (ShipPaletteItem) found = g_list_model_get_item (G_LIST_MODEL (model), i);

      g_string_append_printf (titles,
                              "%s%s",
                              i > 0 ? ", " : "",
                              ship_palette_item_get_title (found));
    }

  return g_string_free (titles, FALSE);
}

static void
assert_found (ShipPaletteModel *model, const char *text, const char *titles)
{
  g_autofree char *found = NULL;

  ship_palette_model_set_search (model, text);
  while (ship_palette_model_is_searching (model))
    g_main_context_iteration (NULL, TRUE);
  found = list (model);
  g_assert_cmpstr (found, ==, titles);
}

static void
test_search (void)
{
  ShipPaletteModel *model = ship_palette_model_new (new_items (), NULL);

  assert_found (model, "", "Fix the login, Transcript order, New Session, Claude <5>");
  assert_found (model,
                "ns",
                "New Session, Transcript order, Fix the login"); /* by its detail, too */
  assert_found (model, "website", "Fix the login");
  assert_found (model, "anthropic", "Claude <5>");
  assert_found (model, "zzz", "");
  assert_found (model, "", "Fix the login, Transcript order, New Session, Claude <5>");
  g_assert_finalize_object (model);
}

static void
test_recent (void)
{
  const char *const recent[] = { "win.do::4", "win.do::gone", "win.do::2", NULL };
  ShipPaletteModel *model = ship_palette_model_new (new_items (), recent);

  assert_found (model, "", "Claude <5>, Transcript order, Fix the login, New Session");
  g_assert_finalize_object (model);
}

static void
test_remember (void)
{
  const char *const recent[] = { "a", "b", "c", NULL };
  g_auto (GStrv) again = ship_palette_remember (recent, "b");
  g_auto (GStrv) first = ship_palette_remember (NULL, "x");
  g_auto (GStrv) many = NULL;
  g_autofree char *text = g_strjoinv (",", again);

  g_assert_cmpstr (text, ==, "b,a,c");
  g_assert_cmpstr (first[0], ==, "x");
  many = g_strdupv (first);
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);
      g_auto (GStrv) before = g_steal_pointer (&many);

      many = ship_palette_remember ((const char *const *) before, key);
    }
  g_assert_cmpuint (g_strv_length (many), ==, 12);
  g_assert_cmpstr (many[0], ==, "29");
}

static void
test_markup (void)
{
  ShipPaletteModel *model = ship_palette_model_new (new_items (), NULL);
  g_autoptr (ShipPaletteItem) found = g_list_model_get_item (G_LIST_MODEL (model), 3);
  g_autofree char *plain = ship_palette_model_dup_markup (model, found);
  g_autofree char *marked = NULL;

  ship_palette_model_set_search (model, "cl5>");
  marked = ship_palette_model_dup_markup (model, found);
  g_assert_cmpstr (plain, ==, "Claude &lt;5&gt;");
  g_assert_cmpstr (marked, ==, "<b><u>Cl</u></b>aude &lt;<b><u>5&gt;</u></b>");
  g_clear_object (&found);
  g_assert_finalize_object (model);
}

/* More than a slice; a second search in the middle of the first wins. */
static void
test_many (void)
{
  GPtrArray        *items = g_ptr_array_new_with_free_func (g_object_unref);
  ShipPaletteModel *model;

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *title = g_strdup_printf ("Session number %u of the list", i);

      g_ptr_array_add (items, item (SHIP_PALETTE_KIND_SESSION, title, "r", title));
    }
  model = ship_palette_model_new (items, NULL);
  ship_palette_model_set_search (model, "session number");
  assert_found (model, "number19999", "Session number 19999 of the list");
  while (ship_palette_model_is_searching (model))
    g_main_context_iteration (NULL, TRUE);
  ship_palette_model_set_search (model, "s");
  while (ship_palette_model_is_searching (model))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, SHIP_PALETTE_MOST);
  ship_palette_model_set_search (model, "session number");
  g_assert_finalize_object (model); /* in the middle */
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/palette/search", test_search);
  g_test_add_func ("/palette/recent", test_recent);
  g_test_add_func ("/palette/remember", test_remember);
  g_test_add_func ("/palette/markup", test_markup);
  g_test_add_func ("/palette/many", test_many);

  return g_test_run ();
}
