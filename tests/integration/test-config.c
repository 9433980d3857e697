/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings and the choice of a model with the real ship-session: what running sessions see of them.
 */
#include "base/ship-json.h"
#include "e2e.h"
#include "ship-test.h"

typedef struct
{
  char *out;
  char *err;
  int   status;
} Outcome;

static void
outcome_clear (Outcome *self)
{
  g_free (self->out);
  g_free (self->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static Outcome
run (const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program =
    g_test_build_filename (G_TEST_BUILT, "..", "src", "cli", "shipctl", NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Outcome outcome = { NULL };
  va_list arguments;

  g_ptr_array_add (argv, program);
  va_start (arguments, first);
  for (const char *argument = first; argument != NULL; argument = va_arg (arguments, const char *))
    g_ptr_array_add (argv, (gpointer) argument);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *) argv->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, ship_test_keep_result, &result);
  g_subprocess_communicate_utf8_finish (process,
                                        ship_test_await (&result),
                                        &outcome.out,
                                        &outcome.err,
                                        &error);
  g_assert_no_error (error);
  outcome.status = g_subprocess_get_exit_status (process);
  g_test_message ("%s: %d %s%s", first, outcome.status, outcome.out, outcome.err);
  return outcome;
}

static void
test_values (void)
{
  static const struct
  {
    const char *arguments[4];
    int         status;
    const char *part;
  } cases[] = {
    { { "set", "idle-seconds", "1000" }, 0, "" },
    { { "get", "idle-seconds" }, 0, "1000\n" },
    { { "set", "idle-seconds", "0" }, 2, "range" },
    { { "set", "idle-seconds", "soon" }, 2, "number" },
    { { "get", "idle-secnds" }, 5, "“idle-seconds”" },
    { { "get", "zzzzzzzz" }, 5, "shipctl config list" },
    { { "set", "warm-sandboxes", "maybe" }, 2, "true or false" },
    { { "set", "day-budget", "2.5" }, 0, "" },
    { { "set", "default-model", "no-provider" }, 2, "PROVIDER/MODEL" },
    { { "set", "base-uris", "mine=http://far.example" }, 2, "https://" },
    { { "set", "base-uris", "nonsense" }, 2, "PROVIDER=" },
    { { "set", "base-uris", "mine=http://127.0.0.1:9" }, 0, "" },
    { { "get", "base-uris" }, 0, "'mine': 'http://127.0.0.1:9'" },
    { { "list" }, 0, "day-budget" },
    { { "list", "--json" }, 0, "\"egress-hosts\" : []" },
    { { "set", "egress-hosts", "example.org", "*.example.net" }, 0, "" },
    { { "get", "egress-hosts" }, 0, "['example.org', '*.example.net']" },
    { { "set", "sandbox-toolchains", "/usr/lib" }, 2, "of their own" },
    { { "set", "sandbox-toolchains", "~/.ssh" }, 2, "secrets" },
    { { "get", "sandbox-toolchains" }, 0, "[]\n" },
    { { "reset", "idle-seconds" }, 0, "" },
    { { "get", "idle-seconds" }, 0, "300\n" },
    { { "reset", "base-uris" }, 0, "" },
    { { "reset", "day-budget" }, 0, "" },
    { { "set", "idle-seconds" }, 2, "missing" },
    { { "burn" }, 2, "list, get, set or reset" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const *a = cases[i].arguments;
      g_auto (Outcome) outcome = run ("config", a[0], a[1], a[2], a[3], NULL);

      g_assert_cmpint (outcome.status, ==, cases[i].status);
      g_assert_true (strstr (outcome.out, cases[i].part) != NULL ||
                     strstr (outcome.err, cases[i].part) != NULL);
    }
}

static void
assert_run (int         status,
            const char *part,
            const char *command,
            const char *session,
            const char *argument)
{
  g_auto (Outcome) outcome = run (command, session, argument, NULL);

  g_assert_cmpint (outcome.status, ==, status);
  g_assert_true (strstr (outcome.out, part) != NULL || strstr (outcome.err, part) != NULL);
}

/* A model of a server of the user's own, in the middle of a session; then the session goes to sleep
 * because a setting says so. */
static void
test_session (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "r", "a.txt", "a\n", NULL);
  g_autoptr (E2eSession) session = e2e_session_new (e2e, repository, "anthropic/claude-opus-4-5");
  g_autofree char  *address = g_strconcat ("mine=", fake_llm_get_base_uri (e2e->llm), NULL);
  const char *const models[] = { "house-model", NULL };

  fake_llm_set_models (e2e->llm, models);
  assert_run (5, "medium", "model", session->id, "--variant=huge");
  assert_run (0, "", "model", session->id, "--variant=high");
  assert_run (0, "claude-opus-4-5 high", "model", session->id, NULL);
  fake_llm_add_text (e2e->llm, "Done.");
  e2e_session_await_task (session, e2e_session_send (session, "Do nothing"), "complete");
  g_assert_nonnull (strstr (fake_llm_get_last_request (e2e->llm)->body, "\"effort\":\"high\""));

  assert_run (5, "There is no provider", "model", session->id, "mine/house-model");
  {
    g_auto (Outcome) told = run ("config", "set", "base-uris", address, NULL);

    g_assert_cmpint (told.status, ==, 0);
  }
  assert_run (5, "“mine/house-model”", "model", session->id, "mine/hous-model");
  assert_run (3, "GEMINI_API_KEY", "model", session->id, "google/gemini-3.8-flash");
  assert_run (0, "", "model", session->id, "mine/house-model");
  assert_run (2, "build or plan", "mode", session->id, "dream");
  fake_llm_add_text (e2e->llm, "Done again.");
  e2e_session_await_task (session, e2e_session_send (session, "Do it again"), "complete");
  g_assert_nonnull (strstr (fake_llm_get_last_request (e2e->llm)->body, "house-model"));
  g_assert_null (
    g_hash_table_lookup (fake_llm_get_last_request (e2e->llm)->headers, "authorization"));

  {
    g_auto (Outcome) told = run ("config", "set", "idle-seconds", "1", NULL);

    g_assert_cmpint (told.status, ==, 0);
  }
  e2e_session_await_state (session, "hibernated");
  fake_llm_assert_exhausted (e2e->llm);
}

int
main (int argc, char *argv[])
{
  g_unsetenv ("GSETTINGS_BACKEND");
  g_unsetenv ("GEMINI_API_KEY");
  e2e_init (&argc, &argv);
  g_test_add_func ("/config/values", test_values);
  g_test_add_func ("/config/session", test_session);
  return g_test_run ();
}
