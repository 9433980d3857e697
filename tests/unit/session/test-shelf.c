/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-fixture.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-shelf-table.h"
#include "session/ship-session-shelf.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

/* What a session is called and where it is listed: archiving, and renaming its branch. */

typedef SessionFixture Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  session_fixture_set_up (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  session_fixture_tear_down (f);
}

static gboolean
finish (Fixture *f, GAsyncResult **result, GError **error)
{
  return ship_session_command_finish (f->session, ship_test_await (result), error);
}

static gboolean
set_archived (Fixture *f, gboolean archived, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_set_archived_async (f->session, archived, ship_test_keep_result, &result);
  return finish (f, &result, error);
}

static gboolean
set_branch (Fixture *f, const char *name, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_set_branch_async (f->session, name, ship_test_keep_result, &result);
  return finish (f, &result, error);
}

static void
send (Fixture *f, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_send_async (f->session, text, NULL, NULL, NULL, ship_test_keep_result, &result);
  g_assert_cmpint (ship_session_send_finish (f->session, ship_test_await (&result), NULL), >, 0);
}

typedef struct
{
  ShipSessionRow *row;
  ShipIndexRow   *derived;
  GPtrArray      *journal;
  char           *old_branch;
} Picture;

static gboolean
read_picture (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Picture *picture = data;

  picture->row = ship_session_table_load (db, error);
  picture->derived = ship_index_row_derive (db, error);
  picture->journal = ship_journal_table_list (db, 0, 1000, error);
  return picture->row != NULL && picture->derived != NULL && picture->journal != NULL &&
         ship_session_shelf_table_load_old_branch (db, &picture->old_branch, error);
}

static void
picture_clear (Picture *picture)
{
  g_clear_pointer (&picture->row, ship_session_row_free);
  g_clear_pointer (&picture->derived, ship_index_row_free);
  g_clear_pointer (&picture->journal, g_ptr_array_unref);
  g_clear_pointer (&picture->old_branch, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Picture, picture_clear)

static gboolean
has_note (Picture *picture, const char *text)
{
  for (guint i = 0; i < picture->journal->len; i++)
    if (g_str_equal (((ShipJournalRow *) picture->journal->pdata[i])->text, text))
      return TRUE;
  return FALSE;
}

static void
test_archive (Fixture *f, gconstpointer data)
{
  g_auto (Picture) archived = { NULL };
  g_auto (Picture) restored = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (set_archived (f, TRUE, &error));
  g_assert_true (set_archived (f, TRUE, &error)); /* again: nothing to do */
  session_fixture_run_on_store (f, read_picture, &archived);
  g_assert_cmpint (archived.row->archived_at, >, 0);
  g_assert_cmpint (archived.derived->archived_at, ==, archived.row->archived_at);
  g_assert_true (has_note (&archived, "Archived"));

  g_assert_true (set_archived (f, FALSE, &error));
  session_fixture_run_on_store (f, read_picture, &restored);
  g_assert_cmpint (restored.row->archived_at, ==, 0);
  g_assert_cmpint (restored.row->updated_at, >=, archived.row->archived_at);
}

static void
test_prompt_restores (Fixture *f, gconstpointer data)
{
  g_auto (Picture) picture = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (set_archived (f, TRUE, &error));
  send (f, "Work");
  session_fixture_assert_call (f, "prompt anthropic/m build: Work");
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpint (picture.row->archived_at, ==, 0);

  g_assert_false (set_archived (f, TRUE, &error)); /* at work */
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  session_fixture_close (f);
  session_fixture_assert_call (f, "abort");
}

static gboolean
insert_waiting (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipTaskRow row = { .title = (char *) "t",
                      .prompt = (char *) "Wait",
                      .mode = (char *) "build",
                      .model = (char *) "anthropic/m",
                      .state = (char *) "pending" };

  return ship_task_table_insert (db, &row, NULL, error) &&
         ship_session_shelf_table_apply_archived (db, TRUE, "Archived", 5, error);
}

/* What is archived does not begin to work because somebody looked at it. */
static void
test_archived_queue_waits (Fixture *f, gconstpointer data)
{
  session_fixture_close (f);
  session_fixture_run_on_store (f, insert_waiting, NULL);
  session_fixture_open (f);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_HIBERNATED);
  g_assert_true (ship_session_is_quiet (f->session));
}

static void
git (const char *directory, const char *one, const char *two, const char *three)
{
  const char *const argv[] = { "git", "-C", directory, "-c", "user.name=U", "-c", "user.email=u@e",
                               one,   two,  three,     NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL,
                (char **) argv,
                NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                NULL,
                NULL,
                NULL,
                NULL,
                &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static gboolean
set_place (sqlite3 *db, gpointer repository, GCancellable *cancellable, GError **error)
{
  g_autofree char *sql =
    g_strdup_printf ("UPDATE session SET repository = '%s'", (const char *) repository);

  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* A repository with the session's branch; the session is told of it and opened again. (transfer
 * full) */
static char *
give_repository (Fixture *f)
{
  char *repository = g_build_filename (f->root, "repo", NULL);

  g_assert_cmpint (g_mkdir_with_parents (repository, 0700), ==, 0);
  git (repository, "init", "--quiet", "--initial-branch=main");
  git (repository, "commit", "--allow-empty", "--message=First");
  return repository;
}

static gboolean
has_branch (const char *repository, const char *name)
{
  g_autofree char *path = g_build_filename (repository, ".git", "refs", "heads", name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_branch (Fixture *f, gconstpointer data)
{
  g_autofree char *repository = give_repository (f);
  g_auto (Picture) picture = { NULL };
  g_autoptr (GError) error = NULL;

  git (repository, "branch", "ship-x", NULL);
  git (repository, "branch", "taken", NULL);
  session_fixture_close (f);
  session_fixture_run_on_store (f, set_place, repository);
  session_fixture_open (f);

  g_assert_false (set_branch (f, "a..b", &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (set_branch (f, "taken", &error));
  g_assert_nonnull (strstr (error->message, "There is a branch"));
  g_clear_error (&error);
  g_assert_true (has_branch (repository, "ship-x"));

  g_assert_true (set_branch (f, "renamed", &error));
  g_assert_true (set_branch (f, "renamed", &error)); /* its own name */
  session_fixture_close (f);
  g_assert_true (has_branch (repository, "renamed"));
  g_assert_false (has_branch (repository, "ship-x"));
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpstr (picture.row->branch, ==, "renamed");
  g_assert_null (picture.old_branch);
  g_assert_true (has_note (&picture, "The branch is called renamed now"));
}

static gboolean
mark (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_session_shelf_table_set_branch (db, "renamed", "ship-x", 7, error);
}

/* The store says that a renaming was under way; git knows nothing, or part of it. */
static void
test_branch_interrupted (Fixture *f, gconstpointer data)
{
  g_autofree char *repository = give_repository (f);

  git (repository, "branch", "ship-x", NULL);
  session_fixture_close (f);
  session_fixture_run_on_store (f, set_place, repository);
  for (guint i = 0; i < 2; i++)
    {
      g_auto (Picture) picture = { NULL };

      session_fixture_run_on_store (f, mark, NULL);
      session_fixture_open (f);
      session_fixture_close (f);
      session_fixture_run_on_store (f, read_picture, &picture);
      g_assert_cmpstr (picture.row->branch, ==, "renamed");
      g_assert_null (picture.old_branch);
      g_assert_true (has_branch (repository, "renamed"));
      g_assert_false (has_branch (repository, "ship-x"));
    }
}

/* …and somebody took the name meanwhile: the branch keeps its old one. */
static void
test_branch_lost (Fixture *f, gconstpointer data)
{
  g_autofree char *repository = give_repository (f);
  g_auto (Picture) picture = { NULL };

  git (repository, "checkout", "--quiet", "-bship-x");
  session_fixture_close (f);
  session_fixture_run_on_store (f, set_place, repository);
  session_fixture_run_on_store (f, mark, NULL);
  session_fixture_open (f);
  session_fixture_close (f);
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpstr (picture.row->branch, ==, "ship-x");
  g_assert_null (picture.old_branch);
  g_assert_true (has_branch (repository, "ship-x"));
}

static gboolean
set_places (sqlite3 *db, gpointer places, GCancellable *cancellable, GError **error)
{
  const char *const *place = places; /* repository, branch, head */
  g_autofree char   *sql =
    g_strdup_printf ("UPDATE session SET repository = '%s', branch = '%s', head_commit = '%s'",
                     place[0],
                     place[1],
                     place[2]);

  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* What the small model calls it, in its first turn. (transfer full): the branch's name after it */
static char *
suggest (Fixture *f, const char *branch, const char *head, const char *expected)
{
  g_autofree char  *repository = give_repository (f);
  const char *const places[] = { repository, branch, head };
  g_autoptr (GError) error = NULL;
  char *name = NULL;

  session_fixture_close (f);
  session_fixture_run_on_store (f, set_places, (gpointer) places);
  session_fixture_open (f);
  send (f, "Do it");
  session_fixture_assert_call (f, "prompt anthropic/m build: Do it");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_title (f->agent, NULL, NULL, "Mend the roof");
  while (g_strcmp0 (name, expected) != 0)
    {
      g_auto (Picture) picture = { NULL };

      while (g_main_context_iteration (NULL, FALSE))
        ;
      session_fixture_run_on_store (f, read_picture, &picture);
      g_free (name);
      name =
        g_strdup (g_str_equal (picture.row->title, "Mend the roof") ? picture.row->branch : "");
    }
  g_assert_true (ship_session_stop (f->session, &error));
  session_fixture_assert_call (f, "abort");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  while (ship_session_get_state (f->session) != SHIP_SESSION_STATE_IDLE)
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&name, g_free);
  session_fixture_close (f);
  {
    g_auto (Picture) picture = { NULL };

    session_fixture_run_on_store (f, read_picture, &picture);
    g_assert_null (picture.old_branch);
    return g_strdup (picture.row->branch);
  }
}

#define BASE "0123456789012345678901234567890123456789"
#define NEXT "1123456789012345678901234567890123456789"
#define OURS "ship-a-session-2026-10-05-01234567"

static void
test_title_renames (Fixture *f, gconstpointer data)
{
  g_autofree char *name = suggest (f, OURS, BASE, "ship-mend-the-roof-2026-10-05-01234567");

  g_assert_cmpstr (name, ==, "ship-mend-the-roof-2026-10-05-01234567");
}

static void
test_title_after_commit (Fixture *f, gconstpointer data)
{
  g_autofree char *name = suggest (f, OURS, NEXT, OURS);

  g_assert_cmpstr (name, ==, OURS);
}

static void
test_title_of_users_branch (Fixture *f, gconstpointer data)
{
  g_autofree char *name = suggest (f, "mine", BASE, "mine");

  g_assert_cmpstr (name, ==, "mine");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/session/shelf/archive", test_archive);
  ADD ("/session/shelf/prompt-restores", test_prompt_restores);
  ADD ("/session/shelf/archived-queue-waits", test_archived_queue_waits);
  ADD ("/session/shelf/branch", test_branch);
  ADD ("/session/shelf/branch-interrupted", test_branch_interrupted);
  ADD ("/session/shelf/branch-lost", test_branch_lost);
  ADD ("/session/shelf/title-renames", test_title_renames);
  ADD ("/session/shelf/title-after-commit", test_title_after_commit);
  ADD ("/session/shelf/title-of-users-branch", test_title_of_users_branch);
  return g_test_run ();
}
