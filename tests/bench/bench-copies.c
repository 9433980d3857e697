/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-steps.h"
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What a session of a large repository costs, by the way its files are kept: waking step by step,
 * the disk it takes, and what an agent does all day, timed inside the sandbox by its own shell.
 * $SHIP_BENCH_FILES: how many files of 10 kB (20,000).
 */

#define MODEL "openai/gpt-4.1"

typedef struct
{
  const char *name;
  const char *command;
} Work;

static const Work works[] = {
  { "git status", "git status --short" },
  { "grep -r", "grep -r nowhere-to-be-found --exclude-dir=.git ." },
  { "find, a stat of each file", "find . -path ./.git -prune -o -size +1M -print" },
  { "sed -i on 1,000 files", "ls d00*/* | head -1000 | xargs sed -i s/alpha/omega/" },
};

static char *
make_repository (E2e *e2e, const char *name)
{
  const char *n = g_getenv ("SHIP_BENCH_FILES") != NULL ? g_getenv ("SHIP_BENCH_FILES") : "20000";
  char       *repository = e2e_make_repository (e2e, name, "README", "alpha\n", NULL);
  g_autofree char *script =
    g_strdup_printf ("import os\n"
                     "for i in range (%u):\n"
                     "  d = 'd%%04d' %% (i // 50)\n"
                     "  os.makedirs (d, exist_ok=True)\n"
                     "  with open ('%%s/f%%06d.txt' %% (d, i), 'wb') as file:\n"
                     "    file.write (b'alpha %%d\\n' %% i + os.urandom (5000).hex ().encode ())\n",
                     (guint) strtoul (n, NULL, 10));

  g_free (e2e_output (repository, "python3", "-c", script, NULL));
  g_free (e2e_output (repository, "git", "add", ".", NULL));
  /* Packed as a clone is, and now: git would do it later, beside what is measured. */
  g_free (
    e2e_output (repository, "git", "-c", "gc.auto=0", "commit", "-q", "-m", "Many files", NULL));
  g_free (e2e_output (repository, "git", "repack", "-adq", "--window=0", NULL));
  return repository;
}

/* The figure that the shell printed behind @marker, which the model has been told, after the
 * command. */
static double
read_figure (E2e *e2e, const char *marker)
{
  const char *found = g_strrstr (fake_llm_get_last_request (e2e->llm)->body, marker);

  return found != NULL ? strtod (found + strlen (marker), NULL) : -1;
}

/* Three times, the best one: the machine does other things, too. */
static double
time_work (E2eSession *session, const Work *work)
{
  E2e             *e2e = session->e2e;
  g_autofree char *arguments = g_strdup_printf (
    "{\"command\":\"best=999999999; for i in 1 2 3; do s=$(date +%%s%%N); %s >/dev/null 2>&1; "
    "t=$((($(date +%%s%%N) - s) / 1000)); [ $t -lt $best ] && best=$t; done; "
    "echo took=$best=\",\"description\":\"x\"}",
    work->command);

  fake_llm_add_tool (e2e->llm, "bash", arguments);
  fake_llm_add_text (e2e->llm, "Done.");
  e2e_session_await_task (session, e2e_session_send (session, "Measure"), "complete");
  return read_figure (e2e, "took=") / 1000;
}

static double
read_disk_mib (E2eSession *session)
{
  g_autofree char *directory = ship_paths_dup_session_dir (session->e2e->paths, session->id);
  g_autofree char *text = e2e_output (directory, "du", "-sk", "--one-file-system", ".", NULL);

  return strtod (text, NULL) / 1024;
}

static void
measure (const char *kind, guint runs)
{
  g_autoptr (E2e) e2e = NULL;
  g_autofree char *repository = NULL;
  g_autoptr (BenchSteps) first = bench_steps_new ();
  g_autoptr (BenchSteps) later = bench_steps_new ();
  E2eSession *session;
  double      disk;

  g_setenv ("SHIP_WORKING_COPY", kind, TRUE);
  e2e = e2e_new ();
  repository = make_repository (e2e, kind);
  bench_print_title (kind);
  session = e2e_session_new (e2e, repository, MODEL);
  bench_steps_wake (first, session);
  e2e_session_free (session);
  printf ("the first session:\n");
  bench_steps_print (first);
  for (guint i = 1; i < runs; i++)
    {
      session = e2e_session_new (e2e, repository, MODEL);
      bench_steps_wake (later, session);
      e2e_session_free (session);
    }
  session = e2e_session_new (e2e, repository, MODEL);
  bench_steps_wake (later, session);
  printf ("later ones:\n");
  bench_steps_print (later);
  disk = read_disk_mib (session);
  printf ("in the sandbox:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (works); i++)
    bench_print (works[i].name, time_work (session, &works[i]), "ms");
  bench_print ("disk of the session, before that", disk, "MiB");
  e2e_session_free (session);
}

int
main (int argc, char *argv[])
{
  guint runs = bench_get_runs (3);

  e2e_init (&argc, &argv);
  measure ("overlay", runs);
  measure ("plain", runs);
  return 0;
}
