/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-transcript-writer.h"

#include "session/ship-transcript-batch-private.h"

/*
 * Turns agent events into rows and hands them to the store one frame at a time: what arrives within
 * a frame goes into one batch, a part that is replaced within it is written once, and the next
 * batch is not queued before the last one is done unless somebody asks for a flush. So a fast agent
 * costs one transaction a frame, whatever it says.
 */

#define FRAME_MS              33
#define MAX_UNKNOWN_BYTES     4096
#define MAX_UNKNOWN_NAMES     256
#define MAX_STREAMS           4096
#define MAX_TOOL_OUTPUT_BYTES (256 * 1024)

struct _ShipTranscriptWriter
{
  GObject              parent_instance;
  ShipStore           *store;   /* (owned) */
  ShipSecrets         *secrets; /* (owned) */
  gint64               task;
  ShipTranscriptBatch *batch; /* (owned): being filled */
  GHashTable *last_ops; /* (owned) (element-type utf8 ShipTranscriptOp): the batch's last op of a
                           part; both borrowed from the batch */
  GHashTable *streams;  /* (owned) (element-type utf8 ShipRedactingText): of parts still growing */
  GHashTable *unknown_names; /* (owned) (element-type utf8): kinds of event already noted */
  guint       timer;
  guint       n_in_flight;
  gboolean    is_interrupted;
};

enum
{
  CHANGED,
  DELTA,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipTranscriptWriter, ship_transcript_writer, G_TYPE_OBJECT)

static void
ship_transcript_writer_dispose (GObject *object)
{
  ShipTranscriptWriter *self = SHIP_TRANSCRIPT_WRITER (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->last_ops, g_hash_table_unref);
  g_clear_pointer (&self->streams, g_hash_table_unref);
  g_clear_pointer (&self->unknown_names, g_hash_table_unref);
  g_clear_pointer (&self->batch, ship_transcript_batch_unref);
  g_clear_pointer (&self->secrets, ship_secrets_unref);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (ship_transcript_writer_parent_class)->dispose (object);
}

static void
ship_transcript_writer_class_init (ShipTranscriptWriterClass *klass)
{
  GType type = SHIP_TYPE_TRANSCRIPT_WRITER;

  G_OBJECT_CLASS (klass)->dispose = ship_transcript_writer_dispose;

  signals[CHANGED] = g_signal_new ("changed",
                                   type,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   2,
                                   G_TYPE_STRING,
                                   G_TYPE_INT64);
  signals[DELTA] = g_signal_new ("delta",
                                 type,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 3,
                                 G_TYPE_INT64,
                                 G_TYPE_UINT64,
                                 G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed",
                                  type,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_ERROR);
}

static void
ship_transcript_writer_init (ShipTranscriptWriter *self)
{
  self->batch = ship_transcript_batch_new ();
  self->last_ops = g_hash_table_new (g_str_hash, g_str_equal);
  self->streams = g_hash_table_new_full (g_str_hash,
                                         g_str_equal,
                                         g_free,
                                         (GDestroyNotify) ship_redacting_text_free);
  self->unknown_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

ShipTranscriptWriter *
ship_transcript_writer_new (ShipStore *store, ShipSecrets *secrets)
{
  ShipTranscriptWriter *self = g_object_new (SHIP_TYPE_TRANSCRIPT_WRITER, NULL);

  self->store = g_object_ref (store);
  self->secrets = ship_secrets_ref (secrets);

  return self;
}

void
ship_transcript_writer_set_task (ShipTranscriptWriter *self, gint64 task)
{
  g_return_if_fail (SHIP_IS_TRANSCRIPT_WRITER (self));

  self->task = task;
  self->is_interrupted = FALSE;
}

void
ship_transcript_writer_interrupt (ShipTranscriptWriter *self)
{
  g_return_if_fail (SHIP_IS_TRANSCRIPT_WRITER (self));

  self->is_interrupted = TRUE;
}

static void
emit_op (ShipTranscriptWriter *self, ShipTranscriptOp *op)
{
  if (!op->is_written)
    return;

  if (op->kind == SHIP_TRANSCRIPT_OP_DELTA)
    g_signal_emit (self, signals[DELTA], 0, op->row, op->offset, op->delta->str);
  else
    g_signal_emit (self, signals[CHANGED], 0, op->table, op->row);
}

typedef struct
{
  ShipTranscriptWriter *self;  /* (owned) */
  ShipTranscriptBatch  *batch; /* (owned) */
} Flight;

static void
flight_free (Flight *flight)
{
  g_clear_object (&flight->self);
  g_clear_pointer (&flight->batch, ship_transcript_batch_unref);
  g_free (flight);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flight, flight_free)

static void schedule (ShipTranscriptWriter *self);

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Flight) flight = user_data;
  g_autoptr (GError) error = NULL;

  flight->self->n_in_flight--;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_signal_emit (flight->self, signals[FAILED], 0, error);
  else
    for (guint i = 0; i < flight->batch->ops->len; i++)
      emit_op (flight->self, g_ptr_array_index (flight->batch->ops, i));

  if (flight->self->batch != NULL && flight->self->batch->ops->len > 0)
    schedule (flight->self);
}

void
ship_transcript_writer_flush (ShipTranscriptWriter *self)
{
  Flight *flight;

  g_return_if_fail (SHIP_IS_TRANSCRIPT_WRITER (self));

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->batch->ops->len == 0)
    return;

  flight = g_new0 (Flight, 1);
  flight->self = g_object_ref (self);
  flight->batch = g_steal_pointer (&self->batch);
  flight->batch->now_ms = g_get_real_time () / 1000;
  self->batch = ship_transcript_batch_new ();
  g_hash_table_remove_all (self->last_ops);
  self->n_in_flight++;
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        ship_transcript_batch_write_thread,
                        ship_transcript_batch_ref (flight->batch),
                        (GDestroyNotify) ship_transcript_batch_unref,
                        NULL,
                        written_cb,
                        flight);
}

static gboolean
timer_cb (gpointer user_data)
{
  ShipTranscriptWriter *self = user_data;

  self->timer = 0;
  ship_transcript_writer_flush (self);

  return G_SOURCE_REMOVE;
}

static void
schedule (ShipTranscriptWriter *self)
{
  if (self->timer == 0 && self->n_in_flight == 0)
    self->timer = g_timeout_add (FRAME_MS, timer_cb, self);
}

static void
add (ShipTranscriptWriter *self, ShipTranscriptOp *op)
{
  g_ptr_array_add (self->batch->ops, op);
  schedule (self);
}

static char *
redact (ShipTranscriptWriter *self, const char *text)
{
  return text != NULL ? ship_secrets_redact (self->secrets, text) : NULL;
}

/* The end of a long output says more than its beginning; cut at a character, and only when it is
 * redacted: half a secret is not found. */
static char *
redact_output (ShipTranscriptWriter *self, const char *text)
{
  g_autofree char *whole = redact (self, text);
  gsize            length = whole != NULL ? strlen (whole) : 0;
  const char      *end;

  if (length <= MAX_TOOL_OUTPUT_BYTES)
    return g_steal_pointer (&whole);

  end = whole + length - MAX_TOOL_OUTPUT_BYTES;
  while (((guchar) *end & 0xc0) == 0x80)
    end++;
  return g_strdup (end);
}

/* Whose it is may be missing in what the agent sends, and the store wants it said. */
static char *
dup_agent_session (ShipAgentEvent *event)
{
  return g_strdup (event->session_id != NULL ? event->session_id : "");
}

static const char *
tool_status_word (ShipTranscriptWriter *self, ShipAgentToolStatus status)
{
  if (status == SHIP_AGENT_TOOL_ERROR && self->is_interrupted)
    return "interrupted";

  switch (status)
    {
    case SHIP_AGENT_TOOL_NONE:
      return NULL;
    case SHIP_AGENT_TOOL_PENDING:
      return "pending";
    case SHIP_AGENT_TOOL_RUNNING:
      return "running";
    case SHIP_AGENT_TOOL_COMPLETED:
      return "completed";
    case SHIP_AGENT_TOOL_ERROR:
      return "error";
    case SHIP_AGENT_TOOL_INTERRUPTED:
      return "interrupted";
    }

  return NULL;
}

static const char *
part_kind_word (const ShipAgentPart *part)
{
  switch (part->kind)
    {
    case SHIP_AGENT_PART_TEXT:
      return "text";
    case SHIP_AGENT_PART_REASONING:
      return "reasoning";
    case SHIP_AGENT_PART_TOOL:
      return "tool";
    case SHIP_AGENT_PART_FILE:
      return "file";
    case SHIP_AGENT_PART_COMPACTION:
      return "compaction";
    case SHIP_AGENT_PART_STEP_START:
    case SHIP_AGENT_PART_STEP_FINISH:
    case SHIP_AGENT_PART_SUBTASK:
    case SHIP_AGENT_PART_OTHER:
      return part->type_name;
    }

  return part->type_name;
}

static void
take_message (ShipTranscriptWriter *self, ShipAgentEvent *event)
{
  const ShipAgentMessage *message = event->message;
  ShipTranscriptOp       *op = ship_transcript_op_new (SHIP_TRANSCRIPT_OP_MESSAGE, self->task);
  ShipMessageRow         *row = g_new0 (ShipMessageRow, 1);

  row->agent_id = g_strdup (message->id);
  row->agent_session = dup_agent_session (event);
  row->task = self->task;
  row->role = g_strdup (message->is_user ? "user" : "assistant");
  row->provider = g_strdup (message->provider);
  row->model = g_strdup (message->model);
  row->mode = g_strdup (message->mode);
  row->usage = message->usage;
  row->finish = g_strdup (message->finish);
  if (message->fault != NULL)
    {
      row->error = redact (self, message->fault->text);
      row->error_category = g_strdup (ship_error_class_to_category (message->fault->error_class));
    }
  row->created_at = message->created_ms;
  row->completed_at = message->completed_ms;
  op->message = row;
  add (self, op);
}

static void
take_part (ShipTranscriptWriter *self, ShipAgentEvent *event)
{
  const ShipAgentPart *part = event->part;
  ShipTranscriptOp    *op = ship_transcript_op_new (SHIP_TRANSCRIPT_OP_PART, self->task);
  ShipTranscriptOp    *last = g_hash_table_lookup (self->last_ops, part->id);
  ShipPartRow         *row = g_new0 (ShipPartRow, 1);

  row->agent_id = g_strdup (part->id);
  row->kind = g_strdup (part_kind_word (part));
  row->text = redact (self, part->text != NULL ? part->text : "");
  row->tool = g_strdup (part->tool);
  row->status = g_strdup (tool_status_word (self, part->tool_status));
  row->title = redact (self, part->title);
  row->input = redact (self, part->input);
  row->output = redact_output (self, part->output);
  row->metadata = redact_output (self, part->metadata);
  row->exit_code = part->exit_code;
  row->child_session = g_strdup (part->child_session_id);
  row->is_ended = part->is_ended;
  row->started_at = part->started_ms;
  row->ended_at = part->ended_ms;
  op->part = row;
  op->message_agent_id = g_strdup (part->message_id);
  op->agent_session = dup_agent_session (event);

  /* A part replaces what it was: within one frame the older form need not be written at all. */
  if (last != NULL)
    {
      g_hash_table_remove (self->last_ops, part->id);
      g_ptr_array_remove (self->batch->ops, last);
    }
  g_hash_table_remove (self->streams, part->id);
  add (self, op);
  g_hash_table_insert (self->last_ops, row->agent_id, op);
}

static void
take_delta (ShipTranscriptWriter *self, ShipAgentEvent *event)
{
  ShipTranscriptOp  *last = g_hash_table_lookup (self->last_ops, event->part_id);
  ShipRedactingText *stream = g_hash_table_lookup (self->streams, event->part_id);
  g_autofree char   *text = NULL;

  if (event->field != NULL && !g_str_equal (event->field, "text"))
    return;

  if (stream == NULL)
    {
      if (g_hash_table_size (self->streams) >= MAX_STREAMS)
        return; /* nobody writes so many at once; what is whole is stored all the same */

      stream = ship_redacting_text_new (self->secrets);
      g_hash_table_insert (self->streams, g_strdup (event->part_id), stream);
    }
  text = ship_redacting_text_feed (stream, event->text != NULL ? event->text : "");
  if (text[0] == '\0')
    return;

  if (last == NULL || last->kind != SHIP_TRANSCRIPT_OP_DELTA)
    {
      /* A part written earlier in this frame stays: the delta comes after it. */
      last = ship_transcript_op_new (SHIP_TRANSCRIPT_OP_DELTA, self->task);
      last->agent_id = g_strdup (event->part_id);
      last->delta = g_string_new (NULL);
      add (self, last);
      g_hash_table_insert (self->last_ops, last->agent_id, last);
    }
  g_string_append (last->delta, text);
}

static void
take_todos (ShipTranscriptWriter *self, ShipAgentEvent *event)
{
  ShipTranscriptOp *op;

  if (self->task == 0)
    return;

  op = ship_transcript_op_new (SHIP_TRANSCRIPT_OP_TODOS, self->task);
  op->agent_session = dup_agent_session (event);
  op->todos = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_todo_row_free);
  for (guint i = 0; i < event->todos->len; i++)
    {
      const ShipAgentTodo *todo = g_ptr_array_index (event->todos, i);
      ShipTodoRow         *row = g_new0 (ShipTodoRow, 1);

      row->content = redact (self, todo->content);
      row->status = g_strdup (todo->status);
      row->priority = g_strdup (todo->priority);
      g_ptr_array_add (op->todos, row);
    }
  add (self, op);
}

void
ship_transcript_writer_add_request (ShipTranscriptWriter *self,
                                    ShipAgentEvent       *event,
                                    const char           *answer)
{
  const ShipAgentRequest *request = event->request;
  ShipTranscriptOp       *op = ship_transcript_op_new (SHIP_TRANSCRIPT_OP_REQUEST, self->task);
  ShipRequestRow         *row = g_new0 (ShipRequestRow, 1);

  row->agent_id = g_strdup (request->id);
  row->task = self->task;
  row->agent_session = g_strdup (event->session_id);
  row->kind = g_strdup (request->permission != NULL ? "permission" : "question");
  row->permission = g_strdup (request->permission);
  row->title = redact (self, request->title);
  row->details = redact (self, request->details);
  row->state = g_strdup (answer != NULL ? "answered" : "open");
  row->answer = g_strdup (answer);
  row->created_at = g_get_real_time () / 1000;
  row->answered_at = answer != NULL ? row->created_at : 0;
  op->request = row;
  add (self, op);
}

void
ship_transcript_writer_answer_request (ShipTranscriptWriter *self,
                                       const char           *agent_id,
                                       const char           *answer)
{
  ShipTranscriptOp *op = ship_transcript_op_new (SHIP_TRANSCRIPT_OP_REQUEST_CLOSED, self->task);

  op->agent_id = g_strdup (agent_id);
  op->text = g_strdup (answer);
  add (self, op);
}

static void
take_unknown (ShipTranscriptWriter *self, ShipAgentEvent *event)
{
  g_autofree char *name = g_strndup (event->name, MAX_UNKNOWN_BYTES);
  g_autofree char *whole = NULL;
  g_autofree char *redacted = NULL;
  g_autofree char *text = NULL;

  /* The names come from inside, and there is no end of them. */
  if (g_hash_table_size (self->unknown_names) >= MAX_UNKNOWN_NAMES ||
      !g_hash_table_add (self->unknown_names, g_steal_pointer (&name)))
    return;

  whole = g_strdup_printf ("%s %s", event->name, event->raw != NULL ? event->raw : "");
  redacted = redact (self, whole);
  text = g_utf8_make_valid (redacted, (gssize) strnlen (redacted, MAX_UNKNOWN_BYTES));
  ship_transcript_writer_note (self, "unknown-event", text);
}

void
ship_transcript_writer_take_event (ShipTranscriptWriter *self, ShipAgentEvent *event)
{
  ShipTranscriptOp *op;

  g_return_if_fail (SHIP_IS_TRANSCRIPT_WRITER (self));
  g_return_if_fail (event != NULL);

  switch (event->kind)
    {
    case SHIP_AGENT_EVENT_MESSAGE:
      take_message (self, event);
      break;
    case SHIP_AGENT_EVENT_PART:
      take_part (self, event);
      break;
    case SHIP_AGENT_EVENT_PART_DELTA:
      take_delta (self, event);
      break;
    case SHIP_AGENT_EVENT_PART_REMOVED:
      op = ship_transcript_op_new (SHIP_TRANSCRIPT_OP_PART_REMOVED, self->task);
      op->agent_id = g_strdup (event->part_id);
      add (self, op);
      break;
    case SHIP_AGENT_EVENT_TODOS:
      take_todos (self, event);
      break;
    case SHIP_AGENT_EVENT_COMPACTED:
      ship_transcript_writer_note (self,
                                   "notice",
                                   "The conversation was summarised to fit the model's context.");
      break;
    case SHIP_AGENT_EVENT_UNKNOWN:
      take_unknown (self, event);
      break;
    case SHIP_AGENT_EVENT_PERMISSION:
    case SHIP_AGENT_EVENT_QUESTION:
    case SHIP_AGENT_EVENT_REQUEST_CLOSED:
    case SHIP_AGENT_EVENT_IGNORED:
    case SHIP_AGENT_EVENT_STATUS:
    case SHIP_AGENT_EVENT_FILE_EDITED:
    case SHIP_AGENT_EVENT_SESSION:
    case SHIP_AGENT_EVENT_SESSION_ERROR:
      break;
    }
}

void
ship_transcript_writer_note (ShipTranscriptWriter *self, const char *kind, const char *text)
{
  ShipTranscriptOp *op;

  g_return_if_fail (SHIP_IS_TRANSCRIPT_WRITER (self));
  g_return_if_fail (kind != NULL && text != NULL);

  op = ship_transcript_op_new (SHIP_TRANSCRIPT_OP_JOURNAL, self->task);
  op->journal_kind = g_strdup (kind);
  op->text = redact (self, text);
  add (self, op);
}
