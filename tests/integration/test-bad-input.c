/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-paths.h"
#include "client-test.h"
#include "ship-test.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

/*
 * Everything odd that a user can point shipctl at: one sentence that says what to do, the right
 * exit code, and nothing left behind. A repository is made by a line of shell below, in a directory
 * of its own called "x"; the real git, with private settings.
 */

#define ONE "git init -q x && cd x && echo one >a && git add . && git commit -qm one"
#define CUT "f=.git/objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-); chmod +w $f; : >$f"

typedef struct
{
  char *out;
  char *err;
  int   status;
} Outcome;

static void
outcome_clear (Outcome *self)
{
  g_clear_pointer (&self->out, g_free);
  g_clear_pointer (&self->err, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

/* @script sees shipctl as $SHIPCTL. */
static Outcome
run (const char *directory, const char *script)
{
  const char *const argv[] = { "/bin/sh", "-c", script, NULL };
  Outcome           outcome = { NULL };
  int               status = 0;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (directory,
                (char **) argv,
                NULL,
                G_SPAWN_DEFAULT,
                NULL,
                NULL,
                &outcome.out,
                &outcome.err,
                &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  outcome.status = WEXITSTATUS (status);
  return outcome;
}

static guint
count_sessions (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autofree char *path = g_build_filename (ship_paths_get_data_dir (paths), "sessions", NULL);
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (directory != NULL && g_dir_read_name (directory) != NULL)
    n++;
  return n;
}

/* clang-format off */
static const struct
{
  const char *name;
  const char *make;
  const char *arguments; /* NULL: --repo x */
  int         status;
  const char *says;      /* on standard error; NULL: nothing */
} repositories[] = {
  { "not-a-repository", "mkdir x", NULL, 5, "is not in a git repository" },
  { "missing", ":", NULL, 5, "There is no folder" },
  { "a-file", ": >x", NULL, 5, "is a file" },
  { "empty-path", ":", "--repo ''", 5, "There is no folder" },
  { "unborn", "git init -q x", NULL, 1, "has no commit yet" },
  { "sha256", "git init -q --object-format=sha256 x && cd x && git commit -q --allow-empty -m 1", NULL, 1, "SHA-256" },
  { "no-identity", ONE "&& git config user.email ''", NULL, 3, "git config --global user.name" },
  { "no-such-base", ONE, "--repo x --base nope", 5, "has no branch" },
  { "branch-taken", ONE, "--repo x --branch main", 1, "already has a branch" },
  { "branch-bad", ONE, "--repo x --branch a..b", 2, "cannot be the name of a branch" },
  { "mode-bad", ONE, "--repo x --mode dream", 2, "is not a mode" },
  { "commit-damaged", ONE "&& o=$(git rev-parse HEAD) && " CUT, NULL, 1, "is damaged" },
  { "tree-damaged", ONE "&& o=$(git rev-parse HEAD^{tree}) && " CUT, NULL, 1, "is damaged" },
  { "pack-empty", ONE "&& git gc -q && chmod +w .git/objects/pack/*.pack && : >$(ls .git/objects/pack/*.pack)",
    NULL, 1, "is damaged" },
  { "path-not-text", "mkdir \"$(printf 'x\\351')\" && cd \"$(printf 'x\\351')\" && git init -q && git commit -q --allow-empty -m 1",
    "--repo \"$(printf 'x\\351')\"", 2, "is not UTF-8" },

  { "detached", ONE "&& git checkout -q --detach", NULL, 0, "no branch is checked out" },
  { "dirty", ONE "&& echo 2 >a && echo new >b", NULL, 0, "does not see 2 changed or new files" },
  { "dirty-included", ONE "&& echo 2 >a && echo new >b", "--repo x --include-dirty", 0, "begins with a commit of 2 changed or new files" },
  { "dirty-elsewhere", ONE "&& git branch old && git commit -q --allow-empty -m 2 && echo 2 >a", "--repo x --include-dirty --base old",
    1, "from the branch that is checked out" },
  { "dirty-conflict", ONE "&& git switch -qc y && echo 2 >a && git commit -qam 2 && git switch -q - && echo 3 >a && git commit -qam 3 && ! git merge -q y",
    "--repo x --include-dirty", 1, "has merge conflicts" },
  { "dirty-secret", ONE "&& echo token=gh\\p_W7zP2LmX9cVt4BnK8sRdw1Yh5GfJ3uEo6TiP | tr -d '\\\\' >b", "--repo x --include-dirty",
    1, "what looks like a GitHub token" },
  { "bare", ONE "&& cd .. && git clone -q --bare x y && rm -rf x && mv y x", NULL, 0, NULL },
  { "worktree", ONE "&& git worktree add -q ../y -b y && cd ..", "--repo y", 0, NULL },
  { "submodules", ONE "&& git -c protocol.file.allow=always submodule add -q \"$PWD\" sub && git commit -qm sub",
    NULL, 0, "has submodules" },
  { "lfs", ONE "&& echo '*.bin filter=lfs diff=lfs merge=lfs -text' >.gitattributes && git add . && git commit -qm lfs",
    NULL, 0, "Git LFS" },
  { "nested", ONE "&& git init -q in && echo 1 >in/a && git -C in add a && git -C in commit -qm in", NULL, 0, "1 changed or new file" },
  { "case", ONE "&& echo A >Readme && echo B >README && git add . && git commit -qm c", NULL, 0, NULL },
  { "names-not-text", ONE "&& echo 1 >\"$(printf 'caf\\351')\" && git add . && git commit -qm n", NULL, 0, NULL },
  { "huge", ONE "&& truncate -s 5G sparse", NULL, 0, "1 changed or new file" },
  { "shallow", ONE "&& git commit -q --allow-empty -m 2 && cd .. && git clone -q --depth 1 \"file://$PWD/x\" y",
    "--repo y", 0, NULL },
  { "alternates", ONE "&& cd .. && git clone -q --shared x y", "--repo y", 0, NULL },
};
/* clang-format on */

static void
assert_one_sentence (const Outcome *outcome)
{
  g_assert_true (g_str_has_prefix (outcome->err, "shipctl: "));
  g_assert_cmpint (outcome->err[strlen (outcome->err) - 1], ==, '\n');
  g_assert_true (strchr (outcome->err, '\n') == outcome->err + strlen (outcome->err) - 1);
  g_assert_null (strstr (outcome->err, "git_"));
}

static void
test_repository (gconstpointer data)
{
  guint            i = GPOINTER_TO_UINT (data);
  g_autofree char *directory =
    g_build_filename (client_test_get_root (), repositories[i].name, NULL);
  g_autofree char *command =
    g_strdup_printf ("exec \"$SHIPCTL\" new --rehearsal %s",
                     repositories[i].arguments != NULL ? repositories[i].arguments : "--repo x");
  guint n_before = count_sessions ();
  g_auto (Outcome) made = { NULL };
  g_auto (Outcome) outcome = { NULL };

  g_assert_cmpint (g_mkdir (directory, 0755), ==, 0);
  made = run (directory, repositories[i].make);
  g_test_message ("%s", made.err);
  g_assert_cmpint (made.status, ==, 0);
  outcome = run (directory, command);
  g_test_message ("%d %s", outcome.status, outcome.err);
  g_assert_cmpint (outcome.status, ==, repositories[i].status);
  if (repositories[i].says != NULL)
    {
      assert_one_sentence (&outcome);
      g_assert_nonnull (strstr (outcome.err, repositories[i].says));
    }
  else
    g_assert_cmpstr (outcome.err, ==, "");
  g_assert_cmpuint (count_sessions (), ==, n_before + (repositories[i].status == 0));
}

/* clang-format off */
static const struct
{
  const char *name;
  const char *spoil; /* in the session's directory */
  const char *command;
  int         status;
  const char *says;
} stores[] = {
  { "random", "head -c 9000 /dev/urandom >session.db", "show $ID", 1, "session.db” is damaged" },
  { "random-send", "head -c 9000 /dev/urandom >session.db", "send $ID x", 1, "session.db” is damaged" },
  { "truncated", "truncate -s 5000 session.db", "show $ID", 1, "session.db” is damaged" },
  { "truncated-send", "truncate -s 5000 session.db", "send $ID x", 1, "session.db” is damaged" },
  { "newer", "printf '\\0\\0\\0\\143' | dd of=session.db bs=1 seek=60 conv=notrunc 2>/dev/null", "send $ID x", 1,
    "written by a newer version of Ship" },
  { "directory", "rm session.db && mkdir session.db", "send $ID x", 1, "could not be opened" },
  { "gone", "rm session.db", "send $ID x", 5, "There is no session" },
  { "rename", "head -c 9000 /dev/urandom >session.db", "rename $ID x", 1, "is damaged" },
  { "archive", "head -c 9000 /dev/urandom >session.db", "archive $ID", 1, "is damaged" },
};
/* clang-format on */

static void
test_store (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autofree char *id = g_strdup_printf ("dddd%012u", i);
  g_autofree char *directory = ship_paths_dup_session_dir (paths, id);
  g_autofree char *command = g_strdup_printf ("ID=%s; \"$SHIPCTL\" %s", id, stores[i].command);
  g_autofree char *removal = g_strdup_printf ("\"$SHIPCTL\" delete --yes %s", id);
  g_auto (Outcome) spoilt = { NULL };
  g_auto (Outcome) outcome = { NULL };
  g_auto (Outcome) deleted = { NULL };

  client_test_make_session (paths, id);
  spoilt = run (directory, stores[i].spoil);
  g_assert_cmpint (spoilt.status, ==, 0);
  outcome = run (directory, command);
  g_test_message ("%d %s", outcome.status, outcome.err);
  g_assert_cmpint (outcome.status, ==, stores[i].status);
  assert_one_sentence (&outcome);
  g_assert_nonnull (strstr (outcome.err, stores[i].says));
  deleted = run (client_test_get_root (), removal); /* one can always be rid of it */
  g_assert_cmpint (deleted.status, ==, 0);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
}

/* Whatever happens to the index, the sessions are listed. */
static void
test_index (void)
{
  static const char *const spoils[] = { "head -c 9000 /dev/urandom >index.db",
                                        ": >index.db",
                                        "rm index.db",
                                        "truncate -s 5000 index.db" };
  g_autoptr (ShipPaths) paths = ship_paths_new ();

  client_test_make_session (paths, "eeee000000000001");
  for (guint i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      g_autofree char *script =
        g_strconcat (spoils[i],
                     " && \"$SHIPCTL\" list --all && \"$SHIPCTL\" show eeee >/dev/null",
                     NULL);
      g_auto (Outcome) outcome = run (ship_paths_get_data_dir (paths), script);

      g_test_message ("%s: %s", spoils[i], outcome.err);
      g_assert_cmpint (outcome.status, ==, 0);
      g_assert_cmpstr (outcome.err, ==, "");
      g_assert_nonnull (strstr (outcome.out, "eeee0000"));
    }
}

/* A disk that fills up: what cannot be stored is refused, what was stored is still there. */
static void
test_full_disk (void)
{
  g_autofree char *full = g_build_filename (client_test_get_root (), "full", NULL);
  g_autofree char *script = NULL;
  g_auto (Outcome) outcome = { NULL };

  script = g_strdup_printf (
    "set -e; mkdir %1$s; mount -t tmpfs -o size=600k none %1$s || exit 77\n" ONE "; cd ..\n"
    "export XDG_DATA_HOME=%1$s\n"
    "id=$(\"$SHIPCTL\" new --rehearsal --repo x)\n"
    "\"$SHIPCTL\" rename $id Before\n"
    "head -c 10M /dev/zero >%1$s/fill 2>/dev/null || :\n"
    "long=$(head -c 90000 /dev/zero | tr '\\0' x)\n"
    "\"$SHIPCTL\" rename $id After && exit 9\n"
    "\"$SHIPCTL\" send $id $long && exit 10\n"
    "\"$SHIPCTL\" new --rehearsal --repo x && exit 11\n"
    "rm %1$s/fill; \"$SHIPCTL\" show $id; \"$SHIPCTL\" tasks $id; ls %1$s/ship/sessions\n",
    full);
  outcome = run (client_test_get_root (), "unshare -m true");
  if (outcome.status != 0)
    {
      g_test_skip ("No mount namespace of one's own is possible here");
      return;
    }
  outcome_clear (&outcome);
  g_setenv ("SCRIPT", script, TRUE);
  outcome = run (client_test_get_root (), "unshare -m sh -c \"$SCRIPT\"");
  g_test_message ("%d %s%s", outcome.status, outcome.out, outcome.err);
  if (outcome.status == 77)
    {
      g_test_skip ("Nothing can be mounted here");
      return;
    }
  g_assert_cmpint (outcome.status, ==, 0);
  g_assert_nonnull (strstr (outcome.err, "no space left"));
  g_assert_nonnull (strstr (outcome.out, "Before"));
  g_assert_null (strstr (outcome.out, "After"));
  g_assert_nonnull (strstr (outcome.out, "No tasks yet"));
}

/* Two at once want the session's process: one starts it, both are served by it. */
static void
test_race (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_auto (Outcome) outcome = { NULL };

  client_test_make_session (paths, "ffff000000000001");
  outcome = run (client_test_get_root (),
                 "for i in 1 2 3 4 5; do \"$SHIPCTL\" rename ffff000000000001 Title $i & "
                 "pids=\"$pids $!\"; done; for p in $pids; do wait $p || exit 1; done; "
                 "\"$SHIPCTL\" stop --sleep ffff000000000001");
  g_test_message ("%s", outcome.err);
  g_assert_cmpint (outcome.status, ==, 0);
  g_assert_cmpstr (outcome.err, ==, "");
}

/* No home and no runtime directory, or one too long for a socket. */
static void
test_odd_directories (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autofree char *script = NULL;
  g_auto (Outcome) outcome = { NULL };

  client_test_make_session (paths, "ffff000000000002");
  script = g_strdup_printf ("set -e; long=%s/%0100d; "
                            "XDG_RUNTIME_DIR=$long \"$SHIPCTL\" rename ffff000000000002 One; "
                            "XDG_RUNTIME_DIR=$long \"$SHIPCTL\" stop --sleep ffff000000000002; "
                            "unset XDG_RUNTIME_DIR HOME; \"$SHIPCTL\" rename ffff000000000002 Two; "
                            "\"$SHIPCTL\" stop --sleep ffff000000000002; \"$SHIPCTL\" list",
                            client_test_get_root (),
                            0);
  outcome = run (client_test_get_root (), script);
  g_test_message ("%s", outcome.err);
  g_assert_cmpint (outcome.status, ==, 0);
  g_assert_nonnull (strstr (outcome.out, "Two"));
}

static void
set_environment (void)
{
  g_autofree char *config = g_build_filename (client_test_get_root (), ".gitconfig", NULL);
  g_autofree char *src = g_test_build_filename (G_TEST_BUILT, "..", "src", NULL);
  g_autofree char *program = g_build_filename (src, "cli", "shipctl", NULL);

  g_assert_true (g_file_set_contents (
    config,
    "[user]\n\tname = U\n\temail = u@example.org\n[init]\n\tdefaultBranch = main\n",
    -1,
    NULL));
  g_setenv ("SHIP_LIBEXEC_DIR", src, TRUE); /* the real ship-session */
  g_setenv ("SHIPCTL", program, TRUE);
  g_setenv ("SHIP_IDLE_SECONDS", "1", TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_unsetenv ("EMAIL");
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  set_environment ();
  for (guint i = 0; i < G_N_ELEMENTS (repositories); i++)
    {
      g_autofree char *path = g_strconcat ("/bad-input/repository/", repositories[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_repository);
    }
  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    {
      g_autofree char *path = g_strconcat ("/bad-input/store/", stores[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_store);
    }
  g_test_add_func ("/bad-input/index", test_index);
  g_test_add_func ("/bad-input/full-disk", test_full_disk);
  g_test_add_func ("/bad-input/race", test_race);
  g_test_add_func ("/bad-input/odd-directories", test_odd_directories);
  return client_test_run ();
}
