/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "doctor/ship-doctor.h"
#include "ship-cli-output.h"

#include <glib/gi18n.h>

/*
 * shipctl doctor: one check after another, a line each.
 *
 *   doctor -> next -> checked_cb -> next … -> (the command ends)
 */

typedef struct
{
  ShipCli   *cli;
  guint      next;
  GPtrArray *results; /* (owned) (element-type ShipDoctorFinding) */
} Doctor;

static void
print_check (ShipCli *cli, const ShipDoctorFinding *check)
{
  static const struct
  {
    const char  *mark;
    ShipCliStyle style;
  } marks[] = {
    [SHIP_DOCTOR_GOOD] = { "✓", SHIP_CLI_STYLE_GREEN },
    [SHIP_DOCTOR_BETTER] = { "!", SHIP_CLI_STYLE_YELLOW },
    [SHIP_DOCTOR_BAD] = { "✗", SHIP_CLI_STYLE_RED },
  };
  g_autofree char *detail = ship_cli_clean (check->detail);
  g_autofree char *remedy = check->remedy != NULL ? ship_cli_clean (check->remedy) : NULL;

  ship_cli_print (cli,
                  "%s%s%s %s: %s\n",
                  ship_cli_style (cli, marks[check->result].style),
                  marks[check->result].mark,
                  ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN),
                  _ (check->name),
                  detail);
  if (remedy != NULL)
    ship_cli_print (cli, "  %s\n", remedy);
}

static void
print_json (Doctor *self, ShipCliStatus status)
{
  static const char *const words[] = { "ok", "warning", "error" };
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ship_cli_json_boolean (builder, "ok", status == SHIP_CLI_OK);
  json_builder_set_member_name (builder, "checks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->results->len; i++)
    {
      const ShipDoctorFinding *check = self->results->pdata[i];

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "id", check->id);
      ship_cli_json_string (builder, "result", words[check->result]);
      ship_cli_json_string (builder, "detail", check->detail);
      ship_cli_json_string (builder, "remedy", check->remedy);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (self->cli, builder, TRUE);
}

static ShipCliStatus
get_status (GPtrArray *results)
{
  ShipCliStatus status = SHIP_CLI_OK;

  for (guint i = 0; i < results->len; i++)
    {
      const ShipDoctorFinding *check = results->pdata[i];

      if (check->result != SHIP_DOCTOR_BAD)
        continue;
      if (g_str_equal (check->id, "sandbox"))
        return SHIP_CLI_NO_SANDBOX;
      status = SHIP_CLI_FAILED;
    }
  return status;
}

static void next (Doctor *self);

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Doctor *self = user_data;
  g_autoptr (ShipDoctorFinding) check = ship_doctor_check_finish (result);

  if (g_cancellable_is_cancelled (self->cli->cancellable))
    {
      ship_cli_end (self->cli, SHIP_CLI_INTERRUPTED);
      return;
    }
  if (!self->cli->is_json)
    print_check (self->cli, check);
  g_ptr_array_add (self->results, g_steal_pointer (&check));
  next (self);
}

static void
next (Doctor *self)
{
  ShipCliStatus status;

  if (self->next < SHIP_DOCTOR_N_CHECKS)
    {
      ship_doctor_check_async (self->cli->paths,
                               self->next++,
                               self->cli->cancellable,
                               checked_cb,
                               self);
      return;
    }
  status = get_status (self->results);
  if (self->cli->is_json)
    print_json (self, status);
  ship_cli_end (self->cli, status);
}

int
ship_cli_doctor (ShipCli *cli, int argc, char **argv)
{
  Doctor self = { .cli = cli };
  int    status;

  if (!ship_cli_parse (cli,
                       "",
                       _ ("Looks for everything Ship needs and says how to get what is missing. "
                          "Exit code 4: no sandbox "
                          "can be made here."),
                       NULL,
                       TRUE,
                       0,
                       0,
                       &argc,
                       &argv))
    return SHIP_CLI_USAGE;
  self.results = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_doctor_finding_free);
  next (&self);
  status = ship_cli_wait (cli);
  g_ptr_array_unref (self.results);
  return status;
}
