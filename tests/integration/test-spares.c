/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include "base/ship-settings.h"
#include "client/ship-spare-private.h"
#include "ship-test.h"

#include <string.h>

/* A session that is made of a sandbox which is warm already, with the real agent in it. */

#define MODEL "anthropic/claude-sonnet-4-5"

static void
prepare (E2e *e2e, const char *repository)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_spare_prepare_async (e2e->paths,
                            repository,
                            NULL,
                            MODEL,
                            NULL,
                            ship_test_keep_result,
                            &result);
  ship_spare_prepare_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
}

/* The id of the only one. */
static char *
find_spare (E2e *e2e)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) spares = NULL;

  ship_spare_list_async (e2e->paths, NULL, ship_test_keep_result, &result);
  spares = ship_spare_list_finish (ship_test_await (&result), NULL);
  g_assert_cmpuint (spares->len, ==, 1);
  return g_strdup (((ShipSpare *) spares->pdata[0])->row->id);
}

static void
await_warm (E2e *e2e, const char *id)
{
  g_autoptr (ShipSessionClient) client = ship_session_client_new (e2e->paths, id);
  gboolean has_begun = FALSE;

  /* It is written down before it is started. */
  for (;;)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      ship_session_client_connect_async (client, FALSE, NULL, ship_test_keep_result, &result);
      if (ship_session_client_connect_finish (client, ship_test_await (&result), &error))
        break;
      g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE);
      g_usleep (20000);
    }
  /* When it can be talked to it may not have begun to wake. */
  while (!g_str_equal (ship_session_client_get_state (client), "idle"))
    {
      const char *state = ship_session_client_get_state (client);

      if (has_begun && !g_str_equal (state, "waking"))
        g_error ("It did not wake: %s", ship_session_client_get_detail (client));
      has_begun = has_begun || g_str_equal (state, "waking");
      g_assert_true (ship_session_client_is_connected (client));
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
state_cb (ShipSessionClient *client, GParamSpec *pspec, gboolean *has_woken)
{
  if (g_str_equal (ship_session_client_get_state (client), "waking"))
    *has_woken = TRUE;
}

/* It works on its own branch from the first turn on, without being started again. */
static void
work (E2eSession *session, const char *branch, const char *title)
{
  FakeLlm         *llm = session->e2e->llm;
  gboolean         has_woken = FALSE;
  g_autofree char *content = NULL;
  g_autofree char *place = g_strconcat (branch, ":new.txt", NULL);
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;

  fake_llm_add_tool (llm,
                     "bash",
                     "{\"command\":\"git branch --show-current; git status --short && echo "
                     "is-clean; echo new >new.txt\",\"description\":\"x\"}");
  fake_llm_add_text (llm, "Made it.");
  g_signal_connect (session->client, "notify::state", G_CALLBACK (state_cb), &has_woken);
  e2e_session_await_task (session, e2e_session_send (session, "Do it"), "complete");
  g_signal_handlers_disconnect_by_data (session->client, &has_woken);
  g_assert_false (has_woken);
  g_assert_true (fake_llm_has_seen (llm, branch));
  g_assert_true (fake_llm_has_seen (llm, "is-clean"));
  content = e2e_output (session->repository, "git", "show", place, NULL);
  g_assert_cmpstr (content, ==, "new\n");
  snapshot = e2e_session_read (session);
  g_assert_cmpstr (snapshot->session->branch, ==, branch);
  g_assert_cmpstr (snapshot->session->title, ==, title);
  g_assert_false (snapshot->session->is_spare);
}

static void
test_claimed (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "spare", "a.txt", "one\n", NULL);
  g_autofree char *spare = NULL;
  ShipNewSession   what = { .repository = repository,
                            .title = "Mine",
                            .branch = "my-branch",
                            .model = MODEL,
                            .mode = "build" };
  E2eSession      *session;

  prepare (e2e, repository);
  spare = find_spare (e2e);
  await_warm (e2e, spare);
  session = e2e_session_new_as (e2e, &what);
  g_assert_cmpstr (session->id, ==, spare);
  work (session, "my-branch", "Mine");
  fake_llm_assert_exhausted (e2e->llm);
  e2e_session_free (session);
}

/* Claimed in the middle of its wake, and then killed: what is found is a whole session. */
static void
test_claimed_while_waking (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "early", "a.txt", "one\n", NULL);
  g_autofree char *spare = NULL;
  ShipNewSession   what = { .repository = repository,
                            .title = "Early",
                            .branch = "early-branch",
                            .model = MODEL,
                            .mode = "build" };
  E2eSession      *session;

  prepare (e2e, repository);
  spare = find_spare (e2e);
  session = e2e_session_new_as (e2e, &what);
  g_assert_cmpstr (session->id, ==, spare);
  e2e_session_await_state (session, "idle");
  work (session, "early-branch", "Early");
  fake_llm_assert_exhausted (e2e->llm);
  e2e_session_free (session);

  /* HEAD has not moved: the next one again. */
  prepare (e2e, repository);
  g_free (spare);
  spare = find_spare (e2e);
  what.branch = "killed-branch";
  session = e2e_session_new_as (e2e, &what);
  g_assert_cmpstr (session->id, ==, spare);
  e2e_session_kill (session);
  e2e_await_no_descendants ();
  e2e_session_connect (session);
  fake_llm_add_text (e2e->llm, "Nothing to do.");
  e2e_session_await_task (session, e2e_session_send (session, "Go"), "complete");
  e2e_session_free (session);
}

/* How many there are now. */
static guint
count_spares (E2e *e2e)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) spares = NULL;

  ship_spare_list_async (e2e->paths, NULL, ship_test_keep_result, &result);
  spares = ship_spare_list_finish (ship_test_await (&result), NULL);
  return spares->len;
}

static void
keep_warm (GSettings *settings, gboolean is_kept)
{
  g_settings_set_boolean (settings, SHIP_SETTING_WARM_SANDBOXES, is_kept);
  g_settings_sync ();
}

/* With the setting one is made by itself as soon as a session has woken, and the next is made of
 * it. */
static void
test_automatic (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *repository = e2e_make_repository (e2e, "warm", "a.txt", "one\n", NULL);
  g_autofree char *spare = NULL;
  g_autoptr (GSettings) settings = ship_settings_new (e2e->paths, &error);
  ShipNewSession what = { .repository = repository,
                          .title = "Next",
                          .branch = "next-branch",
                          .model = MODEL,
                          .mode = "build" };
  E2eSession    *first;
  E2eSession    *session;

  g_assert_no_error (error);
  keep_warm (settings, TRUE);
  first = e2e_session_new (e2e, repository, MODEL);
  fake_llm_add_text (e2e->llm, "Nothing to do.");
  e2e_session_await_task (first, e2e_session_send (first, "Go"), "complete");
  while (count_spares (e2e) == 0)
    g_usleep (20000);
  spare = find_spare (e2e);
  await_warm (e2e, spare);
  keep_warm (settings, FALSE);
  session = e2e_session_new_as (e2e, &what);
  g_assert_cmpstr (session->id, ==, spare);
  work (session, "next-branch", "Next");
  fake_llm_assert_exhausted (e2e->llm);
  g_assert_cmpuint (count_spares (e2e), ==, 0);
  e2e_session_kill (first); /* that the other has ended is seen by nothing being left */
  e2e_session_free (session);
  e2e_session_free (first);
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_unsetenv ("GSETTINGS_BACKEND"); /* the actor sees what is set here, by a file */
  g_test_add_func ("/e2e/spares/claimed", test_claimed);
  g_test_add_func ("/e2e/spares/claimed-while-waking", test_claimed_while_waking);
  g_test_add_func ("/e2e/spares/automatic", test_automatic);
  return g_test_run ();
}
