/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-wake-private.h"

#include <glib/gi18n-lib.h>

#include "base/ship-settings.h"
#include "context/ship-prepare-script.h"
#include "git/ship-git-scripts.h"

ShipWake *
ship_wake_new (const ShipSessionRow *session, gboolean is_read_only)
{
  ShipWake        *self = g_new0 (ShipWake, 1);
  g_autofree char *first = g_uuid_string_random ();
  g_autofree char *second = g_uuid_string_random ();

  self->repository = g_strdup (session->repository);
  self->base_commit = g_strdup (session->base_commit);
  self->head_commit = g_strdup (session->head_commit);
  self->branch = g_strdup (session->branch);
  self->model = g_strdup (session->model);
  self->user_name = g_strdup (session->user_name);
  self->user_email = g_strdup (session->user_email);
  self->password = g_strconcat (first, second, NULL);
  self->is_read_only = is_read_only;

  return self;
}

void
ship_wake_free (ShipWake *self)
{
  g_free (self->repository);
  g_free (self->base_commit);
  g_free (self->head_commit);
  g_free (self->branch);
  g_free (self->model);
  g_free (self->user_name);
  g_free (self->user_email);
  g_free (self->password);
  g_free (self);
}

ShipSandboxCommand *
ship_wake_new_checkout (const ShipWake *self, const char *base_commit)
{
  return ship_sandbox_command_new ("/bin/sh",
                                   "-c",
                                   ship_git_script_checkout (),
                                   "checkout",
                                   self->head_commit,
                                   self->branch,
                                   self->user_name,
                                   self->user_email,
                                   base_commit != NULL ? base_commit : "",
                                   NULL);
}

void
ship_wake_fill_launch (const ShipWake *self, ShipOpencodeLaunch *launch)
{
  launch->program = SHIP_SANDBOX_AGENT_DIR "/opencode";
  launch->home = SHIP_SANDBOX_HOME_DIR;
  launch->password = self->password;
  launch->gateway = "http://127.0.0.1:" G_STRINGIFY (SHIP_SANDBOX_GATEWAY_PORT);
  launch->instructions = SHIP_SANDBOX_WORK_DIR "/AGENTS.md";
  launch->hints = SHIP_PREPARE_HINTS_PATH;
  launch->models_path = SHIP_PREPARE_MODELS_PATH;
  launch->is_read_only = self->is_read_only;
}

char *
ship_wake_dup_agent_dir (ShipPaths *paths, GError **error)
{
  g_autofree char *program = ship_paths_dup_opencode (paths);

  if (program != NULL)
    return g_path_get_dirname (program);
  g_set_error_literal (error,
                       SHIP_SANDBOX_ERROR,
                       SHIP_SANDBOX_ERROR_UNAVAILABLE,
                       _ ("OpenCode " SHIP_OPENCODE_VERSION
                          " is not installed: run build-aux/run once, or "
                          "set SHIP_OPENCODE to its program"));
  return NULL;
}

static void
running_cb (ShipSandbox *sandbox, GParamSpec *pspec, ShipRuntime *runtime)
{
  GPtrArray *complaints = ship_local_sandbox_get_complaints (SHIP_LOCAL_SANDBOX (sandbox));

  for (guint i = 0; ship_sandbox_is_running (sandbox) && i < complaints->len; i++)
    ship_runtime_emit_noticed (runtime, g_ptr_array_index (complaints, i));
}

void
ship_wake_equip (ShipRuntime *runtime, GSettings *settings, ShipLocalSandbox *sandbox)
{
  g_auto (GStrv) toolchains = g_settings_get_strv (settings, SHIP_SETTING_SANDBOX_TOOLCHAINS);

  ship_local_sandbox_set_toolchains (sandbox, (const char *const *) toolchains);
  g_signal_connect_object (sandbox, "notify::running", G_CALLBACK (running_cb), runtime, 0);
  ship_local_sandbox_set_limits (sandbox, ship_runtime_get_limits (runtime));
  g_signal_connect_object (runtime,
                           "limits-changed",
                           G_CALLBACK (ship_local_sandbox_set_limits),
                           sandbox,
                           G_CONNECT_SWAPPED);
}
