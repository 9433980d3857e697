/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-json-private.h"
#include "base/ship-json.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/*
 * The one way JSON from outside is read: guarded parsing, and readers that name the path of what is
 * missing. Any thread, as long as a tree is used by one at a time.
 */

/* Every integer up to here has a double of its own. */
#define MAX_EXACT_DOUBLE 9007199254740992.0

G_DEFINE_QUARK (ship_json_error, ship_json_error)

JsonNode *
ship_json_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autofree char *copy = NULL;
  gsize            n_bytes;
  JsonNode        *root;

  g_return_val_if_fail (text != NULL, NULL);

  n_bytes = length < 0 ? strlen (text) : (gsize) length;
  /* A NUL is not valid UTF-8 for GLib when a length is given, so this finds both. */
  if (!g_utf8_validate_len (text, n_bytes, NULL))
    {
      g_set_error_literal (error,
                           SHIP_JSON_ERROR,
                           SHIP_JSON_ERROR_SYNTAX,
                           _ ("This is not valid JSON: it is not UTF-8 text"));
      return NULL;
    }

  copy = g_strndup (text, n_bytes);
  if (!ship_json_guard (copy, n_bytes, error))
    return NULL;

  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, copy, n_bytes, NULL) ||
      (root = json_parser_get_root (parser)) == NULL)
    {
      /* json-glib's own message quotes the text. */
      g_set_error_literal (error,
                           SHIP_JSON_ERROR,
                           SHIP_JSON_ERROR_SYNTAX,
                           _ ("This is not valid JSON"));
      return NULL;
    }

  return json_node_ref (root);
}

JsonObject *
ship_json_parse_object (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonNode) root = ship_json_parse (text, length, error);

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error,
                           SHIP_JSON_ERROR,
                           SHIP_JSON_ERROR_TYPE,
                           _ ("This JSON is not an object"));
      return NULL;
    }

  return json_object_ref (json_node_get_object (root));
}

/*
 * Follows @path. NULL if a member is missing or null, or if something on the way is not an object;
 * @error names the part of the path that is wrong. Returns: (transfer none) (nullable)
 */
static JsonNode *
lookup (JsonObject *object, const char *path, GError **error)
{
  const char *from = path;

  for (;;)
    {
      const char      *dot = strchr (from, '.');
      g_autofree char *name = dot != NULL ? g_strndup (from, dot - from) : g_strdup (from);
      JsonNode        *node = json_object_get_member (object, name);
      int              so_far = (int) (dot != NULL ? (gsize) (dot - path) : strlen (path));

      if (node == NULL || JSON_NODE_HOLDS_NULL (node))
        {
          g_set_error (error,
                       SHIP_JSON_ERROR,
                       SHIP_JSON_ERROR_MISSING,
                       _ ("“%.*s” is missing"),
                       so_far,
                       path);
          return NULL;
        }
      if (dot == NULL)
        return node;
      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          g_set_error (error,
                       SHIP_JSON_ERROR,
                       SHIP_JSON_ERROR_TYPE,
                       _ ("“%.*s” is not an object"),
                       so_far,
                       path);
          return NULL;
        }
      object = json_node_get_object (node);
      from = dot + 1;
    }
}

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

/* Whether @node is a whole number, written in whatever way, that a gint64 can hold. */
static gboolean
read_int (JsonNode *node, gint64 *value)
{
  double number;

  if (holds (node, G_TYPE_INT64))
    {
      *value = json_node_get_int (node);
      return TRUE;
    }
  if (!holds (node, G_TYPE_DOUBLE))
    return FALSE;

  number = json_node_get_double (node);
  if (!isfinite (number) || fabs (number) > MAX_EXACT_DOUBLE || number != floor (number))
    return FALSE;
  *value = (gint64) number;
  return TRUE;
}

const char *
ship_json_require_string (JsonObject *object, const char *path, GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && path != NULL, NULL);

  node = lookup (object, path, error);
  if (node == NULL)
    return NULL;
  if (holds (node, G_TYPE_STRING))
    return json_node_get_string (node);

  g_set_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_TYPE, _ ("“%s” is not a text"), path);
  return NULL;
}

gboolean
ship_json_require_int (JsonObject *object, const char *path, gint64 *value, GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && path != NULL && value != NULL, FALSE);

  node = lookup (object, path, error);
  if (node == NULL)
    return FALSE;
  if (read_int (node, value))
    return TRUE;

  g_set_error (error,
               SHIP_JSON_ERROR,
               SHIP_JSON_ERROR_TYPE,
               _ ("“%s” is not a whole number"),
               path);
  return FALSE;
}

JsonObject *
ship_json_require_object (JsonObject *object, const char *path, GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && path != NULL, NULL);

  node = lookup (object, path, error);
  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);

  g_set_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_TYPE, _ ("“%s” is not an object"), path);
  return NULL;
}

JsonArray *
ship_json_require_array (JsonObject *object, const char *path, GError **error)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && path != NULL, NULL);

  node = lookup (object, path, error);
  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_ARRAY (node))
    return json_node_get_array (node);

  g_set_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_TYPE, _ ("“%s” is not a list"), path);
  return NULL;
}

const char *
ship_json_get_string (JsonObject *object, const char *path, const char *fallback)
{
  const char *value = ship_json_require_string (object, path, NULL);

  return value != NULL ? value : fallback;
}

gint64
ship_json_get_int (JsonObject *object, const char *path, gint64 fallback)
{
  gint64 value;

  return ship_json_require_int (object, path, &value, NULL) ? value : fallback;
}

double
ship_json_get_double (JsonObject *object, const char *path, double fallback)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && path != NULL, fallback);

  node = lookup (object, path, NULL);
  if (node != NULL && holds (node, G_TYPE_INT64))
    return (double) json_node_get_int (node);
  if (node != NULL && holds (node, G_TYPE_DOUBLE) && isfinite (json_node_get_double (node)))
    return json_node_get_double (node);
  return fallback;
}

gboolean
ship_json_get_boolean (JsonObject *object, const char *path, gboolean fallback)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && path != NULL, fallback);

  node = lookup (object, path, NULL);
  return node != NULL && holds (node, G_TYPE_BOOLEAN) ? json_node_get_boolean (node) : fallback;
}

JsonObject *
ship_json_get_object (JsonObject *object, const char *path)
{
  return ship_json_require_object (object, path, NULL);
}

JsonArray *
ship_json_get_array (JsonObject *object, const char *path)
{
  return ship_json_require_array (object, path, NULL);
}

gboolean
ship_json_has (JsonObject *object, const char *path)
{
  g_return_val_if_fail (object != NULL && path != NULL, FALSE);

  return lookup (object, path, NULL) != NULL;
}

static gboolean
is_number_byte (char byte)
{
  return g_ascii_isalnum (byte) || byte == '-' || byte == '+' || byte == '.';
}

/*
 * Copies one number or literal as JSON has it. json-glib 1.6 appends ".0" to every double without a
 * point, also behind an exponent ("1e-10.0"), and writes what is not finite in words. Returns:
 * behind the word
 */
static const char *
append_word (GString *text, const char *word)
{
  gsize            length = 0;
  g_autofree char *copy = NULL;
  char            *exponent;

  while (is_number_byte (word[length]))
    length++;
  copy = g_strndup (word, length);

  exponent = strchr (copy, 'e');
  if (strstr (copy, "inf") != NULL || strstr (copy, "nan") != NULL)
    g_string_append (text, "null");
  else if (exponent != NULL && g_str_has_suffix (exponent, ".0"))
    g_string_append_len (text, copy, (gssize) length - 2);
  else
    g_string_append (text, copy);

  return word + length;
}

/* Returns: behind the closing quote */
static const char *
append_string (GString *text, const char *quoted)
{
  const char *at = quoted + 1;

  while (*at != '"' && *at != '\0')
    at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
  if (*at == '"')
    at++;
  g_string_append_len (text, quoted, at - quoted);

  return at;
}

char *
ship_json_object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (object != NULL, NULL);

  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, object);
  return ship_json_node_to_text (node);
}

char *
ship_json_node_to_text (JsonNode *node)
{
  g_autofree char *generated = NULL;
  GString         *text;

  g_return_val_if_fail (node != NULL, NULL);

  generated = json_to_string (node, FALSE);
  text = g_string_sized_new (strlen (generated));
  for (const char *at = generated; *at != '\0';)
    {
      if (*at == '"')
        at = append_string (text, at);
      else if (is_number_byte (*at))
        at = append_word (text, at);
      else
        g_string_append_c (text, *at++);
    }

  return g_string_free (text, FALSE);
}
