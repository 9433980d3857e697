/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "context/ship-small-model.h"

#include <glib/gstdio.h>

/* Which model is asked for a title. */

static ShipModelCatalog *
open_catalog (void)
{
  static const char text[] =
    "{\"a\":{\"id\":\"a\",\"name\":\"A\",\"npm\":\"@ai-sdk/"
    "anthropic\",\"env\":[\"A_KEY\"],\"models\":{"
    "\"big\":{\"id\":\"big\",\"name\":\"Big\",\"limit\":{\"context\":1,\"output\":1},"
    "\"cost\":{\"input\":5,\"output\":25}},"
    "\"old\":{\"id\":\"old\",\"name\":\"Old\",\"release_date\":\"2024-01-01\","
    "\"limit\":{\"context\":1,\"output\":1},\"cost\":{\"input\":1,\"output\":5}},"
    "\"new\":{\"id\":\"new\",\"name\":\"New\",\"release_date\":\"2026-01-01\","
    "\"limit\":{\"context\":1,\"output\":1},\"cost\":{\"input\":1,\"output\":5}},"
    "\"free?\":{\"id\":\"free?\",\"name\":\"Unknown\",\"limit\":{\"context\":1,\"output\":1}}}},"
    "\"b\":{\"id\":\"b\",\"name\":\"B\",\"npm\":\"@ai-sdk/openai\",\"env\":[\"B_KEY\"],\"models\":{"
    "\"x\":{\"id\":\"x\",\"name\":\"X\",\"limit\":{\"context\":1,\"output\":1}}}}}";
  g_autofree char *dir = g_dir_make_tmp ("ship-small-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "models.json", NULL);
  g_autofree char *date = g_build_filename (dir, "models.date", NULL);
  g_autoptr (GError) error = NULL;
  ShipModelCatalog *catalog;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (g_file_set_contents (date, "2026-01-01\n", -1, NULL));
  catalog = ship_model_catalog_new_from_file (path, &error);
  g_assert_no_error (error);
  g_remove (path);
  g_remove (date);
  g_rmdir (dir);

  return catalog;
}

static void
test_choose (void)
{
  static const struct
  {
    const char *setting;
    const char *model;
    const char *expected;
  } table[] = {
    { "", "a/big", "a/new" }, /* the cheapest, and of two the younger */
    { "", "a/unheard-of", "a/new" },    { "", "b/x", "b/x" },      /* no price is known */
    { "", "ollama/x/y", "ollama/x/y" }, { "b/x", "a/big", "b/x" }, /* as the user says */
    { "c/d/e", "a/big", "c/d/e" },      { "nonsense", "a/big", "a/new" },
    { "a/", "a/big", "a/new" },         { "/a", "b/x", "b/x" },
    { "", "nonsense", "nonsense" },
  };
  g_autoptr (ShipModelCatalog) catalog = open_catalog ();

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *chosen = ship_small_model_choose (catalog, table[i].setting, table[i].model);

      g_assert_cmpstr (chosen, ==, table[i].expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/context/small-model", test_choose);

  return g_test_run ();
}
