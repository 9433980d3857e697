/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/ship-error-class.h"

G_BEGIN_DECLS

#define SHIP_HTTP_ERROR (ship_http_error_quark ())
GQuark ship_http_error_quark (void);

typedef enum
{
  SHIP_HTTP_ERROR_FAILED,
  SHIP_HTTP_ERROR_UNREACHABLE, /* no connection, name not found, TLS refused, reset */
  SHIP_HTTP_ERROR_TIMED_OUT,
  SHIP_HTTP_ERROR_TOO_LARGE,
} ShipHttpError;

ShipErrorClass ship_http_error_classify (const GError *error);
/* For a response that did arrive. */
ShipErrorClass ship_http_status_classify (guint status);

/* A request, built up and then sent once. Plain struct, main thread. */
typedef struct _ShipHttpRequest ShipHttpRequest;

ShipHttpRequest *ship_http_request_new (const char *method, const char *uri);
void             ship_http_request_free (ShipHttpRequest *self);
void ship_http_request_set_header (ShipHttpRequest *self, const char *name, const char *value);
void ship_http_request_set_body (ShipHttpRequest *self, const char *content_type, GBytes *body);
/* Seconds for the whole exchange of ship_http_client_send_async(), default 30; 0 for none. */
void ship_http_request_set_timeout (ShipHttpRequest *self, guint seconds);
/* Bytes of response body, default 16 MiB. */
void ship_http_request_set_max_size (ShipHttpRequest *self, gsize bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipHttpRequest, ship_http_request_free)

typedef struct
{
  guint       status;
  GHashTable *headers; /* (owned) (element-type utf8 utf8): names in lower case */
  GBytes     *body;    /* (owned) */
} ShipHttpResponse;

void        ship_http_response_free (ShipHttpResponse *self);
const char *ship_http_response_get_header (ShipHttpResponse *self,
                                           const char       *lower_case_name); /* (nullable) */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipHttpResponse, ship_http_response_free)

#define SHIP_TYPE_HTTP_CLIENT (ship_http_client_get_type ())
G_DECLARE_FINAL_TYPE (ShipHttpClient, ship_http_client, SHIP, HTTP_CLIENT, GObject)

/* Follows no redirects (a redirect is returned as it is), keeps no cookies. */
ShipHttpClient *ship_http_client_new (void);
/* Every request goes to the Unix socket at @path, whatever the host in its URI. */
ShipHttpClient *ship_http_client_new_for_socket (const char *path);

/* Takes @request. An HTTP error status is a response, not an error. */
void ship_http_client_send_async (ShipHttpClient     *self,
                                  ShipHttpRequest    *request,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
ShipHttpResponse *
ship_http_client_send_finish (ShipHttpClient *self, GAsyncResult *result, GError **error);

/* As above, but the body is read by the caller from the returned stream: the response's body is
 * NULL, the time-out covers only the wait for the headers. @stream: (out) (transfer full) */
void              ship_http_client_open_async (ShipHttpClient     *self,
                                               ShipHttpRequest    *request,
                                               GCancellable       *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer            user_data);
ShipHttpResponse *ship_http_client_open_finish (ShipHttpClient *self,
                                                GAsyncResult   *result,
                                                GInputStream  **stream,
                                                GError        **error);

G_END_DECLS
