/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-egress-proxy.h"

#include <string.h>

struct _ShipEgressProxy
{
  GProxyResolver *always;  /* (owned) */
  GProxyResolver *by_host; /* (owned): knows the exceptions */
  gboolean        is_usable;
};

/* Both are in use, the small one first: a web server's CGI may be told HTTP_PROXY by anybody. */
static const char *
get_variable (const char *const *environment, const char *const *names)
{
  for (; *names != NULL; names++)
    {
      const char *value = g_environ_getenv ((char **) environment, *names);

      if (value != NULL && value[0] != '\0')
        return value;
    }
  return NULL;
}

/* As GIO's proxies are named. To one over TLS there would be no plain descriptor to hand out.
 * (transfer full) (nullable) */
static char *
normalize (const char *text)
{
  static const char *const schemes[][2] = { { "http", "http" },
                                            { "socks5h", "socks5" },
                                            { "socks5", "socks5" },
                                            { "socks4a", "socks4a" } };
  g_autofree char         *written =
    strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("http://", text, NULL);
  g_autoptr (GUri) uri = g_uri_parse (written, G_URI_FLAGS_HAS_PASSWORD, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0')
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (g_uri_get_scheme (uri), schemes[i][0]))
      return g_strconcat (schemes[i][1], strstr (written, "://"), NULL);
  return NULL;
}

ShipEgressProxy *
ship_egress_proxy_new (const char *const *environment)
{
  static const char *const names[] = { "https_proxy",
                                       "HTTPS_PROXY",
                                       "all_proxy",
                                       "ALL_PROXY",
                                       NULL };
  static const char *const exceptions[] = { "no_proxy", "NO_PROXY", NULL };
  const char              *text = get_variable (environment, names);
  const char              *without = get_variable (environment, exceptions);
  g_autofree char         *uri = text != NULL ? normalize (text) : NULL;
  g_auto (GStrv) hosts = g_strsplit_set (without != NULL ? without : "", ", ", -1);
  ShipEgressProxy *self;

  if (text == NULL || g_strv_contains ((const char *const *) hosts, "*"))
    return NULL;

  self = g_new0 (ShipEgressProxy, 1);
  self->is_usable = uri != NULL;
  if (uri == NULL) /* nobody is asked there: it stands for one */
    uri = g_strdup ("http://invalid");
  self->always = g_simple_proxy_resolver_new (uri, NULL);
  self->by_host = g_simple_proxy_resolver_new (uri, hosts);
  return self;
}

void
ship_egress_proxy_free (ShipEgressProxy *self)
{
  g_object_unref (self->always);
  g_object_unref (self->by_host);
  g_free (self);
}

gboolean
ship_egress_proxy_is_for (ShipEgressProxy *self, const char *host, guint16 port)
{
  g_autofree char *uri = g_strdup_printf ("https://%s:%u/", host, port);
  g_auto (GStrv) proxies = g_proxy_resolver_lookup (self->by_host, uri, NULL, NULL);

  /* This kind of resolver asks nobody. */
  return proxies != NULL && proxies[0] != NULL && !g_str_equal (proxies[0], "direct://");
}

gboolean
ship_egress_proxy_is_usable (ShipEgressProxy *self)
{
  return self->is_usable;
}

void
ship_egress_proxy_set_up (ShipEgressProxy *self, GSocketClient *client)
{
  g_socket_client_set_enable_proxy (client, TRUE);
  g_socket_client_set_proxy_resolver (client, self->always);
}
