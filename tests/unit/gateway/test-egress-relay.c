/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ship-egress writes to the gateway, byte by byte, and what it makes of what the gateway does.
 * The test is in both places: the sandbox's and the gateway's.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "egress/ship-egress-protocol.h"
#include "gateway-house.h"
#include "process/ship-process.h"

#define POST(length)                                                                               \
  "POST /llm/x/v1 HTTP/1.1\r\nHost: a\r\nx-api-key: g\r\nContent-Length: " length "\r\n\r\n"
#define CANONICAL(length)                                                                          \
  "POST /llm/x/v1 HTTP/1.1\r\nHost: gateway.ship\r\nConnection: close\r\nContent-Length: " length  \
  "\r\n"                                                                                           \
  "X-Ship-Grant: g\r\n\r\n"
#define ANSWER "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it"

typedef struct
{
  ShipProcess *process; /* (owned) */
  int          sandbox; /* (owned) */
  int          gateway; /* (owned) */
} Relay;

static int
await_message (Relay *self)
{
  char   message[4];
  gssize n;

  while ((n = recv (self->gateway, message, sizeof message, MSG_DONTWAIT)) < 0)
    house_iterate ();
  g_assert_cmpint (n, ==, 1);
  return message[0];
}

static void
relay_start (Relay *self)
{
  g_autofree char *program =
    g_build_filename (g_getenv ("SHIP_LIBEXEC_DIR"), "egress", "ship-egress", NULL);
  ShipProcessSpec *spec = ship_process_spec_new (program);
  g_autoptr (GError) error = NULL;
  int connections[2], upstream[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, connections), ==, 0);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, upstream), ==, 0);
  ship_process_spec_take_fd (spec, connections[1], SHIP_EGRESS_CONNECTIONS_FD);
  ship_process_spec_take_fd (spec, upstream[1], SHIP_EGRESS_UPSTREAM_FD);
  self->process = ship_process_spawn (spec, &error);
  g_assert_no_error (error);
  self->sandbox = connections[0];
  self->gateway = upstream[0];
  g_assert_cmpint (await_message (self), ==, SHIP_EGRESS_MESSAGE_READY);
}

static void
relay_stop (Relay *self)
{
  close (self->sandbox);
  close (self->gateway);
  g_clear_object (&self->process);
}

static int
connect_client (Relay *self)
{
  int client, accepted;

  house_make_connection (&client, &accepted);
  house_hand_over (self->sandbox, accepted);
  close (accepted);
  return client;
}

/* Waits until a stream is asked for, and gives one. */
static int
give_stream (Relay *self)
{
  int pair[2];

  g_assert_cmpint (await_message (self), ==, SHIP_EGRESS_MESSAGE_STREAM);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  house_hand_over (self->gateway, pair[1]);
  close (pair[1]);
  return pair[0];
}

/* Everything until @fd ends, or until there are @length bytes. */
static void
check_received (int fd, gsize length, const char *expected)
{
  g_autoptr (GString) received = g_string_new (NULL);

  while (received->len < length)
    {
      char   buffer[4096];
      gssize n = recv (fd, buffer, MIN (sizeof buffer, length - received->len), MSG_DONTWAIT);

      if (n == 0)
        break;
      if (n > 0)
        g_string_append_len (received, buffer, n);
      else
        house_iterate ();
    }
  g_assert_cmpstr (received->str, ==, expected);
}

static void
check_silent (int fd)
{
  char byte;

  for (guint i = 0; i < 50; i++)
    house_iterate ();
  g_assert_cmpint (recv (fd, &byte, 1, MSG_DONTWAIT), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
}

static void
test_one_request (void)
{
  /* A second request in the same segment, in the body's place, and after the body. */
  static const char *const tails[] = { "",
                                       "XPOST /llm/x/v1 HTTP/1.1\r\n\r\n",
                                       "{}" POST ("2") "{}" };
  Relay                    relay;

  relay_start (&relay);
  for (guint i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      g_autofree char *request = g_strconcat (POST ("4"), "{  }", tails[i], NULL);
      int              client = connect_client (&relay);
      int              upstream;

      g_assert_true (house_send (NULL, client, request, -1));
      upstream = give_stream (&relay);
      check_received (upstream, strlen (CANONICAL ("4") "{  }"), CANONICAL ("4") "{  }");
      g_assert_true (house_send (NULL, client, POST ("0"), -1));
      check_silent (upstream);
      g_assert_true (house_send (NULL, upstream, ANSWER, -1));
      close (upstream);
      check_received (client, G_MAXSIZE, ANSWER);
      close (client);
    }
  relay_stop (&relay);
}

/* The stream is asked for when the head is here, and the body follows as it comes. */
static void
test_body_follows (void)
{
  Relay relay;
  int   client, upstream;

  relay_start (&relay);
  client = connect_client (&relay);
  g_assert_true (house_send (NULL, client, POST ("6"), -1));
  upstream = give_stream (&relay);
  check_received (upstream, strlen (CANONICAL ("6")), CANONICAL ("6"));
  for (guint i = 0; i < 6; i++)
    {
      const char text[] = { (char) ('a' + i), '\0' };

      g_assert_true (house_send (NULL, client, text, -1));
      check_received (upstream, 1, text);
    }
  g_assert_true (house_send (NULL, client, "more", -1));
  check_silent (upstream);
  close (client);
  check_received (upstream, G_MAXSIZE, "");
  close (upstream);
  relay_stop (&relay);
}

/* The gateway answers without reading the body: the answer gets through all the same. */
static void
test_early_answer (void)
{
  g_autofree char *body = g_strnfill (4 * 1024 * 1024, 'x');
  Relay            relay;
  int              client, upstream;

  relay_start (&relay);
  client = connect_client (&relay);
  g_assert_true (house_send (NULL, client, POST ("4194304"), -1));
  upstream = give_stream (&relay);
  g_assert_true (house_send (NULL, upstream, ANSWER, -1));
  shutdown (upstream, SHUT_RD);
  house_send (NULL, client, body, 4 * 1024 * 1024);
  close (upstream);
  check_received (client, G_MAXSIZE, ANSWER);
  close (client);
  relay_stop (&relay);
}

static void
test_no_answer (void)
{
  g_autoptr (GString) received = g_string_new (NULL);
  Relay relay;
  int   client;

  relay_start (&relay);
  client = connect_client (&relay);
  g_assert_true (house_send (NULL, client, POST ("0"), -1));
  close (give_stream (&relay));
  g_assert_false (house_receive (NULL, client, received, NULL));
  g_assert_cmpuint (house_get_status (received->str), ==, 502);
  close (client);
  relay_stop (&relay);
}

/* Who has left does not get the stream that was asked for; whoever asks next gets it, and one is
 * left over. */
static void
test_left_while_waiting (void)
{
  Relay relay;
  int   first, second, upstream, left_over, pair[2];

  relay_start (&relay);
  first = connect_client (&relay);
  g_assert_true (house_send (NULL, first, POST ("0"), -1));
  g_assert_cmpint (await_message (&relay), ==, SHIP_EGRESS_MESSAGE_STREAM);
  close (first);
  second = connect_client (&relay);
  g_assert_true (house_send (NULL, second, POST ("2") "{}", -1));
  g_assert_cmpint (await_message (&relay), ==, SHIP_EGRESS_MESSAGE_STREAM);

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  house_hand_over (relay.gateway, pair[1]);
  close (pair[1]);
  upstream = pair[0];
  check_received (upstream, strlen (CANONICAL ("2") "{}"), CANONICAL ("2") "{}");
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  house_hand_over (relay.gateway, pair[1]);
  close (pair[1]);
  left_over = pair[0];
  check_received (left_over, G_MAXSIZE, "");

  g_assert_true (house_send (NULL, upstream, ANSWER, -1));
  close (upstream);
  check_received (second, G_MAXSIZE, ANSWER);
  close (second);
  close (left_over);
  relay_stop (&relay);
}

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ship_process_wait_finish (SHIP_PROCESS (source), result, user_data, &error));
  g_assert_no_error (error);
}

/* @from_sandbox: which channel ends. */
static void
check_ends_with (gboolean from_sandbox)
{
  Relay relay;
  int   status = -1;

  relay_start (&relay);
  ship_process_wait_async (relay.process, NULL, waited_cb, &status);
  shutdown (from_sandbox ? relay.sandbox : relay.gateway, SHUT_RDWR);
  while (status == -1)
    house_iterate ();
  g_assert_cmpint (status, ==, 0);
  relay_stop (&relay);
}

static void
test_ends_with_sandbox (void)
{
  check_ends_with (TRUE);
}

static void
test_ends_with_gateway (void)
{
  check_ends_with (FALSE);
}

/* Not started as it should be. */
static void
test_by_hand (void)
{
  g_autofree char *program =
    g_build_filename (g_getenv ("SHIP_LIBEXEC_DIR"), "egress", "ship-egress", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipProcess) process = ship_process_spawn (ship_process_spec_new (program), &error);
  int status = -1;

  g_assert_no_error (error);
  ship_process_wait_async (process, NULL, waited_cb, &status);
  while (status == -1)
    house_iterate ();
  g_assert_cmpint (status, ==, 1 << 8);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/egress-relay/one-request", test_one_request);
  g_test_add_func ("/egress-relay/body-follows", test_body_follows);
  g_test_add_func ("/egress-relay/early-answer", test_early_answer);
  g_test_add_func ("/egress-relay/no-answer", test_no_answer);
  g_test_add_func ("/egress-relay/left-while-waiting", test_left_while_waiting);
  g_test_add_func ("/egress-relay/ends-with-sandbox", test_ends_with_sandbox);
  g_test_add_func ("/egress-relay/ends-with-gateway", test_ends_with_gateway);
  g_test_add_func ("/egress-relay/by-hand", test_by_hand);
  return g_test_run ();
}
