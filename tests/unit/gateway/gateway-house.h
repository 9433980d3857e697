/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fake-http-server.h"
#include "gateway/ship-gateway.h"

/*
 * A real gateway with a real ship-egress, a scripted provider behind it, and the test in the place
 * of the sandbox. One main context: everything moves only while the test waits.
 */
#define HOUSE_KEY "canary-key-4f1d2c9b7a"

typedef struct
{
  ShipGateway    *gateway;  /* (owned) */
  FakeHttpServer *provider; /* (owned) */
  GPtrArray      *records;  /* (owned) (element-type ShipGatewayExchangeRecord) */
  GError         *failure;  /* (owned) (nullable): of the gateway's "failed" */
  int             sandbox;  /* (owned): where ship-guest would send its connections */
} House;

/* @with_keys: every provider has HOUSE_KEY, else none has any. Known providers lead to the scripted
 * one. */
House *house_new (gboolean with_keys);
/* Nothing may be left over: no expected request, no reference to the gateway. */
void house_free (House *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (House, house_free)

/* A TCP connection to ourselves, and the way ship-guest hands its end over. */
void house_make_connection (int *client, int *accepted);
void house_hand_over (int sandbox, int fd);
/* The same with what is said of it. */
void house_hand_over_with (int sandbox, int fd, gconstpointer bytes, gsize length);

/* A client's end of a TCP connection whose other end has been given to ship-egress. */
int house_connect (House *self);
/* Sends all of it. FALSE if the other side does not take it any more. */
gboolean house_send (House *self, int client, const char *bytes, gssize length);
/* Receives until @text is there, or the end if it is NULL; adds to @received. FALSE if the end came
 * first. */
gboolean house_receive (House *self, int client, GString *received, const char *text);

/* One whole exchange: returns everything that came back. */
char *house_ask (House *self, const char *request, gssize length);
/* The request text for a JSON body; @fields: more header lines, each with CR LF, or "". */
char *house_format (House      *self,
                    const char *method,
                    const char *target,
                    const char *fields,
                    const char *body);
/* The status and the body of an answer, chunks joined. */
guint house_get_status (const char *answer);
char *house_dup_body (const char *answer);

/* The next record. */
const ShipGatewayExchangeRecord *house_await_record (House *self, guint index);
void                             house_iterate (void);
