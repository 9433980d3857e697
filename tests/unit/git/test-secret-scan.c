/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-secret-scan.h"

#include <string.h>

/* What looks like a credential and what does not. Every token here is made up by the lines below.
 */

#define A20 "q7Zp2LmX9cVt4BnK8sRd"
#define A36 A20 "w1Yh5GfJ3uEo6TiP"
#define A40 A20 "5Hj8Kd2Mn4Bv7Cx1Zq9W"

static gboolean
find (const char *text, ShipGitSecret *secret)
{
  return ship_git_secret_scan (text, strlen (text), 0, secret);
}

static void
test_found (void)
{
  static const char *const texts[] = {
    "key = AKIA"
    "Q7ZP2LMX9CVT4BNK"
    "\n",
    "\"ASIA"
    "Q7ZP2LMX9CVT4BNK\"",
    "ghp_" A36,
    "token: 'gho_" A36 "'",
    "github_pat_" A20 "_" A40 A20,
    "sk-ant-api03-" A40       A40 "-AA",
    "OPENAI_API_KEY=sk-proj-" A40 "_-" A20,
    "sk-" A20 "T3BlbkFJ" A20,
    "sk-or-v1-"
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "xoxb-123456789012-1234567890123-" A20,
    "AIza" A20 "-h5J8Kd2Mn4Bv7_",
    "sk_live_" A36,
    "glpat-" A20,
    "npm_" A36,
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEAq7Zp2LmX9cVt4BnK8sRdw1Yh5GfJ3uEo6TiP\n",
    "-----BEGIN OPENSSH PRIVATE "
    "KEY-----\r\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz\n",
    "{\"k\": \"-----BEGIN PRIVATE "
    "KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\\n\"}",
    "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      ShipGitSecret secret;

      g_test_message ("%s", texts[i]);
      g_assert_true (find (texts[i], &secret));
      g_assert_nonnull (secret.kind);
      g_assert_cmpuint (secret.length, >, 10);
      g_assert_cmpuint (secret.offset + secret.length, <=, strlen (texts[i]));
    }
}

static void
test_not_found (void)
{
  static const char *const texts[] = {
    "",
    "AKIAIOSFODNN7EXAMPLE",
    "AKIA"
    "Q7ZP2LMX9CVT4BNKX", /* too long */
    "XAKIA"
    "Q7ZP2LMX9CVT4BNK", /* within a word */
    "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "ghp_" A20,
    "ghp_" A36 "x",
    "sk-ant-your-key-goes-here",
    "sk-ant-…",
    "sk-proj-XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
    "task-ant-api03-" A40 A40,
    "sk-" A20,
    "class=\"sk-fading-circle-with-a-very-long-name-for-a-class\"",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n",
    "if (g_str_has_prefix (text, \"-----BEGIN RSA PRIVATE KEY-----\")) return "
    "parse_private_key_of_this_kind (text);",
    "-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEAq7Zp2LmX9cVt4BnK8sRdw1Yh5GfJ3uEo6TiP\n",
    "-----BEGIN PUBLIC KEY-----\nMIIEpAIBAAKCAQEAq7Zp2LmX9cVt4BnK8sRdw1Yh5GfJ3uEo6TiP\n",
    "xoxb-fake",
    "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "AIza",
    "-----BEGIN ",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      ShipGitSecret secret;

      g_test_message ("%s", texts[i]);
      g_assert_false (find (texts[i], &secret));
    }
}

static void
test_line_and_next (void)
{
  static const char text[] = "one\ntwo\n  ghp_" A36 ";\nfour glpat-" A20 "\n";
  ShipGitSecret     secret = { 0 };

  g_assert_true (ship_git_secret_scan (text, strlen (text), 0, &secret));
  g_assert_cmpuint (secret.line, ==, 3);
  g_assert_cmpuint (secret.length, ==, 40);
  g_assert_true (
    ship_git_secret_scan (text, strlen (text), secret.offset + secret.length, &secret));
  g_assert_cmpuint (secret.line, ==, 4);
  g_assert_false (
    ship_git_secret_scan (text, strlen (text), secret.offset + secret.length, &secret));
}

/* Cut at every byte: nothing beyond the end may be read (a sanitizer would tell). */
static void
test_cut (void)
{
  static const char *const texts[] = { "AKIA"
                                       "Q7ZP2LMX9CVT4BNK",
                                       "ghp_" A36,
                                       "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    for (gsize length = 0; length < strlen (texts[i]); length++)
      {
        g_autofree char *copy = g_memdup2 (texts[i], length);
        ShipGitSecret    secret;

        ship_git_secret_scan (copy, length, 0, &secret);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/git/secret-scan/found", test_found);
  g_test_add_func ("/git/secret-scan/not-found", test_not_found);
  g_test_add_func ("/git/secret-scan/line-and-next", test_line_and_next);
  g_test_add_func ("/git/secret-scan/cut", test_cut);
  return g_test_run ();
}
