/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define SHIP_JSON_ERROR (ship_json_error_quark ())
GQuark ship_json_error_quark (void);

typedef enum
{
  SHIP_JSON_ERROR_SYNTAX,   /* not JSON, not UTF-8, or holds a NUL */
  SHIP_JSON_ERROR_TOO_DEEP, /* nested deeper than the limit: json-glib 1.6 would crash on it */
  SHIP_JSON_ERROR_MISSING,  /* a required member is not there; the message names its path */
  SHIP_JSON_ERROR_TYPE,     /* a member has another type; the message names its path */
} ShipJsonError;

#define SHIP_JSON_MAX_DEPTH 64

/* Parses untrusted text. Depth is checked before json-glib sees it. @length -1: NUL-terminated.
 * Any thread. Returns: (transfer full) */
JsonNode *ship_json_parse (const char *text, gssize length, GError **error);

/* Like ship_json_parse(), but the root must be an object. Returns: (transfer full) */
JsonObject *ship_json_parse_object (const char *text, gssize length, GError **error);

/* Readers. @path is member names joined with '.', for example "info.time.created". The required
 * ones set an error that names the path; the optional ones give their default for a missing member,
 * a null or another type, and never fail. Strings and objects are borrowed from @object. */
const char *ship_json_require_string (JsonObject *object, const char *path, GError **error);
gboolean
ship_json_require_int (JsonObject *object, const char *path, gint64 *value, GError **error);
JsonObject *ship_json_require_object (JsonObject *object, const char *path, GError **error);
JsonArray  *ship_json_require_array (JsonObject *object, const char *path, GError **error);

const char *ship_json_get_string (JsonObject *object, const char *path, const char *fallback);
gint64      ship_json_get_int (JsonObject *object, const char *path, gint64 fallback);
double      ship_json_get_double (JsonObject *object, const char *path, double fallback);
gboolean    ship_json_get_boolean (JsonObject *object, const char *path, gboolean fallback);
JsonObject *ship_json_get_object (JsonObject *object, const char *path);
JsonArray  *ship_json_get_array (JsonObject *object, const char *path);
gboolean    ship_json_has (JsonObject *object, const char *path);

/* Compact text. Not json_to_string(): json-glib 1.6 writes some doubles as what is no JSON.
 * Returns: (transfer full) */
char *ship_json_object_to_text (JsonObject *object);
char *ship_json_node_to_text (JsonNode *node);

G_END_DECLS
