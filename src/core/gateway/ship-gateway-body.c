/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-gateway-body-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/ship-json.h"
#include "gateway/ship-gateway-body-scan-private.h"

/*
 * The body of a request is passed on byte by byte unless something has to be added to it: a
 * streamed chat tells its usage only when asked. Nearly every body is only scanned; what the scan
 * is not sure of, or what has to be changed in its depth, is parsed.
 */

/* A scan of less is over before a worker has begun. */
#define MAX_BYTES_AT_ONCE (128 * 1024)

void
ship_gateway_body_free (ShipGatewayBody *self)
{
  g_bytes_unref (self->bytes);
  g_free (self->model);
  g_free (self);
}

static ShipGatewayBody *
body_new (GBytes *bytes)
{
  ShipGatewayBody *self = g_new0 (ShipGatewayBody, 1);

  self->bytes = g_bytes_ref (bytes);
  return self;
}

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

static gboolean
has_tools (JsonObject *root)
{
  JsonArray *tools = ship_json_get_array (root, "tools");

  return tools != NULL ? json_array_get_length (tools) > 0 : ship_json_has (root, "tools");
}

static ShipGatewayBody *
prepare_parsed (GBytes *bytes, ShipWire wire, ShipGatewayFamily family, GError **error)
{
  g_autoptr (JsonObject) root = NULL;
  g_autoptr (ShipGatewayBody) self = body_new (bytes);
  gboolean is_changed = FALSE;
  char    *text;

  root = ship_json_parse_object (g_bytes_get_data (bytes, NULL),
                                 (gssize) g_bytes_get_size (bytes),
                                 NULL);
  if (root == NULL)
    {
      g_set_error_literal (error,
                           G_IO_ERROR,
                           G_IO_ERROR_INVALID_DATA,
                           _ ("The request body is not a JSON object."));
      return NULL;
    }
  self->model = g_strdup (ship_json_get_string (root, "model", NULL));
  self->is_aside = !has_tools (root);

  if (wire == SHIP_WIRE_CHAT && ship_json_get_boolean (root, "stream", FALSE))
    is_changed = set_flag (root, "stream_options", "include_usage");
  if (wire == SHIP_WIRE_CHAT && family == SHIP_GATEWAY_FAMILY_OPENROUTER)
    is_changed |= set_flag (root, "usage", "include");
  if (is_changed)
    {
      text = ship_json_object_to_text (root);
      g_bytes_unref (self->bytes);
      self->bytes = g_bytes_new_take (text, strlen (text));
    }
  return g_steal_pointer (&self);
}

static gboolean
is_text (const ShipGatewayBodySpan *span, const char *text)
{
  return span->text != NULL && span->length == strlen (text) &&
         memcmp (span->text, text, span->length) == 0;
}

/* Whether the flag is set in it already. */
static gboolean
has_flag (const ShipGatewayBodySpan *span, const char *name)
{
  g_autoptr (JsonObject) object = ship_json_parse_object (span->text, (gssize) span->length, NULL);

  return object != NULL && ship_json_get_boolean (object, name, FALSE);
}

/* Adds what @member should say to @addition; FALSE when it is there and says something else. */
static gboolean
want_flag (const ShipGatewayBodyScan *scan,
           const ShipGatewayBodySpan *member,
           const char                *object_name,
           const char                *name,
           GString                   *addition)
{
  if (member->text != NULL)
    return has_flag (member, name);

  g_string_append_printf (addition,
                          "%s\"%s\":{\"%s\":true}",
                          scan->is_empty && addition->len == 0 ? "" : ",",
                          object_name,
                          name);
  return TRUE;
}

/* A name without escapes, as it stands between its quotes. */
static gboolean
take_model (ShipGatewayBody *self, const ShipGatewayBodySpan *span)
{
  if (span->text == NULL || span->text[0] != '"')
    return TRUE;
  if (memchr (span->text, '\\', span->length) != NULL ||
      !g_utf8_validate_len (span->text, span->length, NULL))
    return FALSE;
  self->model = g_strndup (span->text + 1, span->length - 2);
  return TRUE;
}

static GBytes *
insert (GBytes *bytes, gsize at, GString *addition)
{
  gsize       length;
  const char *text = g_bytes_get_data (bytes, &length);
  char       *longer = g_malloc (length + addition->len);

  memcpy (longer, text, at);
  memcpy (longer + at, addition->str, addition->len);
  memcpy (longer + at + addition->len, text + at, length - at);
  return g_bytes_new_take (longer, length + addition->len);
}

/* (nullable): NULL when it has to be parsed */
static ShipGatewayBody *
prepare_scanned (GBytes *bytes, ShipWire wire, ShipGatewayFamily family)
{
  gsize       length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr (ShipGatewayBody) self = body_new (bytes);
  g_autoptr (GString) addition = g_string_new (NULL);
  ShipGatewayBodyScan scan;

  if (!ship_gateway_body_scan (text, length, &scan) || !take_model (self, &scan.model))
    return NULL;
  self->is_aside = scan.tools.text == NULL || is_text (&scan.tools, "[]");
  if (wire == SHIP_WIRE_CHAT && is_text (&scan.stream, "true") &&
      !want_flag (&scan, &scan.stream_options, "stream_options", "include_usage", addition))
    return NULL;
  if (wire == SHIP_WIRE_CHAT && family == SHIP_GATEWAY_FAMILY_OPENROUTER &&
      !want_flag (&scan, &scan.usage, "usage", "include", addition))
    return NULL;
  if (addition->len > 0)
    {
      GBytes *longer = insert (bytes, scan.end, addition);

      g_bytes_unref (self->bytes);
      self->bytes = longer;
    }
  return g_steal_pointer (&self);
}

ShipGatewayBody *
ship_gateway_body_prepare (GBytes *body, ShipWire wire, ShipGatewayFamily family, GError **error)
{
  ShipGatewayBody *prepared;

  if (wire == SHIP_WIRE_NONE)
    return body_new (body);

  prepared = prepare_scanned (body, wire, family);
  if (prepared != NULL)
    return prepared;
  if (wire == SHIP_WIRE_GEMINI)
    return body_new (body); /* the address says which model it is */
  return prepare_parsed (body, wire, family, error);
}

typedef struct
{
  GBytes           *body; /* (owned) */
  ShipWire          wire;
  ShipGatewayFamily family;
} Preparation;

static void
preparation_free (gpointer data)
{
  Preparation *preparation = data;

  g_bytes_unref (preparation->body);
  g_free (preparation);
}

static void
prepare_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Preparation     *preparation = data;
  GError          *error = NULL;
  ShipGatewayBody *body =
    ship_gateway_body_prepare (preparation->body, preparation->wire, preparation->family, &error);

  if (body != NULL)
    g_task_return_pointer (task, body, (GDestroyNotify) ship_gateway_body_free);
  else
    g_task_return_error (task, error);
}

void
ship_gateway_body_prepare_async (GBytes             *body,
                                 ShipWire            wire,
                                 ShipGatewayFamily   family,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Preparation *preparation = g_new0 (Preparation, 1);

  preparation->body = g_bytes_ref (body);
  preparation->wire = wire;
  preparation->family = family;
  g_task_set_source_tag (task, ship_gateway_body_prepare_async);
  g_task_set_task_data (task, preparation, preparation_free);
  if (g_bytes_get_size (body) > MAX_BYTES_AT_ONCE)
    g_task_run_in_thread (task, prepare_thread);
  else
    prepare_thread (task, NULL, preparation, cancellable);
}

ShipGatewayBody *
ship_gateway_body_prepare_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_gateway_body_prepare_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
