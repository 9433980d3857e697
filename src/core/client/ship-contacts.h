/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-egress-tables.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a session's sandbox reached and was refused outside, as every face says and changes it. */

/* A few words that can stand alone: "reached", "refused: not allowed". @verdict itself if it is not
 * known. */
const char *ship_contact_describe_verdict (const char *verdict);
/* Whether it was refused and is still not allowed, neither by @own nor in every session. */
gboolean ship_contact_can_be_allowed (const ShipContactRow *contact,
                                      const ShipEgressRow  *own,
                                      GSettings            *settings);
/* (transfer full): a pattern that allows it */
char *ship_contact_dup_pattern (const ShipContactRow *contact);
/* (transfer container) (element-type ShipContactRow): of @contacts (newest first) the newest of
 * each pattern: how it stands now. They belong to @contacts. */
GPtrArray *ship_contacts_list_latest (GPtrArray *contacts);

/* Adds @pattern (host, *.host, host:port) to the hosts that every session may reach; sessions that
 * are awake follow. FALSE with @error when it is none. */
gboolean ship_contacts_allow_always (GSettings *settings, const char *pattern, GError **error);
/* Takes it out again. */
void ship_contacts_forbid_always (GSettings *settings, const char *pattern);

G_END_DECLS
