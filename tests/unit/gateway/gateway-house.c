/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gateway-house.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ship-test.h"

#define MODELS(provider, model)                                                                    \
  "\"" provider "\":{\"id\":\"" provider "\",\"name\":\"" provider                                 \
  "\",\"npm\":\"x\",\"env\":[],\"models\":{"                                                       \
  "\"" model "\":{\"id\":\"" model "\",\"name\":\"m\",\"limit\":{\"context\":1,\"output\":1},"     \
  "\"cost\":{\"input\":1000000,\"output\":10000000,\"cache_read\":100000,\"cache_write\":2000000}" \
  "}}}"

#define NO_BUS "unix:path=/nonexistent/bus"

/* A price of 1 for a token of input, 10 for output, 0.1 for a cache read, 2 for a cache write. */
static ShipModelCatalog *
make_catalog (void)
{
  static const char text[] = "{" MODELS ("anthropic", "test-model") "," MODELS (
    "openai",
    "test-model") "," MODELS ("google", "test-model") "," MODELS ("openrouter", "test-model") "}";
  g_autofree char *dir = g_dir_make_tmp ("ship-gateway-XXXXXX", NULL);
  g_autofree char *models = g_build_filename (dir, "models.json", NULL);
  g_autofree char *date = g_build_filename (dir, "models.date", NULL);
  g_autoptr (GError) error = NULL;
  ShipModelCatalog *catalog;

  g_assert_true (g_file_set_contents (models, text, -1, NULL));
  g_assert_true (g_file_set_contents (date, "2026-09-30", -1, NULL));
  catalog = ship_model_catalog_new_from_file (models, &error);
  g_assert_no_error (error);
  g_remove (models);
  g_remove (date);
  g_rmdir (dir);
  return catalog;
}

static void
metered_cb (ShipGateway *gateway, ShipGatewayExchangeRecord *record, gpointer user_data)
{
  House *self = user_data;

  g_ptr_array_add (self->records, g_boxed_copy (SHIP_TYPE_GATEWAY_EXCHANGE_RECORD, record));
}

static void
failed_cb (ShipGateway *gateway, GError *error, gpointer user_data)
{
  House *self = user_data;

  g_assert_no_error (self->failure);
  self->failure = g_error_copy (error);
}

static void
start (House *self)
{
  static const char *const providers[] = { "anthropic",  "openai", "google",
                                           "openrouter", "ollama", "plain" };
  g_autofree char         *program =
    g_build_filename (g_getenv ("SHIP_LIBEXEC_DIR"), "egress", "ship-egress", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    {
      ship_gateway_set_base_uri (self->gateway,
                                 providers[i],
                                 fake_http_server_get_base_uri (self->provider),
                                 &error);
      g_assert_no_error (error);
    }
  g_signal_connect (self->gateway, "metered", G_CALLBACK (metered_cb), self);
  g_signal_connect (self->gateway, "failed", G_CALLBACK (failed_cb), self);
  ship_gateway_start_async (self->gateway, program, NULL, ship_test_keep_result, &result);
  self->sandbox = ship_gateway_start_finish (self->gateway, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpint (self->sandbox, >=, 0);
}

House *
house_new (gboolean with_keys)
{
  static const char *const environment[] = { "ANTHROPIC_API_KEY=" HOUSE_KEY,
                                             "OPENAI_API_KEY=" HOUSE_KEY,
                                             "GOOGLE_GENERATIVE_AI_API_KEY=" HOUSE_KEY,
                                             "OPENROUTER_API_KEY=" HOUSE_KEY,
                                             NULL };
  House                   *self = g_new0 (House, 1);
  g_autoptr (ShipKeyring) keyring = NULL;
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autoptr (ShipModelCatalog) catalog = make_catalog ();
  g_autoptr (ShipLlmKeys) keys = NULL;

  /* No bus, no keyring. Before there are threads. */
  if (g_strcmp0 (g_getenv ("DBUS_SESSION_BUS_ADDRESS"), NO_BUS) != 0)
    g_setenv ("DBUS_SESSION_BUS_ADDRESS", NO_BUS, TRUE);
  keyring = ship_keyring_new ();
  keys = ship_llm_keys_new (keyring, with_keys ? environment : NULL, secrets);
  self->gateway = ship_gateway_new (catalog, keys);
  self->provider = fake_http_server_new ();
  self->records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ship_gateway_exchange_record_free);
  start (self);
  return self;
}

void
house_iterate (void)
{
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (500);
}

void
house_free (House *self)
{
  ShipGateway *gateway = self->gateway;

  g_assert_cmpuint (fake_http_server_get_n_left (self->provider), ==, 0);
  ship_gateway_stop (gateway);
  close (self->sandbox);
  g_signal_handlers_disconnect_by_data (gateway, self);
  g_object_add_weak_pointer (G_OBJECT (gateway), (gpointer *) &self->gateway);
  g_object_unref (gateway);
  while (self->gateway != NULL)
    house_iterate ();
  g_assert_finalize_object (self->provider);
  g_ptr_array_unref (self->records);
  g_clear_error (&self->failure);
  g_free (self);
}

void
house_hand_over (int sandbox, int fd)
{
  house_hand_over_with (sandbox, fd, "", 1);
}

void
house_hand_over_with (int sandbox, int fd, gconstpointer bytes, gsize length)
{
  struct iovec    data = { (gpointer) bytes, length };
  char            control[CMSG_SPACE (sizeof (int))] = { 0 };
  struct msghdr   message = { .msg_iov = &data,
                              .msg_iovlen = 1,
                              .msg_control = control,
                              .msg_controllen = sizeof control };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (header), &fd, sizeof fd);
  g_assert_cmpint (sendmsg (sandbox, &message, MSG_NOSIGNAL), ==, (gssize) length);
}

void
house_make_connection (int *client, int *accepted)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t          length = sizeof address;
  int                listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  *client = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &length), ==, 0);
  g_assert_cmpint (connect (*client, (struct sockaddr *) &address, sizeof address), ==, 0);
  *accepted = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
  g_assert_cmpint (*accepted, >=, 0);
  close (listener);
}

int
house_connect (House *self)
{
  int client, accepted;

  house_make_connection (&client, &accepted);
  house_hand_over (self->sandbox, accepted);
  close (accepted);
  return client;
}

gboolean
house_send (House *self, int client, const char *bytes, gssize length)
{
  gsize left = length < 0 ? strlen (bytes) : (gsize) length;

  while (left > 0)
    {
      gssize n = send (client, bytes, left, MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n < 0 && errno != EAGAIN)
        return FALSE;
      if (n > 0)
        {
          bytes += n;
          left -= (gsize) n;
        }
      house_iterate ();
    }
  return TRUE;
}

gboolean
house_receive (House *self, int client, GString *received, const char *text)
{
  while (text == NULL || strstr (received->str, text) == NULL)
    {
      char   buffer[65536];
      gssize n = recv (client, buffer, sizeof buffer, MSG_DONTWAIT);

      if (n == 0 || (n < 0 && errno != EAGAIN))
        return FALSE;
      if (n > 0)
        g_string_append_len (received, buffer, n);
      else
        house_iterate ();
    }
  return TRUE;
}

char *
house_ask (House *self, const char *request, gssize length)
{
  g_autoptr (GString) received = g_string_new (NULL);
  int client = house_connect (self);

  /* What it is told matters even if it was not listened to. */
  house_send (self, client, request, length);
  house_receive (self, client, received, NULL);
  close (client);
  return g_string_free (g_steal_pointer (&received), FALSE);
}

char *
house_format (House      *self,
              const char *method,
              const char *target,
              const char *fields,
              const char *body)
{
  return g_strdup_printf (
    "%s %s HTTP/1.1\r\nHost: 127.0.0.1:3128\r\n%sContent-Type: application/json\r\n"
    "Content-Length: %zu\r\n\r\n%s",
    method,
    target,
    fields,
    strlen (body),
    body);
}

guint
house_get_status (const char *answer)
{
  if (!g_str_has_prefix (answer, "HTTP/1.1 "))
    return 0;
  return (guint) g_ascii_strtoull (answer + strlen ("HTTP/1.1 "), NULL, 10);
}

char *
house_dup_body (const char *answer)
{
  const char *body = strstr (answer, "\r\n\r\n");
  g_autoptr (GString) joined = g_string_new (NULL);

  g_assert_nonnull (body);
  body += 4;
  if (strcasestr (answer, "\r\nTransfer-Encoding: chunked\r\n") == NULL)
    return g_strdup (body);
  while (TRUE)
    {
      char   *line_end;
      guint64 size = g_ascii_strtoull (body, &line_end, 16);

      g_assert_true (g_str_has_prefix (line_end, "\r\n"));
      if (size == 0)
        break;
      g_assert_cmpuint (strlen (line_end + 2), >=, size);
      g_string_append_len (joined, line_end + 2, (gssize) size);
      body = line_end + 2 + size + 2;
    }
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

const ShipGatewayExchangeRecord *
house_await_record (House *self, guint index)
{
  while (self->records->len <= index)
    house_iterate ();
  return g_ptr_array_index (self->records, index);
}
