/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-egress-request.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ship-egress-target.h"

/*
 * Reads the head of a request byte by byte: bytes become lines (only CR LF ends one), lines become
 * the request line and header fields. Nothing is looked at twice, and nothing is remembered that is
 * not passed on. Position 0 of text[] is kept free, so that 0 can mean "none".
 */

typedef enum
{
  FIELD_KEPT,
  FIELD_HOST,
  FIELD_LENGTH,
  FIELD_TRANSFER,
  FIELD_CONTENT_ENCODING,
  FIELD_BEARER,
  FIELD_KEY,
} FieldKind;

enum
{
  TO_GATEWAY = 1 << SHIP_EGRESS_REQUEST_GATEWAY,
  OUTSIDE = 1 << SHIP_EGRESS_REQUEST_FETCH,
};

/* clang-format off */
static const struct
{
  const char     *name;
  FieldKind       kind;
  ShipEgressField field;
  unsigned        goes_to;   /* bits of the kinds of request that it is passed on with */
  const char     *canonical;
} known_fields[] = {
  { "host",                FIELD_HOST,             SHIP_EGRESS_N_FIELDS,                0,                   NULL },
  { "content-length",      FIELD_LENGTH,           SHIP_EGRESS_N_FIELDS,                0,                   NULL },
  { "transfer-encoding",   FIELD_TRANSFER,         SHIP_EGRESS_N_FIELDS,                0,                   NULL },
  { "content-encoding",    FIELD_CONTENT_ENCODING, SHIP_EGRESS_N_FIELDS,                0,                   NULL },
  { "authorization",       FIELD_BEARER,           SHIP_EGRESS_N_FIELDS,                0,                   NULL },
  { "x-api-key",           FIELD_KEY,              SHIP_EGRESS_N_FIELDS,                0,                   NULL },
  { "x-goog-api-key",      FIELD_KEY,              SHIP_EGRESS_N_FIELDS,                0,                   NULL },
  { "content-type",        FIELD_KEPT,             SHIP_EGRESS_FIELD_CONTENT_TYPE,      TO_GATEWAY,          "Content-Type" },
  { "accept",              FIELD_KEPT,             SHIP_EGRESS_FIELD_ACCEPT,            TO_GATEWAY | OUTSIDE, "Accept" },
  { "user-agent",          FIELD_KEPT,             SHIP_EGRESS_FIELD_USER_AGENT,        TO_GATEWAY | OUTSIDE, "User-Agent" },
  { "anthropic-version",   FIELD_KEPT,             SHIP_EGRESS_FIELD_ANTHROPIC_VERSION, TO_GATEWAY,          "anthropic-version" },
  { "anthropic-beta",      FIELD_KEPT,             SHIP_EGRESS_FIELD_ANTHROPIC_BETA,    TO_GATEWAY,          "anthropic-beta" },
  { "x-session-id",        FIELD_KEPT,             SHIP_EGRESS_FIELD_SESSION,           TO_GATEWAY,          "X-Session-Id" },
  { "x-parent-session-id", FIELD_KEPT,             SHIP_EGRESS_FIELD_PARENT_SESSION,    TO_GATEWAY,          "X-Parent-Session-Id" },
  { "accept-encoding",     FIELD_KEPT,             SHIP_EGRESS_FIELD_ACCEPT_ENCODING,   OUTSIDE,             "Accept-Encoding" },
  { "range",               FIELD_KEPT,             SHIP_EGRESS_FIELD_RANGE,             OUTSIDE,             "Range" },
  { "if-none-match",       FIELD_KEPT,             SHIP_EGRESS_FIELD_IF_NONE_MATCH,     OUTSIDE,             "If-None-Match" },
  { "if-modified-since",   FIELD_KEPT,             SHIP_EGRESS_FIELD_IF_MODIFIED_SINCE, OUTSIDE,             "If-Modified-Since" },
};
/* clang-format on */

#define HTTP_PORT      80 /* of a URI that names none */
#define N_KNOWN_FIELDS (sizeof known_fields / sizeof *known_fields)

static bool
refuse (ShipEgressRequest *self, ShipEgressRefusal refusal)
{
  self->state = SHIP_EGRESS_REQUEST_REFUSED;
  self->refusal = refusal;
  return false;
}

static bool
is_token_char (unsigned char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && strchr ("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_printable (const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (text[i] < 0x20 || text[i] > 0x7e)
      return false;
  return true;
}

/* text[] is as long as the head, and what is kept is a part of the head: it cannot overflow. */
static uint32_t
keep (ShipEgressRequest *self, const char *text, size_t length)
{
  uint32_t position = self->text_length;

  memcpy (self->text + position, text, length);
  self->text[position + length] = '\0';
  self->text_length += (uint32_t) length + 1;
  return position;
}

static bool
take_grant (ShipEgressRequest *self, const char *text, size_t length)
{
  if (length == 0)
    return true;
  if (self->grant != 0 || length > SHIP_EGRESS_GRANT_LIMIT)
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  for (size_t i = 0; i < length; i++)
    if (text[i] <= 0x20 || text[i] > 0x7e || text[i] == ',')
      return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);

  self->grant = keep (self, text, length);
  return true;
}

static bool
parse_target (ShipEgressRequest *self, const char *text, size_t length)
{
  ShipEgressTarget target;

  switch (ship_egress_target_parse (&target, text, length, self->text + self->text_length))
    {
    case SHIP_EGRESS_TARGET_MALFORMED:
      return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
    case SHIP_EGRESS_TARGET_ELSEWHERE:
      return refuse (self, SHIP_EGRESS_REFUSAL_OFF);
    case SHIP_EGRESS_TARGET_GATEWAY:
      break;
    }

  self->target = self->text_length;
  self->text_length += (uint32_t) target.length + 1;
  if (target.authority_length > 0)
    self->authority = keep (self, target.authority, target.authority_length);
  return take_grant (self, target.key, target.key_length);
}

/* The path of a fetch is passed on as it came: what it means is for the server that it is meant
 * for to say. It only has to stay one word of one line. */
static bool
take_path (ShipEgressRequest *self, const char *text, size_t length)
{
  if (self->is_post)
    return refuse (self, SHIP_EGRESS_REFUSAL_PLAIN);
  for (size_t i = 0; i < length; i++)
    if (text[i] <= 0x20 || text[i] > 0x7e || text[i] == '#' || text[i] == '\\')
      return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);

  self->kind = SHIP_EGRESS_REQUEST_FETCH;
  self->target = length > 0 ? keep (self, text, length) : keep (self, "/", 1);
  return true;
}

static bool
parse_captured (ShipEgressRequest *self, const char *text, size_t length)
{
  if (text[0] != '/' || !ship_egress_authority_parse (&self->destination,
                                                      self->captured,
                                                      strlen (self->captured),
                                                      HTTP_PORT))
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  self->authority = keep (self, self->captured, strlen (self->captured));
  return take_path (self, text, length);
}

static bool
parse_fetch (ShipEgressRequest *self, const char *text, size_t length)
{
  const char *slash = memchr (text, '/', length);
  size_t      authority_length = slash != NULL ? (size_t) (slash - text) : length;

  if (!ship_egress_authority_parse (&self->destination, text, authority_length, HTTP_PORT))
    return refuse (self, SHIP_EGRESS_REFUSAL_OFF);
  self->authority = keep (self, text, authority_length);
  return take_path (self, text + authority_length, length - authority_length);
}

static bool
parse_any_target (ShipEgressRequest *self, const char *text, size_t length)
{
  static const char scheme[] = "http://";
  const size_t      scheme_length = sizeof scheme - 1;
  const size_t      own_length = strlen (SHIP_EGRESS_ORIGIN);

  if (self->captured[0] != '\0')
    return parse_captured (self, text, length);
  if (length < scheme_length || strncasecmp (text, scheme, scheme_length) != 0 ||
      (length > own_length && text[own_length] == '/' &&
       strncasecmp (text, SHIP_EGRESS_ORIGIN, own_length) == 0))
    return !self->is_head ? parse_target (self, text, length)
                          : refuse (self, SHIP_EGRESS_REFUSAL_OFF);
  return parse_fetch (self, text + scheme_length, length - scheme_length);
}

static bool
parse_tunnel (ShipEgressRequest *self, const char *text, size_t length)
{
  self->kind = SHIP_EGRESS_REQUEST_TUNNEL;
  return ship_egress_authority_parse (&self->destination, text, length, 0) ||
         refuse (self, SHIP_EGRESS_REFUSAL_OFF);
}

static bool
is_word (const char *text, size_t length, const char *word)
{
  return strlen (word) == length && memcmp (text, word, length) == 0;
}

/* Some clients still say HTTP/1.0 when they ask for a tunnel, which makes no difference there. */
static bool
check_version (ShipEgressRequest *self, const char *text, size_t length, bool is_tunnel)
{
  if (length != 8 || memcmp (text, "HTTP/", 5) != 0)
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  return is_word (text, length, "HTTP/1.1") || (is_tunnel && is_word (text, length, "HTTP/1.0")) ||
         refuse (self, SHIP_EGRESS_REFUSAL_VERSION);
}

static bool
parse_request_line (ShipEgressRequest *self)
{
  const char *line = self->line;
  const char *end = line + self->line_length;
  const char *first = memchr (line, ' ', self->line_length);
  const char *last = first != NULL ? memrchr (first + 1, ' ', (size_t) (end - first - 1)) : NULL;
  size_t      method_length;
  bool        is_tunnel;

  if (first == NULL || first == line || last == NULL || last == first + 1 ||
      memchr (first + 1, ' ', (size_t) (last - first - 1)) != NULL)
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  method_length = (size_t) (first - line);
  is_tunnel = is_word (line, method_length, "CONNECT");
  if (!check_version (self, last + 1, (size_t) (end - last - 1), is_tunnel))
    return false;
  for (size_t i = 0; i < method_length; i++)
    if (line[i] < 'A' || line[i] > 'Z')
      return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);

  self->has_request_line = true;
  if (self->captured[0] != '\0' && is_tunnel)
    return refuse (self, SHIP_EGRESS_REFUSAL_OFF);
  if (is_tunnel)
    return parse_tunnel (self, first + 1, (size_t) (last - first - 1));
  self->is_post = is_word (line, method_length, "POST");
  self->is_head = is_word (line, method_length, "HEAD");
  if (!self->is_post && !self->is_head && !is_word (line, method_length, "GET"))
    return refuse (self, SHIP_EGRESS_REFUSAL_OFF);
  return parse_any_target (self, first + 1, (size_t) (last - first - 1));
}

static bool
parse_length (ShipEgressRequest *self, const char *value, size_t length)
{
  if (self->has_length || length == 0 || length > 10)
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);

  self->has_length = true;
  for (size_t i = 0; i < length; i++)
    {
      if (value[i] < '0' || value[i] > '9')
        return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
      self->content_length = self->content_length * 10 + (uint64_t) (value[i] - '0');
    }
  if (self->content_length > SHIP_EGRESS_BODY_LIMIT)
    return refuse (self, SHIP_EGRESS_REFUSAL_BODY_TOO_LARGE);
  return true;
}

static bool
parse_host (ShipEgressRequest *self, const char *value, size_t length)
{
  if (self->host != 0 || length == 0 || length > 255)
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  for (size_t i = 0; i < length; i++)
    if (value[i] == '%' || value[i] == '_' ||
        !(is_token_char ((unsigned char) value[i]) || strchr (":[]", value[i])))
      return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);

  self->host = keep (self, value, length);
  return true;
}

static bool
parse_bearer (ShipEgressRequest *self, const char *value, size_t length)
{
  static const char scheme[] = "bearer ";

  /* Another scheme cannot hold a grant and is dropped: the gateway then says that there is none. */
  if (length < sizeof scheme - 1 || strncasecmp (value, scheme, sizeof scheme - 1) != 0)
    return true;
  return take_grant (self, value + sizeof scheme - 1, length - (sizeof scheme - 1));
}

static bool
keep_field (ShipEgressRequest *self, ShipEgressField field, const char *value, size_t length)
{
  if (self->fields[field] != 0 || !is_printable (value, length))
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  if (length > 0)
    self->fields[field] = keep (self, value, length);
  return true;
}

static bool
use_field (ShipEgressRequest *self, size_t known, const char *value, size_t length)
{
  switch (known_fields[known].kind)
    {
    case FIELD_KEPT:
      if ((known_fields[known].goes_to & 1U << self->kind) == 0)
        return true;
      return keep_field (self, known_fields[known].field, value, length);
    case FIELD_HOST:
      return parse_host (self, value, length);
    case FIELD_LENGTH:
      return parse_length (self, value, length);
    case FIELD_TRANSFER:
      return refuse (self, SHIP_EGRESS_REFUSAL_NO_LENGTH);
    case FIELD_CONTENT_ENCODING:
      return (length == 8 && strncasecmp (value, "identity", 8) == 0) ||
             refuse (self, SHIP_EGRESS_REFUSAL_ENCODING);
    case FIELD_BEARER:
      return parse_bearer (self, value, length);
    case FIELD_KEY:
      return take_grant (self, value, length);
    }
  return false;
}

static bool
parse_field (ShipEgressRequest *self)
{
  const char *colon = memchr (self->line, ':', self->line_length);
  const char *value;
  size_t      name_length, length;

  if (++self->n_fields > SHIP_EGRESS_FIELD_LIMIT)
    return refuse (self, SHIP_EGRESS_REFUSAL_HEAD_TOO_LARGE);
  if (colon == NULL || colon == self->line)
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  /* A space before the colon and a folded line (which starts with one) both fail here. */
  name_length = (size_t) (colon - self->line);
  for (size_t i = 0; i < name_length; i++)
    if (!is_token_char ((unsigned char) self->line[i]))
      return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);

  value = colon + 1;
  length = self->line_length - name_length - 1;
  for (; length > 0 && (*value == ' ' || *value == '\t'); value++)
    length--;
  while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
    length--;

  for (size_t i = 0; i < N_KNOWN_FIELDS; i++)
    if (strlen (known_fields[i].name) == name_length &&
        strncasecmp (known_fields[i].name, self->line, name_length) == 0)
      return use_field (self, i, value, length);
  return true;
}

static bool
end_head (ShipEgressRequest *self)
{
  const char *authority = ship_egress_request_get_text (self, self->authority);

  if ((self->host == 0 && self->kind != SHIP_EGRESS_REQUEST_TUNNEL) ||
      (!self->is_post && self->content_length > 0))
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  if (authority != NULL && strcasecmp (authority, self->text + self->host) != 0)
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);

  self->state = SHIP_EGRESS_REQUEST_COMPLETE;
  return true;
}

static bool
end_line (ShipEgressRequest *self)
{
  bool is_good;

  if (!self->has_request_line)
    is_good = parse_request_line (self);
  else if (self->line_length == 0)
    is_good = end_head (self);
  else
    is_good = parse_field (self);

  self->line_length = 0;
  return is_good;
}

static bool
feed_byte (ShipEgressRequest *self, unsigned char c)
{
  if (++self->n_bytes > SHIP_EGRESS_HEAD_LIMIT)
    return refuse (self, SHIP_EGRESS_REFUSAL_HEAD_TOO_LARGE);
  if (self->after_cr)
    {
      self->after_cr = false;
      return c == '\n' ? end_line (self) : refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
    }
  if (c == '\r')
    {
      self->after_cr = true;
      return true;
    }
  if ((c < 0x20 && c != '\t') || c == 0x7f)
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);

  self->line[self->line_length++] = (char) c;
  return true;
}

void
ship_egress_request_init (ShipEgressRequest *self)
{
  /* The two texts are left as they are: their lengths say what counts, and clearing them would
   * touch memory that most connections never need. */
  memset (self, 0, offsetof (ShipEgressRequest, line));
  self->text_length = 1;
}

size_t
ship_egress_request_feed (ShipEgressRequest *self, const char *bytes, size_t n_bytes)
{
  size_t used = 0;

  while (used < n_bytes && self->state == SHIP_EGRESS_REQUEST_MORE)
    feed_byte (self, (unsigned char) bytes[used++]);
  return used;
}

const char *
ship_egress_request_get_text (const ShipEgressRequest *self, uint32_t position)
{
  return position != 0 ? self->text + position : NULL;
}

static size_t
append (char *out, size_t length, const char *name, const char *value)
{
  return length +
         (size_t)
           snprintf (out + length, SHIP_EGRESS_CANONICAL_LIMIT - length, "%s: %s\r\n", name, value);
}

static size_t
format_start (const ShipEgressRequest *self, char *out)
{
  const char *method = self->is_post ? "POST" : self->is_head ? "HEAD" : "GET";

  return (size_t) snprintf (out,
                            SHIP_EGRESS_CANONICAL_LIMIT,
                            "%s %s HTTP/1.1\r\n",
                            method,
                            self->text + self->target);
}

static size_t
format_host (const ShipEgressRequest *self, char *out, size_t length)
{
  char host[SHIP_EGRESS_HOST_LIMIT + 8];

  if (self->kind == SHIP_EGRESS_REQUEST_GATEWAY)
    return append (out, length, "Host", "gateway.ship");
  if (self->destination.port == HTTP_PORT)
    return append (out, length, "Host", self->destination.host);
  snprintf (host, sizeof host, "%s:%u", self->destination.host, self->destination.port);
  return append (out, length, "Host", host);
}

size_t
ship_egress_request_format (const ShipEgressRequest *self, char *out)
{
  size_t length;
  char   digits[24];

  if (self->kind == SHIP_EGRESS_REQUEST_TUNNEL)
    return 0;
  length = format_start (self, out);
  length = format_host (self, out, length);
  length = append (out, length, "Connection", "close");
  if (self->is_post)
    {
      snprintf (digits, sizeof digits, "%" PRIu64, self->content_length);
      length = append (out, length, "Content-Length", digits);
    }
  for (size_t i = 0; i < N_KNOWN_FIELDS; i++)
    if (known_fields[i].kind == FIELD_KEPT && self->fields[known_fields[i].field] != 0)
      length = append (out,
                       length,
                       known_fields[i].canonical,
                       self->text + self->fields[known_fields[i].field]);
  if (self->grant != 0 && self->kind == SHIP_EGRESS_REQUEST_GATEWAY)
    length = append (out, length, "X-Ship-Grant", self->text + self->grant);
  memcpy (out + length, "\r\n", 2);
  return length + 2;
}
