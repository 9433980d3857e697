/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"
#include "e2e.h"
#include "ship-test.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

/*
 * What a model request costs on its way out of a sandbox (guest, ship-egress, gateway), against the
 * same request made directly. The same small program asks both times: once run by the agent inside
 * a sandbox, once by us.
 */

#define MODEL   "openai/gpt-4.1"
#define UPLOAD  "20" /* MiB */
#define N_WORDS 50000

/* A stream of many pieces. */
static void
add_stream (FakeLlm *llm)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < N_WORDS; i++)
    g_string_append_printf (text, "word%u ", i);
  fake_llm_add_text (llm, text->str);
  g_string_free (text, TRUE);
}

/* The line of figures in what the program printed. (transfer full) */
static JsonNode *
find_figures (const char *output)
{
  const char      *line = output != NULL ? strstr (output, "BENCH ") : NULL;
  g_autofree char *text = NULL;

  if (line == NULL)
    g_error ("no figures: %s", output);
  text = g_strndup (line + strlen ("BENCH "), strcspn (line + strlen ("BENCH "), "\n"));
  return json_from_string (text, NULL);
}

static void
print_figures (const char *way, JsonNode *figures)
{
  JsonObject      *object = json_node_get_object (figures);
  JsonArray       *times = json_object_get_array_member (object, "times");
  double           stream_s = json_object_get_double_member (object, "stream_ms") / 1000.0;
  double           upload_s = json_object_get_double_member (object, "upload_ms") / 1000.0;
  g_autofree char *request = g_strdup_printf ("%s: small request", way);
  g_autofree char *stream = g_strdup_printf ("%s: streamed", way);
  g_autofree char *tokens = g_strdup_printf ("%s: streamed pieces", way);
  g_autofree char *upload = g_strdup_printf ("%s: sent, " UPLOAD " MiB", way);
  g_autoptr (BenchSeries) series = bench_series_new (request, "ms");

  for (guint i = 0; i < json_array_get_length (times); i++)
    bench_series_add (series, json_array_get_double_element (times, i));
  bench_series_print (series);
  bench_print (stream,
               (double) json_object_get_int_member (object, "stream_bytes") / 1048576.0 / stream_s,
               "MiB/s");
  bench_print (tokens,
               (double) json_object_get_int_member (object, "stream_events") / stream_s,
               "tokens/s");
  bench_print (upload, g_ascii_strtod (UPLOAD, NULL) / upload_s, "MiB/s");
}

static void
measure_direct (E2e *e2e, const char *script, const char *runs)
{
  g_autofree char *base = g_strconcat (fake_llm_get_base_uri (e2e->llm), "/v1", NULL);
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autoptr (JsonNode) figures = NULL;

  add_stream (e2e->llm);
  g_subprocess_launcher_setenv (launcher, "BENCH_KEY", "none", TRUE);
  process =
    g_subprocess_launcher_spawn (launcher, &error, "python3", script, base, runs, UPLOAD, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, ship_test_keep_result, &result);
  g_subprocess_communicate_utf8_finish (process, ship_test_await (&result), &output, NULL, NULL);
  figures = find_figures (output);
  print_figures ("direct", figures);
}

/* (transfer full): the output of the last command */
static char *
dup_output (E2eSession *session)
{
  g_autoptr (ShipTranscript) transcript =
    ship_transcript_new (session->e2e->paths, session->id, NULL);
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  char *output = NULL;

  ship_transcript_load_async (transcript, NULL, ship_test_keep_result, &loaded);
  ship_transcript_load_finish (transcript, ship_test_await (&loaded), NULL);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (G_LIST_MODEL (transcript), i);

      if (ship_transcript_entry_get_output (entry) != NULL)
        {
          g_free (output);
          output = g_strdup (ship_transcript_entry_get_output (entry));
        }
    }
  ship_transcript_close_async (transcript, ship_test_keep_result, &closed);
  ship_transcript_close_finish (transcript, ship_test_await (&closed), NULL);
  return output;
}

static void
measure_inside (E2e *e2e, const char *script, const char *runs)
{
  g_autofree char *content = NULL;
  g_autofree char *repository = NULL;
  g_autofree char *output = NULL;
  g_autofree char *arguments = g_strdup_printf (
    "{\"command\":\"python3 client.py http://127.0.0.1:3128/llm/openai/v1 %s " UPLOAD
    "\",\"description\":\"Measures\",\"timeout\":300000}",
    runs);
  g_autoptr (JsonNode) figures = NULL;
  E2eSession *session;

  g_assert_true (g_file_get_contents (script, &content, NULL, NULL));
  repository = e2e_make_repository (e2e, "gateway", "client.py", content, NULL);
  session = e2e_session_new (e2e, repository, MODEL);
  fake_llm_add_tool (e2e->llm, "bash", arguments);
  add_stream (e2e->llm);
  fake_llm_add_text (e2e->llm, "Done.");
  e2e_session_await_task (session, e2e_session_send (session, "Measure"), "complete");
  output = dup_output (session);
  figures = find_figures (output);
  print_figures ("from a sandbox", figures);
  e2e_session_free (session);
}

int
main (int argc, char *argv[])
{
  g_autoptr (E2e) e2e = NULL;
  g_autofree char *runs = g_strdup_printf ("%u", bench_get_runs (100));
  g_autofree char *script = NULL;

  e2e_init (&argc, &argv);
  e2e = e2e_new ();
  script = g_test_build_filename (G_TEST_DIST, "bench", "gateway-client.py", NULL);
  bench_print_title ("Model requests");
  measure_direct (e2e, script, runs);
  measure_inside (e2e, script, runs);
  return 0;
}
