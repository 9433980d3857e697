/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which hosts a sandbox may reach. */
#include "net/ship-egress-policy.h"

static void
test_modes (void)
{
  g_autoptr (ShipEgressPolicy) offline = ship_egress_policy_new (SHIP_EGRESS_MODE_OFFLINE);
  g_autoptr (ShipEgressPolicy) none = ship_egress_policy_new (SHIP_EGRESS_MODE_ALLOWLIST);
  g_autoptr (ShipEgressPolicy) open = ship_egress_policy_new (SHIP_EGRESS_MODE_OPEN);
  g_autoptr (ShipEgressPolicy) copy = NULL;
  ShipEgressMode mode;

  /* A list does not open what is closed, and an empty one opens nothing. */
  g_assert_true (ship_egress_policy_add (offline, "a.test", NULL));
  copy = ship_egress_policy_copy (offline);
  g_assert_false (ship_egress_policy_allows (offline, "a.test", 443));
  g_assert_false (ship_egress_policy_allows (copy, "a.test", 443));
  g_assert_false (ship_egress_policy_allows (none, "a.test", 443));
  g_assert_true (ship_egress_policy_allows (open, "a.test", 22));
  g_assert_false (ship_egress_policy_allows (open, "127.0.0.1", 22));
  g_assert_false (ship_egress_policy_allows (open, "a.test", 0));

  for (guint i = SHIP_EGRESS_MODE_OFFLINE; i <= SHIP_EGRESS_MODE_OPEN; i++)
    {
      g_assert_true (ship_egress_mode_from_string (ship_egress_mode_to_string (i), &mode));
      g_assert_cmpint (mode, ==, i);
    }
  g_assert_false (ship_egress_mode_from_string ("Open", &mode));
  g_assert_false (ship_egress_mode_from_string (NULL, &mode));
}

static void
test_patterns (void)
{
  static const struct
  {
    const char *pattern;
    const char *host;
    guint16     port;
    gboolean    allows;
  } cases[] = {
    { "a.test", "a.test", 443, TRUE },
    { "a.test", "A.Test", 80, TRUE },
    { "A.TEST", "a.test", 443, TRUE },
    { "a.test", "a.test", 8443, FALSE },
    { "a.test", "b.a.test", 443, FALSE },
    { "a.test", "ba.test", 443, FALSE },
    { "a.test", "a.test.evil.test", 443, FALSE },
    { "a.test", "a.test.", 443, FALSE },
    { "*.a.test", "b.a.test", 443, TRUE },
    { "*.a.test", "c.b.a.test", 443, TRUE },
    { "*.a.test", "a.test", 443, FALSE },
    { "*.a.test", "ba.test", 443, FALSE },
    { "*.a.test", ".a.test", 443, FALSE },
    { "a.test:8443", "a.test", 8443, TRUE },
    { "a.test:8443", "a.test", 443, FALSE },
    { "*.a.test:22", "b.a.test", 22, TRUE },
    { "a.test:*", "a.test", 1, TRUE },
    { "a.test:*", "b.test", 1, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ShipEgressPolicy) policy = ship_egress_policy_new (SHIP_EGRESS_MODE_ALLOWLIST);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s: %s:%u", cases[i].pattern, cases[i].host, cases[i].port);
      g_assert_true (ship_egress_policy_add (policy, cases[i].pattern, &error));
      g_assert_no_error (error);
      g_assert_cmpint (ship_egress_policy_allows (policy, cases[i].host, cases[i].port),
                       ==,
                       cases[i].allows);
    }
}

static void
test_spelling (void)
{
  static const struct
  {
    const char *pattern;
    const char *normal; /* NULL: it is none */
  } cases[] = {
    { "A.test", "a.test" },
    { "*.A.test:0443", NULL },
    { "*.a.test:443", "*.a.test:443" },
    { "a.test:*", "a.test:*" },
    { "*.test", NULL }, /* everything there is */
    { "*", NULL },
    { "test", NULL },
    { "localhost", NULL },
    { "", NULL },
    { "a.*.test", NULL },
    { "*a.test", NULL },
    { "10.0.0.1", NULL },
    { "[::1]", NULL },
    { "https://a.test", NULL },
    { "a.test/", NULL },
    { "a.test:", NULL },
    { "a.test:99999", NULL },
    { "a.test ", NULL },
  };
  g_autoptr (ShipEgressPolicy) policy = ship_egress_policy_new (SHIP_EGRESS_MODE_ALLOWLIST);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *normal = ship_egress_pattern_normalize (cases[i].pattern, &error);

      g_assert_cmpstr (normal, ==, cases[i].normal);
      if (normal != NULL)
        continue;
      g_assert_error (error, SHIP_EGRESS_ERROR, SHIP_EGRESS_ERROR_INVALID);
      g_assert_false (ship_egress_policy_add (policy, cases[i].pattern, NULL));
    }
}

/* A bound for what is sent, unless the user has allowed the host as well, or everything. */
static void
test_registries (void)
{
  g_autoptr (ShipEgressPolicy) policy = ship_egress_policy_new (SHIP_EGRESS_MODE_ALLOWLIST);
  g_autoptr (ShipEgressPolicy) copy = NULL;
  g_autoptr (ShipEgressPolicy) open = ship_egress_policy_new (SHIP_EGRESS_MODE_OPEN);

  g_assert_true (ship_egress_policy_add_registry (policy, "registry.test", NULL));
  g_assert_true (ship_egress_policy_add (policy, "registry.test", NULL));
  g_assert_true (ship_egress_policy_add (open, "a.test", NULL));
  g_assert_true (ship_egress_policy_add_registry (open, "b.test", NULL));
  g_assert_false (ship_egress_policy_is_registry (policy, "registry.test", 443));
  g_assert_false (ship_egress_policy_is_registry (open, "b.test", 443));

  ship_egress_policy_free (g_steal_pointer (&policy));
  policy = ship_egress_policy_new (SHIP_EGRESS_MODE_ALLOWLIST);
  g_assert_true (ship_egress_policy_add_registry (policy, "registry.test", NULL));
  g_assert_true (ship_egress_policy_add (policy, "registry.test:8443", NULL));
  copy = ship_egress_policy_copy (policy);
  g_assert_true (ship_egress_policy_allows (copy, "registry.test", 443));
  g_assert_true (ship_egress_policy_is_registry (copy, "Registry.test", 443));
  g_assert_false (ship_egress_policy_is_registry (copy, "registry.test", 8443));
  g_assert_false (ship_egress_policy_is_registry (copy, "other.test", 443));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/egress-policy/modes", test_modes);
  g_test_add_func ("/egress-policy/patterns", test_patterns);
  g_test_add_func ("/egress-policy/spelling", test_spelling);
  g_test_add_func ("/egress-policy/registries", test_registries);
  return g_test_run ();
}
