/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-error.h"

#include "agent/ship-agent-error.h"
#include "auth/ship-keyring.h"
#include "base/ship-json.h"
#include "git/ship-git-error.h"
#include "net/ship-http-client.h"
#include "process/ship-process.h"
#include "sandbox/ship-sandbox-error.h"
#include "store/ship-store.h"

/*
 * The table of domains: each hands its own errors to its own classifier. What a class means to the
 * user (transient, user-action, persistent, fatal) stands in base/ship-error-class.h. Only domains
 * and codes are looked at, never the words. Pure; any thread.
 */

G_DEFINE_QUARK (ship_session_error, ship_session_error)

GError *
ship_session_error_new_for_fault (const ShipAgentFault *fault)
{
  return g_error_new_literal (SHIP_SESSION_ERROR,
                              SHIP_SESSION_ERROR_FAULT + (int) fault->error_class,
                              fault->text);
}

static ShipErrorClass
classify_session (const GError *error)
{
  if (error->code > SHIP_SESSION_ERROR_FAULT + (int) SHIP_ERROR_CLASS_CANCELLED)
    return SHIP_ERROR_CLASS_BUG;
  if (error->code >= SHIP_SESSION_ERROR_FAULT)
    return (ShipErrorClass) (error->code - SHIP_SESSION_ERROR_FAULT);

  if (error->code == SHIP_SESSION_ERROR_NEEDS_USER)
    return SHIP_ERROR_CLASS_USER;
  if (error->code == SHIP_SESSION_ERROR_CLOSING)
    return SHIP_ERROR_CLASS_RETRY;

  return error->code == SHIP_SESSION_ERROR_FAILED ? SHIP_ERROR_CLASS_BUG
                                                  : SHIP_ERROR_CLASS_PERSISTENT;
}

/* What the system says. */
static ShipErrorClass
classify_io (const GError *error)
{
  switch (error->code)
    {
    case G_IO_ERROR_CANCELLED:
      return SHIP_ERROR_CLASS_CANCELLED;
    case G_IO_ERROR_BUSY:
    case G_IO_ERROR_WOULD_BLOCK:
    case G_IO_ERROR_TIMED_OUT:
    case G_IO_ERROR_CONNECTION_REFUSED:
    case G_IO_ERROR_BROKEN_PIPE: /* the same number as "connection closed" */
    case G_IO_ERROR_NOT_CONNECTED:
    case G_IO_ERROR_PARTIAL_INPUT:
    case G_IO_ERROR_PROXY_FAILED:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
    case G_IO_ERROR_TOO_MANY_OPEN_FILES:
      return SHIP_ERROR_CLASS_RETRY;
    case G_IO_ERROR_NO_SPACE:
    case G_IO_ERROR_READ_ONLY:
    case G_IO_ERROR_PERMISSION_DENIED:
      return SHIP_ERROR_CLASS_USER;
    case G_IO_ERROR_PROXY_AUTH_FAILED:
    case G_IO_ERROR_PROXY_NEED_AUTH:
      return SHIP_ERROR_CLASS_SIGN_IN;
    default:
      return SHIP_ERROR_CLASS_PERSISTENT;
    }
}

static ShipErrorClass
classify_file (const GError *error)
{
  switch (error->code)
    {
    case G_FILE_ERROR_NOSPC:
    case G_FILE_ERROR_ROFS:
    case G_FILE_ERROR_ACCES:
    case G_FILE_ERROR_PERM:
      return SHIP_ERROR_CLASS_USER;
    case G_FILE_ERROR_AGAIN:
    case G_FILE_ERROR_INTR:
    case G_FILE_ERROR_MFILE:
    case G_FILE_ERROR_NFILE:
    case G_FILE_ERROR_NOMEM:
      return SHIP_ERROR_CLASS_RETRY;
    default:
      return SHIP_ERROR_CLASS_PERSISTENT;
    }
}

static ShipErrorClass
classify_persistent (const GError *error)
{
  return SHIP_ERROR_CLASS_PERSISTENT;
}

static GQuark
get_io_domain (void)
{
  return G_IO_ERROR;
}

static GQuark
get_file_domain (void)
{
  return G_FILE_ERROR;
}

static const struct
{
  GQuark (*get_domain) (void);
  ShipErrorClass (*classify) (const GError *error);
} domains[] = {
  { ship_session_error_quark, classify_session },
  { ship_agent_error_quark, ship_agent_error_classify },
  { ship_sandbox_error_quark, ship_sandbox_error_classify },
  { ship_git_error_quark, ship_git_error_classify },
  { ship_store_error_quark, ship_store_error_classify },
  { ship_auth_error_quark, ship_auth_error_classify },
  { ship_http_error_quark, ship_http_error_classify },
  { ship_json_error_quark, classify_persistent },
  { ship_process_error_quark, classify_persistent },
  { get_io_domain, classify_io },
  { get_file_domain, classify_file },
};

ShipErrorClass
ship_session_error_classify (const GError *error)
{
  g_return_val_if_fail (error != NULL, SHIP_ERROR_CLASS_BUG);

  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    if (error->domain == domains[i].get_domain ())
      return domains[i].classify (error);

  return SHIP_ERROR_CLASS_PERSISTENT;
}
