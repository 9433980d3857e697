/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a sandbox may have of the hosts outside. */
#include <glib.h>

#include "gateway/ship-gateway-account.h"

#define MIB       (G_GUINT64_CONSTANT (1) << 20)
#define MINUTE_US (60 * G_USEC_PER_SEC)

static const ShipGatewayBounds small = { .dials = 6,
                                         .host_dials = 4,
                                         .registry_tunnel = 10,
                                         .registry_total = 25,
                                         .down_tunnel = 100,
                                         .down_host = 150,
                                         .down_total = 200 };

#define ASK(host, is_registry, now_us) ship_gateway_account_ask (account, host, is_registry, now_us)

static void
test_dials (void)
{
  g_autoptr (ShipGatewayAccount) account = ship_gateway_account_new (&small, 0);

  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (ASK ("a.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpint (ASK ("a.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_OFTEN);
  g_assert_cmpint (ASK ("b.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpint (ASK ("c.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_OFTEN);
  /* Time gives them back, and no more than there were. */
  g_assert_cmpint (ASK ("a.test", FALSE, MINUTE_US / 4), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpint (ASK ("a.test", FALSE, MINUTE_US / 4), ==, SHIP_EGRESS_VERDICT_OFTEN);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (ASK ("a.test", FALSE, 9 * MINUTE_US), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpint (ASK ("a.test", FALSE, 9 * MINUTE_US), ==, SHIP_EGRESS_VERDICT_OFTEN);
}

static void
test_up (void)
{
  g_autoptr (ShipGatewayAccount) account = ship_gateway_account_new (&small, 0);

  g_assert_cmpuint (ship_gateway_account_get_up (account, "a.test", FALSE), ==, 0);
  g_assert_cmpuint (ship_gateway_account_get_up (account, "a.test", TRUE), ==, 10);
  g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  ship_gateway_account_add (account, "a.test", 20, 0);
  g_assert_cmpuint (ship_gateway_account_get_up (account, "a.test", TRUE), ==, 5);
  g_assert_cmpuint (ship_gateway_account_get_up (account, "b.test", TRUE), ==, 10);
  g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  ship_gateway_account_add (account, "a.test", 5, 0);
  g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_SPENT);
  /* One that was under way meanwhile has taken it: never "any number". */
  g_assert_cmpuint (ship_gateway_account_get_up (account, "a.test", TRUE), ==, 1);
  /* The user has allowed the host, and not as a registry. */
  g_assert_cmpint (ASK ("a.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpuint (ship_gateway_account_get_up (account, "a.test", FALSE), ==, 0);
}

static void
test_down (void)
{
  g_autoptr (ShipGatewayAccount) account = ship_gateway_account_new (&small, 0);

  g_assert_cmpuint (ship_gateway_account_get_down (account, "a.test"), ==, 100);
  g_assert_cmpint (ASK ("a.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  ship_gateway_account_add (account, "a.test", 0, 90);
  g_assert_cmpuint (ship_gateway_account_get_down (account, "a.test"), ==, 60);
  ship_gateway_account_add (account, "a.test", 0, 60);
  g_assert_cmpint (ASK ("a.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_FULL);
  g_assert_cmpuint (ship_gateway_account_get_down (account, "a.test"), ==, 1);

  g_assert_cmpint (ASK ("b.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpuint (ship_gateway_account_get_down (account, "b.test"), ==, 50);
  ship_gateway_account_add (account, "b.test", 0, G_MAXUINT64);
  ship_gateway_account_add (account, "b.test", 0, G_MAXUINT64);
  g_assert_cmpint (ASK ("c.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_FULL);
}

/* Names that are made up are not remembered for ever; what was carried is. */
static void
test_many (void)
{
  ShipGatewayBounds wide = small;
  g_autoptr (ShipGatewayAccount) account = NULL;

  wide.dials = 100000;
  account = ship_gateway_account_new (&wide, 0);
  g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  ship_gateway_account_add (account, "a.test", 25, 0);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u.test", i);

      g_assert_cmpint (ASK (name, FALSE, i * MINUTE_US / 500), ==, SHIP_EGRESS_VERDICT_CONNECTED);
    }
  g_assert_cmpint (ASK ("a.test", TRUE, 20 * MINUTE_US), ==, SHIP_EGRESS_VERDICT_SPENT);
}

/* What decision 0025 says. */
static void
test_shipped (void)
{
  g_autoptr (ShipGatewayAccount) account = ship_gateway_account_new (&ship_gateway_bounds, 0);

  for (guint i = 0; i < 16; i++)
    {
      g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
      g_assert_cmpuint (ship_gateway_account_get_up (account, "a.test", TRUE), ==, MIB);
      ship_gateway_account_add (account, "a.test", MIB, 0);
    }
  g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_SPENT);
  g_assert_cmpuint (ship_gateway_account_get_down (account, "a.test"), ==, 4096 * MIB);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway-account/dials", test_dials);
  g_test_add_func ("/gateway-account/up", test_up);
  g_test_add_func ("/gateway-account/down", test_down);
  g_test_add_func ("/gateway-account/many", test_many);
  g_test_add_func ("/gateway-account/shipped", test_shipped);
  return g_test_run ();
}
