/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-steps.h"
#include "bench.h"
#include "client/ship-spare-private.h"
#include "e2e.h"
#include "ship-test.h"

#include <stdio.h>
#include <string.h>

/*
 * Waking up, step by step, until the model has the first request; and the memory that a session
 * takes. Cold: a new session over a new repository. Warm: the same one again after it hibernated.
 * The kernel's cache is not emptied for either.
 */

#define MODEL "openai/gpt-4.1"
#define HOLD  "until [ -e go ]; do sleep 0.321; done"

static guint
count_requests (E2e *e2e)
{
  return fake_llm_get_requests (e2e->llm)->len;
}

static void
hibernate (E2eSession *session)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_client_call_async (session->client,
                                  "Hibernate",
                                  NULL,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  ship_session_client_call_finish (session->client, ship_test_await (&result), NULL);
  e2e_await_no_descendants ();
  while (ship_session_client_is_connected (session->client))
    g_main_context_iteration (NULL, TRUE);
}

typedef struct
{
  double session; /* MiB, of ship-session */
  double sandbox; /* MiB, of everything else it started */
} Memory;

static void
add_memory (int pid, const char *name, gpointer user_data)
{
  Memory *memory = user_data;
  double  pss = MAX (bench_pss_mib (pid), 0);

  if (g_str_equal (name, "ship-session"))
    memory->session += pss;
  else
    memory->sandbox += pss;
}

static void
print_memory (const char *what)
{
  Memory           memory = { 0, 0 };
  g_autofree char *session = g_strdup_printf ("ship-session, %s", what);
  g_autofree char *sandbox = g_strdup_printf ("its sandbox, %s", what);

  e2e_foreach_descendant (add_memory, &memory);
  bench_print (session, memory.session, "MiB");
  bench_print (sandbox, memory.sandbox, "MiB");
}

static void
measure_memory (E2e *e2e, const char *repository)
{
  E2eSession      *session = e2e_session_new (e2e, repository, MODEL);
  g_autofree char *directory = ship_paths_dup_session_dir (e2e->paths, session->id);
  g_autofree char *go = g_build_filename (directory, "work", "go", NULL);
  gint64           task;

  print_memory ("nothing awake");
  fake_llm_add_text (e2e->llm, "Done.");
  e2e_session_await_task (session, e2e_session_send (session, "Do nothing"), "complete");
  e2e_session_await_state (session, "idle");
  print_memory ("awake and idle");
  fake_llm_add_tool (e2e->llm, "bash", "{\"command\":\"" HOLD "\",\"description\":\"Waits\"}");
  fake_llm_add_text (e2e->llm, "Done.");
  task = e2e_session_send (session, "Wait");
  e2e_session_await_command (session, "sleep 0.321");
  print_memory ("working");
  g_file_set_contents (go, "", 0, NULL);
  e2e_session_await_task (session, task, "complete");
  e2e_session_free (session);
}

/* Made and warm before anybody wants it. */
static void
prepare_spare (E2e *e2e, const char *repository)
{
  g_autoptr (GAsyncResult) prepared = NULL;
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GAsyncResult) connected = NULL;
  g_autoptr (GPtrArray) spares = NULL;
  g_autoptr (ShipSessionClient) client = NULL;

  ship_spare_prepare_async (e2e->paths,
                            repository,
                            NULL,
                            MODEL,
                            NULL,
                            ship_test_keep_result,
                            &prepared);
  g_assert_true (ship_spare_prepare_finish (ship_test_await (&prepared), NULL));
  ship_spare_list_async (e2e->paths, NULL, ship_test_keep_result, &listed);
  spares = ship_spare_list_finish (ship_test_await (&listed), NULL);
  client = ship_session_client_new (e2e->paths, ((ShipSpare *) spares->pdata[0])->row->id);
  ship_session_client_connect_async (client, FALSE, NULL, ship_test_keep_result, &connected);
  ship_session_client_connect_finish (client, ship_test_await (&connected), NULL);
  while (!g_str_equal (ship_session_client_get_state (client), "idle"))
    g_main_context_iteration (NULL, TRUE);
}

/* From the wish for a session to the first request at its model. */
static void
measure_creation (E2e *e2e, const char *repository, BenchSeries *series)
{
  double      start = bench_now_ms ();
  guint       n = count_requests (e2e);
  E2eSession *session = e2e_session_new (e2e, repository, MODEL);
  gint64      task;

  fake_llm_add_text (e2e->llm, "Done.");
  task = e2e_session_send (session, "Do nothing");
  while (count_requests (e2e) == n)
    g_main_context_iteration (NULL, TRUE);
  bench_series_add (series, bench_now_ms () - start);
  e2e_session_await_task (session, task, "complete");
  e2e_session_free (session);
}

static void
measure_spares (E2e *e2e, guint runs)
{
  g_autoptr (BenchSeries) cold = bench_series_new ("a repository never seen", "ms");
  g_autoptr (BenchSeries) known = bench_series_new ("one that is mirrored", "ms");
  g_autoptr (BenchSeries) spare = bench_series_new ("a spare is warm", "ms");

  for (guint i = 0; i < runs; i++)
    {
      g_autofree char *name = g_strdup_printf ("spare-%u", i);
      g_autofree char *repository = e2e_make_repository (e2e, name, "a.txt", "A\n", NULL);

      measure_creation (e2e, repository, cold);
      measure_creation (e2e, repository, known);
      prepare_spare (e2e, repository);
      measure_creation (e2e, repository, spare);
    }
  bench_series_print (cold);
  bench_series_print (known);
  bench_series_print (spare);
}

int
main (int argc, char *argv[])
{
  g_autoptr (E2e) e2e = NULL;
  guint runs = bench_get_runs (5);
  g_autoptr (BenchSteps) cold = bench_steps_new ();
  g_autoptr (BenchSteps) warm = bench_steps_new ();
  g_autofree char *last = NULL;

  e2e_init (&argc, &argv);
  e2e = e2e_new ();
  bench_print_title ("Waking up");
  for (guint i = 0; i < runs; i++)
    {
      g_autofree char *name = g_strdup_printf ("wake-%u", i);
      g_autofree char *repository = e2e_make_repository (e2e, name, "a.txt", "A\n", NULL);
      E2eSession      *session = e2e_session_new (e2e, repository, MODEL);

      bench_steps_wake (cold, session);
      hibernate (session);
      bench_steps_wake (warm, session);
      e2e_session_free (session);
      g_free (last);
      last = g_steal_pointer (&repository);
    }
  printf ("cold:\n");
  bench_steps_print (cold);
  printf ("warm:\n");
  bench_steps_print (warm);
  bench_print_title ("A new session, to the first request at its model");
  measure_spares (e2e, runs);
  bench_print_title ("Memory, proportional");
  measure_memory (e2e, last);
  return 0;
}
