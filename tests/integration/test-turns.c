/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include <string.h>

/*
 * Whole turns: a prompt becomes a commit, by the real agent in the real sandbox, with a scripted
 * model on the wire in two providers' shapes, in a C and in a Python repository.
 */

static const char c_source[] = "int add (int a, int b) { return a - b; }\n";
static const char c_test[] = "#include <assert.h>\nint add (int, int);\nint main (void) { assert "
                             "(add (2, 3) == 5); return 0; }\n";
static const char makefile[] =
  "test: add.c test.c\n\tcc -o /tmp/t add.c test.c && /tmp/t && echo PASSED\n";
static const char py_source[] = "def add(a, b):\n    return a - b\n";
static const char py_test[] = "import unittest, calc\nclass T(unittest.TestCase):\n    def "
                              "test_add(self):\n        self.assertEqual(calc.add(2, 3), 5)\n"
                              "if __name__ == '__main__':\n    unittest.main()\n";

static void
add_tool (FakeLlm *llm, const char *tool, const char *arguments)
{
  FakeLlmStep *step = fake_llm_add_step (llm);

  fake_llm_step_add_tool (step, tool, arguments);
  fake_llm_step_set_usage (step, 1000, 50, 0, 0, 0);
}

static void
add_last (FakeLlm *llm, const char *text)
{
  FakeLlmStep *step = fake_llm_add_step (llm);

  fake_llm_step_set_text (step, text);
  fake_llm_step_set_usage (step, 1000, 50, 0, 0, 0);
}

static void
assert_commit (E2eSession *session, const char *subject, const char *const *files)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (session);
  const ShipTaskRow *task = g_ptr_array_index (snapshot->tasks, 0);
  g_autofree char   *log = NULL;
  g_autofree char   *changed = NULL;
  g_autofree char   *status = NULL;

  g_assert_nonnull (task->to_commit);
  g_assert_cmpstr (snapshot->session->head_commit, ==, task->to_commit);
  g_assert_cmpint (task->files_changed, ==, g_strv_length ((char **) files));

  log = e2e_output (session->repository,
                    "git",
                    "log",
                    "-1",
                    "--format=%an <%ae>|%s|%(trailers:key=Co-authored-by,valueonly)",
                    snapshot->session->branch,
                    NULL);
  g_assert_true (g_str_has_prefix (log, "E2E User <e2e@example.invalid>|"));
  g_assert_true (strstr (log, subject) != NULL);
  g_assert_true (strstr (log, "OpenCode") != NULL);

  changed = e2e_output (session->repository,
                        "git",
                        "diff",
                        "--name-only",
                        "main",
                        snapshot->session->branch,
                        NULL);
  for (guint i = 0; files[i] != NULL; i++)
    g_assert_true (strstr (changed, files[i]) != NULL);

  status = e2e_output (session->repository,
                       "git",
                       "status",
                       "--porcelain",
                       NULL); /* their checkout is as it was */
  g_assert_cmpstr (status, ==, "");
}

static void
assert_money (E2eSession *session, guint n_requests, double expected)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (session);
  double cost = 0;
  gint64 input = 0;
  gint64 output = 0;

  g_assert_cmpint (snapshot->exchanges->len, ==, n_requests);
  for (guint i = 0; i < n_requests; i++)
    {
      const ShipExchangeRow *exchange = g_ptr_array_index (snapshot->exchanges, i);

      g_assert_cmpint (exchange->status, ==, 200);
      g_assert_false (exchange->is_estimate);
      input += exchange->usage.input;
      output += exchange->usage.output;
      cost += exchange->cost;
    }
  g_assert_cmpint (input, ==, 1000 * n_requests);
  g_assert_cmpint (output, ==, 50 * n_requests);
  g_assert_cmpfloat_with_epsilon (cost, expected, 1e-9);
}

static void
test_c_with_anthropic (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e,
                                                     "c-repo",
                                                     "add.c",
                                                     c_source,
                                                     "test.c",
                                                     c_test,
                                                     "Makefile",
                                                     makefile,
                                                     NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  const char      *files[] = { "add.c", "NOTES.md", NULL };
  gint64           task;

  add_tool (e2e->llm, "bash", "{\"command\":\"make test || true\",\"description\":\"Run tests\"}");
  add_tool (e2e->llm, "read", "{\"filePath\":\"/work/add.c\"}");
  add_tool (e2e->llm,
            "edit",
            "{\"filePath\":\"/work/add.c\",\"oldString\":\"a - b\",\"newString\":\"a + b\"}");
  add_tool (e2e->llm, "write", "{\"filePath\":\"/work/NOTES.md\",\"content\":\"add() adds.\\n\"}");
  add_tool (e2e->llm, "bash", "{\"command\":\"make test\",\"description\":\"Run tests\"}");
  add_last (e2e->llm, "Fixed the sum in add.c.\n\nThe test passes now.");
  task = e2e_session_send (session, "The sum is wrong. Fix it.");
  e2e_session_await_task (session, task, "complete");

  g_assert_true (fake_llm_has_seen (e2e->llm, "PASSED")); /* its test really ran, inside */
  assert_commit (session, "Fixed the sum in add.c", files);
  assert_money (session, 6, 6 * (1000 * 3.0 + 50 * 15.0) / 1e6);
  fake_llm_assert_exhausted (e2e->llm);
  e2e_session_free (session);
}

static void
test_python_with_openai (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e,
                                                     "py-repo",
                                                     "calc.py",
                                                     py_source,
                                                     "test_calc.py",
                                                     py_test,
                                                     ".gitignore",
                                                     "__pycache__/\n",
                                                     NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, "openai/gpt-5.1");
  const char      *files[] = { "calc.py", "sub.py", NULL };
  gint64           task;

  add_tool (e2e->llm,
            "apply_patch",
            "{\"patchText\":\"*** Begin Patch\\n*** Update File: calc.py\\n@@\\n-    return a - "
            "b\\n+    return a + b\\n"
            "*** Add File: sub.py\\n+def sub(a, b):\\n+    return a - b\\n*** End Patch\"}");
  add_tool (e2e->llm,
            "bash",
            "{\"command\":\"python3 test_calc.py 2>&1\",\"description\":\"Run tests\"}");
  add_last (e2e->llm, "The sum is right now.");
  task = e2e_session_send (session, "The sum is wrong. Fix it.");
  e2e_session_await_task (session, task, "complete");

  g_assert_true (fake_llm_has_seen (e2e->llm, "Ran 1 test"));
  assert_commit (session, "The sum is right now", files);
  assert_money (session, 3, 3 * (1000 * 1.25 + 50 * 10.0) / 1e6);
  fake_llm_assert_exhausted (e2e->llm);
  e2e_session_free (session);
}

static void
test_second_turn_and_nothing_to_commit (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "two", "a.txt", "one\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  const ShipTaskRow *first;
  const ShipTaskRow *second;
  const ShipTaskRow *third;
  g_autofree char   *content = NULL;
  gint64             last;

  add_tool (e2e->llm, "write", "{\"filePath\":\"/work/b.txt\",\"content\":\"two\\n\"}");
  add_last (e2e->llm, "Wrote b.");
  add_last (e2e->llm, "Nothing was needed.");
  add_tool (e2e->llm,
            "bash",
            "{\"command\":\"git status --porcelain; git log -1 --format=on:%s; git rm -q a.txt && "
            "git commit -qm mine\",\"description\":\"x\"}");
  add_last (e2e->llm, "Removed a.");
  e2e_session_send (session, "Write b");
  e2e_session_send (session, "Say something");
  last = e2e_session_send (session, "Remove a");
  e2e_session_await_task (session, last, "complete");

  /* The agent's branch had followed: its status was clean, at the user's commit. */
  g_assert_true (fake_llm_has_seen (e2e->llm, "\"on:Wrote b\\n"));

  snapshot = e2e_session_read (session);
  first = g_ptr_array_index (snapshot->tasks, 0);
  second = g_ptr_array_index (snapshot->tasks, 1);
  third = g_ptr_array_index (snapshot->tasks, 2);
  g_assert_nonnull (first->to_commit);
  g_assert_null (second->to_commit);
  g_assert_nonnull (third->to_commit);
  g_assert_cmpstr (third->from_commit, ==, first->to_commit);
  /* The agent's own commit inside is squashed into the user's one for the turn. */
  content = e2e_output (repository, "git", "log", "--format=%s", snapshot->session->branch, NULL);
  g_assert_cmpstr (content, ==, "Removed a\nWrote b\nFirst\n");
  e2e_session_free (session);
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_test_add_func ("/e2e/turn/c-with-anthropic", test_c_with_anthropic);
  g_test_add_func ("/e2e/turn/python-with-openai", test_python_with_openai);
  g_test_add_func ("/e2e/turn/second-and-nothing", test_second_turn_and_nothing_to_commit);
  return g_test_run ();
}
