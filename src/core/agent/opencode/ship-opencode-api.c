/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "agent/opencode/ship-opencode-api.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "agent/opencode/ship-opencode-id.h"
#include "agent/opencode/ship-opencode-messages.h"
#include "agent/ship-agent-error.h"
#include "base/ship-json.h"
#include "net/ship-http-client.h"

/*
 * One request each, shape "call": the inner HTTP exchange and a conversion. Owned by the agent
 * object and by the tasks under way; main thread.
 *
 * Any path OpenCode does not know is answered with the HTML of its web page and status 200, so the
 * content type of every answer is checked. The event stream has a client of its own: it must not
 * take a connection from the others.
 */

/* The host says nothing: the socket decides. */
#define BASE_URI        "http://opencode.sandbox"
#define USER_NAME       "opencode"
#define TIMEOUT_SECONDS 30
/* Messages carry what commands printed, and pictures as text. */
#define MAX_ANSWER_SIZE (64 * 1024 * 1024)

struct _ShipOpencodeApi
{
  GObject         parent_instance;
  ShipHttpClient *requests;      /* (owned) */
  ShipHttpClient *events;        /* (owned) */
  char           *authorization; /* (owned) */
  char           *directory;     /* (owned): percent-encoded */
  gint64          last_activity;
  guint64         last_id; /* the sort key of the last message named */
};

G_DEFINE_FINAL_TYPE (ShipOpencodeApi, ship_opencode_api, G_TYPE_OBJECT)

void
ship_opencode_reply_free (ShipOpencodeReply *self)
{
  g_clear_pointer (&self->root, json_node_unref);
  g_free (self->next_cursor);
  g_free (self);
}

static void
ship_opencode_api_finalize (GObject *object)
{
  ShipOpencodeApi *self = SHIP_OPENCODE_API (object);

  g_clear_object (&self->requests);
  g_clear_object (&self->events);
  g_clear_pointer (&self->authorization, g_free);
  g_clear_pointer (&self->directory, g_free);

  G_OBJECT_CLASS (ship_opencode_api_parent_class)->finalize (object);
}

static void
ship_opencode_api_class_init (ShipOpencodeApiClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_opencode_api_finalize;
}

static void
ship_opencode_api_init (ShipOpencodeApi *self)
{
}

ShipOpencodeApi *
ship_opencode_api_new (const char *socket_path, const char *password, const char *directory)
{
  ShipOpencodeApi *self = g_object_new (SHIP_TYPE_OPENCODE_API, NULL);
  g_autofree char *pair = g_strconcat (USER_NAME ":", password, NULL);
  g_autofree char *encoded = g_base64_encode ((const guchar *) pair, strlen (pair));

  self->requests = ship_http_client_new_for_socket (socket_path);
  self->events = ship_http_client_new_for_socket (socket_path);
  self->authorization = g_strconcat ("Basic ", encoded, NULL);
  self->directory = g_uri_escape_string (directory, NULL, FALSE);

  return self;
}

char *
ship_opencode_api_new_message_id (ShipOpencodeApi *self)
{
  return ship_opencode_id_new (&self->last_id, "msg", g_get_real_time () / 1000);
}

gint64
ship_opencode_api_get_last_activity (ShipOpencodeApi *self)
{
  return self->last_activity;
}

static ShipHttpRequest *
new_request (ShipOpencodeApi *self, const char *method, const char *path)
{
  g_autofree char *uri = g_strconcat (BASE_URI, path, NULL);
  ShipHttpRequest *request = ship_http_request_new (method, uri);

  ship_http_request_set_header (request, "Authorization", self->authorization);
  ship_http_request_set_header (request, "x-opencode-directory", self->directory);
  ship_http_request_set_timeout (request, TIMEOUT_SECONDS);

  return request;
}

/* Takes @cause. A cancelled request stays cancelled. */
static GError *
convert_error (GError *cause)
{
  g_autoptr (GError) owned = cause;

  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&owned);
  if (g_error_matches (owned, SHIP_HTTP_ERROR, SHIP_HTTP_ERROR_TOO_LARGE))
    return g_error_new_literal (SHIP_AGENT_ERROR,
                                SHIP_AGENT_ERROR_PROTOCOL,
                                _ ("The agent sent more than can be taken in."));

  return g_error_new_literal (SHIP_AGENT_ERROR,
                              SHIP_AGENT_ERROR_LOST,
                              _ ("The agent does not answer."));
}

static gboolean
has_type (ShipHttpResponse *response, const char *type)
{
  const char *value = ship_http_response_get_header (response, "content-type");
  gsize       length = strlen (type);

  return value != NULL && g_ascii_strncasecmp (value, type, length) == 0 &&
         (value[length] == '\0' || value[length] == ';' || value[length] == ' ');
}

/* The type name of an error answer, which is a word of the protocol; the rest of the body is not
 * shown. */
static char *
dup_error_name (ShipHttpResponse *response)
{
  g_autoptr (JsonNode) node = NULL;
  const char *name = NULL;
  gsize       size = 0;
  const char *text = response->body != NULL ? g_bytes_get_data (response->body, &size) : NULL;

  if (size > 0 && has_type (response, "application/json"))
    node = ship_opencode_json_parse (text, size, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    name = ship_json_get_string (json_node_get_object (node), "name", NULL);
  if (name == NULL || strlen (name) > 64 ||
      strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) != strlen (name))
    return g_strdup_printf ("%u", response->status);

  return g_strdup (name);
}

static gboolean
check_status (ShipHttpResponse *response, GError **error)
{
  g_autofree char *name = NULL;

  if (response->status >= 200 && response->status < 300)
    return TRUE;

  switch (response->status)
    {
    case 401:
      g_set_error_literal (error,
                           SHIP_AGENT_ERROR,
                           SHIP_AGENT_ERROR_REFUSED,
                           _ ("The agent did not accept its own password."));
      return FALSE;
    case 404:
      g_set_error_literal (error,
                           SHIP_AGENT_ERROR,
                           SHIP_AGENT_ERROR_NOT_FOUND,
                           _ ("The agent does not know what it was asked about."));
      return FALSE;
    case 409:
      g_set_error_literal (error,
                           SHIP_AGENT_ERROR,
                           SHIP_AGENT_ERROR_BUSY,
                           _ ("The agent is busy."));
      return FALSE;
    default:
      name = dup_error_name (response);
      g_set_error (error,
                   SHIP_AGENT_ERROR,
                   response->status >= 400 && response->status < 500 ? SHIP_AGENT_ERROR_REFUSED
                                                                     : SHIP_AGENT_ERROR_FAILED,
                   /* TRANSLATORS: %s is a technical word, for example BadRequest. */
                   _ ("The agent could not do what it was asked (%s)."),
                   name);
      return FALSE;
    }
}

static ShipOpencodeReply *
read_reply (ShipHttpResponse *response, GError **error)
{
  g_autoptr (ShipOpencodeReply) reply = g_new0 (ShipOpencodeReply, 1);
  gsize       size = 0;
  const char *text;

  if (!check_status (response, error))
    return NULL;

  reply->next_cursor = g_strdup (ship_http_response_get_header (response, "x-next-cursor"));
  text = response->body != NULL ? g_bytes_get_data (response->body, &size) : NULL;
  if (size == 0)
    return g_steal_pointer (&reply);

  if (!has_type (response, "application/json"))
    {
      g_set_error_literal (error,
                           SHIP_AGENT_ERROR,
                           SHIP_AGENT_ERROR_PROTOCOL,
                           _ ("The agent does not know this kind of request."));
      return NULL;
    }
  reply->root = ship_opencode_json_parse (text, size, error);

  return reply->root != NULL ? g_steal_pointer (&reply) : NULL;
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeApi *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response =
    ship_http_client_send_finish (SHIP_HTTP_CLIENT (object), result, &error);
  ShipOpencodeReply *reply;

  if (response == NULL)
    {
      g_task_return_error (task, convert_error (g_steal_pointer (&error)));
      return;
    }

  self->last_activity = g_get_monotonic_time ();
  reply = read_reply (response, &error);
  if (reply == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, reply, (GDestroyNotify) ship_opencode_reply_free);
}

static void
start_call (ShipOpencodeApi    *self,
            ShipHttpRequest    *owned,
            JsonNode           *body,
            GCancellable       *cancellable,
            GAsyncReadyCallback callback,
            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (ShipHttpRequest) request = owned;

  g_task_set_source_tag (task, ship_opencode_api_call_async);
  ship_http_request_set_max_size (request, MAX_ANSWER_SIZE);
  if (body != NULL)
    {
      char *text = ship_json_node_to_text (body);
      g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

      ship_http_request_set_body (request, "application/json", bytes);
    }

  ship_http_client_send_async (self->requests,
                               g_steal_pointer (&request),
                               cancellable,
                               called_cb,
                               g_steal_pointer (&task));
}

void
ship_opencode_api_call_async (ShipOpencodeApi    *self,
                              const char         *method,
                              const char         *path,
                              JsonNode           *body,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  start_call (self, new_request (self, method, path), body, cancellable, callback, user_data);
}

void
ship_opencode_api_call_long_async (ShipOpencodeApi    *self,
                                   const char         *method,
                                   const char         *path,
                                   JsonNode           *body,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  ShipHttpRequest *request = new_request (self, method, path);

  ship_http_request_set_timeout (request, 0);
  start_call (self, request, body, cancellable, callback, user_data);
}

ShipOpencodeReply *
ship_opencode_api_call_finish (ShipOpencodeApi *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_opencode_api_call_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeApi *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (ShipHttpResponse) response =
    ship_http_client_open_finish (SHIP_HTTP_CLIENT (object), result, &stream, &error);

  if (response == NULL)
    {
      g_task_return_error (task, convert_error (g_steal_pointer (&error)));
      return;
    }

  self->last_activity = g_get_monotonic_time ();
  if (!check_status (response, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!has_type (response, "text/event-stream"))
    g_task_return_new_error (task,
                             SHIP_AGENT_ERROR,
                             SHIP_AGENT_ERROR_PROTOCOL,
                             "%s",
                             _ ("The agent has no stream of events."));
  else
    g_task_return_pointer (task, g_steal_pointer (&stream), g_object_unref);
}

void
ship_opencode_api_open_events_async (ShipOpencodeApi    *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  ShipHttpRequest *request = new_request (self, "GET", "/event");

  g_task_set_source_tag (task, ship_opencode_api_open_events_async);
  ship_http_request_set_header (request, "Accept", "text/event-stream");
  ship_http_client_open_async (self->events,
                               request,
                               cancellable,
                               opened_cb,
                               g_steal_pointer (&task));
}

GInputStream *
ship_opencode_api_open_events_finish (ShipOpencodeApi *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_opencode_api_open_events_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
