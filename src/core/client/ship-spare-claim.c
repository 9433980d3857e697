/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-spare-private.h"

#include "base/ship-names.h"
#include "client/ship-index-repair.h"
#include "client/ship-session-client.h"

#include <unistd.h>

/*
 * Main thread.
 *
 *   claim_async -> listed_cb -> locked_cb -> connected_cb -> adopted_cb -> indexed_cb -> (return)
 *
 * Its process decides: two that claim the same spare get one session and one refusal. From the call
 * on nothing is cancelled, so that no session is made of which nobody knows. Whatever fails: there
 * is none that fits.
 */

#define PATIENCE_MS 1000

typedef struct
{
  /* Input. */
  ShipPaths            *paths;  /* (owned) */
  const ShipSessionRow *wanted; /* (unowned) */
  char                 *branch; /* (owned) (nullable) */

  /* In progress. */
  char *id; /* (owned) (nullable): of the spare that fits */
  int   lock;
} Claim;

static void
claim_free (Claim *self)
{
  ship_paths_unref (self->paths);
  g_free (self->branch);
  g_free (self->id);
  if (self->lock >= 0)
    close (self->lock);
  g_free (self);
}

static void
indexed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Claim *self = g_task_get_task_data (task);

  /* The session's own process puts it into the index, too. */
  ship_index_repair_finish (result, NULL);
  g_task_return_pointer (task, g_steal_pointer (&self->id), g_free);
}

static void
adopted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Claim *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (ship_session_client_call_finish (SHIP_SESSION_CLIENT (object), result, &error))
    {
      ship_index_repair_async (self->paths, NULL, indexed_cb, g_object_ref (task));
      return;
    }
  g_debug ("A spare was not claimed: %s", error->message);
  g_task_return_pointer (task, NULL, NULL);
}

static void
add_text (GVariantBuilder *builder, const char *name, const char *value)
{
  if (value != NULL)
    g_variant_builder_add (builder, "{sv}", name, g_variant_new_string (value));
}

static GVariant *
describe (Claim *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const ShipSessionRow *wanted = self->wanted;
  g_autoptr (GDateTime) today = g_date_time_new_now_local ();
  g_autofree char *branch = self->branch != NULL
                              ? g_strdup (self->branch)
                              : ship_names_branch (wanted->title, today, self->id);

  add_text (&builder, "title", wanted->title);
  add_text (&builder, "base-branch", wanted->base_branch);
  add_text (&builder, "branch", branch);
  add_text (&builder, "model", wanted->model);
  add_text (&builder, "variant", wanted->variant);
  add_text (&builder, "mode", wanted->mode);
  add_text (&builder, "user-name", wanted->user_name);
  add_text (&builder, "user-email", wanted->user_email);
  g_variant_builder_add (&builder,
                         "{sv}",
                         "titled",
                         g_variant_new_boolean (g_strcmp0 (wanted->title_source, "user") == 0));
  g_variant_builder_add (&builder, "{sv}", "budget", g_variant_new_double (wanted->session_budget));
  return g_variant_new ("(a{sv})", &builder);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ShipSessionClient *client = SHIP_SESSION_CLIENT (object);

  if (ship_session_client_connect_finish (client, result, NULL))
    ship_session_client_call_async (client,
                                    "Adopt",
                                    describe (g_task_get_task_data (task)),
                                    NULL,
                                    adopted_cb,
                                    g_object_ref (task));
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
locked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Claim *self = g_task_get_task_data (task);
  g_autoptr (ShipSessionClient) client = NULL;

  self->lock = ship_spare_lock_finish (result, NULL);
  if (self->lock < 0)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  client = ship_session_client_new (self->paths, self->id);
  ship_session_client_connect_async (client,
                                     FALSE,
                                     g_task_get_cancellable (task),
                                     connected_cb,
                                     g_object_ref (task));
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Claim *self = g_task_get_task_data (task);
  g_autoptr (GPtrArray) spares = ship_spare_list_finish (result, NULL);

  for (guint i = 0; spares != NULL && i < spares->len && self->id == NULL; i++)
    {
      const ShipSpare *spare = spares->pdata[i];

      if (ship_spare_fits (spare,
                           self->wanted->repository,
                           self->wanted->base_commit,
                           self->wanted->model))
        self->id = g_strdup (spare->row->id);
    }
  if (self->id == NULL)
    g_task_return_pointer (task, NULL, NULL);
  else
    ship_spare_lock_async (self->paths,
                           PATIENCE_MS,
                           g_task_get_cancellable (task),
                           locked_cb,
                           g_object_ref (task));
}

void
ship_spare_claim_async (ShipPaths            *paths,
                        const ShipSessionRow *wanted,
                        const char           *branch,
                        GCancellable         *cancellable,
                        GAsyncReadyCallback   callback,
                        gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Claim *self = g_new0 (Claim, 1);

  g_task_set_source_tag (task, ship_spare_claim_async);
  g_task_set_task_data (task, self, (GDestroyNotify) claim_free);
  self->paths = ship_paths_ref (paths);
  self->wanted = wanted;
  self->branch = g_strdup (branch);
  self->lock = -1;
  ship_spare_list_async (paths, cancellable, listed_cb, g_object_ref (task));
}

char *
ship_spare_claim_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_spare_claim_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
