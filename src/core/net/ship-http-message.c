/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "net/ship-http-message-private.h"

#include <glib/gi18n-lib.h>

/* Requests and responses as plain values, and their way to and from libsoup. Main thread. */

#define DEFAULT_TIMEOUT  30
#define DEFAULT_MAX_SIZE (16 * 1024 * 1024)

struct _ShipHttpRequest
{
  char       *method;       /* (owned) */
  char       *uri;          /* (owned) */
  GHashTable *headers;      /* (owned) (element-type utf8 utf8) */
  char       *content_type; /* (owned) (nullable) */
  GBytes     *body;         /* (owned) (nullable) */
  guint       timeout;
  gsize       max_size;
};

ShipHttpRequest *
ship_http_request_new (const char *method, const char *uri)
{
  ShipHttpRequest *self;

  g_return_val_if_fail (method != NULL, NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  self = g_new0 (ShipHttpRequest, 1);
  self->method = g_strdup (method);
  self->uri = g_strdup (uri);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->timeout = DEFAULT_TIMEOUT;
  self->max_size = DEFAULT_MAX_SIZE;

  return self;
}

void
ship_http_request_free (ShipHttpRequest *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->method);
  g_free (self->uri);
  g_hash_table_unref (self->headers);
  g_free (self->content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

void
ship_http_request_set_header (ShipHttpRequest *self, const char *name, const char *value)
{
  g_return_if_fail (self != NULL);
  /* A line break would begin another header. */
  g_return_if_fail (name != NULL && name[0] != '\0' && strpbrk (name, ": \t\r\n") == NULL);
  g_return_if_fail (value != NULL && strpbrk (value, "\r\n") == NULL);

  g_hash_table_replace (self->headers, g_strdup (name), g_strdup (value));
}

void
ship_http_request_set_body (ShipHttpRequest *self, const char *content_type, GBytes *body)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (body != NULL);

  g_free (self->content_type);
  self->content_type = g_strdup (content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = g_bytes_ref (body);
}

void
ship_http_request_set_timeout (ShipHttpRequest *self, guint seconds)
{
  g_return_if_fail (self != NULL);

  self->timeout = seconds;
}

void
ship_http_request_set_max_size (ShipHttpRequest *self, gsize bytes)
{
  g_return_if_fail (self != NULL);

  self->max_size = bytes;
}

guint
ship_http_request_get_timeout (ShipHttpRequest *self)
{
  return self->timeout;
}

gsize
ship_http_request_get_max_size (ShipHttpRequest *self)
{
  return self->max_size;
}

SoupMessage *
ship_http_request_to_message (ShipHttpRequest *self, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);
  SoupMessage        *message;
  SoupMessageHeaders *headers;
  GHashTableIter      iter;
  gpointer            name, value;

  /* The address is not repeated: its query may hold a secret. */
  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0' ||
      (!g_str_equal (g_uri_get_scheme (uri), "http") &&
       !g_str_equal (g_uri_get_scheme (uri), "https")))
    {
      g_set_error_literal (error,
                           SHIP_HTTP_ERROR,
                           SHIP_HTTP_ERROR_FAILED,
                           _ ("The address of the service is not a valid web address"));
      return NULL;
    }

  message = soup_message_new_from_uri (self->method, uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (self->body != NULL)
    soup_message_set_request_body_from_bytes (message, self->content_type, self->body);

  headers = soup_message_get_request_headers (message);
  g_hash_table_iter_init (&iter, self->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    soup_message_headers_replace (headers, name, value);

  return message;
}

ShipHttpResponse *
ship_http_response_new_from_message (SoupMessage *message)
{
  ShipHttpResponse      *self = g_new0 (ShipHttpResponse, 1);
  SoupMessageHeadersIter iter;
  const char            *name, *value;

  self->status = soup_message_get_status (message);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  /* A header that comes more than once means the same as its values in one, with commas. */
  soup_message_headers_iter_init (&iter, soup_message_get_response_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    {
      char       *key = g_ascii_strdown (name, -1);
      const char *before = g_hash_table_lookup (self->headers, key);

      g_hash_table_replace (self->headers,
                            key,
                            before != NULL ? g_strconcat (before, ", ", value, NULL)
                                           : g_strdup (value));
    }

  return self;
}

void
ship_http_response_free (ShipHttpResponse *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

const char *
ship_http_response_get_header (ShipHttpResponse *self, const char *lower_case_name)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (lower_case_name != NULL, NULL);

  return g_hash_table_lookup (self->headers, lower_case_name);
}
