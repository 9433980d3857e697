/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-housekeeper.h"

#include "base/ship-settings.h"
#include "client/ship-spare.h"
#include "process/ship-process.h"
#include "session/ship-session-adopt.h"

/*
 *   (the session has woken, or was claimed) -> pause -> due_cb -> prepared_cb
 *
 * The pause is for the session's own turn, which begins then.
 */

#define PAUSE_SECONDS 5

struct _ShipHousekeeper
{
  GObject       parent_instance;
  ShipPaths    *paths;       /* (owned) */
  ShipSession  *session;     /* (owned) */
  GSettings    *settings;    /* (owned) */
  GCancellable *cancellable; /* (owned) */
  guint         timer;
  gboolean      was_waking;
  gboolean      was_spare;
};

G_DEFINE_FINAL_TYPE (ShipHousekeeper, ship_housekeeper, G_TYPE_OBJECT)

static void
ship_housekeeper_dispose (GObject *object)
{
  ShipHousekeeper *self = SHIP_HOUSEKEEPER (object);

  ship_housekeeper_stop (self);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ship_housekeeper_parent_class)->dispose (object);
}

static void
ship_housekeeper_finalize (GObject *object)
{
  ShipHousekeeper *self = SHIP_HOUSEKEEPER (object);

  g_clear_object (&self->cancellable);
  ship_paths_unref (self->paths);

  G_OBJECT_CLASS (ship_housekeeper_parent_class)->finalize (object);
}

static void
ship_housekeeper_class_init (ShipHousekeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_housekeeper_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_housekeeper_finalize;
}

static void
ship_housekeeper_init (ShipHousekeeper *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
prepared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_spare_prepare_finish (result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("No spare sandbox was prepared: %s", error->message);
}

static gboolean
due_cb (gpointer user_data)
{
  ShipHousekeeper      *self = user_data;
  const ShipSessionRow *row = ship_session_get_row (self->session);

  self->timer = 0;
  ship_housekeeper_tidy (self);
  if (g_settings_get_boolean (self->settings, SHIP_SETTING_WARM_SANDBOXES))
    ship_spare_prepare_async (self->paths,
                              row->repository,
                              row->base_branch,
                              row->model,
                              self->cancellable,
                              prepared_cb,
                              NULL);
  return G_SOURCE_REMOVE;
}

static void
schedule (ShipHousekeeper *self)
{
  if (self->timer == 0 && !ship_session_is_spare (self->session) &&
      !g_cancellable_is_cancelled (self->cancellable))
    self->timer = g_timeout_add_seconds (PAUSE_SECONDS, due_cb, self);
}

static void
state_cb (ShipSession *session, GParamSpec *pspec, ShipHousekeeper *self)
{
  ShipSessionState state = ship_session_get_state (session);

  if (self->was_waking && state == SHIP_SESSION_STATE_IDLE)
    schedule (self);
  self->was_waking = state == SHIP_SESSION_STATE_WAKING;
  self->was_spare = self->was_spare || ship_session_is_spare (session);
}

/* A spare was awake before it was somebody's. */
static void
changed_cb (ShipSession *session, const char *table, gint64 row, ShipHousekeeper *self)
{
  if (!self->was_spare || ship_session_is_spare (session))
    return;

  self->was_spare = FALSE;
  if (!self->was_waking)
    schedule (self);
}

ShipHousekeeper *
ship_housekeeper_new (ShipPaths *paths, ShipSession *session, GSettings *settings)
{
  ShipHousekeeper *self = g_object_new (SHIP_TYPE_HOUSEKEEPER, NULL);

  self->paths = ship_paths_ref (paths);
  self->session = g_object_ref (session);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (state_cb), self, 0);
  g_signal_connect_object (session, "changed", G_CALLBACK (changed_cb), self, 0);

  return self;
}

void
ship_housekeeper_stop (ShipHousekeeper *self)
{
  g_return_if_fail (SHIP_IS_HOUSEKEEPER (self));

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
}

void
ship_housekeeper_tidy (ShipHousekeeper *self)
{
  const ShipSessionRow *row;
  g_autofree char      *program = NULL;
  g_autoptr (ShipProcessSpec) spec = NULL;
  g_autoptr (ShipProcess) process = NULL;
  g_auto (GStrv) names = g_listenv ();
  g_autoptr (GError) error = NULL;

  g_return_if_fail (SHIP_IS_HOUSEKEEPER (self));

  row = ship_session_get_row (self->session);
  if (row == NULL)
    return;
  program = ship_paths_dup_program (self->paths, "ship-session");
  spec = ship_process_spec_new (program);
  ship_process_spec_add_arg (spec, "--tidy");
  ship_process_spec_add_arg (spec, row->repository);
  for (guint i = 0; names[i] != NULL; i++)
    ship_process_spec_inherit_env (spec, names[i]);
  ship_process_spec_set_detached (spec);
  process = ship_process_spawn (g_steal_pointer (&spec), &error);
  if (process == NULL)
    g_debug ("Nobody tidies up: %s", error->message);
}
