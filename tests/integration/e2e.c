/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include "base/ship-tree-remove.h"
#include "ship-test.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_WAIT_S 120

static void
set_directory (const char *root, const char *variable, const char *name)
{
  g_autofree char *path = g_build_filename (root, name, NULL);

  g_assert_no_errno (g_mkdir_with_parents (path, 0700));
  g_setenv (variable, path, TRUE);
}

/* What a failed one left is for whoever looks into it. */
static void
remove_root (int status, void *root)
{
  if (status == 0)
    ship_tree_remove_thread (root, NULL);
  g_free (root);
}

void
e2e_init (int *argc, char ***argv)
{
  /* OpenCode is where the user's data is, before that moves. */
  g_autofree char *data = g_strdup (g_getenv ("XDG_DATA_HOME"));
  g_autofree char *opencode = g_strdup (g_getenv ("SHIP_OPENCODE"));
  g_autofree char *root = NULL;

  g_test_init (argc, argv, NULL);
  if (opencode == NULL)
    opencode = data != NULL
                 ? g_build_filename (data, "ship/agents/opencode-1.18.33/opencode", NULL)
                 : g_build_filename (g_get_home_dir (),
                                     ".local/share/ship/agents/opencode-1.18.33/opencode",
                                     NULL);
  if (!g_file_test (opencode, G_FILE_TEST_IS_EXECUTABLE))
    g_error ("OpenCode is needed at %s: build-aux/test installs it", opencode);

  g_assert_no_errno (prctl (PR_SET_CHILD_SUBREAPER, 1)); /* what outlives its parent comes to us */
  root = g_dir_make_tmp ("e2e-XXXXXX", NULL);
  on_exit (remove_root, g_strdup (root));
  g_setenv ("E2E_ROOT", root, TRUE);
  g_setenv ("SHIP_OPENCODE", opencode, TRUE);
  set_directory (root, "HOME", "home");
  set_directory (root, "XDG_DATA_HOME", "d");
  set_directory (root, "XDG_CACHE_HOME", "c");
  set_directory (root, "XDG_CONFIG_HOME", "cfg");
  set_directory (root, "XDG_RUNTIME_DIR", "r");
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_setenv ("GIT_CONFIG_NOSYSTEM", "1", TRUE);
  g_setenv ("GIT_CONFIG_GLOBAL", "/dev/null", TRUE);
  g_unsetenv ("G_DEBUG"); /* the actor inherits it; third parties warn */
}

E2e *
e2e_new (void)
{
  E2e             *self = g_new0 (E2e, 1);
  g_autofree char *openai = NULL;

  self->root = g_strdup (g_getenv ("E2E_ROOT"));
  self->paths = ship_paths_new ();
  self->llm = fake_llm_new ();
  openai = g_strconcat (fake_llm_get_base_uri (self->llm), "/v1", NULL);
  g_setenv ("ANTHROPIC_BASE_URL", fake_llm_get_base_uri (self->llm), TRUE);
  g_setenv ("OPENAI_BASE_URL", openai, TRUE);
  g_setenv ("ANTHROPIC_API_KEY", E2E_CANARY, TRUE);
  g_setenv ("OPENAI_API_KEY", E2E_CANARY, TRUE);

  return self;
}

void
e2e_free (E2e *self)
{
  g_clear_object (&self->llm);
  g_clear_pointer (&self->paths, ship_paths_unref);
  g_free (self->root);
  g_free (self);
}

char *
e2e_output (const char *directory, const char *program, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  const char      *argument;
  int              status = 0;
  va_list          arguments;

  g_ptr_array_add (argv, (char *) program);
  va_start (arguments, program);
  while ((argument = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (argv, (char *) argument);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);

  g_spawn_sync (directory,
                (char **) argv->pdata,
                NULL,
                G_SPAWN_SEARCH_PATH,
                NULL,
                NULL,
                &output,
                &errors,
                &status,
                &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s: %s", program, error->message, errors);

  return g_steal_pointer (&output);
}

static void
write_file (const char *directory, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_no_errno (g_mkdir_with_parents (parent, 0755));
  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
}

static void
git (const char *directory, const char *first, const char *second, const char *third)
{
  g_free (e2e_output (directory, "git", first, second, third, NULL));
}

char *
e2e_make_repository (E2e *self, const char *name, ...)
{
  char       *path = g_build_filename (self->root, name, NULL);
  const char *file;
  va_list     arguments;

  g_assert_no_errno (g_mkdir_with_parents (path, 0755));
  git (path, "init", "--quiet", "--initial-branch=main");
  git (path, "config", "user.name", "E2E User");
  git (path, "config", "user.email", "e2e@example.invalid");
  va_start (arguments, name);
  while ((file = va_arg (arguments, const char *)) != NULL)
    write_file (path, file, va_arg (arguments, const char *));
  va_end (arguments);
  git (path, "add", "--all", NULL);
  git (path, "commit", "--quiet", "--message=First");

  return path;
}

void
e2e_session_connect (E2eSession *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_client_connect_async (self->client, TRUE, NULL, ship_test_keep_result, &result);
  ship_session_client_connect_finish (self->client, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

E2eSession *
e2e_session_new (E2e *e2e, const char *repository, const char *model)
{
  ShipNewSession what = { 0 };

  what.repository = repository;
  what.title = "End to end";
  what.model = model;
  what.mode = "build";

  return e2e_session_new_as (e2e, &what);
}

E2eSession *
e2e_session_new_as (E2e *e2e, const ShipNewSession *what)
{
  E2eSession *self = g_new0 (E2eSession, 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_create_async (e2e->paths, what, NULL, ship_test_keep_result, &result);
  self->e2e = e2e;
  self->repository = g_strdup (what->repository);
  self->id = ship_session_create_finish (ship_test_await (&result), NULL, &error);
  g_assert_no_error (error);
  self->client = ship_session_client_new (e2e->paths, self->id);
  e2e_session_connect (self);

  return self;
}

void
e2e_session_free (E2eSession *self)
{
  g_autoptr (GAsyncResult) deleted = NULL;
  g_autoptr (GAsyncResult) removed = NULL;
  g_autoptr (GError) error = NULL;

  if (!ship_session_client_is_connected (self->client))
    e2e_session_connect (self);
  ship_session_client_call_async (self->client,
                                  "Delete",
                                  NULL,
                                  NULL,
                                  ship_test_keep_result,
                                  &deleted);
  ship_session_client_call_finish (self->client, ship_test_await (&deleted), NULL);
  e2e_await_no_descendants ();
  ship_session_remove_async (self->e2e->paths, self->id, NULL, ship_test_keep_result, &removed);
  ship_session_remove_finish (ship_test_await (&removed), &error);
  g_assert_no_error (error);
  g_clear_object (&self->client);
  g_free (self->repository);
  g_free (self->id);
  g_free (self);
}

gint64
e2e_session_send (E2eSession *self, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 task;

  ship_session_client_send_async (self->client, text, NULL, NULL, ship_test_keep_result, &result);
  task = ship_session_client_send_finish (self->client, ship_test_await (&result), &error);
  g_assert_no_error (error);

  return task;
}

ShipSessionSnapshot *
e2e_session_read (E2eSession *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ShipSessionSnapshot *snapshot;

  ship_session_snapshot_load_async (self->e2e->paths,
                                    self->id,
                                    NULL,
                                    ship_test_keep_result,
                                    &result);
  snapshot = ship_session_snapshot_load_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);

  return snapshot;
}

static const ShipTaskRow *
find_task (ShipSessionSnapshot *snapshot, gint64 id)
{
  for (guint i = 0; i < snapshot->tasks->len; i++)
    if (((ShipTaskRow *) g_ptr_array_index (snapshot->tasks, i))->id == id)
      return g_ptr_array_index (snapshot->tasks, i);

  return NULL;
}

/* A test's own limit, so that a hang names what it waited for. */
static void
check_patience (gint64 since, E2eSession *self, const char *what)
{
  if (g_get_monotonic_time () - since > MAX_WAIT_S * G_USEC_PER_SEC)
    g_error ("Waited %d s for %s; the session is %s: %s",
             MAX_WAIT_S,
             what,
             ship_session_client_get_state (self->client),
             ship_session_client_get_detail (self->client));
}

static void
pause_loop (void)
{
  gint64 until = g_get_monotonic_time () + 20000;

  while (g_get_monotonic_time () < until)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (1000);
    }
}

void
e2e_session_await_task (E2eSession *self, gint64 task, const char *state)
{
  gint64 since = g_get_monotonic_time ();

  for (;;)
    {
      g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (self);
      const ShipTaskRow *row = find_task (snapshot, task);

      g_assert_nonnull (row);
      if (row->ended_at != 0 && g_str_equal (row->state, state))
        return;
      if (row->ended_at != 0)
        g_error ("The task is %s instead of %s: %s", row->state, state, row->error);
      pause_loop ();
      check_patience (since, self, "a task to end");
    }
}

void
e2e_session_await_state (E2eSession *self, const char *state)
{
  gint64 since = g_get_monotonic_time ();

  while (g_strcmp0 (ship_session_client_get_state (self->client), state) != 0)
    {
      pause_loop ();
      check_patience (since, self, state);
    }
}

void
e2e_session_await_activity (E2eSession *self, const char *activity)
{
  gint64 since = g_get_monotonic_time ();

  while (g_strcmp0 (ship_session_client_get_activity (self->client), activity) != 0)
    {
      pause_loop ();
      check_patience (since, self, activity);
    }
}

void
e2e_session_await_detail (E2eSession *self, const char *text)
{
  gint64 since = g_get_monotonic_time ();

  while (strstr (ship_session_client_get_detail (self->client), text) == NULL)
    {
      pause_loop ();
      check_patience (since, self, text);
    }
}

typedef struct
{
  int  pid;
  int  parent;
  char state;
  char name[32];
} Process;

/* Every process there is, as of now. (transfer full) */
static GArray *
list_processes (void)
{
  GArray *processes = g_array_new (FALSE, FALSE, sizeof (Process));
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *text = NULL;
      Process          process = { 0 };
      const char      *end;

      if (!g_ascii_isdigit (name[0]) || !g_file_get_contents (path, &text, NULL, NULL))
        continue;
      end = strrchr (text, ')');
      if (end == NULL || sscanf (text, "%d (%31[^)]", &process.pid, process.name) != 2 ||
          sscanf (end, ") %c %d", &process.state, &process.parent) != 2)
        continue;
      g_array_append_val (processes, process);
    }

  return processes;
}

/* The session's process; 0: there is none. */
static int
find_actor (E2eSession *self)
{
  g_autoptr (GArray) processes = list_processes ();

  for (guint i = 0; i < processes->len; i++)
    {
      Process         *process = &g_array_index (processes, Process, i);
      g_autofree char *path = g_strdup_printf ("/proc/%d/cmdline", process->pid);
      g_autofree char *line = NULL;
      gsize            length = 0;

      if (strcmp (process->name, "ship-session") == 0 &&
          g_file_get_contents (path, &line, &length, NULL) &&
          memmem (line, length, self->id, strlen (self->id)) != NULL)
        return process->pid;
    }

  return 0;
}

gboolean
e2e_session_signal (E2eSession *self, int signal)
{
  int pid = find_actor (self);

  return pid != 0 && kill (pid, signal) == 0;
}

void
e2e_session_kill (E2eSession *self)
{
  gint64 since = g_get_monotonic_time ();

  if (!e2e_session_signal (self, SIGKILL))
    return;
  /* As long as our client takes it for alive, it does not connect anew. */
  while (ship_session_client_is_connected (self->client))
    {
      pause_loop ();
      check_patience (since, self, "the client to see that its session was killed");
    }
}

/* Whether a descriptor of ours is a socket that is connected to an agent's. */
static gboolean
leads_to_agent (int fd)
{
  struct sockaddr_un address = { 0 };
  socklen_t          length = sizeof address - 1;

  return getpeername (fd, (struct sockaddr *) &address, &length) == 0 &&
         address.sun_family == AF_UNIX && g_str_has_suffix (address.sun_path, "/agent");
}

guint
e2e_session_cut_agent (E2eSession *self)
{
  int              pid = find_actor (self);
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", pid);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  int         process = (int) syscall (SYS_pidfd_open, pid, 0);
  guint       n = 0;
  const char *name;

  g_assert_cmpint (process, >=, 0);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      int fd = (int) syscall (SYS_pidfd_getfd, process, (int) strtol (name, NULL, 10), 0);

      if (fd >= 0 && leads_to_agent (fd))
        n += shutdown (fd, SHUT_RDWR) == 0;
      if (fd >= 0)
        close (fd);
    }
  close (process);

  return n;
}

/* Calls @visit for every living descendant until it returns TRUE; says whether it did. */
static gboolean
visit_descendants (gboolean (*visit) (const Process *process, const char *text, int signal),
                   const char *text,
                   int         signal)
{
  g_autoptr (GArray) processes = list_processes ();
  g_autoptr (GHashTable) family = g_hash_table_new (NULL, NULL);
  gboolean grew = TRUE;

  g_hash_table_add (family, GINT_TO_POINTER (getpid ()));
  while (grew)
    {
      grew = FALSE;
      for (guint i = 0; i < processes->len; i++)
        {
          const Process *process = &g_array_index (processes, Process, i);

          if (!g_hash_table_contains (family, GINT_TO_POINTER (process->parent)) ||
              !g_hash_table_add (family, GINT_TO_POINTER (process->pid)))
            continue;
          grew = TRUE;
          if (process->state != 'Z' && visit (process, text, signal))
            return TRUE;
        }
    }

  return FALSE;
}

static gboolean
has_command_line (const Process *process, const char *text, int signal)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/cmdline", process->pid);
  g_autofree char *line = NULL;
  gsize            length = 0;

  if (!g_file_get_contents (path, &line, &length, NULL))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (line[i] == '\0')
      line[i] = ' ';

  return g_str_has_prefix (line, text);
}

gboolean
e2e_has_descendant (const char *text)
{
  return visit_descendants (has_command_line, text, 0);
}

static gboolean
kill_if_named (const Process *process, const char *name, int signal)
{
  if (strcmp (process->name, name) == 0)
    kill (process->pid, signal);

  return FALSE;
}

void
e2e_kill_descendants (const char *name, int signal)
{
  visit_descendants (kill_if_named, name, signal);
}

typedef struct
{
  E2eProcessFunc func;
  gpointer       user_data;
} Visit;

static gboolean
call_func (const Process *process, const char *data, int signal)
{
  const Visit *visit = (const Visit *) (gconstpointer) data;

  visit->func (process->pid, process->name, visit->user_data);

  return FALSE;
}

void
e2e_foreach_descendant (E2eProcessFunc func, gpointer user_data)
{
  Visit visit = { func, user_data };

  visit_descendants (call_func, (const char *) &visit, 0);
}

void
e2e_session_await_command (E2eSession *self, const char *text)
{
  gint64 since = g_get_monotonic_time ();

  while (!e2e_has_descendant (text))
    {
      pause_loop ();
      check_patience (since, self, text);
    }
}

static gboolean
list_one (const Process *process, const char *list, int signal)
{
  g_string_append_printf ((GString *) list, " %d:%s", process->pid, process->name);
  return FALSE;
}

void
e2e_await_no_descendants (void)
{
  gint64 since = g_get_monotonic_time ();

  for (;;)
    {
      g_autoptr (GString) list = g_string_new (NULL);

      visit_descendants (list_one, (const char *) list, 0);
      if (list->len == 0)
        return;
      if (g_get_monotonic_time () - since > MAX_WAIT_S * G_USEC_PER_SEC)
        g_error ("Left running:%s", list->str);
      pause_loop ();
    }
}
