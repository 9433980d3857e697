/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include "ship-test.h"

#include <glib/gstdio.h>
#include <string.h>

/*
 * An agent that attacks its host through git and files, in the whole product: whatever it leaves
 * behind, the host runs nothing, reads nothing outside, waits for nothing, and the user's
 * repository gets a branch or nothing at all. The control is git, run outside where the agent had
 * its files: it does what the attack wants.
 */

#define MODEL  "anthropic/claude-sonnet-4-5"
#define SECRET "host-secret-9d41c07be2"

typedef struct
{
  E2e        *e2e;        /* (owned) */
  char       *outside;    /* (owned): a directory of the host that the sandbox does not have */
  char       *mark;       /* (owned): there, what an attack would make */
  char       *repository; /* (owned) */
  char       *before;     /* (owned): what the user's repository is like */
  E2eSession *session;    /* (owned) */
} Attack;

/* All but the sessions' branches. */
static char *
look (const char *repository)
{
  g_autofree char *head = e2e_output (repository, "git", "rev-parse", "HEAD", "main", NULL);
  g_autofree char *status = e2e_output (repository, "git", "status", "--porcelain", NULL);
  g_autofree char *config = e2e_output (repository, "git", "config", "--local", "--list", NULL);
  g_autofree char *files =
    e2e_output (repository, "ls", "-lAR", "--time-style=+", ".git/hooks", ".git/info", NULL);
  g_autofree char *check = e2e_output (repository, "git", "fsck", "--no-dangling", NULL);

  return g_strconcat (head, status, config, files, check, NULL);
}

static void
attack_begin (Attack *self, const char *name)
{
  g_autofree char *victim = g_strconcat ("victim-", name, NULL);
  g_autofree char *secret = NULL;

  self->e2e = e2e_new ();
  self->outside = g_build_filename (self->e2e->root, name, NULL);
  self->mark = g_build_filename (self->outside, "mark", NULL);
  secret = g_build_filename (self->outside, "secret", NULL);
  g_assert_no_errno (g_mkdir (self->outside, 0777));
  g_assert_no_errno (g_chmod (self->outside, 0777));
  g_assert_true (g_file_set_contents (secret, SECRET "\n", -1, NULL));
  self->repository =
    e2e_make_repository (self->e2e, victim, "a.txt", "one\n", "d/b.txt", "two\n", NULL);
  self->before = look (self->repository);
  self->session = e2e_session_new (self->e2e, self->repository, MODEL);
}

static void
attack_end (Attack *self)
{
  g_autofree char *after = look (self->repository);

  g_assert_cmpstr (self->before, ==, after);
  fake_llm_assert_exhausted (self->e2e->llm);
  e2e_session_free (self->session);
  g_free (self->outside);
  g_free (self->mark);
  g_free (self->repository);
  g_free (self->before);
  e2e_free (self->e2e);
}

/* {mark} and {outside} of @command are filled in; it is JSON's already. */
static void
run_inside (Attack *self, const char *command, const char *outcome)
{
  g_autoptr (GString) text = g_string_new (command);
  g_autofree char *arguments = NULL;

  g_string_replace (text, "{mark}", self->mark, 0);
  g_string_replace (text, "{outside}", self->outside, 0);
  arguments =
    g_strdup_printf ("{\"command\":\"%s; echo attack-is-over\",\"description\":\"x\"}", text->str);
  fake_llm_add_tool (self->e2e->llm, "bash", arguments);
  fake_llm_add_text (self->e2e->llm, "Done.");
  e2e_session_await_task (self->session, e2e_session_send (self->session, "Attack"), outcome);
  g_assert_true (fake_llm_has_seen (self->e2e->llm, "attack-is-over"));
}

static char *
dup_work (Attack *self)
{
  g_autofree char *directory = ship_paths_dup_session_dir (self->e2e->paths, self->session->id);

  return g_build_filename (directory, "work", NULL);
}

/* Host's git, let loose on what the agent left: the attack works there. */
static void
assert_control (Attack *self, const char *command)
{
  g_autofree char *work = dup_work (self);

  g_assert_false (g_file_test (self->mark, G_FILE_TEST_EXISTS));
  g_free (e2e_output (work, "sh", "-c", command, NULL));
  g_assert_true (g_file_test (self->mark, G_FILE_TEST_EXISTS));
}

static char *
dup_commit (Attack *self, guint task)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (self->session);

  return g_strdup (((ShipTaskRow *) g_ptr_array_index (snapshot->tasks, task))->to_commit);
}

/* Everything that makes git run a program, and a change that is to be committed in spite of it. */
static void
test_git_that_runs_programs (void)
{
  Attack           attack;
  g_autofree char *commit = NULL;
  g_autofree char *text = NULL;

  attack_begin (&attack, "programs");
  run_inside (
    &attack,
    "printf '#!/bin/sh\\\\ntouch {mark}\\\\ncat\\\\n' >run; chmod +x run; P=$PWD/run; "
    "for k in core.fsmonitor core.pager diff.external filter.x.clean filter.x.smudge "
    "core.sshCommand; "
    "do git config $k 'touch {mark};'; done; git config core.hooksPath $PWD/hooks; mkdir hooks; "
    "for h in post-checkout pre-commit post-index-change reference-transaction; do cp run "
    "hooks/$h; "
    "cp run .git/hooks/$h; done; echo '* filter=x diff=x' >.gitattributes; "
    "git config include.path {outside}/config; git config url.https://evil.invalid/.insteadOf "
    "https://; "
    "echo {outside} >.git/objects/info/alternates; echo changed >a.txt",
    "complete");
  g_assert_false (g_file_test (attack.mark, G_FILE_TEST_EXISTS));
  commit = dup_commit (&attack, 0);
  text = e2e_output (attack.repository, "git", "show", "-p", commit, "--", "a.txt", NULL);
  g_assert_nonnull (strstr (text, "+changed"));
  assert_control (&attack, "git -c safe.directory='*' status >/dev/null 2>&1; true");
  attack_end (&attack);
}

/* Links to the host, and files that never end or never open. */
static void
test_files_that_lead_out (void)
{
  Attack           attack;
  g_autofree char *commit = NULL;
  g_autofree char *text = NULL;
  g_autofree char *work = NULL;

  attack_begin (&attack, "files");
  run_inside (
    &attack,
    "ln -s {outside}/secret secret; ln -s {outside} way; ln -s /etc/shadow shadow; mkfifo pipe; "
    "rm a.txt; ln -s {outside}/secret a.txt; rm -r d; ln -s {outside} d; "
    "ln -s /dev/zero zero; ln -s self self; mkdir deep; ln -s ../../../../../../etc deep/up",
    "complete");
  commit = dup_commit (&attack, 0);
  text = e2e_output (attack.repository, "git", "show", "-p", commit, NULL);
  g_assert_nonnull (strstr (text, "new file mode 120000"));
  g_assert_null (strstr (text, SECRET));
  g_assert_null (strstr (text, "pipe"));
  g_assert_false (fake_llm_has_seen (attack.e2e->llm, SECRET));
  work = dup_work (&attack);
  g_free (text);
  text = e2e_output (work, "cat", "a.txt", "d/secret", NULL);
  g_assert_nonnull (strstr (text, SECRET));
  attack_end (&attack);
}

/* A .git that is another's, then none at all, then nothing at all. */
static void
test_no_repository_left (void)
{
  Attack           attack;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *files = NULL;

  attack_begin (&attack, "gone");
  run_inside (&attack,
              "mv .git .moved; echo 'gitdir: {outside}' >.git; echo first >a.txt; rm -rf .moved",
              "complete");
  first = dup_commit (&attack, 0);
  g_assert_nonnull (first);
  run_inside (&attack, "rm -rf $PWD/* $PWD/.[!.]* ~/* ~/.[!.]* /tmp/* 2>/dev/null", "complete");
  second = dup_commit (&attack, 1);
  g_assert_nonnull (second);
  files = e2e_output (attack.repository, "git", "ls-tree", "-r", "--name-only", second, NULL);
  g_assert_cmpstr (files, ==, "");
  g_assert_false (g_file_test (attack.mark, G_FILE_TEST_EXISTS));
  attack_end (&attack);
}

/* A name that becomes .git where letters are folded does not come out; what else was done does.
 * (Trees that are forged, so that git inside has no say, are in tests/unit/git/test-import.c.) */
static void
test_names_that_become_git (void)
{
  Attack           attack;
  g_autofree char *commit = NULL;
  g_autofree char *files = NULL;

  attack_begin (&attack, "names");
  run_inside (
    &attack,
    "mkdir -p .GIT/hooks .git/x; cp /bin/true .GIT/hooks/post-checkout; echo changed >a.txt",
    "complete");
  commit = dup_commit (&attack, 0);
  files = e2e_output (attack.repository, "git", "ls-tree", "-r", "--name-only", commit, NULL);
  g_assert_cmpstr (files, ==, "a.txt\nd/b.txt\n");
  attack_end (&attack);
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_setenv ("SHIP_WORKING_COPY", "plain", TRUE); /* its files lie where git finds them */
  g_test_add_func ("/e2e/hostile/git-that-runs-programs", test_git_that_runs_programs);
  g_test_add_func ("/e2e/hostile/files-that-lead-out", test_files_that_lead_out);
  g_test_add_func ("/e2e/hostile/no-repository-left", test_no_repository_left);
  g_test_add_func ("/e2e/hostile/names-that-become-git", test_names_that_become_git);
  return g_test_run ();
}
