/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-index-tables.h"
#include "session/ship-model-tables.h"
#include "session/ship-session-tables.h"

/* The tables over databases in memory, each made by the built-in migrations. */

typedef struct
{
  sqlite3 *db;
} Fixture;

static void
open_migrated (Fixture *self, GStrv migrations)
{
  g_assert_cmpint (sqlite3_open (":memory:", &self->db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (self->db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL),
                   ==,
                   SQLITE_OK);
  for (guint i = 0; migrations[i] != NULL; i++)
    g_assert_cmpint (sqlite3_exec (self->db, migrations[i], NULL, NULL, NULL), ==, SQLITE_OK);
}

static void
set_up_session (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) migrations = ship_session_tables_dup_migrations ();

  g_assert_cmpint (ship_session_tables_get_version (), ==, (int) g_strv_length (migrations));
  open_migrated (self, migrations);
}

static void
set_up_index (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) migrations = ship_index_tables_dup_migrations ();

  g_assert_cmpint (ship_index_tables_get_version (), ==, (int) g_strv_length (migrations));
  open_migrated (self, migrations);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  /* SQLITE_BUSY if a statement was left open */
  g_assert_cmpint (sqlite3_close (self->db), ==, SQLITE_OK);
}

static gint64
add_task (sqlite3 *db, const char *title, const char *state)
{
  g_autoptr (GError) error = NULL;
  ShipTaskRow row = { .title = (char *) title,
                      .prompt = (char *) "Do it",
                      .mode = (char *) "build",
                      .model = (char *) "rehearsal/rehearsal",
                      .state = (char *) state,
                      .files_changed = -1,
                      .created_at = 5 };
  gint64      id = 0;

  ship_task_table_insert (db, &row, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

static gint64
add_message (sqlite3 *db, const char *agent_id, gint64 task)
{
  g_autoptr (GError) error = NULL;
  ShipMessageRow row = { .agent_id = (char *) agent_id,
                         .agent_session = (char *) "ses_1",
                         .task = task,
                         .role = (char *) "assistant",
                         .usage = SHIP_USAGE_INIT,
                         .created_at = 7 };
  gint64         id = 0;

  ship_message_table_upsert (db, &row, &id, &error);
  g_assert_no_error (error);
  return id;
}

static gint64
add_part (sqlite3 *db, const char *agent_id, gint64 message, const char *kind, const char *status)
{
  g_autoptr (GError) error = NULL;
  ShipPartRow row = { .agent_id = (char *) agent_id,
                      .message = message,
                      .kind = (char *) kind,
                      .text = (char *) "a",
                      .status = (char *) status,
                      .exit_code = -1 };
  gint64      id = 0;

  ship_part_table_upsert (db, &row, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

static void
test_session (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSessionRow) loaded = NULL;
  ShipSessionRow row = { .id = (char *) "0123456789abcdef",
                         .title = (char *) "Ünïcode",
                         .repository = (char *) "/r",
                         .repository_name = (char *) "r",
                         .base_commit = (char *) "c0",
                         .branch = (char *) "ship-x",
                         .head_commit = (char *) "c0",
                         .sandbox = (char *) "local",
                         .model = (char *) "a/b",
                         .mode = (char *) "plan",
                         .state = (char *) "hibernated",
                         .user_name = (char *) "U",
                         .user_email = (char *) "u@example.org",
                         .created_at = 1000000000000,
                         .updated_at = 2 };

  g_assert_null (ship_session_table_load (self->db, &error));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_false (ship_session_table_set_title (self->db, "no row", 3, &error));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_FAILED);
  g_clear_error (&error);

  ship_session_table_insert (self->db, &row, &error);
  g_assert_no_error (error);
  ship_session_table_set_state (self->db, "failed", "No key", "user-action", 9, &error);
  g_assert_no_error (error);
  ship_session_table_set_title (self->db, "New; DROP TABLE session", 10, &error);
  g_assert_no_error (error);
  ship_session_table_set_model (self->db, "c/d", "high", 11, &error);
  g_assert_no_error (error);
  ship_session_table_set_agent_session (self->db, "ses_9", &error);
  g_assert_no_error (error);
  ship_session_table_set_head_commit (self->db, "c1", 12, &error);
  g_assert_no_error (error);

  loaded = ship_session_table_load (self->db, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (loaded->id, ==, row.id);
  g_assert_cmpstr (loaded->title, ==, "New; DROP TABLE session");
  g_assert_null (loaded->base_branch);
  g_assert_cmpstr (loaded->base_commit, ==, "c0");
  g_assert_cmpstr (loaded->head_commit, ==, "c1");
  g_assert_cmpstr (loaded->model, ==, "c/d");
  g_assert_cmpstr (loaded->variant, ==, "high");
  g_assert_cmpstr (loaded->mode, ==, "plan");
  g_assert_cmpstr (loaded->state, ==, "failed");
  g_assert_cmpstr (loaded->detail, ==, "No key");
  g_assert_cmpstr (loaded->error_category, ==, "user-action");
  g_assert_cmpstr (loaded->agent_session, ==, "ses_9");
  g_assert_cmpstr (loaded->user_email, ==, "u@example.org");
  g_assert_cmpint (loaded->created_at, ==, 1000000000000);
  g_assert_cmpint (loaded->updated_at, ==, 12);
}

static void
test_task_queue (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) tasks = NULL;
  g_autoptr (ShipTaskRow) next = NULL;
  g_autoptr (ShipTaskRow) after = NULL;
  g_autoptr (ShipTaskRow) current = NULL;
  gint64 first, second;

  g_assert_null (ship_task_table_load_next (self->db, &error));
  g_assert_no_error (error);
  add_task (self->db, "done", "complete");
  first = add_task (self->db, "first", "pending");
  second = add_task (self->db, "second", "pending");
  g_assert_cmpint (ship_task_table_count_pending (self->db, &error), ==, 2);

  next = ship_task_table_load_next (self->db, &error);
  g_assert_cmpint (next->id, ==, first);
  g_assert_null (ship_task_table_load_current (self->db, &error));
  g_assert_no_error (error);
  ship_task_table_set_started (self->db, first, "sending", "c0", 20, &error);
  g_assert_no_error (error);
  after = ship_task_table_load_next (self->db, &error);
  g_assert_cmpint (after->id, ==, second);
  current = ship_task_table_load_current (self->db, &error);
  g_assert_cmpint (current->id, ==, first);
  g_assert_cmpint (ship_task_table_count_pending (self->db, &error), ==, 1);

  tasks = ship_task_table_list (self->db, &error);
  g_assert_cmpuint (tasks->len, ==, 3);
  g_assert_cmpstr (((ShipTaskRow *) tasks->pdata[0])->title, ==, "done");
  g_assert_cmpint (((ShipTaskRow *) tasks->pdata[2])->id, ==, second);
  g_assert_cmpint (((ShipTaskRow *) tasks->pdata[2])->position,
                   >,
                   ((ShipTaskRow *) tasks->pdata[1])->position);
}

static void
test_task_life (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipTaskRow) fresh = NULL;
  g_autoptr (ShipTaskRow) failed = NULL;
  g_autoptr (ShipTaskRow) again = NULL;
  gint64 id = add_task (self->db, "t", "pending");

  fresh = ship_task_table_load (self->db, id, &error);
  g_assert_cmpint (fresh->files_changed, ==, -1);
  g_assert_cmpint (fresh->started_at, ==, 0);
  g_assert_null (fresh->to_commit);
  ship_task_table_set_started (self->db, id, "sending", "c0", 20, &error);
  ship_task_table_set_state (self->db, id, "running", &error);
  ship_task_table_set_ended (self->db, id, "failed", "c1", 0, "It broke", "transient", 30, &error);
  g_assert_no_error (error);
  failed = ship_task_table_load (self->db, id, &error);
  g_assert_cmpstr (failed->state, ==, "failed");
  g_assert_cmpstr (failed->from_commit, ==, "c0");
  g_assert_cmpstr (failed->to_commit, ==, "c1");
  g_assert_cmpint (failed->files_changed, ==, 0);
  g_assert_cmpstr (failed->error, ==, "It broke");
  g_assert_cmpstr (failed->error_category, ==, "transient");
  g_assert_cmpint (failed->started_at, ==, 20);
  g_assert_cmpint (failed->ended_at, ==, 30);

  ship_task_table_set_started (self->db, id, "sending", "c1", 40, &error);
  g_assert_no_error (error);
  again = ship_task_table_load (self->db, id, &error);
  g_assert_null (again->error);
  g_assert_null (again->to_commit);
  g_assert_cmpint (again->ended_at, ==, 0);

  g_assert_null (ship_task_table_load (self->db, 999, &error));
  g_assert_no_error (error);
  g_assert_false (ship_task_table_set_state (self->db, 999, "running", &error));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_FAILED);
}

static void
test_message (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) of_task = NULL;
  gint64          task = add_task (self->db, "t", "running");
  gint64          later = add_message (self->db, "msg_2", task);
  gint64          earlier = add_message (self->db, "msg_1", 0);
  gint64          again = 0;
  ShipMessageRow  row = { .agent_id = (char *) "msg_2",
                          .agent_session = (char *) "ses_1",
                          .task = task,
                          .role = (char *) "assistant",
                          .provider = (char *) "anthropic",
                          .model = (char *) "m",
                          .usage = { 1, 0, -1, 3, -1, 0.5 },
                          .finish = (char *) "stop",
                          .created_at = 8,
                          .completed_at = 9 };
  ShipMessageRow *loaded;

  ship_message_table_upsert (self->db, &row, &again, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again, ==, later);
  g_assert_cmpint (ship_message_table_find (self->db, "msg_1", &error), ==, earlier);
  g_assert_cmpint (ship_message_table_find (self->db, "msg_9", &error), ==, 0);
  g_assert_no_error (error);

  all = ship_message_table_list (self->db, 0, &error);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpint (((ShipMessageRow *) all->pdata[0])->id, ==, earlier);
  g_assert_cmpint (((ShipMessageRow *) all->pdata[0])->usage.input, ==, -1);
  g_assert_cmpfloat (((ShipMessageRow *) all->pdata[0])->usage.reported_cost, <, 0);
  of_task = ship_message_table_list (self->db, task, &error);
  g_assert_cmpuint (of_task->len, ==, 1);
  loaded = of_task->pdata[0];
  g_assert_cmpint (loaded->usage.input, ==, 1);
  g_assert_cmpint (loaded->usage.output, ==, 0);
  g_assert_cmpint (loaded->usage.reasoning, ==, -1);
  g_assert_cmpint (loaded->usage.cache_read, ==, 3);
  g_assert_cmpfloat (loaded->usage.reported_cost, ==, 0.5);
  g_assert_cmpstr (loaded->finish, ==, "stop");
  g_assert_cmpint (loaded->completed_at, ==, 9);
}

static void
test_part (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (ShipPartRow) loaded = NULL;
  gint64      message = add_message (self->db, "msg_1", 0);
  gint64      second = add_part (self->db, "prt_2", message, "text", NULL);
  gint64      id = 0;
  ShipPartRow row = { .agent_id = (char *) "prt_1",
                      .message = message,
                      .kind = (char *) "tool",
                      .tool = (char *) "bash",
                      .status = (char *) "completed",
                      .title = (char *) "ls",
                      .input = (char *) "{}",
                      .output = (char *) "x",
                      .metadata = (char *) "{\"exit\":0}",
                      .exit_code = 0,
                      .child_session = (char *) "ses_2",
                      .is_ended = TRUE,
                      .started_at = 3,
                      .ended_at = 4 };

  add_part (self->db, "prt_1", message, "tool", "running");
  ship_part_table_upsert (self->db, &row, &id, &error);
  g_assert_no_error (error);
  loaded = ship_part_table_load (self->db, id, &error);
  g_assert_cmpstr (loaded->text, ==, "");
  g_assert_cmpstr (loaded->tool, ==, "bash");
  g_assert_cmpstr (loaded->status, ==, "completed");
  g_assert_cmpint (loaded->exit_code, ==, 0);
  g_assert_cmpstr (loaded->child_session, ==, "ses_2");
  g_assert_true (loaded->is_ended);
  g_assert_cmpint (loaded->ended_at, ==, 4);

  ship_part_table_append_text (self->db, "prt_2", "bc", &error);
  ship_part_table_append_text (self->db, "prt_2", "d", &error);
  g_assert_no_error (error);
  parts = ship_part_table_list (self->db, message, &error);
  g_assert_cmpuint (parts->len, ==, 2);
  g_assert_cmpint (((ShipPartRow *) parts->pdata[0])->id, ==, id);
  g_assert_cmpint (((ShipPartRow *) parts->pdata[1])->id, ==, second);
  g_assert_cmpstr (((ShipPartRow *) parts->pdata[1])->text, ==, "abcd");
  g_assert_cmpint (((ShipPartRow *) parts->pdata[1])->exit_code, ==, -1);

  ship_part_table_remove (self->db, "prt_2", &error);
  g_assert_no_error (error);
  g_assert_null (ship_part_table_load (self->db, second, &error));
  g_assert_no_error (error);
  g_assert_false (ship_part_table_append_text (self->db, "prt_2", "d", &error));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_FAILED);
  g_clear_error (&error);
  row.message = 77;
  g_assert_false (ship_part_table_upsert (self->db, &row, &id, &error));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_FAILED);
}

static void
test_interrupt (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  gint64 message = add_message (self->db, "msg_1", 0);

  add_part (self->db, "prt_1", message, "text", NULL);
  add_part (self->db, "prt_2", message, "tool", "running");
  add_part (self->db, "prt_3", message, "tool", "pending");
  add_part (self->db, "prt_4", message, "tool", "error");
  ship_part_table_interrupt_all (self->db, 99, &error);
  g_assert_no_error (error);
  parts = ship_part_table_list (self->db, message, &error);
  for (guint i = 0; i < parts->len; i++)
    {
      g_assert_true (((ShipPartRow *) parts->pdata[i])->is_ended);
      g_assert_cmpint (((ShipPartRow *) parts->pdata[i])->ended_at, ==, 99);
    }
  g_assert_null (((ShipPartRow *) parts->pdata[0])->status);
  g_assert_cmpstr (((ShipPartRow *) parts->pdata[1])->status, ==, "interrupted");
  g_assert_cmpstr (((ShipPartRow *) parts->pdata[2])->status, ==, "interrupted");
  g_assert_cmpstr (((ShipPartRow *) parts->pdata[3])->status, ==, "error");
  ship_part_table_interrupt_all (self->db, 100, &error);
  g_ptr_array_unref (parts);
  parts = ship_part_table_list (self->db, message, &error);
  g_assert_cmpint (((ShipPartRow *) parts->pdata[0])->ended_at, ==, 99);
}

static gint64
todo_id (GPtrArray *rows, guint i)
{
  return ((ShipTodoRow *) rows->pdata[i])->id;
}

static void
test_todo (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  ShipTodoRow one = { .content = (char *) "one",
                      .status = (char *) "completed",
                      .priority = (char *) "high" };
  ShipTodoRow two = { .content = (char *) "two", .status = (char *) "pending" };
  gint64      task = add_task (self->db, "t", "running");

  g_ptr_array_add (rows, &two);
  g_ptr_array_add (rows, &one);
  ship_todo_table_replace (self->db, task, "ses_1", rows, &error);
  g_assert_no_error (error);
  first = ship_todo_table_list (self->db, task, &error);
  g_assert_cmpuint (first->len, ==, 2);

  g_ptr_array_remove_index (rows, 0);
  g_ptr_array_add (rows, &two);
  ship_todo_table_replace (self->db, task, "ses_1", rows, &error);
  g_assert_no_error (error);
  second = ship_todo_table_list (self->db, task, &error);
  g_assert_cmpuint (second->len, ==, 2);
  g_assert_cmpstr (((ShipTodoRow *) second->pdata[0])->content, ==, "one");
  g_assert_cmpstr (((ShipTodoRow *) second->pdata[0])->priority, ==, "high");
  g_assert_null (((ShipTodoRow *) second->pdata[1])->priority);
  g_assert_cmpint (todo_id (second, 0), ==, todo_id (first, 1));
  g_assert_cmpint (todo_id (second, 1), ==, todo_id (first, 0));
}

/* Each agent of a task has a list of its own, and an id is not given again after its row is gone.
 */
static void
test_todo_agents (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GPtrArray) own = g_ptr_array_new ();
  g_autoptr (GPtrArray) sub = g_ptr_array_new ();
  ShipTodoRow one = { .content = (char *) "one", .status = (char *) "pending" };
  ShipTodoRow two = { .content = (char *) "two", .status = (char *) "completed" };
  ShipTodoRow three = { .content = (char *) "three", .status = (char *) "pending" };
  gint64      task = add_task (self->db, "t", "running");

  ShipSessionRow session = { .id = (char *) "0123456789abcdef",
                             .title = (char *) "t",
                             .repository = (char *) "/r",
                             .repository_name = (char *) "r",
                             .base_commit = (char *) "c0",
                             .branch = (char *) "b",
                             .head_commit = (char *) "c0",
                             .sandbox = (char *) "local",
                             .model = (char *) "a/b",
                             .mode = (char *) "build",
                             .state = (char *) "idle",
                             .agent_session = (char *) "ses_main",
                             .user_name = (char *) "U",
                             .user_email = (char *) "u@example.org" };

  g_assert_true (ship_session_table_insert (self->db, &session, NULL));
  g_ptr_array_add (own, &one);
  g_ptr_array_add (sub, &two);
  g_assert_true (ship_todo_table_replace (self->db, task, "ses_main", own, NULL));
  g_assert_true (ship_todo_table_replace (self->db, task, "ses_a_child", sub, NULL));
  before = ship_todo_table_list (self->db, task, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (before->len, ==, 2);
  g_assert_cmpstr (((ShipTodoRow *) before->pdata[0])->agent_session, ==, "ses_main");
  g_assert_cmpstr (((ShipTodoRow *) before->pdata[1])->agent_session, ==, "ses_a_child");

  sub->pdata[0] = &three;
  g_assert_true (ship_todo_table_replace (self->db, task, "ses_a_child", sub, NULL));
  after = ship_todo_table_list (self->db, task, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (after->len, ==, 2);
  g_assert_cmpstr (((ShipTodoRow *) after->pdata[1])->content, ==, "three");
  g_assert_cmpint (todo_id (after, 0), ==, todo_id (before, 0));
  g_assert_cmpint (todo_id (after, 1), >, todo_id (before, 1));
}

static void
test_request (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (ShipRequestRow) answered = NULL;
  gint64         task = add_task (self->db, "t", "running");
  gint64         id = 0;
  gint64         same = 0;
  ShipRequestRow row = { .agent_id = (char *) "per_1",
                         .task = task,
                         .permission = (char *) "bash",
                         .title = (char *) "rm x",
                         .details = (char *) "{}",
                         .state = (char *) "open",
                         .created_at = 1 };

  ship_request_table_insert (self->db, &row, &id, &error);
  ship_request_table_insert (self->db, &row, &same, &error);
  g_assert_no_error (error);
  g_assert_cmpint (id, ==, same);
  row.agent_id = (char *) "que_1";
  row.permission = NULL;
  ship_request_table_insert (self->db, &row, NULL, &error);
  g_assert_no_error (error);

  ship_request_table_close (self->db, "per_1", "answered", "allow", 9, &error);
  ship_request_table_close (self->db, "per_1", "withdrawn", NULL, 10, &error);
  g_assert_no_error (error);
  answered = ship_request_table_load (self->db, id, &error);
  g_assert_cmpstr (answered->state, ==, "answered");
  g_assert_cmpstr (answered->answer, ==, "allow");
  g_assert_cmpint (answered->answered_at, ==, 9);
  open = ship_request_table_list_open (self->db, &error);
  g_assert_cmpuint (open->len, ==, 1);
  g_assert_null (((ShipRequestRow *) open->pdata[0])->permission);

  ship_request_table_withdraw_all (self->db, 11, &error);
  g_assert_no_error (error);
  none = ship_request_table_list_open (self->db, &error);
  g_assert_cmpuint (none->len, ==, 0);
}

static char *
request_state (sqlite3 *db, gint64 id)
{
  g_autoptr (ShipRequestRow) row = ship_request_table_load (db, id, NULL);

  return g_strdup_printf ("%s %s", row->state, row->answer != NULL ? row->answer : "-");
}

#define assert_request(db, id, expected)                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *state = request_state (db, id);                                               \
    g_assert_cmpstr (state, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

/* An answer that the agent has stays; one that it never got goes with the request, which comes back
 * when the agent tells it again. */
static void
test_delivery (Fixture *self, gconstpointer data)
{
  gint64         id = 0;
  gint64         same = 0;
  ShipRequestRow row = { .agent_id = (char *) "per_1",
                         .permission = (char *) "bash",
                         .title = (char *) "rm x",
                         .details = (char *) "{}",
                         .state = (char *) "open",
                         .created_at = 1 };
  g_autoptr (ShipRequestRow) loaded = NULL;

  g_assert_true (ship_request_table_insert (self->db, &row, &id, NULL));
  g_assert_true (ship_request_table_close (self->db, "per_1", "answered", "allow", 2, NULL));
  g_assert_true (ship_request_table_reopen (self->db, "per_1", NULL));
  assert_request (self->db, id, "open -");
  g_assert_true (ship_request_table_close (self->db, "per_1", "answered", "deny", 3, NULL));
  g_assert_true (ship_request_table_withdraw_all (self->db, 4, NULL));
  assert_request (self->db, id, "withdrawn deny");

  g_assert_true (ship_request_table_insert (self->db, &row, &same, NULL));
  g_assert_cmpint (same, ==, id);
  assert_request (self->db, id, "open -");
  g_assert_true (ship_request_table_close (self->db, "per_1", "answered", "allow", 5, NULL));
  g_assert_true (ship_request_table_set_delivered (self->db, "per_1", 6, NULL));
  g_assert_true (ship_request_table_reopen (self->db, "per_1", NULL));
  g_assert_true (ship_request_table_withdraw (self->db, "per_1", 7, NULL));
  g_assert_true (ship_request_table_withdraw_all (self->db, 8, NULL));
  g_assert_true (ship_request_table_insert (self->db, &row, NULL, NULL));
  assert_request (self->db, id, "answered allow");
  loaded = ship_request_table_load (self->db, id, NULL);
  g_assert_cmpint (loaded->delivered_at, ==, 6);
}

static void
test_rule (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) rules = NULL;
  const ShipRuleRow *rule;
  gint64             first = 0;

  g_assert_true (ship_rule_table_set (self->db, "bash", "*", "ask", 1, &first, NULL));
  g_assert_true (ship_rule_table_set (self->db, "bash", "git *", "allow", 2, NULL, NULL));
  g_assert_true (ship_rule_table_set (self->db, "edit", "*", "deny", 3, NULL, NULL));
  g_assert_true (ship_rule_table_set (self->db, "bash", "*", "deny", 4, NULL, NULL));
  g_assert_true (ship_rule_table_remove (self->db, "edit", "*", NULL));
  g_assert_true (ship_rule_table_remove (self->db, "edit", "*", NULL));
  g_assert_false (ship_rule_table_set (self->db, "bash", NULL, "ask", 5, NULL, NULL));
  rules = ship_rule_table_list (self->db, NULL);
  g_assert_cmpuint (rules->len, ==, 2);
  rule = rules->pdata[1];
  g_assert_cmpstr (rule->pattern, ==, "*");
  g_assert_cmpstr (rule->action, ==, "deny");
  g_assert_cmpint (rule->created_at, ==, 4);
  g_assert_cmpint (rule->id, !=, first);
}

static void
test_exchange (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gint64          task = add_task (self->db, "t", "running");
  ShipUsage       usage;
  double          cost = -5;
  int             n_unknown = -5;
  ShipExchangeRow row = { .task = task,
                          .provider = (char *) "anthropic",
                          .model = (char *) "m",
                          .status = 200,
                          .usage = { 10, 20, -1, 5, -1, -1.0 },
                          .cost = 0.25,
                          .started_at = 1,
                          .duration_ms = 2 };

  ship_exchange_table_sum (self->db, 0, &usage, &cost, &n_unknown, &error);
  g_assert_no_error (error);
  g_assert_cmpint (usage.input, ==, -1);
  g_assert_cmpfloat (cost, ==, 0);
  g_assert_cmpint (n_unknown, ==, 0);

  ship_exchange_table_insert (self->db, &row, NULL, &error);
  row.cost = -3.0;
  row.is_estimate = TRUE;
  ship_exchange_table_insert (self->db, &row, NULL, &error);
  row.task = 0;
  row.cost = 0.5;
  ship_exchange_table_insert (self->db, &row, NULL, &error);
  g_assert_no_error (error);

  ship_exchange_table_sum (self->db, 0, &usage, &cost, &n_unknown, &error);
  g_assert_no_error (error);
  g_assert_cmpint (usage.input, ==, 30);
  g_assert_cmpint (usage.output, ==, 60);
  g_assert_cmpint (usage.reasoning, ==, -1);
  g_assert_cmpint (usage.cache_read, ==, 15);
  g_assert_cmpfloat (cost, ==, 0.75);
  g_assert_cmpint (n_unknown, ==, 1);
  ship_exchange_table_sum (self->db, task, &usage, &cost, &n_unknown, &error);
  g_assert_cmpfloat (cost, ==, 0.25);
  g_assert_cmpint (usage.output, ==, 40);

  rows = ship_exchange_table_list (self->db, task, &error);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpfloat (((ShipExchangeRow *) rows->pdata[1])->cost, <, 0);
  g_assert_true (((ShipExchangeRow *) rows->pdata[1])->is_estimate);
  g_assert_cmpint (((ShipExchangeRow *) rows->pdata[1])->usage.reasoning, ==, -1);
}

static void
test_journal (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rest = NULL;
  g_autoptr (GPtrArray) limited = NULL;
  gint64 first = 0;

  ship_journal_table_insert (self->db, "state", "waking", 0, 1, &first, &error);
  ship_journal_table_insert (self->db, "step", "sandbox", 3, 2, NULL, &error);
  ship_journal_table_insert (self->db, "notice", "hello", 0, 3, NULL, &error);
  g_assert_no_error (error);
  rest = ship_journal_table_list (self->db, first, 0, &error);
  g_assert_cmpuint (rest->len, ==, 2);
  g_assert_cmpstr (((ShipJournalRow *) rest->pdata[0])->text, ==, "sandbox");
  g_assert_cmpint (((ShipJournalRow *) rest->pdata[0])->task, ==, 3);
  limited = ship_journal_table_list (self->db, 0, 1, &error);
  g_assert_cmpuint (limited->len, ==, 1);
  g_assert_cmpstr (((ShipJournalRow *) limited->pdata[0])->kind, ==, "state");
}

static void
upsert_index (sqlite3 *db, const char *id, gint64 updated_at, gint64 archived_at, double cost)
{
  g_autoptr (GError) error = NULL;
  ShipIndexRow row = { .id = (char *) id,
                       .title = (char *) "T",
                       .repository = (char *) "/r",
                       .repository_name = (char *) "r",
                       .branch = (char *) "b",
                       .state = (char *) "idle",
                       .model = (char *) "a/b",
                       .cost = cost,
                       .is_cost_known = TRUE,
                       .n_pending = 1,
                       .n_requests = 2,
                       .created_at = updated_at,
                       .updated_at = updated_at,
                       .archived_at = archived_at };

  ship_index_table_upsert (db, &row, &error);
  g_assert_no_error (error);
}

static void
test_index (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) archived = NULL;
  g_autoptr (ShipIndexRow) old = NULL;

  upsert_index (self->db, "a", 10, 0, 0.5);
  upsert_index (self->db, "b", 20, 0, -1);
  upsert_index (self->db, "z", 15, 99, 0);
  upsert_index (self->db, "a", 30, 0, 0.75);
  upsert_index (self->db, "z", 16, 98, 0);
  upsert_index (self->db, "y", 17, 99, 0);
  upsert_index (self->db, "y", 17, 0, 0); /* restored */

  rows = ship_index_table_list (self->db, FALSE, &error);
  g_assert_cmpuint (rows->len, ==, 3);
  g_assert_cmpstr (((ShipIndexRow *) rows->pdata[0])->id, ==, "a");
  g_assert_cmpfloat (((ShipIndexRow *) rows->pdata[0])->cost, ==, 0.75);
  g_assert_cmpint (((ShipIndexRow *) rows->pdata[0])->created_at, ==, 10);
  g_assert_cmpint (((ShipIndexRow *) rows->pdata[0])->n_requests, ==, 2);
  g_assert_cmpfloat (((ShipIndexRow *) rows->pdata[1])->cost, <, 0);
  archived = ship_index_table_list (self->db, TRUE, &error);
  g_assert_cmpuint (archived->len, ==, 1);
  g_assert_cmpint (((ShipIndexRow *) archived->pdata[0])->archived_at, ==, 98);
  g_assert_cmpint (((ShipIndexRow *) archived->pdata[0])->updated_at, ==, 16);

  old = ship_index_table_load (self->db, "b", &error);
  g_assert_nonnull (old);
  ship_index_table_delete (self->db, "b", &error);
  g_assert_no_error (error);
  g_assert_null (ship_index_table_load (self->db, "b", &error));
  g_assert_no_error (error);
}

static void
test_ledger (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  ShipLedgerRow  *row;
  ShipExchangeRow exchange = { .provider = (char *) "anthropic",
                               .model = (char *) "m",
                               .status = 200,
                               .usage = { 10, 20, 1, -1, 5, -1.0 },
                               .cost = 0.25 };

  ship_ledger_table_add (self->db, "2026-01-01", "s", &exchange, &error);
  ship_ledger_table_add (self->db, "2026-01-02", "s", &exchange, &error);
  exchange.cost = -1;
  ship_ledger_table_add (self->db, "2026-01-02", "s", &exchange, &error);
  exchange.model = (char *) "n";
  ship_ledger_table_add (self->db, "2026-01-02", "s", &exchange, &error);
  g_assert_no_error (error);

  rows = ship_ledger_table_list (self->db, "2026-01-02", &error);
  g_assert_cmpuint (rows->len, ==, 2);
  row = rows->pdata[0];
  g_assert_cmpstr (row->day, ==, "2026-01-02");
  g_assert_cmpstr (row->model, ==, "m");
  g_assert_cmpint (row->n_requests, ==, 2);
  g_assert_cmpint (row->usage.input, ==, 30);
  g_assert_cmpint (row->usage.output, ==, 42);
  g_assert_cmpfloat (row->cost, ==, 0.25);
  g_assert_cmpint (row->n_unknown, ==, 1);
  g_assert_cmpint (row->usage.reasoning, ==, -1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, set_up, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/session/tables/session", set_up_session, test_session);
  ADD ("/session/tables/task-queue", set_up_session, test_task_queue);
  ADD ("/session/tables/task-life", set_up_session, test_task_life);
  ADD ("/session/tables/message", set_up_session, test_message);
  ADD ("/session/tables/part", set_up_session, test_part);
  ADD ("/session/tables/interrupt", set_up_session, test_interrupt);
  ADD ("/session/tables/todo", set_up_session, test_todo);
  ADD ("/session/tables/todo/agents", set_up_session, test_todo_agents);
  ADD ("/session/tables/request", set_up_session, test_request);
  ADD ("/session/tables/request-delivery", set_up_session, test_delivery);
  ADD ("/session/tables/rule", set_up_session, test_rule);
  ADD ("/session/tables/exchange", set_up_session, test_exchange);
  ADD ("/session/tables/journal", set_up_session, test_journal);
  ADD ("/session/tables/index", set_up_index, test_index);
  ADD ("/session/tables/ledger", set_up_index, test_ledger);
  return g_test_run ();
}
