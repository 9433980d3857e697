/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test-resources.h"
#include "store-test.h"

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) scripts =
    ship_store_load_migrations (store_test_get_resource (), "/test/good", &error);
  g_auto (GStrv) slash = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (scripts), ==, 2);
  g_assert_true (g_str_has_prefix (scripts[0], "CREATE TABLE event"));
  g_assert_true (g_str_has_prefix (scripts[1], "ALTER TABLE event"));

  slash = ship_store_load_migrations (store_test_get_resource (), "/test/good/", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (slash), ==, 2);
}

static void
test_refused (void)
{
  static const char *const prefixes[] = { "gap", "twice", "bad-name", "bad-suffix", "zero" };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autofree char *prefix = g_strconcat ("/test/", prefixes[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (ship_store_load_migrations (store_test_get_resource (), prefix, &error));
      g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_FAILED);
    }
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ship_store_load_migrations (store_test_get_resource (), "/nowhere", &error));
  g_assert_error (error, G_RESOURCE_ERROR, G_RESOURCE_ERROR_NOT_FOUND);
}

/* The scripts and the store together. */
static void
test_applied (Fixture *fixture, gconstpointer data)
{
  ShipStore *store =
    ship_store_new (fixture->path,
                    ship_store_load_migrations (store_test_get_resource (), "/test/good", NULL));
  int n = -1;

  store_must (store, job_insert, (gpointer) "x");
  store_must (store, job_count, &n);
  g_assert_cmpint (n, ==, 1);
  store_close (store);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/migrations/good", test_good);
  g_test_add_func ("/store/migrations/refused", test_refused);
  g_test_add_func ("/store/migrations/missing", test_missing);
  add_test ("/store/migrations/applied", test_applied);
  return g_test_run ();
}
