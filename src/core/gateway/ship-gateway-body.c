/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-gateway-body-private.h"

#include <glib/gi18n-lib.h>

#include "base/ship-json.h"

/*
 * The body of a request is passed on byte by byte unless something has to be added to it: a
 * streamed chat tells its usage only when asked. Pure; main thread.
 */

/* Sets the member @name of the object @path of @root, made if it is not there; TRUE if that changed
 * anything. */
static gboolean
set_flag (JsonObject *root, const char *object_name, const char *name)
{
  JsonObject *object = ship_json_get_object (root, object_name);

  if (object != NULL && ship_json_get_boolean (object, name, FALSE))
    return FALSE;
  if (object == NULL)
    {
      object = json_object_new ();
      json_object_set_object_member (root, object_name, object);
    }
  json_object_set_boolean_member (object, name, TRUE);
  return TRUE;
}

GBytes *
ship_gateway_body_prepare (GBytes           *body,
                           ShipWire          wire,
                           ShipGatewayFamily family,
                           char            **model,
                           gboolean         *has_tools,
                           GError          **error)
{
  g_autoptr (JsonObject) root = NULL;
  gboolean    is_changed = FALSE;
  const char *name;
  JsonArray  *tools;
  char       *text;

  if (wire == SHIP_WIRE_NONE)
    return g_bytes_ref (body);

  root =
    ship_json_parse_object (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL);
  if (root == NULL && wire == SHIP_WIRE_GEMINI)
    return g_bytes_ref (body); /* nothing is added to it; the provider will say what is wrong */
  if (root == NULL)
    {
      g_set_error_literal (error,
                           G_IO_ERROR,
                           G_IO_ERROR_INVALID_DATA,
                           _ ("The request body is not a JSON object."));
      return NULL;
    }
  tools = ship_json_get_array (root, "tools");
  *has_tools = tools != NULL && json_array_get_length (tools) > 0;
  if (wire == SHIP_WIRE_GEMINI)
    return g_bytes_ref (body);
  name = ship_json_get_string (root, "model", NULL);
  if (name != NULL)
    *model = g_strdup (name);

  if (wire == SHIP_WIRE_CHAT && ship_json_get_boolean (root, "stream", FALSE))
    is_changed = set_flag (root, "stream_options", "include_usage");
  if (wire == SHIP_WIRE_CHAT && family == SHIP_GATEWAY_FAMILY_OPENROUTER)
    is_changed |= set_flag (root, "usage", "include");
  if (!is_changed)
    return g_bytes_ref (body);

  text = ship_json_object_to_text (root);
  return g_bytes_new_take (text, strlen (text));
}
