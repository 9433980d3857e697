/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-activity.h"
#include "session/ship-session-state.h"
#include "session/ship-turn-commit.h"

static void
test_words (void)
{
  for (guint i = SHIP_SESSION_STATE_HIBERNATED; i < SHIP_SESSION_N_STATES; i++)
    g_assert_cmpint (ship_session_state_from_string (ship_session_state_to_string (i)), ==, i);
  for (guint i = 0; i < SHIP_SESSION_N_EVENTS; i++)
    g_assert_nonnull (ship_session_event_to_string (i));

  g_assert_cmpint (ship_session_state_from_string ("asleep"), ==, SHIP_SESSION_STATE_INVALID);
  g_assert_cmpint (ship_session_state_from_string ("invalid"), ==, SHIP_SESSION_STATE_INVALID);
  g_assert_cmpint (ship_session_state_from_string (NULL), ==, SHIP_SESSION_STATE_INVALID);
}

/* From everywhere one can get to sleep, and to work. */
static gboolean
reaches (ShipSessionState from, ShipSessionState to)
{
  gboolean seen[SHIP_SESSION_N_STATES] = { FALSE };
  gboolean grew = TRUE;

  seen[from] = TRUE;
  while (grew)
    {
      grew = FALSE;
      for (guint state = 1; state < SHIP_SESSION_N_STATES; state++)
        for (guint event = 0; seen[state] && event < SHIP_SESSION_N_EVENTS; event++)
          {
            ShipSessionState next = ship_session_state_next (state, event);

            if (next != SHIP_SESSION_STATE_INVALID && !seen[next])
              grew = seen[next] = TRUE;
          }
    }

  return seen[to];
}

static void
test_no_dead_end (void)
{
  for (guint state = 1; state < SHIP_SESSION_N_STATES; state++)
    {
      g_assert_true (reaches (state, SHIP_SESSION_STATE_HIBERNATED));
      g_assert_true (reaches (state, SHIP_SESSION_STATE_RUNNING));
      g_assert_true (reaches (SHIP_SESSION_STATE_HIBERNATED, state));
    }
}

static void
test_working_states (void)
{
  /* Whatever works can be stopped and can fail; whatever does not work cannot be stopped, waking
   * apart. */
  for (guint state = 1; state < SHIP_SESSION_N_STATES; state++)
    {
      gboolean can_stop =
        ship_session_state_next (state, SHIP_SESSION_EVENT_STOP) != SHIP_SESSION_STATE_INVALID;
      gboolean is_working = ship_session_state_is_working (state);

      if (state == SHIP_SESSION_STATE_STOPPING)
        g_assert_false (can_stop);
      else
        g_assert_cmpint (can_stop, ==, is_working || state == SHIP_SESSION_STATE_WAKING);
      g_assert_cmpint (ship_session_state_next (state, SHIP_SESSION_EVENT_FAILURE),
                       ==,
                       SHIP_SESSION_STATE_FAILED);
    }
}

/* A budget that is used up holds the queue from wherever a turn is, and what is held can be held
 * for another reason. */
static void
test_hold (void)
{
  for (guint state = 1; state < SHIP_SESSION_N_STATES; state++)
    if (ship_session_state_is_working (state))
      g_assert_cmpint (ship_session_state_next (state, SHIP_SESSION_EVENT_HOLD),
                       ==,
                       SHIP_SESSION_STATE_HOLDING);
  g_assert_cmpint (ship_session_state_next (SHIP_SESSION_STATE_HOLDING, SHIP_SESSION_EVENT_HOLD),
                   ==,
                   SHIP_SESSION_STATE_HOLDING);
}

static void
test_activity (void)
{
  g_assert_cmpstr (ship_activity_from_tool ("build", NULL, NULL), ==, "planning");
  g_assert_cmpstr (ship_activity_from_tool ("build", "read", "{}"), ==, "planning");
  g_assert_cmpstr (ship_activity_from_tool ("plan", "bash", "{\"command\":\"make test\"}"),
                   ==,
                   "planning");
  g_assert_cmpstr (ship_activity_from_tool ("build", "edit", "{}"), ==, "coding");
  g_assert_cmpstr (ship_activity_from_tool ("build", "bash", "{\"command\":\"make\"}"),
                   ==,
                   "executing");
  g_assert_cmpstr (
    ship_activity_from_tool ("build", "bash", "{\"command\":\"python3 -m unittest\"}"),
    ==,
    "testing");
  g_assert_cmpstr (ship_activity_from_tool ("build", "bash", "{\"command\":\"latest\"}"),
                   ==,
                   "executing");
  g_assert_cmpstr (ship_activity_from_tool ("build", "a_new_tool", NULL), ==, "executing");
}

static void
assert_message (const char *summary, const char *prompt, const char *expected)
{
  g_autofree char *message = ship_turn_commit_make_message (summary, prompt);

  g_assert_cmpstr (message, ==, expected);
}

static void
test_commit_message (void)
{
  assert_message ("Added a **parser**.\n\n- one\n- two\n", "p", "Added a parser\n\n- one\n- two\n");
  assert_message ("\n\n## Done: `x`\n", "p", "Done: x\n");
  assert_message (NULL, "Fix the login page\nand more", "Fix the login page\n");
  assert_message ("***\n", "Do it", "Do it\n");
  assert_message (NULL, "...", "Change what was asked\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/state/words", test_words);
  g_test_add_func ("/session/state/no-dead-end", test_no_dead_end);
  g_test_add_func ("/session/state/working", test_working_states);
  g_test_add_func ("/session/state/hold", test_hold);
  g_test_add_func ("/session/activity", test_activity);
  g_test_add_func ("/session/commit-message", test_commit_message);
  return g_test_run ();
}
