/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/ship-status.h"

#include "session/ship-session-state.h"

/* Every state there is looks like something of its own. */
static void
test_every_state (void)
{
  g_autoptr (GHashTable) labels = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = SHIP_SESSION_STATE_HIBERNATED; i < SHIP_SESSION_N_STATES; i++)
    {
      const char       *word = ship_session_state_to_string (i);
      const ShipStatus *status = ship_status_lookup (word, NULL);

      g_assert_cmpstr (status->name, ==, word);
      g_assert_true (g_hash_table_add (labels, (char *) status->label));
      g_assert_nonnull (status->icon);
      g_assert_nonnull (status->css_class);
    }
}

static void
test_activity_only_while_running (void)
{
  g_assert_cmpstr (ship_status_lookup ("running", "testing")->label, ==, "Testing");
  g_assert_cmpstr (ship_status_lookup ("running", "stuck")->css_class, ==, "warning");
  g_assert_cmpstr (ship_status_lookup ("running", "")->label, ==, "Working");
  g_assert_cmpstr (ship_status_lookup ("idle", "testing")->label, ==, "Ready");
  g_assert_cmpint (ship_status_lookup ("failed", "coding")->attention,
                   ==,
                   SHIP_ATTENTION_NEEDS_USER);
}

static void
test_result (void)
{
  g_assert_cmpstr (ship_status_lookup_result ("hibernated", "", TRUE)->label, ==, "Done");
  g_assert_cmpstr (ship_status_lookup_result ("idle", "", TRUE)->label, ==, "Done");
  g_assert_cmpstr (ship_status_lookup_result ("hibernated", "", FALSE)->label, ==, "Asleep");
  g_assert_cmpstr (ship_status_lookup_result ("failed", "", TRUE)->label, ==, "Error");
  g_assert_cmpstr (ship_status_lookup_result ("running", "coding", TRUE)->label, ==, "Coding");
}

/* What nobody works on does not move, and what is stuck does not either. */
static void
test_moving (void)
{
  g_assert_true (ship_status_lookup ("running", "coding")->is_moving);
  g_assert_false (ship_status_lookup ("running", "stuck")->is_moving);
  g_assert_false (ship_status_lookup ("waiting", "")->is_moving);
  g_assert_false (ship_status_lookup ("hibernated", "")->is_moving);
}

static void
test_unknown (void)
{
  g_assert_cmpstr (ship_status_lookup ("levitating", "")->label, ==, "Unknown");
  g_assert_cmpstr (ship_status_lookup (NULL, NULL)->label, ==, "Unknown");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/status/every-state", test_every_state);
  g_test_add_func ("/ui/status/activity", test_activity_only_while_running);
  g_test_add_func ("/ui/status/result", test_result);
  g_test_add_func ("/ui/status/moving", test_moving);
  g_test_add_func ("/ui/status/unknown", test_unknown);
  return g_test_run ();
}
