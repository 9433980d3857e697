/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-inbox.h"
#include "ship-test.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

/* What waits for the user, over an index that other processes write. */

#define AWAKE "aaaaaaaaaaaaaaaa"
#define DEAD  "dddddddddddddddd"

typedef struct
{
  const char *session;
  const char *kind;
  guint       n_requests;
  guint       longest; /* bytes of details */
} Entry;

static gboolean
write_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  const Entry     *entry = data;
  g_autofree char *filler = g_strnfill (entry->longest, 'x');
  g_autofree char *details = g_strdup_printf ("{\"x\":\"%s\"}", filler);
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func (g_free);
  ShipIndexRow row = { .id = (char *) entry->session,
                       .title = (char *) "A session",
                       .repository = (char *) "/r",
                       .repository_name = (char *) "r",
                       .branch = (char *) "b",
                       .state = (char *) "waiting",
                       .model = (char *) "a/b",
                       .created_at = 1,
                       .updated_at = 1 };

  for (guint i = 0; i < entry->n_requests; i++)
    {
      ShipRequestRow *request = g_new0 (ShipRequestRow, 1);

      request->id = i + 1;
      request->kind = (char *) entry->kind;
      request->title = (char *) (i == 0 ? "first" : "later");
      request->details = details;
      request->created_at = 10 + i;
      g_ptr_array_add (requests, request);
    }
  return ship_index_table_upsert (db, &row, error) &&
         ship_inbox_table_replace (db, entry->session, requests, error);
}

static void
put (ShipPaths *paths, const char *session, const char *kind, guint n_requests)
{
  Entry entry = { session, kind, n_requests, 0 };

  client_test_write_index (paths, write_job, &entry);
}

static gboolean
delete_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_index_table_delete (db, data, error);
}

static void
load (ShipInbox *inbox)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_inbox_load_async (inbox, NULL, ship_test_keep_result, &result);
  ship_inbox_load_finish (inbox, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
close_inbox (ShipInbox *inbox)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_inbox_close_async (inbox, ship_test_keep_result, &result);
  ship_inbox_close_finish (inbox, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  client_test_settle ();
  g_assert_finalize_object (inbox);
}

static guint
get_n (ShipInbox *inbox)
{
  return g_list_model_get_n_items (G_LIST_MODEL (inbox));
}

/* Somebody who listens where a session's process would. */
static GSocketService *
listen_for (ShipPaths *paths, const char *session)
{
  g_autofree char *directory = ship_paths_dup_session_runtime (paths, session);
  g_autofree char *path = ship_paths_dup_session_socket (paths, session);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  GSocketService *service = g_socket_service_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (ship_paths_make_private_dir (directory, NULL));
  g_socket_listener_add_address (G_SOCKET_LISTENER (service),
                                 address,
                                 G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT,
                                 NULL,
                                 NULL,
                                 &error);
  g_assert_no_error (error);
  return service;
}

static void
test_follows (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GSocketService) service = listen_for (paths, AWAKE);
  ShipInbox          *inbox = ship_inbox_new (paths);
  ShipInboxItem      *first;
  const ShipInboxRow *row;

  load (inbox);
  g_assert_cmpuint (get_n (inbox), ==, 0); /* no index yet */
  put (paths, AWAKE, "permission", 1);
  put (paths, DEAD, "question", 3);
  load (inbox);
  g_assert_cmpuint (get_n (inbox), ==, 1); /* nobody waits in the other one */
  first = g_list_model_get_item (G_LIST_MODEL (inbox), 0);
  row = ship_inbox_item_get_row (first);
  g_assert_cmpstr (row->session, ==, AWAKE);
  g_assert_cmpstr (row->session_title, ==, "A session");
  g_assert_cmpstr (row->title, ==, "first");

  put (paths, AWAKE, "permission", 2); /* seen by itself */
  client_test_until (get_n (inbox) == 2);
  g_assert_true (g_list_model_get_item (G_LIST_MODEL (inbox), 0) == (gpointer) first);
  g_object_unref (first);
  g_object_unref (first);

  put (paths, DEAD, "budget", 1); /* asked by us, and needs no process */
  client_test_until (get_n (inbox) == 3);
  client_test_write_index (paths, delete_job, (gpointer) AWAKE);
  client_test_until (get_n (inbox) == 1);
  close_inbox (inbox);
  client_test_write_index (paths, delete_job, (gpointer) DEAD);
}

static gboolean
list_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(GPtrArray **) data = ship_inbox_table_list (db, error);
  return *(GPtrArray **) data != NULL;
}

/* A list is no place for a whole file. */
static void
test_details (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  Entry entry = { AWAKE, "permission", 1, 100 };
  g_autoptr (GPtrArray) small = NULL;
  g_autoptr (GPtrArray) large = NULL;

  client_test_write_index (paths, write_job, &entry);
  client_test_write_index (paths, list_job, &small);
  g_assert_cmpuint (strlen (((ShipInboxRow *) small->pdata[0])->details), >, 100);
  entry.longest = 100000;
  client_test_write_index (paths, write_job, &entry);
  client_test_write_index (paths, list_job, &large);
  g_assert_cmpuint (large->len, ==, 1);
  g_assert_cmpstr (((ShipInboxRow *) large->pdata[0])->details, ==, "{}");
  client_test_write_index (paths, delete_job, (gpointer) AWAKE);
}

static void
test_cancelled (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ShipInbox *inbox = ship_inbox_new (paths);

  ship_inbox_load_async (inbox, cancellable, ship_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_inbox_load_finish (inbox, ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  close_inbox (inbox);
}

int
main (int argc, char **argv)
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/inbox/follows", test_follows);
  g_test_add_func ("/client/inbox/details", test_details);
  g_test_add_func ("/client/inbox/cancelled", test_cancelled);
  return client_test_run ();
}
