/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The name in a TLS hello: hellos are built here part by part, each part broken in turn, and cut at
 * every point.
 */
#include <glib.h>
#include <string.h>

#include "egress/ship-egress-hello.h"

typedef struct
{
  const char *host;        /* NULL: no name extension */
  const char *second_host; /* of a second extension */
  guint8      record_type;
  guint8      message_type;
  guint8      major;
  guint8      name_type;
  guint       session_id_length;
  gsize       padding;       /* bytes of another extension before the name */
  int         record_excess; /* added to the lengths as they are said */
  int         message_excess;
  int         extensions_excess;
  int         list_excess;
  int         name_excess;
  gboolean    has_no_extensions;
} Hello;

#define GOOD                                                                                       \
  {                                                                                                \
    .host = "Evil.test", .record_type = 22, .message_type = 1, .major = 3                          \
  }

static void
put (GByteArray *out, guint64 value, guint n_bytes)
{
  for (guint i = n_bytes; i > 0; i--)
    {
      guint8 byte = (guint8) (value >> (8 * (i - 1)));

      g_byte_array_append (out, &byte, 1);
    }
}

static void
put_part (GByteArray *out, GByteArray *part, guint n_length_bytes, int excess)
{
  put (out, (guint64) ((gint64) part->len + excess), n_length_bytes);
  g_byte_array_append (out, part->data, part->len);
}

static void
put_name (GByteArray *extensions, const Hello *hello, const char *host)
{
  g_autoptr (GByteArray) name = g_byte_array_new ();
  g_autoptr (GByteArray) list = g_byte_array_new ();
  g_autoptr (GByteArray) extension = g_byte_array_new ();

  g_byte_array_append (name, (const guint8 *) host, (guint) strlen (host));
  put (list, hello->name_type, 1);
  put_part (list, name, 2, hello->name_excess);
  put_part (extension, list, 2, hello->list_excess);
  put (extensions, 0, 2);
  put_part (extensions, extension, 2, 0);
}

static GByteArray *
build (const Hello *hello)
{
  g_autoptr (GByteArray) extensions = g_byte_array_new ();
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GByteArray) message = g_byte_array_new ();
  GByteArray *record = g_byte_array_new ();

  if (hello->padding > 0)
    {
      g_autoptr (GByteArray) padding = g_byte_array_new ();

      g_byte_array_set_size (padding, (guint) hello->padding);
      memset (padding->data, 0, padding->len);
      put (extensions, 21, 2);
      put_part (extensions, padding, 2, 0);
    }
  if (hello->host != NULL)
    put_name (extensions, hello, hello->host);
  if (hello->second_host != NULL)
    put_name (extensions, hello, hello->second_host);

  put (body, (guint64) hello->major << 8 | 3, 2);
  for (guint i = 0; i < 4; i++)
    put (body, 0x0123456789abcdef, 8);
  put (body, hello->session_id_length, 1);
  for (guint i = 0; i < hello->session_id_length; i++)
    put (body, 7, 1);
  put (body, 2, 2);
  put (body, 0x1301, 2);
  put (body, 1, 1);
  put (body, 0, 1);
  if (!hello->has_no_extensions)
    put_part (body, extensions, 2, hello->extensions_excess);
  put (message, hello->message_type, 1);
  put_part (message, body, 3, hello->message_excess);
  put (record, hello->record_type, 1);
  put (record, (guint64) hello->major << 8 | 1, 2);
  put_part (record, message, 2, hello->record_excess);

  return record;
}

static ShipEgressHelloKind
parse (const Hello *hello, char *host)
{
  g_autoptr (GByteArray) bytes = build (hello);

  return ship_egress_hello_parse ((const char *) bytes->data, bytes->len, host);
}

static void
test_named (void)
{
  Hello hellos[] = { GOOD, GOOD, GOOD };
  char  host[SHIP_EGRESS_HOST_LIMIT + 1];

  hellos[1].session_id_length = 32;
  hellos[2].padding = 12000; /* as large as those with post-quantum keys, and more */
  for (guint i = 0; i < G_N_ELEMENTS (hellos); i++)
    {
      g_autoptr (GByteArray) bytes = build (&hellos[i]);
      g_autofree char *copy = NULL;

      for (guint cut = 0; cut < bytes->len; cut++)
        g_assert_cmpint (ship_egress_hello_parse ((const char *) bytes->data, cut, host),
                         ==,
                         SHIP_EGRESS_HELLO_MORE);
      put (bytes, 0x170303, 3); /* what follows is not looked at */
      copy = g_memdup2 (bytes->data, bytes->len);
      g_assert_cmpint (ship_egress_hello_parse (copy, bytes->len, host),
                       ==,
                       SHIP_EGRESS_HELLO_NAMED);
      g_assert_cmpstr (host, ==, "evil.test");
    }
}

static void
test_not_named (void)
{
  Hello hello = GOOD;
  char  host[SHIP_EGRESS_HOST_LIMIT + 1];

  hello.host = NULL;
  g_assert_cmpint (parse (&hello, host), ==, SHIP_EGRESS_HELLO_NAMELESS);
  hello.has_no_extensions = TRUE;
  g_assert_cmpint (parse (&hello, host), ==, SHIP_EGRESS_HELLO_NAMELESS);
  hello.record_type = 'S';
  g_assert_cmpint (parse (&hello, host), ==, SHIP_EGRESS_HELLO_NOT_TLS);
  g_assert_cmpint (ship_egress_hello_parse ("GET / HTTP/1.1\r\n", 16, host),
                   ==,
                   SHIP_EGRESS_HELLO_NOT_TLS);
}

static void
test_malformed (void)
{
  const char *const bad_hosts[] = { "", "127.0.0.1", "evil", "evil.test.", "a b.test", "[::1]" };
  Hello             hellos[] = { GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD };
  char              host[SHIP_EGRESS_HOST_LIMIT + 1];

  hellos[0].message_type = 2;
  hellos[1].major = 2;
  hellos[2].name_type = 1;
  hellos[3].session_id_length = 33;
  hellos[4].message_excess = 1;
  hellos[5].message_excess = -1;
  hellos[6].extensions_excess = 1;
  hellos[7].list_excess = -1;
  hellos[8].name_excess = 1;
  hellos[9].second_host = "other.test";
  for (guint i = 0; i < G_N_ELEMENTS (hellos); i++)
    g_assert_cmpint (parse (&hellos[i], host), ==, SHIP_EGRESS_HELLO_MALFORMED);

  for (guint i = 0; i < G_N_ELEMENTS (bad_hosts); i++)
    {
      Hello hello = GOOD;

      hello.host = bad_hosts[i];
      g_assert_cmpint (parse (&hello, host), ==, SHIP_EGRESS_HELLO_MALFORMED);
    }
}

/* A hello that is cut into two records is not put together. */
static void
test_records (void)
{
  Hello hello = GOOD;
  char  host[SHIP_EGRESS_HOST_LIMIT + 1];

  hello.record_excess = -4;
  g_assert_cmpint (parse (&hello, host), ==, SHIP_EGRESS_HELLO_MALFORMED);
  hello.record_excess = 1;
  g_assert_cmpint (parse (&hello, host), ==, SHIP_EGRESS_HELLO_MORE);
  hello.record_excess = 20000;
  g_assert_cmpint (parse (&hello, host), ==, SHIP_EGRESS_HELLO_MALFORMED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/egress-hello/named", test_named);
  g_test_add_func ("/egress-hello/not-named", test_not_named);
  g_test_add_func ("/egress-hello/malformed", test_malformed);
  g_test_add_func ("/egress-hello/records", test_records);
  return g_test_run ();
}
