/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-error-class.h"

/* Walks the enumeration, so that a class that is added later cannot be forgotten. */
static void
test_categories (void)
{
  static const char *const known[] = { "transient",  "transient", "user-action", "user-action",
                                       "persistent", "fatal",     "cancelled" };
  g_autoptr (GEnumClass) klass = g_type_class_ref (SHIP_TYPE_ERROR_CLASS);

  g_assert_cmpuint (klass->n_values, ==, G_N_ELEMENTS (known));
  for (guint i = 0; i < klass->n_values; i++)
    g_assert_cmpstr (ship_error_class_to_category (klass->values[i].value), ==, known[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/error-class/categories", test_categories);
  return g_test_run ();
}
