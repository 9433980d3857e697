/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-egress-hello.h"

#include <stdint.h>

/*
 * Reads only a hello that lies in one record, as every client sends it that offers no more than a
 * few kilobytes; one that is cut into several records is malformed here. Every length is checked
 * against the one around it, and what is left over is no hello either.
 */

#define RECORD_HANDSHAKE    22
#define MESSAGE_HELLO       1
#define EXTENSION_NAME      0
#define NAME_HOST           0
#define RECORD_HEADER       5
#define MESSAGE_HEADER      4
#define RANDOM_LENGTH       32
#define MAX_SESSION_ID      32
#define MAX_RECORD_FRAGMENT 16384

/* What is left to read of a message or of a part of it. */
typedef struct
{
  const uint8_t *bytes;
  size_t         length;
} Reader;

static bool
skip (Reader *self, size_t n)
{
  if (n > self->length)
    return false;
  self->bytes += n;
  self->length -= n;
  return true;
}

static bool
read_number (Reader *self, size_t n_bytes, size_t *value)
{
  const uint8_t *bytes = self->bytes;

  *value = 0;
  if (!skip (self, n_bytes))
    return false;
  for (size_t i = 0; i < n_bytes; i++)
    *value = *value << 8 | bytes[i];
  return true;
}

/* A part that says its length first. */
static bool
read_part (Reader *self, size_t n_length_bytes, Reader *part)
{
  size_t length;

  if (!read_number (self, n_length_bytes, &length))
    return false;
  part->bytes = self->bytes;
  part->length = length;
  return skip (self, length);
}

/* One name, of the kind host name, and nothing behind it. */
static ShipEgressHelloKind
read_server_name (Reader extension, char *host)
{
  Reader list, name;
  size_t kind;

  if (!read_part (&extension, 2, &list) || extension.length > 0 || !read_number (&list, 1, &kind) ||
      kind != NAME_HOST || !read_part (&list, 2, &name) || list.length > 0)
    return SHIP_EGRESS_HELLO_MALFORMED;
  return ship_egress_host_parse ((const char *) name.bytes, name.length, host)
           ? SHIP_EGRESS_HELLO_NAMED
           : SHIP_EGRESS_HELLO_MALFORMED;
}

static ShipEgressHelloKind
read_extensions (Reader extensions, char *host)
{
  ShipEgressHelloKind kind = SHIP_EGRESS_HELLO_NAMELESS;

  while (extensions.length > 0)
    {
      Reader extension;
      size_t type;

      if (!read_number (&extensions, 2, &type) || !read_part (&extensions, 2, &extension))
        return SHIP_EGRESS_HELLO_MALFORMED;
      if (type != EXTENSION_NAME)
        continue;
      if (kind != SHIP_EGRESS_HELLO_NAMELESS)
        return SHIP_EGRESS_HELLO_MALFORMED; /* a second one */
      kind = read_server_name (extension, host);
      if (kind != SHIP_EGRESS_HELLO_NAMED)
        return kind;
    }
  return kind;
}

static ShipEgressHelloKind
read_hello (Reader hello, char *host)
{
  Reader session_id, ciphers, compressions, extensions;
  size_t version;

  if (!read_number (&hello, 2, &version) || version >> 8 != 3 || !skip (&hello, RANDOM_LENGTH) ||
      !read_part (&hello, 1, &session_id) || session_id.length > MAX_SESSION_ID ||
      !read_part (&hello, 2, &ciphers) || !read_part (&hello, 1, &compressions))
    return SHIP_EGRESS_HELLO_MALFORMED;
  if (hello.length == 0)
    return SHIP_EGRESS_HELLO_NAMELESS; /* without extensions */
  if (!read_part (&hello, 2, &extensions) || hello.length > 0)
    return SHIP_EGRESS_HELLO_MALFORMED;

  return read_extensions (extensions, host);
}

ShipEgressHelloKind
ship_egress_hello_parse (const char *bytes, size_t length, char *host)
{
  Reader reader = { (const uint8_t *) bytes, length };
  Reader record, message;
  size_t type, version, record_length;

  if (length == 0)
    return SHIP_EGRESS_HELLO_MORE;
  if (reader.bytes[0] != RECORD_HANDSHAKE)
    return SHIP_EGRESS_HELLO_NOT_TLS;
  if (length < RECORD_HEADER)
    return SHIP_EGRESS_HELLO_MORE;
  read_number (&reader, 1, &type);
  read_number (&reader, 2, &version);
  read_number (&reader, 2, &record_length);
  if (version >> 8 != 3 || record_length < MESSAGE_HEADER || record_length > MAX_RECORD_FRAGMENT)
    return SHIP_EGRESS_HELLO_MALFORMED;
  if (reader.length < record_length)
    return SHIP_EGRESS_HELLO_MORE;

  record = (Reader){ reader.bytes, record_length };
  if (!read_number (&record, 1, &type) || type != MESSAGE_HELLO ||
      !read_part (&record, 3, &message) || record.length > 0)
    return SHIP_EGRESS_HELLO_MALFORMED;
  return read_hello (message, host);
}
