/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How an answer flows: piece by piece, no faster than it is read, and what becomes of it when one
 * side goes away.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway-house.h"
#include "ship-test.h"

#define CHAT "/llm/openai/v1/chat/completions"
#define CHAT_BODY                                                                                  \
  "{\"model\":\"test-model\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
#define TEXT "data: {\"choices\":[{\"delta\":{\"content\":\"four\"},\"finish_reason\":null}]}\n\n"
#define END                                                                                        \
  "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":1}}\n\ndata: "       \
  "[DONE]\n\n"

static char *
format_chat (House *house, const char *body)
{
  g_autofree char *fields =
    g_strconcat ("x-api-key: ", ship_gateway_get_grant (house->gateway), "\r\n", NULL);

  return house_format (house, "POST", CHAT, fields, body);
}

/* Sends a request for a chat and gives the client's end. */
static int
start_chat (House *house)
{
  g_autofree char *request = format_chat (house, CHAT_BODY);
  int              client = house_connect (house);

  g_assert_true (house_send (house, client, request, -1));
  return client;
}

static void
expect_stream (House *house)
{
  fake_http_server_expect (house->provider, "POST", "/v1/chat/completions", 200, NULL);
  fake_http_server_set_content_type (house->provider, "text/event-stream");
}

static void
test_piece_by_piece (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GString) received = g_string_new (NULL);
  int client;

  expect_stream (house);
  fake_http_server_add_chunk (house->provider, "data: one\n\n", 0);
  fake_http_server_add_wait (house->provider);
  fake_http_server_add_chunk (house->provider, "data: two\n\n", 0);
  fake_http_server_add_wait (house->provider);
  fake_http_server_add_chunk (house->provider, END, 0);
  client = start_chat (house);

  /* The provider does not go on before it is let, so what is here was not held back. */
  g_assert_true (house_receive (house, client, received, "data: one\n\n"));
  g_assert_null (strstr (received->str, "two"));
  fake_http_server_release (house->provider);
  g_assert_true (house_receive (house, client, received, "data: two\n\n"));
  g_assert_null (strstr (received->str, "[DONE]"));
  fake_http_server_release (house->provider);
  g_assert_true (house_receive (house, client, received, "[DONE]"));
  g_assert_false (house_receive (house, client, received, NULL));
  g_assert_true (g_str_has_suffix (received->str, "\r\n0\r\n\r\n"));
  g_assert_false (house_await_record (house, 0)->is_estimate);
  close (client);
}

/* Before its first byte, too, the end of the answer's head is there. */
static void
test_head_first (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GString) received = g_string_new (NULL);
  int client;

  expect_stream (house);
  fake_http_server_add_wait (house->provider);
  fake_http_server_add_chunk (house->provider, END, 0);
  client = start_chat (house);
  g_assert_true (house_receive (house, client, received, "\r\n\r\n"));
  g_assert_cmpuint (house_get_status (received->str), ==, 200);
  fake_http_server_release (house->provider);
  g_assert_false (house_receive (house, client, received, NULL));
  g_assert_nonnull (strstr (received->str, "[DONE]"));
  close (client);
}

static void
test_provider_breaks (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GString) received = g_string_new (NULL);
  const ShipGatewayExchangeRecord *record;
  int                              client;

  expect_stream (house);
  fake_http_server_add_chunk (house->provider, TEXT, 0);
  fake_http_server_add_cut (house->provider);
  client = start_chat (house);
  g_assert_false (house_receive (house, client, received, NULL));
  g_assert_nonnull (strstr (received->str, TEXT));
  /* The sandbox must be able to see that this is not all. */
  g_assert_false (g_str_has_suffix (received->str, "\r\n0\r\n\r\n"));
  close (client);

  record = house_await_record (house, 0);
  g_assert_cmpuint (record->status, ==, 200);
  g_assert_true (record->is_estimate);
  g_assert_cmpint (record->usage.input, ==, strlen (CHAT_BODY) / 4 + 1);
  g_assert_cmpint (record->usage.output, ==, 2);
  g_assert_cmpfloat (record->cost, >, 0);
}

/* @reset: the client's connection is broken off, not closed. */
static void
check_hang_up (gboolean reset)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GString) received = g_string_new (NULL);
  const struct linger now = { 1, 0 };
  int                 client;

  expect_stream (house);
  fake_http_server_add_chunk (house->provider, TEXT, 0);
  fake_http_server_add_hang (house->provider);
  client = start_chat (house);
  g_assert_true (house_receive (house, client, received, "four"));
  if (reset)
    setsockopt (client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close (client);

  g_assert_true (house_await_record (house, 0)->is_estimate);
  while (fake_http_server_get_n_aborted (house->provider) == 0)
    house_iterate ();
}

static void
test_sandbox_closes (void)
{
  check_hang_up (FALSE);
}

static void
test_sandbox_resets (void)
{
  check_hang_up (TRUE);
}

/* The provider side of these is the test itself: a plain socket. */
static int
listen_as_provider (House *house)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t          length = sizeof address;
  int                listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  g_autofree char   *uri = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 4), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &length), ==, 0);
  uri = g_strdup_printf ("http://127.0.0.1:%u", ntohs (address.sin_port));
  ship_gateway_set_base_uri (house->gateway, "openai", uri, &error);
  g_assert_no_error (error);
  return listener;
}

static int
accept_as_provider (House *house, int listener)
{
  int fd;

  while ((fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC)) < 0)
    house_iterate ();
  return fd;
}

/* A model that thinks says nothing, and is given up at once even so. */
static void
test_hang_up_while_silent (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GString) request = g_string_new (NULL);
  int listener = listen_as_provider (house);
  int client = start_chat (house);
  int provider = accept_as_provider (house, listener);

  g_assert_true (house_receive (house, provider, request, CHAT_BODY));
  g_assert_nonnull (strstr (request->str, HOUSE_KEY));
  close (client);
  g_assert_false (house_receive (house, provider, request, NULL));

  g_assert_cmpuint (house_await_record (house, 0)->status, ==, 0);
  g_assert_true (house_await_record (house, 0)->is_estimate);
  close (provider);
  close (listener);
}

/* Nobody reads, so nobody may write without end: what is on the way fits the sockets' own buffers.
 */
static void
test_back_pressure (void)
{
  static const char head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n";
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GString) request = g_string_new (NULL);
  g_autofree char *block = g_strnfill (65536, 'x');
  gsize            sent = 0, received = 0;
  guint            idle = 0;
  int              listener = listen_as_provider (house);
  int              client = start_chat (house);
  int              provider = accept_as_provider (house, listener);

  g_assert_true (house_receive (house, provider, request, CHAT_BODY));
  g_assert_true (house_send (house, provider, head, -1));
  while (idle < 400)
    {
      gssize n = send (provider, block, 65536, MSG_DONTWAIT | MSG_NOSIGNAL);

      idle = n > 0 ? 0 : idle + 1;
      sent += n > 0 ? (gsize) n : 0;
      g_assert_cmpuint (sent, <, 64 * 1024 * 1024);
      house_iterate ();
    }
  close (provider);

  while (TRUE)
    {
      g_autofree char *buffer = g_malloc (65536);
      gssize           n = recv (client, buffer, 65536, MSG_DONTWAIT);

      if (n == 0)
        break;
      g_assert_true (n > 0 || errno == EAGAIN);
      received += n > 0 ? (gsize) n : 0;
      if (n < 0)
        house_iterate ();
    }
  g_assert_cmpuint (received, >, sent);
  close (client);
  close (listener);
  house_await_record (house, 0);
}

static void
test_large_body (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GString) body = g_string_new ("{\"model\":\"test-model\",\"image\":\"");
  g_autofree char *filling = g_strnfill (20 * 1024 * 1024, 'A');
  g_autofree char *request = NULL;
  g_autofree char *answer = NULL;

  g_string_append (body, filling);
  g_string_append (body, "\"}");
  fake_http_server_expect (house->provider, "POST", "/v1/chat/completions", 200, "{}");
  request = format_chat (house, body->str);
  answer = house_ask (house, request, -1);
  g_assert_cmpuint (house_get_status (answer), ==, 200);
  g_assert_cmpstr (fake_http_server_get_last_body (house->provider), ==, body->str);
}

static void
test_body_too_large (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char *request = g_strdup_printf (
    "POST " CHAT " HTTP/1.1\r\nHost: x\r\nx-api-key: %s\r\nContent-Length: 67108865\r\n\r\n",
    ship_gateway_get_grant (house->gateway));
  g_autofree char *answer = house_ask (house, request, -1);

  g_assert_cmpuint (house_get_status (answer), ==, 413);
}

/* Asks with a body of 67 000 000 bytes that is no JSON, and gives the status of the answer. */
static guint
ask_with_large_body (House *house, const char *head)
{
  g_autofree char *filling = g_strnfill (67000000, ' ');
  g_autoptr (GString) request = g_string_new (head);
  g_autofree char *answer = NULL;

  g_string_append (request, filling);
  answer = house_ask (house, request->str, (gssize) request->len);
  return house_get_status (answer);
}

/* Bodies that are announced count, so that a few requests cannot fill the memory of the session. */
static void
test_bodies_too_large_together (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GArray) clients = g_array_new (FALSE, FALSE, sizeof (int));
  g_autofree char *head = g_strdup_printf (
    "POST " CHAT " HTTP/1.1\r\nHost: x\r\nx-api-key: %s\r\nContent-Length: 67000000\r\n\r\n",
    ship_gateway_get_grant (house->gateway));
  guint status = 0;

  /* Each round announces another. Which of the two gets there first is open, so it may take more
   * than four. */
  while (status != 413)
    {
      int client = house_connect (house);

      g_assert_true (house_send (house, client, head, -1));
      g_array_append_val (clients, client);
      status = ask_with_large_body (house, head);
      g_assert_true (status == 400 || status == 413);
      g_assert_cmpuint (clients->len, <, 40);
    }

  for (guint i = 0; i < clients->len; i++)
    close (g_array_index (clients, int, i));
  while (status != 400)
    status = ask_with_large_body (house, head);
}

static void
test_many_at_once (void)
{
  g_autoptr (House) house = house_new (TRUE);
  int clients[40];

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      expect_stream (house);
      fake_http_server_add_chunk (house->provider, TEXT, 0);
      fake_http_server_add_wait (house->provider);
      fake_http_server_add_chunk (house->provider, END, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    clients[i] = start_chat (house);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      g_autoptr (GString) received = g_string_new (NULL);

      g_assert_true (house_receive (house, clients[i], received, "four"));
    }
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    fake_http_server_release (house->provider);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      g_autoptr (GString) received = g_string_new (NULL);

      g_assert_false (house_receive (house, clients[i], received, NULL));
      g_assert_nonnull (strstr (received->str, "[DONE]"));
      close (clients[i]);
    }
  house_await_record (house, G_N_ELEMENTS (clients) - 1);
}

static void
test_stop_midway (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GString) received = g_string_new (NULL);
  int client;

  expect_stream (house);
  fake_http_server_add_chunk (house->provider, TEXT, 0);
  fake_http_server_add_hang (house->provider);
  client = start_chat (house);
  g_assert_true (house_receive (house, client, received, "four"));
  ship_gateway_stop (house->gateway);
  g_assert_false (house_receive (house, client, received, NULL));
  g_assert_false (g_str_has_suffix (received->str, "\r\n0\r\n\r\n"));
  g_assert_true (house_await_record (house, 0)->is_estimate);
  g_assert_cmpint (house->records->len, ==, 1);
  close (client);
}

/* While the provider has not answered, and while a body is still coming. */
static void
test_stop_early (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char *head = g_strdup_printf (
    "POST " CHAT " HTTP/1.1\r\nHost: x\r\nx-api-key: %s\r\nContent-Length: 1000\r\n\r\n{",
    ship_gateway_get_grant (house->gateway));
  g_autoptr (GString) received = g_string_new (NULL);
  int waiting, sending;

  fake_http_server_expect_hang (house->provider, "POST", "/v1/chat/completions");
  waiting = start_chat (house);
  sending = house_connect (house);
  g_assert_true (house_send (house, sending, head, -1));
  while (fake_http_server_get_n_requests (house->provider) == 0)
    house_iterate ();
  /* libsoup says a little later that it has written the request. */
  for (guint i = 0; i < 20; i++)
    house_iterate ();
  ship_gateway_stop (house->gateway);
  house_receive (house, waiting, received, NULL);
  house_receive (house, sending, received, NULL);
  g_assert_cmpstr (received->str, ==, "");
  g_assert_true (house_await_record (house, 0)->is_estimate);
  close (waiting);
  close (sending);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway-flow/piece-by-piece", test_piece_by_piece);
  g_test_add_func ("/gateway-flow/head-first", test_head_first);
  g_test_add_func ("/gateway-flow/provider-breaks", test_provider_breaks);
  g_test_add_func ("/gateway-flow/sandbox-closes", test_sandbox_closes);
  g_test_add_func ("/gateway-flow/sandbox-resets", test_sandbox_resets);
  g_test_add_func ("/gateway-flow/hang-up-while-silent", test_hang_up_while_silent);
  g_test_add_func ("/gateway-flow/back-pressure", test_back_pressure);
  g_test_add_func ("/gateway-flow/large-body", test_large_body);
  g_test_add_func ("/gateway-flow/body-too-large", test_body_too_large);
  g_test_add_func ("/gateway-flow/bodies-too-large-together", test_bodies_too_large_together);
  g_test_add_func ("/gateway-flow/many-at-once", test_many_at_once);
  g_test_add_func ("/gateway-flow/stop-midway", test_stop_midway);
  g_test_add_func ("/gateway-flow/stop-early", test_stop_early);
  return g_test_run ();
}
