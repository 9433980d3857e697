/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include <string.h>

/*
 * Several sessions of one repository at once, each with a model of its own, while the user works in
 * it, too: commits, switches branches, has a dirty tree, collects garbage. Nobody sees or loses
 * anything of anybody else's. SHIP_TEST_SESSIONS says how many; an agent takes 400 MB.
 */

#define MODEL "anthropic/claude-sonnet-4-5"

typedef struct
{
  FakeLlm    *llm; /* (owned) */
  E2eSession *session;
  gint64      task;
  guint       number;
} Worker;

static guint
get_n_sessions (void)
{
  const char *text = g_getenv ("SHIP_TEST_SESSIONS");

  guint64 n = 4;

  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 2, 20, &n, NULL);
  return (guint) n;
}

static void
add_tool (FakeLlm *llm, const char *tool, const char *format, guint number)
{
  g_auto (GStrv) parts = g_strsplit (format, "@", -1);
  g_autofree char *text = g_strdup_printf ("%u", number);
  g_autofree char *arguments = g_strjoinv (text, parts);

  fake_llm_add_tool (llm, tool, arguments);
}

/* Writes a file of its own, changes the one that all share, and looks at what is there. */
static void
start (Worker *self, E2e *e2e, const char *repository, guint number)
{
  self->number = number;
  self->llm = fake_llm_new ();
  add_tool (self->llm, "write", "{\"filePath\":\"/work/mine-@.txt\",\"content\":\"@\\n\"}", number);
  add_tool (self->llm,
            "bash",
            "{\"command\":\"echo from-@ >> shared.txt\",\"description\":\"x\"}",
            number);
  add_tool (self->llm,
            "bash",
            "{\"command\":\"sleep 1; echo ls: $(ls) :ls\",\"description\":\"x\"}",
            number);
  fake_llm_add_text (self->llm, "Did my part.");
  /* A session's process takes it from whoever starts it. */
  g_setenv ("ANTHROPIC_BASE_URL", fake_llm_get_base_uri (self->llm), TRUE);
  self->session = e2e_session_new (e2e, repository, MODEL);
  self->task = e2e_session_send (self->session, "Do your part");
}

static char *
git (const char *repository, const char *one, const char *two, const char *three)
{
  return e2e_output (repository, "git", "-c", "core.hooksPath=/dev/null", one, two, three, NULL);
}

static void
write_file (const char *repository, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (repository, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* What somebody does in the same repository meanwhile. */
static void
work_beside (const char *repository)
{
  write_file (repository, "users.txt", "one\n");
  g_free (git (repository, "add", "users.txt", NULL));
  g_free (git (repository, "commit", "--quiet", "--message=Mine"));
  g_free (git (repository, "checkout", "--quiet", "-btopic"));
  write_file (repository, "shared.txt", "the user's own\n");
  g_free (git (repository, "commit", "--quiet", "-amTopic"));
}

static void
assert_own_work (Worker *self, const char *repository, guint n)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (self->session);
  g_autofree char *range =
    g_strconcat (snapshot->session->base_commit, "..", snapshot->session->branch, NULL);
  g_autofree char *subjects = git (repository, "log", "--format=%s", range);
  g_autofree char *changed = git (repository, "diff", "--name-only", range);
  g_autofree char *expected = g_strdup_printf ("mine-%u.txt\nshared.txt\n", self->number);
  g_autofree char *blob = g_strconcat (snapshot->session->branch, ":shared.txt", NULL);
  g_autofree char *shared = git (repository, "show", blob, NULL);
  g_autofree char *mine = g_strdup_printf ("base\nfrom-%u\n", self->number);

  g_assert_cmpstr (subjects, ==, "Did my part\n");
  g_assert_cmpstr (changed, ==, expected);
  g_assert_cmpstr (shared, ==, mine);
  /* Inside there were the base's files and its own, nobody else's. */
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("mine-%u.txt", i);

      g_assert_cmpint (fake_llm_has_seen (self->llm, name), ==, i == self->number);
    }
  g_assert_true (fake_llm_has_seen (self->llm, "ls: mine-"));
  g_assert_false (fake_llm_has_seen (self->llm, "users.txt"));
  fake_llm_assert_exhausted (self->llm);
}

static void
assert_users_work (const char *repository)
{
  g_autofree char *head = git (repository, "symbolic-ref", "HEAD", NULL);
  g_autofree char *status = git (repository, "status", "--porcelain", NULL);
  g_autofree char *subjects = git (repository, "log", "--format=%s", "topic");
  g_autofree char *check = git (repository, "fsck", "--strict", "--no-dangling");

  g_assert_cmpstr (head, ==, "refs/heads/topic\n");
  g_assert_cmpstr (status, ==, " M shared.txt\n?? untracked.txt\n");
  g_assert_cmpstr (subjects, ==, "Topic\nMine\nFirst\n");
}

static void
test_many (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char   *repository = e2e_make_repository (e2e, "many", "shared.txt", "base\n", NULL);
  guint              n = get_n_sessions ();
  g_autofree Worker *workers = g_new0 (Worker, n);

  for (guint i = 0; i < n; i++)
    start (&workers[i], e2e, repository, i);
  work_beside (repository);
  write_file (repository, "shared.txt", "not committed\n");
  write_file (repository, "untracked.txt", "nor this\n");
  g_free (git (repository, "gc", "--quiet", "--prune=now"));
  for (guint i = 0; i < n; i++)
    e2e_session_await_task (workers[i].session, workers[i].task, "complete");
  g_free (git (repository, "gc", "--quiet", "--prune=now"));

  for (guint i = 0; i < n; i++)
    assert_own_work (&workers[i], repository, n);
  assert_users_work (repository);
  /* All at once first: each waits for every process to be gone. */
  for (guint i = 0; i < n; i++)
    ship_session_client_call_async (workers[i].session->client, "Delete", NULL, NULL, NULL, NULL);
  e2e_await_no_descendants ();
  for (guint i = 0; i < n; i++)
    {
      e2e_session_free (workers[i].session);
      g_clear_object (&workers[i].llm);
    }
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_test_add_func ("/e2e/many/one-repository", test_many);
  return g_test_run ();
}
