/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-prompt-prep.h"

#include "agent/ship-agent-chat.h"
#include "sandbox/ship-sandbox-run.h"
#include "session/ship-attachment.h"
#include "session/ship-mention.h"
#include "session/ship-queue-job-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/wait.h>

/*
 *   run -> loaded_cb -> ( forgot_cb )* -> ( put_cb )* -> looked_cb -> (return)
 *
 * Pictures and short texts go along as they are. Anything else is put below the agent's home, where
 * no commit takes it in, and named. A file of the working copy that the prompt names with "@" goes
 * along by its path inside, if it is there: the sandbox is asked, so that it is the agent's own
 * view and nothing of the host.
 */

#define ATTACHMENTS_DIR SHIP_SANDBOX_HOME_DIR "/attachments"
#define MAX_OUTPUT      (64 * 1024)

struct _ShipPromptPrep
{
  GObject parent_instance;

  /* Input. */
  ShipStore   *store;       /* (owned) */
  char        *session_dir; /* (owned) */
  ShipSandbox *sandbox;     /* (owned) (nullable) */
  gint64       task;
  gint64       steer;
  GPtrArray   *mentions;      /* (owned) (element-type ShipMention) */
  ShipAgent   *agent;         /* (owned) (nullable) */
  char        *agent_session; /* (owned) (nullable) */

  /* In progress. */
  GPtrArray *unforgotten; /* (owned) (nullable) (element-type utf8) */
  GPtrArray *rows;        /* (owned) (nullable) (element-type ShipAttachmentRow) */
  GPtrArray *contents;    /* (owned) (nullable) (element-type GBytes): of the rows */
  guint      next;        /* the one that is under way */
  gboolean   is_running;

  /* Result. */
  GString   *addition; /* (owned) */
  GArray    *files;    /* (owned) (element-type ShipAgentFile) */
  GPtrArray *strings;  /* (owned) (element-type utf8): what the files borrow */
};

G_DEFINE_FINAL_TYPE (ShipPromptPrep, ship_prompt_prep, G_TYPE_OBJECT)

static void
ship_prompt_prep_dispose (GObject *object)
{
  ShipPromptPrep *self = SHIP_PROMPT_PREP (object);

  g_assert (!self->is_running);
  g_clear_object (&self->store);
  g_clear_object (&self->sandbox);
  g_clear_object (&self->agent);

  G_OBJECT_CLASS (ship_prompt_prep_parent_class)->dispose (object);
}

static void
ship_prompt_prep_finalize (GObject *object)
{
  ShipPromptPrep *self = SHIP_PROMPT_PREP (object);

  g_free (self->session_dir);
  g_free (self->agent_session);
  g_clear_pointer (&self->mentions, g_ptr_array_unref);
  g_clear_pointer (&self->unforgotten, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->contents, g_ptr_array_unref);
  g_string_free (self->addition, TRUE);
  g_array_unref (self->files);
  g_ptr_array_unref (self->strings);

  G_OBJECT_CLASS (ship_prompt_prep_parent_class)->finalize (object);
}

static void
ship_prompt_prep_class_init (ShipPromptPrepClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_prompt_prep_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_prompt_prep_finalize;
}

static void
ship_prompt_prep_init (ShipPromptPrep *self)
{
  self->addition = g_string_new (NULL);
  self->files = g_array_new (FALSE, FALSE, sizeof (ShipAgentFile));
  self->strings = g_ptr_array_new_with_free_func (g_free);
}

ShipPromptPrep *
ship_prompt_prep_new (ShipStore   *store,
                      const char  *session_dir,
                      ShipSandbox *sandbox,
                      gint64       task,
                      gint64       steer,
                      const char  *text)
{
  ShipPromptPrep *self = g_object_new (SHIP_TYPE_PROMPT_PREP, NULL);

  self->store = g_object_ref (store);
  self->session_dir = g_strdup (session_dir);
  g_set_object (&self->sandbox, sandbox);
  self->task = task;
  self->steer = steer;
  self->mentions = ship_mentions_parse (text);

  return self;
}

void
ship_prompt_prep_set_agent (ShipPromptPrep *self, ShipAgent *agent, const char *agent_session)
{
  g_return_if_fail (SHIP_IS_PROMPT_PREP (self));

  g_set_object (&self->agent, agent);
  g_free (self->agent_session);
  self->agent_session = g_strdup (agent_session);
}

/* --- what it finds --- */

static const char *
keep (ShipPromptPrep *self, char *text)
{
  g_ptr_array_add (self->strings, text);
  return text;
}

/* Takes @url. */
static void
add_file (ShipPromptPrep *self, const char *name, const char *mime, char *url)
{
  ShipAgentFile file = { .name = keep (self, g_strdup (name)),
                         .mime = keep (self, g_strdup (mime)),
                         .url = keep (self, url) };

  g_array_append_val (self->files, file);
}

static void
add_content (ShipPromptPrep *self, const ShipAttachmentRow *row, GBytes *content)
{
  gsize            size;
  const guchar    *data = g_bytes_get_data (content, &size);
  g_autofree char *encoded = g_base64_encode (data, size);

  add_file (self,
            row->name,
            row->mime,
            g_strconcat ("data:", row->mime, ";base64,", encoded, NULL));
}

static char *
dup_path_inside (ShipPromptPrep *self, const ShipAttachmentRow *row)
{
  return g_strdup_printf (ATTACHMENTS_DIR "/%" G_GINT64_FORMAT "/%s", self->task, row->name);
}

static void
name_file (ShipPromptPrep *self, const ShipAttachmentRow *row)
{
  g_autofree char *path = dup_path_inside (self, row);
  g_autofree char *size = g_format_size ((guint64) row->size);

  if (self->addition->len == 0)
    g_string_append (self->addition, "\n\nAttached files, outside the working copy:");
  g_string_append_printf (self->addition, "\n- %s (%s, %s)", path, row->mime, size);
}

/* The type of a picture by its name: OpenCode reads every other file as text. */
static const char *
mime_of_path (const char *path)
{
  static const struct
  {
    const char *suffix;
    const char *mime;
  } types[] = { { ".png", "image/png" },
                { ".jpg", "image/jpeg" },
                { ".jpeg", "image/jpeg" },
                { ".gif", "image/gif" },
                { ".webp", "image/webp" } };
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (lower, types[i].suffix))
      return types[i].mime;

  return "text/plain";
}

static void
add_mention (ShipPromptPrep *self, const ShipMention *mention, gboolean is_directory)
{
  g_autofree char *escaped = g_uri_escape_string (mention->path, "/", FALSE);
  g_autoptr (GString) url = g_string_new ("file://" SHIP_SANDBOX_WORK_DIR "/");

  g_string_append (url, escaped);
  if (mention->first > 0 && !is_directory)
    g_string_append_printf (url, "?start=%d&end=%d", mention->first, mention->last);
  add_file (self,
            mention->path,
            is_directory ? "application/x-directory" : mime_of_path (mention->path),
            g_strdup (url->str));
}

/* --- the steps --- */

/* Ends the run. Takes @error (nullable). */
static void
finish (GTask *task, GError *error)
{
  ShipPromptPrep *self = g_task_get_source_object (task);

  self->is_running = FALSE;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* One letter a line for each that was asked about: d, f, or - for neither. */
static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipPromptPrep *self = g_task_get_source_object (task);
  GError         *error = NULL;
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (SHIP_SANDBOX (object), result, &error);
  const char *letters;
  gsize       size = 0;

  if (run == NULL)
    {
      finish (task, error);
      return;
    }

  letters = g_bytes_get_data (run->output, &size);
  for (guint i = 0; i < self->mentions->len && 2 * i < size; i++)
    if (letters[2 * i] == 'd' || letters[2 * i] == 'f')
      add_mention (self, self->mentions->pdata[i], letters[2 * i] == 'd');
  finish (task, NULL);
}

/* Takes @task. */
static void
start_look (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  ShipPromptPrep     *self = g_task_get_source_object (task);
  GCancellable       *cancellable = g_task_get_cancellable (task);
  ShipSandboxCommand *command;

  if (self->mentions->len == 0 || self->sandbox == NULL)
    {
      finish (task, NULL);
      return;
    }

  command = ship_sandbox_command_new ("/bin/sh",
                                      "-c",
                                      "for p do if [ -d \"./$p\" ]; then echo d; "
                                      "elif [ -f \"./$p\" ]; then echo f; else echo -; fi; done",
                                      "look",
                                      NULL);
  for (guint i = 0; i < self->mentions->len; i++)
    ship_sandbox_command_add_arg (command, ((ShipMention *) self->mentions->pdata[i])->path);
  ship_sandbox_run_async (self->sandbox,
                          command,
                          NULL,
                          MAX_OUTPUT,
                          cancellable,
                          looked_cb,
                          g_steal_pointer (&task));
}

static void start_put (GTask *owned);

static void
put_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipPromptPrep *self = g_task_get_source_object (task);
  GError         *error = NULL;
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (SHIP_SANDBOX (object), result, &error);

  if (run != NULL && (!WIFEXITED (run->wait_status) || WEXITSTATUS (run->wait_status) != 0))
    error = g_error_new (SHIP_SANDBOX_ERROR,
                         SHIP_SANDBOX_ERROR_FAILED,
                         _ ("An attachment could not be put into the sandbox: %s"),
                         run->error_text);
  if (error != NULL)
    {
      finish (task, error);
      return;
    }

  name_file (self, self->rows->pdata[self->next]);
  self->next++;
  start_put (g_steal_pointer (&task));
}

/* Takes @task. */
static void
start_put (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  ShipPromptPrep *self = g_task_get_source_object (task);
  GCancellable   *cancellable = g_task_get_cancellable (task);

  for (; self->next < self->rows->len; self->next++)
    {
      const ShipAttachmentRow *row = self->rows->pdata[self->next];
      GBytes                  *content = self->contents->pdata[self->next];
      g_autofree char         *path = NULL;

      if (ship_attachment_kind_from_mime (row->mime) != SHIP_ATTACHMENT_FILE)
        {
          add_content (self, row, content);
          continue;
        }
      if (self->sandbox == NULL)
        continue;

      path = dup_path_inside (self, row);
      ship_sandbox_run_async (
        self->sandbox,
        ship_sandbox_command_new (
          "/bin/sh",
          "-c",
          "set -eu; umask 077; mkdir -p -- \"${1%/*}\"; rm -f -- \"$1\"; cat > \"$1\"",
          "put",
          path,
          NULL),
        content,
        MAX_OUTPUT,
        cancellable,
        put_cb,
        g_steal_pointer (&task));
      return;
    }

  start_look (g_steal_pointer (&task));
}

static void start_forget (GTask *owned);

static void
noted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_warning ("That a message was taken back could not be noted: %s", error->message);
}

static void
note_forgotten (ShipPromptPrep *self)
{
  ShipQueueJob *job = ship_queue_job_new (SHIP_QUEUE_JOB_FORGET);

  job->agent_id = g_strdup (self->unforgotten->pdata[self->next]);
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        ship_queue_job_run_thread,
                        job,
                        (GDestroyNotify) ship_queue_job_unref,
                        NULL,
                        noted_cb,
                        NULL);
}

/* That it could not be taken back is no reason not to go on. */
static void
forgot_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipPromptPrep *self = g_task_get_source_object (task);
  GError         *error = NULL;

  if (ship_agent_forget_finish (SHIP_AGENT (object), result, &error))
    note_forgotten (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      finish (task, error);
      return;
    }
  else
    g_warning ("A message could not be taken back: %s", error->message);

  g_clear_error (&error);
  self->next++;
  start_forget (g_steal_pointer (&task));
}

/* Takes @task. */
static void
start_forget (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  ShipPromptPrep *self = g_task_get_source_object (task);
  GCancellable   *cancellable = g_task_get_cancellable (task);

  if (self->agent == NULL || self->next >= self->unforgotten->len)
    {
      self->next = 0;
      start_put (g_steal_pointer (&task));
      return;
    }

  ship_agent_forget_async (self->agent,
                           self->agent_session,
                           self->unforgotten->pdata[self->next],
                           cancellable,
                           forgot_cb,
                           g_steal_pointer (&task));
}

/* On the store's thread. The run waits for it, so nothing else touches these fields. */
static gboolean
load_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipPromptPrep *self = data;

  self->unforgotten = ship_steer_table_list_unforgotten (db, error);
  if (self->unforgotten == NULL)
    return FALSE;
  self->rows = ship_attachment_table_list (db, self->task, self->steer, error);
  if (self->rows == NULL)
    return FALSE;

  self->contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < self->rows->len; i++)
    {
      GBytes *content =
        ship_attachment_read_thread (self->rows->pdata[i], self->session_dir, error);

      if (content == NULL)
        return FALSE;
      g_ptr_array_add (self->contents, content);
    }

  return TRUE;
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error);
  if (error != NULL)
    finish (task, error);
  else
    start_forget (g_steal_pointer (&task));
}

void
ship_prompt_prep_run_async (ShipPromptPrep     *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_PROMPT_PREP (self));
  g_return_if_fail (!self->is_running && self->rows == NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_prompt_prep_run_async);
  self->is_running = TRUE;
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        load_thread,
                        self,
                        NULL,
                        NULL,
                        loaded_cb,
                        g_steal_pointer (&task));
}

gboolean
ship_prompt_prep_run_finish (ShipPromptPrep *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_prompt_prep_run_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

const char *
ship_prompt_prep_get_addition (ShipPromptPrep *self)
{
  g_return_val_if_fail (SHIP_IS_PROMPT_PREP (self), "");

  return self->addition->str;
}

const ShipAgentFile *
ship_prompt_prep_get_files (ShipPromptPrep *self, gsize *n_files)
{
  g_return_val_if_fail (SHIP_IS_PROMPT_PREP (self), NULL);

  *n_files = self->files->len;
  return (const ShipAgentFile *) (gpointer) self->files->data;
}
