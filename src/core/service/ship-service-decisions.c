/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/ship-service-decisions-private.h"

#include "session/ship-session-adopt.h"
#include "session/ship-session-decisions.h"

#include <glib/gi18n-lib.h>

/* Each method becomes one command of the session; all end in the same way. */

/* Errors travel by name; the text is the sentence. */
static const char *
error_name (const GError *error)
{
  if (error->domain == SHIP_SESSION_ERROR && error->code == SHIP_SESSION_ERROR_INVALID)
    return "dev.ship.Error.Invalid";
  if (error->domain == SHIP_SESSION_ERROR && error->code == SHIP_SESSION_ERROR_NOT_FOUND)
    return "dev.ship.Error.NotFound";
  if (error->domain == SHIP_SESSION_ERROR && error->code == SHIP_SESSION_ERROR_CONFLICT)
    return "dev.ship.Error.Conflict";
  if (error->domain == SHIP_SESSION_ERROR && error->code == SHIP_SESSION_ERROR_NEEDS_USER)
    return "dev.ship.Error.NeedsUser";
  if (error->domain == SHIP_SESSION_ERROR && error->code == SHIP_SESSION_ERROR_CLOSING)
    return "dev.ship.Error.Closing";

  return "dev.ship.Error.Failed";
}

void
ship_service_refuse (GDBusMethodInvocation *invocation, const GError *error)
{
  g_dbus_method_invocation_return_dbus_error (invocation, error_name (error), error->message);
}

/* @user_data: (transfer full): the invocation */
static void
commanded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GDBusMethodInvocation) invocation = user_data;
  g_autoptr (GError) error = NULL;

  if (ship_session_command_finish (SHIP_SESSION (object), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    ship_service_refuse (invocation, error);
}

static gboolean
handle_set_budget (ShipDBusSession1      *skeleton,
                   GDBusMethodInvocation *invocation,
                   const char            *scope,
                   double                 dollars,
                   ShipSession           *session)
{
  ship_session_set_budget_async (session, scope, dollars, commanded_cb, g_object_ref (invocation));
  return TRUE;
}

static gboolean
handle_answer (ShipDBusSession1      *skeleton,
               GDBusMethodInvocation *invocation,
               gint64                 request,
               GVariant              *options,
               ShipSession           *session)
{
  g_autoptr (GVariant) answers = g_variant_lookup_value (options, "answers", G_VARIANT_TYPE ("as"));
  g_autofree const char **texts = answers != NULL ? g_variant_get_strv (answers, NULL) : NULL;
  const char             *scope = "once";
  ShipAnswer              answer = { .answers = texts };
  gboolean                has_allow = g_variant_lookup (options, "allow", "b", &answer.is_allowed);

  g_variant_lookup (options, "reject", "b", &answer.is_rejected);
  g_variant_lookup (options, "message", "&s", &answer.message);
  g_variant_lookup (options, "amount", "d", &answer.amount);
  g_variant_lookup (options, "scope", "&s", &scope);
  answer.is_for_session = g_str_equal (scope, "session");
  if (!answer.is_for_session && !g_str_equal (scope, "once"))
    g_dbus_method_invocation_return_dbus_error (invocation,
                                                "dev.ship.Error.Invalid",
                                                _ ("A scope is “once” or “session”"));
  else if (!has_allow && !answer.is_rejected && texts == NULL)
    g_dbus_method_invocation_return_dbus_error (invocation,
                                                "dev.ship.Error.Invalid",
                                                _ ("An answer says allow, answers or reject"));
  else
    ship_session_answer_async (session, request, &answer, commanded_cb, g_object_ref (invocation));

  return TRUE;
}

static gboolean
handle_set_rule (ShipDBusSession1      *skeleton,
                 GDBusMethodInvocation *invocation,
                 const char            *permission,
                 const char            *pattern,
                 const char            *action,
                 ShipSession           *session)
{
  ship_session_set_rule_async (session,
                               permission,
                               pattern,
                               action,
                               commanded_cb,
                               g_object_ref (invocation));
  return TRUE;
}

static gboolean
handle_set_egress (ShipDBusSession1      *skeleton,
                   GDBusMethodInvocation *invocation,
                   const char            *mode,
                   ShipSession           *session)
{
  ship_session_set_egress_async (session, mode, commanded_cb, g_object_ref (invocation));

  return TRUE;
}

static gboolean
handle_set_limits (ShipDBusSession1      *skeleton,
                   GDBusMethodInvocation *invocation,
                   GVariant              *limits,
                   ShipSession           *session)
{
  ship_session_set_limits_async (session, limits, commanded_cb, g_object_ref (invocation));

  return TRUE;
}

static gboolean
handle_allow_host (ShipDBusSession1      *skeleton,
                   GDBusMethodInvocation *invocation,
                   const char            *pattern,
                   const char            *scope,
                   gboolean               is_allowed,
                   ShipSession           *session)
{
  ship_session_allow_host_async (session,
                                 pattern,
                                 scope,
                                 is_allowed,
                                 commanded_cb,
                                 g_object_ref (invocation));
  return TRUE;
}

static gboolean
handle_adopt (ShipDBusSession1      *skeleton,
              GDBusMethodInvocation *invocation,
              GVariant              *options,
              ShipSession           *session)
{
  ship_session_adopt_async (session, options, commanded_cb, g_object_ref (invocation));
  return TRUE;
}

void
ship_service_connect_decisions (ShipDBusSession1 *skeleton, ShipSession *session)
{
  static const struct
  {
    const char *signal;
    GCallback   handler;
  } handlers[] = {
    { "handle-adopt", G_CALLBACK (handle_adopt) },
    { "handle-allow-host", G_CALLBACK (handle_allow_host) },
    { "handle-answer", G_CALLBACK (handle_answer) },
    { "handle-set-budget", G_CALLBACK (handle_set_budget) },
    { "handle-set-egress", G_CALLBACK (handle_set_egress) },
    { "handle-set-limits", G_CALLBACK (handle_set_limits) },
    { "handle-set-rule", G_CALLBACK (handle_set_rule) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (skeleton, handlers[i].signal, handlers[i].handler, session, 0);
}
