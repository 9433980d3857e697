/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include "ship-test.h"

#include <string.h>

/*
 * An agent that takes more of the machine than its session may: the session stops alone and says
 * which limit it was; with a higher one it goes on where it was, and nothing it had made is lost.
 */

#define MODEL "anthropic/claude-sonnet-4-5"
#define MIB   (G_GUINT64_CONSTANT (1) << 20)

static void
call (E2eSession *session, const char *method, GVariant *arguments)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_client_call_async (session->client,
                                  method,
                                  arguments,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  ship_session_client_call_finish (session->client, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
set_limit (E2eSession *session, const char *name, guint64 value)
{
  call (session, "SetLimits", g_variant_new_parsed ("({%s: %t},)", name, value));
}

static void
test_limit (const char *name, guint64 little, guint64 enough, const char *bomb, const char *words)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, name, "a.txt", "one\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, MODEL);
  E2eSession      *beside = e2e_session_new (e2e, repository, MODEL);
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  g_autofree char *arguments =
    g_strdup_printf ("{\"command\":\"echo made >made.txt; %s\",\"description\":\"x\"}", bomb);
  g_autofree char *text = NULL;
  gint64           task;

  fake_llm_add_text (e2e->llm, "Hello.");
  e2e_session_await_task (beside, e2e_session_send (beside, "Say hello"), "complete");
  e2e_session_await_state (beside, "idle");
  set_limit (session, name, little);
  fake_llm_add_tool (e2e->llm, "bash", arguments);
  task = e2e_session_send (session, "Take a lot");
  e2e_session_await_state (session, "failed");
  if (strstr (ship_session_client_get_detail (session->client), words) == NULL)
    g_error ("It says: %s", ship_session_client_get_detail (session->client));
  g_assert_cmpstr (ship_session_client_get_state (beside->client), ==, "idle");

  set_limit (session, name, enough);
  fake_llm_add_text (e2e->llm, "It was enough.");
  call (session, "Resume", g_variant_new ("(b)", TRUE));
  e2e_session_await_task (session, task, "complete");
  fake_llm_assert_exhausted (e2e->llm);
  snapshot = e2e_session_read (session);
  text = e2e_output (repository,
                     "git",
                     "show",
                     ((ShipTaskRow *) snapshot->tasks->pdata[0])->to_commit,
                     "--",
                     "made.txt",
                     NULL);
  g_assert_nonnull (strstr (text, "+made"));
  call (beside, "Hibernate", NULL);
  e2e_session_free (session);
  e2e_session_free (beside);
}

static void
test_memory (void)
{
  test_limit ("memory",
              1024 * MIB,
              4096 * MIB,
              "(head -c 1500M /dev/zero; sleep 60) | tail -c 1500M >/dev/null & "
              "(head -c 900M /dev/zero; sleep 60) | tail -c 900M >/dev/null",
              "memory");
}

static void
test_disk (void)
{
  test_limit ("disk",
              100 * MIB,
              1024 * MIB,
              "echo big >.gitignore; head -c 300M /dev/zero >big; sleep 60",
              "disk");
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_test_add_func ("/e2e/limits/memory", test_memory);
  g_test_add_func ("/e2e/limits/disk", test_disk);
  return g_test_run ();
}
