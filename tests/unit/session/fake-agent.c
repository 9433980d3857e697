/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-agent.h"

#include "agent/ship-agent-private.h"
#include "sandbox/ship-sandbox-error.h"

#define AGENT_SESSION "ses_fake"

struct _FakeAgent
{
  ShipAgent parent_instance;
  guint     n_failures;
  int       failure;
  guint     n_messages;
  GQueue    calls;        /* (element-type utf8) */
  char     *opened_title; /* (owned) (nullable) */
  GTask    *catch_up;     /* (owned) (nullable): a reconcile that waits for its end */
  GError   *connection;   /* (owned) (nullable): why it cannot be reached */
  gboolean  is_frozen;    /* a connect is never answered */
  gint64    clock_ms;
};

typedef struct
{
  ShipAgentClass parent_class;
} FakeAgentClass;

G_DEFINE_TYPE (FakeAgent, fake_agent, SHIP_TYPE_AGENT)

static void
note (ShipAgent *agent, char *line)
{
  g_queue_push_tail (&((FakeAgent *) agent)->calls, line);
}

static void
answer_later (ShipAgent          *agent,
              GCancellable       *cancellable,
              GAsyncReadyCallback callback,
              gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (agent, cancellable, callback, user_data);

  g_task_return_boolean (task, TRUE);
}

static gboolean
finish_boolean (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_task_return_error_if_cancelled (user_data);
  return G_SOURCE_REMOVE;
}

static void
connect_async (ShipAgent          *agent,
               GCancellable       *cancellable,
               GAsyncReadyCallback callback,
               gpointer            user_data)
{
  FakeAgent *self = (FakeAgent *) agent;
  g_autoptr (GTask) task = g_task_new (agent, cancellable, callback, user_data);

  note (agent, g_strdup ("connect"));
  if (self->is_frozen)
    {
      g_autoptr (GSource) source = g_cancellable_source_new (cancellable);

      g_source_set_callback (source,
                             G_SOURCE_FUNC (cancelled_cb),
                             g_steal_pointer (&task),
                             g_object_unref);
      g_source_attach (source, NULL);
    }
  else if (self->connection != NULL)
    g_task_return_error (task, g_error_copy (self->connection));
  else
    g_task_return_boolean (task, TRUE);
}

static void
disconnect (ShipAgent *agent)
{
}

static void
reconcile_async (ShipAgent          *agent,
                 const char         *session_id,
                 GCancellable       *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer            user_data)
{
  FakeAgent *self = (FakeAgent *) agent;

  g_assert_null (self->catch_up);
  self->catch_up = g_task_new (agent, cancellable, callback, user_data);
  note (agent, g_strdup_printf ("reconcile %s", session_id));
}

static void
open_session_async (ShipAgent          *agent,
                    const char         *session_id,
                    const char         *title,
                    GCancellable       *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer            user_data)
{
  g_free (((FakeAgent *) agent)->opened_title);
  ((FakeAgent *) agent)->opened_title = g_strdup (title);
  answer_later (agent, cancellable, callback, user_data);
}

static char *
open_session_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error) ? g_strdup (AGENT_SESSION) : NULL;
}

static char *
describe_files (const ShipAgentPrompt *prompt)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < prompt->n_files; i++)
    g_string_append_printf (text,
                            " [%s %s %s]",
                            prompt->files[i].name,
                            prompt->files[i].mime,
                            prompt->files[i].url);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
prompt_async (ShipAgent             *agent,
              const char            *session_id,
              const ShipAgentPrompt *prompt,
              GCancellable          *cancellable,
              GAsyncReadyCallback    callback,
              gpointer               user_data)
{
  g_autofree char *files = describe_files (prompt);

  if (prompt->message_id != NULL)
    note (agent, g_strdup_printf ("steer %s: %s%s", prompt->message_id, prompt->text, files));
  else
    note (agent,
          g_strdup_printf ("prompt %s/%s%s%s %s: %s%s",
                           prompt->provider,
                           prompt->model,
                           prompt->variant != NULL ? "@" : "",
                           prompt->variant != NULL ? prompt->variant : "",
                           prompt->mode,
                           prompt->text,
                           files));
  answer_later (agent, cancellable, callback, user_data);
}

static void
command_async (ShipAgent             *agent,
               const char            *session_id,
               const char            *command,
               const ShipAgentPrompt *prompt,
               GCancellable          *cancellable,
               GAsyncReadyCallback    callback,
               gpointer               user_data)
{
  note (agent, g_strdup_printf ("command %s: %s", command, prompt->text));
  answer_later (agent, cancellable, callback, user_data);
}

static void
list_commands_async (ShipAgent          *agent,
                     GCancellable       *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer            user_data)
{
  answer_later (agent, cancellable, callback, user_data);
}

static GStrv
list_commands_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  static const char *const commands[] = { "init", "review", NULL };

  return g_task_propagate_boolean (G_TASK (result), error) ? g_strdupv ((char **) commands) : NULL;
}

static char *
new_message_id (ShipAgent *agent)
{
  return g_strdup_printf ("msg_said_%u", ++((FakeAgent *) agent)->n_messages);
}

static void
forget_async (ShipAgent          *agent,
              const char         *session_id,
              const char         *message_id,
              GCancellable       *cancellable,
              GAsyncReadyCallback callback,
              gpointer            user_data)
{
  note (agent, g_strdup_printf ("forget %s", message_id));
  answer_later (agent, cancellable, callback, user_data);
}

static void
abort_async (ShipAgent          *agent,
             const char         *session_id,
             GCancellable       *cancellable,
             GAsyncReadyCallback callback,
             gpointer            user_data)
{
  note (agent, g_strdup ("abort"));
  answer_later (agent, cancellable, callback, user_data);
}

static void
answer_request (ShipAgent          *agent,
                GCancellable       *cancellable,
                GAsyncReadyCallback callback,
                gpointer            user_data)
{
  FakeAgent *self = (FakeAgent *) agent;
  g_autoptr (GTask) task = NULL;

  if (self->n_failures == 0)
    {
      answer_later (agent, cancellable, callback, user_data);
      return;
    }
  self->n_failures--;
  task = g_task_new (agent, cancellable, callback, user_data);
  g_task_return_new_error (task, SHIP_AGENT_ERROR, self->failure, "failed on purpose");
}

static void
answer_permission_async (ShipAgent          *agent,
                         const char         *request_id,
                         gboolean            allow,
                         const char         *message,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  note (agent,
        allow ? g_strdup_printf ("allow %s", request_id)
              : g_strdup_printf ("deny %s: %s", request_id, message));
  answer_request (agent, cancellable, callback, user_data);
}

static void
answer_question_async (ShipAgent          *agent,
                       const char         *request_id,
                       const char *const  *answers,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autofree char *joined =
    answers != NULL ? g_strjoinv ("|", (char **) answers) : g_strdup ("reject");

  note (agent, g_strdup_printf ("answer %s: %s", request_id, joined));
  answer_request (agent, cancellable, callback, user_data);
}

static void
fake_agent_finalize (GObject *object)
{
  g_queue_clear_full (&((FakeAgent *) object)->calls, g_free);
  g_clear_error (&((FakeAgent *) object)->connection);
  g_free (((FakeAgent *) object)->opened_title);

  G_OBJECT_CLASS (fake_agent_parent_class)->finalize (object);
}

static void
fake_agent_class_init (FakeAgentClass *klass)
{
  ShipAgentClass *agent_class = SHIP_AGENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_agent_finalize;
  agent_class->connect_async = connect_async;
  agent_class->connect_finish = finish_boolean;
  agent_class->disconnect = disconnect;
  agent_class->reconcile_async = reconcile_async;
  agent_class->reconcile_finish = finish_boolean;
  agent_class->open_session_async = open_session_async;
  agent_class->open_session_finish = open_session_finish;
  agent_class->prompt_async = prompt_async;
  agent_class->prompt_finish = finish_boolean;
  agent_class->command_async = command_async;
  agent_class->command_finish = finish_boolean;
  agent_class->list_commands_async = list_commands_async;
  agent_class->list_commands_finish = list_commands_finish;
  agent_class->new_message_id = new_message_id;
  agent_class->forget_async = forget_async;
  agent_class->forget_finish = finish_boolean;
  agent_class->abort_async = abort_async;
  agent_class->abort_finish = finish_boolean;
  agent_class->answer_permission_async = answer_permission_async;
  agent_class->answer_permission_finish = finish_boolean;
  agent_class->answer_question_async = answer_question_async;
  agent_class->answer_question_finish = finish_boolean;
}

static void
fake_agent_init (FakeAgent *self)
{
  self->clock_ms = 1000;
}

FakeAgent *
fake_agent_new (void)
{
  return g_object_new (FAKE_TYPE_AGENT, NULL);
}

char *
fake_agent_take_call (FakeAgent *self)
{
  while (self->calls.length == 0)
    g_main_context_iteration (NULL, TRUE);

  return g_queue_pop_head (&self->calls);
}

guint
fake_agent_get_n_calls (FakeAgent *self)
{
  return self->calls.length;
}

static void
say (FakeAgent *self, ShipAgentEvent *event)
{
  event->session_id = g_strdup (AGENT_SESSION);
  ship_agent_emit_event (SHIP_AGENT (self), event);
  ship_agent_event_unref (event);
}

void
fake_agent_set_clock (FakeAgent *self, gint64 now_ms)
{
  self->clock_ms = now_ms;
}

void
fake_agent_say_status (FakeAgent *self, ShipAgentStatus status)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_STATUS, "session.status");

  event->status = status;
  say (self, event);
}

void
fake_agent_say_message (FakeAgent     *self,
                        const char    *id,
                        gboolean       is_completed,
                        const char    *fault,
                        ShipErrorClass error_class)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_MESSAGE, "message.updated");

  event->message = g_new0 (ShipAgentMessage, 1);
  event->message->id = g_strdup (id);
  event->message->created_ms = self->clock_ms;
  event->message->completed_ms = is_completed ? self->clock_ms + 1000 : 0;
  event->message->usage = (ShipUsage) SHIP_USAGE_INIT;
  if (fault != NULL)
    {
      event->message->fault = g_new0 (ShipAgentFault, 1);
      event->message->fault->name = g_strdup ("APIError");
      event->message->fault->text = g_strdup (fault);
      event->message->fault->error_class = error_class;
    }
  say (self, event);
}

void
fake_agent_say_prompt (FakeAgent *self, const char *id)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_MESSAGE, "message.updated");

  event->message = g_new0 (ShipAgentMessage, 1);
  event->message->id = g_strdup (id);
  event->message->is_user = TRUE;
  event->message->created_ms = self->clock_ms;
  event->message->usage = (ShipUsage) SHIP_USAGE_INIT;
  say (self, event);
}

void
fake_agent_say_answer (FakeAgent *self, const char *id, const char *parent, gboolean is_completed)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_MESSAGE, "message.updated");

  event->message = g_new0 (ShipAgentMessage, 1);
  event->message->id = g_strdup (id);
  event->message->parent_id = g_strdup (parent);
  event->message->created_ms = self->clock_ms;
  event->message->completed_ms = is_completed ? self->clock_ms + 1000 : 0;
  event->message->usage = (ShipUsage) SHIP_USAGE_INIT;
  say (self, event);
}

static ShipAgentEvent *
part_event_new (const char       *message,
                const char       *part,
                ShipAgentPartKind kind,
                const char       *type_name)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_PART, "message.part.updated");

  event->part = g_new0 (ShipAgentPart, 1);
  event->part->id = g_strdup (part);
  event->part->message_id = g_strdup (message);
  event->part->kind = kind;
  event->part->type_name = g_strdup (type_name);
  event->part->text = g_strdup ("");
  event->part->exit_code = -1;

  return event;
}

void
fake_agent_say_text (FakeAgent  *self,
                     const char *message,
                     const char *part,
                     const char *text,
                     gboolean    is_ended)
{
  ShipAgentEvent *event = part_event_new (message, part, SHIP_AGENT_PART_TEXT, "text");

  g_free (event->part->text);
  event->part->text = g_strdup (text);
  event->part->is_ended = is_ended;
  say (self, event);
}

void
fake_agent_say_delta (FakeAgent *self, const char *message, const char *part, const char *text)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_PART_DELTA, "message.part.delta");

  event->message_id = g_strdup (message);
  event->part_id = g_strdup (part);
  event->field = g_strdup ("text");
  event->text = g_strdup (text);
  say (self, event);
}

void
fake_agent_say_tool (FakeAgent          *self,
                     const char         *message,
                     const char         *part,
                     const char         *tool,
                     ShipAgentToolStatus status)
{
  ShipAgentEvent *event = part_event_new (message, part, SHIP_AGENT_PART_TOOL, "tool");

  event->part->tool = g_strdup (tool);
  event->part->tool_status = status;
  say (self, event);
}

const char *
fake_agent_get_opened_title (FakeAgent *self)
{
  return self->opened_title;
}

void
fake_agent_say_title (FakeAgent *self, const char *session, const char *parent, const char *title)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_SESSION, "session.updated");

  event->session_id = g_strdup (session != NULL ? session : AGENT_SESSION);
  event->parent_id = g_strdup (parent);
  event->text = g_strdup (title);
  ship_agent_emit_event (SHIP_AGENT (self), event);
  ship_agent_event_unref (event);
}

void
fake_agent_ask (FakeAgent *self, const char *request, const char *title)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_QUESTION, "question.asked");

  event->request = g_new0 (ShipAgentRequest, 1);
  event->request->id = g_strdup (request);
  event->request->title = g_strdup (title);
  event->request->details = g_strdup ("{}");
  say (self, event);
}

void
fake_agent_ask_permission (FakeAgent  *self,
                           const char *request,
                           const char *permission,
                           const char *title,
                           const char *details)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_PERMISSION, "permission.asked");

  event->request = g_new0 (ShipAgentRequest, 1);
  event->request->id = g_strdup (request);
  event->request->permission = g_strdup (permission);
  event->request->title = g_strdup (title);
  event->request->details = g_strdup (details);
  say (self, event);
}

void
fake_agent_ask_question (FakeAgent *self, const char *request, const char *details)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_QUESTION, "question.asked");

  event->request = g_new0 (ShipAgentRequest, 1);
  event->request->id = g_strdup (request);
  event->request->title = g_strdup (request);
  event->request->details = g_strdup (details);
  say (self, event);
}

void
fake_agent_fail_answers (FakeAgent *self, ShipAgentError code, guint n_times)
{
  self->failure = code;
  self->n_failures = n_times;
}

void
fake_agent_close_request (FakeAgent *self, const char *request)
{
  ShipAgentEvent *event =
    ship_agent_event_new (SHIP_AGENT_EVENT_REQUEST_CLOSED, "question.replied");

  event->request_id = g_strdup (request);
  say (self, event);
}

void
fake_agent_lose (FakeAgent *self)
{
  g_autoptr (GError) error = g_error_new_literal (SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST, "lost");

  ship_agent_emit_lost (SHIP_AGENT (self), error);
}

void
fake_agent_fall_silent (FakeAgent *self)
{
  g_autoptr (GError) error =
    g_error_new_literal (SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_SILENT, "silent");

  self->is_frozen = TRUE;
  ship_agent_emit_lost (SHIP_AGENT (self), error);
}

void
fake_agent_set_reachable (FakeAgent *self, gboolean is_reachable)
{
  g_clear_error (&self->connection);
  if (!is_reachable)
    self->connection = g_error_new_literal (SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST, "unreachable");
}

void
fake_agent_end_reconcile (FakeAgent *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->catch_up);

  g_task_return_boolean (task, TRUE);
}

/* --- the runtime --- */

struct _FakeRuntime
{
  ShipRuntime parent_instance;
  FakeAgent  *agent;    /* (owned) */
  char       *sentence; /* (owned) (nullable) */
  char       *unknown;  /* (owned) (nullable): a model it has to wake for */
  int         code;
  guint       n_failures; /* to come */
  gboolean    is_awake;
  guint       n_wakes;
  gboolean    is_read_only;
};

G_DEFINE_FINAL_TYPE (FakeRuntime, fake_runtime, SHIP_TYPE_RUNTIME)

static void
wake_async (ShipRuntime          *runtime,
            const ShipSessionRow *session,
            gboolean              is_read_only,
            GCancellable         *cancellable,
            GAsyncReadyCallback   callback,
            gpointer              user_data)
{
  FakeRuntime *self = FAKE_RUNTIME (runtime);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  ship_runtime_set_step (runtime, "Faking");
  self->n_wakes++;
  self->is_read_only = is_read_only;
  self->is_awake = self->n_failures == 0;
  if (self->is_awake)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  self->n_failures--;
  g_task_return_new_error (task, SHIP_SANDBOX_ERROR, self->code, "%s", self->sentence);
}

static void
sleep_async (ShipRuntime *runtime, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (runtime, NULL, callback, user_data);

  FAKE_RUNTIME (runtime)->is_awake = FALSE;
  g_task_return_boolean (task, TRUE);
}

static gboolean
runtime_finish (ShipRuntime *runtime, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static ShipSandbox *
get_sandbox (ShipRuntime *runtime)
{
  return NULL; /* so every turn that is done fails at its commit */
}

static ShipAgent *
get_agent (ShipRuntime *runtime)
{
  return SHIP_AGENT (FAKE_RUNTIME (runtime)->agent);
}

static const char *
get_mirror_path (ShipRuntime *runtime)
{
  return "/nonexistent";
}

static gboolean
learn_model (ShipRuntime *runtime, const char *model)
{
  FakeRuntime     *self = FAKE_RUNTIME (runtime);
  g_autofree char *unknown = g_steal_pointer (&self->unknown);

  if (g_strcmp0 (unknown, model) == 0)
    return FALSE;
  self->unknown = g_steal_pointer (&unknown);
  return TRUE;
}

static void
fake_runtime_finalize (GObject *object)
{
  g_clear_object (&FAKE_RUNTIME (object)->agent);
  g_free (FAKE_RUNTIME (object)->sentence);
  g_free (FAKE_RUNTIME (object)->unknown);

  G_OBJECT_CLASS (fake_runtime_parent_class)->finalize (object);
}

static void
fake_runtime_class_init (FakeRuntimeClass *klass)
{
  ShipRuntimeClass *runtime_class = SHIP_RUNTIME_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_runtime_finalize;
  runtime_class->wake_async = wake_async;
  runtime_class->wake_finish = runtime_finish;
  runtime_class->sleep_async = sleep_async;
  runtime_class->sleep_finish = runtime_finish;
  runtime_class->get_sandbox = get_sandbox;
  runtime_class->get_agent = get_agent;
  runtime_class->get_mirror_path = get_mirror_path;
  runtime_class->learn_model = learn_model;
}

static void
fake_runtime_init (FakeRuntime *self)
{
}

FakeRuntime *
fake_runtime_new (FakeAgent *agent)
{
  FakeRuntime *self = g_object_new (FAKE_TYPE_RUNTIME, NULL);

  self->agent = g_object_ref (agent);

  return self;
}

void
fake_runtime_fail_next_wake (FakeRuntime *self, const char *sentence)
{
  fake_runtime_fail_next_wakes (self, 1, SHIP_SANDBOX_ERROR_UNAVAILABLE, sentence);
}

void
fake_runtime_fail_next_wakes (FakeRuntime *self, guint n, int code, const char *sentence)
{
  g_free (self->sentence);
  self->sentence = g_strdup (sentence);
  self->code = code;
  self->n_failures = n;
}

guint
fake_runtime_get_n_wakes (FakeRuntime *self)
{
  return self->n_wakes;
}

gboolean
fake_runtime_is_awake (FakeRuntime *self)
{
  return self->is_awake;
}

gboolean
fake_runtime_is_read_only (FakeRuntime *self)
{
  return self->is_read_only;
}

void
fake_runtime_forget_model (FakeRuntime *self, const char *model)
{
  g_free (self->unknown);
  self->unknown = g_strdup (model);
}
