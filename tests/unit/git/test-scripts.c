/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-scripts.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git/ship-git-scripts-private.h"
#include "ship-git-fixture.h"

/*
 * The two scripts with the real git, in temporary directories instead of a sandbox, together with
 * the host's side: from a user's repository to a commit on a branch in it. What an agent may do to
 * its own .git has no effect.
 */

#define BRANCH "ship-test/one"

typedef struct
{
  ShipGitFixture *fixture; /* (owned) */
  char           *work;    /* (owned): /work in a sandbox */
  char           *home;    /* (owned) */
  char           *objects; /* (owned) */
  char           *commit;  /* (owned): the last one */
} Box;

static void
box_open (Box *self)
{
  self->fixture = ship_git_fixture_new ();
  self->work = g_build_filename (self->fixture->root, "work", NULL);
  self->home = g_build_filename (self->fixture->root, "home", NULL);
  self->objects = g_build_filename (self->fixture->mirror, "objects", NULL);
  self->commit = g_strdup (self->fixture->base);
  g_mkdir (self->work, 0755);
  g_mkdir (self->home, 0755);
}

static void
box_close (Box *self)
{
  ship_git_fixture_free (self->fixture);
  g_free (self->work);
  g_free (self->home);
  g_free (self->objects);
  g_free (self->commit);
}

/* @arguments: up to four */
static int
box_run (Box               *self,
         const char        *script,
         const char *const *arguments,
         GBytes           **output,
         char             **error_text)
{
  g_autofree char *text = ship_git_script_relocate (script, self->work, self->objects);
  g_autofree char *home = g_strdup_printf ("HOME=%s", self->home);
  char *environment[] = { home, (char *) "PATH=/usr/bin:/bin", (char *) "LANG=de_DE.UTF-8", NULL };
  const char *argv[10] = { "sh", "-c", text, "ship", NULL };

  for (guint i = 0; arguments[i] != NULL; i++)
    argv[4 + i] = arguments[i];
  return ship_git_fixture_run (argv, "/", environment, NULL, output, error_text);
}

static void
box_checkout (Box *self)
{
  const char *arguments[] = { self->commit, BRANCH, "Åda \"Love\" lace", "ada@example.com", NULL };
  g_autofree char *error_text = NULL;
  int              code = box_run (self, ship_git_script_checkout (), arguments, NULL, &error_text);

  if (code != 0 || error_text[0] != '\0')
    g_error ("checkout: %d %s", code, error_text);
}

static void
box_begin (Box *self)
{
  g_autoptr (GError) error = NULL;

  ship_git_fixture_update (self->fixture, self->commit, &error);
  g_assert_no_error (error);
  box_checkout (self);
}

/* What the script says on its way. (transfer full) */
static char *
box_harvest (Box *self, char **tree, GBytes **pack)
{
  const char *arguments[] = { self->commit, NULL };
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GError) error = NULL;
  char *error_text = NULL;
  int   code = box_run (self, ship_git_script_harvest (), arguments, &output, &error_text);

  if (code != 0)
    g_error ("harvest: %d %s", code, error_text);
  ship_git_script_parse_harvest (output, tree, pack, &error);
  g_assert_no_error (error);
  return error_text;
}

/* A whole turn. Returns whether there was anything to commit. @notes: (out) (optional) */
static gboolean
box_turn (Box *self, char **notes)
{
  g_autofree char *tree = NULL;
  g_autofree char *said = NULL;
  g_autofree char *commit = NULL;
  g_autoptr (GBytes) pack = NULL;
  g_autoptr (GError) error = NULL;

  said = box_harvest (self, &tree, &pack);
  commit = ship_git_fixture_import (self->fixture, tree, pack, self->commit, BRANCH, &error);
  g_assert_no_error (error);
  if (notes != NULL)
    *notes = g_steal_pointer (&said);
  else
    g_assert_cmpstr (said, ==, "");
  if (commit == NULL)
    return FALSE;
  g_free (self->commit);
  self->commit = g_steal_pointer (&commit);
  return TRUE;
}

static void
expect (char *text, const char *wanted)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

/* The names that differ between two commits of the mirror. */
static char *
changed (Box *self, const char *from)
{
  return ship_git_fixture_git (self->fixture->mirror,
                               "diff",
                               "--no-renames",
                               "--name-status",
                               from,
                               self->commit,
                               NULL);
}

static char *
read_committed (Box *self, const char *path)
{
  g_autofree char *name = g_strdup_printf ("%s:%s", self->commit, path);

  return ship_git_fixture_git (self->fixture->mirror, "cat-file", "blob", name, NULL);
}

static void
remove_path (Box *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->work, name, NULL);
  const char      *argv[] = { "rm", "-rf", path, NULL };

  g_assert_cmpint (ship_git_fixture_run (argv, NULL, NULL, NULL, NULL, NULL), ==, 0);
}

static void
test_checkout (void)
{
  Box              box = { 0 };
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  box_open (&box);
  box_begin (&box);
  expect (ship_git_fixture_git (box.work, "status", "--porcelain", NULL), "");
  expect (ship_git_fixture_git (box.work, "rev-parse", "HEAD", NULL), box.commit);
  expect (ship_git_fixture_git (box.work, "symbolic-ref", "--short", "HEAD", NULL), BRANCH);
  expect (ship_git_fixture_git (box.work, "config", "user.name", NULL), "Åda \"Love\" lace");
  expect (ship_git_fixture_git (box.work, "config", "user.email", NULL), "ada@example.com");
  expect (ship_git_fixture_git (box.work, "log", "--format=%s", NULL), "base");
  /* A second time nothing happens, not even to a file that was changed. */
  ship_git_fixture_write (box.work, "README", "changed\n");
  before = ship_git_fixture_snapshot (box.work);
  box_checkout (&box);
  after = ship_git_fixture_snapshot (box.work);
  g_assert_cmpstr (before, ==, after);
  box_close (&box);
}

/* What was not committed goes: changes, deletions, new files, other repositories, whatever the
 * agent did to its .git. What is ignored stays. */
static void
test_discard (void)
{
  Box              box = { 0 };
  const char      *arguments[] = { NULL, NULL };
  g_autofree char *nested = NULL;
  g_autofree char *closed = NULL;
  g_autofree char *error_text = NULL;

  box_open (&box);
  box_begin (&box);
  ship_git_fixture_write (box.work, ".gitignore", "*.o\n");
  ship_git_fixture_write (box.work, "kept.txt", "kept\n");
  g_assert_true (box_turn (&box, NULL));

  ship_git_fixture_write (box.work, "README", "changed\n");
  remove_path (&box, "kept.txt");
  ship_git_fixture_write (box.work, "kept.txt/now", "a folder\n");
  ship_git_fixture_write (box.work, ".gitignore", "new*\n");
  ship_git_fixture_write (box.work, "new.txt", "new\n");
  ship_git_fixture_write (box.work, "main.o", "object\n");
  ship_git_fixture_write (box.work, "closed/file", "x\n");
  closed = g_build_filename (box.work, "closed", NULL);
  g_chmod (closed, 0500);
  nested = g_build_filename (box.work, "nested", NULL);
  g_free (ship_git_fixture_git (NULL, "init", "-q", nested, NULL));
  g_free (ship_git_fixture_git (box.work, "add", "README", NULL));
  g_free (ship_git_fixture_git (box.work, "commit", "-q", "-m", "Own", NULL));

  arguments[0] = box.commit;
  g_assert_cmpint (box_run (&box, ship_git_script_discard (), arguments, NULL, &error_text), ==, 0);
  box_checkout (&box);
  expect (ship_git_fixture_git (box.work, "status", "--porcelain", NULL), "");
  expect (ship_git_fixture_git (box.work, "rev-parse", "HEAD", NULL), box.commit);
  expect (ship_git_fixture_git (box.work, "ls-files", "--others", NULL), "main.o");
  expect (ship_git_fixture_git (box.work, "diff", "--stat", box.commit, NULL), "");
  g_assert_false (g_file_test (nested, G_FILE_TEST_EXISTS));
  g_assert_false (box_turn (&box, NULL));
  box_close (&box);
}

/* The agent's own commits work, and are squashed: afterwards its branch is where the host is. */
static void
test_turns (void)
{
  Box              box = { 0 };
  g_autofree char *first = NULL;
  g_autofree char *own = NULL;
  g_autofree char *delivered = NULL;
  g_autoptr (GError) error = NULL;

  box_open (&box);
  box_begin (&box);
  g_assert_false (box_turn (&box, NULL));
  ship_git_fixture_write (box.work, "src/a.c", "int changed;\n");
  ship_git_fixture_write (box.work, "a new/file name", "1\n");
  remove_path (&box, "src/b.c");
  g_free (ship_git_fixture_git (box.work, "add", "-A", NULL));
  g_free (ship_git_fixture_git (box.work, "commit", "-q", "-m", "the agent's own", NULL));
  g_assert_true (box_turn (&box, NULL));
  expect (changed (&box, box.fixture->base), "A\ta new/file name\nM\tsrc/a.c\nD\tsrc/b.c");
  first = g_strdup (box.commit);
  box_checkout (&box);
  expect (ship_git_fixture_git (box.work, "rev-parse", "HEAD", NULL), box.commit);
  expect (ship_git_fixture_git (box.work, "status", "--porcelain", NULL), "");
  expect (ship_git_fixture_git (box.work, "log", "--format=%s", NULL), "Do the thing\nbase");
  g_assert_false (box_turn (&box, NULL));
  ship_git_fixture_write (box.work, "src/b.c", "int b;\n");
  g_assert_true (box_turn (&box, NULL));
  expect (changed (&box, first), "A\tsrc/b.c");
  ship_git_fixture_deliver (box.fixture, BRANCH, box.commit, &error);
  g_assert_no_error (error);
  delivered = ship_git_fixture_git (box.fixture->repo, "rev-list", "--count", BRANCH, NULL);
  g_assert_cmpstr (delivered, ==, "3");
  box_close (&box);
}

/* A line in a large file: a small, thin pack that builds on the base's object, and grows over
 * several pieces. */
static void
test_thin (void)
{
  Box box = { 0 };
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) pack = NULL;
  g_autofree char *tree = NULL;

  while (text->len < 2000 * 1000)
    g_string_append_printf (text, "%08x%08x\n", g_rand_int (random), g_rand_int (random));
  box_open (&box);
  ship_git_fixture_write (box.fixture->repo, "data/large", text->str);
  g_free (box.commit);
  box.commit = ship_git_fixture_commit (box.fixture, "large");
  box_begin (&box);
  g_free (box_harvest (&box, &tree, &pack));
  g_assert_cmpuint (g_bytes_get_size (pack), ==, 32); /* nothing */
  g_clear_pointer (&pack, g_bytes_unref);
  g_clear_pointer (&tree, g_free);
  g_string_append (text, "one more line\n");
  ship_git_fixture_write (box.work, "data/large", text->str);
  g_free (box_harvest (&box, &tree, &pack));
  g_assert_cmpuint (g_bytes_get_size (pack), <, 10 * 1000);
  g_assert_true (box_turn (&box, NULL));
  g_string_truncate (text, text->len - 1);
  expect (read_committed (&box, "data/large"), text->str);
  /* And one that is not thin, of some megabytes. */
  g_string_truncate (text, 0);
  while (text->len < 4000 * 1000)
    g_string_append_printf (text, "%08x%08x\n", g_rand_int (random), g_rand_int (random));
  ship_git_fixture_write (box.work, "data/other", text->str);
  g_assert_true (box_turn (&box, NULL));
  g_string_truncate (text, text->len - 1);
  expect (read_committed (&box, "data/other"), text->str);
  box_close (&box);
}

static void
test_ignore_and_modes (void)
{
  Box              box = { 0 };
  g_autofree char *tool = NULL;
  g_autofree char *link_path = NULL;
  g_autofree char *modes = NULL;

  box_open (&box);
  box_begin (&box);
  ship_git_fixture_write (box.work, ".gitignore", "*.o\nbuild/\n");
  ship_git_fixture_write (box.work, "x.o", "1\n");
  ship_git_fixture_write (box.work, "build/y", "1\n");
  ship_git_fixture_write (box.work, "sub/.gitignore", "!keep.o\n");
  ship_git_fixture_write (box.work, "sub/keep.o", "1\n");
  ship_git_fixture_write (box.work, "tool", "#!/bin/sh\n");
  tool = g_build_filename (box.work, "tool", NULL);
  link_path = g_build_filename (box.work, "link", NULL);
  g_chmod (tool, 0755);
  g_assert_cmpint (symlink ("/etc/passwd", link_path), ==, 0);
  g_assert_true (box_turn (&box, NULL));
  expect (changed (&box, box.fixture->base),
          "A\t.gitignore\nA\tlink\nA\tsub/.gitignore\nA\tsub/keep.o\nA\ttool");
  modes = ship_git_fixture_git (box.fixture->mirror,
                                "ls-tree",
                                "--format=%(objectmode)",
                                box.commit,
                                "link",
                                "tool",
                                NULL);
  g_assert_cmpstr (modes, ==, "120000\n100755");
  box_close (&box);
}

/* Everything that attack 39 does, and some more; a payload that ran would leave a file. */
static void
test_poisoned (void)
{
  static const char poison[] =
    "P=$PWD/../payload; printf '#!/bin/sh\\ntouch \"%s/../RAN\"\\ncat\\n' \"$PWD\" >$P; chmod +x "
    "$P\n"
    "for key in core.fsmonitor core.sshCommand core.pager core.editor diff.external filter.x.clean "
    "filter.x.smudge "
    "gpg.program uploadpack.packObjectsHook core.gitProxy core.alternateRefsCommand; do git config "
    "$key $P; done\n"
    "git config filter.x.required true; git config core.hooksPath $PWD/hooks; git config "
    "commit.gpgSign true\n"
    "git config include.path $PWD/more; git config url.https://evil.invalid/.insteadOf /; git "
    "config core.bare true\n"
    "git config core.worktree /; git config core.excludesFile $PWD/all; echo '*' >all; echo '*' "
    ">.git/info/exclude\n"
    "echo '* filter=x' >.git/info/attributes; echo '* filter=x diff=x' >.gitattributes\n"
    "mkdir hooks; for h in post-checkout pre-commit post-index-change reference-transaction; do cp "
    "$P hooks/$h; "
    "cp $P .git/hooks/$h; done\n"
    "echo /nowhere >.git/objects/info/alternates; rm -rf .git/refs; rm -f .git/index; echo junk "
    ">.git/HEAD\n"
    "mkdir -p ~/.config/git; cp .git/config ~/.gitconfig; cp .git/config ~/.config/git/config\n"
    "cp .git/config ~/.ship/harvest.git/config; mkdir -p ~/.ship/harvest.git/hooks "
    "~/.ship/harvest.git/info; "
    "cp $P ~/.ship/harvest.git/hooks/post-index-change; echo '* filter=x' "
    ">~/.ship/harvest.git/info/attributes; "
    "echo '*' >~/.ship/harvest.git/info/exclude; echo /nowhere "
    ">~/.ship/harvest.git/objects/info/alternates; "
    "touch ~/.ship/harvest.git/index.lock\n";
  Box              box = { 0 };
  const char      *argv[] = { "sh", "-c", poison, NULL };
  g_autofree char *home = NULL;
  g_autofree char *ran = NULL;
  g_autofree char *before = NULL;

  box_open (&box);
  box_begin (&box);
  home = g_strdup_printf ("HOME=%s", box.home);
  ship_git_fixture_write (box.work, ".git/hooks/x", "");
  ship_git_fixture_run (argv,
                        box.work,
                        (char *[]){ home, (char *) "PATH=/usr/bin:/bin", NULL },
                        NULL,
                        NULL,
                        NULL);
  ran = g_build_filename (box.fixture->root, "RAN", NULL);
  g_unlink (ran);
  ship_git_fixture_write (box.work, "src/a.c", "int changed;\n");
  g_assert_true (box_turn (&box, NULL));
  expect (read_committed (&box, "src/a.c"), "int changed;");
  expect (read_committed (&box, "all"), "*");
  before = changed (&box, box.fixture->base);
  g_assert_nonnull (strstr (before, "A\thooks/pre-commit"));
  box_checkout (&box);
  g_assert_false (g_file_test (ran, G_FILE_TEST_EXISTS));
  box_close (&box);
}

/* The agent does without git, or breaks what is ours: the next harvest is right all the same. */
static void
test_broken (void)
{
  static const char *const commands[] = {
    "rm -rf .git",
    "rm -rf .git; echo gitdir: /nowhere >.git",
    "rm -rf ~/.ship",
    "rm -rf ~/.ship/harvest.git; ln -s /nowhere ~/.ship/harvest.git",
    "echo garbage >~/.ship/harvest.git/index",
    "rm -rf ~/.ship/harvest.git/refs; echo x >~/.ship/harvest.git/refs",
    "find ~/.ship/harvest.git/objects -type f -exec sh -c 'chmod u+w \"$1\"; echo garbage >\"$1\"' "
    "sh {} \\;",
    "echo gitdir: /nowhere >~/.ship/harvest.git/commondir",
  };
  Box box = { 0 };

  box_open (&box);
  box_begin (&box);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const char      *argv[] = { "sh", "-c", commands[i], NULL };
      g_autofree char *home = g_strdup_printf ("HOME=%s", box.home);
      g_autofree char *text = g_strdup_printf ("int n = %" G_GSIZE_FORMAT ";\n", i);
      g_autofree char *notes = NULL;
      g_autofree char *found = NULL;
      g_autoptr (GBytes) pack = NULL;

      g_test_message ("%s", commands[i]);
      ship_git_fixture_write (box.work, "src/a.c", text);
      g_free (box_harvest (&box, &found, &pack));
      ship_git_fixture_run (argv,
                            box.work,
                            (char *[]){ home, (char *) "PATH=/usr/bin:/bin", NULL },
                            NULL,
                            NULL,
                            NULL);
      g_assert_true (box_turn (&box, &notes));
      expect (read_committed (&box, "src/a.c"), g_strchomp (text));
      box_checkout (&box);
      expect (ship_git_fixture_git (box.work, "status", "--porcelain", NULL), "");
    }
  box_close (&box);
}

/* The first checkout was interrupted. */
static void
test_interrupted (void)
{
  Box              box = { 0 };
  g_autofree char *readme = NULL;
  g_autofree char *text = NULL;

  box_open (&box);
  ship_git_fixture_write (box.work, "README", "half");
  ship_git_fixture_write (box.home, ".ship/harvest.git/index.lock", "");
  box_begin (&box);
  readme = g_build_filename (box.work, "README", NULL);
  g_assert_true (g_file_get_contents (readme, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "hello\n");
  box_close (&box);
}

static void
test_nested (void)
{
  Box              box = { 0 };
  const char      *argv[] = { "sh", "-c", NULL, NULL };
  g_autofree char *notes = NULL;
  g_autofree char *list = NULL;

  box_open (&box);
  box_begin (&box);
  argv[2] =
    "git init -q 'a clone'; cd 'a clone'; echo 1 >x; echo '*.o' >.gitignore; touch y.o; git add x; "
    "git commit -q -m 1; echo 2 >untracked; git init -q deeper; echo 3 >deeper/file; "
    "cd ..; git init -q empty; git init -q fresh; echo 4 >fresh/file; mkdir ignored; git init -q "
    "ignored/repo; "
    "echo 5 >ignored/repo/file; echo ignored/ >.gitignore";
  g_assert_cmpint (ship_git_fixture_run (argv, box.work, NULL, NULL, NULL, NULL), ==, 0);
  g_assert_true (box_turn (&box, &notes));
  g_assert_nonnull (strstr (notes, "'a clone' is a repository of its own"));
  list = changed (&box, box.fixture->base);
  g_assert_cmpstr (
    list,
    ==,
    "A\t.gitignore\nA\ta clone/.gitignore\nA\ta clone/deeper/file\nA\ta clone/untracked\n"
    "A\ta clone/x\nA\tfresh/file");
  /* From now on they are plain files. */
  ship_git_fixture_write (box.work, "a clone/x", "changed\n");
  ship_git_fixture_write (box.work, "a clone/later", "1\n");
  g_clear_pointer (&notes, g_free);
  g_assert_true (box_turn (&box, &notes));
  expect (read_committed (&box, "a clone/x"), "changed");
  expect (read_committed (&box, "a clone/later"), "1");
  box_close (&box);
}

/* A submodule of the user's stays what it is, whatever the agent puts there. */
static void
test_submodule (void)
{
  Box              box = { 0 };
  const char      *argv[] = { "sh",
                              "-c",
                              "cd sub; git init -q; echo 1 >x; git add x; git commit -q -m 1",
                              NULL };
  g_autofree char *link = NULL;
  g_autofree char *notes = NULL;
  g_autofree char *list = NULL;
  g_autofree char *id = NULL;

  box_open (&box);
  link = g_strdup_printf ("160000,%s,sub", box.fixture->base);
  g_free (
    ship_git_fixture_git (box.fixture->repo, "update-index", "--add", "--cacheinfo", link, NULL));
  g_free (ship_git_fixture_git (box.fixture->repo, "commit", "-q", "-m", "submodule", NULL));
  id = ship_git_fixture_git (box.fixture->repo, "rev-parse", "HEAD", NULL);
  g_free (box.commit);
  box.commit = g_strdup (id);
  box_begin (&box);
  g_assert_false (box_turn (&box, NULL));
  ship_git_fixture_write (box.work, "src/a.c", "int changed;\n");
  g_assert_cmpint (ship_git_fixture_run (argv, box.work, NULL, NULL, NULL, NULL), ==, 0);
  g_assert_true (box_turn (&box, &notes));
  g_assert_nonnull (strstr (notes, "stays at its commit"));
  list = changed (&box, id);
  g_assert_cmpstr (list, ==, "M\tsrc/a.c");
  box_close (&box);
}

static void
test_odd_files (void)
{
  Box              box = { 0 };
  const char      *argv[] = { "python3", "-c", NULL, NULL };
  g_autofree char *notes = NULL;
  g_autofree char *list = NULL;

  box_open (&box);
  box_begin (&box);
  argv[1] = "-c";
  argv[0] = "sh";
  argv[2] = "mkfifo pipe; rm src/b.c; mkfifo src/b.c; printf 1 >'new\nline'; printf 1 >' lead'; "
            "printf 1 >'-dash'; "
            "printf 1 >'qu\"ote'; printf 1 >'git~1'; mkdir .GIT; printf 1 >.GIT/x; printf 1 "
            ">\"$(printf '\\377')\"; "
            "truncate -s 90M zeros";
  g_assert_cmpint (ship_git_fixture_run (argv, box.work, NULL, NULL, NULL, NULL), ==, 0);
  g_assert_true (box_turn (&box, &notes));
  g_test_message ("%s", notes);
  g_assert_nonnull (strstr (notes, "control characters"));
  list = changed (&box, box.fixture->base);
  g_assert_cmpstr (list, ==, "A\t lead\nA\t-dash\nA\t\"qu\\\"ote\"\nA\tzeros\nA\t\"\\377\"");
  box_close (&box);
}

static void
test_huge_file (void)
{
  Box              box = { 0 };
  const char      *argv[] = { "truncate", "-s", "104857601", "src/huge file", NULL };
  const char      *arguments[] = { NULL, NULL };
  g_autofree char *error_text = NULL;
  g_autoptr (GBytes) output = NULL;

  box_open (&box);
  box_begin (&box);
  g_assert_cmpint (ship_git_fixture_run (argv, box.work, NULL, NULL, NULL, NULL), ==, 0);
  arguments[0] = box.commit;
  g_assert_cmpint (box_run (&box, ship_git_script_harvest (), arguments, &output, &error_text),
                   ==,
                   3);
  g_assert_cmpuint (g_bytes_get_size (output), ==, 0);
  g_assert_cmpstr (error_text,
                   ==,
                   "'src/huge file' is larger than 100 MiB. Remove it or name it in .gitignore.\n");
  ship_git_fixture_write (box.work, ".gitignore", "huge*\n");
  g_assert_true (box_turn (&box, NULL));
  box_close (&box);
}

/* Files that cannot be read are left as they were, and said. Root can read everything. */
static void
test_unreadable (void)
{
  Box              box = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *notes = NULL;
  g_autofree char *list = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root can read everything");
      return;
    }
  box_open (&box);
  box_begin (&box);
  ship_git_fixture_write (box.work, "src/a.c", "int changed;\n");
  ship_git_fixture_write (box.work, "src/b.c", "int changed;\n");
  path = g_build_filename (box.work, "src", "b.c", NULL);
  g_chmod (path, 0);
  g_assert_true (box_turn (&box, &notes));
  g_assert_nonnull (strstr (notes, "Left out: "));
  list = changed (&box, box.fixture->base);
  g_assert_cmpstr (list, ==, "M\tsrc/a.c");
  box_close (&box);
}

/* A file of large-file storage is its pointer, inside and outside. */
static void
test_lfs_and_line_ends (void)
{
  static const char pointer[] =
    "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 3\n";
  Box              box = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *list = NULL;

  box_open (&box);
  ship_git_fixture_write (box.fixture->repo,
                          ".gitattributes",
                          "*.bin filter=lfs diff=lfs merge=lfs -text\n*.txt text eol=crlf\n");
  ship_git_fixture_write (box.fixture->repo, "x.bin", pointer);
  ship_git_fixture_write (box.fixture->repo, "x.txt", "1\n2\n");
  id = ship_git_fixture_commit (box.fixture, "lfs");
  g_free (box.commit);
  box.commit = g_strdup (id);
  box_begin (&box);
  expect (ship_git_fixture_git (box.work, "status", "--porcelain", NULL), "");
  g_assert_false (box_turn (&box, NULL));
  ship_git_fixture_write (box.work, "src/a.c", "int changed;\n");
  g_assert_true (box_turn (&box, NULL));
  list = changed (&box, id);
  g_assert_cmpstr (list, ==, "M\tsrc/a.c");
  box_close (&box);
}

static void
test_shallow (void)
{
  Box              box = { 0 };
  g_autofree char *url = NULL;
  g_autofree char *clone = NULL;

  box_open (&box);
  ship_git_fixture_write (box.fixture->repo, "README", "second\n");
  g_free (box.commit);
  box.commit = ship_git_fixture_commit (box.fixture, "second");
  url = g_strconcat ("file://", box.fixture->repo, NULL);
  clone = g_build_filename (box.fixture->root, "shallow", NULL);
  g_free (
    ship_git_fixture_git (box.fixture->root, "clone", "-q", "--depth=1", url, "shallow", NULL));
  g_free (box.fixture->repo);
  box.fixture->repo = g_steal_pointer (&clone);
  box_begin (&box);
  expect (ship_git_fixture_git (box.work, "log", "--format=%s", NULL), "second");
  ship_git_fixture_write (box.work, "src/a.c", "int changed;\n");
  g_assert_true (box_turn (&box, NULL));
  box_checkout (&box);
  expect (ship_git_fixture_git (box.work, "log", "--format=%s", NULL), "Do the thing\nsecond");
  box_close (&box);
}

static void
test_parse (void)
{
  static const char *const bad[] = {
    "",
    "PACK",
    "0123456789abcdef0123456789abcdef01234567",
    "0123456789abcdef0123456789abcdef01234567\n",
    "0123456789abcdef0123456789abcdef01234567\nPAC",
    "0123456789ABCDEF0123456789abcdef01234567\nPACK",
    "0123456789abcdef0123456789abcdef0123456\nPACK",
    "../../../../../../../../../../../../../passwd\nPACK",
  };
  g_autoptr (GBytes) good =
    g_bytes_new_static ("0123456789abcdef0123456789abcdef01234567\nPACK\0x", 47);
  g_autoptr (GBytes) pack = NULL;
  g_autofree char *tree = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) output = g_bytes_new_static (bad[i], strlen (bad[i]));
      g_autoptr (GError) error = NULL;

      g_assert_false (ship_git_script_parse_harvest (output, &tree, &pack, &error));
      g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_HOSTILE);
    }
  g_assert_true (ship_git_script_parse_harvest (good, &tree, &pack, NULL));
  g_assert_cmpstr (tree, ==, "0123456789abcdef0123456789abcdef01234567");
  g_assert_cmpmem (g_bytes_get_data (pack, NULL), g_bytes_get_size (pack), "PACK\0x", 6);
}

/* A line that names neither tree nor path of this machine: what runs inside is what was reviewed.
 */
static void
test_text (void)
{
  g_assert_nonnull (strstr (ship_git_script_checkout (), "\nwork=/work\n"));
  g_assert_nonnull (strstr (ship_git_script_harvest (), "\nobjects=/run/ship/objects\n"));
  g_assert_cmpuint (strlen (ship_git_script_harvest ()), <, 32 * 1024);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ship_git_fixture_init ();
  g_test_add_func ("/git/scripts/text", test_text);
  g_test_add_func ("/git/scripts/parse", test_parse);
  g_test_add_func ("/git/scripts/checkout", test_checkout);
  g_test_add_func ("/git/scripts/discard", test_discard);
  g_test_add_func ("/git/scripts/turns", test_turns);
  g_test_add_func ("/git/scripts/thin", test_thin);
  g_test_add_func ("/git/scripts/ignore-and-modes", test_ignore_and_modes);
  g_test_add_func ("/git/scripts/poisoned", test_poisoned);
  g_test_add_func ("/git/scripts/broken", test_broken);
  g_test_add_func ("/git/scripts/interrupted", test_interrupted);
  g_test_add_func ("/git/scripts/nested", test_nested);
  g_test_add_func ("/git/scripts/submodule", test_submodule);
  g_test_add_func ("/git/scripts/odd-files", test_odd_files);
  g_test_add_func ("/git/scripts/huge-file", test_huge_file);
  g_test_add_func ("/git/scripts/unreadable", test_unreadable);
  g_test_add_func ("/git/scripts/lfs-and-line-ends", test_lfs_and_line_ends);
  g_test_add_func ("/git/scripts/shallow", test_shallow);
  return g_test_run ();
}
