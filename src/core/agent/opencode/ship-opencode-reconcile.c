/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "agent/opencode/ship-opencode-reconcile.h"

#include <glib/gi18n-lib.h>

#include "agent/opencode/ship-opencode-events.h"
#include "agent/opencode/ship-opencode-messages.h"
#include "agent/ship-agent-error.h"
#include "base/ship-json.h"

/*
 *   run_async → status_cb → start_messages → messages_cb → todos_cb → permissions_cb → questions_cb
 *                                 ↑______________↓ for each page, the newest first
 *   → go_on: child_cb for each sub-agent → (return)
 *
 * A sub-agent has a session of its own, which is told before the one that started it, also when it
 * began and ended unseen. The status of the main session is the last word of all.
 *
 * The status is asked first and told last: idle then means that the messages are whole, and the end
 * of a run that is told as busy comes by the event stream, which is open already. Two things
 * OpenCode keeps for ever are put right: requests of a run that has ended are left out, and what
 * was running when the server died is ended.
 */

#define PAGE_SIZE 100
/* Messages of before that are on disk already. */
#define MAX_PAGES 10
/* The last of those in the newest page: those before are on disk already. */
#define MAX_CHILDREN 20
#define MAX_DEPTH    3

struct _ShipOpencodeReconcile
{
  GObject parent_instance;

  /* Input. */
  ShipOpencodeApi *api;        /* (owned) */
  char            *session_id; /* (owned) */
  char            *escaped_id; /* (owned) */
  guint            depth;      /* 0: of the session that was asked for */

  /* In progress. */
  GPtrArray
    *children;      /* (owned) (nullable) (element-type utf8): sub-agents still to be asked for */
  GPtrArray *pages; /* (owned) (element-type JsonNode): the newest first */
  JsonNode  *todos; /* (owned) (nullable) */
  JsonNode  *permissions; /* (owned) (nullable) */
  JsonNode  *questions;   /* (owned) (nullable) */
  JsonNode  *statuses;    /* (owned) (nullable) */

  /* Result. */
  GPtrArray *events; /* (owned) (element-type ShipAgentEvent) */
};

G_DEFINE_FINAL_TYPE (ShipOpencodeReconcile, ship_opencode_reconcile, G_TYPE_OBJECT)

static void
ship_opencode_reconcile_finalize (GObject *object)
{
  ShipOpencodeReconcile *self = SHIP_OPENCODE_RECONCILE (object);

  g_clear_object (&self->api);
  g_clear_pointer (&self->session_id, g_free);
  g_clear_pointer (&self->escaped_id, g_free);
  g_clear_pointer (&self->pages, g_ptr_array_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_clear_pointer (&self->todos, json_node_unref);
  g_clear_pointer (&self->permissions, json_node_unref);
  g_clear_pointer (&self->questions, json_node_unref);
  g_clear_pointer (&self->statuses, json_node_unref);
  g_clear_pointer (&self->events, g_ptr_array_unref);

  G_OBJECT_CLASS (ship_opencode_reconcile_parent_class)->finalize (object);
}

static void
ship_opencode_reconcile_class_init (ShipOpencodeReconcileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_opencode_reconcile_finalize;
}

static void
ship_opencode_reconcile_init (ShipOpencodeReconcile *self)
{
}

ShipOpencodeReconcile *
ship_opencode_reconcile_new (ShipOpencodeApi *api, const char *session_id)
{
  ShipOpencodeReconcile *self = g_object_new (SHIP_TYPE_OPENCODE_RECONCILE, NULL);

  self->api = g_object_ref (api);
  self->session_id = g_strdup (session_id);
  self->escaped_id = g_uri_escape_string (session_id, NULL, FALSE);
  self->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_agent_event_unref);

  return self;
}

/* The objects of an array that an answer is. */
static JsonObject *
get_object_at (JsonNode *node, guint index)
{
  JsonNode *element = json_array_get_element (json_node_get_array (node), index);

  return JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
}

static guint
get_length (JsonNode *node)
{
  return json_array_get_length (json_node_get_array (node));
}

static JsonObject *
get_status (ShipOpencodeReconcile *self, const char *session_id)
{
  JsonObject *all = json_node_get_object (self->statuses);
  JsonNode   *node = session_id != NULL ? json_object_get_member (all, session_id) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
is_idle (ShipOpencodeReconcile *self, const char *session_id)
{
  JsonObject *status = get_status (self, session_id);

  return status == NULL || g_strcmp0 (ship_json_get_string (status, "type", NULL), "idle") == 0;
}

/* Takes @event; if there is none, keeps @raw instead. */
static void
add_event (ShipOpencodeReconcile *self, ShipAgentEvent *event, const char *name, JsonNode *raw)
{
  if (event == NULL)
    event = ship_opencode_event_new_unknown (name, self->session_id, raw);
  g_ptr_array_add (self->events, event);
}

/* Nothing of an idle session runs, and nothing of an answer that others have followed, whatever a
 * server that was killed has left in its files. */
static void
settle_part (ShipAgentPart *part)
{
  part->is_ended = TRUE;
  if (part->tool_status == SHIP_AGENT_TOOL_PENDING || part->tool_status == SHIP_AGENT_TOOL_RUNNING)
    part->tool_status = SHIP_AGENT_TOOL_INTERRUPTED;
}

static void
add_parts (ShipOpencodeReconcile *self, JsonArray *parts, gboolean is_over)
{
  for (guint i = 0; i < json_array_get_length (parts); i++)
    {
      JsonNode       *node = json_array_get_element (parts, i);
      ShipAgentEvent *event = NULL;

      if (JSON_NODE_HOLDS_OBJECT (node))
        event = ship_opencode_event_new_part (self->session_id, json_node_get_object (node), NULL);
      if (event != NULL && is_over)
        settle_part (event->part);
      add_event (self, event, "message.part.updated", node);
    }
}

/* The index of the last message of a page that is not the user's, who may have added one while the
 * agent is at work; 0: there is none. */
static guint
find_last_answer (JsonNode *page)
{
  for (guint i = get_length (page); i > 1; i--)
    {
      JsonObject *object = get_object_at (page, i - 1);
      JsonObject *info = object != NULL ? ship_json_get_object (object, "info") : NULL;

      if (info != NULL && g_strcmp0 (ship_json_get_string (info, "role", NULL), "assistant") == 0)
        return i - 1;
    }

  return 0;
}

static void
add_messages (ShipOpencodeReconcile *self, JsonNode *page, gboolean is_last_page)
{
  gboolean is_resting = is_idle (self, self->session_id);
  guint    last_answer = find_last_answer (page);

  for (guint i = 0; i < get_length (page); i++)
    {
      JsonObject     *object = get_object_at (page, i);
      JsonObject     *info = object != NULL ? ship_json_get_object (object, "info") : NULL;
      JsonArray      *parts = object != NULL ? ship_json_get_array (object, "parts") : NULL;
      ShipAgentEvent *event = NULL;

      if (info != NULL)
        event = ship_opencode_event_new_message (self->session_id, info, NULL);
      add_event (self,
                 event,
                 "message.updated",
                 json_array_get_element (json_node_get_array (page), i));
      if (parts != NULL)
        add_parts (self, parts, is_resting || !is_last_page || i < last_answer);
    }
}

/* After a run was stopped its requests stay in the list until somebody answers. */
static void
add_requests (ShipOpencodeReconcile *self,
              JsonNode              *list,
              const char            *name,
              ShipAgentEvent *(*func) (JsonObject *request, GError **error))
{
  for (guint i = 0; i < get_length (list); i++)
    {
      JsonObject *object = get_object_at (list, i);

      if (object != NULL && is_idle (self, ship_json_get_string (object, "sessionID", NULL)))
        continue;
      add_event (self,
                 object != NULL ? func (object, NULL) : NULL,
                 name,
                 json_array_get_element (json_node_get_array (list), i));
    }
}

static void
make_events (ShipOpencodeReconcile *self)
{
  JsonObject     *status = get_status (self, self->session_id);
  ShipAgentEvent *event;

  for (guint i = self->pages->len; i > 0; i--)
    add_messages (self, g_ptr_array_index (self->pages, i - 1), i == 1);
  event = ship_opencode_event_new_todos (self->session_id, json_node_get_array (self->todos));
  g_ptr_array_add (self->events, event);
  if (self->depth == 0) /* they are of all sessions */
    {
      add_requests (self,
                    self->permissions,
                    "permission.asked",
                    ship_opencode_event_new_permission);
      add_requests (self, self->questions, "question.asked", ship_opencode_event_new_question);
    }
  event = ship_opencode_event_new_status (self->session_id, status, NULL);
  add_event (self, event, "session.status", self->statuses);
}

/* Takes @task. */
static void
send (GTask *task, const char *path, GAsyncReadyCallback next)
{
  ShipOpencodeReconcile *self = g_task_get_source_object (task);

  ship_opencode_api_call_async (self->api,
                                "GET",
                                path,
                                NULL,
                                g_task_get_cancellable (task),
                                next,
                                task);
}

/* Ends a step: every step calls this first. Returns: (transfer full) */
static JsonNode *
receive (ShipOpencodeReconcile *self,
         GAsyncResult          *result,
         JsonNodeType           type,
         char                 **cursor,
         GError               **error)
{
  g_autoptr (ShipOpencodeReply) reply = ship_opencode_api_call_finish (self->api, result, error);

  if (reply == NULL)
    return NULL;
  if (reply->root == NULL || json_node_get_node_type (reply->root) != type)
    {
      g_set_error_literal (error,
                           SHIP_AGENT_ERROR,
                           SHIP_AGENT_ERROR_PROTOCOL,
                           _ ("The agent gave an answer of an unexpected kind."));
      return NULL;
    }

  if (cursor != NULL)
    *cursor = g_steal_pointer (&reply->next_cursor);

  return g_steal_pointer (&reply->root);
}

/* The sub-agents that a page names, the newest last. (transfer full) */
static GPtrArray *
find_children (ShipOpencodeReconcile *self, JsonNode *page)
{
  GPtrArray *children = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; self->depth < MAX_DEPTH && i < get_length (page); i++)
    {
      JsonObject *object = get_object_at (page, i);
      JsonArray  *parts = object != NULL ? ship_json_get_array (object, "parts") : NULL;

      for (guint j = 0; parts != NULL && j < json_array_get_length (parts); j++)
        {
          JsonNode *node = json_array_get_element (parts, j);
          g_autoptr (ShipAgentPart) part = NULL;

          if (JSON_NODE_HOLDS_OBJECT (node))
            part = ship_opencode_part_parse (json_node_get_object (node), NULL);
          if (part != NULL && part->child_session_id != NULL &&
              !g_str_equal (part->child_session_id, self->session_id))
            g_ptr_array_add (children, g_steal_pointer (&part->child_session_id));
        }
    }
  if (children->len > MAX_CHILDREN)
    g_ptr_array_remove_range (children, 0, children->len - MAX_CHILDREN);

  return children;
}

static void go_on (GTask *task);

static void
child_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeReconcile *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events =
    ship_opencode_reconcile_run_finish (SHIP_OPENCODE_RECONCILE (object), result, &error);

  if (events != NULL)
    g_ptr_array_extend_and_steal (self->events, g_steal_pointer (&events));
  else if (!g_error_matches (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_NOT_FOUND))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  go_on (g_steal_pointer (&task));
}

static void start_messages (GTask *task, const char *cursor);

/* Takes @task. The next sub-agent; when there is none any more, the end. */
static void
go_on (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  ShipOpencodeReconcile *self = g_task_get_source_object (task);
  g_autoptr (ShipOpencodeReconcile) child = NULL;
  g_autofree char *id = NULL;
  GTask           *run;

  if (self->children == NULL)
    self->children = find_children (self, g_ptr_array_index (self->pages, 0));
  if (self->children->len == 0)
    {
      make_events (self);
      g_task_return_pointer (task,
                             g_steal_pointer (&self->events),
                             (GDestroyNotify) g_ptr_array_unref);
      return;
    }

  id = g_ptr_array_steal_index (self->children, 0);
  child = ship_opencode_reconcile_new (self->api, id);
  child->depth = self->depth + 1;
  child->statuses = json_node_ref (self->statuses);
  run = g_task_new (child, g_task_get_cancellable (task), child_cb, g_object_ref (task));
  g_task_set_source_tag (run, ship_opencode_reconcile_run_async);
  start_messages (run, NULL);
}

static void
questions_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeReconcile *self = g_task_get_source_object (task);
  GError                *error = NULL;

  self->questions = receive (self, result, JSON_NODE_ARRAY, NULL, &error);
  if (self->questions == NULL)
    g_task_return_error (task, error);
  else
    go_on (g_steal_pointer (&task));
}

static void
permissions_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeReconcile *self = g_task_get_source_object (task);
  GError                *error = NULL;

  self->permissions = receive (self, result, JSON_NODE_ARRAY, NULL, &error);
  if (self->permissions == NULL)
    g_task_return_error (task, error);
  else
    send (g_steal_pointer (&task), "/question", questions_cb);
}

static void
todos_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeReconcile *self = g_task_get_source_object (task);
  GError                *error = NULL;

  self->todos = receive (self, result, JSON_NODE_ARRAY, NULL, &error);
  if (self->todos == NULL)
    g_task_return_error (task, error);
  else if (self->depth > 0)
    go_on (g_steal_pointer (&task));
  else
    send (g_steal_pointer (&task), "/permission", permissions_cb);
}

static void messages_cb (GObject *object, GAsyncResult *result, gpointer user_data);

/* Takes @task. @cursor: (nullable): where the page before begins */
static void
start_messages (GTask *task, const char *cursor)
{
  ShipOpencodeReconcile *self = g_task_get_source_object (task);
  g_autoptr (GString) path = g_string_new (NULL);

  g_string_printf (path, "/session/%s/message?limit=%d", self->escaped_id, PAGE_SIZE);
  if (cursor != NULL)
    {
      g_string_append (path, "&before=");
      g_string_append_uri_escaped (path, cursor, NULL, FALSE);
    }

  send (task, path->str, messages_cb);
}

static void
messages_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeReconcile *self = g_task_get_source_object (task);
  GError                *error = NULL;
  g_autofree char       *cursor = NULL;
  g_autofree char       *path = NULL;
  JsonNode              *page = receive (self, result, JSON_NODE_ARRAY, &cursor, &error);

  if (page == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_ptr_array_add (self->pages, page);
  if (cursor != NULL && self->pages->len < MAX_PAGES)
    {
      start_messages (g_steal_pointer (&task), cursor);
      return;
    }

  path = g_strdup_printf ("/session/%s/todo", self->escaped_id);
  send (g_steal_pointer (&task), path, todos_cb);
}

static void
status_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeReconcile *self = g_task_get_source_object (task);
  GError                *error = NULL;

  self->statuses = receive (self, result, JSON_NODE_OBJECT, NULL, &error);
  if (self->statuses == NULL)
    g_task_return_error (task, error);
  else
    start_messages (g_steal_pointer (&task), NULL);
}

void
ship_opencode_reconcile_run_async (ShipOpencodeReconcile *self,
                                   GCancellable          *cancellable,
                                   GAsyncReadyCallback    callback,
                                   gpointer               user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_opencode_reconcile_run_async);
  send (g_steal_pointer (&task), "/session/status", status_cb);
}

GPtrArray *
ship_opencode_reconcile_run_finish (ShipOpencodeReconcile *self,
                                    GAsyncResult          *result,
                                    GError               **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_opencode_reconcile_run_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
