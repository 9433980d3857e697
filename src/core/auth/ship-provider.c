/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of model providers: where each is, what its key is called, and how the key is shown to
 * it. The gateway, the check of a key and the list of models all read it here.
 */
#include "config.h"

#include "auth/ship-provider.h"

#include <glib/gi18n-lib.h>

#include "auth/ship-keyring.h"
#include "base/ship-nearest.h"

#define MAX_ID_LENGTH 64
#define URI_FLAGS                                                                                  \
  (G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY |               \
   G_URI_FLAGS_ENCODED_FRAGMENT | G_URI_FLAGS_SCHEME_NORMALIZE)

/* OpenRouter tells its models to anybody, so its keys are asked about themselves. */
/* clang-format off */
static const ShipProvider providers[] = {
  { "anthropic",  "Anthropic",  "https://api.anthropic.com", "x-api-key", "",
    { "ANTHROPIC_API_KEY" }, "ANTHROPIC_BASE_URL", "/v1", "/v1/models" },
  { "openai",     "OpenAI",     "https://api.openai.com", "Authorization", "Bearer ",
    { "OPENAI_API_KEY" }, "OPENAI_BASE_URL", "/v1", "/v1/models" },
  { "google",     "Google",     "https://generativelanguage.googleapis.com", "x-goog-api-key", "",
    { "GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "GOOGLE_API_KEY" }, "GOOGLE_GEMINI_BASE_URL", "/v1beta", "/v1beta/models" },
  { "openrouter", "OpenRouter", "https://openrouter.ai/api", "Authorization", "Bearer ",
    { "OPENROUTER_API_KEY" }, "OPENROUTER_BASE_URL", "/v1", "/v1/key" },
  { "ollama",     "Ollama",     "http://127.0.0.1:11434", NULL, NULL, { NULL }, "OLLAMA_HOST", "/v1", NULL },
  { "llama.cpp",  "llama.cpp",  "http://127.0.0.1:8080",  NULL, NULL, { NULL }, NULL, "/v1", NULL },
  { "lmstudio",   "LM Studio",  "http://127.0.0.1:1234",  NULL, NULL, { NULL }, NULL, "/v1", NULL },
};
/* clang-format on */

const ShipProvider *
ship_provider_list (guint *n)
{
  *n = G_N_ELEMENTS (providers);
  return providers;
}

const ShipProvider *
ship_provider_find (const char *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    if (g_str_equal (providers[i].id, id))
      return &providers[i];
  return NULL;
}

char *
ship_provider_dup_keyring_name (const char *id)
{
  return g_strconcat ("llm/", id, NULL);
}

gboolean
ship_provider_is_id (const char *text)
{
  gsize length = strlen (text);

  if (length == 0 || length > MAX_ID_LENGTH || g_str_equal (text, "rehearsal"))
    return FALSE;
  return strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length &&
         g_ascii_isalnum (text[0]);
}

gboolean
ship_provider_is_loopback (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  /* GLib answers for this one name itself and never asks a resolver. */
  if (address == NULL)
    return g_ascii_strcasecmp (host, "localhost") == 0;
  return g_inet_address_get_is_loopback (address);
}

static gboolean
is_plain (GUri *uri)
{
  return g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
         g_uri_get_userinfo (uri) == NULL && g_uri_get_query (uri) == NULL &&
         g_uri_get_fragment (uri) == NULL;
}

GUri *
ship_provider_parse_base_uri (const char *id, const char *base_uri, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  const char *scheme;

  g_return_val_if_fail (id != NULL && base_uri != NULL, NULL);

  if (!ship_provider_is_id (id))
    {
      g_set_error (error,
                   SHIP_AUTH_ERROR,
                   SHIP_AUTH_ERROR_INVALID,
                   _ ("“%s” cannot be the name of a provider."),
                   id);
      return NULL;
    }
  uri = g_uri_parse (base_uri, URI_FLAGS, NULL);
  /* The text is not repeated: it may hold a password. */
  if (uri == NULL || !is_plain (uri))
    {
      g_set_error (error,
                   SHIP_AUTH_ERROR,
                   SHIP_AUTH_ERROR_INVALID,
                   _ ("The address of “%s” is not a plain web address."),
                   id);
      return NULL;
    }
  scheme = g_uri_get_scheme (uri);
  if (!g_str_equal (scheme, "https") &&
      !(g_str_equal (scheme, "http") && ship_provider_is_loopback (uri)))
    {
      g_set_error (
        error,
        SHIP_AUTH_ERROR,
        SHIP_AUTH_ERROR_INVALID,
        _ ("The address of “%s” has to begin with https:// (or http:// on this machine)."),
        id);
      return NULL;
    }
  return g_steal_pointer (&uri);
}

const char *
ship_provider_suggest (const char *text)
{
  const char             *ids[G_N_ELEMENTS (providers) + 1] = { NULL };
  g_autofree const char **found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    ids[i] = providers[i].id;
  found = ship_nearest_find (text, ids, 1);
  return found[0];
}
