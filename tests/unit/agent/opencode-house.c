/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "opencode-house.h"

#include <glib/gstdio.h>

#include "ship-test.h"

/* Owned by one test; runs on its main context. */

static void
event_cb (ShipAgent *agent, ShipAgentEvent *event, OpencodeHouse *house)
{
  g_ptr_array_add (house->events, ship_agent_event_ref (event));
  if (house->disconnects_at_event)
    ship_agent_disconnect (agent);
}

static void
lost_cb (ShipAgent *agent, GError *error, OpencodeHouse *house)
{
  g_clear_error (&house->lost);
  house->lost = g_error_copy (error);
  house->n_lost++;
}

void
opencode_house_set_up (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  house->folder = g_dir_make_tmp ("ship-agent-XXXXXX", &error);
  g_assert_no_error (error);
  house->socket = g_build_filename (house->folder, "api", NULL);
  house->server = fake_http_server_new_for_socket (house->socket);
  house->agent = ship_opencode_agent_new (house->socket, PASSWORD, DIRECTORY);
  house->cancellable = g_cancellable_new ();
  house->events = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_agent_event_unref);
  g_signal_connect (house->agent, "event", G_CALLBACK (event_cb), house);
  g_signal_connect (house->agent, "lost", G_CALLBACK (lost_cb), house);
}

void
opencode_house_tear_down (OpencodeHouse *house, gconstpointer data)
{
  ship_agent_disconnect (house->agent);
  if (house->server != NULL)
    g_assert_cmpuint (fake_http_server_get_n_left (house->server), ==, 0);
  g_assert_finalize_object (house->agent);
  g_clear_object (&house->server);
  g_clear_object (&house->cancellable);
  g_ptr_array_unref (house->events);
  g_clear_error (&house->lost);
  g_rmdir (house->folder);
  g_free (house->folder);
  g_free (house->socket);
}

/* A few turns of the main loop, for what should not come. */
void
opencode_house_settle (void)
{
  for (int i = 0; i < 20; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

void
opencode_house_wait_for_requests (OpencodeHouse *house, guint n_requests)
{
  while (fake_http_server_get_n_requests (house->server) < n_requests)
    g_main_context_iteration (NULL, TRUE);
}

/* The script. */

void
opencode_house_expect_health (OpencodeHouse *house)
{
  fake_http_server_expect (house->server, "GET", "/global/health", 200, HEALTH);
  fake_http_server_require_header (house->server, "Authorization", AUTHORIZATION);
}

void
opencode_house_expect_stream (OpencodeHouse *house)
{
  fake_http_server_expect (house->server, "GET", "/event", 200, NULL);
  fake_http_server_set_content_type (house->server, "text/event-stream");
}

/* What is needed to connect; more of the stream may be added. */
void
opencode_house_expect_connect (OpencodeHouse *house)
{
  opencode_house_expect_health (house);
  opencode_house_expect_stream (house);
  fake_http_server_add_chunk (house->server, CONNECTED, 0);
}

/* Calls. Each waits for its end. */

gboolean
opencode_house_connect (OpencodeHouse *house, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_connect_async (house->agent, house->cancellable, ship_test_keep_result, &result);

  return ship_agent_connect_finish (house->agent, ship_test_await (&result), error);
}

void
opencode_house_connect_and_stay (OpencodeHouse *house)
{
  g_autoptr (GError) error = NULL;

  opencode_house_expect_connect (house);
  fake_http_server_add_hang (house->server);
  opencode_house_connect (house, &error);
  g_assert_no_error (error);
}

char *
opencode_house_open_session (OpencodeHouse *house,
                             const char    *session_id,
                             const char    *title,
                             GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_open_session_async (house->agent,
                                 session_id,
                                 title,
                                 house->cancellable,
                                 ship_test_keep_result,
                                 &result);

  return ship_agent_open_session_finish (house->agent, ship_test_await (&result), error);
}

gboolean
opencode_house_prompt (OpencodeHouse *house, const ShipAgentPrompt *what, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_prompt_async (house->agent,
                           "ses_1",
                           what,
                           house->cancellable,
                           ship_test_keep_result,
                           &result);

  return ship_agent_prompt_finish (house->agent, ship_test_await (&result), error);
}

gboolean
opencode_house_abort_session (OpencodeHouse *house, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_abort_async (house->agent,
                          "ses_1",
                          house->cancellable,
                          ship_test_keep_result,
                          &result);

  return ship_agent_abort_finish (house->agent, ship_test_await (&result), error);
}

gboolean
opencode_house_answer_permission (OpencodeHouse *house,
                                  gboolean       allow,
                                  const char    *message,
                                  GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_answer_permission_async (house->agent,
                                      "per_1",
                                      allow,
                                      message,
                                      house->cancellable,
                                      ship_test_keep_result,
                                      &result);

  return ship_agent_answer_permission_finish (house->agent, ship_test_await (&result), error);
}

gboolean
opencode_house_answer_question (OpencodeHouse *house, const char *const *answers, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_answer_question_async (house->agent,
                                    "que_1",
                                    answers,
                                    house->cancellable,
                                    ship_test_keep_result,
                                    &result);

  return ship_agent_answer_question_finish (house->agent, ship_test_await (&result), error);
}

gboolean
opencode_house_reconcile (OpencodeHouse *house, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_reconcile_async (house->agent,
                              "ses_1",
                              house->cancellable,
                              ship_test_keep_result,
                              &result);

  return ship_agent_reconcile_finish (house->agent, ship_test_await (&result), error);
}

static gboolean
cancel_cb (gpointer user_data)
{
  OpencodeHouse *house = user_data;

  if (fake_http_server_get_n_left (house->server) > 0)
    return G_SOURCE_CONTINUE;
  g_cancellable_cancel (house->cancellable);

  return G_SOURCE_REMOVE;
}

/* As soon as everything that was expected has been asked. */
void
opencode_house_cancel_soon (OpencodeHouse *house)
{
  g_timeout_add (20, cancel_cb, house);
}
