/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/opencode/ship-opencode-events.h"
#include "bench.h"
#include "session/ship-session-tables.h"
#include "session/ship-transcript-writer.h"
#include "ship-test.h"

#include <glib/gstdio.h>

/* How fast what the agent tells is parsed, redacted and stored: pieces of text, and a command that
 * prints, whose every line brings the last 30 kB of its output again. */

#define N_DELTAS 50000
#define N_PARTS  100
#define N_TOOLS  2000
#define N_TAIL   30000

typedef struct
{
  ShipStore            *store;
  ShipTranscriptWriter *writer;
} Rig;

static void
feed (Rig *rig, const char *json)
{
  g_autoptr (ShipAgentEvent) event = ship_opencode_event_parse (json, -1, NULL);

  g_assert_nonnull (event);
  ship_transcript_writer_take_event (rig->writer, event);
}

static void
feed_text_part (Rig *rig, guint part)
{
  g_autofree char *message =
    g_strdup_printf ("{\"type\":\"message.updated\",\"properties\":{\"sessionID\":\"ses_1\","
                     "\"info\":{\"id\":\"msg_%u\",\"role\":"
                     "\"assistant\",\"time\":{\"created\":1}}}}",
                     part);
  g_autofree char *text = g_strdup_printf (
    "{\"type\":\"message.part.updated\",\"properties\":{\"sessionID\":\"ses_1\",\"part\":{\"id\":"
    "\"prt_%u\","
    "\"messageID\":\"msg_%u\",\"type\":\"text\",\"text\":\"\",\"time\":{\"start\":1}}}}",
    part,
    part);

  feed (rig, message);
  feed (rig, text);
}

static void
feed_deltas (Rig *rig)
{
  for (guint i = 0; i < N_DELTAS; i++)
    {
      guint            part = i * N_PARTS / N_DELTAS;
      g_autofree char *json = g_strdup_printf ("{\"id\":\"evt_%u\",\"type\":\"message.part.delta\","
                                               "\"properties\":{\"sessionID\":\"ses_1\","
                                               "\"messageID\":\"msg_%u\",\"partID\":\"prt_%u\","
                                               "\"field\":\"text\",\"delta\":\"some words, %u \"}}",
                                               i,
                                               part,
                                               part,
                                               i);

      if (i % (N_DELTAS / N_PARTS) == 0)
        feed_text_part (rig, part);
      feed (rig, json);
      if (i % 50 == 0)
        g_main_context_iteration (NULL, FALSE);
    }
}

static void
feed_tools (Rig *rig)
{
  g_autofree char *tail = g_strnfill (N_TAIL, 'x');

  feed_text_part (rig, N_PARTS);
  for (guint i = 0; i < N_TOOLS; i++)
    {
      g_autofree char *json = g_strdup_printf (
        "{\"type\":\"message.part.updated\",\"properties\":{\"sessionID\":\"ses_1\",\"part\":{"
        "\"id\":\"prt_t\","
        "\"messageID\":\"msg_%u\",\"type\":\"tool\",\"tool\":\"bash\",\"state\":{\"status\":"
        "\"running\",\"input\":"
        "{\"command\":\"make\"},\"metadata\":{\"output\":\"%s %u\"},\"time\":{\"start\":1}}}}}",
        N_PARTS,
        tail,
        i);

      feed (rig, json);
      if (i % 5 == 0)
        g_main_context_iteration (NULL, FALSE);
    }
}

static gboolean
nothing_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

/* Until all of it is in the file. */
static void
settle (Rig *rig)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_transcript_writer_flush (rig->writer);
  ship_store_run_async (rig->store,
                        SHIP_STORE_DURABILITY_FULL,
                        nothing_job,
                        NULL,
                        NULL,
                        NULL,
                        ship_test_keep_result,
                        &result);
  ship_store_run_finish (rig->store, ship_test_await (&result), NULL);
}

static void
measure (Rig *rig, const char *what, void (*func) (Rig *rig), guint n)
{
  double           wall = bench_now_ms ();
  double           cpu = bench_cpu_ms ();
  g_autofree char *rate = g_strdup_printf ("%s stored", what);
  g_autofree char *cost = g_strdup_printf ("%s, CPU each", what);

  func (rig);
  settle (rig);
  bench_print (rate, n / (bench_now_ms () - wall) * 1000.0, "events/s");
  bench_print (cost, (bench_cpu_ms () - cpu) / n * 1000.0, "µs");
}

int
main (int argc, char *argv[])
{
  g_autofree char *root = g_dir_make_tmp ("bench-events-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "session.db", NULL);
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autoptr (GAsyncResult) result = NULL;
  Rig rig;

  ship_secrets_add (secrets, "sk-canary-0123456789abcdef");
  rig.store = ship_store_new (path, ship_session_tables_dup_migrations ());
  rig.writer = ship_transcript_writer_new (rig.store, secrets);
  bench_print_title ("Events of the agent: parsed, redacted, stored");
  measure (&rig, "pieces of text", feed_deltas, N_DELTAS);
  measure (&rig, "output of 30 kB", feed_tools, N_TOOLS);

  ship_store_close_async (rig.store, ship_test_keep_result, &result);
  ship_store_close_finish (rig.store, ship_test_await (&result), NULL);
  g_clear_object (&rig.writer);
  g_clear_object (&rig.store);
  g_remove (path);
  g_rmdir (root);
  return 0;
}
