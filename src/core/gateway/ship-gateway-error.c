/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gateway/ship-gateway-error-private.h"

#include <json-glib/json-glib.h>

#include "base/ship-json.h"

/*
 * The gateway's own answers, each in the shape of the provider's protocol, so that the agent shows
 * the sentence and decides rightly whether to try again. Main thread.
 */

/* clang-format off */
static const struct
{
  guint       status;
  const char *anthropic_type;
  const char *openai_type;
  const char *openai_code;
  const char *google_status;
} refusals[SHIP_GATEWAY_N_REFUSALS] = {
  [SHIP_GATEWAY_REFUSAL_INVALID]         = { 400, "invalid_request_error", "invalid_request_error", NULL,                "INVALID_ARGUMENT" },
  [SHIP_GATEWAY_REFUSAL_UNAUTHENTICATED] = { 401, "authentication_error",  "invalid_request_error", "invalid_api_key",   "UNAUTHENTICATED" },
  [SHIP_GATEWAY_REFUSAL_FORBIDDEN]       = { 403, "permission_error",      "permission_error",      "permission_denied", "PERMISSION_DENIED" },
  [SHIP_GATEWAY_REFUSAL_NOT_FOUND]       = { 404, "not_found_error",       "invalid_request_error", "not_found",         "NOT_FOUND" },
  [SHIP_GATEWAY_REFUSAL_TOO_LARGE]       = { 413, "request_too_large",     "invalid_request_error", "request_too_large", "INVALID_ARGUMENT" },
  [SHIP_GATEWAY_REFUSAL_UPSTREAM]        = { 502, "api_error",             "api_error",             "bad_gateway",       "UNAVAILABLE" },
};
/* clang-format on */

guint
ship_gateway_refusal_get_status (ShipGatewayRefusal refusal)
{
  return refusals[refusal].status;
}

static void
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name (builder, name);
  if (text != NULL)
    json_builder_add_string_value (builder, text);
  else
    json_builder_add_null_value (builder);
}

static void
add_code (JsonBuilder *builder, ShipGatewayRefusal refusal)
{
  json_builder_set_member_name (builder, "code");
  json_builder_add_int_value (builder, refusals[refusal].status);
}

static char *
format (ShipGatewayRefusal refusal, ShipGatewayFamily family, const char *sentence)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  if (family == SHIP_GATEWAY_FAMILY_ANTHROPIC)
    add_text (builder, "type", "error");
  json_builder_set_member_name (builder, "error");
  json_builder_begin_object (builder);
  add_text (builder, "message", sentence);
  switch (family)
    {
    case SHIP_GATEWAY_FAMILY_ANTHROPIC:
      add_text (builder, "type", refusals[refusal].anthropic_type);
      break;
    case SHIP_GATEWAY_FAMILY_OPENAI:
      add_text (builder, "type", refusals[refusal].openai_type);
      add_text (builder, "param", NULL);
      add_text (builder, "code", refusals[refusal].openai_code);
      break;
    case SHIP_GATEWAY_FAMILY_GOOGLE:
      add_code (builder, refusal);
      add_text (builder, "status", refusals[refusal].google_status);
      break;
    case SHIP_GATEWAY_FAMILY_OPENROUTER:
      add_code (builder, refusal);
      break;
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return ship_json_node_to_text (root);
}

void
ship_gateway_refusal_answer (ShipGatewayRefusal refusal,
                             ShipGatewayFamily  family,
                             const char        *sentence,
                             SoupServerMessage *message)
{
  char *text = format (refusal, family, sentence);

  soup_server_message_set_status (message, refusals[refusal].status, NULL);
  soup_server_message_set_response (message,
                                    "application/json",
                                    SOUP_MEMORY_TAKE,
                                    text,
                                    strlen (text));
}
