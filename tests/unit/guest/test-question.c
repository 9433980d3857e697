/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that are asked for inside a sandbox, as bytes on the wire. */
#include <glib.h>
#include <string.h>

#include "guest/ship-guest-question.h"

#define ADDRESS 0x7f010203u

/* As the C library asks: recursion desired, one question. */
#define HEADER "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
#define A      "\x00\x01\x00\x01"
#define AAAA   "\x00\x1c\x00\x01"
#define FILES                                                                                      \
  "\x05"                                                                                           \
  "files\x04"                                                                                      \
  "test\x00"
#define SIZE(of) (sizeof (of) - 1)

static gboolean
parse (ShipGuestQuestion *question, const char *bytes, gsize length)
{
  memset (question, 0xee, sizeof *question);
  memcpy (question->bytes, bytes, length);
  question->length = length;
  return ship_guest_question_parse (question);
}

static void
test_address (void)
{
  static const char wanted[] = "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" FILES A
                               "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x01\x02\x03";
  static const char mixed[] = HEADER "\x05"
                                     "FiLeS\x04"
                                     "TEST\x00" A;
  ShipGuestQuestion question;

  g_assert_true (parse (&question, HEADER FILES A, SIZE (HEADER FILES A)));
  g_assert_true (question.is_host && question.is_address);
  g_assert_cmpstr (question.host, ==, "files.test");
  g_assert_cmpuint (ship_guest_question_answer (&question, ADDRESS), ==, SIZE (wanted));
  g_assert_cmpmem (question.bytes, SIZE (wanted), wanted, SIZE (wanted));

  /* The spelling comes back as it was: some resolvers insist. */
  g_assert_true (parse (&question, mixed, SIZE (mixed)));
  g_assert_cmpstr (question.host, ==, "files.test");
  ship_guest_question_answer (&question, ADDRESS);
  g_assert_cmpmem (question.bytes + 12, 7, mixed + 12, 7);
}

/* @code: of the answer. It has no address. */
static void
check (const char *bytes, gsize length, guint code)
{
  ShipGuestQuestion question;
  gsize             n;

  g_assert_true (parse (&question, bytes, length));
  g_assert_false (question.is_address);
  n = ship_guest_question_answer (&question, 0);
  g_assert_cmpuint (n, <=, length);
  g_assert_cmpuint (question.bytes[3] & 0xf, ==, code);
  g_assert_cmpuint (question.bytes[2] & 0x80, ==, 0x80);
  g_assert_cmpuint (question.bytes[7], ==, 0);
}

#define CHECK(bytes, code) check (bytes, SIZE (bytes), code)

static void
test_others (void)
{
  CHECK (HEADER FILES AAAA, 0); /* it is there, and has none of these */
  CHECK (HEADER "\x07"
                "printer\x00" A,
         3);
  CHECK (HEADER "\x03"
                "127\x01"
                "0\x01"
                "0\x01"
                "1\x00" A,
         3);
  CHECK (HEADER "\x03"
                "f\x00s\x04"
                "test\x00" A,
         3);
  CHECK (HEADER "\x00" A, 3);
  CHECK (HEADER FILES "\x00\x01\x00\x03", 3);                            /* another class */
  CHECK ("\x12\x34\x11\x00\x00\x01\x00\x00\x00\x00\x00\x00" FILES A, 4); /* another operation */
  CHECK ("\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00" FILES A FILES A, 1);
  CHECK ("\x12\x34\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", 1);
  CHECK (HEADER "\xc0\x0c" A, 1); /* a pointer to itself */
  CHECK (HEADER "\x05"
                "files\xc0\x0c" A,
         1);
  CHECK (HEADER "\x0a"
                "files.test\x00" A,
         1); /* a dot that is none */
  CHECK (HEADER "\x40" FILES A, 1);
  CHECK (HEADER "\x05"
                "files\x3f"
                "test\x00" A,
         1); /* a label beyond the end */
}

static void
test_ignored (void)
{
  ShipGuestQuestion question;

  g_assert_false (parse (&question, "", 0));
  g_assert_false (parse (&question, HEADER, SIZE (HEADER) - 1));
  g_assert_false (parse (&question,
                         "\x12\x34\x81\x00\x00\x01\x00\x00\x00\x00\x00\x00" FILES A,
                         SIZE (HEADER FILES A)));
}

static void
test_cut (void)
{
  for (gsize length = SIZE (HEADER); length < SIZE (HEADER FILES A); length++)
    check (HEADER FILES A, length, 1);
}

/* The longest name there is has room for its answer; one that is longer is none. */
static void
test_long (void)
{
  ShipGuestQuestion question;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 label[64];

  memset (label, 'a', sizeof label);
  label[0] = 61;
  g_byte_array_append (bytes, (const guint8 *) HEADER, SIZE (HEADER));
  for (guint i = 0; i < 4; i++)
    g_byte_array_append (bytes, label, 62);
  g_byte_array_append (bytes, (const guint8 *) "\x04test\x00" A, 10);
  g_assert_true (parse (&question, (const char *) bytes->data, bytes->len));
  g_assert_true (question.is_address);
  g_assert_cmpuint (strlen (question.host), ==, 252);
  g_assert_cmpuint (ship_guest_question_answer (&question, ADDRESS), ==, bytes->len + 16);

  g_byte_array_set_size (bytes, SIZE (HEADER));
  for (guint i = 0; i < 7; i++)
    g_byte_array_append (bytes, label, 62);
  g_byte_array_append (bytes, (const guint8 *) "\x00" A, 5);
  check ((const char *) bytes->data, bytes->len, 1);
}

/* A label has 63 bytes at most; what says 64 is not a name that nobody has, but none. */
static void
test_label (void)
{
  static const guint codes[] = { 0, 1 };

  for (guint excess = 0; excess < G_N_ELEMENTS (codes); excess++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      ShipGuestQuestion question;
      guint8            label[65];

      memset (label, 'a', sizeof label);
      label[0] = (guint8) (63 + excess);
      g_byte_array_append (bytes, (const guint8 *) HEADER, SIZE (HEADER));
      g_byte_array_append (bytes, label, 64 + excess);
      g_byte_array_append (bytes, (const guint8 *) "\x04test\x00" A, 10);
      g_assert_true (parse (&question, (const char *) bytes->data, bytes->len));
      g_assert_cmpint (question.is_address, ==, excess == 0);
      ship_guest_question_answer (&question, ADDRESS);
      g_assert_cmpuint (question.bytes[3] & 0xf, ==, codes[excess]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/question/address", test_address);
  g_test_add_func ("/question/others", test_others);
  g_test_add_func ("/question/ignored", test_ignored);
  g_test_add_func ("/question/cut", test_cut);
  g_test_add_func ("/question/long", test_long);
  g_test_add_func ("/question/label", test_label);
  return g_test_run ();
}
