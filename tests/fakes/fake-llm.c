/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-llm.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "fake-llm-wire.h"

/*
 * The server of the fake model. Owned by a test; runs on the test's main context. A request becomes
 * an exchange, which lives until its connection has finished with it.
 */

struct _FakeLlmStep
{
  FakeLlmAnswer      *answer;    /* (owned) */
  guint               status;    /* 0: an answer; else an HTTP error */
  char               *message;   /* (owned) (nullable): of the error */
  char               *page_type; /* (owned) (nullable): the message is the body, of this type */
  SoupMessageHeaders *headers;   /* (owned): of the error */
  guint               delay_ms;
  gboolean            is_hang;
  gboolean            is_cut;
  gboolean            is_stall;
};

struct _FakeLlm
{
  GObject     parent_instance;
  SoupServer *server;   /* (owned) */
  char       *base_uri; /* (owned) */
  GQueue      script;   /* (element-type FakeLlmStep) */
  GPtrArray  *requests; /* (owned) (element-type FakeLlmRequest) */
  GHashTable *open;     /* (owned) (element-type Exchange): a set */
  GStrv       models;   /* (owned) */
  guint       n_answers;
  guint       aside_status; /* 0: they succeed */
  gboolean    hangs_asides;
};

G_DEFINE_FINAL_TYPE (FakeLlm, fake_llm, G_TYPE_OBJECT)

typedef struct
{
  FakeLlm           *llm;     /* (unowned): ends its exchanges when it goes */
  SoupServerMessage *message; /* (owned) */
  FakeLlmStep       *step;    /* (owned) */
  GPtrArray         *pieces;  /* (owned) (nullable) (element-type utf8) */
  guint              next;
  guint              timer;
} Exchange;

static void
step_free (gpointer data)
{
  FakeLlmStep *step = data;

  fake_llm_answer_free (step->answer);
  g_free (step->message);
  g_free (step->page_type);
  soup_message_headers_unref (step->headers);
  g_free (step);
}

static void
request_free (gpointer data)
{
  FakeLlmRequest *request = data;

  g_free (request->method);
  g_free (request->path);
  g_free (request->body);
  g_hash_table_unref (request->headers);
  g_free (request);
}

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_clear_handle_id (&exchange->timer, g_source_remove);
  g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  g_clear_object (&exchange->message);
  g_clear_pointer (&exchange->pieces, g_ptr_array_unref);
  step_free (exchange->step);
  g_free (exchange);
}

static FakeLlmStep *
step_new (void)
{
  FakeLlmStep *step = g_new0 (FakeLlmStep, 1);

  step->answer = fake_llm_answer_new ();
  step->headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);

  return step;
}

static void
keep_header (const char *name, const char *value, gpointer user_data)
{
  g_hash_table_insert (user_data, g_ascii_strdown (name, -1), g_strdup (value));
}

static FakeLlmRequest *
keep_request (FakeLlm *self, SoupServerMessage *message)
{
  FakeLlmRequest  *request = g_new0 (FakeLlmRequest, 1);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  GUri            *uri = soup_server_message_get_uri (message);
  const char      *query = g_uri_get_query (uri);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);

  request->method = g_strdup (soup_server_message_get_method (message));
  request->path = g_strconcat (g_uri_get_path (uri),
                               query != NULL ? "?" : NULL,
                               query != NULL ? query : "",
                               NULL);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  soup_message_headers_foreach (soup_server_message_get_request_headers (message),
                                keep_header,
                                request->headers);
  request->body = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_ptr_array_add (self->requests, request);

  return request;
}

static gboolean
find_protocol (const char *path, FakeLlmProtocol *protocol)
{
  static const struct
  {
    const char     *suffix;
    FakeLlmProtocol protocol;
  } table[] = {
    { "/messages", FAKE_LLM_ANTHROPIC },
    { "/responses", FAKE_LLM_RESPONSES },
    { "/chat/completions", FAKE_LLM_CHAT },
    { ":streamGenerateContent", FAKE_LLM_GEMINI },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_has_suffix (path, table[i].suffix))
      {
        *protocol = table[i].protocol;
        return TRUE;
      }

  return FALSE;
}

static gboolean
has_tools (JsonObject *body)
{
  JsonNode *tools = json_object_get_member (body, "tools");

  return tools != NULL && JSON_NODE_HOLDS_ARRAY (tools) &&
         json_array_get_length (json_node_get_array (tools)) > 0;
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  Exchange *exchange = user_data;

  g_hash_table_remove (exchange->llm->open, exchange);
}

/* Breaks the connection as a crash would: soup then finishes the message. */
static void
cut (Exchange *exchange)
{
  g_socket_shutdown (soup_server_message_get_socket (exchange->message), TRUE, TRUE, NULL);
}

static gboolean
piece_cb (gpointer user_data)
{
  Exchange        *exchange = user_data;
  SoupMessageBody *body = soup_server_message_get_response_body (exchange->message);
  const char      *piece;

  if (exchange->next < exchange->pieces->len)
    {
      piece = exchange->pieces->pdata[exchange->next++];
      soup_message_body_append (body, SOUP_MEMORY_COPY, piece, strlen (piece));
      soup_server_message_unpause (exchange->message);
      return G_SOURCE_CONTINUE;
    }

  exchange->timer = 0;
  if (exchange->step->is_cut)
    {
      cut (exchange);
    }
  else if (!exchange->step->is_stall)
    {
      soup_message_body_complete (body);
      soup_server_message_unpause (exchange->message);
    }

  return G_SOURCE_REMOVE;
}

static void
answer_stream (Exchange *exchange, FakeLlmProtocol protocol)
{
  SoupServerMessage  *message = exchange->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  exchange->step->answer->is_partial = exchange->step->is_cut || exchange->step->is_stall;
  exchange->pieces = fake_llm_wire_render (protocol, exchange->step->answer);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type (headers, "text/event-stream", NULL);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  soup_server_message_pause (message);
  exchange->timer = g_timeout_add (exchange->step->delay_ms, piece_cb, exchange);
}

static void
copy_header (const char *name, const char *value, gpointer user_data)
{
  soup_message_headers_replace (user_data, name, value);
}

static void
answer_error (Exchange *exchange, FakeLlmProtocol protocol)
{
  FakeLlmStep *step = exchange->step;
  char        *body = step->page_type != NULL
                        ? g_strdup (step->message)
                        : fake_llm_wire_render_error (protocol, step->status, step->message);

  soup_server_message_set_status (exchange->message, step->status, NULL);
  soup_message_headers_foreach (step->headers,
                                copy_header,
                                soup_server_message_get_response_headers (exchange->message));
  soup_server_message_set_response (exchange->message,
                                    step->page_type != NULL ? step->page_type : "application/json",
                                    SOUP_MEMORY_TAKE,
                                    body,
                                    strlen (body));
}

/* The next step of the script, or an aside. (transfer full) */
static FakeLlmStep *
take_step (FakeLlm *self, FakeLlmRequest *request, JsonObject *body)
{
  FakeLlmStep *step;

  if (!has_tools (body))
    {
      request->is_aside = TRUE;
      step = step_new ();
      step->answer->text = g_strdup (FAKE_LLM_ASIDE);
      step->is_hang = self->hangs_asides;
      step->status = self->aside_status;
      step->message = g_strdup ("no asides");
      return step;
    }

  step = g_queue_pop_head (&self->script);
  if (step == NULL)
    g_error ("The script has no step left for %s %s: %.2000s",
             request->method,
             request->path,
             request->body);

  return step;
}

static void
answer (FakeLlm           *self,
        SoupServerMessage *message,
        FakeLlmProtocol    protocol,
        FakeLlmRequest    *request)
{
  g_autoptr (JsonNode) root = json_from_string (request->body, NULL);
  JsonObject *body;
  Exchange   *exchange;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    g_error ("%s %s: the body is not a JSON object: %.2000s",
             request->method,
             request->path,
             request->body);
  body = json_node_get_object (root);

  exchange = g_new0 (Exchange, 1);
  exchange->llm = self;
  exchange->message = g_object_ref (message);
  exchange->step = take_step (self, request, body);
  exchange->step->answer->number = ++self->n_answers;
  exchange->step->answer->model =
    g_strdup (json_object_get_string_member_with_default (body, "model", "fake"));
  g_hash_table_add (self->open, exchange);
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), exchange);

  if (exchange->step->is_hang)
    soup_server_message_pause (message);
  else if (exchange->step->status != 0)
    answer_error (exchange, protocol);
  else
    answer_stream (exchange, protocol);
}

static void
answer_models (FakeLlm *self, SoupServerMessage *message)
{
  g_autoptr (GString) text = g_string_new ("{\"object\":\"list\",\"data\":[");

  for (gsize i = 0; self->models[i] != NULL; i++)
    {
      g_autofree char *quoted = fake_llm_wire_quote (self->models[i]);

      g_string_append_printf (text, "%s{\"id\":%s,\"object\":\"model\"}", i > 0 ? "," : "", quoted);
    }
  g_string_append (text, "]}");
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message,
                                    "application/json",
                                    SOUP_MEMORY_COPY,
                                    text->str,
                                    text->len);
}

static void
handle_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  FakeLlm        *self = user_data;
  FakeLlmRequest *request = keep_request (self, message);
  FakeLlmProtocol protocol;

  if (g_str_equal (request->method, "POST") && find_protocol (path, &protocol))
    {
      answer (self, message, protocol, request);
      return;
    }

  request->is_aside = TRUE;
  if (g_str_equal (request->method, "GET") && g_str_has_suffix (path, "/models"))
    answer_models (self, message);
  else
    g_error ("No model provider is asked for this: %s %s", request->method, request->path);
}

static void
fake_llm_dispose (GObject *object)
{
  FakeLlm       *self = FAKE_LLM (object);
  GHashTableIter iter;
  gpointer       exchange;

  if (self->server != NULL)
    {
      g_hash_table_iter_init (&iter, self->open);
      while (g_hash_table_iter_next (&iter, &exchange, NULL))
        {
          cut (exchange);
          g_hash_table_iter_remove (&iter);
        }
      soup_server_remove_handler (self->server, NULL);
      soup_server_disconnect (self->server);
    }
  g_clear_object (&self->server);

  G_OBJECT_CLASS (fake_llm_parent_class)->dispose (object);
}

static void
fake_llm_finalize (GObject *object)
{
  FakeLlm *self = FAKE_LLM (object);

  g_free (self->base_uri);
  g_queue_clear_full (&self->script, step_free);
  g_ptr_array_unref (self->requests);
  g_hash_table_unref (self->open);
  g_strfreev (self->models);

  G_OBJECT_CLASS (fake_llm_parent_class)->finalize (object);
}

static void
fake_llm_class_init (FakeLlmClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fake_llm_dispose;
  G_OBJECT_CLASS (klass)->finalize = fake_llm_finalize;
}

static void
fake_llm_init (FakeLlm *self)
{
  static const char *const models[] = { "fake-1", NULL };
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->requests = g_ptr_array_new_with_free_func (request_free);
  self->open = g_hash_table_new_full (NULL, NULL, exchange_free, NULL);
  self->models = g_strdupv ((char **) models);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, handle_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);

  uris = soup_server_get_uris (self->server);
  self->base_uri = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

FakeLlm *
fake_llm_new (void)
{
  return g_object_new (FAKE_TYPE_LLM, NULL);
}

const char *
fake_llm_get_base_uri (FakeLlm *self)
{
  return self->base_uri;
}

FakeLlmStep *
fake_llm_add_step (FakeLlm *self)
{
  FakeLlmStep *step = step_new ();

  g_queue_push_tail (&self->script, step);

  return step;
}

void
fake_llm_add_text (FakeLlm *self, const char *text)
{
  fake_llm_step_set_text (fake_llm_add_step (self), text);
}

void
fake_llm_add_tool (FakeLlm *self, const char *tool, const char *arguments)
{
  fake_llm_step_add_tool (fake_llm_add_step (self), tool, arguments);
}

void
fake_llm_add_error (FakeLlm *self, guint status, const char *message, const char *const *headers)
{
  FakeLlmStep *step = fake_llm_add_step (self);

  step->status = status;
  step->message = g_strdup (message);
  for (; headers != NULL && headers[0] != NULL; headers += 2)
    soup_message_headers_append (step->headers, headers[0], headers[1]);
}

void
fake_llm_add_page (FakeLlm *self, guint status, const char *content_type, const char *body)
{
  FakeLlmStep *step = fake_llm_add_step (self);

  step->status = status;
  step->message = g_strdup (body);
  step->page_type = g_strdup (content_type);
}

void
fake_llm_add_hang (FakeLlm *self)
{
  fake_llm_add_step (self)->is_hang = TRUE;
}

void
fake_llm_step_set_reasoning (FakeLlmStep *step, const char *text)
{
  g_free (step->answer->reasoning);
  step->answer->reasoning = g_strdup (text);
}

void
fake_llm_step_set_text (FakeLlmStep *step, const char *text)
{
  g_free (step->answer->text);
  step->answer->text = g_strdup (text);
}

void
fake_llm_step_add_tool (FakeLlmStep *step, const char *tool, const char *arguments)
{
  fake_llm_answer_add_call (step->answer, tool, arguments);
}

void
fake_llm_step_set_usage (FakeLlmStep *step,
                         gint64       input,
                         gint64       output,
                         gint64       reasoning,
                         gint64       cache_read,
                         gint64       cache_write)
{
  step->answer->input = input;
  step->answer->output = output;
  step->answer->reasoning_tokens = reasoning;
  step->answer->cache_read = cache_read;
  step->answer->cache_write = cache_write;
}

void
fake_llm_step_set_finish (FakeLlmStep *step, const char *finish)
{
  g_free (step->answer->finish);
  step->answer->finish = g_strdup (finish);
}

void
fake_llm_step_set_delay (FakeLlmStep *step, guint milliseconds)
{
  step->delay_ms = milliseconds;
}

void
fake_llm_step_set_cut (FakeLlmStep *step)
{
  step->is_cut = TRUE;
}

void
fake_llm_step_set_stall (FakeLlmStep *step)
{
  step->is_stall = TRUE;
}

guint
fake_llm_get_n_left (FakeLlm *self)
{
  return self->script.length;
}

void
fake_llm_hang_asides (FakeLlm *self, gboolean is_hanging)
{
  self->hangs_asides = is_hanging;
}

void
fake_llm_fail_asides (FakeLlm *self, guint status)
{
  self->aside_status = status;
}

void
fake_llm_forget_script (FakeLlm *self)
{
  g_queue_clear_full (&self->script, step_free);
}

void
fake_llm_assert_exhausted (FakeLlm *self)
{
  g_assert_cmpuint (self->script.length, ==, 0);
}

GPtrArray *
fake_llm_get_requests (FakeLlm *self)
{
  return self->requests;
}

const FakeLlmRequest *
fake_llm_get_last_request (FakeLlm *self)
{
  for (guint i = self->requests->len; i > 0; i--)
    {
      FakeLlmRequest *request = self->requests->pdata[i - 1];

      if (!request->is_aside)
        return request;
    }

  g_error ("No request took a step of the script");
}

static gboolean
request_contains (FakeLlmRequest *request, const char *text)
{
  GHashTableIter iter;
  gpointer       name, value;

  if (strstr (request->path, text) != NULL || strstr (request->body, text) != NULL)
    return TRUE;

  g_hash_table_iter_init (&iter, request->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (strstr (name, text) != NULL || strstr (value, text) != NULL)
      return TRUE;

  return FALSE;
}

gboolean
fake_llm_has_seen (FakeLlm *self, const char *text)
{
  for (guint i = 0; i < self->requests->len; i++)
    if (request_contains (self->requests->pdata[i], text))
      return TRUE;

  return FALSE;
}

void
fake_llm_set_models (FakeLlm *self, const char *const *models)
{
  g_strfreev (self->models);
  self->models = g_strdupv ((char **) models);
}
