/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-http-server.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <sys/socket.h>

/*
 * The scripted server of the tests. It runs on the test's own main context, so nothing here is
 * concurrent. Each request of the script is a Line; a line that is being streamed is an Answer.
 */

typedef enum
{
  STEP_CHUNK,
  STEP_WAIT,
  STEP_HANG,
  STEP_CUT,
} StepKind;

typedef struct
{
  StepKind kind;
  char    *text; /* (owned) (nullable) */
  guint    delay_ms;
} Step;

typedef struct
{
  char *method;       /* (owned) */
  char *path;         /* (owned) */
  char *query;        /* (owned) (nullable): required */
  char *body;         /* (owned) (nullable): of the answer */
  char *content_type; /* (owned) */
  GPtrArray
    *required; /* (owned) (element-type utf8): name and value in turns; value NULL: absent */
  GPtrArray *required_text; /* (owned) (element-type utf8) */
  GPtrArray *headers;       /* (owned) (element-type utf8): name and value in turns */
  GQueue     steps;         /* (element-type Step) */
  guint      status;        /* 0: never answer */
  gboolean   cut;
} Line;

typedef struct
{
  FakeHttpServer    *server;  /* (unowned): forgotten before it goes */
  SoupServerMessage *message; /* (owned) */
  Line              *line;    /* (owned) */
  GSource           *delay;   /* (owned) (nullable) */
  gboolean           waiting;
  gboolean           hanging;
} Answer;

struct _FakeHttpServer
{
  GObject            parent_instance;
  SoupServer        *server;      /* (owned) */
  char              *socket_path; /* (owned) (nullable) */
  char              *base_uri;    /* (owned) */
  GQueue             script;      /* (element-type Line) */
  GPtrArray         *answers;     /* (owned) (element-type Answer): under way */
  GPtrArray         *watches;     /* (owned) (element-type GSource): of clients that may go away */
  SoupServerMessage *last;        /* (owned) (nullable) */
  char              *last_body;   /* (owned) (nullable) */
  guint              n_requests;
  guint              n_aborted;
  guint              n_released;
};

G_DEFINE_FINAL_TYPE (FakeHttpServer, fake_http_server, G_TYPE_OBJECT)

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->text);
  g_free (step);
}

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->method);
  g_free (line->path);
  g_free (line->query);
  g_free (line->body);
  g_free (line->content_type);
  g_ptr_array_unref (line->required);
  g_ptr_array_unref (line->required_text);
  g_ptr_array_unref (line->headers);
  g_queue_clear_full (&line->steps, step_free);
  g_free (line);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_signal_handlers_disconnect_by_data (answer->message, answer);
  if (answer->delay != NULL)
    g_source_destroy (answer->delay);
  g_clear_pointer (&answer->delay, g_source_unref);
  g_clear_object (&answer->message);
  line_free (answer->line);
  g_free (answer);
}

static void
source_free (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

/* While an answer is held back libsoup does not look at the connection, so this does. */
static gboolean
readable_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  FakeHttpServer *self = user_data;
  char            byte;

  if (recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
    return G_SOURCE_CONTINUE;

  self->n_aborted++;
  g_ptr_array_remove (self->watches, g_main_current_source ());
  return G_SOURCE_REMOVE;
}

static void
watch_client (FakeHttpServer *self, SoupServerMessage *message)
{
  GSource *source =
    g_socket_create_source (soup_server_message_get_socket (message), G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_ptr_array_add (self->watches, source);
}

static void
cut (SoupServerMessage *message)
{
  g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
}

static void go_on (Answer *answer);

static gboolean
delay_cb (gpointer user_data)
{
  Answer *answer = user_data;
  Step   *step = g_queue_peek_head (&answer->line->steps);

  g_clear_pointer (&answer->delay, g_source_unref);
  step->delay_ms = 0;
  go_on (answer);
  return G_SOURCE_REMOVE;
}

static void
start_delay (Answer *answer, guint delay_ms)
{
  answer->delay = g_timeout_source_new (delay_ms);
  g_source_set_callback (answer->delay, delay_cb, answer, NULL);
  g_source_attach (answer->delay, g_main_context_get_thread_default ());
}

/* Sends the next chunk; libsoup says "wrote-chunk" when it has, and pauses when there is no more.
 */
static void
go_on (Answer *answer)
{
  Step            *step = g_queue_peek_head (&answer->line->steps);
  SoupMessageBody *body = soup_server_message_get_response_body (answer->message);

  if (step == NULL)
    {
      soup_message_body_complete (body);
      soup_server_message_unpause (answer->message);
    }
  else if (step->kind == STEP_CHUNK && step->delay_ms > 0)
    {
      if (answer->delay == NULL)
        start_delay (answer, step->delay_ms);
    }
  else if (step->kind == STEP_CHUNK)
    {
      soup_message_body_append (body, SOUP_MEMORY_COPY, step->text, strlen (step->text));
      step_free (g_queue_pop_head (&answer->line->steps));
      soup_server_message_unpause (answer->message);
    }
  else if (step->kind == STEP_CUT)
    {
      cut (answer->message);
    }
  else if (step->kind == STEP_WAIT && answer->server->n_released > 0)
    {
      answer->server->n_released--;
      answer->waiting = FALSE;
      step_free (g_queue_pop_head (&answer->line->steps));
      go_on (answer);
    }
  else if (step->kind == STEP_WAIT)
    {
      answer->waiting = TRUE;
    }
  else if (!answer->hanging)
    {
      answer->hanging = TRUE;
      watch_client (answer->server, answer->message);
    }
}

static void
wrote_cb (SoupServerMessage *message, gpointer user_data)
{
  go_on (user_data);
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  Answer *answer = user_data;

  g_ptr_array_remove (answer->server->answers, answer);
}

static void
check_request (FakeHttpServer *self, SoupServerMessage *message, const char *path, Line *line)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  g_assert_cmpstr (soup_server_message_get_method (message), ==, line->method);
  g_assert_cmpstr (path, ==, line->path);
  if (line->query != NULL)
    g_assert_cmpstr (g_uri_get_query (soup_server_message_get_uri (message)), ==, line->query);
  for (guint i = 0; i < line->required->len; i += 2)
    g_assert_cmpstr (soup_message_headers_get_one (headers, g_ptr_array_index (line->required, i)),
                     ==,
                     g_ptr_array_index (line->required, i + 1));
  for (guint i = 0; i < line->required_text->len; i++)
    {
      const char *text = g_ptr_array_index (line->required_text, i);

      if (strstr (self->last_body, text) == NULL)
        g_error ("%s %s: the body has no “%s”: %s", line->method, path, text, self->last_body);
    }
}

static void
keep_request (FakeHttpServer *self, SoupServerMessage *message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);

  g_set_object (&self->last, message);
  g_free (self->last_body);
  self->last_body = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  self->n_requests++;
}

static void
start_stream (FakeHttpServer *self, SoupServerMessage *message, Line *line)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  Answer             *answer = g_new0 (Answer, 1);

  answer->server = self;
  answer->message = g_object_ref (message);
  answer->line = line;
  g_ptr_array_add (self->answers, answer);

  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_headers_replace (headers, "Content-Type", line->content_type);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (wrote_cb), answer);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (wrote_cb), answer);
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), answer);
}

static void
handle (SoupServer        *server,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *query,
        gpointer           user_data)
{
  FakeHttpServer     *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  Line               *line = g_queue_pop_head (&self->script);

  if (line == NULL)
    g_error ("Unexpected request: %s %s", soup_server_message_get_method (message), path);
  keep_request (self, message);
  check_request (self, message, path, line);

  if (line->cut)
    {
      cut (message);
      line_free (line);
      return;
    }
  if (line->status == 0)
    {
      soup_server_message_pause (message);
      watch_client (self, message);
      line_free (line);
      return;
    }

  soup_server_message_set_status (message, line->status, NULL);
  for (guint i = 0; i < line->headers->len; i += 2)
    soup_message_headers_append (headers,
                                 g_ptr_array_index (line->headers, i),
                                 g_ptr_array_index (line->headers, i + 1));
  if (line->steps.length > 0)
    {
      start_stream (self, message, line);
      return;
    }
  if (line->body != NULL)
    soup_server_message_set_response (message,
                                      line->content_type,
                                      SOUP_MEMORY_COPY,
                                      line->body,
                                      strlen (line->body));
  line_free (line);
}

static void
fake_http_server_dispose (GObject *object)
{
  FakeHttpServer *self = FAKE_HTTP_SERVER (object);

  g_ptr_array_set_size (self->answers, 0);
  g_ptr_array_set_size (self->watches, 0);
  if (self->socket_path != NULL)
    g_unlink (self->socket_path);
  g_clear_object (&self->last);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (fake_http_server_parent_class)->dispose (object);
}

static void
fake_http_server_finalize (GObject *object)
{
  FakeHttpServer *self = FAKE_HTTP_SERVER (object);

  g_clear_pointer (&self->answers, g_ptr_array_unref);
  g_clear_pointer (&self->watches, g_ptr_array_unref);
  g_queue_clear_full (&self->script, line_free);
  g_free (self->base_uri);
  g_free (self->socket_path);
  g_free (self->last_body);

  G_OBJECT_CLASS (fake_http_server_parent_class)->finalize (object);
}

static void
fake_http_server_class_init (FakeHttpServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fake_http_server_dispose;
  G_OBJECT_CLASS (klass)->finalize = fake_http_server_finalize;
}

static void
fake_http_server_init (FakeHttpServer *self)
{
  self->answers = g_ptr_array_new_with_free_func (answer_free);
  self->watches = g_ptr_array_new_with_free_func (source_free);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, handle, self, NULL);
}

FakeHttpServer *
fake_http_server_new (void)
{
  FakeHttpServer *self = g_object_new (FAKE_TYPE_HTTP_SERVER, NULL);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);

  uris = soup_server_get_uris (self->server);
  self->base_uri = g_uri_to_string (uris->data);
  self->base_uri[strlen (self->base_uri) - 1] = '\0'; /* the last slash */
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return self;
}

FakeHttpServer *
fake_http_server_new_for_socket (const char *path)
{
  FakeHttpServer *self = g_object_new (FAKE_TYPE_HTTP_SERVER, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket =
    g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  self->base_uri = g_strdup ("http://localhost");
  self->socket_path = g_strdup (path);
  g_socket_bind (socket, address, FALSE, &error);
  g_assert_no_error (error);
  g_socket_listen (socket, &error);
  g_assert_no_error (error);
  soup_server_listen_socket (self->server, socket, 0, &error);
  g_assert_no_error (error);

  return self;
}

const char *
fake_http_server_get_base_uri (FakeHttpServer *self)
{
  return self->base_uri;
}

static Line *
get_last_line (FakeHttpServer *self)
{
  Line *line = g_queue_peek_tail (&self->script);

  g_assert_nonnull (line);
  return line;
}

void
fake_http_server_expect (FakeHttpServer *self,
                         const char     *method,
                         const char     *path,
                         guint           status,
                         const char     *body)
{
  Line *line = g_new0 (Line, 1);

  line->method = g_strdup (method);
  line->path = g_strdup (path);
  line->status = status;
  line->body = g_strdup (body);
  line->content_type = g_strdup ("application/json");
  line->required = g_ptr_array_new_with_free_func (g_free);
  line->required_text = g_ptr_array_new_with_free_func (g_free);
  line->headers = g_ptr_array_new_with_free_func (g_free);
  g_queue_push_tail (&self->script, line);
}

void
fake_http_server_expect_hang (FakeHttpServer *self, const char *method, const char *path)
{
  fake_http_server_expect (self, method, path, 0, NULL);
}

void
fake_http_server_expect_cut (FakeHttpServer *self, const char *method, const char *path)
{
  fake_http_server_expect (self, method, path, 0, NULL);
  get_last_line (self)->cut = TRUE;
}

void
fake_http_server_require_header (FakeHttpServer *self, const char *name, const char *value)
{
  Line *line = get_last_line (self);

  g_ptr_array_add (line->required, g_strdup (name));
  g_ptr_array_add (line->required, g_strdup (value));
}

void
fake_http_server_require_body (FakeHttpServer *self, const char *text)
{
  g_ptr_array_add (get_last_line (self)->required_text, g_strdup (text));
}

void
fake_http_server_require_query (FakeHttpServer *self, const char *query)
{
  Line *line = get_last_line (self);

  g_free (line->query);
  line->query = g_strdup (query);
}

void
fake_http_server_set_content_type (FakeHttpServer *self, const char *content_type)
{
  Line *line = get_last_line (self);

  g_free (line->content_type);
  line->content_type = g_strdup (content_type);
}

void
fake_http_server_add_header (FakeHttpServer *self, const char *name, const char *value)
{
  Line *line = get_last_line (self);

  g_ptr_array_add (line->headers, g_strdup (name));
  g_ptr_array_add (line->headers, g_strdup (value));
}

static void
add_step (FakeHttpServer *self, StepKind kind, const char *text, guint delay_ms)
{
  Step *step = g_new0 (Step, 1);

  step->kind = kind;
  step->text = g_strdup (text);
  step->delay_ms = delay_ms;
  g_queue_push_tail (&get_last_line (self)->steps, step);
}

void
fake_http_server_add_chunk (FakeHttpServer *self, const char *text, guint delay_ms)
{
  g_assert_cmpuint (strlen (text), >, 0); /* an empty chunk would be the end */
  add_step (self, STEP_CHUNK, text, delay_ms);
}

void
fake_http_server_add_hang (FakeHttpServer *self)
{
  add_step (self, STEP_HANG, NULL, 0);
}

void
fake_http_server_add_wait (FakeHttpServer *self)
{
  add_step (self, STEP_WAIT, NULL, 0);
}

void
fake_http_server_add_cut (FakeHttpServer *self)
{
  add_step (self, STEP_CUT, NULL, 0);
}

void
fake_http_server_release (FakeHttpServer *self)
{
  self->n_released++;
  for (guint i = 0; i < self->answers->len; i++)
    {
      Answer *answer = g_ptr_array_index (self->answers, i);

      if (answer->waiting)
        {
          go_on (answer);
          return;
        }
    }
}

guint
fake_http_server_get_n_left (FakeHttpServer *self)
{
  return self->script.length;
}

guint
fake_http_server_get_n_requests (FakeHttpServer *self)
{
  return self->n_requests;
}

guint
fake_http_server_get_n_aborted (FakeHttpServer *self)
{
  return self->n_aborted;
}

const char *
fake_http_server_get_last_body (FakeHttpServer *self)
{
  return self->last_body;
}

const char *
fake_http_server_get_last_header (FakeHttpServer *self, const char *name)
{
  return self->last != NULL
           ? soup_message_headers_get_one (soup_server_message_get_request_headers (self->last),
                                           name)
           : NULL;
}
