/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "agent/opencode/ship-opencode-faults.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/ship-json.h"

/*
 * The class of an error comes from its type name and its status code only, never from its words.
 * Pure functions, any thread.
 */

/* Of a provider's own sentence, so that a page of HTML does not become a notification. */
#define MAX_TEXT_CHARS 400

typedef struct
{
  const char    *name;
  ShipErrorClass error_class;
  const char    *text; /* (nullable): the sentence to show; NULL: the one that came with it */
} FaultKind;

/* clang-format off */
static const FaultKind fault_kinds[] = {
  { "ProviderAuthError",        SHIP_ERROR_CLASS_SIGN_IN,
    N_("The model provider needs a valid API key.") },
  { "MessageAbortedError",      SHIP_ERROR_CLASS_CANCELLED,
    N_("The agent was stopped.") },
  { "ContextOverflowError",     SHIP_ERROR_CLASS_PERSISTENT,
    N_("The conversation no longer fits into the model's context.") },
  { "MessageOutputLengthError", SHIP_ERROR_CLASS_PERSISTENT,
    N_("The answer was longer than the model may write.") },
  { "StructuredOutputError",    SHIP_ERROR_CLASS_PERSISTENT, NULL },
  { "ContentFilterError",       SHIP_ERROR_CLASS_PERSISTENT,
    N_("The model provider withheld the answer because of its content rules.") },
};
/* clang-format on */

static gboolean
has_retry_after (JsonObject *data)
{
  JsonObject *headers = ship_json_get_object (data, "responseHeaders");

  return headers != NULL && (json_object_has_member (headers, "retry-after") ||
                             json_object_has_member (headers, "retry-after-ms"));
}

/* 403 is what our own gateway answers when a budget is spent, so it is a decision, not a sign-in.
 */
static ShipErrorClass
classify_status (JsonObject *data, gint64 status, gboolean is_retryable)
{
  switch (status)
    {
    case 0:
      return is_retryable ? SHIP_ERROR_CLASS_RETRY : SHIP_ERROR_CLASS_PERSISTENT;
    case 401:
    case 407:
      return SHIP_ERROR_CLASS_SIGN_IN;
    case 402:
    case 403:
      return SHIP_ERROR_CLASS_USER;
    case 408:
    case 425:
      return SHIP_ERROR_CLASS_RETRY;
    case 429:
      return has_retry_after (data) ? SHIP_ERROR_CLASS_RETRY_AFTER : SHIP_ERROR_CLASS_RETRY;
    default:
      return status >= 500 ? SHIP_ERROR_CLASS_RETRY : SHIP_ERROR_CLASS_PERSISTENT;
    }
}

static const char *
get_fallback_text (ShipErrorClass error_class)
{
  switch (error_class)
    {
    case SHIP_ERROR_CLASS_RETRY:
    case SHIP_ERROR_CLASS_RETRY_AFTER:
      return _ ("The model provider cannot be reached or is overloaded.");
    case SHIP_ERROR_CLASS_SIGN_IN:
      return _ ("The model provider did not accept the API key.");
    case SHIP_ERROR_CLASS_USER:
      return _ ("The model provider did not allow the request.");
    case SHIP_ERROR_CLASS_CANCELLED:
      return _ ("The agent was stopped.");
    case SHIP_ERROR_CLASS_PERSISTENT:
    case SHIP_ERROR_CLASS_BUG:
      break;
    }

  return _ ("The agent ran into an error.");
}

/* One line of at most MAX_TEXT_CHARS, or NULL if there is nothing to read. */
static char *
dup_sentence (const char *message)
{
  g_autofree char *copy = NULL;

  if (message == NULL)
    return NULL;

  copy = g_utf8_substring (message, 0, MIN (g_utf8_strlen (message, -1), MAX_TEXT_CHARS));
  g_strdelimit (copy, "\r\n\t", ' ');
  g_strstrip (copy);

  return *copy != '\0' ? g_steal_pointer (&copy) : NULL;
}

static const FaultKind *
find_kind (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fault_kinds); i++)
    if (strcmp (fault_kinds[i].name, name) == 0)
      return &fault_kinds[i];

  return NULL;
}

ShipAgentFault *
ship_opencode_fault_parse (JsonObject *object)
{
  g_autoptr (ShipAgentFault) fault = g_new0 (ShipAgentFault, 1);
  const char      *name = ship_json_get_string (object, "name", "UnknownError");
  JsonObject      *data = ship_json_get_object (object, "data");
  const FaultKind *kind = find_kind (name);

  fault->name = g_strdup (name);
  fault->error_class = SHIP_ERROR_CLASS_PERSISTENT;
  if (data != NULL)
    {
      gint64 status = ship_json_get_int (data, "statusCode", 0);

      fault->status_code = status >= 100 && status <= 599 ? (int) status : 0;
      fault->is_retryable = ship_json_get_boolean (data, "isRetryable", FALSE);
      fault->error_class = classify_status (data, fault->status_code, fault->is_retryable);
    }

  if (kind != NULL)
    fault->error_class = kind->error_class;
  if (kind != NULL && kind->text != NULL)
    fault->text = g_strdup (_ (kind->text));
  /* What a provider says about a key it refuses may quote the key. */
  else if (data != NULL && fault->error_class != SHIP_ERROR_CLASS_SIGN_IN)
    fault->text = dup_sentence (ship_json_get_string (data, "message", NULL));
  if (fault->text == NULL)
    fault->text = g_strdup (get_fallback_text (fault->error_class));

  return g_steal_pointer (&fault);
}
