/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "net/ship-http-error-private.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

/* What went wrong with a request, in our terms, and what can be done about it. Pure; any thread. */

G_DEFINE_QUARK (ship_http_error, ship_http_error)

static ShipHttpError
code_for (const GError *foreign)
{
  if (g_error_matches (foreign, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return SHIP_HTTP_ERROR_TIMED_OUT;
  if (g_error_matches (foreign, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    return SHIP_HTTP_ERROR_TOO_LARGE;
  /* Whatever else the system says while bytes are moved: the other side was not reached, or was
   * lost. */
  if (foreign->domain == G_IO_ERROR || foreign->domain == G_RESOLVER_ERROR ||
      foreign->domain == G_TLS_ERROR)
    return SHIP_HTTP_ERROR_UNREACHABLE;
  return SHIP_HTTP_ERROR_FAILED;
}

static const char *
sentence_for (ShipHttpError code)
{
  switch (code)
    {
    case SHIP_HTTP_ERROR_UNREACHABLE:
      return _ ("Could not be reached, or the connection was lost");
    case SHIP_HTTP_ERROR_TIMED_OUT:
      return _ ("No answer in time");
    case SHIP_HTTP_ERROR_TOO_LARGE:
      return _ ("The answer is too large");
    case SHIP_HTTP_ERROR_FAILED:
      break;
    }
  return _ ("The request failed");
}

GError *
ship_http_error_convert (GError *foreign, const char *host)
{
  g_autoptr (GError) owned = foreign;
  ShipHttpError code;

  g_return_val_if_fail (foreign != NULL, NULL);

  if (foreign->domain == SHIP_HTTP_ERROR ||
      g_error_matches (foreign, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&owned);

  code = code_for (foreign);
  return g_error_new (SHIP_HTTP_ERROR,
                      code,
                      "%s%s%s (%s)",
                      host != NULL ? host : "",
                      host != NULL ? ": " : "",
                      sentence_for (code),
                      foreign->message);
}

ShipErrorClass
ship_http_error_classify (const GError *error)
{
  g_return_val_if_fail (error != NULL, SHIP_ERROR_CLASS_BUG);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SHIP_ERROR_CLASS_CANCELLED;
  if (error->domain != SHIP_HTTP_ERROR)
    return SHIP_ERROR_CLASS_BUG;

  switch ((ShipHttpError) error->code)
    {
    case SHIP_HTTP_ERROR_UNREACHABLE:
    case SHIP_HTTP_ERROR_TIMED_OUT:
      return SHIP_ERROR_CLASS_RETRY;
    case SHIP_HTTP_ERROR_FAILED:
    case SHIP_HTTP_ERROR_TOO_LARGE:
      return SHIP_ERROR_CLASS_PERSISTENT;
    }

  g_return_val_if_reached (SHIP_ERROR_CLASS_BUG);
}

ShipErrorClass
ship_http_status_classify (guint status)
{
  switch (status)
    {
    case SOUP_STATUS_UNAUTHORIZED:
      return SHIP_ERROR_CLASS_SIGN_IN;
    case SOUP_STATUS_PAYMENT_REQUIRED:
    case SOUP_STATUS_FORBIDDEN:
    case SOUP_STATUS_PROXY_UNAUTHORIZED:
      return SHIP_ERROR_CLASS_USER;
    case SOUP_STATUS_REQUEST_TIMEOUT:
    case 425: /* Too Early */
      return SHIP_ERROR_CLASS_RETRY;
    case 429: /* Too Many Requests */
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
      return SHIP_ERROR_CLASS_RETRY_AFTER;
    case SOUP_STATUS_NOT_IMPLEMENTED:
    case SOUP_STATUS_HTTP_VERSION_NOT_SUPPORTED:
      return SHIP_ERROR_CLASS_PERSISTENT;
    default:
      /* 529 is a provider's "overloaded". */
      return status >= 500 ? SHIP_ERROR_CLASS_RETRY : SHIP_ERROR_CLASS_PERSISTENT;
    }
}
