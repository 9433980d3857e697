/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "faults.h"

#include "ship-test.h"

void
faults_set_up (Faults *f, gconstpointer name)
{
  g_autofree char *repository = NULL;

  f->e2e = e2e_new ();
  repository = e2e_make_repository (f->e2e, name, "a.txt", "a\n", NULL);
  f->session = e2e_session_new (f->e2e, repository, "anthropic/claude-sonnet-4-5");
}

void
faults_tear_down (Faults *f, gconstpointer name)
{
  fake_llm_forget_script (f->e2e->llm);
  e2e_session_free (f->session);
  e2e_free (f->e2e);
}

char *
faults_read_states (Faults *f)
{
  g_autofree char *store = ship_paths_dup_session_store (f->e2e->paths, f->session->id);

  return e2e_output (
    f->e2e->root,
    "python3",
    "-c",
    "import sqlite3,sys; print('\\n'.join(r[0] for r in sqlite3.connect(sys.argv[1]).execute("
    "\"SELECT text FROM journal WHERE kind IN ('state', 'step')\")))",
    store,
    NULL);
}

void
faults_assert_last_task (Faults *f, const char *state, const char *category)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (f->session);
  const ShipTaskRow *row = g_ptr_array_index (snapshot->tasks, snapshot->tasks->len - 1);

  g_assert_cmpstr (row->state, ==, state);
  g_assert_cmpstr (row->error_category, ==, category);
}

void
faults_call (Faults *f, const char *method, GVariant *arguments)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_client_call_async (f->session->client,
                                  method,
                                  arguments,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  ship_session_client_call_finish (f->session->client, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

void
faults_assert_committed (Faults *f, const char *file, const char *content)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (f->session);
  g_autofree char *object = g_strdup_printf ("%s:%s", snapshot->session->branch, file);
  g_autofree char *text = e2e_output (f->session->repository, "git", "show", object, NULL);

  g_assert_cmpstr (text, ==, content);
}
