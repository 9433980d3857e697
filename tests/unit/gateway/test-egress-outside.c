/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way from a sandbox to a host outside through the real ship-egress, by the policy of a real
 * gateway. The names are a test's own, and lead to a server of the test on loopback, which the
 * guard of the test lets through as if it were outside.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "fake-resolver.h"
#include "gateway-house.h"
#include "gateway/ship-egress-address.h"

/* These stand for addresses outside. */
#define OUTSIDE "127.0.0.2"
#define NOBODY  "127.0.0.3"

typedef struct
{
  House          *house;    /* (owned) */
  FakeResolver   *resolver; /* (owned) */
  GSocketService *service;  /* (owned): says "hello" and ends */
  guint16         port;
  GString        *told; /* (owned): the contacts */
} Outside;

static gboolean
is_outside (GInetAddress *address)
{
  g_autofree char *text = g_inet_address_to_string (address);

  return g_str_equal (text, OUTSIDE) || g_str_equal (text, NOBODY) ||
         ship_egress_address_is_public (address);
}

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  g_assert_true (g_output_stream_write_all (output, "hello", 5, NULL, NULL, NULL));
  return FALSE;
}

static void
contact_cb (ShipGateway *gateway, const ShipGatewayContact *contact, Outside *self)
{
  g_string_append_printf (self->told,
                          "%s %d%s; ",
                          contact->host,
                          contact->verdict,
                          contact->is_ended ? " ended" : "");
  if (contact->is_ended)
    g_assert_cmpuint (contact->n_down, ==, 5);
}

static Outside *
outside_new (void)
{
  Outside *self = g_new0 (Outside, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_from_string (OUTSIDE);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;

  self->house = house_new (FALSE);
  self->resolver = fake_resolver_new ();
  self->told = g_string_new (NULL);
  self->service = g_socket_service_new ();
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service),
                                                address,
                                                G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP,
                                                NULL,
                                                &effective,
                                                NULL));
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), NULL);
  g_signal_connect (self->house->gateway, "contact", G_CALLBACK (contact_cb), self);
  ship_gateway_set_resolver (self->house->gateway, G_RESOLVER (self->resolver), is_outside);
  fake_resolver_add (self->resolver, "files.test", OUTSIDE);
  return self;
}

static void
outside_free (Outside *self)
{
  g_signal_handlers_disconnect_by_data (self->house->gateway, self);
  g_socket_service_stop (self->service);
  g_object_unref (self->service);
  house_free (self->house);
  g_object_unref (self->resolver);
  g_string_free (self->told, TRUE);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outside, outside_free)

/* @pattern: (nullable): an allowlist of one; NULL: open */
static void
allow (Outside *self, const char *pattern)
{
  g_autoptr (ShipEgressPolicy) policy =
    ship_egress_policy_new (pattern != NULL ? SHIP_EGRESS_MODE_ALLOWLIST : SHIP_EGRESS_MODE_OPEN);

  if (pattern != NULL)
    g_assert_true (ship_egress_policy_add (policy, pattern, NULL));
  ship_gateway_set_egress_policy (self->house->gateway, policy);
}

static char *
ask (Outside *self, const char *host, guint16 port)
{
  g_autofree char *request = g_strdup_printf ("CONNECT %s:%u HTTP/1.1\r\n\r\n", host, port);

  return house_ask (self->house, request, -1);
}

static void
check (Outside *self, const char *host, guint16 port, guint status, const char *word)
{
  g_autofree char *answer = ask (self, host, port);

  g_assert_cmpuint (house_get_status (answer), ==, status);
  g_assert_nonnull (strstr (answer, word));
}

static void
test_policy (void)
{
  g_autoptr (Outside) outside = outside_new ();
  g_autofree char *answer = NULL;
  g_autofree char *pattern = g_strdup_printf ("files.test:%u", outside->port);

  check (outside, "files.test", outside->port, 403, "offline");
  allow (outside, "*.files.test");
  check (outside, "files.test", outside->port, 403, "may not reach that host");
  allow (outside, "files.test");
  check (outside, "files.test", outside->port, 403, "may not reach that host");
  g_assert_cmpuint (fake_resolver_get_n_lookups (outside->resolver), ==, 0);

  allow (outside, pattern);
  answer = ask (outside, "FILES.test", outside->port);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\nhello"));
  g_assert_cmpuint (fake_resolver_get_n_lookups (outside->resolver), ==, 1);
  while (!g_str_has_suffix (outside->told->str, "ended; "))
    house_iterate ();
  g_assert_cmpstr (outside->told->str,
                   ==,
                   "files.test 1; files.test 2; files.test 2; files.test 0; files.test 0 ended; ");
}

static void
forbid_all (Outside *self)
{
  g_autoptr (ShipEgressPolicy) policy = ship_egress_policy_new (SHIP_EGRESS_MODE_OFFLINE);

  ship_gateway_set_egress_policy (self->house->gateway, policy);
}

/* What no name may lead to, in any mode: this machine, its networks, its cloud, and all that only
 * looks like another address. */
static const char *const closed[] = {
  "127.0.0.1",
  "127.0.0.53",
  "0.0.0.0",
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "169.254.0.1",
  "169.254.169.254",
  "224.0.0.1",
  "::",
  "::1",
  "fe80::1",
  "fc00::1",
  "fd00:ec2::254",
  "::ffff:127.0.0.1",
  "::ffff:a00:1",
  "::ffff:169.254.169.254",
  "::127.0.0.1",
  "::10.0.0.1",
  "::ffff:0:a00:1",
  "2002:7f00:1::1",
  "2002:a00:1::",
  "2002:a9fe:a9fe::1",
  "64:ff9b::7f00:1",
  "64:ff9b::a00:1",
  "64:ff9b::a9fe:a9fe",
  "64:ff9b:1::1",
  "2001::1",
  "ff02::1",
};

static void
test_private (void)
{
  g_autoptr (Outside) outside = outside_new ();

  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    {
      g_autofree char *name = g_strdup_printf ("closed-%u.test", i);
      g_autofree char *mixed = g_strdup_printf ("mixed-%u.test", i);

      g_test_message ("%s", closed[i]);
      fake_resolver_add (outside->resolver, name, closed[i]);
      fake_resolver_add (outside->resolver, mixed, OUTSIDE);
      fake_resolver_add (outside->resolver, mixed, closed[i]);
      forbid_all (outside);
      check (outside, name, outside->port, 403, "is offline");
      for (guint mode = 0; mode < 2; mode++) /* an allowlist that has it, and open */
        {
          g_autofree char *allowed = g_strdup_printf ("%s:%u", name, outside->port);
          g_autofree char *allowed_mixed = g_strdup_printf ("%s:%u", mixed, outside->port);

          allow (outside, mode == 0 ? allowed : NULL);
          check (outside, name, outside->port, 403, "private network");
          allow (outside, mode == 0 ? allowed_mixed : NULL);
          check (outside, mixed, outside->port, 403, "private network");
        }
    }
  allow (outside, NULL);
  check (outside, "nowhere.test", 443, 502, "not known");
  check (outside, "files.test", 1, 502, "cannot be reached");
}

/* One that leads outside when it is looked at and inside when it is asked for again: what was
 * looked at is dialed, without another question; the next connection asks, and is refused. */
static void
test_rebinding (void)
{
  for (guint mode = 0; mode < 2; mode++)
    {
      g_autoptr (Outside) outside = outside_new ();
      g_autofree char *allowed = g_strdup_printf ("rebinding.test:%u", outside->port);
      g_autofree char *answer = NULL;

      fake_resolver_add (outside->resolver, "rebinding.test", OUTSIDE);
      fake_resolver_move (outside->resolver, "rebinding.test", "127.0.0.1");
      allow (outside, mode == 0 ? allowed : NULL);
      answer = ask (outside, "rebinding.test", outside->port);
      g_assert_true (g_str_has_suffix (answer, "\r\n\r\nhello"));
      g_assert_cmpuint (fake_resolver_get_n_lookups (outside->resolver), ==, 1);
      check (outside, "rebinding.test", outside->port, 403, "private network");
      g_assert_cmpuint (fake_resolver_get_n_lookups (outside->resolver), ==, 2);
    }
}

/* The second address is tried when nobody listens at the first. */
static void
test_addresses (void)
{
  g_autoptr (Outside) outside = outside_new ();
  g_autofree char *answer = NULL;

  allow (outside, NULL);
  fake_resolver_add (outside->resolver, "both.test", NOBODY);
  fake_resolver_add (outside->resolver, "both.test", OUTSIDE);
  answer = ask (outside, "both.test", outside->port);
  g_assert_true (g_str_has_suffix (answer, "hello"));
}

static void
test_rate (void)
{
  g_autoptr (Outside) outside = outside_new ();
  guint n_busy = 0;

  /* One host, and then all. */
  for (guint i = 0; i < 700; i++)
    {
      g_autofree char *answer = ask (outside, i < 450 ? "files.test" : "other.test", 443);

      n_busy += strstr (answer, "more connections a minute than it may") != NULL;
      if (i == 449)
        {
          g_assert_cmpuint (n_busy, >, 0);
          g_assert_cmpuint (n_busy, <, 51);
        }
    }
  g_assert_cmpuint (n_busy, >, 50); /* one may have come back meanwhile */
  g_assert_cmpuint (n_busy, <, 151);
}

/* --- behind a proxy --- */

/* Keeps what it is asked for, and is the host. */
static gboolean
proxy_cb (GSocketService *service, GSocketConnection *connection, GObject *source, GString *heads)
{
  static const char answer[] = "HTTP/1.1 200 Fine\r\n\r\nhello";
  GInputStream     *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream    *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char              byte;

  g_string_truncate (heads, 0);
  while (!g_str_has_suffix (heads->str, "\r\n\r\n") &&
         g_input_stream_read (input, &byte, 1, NULL, NULL) == 1)
    g_string_append_c (heads, byte);
  g_assert_true (g_output_stream_write_all (output, answer, strlen (answer), NULL, NULL, NULL));
  return TRUE;
}

static void
test_proxy (void)
{
  g_autoptr (Outside) outside = outside_new ();
  /* On a thread: what GIO says to a proxy comes in pieces. */
  g_autoptr (GSocketService) proxy = g_threaded_socket_service_new (1);
  g_autoptr (GString) heads = g_string_new (NULL);
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (proxy), NULL, NULL);
  g_autofree char  *variable = g_strdup_printf ("HTTPS_PROXY=http://me:canary@127.0.0.1:%u", port);
  const char *const environment[] = { variable, "no_proxy=.files.test,other.test", NULL };
  g_autofree char  *answer = NULL;
  g_autofree char  *direct = NULL;
  g_autofree char  *opened = NULL;

  g_signal_connect (proxy, "run", G_CALLBACK (proxy_cb), heads);
  ship_gateway_use_proxy (outside->house->gateway, environment);
  fake_resolver_add (outside->resolver, "far.test", OUTSIDE);
  fake_resolver_add (outside->resolver, "inner.test", "10.0.0.1");

  /* By its name when it is allowed, also when nobody here knows it. */
  allow (outside, "far.test:443");
  answer = ask (outside, "far.test", 443);
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\nhello"));
  g_assert_null (strstr (answer, "canary"));
  g_assert_true (g_str_has_prefix (heads->str, "CONNECT far.test:443 HTTP/1."));
  g_assert_nonnull (strstr (heads->str, "Proxy-Authorization: Basic bWU6Y2FuYXJ5"));
  allow (outside, "unknown.test");
  g_free (answer);
  answer = ask (outside, "unknown.test", 443);
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\nhello"));
  check (outside, "far.test", 443, 403, "may not reach that host");

  /* What is known to lead inside is refused as ever; what leads anywhere, by its address only. */
  g_string_truncate (heads, 0);
  allow (outside, "inner.test");
  check (outside, "inner.test", 443, 403, "private network");
  allow (outside, NULL);
  check (outside, "inner.test", 443, 403, "private network");
  check (outside, "unknown.test", 443, 502, "not known");
  g_assert_cmpuint (heads->len, ==, 0);
  opened = ask (outside, "far.test", 443);
  g_assert_true (g_str_has_suffix (opened, "\r\n\r\nhello"));
  g_assert_true (g_str_has_prefix (heads->str, "CONNECT " OUTSIDE ":443 HTTP/1."));

  /* An exception. */
  g_string_truncate (heads, 0);
  direct = ask (outside, "files.test", outside->port);
  g_assert_true (g_str_has_suffix (direct, "\r\n\r\nhello"));
  g_assert_cmpuint (heads->len, ==, 0);

  g_socket_service_stop (proxy);
  g_socket_listener_close (G_SOCKET_LISTENER (proxy));
}

/* One that is not there lets nobody out past it. */
static void
test_no_proxy_there (void)
{
  static const char *const environment[] = { "all_proxy=127.0.0.3:1", NULL };
  g_autoptr (Outside) outside = outside_new ();

  ship_gateway_use_proxy (outside->house->gateway, environment);
  allow (outside, NULL);
  check (outside, "files.test", outside->port, 502, "cannot be reached");
}

/* Nor does one that cannot be used; what is excepted from it goes on. */
static void
test_proxy_of_no_use (void)
{
  static const char *const proxies[] = { "https_proxy=https://me:canary-of-it@127.0.0.1:1",
                                         "ALL_PROXY=ftp://127.0.0.1:1",
                                         "https_proxy=http://" };

  for (guint i = 0; i < G_N_ELEMENTS (proxies); i++)
    {
      const char *const environment[] = { proxies[i], "no_proxy=direct.test", NULL };
      g_autoptr (Outside) outside = outside_new ();
      g_autofree char *refused = NULL;
      g_autofree char *direct = NULL;

      ship_gateway_use_proxy (outside->house->gateway, environment);
      allow (outside, NULL);
      refused = ask (outside, "files.test", outside->port);
      g_assert_true (g_str_has_prefix (refused, "HTTP/1.1 502 Proxy Not Supported"));
      g_assert_nonnull (strstr (refused, "needs a proxy of a kind that Ship cannot use"));
      g_assert_null (strstr (refused, "canary"));
      fake_resolver_add (outside->resolver, "direct.test", OUTSIDE);
      direct = ask (outside, "direct.test", outside->port);
      g_assert_true (g_str_has_suffix (direct, "\r\n\r\nhello"));
    }
}

/* Dialing when the way out is closed leaves nothing behind. */
static void
test_stop (void)
{
  g_autoptr (Outside) outside = outside_new ();
  int client = house_connect (outside->house);

  allow (outside, NULL);
  g_assert_true (
    house_send (outside->house, client, "CONNECT files.test:443 HTTP/1.1\r\n\r\n", -1));
  while (fake_resolver_get_n_lookups (outside->resolver) == 0)
    house_iterate ();
  ship_gateway_stop (outside->house->gateway);
  close (client);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/egress-outside/policy", test_policy);
  g_test_add_func ("/egress-outside/private", test_private);
  g_test_add_func ("/egress-outside/rebinding", test_rebinding);
  g_test_add_func ("/egress-outside/addresses", test_addresses);
  g_test_add_func ("/egress-outside/rate", test_rate);
  g_test_add_func ("/egress-outside/stop", test_stop);
  g_test_add_func ("/egress-outside/proxy", test_proxy);
  g_test_add_func ("/egress-outside/no-proxy-there", test_no_proxy_there);
  g_test_add_func ("/egress-outside/proxy-of-no-use", test_proxy_of_no_use);
  return g_test_run ();
}
