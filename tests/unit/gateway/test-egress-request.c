/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strict parser of ship-egress: a table of requests with what becomes of each, fed whole, byte
 * by byte, and cut in two at every point.
 */
#include <glib.h>
#include <string.h>

#include "egress/ship-egress-request.h"

#define HOST "Host: 127.0.0.1:3128\r\n"
#define POST "POST /llm/openai/v1/responses HTTP/1.1\r\n" HOST
#define CANONICAL_POST                                                                             \
  "POST /llm/openai/v1/responses HTTP/1.1\r\nHost: gateway.ship\r\nConnection: close\r\n"
#define CANONICAL_GET(target)                                                                      \
  "GET " target " HTTP/1.1\r\nHost: gateway.ship\r\nConnection: close\r\n"
#define FETCH(method, target, host)                                                                \
  method " " target " HTTP/1.1\r\nHost: " host "\r\nConnection: close\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" HOST "\r\n"

typedef struct
{
  const char *name;
  const char *head;
  gsize       length;    /* 0: up to the first NUL */
  const char *canonical; /* NULL: refused */
  guint       status;    /* of the refusal */
} Case;

#define BYTES(text) text, sizeof (text) - 1

/* clang-format off */
static const Case cases[] = {
  /* What has to work. */
  { "post", BYTES (POST "Content-Length: 2\r\n\r\n"), CANONICAL_POST "Content-Length: 2\r\n\r\n", 0 },
  { "post-without-length", BYTES (POST "\r\n"), CANONICAL_POST "Content-Length: 0\r\n\r\n", 0 },
  { "leading-zeros", BYTES (POST "Content-Length: 007\r\n\r\n"), CANONICAL_POST "Content-Length: 7\r\n\r\n", 0 },
  { "get", BYTES (GET ("/llm/openai/v1/models")), CANONICAL_GET ("/llm/openai/v1/models") "\r\n", 0 },
  { "get-length-zero", BYTES ("GET /llm/openai/v1/models HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"), CANONICAL_GET ("/llm/openai/v1/models") "\r\n", 0 },
  { "mcp", BYTES (GET ("/mcp")), CANONICAL_GET ("/mcp") "\r\n", 0 },
  { "absolute-form", BYTES (GET ("http://127.0.0.1:3128/llm/openai/v1/models")), CANONICAL_GET ("/llm/openai/v1/models") "\r\n", 0 },
  { "query", BYTES (GET ("/llm/google/v1beta/models/m:streamGenerateContent?alt=sse")), CANONICAL_GET ("/llm/google/v1beta/models/m:streamGenerateContent?alt=sse") "\r\n", 0 },
  { "query-key", BYTES (GET ("/llm/google/v1/models?key=grant&alt=sse")), CANONICAL_GET ("/llm/google/v1/models?alt=sse") "X-Ship-Grant: grant\r\n\r\n", 0 },
  { "query-key-alone", BYTES (GET ("/llm/google/v1/models?KEY=grant")), CANONICAL_GET ("/llm/google/v1/models") "X-Ship-Grant: grant\r\n\r\n", 0 },
  { "query-token-dropped", BYTES (GET ("/llm/google/v1/models?access_token=mine&Token=x&a=b%20c&d")), CANONICAL_GET ("/llm/google/v1/models?a=b%20c&d") "\r\n", 0 },
  { "bearer", BYTES (POST "authorization: bEaReR grant\r\n\r\n"), CANONICAL_POST "Content-Length: 0\r\nX-Ship-Grant: grant\r\n\r\n", 0 },
  { "x-api-key", BYTES (POST "X-API-KEY: \t grant \t\r\n\r\n"), CANONICAL_POST "Content-Length: 0\r\nX-Ship-Grant: grant\r\n\r\n", 0 },
  { "x-goog-api-key", BYTES (POST "x-goog-api-key:grant\r\n\r\n"), CANONICAL_POST "Content-Length: 0\r\nX-Ship-Grant: grant\r\n\r\n", 0 },
  { "empty-credential", BYTES (POST "x-api-key:\r\nAuthorization: Bearer grant\r\n\r\n"), CANONICAL_POST "Content-Length: 0\r\nX-Ship-Grant: grant\r\n\r\n", 0 },
  { "basic-dropped", BYTES (POST "Authorization: Basic Zm9vOmJhcg==\r\n\r\n"), CANONICAL_POST "Content-Length: 0\r\n\r\n", 0 },
  { "kept-fields", BYTES (POST "content-type: application/json\r\nACCEPT: text/event-stream\r\nUser-Agent: opencode/1 x\r\n"
      "Anthropic-Version: 2023-06-01\r\nanthropic-beta: a,b\r\nx-session-id: ses_1\r\nx-parent-session-id: ses_0\r\n\r\n"),
    CANONICAL_POST "Content-Length: 0\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nUser-Agent: opencode/1 x\r\n"
      "anthropic-version: 2023-06-01\r\nanthropic-beta: a,b\r\nX-Session-Id: ses_1\r\nX-Parent-Session-Id: ses_0\r\n\r\n", 0 },
  { "dropped-fields", BYTES (POST "Cookie: a=b\r\nX-Ship-Grant: forged\r\nProxy-Authorization: Basic eDp5\r\nX-Forwarded-For: 1.2.3.4\r\n"
      "Connection: keep-alive, x-ship-grant\r\nUpgrade: h2c\r\nExpect: 100-continue\r\nAccept-Encoding: gzip\r\nX-Name: \xc3\xa9\r\n\r\n"),
    CANONICAL_POST "Content-Length: 0\r\n\r\n", 0 },
  { "identity", BYTES (POST "Content-Encoding: identity\r\n\r\n"), CANONICAL_POST "Content-Length: 0\r\n\r\n", 0 },
  { "largest-body", BYTES (POST "Content-Length: 67108864\r\n\r\n"), CANONICAL_POST "Content-Length: 67108864\r\n\r\n", 0 },
  { "dots-in-a-name", BYTES (GET ("/llm/llama.cpp/v1/models/a..b")), CANONICAL_GET ("/llm/llama.cpp/v1/models/a..b") "\r\n", 0 },

  /* Outside. */
  { "connect", BYTES ("CONNECT evil.test:443 HTTP/1.1\r\n" HOST "\r\n"), "", 0 },
  { "connect-1.0", BYTES ("CONNECT Files.Evil.TEST:8443 HTTP/1.0\r\n\r\n"), "", 0 },
  { "connect-kept-nothing", BYTES ("CONNECT a.test:1 HTTP/1.1\r\nProxy-Authorization: Basic eDp5\r\nProxy-Connection: x\r\n\r\n"), "", 0 },
  { "fetch", BYTES ("GET http://evil.test/a%2Fb/..?c=%zz HTTP/1.1\r\nHost: evil.test\r\n\r\n"), FETCH ("GET", "/a%2Fb/..?c=%zz", "evil.test") "\r\n", 0 },
  { "fetch-root", BYTES ("HEAD HTTP://Evil.test HTTP/1.1\r\nHost: evil.TEST\r\n\r\n"), FETCH ("HEAD", "/", "evil.test") "\r\n", 0 },
  { "fetch-port", BYTES ("GET http://evil.test:8080/ HTTP/1.1\r\nHost: evil.test:8080\r\n\r\n"), FETCH ("GET", "/", "evil.test:8080") "\r\n", 0 },
  { "fetch-fields", BYTES ("GET http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\nAuthorization: Bearer mine\r\nCookie: a=b\r\nX-Session-Id: s\r\n"
      "Range: bytes=0-1\r\nif-none-match: x\r\nAccept-Encoding: gzip\r\n\r\n"),
    FETCH ("GET", "/", "evil.test") "Accept-Encoding: gzip\r\nRange: bytes=0-1\r\nIf-None-Match: x\r\n\r\n", 0 },

  /* Nothing that can be a destination. */
  { "connect-loopback", BYTES ("CONNECT 127.0.0.1:3128 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-short-address", BYTES ("CONNECT 127.1:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-decimal", BYTES ("CONNECT 2130706433:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-hexadecimal", BYTES ("CONNECT 127.0x1:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-v6", BYTES ("CONNECT [::1]:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-one-label", BYTES ("CONNECT localhost:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-trailing-dot", BYTES ("CONNECT evil.test.:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-underscore", BYTES ("CONNECT a_b.test:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-8-bit", BYTES ("CONNECT \xc3\xa9.test:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-escaped", BYTES ("CONNECT evil%2etest:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-nul", BYTES ("CONNECT evil.test\0.allowed.test:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 400 },
  { "connect-userinfo", BYTES ("CONNECT a@evil.test:443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-path", BYTES ("CONNECT evil.test:443/x HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-no-port", BYTES ("CONNECT evil.test HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-port-0", BYTES ("CONNECT evil.test:0 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-port-too-large", BYTES ("CONNECT evil.test:65536 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-port-octal", BYTES ("CONNECT evil.test:0443 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-two-ports", BYTES ("CONNECT evil.test:443:80 HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "connect-with-body", BYTES ("CONNECT evil.test:443 HTTP/1.1\r\nContent-Length: 3\r\n\r\n"), NULL, 400 },
  { "connect-http-0.9", BYTES ("CONNECT evil.test:443 HTTP/0.9\r\n\r\n"), NULL, 505 },
  { "fetch-host-lies", BYTES ("GET http://evil.test/ HTTP/1.1\r\nHost: 127.0.0.1:3128\r\n\r\n"), NULL, 400 },
  { "fetch-fragment", BYTES ("GET http://evil.test/#a HTTP/1.1\r\nHost: evil.test\r\n\r\n"), NULL, 400 },
  { "fetch-backslash", BYTES ("GET http://evil.test/\\a HTTP/1.1\r\nHost: evil.test\r\n\r\n"), NULL, 400 },
  { "fetch-query-without-path", BYTES ("GET http://evil.test?a HTTP/1.1\r\nHost: evil.test\r\n\r\n"), NULL, 403 },
  { "fetch-post", BYTES ("POST http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\n\r\n"), NULL, 403 },
  { "fetch-1.0", BYTES ("GET http://evil.test/ HTTP/1.0\r\nHost: evil.test\r\n\r\n"), NULL, 505 },
  { "absolute-loopback-other-port", BYTES (GET ("http://127.0.0.1:18080/llm/x")), NULL, 403 },
  { "absolute-prefix-trick", BYTES (GET ("http://127.0.0.1:3128.evil.test/llm/x")), NULL, 403 },
  { "absolute-userinfo", BYTES (GET ("http://127.0.0.1:3128@evil.test/llm/x")), NULL, 403 },
  { "https", BYTES (GET ("https://127.0.0.1:3128/llm/x")), NULL, 403 },
  { "other-path", BYTES (GET ("/npm/left-pad")), NULL, 403 },
  { "root", BYTES (GET ("/")), NULL, 403 },
  { "llm-alone", BYTES (GET ("/llm/")), NULL, 403 },
  { "mcp-below", BYTES (GET ("/mcp/x")), NULL, 403 },
  { "upper-case-path", BYTES (GET ("/LLM/x")), NULL, 403 },
  { "asterisk", BYTES (GET ("*")), NULL, 403 },
  { "authority-form", BYTES (GET ("127.0.0.1:3128")), NULL, 403 },
  { "put", BYTES ("PUT /llm/x HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "head", BYTES ("HEAD /llm/x HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "options", BYTES ("OPTIONS /llm/x HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },
  { "trace", BYTES ("TRACE /llm/x HTTP/1.1\r\n" HOST "\r\n"), NULL, 403 },

  /* Smuggling: what two parsers could read in two ways. */
  { "chunked", BYTES (POST "Transfer-Encoding: chunked\r\n\r\n"), NULL, 411 },
  { "chunked-and-length", BYTES (POST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"), NULL, 411 },
  { "transfer-identity", BYTES (POST "Transfer-Encoding: identity\r\n\r\n"), NULL, 411 },
  { "transfer-disguised", BYTES (POST "Transfer-Encoding: xchunked\r\n\r\n"), NULL, 411 },
  { "transfer-space-before-colon", BYTES (POST "Transfer-Encoding : chunked\r\n\r\n"), NULL, 400 },
  { "transfer-folded", BYTES (POST "Transfer-Encoding:\r\n chunked\r\n\r\n"), NULL, 411 },
  { "two-lengths", BYTES (POST "Content-Length: 2\r\nContent-Length: 40\r\n\r\n"), NULL, 400 },
  { "two-equal-lengths", BYTES (POST "Content-Length: 2\r\ncontent-length: 2\r\n\r\n"), NULL, 400 },
  { "length-list", BYTES (POST "Content-Length: 2, 2\r\n\r\n"), NULL, 400 },
  { "length-plus", BYTES (POST "Content-Length: +2\r\n\r\n"), NULL, 400 },
  { "length-minus", BYTES (POST "Content-Length: -2\r\n\r\n"), NULL, 400 },
  { "length-hex", BYTES (POST "Content-Length: 0x2\r\n\r\n"), NULL, 400 },
  { "length-empty", BYTES (POST "Content-Length:\r\n\r\n"), NULL, 400 },
  { "length-inner-space", BYTES (POST "Content-Length: 1 2\r\n\r\n"), NULL, 400 },
  { "length-overflow", BYTES (POST "Content-Length: 18446744073709551618\r\n\r\n"), NULL, 400 },
  { "length-too-large", BYTES (POST "Content-Length: 67108865\r\n\r\n"), NULL, 413 },
  { "get-with-body", BYTES ("GET /llm/x/v1 HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\n"), NULL, 400 },
  { "bare-lf", BYTES ("GET /llm/x HTTP/1.1\nHost: x\n\n"), NULL, 400 },
  { "bare-lf-in-field", BYTES (POST "Accept: a\nTransfer-Encoding: chunked\r\n\r\n"), NULL, 400 },
  { "bare-cr", BYTES (POST "Accept: a\rX: b\r\n\r\n"), NULL, 400 },
  { "double-cr", BYTES (POST "Accept: a\r\r\n\r\n"), NULL, 400 },
  { "nul-in-field", BYTES (POST "Accept: a\0b\r\n\r\n"), NULL, 400 },
  { "nul-in-target", BYTES (GET ("/llm/x\0/../y")), NULL, 400 },
  { "control-in-field", BYTES (POST "Accept: a\x01\r\n\r\n"), NULL, 400 },
  { "delete-in-field", BYTES (POST "Accept: a\x7f\r\n\r\n"), NULL, 400 },
  { "folded", BYTES (POST "Accept: a\r\n b\r\n\r\n"), NULL, 400 },
  { "folded-first", BYTES ("GET /llm/x HTTP/1.1\r\n " HOST "\r\n"), NULL, 400 },
  { "field-without-colon", BYTES (POST "Accept\r\n\r\n"), NULL, 400 },
  { "field-without-name", BYTES (POST ": a\r\n\r\n"), NULL, 400 },
  { "field-name-8-bit", BYTES (POST "Acc\xc3\xa9pt: a\r\n\r\n"), NULL, 400 },
  { "kept-field-8-bit", BYTES (POST "Accept: \xc3\xa9\r\n\r\n"), NULL, 400 },
  { "kept-field-twice", BYTES (POST "Accept: a\r\nAccept: b\r\n\r\n"), NULL, 400 },
  { "leading-empty-line", BYTES ("\r\n" POST "\r\n"), NULL, 400 },
  { "compressed-body", BYTES (POST "Content-Encoding: gzip\r\n\r\n"), NULL, 415 },

  /* The host and the request line. */
  { "no-host", BYTES ("GET /llm/x HTTP/1.1\r\n\r\n"), NULL, 400 },
  { "two-hosts", BYTES ("GET /llm/x HTTP/1.1\r\n" HOST HOST "\r\n"), NULL, 400 },
  { "host-empty", BYTES ("GET /llm/x HTTP/1.1\r\nHost:\r\n\r\n"), NULL, 400 },
  { "host-with-slash", BYTES ("GET /llm/x HTTP/1.1\r\nHost: a/b\r\n\r\n"), NULL, 400 },
  { "host-with-userinfo", BYTES ("GET /llm/x HTTP/1.1\r\nHost: a@b\r\n\r\n"), NULL, 400 },
  { "absolute-host-lies", BYTES ("GET http://127.0.0.1:3128/llm/x HTTP/1.1\r\nHost: evil.test\r\n\r\n"), NULL, 400 },
  { "http-0.9", BYTES ("GET /llm/x\r\n\r\n"), NULL, 400 },
  { "http-1.0", BYTES ("GET /llm/x HTTP/1.0\r\n" HOST "\r\n"), NULL, 505 },
  { "http-2", BYTES ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), NULL, 505 },
  { "http-lower-case", BYTES ("GET /llm/x http/1.1\r\n" HOST "\r\n"), NULL, 400 },
  { "version-suffix", BYTES ("GET /llm/x HTTP/1.10\r\n" HOST "\r\n"), NULL, 400 },
  { "method-lower-case", BYTES ("get /llm/x HTTP/1.1\r\n" HOST "\r\n"), NULL, 400 },
  { "two-spaces", BYTES ("GET  /llm/x HTTP/1.1\r\n" HOST "\r\n"), NULL, 400 },
  { "tab-for-space", BYTES ("GET\t/llm/x HTTP/1.1\r\n" HOST "\r\n"), NULL, 400 },
  { "space-in-target", BYTES ("GET /llm/x /y HTTP/1.1\r\n" HOST "\r\n"), NULL, 400 },
  { "space-at-the-end", BYTES ("GET /llm/x HTTP/1.1 \r\n" HOST "\r\n"), NULL, 400 },
  { "socks5", BYTES ("\x05\x01\x00\x05\x01\x00\x03\x09" "evil.test\x01\xbb"), NULL, 400 },
  { "tls", BYTES ("\x16\x03\x01\x00\x10"), NULL, 400 },

  /* Paths that another parser could fold, decode or cut. */
  { "dot-dot", BYTES (GET ("/llm/../mcp")), NULL, 400 },
  { "dot-dot-at-the-end", BYTES (GET ("/llm/x/..")), NULL, 400 },
  { "dot", BYTES (GET ("/llm/./x")), NULL, 400 },
  { "empty-segment", BYTES (GET ("/llm//x")), NULL, 400 },
  { "two-slashes-first", BYTES (GET ("//evil.test/llm/x")), NULL, 400 },
  { "escaped-dot", BYTES (GET ("/llm/%2e%2E/mcp")), NULL, 400 },
  { "escaped-slash", BYTES (GET ("/llm/x%2fy")), NULL, 400 },
  { "escaped-backslash", BYTES (GET ("/llm/x%5cy")), NULL, 400 },
  { "escaped-per-cent", BYTES (GET ("/llm/x%252e%252e")), NULL, 400 },
  { "escaped-nul", BYTES (GET ("/llm/x%00")), NULL, 400 },
  { "escaped-cr-lf", BYTES (GET ("/llm/x%0d%0aX-Ship-Grant:%20y")), NULL, 400 },
  { "escaped-question-mark", BYTES (GET ("/llm/x%3fkey=y")), NULL, 400 },
  { "escape-cut-short", BYTES (GET ("/llm/x%2")), NULL, 400 },
  { "escape-not-hex", BYTES (GET ("/llm/x%zz")), NULL, 400 },
  { "backslash", BYTES (GET ("/llm/..\\..\\x")), NULL, 400 },
  { "fragment", BYTES (GET ("/llm/x#y")), NULL, 400 },
  { "path-8-bit", BYTES (GET ("/llm/\xc3\xa9")), NULL, 400 },
  { "quote", BYTES (GET ("/llm/\"")), NULL, 400 },

  /* Credentials: one, or none. */
  { "two-credentials", BYTES (POST "x-api-key: a\r\nAuthorization: Bearer b\r\n\r\n"), NULL, 400 },
  { "same-credential-twice", BYTES (POST "x-api-key: a\r\nx-api-key: a\r\n\r\n"), NULL, 400 },
  { "credential-and-query", BYTES ("POST /llm/x/v1?key=a HTTP/1.1\r\n" HOST "x-goog-api-key: a\r\n\r\n"), NULL, 400 },
  { "query-key-twice", BYTES (GET ("/llm/x/v1?key=a&key=b")), NULL, 400 },
  { "query-key-escaped", BYTES (GET ("/llm/x/v1?k%65y=a")), NULL, 400 },
  { "query-semicolon", BYTES (GET ("/llm/x/v1?a=b;key=c")), NULL, 400 },
  { "query-empty-parameter", BYTES (GET ("/llm/x/v1?a=b&&c=d")), NULL, 400 },
  { "query-empty", BYTES (GET ("/llm/x/v1?")), NULL, 400 },
  { "query-nul", BYTES (GET ("/llm/x/v1?a=%00")), NULL, 400 },
  { "credential-with-space", BYTES (POST "Authorization: Bearer a b\r\n\r\n"), NULL, 400 },
  { "credential-list", BYTES (POST "x-api-key: a,b\r\n\r\n"), NULL, 400 },
};
/* clang-format on */

static void
check (const Case *test, const ShipEgressRequest *request)
{
  if (test->canonical != NULL)
    {
      char  out[SHIP_EGRESS_CANONICAL_LIMIT];
      gsize length;

      g_assert_cmpint (request->state, ==, SHIP_EGRESS_REQUEST_COMPLETE);
      length = ship_egress_request_format (request, out);
      g_assert_cmpmem (out, length, test->canonical, strlen (test->canonical));
    }
  else
    {
      g_assert_cmpint (request->state, ==, SHIP_EGRESS_REQUEST_REFUSED);
      g_assert_cmpuint (ship_egress_refusal_get_status (request->refusal), ==, test->status);
    }
}

/* Feeds @test cut in two at @cut; what comes after the head must not be looked at. */
static void
feed_cut (const Case *test, ShipEgressRequest *request, gsize cut)
{
  gsize used;

  ship_egress_request_init (request);
  used = ship_egress_request_feed (request, test->head, cut);
  if (request->state == SHIP_EGRESS_REQUEST_MORE)
    {
      g_assert_cmpuint (used, ==, cut);
      used += ship_egress_request_feed (request, test->head + cut, test->length - cut);
    }
  g_assert_cmpuint (used, <=, test->length);
  if (test->canonical != NULL)
    g_assert_cmpuint (used, ==, test->length);
  g_assert_cmpuint (ship_egress_request_feed (request, "rest", 4), ==, 0);
}

static void
test_case (gconstpointer data)
{
  const Case                   *test = data;
  g_autofree ShipEgressRequest *request = g_new (ShipEgressRequest, 1);

  /* What lies in memory from a former request must not matter. */
  memset (request, 'x', sizeof *request);
  for (gsize cut = 0; cut <= test->length; cut++)
    {
      feed_cut (test, request, cut);
      check (test, request);
    }

  ship_egress_request_init (request);
  for (gsize i = 0; i < test->length; i++)
    ship_egress_request_feed (request, test->head + i, 1);
  check (test, request);
}

static void
refused_head (GString *head, guint status)
{
  g_autofree ShipEgressRequest *request = g_new (ShipEgressRequest, 1);

  ship_egress_request_init (request);
  ship_egress_request_feed (request, head->str, head->len);
  g_assert_cmpint (request->state, ==, SHIP_EGRESS_REQUEST_REFUSED);
  g_assert_cmpuint (ship_egress_refusal_get_status (request->refusal), ==, status);
}

static void
test_limits (void)
{
  g_autofree ShipEgressRequest *request = g_new (ShipEgressRequest, 1);
  g_autoptr (GString) head = g_string_new (POST);
  g_autofree char *out = g_malloc (SHIP_EGRESS_CANONICAL_LIMIT);
  gsize            length;

  /* One hundred fields, the host among them. */
  for (guint i = 1; i < SHIP_EGRESS_FIELD_LIMIT; i++)
    g_string_append_printf (head, "X-Field-%u: value\r\n", i);
  g_string_append (head, "\r\n");
  ship_egress_request_init (request);
  ship_egress_request_feed (request, head->str, head->len);
  g_assert_cmpint (request->state, ==, SHIP_EGRESS_REQUEST_COMPLETE);
  g_string_insert (head, (gssize) strlen (POST), "X-One-More: x\r\n");
  refused_head (head, 431);

  /* The largest head, with nearly all of it in one field that is kept. */
  g_string_assign (head, POST "Accept: ");
  while (head->len < SHIP_EGRESS_HEAD_LIMIT - 4)
    g_string_append_c (head, 'a');
  g_string_append (head, "\r\n\r\n");
  g_assert_cmpuint (head->len, ==, SHIP_EGRESS_HEAD_LIMIT);
  ship_egress_request_init (request);
  ship_egress_request_feed (request, head->str, head->len);
  g_assert_cmpint (request->state, ==, SHIP_EGRESS_REQUEST_COMPLETE);
  length = ship_egress_request_format (request, out);
  g_assert_cmpuint (length, >, SHIP_EGRESS_HEAD_LIMIT);
  g_assert_cmpmem (out + length - 5, 5, "a\r\n\r\n", 5);
  g_string_insert_c (head, (gssize) strlen (POST "Accept: "), 'a');
  refused_head (head, 431);

  /* Without an end. */
  g_string_assign (head, "GET /llm/");
  while (head->len <= SHIP_EGRESS_HEAD_LIMIT)
    g_string_append_c (head, 'a');
  refused_head (head, 431);

  g_string_assign (head, POST "x-api-key: ");
  for (guint i = 0; i <= SHIP_EGRESS_GRANT_LIMIT; i++)
    g_string_append_c (head, 'a');
  g_string_append (head, "\r\n\r\n");
  refused_head (head, 400);
}

/* A client that believes to be talking to a host may say paths of that host, and nothing else. */
static void
test_captured (void)
{
  static const struct
  {
    const char *head;
    guint       status; /* 0: complete */
  } captured[] = {
    { "GET /llm/openai/v1/models?a=b HTTP/1.1\r\nHost: Files.test\r\n\r\n", 0 },
    { "GET //x/../y HTTP/1.1\r\nHost: files.test\r\nAuthorization: Basic a\r\n\r\n", 0 },
    { "GET / HTTP/1.1\r\nHost: other.test\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\nHost: 127.0.0.1:3128\r\n\r\n", 400 },
    { "GET / HTTP/1.1\r\n\r\n", 400 },
    { "GET http://other.test/ HTTP/1.1\r\nHost: files.test\r\n\r\n", 400 },
    { "GET http://127.0.0.1:3128/llm/x HTTP/1.1\r\nHost: files.test\r\n\r\n", 400 },
    { "GET /a#b HTTP/1.1\r\nHost: files.test\r\n\r\n", 400 },
    { "POST / HTTP/1.1\r\nHost: files.test\r\nContent-Length: 1\r\n\r\n", 403 },
    { "CONNECT other.test:443 HTTP/1.1\r\nHost: files.test\r\n\r\n", 403 },
  };
  g_autofree ShipEgressRequest *request = g_new (ShipEgressRequest, 1);
  g_autofree char              *out = g_malloc (SHIP_EGRESS_CANONICAL_LIMIT);

  for (guint i = 0; i < G_N_ELEMENTS (captured); i++)
    {
      const char *head = captured[i].head;

      ship_egress_request_init (request);
      g_strlcpy (request->captured, "files.test", sizeof request->captured);
      ship_egress_request_feed (request, head, strlen (head));
      if (captured[i].status != 0)
        {
          g_assert_cmpint (request->state, ==, SHIP_EGRESS_REQUEST_REFUSED);
          g_assert_cmpuint (ship_egress_refusal_get_status (request->refusal),
                            ==,
                            captured[i].status);
          continue;
        }
      g_assert_cmpint (request->state, ==, SHIP_EGRESS_REQUEST_COMPLETE);
      g_assert_cmpint (request->kind, ==, SHIP_EGRESS_REQUEST_FETCH);
      g_assert_cmpstr (request->destination.host, ==, "files.test");
      g_assert_cmpuint (request->destination.port, ==, 80);
      out[ship_egress_request_format (request, out)] = '\0';
      g_assert_nonnull (strstr (out, "\r\nHost: files.test\r\n"));
      g_assert_null (strstr (out, "Authorization"));
    }
}

static void
test_refusals (void)
{
  for (guint i = 0; i < SHIP_EGRESS_N_REFUSALS; i++)
    {
      char  out[SHIP_EGRESS_REFUSAL_LIMIT];
      gsize length = ship_egress_refusal_format (i, i % 2 == 0 ? "a-host.test" : NULL, out);
      g_autofree char *text = g_strndup (out, length);
      g_autofree char *start = g_strdup_printf ("HTTP/1.1 %u ", ship_egress_refusal_get_status (i));
      g_autofree char *announced = NULL;
      const char      *body = strstr (text, "\r\n\r\n");

      g_assert_cmpuint (length, <, sizeof out);
      g_assert_true (g_str_has_prefix (text, start));
      g_assert_nonnull (body);
      announced = g_strdup_printf ("\r\nContent-Length: %zu\r\n", strlen (body + 4));
      g_assert_nonnull (strstr (text, announced));
      g_assert_true (g_str_has_suffix (text, "\"}}"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/egress-request/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/egress-request/limits", test_limits);
  g_test_add_func ("/egress-request/captured", test_captured);
  g_test_add_func ("/egress-request/refusals", test_refusals);
  return g_test_run ();
}
