/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-gateway-route-private.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

/*
 * The table of providers and of the endpoints that are let through: everything else of a provider's
 * service (files, fine-tuning, accounts) is none of a sandbox's business, although the key would
 * open it. The gateway owns the table; main thread.
 */

#define MAX_PROVIDER_LENGTH 64

/* clang-format off */
static const struct
{
  const char       *provider;
  const char       *name;
  ShipGatewayFamily family;
  const char       *base_uri;
  const char       *credential_field;
  const char       *credential_prefix;
  const char       *variables[2];
  gboolean          is_free;
} known_providers[] = {
  { "anthropic",  "Anthropic",  SHIP_GATEWAY_FAMILY_ANTHROPIC,  "https://api.anthropic.com",
    "x-api-key",      "",        { "ANTHROPIC_API_KEY", NULL },                          FALSE },
  { "openai",     "OpenAI",     SHIP_GATEWAY_FAMILY_OPENAI,     "https://api.openai.com",
    "Authorization",  "Bearer ", { "OPENAI_API_KEY", NULL },                             FALSE },
  { "google",     "Google",     SHIP_GATEWAY_FAMILY_GOOGLE,     "https://generativelanguage.googleapis.com",
    "x-goog-api-key", "",        { "GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY" },   FALSE },
  { "openrouter", "OpenRouter", SHIP_GATEWAY_FAMILY_OPENROUTER, "https://openrouter.ai/api",
    "Authorization",  "Bearer ", { "OPENROUTER_API_KEY", NULL },                         FALSE },
  { "ollama",     "Ollama",     SHIP_GATEWAY_FAMILY_OPENAI,     "http://127.0.0.1:11434", NULL, NULL, { NULL, NULL }, TRUE },
  { "llama.cpp",  "llama.cpp",  SHIP_GATEWAY_FAMILY_OPENAI,     "http://127.0.0.1:8080",  NULL, NULL, { NULL, NULL }, TRUE },
  { "lmstudio",   "LM Studio",  SHIP_GATEWAY_FAMILY_OPENAI,     "http://127.0.0.1:1234",  NULL, NULL, { NULL, NULL }, TRUE },
};

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
  g_uri_unref (self->base_uri);
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

static gboolean
is_loopback_host (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  /* GLib answers for this one name itself and never asks a resolver. */
  if (address == NULL)
    return g_ascii_strcasecmp (host, "localhost") == 0;
  return g_inet_address_get_is_loopback (address);
}

/* Takes @base_uri. Adds a new route, or replaces the one there is by a copy that goes elsewhere. */
static void
put (GHashTable *routes, const char *provider, GUri *base_uri)
{
  ShipGatewayRoute *self = g_rc_box_new0 (ShipGatewayRoute);

  self->provider = g_strdup (provider);
  self->family = SHIP_GATEWAY_FAMILY_OPENAI;
  self->base_uri = base_uri;
  self->is_loopback = is_loopback_host (g_uri_get_host (base_uri));
  for (guint i = 0; i < G_N_ELEMENTS (known_providers); i++)
    if (g_str_equal (known_providers[i].provider, provider))
      {
        self->name = g_strdup (known_providers[i].name);
        self->family = known_providers[i].family;
        self->credential_field = known_providers[i].credential_field;
        self->credential_prefix = known_providers[i].credential_prefix;
        self->variables[0] = known_providers[i].variables[0];
        self->variables[1] = known_providers[i].variables[1];
        self->is_free = known_providers[i].is_free;
      }
  if (self->name == NULL)
    self->name = g_strdup (provider);
  g_hash_table_replace (routes, self->provider, self);
}

GHashTable *
ship_gateway_routes_new (void)
{
  GHashTable *routes = g_hash_table_new_full (g_str_hash,
                                              g_str_equal,
                                              NULL,
                                              (GDestroyNotify) ship_gateway_route_unref);

  for (guint i = 0; i < G_N_ELEMENTS (known_providers); i++)
    put (routes,
         known_providers[i].provider,
         g_uri_parse (known_providers[i].base_uri, SOUP_HTTP_URI_FLAGS, NULL));
  return routes;
}

static gboolean
is_provider (const char *text)
{
  gsize length = strlen (text);

  if (length == 0 || length > MAX_PROVIDER_LENGTH || g_str_equal (text, "rehearsal"))
    return FALSE;
  return strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length &&
         g_ascii_isalnum (text[0]);
}

gboolean
ship_gateway_routes_set_base_uri (GHashTable *routes,
                                  const char *provider,
                                  const char *base_uri,
                                  GError    **error)
{
  g_autoptr (GUri) uri = NULL;
  const char *scheme;

  if (!is_provider (provider))
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("“%s” cannot be the name of a provider."),
                   provider);
      return FALSE;
    }
  uri = g_uri_parse (base_uri, SOUP_HTTP_URI_FLAGS, NULL);
  /* The text is not repeated: it may hold a password. */
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL ||
      g_uri_get_fragment (uri) != NULL)
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("The address of “%s” is not a plain web address."),
                   provider);
      return FALSE;
    }
  scheme = g_uri_get_scheme (uri);
  if (!g_str_equal (scheme, "https") &&
      !(g_str_equal (scheme, "http") && is_loopback_host (g_uri_get_host (uri))))
    {
      g_set_error (
        error,
        G_IO_ERROR,
        G_IO_ERROR_INVALID_ARGUMENT,
        _ ("The address of “%s” has to begin with https:// (or http:// on this machine)."),
        provider);
      return FALSE;
    }
  put (routes, provider, g_steal_pointer (&uri));
  return TRUE;
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
