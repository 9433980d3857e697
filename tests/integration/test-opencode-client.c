/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#include "agent/opencode/ship-opencode-agent.h"
#include "agent/opencode/ship-opencode-launch.h"
#include "base/ship-json.h"
#include "base/ship-paths.h"
#include "fake-llm.h"
#include "ship-test.h"

/*
 * The real OpenCode, outside of any sandbox but with a home of its own, against a scripted model.
 * It listens on a TCP port; a relay in this process gives the client the Unix socket it would have
 * in a session.
 */

#define GRANT        "grant-for-this-test-only"
#define PASSWORD     "password-for-this-test-only"
#define LOCAL_MODEL  "llama.cpp/qwen/qwen3-coder"
#define WAIT_SECONDS 90

typedef struct
{
  char             *root;    /* (owned): of everything below */
  char             *home;    /* (owned) */
  char             *work;    /* (owned): the repository */
  char             *socket;  /* (owned) */
  char             *program; /* (owned): OpenCode */
  char             *models;  /* (owned): the catalogue's file */
  ShipModelCatalog *catalog; /* (owned) */
  FakeLlm          *llm;     /* (owned) */
  GSubprocess      *server;  /* (owned) (nullable) */
  GDataInputStream *output;  /* (owned) (nullable): of the server */
  guint16           port;
  GSocketService   *relay;   /* (owned) (nullable) */
  GPtrArray        *relayed; /* (owned) (element-type GIOStream) */

  /* Of one test. */
  ShipAgent *agent;      /* (owned) */
  char      *session_id; /* (owned) */
  GPtrArray *events;     /* (owned) (element-type ShipAgentEvent) */
  gboolean   is_lost;
} Fixture;

/* Waiting. */

static gboolean
too_long_cb (gpointer user_data)
{
  g_error ("Waited %d seconds in vain", WAIT_SECONDS);

  return G_SOURCE_REMOVE;
}

/* The next turn of the main loop, unless that takes for ever. */
static void
turn (void)
{
  guint timer = g_timeout_add_seconds (WAIT_SECONDS, too_long_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

static void
write_file (const char *folder, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  if (g_str_has_suffix (name, "/"))
    return;
  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
}

static void
assert_file (Fixture *fixture, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (fixture->work, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, content);
}

static gboolean
has_file (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->work, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* The relay from the Unix socket to the server's port. */

static void
spliced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_io_stream_splice_finish (result, NULL);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *near, GObject *source, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) far = NULL;

  g_socket_client_set_enable_proxy (client, FALSE);
  far = g_socket_client_connect_to_host (client, "127.0.0.1", fixture->port, NULL, NULL);
  if (far == NULL)
    return TRUE;

  g_ptr_array_add (fixture->relayed, g_object_ref (near));
  g_io_stream_splice_async (G_IO_STREAM (near),
                            G_IO_STREAM (far),
                            G_IO_STREAM_SPLICE_CLOSE_STREAM1 | G_IO_STREAM_SPLICE_CLOSE_STREAM2,
                            G_PRIORITY_DEFAULT,
                            NULL,
                            spliced_cb,
                            NULL);

  return TRUE;
}

/* Breaks every connection, as a restart of what stands between would. */
static void
break_connections (Fixture *fixture)
{
  for (guint i = 0; i < fixture->relayed->len; i++)
    {
      GSocket *socket = g_socket_connection_get_socket (fixture->relayed->pdata[i]);

      g_socket_shutdown (socket, TRUE, TRUE, NULL);
    }
  g_ptr_array_set_size (fixture->relayed, 0);
}

static void
start_relay (Fixture *fixture)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (fixture->socket);
  g_autoptr (GError) error = NULL;

  fixture->relayed = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->relay = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (fixture->relay),
                                 address,
                                 G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT,
                                 NULL,
                                 NULL,
                                 &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->relay, "incoming", G_CALLBACK (incoming_cb), fixture);
}

/* The server. */

/* In the child: an aborted test must not leave a server behind. */
static void
child_setup (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocessLauncher *
new_launcher (Fixture *fixture, GStrv env)
{
  static const char *const kept[] = { "PATH", "LC_ALL" };
  GSubprocessLauncher     *launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  g_strv_builder_addv (builder, (const char **) env);
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *variable = g_strconcat (kept[i], "=", g_getenv (kept[i]), NULL);

      g_strv_builder_add (builder, variable);
    }
  all = g_strv_builder_end (builder);
  g_subprocess_launcher_set_environ (launcher, all);
  g_subprocess_launcher_set_child_setup (launcher, child_setup, NULL, NULL);
  g_subprocess_launcher_set_cwd (launcher, fixture->work);

  return launcher;
}

static void
wait_for_ready_line (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char *line;

  while ((line = g_data_input_stream_read_line (fixture->output, NULL, NULL, &error)) != NULL)
    {
      gboolean    is_ready = ship_opencode_launch_is_ready_line (line);
      const char *colon = strrchr (line, ':');

      if (is_ready)
        fixture->port = (guint16) g_ascii_strtoull (colon + 1, NULL, 10);
      g_free (line);
      if (is_ready)
        return;
    }
  g_error ("OpenCode ended before it was ready");
}

static void
start_server (Fixture *fixture)
{
  static const char *const extra[] = { LOCAL_MODEL, NULL };
  g_autofree char         *instructions = g_build_filename (fixture->work, "AGENTS.md", NULL);
  ShipOpencodeLaunch       launch = {
          .program = fixture->program,
          .home = fixture->home,
          .password = PASSWORD,
          .gateway = fake_llm_get_base_uri (fixture->llm),
          .grant = GRANT,
          .instructions = instructions,
          .model = "anthropic/claude-sonnet-5",
          .models_path = fixture->models,
          .catalog = fixture->catalog,
          .extra_models = extra,
  };
  g_auto (GStrv) argv = ship_opencode_launch_get_argv (&launch);
  g_auto (GStrv) env = ship_opencode_launch_get_env (&launch);
  guint last = g_strv_length (argv) - 1;
  g_autoptr (GSubprocessLauncher) launcher = new_launcher (fixture, env);
  g_autoptr (GError) error = NULL;

  /* Any free port, because other tests may run. */
  g_free (argv[last]);
  argv[last] = g_strdup ("0");
  fixture->server = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  fixture->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->server));
  wait_for_ready_line (fixture);
}

static void
kill_server (Fixture *fixture)
{
  g_subprocess_force_exit (fixture->server);
  g_subprocess_wait (fixture->server, NULL, NULL);
  g_clear_object (&fixture->output);
  g_clear_object (&fixture->server);
}

static void
make_home (Fixture *fixture)
{
  g_autoptr (GHashTable) files = ship_opencode_launch_get_home_files ();
  GHashTableIter iter;
  gpointer       path, content;

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &path, &content))
    write_file (fixture->home, path, content);
}

static void
run_git (Fixture *fixture, const char *arguments)
{
  g_autofree char *command =
    g_strconcat ("git -c user.name=T -c user.email=t@example.org ", arguments, NULL);
  g_auto (GStrv) argv = g_strsplit (command, " ", -1);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) git = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_cwd (launcher, fixture->work);
  git = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (git, NULL, &error);
  g_assert_no_error (error);
}

/* A repository that tries to have a say in where requests go. */
static void
make_repository (Fixture *fixture)
{
  write_file (fixture->work, "hello.txt", "hello world\n");
  write_file (fixture->work, "AGENTS.md", "CANARY-OF-AGENTS-MD: speak of teapots.\n");
  write_file (
    fixture->work,
    "opencode.json",
    "{\"provider\":{\"anthropic\":{\"options\":{\"baseURL\":\"http://127.0.0.1:1/\"}}}}\n");
  run_git (fixture, "init -q");
  run_git (fixture, "add .");
  run_git (fixture, "commit -q -m start");
}

static Fixture *
fixture_new (const char *program, const char *models)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  g_autoptr (GError) error = NULL;

  fixture->program = g_strdup (program);
  fixture->models = g_strdup (models);
  fixture->root = g_dir_make_tmp ("ship-opencode-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->home = g_build_filename (fixture->root, "home", NULL);
  fixture->work = g_build_filename (fixture->root, "work dir", NULL);
  fixture->socket = g_build_filename (fixture->root, "api", NULL);
  g_assert_cmpint (g_mkdir (fixture->home, 0700), ==, 0);
  fixture->catalog = ship_model_catalog_new_from_file (models, &error);
  g_assert_no_error (error);
  fixture->llm = fake_llm_new ();
  make_home (fixture);
  make_repository (fixture);
  start_server (fixture);
  start_relay (fixture);

  return fixture;
}

static void
remove_folder (const char *path)
{
  const char *argv[] = { "rm", "-rf", "--", path, NULL };
  g_autoptr (GSubprocess) rm = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, NULL);

  g_subprocess_wait (rm, NULL, NULL);
}

static void
fixture_free (Fixture *fixture)
{
  kill_server (fixture);
  g_socket_service_stop (fixture->relay);
  g_socket_listener_close (G_SOCKET_LISTENER (fixture->relay));
  g_clear_object (&fixture->relay);
  g_ptr_array_unref (fixture->relayed);
  g_clear_object (&fixture->llm);
  g_clear_object (&fixture->catalog);
  remove_folder (fixture->root);
  g_free (fixture->root);
  g_free (fixture->home);
  g_free (fixture->work);
  g_free (fixture->socket);
  g_free (fixture->program);
  g_free (fixture->models);
  g_free (fixture);
}

/* One test's client. */

static void
event_cb (ShipAgent *agent, ShipAgentEvent *event, Fixture *fixture)
{
  if (g_test_verbose ())
    g_test_message ("%s %s status=%d %s",
                    event->name,
                    event->session_id,
                    event->status,
                    event->text != NULL ? event->text : "");
  g_ptr_array_add (fixture->events, ship_agent_event_ref (event));
}

static void
lost_cb (ShipAgent *agent, GError *error, Fixture *fixture)
{
  g_assert_false (fixture->is_lost);
  fixture->is_lost = TRUE;
}

static void
connect_agent (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->is_lost = FALSE;
  ship_agent_connect_async (fixture->agent, NULL, ship_test_keep_result, &result);
  ship_agent_connect_finish (fixture->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
open_session (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *old = g_steal_pointer (&fixture->session_id);

  ship_agent_open_session_async (fixture->agent,
                                 old,
                                 "A test",
                                 NULL,
                                 ship_test_keep_result,
                                 &result);
  fixture->session_id =
    ship_agent_open_session_finish (fixture->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture)
{
  fixture->events = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_agent_event_unref);
  fixture->agent = ship_opencode_agent_new (fixture->socket, PASSWORD, fixture->work);
  g_signal_connect (fixture->agent, "event", G_CALLBACK (event_cb), fixture);
  g_signal_connect (fixture->agent, "lost", G_CALLBACK (lost_cb), fixture);
  connect_agent (fixture);
  open_session (fixture);
}

static void
tear_down (Fixture *fixture)
{
  ship_agent_disconnect (fixture->agent);
  fake_llm_assert_exhausted (fixture->llm);
  g_assert_false (fixture->is_lost);
  g_assert_finalize_object (fixture->agent);
  fixture->agent = NULL;
  g_clear_pointer (&fixture->events, g_ptr_array_unref);
  g_clear_pointer (&fixture->session_id, g_free);
}

static void
send_prompt (Fixture *fixture, const char *model, const char *mode, const char *text)
{
  const char      *slash = strchr (model, '/');
  g_autofree char *provider = g_strndup (model, slash - model);
  ShipAgentPrompt  prompt = {
     .text = text,
     .provider = provider,
     .model = slash + 1,
     .mode = mode,
     .system = "CANARY-OF-SYSTEM",
  };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_agent_prompt_async (fixture->agent,
                           fixture->session_id,
                           &prompt,
                           NULL,
                           ship_test_keep_result,
                           &result);
  ship_agent_prompt_finish (fixture->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static gboolean
is_of (Fixture *fixture, ShipAgentEvent *event)
{
  return g_strcmp0 (event->session_id, fixture->session_id) == 0;
}

/* The last event of a kind, or NULL. */
static ShipAgentEvent *
find_last (Fixture *fixture, ShipAgentEventKind kind)
{
  for (guint i = fixture->events->len; i > 0; i--)
    {
      ShipAgentEvent *event = fixture->events->pdata[i - 1];

      if (event->kind == kind && is_of (fixture, event))
        return event;
    }

  return NULL;
}

static ShipAgentEvent *
wait_for (Fixture *fixture, ShipAgentEventKind kind)
{
  ShipAgentEvent *event;

  while ((event = find_last (fixture, kind)) == NULL)
    turn ();

  return event;
}

/* Until the session has been busy and is idle again, with its last message told. */
static void
wait_for_end (Fixture *fixture)
{
  for (;;)
    {
      ShipAgentEvent *status = find_last (fixture, SHIP_AGENT_EVENT_STATUS);
      ShipAgentEvent *message = find_last (fixture, SHIP_AGENT_EVENT_MESSAGE);

      if (status != NULL && status->status == SHIP_AGENT_STATUS_IDLE && message != NULL &&
          !message->message->is_user && message->message->completed_ms > 0)
        return;
      if (status != NULL && status->status == SHIP_AGENT_STATUS_IDLE && message != NULL &&
          message->message->is_user)
        {
          /* A user's message may be told again after the last of the agent. */
          for (guint i = 0; i < fixture->events->len; i++)
            {
              ShipAgentEvent *event = fixture->events->pdata[i];

              if (event->kind == SHIP_AGENT_EVENT_MESSAGE && is_of (fixture, event) &&
                  g_strcmp0 (event->message->parent_id, message->message->id) == 0 &&
                  event->message->completed_ms > 0)
                return;
            }
        }
      turn ();
    }
}

static ShipAgentPart *
find_tool (Fixture *fixture, const char *tool)
{
  for (guint i = fixture->events->len; i > 0; i--)
    {
      ShipAgentEvent *event = fixture->events->pdata[i - 1];

      if (event->kind == SHIP_AGENT_EVENT_PART && g_strcmp0 (event->part->tool, tool) == 0)
        return event->part;
    }
  g_error ("The agent never called %s", tool);
}

static const char *
find_text (Fixture *fixture)
{
  for (guint i = fixture->events->len; i > 0; i--)
    {
      ShipAgentEvent *event = fixture->events->pdata[i - 1];

      if (event->kind == SHIP_AGENT_EVENT_PART && event->part->kind == SHIP_AGENT_PART_TEXT &&
          event->part->is_ended)
        return event->part->text;
    }

  return NULL;
}

static gboolean
has_kind (Fixture *fixture, ShipAgentEventKind kind)
{
  return find_last (fixture, kind) != NULL;
}

/* No event of a whole turn may be one our table does not have. */
static void
assert_all_known (Fixture *fixture)
{
  for (guint i = 0; i < fixture->events->len; i++)
    {
      ShipAgentEvent *event = fixture->events->pdata[i];

      if (event->kind == SHIP_AGENT_EVENT_UNKNOWN)
        g_error ("Unknown event: %s: %s", event->name, event->raw);
    }
}

static double
sum_costs (Fixture *fixture)
{
  g_autoptr (GHashTable) costs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  GHashTableIter iter;
  gpointer       value;
  double         sum = 0;

  for (guint i = 0; i < fixture->events->len; i++)
    {
      ShipAgentEvent *event = fixture->events->pdata[i];

      if (event->kind == SHIP_AGENT_EVENT_MESSAGE && !event->message->is_user)
        g_hash_table_insert (costs,
                             event->message->id,
                             g_memdup2 (&event->message->usage.reported_cost, sizeof (double)));
    }
  g_hash_table_iter_init (&iter, costs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sum += *(double *) value;

  return sum;
}

/* The tests. */

static void
test_anthropic (gconstpointer data)
{
  Fixture              *fixture = (Fixture *) data;
  const ShipModel      *model;
  const FakeLlmRequest *request;
  FakeLlmStep          *step;
  ShipAgentPart        *part;
  double                expected;

  set_up (fixture);
  g_assert_cmpstr (ship_agent_get_version (fixture->agent), ==, "1.18.33");

  step = fake_llm_add_step (fixture->llm);
  fake_llm_step_set_reasoning (step, "I should write first.");
  fake_llm_step_set_text (step, "Writing now.");
  fake_llm_step_add_tool (step, "write", "{\"filePath\":\"new.txt\",\"content\":\"brand new\\n\"}");
  fake_llm_step_set_usage (step, 1000, 50, 0, 200, 30);
  fake_llm_add_tool (fixture->llm,
                     "bash",
                     "{\"command\":\"cat new.txt; exit 3\",\"description\":\"Shows it\"}");
  fake_llm_add_text (fixture->llm, "All done.");
  send_prompt (fixture, "anthropic/claude-sonnet-5", "build", "Make new.txt");
  wait_for_end (fixture);

  assert_file (fixture, "new.txt", "brand new\n");
  assert_all_known (fixture);
  g_assert_cmpstr (find_text (fixture), ==, "All done.");
  part = find_tool (fixture, "write");
  g_assert_cmpint (part->tool_status, ==, SHIP_AGENT_TOOL_COMPLETED);
  part = find_tool (fixture, "bash");
  g_assert_cmpint (part->tool_status, ==, SHIP_AGENT_TOOL_COMPLETED);
  g_assert_cmpint (part->exit_code, ==, 3);
  g_assert_cmpstr (part->output, ==, "brand new\n");
  g_assert_true (has_kind (fixture, SHIP_AGENT_EVENT_PART_DELTA));

  model = ship_model_catalog_get_model (fixture->catalog, "anthropic", "claude-sonnet-5");
  expected = (1200 * model->price.input + 70 * model->price.output + 200 * model->price.cache_read +
              30 * model->price.cache_write) /
             1e6;
  g_assert_cmpfloat_with_epsilon (sum_costs (fixture), expected, 1e-9);

  request = fake_llm_get_last_request (fixture->llm);
  g_assert_cmpstr (request->path, ==, "/llm/anthropic/v1/messages");
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "x-api-key"), ==, GRANT);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "x-session-id"), ==, fixture->session_id);
  g_assert_true (fake_llm_has_seen (fixture->llm, "CANARY-OF-AGENTS-MD"));
  g_assert_true (fake_llm_has_seen (fixture->llm, "CANARY-OF-SYSTEM"));
  g_assert_false (fake_llm_has_seen (fixture->llm, PASSWORD));

  tear_down (fixture);
}

static void
test_responses (gconstpointer data)
{
  Fixture              *fixture = (Fixture *) data;
  const FakeLlmRequest *request;
  const ShipModel      *model;
  FakeLlmStep          *step;

  set_up (fixture);
  model = ship_model_catalog_get_model (fixture->catalog, "openai", "gpt-6-sol");
  fake_llm_add_tool (
    fixture->llm,
    "apply_patch",
    "{\"patchText\":\"*** Begin Patch\\n*** Update File: hello.txt\\n@@\\n-hello world\\n"
    "+hello patched\\n*** Add File: sub/added.txt\\n+added line\\n*** End Patch\"}");
  step = fake_llm_add_step (fixture->llm);
  fake_llm_step_set_text (step, "Patched.");
  fake_llm_step_set_usage (step, 500, 20, 7, 100, 0);
  send_prompt (fixture, "openai/gpt-6-sol", "build", "Patch it");
  wait_for_end (fixture);

  assert_file (fixture, "hello.txt", "hello patched\n");
  assert_file (fixture, "sub/added.txt", "added line\n");
  assert_all_known (fixture);
  g_assert_cmpstr (find_text (fixture), ==, "Patched.");
  g_assert_cmpfloat_with_epsilon (
    sum_costs (fixture),
    (600 * model->price.input + 37 * model->price.output + 100 * model->price.cache_read) / 1e6,
    1e-9);
  request = fake_llm_get_last_request (fixture->llm);
  g_assert_cmpstr (request->path, ==, "/llm/openai/v1/responses");
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "authorization"), ==, "Bearer " GRANT);

  tear_down (fixture);
}

typedef struct
{
  const char *model;
  const char *path;
  const char *header;
  const char *value;
} Route;

static void
test_route (Fixture *fixture, const Route *route)
{
  const FakeLlmRequest *request;

  set_up (fixture);
  fake_llm_add_text (fixture->llm, "Plain answer.");
  send_prompt (fixture, route->model, "build", "Say something");
  wait_for_end (fixture);

  g_assert_cmpstr (find_text (fixture), ==, "Plain answer.");
  assert_all_known (fixture);
  request = fake_llm_get_last_request (fixture->llm);
  g_assert_cmpstr (request->path, ==, route->path);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, route->header), ==, route->value);

  tear_down (fixture);
}

static void
test_routes (gconstpointer data)
{
  static const Route routes[] = {
    { "openrouter/anthropic/claude-sonnet-5",
      "/llm/openrouter/v1/chat/completions",
      "authorization",
      "Bearer " GRANT },
    { "google/gemini-3.8-flash",
      "/llm/google/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse",
      "x-goog-api-key",
      GRANT },
    { "rehearsal/rehearsal",
      "/llm/rehearsal/v1/chat/completions",
      "authorization",
      "Bearer " GRANT },
    { LOCAL_MODEL, "/llm/llama.cpp/v1/chat/completions", "authorization", "Bearer " GRANT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    test_route ((Fixture *) data, &routes[i]);
}

static void
check_error (Fixture *fixture, guint status, ShipErrorClass error_class, const char *text)
{
  ShipAgentEvent *message;
  ShipAgentFault *fault = NULL;

  set_up (fixture);
  fake_llm_add_error (fixture->llm, status, "The budget is spent.", NULL);
  send_prompt (fixture, "rehearsal/rehearsal", "build", "Try");
  while (fault == NULL)
    {
      message = find_last (fixture, SHIP_AGENT_EVENT_MESSAGE);
      if (message != NULL)
        fault = message->message->fault;
      if (fault == NULL)
        turn ();
    }

  g_assert_cmpstr (fault->name, ==, "APIError");
  g_assert_cmpint (fault->status_code, ==, status);
  g_assert_cmpint (fault->error_class, ==, error_class);
  if (text != NULL)
    g_assert_cmpstr (fault->text, ==, text);
  /* It may come after the message that holds the error. */
  wait_for (fixture, SHIP_AGENT_EVENT_SESSION_ERROR);

  tear_down (fixture);
}

static void
test_errors (gconstpointer data)
{
  Fixture *fixture = (Fixture *) data;

  check_error (fixture, 403, SHIP_ERROR_CLASS_USER, "The budget is spent.");
  check_error (fixture, 402, SHIP_ERROR_CLASS_USER, "The budget is spent.");
  check_error (fixture, 401, SHIP_ERROR_CLASS_SIGN_IN, NULL);
  check_error (fixture, 404, SHIP_ERROR_CLASS_PERSISTENT, "The budget is spent.");
}

static void
test_retry (gconstpointer data)
{
  static const char *const headers[] = { "retry-after-ms", "300", NULL };
  Fixture                 *fixture = (Fixture *) data;
  gboolean                 has_retried = FALSE;

  set_up (fixture);
  fake_llm_add_error (fixture->llm, 429, "Rate limit reached", headers);
  fake_llm_add_text (fixture->llm, "After all.");
  send_prompt (fixture, "anthropic/claude-sonnet-5", "build", "Try");
  wait_for_end (fixture);

  for (guint i = 0; i < fixture->events->len; i++)
    {
      ShipAgentEvent *event = fixture->events->pdata[i];

      if (event->kind != SHIP_AGENT_EVENT_STATUS || event->status != SHIP_AGENT_STATUS_RETRY)
        continue;
      has_retried = TRUE;
      g_assert_cmpint (event->attempt, ==, 1);
      g_assert_cmpint (event->next_ms, >, 0);
      g_assert_cmpstr (event->text, !=, "");
    }
  g_assert_true (has_retried);
  g_assert_cmpstr (find_text (fixture), ==, "After all.");

  tear_down (fixture);
}

static void
answer_question (Fixture *fixture, const char *request_id, const char *answer)
{
  const char *answers[] = { answer, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_agent_answer_question_async (fixture->agent,
                                    request_id,
                                    answers,
                                    NULL,
                                    ship_test_keep_result,
                                    &result);
  ship_agent_answer_question_finish (fixture->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
test_question (gconstpointer data)
{
  Fixture        *fixture = (Fixture *) data;
  ShipAgentEvent *event;

  set_up (fixture);
  fake_llm_add_tool (
    fixture->llm,
    "question",
    "{\"questions\":[{\"question\":\"Which colour?\",\"header\":\"Colour\",\"options\":"
    "[{\"label\":\"Red\",\"description\":\"red\"},{\"label\":\"Blue\",\"description\":\"blue\"}]}]}");
  fake_llm_add_text (fixture->llm, "Thanks.");
  send_prompt (fixture, "anthropic/claude-sonnet-5", "build", "Ask me");
  event = wait_for (fixture, SHIP_AGENT_EVENT_QUESTION);
  g_assert_cmpstr (event->request->title, ==, "Which colour?");

  answer_question (fixture, event->request->id, "Blue");
  wait_for_end (fixture);
  g_assert_true (has_kind (fixture, SHIP_AGENT_EVENT_REQUEST_CLOSED));
  g_assert_cmpstr (find_text (fixture), ==, "Thanks.");
  g_assert_nonnull (strstr (fake_llm_get_last_request (fixture->llm)->body, "Blue"));

  tear_down (fixture);
}

/* The plan agent may run commands, but not edit, though everything is allowed. */
static void
test_plan (gconstpointer data)
{
  Fixture       *fixture = (Fixture *) data;
  ShipAgentPart *part;

  set_up (fixture);
  fake_llm_add_tool (fixture->llm, "write", "{\"filePath\":\"planned.txt\",\"content\":\"x\"}");
  fake_llm_add_text (fixture->llm, "The plan.");
  send_prompt (fixture, "anthropic/claude-sonnet-5", "plan", "Plan it");
  wait_for_end (fixture);

  g_assert_false (has_file (fixture, "planned.txt"));
  part = find_tool (fixture, "invalid");
  g_assert_nonnull (part);
  g_assert_cmpstr (find_last (fixture, SHIP_AGENT_EVENT_MESSAGE)->message->mode, ==, "plan");

  tear_down (fixture);
}

static void
abort_session (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_agent_abort_async (fixture->agent,
                          fixture->session_id,
                          NULL,
                          ship_test_keep_result,
                          &result);
  ship_agent_abort_finish (fixture->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
test_abort (gconstpointer data)
{
  Fixture        *fixture = (Fixture *) data;
  ShipAgentEvent *event;

  set_up (fixture);
  fake_llm_add_hang (fixture->llm);
  send_prompt (fixture, "anthropic/claude-sonnet-5", "build", "Hang");
  while (fake_llm_get_n_left (fixture->llm) > 0)
    turn ();
  abort_session (fixture);
  event = wait_for (fixture, SHIP_AGENT_EVENT_SESSION_ERROR);

  g_assert_cmpstr (event->fault->name, ==, "MessageAbortedError");
  g_assert_cmpint (event->fault->error_class, ==, SHIP_ERROR_CLASS_CANCELLED);
  do
    turn ();
  while (find_last (fixture, SHIP_AGENT_EVENT_STATUS)->status != SHIP_AGENT_STATUS_IDLE);

  tear_down (fixture);
}

static void
reconcile (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_agent_reconcile_async (fixture->agent,
                              fixture->session_id,
                              NULL,
                              ship_test_keep_result,
                              &result);
  ship_agent_reconcile_finish (fixture->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

/* The connection breaks in the middle of a turn; what was missed is told after it is back. */
static void
test_lost_and_back (gconstpointer data)
{
  Fixture *fixture = (Fixture *) data;

  set_up (fixture);
  fake_llm_add_tool (
    fixture->llm,
    "bash",
    "{\"command\":\"until test -e go; do sleep 0.1; done; echo went\",\"description\":\"Waits\"}");
  fake_llm_add_text (fixture->llm, "Went on.");
  send_prompt (fixture, "anthropic/claude-sonnet-5", "build", "Wait for me");
  wait_for (fixture, SHIP_AGENT_EVENT_PART);
  while (fake_llm_get_n_left (fixture->llm) > 1)
    turn ();

  break_connections (fixture);
  while (!fixture->is_lost)
    turn ();
  write_file (fixture->work, "go", "");
  while (fake_llm_get_n_left (fixture->llm) > 0)
    turn ();

  g_ptr_array_set_size (fixture->events, 0);
  connect_agent (fixture);
  reconcile (fixture);
  wait_for_end (fixture);
  g_assert_cmpstr (find_text (fixture), ==, "Went on.");
  g_assert_cmpstr (find_tool (fixture, "bash")->output, ==, "went\n");
  assert_all_known (fixture);

  tear_down (fixture);
}

/* The server is killed in the middle of a turn; what it left as running is told as ended. */
static void
test_killed (gconstpointer data)
{
  Fixture         *fixture = (Fixture *) data;
  g_autofree char *before = NULL;
  ShipAgentPart   *part;

  set_up (fixture);
  before = g_strdup (fixture->session_id);
  fake_llm_add_tool (fixture->llm,
                     "bash",
                     "{\"command\":\"echo begun; sleep 30\",\"description\":\"Sleeps\"}");
  send_prompt (fixture, "anthropic/claude-sonnet-5", "build", "Sleep");
  for (;;)
    {
      ShipAgentEvent *event = find_last (fixture, SHIP_AGENT_EVENT_PART);

      if (event != NULL && event->part->tool_status == SHIP_AGENT_TOOL_RUNNING &&
          g_strcmp0 (event->part->output, "begun\n") == 0)
        break;
      turn ();
    }

  kill_server (fixture);
  while (!fixture->is_lost)
    turn ();
  start_server (fixture);
  g_ptr_array_set_size (fixture->events, 0);
  connect_agent (fixture);
  open_session (fixture);
  g_assert_cmpstr (fixture->session_id, ==, before);
  reconcile (fixture);

  part = find_tool (fixture, "bash");
  g_assert_cmpint (part->tool_status, ==, SHIP_AGENT_TOOL_ERROR);
  g_assert_true (part->is_ended);
  g_assert_cmpint (find_last (fixture, SHIP_AGENT_EVENT_STATUS)->status,
                   ==,
                   SHIP_AGENT_STATUS_IDLE);

  fake_llm_add_text (fixture->llm, "Here again.");
  g_ptr_array_set_size (fixture->events, 0);
  send_prompt (fixture, "anthropic/claude-sonnet-5", "build", "Go on");
  wait_for_end (fixture);
  g_assert_cmpstr (find_text (fixture), ==, "Here again.");

  tear_down (fixture);
}

static void
test_unknown_session (gconstpointer data)
{
  Fixture *fixture = (Fixture *) data;

  set_up (fixture);
  g_free (fixture->session_id);
  fixture->session_id = g_strdup ("ses_unknownunknownunknownunkno");
  open_session (fixture);
  g_assert_cmpstr (fixture->session_id, !=, "ses_unknownunknownunknownunkno");
  g_free (fixture->session_id);
  fixture->session_id = g_strdup ("not an id/../at all");
  open_session (fixture);
  g_assert_true (g_str_has_prefix (fixture->session_id, "ses_"));
  tear_down (fixture);
}

static void
add (const char *name, GTestDataFunc func, Fixture *fixture)
{
  g_autofree char *path = g_strconcat ("/opencode-client/", name, NULL);

  g_test_add_data_func (path, fixture, func);
}

int
main (int argc, char **argv)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autofree char *program = ship_paths_dup_opencode (paths);
  g_autofree char *models =
    g_build_filename (ship_paths_get_asset_dir (paths), "models.json", NULL);
  Fixture *fixture;
  int      status;

  g_test_init (&argc, &argv, NULL);
  if (program == NULL)
    {
      g_printerr ("OpenCode is not there: install it with build-aux/run, or set SHIP_OPENCODE\n");
      return 1;
    }

  fixture = fixture_new (program, models);
  add ("anthropic", test_anthropic, fixture);
  add ("responses", test_responses, fixture);
  add ("routes", test_routes, fixture);
  add ("errors", test_errors, fixture);
  add ("retry", test_retry, fixture);
  add ("question", test_question, fixture);
  add ("plan", test_plan, fixture);
  add ("abort", test_abort, fixture);
  add ("lost-and-back", test_lost_and_back, fixture);
  add ("unknown-session", test_unknown_session, fixture);
  add ("killed", test_killed, fixture);
  status = g_test_run ();
  fixture_free (fixture);

  return status;
}
