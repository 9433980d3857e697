/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "outside.h"

#include "ship-test.h"

#include <string.h>

#define MAX_RESULT 2000

static char *session_program;

/* --- the server outside --- */

/* FALSE: there is no such file. */
static gboolean
answer_file (Outside *self, SoupServerMessage *message, const char *host, const char *path)
{
  g_autofree char *file = g_build_filename (self->e2e->root, "www", host, path, NULL);
  g_autofree char *index = g_build_filename (file, "index.html", NULL);
  const char      *type = g_file_test (index, G_FILE_TEST_EXISTS) ? "text/html" : "text/plain";
  char            *content = NULL;
  gsize            length = 0;

  if (!g_file_get_contents (g_str_equal (type, "text/html") ? index : file,
                            &content,
                            &length,
                            NULL))
    return FALSE;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_TAKE, content, length);
  return TRUE;
}

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
  if (host != NULL && answer_file (self, message, host, path))
    return;
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

Outside *
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

void
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

/* --- what the agent does, and what it reads --- */

char *
outside_run (Outside *self, const char *command)
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

void
outside_check (Outside *self, const char *command, const char *answer)
{
  g_autofree char *told = outside_run (self, command);

  if (strstr (told, answer) == NULL)
    g_error ("%s: there is no “%s” in: %s", command, answer, told);
}

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

void
outside_set_mode (Outside *self, const char *mode)
{
  call (self, "SetEgress", g_variant_new ("(s)", mode));
}

void
outside_allow (Outside *self, const char *pattern, const char *scope, gboolean is_allowed)
{
  call (self, "AllowHost", g_variant_new ("(ssb)", pattern, scope, is_allowed));
}

gint64
outside_count (Outside *self, const char *host, guint port, const char *verdict)
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

void
outside_init (int *argc, char ***argv)
{
  static const char *const proxies[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };

  g_unsetenv ("GSETTINGS_BACKEND"); /* shipctl writes them, ship-session reads them */
  for (guint i = 0; i < G_N_ELEMENTS (proxies); i++)
    g_unsetenv (proxies[i]); /* this internet is not behind it */
  e2e_init (argc, argv);
  session_program = g_canonicalize_filename ((*argv)[1], NULL);
}
