/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-gateway-route-private.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "auth/ship-provider.h"

/*
 * The table of providers and of the endpoints that are let through: everything else of a provider's
 * service (files, fine-tuning, accounts) is none of a sandbox's business, although the key would
 * open it. The gateway owns the table; main thread.
 */

/* Whose protocol each speaks; any other is compatible with OpenAI. */
static const struct
{
  const char       *provider;
  ShipGatewayFamily family;
} families[] = {
  { "anthropic", SHIP_GATEWAY_FAMILY_ANTHROPIC },
  { "google", SHIP_GATEWAY_FAMILY_GOOGLE },
  { "openrouter", SHIP_GATEWAY_FAMILY_OPENROUTER },
};

/* clang-format off */
/* After an optional version. '*' stands for the name of a model. */
static const struct
{
  guint       families;
  const char *method;
  const char *path;
  const char *suffix;
  ShipWire    wire;
} endpoints[] = {
  { 1 << SHIP_GATEWAY_FAMILY_ANTHROPIC, "POST", "messages", NULL, SHIP_WIRE_ANTHROPIC },
  { 1 << SHIP_GATEWAY_FAMILY_ANTHROPIC, "POST", "messages/count_tokens", NULL, SHIP_WIRE_NONE },
  { 1 << SHIP_GATEWAY_FAMILY_OPENAI | 1 << SHIP_GATEWAY_FAMILY_OPENROUTER, "POST", "chat/completions", NULL, SHIP_WIRE_CHAT },
  { 1 << SHIP_GATEWAY_FAMILY_OPENAI, "POST", "responses", NULL, SHIP_WIRE_RESPONSES },
  { 1 << SHIP_GATEWAY_FAMILY_GOOGLE, "POST", "models/*", ":streamGenerateContent", SHIP_WIRE_GEMINI },
  { 1 << SHIP_GATEWAY_FAMILY_GOOGLE, "POST", "models/*", ":generateContent", SHIP_WIRE_GEMINI },
  { 1 << SHIP_GATEWAY_FAMILY_GOOGLE, "POST", "models/*", ":countTokens", SHIP_WIRE_NONE },
  { ~0u, "GET", "models", NULL, SHIP_WIRE_NONE },
  { ~0u, "GET", "models/*", "", SHIP_WIRE_NONE },
};
/* clang-format on */

static void
route_clear (gpointer data)
{
  ShipGatewayRoute *self = data;

  g_free (self->provider);
  g_free (self->name);
  g_free (self->trouble);
  g_clear_pointer (&self->base_uri, g_uri_unref);
}

ShipGatewayRoute *
ship_gateway_route_ref (ShipGatewayRoute *self)
{
  return g_rc_box_acquire (self);
}

void
ship_gateway_route_unref (ShipGatewayRoute *self)
{
  g_rc_box_release_full (self, route_clear);
}

/* Takes @base_uri (nullable) and @trouble (nullable), one of which there is. Adds a new route, or
 * replaces the one there is by a copy that goes elsewhere. */
static void
put (GHashTable *routes, const char *provider, GUri *base_uri, char *trouble)
{
  ShipGatewayRoute   *self = g_rc_box_new0 (ShipGatewayRoute);
  const ShipProvider *known = ship_provider_find (provider);

  self->provider = g_strdup (provider);
  self->name = g_strdup (known != NULL ? known->name : provider);
  self->family = SHIP_GATEWAY_FAMILY_OPENAI;
  self->base_uri = base_uri;
  self->trouble = trouble;
  self->is_loopback = base_uri != NULL && ship_provider_is_loopback (base_uri);
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (g_str_equal (families[i].provider, provider))
      self->family = families[i].family;
  if (known != NULL)
    {
      self->credential_field = known->credential_field;
      self->credential_prefix = known->credential_prefix;
      self->variable = known->variables[0];
      self->is_free = known->credential_field == NULL;
    }
  g_hash_table_replace (routes, self->provider, self);
}

GHashTable *
ship_gateway_routes_new (void)
{
  GHashTable         *routes = g_hash_table_new_full (g_str_hash,
                                              g_str_equal,
                                              NULL,
                                              (GDestroyNotify) ship_gateway_route_unref);
  const ShipProvider *known;
  guint               n;

  known = ship_provider_list (&n);
  for (guint i = 0; i < n; i++)
    put (routes, known[i].id, g_uri_parse (known[i].base_uri, SOUP_HTTP_URI_FLAGS, NULL), NULL);
  return routes;
}

gboolean
ship_gateway_routes_set_base_uri (GHashTable *routes,
                                  const char *provider,
                                  const char *base_uri,
                                  GError    **error)
{
  GUri *uri = ship_provider_parse_base_uri (provider, base_uri, error);

  if (uri == NULL)
    return FALSE;
  put (routes, provider, uri, NULL);
  return TRUE;
}

void
ship_gateway_routes_close (GHashTable *routes, const char *provider, const char *sentence)
{
  put (routes, provider, NULL, g_strdup (sentence));
}

void
ship_gateway_routes_follow (GHashTable *routes, ShipProviderAddresses *addresses)
{
  g_auto (GStrv) listed = ship_provider_addresses_list (addresses);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer       id;

  g_hash_table_iter_init (&iter, routes);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_strv_contains ((const char *const *) listed, id))
      g_ptr_array_add (ids, g_strdup (id));
  for (guint i = 0; listed[i] != NULL; i++)
    g_ptr_array_add (ids, g_strdup (listed[i]));

  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *base_uri =
        ship_provider_addresses_dup (addresses, ids->pdata[i], NULL, &error);

      if (base_uri != NULL)
        ship_gateway_routes_set_base_uri (routes, ids->pdata[i], base_uri, &error);
      if (error != NULL)
        ship_gateway_routes_close (routes, ids->pdata[i], error->message);
    }
}

void
ship_gateway_target_free (ShipGatewayTarget *self)
{
  g_uri_unref (self->uri);
  g_free (self->model);
  g_free (self);
}

gboolean
ship_gateway_path_split (const char *path, char **provider, const char **rest)
{
  const char *slash;

  if (!g_str_has_prefix (path, "/llm/"))
    return FALSE;
  path += strlen ("/llm/");
  slash = strchr (path, '/');
  if (slash == NULL || slash == path)
    return FALSE;
  *provider = g_strndup (path, (gsize) (slash - path));
  *rest = slash + 1;
  return TRUE;
}

/* The length of "v1/", "v1beta/" at the start of @path, 0 if there is none. */
static gsize
get_version_length (const char *path)
{
  gsize length = strcspn (path, "/");

  if (path[0] != 'v' || !g_ascii_isdigit (path[1]) || path[length] != '/')
    return 0;
  for (gsize i = 1; i < length; i++)
    if (!g_ascii_isalnum (path[i]))
      return 0;
  return length + 1;
}

static gboolean
is_model (const char *text, gsize length)
{
  if (length == 0)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("._-", text[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* Whether @path is the endpoint; @model: (out): what stood for '*' */
static gboolean
matches (const char *pattern, const char *suffix, const char *path, char **model)
{
  gsize prefix_length, length;

  if (suffix == NULL)
    return g_str_equal (pattern, path);
  prefix_length = strlen (pattern) - 1;
  if (strncmp (pattern, path, prefix_length) != 0 || !g_str_has_suffix (path, suffix))
    return FALSE;
  path += prefix_length;
  if (strlen (path) <= strlen (suffix))
    return FALSE;
  length = strlen (path) - strlen (suffix);
  if (!is_model (path, length))
    return FALSE;
  *model = g_strndup (path, length);
  return TRUE;
}

/* ship-egress has taken credentials out already; a key of the sandbox must not leave in any case.
 */
static char *
clean_query (const char *query)
{
  static const char *const credentials[] = { "key",           "access_token",  "api_key",
                                             "api-key",       "apikey",        "auth_token",
                                             "authorization", "oauth_token",   "token",
                                             "x-api-key",     "x-goog-api-key" };
  g_auto (GStrv) parts = g_strsplit (query, "&", -1);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      gsize    length = strcspn (parts[i], "=");
      gboolean is_kept = length > 0 && memchr (parts[i], '%', length) == NULL;

      for (guint j = 0; is_kept && j < G_N_ELEMENTS (credentials); j++)
        is_kept = strlen (credentials[j]) != length ||
                  g_ascii_strncasecmp (credentials[j], parts[i], length) != 0;
      if (is_kept)
        g_string_append_printf (out, "%s%s", out->len > 0 ? "&" : "", parts[i]);
    }
  return out->len > 0 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

/* The base's path and @rest, with one version between them if both have one ("https://host/v1" and
 * "v1/models"). */
static char *
join (GUri *base_uri, const char *rest)
{
  g_autofree char *base = g_strdup (g_uri_get_path (base_uri));
  const char      *last;
  gsize            length = strlen (base);

  while (length > 0 && base[length - 1] == '/')
    base[--length] = '\0';
  last = strrchr (base, '/');
  if (last != NULL)
    {
      g_autofree char *segment = g_strconcat (last + 1, "/", NULL);

      if (get_version_length (segment) > 0)
        rest += get_version_length (rest);
    }
  return g_strconcat (base, "/", rest, NULL);
}

ShipGatewayTarget *
ship_gateway_route_resolve (const ShipGatewayRoute *self,
                            const char             *method,
                            const char             *rest,
                            const char             *query)
{
  const char *path = rest + get_version_length (rest);

  for (guint i = 0; i < G_N_ELEMENTS (endpoints); i++)
    {
      ShipGatewayTarget *target;
      g_autofree char   *full_path = NULL;
      g_autofree char   *clean = NULL;
      char              *model = NULL;

      if ((endpoints[i].families & 1u << self->family) == 0 ||
          !g_str_equal (endpoints[i].method, method) ||
          !matches (endpoints[i].path, endpoints[i].suffix, path, &model))
        continue;

      full_path = join (self->base_uri, rest);
      clean = query != NULL ? clean_query (query) : NULL;
      target = g_new0 (ShipGatewayTarget, 1);
      target->wire = endpoints[i].wire;
      target->model = model;
      target->uri = g_uri_build (SOUP_HTTP_URI_FLAGS,
                                 g_uri_get_scheme (self->base_uri),
                                 NULL,
                                 g_uri_get_host (self->base_uri),
                                 g_uri_get_port (self->base_uri),
                                 full_path,
                                 clean,
                                 NULL);
      return target;
    }
  return NULL;
}
