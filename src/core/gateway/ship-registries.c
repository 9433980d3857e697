/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-registries.h"

#include <string.h>

#include "gateway/ship-tool-settings.h"
#include "net/ship-egress-policy.h"
#include "process/ship-process.h"

/*
 * find_async -> one question a tool, all at once, and one worker for files -> when all are done
 */

#define ANSWER_SIZE    65536
#define ANSWER_SECONDS 10

/* What pip uses when nobody says otherwise only pip's own code knows. */
#define PIP_PRESETS                                                                                \
  "from pip._internal.models.index import PyPI\n"                                                  \
  "print(PyPI.simple_url, 'https://' + PyPI.file_storage_domain)"

static const char *const questions[][6] = {
  { "npm", "config", "get", "registry", NULL },
  { "python3", "-m", "pip", "config", "list", NULL },
  { "python3", "-c", PIP_PRESETS, NULL },
  { "go", "env", "GOPROXY", NULL },
};

/* Beside PATH and HOME, what these tools are configured by. */
static const char *const variables[] = { "npm_config_", "NPM_CONFIG_", "PIP_",
                                         "GOPROXY",     "GOENV",       "GOPATH",
                                         "CARGO_",      "PYENV",       "XDG_CONFIG_" };

typedef struct
{
  char      **environment; /* (owned) */
  GHashTable *patterns;    /* (owned) (element-type utf8 utf8) */
  GString    *settings;    /* (owned) */
  guint       n_open;
} Find;

static void
find_free (Find *find)
{
  g_strfreev (find->environment);
  g_hash_table_unref (find->patterns);
  g_string_free (find->settings, TRUE);
  g_free (find);
}

static gboolean
is_end_of_uri (char c)
{
  return c <= ' ' || c >= 0x7f || strchr ("'\"<>,|`{}[]()", c) != NULL;
}

/* Of an https: or http: URI; another port than the scheme's is a part of the pattern. */
static void
add_uri (GHashTable *patterns, const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  g_autofree char *written = NULL;
  char            *pattern;
  int              port;

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return;
  port = g_uri_get_port (uri);
  written = port > 0 ? g_strdup_printf ("%s:%d", g_uri_get_host (uri), port)
                     : g_strdup (g_uri_get_host (uri));
  pattern = ship_egress_pattern_normalize (written, NULL);
  if (pattern != NULL) /* an address, or a name of the local network, is for the user to decide */
    g_hash_table_add (patterns, pattern);
}

void
ship_registries_add_uris (GHashTable *patterns, const char *text)
{
  const char *start = text;

  g_return_if_fail (patterns != NULL);
  g_return_if_fail (text != NULL);

  while ((start = strstr (start, "http")) != NULL)
    {
      const char      *end = start;
      g_autofree char *uri = NULL;

      while (*end != '\0' && !is_end_of_uri (*end))
        end++;
      uri = g_strndup (start, (gsize) (end - start));
      if (g_str_has_prefix (uri, "https://") || g_str_has_prefix (uri, "http://"))
        add_uri (patterns, uri);
      start = end > start ? end : start + 1;
    }
}

/* --- when all is known --- */

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
end_one (GTask *task)
{
  Find          *find = g_task_get_task_data (task);
  GPtrArray     *list;
  GHashTableIter iter;
  gpointer       pattern;

  if (--find->n_open > 0)
    return;
  list = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_iter_init (&iter, find->patterns);
  while (g_hash_table_iter_next (&iter, &pattern, NULL))
    g_ptr_array_add (list, g_strdup (pattern));
  g_ptr_array_sort (list, compare);
  if (find->settings->len > 0)
    g_ptr_array_add (list, g_strdup (g_strchomp (find->settings->str)));
  g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
}

/* --- a tool --- */

typedef struct
{
  const char   *tool;        /* static */
  GTask        *task;        /* (owned) */
  ShipProcess  *process;     /* (owned): killed when this is freed */
  GCancellable *cancellable; /* (owned): of the reading */
  gulong        cancelled;
  guint         timer;
  char          bytes[ANSWER_SIZE];
} Question;

static void
question_free (Question *question)
{
  g_cancellable_disconnect (g_task_get_cancellable (question->task), question->cancelled);
  g_clear_handle_id (&question->timer, g_source_remove);
  g_object_unref (question->process);
  g_object_unref (question->cancellable);
  g_object_unref (question->task);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* pip lists everything it is configured with: proxies and certificates are no registries. */
static void
add_answer (GHashTable *patterns, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], "='") == NULL || strstr (lines[i], "index-url=") != NULL)
      ship_registries_add_uris (patterns, lines[i]);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  Find *find = g_task_get_task_data (question->task);
  gsize n = 0;

  if (g_input_stream_read_all_finish (G_INPUT_STREAM (object), result, &n, NULL) &&
      n < sizeof question->bytes)
    {
      question->bytes[n] = '\0';
      add_answer (find->patterns, question->bytes);
      ship_tool_settings_read (find->settings, question->tool, question->bytes);
    }
  end_one (question->task);
}

static gboolean
too_long_cb (gpointer user_data)
{
  Question *question = user_data;

  question->timer = 0;
  g_cancellable_cancel (question->cancellable);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, GCancellable *reading)
{
  g_cancellable_cancel (reading);
}

static ShipProcess *
spawn (const char *program, const char *const *arguments, Find *find)
{
  ShipProcessSpec *spec = ship_process_spec_new (program);

  for (; *arguments != NULL; arguments++)
    ship_process_spec_add_arg (spec, *arguments);
  for (guint i = 0; find->environment[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (find->environment[i], "=", 2);
      gboolean is_wanted = g_str_equal (pair[0], "PATH") || g_str_equal (pair[0], "HOME");

      for (guint j = 0; j < G_N_ELEMENTS (variables); j++)
        is_wanted |= g_str_has_prefix (pair[0], variables[j]);
      if (is_wanted && pair[1] != NULL)
        ship_process_spec_set_env (spec, pair[0], pair[1]);
    }
  ship_process_spec_set_cwd (spec, "/");
  ship_process_spec_set_pipes (spec, FALSE, TRUE, FALSE);
  return ship_process_spawn (spec, NULL);
}

static void
ask (GTask *task, const char *const *words)
{
  Find            *find = g_task_get_task_data (task);
  g_autofree char *program = g_find_program_in_path (words[0]);
  ShipProcess     *process = program != NULL ? spawn (program, words + 1, find) : NULL;
  Question        *question;

  if (process == NULL)
    return;
  find->n_open++;
  question = g_new0 (Question, 1);
  question->tool = words[0];
  question->task = g_object_ref (task);
  question->process = process;
  question->cancellable = g_cancellable_new ();
  question->timer = g_timeout_add_seconds (ANSWER_SECONDS, too_long_cb, question);
  if (g_task_get_cancellable (task) != NULL)
    question->cancelled = g_cancellable_connect (g_task_get_cancellable (task),
                                                 G_CALLBACK (cancelled_cb),
                                                 g_object_ref (question->cancellable),
                                                 g_object_unref);
  g_input_stream_read_all_async (ship_process_get_stdout (process),
                                 question->bytes,
                                 sizeof question->bytes,
                                 G_PRIORITY_DEFAULT,
                                 question->cancellable,
                                 read_cb,
                                 question);
}

/* --- cargo, which tells nothing: its files --- */

/* What the worker finds. */
typedef struct
{
  GHashTable *patterns; /* (owned) (element-type utf8 utf8) */
  GString    *settings; /* (owned) */
} Files;

static void
files_free (gpointer data)
{
  Files *files = data;

  g_hash_table_unref (files->patterns);
  g_string_free (files->settings, TRUE);
  g_free (files);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Files, files_free)

/* (transfer full) (nullable): what it says */
static char *
add_file (GHashTable *patterns, const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  char            *text = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL))
    ship_registries_add_uris (patterns, text);
  return text;
}

/* The indexes it has used: a directory each, "HOST-HASH", with where its files are. */
static void
add_indexes_thread (GHashTable *patterns, const char *home)
{
  g_autofree char *indexes = g_build_filename (home, "registry", "index", NULL);
  g_autoptr (GDir) dir = g_dir_open (indexes, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      const char      *dash = strrchr (name, '-');
      g_autofree char *uri =
        dash != NULL ? g_strdup_printf ("https://%.*s/", (int) (dash - name), name) : NULL;
      g_autofree char *directory = g_build_filename (indexes, name, NULL);

      if (uri != NULL)
        add_uri (patterns, uri);
      g_free (add_file (patterns, directory, "config.json"));
    }
}

static void
files_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  static const char *const names[] = { "config.toml", "config" }; /* cargo reads one of them */
  Files                   *files = g_new0 (Files, 1);
  const char              *home = data;

  files->patterns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  files->settings = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = add_file (files->patterns, home, names[i]);

      if (text != NULL && files->settings->len == 0)
        ship_tool_settings_read (files->settings, "cargo", text);
    }
  add_indexes_thread (files->patterns, home);
  g_task_return_pointer (task, files, files_free);
}

static void
files_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Find *find = g_task_get_task_data (task);
  g_autoptr (Files) found = g_task_propagate_pointer (G_TASK (result), NULL);
  GHashTableIter iter;
  gpointer       pattern;

  if (found != NULL)
    {
      g_hash_table_iter_init (&iter, found->patterns);
      while (g_hash_table_iter_next (&iter, &pattern, NULL))
        g_hash_table_add (find->patterns, g_strdup (pattern));
      g_string_append (find->settings, found->settings->str);
    }
  end_one (task);
}

static void
look_at_files (GTask *task)
{
  Find       *find = g_task_get_task_data (task);
  const char *home = g_environ_getenv (find->environment, "HOME");
  const char *own = g_environ_getenv (find->environment, "CARGO_HOME");
  g_autoptr (GTask) files = NULL;

  if (home == NULL && own == NULL)
    return;
  find->n_open++;
  files = g_task_new (NULL, g_task_get_cancellable (task), files_cb, g_object_ref (task));
  g_task_set_source_tag (files, look_at_files);
  g_task_set_task_data (files,
                        own != NULL ? g_strdup (own) : g_build_filename (home, ".cargo", NULL),
                        g_free);
  g_task_run_in_thread (files, files_thread);
}

void
ship_registries_find_async (const char *const  *environment,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Find *find = g_new0 (Find, 1);

  g_return_if_fail (environment != NULL);

  find->environment = g_strdupv ((char **) environment);
  find->patterns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  find->settings = g_string_new (NULL);
  find->n_open = 1;
  g_task_set_source_tag (task, ship_registries_find_async);
  g_task_set_task_data (task, find, (GDestroyNotify) find_free);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    ask (task, questions[i]);
  look_at_files (task);
  end_one (task);
}

GPtrArray *
ship_registries_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_registries_find_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
