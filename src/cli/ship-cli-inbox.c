/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-inbox.h"
#include "ship-cli-choices.h"
#include "ship-cli-output.h"

#include "base/ship-json.h"

#include <glib/gi18n.h>

/*
 * shipctl inbox: everything that waits for the user, in all sessions.
 *
 *   inbox -> loaded_cb -> [ changed_cb … ] -> closed_cb -> (the command ends)
 */

typedef struct
{
  ShipCli   *cli;
  ShipInbox *inbox; /* (owned) */
  gboolean   is_watching;
} Inbox;

static void
add_row (JsonBuilder *builder, const ShipInboxRow *row)
{
  g_autoptr (JsonNode) details = ship_json_parse (row->details, -1, NULL);

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "session", row->session);
  ship_cli_json_int (builder, "request", row->id);
  ship_cli_json_string (builder, "kind", row->kind);
  ship_cli_json_string (builder, "permission", row->permission);
  ship_cli_json_string (builder, "title", row->title);
  json_builder_set_member_name (builder, "details");
  if (details != NULL)
    json_builder_add_value (builder, g_steal_pointer (&details));
  else
    json_builder_add_null_value (builder);
  ship_cli_json_string (builder, "session_title", row->session_title);
  ship_cli_json_string (builder, "repository_name", row->repository_name);
  ship_cli_json_time (builder, "created_at", row->created_at);
  json_builder_end_object (builder);
}

/* Once: a document; while watching: a line for each change. */
static void
print_json (Inbox *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GListModel *list = G_LIST_MODEL (self->inbox);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "requests");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ShipInboxItem) item = g_list_model_get_item (list, i);

      add_row (builder, ship_inbox_item_get_row (item));
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (self->cli, builder, !self->is_watching);
}

static void
print_row (ShipCli *cli, const ShipInboxRow *row)
{
  g_autofree char *title = ship_cli_clean (row->title);
  g_autofree char *session = ship_cli_clean_line (row->session_title, 40);
  g_autofree char *repository = ship_cli_clean_line (row->repository_name, 20);
  g_autofree char *age = ship_cli_format_age (row->created_at);
  g_autofree char *permission =
    ship_cli_clean_line (row->permission != NULL ? row->permission : row->kind, 40);

  ship_cli_print (cli,
                  "%s%.8s %" G_GINT64_FORMAT "%s  %s: %s\n           %s, %s, %s\n",
                  ship_cli_style (cli, SHIP_CLI_STYLE_YELLOW),
                  row->session,
                  row->id,
                  ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN),
                  permission,
                  title,
                  session,
                  repository,
                  age);
  ship_cli_choices_print (cli, row->details);
}

static void
print_rows (Inbox *self, guint from, guint n)
{
  for (guint i = from; i < from + n; i++)
    {
      g_autoptr (ShipInboxItem) item = g_list_model_get_item (G_LIST_MODEL (self->inbox), i);

      print_row (self->cli, ship_inbox_item_get_row (item));
    }
}

static void
changed_cb (GListModel *list, guint position, guint removed, guint added, Inbox *self)
{
  if (self->cli->is_json)
    print_json (self);
  else
    print_rows (self, position, added);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Inbox *self = user_data;

  ship_inbox_close_finish (self->inbox, result, NULL);
  ship_cli_end (self->cli, self->cli->status);
}

static void
interrupt (gpointer user_data)
{
  Inbox *self = user_data;

  g_signal_handlers_disconnect_by_data (self->inbox, self);
  self->cli->status = SHIP_CLI_INTERRUPTED;
  ship_inbox_close_async (self->inbox, closed_cb, self);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Inbox *self = user_data;
  guint  n_items = g_list_model_get_n_items (G_LIST_MODEL (self->inbox));
  g_autoptr (GError) error = NULL;

  if (!ship_inbox_load_finish (self->inbox, result, &error))
    {
      ship_cli_complain ("%s", error->message);
      self->cli->status = ship_cli_status_for (error);
    }
  else if (self->cli->is_json)
    print_json (self);
  else if (n_items > 0)
    print_rows (self, 0, n_items);
  else
    ship_cli_print (self->cli, "%s\n", _ ("Nothing waits for you."));

  if (error == NULL && !self->cli->is_json && n_items > 0 && !self->is_watching)
    ship_cli_print (self->cli,
                    "%s\n",
                    _ ("\nshipctl answer SESSION NUMBER --allow, --deny or --text ANSWER"));
  if (error == NULL && self->is_watching)
    {
      self->cli->interrupt = interrupt;
      self->cli->interrupt_data = self;
      g_signal_connect (self->inbox, "items-changed", G_CALLBACK (changed_cb), self);
      return;
    }
  ship_inbox_close_async (self->inbox, closed_cb, self);
}

int
ship_cli_inbox (ShipCli *cli, int argc, char **argv)
{
  Inbox              self = { .cli = cli };
  const GOptionEntry entries[] = {
    { "watch",
      'w',
      0,
      G_OPTION_ARG_NONE,
      &self.is_watching,
      N_ ("Go on and show what comes"),
      NULL },
    { NULL },
  };
  int status;

  if (!ship_cli_parse (cli,
                       "",
                       _ ("Lists everything that waits for you, in all sessions."),
                       entries,
                       TRUE,
                       0,
                       0,
                       &argc,
                       &argv))
    return SHIP_CLI_USAGE;
  self.inbox = ship_inbox_new (cli->paths);
  ship_inbox_load_async (self.inbox, cli->cancellable, loaded_cb, &self);
  status = ship_cli_wait (cli);
  g_clear_object (&self.inbox);
  return status;
}
