/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-rows.h"

#include "base/ship-json.h"
#include "ship-cli-usage.h"

#include <glib/gi18n.h>

/* See the header. */

static void
json_task (JsonBuilder *builder, const ShipTaskRow *task, GPtrArray *exchanges)
{
  ShipCliUsage usage = ship_cli_usage_sum (exchanges, task->id);

  json_builder_begin_object (builder);
  ship_cli_json_int (builder, "id", task->id);
  ship_cli_json_string (builder, "title", task->title);
  ship_cli_json_string (builder, "prompt", task->prompt);
  ship_cli_json_string (builder, "state", task->state);
  ship_cli_json_string (builder, "mode", task->mode);
  ship_cli_json_string (builder, "model", task->model);
  ship_cli_json_string (builder, "error", task->error);
  ship_cli_json_string (builder, "error_category", task->error_category);
  ship_cli_json_string (builder, "from_commit", task->from_commit);
  ship_cli_json_string (builder, "commit", task->to_commit);
  ship_cli_json_count (builder, "files_changed", task->files_changed);
  ship_cli_json_int (builder, "input_tokens", usage.input);
  ship_cli_json_int (builder, "output_tokens", usage.output);
  ship_cli_json_cost (builder, "cost", ship_cli_usage_get_cost (&usage));
  ship_cli_json_time (builder, "created_at", task->created_at);
  ship_cli_json_time (builder, "started_at", task->started_at);
  ship_cli_json_time (builder, "ended_at", task->ended_at);
  json_builder_end_object (builder);
}

void
ship_cli_rows_json_tasks (JsonBuilder *builder, const ShipSessionSnapshot *snapshot)
{
  json_builder_set_member_name (builder, "tasks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < snapshot->tasks->len; i++)
    json_task (builder, snapshot->tasks->pdata[i], snapshot->exchanges);
  json_builder_end_array (builder);
}

static void
json_details (JsonBuilder *builder, const char *details)
{
  g_autoptr (JsonNode) node = ship_json_parse (details, -1, NULL);

  json_builder_set_member_name (builder, "details");
  if (node != NULL)
    json_builder_add_value (builder, g_steal_pointer (&node));
  else
    json_builder_add_null_value (builder);
}

void
ship_cli_rows_json_requests (JsonBuilder *builder, const ShipSessionSnapshot *snapshot)
{
  json_builder_set_member_name (builder, "requests");
  json_builder_begin_array (builder);
  for (guint i = 0; i < snapshot->requests->len; i++)
    {
      const ShipRequestRow *request = snapshot->requests->pdata[i];

      json_builder_begin_object (builder);
      ship_cli_json_int (builder, "id", request->id);
      ship_cli_json_string (builder,
                            "kind",
                            request->permission != NULL ? "permission" : "question");
      ship_cli_json_string (builder, "permission", request->permission);
      ship_cli_json_string (builder, "title", request->title);
      json_details (builder, request->details);
      ship_cli_json_int (builder, "task", request->task);
      ship_cli_json_time (builder, "created_at", request->created_at);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

typedef struct
{
  const char  *state;
  const char  *mark;
  ShipCliStyle style;
} TaskMark;

static const TaskMark *
task_mark (const char *state)
{
  static const TaskMark marks[] = {
    { "complete", "✓", SHIP_CLI_STYLE_GREEN }, { "failed", "✗", SHIP_CLI_STYLE_RED },
    { "cancelled", "–", SHIP_CLI_STYLE_DIM },  { "pending", "·", SHIP_CLI_STYLE_DIM },
    { NULL, "…", SHIP_CLI_STYLE_CYAN },
  };
  const TaskMark *mark = marks;

  while (mark->state != NULL && !g_str_equal (mark->state, state))
    mark++;
  return mark;
}

void
ship_cli_rows_print_tasks (ShipCli *cli, const ShipSessionSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->tasks->len; i++)
    {
      const ShipTaskRow *task = snapshot->tasks->pdata[i];
      const TaskMark    *mark = task_mark (task->state);
      ShipCliUsage       usage = ship_cli_usage_sum (snapshot->exchanges, task->id);
      g_autofree char   *title =
        ship_cli_clean_line (task->title, MAX (ship_cli_get_columns (), 80) - 48);
      g_autofree char *cost = ship_cli_usage_format_cost (&usage);
      g_autofree char *duration = ship_cli_format_duration (
        task->started_at != 0 && task->ended_at != 0 ? task->ended_at - task->started_at : -1);

      ship_cli_print (cli,
                      "%s%s%s %3" G_GINT64_FORMAT "  %-9s  %9s  %10s  %.8s  %s\n",
                      ship_cli_style (cli, mark->style),
                      mark->mark,
                      ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN),
                      task->id,
                      task->state,
                      cost,
                      duration,
                      task->to_commit != NULL ? task->to_commit : "        ",
                      title);
      if (task->error != NULL)
        {
          g_autofree char *error = ship_cli_clean (task->error);

          ship_cli_print (cli, "      %s\n", error);
        }
    }
}

void
ship_cli_rows_print_requests (ShipCli *cli, const ShipSessionSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->requests->len; i++)
    {
      const ShipRequestRow *request = snapshot->requests->pdata[i];
      g_autofree char      *title = ship_cli_clean (request->title);
      g_autofree char      *permission =
        request->permission != NULL ? ship_cli_clean_line (request->permission, 40) : NULL;

      ship_cli_print (cli,
                      "%s%" G_GINT64_FORMAT "%s  %s%s%s\n",
                      ship_cli_style (cli, SHIP_CLI_STYLE_YELLOW),
                      request->id,
                      ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN),
                      permission != NULL ? permission : _ ("question"),
                      *title != '\0' ? ": " : "",
                      title);
    }
}
