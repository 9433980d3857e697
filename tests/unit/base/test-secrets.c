/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-secrets.h"

#define KEY "sk-ant-0123456789+/=?"

static void
assert_redacted (ShipSecrets *secrets, const char *text, const char *expected)
{
  g_autofree char *redacted = ship_secrets_redact (secrets, text);

  g_assert_cmpstr (redacted, ==, expected);
}

static void
test_set (void)
{
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autoptr (ShipSecrets) same = ship_secrets_ref (secrets);

  g_assert_true (ship_secrets_is_empty (secrets));
  g_assert_cmpuint (ship_secrets_get_longest (secrets), ==, 0);
  g_assert_false (ship_secrets_add (secrets, "1234567"));
  g_assert_false (ship_secrets_add (secrets, ""));
  g_assert_true (ship_secrets_is_empty (same));
  assert_redacted (secrets, "1234567", "1234567");

  g_assert_true (ship_secrets_add (secrets, "12345678"));
  g_assert_true (ship_secrets_add (secrets, "12345678"));
  g_assert_false (ship_secrets_is_empty (secrets));
  g_assert_cmpuint (ship_secrets_get_longest (secrets), >=, 8);
}

static void
test_plain (void)
{
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();

  ship_secrets_add (secrets, "hunter22hunter");
  ship_secrets_add (secrets, "hunter22");
  ship_secrets_add (secrets, "passwörd");

  assert_redacted (secrets, "", "");
  assert_redacted (secrets, "nothing", "nothing");
  assert_redacted (secrets, "hunter22", "[secret]");
  assert_redacted (secrets, "a hunter22 b", "a [secret] b");
  assert_redacted (secrets, "hunter22hunter", "[secret]"); /* the longest */
  assert_redacted (secrets, "hunter22hunte", "[secret]hunte");
  assert_redacted (secrets, "hunter22hunter22", "[secret]"); /* both, overlapping */
  assert_redacted (secrets, "hunter22hunter22x", "[secret]x");
  assert_redacted (secrets, "hunter22hunterhunter22", "[secret][secret]");
  assert_redacted (secrets, "hunter2", "hunter2");
  assert_redacted (secrets, "hunterhunter22", "hunter[secret]");
  assert_redacted (secrets, "ein passwörd!", "ein [secret]!");
}

/* No piece of a secret is left standing next to another that overlaps it. */
static void
test_overlap (void)
{
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();

  ship_secrets_add (secrets, "abcdefghij");
  ship_secrets_add (secrets, "ghijklmnop");
  ship_secrets_add (secrets, "cdefghij");

  assert_redacted (secrets, "_abcdefghijklmnop_", "_[secret]_");
  assert_redacted (secrets, "_cdefghijklmnop_", "_[secret]_");
  assert_redacted (secrets, "_abcdefghijabcdefghij_", "_[secret][secret]_");
}

static void
test_encoded (void)
{
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autofree char *base64 = g_base64_encode ((const guchar *) KEY, strlen (KEY));
  g_autofree char *stripped = g_strndup (base64, strcspn (base64, "="));
  g_autofree char *percent = g_uri_escape_string (KEY, NULL, FALSE);
  g_autofree char *lower = g_strdup ("sk-ant-0123456789%2b%2f%3d%3f");

  ship_secrets_add (secrets, KEY);
  assert_redacted (secrets, base64, "[secret]");
  assert_redacted (secrets, stripped, "[secret]");
  assert_redacted (secrets, percent, "[secret]");
  assert_redacted (secrets, lower, "[secret]");
  g_strdelimit (base64, "+", '-');
  g_strdelimit (base64, "/", '_');
  assert_redacted (secrets, base64, "[secret]");
}

/* Wherever the secret stands in what is encoded, and whatever is around it. */
static void
test_within_base64 (void)
{
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();

  ship_secrets_add (secrets, KEY);
  for (gsize before = 0; before < 8; before++)
    for (gsize after = 0; after < 8; after++)
      {
        g_autofree char *left = g_strnfill (before, 'u');
        g_autofree char *right = g_strnfill (after, ':');
        g_autofree char *whole = g_strconcat (left, KEY, right, NULL);
        g_autofree char *base64 = g_base64_encode ((const guchar *) whole, strlen (whole));
        g_autofree char *redacted = ship_secrets_redact (secrets, base64);
        gsize            kept = strlen (redacted) - strlen (SHIP_SECRETS_MASK);

        g_assert_nonnull (strstr (redacted, SHIP_SECRETS_MASK));
        /* At either end two characters at most also carry bits of the secret. */
        g_assert_cmpuint (kept, <=, (before + 2) / 3 * 4 + (after + 2) / 3 * 4 + 4);
      }
}

/* The same result as from the whole text, whatever the pieces. */
static void
test_text_every_split (void)
{
  static const char text[] = "x hunter22hunte hunter22hunter22 hunterhunter22 aGVsbG8= hunter2";
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autofree char *expected = NULL;

  ship_secrets_add (secrets, "hunter22hunter");
  ship_secrets_add (secrets, "hunter22");
  ship_secrets_add (secrets, "22 hunte");
  expected = ship_secrets_redact (secrets, text);

  for (gsize first = 0; first < sizeof text; first++)
    for (gsize step = 1; step < sizeof text; step++)
      {
        g_autoptr (ShipRedactingText) stream = ship_redacting_text_new (secrets);
        g_autoptr (GString) got = g_string_new (NULL);
        g_autofree char *rest = NULL;

        for (gsize at = 0, n; at < sizeof text - 1; at += n)
          {
            g_autofree char *piece = NULL;
            g_autofree char *safe = NULL;

            n = MIN (at == 0 && first > 0 ? first : step, sizeof text - 1 - at);
            piece = g_strndup (text + at, n);
            safe = ship_redacting_text_feed (stream, piece);
            g_string_append (got, safe);
            g_assert_true (g_str_has_prefix (expected, got->str)); /* nothing is taken back */
          }
        rest = ship_redacting_text_finish (stream);
        g_string_append (got, rest);
        g_assert_cmpstr (got->str, ==, expected);
      }
}

/* Ordinary text is not held back. */
static void
test_text_is_prompt (void)
{
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autoptr (ShipRedactingText) stream = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *three = NULL;

  ship_secrets_add (secrets, "Zhunter22");
  stream = ship_redacting_text_new (secrets);
  one = ship_redacting_text_feed (stream, "hello, Zhu");
  two = ship_redacting_text_feed (stream, "lu");
  three = ship_redacting_text_finish (stream);
  g_assert_cmpstr (one, ==, "hello, ");
  g_assert_cmpstr (two, ==, "Zhulu");
  g_assert_cmpstr (three, ==, "");
}

static void
test_added_later (void)
{
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autoptr (ShipRedactingText) stream = ship_redacting_text_new (secrets);
  g_autofree char *one = ship_redacting_text_feed (stream, "hunter22 ");
  g_autofree char *two = NULL;

  ship_secrets_add (secrets, "hunter22");
  two = ship_redacting_text_feed (stream, "hunter22 ");
  g_assert_cmpstr (one, ==, "hunter22 ");
  g_assert_cmpstr (two, ==, "[secret] ");
}

/* Random texts of few letters, in which secrets of the same letters overlap in every way. */
static void
test_random (void)
{
  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
      g_autoptr (ShipRedactingText) stream = NULL;
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) got = g_string_new (NULL);
      g_autofree char *expected = NULL;
      g_autofree char *rest = NULL;
      g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; i < 3; i++)
        {
          char *secret = g_strnfill (8 + g_test_rand_int_range (0, 5), 'a');

          for (char *at = secret; *at != '\0'; at++)
            *at = (char) ('a' + g_test_rand_int_range (0, 2));
          ship_secrets_add (secrets, secret);
          g_ptr_array_add (added, secret);
        }
      for (guint i = 0; i < 400; i++)
        g_string_append_c (text, (char) ('a' + g_test_rand_int_range (0, 2)));

      expected = ship_secrets_redact (secrets, text->str);
      for (guint i = 0; i < added->len; i++)
        g_assert_null (strstr (expected, g_ptr_array_index (added, i)));

      stream = ship_redacting_text_new (secrets);
      for (gsize at = 0, n; at < text->len; at += n)
        {
          g_autofree char *piece = NULL;
          g_autofree char *safe = NULL;

          n = MIN ((gsize) g_test_rand_int_range (1, 20), text->len - at);
          piece = g_strndup (text->str + at, n);
          safe = ship_redacting_text_feed (stream, piece);
          g_string_append (got, safe);
        }
      rest = ship_redacting_text_finish (stream);
      g_string_append (got, rest);
      g_assert_cmpstr (got->str, ==, expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/secrets/set", test_set);
  g_test_add_func ("/base/secrets/plain", test_plain);
  g_test_add_func ("/base/secrets/overlap", test_overlap);
  g_test_add_func ("/base/secrets/encoded", test_encoded);
  g_test_add_func ("/base/secrets/within-base64", test_within_base64);
  g_test_add_func ("/base/secrets/text-every-split", test_text_every_split);
  g_test_add_func ("/base/secrets/text-is-prompt", test_text_is_prompt);
  g_test_add_func ("/base/secrets/added-later", test_added_later);
  g_test_add_func ("/base/secrets/random", test_random);
  return g_test_run ();
}
