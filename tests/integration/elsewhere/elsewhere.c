/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-resolver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Linked with the sources of ship-session, for tests only: an internet of a few names. Those that
 * are outside have documentation addresses, which are public to Ship's own check, and this
 * program's connect() leads them to a server of the test. All else – policy, resolution, the check
 * of addresses, dialing – is as it is shipped.
 *
 * ELSEWHERE_HTTP, ELSEWHERE_HTTPS: ports on 127.0.0.1 that stand for 80 and 443 of every such
 * address.
 */

#define OUTSIDE "203.0.113."

int connect (int fd, const struct sockaddr *address, socklen_t length);

static guint16
get_port (const struct sockaddr_in *address)
{
  const char *variable = ntohs (address->sin_port) == 80    ? "ELSEWHERE_HTTP"
                         : ntohs (address->sin_port) == 443 ? "ELSEWHERE_HTTPS"
                                                            : NULL;
  const char *text = variable != NULL ? g_getenv (variable) : NULL;
  guint64     port = 0;

  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &port, NULL);
  return (guint16) port;
}

/* In the place of the C library's. */
int
connect (int fd, const struct sockaddr *address, socklen_t length)
{
  struct sockaddr_in here = { 0 };

  if (address->sa_family != AF_INET || length < sizeof here)
    return (int) syscall (SYS_connect, fd, address, length);

  memcpy (&here, address, sizeof here);
  if ((ntohl (here.sin_addr.s_addr) & 0xffffff00) == 0xcb007100)
    {
      here.sin_port = htons (get_port (&here));
      here.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    }
  return (int) syscall (SYS_connect, fd, &here, sizeof here);
}

__attribute__ ((constructor)) static void
set_names (void)
{
  static const char *const names[][2] = {
    { "files.test", OUTSIDE "10" },         { "other.test", OUTSIDE "11" },
    { "registry.test", OUTSIDE "12" },      { "loopback.test", "127.0.0.1" },
    { "metadata.test", "169.254.169.254" }, { "router.test", "192.168.1.1" },
    { "mapped.test", "::ffff:127.0.0.1" },  { "mapped-router.test", "::ffff:10.0.0.1" },
    { "half-private.test", OUTSIDE "13" },  { "half-private.test", "10.0.0.1" },
    { "rebinding.test", OUTSIDE "14" },     { "always.test", OUTSIDE "15" },
  };
  g_autoptr (FakeResolver) resolver = fake_resolver_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    fake_resolver_add (resolver, names[i][0], names[i][1]);
  /* Asked again, it leads to this machine. */
  fake_resolver_move (resolver, "rebinding.test", "127.0.0.1");
  g_resolver_set_default (G_RESOLVER (resolver));
}
