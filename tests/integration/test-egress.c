/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "outside.h"

#include "base/ship-settings.h"

#include <string.h>

/*
 * The way out of a real sandbox: the real agent runs commands that reach for hosts, by a real
 * policy, through the real ship-egress. The names are elsewhere.c's, and lead to a server here.
 */

#define CURL "curl -sS -m 20 --cacert /work/ca.pem "
#define PYTHON(uri)                                                                                \
  "python3 -c 'import urllib.request as u; u.urlopen(\"" uri "\")' 2>&1 | tail -n 1"
#define DIRECT "curl -sS -m 20 --noproxy '*' --cacert /work/ca.pem "
#define PLAIN  "curl -sS -m 20 "

static char *
shipctl (const char *first, const char *second, const char *third, const char *fourth)
{
  g_autofree char *program =
    g_test_build_filename (G_TEST_BUILT, "..", "src", "cli", "shipctl", NULL);

  return e2e_output (NULL, program, first, second, third, fourth, NULL);
}

/* --- tests --- */

static void
test_allowlist (void)
{
  g_autoptr (Outside) outside = outside_new ("allowlist");
  g_autofree char *list = NULL;

  outside_check (outside,
                 PLAIN "http://files.test/",
                 "files.test: This sandbox may not reach that host");
  outside_check (outside, PLAIN "http://files.test/", "The user was told and can allow it");
  /* Other tools show the reason phrase, or only the number. */
  outside_check (outside, PYTHON ("https://files.test/"), "403 Host Not Allowed By Ship");
  outside_check (outside, "git ls-remote https://files.test/a.git 2>&1", "403");
  /* What that means was said beforehand. */
  g_assert_nonnull (strstr (fake_llm_get_last_request (outside->e2e->llm)->body,
                            "A tool that fails with 403 from the proxy"));
  g_assert_cmpint (outside_count (outside, "files.test", 443, "not-allowed"), ==, 2);
  g_assert_cmpint (outside_count (outside, "files.test", 80, "not-allowed"), ==, 2);
  g_assert_cmpuint (outside->uploads->len, ==, 0);

  outside_allow (outside, "files.test", "session", TRUE);
  outside_check (outside, CURL "https://files.test/", "You reached files.test");
  outside_check (outside, PLAIN "http://files.test/", "You reached files.test");
  outside_check (outside, PLAIN "https://other.test/", "response 403");
  outside_check (outside,
                 CURL "--connect-to other.test:443:files.test:443 https://other.test/ 2>&1",
                 "curl: (");
  g_assert_cmpint (outside_count (outside, "files.test", 443, "misused"), ==, 1);

  list = shipctl ("egress", outside->session->id, NULL, NULL);
  g_assert_nonnull (strstr (list, "allowed: files.test\n"));
  g_assert_nonnull (strstr (list, "files.test:443"));
  g_assert_nonnull (strstr (list, "refused: not allowed"));
}

static void
test_private (void)
{
  static const char *const names[] = { "loopback.test", "metadata.test",     "router.test",
                                       "mapped.test",   "half-private.test", "mapped-router.test" };
  g_autoptr (Outside) outside = outside_new ("private");
  g_autofree char *told = NULL;
  g_autofree char *spelled = NULL;

  outside_set_mode (outside, "open");
  told = outside_run (
    outside,
    CURL "https://files.test/; for name in loopback metadata router mapped half-private "
         "mapped-router; do " PLAIN "http://$name.test/; done");
  g_assert_nonnull (strstr (told, "You reached files.test"));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *sentence =
        g_strconcat (names[i], ": That name leads to an address of this machine", NULL);

      g_assert_nonnull (strstr (told, sentence));
      g_assert_cmpint (outside_count (outside, names[i], 80, "private"), ==, 1);
    }

  /* An address is no host, however it is spelled. */
  spelled =
    outside_run (outside,
                 "for host in 169.254.169.254 127.0.0.2 10.0.0.1 [::ffff:7f00:1] 0x7f000002 "
                 "2130706434 127.1 printer; do " PLAIN
                 "-x http://127.0.0.1:3128 --noproxy none http://$host/; echo; done | "
                 "grep -c 'name a host by its DNS name'");
  g_assert_nonnull (strstr (spelled, "\"8\\n\""));
  outside_check (outside, PLAIN "http://nowhere.test/", "That host name is not known");

  /* A name that was public when it was allowed is looked at again. */
  outside_check (outside, PLAIN "http://rebinding.test/", "You reached rebinding.test");
  outside_check (outside, PLAIN "http://rebinding.test/", "a private network");
}

static void
test_redirects (void)
{
  g_autoptr (Outside) outside = outside_new ("redirects");

  outside_allow (outside, "files.test", "once", TRUE);
  outside_allow (outside, "loopback.test", "once", TRUE);
  outside_check (outside,
                 PLAIN "-L http://files.test/go/other.test",
                 "other.test: This sandbox may not");
  outside_check (outside, PLAIN "-L http://files.test/go/loopback.test", "a private network");
  outside_allow (outside, "other.test", "once", TRUE);
  outside_check (outside, PLAIN "-L http://files.test/go/other.test", "You reached other.test");
  /* What could be a credential does not go out without TLS, to whomever. */
  outside_check (outside,
                 PLAIN "-L --location-trusted -u me:secret http://files.test/go/other.test",
                 "You reached other.test");
  for (guint i = 0; i < outside->uploads->len; i++)
    g_assert_cmpstr (outside->uploads->pdata[i], ==, "none");
}

static void
test_modes (void)
{
  g_autoptr (Outside) outside = outside_new ("modes");

  outside_set_mode (outside, "offline");
  outside_allow (outside, "files.test", "session", TRUE);
  outside_check (outside, PYTHON ("https://files.test/"), "Sandbox Is Offline");
  g_assert_cmpint (outside_count (outside, "files.test", 443, "offline"), ==, 1);
  outside_set_mode (outside, "open");
  outside_check (outside, CURL "https://other.test/", "You reached other.test");
  outside_set_mode (outside, "");
  outside_check (outside, PLAIN "https://other.test/", "response 403");
  outside_check (outside, CURL "https://files.test/", "You reached files.test");
  g_assert_cmpint (outside_count (outside, "other.test", 443, "connected"), ==, 1);
}

/* Once: until it sleeps. For the session: as long as there is one. Always: for the others too. */
static void
test_scopes (void)
{
  g_autoptr (Outside) outside = outside_new ("scopes");

  outside_allow (outside, "files.test", "once", TRUE);
  outside_allow (outside, "other.test", "session", TRUE);
  g_free (shipctl ("egress", outside->session->id, "--allow=always.test", "--always"));
  outside_check (outside,
                 CURL "https://files.test/ https://other.test/ https://always.test/",
                 "files.test\\nYou reached other.test\\nYou reached always.test");

  e2e_session_kill (outside->session);
  e2e_await_no_descendants ();
  while (ship_session_client_is_connected (outside->session->client))
    g_main_context_iteration (NULL, TRUE);
  e2e_session_connect (outside->session);
  outside_check (outside, PLAIN "https://files.test/", "response 403");
  outside_check (outside,
                 CURL "https://other.test/ https://always.test/",
                 "You reached other.test\\nYou reached always.test");
  g_assert_cmpint (outside_count (outside, "other.test", 443, "connected"), ==, 2);
  g_assert_cmpint (outside_count (outside, "always.test", 443, "connected"), ==, 2);

  outside_allow (outside, "other.test", "session", FALSE);
  outside_check (outside, PLAIN "https://other.test/", "response 403");
}

/* Programs that know no proxy: they ask for a name, and connect to what they are told. */
static void
test_no_proxy (void)
{
  g_autoptr (Outside) outside = outside_new ("no-proxy");
  g_autofree char *node = g_find_program_in_path ("node");

  outside_allow (outside, "files.test", "once", TRUE);
  outside_check (outside,
                 DIRECT "https://files.test/ http://files.test/",
                 "files.test\\nYou reached files.test");
  outside_check (outside,
                 DIRECT "http://other.test/",
                 "other.test: This sandbox may not reach that host");
  outside_check (outside, DIRECT "https://other.test/", "access denied");
  outside_check (outside, DIRECT "-H 'Host: other.test' http://files.test/", "not the strict HTTP");
  outside_check (outside, DIRECT "http://loopback.test/ http://127.0.0.1/ 2>&1", "curl: (");
  g_assert_cmpint (outside_count (outside, "files.test", 443, "connected"), ==, 1);
  g_assert_cmpint (outside_count (outside, "files.test", 80, "connected"), ==, 1);
  g_assert_cmpint (outside_count (outside, "other.test", 443, "not-allowed"), ==, 1);
  if (node == NULL)
    return;
  outside_check (
    outside,
    "NODE_EXTRA_CA_CERTS=/work/ca.pem node -e 'fetch(\"https://files.test/\").then(a => "
    "a.text()).then(console.log)'",
    "You reached files.test");
  outside_check (outside,
                 "node -e 'fetch(\"https://other.test/\").catch(e => console.log(e.cause.code))'",
                 "ACCESS_DENIED");
}

/* A registry is there to fetch from: what the machine is configured for takes no gifts. */
static void
test_registry (void)
{
  const char      *cache = g_getenv ("XDG_CACHE_HOME");
  g_autofree char *directory = g_build_filename (cache, "ship", NULL);
  g_autofree char *file = g_build_filename (directory, "registries", NULL);
  g_autoptr (Outside) outside = NULL;

  g_assert_no_errno (g_mkdir_with_parents (directory, 0700));
  g_assert_true (g_file_set_contents (file, "registry.test\n", -1, NULL));
  outside = outside_new ("registry");
  outside_check (outside, CURL "https://registry.test/", "You reached registry.test");
  outside_check (outside,
                 "head -c 3000000 /dev/zero > big; " CURL "-T big https://registry.test/ 2>&1",
                 "curl: (");
  g_assert_cmpint (outside_count (outside, "registry.test", 443, "connected"), ==, 2);
  g_assert_cmpint (outside_count (outside, "registry.test", 443, "too-much"), ==, 1);
  outside_allow (outside, "registry.test", "once", TRUE);
  outside_check (outside, CURL "-T big https://registry.test/", "You reached registry.test");
}

/* --- how much and how fast --- */

/* Awake sessions follow it at once. */
static void
set_bound (Outside *outside, const char *key, guint value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = ship_settings_new (outside->e2e->paths, &error);

  g_assert_no_error (error);
  g_assert_true (g_settings_set_uint (settings, key, value));
  g_settings_sync ();
}

static void
offer_file (Outside *outside, const char *name, gsize size)
{
  g_autofree char *directory = g_build_filename (outside->e2e->root, "www", "files.test", NULL);
  g_autofree char *file = g_build_filename (directory, name, NULL);
  g_autofree char *zeros = g_malloc0 (size);

  g_assert_no_errno (g_mkdir_with_parents (directory, 0755));
  g_assert_true (g_file_set_contents (file, zeros, (gssize) size, NULL));
}

static guint64
count_down (Outside *outside)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (outside->session);
  guint64 sum = 0;

  for (guint i = 0; i < snapshot->contacts->len; i++)
    sum += ((ShipContactRow *) snapshot->contacts->pdata[i])->n_down;
  return sum;
}

/* Two at the same time are one sandbox; who has fetched too much is told so, and the user is. */
static void
test_download (void)
{
  g_autoptr (Outside) outside = outside_new ("download");
  g_autofree char *told = NULL;
  g_autofree char *list = NULL;

  set_bound (outside, SHIP_SETTING_EGRESS_DOWN, 4);
  offer_file (outside, "big", 3 << 20);
  outside_allow (outside, "files.test", "session", TRUE);
  told =
    outside_run (outside,
                 "for i in 1 2 3; do " PLAIN "-o big$i http://files.test/big & done; wait; " PLAIN
                 "http://files.test/; " CURL "https://files.test/ 2>&1");
  g_assert_nonnull (strstr (told, "curl: ("));
  g_assert_nonnull (strstr (told, "files.test: This sandbox has fetched as much as it may"));
  g_assert_cmpint (outside_count (outside, "files.test", 80, "too-much-fetched"), >=, 2);
  g_assert_cmpuint (count_down (outside), >, 3 << 20);
  /* The byte that is too much is read, and goes nowhere. */
  g_assert_cmpuint (count_down (outside), <=, (4 << 20) + 3);
  list = shipctl ("egress", outside->session->id, NULL, NULL);
  g_assert_nonnull (strstr (list, "the download limit is reached"));

  set_bound (outside, SHIP_SETTING_EGRESS_DOWN, 64);
  do
    {
      g_free (told);
      told = outside_run (outside, PLAIN "http://files.test/big -o big && wc -c < big");
    }
  while (strstr (told, "3145728") == NULL);
}

/* As fast as the setting says, both ways, whatever is open at the same time. */
static void
test_rate (void)
{
  g_autoptr (Outside) outside = outside_new ("rate");
  g_autofree char *told = NULL;

  offer_file (outside, "big", 2 << 20);
  outside_allow (outside, "files.test", "session", TRUE);
  set_bound (outside, SHIP_SETTING_EGRESS_RATE, 1024);
  told = outside_run (
    outside,
    "head -c 2000000 /dev/zero > up; date +%s%N > began; " CURL
    "-T up https://files.test/up & " PLAIN "-o one http://files.test/big & " PLAIN
    "-o two http://files.test/big & wait; "
    "echo took $(( ($(date +%s%N) - $(cat began)) / 1000000 )) for $(cat one two | wc -c)");
  g_assert_nonnull (strstr (told, "for 4194304"));
  g_assert_cmpint (g_ascii_strtoll (strstr (told, "took ") + strlen ("took "), NULL, 10), >, 2500);
}

int
main (int argc, char *argv[])
{
  outside_init (&argc, &argv);
  g_test_add_func ("/egress/allowlist", test_allowlist);
  g_test_add_func ("/egress/private", test_private);
  g_test_add_func ("/egress/redirects", test_redirects);
  g_test_add_func ("/egress/modes", test_modes);
  g_test_add_func ("/egress/scopes", test_scopes);
  g_test_add_func ("/egress/no-proxy", test_no_proxy);
  g_test_add_func ("/egress/registry", test_registry);
  g_test_add_func ("/egress/download", test_download);
  g_test_add_func ("/egress/rate", test_rate);
  return g_test_run ();
}
