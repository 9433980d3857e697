/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-context-use.h"

static ShipExchangeRow *
exchange (const char *purpose, const char *agent, gint64 input, gint64 cached, gint64 output)
{
  ShipExchangeRow *row = g_new0 (ShipExchangeRow, 1);

  row->purpose = g_strdup (purpose);
  row->agent_session = g_strdup (agent);
  row->usage = (ShipUsage) SHIP_USAGE_INIT;
  row->usage.input = input;
  row->usage.cache_read = cached;
  row->usage.output = output;

  return row;
}

static ShipSessionSnapshot *
new_snapshot (void)
{
  ShipSessionSnapshot *snapshot = g_new0 (ShipSessionSnapshot, 1);

  snapshot->session = g_new0 (ShipSessionRow, 1);
  snapshot->session->agent_session = g_strdup ("ses_1");
  snapshot->exchanges = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_exchange_row_free);

  return snapshot;
}

static void
test_last (void)
{
  g_autoptr (ShipSessionSnapshot) snapshot = new_snapshot ();

  g_assert_cmpint (ship_context_use_of (snapshot, 1000).tokens, ==, -1);
  g_ptr_array_add (snapshot->exchanges, exchange ("turn", "ses_1", 10, 20, 5));
  g_assert_cmpint (ship_context_use_of (snapshot, 1000).tokens, ==, 35);
  g_ptr_array_add (snapshot->exchanges, exchange ("turn", "ses_1", 100, -1, 5));
  g_assert_cmpint (ship_context_use_of (snapshot, 1000).tokens, ==, 105);
  /* Not the conversation's own, or not known. */
  g_ptr_array_add (snapshot->exchanges, exchange ("turn", "ses_2", 900, 0, 5));
  g_ptr_array_add (snapshot->exchanges, exchange ("sub-agent", "ses_1", 900, 0, 5));
  g_ptr_array_add (snapshot->exchanges, exchange ("title", "ses_1", 900, 0, 5));
  g_ptr_array_add (snapshot->exchanges, exchange ("turn", "ses_1", -1, -1, -1));
  g_assert_cmpint (ship_context_use_of (snapshot, 1000).tokens, ==, 105);
}

static void
test_fraction (void)
{
  const struct
  {
    ShipContextUse use;
    double         fraction;
    const char    *text;
  } rows[] = {
    { { -1, 200000, FALSE }, -1, "—" },
    { { 84000, 0, FALSE }, -1, "84k" },
    { { 84000, 200000, FALSE }, 0.42, "42 % of 200k" },
    { { 300000, 200000, FALSE }, 1, "100 % of 200k" },
    { { 0, 1000000, FALSE }, 0, "0 % of 1M" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = ship_context_use_format (&rows[i].use);

      g_assert_cmpstr (text, ==, rows[i].text);
      g_assert_cmpfloat_with_epsilon (ship_context_use_get_fraction (&rows[i].use),
                                      rows[i].fraction,
                                      1e-9);
    }
}

static void
test_tokens (void)
{
  const struct
  {
    gint64      tokens;
    const char *text;
  } rows[] = {
    { 0, "0" },           { 999, "999" },     { 1000, "1k" },      { 1499, "1k" },
    { 1500, "2k" },       { 999499, "999k" }, { 999500, "1.00M" }, { 1000000, "1M" },
    { 1048576, "1.05M" }, { 2000000, "2M" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = ship_context_use_format_tokens (rows[i].tokens);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/context-use/last", test_last);
  g_test_add_func ("/context-use/fraction", test_fraction);
  g_test_add_func ("/context-use/tokens", test_tokens);

  return g_test_run ();
}
