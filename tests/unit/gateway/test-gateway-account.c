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
                                         .down_total = 200,
                                         .step = 4 };

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

/* All that @share gets one way before it is told that there is no more. */
static guint64
take_all (ShipGatewayAccount *account, ShipGatewayShare *share, ShipEgressWay way)
{
  while (!share->ways[way].is_last)
    g_assert_true (ship_gateway_account_give (account, share, way, 0));
  return share->ways[way].limit;
}

/* What a connection would carry at most, that then carries @n_up and @n_down. */
static guint64
carry (ShipGatewayAccount *account,
       const char         *host,
       gboolean            is_registry,
       ShipEgressWay       way,
       guint64             n_up,
       guint64             n_down)
{
  ShipGatewayShare *share = ship_gateway_share_new (host, is_registry);
  guint64           most = take_all (account, share, way);

  ship_gateway_account_settle (account, share, n_up, n_down);
  return most;
}

static void
test_up (void)
{
  g_autoptr (ShipGatewayAccount) account = ship_gateway_account_new (&small, 0);
  ShipGatewayShare *any = ship_gateway_share_new ("a.test", FALSE);

  g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpuint (carry (account, "a.test", TRUE, SHIP_EGRESS_UP, 10, 0), ==, 10);
  g_assert_cmpuint (carry (account, "a.test", TRUE, SHIP_EGRESS_UP, 10, 0), ==, 10);
  g_assert_cmpuint (carry (account, "a.test", TRUE, SHIP_EGRESS_UP, 0, 0), ==, 5);
  g_assert_cmpint (ASK ("b.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpuint (carry (account, "b.test", TRUE, SHIP_EGRESS_UP, 0, 0), ==, 10);
  g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpuint (carry (account, "a.test", TRUE, SHIP_EGRESS_UP, 5, 0), ==, 5);
  g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_SPENT);
  /* The user has allowed the host, and not as a registry. */
  g_assert_cmpint (ASK ("a.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  for (guint i = 0; i < 100; i++)
    g_assert_true (ship_gateway_account_give (account, any, SHIP_EGRESS_UP, 0));
  g_assert_cmpuint (any->ways[SHIP_EGRESS_UP].limit, ==, 400 * MIB);
  g_assert_cmpuint (any->ways[SHIP_EGRESS_UP].is_last, ==, 0);
  ship_gateway_share_free (any);
}

static void
test_down (void)
{
  g_autoptr (ShipGatewayAccount) account = ship_gateway_account_new (&small, 0);

  g_assert_cmpint (ASK ("a.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpuint (carry (account, "a.test", FALSE, SHIP_EGRESS_DOWN, 0, 90), ==, 100);
  g_assert_cmpuint (carry (account, "a.test", FALSE, SHIP_EGRESS_DOWN, 0, 60), ==, 60);
  g_assert_cmpint (ASK ("a.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_FULL);

  g_assert_cmpint (ASK ("b.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpuint (carry (account, "b.test", FALSE, SHIP_EGRESS_DOWN, 0, G_MAXUINT64), ==, 50);
  g_assert_cmpuint (carry (account, "b.test", FALSE, SHIP_EGRESS_DOWN, 0, G_MAXUINT64), ==, 0);
  g_assert_cmpint (ASK ("c.test", FALSE, 0), ==, SHIP_EGRESS_VERDICT_FULL);
}

/* Those that run at the same time have no more together than one after the other. */
static void
test_together (void)
{
  ShipGatewayBounds bounds = small;
  g_autoptr (ShipGatewayAccount) account = NULL;
  ShipGatewayShare *shares[8];
  guint64           sum = 0;

  bounds.step = 10;
  account = ship_gateway_account_new (&bounds, 0);
  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      const char *host = i % 2 == 0 ? "a.test" : "b.test";

      ASK (host, FALSE, 0);
      shares[i] = ship_gateway_share_new (host, FALSE);
      g_assert_true (ship_gateway_account_give (account, shares[i], SHIP_EGRESS_DOWN, 0));
      g_assert_cmpuint (shares[i]->ways[SHIP_EGRESS_DOWN].limit, ==, 10);
    }
  /* What one does not use is there for the others. */
  ship_gateway_account_settle (account, shares[0], 0, 3);
  for (guint i = 1; i < G_N_ELEMENTS (shares); i++)
    sum += take_all (account, shares[i], SHIP_EGRESS_DOWN);
  g_assert_cmpuint (sum, ==, 200 - 3);
  for (guint i = 1; i < G_N_ELEMENTS (shares); i++)
    ship_gateway_account_settle (account, shares[i], 0, shares[i]->ways[SHIP_EGRESS_DOWN].limit);
  g_assert_cmpint (ASK ("c.test", FALSE, MINUTE_US), ==, SHIP_EGRESS_VERDICT_FULL);

  /* The user allows more. */
  bounds.down_total = 210;
  ship_gateway_account_set_bounds (account, &bounds, MINUTE_US);
  g_assert_cmpint (ASK ("c.test", FALSE, MINUTE_US), ==, SHIP_EGRESS_VERDICT_CONNECTED);
  g_assert_cmpuint (carry (account, "c.test", FALSE, SHIP_EGRESS_DOWN, 0, 0), ==, 10);
}

/* How much @n connections get together one way, from @start_us on. */
static guint64
carry_for (ShipGatewayAccount *account, guint n, ShipEgressWay way, gint64 start_us, gint64 end_us)
{
  g_autoptr (GPtrArray) shares =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ship_gateway_share_free);
  guint64 sum = 0;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (shares, ship_gateway_share_new ("a.test", FALSE));
  for (gint64 now_us = start_us; now_us < end_us; now_us += 10000)
    for (guint i = 0; i < n; i++)
      while (ship_gateway_account_give (account, shares->pdata[i], way, now_us))
        continue;
  for (guint i = 0; i < n; i++)
    sum += ((ShipGatewayShare *) shares->pdata[i])->ways[way].limit;
  return sum;
}

/* A second's worth at once, and then so many a second, whoever takes them. */
static void
test_rate (void)
{
  ShipGatewayBounds bounds;
  g_autoptr (ShipGatewayAccount) account = NULL;

  ship_gateway_bounds_init (&bounds, 1024 * MIB, MIB);
  account = ship_gateway_account_new (&bounds, 0);
  for (guint way = 0; way < SHIP_EGRESS_N_WAYS; way++)
    {
      guint64 sum = carry_for (account, 16, (ShipEgressWay) way, 0, 10 * G_USEC_PER_SEC);

      g_assert_cmpuint (sum, >, 10 * MIB + MIB / 2);
      g_assert_cmpuint (sum, <=, 11 * MIB);
    }
  /* A bound that changes holds from then on. */
  bounds.rate = 2 * MIB;
  ship_gateway_account_set_bounds (account, &bounds, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (
    carry_for (account, 1, SHIP_EGRESS_DOWN, 10 * G_USEC_PER_SEC, 11 * G_USEC_PER_SEC),
    >,
    3 * MIB + MIB / 2);
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
  ship_gateway_account_settle (account, ship_gateway_share_new ("a.test", TRUE), 25, 0);
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
  ShipGatewayBounds bounds;
  g_autoptr (ShipGatewayAccount) account = NULL;

  ship_gateway_bounds_init (&bounds, 65536 * MIB, 0);
  g_assert_cmpuint (bounds.down_tunnel, ==, 4096 * MIB);
  g_assert_cmpuint (bounds.down_host, ==, 16384 * MIB);
  account = ship_gateway_account_new (&bounds, 0);
  for (guint i = 0; i < 16; i++)
    {
      g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_CONNECTED);
      g_assert_cmpuint (carry (account, "a.test", TRUE, SHIP_EGRESS_UP, MIB, 0), ==, MIB);
    }
  g_assert_cmpint (ASK ("a.test", TRUE, 0), ==, SHIP_EGRESS_VERDICT_SPENT);
  g_assert_cmpuint (carry (account, "a.test", TRUE, SHIP_EGRESS_DOWN, 0, 0), ==, 4096 * MIB);

  ship_gateway_bounds_init (&bounds, 10 * MIB, 1);
  g_assert_cmpuint (bounds.down_tunnel, ==, 10 * MIB);
  g_assert_cmpuint (bounds.down_host, ==, 10 * MIB);
  g_assert_cmpuint (bounds.rate, ==, 1024);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway-account/dials", test_dials);
  g_test_add_func ("/gateway-account/up", test_up);
  g_test_add_func ("/gateway-account/down", test_down);
  g_test_add_func ("/gateway-account/together", test_together);
  g_test_add_func ("/gateway-account/rate", test_rate);
  g_test_add_func ("/gateway-account/many", test_many);
  g_test_add_func ("/gateway-account/shipped", test_shipped);
  return g_test_run ();
}
