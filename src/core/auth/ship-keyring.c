/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Secrets in the system keyring, through libsecret. Every call is libsecret's own asynchronous one;
 * main thread. Foreign errors become SHIP_AUTH_ERROR here and nowhere else.
 *
 *   store    secret_password_store
 *   delete   secret_password_clear
 *   lookup   search_cb: are there items, is the first one unlocked? → retrieve_cb: its secret
 *
 * The lookup searches instead of asking for the password at once, because libsecret answers "no
 * password" also for an item whose unlocking the user declined.
 */
#include "config.h"

#include "auth/ship-keyring.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

#define ATTRIBUTE_NAME "name"

struct _ShipKeyring
{
  GObject parent;
};

G_DEFINE_QUARK (ship_auth_error, ship_auth_error)
G_DEFINE_FINAL_TYPE (ShipKeyring, ship_keyring, G_TYPE_OBJECT)

static const SecretSchema ship_secret_schema = {
  SHIP_APPLICATION_ID ".Secret",
  SECRET_SCHEMA_NONE,
  { { ATTRIBUTE_NAME, SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

ShipErrorClass
ship_auth_error_classify (const GError *error)
{
  g_return_val_if_fail (error != NULL, SHIP_ERROR_CLASS_BUG);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SHIP_ERROR_CLASS_CANCELLED;
  if (error->domain != SHIP_AUTH_ERROR)
    return SHIP_ERROR_CLASS_BUG;
  switch ((ShipAuthError) error->code)
    {
    case SHIP_AUTH_ERROR_NO_KEY:
      return SHIP_ERROR_CLASS_SIGN_IN;
    case SHIP_AUTH_ERROR_LOCKED:
    case SHIP_AUTH_ERROR_INVALID:
    case SHIP_AUTH_ERROR_NO_ADDRESS:
      return SHIP_ERROR_CLASS_USER;
    case SHIP_AUTH_ERROR_FAILED:
    case SHIP_AUTH_ERROR_NO_KEYRING:
      return SHIP_ERROR_CLASS_PERSISTENT;
    default:
      return SHIP_ERROR_CLASS_BUG;
    }
}

static gboolean
is_missing_service (const GError *error)
{
  static const int codes[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN,
    G_DBUS_ERROR_NAME_HAS_NO_OWNER,
    G_DBUS_ERROR_NO_SERVER,
    G_DBUS_ERROR_NO_NETWORK,
    G_DBUS_ERROR_BAD_ADDRESS,
    G_DBUS_ERROR_DISCONNECTED,
    G_DBUS_ERROR_AUTH_FAILED,
    G_DBUS_ERROR_NO_REPLY,
    G_DBUS_ERROR_TIMEOUT,
    G_DBUS_ERROR_TIMED_OUT,
    G_DBUS_ERROR_ACCESS_DENIED,
    G_DBUS_ERROR_UNKNOWN_METHOD,
    G_DBUS_ERROR_UNKNOWN_INTERFACE,
    G_DBUS_ERROR_SPAWN_EXEC_FAILED,
    G_DBUS_ERROR_SPAWN_FORK_FAILED,
    G_DBUS_ERROR_SPAWN_CHILD_EXITED,
    G_DBUS_ERROR_SPAWN_CHILD_SIGNALED,
    G_DBUS_ERROR_SPAWN_FAILED,
    G_DBUS_ERROR_SPAWN_SETUP_FAILED,
    G_DBUS_ERROR_SPAWN_CONFIG_INVALID,
    G_DBUS_ERROR_SPAWN_SERVICE_INVALID,
    G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND,
    G_DBUS_ERROR_SPAWN_PERMISSIONS_INVALID,
    G_DBUS_ERROR_SPAWN_FILE_INVALID,
    G_DBUS_ERROR_SPAWN_NO_MEMORY,
  };

  /* Without a bus, connecting to it fails with whatever the socket or the launcher said. */
  if (error->domain == G_IO_ERROR || error->domain == G_SPAWN_ERROR)
    return TRUE;
  if (error->domain != G_DBUS_ERROR)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (error->code == codes[i])
      return TRUE;
  return FALSE;
}

static gboolean
is_locked (const GError *error)
{
  g_autofree char *remote = NULL;

  if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) ||
      g_error_matches (error, SECRET_ERROR, SECRET_ERROR_NO_SUCH_OBJECT))
    return TRUE;
  /* A daemon that cannot ask for the password answers as if the collection did not exist. */
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT))
    return TRUE;
  if (!g_dbus_error_is_remote_error (error))
    return FALSE;
  remote = g_dbus_error_get_remote_error (error);
  return g_strcmp0 (remote, "org.freedesktop.Secret.Error.IsLocked") == 0 ||
         g_strcmp0 (remote, "org.freedesktop.Secret.Error.NoSuchObject") == 0;
}

static GError *
new_locked_error (void)
{
  return g_error_new (
    SHIP_AUTH_ERROR,
    SHIP_AUTH_ERROR_LOCKED,
    _ ("The system keyring is locked. Unlock it (by logging in to the desktop, or "
       "in its own window, for example Passwords and Keys) and try again."));
}

/* Takes @error. The texts of the bus are for programmers: only our own sentences go on. */
static GError *
convert_error (GError *error)
{
  g_autoptr (GError) original = error;

  if (g_error_matches (original, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&original);
  if (is_locked (original))
    return new_locked_error ();
  if (is_missing_service (original))
    return g_error_new (
      SHIP_AUTH_ERROR,
      SHIP_AUTH_ERROR_NO_KEYRING,
      _ ("There is no system keyring: no Secret Service (for example GNOME "
         "Keyring or KWallet) answers on the session bus. Install and start one, or "
         "set the key in the environment."));
  return g_error_new (SHIP_AUTH_ERROR,
                      SHIP_AUTH_ERROR_FAILED,
                      _ ("The system keyring reported an error it did not explain."));
}

static void
ship_keyring_class_init (ShipKeyringClass *klass)
{
}

static void
ship_keyring_init (ShipKeyring *self)
{
}

ShipKeyring *
ship_keyring_new (void)
{
  return g_object_new (SHIP_TYPE_KEYRING, NULL);
}

static void
store_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, convert_error (error));
}

void
ship_keyring_store_async (ShipKeyring        *self,
                          const char         *name,
                          const char         *label,
                          const char         *secret,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_KEYRING (self));
  g_return_if_fail (name != NULL && label != NULL && secret != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_keyring_store_async);
  secret_password_store (&ship_secret_schema,
                         SECRET_COLLECTION_DEFAULT,
                         label,
                         secret,
                         cancellable,
                         store_cb,
                         g_steal_pointer (&task),
                         ATTRIBUTE_NAME,
                         name,
                         NULL);
}

gboolean
ship_keyring_store_finish (ShipKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_keyring_store_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
retrieve_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError      *error = NULL;
  SecretValue *value;
  char        *secret;

  value = secret_retrievable_retrieve_secret_finish (SECRET_RETRIEVABLE (source), result, &error);
  if (value == NULL)
    {
      /* Without an error the service gave the item but no value for it: it was locked meanwhile. */
      g_task_return_error (task, error != NULL ? convert_error (error) : new_locked_error ());
      return;
    }
  /* NULL if its content is no plain text. */
  secret = secret_value_unref_to_password (value, NULL);
  if (secret == NULL || *secret == '\0')
    {
      g_clear_pointer (&secret, secret_password_free);
      g_task_return_new_error (task,
                               SHIP_AUTH_ERROR,
                               SHIP_AUTH_ERROR_FAILED,
                               _ ("What the system keyring holds under that name is not a text."));
      return;
    }
  g_task_return_pointer (task, secret, (GDestroyNotify) secret_password_free);
}

static void
search_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autolist (SecretRetrievable) items = NULL;
  GError *error = NULL;

  items = secret_password_search_finish (result, &error);
  if (error != NULL)
    {
      g_task_return_error (task, convert_error (error));
      return;
    }
  if (items == NULL)
    {
      g_task_return_new_error (task,
                               SHIP_AUTH_ERROR,
                               SHIP_AUTH_ERROR_NO_KEY,
                               _ ("The system keyring holds nothing under that name."));
      return;
    }
  if (SECRET_IS_ITEM (items->data) && secret_item_get_locked (SECRET_ITEM (items->data)))
    {
      g_task_return_error (task, new_locked_error ());
      return;
    }
  secret_retrievable_retrieve_secret (SECRET_RETRIEVABLE (items->data),
                                      g_task_get_cancellable (task),
                                      retrieve_cb,
                                      g_object_ref (task));
}

void
ship_keyring_lookup_async (ShipKeyring        *self,
                           const char         *name,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_KEYRING (self));
  g_return_if_fail (name != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_keyring_lookup_async);
  secret_password_search (&ship_secret_schema,
                          SECRET_SEARCH_UNLOCK,
                          cancellable,
                          search_cb,
                          g_steal_pointer (&task),
                          ATTRIBUTE_NAME,
                          name,
                          NULL);
}

char *
ship_keyring_lookup_finish (ShipKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_keyring_lookup_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
delete_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  /* FALSE without an error: there was nothing to delete, which is what the caller wants. */
  if (secret_password_clear_finish (result, &error) || error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, convert_error (error));
}

void
ship_keyring_delete_async (ShipKeyring        *self,
                           const char         *name,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_KEYRING (self));
  g_return_if_fail (name != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_keyring_delete_async);
  secret_password_clear (&ship_secret_schema,
                         cancellable,
                         delete_cb,
                         g_steal_pointer (&task),
                         ATTRIBUTE_NAME,
                         name,
                         NULL);
}

gboolean
ship_keyring_delete_finish (ShipKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_keyring_delete_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_keyring_free_secret (char *secret)
{
  secret_password_free (secret);
}
