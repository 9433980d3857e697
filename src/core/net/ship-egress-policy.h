/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-error-class.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define SHIP_EGRESS_ERROR (ship_egress_error_quark ())
GQuark ship_egress_error_quark (void);

typedef enum
{
  SHIP_EGRESS_ERROR_INVALID, /* no pattern; the message says what one is */
} ShipEgressError;

/* What a sandbox may reach besides its gateway. */
typedef enum
{
  SHIP_EGRESS_MODE_OFFLINE,   /* nothing */
  SHIP_EGRESS_MODE_ALLOWLIST, /* what a pattern matches */
  SHIP_EGRESS_MODE_OPEN,      /* everything that is public */
} ShipEgressMode;

/* "offline", "allowlist", "open" */
const char *ship_egress_mode_to_string (ShipEgressMode mode);
gboolean    ship_egress_mode_from_string (const char *text, ShipEgressMode *mode);

/*
 * A mode and patterns of hosts. A pattern is "host" or "*.host" (every name below it, not itself),
 * with ":port", or ":*" for every port; without, ports 80 and 443. An empty list allows nothing.
 * Plain value with one owner.
 */
typedef struct _ShipEgressPolicy ShipEgressPolicy;

ShipEgressPolicy *ship_egress_policy_new (ShipEgressMode mode);
ShipEgressPolicy *ship_egress_policy_copy (const ShipEgressPolicy *self);
void              ship_egress_policy_free (ShipEgressPolicy *self);

/* Its one spelling (transfer full), or NULL with SHIP_EGRESS_ERROR_INVALID. */
char *ship_egress_pattern_normalize (const char *pattern, GError **error);

/* FALSE: it is no pattern, and nothing changed. */
gboolean ship_egress_policy_add (ShipEgressPolicy *self, const char *pattern, GError **error);

/* The same for a host that things are fetched from: what is sent there has a bound. */
gboolean
ship_egress_policy_add_registry (ShipEgressPolicy *self, const char *pattern, GError **error);

ShipEgressMode ship_egress_policy_get_mode (const ShipEgressPolicy *self);
/* @host: as a request names it; FALSE if that is no host. */
gboolean ship_egress_policy_allows (const ShipEgressPolicy *self, const char *host, guint16 port);

/* Whether @host is allowed for nothing else than that it is a registry. */
gboolean
ship_egress_policy_is_registry (const ShipEgressPolicy *self, const char *host, guint16 port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipEgressPolicy, ship_egress_policy_free)

G_END_DECLS
