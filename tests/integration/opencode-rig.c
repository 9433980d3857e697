/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "opencode-rig.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#include "agent/opencode/ship-opencode-launch.h"
#include "ship-test.h"

/* Owned by the test program; runs on its main context. */

/* Waiting. */

static gboolean
too_long_cb (gpointer user_data)
{
  g_error ("Waited %d seconds in vain", WAIT_SECONDS);

  return G_SOURCE_REMOVE;
}

/* The next turn of the main loop, unless that takes for ever. */
void
opencode_rig_turn (void)
{
  guint timer = g_timeout_add_seconds (WAIT_SECONDS, too_long_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

void
opencode_rig_write_file (const char *folder, const char *name, const char *content)
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

void
opencode_rig_assert_file (OpencodeRig *rig, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (rig->work, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, content);
}

gboolean
opencode_rig_has_file (OpencodeRig *rig, const char *name)
{
  g_autofree char *path = g_build_filename (rig->work, name, NULL);

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
  OpencodeRig *rig = user_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) far = NULL;

  g_socket_client_set_enable_proxy (client, FALSE);
  far = g_socket_client_connect_to_host (client, "127.0.0.1", rig->port, NULL, NULL);
  if (far == NULL)
    return TRUE;

  g_ptr_array_add (rig->relayed, g_object_ref (near));
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
void
opencode_rig_break_connections (OpencodeRig *rig)
{
  for (guint i = 0; i < rig->relayed->len; i++)
    {
      GSocket *socket = g_socket_connection_get_socket (rig->relayed->pdata[i]);

      g_socket_shutdown (socket, TRUE, TRUE, NULL);
    }
  g_ptr_array_set_size (rig->relayed, 0);
}

static void
start_relay (OpencodeRig *rig)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (rig->socket);
  g_autoptr (GError) error = NULL;

  rig->relayed = g_ptr_array_new_with_free_func (g_object_unref);
  rig->relay = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (rig->relay),
                                 address,
                                 G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT,
                                 NULL,
                                 NULL,
                                 &error);
  g_assert_no_error (error);
  g_signal_connect (rig->relay, "incoming", G_CALLBACK (incoming_cb), rig);
}

/* The server. */

/* In the child: an aborted test must not leave a server behind. */
static void
child_setup (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocessLauncher *
new_launcher (OpencodeRig *rig, GStrv env)
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
  g_subprocess_launcher_set_cwd (launcher, rig->work);

  return launcher;
}

static void
wait_for_ready_line (OpencodeRig *rig)
{
  g_autoptr (GError) error = NULL;
  char *line;

  while ((line = g_data_input_stream_read_line (rig->output, NULL, NULL, &error)) != NULL)
    {
      gboolean    is_ready = ship_opencode_launch_is_ready_line (line);
      const char *colon = strrchr (line, ':');

      if (is_ready)
        rig->port = (guint16) g_ascii_strtoull (colon + 1, NULL, 10);
      g_free (line);
      if (is_ready)
        return;
    }
  g_error ("OpenCode ended before it was ready");
}

void
opencode_rig_start_server (OpencodeRig *rig)
{
  static const char *const extra[] = { LOCAL_MODEL, NULL };
  g_autofree char         *instructions = g_build_filename (rig->work, "AGENTS.md", NULL);
  ShipOpencodeLaunch       launch = {
          .program = rig->program,
          .home = rig->home,
          .password = PASSWORD,
          .gateway = fake_llm_get_base_uri (rig->llm),
          .grant = GRANT,
          .instructions = instructions,
          .model = "anthropic/claude-sonnet-5",
          .models_path = rig->models,
          .catalog = rig->catalog,
          .extra_models = extra,
          .permissions = rig->permissions,
  };
  g_auto (GStrv) argv = ship_opencode_launch_get_argv (&launch);
  g_auto (GStrv) env = ship_opencode_launch_get_env (&launch);
  guint last = g_strv_length (argv) - 1;
  g_autoptr (GSubprocessLauncher) launcher = new_launcher (rig, env);
  g_autoptr (GError) error = NULL;

  /* Any free port, because other tests may run. */
  g_free (argv[last]);
  argv[last] = g_strdup ("0");
  rig->server = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  rig->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (rig->server));
  wait_for_ready_line (rig);
}

void
opencode_rig_kill_server (OpencodeRig *rig)
{
  g_subprocess_force_exit (rig->server);
  g_subprocess_wait (rig->server, NULL, NULL);
  g_clear_object (&rig->output);
  g_clear_object (&rig->server);
}

static void
make_home (OpencodeRig *rig)
{
  g_autoptr (GHashTable) files = ship_opencode_launch_get_home_files ();
  GHashTableIter iter;
  gpointer       path, content;

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &path, &content))
    opencode_rig_write_file (rig->home, path, content);
}

static void
run_git (OpencodeRig *rig, const char *arguments)
{
  g_autofree char *command =
    g_strconcat ("git -c user.name=T -c user.email=t@example.org ", arguments, NULL);
  g_auto (GStrv) argv = g_strsplit (command, " ", -1);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) git = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_cwd (launcher, rig->work);
  git = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (git, NULL, &error);
  g_assert_no_error (error);
}

/* A repository that tries to have a say in where requests go. */
static void
make_repository (OpencodeRig *rig)
{
  opencode_rig_write_file (rig->work, "hello.txt", "hello world\n");
  opencode_rig_write_file (rig->work, "AGENTS.md", "CANARY-OF-AGENTS-MD: speak of teapots.\n");
  opencode_rig_write_file (
    rig->work,
    "opencode.json",
    "{\"provider\":{\"anthropic\":{\"options\":{\"baseURL\":\"http://127.0.0.1:1/\"}}}}\n");
  run_git (rig, "init -q");
  run_git (rig, "add .");
  run_git (rig, "commit -q -m start");
}

OpencodeRig *
opencode_rig_new (const char *program, const char *models)
{
  OpencodeRig *rig = g_new0 (OpencodeRig, 1);
  g_autoptr (GError) error = NULL;

  rig->program = g_strdup (program);
  rig->models = g_strdup (models);
  rig->root = g_dir_make_tmp ("ship-opencode-XXXXXX", &error);
  g_assert_no_error (error);
  rig->home = g_build_filename (rig->root, "home", NULL);
  rig->work = g_build_filename (rig->root, "work dir", NULL);
  rig->socket = g_build_filename (rig->root, "api", NULL);
  g_assert_cmpint (g_mkdir (rig->home, 0700), ==, 0);
  rig->catalog = ship_model_catalog_new_from_file (models, &error);
  g_assert_no_error (error);
  rig->llm = fake_llm_new ();
  make_home (rig);
  make_repository (rig);
  opencode_rig_start_server (rig);
  start_relay (rig);

  return rig;
}

static void
remove_folder (const char *path)
{
  const char *argv[] = { "rm", "-rf", "--", path, NULL };
  g_autoptr (GSubprocess) rm = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, NULL);

  g_subprocess_wait (rm, NULL, NULL);
}

void
opencode_rig_free (OpencodeRig *rig)
{
  opencode_rig_kill_server (rig);
  g_socket_service_stop (rig->relay);
  g_socket_listener_close (G_SOCKET_LISTENER (rig->relay));
  g_clear_object (&rig->relay);
  g_ptr_array_unref (rig->relayed);
  g_clear_object (&rig->llm);
  g_clear_object (&rig->catalog);
  remove_folder (rig->root);
  g_free (rig->root);
  g_free (rig->home);
  g_free (rig->work);
  g_free (rig->socket);
  g_free (rig->program);
  g_free (rig->models);
  g_free (rig);
}

/* One test's client. */

static void
event_cb (ShipAgent *agent, ShipAgentEvent *event, OpencodeRig *rig)
{
  if (g_test_verbose ())
    g_test_message ("%s %s status=%d %s",
                    event->name,
                    event->session_id,
                    event->status,
                    event->text != NULL ? event->text : "");
  g_ptr_array_add (rig->events, ship_agent_event_ref (event));
}

static void
lost_cb (ShipAgent *agent, GError *error, OpencodeRig *rig)
{
  g_assert_false (rig->is_lost);
  rig->is_lost = TRUE;
}

void
opencode_rig_connect_agent (OpencodeRig *rig)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  rig->is_lost = FALSE;
  ship_agent_connect_async (rig->agent, NULL, ship_test_keep_result, &result);
  ship_agent_connect_finish (rig->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

void
opencode_rig_open_session (OpencodeRig *rig)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *old = g_steal_pointer (&rig->session_id);

  ship_agent_open_session_async (rig->agent, old, "A test", NULL, ship_test_keep_result, &result);
  rig->session_id = ship_agent_open_session_finish (rig->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

void
opencode_rig_set_up (OpencodeRig *rig)
{
  rig->events = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_agent_event_unref);
  rig->agent = ship_opencode_agent_new (rig->socket, PASSWORD, rig->work);
  g_signal_connect (rig->agent, "event", G_CALLBACK (event_cb), rig);
  g_signal_connect (rig->agent, "lost", G_CALLBACK (lost_cb), rig);
  opencode_rig_connect_agent (rig);
  opencode_rig_open_session (rig);
}

void
opencode_rig_tear_down (OpencodeRig *rig)
{
  ship_agent_disconnect (rig->agent);
  fake_llm_assert_exhausted (rig->llm);
  g_assert_false (rig->is_lost);
  g_assert_finalize_object (rig->agent);
  rig->agent = NULL;
  g_clear_pointer (&rig->events, g_ptr_array_unref);
  g_clear_pointer (&rig->session_id, g_free);
}

void
opencode_rig_send_prompt (OpencodeRig *rig, const char *model, const char *mode, const char *text)
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

  ship_agent_prompt_async (rig->agent,
                           rig->session_id,
                           &prompt,
                           NULL,
                           ship_test_keep_result,
                           &result);
  ship_agent_prompt_finish (rig->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static gboolean
is_of (OpencodeRig *rig, ShipAgentEvent *event)
{
  return g_strcmp0 (event->session_id, rig->session_id) == 0;
}

/* The last event of a kind, or NULL. */
ShipAgentEvent *
opencode_rig_find_last (OpencodeRig *rig, ShipAgentEventKind kind)
{
  for (guint i = rig->events->len; i > 0; i--)
    {
      ShipAgentEvent *event = rig->events->pdata[i - 1];

      if (event->kind == kind && is_of (rig, event))
        return event;
    }

  return NULL;
}

ShipAgentEvent *
opencode_rig_wait_for (OpencodeRig *rig, ShipAgentEventKind kind)
{
  ShipAgentEvent *event;

  while ((event = opencode_rig_find_last (rig, kind)) == NULL)
    opencode_rig_turn ();

  return event;
}

/* The last message of the agent itself, or NULL: a user's message may be told again behind it. */
static ShipAgentMessage *
find_last_answer (OpencodeRig *rig)
{
  for (guint i = rig->events->len; i > 0; i--)
    {
      ShipAgentEvent *event = rig->events->pdata[i - 1];

      if (event->kind == SHIP_AGENT_EVENT_MESSAGE && is_of (rig, event) && !event->message->is_user)
        return event->message;
    }

  return NULL;
}

static gboolean
has_ended (OpencodeRig *rig)
{
  ShipAgentEvent   *status = opencode_rig_find_last (rig, SHIP_AGENT_EVENT_STATUS);
  ShipAgentMessage *answer = find_last_answer (rig);

  return status != NULL && status->status == SHIP_AGENT_STATUS_IDLE && answer != NULL &&
         answer->completed_ms > 0;
}

void
opencode_rig_wait_for_end (OpencodeRig *rig)
{
  while (!has_ended (rig))
    opencode_rig_turn ();
}

ShipAgentPart *
opencode_rig_find_tool (OpencodeRig *rig, const char *tool)
{
  for (guint i = rig->events->len; i > 0; i--)
    {
      ShipAgentEvent *event = rig->events->pdata[i - 1];

      if (event->kind == SHIP_AGENT_EVENT_PART && g_strcmp0 (event->part->tool, tool) == 0)
        return event->part;
    }
  g_error ("The agent never called %s", tool);
}

const char *
opencode_rig_find_text (OpencodeRig *rig)
{
  for (guint i = rig->events->len; i > 0; i--)
    {
      ShipAgentEvent *event = rig->events->pdata[i - 1];

      if (event->kind == SHIP_AGENT_EVENT_PART && event->part->kind == SHIP_AGENT_PART_TEXT &&
          event->part->is_ended)
        return event->part->text;
    }

  return NULL;
}

gboolean
opencode_rig_has_kind (OpencodeRig *rig, ShipAgentEventKind kind)
{
  return opencode_rig_find_last (rig, kind) != NULL;
}

/* No event of a whole turn may be one our table does not have. */
void
opencode_rig_assert_all_known (OpencodeRig *rig)
{
  for (guint i = 0; i < rig->events->len; i++)
    {
      ShipAgentEvent *event = rig->events->pdata[i];

      if (event->kind == SHIP_AGENT_EVENT_UNKNOWN)
        g_error ("Unknown event: %s: %s", event->name, event->raw);
    }
}

double
opencode_rig_sum_costs (OpencodeRig *rig)
{
  g_autoptr (GHashTable) costs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  GHashTableIter iter;
  gpointer       value;
  double         sum = 0;

  for (guint i = 0; i < rig->events->len; i++)
    {
      ShipAgentEvent *event = rig->events->pdata[i];

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
