/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a text can be a key, and whether its provider takes it.
 *
 *   check_async -> key_cb (the key in force) -> answered_cb -> (return)
 *
 * The key is held from key_cb until the request is built.
 */
#include "config.h"

#include "auth/ship-key-check.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

#include "net/ship-http-client.h"

#define MIN_LENGTH      8 /* what is shorter could not be kept out of logs */
#define MAX_LENGTH      4096
#define HINT_LENGTH     4
#define HINT_MIN_LENGTH 20 /* of a key whose end may be shown */
#define TIMEOUT_S       20
#define MAX_ANSWER_SIZE (4 * 1024 * 1024)

typedef struct
{
  const ShipProvider *provider;
  ShipHttpClient     *client;   /* (owned) */
  char               *uri;      /* (owned) */
  char               *host;     /* (owned) */
  char               *sentence; /* (owned) (nullable) */
} Check;

static void
check_free (Check *check)
{
  g_clear_object (&check->client);
  g_free (check->uri);
  g_free (check->host);
  g_free (check->sentence);
  g_free (check);
}

char *
ship_key_check_clean (const char *text, GError **error)
{
  const char *end;
  const char *sentence = NULL;
  gsize       length;

  g_return_val_if_fail (text != NULL, NULL);

  while (g_ascii_isspace (*text))
    text++;
  end = text + strlen (text);
  while (end > text && g_ascii_isspace (end[-1]))
    end--;
  length = (gsize) (end - text);

  if (length == 0)
    sentence = _ ("The key is empty.");
  else if (length > MAX_LENGTH)
    sentence = _ ("That is too long to be a key.");
  for (const char *p = text; sentence == NULL && p < end; p++)
    if ((guchar) *p > 0x7e || ((guchar) *p < 0x20 && !g_ascii_isspace (*p)))
      sentence = _ ("A key has no letters outside ASCII and no control characters.");
    else if (g_ascii_isspace (*p))
      sentence = _ ("A key has no spaces or line breaks in it.");
  if (sentence == NULL && length < MIN_LENGTH)
    sentence = _ ("That is too short to be a key.");
  if (sentence == NULL)
    return secret_value_unref_to_password (secret_value_new (text, (gssize) length, "text/plain"),
                                           NULL);
  g_set_error_literal (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_INVALID, sentence);
  return NULL;
}

char *
ship_key_check_dup_hint (const char *key)
{
  gsize length;

  g_return_val_if_fail (key != NULL, NULL);

  length = strlen (key);
  return length >= HINT_MIN_LENGTH ? g_strconcat ("…", key + length - HINT_LENGTH, NULL) : NULL;
}

const ShipProvider *
ship_key_check_provider (const char *id, GError **error)
{
  const ShipProvider *provider = ship_provider_find (id);
  const char         *near = provider == NULL ? ship_provider_suggest (id) : NULL;

  if (provider != NULL && provider->credential_field != NULL)
    return provider;
  if (provider != NULL)
    g_set_error (error,
                 SHIP_AUTH_ERROR,
                 SHIP_AUTH_ERROR_INVALID,
                 _ ("%s needs no key."),
                 provider->name);
  else if (near != NULL)
    g_set_error (error,
                 SHIP_AUTH_ERROR,
                 SHIP_AUTH_ERROR_NO_ADDRESS,
                 _ ("There is no provider “%s”. Did you mean “%s”?"),
                 id,
                 near);
  else
    g_set_error (error,
                 SHIP_AUTH_ERROR,
                 SHIP_AUTH_ERROR_NO_ADDRESS,
                 _ ("There is no provider “%s”. shipctl keys list shows them all."),
                 id);
  return NULL;
}

/* Google answers 400 to a key it does not know. */
static gboolean
is_refusal (const ShipProvider *provider, ShipHttpResponse *response)
{
  gsize       length;
  const char *text = g_bytes_get_data (response->body, &length);

  if (response->status == 401 || response->status == 403)
    return TRUE;
  return response->status == 400 && g_str_equal (provider->id, "google") && text != NULL &&
         g_strstr_len (text, (gssize) length, "API_KEY_INVALID") != NULL;
}

static ShipKeyVerdict
judge (Check *check, ShipHttpResponse *response, const GError *error)
{
  const char *name = check->provider->name;

  if (response == NULL)
    check->sentence =
      g_strdup_printf (g_error_matches (error, SHIP_HTTP_ERROR, SHIP_HTTP_ERROR_TIMED_OUT)
                         ? _ ("%s does not answer at %s: whether it takes the key is not known.")
                         : _ ("%s cannot be reached at %s: whether it takes the key is not known."),
                       name,
                       check->host);
  else if (response->status >= 200 && response->status < 300)
    {
      check->sentence = g_strdup_printf (_ ("%s takes the key."), name);
      return SHIP_KEY_VERDICT_VALID;
    }
  else if (is_refusal (check->provider, response))
    {
      check->sentence =
        g_strdup_printf (_ ("%s refuses the key (HTTP %u)."), name, response->status);
      return SHIP_KEY_VERDICT_REFUSED;
    }
  else
    check->sentence = g_strdup_printf (
      _ ("What answers at %s says HTTP %u: whether %s takes the key is not known."),
      check->host,
      response->status,
      name);
  return SHIP_KEY_VERDICT_UNREACHABLE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (ShipHttpResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  Check *check = g_task_get_task_data (task);

  response = ship_http_client_send_finish (SHIP_HTTP_CLIENT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_int (task, judge (check, response, error));
}

static void
key_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError          *error = NULL;
  Check           *check = g_task_get_task_data (task);
  char            *key = ship_llm_keys_lookup_finish (SHIP_LLM_KEYS (source), result, NULL, &error);
  char            *clean = key != NULL ? ship_key_check_clean (key, &error) : NULL;
  ShipHttpRequest *request;
  g_autofree char *value = NULL;

  g_clear_pointer (&key, ship_keyring_free_secret);
  if (clean == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  request = ship_http_request_new ("GET", check->uri);
  value = g_strconcat (check->provider->credential_prefix, clean, NULL);
  ship_keyring_free_secret (clean);
  ship_http_request_set_header (request, check->provider->credential_field, value);
  if (g_str_equal (check->provider->id, "anthropic"))
    ship_http_request_set_header (request, "anthropic-version", "2023-06-01");
  ship_http_request_set_timeout (request, TIMEOUT_S);
  ship_http_request_set_max_size (request, MAX_ANSWER_SIZE);
  ship_http_client_send_async (check->client,
                               request,
                               g_task_get_cancellable (task),
                               answered_cb,
                               g_object_ref (task));
}

void
ship_key_check_async (ShipLlmKeys           *keys,
                      ShipProviderAddresses *addresses,
                      const char            *provider,
                      GCancellable          *cancellable,
                      GAsyncReadyCallback    callback,
                      gpointer               user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *base = NULL;
  g_autoptr (GUri) uri = NULL;
  Check  *check = g_new0 (Check, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, ship_key_check_async);
  g_task_set_task_data (task, check, (GDestroyNotify) check_free);
  check->provider = ship_key_check_provider (provider, &error);
  if (check->provider != NULL)
    base = ship_provider_addresses_dup (addresses, provider, NULL, &error);
  if (base != NULL)
    uri = ship_provider_parse_base_uri (provider, base, &error);
  if (uri == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  check->client = ship_http_client_new ();
  check->uri = g_strconcat (base, check->provider->check_path, NULL);
  check->host = g_strdup (g_uri_get_host (uri));
  ship_llm_keys_lookup_async (keys, provider, cancellable, key_cb, g_steal_pointer (&task));
}

gboolean
ship_key_check_finish (GAsyncResult   *result,
                       ShipKeyVerdict *verdict,
                       char          **sentence,
                       GError        **error)
{
  Check *check;
  gssize value;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_key_check_async), FALSE);

  value = g_task_propagate_int (G_TASK (result), error);
  if (value < 0)
    return FALSE;
  check = g_task_get_task_data (G_TASK (result));
  *verdict = (ShipKeyVerdict) value;
  *sentence = g_steal_pointer (&check->sentence);
  return TRUE;
}
