/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-settings.h"
#include "sandbox/ship-sandbox-limits.h"
#include "ship-cli-output.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/*
 * shipctl limits: what a session's sandbox may use of the machine.
 *
 *   limits -> list | connected -> changed
 */

typedef struct
{
  ShipCliTarget target;
  char         *texts[SHIP_SANDBOX_N_LIMITS]; /* (owned) (element nullable) */
  GVariant     *changes;                      /* (owned) (nullable): a{st} */
} Limits;

static void
print_json (ShipCli *cli, const ShipSandboxLimits *limits, const ShipLimitsRow *row)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    ship_cli_json_int (builder, ship_sandbox_limit_get_name (i), (gint64) limits->values[i]);
  json_builder_set_member_name (builder, "own");
  json_builder_begin_array (builder);
  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    if (row->own.values[i] != 0)
      json_builder_add_string_value (builder, ship_sandbox_limit_get_name (i));
  json_builder_end_array (builder);
  ship_cli_json_string (builder, "way", row->way);
  json_builder_end_object (builder);
  ship_cli_print_json (cli, builder, TRUE);
}

static const char *
get_way_sentence (const char *way)
{
  if (g_strcmp0 (way, "systemd") == 0)
    return _ ("Memory is kept within its limit by systemd, the disk by looking at it.");
  if (g_strcmp0 (way, "cgroup") == 0)
    return _ ("Memory is kept within its limit by a control group, the disk by looking at it.");
  if (g_strcmp0 (way, "watchdog") == 0)
    return _ ("Memory and disk are kept within their limits by looking at them; the processor is "
              "not shared out.");
  return _ ("It has not been awake yet.");
}

static void
list (ShipCliTarget *target, gpointer user_data)
{
  ShipCli             *cli = target->cli;
  const ShipLimitsRow *row = target->snapshot->limits;
  ShipSandboxLimits    limits;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = ship_settings_new (cli->paths, &error);

  if (settings == NULL)
    {
      ship_cli_complain ("%s", error->message);
      ship_cli_end (cli, SHIP_CLI_FAILED);
      return;
    }
  ship_sandbox_limits_read (&limits, settings, ship_sandbox_limits_get_machine_memory ());
  ship_sandbox_limits_override (&limits, &row->own);
  if (cli->is_json)
    print_json (cli, &limits, row);
  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS && !cli->is_json; i++)
    {
      g_autofree char *text = ship_sandbox_limit_format (i, limits.values[i]);

      ship_cli_print (cli,
                      "%-12s %s%s\n",
                      ship_sandbox_limit_get_name (i),
                      text,
                      row->own.values[i] == 0 ? _ (" (as in the settings)") : "");
    }
  if (!cli->is_json)
    ship_cli_print (cli, "%s\n", get_way_sentence (row->way));
  ship_cli_end (cli, SHIP_CLI_OK);
}

static void
changed (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  Limits *self = user_data;

  ship_cli_target_call (target,
                        "SetLimits",
                        g_variant_new ("(@a{st})", self->changes),
                        changed,
                        self);
}

/* FALSE after a sentence. */
static gboolean
read_changes (Limits *self)
{
  g_autoptr (GVariantBuilder) builder = g_variant_builder_new (G_VARIANT_TYPE ("a{st}"));
  guint n = 0;

  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 value = 0;

      if (self->texts[i] == NULL)
        continue;
      if (!g_str_equal (self->texts[i], "default") &&
          !ship_sandbox_limit_parse (i, self->texts[i], &value, &error))
        {
          ship_cli_complain ("%s", error->message);
          return FALSE;
        }
      g_variant_builder_add (builder, "{st}", ship_sandbox_limit_get_name (i), value);
      n++;
    }
  if (n > 0)
    self->changes = g_variant_ref_sink (g_variant_builder_end (builder));
  return TRUE;
}

static int
run (Limits *self, const char *session)
{
  if (!read_changes (self))
    return SHIP_CLI_USAGE;
  if (self->changes != NULL)
    ship_cli_target_connect (&self->target, session, TRUE, connected, self);
  else
    ship_cli_target_read (&self->target, session, list, self);
  return ship_cli_wait (self->target.cli);
}

int
ship_cli_limits (ShipCli *cli, int argc, char **argv)
{
  static const char *const helps[SHIP_SANDBOX_N_LIMITS] = {
    [SHIP_SANDBOX_LIMIT_MEMORY] = N_ ("Memory of all its processes together"),
    [SHIP_SANDBOX_LIMIT_DISK] = N_ ("What it may write to its working copy and home"),
    [SHIP_SANDBOX_LIMIT_FILE_SIZE] = N_ ("Size of one file"),
    [SHIP_SANDBOX_LIMIT_PROCESSES] = N_ ("Processes and threads"),
    [SHIP_SANDBOX_LIMIT_DESCRIPTORS] = N_ ("Open files of one process"),
    [SHIP_SANDBOX_LIMIT_CPU_WEIGHT] = N_ ("Share of a busy processor, against 100 for others"),
  };
  Limits       self = { .target = { .cli = cli } };
  GOptionEntry entries[SHIP_SANDBOX_N_LIMITS + 1] = { 0 };
  int          status = SHIP_CLI_USAGE;

  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    {
      entries[i].long_name = ship_sandbox_limit_get_name (i);
      entries[i].arg = G_OPTION_ARG_STRING;
      entries[i].arg_data = &self.texts[i];
      entries[i].description = helps[i];
      entries[i].arg_description = ship_sandbox_limit_is_size (i) ? _ ("SIZE") : _ ("NUMBER");
    }
  if (ship_cli_parse (cli,
                      _ ("SESSION"),
                      _ ("Shows what a session's sandbox may use of the machine, or changes it: "
                         "sizes as 512M or 6G, or “default”. Memory and disk change at once, the "
                         "others when it wakes the next time."),
                      entries,
                      TRUE,
                      1,
                      1,
                      &argc,
                      &argv))
    status = run (&self, argv[1]);
  ship_cli_target_clear (&self.target);
  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    g_free (self.texts[i]);
  g_clear_pointer (&self.changes, g_variant_unref);
  return status;
}
