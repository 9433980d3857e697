/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-target.h"

/* What most commands begin with. One step at a time; every failure ends the command. Main thread.
 */

typedef struct
{
  ShipCliTarget    *self; /* (unowned) */
  ShipCliTargetFunc then;
  gpointer          user_data;
  gboolean          is_read; /* to be read, else to be connected */
  gboolean          start;
} Step;

void
ship_cli_target_clear (ShipCliTarget *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_object (&self->client);
  g_clear_pointer (&self->snapshot, ship_session_snapshot_free);
}

static Step *
step_new (ShipCliTarget *self, ShipCliTargetFunc then, gpointer user_data)
{
  Step *step = g_new0 (Step, 1);

  step->self = self;
  step->then = then;
  step->user_data = user_data;
  return step;
}

static void
step_end (Step *owned, const GError *error)
{
  g_autofree Step *step = owned;

  if (error != NULL)
    ship_cli_fail (step->self->cli, error);
  else
    step->then (step->self, step->user_data);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Step *step = user_data;
  g_autoptr (GError) error = NULL;

  step->self->snapshot = ship_session_snapshot_load_finish (result, &error);
  step_end (step, error);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Step *step = user_data;
  g_autoptr (GError) error = NULL;

  ship_session_client_connect_finish (step->self->client, result, &error);
  if (!step->start && g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE))
    {
      g_clear_error (&error);
      g_clear_object (&step->self->client);
    }
  step_end (step, error);
}

static void
resolved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Step          *step = user_data;
  ShipCliTarget *self = step->self;
  g_autoptr (GError) error = NULL;

  self->id = ship_cli_resolve_finish (result, &error);
  if (self->id == NULL)
    step_end (step, error);
  else if (step->is_read)
    ship_session_snapshot_load_async (self->cli->paths,
                                      self->id,
                                      self->cli->cancellable,
                                      read_cb,
                                      step);
  else
    {
      self->client = ship_session_client_new (self->cli->paths, self->id);
      ship_session_client_connect_async (self->client,
                                         step->start,
                                         self->cli->cancellable,
                                         connected_cb,
                                         step);
    }
}

void
ship_cli_target_read (ShipCliTarget    *self,
                      const char       *text,
                      ShipCliTargetFunc then,
                      gpointer          user_data)
{
  Step *step = step_new (self, then, user_data);

  step->is_read = TRUE;
  ship_cli_resolve_async (self->cli, text, resolved_cb, step);
}

void
ship_cli_target_connect (ShipCliTarget    *self,
                         const char       *text,
                         gboolean          start,
                         ShipCliTargetFunc then,
                         gpointer          user_data)
{
  Step *step = step_new (self, then, user_data);

  step->start = start;
  ship_cli_resolve_async (self->cli, text, resolved_cb, step);
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Step *step = user_data;
  g_autoptr (GError) error = NULL;

  ship_session_client_call_finish (step->self->client, result, &error);
  step_end (step, error);
}

void
ship_cli_target_call (ShipCliTarget    *self,
                      const char       *method,
                      GVariant         *arguments,
                      ShipCliTargetFunc then,
                      gpointer          user_data)
{
  ship_session_client_call_async (self->client,
                                  method,
                                  arguments,
                                  self->cli->cancellable,
                                  called_cb,
                                  step_new (self, then, user_data));
}
