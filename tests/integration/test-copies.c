/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include "base/ship-tree-remove.h"
#include "btrfs.h"
#include "ship-test.h"

#include <stdlib.h>
#include <string.h>

/*
 * How a session's files are kept, with the real agent: read-only for a plan, over a base that
 * sessions share, and whole again when the cache was cleared. Run once for each kind; snapshots on
 * a file system of btrfs that is made for it.
 */

static void
add_bash (FakeLlm *llm, const char *command)
{
  g_autofree char *arguments =
    g_strdup_printf ("{\"command\":\"%s\",\"description\":\"x\"}", command);

  fake_llm_add_tool (llm, "bash", arguments);
}

static gint64
send_in_mode (E2eSession *self, const char *text, const char *mode)
{
  GVariantDict options;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 task;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "mode", "s", mode);
  ship_session_client_send_async (self->client,
                                  text,
                                  g_variant_dict_end (&options),
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  task = ship_session_client_send_finish (self->client, ship_test_await (&result), &error);
  g_assert_no_error (error);

  return task;
}

/* By a shell, which no permission of the agent looks into. */
static void
test_plan (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "plan", "a.txt", "one\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  g_autofree char   *content = NULL;
  const ShipTaskRow *task;
  gint64             plan;
  gint64             build;

  add_bash (e2e->llm,
            "touch new.txt; rm -f a.txt; cat a.txt; touch ~/note /tmp/note && echo home-is-open; "
            "git status --short && echo status-works");
  fake_llm_add_text (e2e->llm, "I would change a.");
  add_bash (e2e->llm, "echo two >>a.txt && test -e ~/note && echo note-is-there");
  fake_llm_add_text (e2e->llm, "Changed a.");
  plan = send_in_mode (session, "What would you do?", "plan");
  build = send_in_mode (session, "Do it.", "build");
  e2e_session_await_task (session, plan, "complete");
  e2e_session_await_task (session, build, "complete");

  g_assert_true (fake_llm_has_seen (e2e->llm, "Read-only file system"));
  g_assert_true (fake_llm_has_seen (e2e->llm, "home-is-open"));
  g_assert_true (fake_llm_has_seen (e2e->llm, "status-works"));
  g_assert_true (fake_llm_has_seen (e2e->llm, "note-is-there"));
  /* The conversation went on. */
  g_assert_nonnull (strstr (fake_llm_get_last_request (e2e->llm)->body, "I would change a."));
  fake_llm_assert_exhausted (e2e->llm);

  snapshot = e2e_session_read (session);
  task = g_ptr_array_index (snapshot->tasks, 0);
  g_assert_null (task->to_commit);
  task = g_ptr_array_index (snapshot->tasks, 1);
  g_assert_nonnull (task->to_commit);
  content = e2e_output (repository, "git", "show", "--stat", "--format=", task->to_commit, NULL);
  g_assert_nonnull (strstr (content, "a.txt"));
  g_assert_null (strstr (content, "new.txt"));
  e2e_session_free (session);
}

/* Two sessions on one base do not see each other, and one goes on after its process was killed and
 * the cache was cleared. */
static void
test_shared (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository =
    e2e_make_repository (e2e, "shared", "a.txt", "one\n", "d/b.txt", "two\n", NULL);
  E2eSession      *first = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  E2eSession      *second = NULL;
  g_autofree char *bases = ship_paths_dup_bases (e2e->paths, repository);
  g_autofree char *content = NULL;
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;

  add_bash (e2e->llm, "echo first >>a.txt; rm -r d; echo new >c.txt");
  fake_llm_add_text (e2e->llm, "First.");
  e2e_session_await_task (first, e2e_session_send (first, "One"), "complete");

  second = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  add_bash (e2e->llm, "cat a.txt d/b.txt && ls && git status --short && echo clean-so-far");
  fake_llm_add_text (e2e->llm, "Second.");
  e2e_session_await_task (second, e2e_session_send (second, "Two"), "complete");
  g_assert_true (fake_llm_has_seen (e2e->llm, "one\\ntwo\\na.txt\\nd\\nclean-so-far"));

  e2e_session_kill (first);
  e2e_session_kill (second);
  e2e_await_no_descendants ();
  ship_tree_remove_thread (bases, &error);
  g_assert_no_error (error);
  e2e_session_connect (first);
  add_bash (e2e->llm,
            "cat a.txt c.txt; test -e d || echo d-is-gone; git status --short; echo x >a.txt");
  fake_llm_add_text (e2e->llm, "Third.");
  e2e_session_await_task (first, e2e_session_send (first, "Three"), "complete");
  g_assert_true (fake_llm_has_seen (e2e->llm, "one\\nfirst\\nnew\\nd-is-gone\\n\""));

  snapshot = e2e_session_read (first);
  content = e2e_output (repository,
                        "git",
                        "diff",
                        "--name-status",
                        "main",
                        snapshot->session->branch,
                        NULL);
  g_assert_cmpstr (content, ==, "M\ta.txt\nA\tc.txt\nD\td/b.txt\n");
  fake_llm_assert_exhausted (e2e->llm);
  e2e_session_kill (first); /* that the other has ended is seen by nothing being left */
  e2e_session_free (second);
  e2e_session_free (first);
}

static void
remove_btrfs (int status, void *directory)
{
  g_autofree char *mounted = g_build_filename (directory, "b", NULL);

  btrfs_unmount (mounted);
  ship_tree_remove_thread (directory, NULL);
  g_free (directory);
}

/* Everything of the test is on it then. Before GLib has asked where temporary files go. */
static gboolean
use_btrfs (char **reason)
{
  g_autofree char *directory = g_strdup ("/tmp/copies-XXXXXX");
  g_autofree char *mounted = NULL;

  g_assert_nonnull (g_mkdtemp (directory));
  mounted = btrfs_mount (directory, reason);
  if (mounted != NULL)
    g_setenv ("TMPDIR", mounted, TRUE);
  on_exit (remove_btrfs, g_steal_pointer (&directory));

  return mounted != NULL;
}

int
main (int argc, char *argv[])
{
  const char      *kind = argc > 2 ? argv[2] : "";
  g_autofree char *reason = NULL;

  if (g_str_equal (kind, "snapshot") && !use_btrfs (&reason))
    {
      g_print ("1..0 # SKIP no btrfs can be had: %s\n", reason);
      return 0;
    }
  e2e_init (&argc, &argv);
  g_setenv ("SHIP_WORKING_COPY", kind, TRUE);
  g_test_add_func ("/e2e/copies/plan", test_plan);
  g_test_add_func ("/e2e/copies/shared", test_shared);
  return g_test_run ();
}
