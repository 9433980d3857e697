/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/opencode/ship-opencode-agent.h"
#include "fake-http-server.h"

G_BEGIN_DECLS

/*
 * What the tests of the client of OpenCode stand on: a client, a scripted server on a Unix socket,
 * and what the client told. Each call waits for its end and is given the house's cancellable.
 */

#define PASSWORD "secret"
/* base64 of "opencode:secret" */
#define AUTHORIZATION     "Basic b3BlbmNvZGU6c2VjcmV0"
#define DIRECTORY         "/work/a b"
#define ESCAPED_DIRECTORY "%2Fwork%2Fa%20b"
#define HEALTH            "{\"healthy\":true,\"version\":\"1.18.33\"}"
#define CONNECTED         "data: {\"type\":\"server.connected\",\"properties\":{}}\n\n"
#define STATUS(word)                                                                               \
  "data: "                                                                                         \
  "{\"type\":\"session.status\",\"properties\":{\"sessionID\":\"ses_1\",\"status\":{\"type\":"     \
  "\"" word "\"}}}\n\n"

typedef struct
{
  char           *folder;      /* (owned) */
  char           *socket;      /* (owned) */
  FakeHttpServer *server;      /* (owned) (nullable) */
  ShipAgent      *agent;       /* (owned) */
  GCancellable   *cancellable; /* (owned) */
  GPtrArray      *events;      /* (owned) (element-type ShipAgentEvent) */
  GError         *lost;        /* (owned) (nullable) */
  guint           n_lost;
  gboolean        disconnects_at_event;
} OpencodeHouse;

void opencode_house_set_up (OpencodeHouse *house, gconstpointer data);
void opencode_house_tear_down (OpencodeHouse *house, gconstpointer data);
/* A few turns of the main loop, for what should not come. */
void opencode_house_settle (void);
void opencode_house_wait_for_requests (OpencodeHouse *house, guint n_requests);
void opencode_house_expect_health (OpencodeHouse *house);
void opencode_house_expect_stream (OpencodeHouse *house);
/* What is needed to connect; more of the stream may be added. */
void     opencode_house_expect_connect (OpencodeHouse *house);
gboolean opencode_house_connect (OpencodeHouse *house, GError **error);
void     opencode_house_connect_and_stay (OpencodeHouse *house);
char    *opencode_house_open_session (OpencodeHouse *house,
                                      const char    *session_id,
                                      const char    *title,
                                      GError       **error);
gboolean opencode_house_prompt (OpencodeHouse *house, const ShipAgentPrompt *what, GError **error);
gboolean opencode_house_abort_session (OpencodeHouse *house, GError **error);
gboolean opencode_house_answer_permission (OpencodeHouse *house,
                                           gboolean       allow,
                                           const char    *message,
                                           GError       **error);
gboolean
opencode_house_answer_question (OpencodeHouse *house, const char *const *answers, GError **error);
gboolean opencode_house_reconcile (OpencodeHouse *house, GError **error);
/* Cancels as soon as everything that was expected has been asked. */
void opencode_house_cancel_soon (OpencodeHouse *house);

G_END_DECLS
