/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-steps.h"

#include "bench.h"

/* See the header. */

struct _BenchSteps
{
  GPtrArray  *names;  /* (owned) (element-type utf8): of the steps, in order */
  GHashTable *series; /* (owned) (element-type utf8 BenchSeries) */
  char       *step;   /* (owned) (nullable): under way */
  double      since;
};

static void
add (BenchSteps *self, const char *name, double value)
{
  BenchSeries *series = g_hash_table_lookup (self->series, name);

  if (series == NULL)
    {
      series = bench_series_new (name, "ms");
      g_hash_table_insert (self->series, g_strdup (name), series);
      g_ptr_array_add (self->names, g_strdup (name));
    }
  bench_series_add (series, value);
}

static void
begin_step (BenchSteps *self, const char *name)
{
  double now = bench_now_ms ();

  if (g_strcmp0 (self->step, name) == 0)
    return;
  if (self->step != NULL)
    add (self, self->step, now - self->since);
  g_free (self->step);
  self->step = g_strdup (name);
  self->since = now;
}

static void
changed_cb (ShipSessionClient *client, GParamSpec *pspec, BenchSteps *self)
{
  const char *state = ship_session_client_get_state (client);
  const char *detail = ship_session_client_get_detail (client);

  if (g_str_equal (state, "waking") && *detail != '\0')
    begin_step (self, detail);
  else if (g_str_equal (state, "idle"))
    begin_step (self, "Taking the task");
  else if (g_str_equal (state, "running"))
    begin_step (self, "First request reaches the model");
}

BenchSteps *
bench_steps_new (void)
{
  BenchSteps *self = g_new0 (BenchSteps, 1);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->series =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) bench_series_free);
  return self;
}

void
bench_steps_free (BenchSteps *self)
{
  g_ptr_array_unref (self->names);
  g_hash_table_unref (self->series);
  g_free (self->step);
  g_free (self);
}

void
bench_steps_wake (BenchSteps *self, E2eSession *session)
{
  double start = bench_now_ms ();
  guint  n = fake_llm_get_requests (session->e2e->llm)->len;
  gulong detail;
  gulong state;
  gint64 task;

  if (!ship_session_client_is_connected (session->client))
    e2e_session_connect (session);
  add (self, "ship-session is there", bench_now_ms () - start);
  begin_step (self, "Prompt stored");
  detail = g_signal_connect (session->client, "notify::detail", G_CALLBACK (changed_cb), self);
  state = g_signal_connect (session->client, "notify::state", G_CALLBACK (changed_cb), self);
  fake_llm_add_text (session->e2e->llm, "Done.");
  task = e2e_session_send (session, "Do nothing");
  while (fake_llm_get_requests (session->e2e->llm)->len == n)
    g_main_context_iteration (NULL, TRUE);
  begin_step (self, NULL);
  add (self, "ALL, to the first request", bench_now_ms () - start);
  g_signal_handler_disconnect (session->client, detail);
  g_signal_handler_disconnect (session->client, state);
  e2e_session_await_task (session, task, "complete");
}

void
bench_steps_print (BenchSteps *self)
{
  for (guint i = 0; i < self->names->len; i++)
    bench_series_print (g_hash_table_lookup (self->series, self->names->pdata[i]));
}
