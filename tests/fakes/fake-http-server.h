/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * An HTTP server in this process, on a free loopback port or a Unix socket, that answers a script
 * in order and aborts the test on any request the script does not have next. Assert at the end that
 * it is exhausted:
 *
 *   fake_http_server_expect (server, "POST", "/v1/messages", 200, NULL);
 *   fake_http_server_require_header (server, "x-api-key", "k");
 *   fake_http_server_set_content_type (server, "text/event-stream");
 *   fake_http_server_add_chunk (server, "data: 1\n\n", 0);
 *   fake_http_server_add_cut (server);
 *   …
 *   g_assert_cmpuint (fake_http_server_get_n_left (server), ==, 0);
 */
#define FAKE_TYPE_HTTP_SERVER (fake_http_server_get_type ())
G_DECLARE_FINAL_TYPE (FakeHttpServer, fake_http_server, FAKE, HTTP_SERVER, GObject)

FakeHttpServer *fake_http_server_new (void);
/* Listens at @path, which may not exist yet and is removed at the end. Its base URI is
 * "http://localhost". */
FakeHttpServer *fake_http_server_new_for_socket (const char *path);
const char     *fake_http_server_get_base_uri (FakeHttpServer *self); /* no slash at the end */

/* The next request and its answer. @path is without the query. @body: (nullable), sent as
 * application/json. */
void fake_http_server_expect (FakeHttpServer *self,
                              const char     *method,
                              const char     *path,
                              guint           status,
                              const char     *body);
/* … that is never answered; … whose connection is cut before the answer. */
void fake_http_server_expect_hang (FakeHttpServer *self, const char *method, const char *path);
void fake_http_server_expect_cut (FakeHttpServer *self, const char *method, const char *path);

/* These add to the request that was expected last. */

/* The test aborts unless the request has the header with this value; @value NULL: it may not have
 * it. */
void fake_http_server_require_header (FakeHttpServer *self, const char *name, const char *value);
/* The test aborts unless the body holds @text, or the query is @query. */
void fake_http_server_require_body (FakeHttpServer *self, const char *text);
void fake_http_server_require_query (FakeHttpServer *self, const char *query);
void fake_http_server_set_content_type (FakeHttpServer *self, const char *content_type);
void fake_http_server_add_header (FakeHttpServer *self, const char *name, const char *value);
/* The answer becomes a chunked stream: this piece is sent @delay_ms after the one before. */
void fake_http_server_add_chunk (FakeHttpServer *self, const char *text, guint delay_ms);
/* After the last chunk: do not end the answer; wait for fake_http_server_release() and go on; cut
 * the connection. */
void fake_http_server_add_hang (FakeHttpServer *self);
void fake_http_server_add_wait (FakeHttpServer *self);
void fake_http_server_add_cut (FakeHttpServer *self);

/* Lets the stream that has come to its wait (or comes to it) go on. */
void fake_http_server_release (FakeHttpServer *self);

/* What happened so far. */
guint fake_http_server_get_n_left (FakeHttpServer *self);     /* expected, not yet asked */
guint fake_http_server_get_n_requests (FakeHttpServer *self); /* asked */
guint fake_http_server_get_n_aborted (
  FakeHttpServer *self); /* the client went away from one that hangs */
const char *fake_http_server_get_last_body (FakeHttpServer *self); /* (nullable) */
/* (nullable): of the last request */
const char *fake_http_server_get_last_header (FakeHttpServer *self, const char *name);

G_END_DECLS
