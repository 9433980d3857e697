/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-fixture.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

/* Titles that the agent thinks of beside its first turn. */

typedef SessionFixture Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  session_fixture_set_up (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  session_fixture_tear_down (f);
}

static void
count_cb (ShipSession *session, const char *table, gint64 row, guint *count)
{
  if (g_str_equal (table, "session"))
    (*count)++;
}

/* What it says is written: the store runs its jobs in order. */
static void
begin (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_send_async (f->session, "Do it", NULL, NULL, NULL, ship_test_keep_result, &result);
  ship_session_send_finish (f->session, ship_test_await (&result), NULL);
  session_fixture_assert_call (f, "prompt anthropic/m build: Do it");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
}

static void
set_title (Fixture *f, const char *title)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_set_title_async (f->session, title, ship_test_keep_result, &result);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&result), NULL));
}

static gboolean
read_session (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipSessionRow **row = data;

  *row = ship_session_table_load (db, error);
  return *row != NULL;
}

/* A command that is answered comes after whatever was queued before it. */
static void
assert_title (Fixture *f, const char *title, const char *source)
{
  g_autoptr (ShipSessionRow) row = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_cancel_task_async (f->session, 99, ship_test_keep_result, &result);
  g_assert_false (ship_session_command_finish (f->session, ship_test_await (&result), NULL));
  session_fixture_run_on_store (f, read_session, &row);
  g_assert_cmpstr (row->title, ==, title);
  g_assert_cmpstr (row->title_source, ==, source);
}

static void
end (Fixture *f)
{
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  while (ship_session_get_state (f->session) != SHIP_SESSION_STATE_IDLE)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_suggested (Fixture *f, gconstpointer data)
{
  guint count = 0;

  g_signal_connect (f->session, "changed", G_CALLBACK (count_cb), &count);
  begin (f);
  g_assert_null (fake_agent_get_opened_title (f->agent));
  fake_agent_say_title (f->agent, NULL, NULL, ""); /* none yet */
  fake_agent_say_title (f->agent, "ses_child", "ses_fake", "A sub-agent's");
  fake_agent_say_title (f->agent, "ses_other", NULL, "Another's");
  assert_title (f, "A session", "prompt");
  g_assert_cmpuint (count, ==, 0);

  fake_agent_say_title (f->agent, NULL, NULL, "# **“Mend the C#”**\n\nor so");
  assert_title (f, "Mend the C#", "model");
  g_assert_cmpuint (count, ==, 1);

  /* It is told again with everything that changes. */
  fake_agent_say_title (f->agent, NULL, NULL, "Something else");
  assert_title (f, "Mend the C#", "model");
  end (f);
}

static void
test_long (Fixture *f, gconstpointer data)
{
  g_autoptr (ShipSessionRow) row = NULL;

  ship_secrets_add (f->secrets, "sk-secret-secret-1");
  begin (f);
  fake_agent_say_title (f->agent,
                        NULL,
                        NULL,
                        "\"Use sk-secret-secret-1 to mend the roof and the door and the window\"");
  end (f);
  session_fixture_run_on_store (f, read_session, &row);
  g_assert_cmpint (g_utf8_strlen (row->title, -1), <=, 50);
  g_assert_true (g_str_has_prefix (row->title, "Use "));
  g_assert_null (strstr (row->title, "secret-1"));
}

static void
test_user (Fixture *f, gconstpointer data)
{
  set_title (f, "Mine");
  begin (f);
  g_assert_cmpstr (fake_agent_get_opened_title (f->agent), ==, "Mine");
  fake_agent_say_title (f->agent, NULL, NULL, "The model's");
  assert_title (f, "Mine", "user");
  end (f);
}

/* The user names it while the model still thinks. */
static void
test_user_meanwhile (Fixture *f, gconstpointer data)
{
  begin (f);
  set_title (f, "Mine");
  fake_agent_say_title (f->agent, NULL, NULL, "The model's");
  assert_title (f, "Mine", "user");
  end (f);
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  begin (f);
  fake_agent_say_title (f->agent, NULL, NULL, "\"\"");
  fake_agent_say_title (f->agent, NULL, NULL, " \n ");
  assert_title (f, "A session", "prompt");
  end (f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/session/title/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("suggested", test_suggested);
  ADD ("long", test_long);
  ADD ("user", test_user);
  ADD ("user-meanwhile", test_user_meanwhile);
  ADD ("empty", test_empty);

  return g_test_run ();
}
