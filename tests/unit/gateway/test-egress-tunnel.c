/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ship-egress makes of destinations outside. The test is in three places: the sandbox's, its
 * owner's, who is asked to dial, and the destination's.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "egress/ship-egress-protocol.h"
#include "gateway-house.h"
#include "process/ship-process.h"

#define CONNECT     "CONNECT files.test:443 HTTP/1.1\r\nHost: files.test:443\r\n\r\n"
#define CONNECT_SSH "CONNECT files.test:22 HTTP/1.1\r\nHost: files.test:22\r\n\r\n"
#define ESTABLISHED "HTTP/1.1 200 Connection established\r\n\r\n"

typedef struct
{
  ShipProcess *process;  /* (owned) */
  int          sandbox;  /* (owned) */
  int          owner;    /* (owned) */
  guint64      up_limit; /* 0: any number */
  guint64      down_limit;
  gboolean     is_open; /* there may be more than that */
} Place;

static void
await_message (Place *self, gpointer message, gsize size)
{
  gssize n;

  while ((n = recv (self->owner, message, size, MSG_DONTWAIT | MSG_TRUNC)) < 0)
    house_iterate ();
  g_assert_cmpint (n, ==, (gssize) size);
}

static void
place_start (Place *self)
{
  g_autofree char *program =
    g_build_filename (g_getenv ("SHIP_LIBEXEC_DIR"), "egress", "ship-egress", NULL);
  ShipProcessSpec *spec = ship_process_spec_new (program);
  g_autoptr (GError) error = NULL;
  int  connections[2], upstream[2];
  char ready;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, connections), ==, 0);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, upstream), ==, 0);
  ship_process_spec_take_fd (spec, connections[1], SHIP_EGRESS_CONNECTIONS_FD);
  ship_process_spec_take_fd (spec, upstream[1], SHIP_EGRESS_UPSTREAM_FD);
  self->process = ship_process_spawn (spec, &error);
  g_assert_no_error (error);
  self->up_limit = self->down_limit = 0;
  self->is_open = FALSE;
  self->sandbox = connections[0];
  self->owner = upstream[0];
  await_message (self, &ready, 1);
  g_assert_cmpint (ready, ==, SHIP_EGRESS_MESSAGE_READY);
}

static void
place_stop (Place *self)
{
  close (self->sandbox);
  close (self->owner);
  g_clear_object (&self->process);
}

static int
ask (Place *self, const char *request, gssize length)
{
  int client, accepted;

  house_make_connection (&client, &accepted);
  house_hand_over (self->sandbox, accepted);
  close (accepted);
  g_assert_true (house_send (NULL, client, request, length));
  return client;
}

static guint32
await_dial (Place *self, guint port)
{
  ShipEgressDial dial;

  await_message (self, &dial, sizeof dial);
  g_assert_cmpint (dial.kind, ==, SHIP_EGRESS_MESSAGE_DIAL);
  g_assert_cmpstr (dial.host, ==, "files.test");
  g_assert_cmpuint (dial.port, ==, port);
  return dial.id;
}

static ShipEgressShare
make_share (guint64 limit, gboolean is_last)
{
  return (ShipEgressShare){ .limit = limit != 0 ? limit : G_MAXUINT64, .is_last = is_last };
}

/* @fd: -1 for none; it is kept by the caller */
static void
answer (Place *self, guint32 id, ShipEgressVerdict verdict, int fd)
{
  ShipEgressDialed dialed = { .kind = SHIP_EGRESS_MESSAGE_DIALED,
                              .verdict = (guint8) verdict,
                              .id = id,
                              .shares = { make_share (self->up_limit, !self->is_open),
                                          make_share (self->down_limit, !self->is_open) } };
  struct iovec     data = { &dialed, sizeof dialed };
  union
  {
    struct cmsghdr header;
    char           bytes[CMSG_SPACE (sizeof (int))];
  } control = { .bytes = { 0 } };
  struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

  if (fd >= 0)
    {
      message.msg_control = &control;
      message.msg_controllen = sizeof control;
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (sizeof fd);
      memcpy (CMSG_DATA (&control.header), &fd, sizeof fd);
    }
  g_assert_cmpint (sendmsg (self->owner, &message, 0), ==, sizeof dialed);
}

/* The destination's end of a connection. */
static int
connect_it (Place *self, guint32 id)
{
  int here, there;

  house_make_connection (&here, &there);
  answer (self, id, SHIP_EGRESS_VERDICT_CONNECTED, there);
  close (there);
  return here;
}

static void
check_ended (Place *self, guint32 id, ShipEgressEnd end, guint64 n_up, guint64 n_down)
{
  ShipEgressEnded ended;

  await_message (self, &ended, sizeof ended);
  g_assert_cmpint (ended.kind, ==, SHIP_EGRESS_MESSAGE_ENDED);
  g_assert_cmpuint (ended.id, ==, id);
  g_assert_cmpint (ended.end, ==, end);
  g_assert_cmpuint (ended.n_up, ==, n_up);
  g_assert_cmpuint (ended.n_down, ==, n_down);
}

/* Everything until @fd ends, or until there are as many bytes as @expected has. */
static void
check_received (int fd, const char *expected, gsize length, gboolean until_end)
{
  g_autoptr (GString) received = g_string_new (NULL);

  while (until_end || received->len < length)
    {
      char   buffer[4096];
      gssize n = recv (fd,
                       buffer,
                       until_end ? sizeof buffer : MIN (sizeof buffer, length - received->len),
                       MSG_DONTWAIT);

      if (n == 0)
        break;
      if (n > 0)
        g_string_append_len (received, buffer, n);
      else if (errno != EAGAIN)
        break;
      else
        house_iterate ();
    }
  g_assert_cmpmem (received->str, received->len, expected, length);
}

/* A TLS hello of the least parts, with @host in it. */
static GString *
make_hello (const char *host)
{
  gsize    n = strlen (host);
  GString *hello = g_string_new (NULL);
  guint8   name[] = { 0, 0, 0, (guint8) (n + 5), 0, (guint8) (n + 3), 0, 0, (guint8) n };
  guint8   extensions[] = { 0, (guint8) (n + sizeof name) };
  guint8   body[2 + 32 + 1 + 4 + 2] = { 3, 3, [35] = 0, 2, 0x13, 1, 1, 0 };
  gsize    length = sizeof body + sizeof extensions + sizeof name + n;
  guint8   start[] = { 22, 3, 1, 0, (guint8) (length + 4), 1, 0, 0, (guint8) length };

  g_string_append_len (hello, (char *) start, sizeof start);
  g_string_append_len (hello, (char *) body, sizeof body);
  g_string_append_len (hello, (char *) extensions, sizeof extensions);
  g_string_append_len (hello, (char *) name, sizeof name);
  g_string_append (hello, host);
  return hello;
}

static void
test_refused (void)
{
  static const struct
  {
    ShipEgressVerdict verdict;
    guint             status;
  } cases[] = {
    { SHIP_EGRESS_VERDICT_OFFLINE, 403 },
    { SHIP_EGRESS_VERDICT_NOT_ALLOWED, 403 },
    { SHIP_EGRESS_VERDICT_PRIVATE, 403 },
    { SHIP_EGRESS_VERDICT_UNKNOWN_HOST, 502 },
    { SHIP_EGRESS_VERDICT_UNREACHABLE, 502 },
    { SHIP_EGRESS_VERDICT_BUSY, 503 },
    { SHIP_EGRESS_VERDICT_SPENT, 403 },
    { SHIP_EGRESS_VERDICT_FULL, 403 },
    { SHIP_EGRESS_VERDICT_OFTEN, 503 },
    { SHIP_EGRESS_VERDICT_CONNECTED, 502 }, /* and no connection with it */
    { (ShipEgressVerdict) 200, 502 },
  };
  Place place;

  place_start (&place);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int     client = ask (&place, CONNECT, -1);
      guint32 id = await_dial (&place, 443);
      g_autoptr (GString) received = g_string_new (NULL);

      answer (&place, id, cases[i].verdict, -1);
      g_assert_false (house_receive (NULL, client, received, NULL));
      g_assert_cmpuint (house_get_status (received->str), ==, cases[i].status);
      if (cases[i].verdict != SHIP_EGRESS_VERDICT_BUSY)
        g_assert_nonnull (strstr (received->str, "\"files.test: "));
      check_ended (&place, id, SHIP_EGRESS_END_DONE, 0, 0);
      close (client);
    }
  place_stop (&place);
}

static void
test_both_ways (void)
{
  g_autoptr (GString) hello = make_hello ("FILES.test");
  g_autoptr (GString) first = g_string_new (CONNECT);
  Place   place;
  guint32 id;
  int     client, destination;

  place_start (&place);
  /* Some clients do not wait for the answer. */
  g_string_append_len (first, hello->str, 7);
  client = ask (&place, first->str, (gssize) first->len);
  id = await_dial (&place, 443);
  destination = connect_it (&place, id);
  check_received (client, ESTABLISHED, strlen (ESTABLISHED), FALSE);
  for (gsize i = 7; i < hello->len; i++)
    g_assert_true (house_send (NULL, client, hello->str + i, 1));
  check_received (destination, hello->str, hello->len, FALSE);

  g_assert_true (house_send (NULL, destination, "from outside", -1));
  check_received (client, "from outside", 12, FALSE);
  g_assert_true (house_send (NULL, client, "from inside", -1));
  shutdown (client, SHUT_WR);
  check_received (destination, "from inside", 11, TRUE);
  g_assert_true (house_send (NULL, destination, "the rest", -1)); /* half of it goes on */
  close (destination);
  check_received (client, "the rest", 8, TRUE);
  check_ended (&place, id, SHIP_EGRESS_END_DONE, hello->len + 11, 12 + 8);
  close (client);
  place_stop (&place);
}

static void
check_misuse (Place *place, const char *bytes, gsize length)
{
  int     client = ask (place, CONNECT, -1);
  guint32 id = await_dial (place, 443);
  int     destination = connect_it (place, id);

  check_received (client, ESTABLISHED, strlen (ESTABLISHED), FALSE);
  g_assert_true (house_send (NULL, client, bytes, (gssize) length));
  check_received (destination, "", 0, TRUE);
  check_ended (place, id, SHIP_EGRESS_END_MISUSED, 0, 0);
  close (destination);
  close (client);
}

static void
test_misuse (void)
{
  g_autoptr (GString) hello = make_hello ("other.test");
  Place place;

  place_start (&place);
  check_misuse (&place, hello->str, hello->len);
  check_misuse (&place, "GET / HTTP/1.1\r\n", 16);
  check_misuse (&place, "\x16\x03\x01\x00\x01\x02", 6);
  place_stop (&place);
}

/* On another port it need not be TLS, and the other side may speak first. */
static void
test_not_tls (void)
{
  g_autoptr (GString) hello = make_hello ("other.test");
  Place   place;
  guint32 id;
  int     client, destination;

  place_start (&place);
  client = ask (&place, CONNECT_SSH, -1);
  id = await_dial (&place, 22);
  destination = connect_it (&place, id);
  g_assert_true (house_send (NULL, destination, "SSH-2.0-x\r\n", -1));
  check_received (client, ESTABLISHED "SSH-2.0-x\r\n", strlen (ESTABLISHED) + 11, FALSE);
  g_assert_true (house_send (NULL, client, "SSH-2.0-y\r\n", -1));
  check_received (destination, "SSH-2.0-y\r\n", 11, FALSE);
  close (client);
  check_received (destination, "", 0, TRUE);
  close (destination);
  check_ended (&place, id, SHIP_EGRESS_END_DONE, 11, 11);

  client = ask (&place, CONNECT_SSH, -1);
  id = await_dial (&place, 22);
  destination = connect_it (&place, id);
  g_assert_true (house_send (NULL, client, hello->str, (gssize) hello->len));
  check_received (destination, "", 0, TRUE);
  check_ended (&place, id, SHIP_EGRESS_END_MISUSED, 0, 0);
  close (destination);
  close (client);
  place_stop (&place);
}

/* As much as may be, to the byte, and none of the piece that goes beyond it. */
static void
test_up_limit (void)
{
  Place   place;
  guint32 id;
  int     client, destination;

  place_start (&place);
  for (guint excess = 0; excess <= 1; excess++)
    {
      client = ask (&place, CONNECT_SSH, -1);
      id = await_dial (&place, 22);
      place.up_limit = 10;
      destination = connect_it (&place, id);
      g_assert_true (house_send (NULL, client, "01234", -1));
      check_received (destination, "01234", 5, FALSE);
      g_assert_true (house_send (NULL, client, "56789!", 5 + (gssize) excess));
      if (excess == 0)
        shutdown (client, SHUT_WR);
      check_received (destination, "56789", excess == 0 ? 5 : 0, TRUE);
      close (destination);
      close (client);
      check_ended (&place,
                   id,
                   excess == 0 ? SHIP_EGRESS_END_DONE : SHIP_EGRESS_END_OVER,
                   excess == 0 ? 10 : 5,
                   0);
    }
  place_stop (&place);
}

/* The same of what comes, whether it is a tunnel or an answer to a plain request. */
static void
test_down_limit (void)
{
  static const char *const requests[] = {
    CONNECT_SSH,
    "GET http://files.test:22/ HTTP/1.1\r\nHost: files.test:22\r\n\r\n"
  };
  Place place;

  place_start (&place);
  place.down_limit = 10;
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    for (guint excess = 0; excess <= 1; excess++)
      {
        int             client = ask (&place, requests[i], -1);
        guint32         id = await_dial (&place, 22);
        int             destination = connect_it (&place, id);
        ShipEgressEnded ended;

        if (i == 0)
          check_received (client, ESTABLISHED, strlen (ESTABLISHED), FALSE);
        g_assert_true (house_send (NULL, destination, "01234", -1));
        check_received (client, "01234", 5, FALSE);
        g_assert_true (house_send (NULL, destination, "56789!", 5 + (gssize) excess));
        shutdown (destination, SHUT_WR);
        check_received (client, "56789", excess == 0 ? 5 : 0, TRUE);
        close (client);
        close (destination);
        await_message (&place, &ended, sizeof ended);
        g_assert_cmpuint (ended.id, ==, id);
        g_assert_cmpint (ended.end, ==, excess == 0 ? SHIP_EGRESS_END_DONE : SHIP_EGRESS_END_FULL);
        g_assert_cmpuint (ended.n_down, ==, 10 + excess);
      }
  place_stop (&place);
}

static void
await_more (Place *self, guint32 id, ShipEgressWay way)
{
  ShipEgressMore more;

  await_message (self, &more, sizeof more);
  g_assert_cmpint (more.kind, ==, SHIP_EGRESS_MESSAGE_MORE);
  g_assert_cmpuint (more.id, ==, id);
  g_assert_cmpuint (more.way, ==, way);
}

static void
allow (Place *self, guint32 id, ShipEgressWay way, guint64 limit, gboolean is_last)
{
  const ShipEgressMore allowed = { .kind = SHIP_EGRESS_MESSAGE_ALLOWED,
                                   .way = (guint8) way,
                                   .id = id,
                                   .share = { .limit = limit, .is_last = is_last } };

  g_assert_cmpint (send (self->owner, &allowed, sizeof allowed, 0), ==, sizeof allowed);
}

/* A connection waits for what it may carry, goes on when it may, and asks before it has to wait. */
static void
test_more (void)
{
  static const char bytes[] = "0123456789abcdefghij";
  Place             place;
  guint32           id;
  int               client, destination;
  char              byte;

  place_start (&place);
  place.up_limit = place.down_limit = 4;
  place.is_open = TRUE;
  client = ask (&place, CONNECT_SSH "0123456789", -1); /* more behind the head than it may */
  id = await_dial (&place, 22);
  destination = connect_it (&place, id);
  check_received (client, ESTABLISHED, strlen (ESTABLISHED), FALSE);
  await_more (&place, id, SHIP_EGRESS_UP);
  allow (&place, id, SHIP_EGRESS_UP, 14, FALSE);
  check_received (destination, "0123456789", 10, FALSE);
  g_assert_true (house_send (NULL, client, bytes + 10, 10));
  await_more (&place, id, SHIP_EGRESS_UP);
  check_received (destination, "abcd", 4, FALSE);

  /* The other way goes on meanwhile. */
  g_assert_true (house_send (NULL, destination, bytes, 20));
  await_more (&place, id, SHIP_EGRESS_DOWN);
  check_received (client, "0123", 4, FALSE);
  allow (&place, id, SHIP_EGRESS_DOWN, 12, FALSE);
  check_received (client, "456789ab", 8, FALSE);
  await_more (&place, id, SHIP_EGRESS_DOWN);
  g_assert_cmpint (recv (destination, &byte, 1, MSG_DONTWAIT), ==, -1);
  allow (&place, id + 1, SHIP_EGRESS_UP, 1000, FALSE); /* of nobody */
  allow (&place, id, SHIP_EGRESS_UP, 20, TRUE);
  check_received (destination, "efghij", 6, FALSE);
  allow (&place, id, SHIP_EGRESS_DOWN, 12, TRUE);
  check_ended (&place, id, SHIP_EGRESS_END_FULL, 20, 13);
  close (destination);
  close (client);
  place_stop (&place);
}

static void
test_much (void)
{
  const gsize      length = 4 * 1024 * 1024;
  g_autofree char *bytes = g_malloc (length);
  Place            place;
  guint32          id;
  int              client, destination;

  for (gsize i = 0; i < length; i++)
    bytes[i] = (char) (i % 251 + 1);
  place_start (&place);
  client = ask (&place, CONNECT_SSH, -1);
  id = await_dial (&place, 22);
  destination = connect_it (&place, id);
  check_received (client, ESTABLISHED, strlen (ESTABLISHED), FALSE);
  for (gsize sent = 0; sent < length; sent += 65536)
    {
      g_assert_true (house_send (NULL, client, bytes + sent, 65536));
      check_received (destination, bytes + sent, 65536, FALSE);
      g_assert_true (house_send (NULL, destination, bytes + sent, 65536));
      check_received (client, bytes + sent, 65536, FALSE);
    }
  close (client);
  close (destination);
  check_ended (&place, id, SHIP_EGRESS_END_DONE, length, length);
  place_stop (&place);
}

static void
test_fetch (void)
{
#define HEAD "GET /a?b HTTP/1.1\r\nHost: files.test\r\nConnection: close\r\nAccept: x\r\n\r\n"
  const char *answered = "HTTP/1.1 200 OK\r\n\r\nthe file";
  Place       place;
  guint32     id;
  int         client, destination;

  place_start (&place);
  client = ask (&place,
                "GET http://files.test/a?b HTTP/1.1\r\nHost: files.test\r\nCookie: mine\r\nAccept: "
                "x\r\nAuthorization: Bearer grant\r\n\r\nGET http://files.test/more HTTP/1.1",
                -1);
  id = await_dial (&place, 80);
  destination = connect_it (&place, id);
  check_received (destination, HEAD, strlen (HEAD), FALSE);
  g_assert_true (house_send (NULL, destination, answered, -1));
  close (destination);
  check_received (client, answered, strlen (answered), TRUE);
  close (client);
  check_ended (&place, id, SHIP_EGRESS_END_DONE, strlen (HEAD), strlen (answered));
  place_stop (&place);
#undef HEAD
}

/* Who has left gets nothing, and nobody else does. */
/* A connection that believes to be one to @host. */
static int
capture (Place *self, const char *host, guint16 port)
{
  ShipEgressArrived arrived = { .port = port };
  int               client, accepted;

  g_strlcpy (arrived.host, host, sizeof arrived.host);
  house_make_connection (&client, &accepted);
  house_hand_over_with (self->sandbox, accepted, &arrived, sizeof arrived);
  close (accepted);
  return client;
}

static void
check_alert (Place *self, ShipEgressVerdict verdict, char description)
{
  const char alert[] = { 21, 3, 3, 0, 2, 2, description };
  int        client = capture (self, "files.test", 443);
  guint32    id = await_dial (self, 443);

  answer (self, id, verdict, -1);
  check_received (client, alert, sizeof alert, TRUE);
  check_ended (self, id, SHIP_EGRESS_END_DONE, 0, 0);
  close (client);
}

/* It hears nothing but its host, or TLS. */
static void
test_captured (void)
{
  g_autoptr (GString) hello = make_hello ("files.test");
  g_autoptr (GString) other = make_hello ("other.test");
  Place   place;
  guint32 id;
  int     client, destination;

  place_start (&place);
  client = capture (&place, "Files.TEST", 443);
  id = await_dial (&place, 443);
  destination = connect_it (&place, id);
  g_assert_true (house_send (NULL, client, hello->str, (gssize) hello->len));
  check_received (destination, hello->str, hello->len, FALSE);
  g_assert_true (house_send (NULL, destination, "from outside", -1));
  close (destination);
  check_received (client, "from outside", 12, TRUE);
  close (client);
  check_ended (&place, id, SHIP_EGRESS_END_DONE, hello->len, 12);

  client = capture (&place, "files.test", 443);
  id = await_dial (&place, 443);
  destination = connect_it (&place, id);
  g_assert_true (house_send (NULL, client, other->str, (gssize) other->len));
  check_received (destination, "", 0, TRUE);
  check_ended (&place, id, SHIP_EGRESS_END_MISUSED, 0, 0);
  close (destination);
  close (client);

  check_alert (&place, SHIP_EGRESS_VERDICT_NOT_ALLOWED, 49);
  check_alert (&place, SHIP_EGRESS_VERDICT_UNKNOWN_HOST, 112);
  check_alert (&place, SHIP_EGRESS_VERDICT_UNREACHABLE, 80);
  place_stop (&place);
}

static void
test_captured_http (void)
{
  static const char request[] = "GET /a HTTP/1.1\r\nHost: files.test\r\nCookie: a=b\r\n\r\n";
  static const char expected[] = "GET /a HTTP/1.1\r\nHost: files.test\r\nConnection: close\r\n\r\n";
  static const char *const nonsense[] = { "127.0.0.1", "files", "files.test:80", "", "a b.test" };
  Place                    place;
  guint32                  id;
  int                      client, destination;

  place_start (&place);
  client = capture (&place, "files.test", 80);
  g_assert_true (house_send (NULL, client, request, -1));
  id = await_dial (&place, 80);
  destination = connect_it (&place, id);
  check_received (destination, expected, strlen (expected), FALSE);
  close (destination);
  close (client);
  check_ended (&place, id, SHIP_EGRESS_END_DONE, strlen (expected), 0);

  /* What ship-guest says is not believed either. */
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      client = capture (&place, nonsense[i], 443);
      check_received (client, "", 0, TRUE);
      close (client);
    }
  client = capture (&place, "files.test", 22);
  check_received (client, "", 0, TRUE);
  close (client);
  place_stop (&place);
}

static void
test_left_while_dialing (void)
{
  Place   place;
  guint32 id;
  int     client, destination;

  place_start (&place);
  client = ask (&place, CONNECT, -1);
  id = await_dial (&place, 443);
  close (client);
  check_ended (&place, id, SHIP_EGRESS_END_DONE, 0, 0);
  client = ask (&place, CONNECT, -1);
  g_assert_cmpuint (await_dial (&place, 443), !=, id);
  destination = connect_it (&place, id);
  check_received (destination, "", 0, TRUE);
  answer (&place, id + 1, SHIP_EGRESS_VERDICT_OFFLINE, -1);
  check_ended (&place, id + 1, FALSE, 0, 0);
  close (destination);
  close (client);
  place_stop (&place);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/egress-tunnel/refused", test_refused);
  g_test_add_func ("/egress-tunnel/both-ways", test_both_ways);
  g_test_add_func ("/egress-tunnel/misuse", test_misuse);
  g_test_add_func ("/egress-tunnel/not-tls", test_not_tls);
  g_test_add_func ("/egress-tunnel/up-limit", test_up_limit);
  g_test_add_func ("/egress-tunnel/down-limit", test_down_limit);
  g_test_add_func ("/egress-tunnel/more", test_more);
  g_test_add_func ("/egress-tunnel/much", test_much);
  g_test_add_func ("/egress-tunnel/fetch", test_fetch);
  g_test_add_func ("/egress-tunnel/captured", test_captured);
  g_test_add_func ("/egress-tunnel/captured-http", test_captured_http);
  g_test_add_func ("/egress-tunnel/left-while-dialing", test_left_while_dialing);
  return g_test_run ();
}
