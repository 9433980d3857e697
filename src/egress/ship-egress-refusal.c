/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-egress-refusal.h"

#include <stdio.h>
#include <string.h>

/*
 * The answers of ship-egress itself. The body is JSON with the members that both the Anthropic and
 * the OpenAI clients look for, so that an agent can show the sentence. It is read by agents, not by
 * users, and is not translated. Words that make agents try again ("timeout", "rate limit", …) are
 * avoided on purpose.
 */

typedef struct
{
  unsigned    status;
  const char *phrase;
  const char *type;
  const char *sentence;
} Answer;

/* clang-format off */
static const Answer answers[SHIP_EGRESS_N_REFUSALS] = {
  [SHIP_EGRESS_REFUSAL_MALFORMED] = {
    400, "Bad Request", "invalid_request_error", "This request is not the strict HTTP/1.1 that Ship accepts." },
  [SHIP_EGRESS_REFUSAL_OFF] = {
    403, "Forbidden", "permission_error",
    "Nothing outside can be reached this way: name a host by its DNS name and a port, by CONNECT or an http: URI." },
  [SHIP_EGRESS_REFUSAL_PLAIN] = {
    403, "Forbidden", "permission_error", "Without TLS only GET and HEAD are let out of this sandbox; use https." },
  [SHIP_EGRESS_REFUSAL_VERSION] = {
    505, "HTTP Version Not Supported", "invalid_request_error", "Only HTTP/1.1 is accepted." },
  [SHIP_EGRESS_REFUSAL_NO_LENGTH] = {
    411, "Length Required", "invalid_request_error",
    "A request body needs a Content-Length; a transfer coding is not accepted." },
  [SHIP_EGRESS_REFUSAL_ENCODING] = {
    415, "Unsupported Media Type", "invalid_request_error", "A compressed request body is not accepted." },
  [SHIP_EGRESS_REFUSAL_BODY_TOO_LARGE] = {
    413, "Content Too Large", "request_too_large", "The request body is larger than 64 MiB." },
  [SHIP_EGRESS_REFUSAL_HEAD_TOO_LARGE] = {
    431, "Request Header Fields Too Large", "invalid_request_error", "The request has too many or too long header fields." },
  [SHIP_EGRESS_REFUSAL_SLOW] = {
    408, "Request Timeout", "invalid_request_error", "The request did not arrive within the time allowed for it." },
  [SHIP_EGRESS_REFUSAL_BUSY] = {
    503, "Service Unavailable", "api_error", "Too many connections are open in this session." },
  [SHIP_EGRESS_REFUSAL_NO_GATEWAY] = {
    502, "Bad Gateway", "api_error", "Ship's gateway gave no answer." },
  [SHIP_EGRESS_REFUSAL_OFFLINE] = {
    403, "Sandbox Is Offline", "permission_error",
    "This sandbox is offline: its user allows no network access in this session." },
  [SHIP_EGRESS_REFUSAL_NOT_ALLOWED] = {
    403, "Host Not Allowed By Ship", "permission_error",
    "This sandbox may not reach that host: it is not on the list its user allows. The user was told and can allow it." },
  [SHIP_EGRESS_REFUSAL_PRIVATE] = {
    403, "Private Address", "permission_error",
    "That name leads to an address of this machine or a private network, which no sandbox may reach." },
  [SHIP_EGRESS_REFUSAL_UNKNOWN_HOST] = {
    502, "Bad Gateway", "api_error", "That host name is not known." },
  [SHIP_EGRESS_REFUSAL_UNREACHABLE] = {
    502, "Bad Gateway", "api_error", "That host cannot be reached just now." },
  [SHIP_EGRESS_REFUSAL_SPENT] = {
    403, "Too Much Sent", "permission_error",
    "This sandbox has sent that package registry as much as it may. Its user was told and can allow the host without a bound." },
  [SHIP_EGRESS_REFUSAL_FULL] = {
    403, "Too Much Fetched", "permission_error",
    "This sandbox has fetched as much as it may until its session sleeps. Its user was told." },
  [SHIP_EGRESS_REFUSAL_OFTEN] = {
    503, "Too Many Connections", "api_error",
    "This sandbox makes more connections a minute than it may." },
  [SHIP_EGRESS_REFUSAL_PROXY] = {
    502, "Proxy Not Supported", "api_error",
    "This machine needs a proxy of a kind that Ship cannot use. Its user can name an http: or socks5: one in the environment." },
};
/* clang-format on */

unsigned
ship_egress_refusal_get_status (ShipEgressRefusal refusal)
{
  return answers[refusal].status;
}

size_t
ship_egress_refusal_format (ShipEgressRefusal refusal, const char *host, char *out)
{
  const Answer *answer = &answers[refusal];
  char          body[SHIP_EGRESS_REFUSAL_LIMIT / 2 + 256];
  int           body_length;

  /* A host in its canonical spelling has nothing that JSON would need to escape. */
  body_length = snprintf (body,
                          sizeof body,
                          "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s%s%s\"}}",
                          answer->type,
                          host != NULL ? host : "",
                          host != NULL ? ": " : "",
                          answer->sentence);
  return (size_t) snprintf (
    out,
    SHIP_EGRESS_REFUSAL_LIMIT,
    "HTTP/1.1 %u %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
    "Connection: close\r\n\r\n%s",
    answer->status,
    answer->phrase,
    body_length,
    body);
}

size_t
ship_egress_refusal_format_alert (ShipEgressRefusal refusal, char *out)
{
  static const char head[] = { 21, 3, 3, 0, 2, 2 }; /* an alert, TLS 1.2, two bytes, fatal */

  memcpy (out, head, sizeof head);
  if (refusal == SHIP_EGRESS_REFUSAL_UNKNOWN_HOST)
    out[sizeof head] = 112; /* unrecognized_name */
  else if (answers[refusal].status == 403)
    out[sizeof head] = 49; /* access_denied */
  else
    out[sizeof head] = 80; /* internal_error */
  return sizeof head + 1;
}
