/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model, variant and mode: from the next turn on, recorded, and refused with what to do. */
#include "session-fixture.h"
#include "session/ship-session-model.h"
#include "session/ship-session-send.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

typedef struct
{
  SessionFixture base;
  ShipModelList *models; /* (owned) (nullable) */
} Fixture;

typedef void (*SetFunc) (ShipSession        *self,
                         const char         *text,
                         GAsyncReadyCallback callback,
                         gpointer            user_data);

static void
set_up (Fixture *f, gconstpointer data)
{
  const char *const environment[] = { "OPENAI_API_KEY=sk-0123456789", NULL };
  g_autofree char  *path = g_build_filename (g_getenv ("SHIP_DATA_DIR"), "models.json", NULL);
  g_autoptr (ShipModelCatalog) catalog = NULL;
  g_autoptr (ShipKeyring) keyring = ship_keyring_new ();
  g_autoptr (ShipLlmKeys) keys = NULL;
  g_autoptr (ShipProviderAddresses) addresses = NULL;

  session_fixture_set_up (&f->base);
  /* Nobody listens there: what runs on this machine is not part of the test. */
  g_settings_set (f->base.settings,
                  SHIP_SETTING_BASE_URIS,
                  "@a{ss}",
                  g_variant_new_parsed ("{'ollama': 'http://127.0.0.1:9', 'llama.cpp': "
                                        "'http://127.0.0.1:9', 'lmstudio': 'http://127.0.0.1:9'}"));
  keys = ship_llm_keys_new (keyring, environment, f->base.secrets);
  addresses = ship_provider_addresses_new (f->base.settings, environment);
  catalog = ship_model_catalog_new_from_file (path, NULL);
  f->models = ship_model_list_new (catalog, keys, addresses);
  if (data == NULL)
    ship_session_set_models (f->base.session, f->models);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  session_fixture_close (&f->base);
  g_assert_finalize_object (f->models);
  session_fixture_tear_down (&f->base);
}

static void
set (Fixture *f, SetFunc func, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  func (f->base.session, text, ship_test_keep_result, &result);
  g_assert_true (ship_session_command_finish (f->base.session, ship_test_await (&result), &error));
  g_assert_no_error (error);
}

static void
assert_refused (Fixture *f, SetFunc func, const char *text, int code, const char *part)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  func (f->base.session, text, ship_test_keep_result, &result);
  g_assert_false (ship_session_command_finish (f->base.session, ship_test_await (&result), &error));
  g_assert_error (error, SHIP_SESSION_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
}

static void
send (Fixture *f, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_send_async (f->base.session, text, NULL, NULL, NULL, ship_test_keep_result, &result);
  g_assert_cmpint (ship_session_send_finish (f->base.session, ship_test_await (&result), NULL),
                   >,
                   0);
}

/* Ends the turn that runs, badly, and goes on with the next task. */
static void
end_turn (Fixture *f, const char *message)
{
  g_autoptr (GAsyncResult) result = NULL;

  fake_agent_say_status (f->base.agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->base.agent, message, FALSE, NULL, 0);
  fake_agent_say_message (f->base.agent, message, TRUE, "No", SHIP_ERROR_CLASS_USER);
  fake_agent_say_status (f->base.agent, SHIP_AGENT_STATUS_IDLE);
  while (ship_session_get_state (f->base.session) != SHIP_SESSION_STATE_FAILED)
    g_main_context_iteration (NULL, TRUE);
  ship_session_resume_async (f->base.session, FALSE, ship_test_keep_result, &result);
  g_assert_true (ship_session_command_finish (f->base.session, ship_test_await (&result), NULL));
}

static gboolean
read_notices (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) rows = ship_journal_table_list (db, 0, 100, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const ShipJournalRow *row = rows->pdata[i];

      /* What going on after a failure says is not of interest here. */
      if (g_str_equal (row->kind, "notice") && !g_str_has_prefix (row->text, "The queue"))
        g_string_append_printf (data, "%s\n", row->text);
    }
  return rows != NULL;
}

static void
test_next_turn (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) notices = g_string_new (NULL);

  send (f, "First");
  session_fixture_assert_call (&f->base, "prompt anthropic/m build: First");
  send (f, "Second"); /* waits with the session's own model */
  set (f, ship_session_set_model_async, "openai/gpt-6-sol");
  set (f, ship_session_set_variant_async, "high");
  set (f, ship_session_set_variant_async, "high"); /* says nothing new */
  set (f, ship_session_set_mode_async, "plan");
  send (f, "Third");
  g_assert_cmpuint (fake_agent_get_n_calls (f->base.agent), ==, 0); /* the turn goes on as it is */
  end_turn (f, "msg_1");
  session_fixture_assert_call (&f->base, "prompt openai/gpt-6-sol@high build: Second");
  end_turn (f, "msg_2");
  session_fixture_assert_call (&f->base, "prompt openai/gpt-6-sol@high plan: Third");

  /* One without variants; the turn is still the old one's. */
  set (f, ship_session_set_model_async, "openai/gpt-4.1");
  set (f, ship_session_set_mode_async, "build");
  send (f, "Fourth");
  end_turn (f, "msg_3");
  session_fixture_assert_call (&f->base, "prompt openai/gpt-4.1 build: Fourth");
  end_turn (f, "msg_4");

  session_fixture_run_on_store (&f->base, read_notices, notices);
  g_assert_cmpstr (notices->str,
                   ==,
                   "The model is openai/gpt-6-sol from the next turn on\n"
                   "The model is openai/gpt-6-sol, variant high, from the next turn on\n"
                   "Prompts to come are planned, not carried out\n"
                   "The model is openai/gpt-4.1 from the next turn on\n"
                   "Prompts to come are carried out\n");
}

static gboolean
read_row (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(ShipSessionRow **) data = ship_session_table_load (db, error);
  return *(ShipSessionRow **) data != NULL;
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (ShipSessionRow) row = NULL;
  g_autofree char *endless = g_strnfill (400, 'a');
  SetFunc          model = ship_session_set_model_async;

  assert_refused (f, model, "gpt-6-sol", SHIP_SESSION_ERROR_INVALID, "openai/gpt-6-sol");
  assert_refused (f, model, "", SHIP_SESSION_ERROR_INVALID, "PROVIDER/MODEL");
  assert_refused (f, model, "\xff/\xfe", SHIP_SESSION_ERROR_INVALID, "PROVIDER/MODEL");
  assert_refused (f, model, endless, SHIP_SESSION_ERROR_INVALID, "PROVIDER/MODEL");
  assert_refused (f, model, "opnai/gpt-6-sol", SHIP_SESSION_ERROR_NOT_FOUND, "“openai”");
  assert_refused (f, model, "openai/gpt-6", SHIP_SESSION_ERROR_NOT_FOUND, "gpt-6-sol");
  assert_refused (f,
                  model,
                  "google/gemini-3.8-flash",
                  SHIP_SESSION_ERROR_NEEDS_USER,
                  "GEMINI_API_KEY");
  assert_refused (f, model, "ollama/x", SHIP_SESSION_ERROR_NEEDS_USER, "No server");
  set (f, model, "openai/gpt-6-sol");
  assert_refused (f,
                  ship_session_set_variant_async,
                  "huge",
                  SHIP_SESSION_ERROR_NOT_FOUND,
                  "low, medium");
  assert_refused (f,
                  ship_session_set_mode_async,
                  "dream",
                  SHIP_SESSION_ERROR_INVALID,
                  "build or plan");
  set (f, ship_session_set_variant_async, "");
  session_fixture_run_on_store (&f->base, read_row, &row);
  g_assert_cmpstr (row->model, ==, "openai/gpt-6-sol");
  g_assert_null (row->variant);
  g_assert_cmpstr (row->mode, ==, "build");
}

static void
test_check (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *model;
    const char *variant;
    gboolean    is_good;
  } cases[] = { { "openai/gpt-6-sol", "high", TRUE },
                { "openai/gpt-6-sol", NULL, TRUE },
                { "openai/gpt-6-sol", "huge", FALSE },
                { "openai/gpt-7", NULL, FALSE },
                { NULL, NULL, TRUE },
                { NULL, "high", FALSE },
                { "x", NULL, FALSE } };
  g_autoptr (GString) notices = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;

      ship_session_check_model_async (f->base.session,
                                      cases[i].model,
                                      cases[i].variant,
                                      ship_test_keep_result,
                                      &result);
      g_assert_cmpint (
        ship_session_command_finish (f->base.session, ship_test_await (&result), NULL),
        ==,
        cases[i].is_good);
    }
  session_fixture_run_on_store (&f->base, read_notices, notices);
  g_assert_cmpstr (notices->str, ==, "");
}

static gint64
submit (Fixture *f, const char *text, ShipSubmission what, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_submit_async (f->base.session, text, &what, ship_test_keep_result, &result);
  return ship_session_submit_finish (f->base.session, ship_test_await (&result), error);
}

static gboolean
read_tasks (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(GPtrArray **) data = ship_task_table_list (db, error);
  return *(GPtrArray **) data != NULL;
}

/* What a prompt asks for is looked at before it is queued; nothing is left of one that is refused.
 */
static void
test_submitted (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char    *text;
    ShipSubmission what;
    int            code;
    const char    *part;
  } cases[] = {
    { "Go", { .model = "openai/gpt-6" }, SHIP_SESSION_ERROR_INVALID, "gpt-6-sol" },
    { "Go", { .model = "gpt-6-sol" }, SHIP_SESSION_ERROR_INVALID, "openai/gpt-6-sol" },
    { "Go", { .model = "opnai/gpt-6-sol" }, SHIP_SESSION_ERROR_INVALID, "“openai”" },
    { "Go",
      { .model = "google/gemini-3.8-flash" },
      SHIP_SESSION_ERROR_NEEDS_USER,
      "GEMINI_API_KEY" },
    { "Go",
      { .model = "openai/gpt-6-sol", .variant = "huge" },
      SHIP_SESSION_ERROR_INVALID,
      "low, medium" },
    { "/model openai/gpt-6", { 0 }, SHIP_SESSION_ERROR_INVALID, "gpt-6-sol" },
    { "/model google/gemini-3.8-flash", { 0 }, SHIP_SESSION_ERROR_NEEDS_USER, "GEMINI_API_KEY" },
  };
  g_autoptr (GPtrArray) tasks = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (submit (f, cases[i].text, cases[i].what, &error), ==, -1);
      g_assert_error (error, SHIP_SESSION_ERROR, cases[i].code);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].part));
    }
  session_fixture_run_on_store (&f->base, read_tasks, &tasks);
  g_assert_cmpuint (tasks->len, ==, 0);
}

/* A look at keys and servers takes longer than none: the queue has them as they were sent. */
static void
test_order (Fixture *f, gconstpointer data)
{
  const ShipSubmission whats[] = { { .model = "openai/gpt-6-sol", .variant = "high" },
                                   { 0 },
                                   { .model = "openai/nothing" },
                                   { .model = "openai/gpt-4.1" } };
  GAsyncResult        *results[G_N_ELEMENTS (whats)] = { NULL };
  g_autoptr (GPtrArray) tasks = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (whats); i++)
    {
      g_autofree char *text = g_strdup_printf ("Prompt %u", i);

      ship_session_submit_async (f->base.session,
                                 text,
                                 &whats[i],
                                 ship_test_keep_result,
                                 &results[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (whats); i++)
    {
      gint64 id = ship_session_submit_finish (f->base.session, ship_test_await (&results[i]), NULL);

      g_assert_cmpint (id > 0, ==, i != 2);
      g_clear_object (&results[i]);
    }
  session_fixture_assert_call (&f->base, "prompt openai/gpt-6-sol@high build: Prompt 0");
  session_fixture_run_on_store (&f->base, read_tasks, &tasks);
  g_assert_cmpuint (tasks->len, ==, 3);
  g_assert_cmpstr (((ShipTaskRow *) tasks->pdata[1])->prompt, ==, "Prompt 1");
  g_assert_cmpstr (((ShipTaskRow *) tasks->pdata[2])->prompt, ==, "Prompt 3");
  end_turn (f, "msg_1");
  session_fixture_assert_call (&f->base, "prompt anthropic/m build: Prompt 1");
  end_turn (f, "msg_2");
  session_fixture_assert_call (&f->base, "prompt openai/gpt-4.1 build: Prompt 3");
  end_turn (f, "msg_3");
}

static void
refused_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_assert_cmpint (ship_session_submit_finish (SHIP_SESSION (object), result, user_data), ==, -1);
}

/* It is closed while one is being looked at: that one is answered. */
static void
test_closed (Fixture *f, gconstpointer data)
{
  const ShipSubmission what = { .model = "openai/gpt-6-sol" };
  g_autoptr (GError) error = NULL;

  ship_session_submit_async (f->base.session, "Go", &what, refused_cb, &error);
  session_fixture_close (&f->base);
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CLOSING);
  session_fixture_open (&f->base);
}

/* A model of a server the agent was not told of when it started. */
static void
test_wakes_anew (Fixture *f, gconstpointer data)
{
  send (f, "First");
  session_fixture_assert_call (&f->base, "prompt anthropic/m build: First");
  g_assert_cmpuint (fake_runtime_get_n_wakes (f->base.runtime), ==, 1);
  set (f, ship_session_set_model_async, "mine/x");
  send (f, "Second");
  fake_runtime_forget_model (f->base.runtime, "mine/x");
  end_turn (f, "msg_1");
  session_fixture_assert_call (&f->base, "prompt mine/x build: Second");
  g_assert_cmpuint (fake_runtime_get_n_wakes (f->base.runtime), ==, 3); /* resumed, and anew */
  end_turn (f, "msg_2");
}

int
main (int argc, char *argv[])
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/session/model/next-turn", Fixture, NULL, set_up, test_next_turn, tear_down);
  g_test_add ("/session/model/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/session/model/check", Fixture, NULL, set_up, test_check, tear_down);
  g_test_add ("/session/model/submitted", Fixture, NULL, set_up, test_submitted, tear_down);
  g_test_add ("/session/model/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/session/model/closed", Fixture, NULL, set_up, test_closed, tear_down);
  /* Without a list of models any is believed. */
  g_test_add ("/session/model/wakes-anew", Fixture, "", set_up, test_wakes_anew, tear_down);
  return g_test_run ();
}
