/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-rows.h"
#include "ship-cli-target.h"
#include "ship-cli-usage.h"

#include <glib/gi18n.h>

/* shipctl show: one session with its tasks, open requests and the agent's own list. */

static gboolean
is_sub_agent (const ShipSessionSnapshot *snapshot, const ShipTodoRow *todo)
{
  return g_strcmp0 (todo->agent_session, snapshot->session->agent_session) != 0;
}

static void
json_todos (JsonBuilder *builder, const ShipSessionSnapshot *snapshot)
{
  GPtrArray *todos = snapshot->todos;

  json_builder_set_member_name (builder, "todos");
  json_builder_begin_array (builder);
  for (guint i = 0; i < todos->len; i++)
    {
      const ShipTodoRow *todo = todos->pdata[i];

      json_builder_begin_object (builder);
      ship_cli_json_int (builder, "id", todo->id);
      ship_cli_json_boolean (builder, "sub_agent", is_sub_agent (snapshot, todo));
      ship_cli_json_string (builder, "content", todo->content);
      ship_cli_json_string (builder, "status", todo->status);
      ship_cli_json_string (builder, "priority", todo->priority);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_json (ShipCliTarget *target)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const ShipSessionSnapshot *snapshot = target->snapshot;
  const ShipSessionRow      *session = snapshot->session;
  ShipCliUsage               usage = ship_cli_usage_sum (snapshot->exchanges, 0);

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "id", session->id);
  ship_cli_json_string (builder, "title", session->title);
  ship_cli_json_string (builder, "repository", session->repository);
  ship_cli_json_string (builder, "repository_name", session->repository_name);
  ship_cli_json_string (builder, "base_branch", session->base_branch);
  ship_cli_json_string (builder, "base_commit", session->base_commit);
  ship_cli_json_string (builder, "branch", session->branch);
  ship_cli_json_string (builder, "head_commit", session->head_commit);
  ship_cli_json_string (builder, "sandbox", session->sandbox);
  ship_cli_json_string (builder, "model", session->model);
  ship_cli_json_string (builder, "mode", session->mode);
  ship_cli_json_string (builder, "state", session->state);
  ship_cli_json_string (builder, "detail", session->detail);
  ship_cli_json_string (builder, "error_category", session->error_category);
  ship_cli_json_time (builder,
                      "retry_at",
                      target->client != NULL ? ship_session_client_get_retry_at (target->client)
                                             : 0);
  ship_cli_json_int (builder, "input_tokens", usage.input);
  ship_cli_json_int (builder, "output_tokens", usage.output);
  ship_cli_json_cost (builder, "cost", ship_cli_usage_get_cost (&usage));
  ship_cli_json_int (builder, "sub_agents_running", snapshot->sub_agents.n_running);
  ship_cli_json_int (builder, "sub_agents_done", snapshot->sub_agents.n_done);
  ship_cli_json_time (builder, "created_at", session->created_at);
  ship_cli_json_time (builder, "updated_at", session->updated_at);
  ship_cli_rows_json_tasks (builder, snapshot);
  ship_cli_rows_json_requests (builder, snapshot);
  json_todos (builder, snapshot);
  json_builder_end_object (builder);
  ship_cli_print_json (target->cli, builder, TRUE);
}

static void
print_field (ShipCli *cli, const char *name, const char *value)
{
  g_autofree char *clean = value != NULL ? ship_cli_clean (value) : NULL;

  if (clean == NULL || *clean == '\0')
    return;
  ship_cli_print (cli,
                  "%s%-11s%s %s\n",
                  ship_cli_style (cli, SHIP_CLI_STYLE_DIM),
                  name,
                  ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN),
                  clean);
}

static void
print_section (ShipCli *cli, const char *title)
{
  ship_cli_print (cli,
                  "\n%s%s%s\n",
                  ship_cli_style (cli, SHIP_CLI_STYLE_BOLD),
                  title,
                  ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN));
}

/* The sentence says how long it was when it began; this says how long it is now. */
static void
print_retry (ShipCliTarget *target)
{
  guint left = target->client != NULL ? ship_session_client_get_retry_left (target->client) : 0;
  g_autofree char *text = left > 0 ? g_strdup_printf (_ ("in %u s"), left) : NULL;

  print_field (target->cli, _ ("again"), text);
}

static void
print_session (ShipCliTarget *target)
{
  ShipCli                   *cli = target->cli;
  const ShipSessionSnapshot *snapshot = target->snapshot;
  const ShipSessionRow      *session = snapshot->session;
  ShipCliUsage               usage = ship_cli_usage_sum (snapshot->exchanges, 0);
  g_autofree char           *cost = ship_cli_usage_format_cost (&usage);
  g_autofree char           *tokens =
    g_strdup_printf (_ ("%" G_GINT64_FORMAT " in, %" G_GINT64_FORMAT " out"),
                     usage.input,
                     usage.output);
  g_autofree char *age = ship_cli_format_age (session->updated_at);
  g_autofree char *sub_agents = NULL;

  if (snapshot->sub_agents.n_running + snapshot->sub_agents.n_done > 0)
    sub_agents = g_strdup_printf (_ ("%u running, %u done"),
                                  snapshot->sub_agents.n_running,
                                  snapshot->sub_agents.n_done);
  print_field (cli, _ ("session"), session->id);
  print_field (cli, _ ("title"), session->title);
  print_field (cli, _ ("state"), session->state);
  print_field (cli, _ ("detail"), session->detail);
  print_retry (target);
  print_field (cli, _ ("repository"), session->repository);
  print_field (cli, _ ("base"), session->base_branch);
  print_field (cli, _ ("branch"), session->branch);
  print_field (cli, _ ("commit"), session->head_commit);
  print_field (cli, _ ("model"), session->model);
  print_field (cli, _ ("mode"), session->mode);
  print_field (cli, _ ("sub-agents"), sub_agents);
  print_field (cli, _ ("tokens"), tokens);
  print_field (cli, _ ("cost"), cost);
  print_field (cli, _ ("changed"), age);
}

static const char *
todo_mark (const char *status)
{
  static const char *const marks[][2] = {
    { "completed", "x" },
    { "in_progress", "~" },
    { "cancelled", "-" },
    { "removed", "-" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (g_str_equal (marks[i][0], status))
      return marks[i][1];
  return " ";
}

static void
print_todos (ShipCli *cli, const ShipSessionSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->todos->len; i++)
    {
      const ShipTodoRow *todo = snapshot->todos->pdata[i];
      g_autofree char   *content = ship_cli_clean_line (todo->content, 200);

      ship_cli_print (cli,
                      "%s[%s] %s\n",
                      is_sub_agent (snapshot, todo) ? "  ↳ " : "",
                      todo_mark (todo->status),
                      content);
    }
}

static void
print (ShipCliTarget *target)
{
  ShipCli                   *cli = target->cli;
  const ShipSessionSnapshot *snapshot = target->snapshot;

  if (cli->is_json)
    {
      print_json (target);
      ship_cli_end (cli, SHIP_CLI_OK);
      return;
    }
  print_session (target);
  if (snapshot->tasks->len > 0)
    {
      print_section (cli, _ ("Tasks"));
      ship_cli_rows_print_tasks (cli, snapshot);
    }
  if (snapshot->todos->len > 0)
    {
      print_section (cli, _ ("The agent's list"));
      print_todos (cli, snapshot);
    }
  if (snapshot->requests->len > 0)
    {
      print_section (cli, _ ("The agent asks you"));
      ship_cli_rows_print_requests (cli, snapshot);
    }
  ship_cli_end (cli, SHIP_CLI_OK);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ShipCliTarget *target = user_data;
  g_autoptr (GError) error = NULL;

  /* What the process would have added is only a count-down. */
  if (!ship_session_client_connect_finish (target->client, result, &error))
    g_debug ("The session's process was not asked: %s", error->message);
  print (target);
}

/* The store says everything but when something is tried again. */
static void
show (ShipCliTarget *target, gpointer user_data)
{
  static const char *const states[] = { "retrying", "waking", NULL };

  if (!g_strv_contains (states, target->snapshot->session->state))
    {
      print (target);
      return;
    }
  target->client = ship_session_client_new (target->cli->paths, target->id);
  ship_session_client_connect_async (target->client,
                                     FALSE,
                                     target->cli->cancellable,
                                     connected_cb,
                                     target);
}

int
ship_cli_show (ShipCli *cli, int argc, char **argv)
{
  g_auto (ShipCliTarget) target = { .cli = cli };

  if (!ship_cli_parse (
        cli,
        _ ("SESSION"),
        _ ("Shows a session: its state, tasks, the agent's own list, and what it asks."),
        NULL,
        TRUE,
        1,
        1,
        &argc,
        &argv))
    return SHIP_CLI_USAGE;
  ship_cli_target_read (&target, argv[1], show, NULL);
  return ship_cli_wait (cli);
}
