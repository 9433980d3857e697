/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-paths.h"
#include "client/ship-store-once.h"
#include "fake-peer.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Plays ship-session's start: FAKE_SHIP_SESSION says how. It ends when it is told to hibernate, or
 * by an alarm. */

static void
say (const char *word)
{
  g_assert_cmpint (write (3, word, strlen (word)), ==, (gssize) strlen (word));
  close (3);
}

typedef struct
{
  GMainLoop *loop;
  ShipPaths *paths;
  char      *id;
} Fake;

static void
quit_cb (gpointer user_data)
{
  g_main_loop_quit (((Fake *) user_data)->loop);
}

static gboolean
adopt_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_session_table_adopt (db, data, error);
}

/* As a ship-session would, with what it was told. */
static gboolean
adopt_cb (gpointer user_data, GVariant *options)
{
  Fake            *fake = user_data;
  ShipSessionRow   row = { .title_source = (char *) "prompt", .mode = (char *) "build" };
  g_autofree char *path = ship_paths_dup_session_store (fake->paths, fake->id);
  g_autoptr (GAsyncResult) result = NULL;

  if (g_str_equal (g_getenv ("FAKE_SHIP_SESSION"), "claimed"))
    return FALSE;
  g_variant_lookup (options, "title", "&s", &row.title);
  g_variant_lookup (options, "branch", "&s", &row.branch);
  g_variant_lookup (options, "model", "&s", &row.model);
  g_variant_lookup (options, "user-name", "&s", &row.user_name);
  g_variant_lookup (options, "user-email", "&s", &row.user_email);
  ship_store_write_once_async (path,
                               ship_session_tables_dup_migrations (),
                               adopt_job,
                               &row,
                               NULL,
                               ship_test_keep_result,
                               &result);
  return ship_store_once_finish (ship_test_await (&result), NULL);
}

int
main (int argc, char *argv[])
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (FakePeer) peer = NULL;
  g_autofree char *lock_path = NULL;
  g_autofree char *socket = NULL;
  const char      *how = g_getenv ("FAKE_SHIP_SESSION");
  Fake             fake = { .loop = loop, .paths = paths, .id = argv[1] };
  int              lock;

  alarm (20);
  g_assert_cmpint (argc, ==, 2);
  if (g_str_equal (how, "error"))
    {
      say ("error: The store is damaged\n");
      return 1;
    }
  if (g_str_equal (how, "die"))
    {
      fputs ("first line\nno such library\n", stderr);
      return 1;
    }

  lock_path = ship_paths_dup_session_lock (paths, argv[1]);
  socket = ship_paths_dup_session_socket (paths, argv[1]);
  lock = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (flock (lock, LOCK_EX | LOCK_NB) < 0)
    {
      say ("busy\n");
      return 1;
    }
  /* Long enough for a second one to find the lock taken and no socket yet. */
  if (g_str_equal (how, "slow"))
    g_usleep (400 * 1000);
  peer = fake_peer_new (socket, argv[1]);
  peer->hibernated = quit_cb;
  peer->adopt = adopt_cb;
  peer->user_data = &fake;
  say ("ready\n");
  g_main_loop_run (loop);
  unlink (socket);
  return 0;
}
