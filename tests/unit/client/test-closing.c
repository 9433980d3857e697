/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-closing.h"
#include "ship-test.h"

#define ID "00000000000000c1"

static void
wait_for (ShipClosing *closing)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_closing_wait_async (closing, ship_test_keep_result, &result);
  g_assert_true (ship_closing_wait_finish (closing, ship_test_await (&result), &error));
  g_assert_no_error (error);
}

static void
test_closing (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  ShipClosing *closing = ship_closing_new ();
  gpointer     transcripts[3] = { NULL };

  client_test_make_session (paths, ID);
  wait_for (closing); /* for nothing */
  for (guint i = 0; i < G_N_ELEMENTS (transcripts); i++)
    {
      ShipTranscript *transcript = ship_transcript_new (paths, ID, NULL);

      g_set_weak_pointer (&transcripts[i], transcript);
      /* One in the middle of its reading, too. */
      if (i == 1)
        ship_transcript_load_async (transcript, NULL, NULL, NULL);
      ship_closing_take_transcript (closing, transcript);
    }
  g_assert_nonnull (transcripts[0]);
  wait_for (closing);
  client_test_settle ();
  for (guint i = 0; i < G_N_ELEMENTS (transcripts); i++)
    g_assert_null (transcripts[i]);
  g_assert_finalize_object (closing);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/closing/waits", test_closing);

  return client_test_run ();
}
