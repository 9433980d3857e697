/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e.h"
#include "ship-test.h"

#include <libsoup/soup.h>
#include <string.h>

/*
 * The way out of a real sandbox: the real agent runs commands that reach for hosts, by a real
 * policy, through the real ship-egress. The names are elsewhere.c's, and lead to a server here.
 */

typedef struct
{
  E2e        *e2e;     /* (owned) */
  SoupServer *server;  /* (owned) */
  E2eSession *session; /* (owned) */
  char       *ca;      /* (owned): the server's certificate, as text */
  GPtrArray
    *uploads; /* (owned) (element-type utf8): the fields that came with a redirect's target */
} Outside;

#define MAX_RESULT 2000

static char *session_program;

/* --- the server outside --- */

static void
answer_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  Outside            *self = user_data;
  SoupMessageHeaders *fields = soup_server_message_get_request_headers (message);
  const char         *host = soup_message_headers_get_one (fields, "Host");
  const char         *authorization = soup_message_headers_get_one (fields, "Authorization");
  g_autofree char    *text = g_strdup_printf ("You reached %s\n", host);

  g_ptr_array_add (self->uploads, g_strdup (authorization != NULL ? authorization : "none"));
  if (g_str_has_prefix (path, "/go/"))
    {
      g_autofree char *target = g_strdup_printf ("http://%s/", path + strlen ("/go/"));

      soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, target);
      return;
    }
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, text, strlen (text));
}

static GTlsCertificate *
make_certificate (Outside *self)
{
  g_autofree char *key = g_build_filename (self->e2e->root, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (self->e2e->root, "ca.pem", NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *made;

  g_free (
    e2e_output (self->e2e->root,
                "openssl",
                "req",
                "-x509",
                "-nodes",
                "-days",
                "2",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-subj",
                "/CN=files.test",
                "-addext",
                "subjectAltName=DNS:files.test,DNS:other.test,DNS:registry.test,DNS:always.test",
                "-keyout",
                key,
                "-out",
                certificate,
                NULL));
  made = g_tls_certificate_new_from_files (certificate, key, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (certificate, &self->ca, NULL, NULL));
  return made;
}

/* Listens, and tells elsewhere.c where. */
static void
listen_on (Outside *self, SoupServerListenOptions options, const char *variable)
{
  g_autoptr (GError) error = NULL;
  GSList          *uris;
  g_autofree char *port = NULL;

  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | options, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  for (GSList *link = uris; link != NULL; link = link->next)
    if (g_str_equal (g_uri_get_scheme (link->data), options != 0 ? "https" : "http"))
      port = g_strdup_printf ("%d", g_uri_get_port (link->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  g_setenv (variable, port, TRUE);
}

/* Everything where the product is, but for ship-session. */
static void
move_programs (E2e *e2e)
{
  static const char *const names[] = { "ship-egress", "ship-guest", "ship-launch" };
  g_autofree char         *directory = g_build_filename (e2e->root, "libexec", NULL);
  g_autofree char         *own = g_build_filename (directory, "ship-session", NULL);

  if (g_file_test (directory, G_FILE_TEST_IS_DIR))
    return;
  g_assert_no_errno (g_mkdir_with_parents (directory, 0755));
  g_assert_no_errno (symlink (session_program, own));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *program = ship_paths_dup_program (e2e->paths, names[i]);
      g_autofree char *link = g_build_filename (directory, names[i], NULL);

      g_assert_no_errno (symlink (program, link));
    }
  g_setenv ("SHIP_LIBEXEC_DIR", directory, TRUE);
  g_clear_pointer (&e2e->paths, ship_paths_unref);
  e2e->paths = ship_paths_new ();
}

static Outside *
outside_new (const char *name)
{
  Outside *self = g_new0 (Outside, 1);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autofree char *repository = NULL;

  self->e2e = e2e_new ();
  self->uploads = g_ptr_array_new_with_free_func (g_free);
  move_programs (self->e2e);
  certificate = make_certificate (self);
  self->server = soup_server_new ("tls-certificate", certificate, NULL);
  soup_server_add_handler (self->server, NULL, answer_cb, self, NULL);
  listen_on (self, 0, "ELSEWHERE_HTTP");
  listen_on (self, SOUP_SERVER_LISTEN_HTTPS, "ELSEWHERE_HTTPS");
  repository = e2e_make_repository (self->e2e, name, "ca.pem", self->ca, NULL);
  self->session = e2e_session_new (self->e2e, repository, "anthropic/claude-sonnet-4-5");
  return self;
}

static void
outside_free (Outside *self)
{
  fake_llm_assert_exhausted (self->e2e->llm);
  g_clear_pointer (&self->session, e2e_session_free);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  e2e_free (self->e2e);
  g_ptr_array_unref (self->uploads);
  g_free (self->ca);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outside, outside_free)

/* --- what the agent does, and what it reads --- */

/* Has the agent run @command; what it told its model of that. (transfer full) */
static char *
run (Outside *self, const char *command)
{
  g_autofree char *escaped = g_strescape (command, "");
  g_autofree char *arguments =
    g_strdup_printf ("{\"description\":\"Reach\",\"command\":\"%s\"}", escaped);
  const char *body;
  const char *last = NULL;

  fake_llm_add_tool (self->e2e->llm, "bash", arguments);
  fake_llm_add_text (self->e2e->llm, "Done.");
  e2e_session_await_task (self->session, e2e_session_send (self->session, "Reach out"), "complete");
  body = fake_llm_get_last_request (self->e2e->llm)->body;
  for (const char *at = body; (at = strstr (at, "\"tool_result\"")) != NULL; at++)
    last = at;
  g_assert_nonnull (last);
  return g_strndup (last, MAX_RESULT);
}

static void
check (Outside *self, const char *command, const char *answer)
{
  g_autofree char *told = run (self, command);

  if (strstr (told, answer) == NULL)
    g_error ("%s: there is no “%s” in: %s", command, answer, told);
}

#define CURL "curl -sS -m 20 --cacert /work/ca.pem "
#define PYTHON(uri)                                                                                \
  "python3 -c 'import urllib.request as u; u.urlopen(\"" uri "\")' 2>&1 | tail -n 1"
#define DIRECT "curl -sS -m 20 --noproxy '*' --cacert /work/ca.pem "
#define PLAIN  "curl -sS -m 20 "

static void
call (Outside *self, const char *method, GVariant *arguments)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_client_call_async (self->session->client,
                                  method,
                                  arguments,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  ship_session_client_call_finish (self->session->client, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
set_mode (Outside *self, const char *mode)
{
  call (self, "SetEgress", g_variant_new ("(s)", mode));
}

static void
allow (Outside *self, const char *pattern, const char *scope, gboolean is_allowed)
{
  call (self, "AllowHost", g_variant_new ("(ssb)", pattern, scope, is_allowed));
}

static char *
shipctl (const char *first, const char *second, const char *third, const char *fourth)
{
  g_autofree char *program =
    g_test_build_filename (G_TEST_BUILT, "..", "src", "cli", "shipctl", NULL);

  return e2e_output (NULL, program, first, second, third, fourth, NULL);
}

/* How often it was asked for with that end; 0: never. */
static gint64
count (Outside *self, const char *host, guint port, const char *verdict)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (self->session);

  for (guint i = 0; i < snapshot->contacts->len; i++)
    {
      const ShipContactRow *contact = snapshot->contacts->pdata[i];

      if (g_str_equal (contact->host, host) && contact->port == port &&
          g_str_equal (contact->verdict, verdict))
        return contact->count;
    }
  return 0;
}

/* --- tests --- */

static void
test_allowlist (void)
{
  g_autoptr (Outside) outside = outside_new ("allowlist");
  g_autofree char *list = NULL;

  check (outside, PLAIN "http://files.test/", "files.test: This sandbox may not reach that host");
  check (outside, PLAIN "http://files.test/", "The user was told and can allow it");
  /* Other tools show the reason phrase, or only the number. */
  check (outside, PYTHON ("https://files.test/"), "403 Host Not Allowed By Ship");
  check (outside, "git ls-remote https://files.test/a.git 2>&1", "403");
  g_assert_cmpint (count (outside, "files.test", 443, "not-allowed"), ==, 2);
  g_assert_cmpint (count (outside, "files.test", 80, "not-allowed"), ==, 2);
  g_assert_cmpuint (outside->uploads->len, ==, 0);

  allow (outside, "files.test", "session", TRUE);
  check (outside, CURL "https://files.test/", "You reached files.test");
  check (outside, PLAIN "http://files.test/", "You reached files.test");
  check (outside, PLAIN "https://other.test/", "response 403");
  check (outside,
         CURL "--connect-to other.test:443:files.test:443 https://other.test/ 2>&1",
         "curl: (");
  g_assert_cmpint (count (outside, "files.test", 443, "misused"), ==, 1);

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

  set_mode (outside, "open");
  told = run (outside,
              CURL "https://files.test/; for name in loopback metadata router mapped half-private "
                   "mapped-router; do " PLAIN "http://$name.test/; done");
  g_assert_nonnull (strstr (told, "You reached files.test"));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *sentence =
        g_strconcat (names[i], ": That name leads to an address of this machine", NULL);

      g_assert_nonnull (strstr (told, sentence));
      g_assert_cmpint (count (outside, names[i], 80, "private"), ==, 1);
    }

  /* An address is no host, however it is spelled. */
  spelled = run (outside,
                 "for host in 169.254.169.254 127.0.0.2 10.0.0.1 [::ffff:7f00:1] 0x7f000002 "
                 "2130706434 127.1 printer; do " PLAIN
                 "-x http://127.0.0.1:3128 --noproxy none http://$host/; echo; done | "
                 "grep -c 'name a host by its DNS name'");
  g_assert_nonnull (strstr (spelled, "\"8\\n\""));
  check (outside, PLAIN "http://nowhere.test/", "That host name is not known");

  /* A name that was public when it was allowed is looked at again. */
  check (outside, PLAIN "http://rebinding.test/", "You reached rebinding.test");
  check (outside, PLAIN "http://rebinding.test/", "a private network");
}

static void
test_redirects (void)
{
  g_autoptr (Outside) outside = outside_new ("redirects");

  allow (outside, "files.test", "once", TRUE);
  allow (outside, "loopback.test", "once", TRUE);
  check (outside, PLAIN "-L http://files.test/go/other.test", "other.test: This sandbox may not");
  check (outside, PLAIN "-L http://files.test/go/loopback.test", "a private network");
  allow (outside, "other.test", "once", TRUE);
  check (outside, PLAIN "-L http://files.test/go/other.test", "You reached other.test");
  /* What could be a credential does not go out without TLS, to whomever. */
  check (outside,
         PLAIN "-L --location-trusted -u me:secret http://files.test/go/other.test",
         "You reached other.test");
  for (guint i = 0; i < outside->uploads->len; i++)
    g_assert_cmpstr (outside->uploads->pdata[i], ==, "none");
}

static void
test_modes (void)
{
  g_autoptr (Outside) outside = outside_new ("modes");

  set_mode (outside, "offline");
  allow (outside, "files.test", "session", TRUE);
  check (outside, PYTHON ("https://files.test/"), "Sandbox Is Offline");
  g_assert_cmpint (count (outside, "files.test", 443, "offline"), ==, 1);
  set_mode (outside, "open");
  check (outside, CURL "https://other.test/", "You reached other.test");
  set_mode (outside, "");
  check (outside, PLAIN "https://other.test/", "response 403");
  check (outside, CURL "https://files.test/", "You reached files.test");
  g_assert_cmpint (count (outside, "other.test", 443, "connected"), ==, 1);
}

/* Once: until it sleeps. For the session: as long as there is one. Always: for the others too. */
static void
test_scopes (void)
{
  g_autoptr (Outside) outside = outside_new ("scopes");

  allow (outside, "files.test", "once", TRUE);
  allow (outside, "other.test", "session", TRUE);
  g_free (shipctl ("egress", outside->session->id, "--allow=always.test", "--always"));
  check (outside,
         CURL "https://files.test/ https://other.test/ https://always.test/",
         "files.test\\nYou reached other.test\\nYou reached always.test");

  e2e_session_kill (outside->session);
  e2e_await_no_descendants ();
  while (ship_session_client_is_connected (outside->session->client))
    g_main_context_iteration (NULL, TRUE);
  e2e_session_connect (outside->session);
  check (outside, PLAIN "https://files.test/", "response 403");
  check (outside,
         CURL "https://other.test/ https://always.test/",
         "You reached other.test\\nYou reached always.test");
  g_assert_cmpint (count (outside, "other.test", 443, "connected"), ==, 2);
  g_assert_cmpint (count (outside, "always.test", 443, "connected"), ==, 2);

  allow (outside, "other.test", "session", FALSE);
  check (outside, PLAIN "https://other.test/", "response 403");
}

/* Programs that know no proxy: they ask for a name, and connect to what they are told. */
static void
test_no_proxy (void)
{
  g_autoptr (Outside) outside = outside_new ("no-proxy");
  g_autofree char *node = g_find_program_in_path ("node");

  allow (outside, "files.test", "once", TRUE);
  check (outside,
         DIRECT "https://files.test/ http://files.test/",
         "files.test\\nYou reached files.test");
  check (outside, DIRECT "http://other.test/", "other.test: This sandbox may not reach that host");
  check (outside, DIRECT "https://other.test/", "access denied");
  check (outside, DIRECT "-H 'Host: other.test' http://files.test/", "not the strict HTTP");
  check (outside, DIRECT "http://loopback.test/ http://127.0.0.1/ 2>&1", "curl: (");
  g_assert_cmpint (count (outside, "files.test", 443, "connected"), ==, 1);
  g_assert_cmpint (count (outside, "files.test", 80, "connected"), ==, 1);
  g_assert_cmpint (count (outside, "other.test", 443, "not-allowed"), ==, 1);
  if (node == NULL)
    return;
  check (outside,
         "NODE_EXTRA_CA_CERTS=/work/ca.pem node -e 'fetch(\"https://files.test/\").then(a => "
         "a.text()).then(console.log)'",
         "You reached files.test");
  check (outside,
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
  check (outside, CURL "https://registry.test/", "You reached registry.test");
  check (outside,
         "head -c 3000000 /dev/zero > big; " CURL "-T big https://registry.test/ 2>&1",
         "curl: (");
  g_assert_cmpint (count (outside, "registry.test", 443, "connected"), ==, 2);
  g_assert_cmpint (count (outside, "registry.test", 443, "too-much"), ==, 1);
  allow (outside, "registry.test", "once", TRUE);
  check (outside, CURL "-T big https://registry.test/", "You reached registry.test");
}

int
main (int argc, char *argv[])
{
  g_unsetenv ("GSETTINGS_BACKEND"); /* shipctl writes them, ship-session reads them */
  e2e_init (&argc, &argv);
  session_program = g_canonicalize_filename (argv[1], NULL);
  g_test_add_func ("/egress/allowlist", test_allowlist);
  g_test_add_func ("/egress/private", test_private);
  g_test_add_func ("/egress/redirects", test_redirects);
  g_test_add_func ("/egress/modes", test_modes);
  g_test_add_func ("/egress/scopes", test_scopes);
  g_test_add_func ("/egress/no-proxy", test_no_proxy);
  g_test_add_func ("/egress/registry", test_registry);
  return g_test_run ();
}
