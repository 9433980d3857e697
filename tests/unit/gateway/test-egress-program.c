/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ship-egress as a program against a hostile sandbox: what it lets through and what it does not,
 * how many, from whom, and that the gateway notices when it is gone.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway-house.h"
#include "ship-test.h"

#define TARGET "/llm/openai/v1/models"
#define H      "Host: 127.0.0.1:3128\r\n"

/* GRANT stands for the header field with the grant. */
typedef struct
{
  const char *name;
  const char *request;
  guint       status; /* 0: no answer at all */
  gboolean    is_let_through;
} Variant;

#define GRANT "\x01"

/* clang-format off */
static const Variant variants[] = {
  { "control", "GET " TARGET " HTTP/1.1\r\n" H GRANT "\r\n", 200, TRUE },
  { "control-absolute", "GET http://127.0.0.1:3128" TARGET " HTTP/1.1\r\n" H GRANT "\r\n", 200, TRUE },
  { "control-keep-alive", "GET " TARGET " HTTP/1.1\r\n" H GRANT "Connection: keep-alive\r\n\r\n", 200, TRUE },
  /* Only the first is answered; an unexpected request would abort the test. */
  { "pipelined", "GET " TARGET " HTTP/1.1\r\n" H GRANT "\r\nGET " TARGET " HTTP/1.1\r\n" H GRANT "\r\n", 200, TRUE },
  { "pipelined-after-refusal", "GET /npm/x HTTP/1.1\r\n" H "\r\nGET " TARGET " HTTP/1.1\r\n" H GRANT "\r\n", 403, FALSE },
  { "body-longer-than-announced", "GET " TARGET " HTTP/1.1\r\n" H GRANT "Content-Length: 0\r\n\r\nGET " TARGET " HTTP/1.1\r\n" H GRANT "\r\n", 200, TRUE },
  { "upgrade", "GET " TARGET " HTTP/1.1\r\n" H GRANT "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n", 200, TRUE },

  { "connect", "CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n", 403, FALSE },
  { "connect-then-tls", "CONNECT allowed.test:443 HTTP/1.1\r\nHost: allowed.test\r\n\r\n\x16\x03\x01\x02", 403, FALSE },
  { "connect-loopback", "CONNECT 127.0.0.1:443 HTTP/1.1\r\n" H "\r\n", 403, FALSE },
  { "connect-metadata", "CONNECT 169.254.169.254:80 HTTP/1.1\r\n" H "\r\n", 403, FALSE },
  { "connect-lower-case", "connect evil.test:443 HTTP/1.1\r\n" H "\r\n", 400, FALSE },
  { "connect-injected", "CONNECT allowed.test:443\r\nX: evil.test:443 HTTP/1.1\r\n\r\n", 400, FALSE },
  { "absolute", "GET http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\n\r\n", 403, FALSE },
  { "absolute-lies", "GET http://evil.test" TARGET " HTTP/1.1\r\n" H GRANT "\r\n", 400, FALSE },
  { "host-lies", "GET http://127.0.0.1:3128" TARGET " HTTP/1.1\r\nHost: evil.test\r\n" GRANT "\r\n", 400, FALSE },
  { "loopback-port", "GET http://127.0.0.1:18080/ HTTP/1.1\r\n" H "\r\n", 403, FALSE },
  { "registry", "GET /npm/left-pad HTTP/1.1\r\n" H GRANT "\r\n", 403, FALSE },
  { "path-escape", "GET /npm/.." TARGET " HTTP/1.1\r\n" H GRANT "\r\n", 400, FALSE },
  { "path-escape-inside", "GET /llm/openai/../anthropic/v1/models HTTP/1.1\r\n" H GRANT "\r\n", 400, FALSE },
  { "path-encoded", "GET /llm/openai/%2e%2e/anthropic/v1/models HTTP/1.1\r\n" H GRANT "\r\n", 400, FALSE },
  { "path-slash-encoded", "GET /llm%2fopenai/v1/models HTTP/1.1\r\n" H GRANT "\r\n", 400, FALSE },
  { "path-nul", "GET " TARGET "%00 HTTP/1.1\r\n" H GRANT "\r\n", 400, FALSE },
  { "path-injected", "GET " TARGET "%0d%0aX-Ship-Grant:%20x HTTP/1.1\r\n" H GRANT "\r\n", 400, FALSE },
  { "chunked", "POST /llm/openai/v1/responses HTTP/1.1\r\n" H GRANT "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET " TARGET " HTTP/1.1\r\n" H "\r\n", 411, FALSE },
  { "te-cl", "POST /llm/openai/v1/responses HTTP/1.1\r\n" H GRANT "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, FALSE },
  { "cl-cl", "POST /llm/openai/v1/responses HTTP/1.1\r\n" H GRANT "Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}", 400, FALSE },
  { "cl-list", "POST /llm/openai/v1/responses HTTP/1.1\r\n" H GRANT "Content-Length: 2,40\r\n\r\n{}", 400, FALSE },
  { "cl-space", "POST /llm/openai/v1/responses HTTP/1.1\r\n" H GRANT "Content-Length : 2\r\n\r\n{}", 400, FALSE },
  { "get-body", "GET " TARGET " HTTP/1.1\r\n" H GRANT "Content-Length: 4\r\n\r\nabcd", 400, FALSE },
  { "bare-lf", "GET " TARGET " HTTP/1.1\nHost: 127.0.0.1:3128\n\n", 400, FALSE },
  { "bare-lf-field", "GET " TARGET " HTTP/1.1\r\n" H GRANT "A: b\nX-Ship-Grant: c\r\n\r\n", 400, FALSE },
  { "bare-cr", "GET " TARGET " HTTP/1.1\r\n" H GRANT "A: b\rC: d\r\n\r\n", 400, FALSE },
  { "folded", "GET " TARGET " HTTP/1.1\r\n" H GRANT "A: b\r\n c\r\n\r\n", 400, FALSE },
  { "http-0.9", "GET " TARGET "\r\n\r\n", 400, FALSE },
  { "http-1.0", "GET " TARGET " HTTP/1.0\r\n" H GRANT "\r\n", 505, FALSE },
  { "http-2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, FALSE },
  { "no-host", "GET " TARGET " HTTP/1.1\r\n" GRANT "\r\n", 400, FALSE },
  { "two-hosts", "GET " TARGET " HTTP/1.1\r\n" H H GRANT "\r\n", 400, FALSE },
  { "two-credentials", "GET " TARGET " HTTP/1.1\r\n" H GRANT "Authorization: Bearer other\r\n\r\n", 400, FALSE },
  { "query-credential", "GET " TARGET "?key=other HTTP/1.1\r\n" H GRANT "\r\n", 400, FALSE },
  { "socks5", "\x05\x01\x02\x05", 400, FALSE },
  { "put", "PUT " TARGET " HTTP/1.1\r\n" H GRANT "\r\n", 403, FALSE },
  { "delete", "DELETE " TARGET " HTTP/1.1\r\n" H GRANT "\r\n", 403, FALSE },
};
/* clang-format on */

static char *
fill_in_grant (House *house, const char *request)
{
  g_autofree char *field =
    g_strconcat ("x-api-key: ", ship_gateway_get_grant (house->gateway), "\r\n", NULL);
  g_autoptr (GString) text = g_string_new (request);

  g_string_replace (text, GRANT, field, 1);
  g_string_replace (text, GRANT, field, 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
expect_models (House *house)
{
  fake_http_server_expect (house->provider, "GET", "/v1/models", 200, "{\"data\":[]}");
  fake_http_server_require_header (house->provider, "Upgrade", NULL);
  fake_http_server_require_header (house->provider, "HTTP2-Settings", NULL);
}

/* The service is there for whoever asks properly. */
static void
check_service (House *house)
{
  g_autofree char *request = fill_in_grant (house, "GET " TARGET " HTTP/1.1\r\n" H GRANT "\r\n");
  g_autofree char *answer = NULL;

  expect_models (house);
  answer = house_ask (house, request, -1);
  g_assert_cmpuint (house_get_status (answer), ==, 200);
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = strstr (text, part); at != NULL; at = strstr (at + 1, part))
    n++;
  return n;
}

static void
test_variants (void)
{
  g_autoptr (House) house = house_new (TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    {
      guint            n_requests = fake_http_server_get_n_requests (house->provider);
      g_autofree char *request = fill_in_grant (house, variants[i].request);
      g_autofree char *answer = NULL;

      g_test_message ("%s", variants[i].name);
      if (variants[i].is_let_through)
        expect_models (house);
      answer = house_ask (house, request, -1);
      g_assert_cmpuint (house_get_status (answer), ==, variants[i].status);
      g_assert_cmpuint (count (answer, "\r\nConnection: close\r\n"), ==, 1);
      g_assert_cmpuint (fake_http_server_get_n_requests (house->provider),
                        ==,
                        n_requests + (variants[i].is_let_through ? 1 : 0));
      if (variants[i].status == 403)
        g_assert_nonnull (strstr (answer, "permission_error"));
    }
  g_assert_cmpuint (house->records->len, ==, 0);
}

static void
test_oversized_head (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GString) request = g_string_new ("GET " TARGET " HTTP/1.1\r\n" H "X-Filling: ");
  g_autofree char *filling = g_strnfill (8 * 1024 * 1024, 'a');
  g_autofree char *answer = NULL;

  /* Without an end: it is answered while it still comes. */
  g_string_append (request, filling);
  answer = house_ask (house, request->str, (gssize) request->len);
  g_assert_cmpuint (house_get_status (answer), ==, 431);
  check_service (house);
}

/* Every byte in a segment of its own. */
static void
test_slow_but_good (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char *request = fill_in_grant (house, "GET " TARGET " HTTP/1.1\r\n" H GRANT "\r\n");
  g_autoptr (GString) received = g_string_new (NULL);
  int client = house_connect (house);

  expect_models (house);
  for (gsize i = 0; i < strlen (request); i++)
    g_assert_true (house_send (house, client, request + i, 1));
  house_receive (house, client, received, NULL);
  g_assert_cmpuint (house_get_status (received->str), ==, 200);
  close (client);
}

/* As many silent connections as there may be, and more: those are told, and the first are given up
 * in time. */
static void
test_crowd (void)
{
  g_autoptr (House) house = house_new (TRUE);
  int silent[64];

  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    {
      silent[i] = house_connect (house);
      g_assert_true (house_send (house, silent[i], "GET /llm", -1));
    }
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *answer = house_ask (house, "GET " TARGET " HTTP/1.1\r\n" H "\r\n", -1);

      g_assert_cmpuint (house_get_status (answer), ==, 503);
    }
  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    {
      g_autoptr (GString) received = g_string_new (NULL);

      house_receive (house, silent[i], received, NULL);
      g_assert_cmpuint (house_get_status (received->str), ==, 408);
      close (silent[i]);
    }
  check_service (house);
}

/* Two thousand at once, none of which ever says anything. */
static void
test_flood (void)
{
  g_autoptr (House) house = house_new (TRUE);

  for (guint i = 0; i < 2000; i++)
    {
      close (house_connect (house));
      if (i % 16 == 0)
        house_iterate ();
    }
  check_service (house);
}

static void
send_fds (int sandbox, const int *fds, guint n_fds, gsize n_bytes)
{
  char            bytes[16] = "whatever";
  struct iovec    data = { bytes, n_bytes };
  char            control[CMSG_SPACE (4 * sizeof (int))] = { 0 };
  struct msghdr   message = { .msg_iov = &data, .msg_iovlen = 1 };
  struct cmsghdr *header;

  if (n_fds > 0)
    {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE (n_fds * sizeof (int));
      header = CMSG_FIRSTHDR (&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN (n_fds * sizeof (int));
      memcpy (CMSG_DATA (header), fds, n_fds * sizeof (int));
    }
  g_assert_cmpint (sendmsg (sandbox, &message, MSG_NOSIGNAL), ==, n_bytes);
}

static guint
count_fds (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/fd", pid);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* The text of /proc/PID/status of the ship-egress that is our child, and its PID. */
static char *
find_egress (char **pid)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  g_autofree char *parent = g_strdup_printf ("\nPPid:\t%d\n", getpid ());
  const char      *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%s/status", name);
      g_autofree char *text = NULL;

      if (g_ascii_isdigit (name[0]) && g_file_get_contents (path, &text, NULL, NULL) &&
          g_str_has_prefix (text, "Name:\tship-egress\n") && strstr (text, parent) != NULL &&
          strstr (text, "\nState:\tZ") == NULL)
        {
          *pid = g_strdup (name);
          return g_steal_pointer (&text);
        }
    }
  g_assert_not_reached ();
}

/* Descriptors of any kind come from a hostile sandbox. */
static void
test_hostile_descriptors (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char *pid = NULL;
  g_autofree char *status = find_egress (&pid);
  int              pipes[2], pair[2];
  int              file = open ("/dev/null", O_RDWR | O_CLOEXEC);
  int              udp = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int              unconnected = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int              listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  guint            n_fds;

  check_service (house);
  n_fds = count_fds (pid);
  g_assert_cmpint (pipe (pipes), ==, 0);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  {
    const int singles[] = { pipes[0], pipes[1],    pair[0],  file,
                            udp,      unconnected, listener, house->sandbox };
    const int many[] = { pair[0], pair[1], pipes[0], file };

    for (guint round = 0; round < 20; round++)
      {
        for (guint i = 0; i < G_N_ELEMENTS (singles); i++)
          send_fds (house->sandbox, &singles[i], 1, 1);
        send_fds (house->sandbox, many, G_N_ELEMENTS (many), 8);
        send_fds (house->sandbox, many, 2, 1);
        send_fds (house->sandbox, NULL, 0, 16);
        send_fds (house->sandbox, NULL, 0, 0);
        send_fds (house->sandbox, singles, 1, 0);
      }
  }
  check_service (house);
  /* Nothing of it is kept. (As another user, ours cannot be counted: then both are 0.) */
  while (count_fds (pid) > n_fds)
    house_iterate ();

  close (pipes[0]);
  close (pipes[1]);
  close (pair[0]);
  close (pair[1]);
  close (file);
  close (udp);
  close (unconnected);
  close (listener);
}

static void
test_confined (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autofree char *pid = NULL;
  g_autofree char *status = find_egress (&pid);
  g_autofree char *uids = NULL;

  g_assert_nonnull (strstr (status, "\nNoNewPrivs:\t1\n"));
  g_assert_nonnull (strstr (status, "\nSeccomp:\t2\n"));
  if (geteuid () == 0)
    {
      const guint id = SHIP_SANDBOX_UID + 1;

      uids = g_strdup_printf ("\nUid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n",
                              id,
                              id,
                              id,
                              id,
                              id,
                              id,
                              id,
                              id);
      g_assert_nonnull (strstr (status, uids));
      g_assert_nonnull (strstr (status, "\nGroups:\t \n"));
      g_assert_nonnull (strstr (status, "\nCapEff:\t0000000000000000\n"));
      /* Standard streams, two channels, epoll. */
      g_assert_cmpuint (count_fds (pid), ==, 6);
    }
}

static void
await_failure (House *house)
{
  while (house->failure == NULL)
    house_iterate ();
  g_assert_error (house->failure, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
test_killed (void)
{
  g_autoptr (House) house = house_new (TRUE);
  g_autoptr (GString) received = g_string_new (NULL);
  g_autofree char *pid = NULL;
  g_autofree char *status = find_egress (&pid);
  g_autofree char *request = fill_in_grant (house,
                                            "POST /llm/openai/v1/responses HTTP/1.1\r\n" H GRANT
                                            "Content-Length: 2\r\n\r\n{}");
  int              client = house_connect (house);

  fake_http_server_expect_hang (house->provider, "POST", "/v1/responses");
  g_assert_true (house_send (house, client, request, -1));
  while (fake_http_server_get_n_requests (house->provider) == 0)
    house_iterate ();
  /* libsoup says a little later that it has written the request. */
  for (guint i = 0; i < 20; i++)
    house_iterate ();
  g_assert_cmpint (kill ((pid_t) g_ascii_strtoll (pid, NULL, 10), SIGKILL), ==, 0);
  await_failure (house);
  g_assert_false (house_receive (house, client, received, NULL));
  g_assert_true (house_await_record (house, 0)->is_estimate);
  close (client);
}

/* The sandbox has ended: its end of the channel is closed. */
static void
test_sandbox_ends (void)
{
  g_autoptr (House) house = house_new (TRUE);

  close (house->sandbox);
  house->sandbox = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  await_failure (house);
}

static ShipGateway *
make_gateway (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("SHIP_DATA_DIR"), "models.json", NULL);
  g_autoptr (ShipModelCatalog) catalog = ship_model_catalog_new_from_file (path, NULL);
  g_autoptr (ShipKeyring) keyring = ship_keyring_new ();
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autoptr (ShipLlmKeys) keys = ship_llm_keys_new (keyring, NULL, secrets);

  return ship_gateway_new (catalog, keys);
}

static void
test_cannot_start (void)
{
  /* Not there; ends at once; is no program. */
  static const char *const programs[] = { "/nonexistent/ship-egress", "/bin/true", "/etc/passwd" };

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      ShipGateway *gateway = make_gateway ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      ship_gateway_start_async (gateway, programs[i], NULL, ship_test_keep_result, &result);
      g_assert_cmpint (ship_gateway_start_finish (gateway, ship_test_await (&result), &error),
                       ==,
                       -1);
      g_assert_nonnull (error);
      g_clear_object (&result);
      ship_gateway_stop (gateway);
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      g_assert_finalize_object (gateway);
    }
}

/* @by_stop: stopped, not cancelled. */
static void
check_cancelled_start (gboolean by_stop)
{
  ShipGateway *gateway = make_gateway ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  /* Runs for ever and never says that it is ready. */
  ship_gateway_start_async (gateway, "/usr/bin/yes", cancellable, ship_test_keep_result, &result);
  for (guint i = 0; i < 20; i++)
    house_iterate ();
  g_assert_null (result);
  if (by_stop)
    ship_gateway_stop (gateway);
  else
    g_cancellable_cancel (cancellable);
  g_assert_cmpint (ship_gateway_start_finish (gateway, ship_test_await (&result), &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  ship_gateway_stop (gateway);
  for (guint i = 0; i < 100; i++)
    house_iterate ();
  g_assert_finalize_object (gateway);
}

static void
test_cancelled_start (void)
{
  check_cancelled_start (FALSE);
}

static void
test_stopped_start (void)
{
  check_cancelled_start (TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/egress-program/variants", test_variants);
  g_test_add_func ("/egress-program/oversized-head", test_oversized_head);
  g_test_add_func ("/egress-program/slow-but-good", test_slow_but_good);
  g_test_add_func ("/egress-program/crowd", test_crowd);
  g_test_add_func ("/egress-program/flood", test_flood);
  g_test_add_func ("/egress-program/hostile-descriptors", test_hostile_descriptors);
  g_test_add_func ("/egress-program/confined", test_confined);
  g_test_add_func ("/egress-program/killed", test_killed);
  g_test_add_func ("/egress-program/sandbox-ends", test_sandbox_ends);
  g_test_add_func ("/egress-program/cannot-start", test_cannot_start);
  g_test_add_func ("/egress-program/cancelled-start", test_cancelled_start);
  g_test_add_func ("/egress-program/stopped-start", test_stopped_start);
  return g_test_run ();
}
