/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-json.h"
#include "client-test.h"
#include "fake-peer.h"
#include "session/ship-index-tables.h"
#include "ship-test.h"

#include <glib/gstdio.h>

/* shipctl as a program: its exit codes, its JSON, and that nothing an agent wrote drives the
 * terminal. */

#define ID    "0123456789abcdef"
#define EVIL  "\033[2J\033]0;owned\007x\302\233y\342\200\256z"
#define CLEAN "[2J]0;ownedxyz"

typedef struct
{
  char *out;
  char *err;
  int   status;
} Outcome;

static void
outcome_clear (Outcome *self)
{
  g_clear_pointer (&self->out, g_free);
  g_clear_pointer (&self->err, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

/* Runs it while this process goes on serving its fakes. */
static Outcome
run (const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program =
    g_test_build_filename (G_TEST_BUILT, "..", "src", "cli", "shipctl", NULL);
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                               G_SUBPROCESS_FLAGS_STDERR_PIPE);
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
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, ship_test_keep_result, &result);
  g_subprocess_communicate_utf8_finish (process,
                                        ship_test_await (&result),
                                        &outcome.out,
                                        &outcome.err,
                                        &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  outcome.status = g_subprocess_get_exit_status (process);
  return outcome;
}

static const char *const commands[] = {
  "run",   "new",   "send",  "list",   "show",   "watch",   "answer",  "stop",   "resume", "diff",
  "inbox", "rules", "tasks", "budget", "cost",   "models",  "delete",  "doctor", "keys",   "config",
  "model", "mode",  "files", "rename", "branch", "archive", "restore", "rescue", "wake"
};

static const struct
{
  const char *arguments[5];
  int         status;
} usage_cases[] = {
  { { "nonsense" }, 2 },
  { { "list", "--nonsense" }, 2 },
  { { "list", "too-much" }, 2 },
  { { "show" }, 2 },
  { { "run" }, 2 },
  { { "run", "  " }, 2 },
  { { "show", "abc" }, 2 },
  { { "show", "abcd" }, 5 },
  { { "show", "ffffffffffffffff" }, 5 },
  { { "watch", "ffffffffffffffff" }, 5 },
  { { "send", "ffffffffffffffff", "x" }, 5 },
  { { "stop", "ffffffffffffffff" }, 5 },
  { { "diff", "--turn", "--base", "ffffffffffffffff" }, 2 },
  { { "answer", "ffffffffffffffff", "1", "--allow", "--deny" }, 2 },
  { { "answer", "ffffffffffffffff", "one", "--allow" }, 2 },
  { { "answer", "ffffffffffffffff", "1" }, 2 },
  { { "answer", "ffffffffffffffff", "--deny", "--session" }, 2 },
  { { "answer", "ffffffffffffffff", "--allow", "--reason=x" }, 2 },
  { { "answer", "ffffffffffffffff", "--allow" }, 5 },
  { { "inbox", "too-much" }, 2 },
  { { "rules", "ffffffffffffffff", "--ask=bash", "--deny=edit" }, 2 },
  { { "rules", "ffffffffffffffff" }, 5 },
  { { "rules", "ffffffffffffffff", "--ask=bash" }, 5 },
  { { "new", "--ask", "Bash!", "--rehearsal" }, 2 },
  { { "budget", "--turn", "much" }, 2 },
  { { "budget", "--day", "-1" }, 2 },
  { { "budget", "--day", "1e9" }, 2 },
  { { "budget", "--more", "1" }, 2 },
  { { "budget", "ffffffffffffffff", "--day", "1" }, 2 },
  { { "budget", "ffffffffffffffff" }, 5 },
  { { "new", "--rehearsal", "--budget", "-1" }, 2 },
  { { "resume", "--again", "--discard", "ffffffffffffffff" }, 2 },
  { { "resume", "--discard", "ffffffffffffffff" }, 5 },
  { { "cost", "--days", "0" }, 2 },
  { { "rename", "ffffffffffffffff", "x" }, 5 },
  { { "rename", "ffffffffffffffff" }, 2 },
  { { "rename", "ffffffffffffffff", "\377" }, 2 },
  { { "branch", "ffffffffffffffff" }, 5 },
  { { "branch", "ffffffffffffffff", "\377" }, 2 },
  { { "archive", "ffffffffffffffff" }, 5 },
  { { "restore", "ffff", "abc" }, 5 },
  { { "archive" }, 2 },
  { { "rescue", "ffff" }, 5 },
  { { "rescue", "a", "b", "c" }, 2 },
  { { "delete", "ffffffffffffffff" }, 2 }, /* nobody can be asked */
  { { "delete", "--yes", "ffffffffffffffff" }, 5 },
  { { "new", "--model", "nothing" }, 2 },
  { { "new", "--rehearsal", "--mode", "dream" }, 2 },
  { { "new", "--rehearsal", "--repo", "/proc" }, 5 },
  { { "new", "--model", "anthropic/claude-sonnet-5" }, 3 },
};

static void
test_usage (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (usage_cases); i++)
    {
      const char *const *a = usage_cases[i].arguments;
      g_auto (Outcome) outcome = run (a[0], a[1], a[2], a[3], a[4], NULL);

      g_test_message ("%s %s: %d %s", a[0], a[1] != NULL ? a[1] : "", outcome.status, outcome.err);
      g_assert_cmpint (outcome.status, ==, usage_cases[i].status);
      g_assert_cmpstr (outcome.out, ==, "");
      g_assert_cmpstr (outcome.err, !=, "");
    }
}

static void
test_help (void)
{
  g_auto (Outcome) all = run ("--help", NULL);
  g_auto (Outcome) none = run (NULL, NULL);

  g_assert_cmpint (all.status, ==, 0);
  g_assert_cmpint (none.status, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (Outcome) one = run (commands[i], "--help", NULL);

      g_assert_cmpint (one.status, ==, 0);
      g_assert_nonnull (strstr (one.out, "Usage:"));
      g_assert_nonnull (strstr (one.out, commands[i]));
      g_assert_nonnull (strstr (all.out, commands[i]));
    }
}

/* --- a session that is there --- */

static gint64
add_task (sqlite3 *db, const char *prompt, const char *state)
{
  ShipTaskRow row = { .title = (char *) EVIL,
                      .prompt = (char *) prompt,
                      .mode = (char *) "build",
                      .model = (char *) "a/b",
                      .state = (char *) state,
                      .to_commit = (char *) "c1",
                      .from_commit = (char *) "c0",
                      .files_changed = 1,
                      .created_at = 1000,
                      .started_at = 2000,
                      .ended_at = 5000 };
  gint64      id = 0;

  g_assert_true (ship_task_table_insert (db, &row, &id, NULL));
  return id;
}

static gboolean
fill_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64          task = add_task (db, "Say " EVIL, "complete");
  gint64          message_id = 0;
  ShipMessageRow  message = { .agent_id = (char *) "msg_1",
                              .agent_session = (char *) "ses_1",
                              .task = task,
                              .role = (char *) "assistant",
                              .usage = SHIP_USAGE_INIT,
                              .created_at = 1 };
  ShipPartRow     text = { .agent_id = (char *) "prt_1",
                           .kind = (char *) "text",
                           .text = (char *) "Told " EVIL "\nsecond line",
                           .exit_code = -1,
                           .is_ended = TRUE };
  ShipPartRow     tool = { .agent_id = (char *) "prt_2",
                           .kind = (char *) "tool",
                           .tool = (char *) "bash",
                           .status = (char *) "completed",
                           .title = (char *) EVIL,
                           .exit_code = 3,
                           .is_ended = TRUE,
                           .started_at = 2000,
                           .ended_at = 3500 };
  ShipRequestRow  request = { .agent_id = (char *) "per_1",
                              .task = task,
                              .permission = (char *) EVIL,
                              .title = (char *) EVIL,
                              .details = (char *) "{\"a\":1}",
                              .state = (char *) "open",
                              .created_at = 1 };
  ShipExchangeRow exchange = { .task = task,
                               .provider = (char *) "p",
                               .model = (char *) "m",
                               .status = 200,
                               .usage = { 10, 20, 3, 5, -1, -1.0 },
                               .cost = 0.25 };
  ShipExchangeRow unknown = exchange;

  unknown.model = (char *) "other";
  unknown.cost = -1;
  if (!ship_message_table_upsert (db, &message, &message_id, error))
    return FALSE;
  text.message = message_id;
  tool.message = message_id;
  return ship_part_table_upsert (db, &text, NULL, error) &&
         ship_part_table_upsert (db, &tool, NULL, error) &&
         ship_request_table_insert (db, &request, NULL, error) &&
         ship_exchange_table_insert (db, &exchange, NULL, error) &&
         ship_exchange_table_insert (db, &unknown, NULL, error) &&
         ship_session_table_set_title (db, EVIL, 7000, error);
}

static gboolean
index_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipIndexRow row = { .id = (char *) ID,
                       .title = (char *) EVIL,
                       .repository = (char *) "/nowhere",
                       .repository_name = (char *) EVIL,
                       .branch = (char *) "b",
                       .state = (char *) "running",
                       .model = (char *) "a/b",
                       .cost = 0.25,
                       .n_requests = 1,
                       .created_at = 1500,
                       .updated_at = 7001 };
  ShipIndexRow twin = row;

  twin.id = (char *) "0123ffffffffffff";
  twin.state = (char *) "hibernated";
  twin.updated_at = 1500;
  return ship_index_table_upsert (db, &row, error) && ship_index_table_upsert (db, &twin, error);
}

static void
prepare (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autofree char *directory = ship_paths_dup_session_dir (paths, ID);

  if (g_file_test (directory, G_FILE_TEST_EXISTS))
    return;
  client_test_make_session (paths, ID);
  client_test_write_session (paths, ID, fill_job, NULL);
  client_test_write_index (paths, index_job, NULL);
}

static JsonObject *
parse (const Outcome *outcome)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  g_assert_cmpint (outcome->status, ==, 0);
  object = ship_json_parse_object (outcome->out, -1, &error);
  g_assert_no_error (error);
  return object;
}

static JsonObject *
element (JsonObject *object, const char *member, guint i)
{
  JsonArray *array = ship_json_require_array (object, member, NULL);

  g_assert_nonnull (array);
  g_assert_cmpuint (json_array_get_length (array), >, i);
  return json_array_get_object_element (array, i);
}

static void
test_empty (void)
{
  g_auto (Outcome) list = run ("list", "--json", NULL);
  g_auto (Outcome) plain = run ("list", NULL);
  g_auto (Outcome) cost = run ("cost", "--json", NULL);
  g_autoptr (JsonObject) object = parse (&list);
  g_autoptr (JsonObject) ledger = parse (&cost);

  g_assert_cmpuint (json_array_get_length (ship_json_require_array (object, "sessions", NULL)),
                    ==,
                    0);
  g_assert_cmpuint (json_array_get_length (ship_json_require_array (ledger, "days", NULL)), ==, 0);
  g_assert_cmpint (plain.status, ==, 0);
}

static void
test_list_json (void)
{
  g_auto (Outcome) outcome = { NULL };
  g_autoptr (JsonObject) object = NULL;
  JsonObject *row;

  prepare ();
  outcome = run ("list", "--json", NULL);
  object = parse (&outcome);
  row = element (object, "sessions", 0);
  g_assert_cmpstr (ship_json_get_string (row, "id", NULL), ==, ID);
  g_assert_cmpstr (ship_json_get_string (row, "title", NULL), ==, EVIL); /* JSON loses nothing */
  /* Its process is not there: what it wrote last cannot be true. */
  g_assert_cmpstr (ship_json_get_string (row, "state", NULL), ==, "failed");
  g_assert_cmpstr (ship_json_get_string (row, "updated_at", NULL), ==, "1970-01-01T00:00:07.001Z");
  g_assert_cmpint (ship_json_get_int (row, "open_requests", -1), ==, 1);
  g_assert_true (
    json_node_is_null (json_object_get_member (row, "cost"))); /* not all of it is known */
  g_assert_cmpstr (ship_json_get_string (element (object, "sessions", 1), "state", NULL),
                   ==,
                   "hibernated");
}

static void
test_show_json (void)
{
  g_auto (Outcome) outcome = { NULL };
  g_auto (Outcome) ambiguous = { NULL };
  g_autoptr (JsonObject) object = NULL;
  JsonObject *task;

  prepare ();
  outcome = run ("show", "01234", "--json", NULL);
  object = parse (&outcome);
  g_assert_cmpstr (ship_json_get_string (object, "id", NULL), ==, ID);
  g_assert_cmpint (ship_json_get_int (object, "input_tokens", -1), ==, 30);
  g_assert_cmpint (ship_json_get_int (object, "output_tokens", -1), ==, 46);
  task = element (object, "tasks", 0);
  g_assert_cmpstr (ship_json_get_string (task, "prompt", NULL), ==, "Say " EVIL);
  g_assert_cmpstr (ship_json_get_string (task, "state", NULL), ==, "complete");
  g_assert_cmpstr (ship_json_get_string (task, "commit", NULL), ==, "c1");
  g_assert_cmpint (ship_json_get_int (element (object, "requests", 0), "details.a", -1), ==, 1);
  ambiguous = run ("show", "0123", NULL);
  g_assert_cmpint (ambiguous.status, ==, 2);
}

static void
test_cost_json (void)
{
  g_auto (Outcome) outcome = { NULL };
  g_auto (Outcome) plain = { NULL };
  g_autoptr (JsonObject) object = NULL;

  prepare ();
  outcome = run ("cost", ID, "--json", NULL);
  object = parse (&outcome);
  g_assert_cmpfloat (ship_json_get_double (object, "total.known_cost", -1), ==, 0.25);
  g_assert_true (
    json_node_is_null (json_object_get_member (ship_json_get_object (object, "total"), "cost")));
  g_assert_cmpint (ship_json_get_int (object, "total.requests_without_price", -1), ==, 1);
  g_assert_cmpfloat (ship_json_get_double (element (object, "models", 0), "cost", -1), ==, 0.25);
  plain = run ("cost", ID, NULL);
  g_assert_nonnull (strstr (plain.out, "—"));
  g_assert_nonnull (strstr (plain.out, "$0.2500"));
}

/* Nothing but printable characters, line feeds and tabs. */
static void
assert_harmless (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_assert_true (c == '\n' || c == '\t' ||
                     (c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0)));
      g_assert_cmpuint (c, !=, 0x202e);
    }
}

static void
test_sanitised (void)
{
  const char *const cases[][2] = { { "list" },          { "show", ID },  { "tasks", ID },
                                   { "answer", ID },    { "watch", ID }, { "cost", ID },
                                   { "list", "--json" } };

  prepare ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Outcome) outcome = run (cases[i][0], cases[i][1], NULL);

      g_test_message ("%s", cases[i][0]);
      g_assert_cmpint (outcome.status, ==, 0);
      assert_harmless (outcome.out);
      if (i < 6)
        g_assert_nonnull (strstr (outcome.out, CLEAN));
    }
}

static void
test_watch_asleep (void)
{
  g_auto (Outcome) plain = { NULL };
  g_auto (Outcome) json = { NULL };
  g_auto (GStrv) lines = NULL;
  g_autoptr (JsonObject) last = NULL;

  prepare ();
  plain = run ("watch", ID, NULL);
  g_assert_cmpstr (plain.out,
                   ==,
                   "> Say " CLEAN "\nTold " CLEAN "\nsecond line\n  ✓ bash  " CLEAN
                   "  1.5 s  exit 3\n");

  json = run ("watch", ID, "--json", NULL);
  g_assert_cmpint (json.status, ==, 0);
  assert_harmless (json.out);
  lines = g_strsplit (g_strchomp (json.out), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      g_clear_pointer (&last, json_object_unref);
      last = ship_json_parse_object (lines[i], -1, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpstr (ship_json_get_string (last, "type", NULL), ==, "entry");
  g_assert_cmpstr (ship_json_get_string (last, "tool", NULL), ==, "bash");
  g_assert_cmpint (ship_json_get_int (last, "exit_code", 0), ==, 3);
  g_assert_cmpint (ship_json_get_int (last, "duration_ms", 0), ==, 1500);
}

static FakePeer *
peer_for (const char *id, const char *state)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autofree char *socket = ship_paths_dup_session_socket (paths, id);
  FakePeer        *peer;

  client_test_make_session (paths, id);
  peer = fake_peer_new (socket, id);
  fake_peer_set_state (peer, state, "");
  return peer;
}

static void
test_commands (void)
{
  g_autoptr (FakePeer) peer = peer_for ("aaaa000000000001", "idle");
  g_auto (Outcome) sent = run ("send", "aaaa000000000001", "--model", "a/b", "Do", "it", NULL);
  g_auto (Outcome) stopped = run ("stop", "aaaa000000000001", NULL);
  g_auto (Outcome) cancelled = run ("tasks", "aaaa000000000001", "--cancel", "2", NULL);

  g_assert_cmpint (sent.status, ==, 0);
  g_assert_cmpstr (sent.out, ==, "42\n");
  g_assert_cmpint (stopped.status, ==, 1);
  g_assert_nonnull (strstr (stopped.err, "Nothing runs"));
  g_assert_cmpint (cancelled.status, ==, 5);
  g_assert_cmpstr (peer->calls->str, ==, "Send(Do it,a/b) Stop CancelTask(2) ");
}

/* In a pipe there is nobody to answer: it is said, and the session is left waiting. */
static void
test_watch_waiting (void)
{
  g_autoptr (FakePeer) peer = peer_for ("aaaa000000000002", "waiting");
  g_auto (Outcome) outcome = run ("watch", "aaaa000000000002", NULL);

  g_assert_cmpint (outcome.status, ==, 3);
  g_assert_nonnull (strstr (outcome.err, "shipctl answer"));
}

static void
test_watch_held (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (FakePeer) peer = peer_for ("aaaa000000000003", "holding");
  g_auto (Outcome) outcome = { NULL };

  outcome = run ("watch", "aaaa000000000003", NULL);
  g_assert_cmpint (outcome.status, ==, 1);
}

static void
test_delete (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autofree char *directory = ship_paths_dup_session_dir (paths, "aaaa000000000004");
  g_auto (Outcome) asked = { NULL };
  g_auto (Outcome) deleted = { NULL };

  client_test_make_session (paths, "aaaa000000000004");
  asked = run ("delete", "aaaa000000000004", NULL);
  g_assert_cmpint (asked.status, ==, 2);
  g_assert_true (g_file_test (directory, G_FILE_TEST_EXISTS));
  deleted = run ("delete", "--yes", "aaaa000000000004", NULL);
  g_assert_cmpint (deleted.status, ==, 0);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
}

static void
test_models (void)
{
  g_auto (Outcome) none = run ("models", "--json", NULL);
  g_auto (Outcome) chosen = { NULL };
  g_autoptr (JsonObject) without = parse (&none);
  g_autoptr (JsonObject) with = NULL;
  gboolean is_found = FALSE;

  g_assert_cmpstr (ship_json_get_string (without, "default", "?"), !=, "openai/gpt-6-sol");
  g_setenv ("OPENAI_API_KEY", "sk-0123456789-secret", TRUE);
  chosen = run ("models", "--json", NULL);
  g_unsetenv ("OPENAI_API_KEY");
  with = parse (&chosen);
  g_assert_cmpstr (ship_json_get_string (with, "default", NULL), ==, "openai/gpt-6-sol");
  g_assert_null (strstr (chosen.out, "secret"));
  for (guint i = 0; i < json_array_get_length (ship_json_get_array (with, "models")); i++)
    {
      JsonObject *model = element (with, "models", i);
      gboolean    is_openai = g_str_equal (ship_json_get_string (model, "provider", ""), "openai");

      if (is_openai)
        g_assert_cmpstr (ship_json_get_string (model, "key", NULL), ==, "environment");
      is_found |= is_openai && ship_json_get_boolean (model, "available", FALSE);
    }
  g_assert_true (is_found);
}

int
main (int argc, char *argv[])
{
  static const char *const keys[] = { "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY",
                                      "GOOGLE_API_KEY",    "SHIP_MODEL",     "OPENROUTER_API_KEY",
                                      "NO_COLOR" };

  client_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_unsetenv (keys[i]);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_add_func ("/cli/empty", test_empty);
  g_test_add_func ("/cli/usage", test_usage);
  g_test_add_func ("/cli/help", test_help);
  g_test_add_func ("/cli/list-json", test_list_json);
  g_test_add_func ("/cli/show-json", test_show_json);
  g_test_add_func ("/cli/cost-json", test_cost_json);
  g_test_add_func ("/cli/sanitised", test_sanitised);
  g_test_add_func ("/cli/watch-asleep", test_watch_asleep);
  g_test_add_func ("/cli/commands", test_commands);
  g_test_add_func ("/cli/watch-waiting", test_watch_waiting);
  g_test_add_func ("/cli/watch-held", test_watch_held);
  g_test_add_func ("/cli/delete", test_delete);
  g_test_add_func ("/cli/models", test_models);
  return client_test_run ();
}
