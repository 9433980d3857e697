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

/* clang-format off */
static const struct
{
  const char     *name;
  FieldKind       kind;
  ShipEgressField field;
  const char     *canonical;
} known_fields[] = {
  { "host",                FIELD_HOST,             SHIP_EGRESS_N_FIELDS,                NULL },
  { "content-length",      FIELD_LENGTH,           SHIP_EGRESS_N_FIELDS,                NULL },
  { "transfer-encoding",   FIELD_TRANSFER,         SHIP_EGRESS_N_FIELDS,                NULL },
  { "content-encoding",    FIELD_CONTENT_ENCODING, SHIP_EGRESS_N_FIELDS,                NULL },
  { "authorization",       FIELD_BEARER,           SHIP_EGRESS_N_FIELDS,                NULL },
  { "x-api-key",           FIELD_KEY,              SHIP_EGRESS_N_FIELDS,                NULL },
  { "x-goog-api-key",      FIELD_KEY,              SHIP_EGRESS_N_FIELDS,                NULL },
  { "content-type",        FIELD_KEPT,             SHIP_EGRESS_FIELD_CONTENT_TYPE,      "Content-Type" },
  { "accept",              FIELD_KEPT,             SHIP_EGRESS_FIELD_ACCEPT,            "Accept" },
  { "user-agent",          FIELD_KEPT,             SHIP_EGRESS_FIELD_USER_AGENT,        "User-Agent" },
  { "anthropic-version",   FIELD_KEPT,             SHIP_EGRESS_FIELD_ANTHROPIC_VERSION, "anthropic-version" },
  { "anthropic-beta",      FIELD_KEPT,             SHIP_EGRESS_FIELD_ANTHROPIC_BETA,    "anthropic-beta" },
  { "x-session-id",        FIELD_KEPT,             SHIP_EGRESS_FIELD_SESSION,           "X-Session-Id" },
  { "x-parent-session-id", FIELD_KEPT,             SHIP_EGRESS_FIELD_PARENT_SESSION,    "X-Parent-Session-Id" },
};
/* clang-format on */

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

static bool
parse_request_line (ShipEgressRequest *self)
{
  const char *line = self->line;
  const char *end = line + self->line_length;
  const char *first = memchr (line, ' ', self->line_length);
  const char *last = first != NULL ? memrchr (first + 1, ' ', (size_t) (end - first - 1)) : NULL;
  size_t      method_length;

  if (first == NULL || first == line || last == NULL || last == first + 1 ||
      memchr (first + 1, ' ', (size_t) (last - first - 1)) != NULL)
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  if (end - last - 1 != 8 || memcmp (last + 1, "HTTP/", 5) != 0)
    return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  if (memcmp (last + 1, "HTTP/1.1", 8) != 0)
    return refuse (self, SHIP_EGRESS_REFUSAL_VERSION);

  method_length = (size_t) (first - line);
  for (size_t i = 0; i < method_length; i++)
    if (line[i] < 'A' || line[i] > 'Z')
      return refuse (self, SHIP_EGRESS_REFUSAL_MALFORMED);
  self->is_post = method_length == 4 && memcmp (line, "POST", 4) == 0;
  if (!self->is_post && !(method_length == 3 && memcmp (line, "GET", 3) == 0))
    return refuse (self, SHIP_EGRESS_REFUSAL_OFF);

  self->has_request_line = true;
  return parse_target (self, first + 1, (size_t) (last - first - 1));
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

  if (self->host == 0 || (!self->is_post && self->content_length > 0))
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

size_t
ship_egress_request_format (const ShipEgressRequest *self, char *out)
{
  size_t length;
  char   digits[24];

  length = (size_t) snprintf (out,
                              SHIP_EGRESS_CANONICAL_LIMIT,
                              "%s %s HTTP/1.1\r\n",
                              self->is_post ? "POST" : "GET",
                              self->text + self->target);
  length = append (out, length, "Host", "gateway.ship");
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
  if (self->grant != 0)
    length = append (out, length, "X-Ship-Grant", self->text + self->grant);
  memcpy (out + length, "\r\n", 2);
  return length + 2;
}
