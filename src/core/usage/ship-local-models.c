/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks the model servers that people run on their own machine what they offer. Main thread.
 *
 * A fan-out: one probe for each base URI, all at once. A probe is a chain,
 *
 *   connect   a bare connection, given up after CONNECT_TIMEOUT_MS: usually nobody listens
 *   → ask     GET …/v1/models, which Ollama, llama.cpp and LM Studio all answer
 *
 * A probe that fails has found nothing, which is no error. Cancelling ends all of them; nothing
 * remains.
 */
#include "config.h"

#include "usage/ship-local-models.h"

#include <glib/gi18n-lib.h>

#include "base/ship-json.h"
#include "net/ship-http-client.h"

#define CONNECT_TIMEOUT_MS 400
#define ANSWER_TIMEOUT_S   2
#define MAX_ANSWER_SIZE    (1024 * 1024)
#define MAX_MODELS         200
#define MAX_ID_LENGTH      200
#define MODELS_PATH        "/v1/models"

static const char *const default_base_uris[] = {
  "ollama=http://127.0.0.1:11434",
  "llama.cpp=http://127.0.0.1:8080",
  "lmstudio=http://127.0.0.1:1234",
  NULL,
};

/* The whole search; data of its task. */
typedef struct
{
  ShipHttpClient *client;        /* (owned) */
  GHashTable     *models;        /* (owned) (element-type utf8): a set of "provider/model" */
  guint           n_in_progress; /* one for each probe, and one while they are being started */
} Search;

/* One server. Owned by the call that is under way. */
typedef struct
{
  GTask        *task;        /* (owned): the search's */
  char         *provider;    /* (owned) */
  char         *uri;         /* (owned) */
  GCancellable *cancellable; /* (owned): of the connecting alone */
  gulong        cancelled;   /* handler on the caller's cancellable; 0: none */
  guint         timer;       /* 0: none */
} Probe;

static void
search_free (Search *search)
{
  g_assert (search->n_in_progress == 0);
  g_clear_object (&search->client);
  g_clear_pointer (&search->models, g_hash_table_unref);
  g_free (search);
}

static void
probe_free (Probe *probe)
{
  g_cancellable_disconnect (g_task_get_cancellable (probe->task), probe->cancelled);
  g_clear_handle_id (&probe->timer, g_source_remove);
  g_clear_object (&probe->cancellable);
  g_clear_object (&probe->task);
  g_free (probe->provider);
  g_free (probe->uri);
  g_free (probe);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Probe, probe_free)

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static GStrv
dup_sorted (GHashTable *models)
{
  GPtrArray     *texts = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer       text;

  g_hash_table_iter_init (&iter, models);
  while (g_hash_table_iter_next (&iter, &text, NULL))
    g_ptr_array_add (texts, g_strdup (text));
  g_ptr_array_sort (texts, compare_texts);
  g_ptr_array_add (texts, NULL);
  return (GStrv) g_ptr_array_free (texts, FALSE);
}

/* One part of the search has ended. The last one to end returns from its task. */
static void
finish_part (GTask *task)
{
  Search *search = g_task_get_task_data (task);

  g_assert (search->n_in_progress > 0);
  if (--search->n_in_progress > 0)
    return;
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, dup_sorted (search->models), (GDestroyNotify) g_strfreev);
}

/* Whatever listens there wrote it: only what can be a name is taken. */
static gboolean
is_model_id (const char *id)
{
  gsize length = strlen (id);

  if (length == 0 || length > MAX_ID_LENGTH)
    return FALSE;
  for (const char *p = id; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isgraph (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static void
take_models (Probe *probe, JsonObject *answer)
{
  Search    *search = g_task_get_task_data (probe->task);
  JsonArray *data = ship_json_get_array (answer, "data");

  for (guint i = 0; data != NULL && i < json_array_get_length (data) && i < MAX_MODELS; i++)
    {
      JsonNode   *node = json_array_get_element (data, i);
      const char *id = "";

      if (JSON_NODE_HOLDS_OBJECT (node))
        id = ship_json_get_string (json_node_get_object (node), "id", "");
      if (is_model_id (id))
        g_hash_table_add (search->models, g_strconcat (probe->provider, "/", id, NULL));
    }
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Probe) probe = user_data;
  g_autoptr (ShipHttpResponse) response = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (GError) error = NULL;
  const char *text;
  gsize       length;

  response = ship_http_client_send_finish (SHIP_HTTP_CLIENT (source), result, &error);
  if (response != NULL && response->status == 200)
    {
      text = g_bytes_get_data (response->body, &length);
      answer = ship_json_parse_object (text != NULL ? text : "", (gssize) length, NULL);
    }
  if (answer != NULL)
    take_models (probe, answer);
  finish_part (probe->task);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Probe) probe = user_data;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  GTask           *task = probe->task;
  Search          *search = g_task_get_task_data (task);
  ShipHttpRequest *request;

  connection = g_socket_client_connect_to_uri_finish (G_SOCKET_CLIENT (source), result, &error);
  if (connection == NULL)
    {
      finish_part (task);
      return;
    }
  g_clear_handle_id (&probe->timer, g_source_remove);
  request = ship_http_request_new ("GET", probe->uri);
  ship_http_request_set_timeout (request, ANSWER_TIMEOUT_S);
  ship_http_request_set_max_size (request, MAX_ANSWER_SIZE);
  ship_http_client_send_async (search->client,
                               request,
                               g_task_get_cancellable (task),
                               answered_cb,
                               g_steal_pointer (&probe));
}

static gboolean
connect_timeout_cb (gpointer user_data)
{
  Probe *probe = user_data;

  probe->timer = 0;
  g_cancellable_cancel (probe->cancellable);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* @base_uri: "provider=uri" */
static void
start_probe (GTask *task, const char *base_uri)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GCancellable *cancellable = g_task_get_cancellable (task);
  const char   *equals = strchr (base_uri, '=');
  Probe        *probe = g_new0 (Probe, 1);

  probe->task = g_object_ref (task);
  probe->provider = g_strndup (base_uri, equals - base_uri);
  probe->uri = g_strconcat (equals + 1, MODELS_PATH, NULL);
  probe->cancellable = g_cancellable_new ();
  if (cancellable != NULL)
    probe->cancelled = g_cancellable_connect (cancellable,
                                              G_CALLBACK (cancelled_cb),
                                              g_object_ref (probe->cancellable),
                                              g_object_unref);
  probe->timer = g_timeout_add (CONNECT_TIMEOUT_MS, connect_timeout_cb, probe);
  g_socket_client_set_enable_proxy (client, FALSE);
  ((Search *) g_task_get_task_data (task))->n_in_progress++;
  g_socket_client_connect_to_uri_async (client,
                                        equals + 1,
                                        80,
                                        probe->cancellable,
                                        connected_cb,
                                        probe);
}

static gboolean
check_base_uri (const char *base_uri, GError **error)
{
  const char *equals = strchr (base_uri, '=');

  if (equals != NULL && equals > base_uri && g_uri_is_valid (equals + 1, G_URI_FLAGS_NONE, NULL))
    return TRUE;
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_INVALID_ARGUMENT,
               _ ("“%s” is no address of a model server: it should look like name=http://…"),
               base_uri);
  return FALSE;
}

void
ship_local_models_find_async (const char *const  *base_uris,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  const char *const *uris = base_uris != NULL ? base_uris : default_base_uris;
  GError            *error = NULL;
  Search            *search;

  g_task_set_source_tag (task, ship_local_models_find_async);
  for (guint i = 0; uris[i] != NULL; i++)
    if (!check_base_uri (uris[i], &error))
      {
        g_task_return_error (task, error);
        return;
      }
  search = g_new0 (Search, 1);
  search->client = ship_http_client_new ();
  search->models = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  search->n_in_progress = 1;
  g_task_set_task_data (task, search, (GDestroyNotify) search_free);
  for (guint i = 0; uris[i] != NULL; i++)
    start_probe (task, uris[i]);
  finish_part (task);
}

GStrv
ship_local_models_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_local_models_find_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
