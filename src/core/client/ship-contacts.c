/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-contacts.h"

#include "base/ship-settings.h"
#include "net/ship-egress-policy.h"

#include <glib/gi18n-lib.h>

/* clang-format off */
static const struct { const char *verdict; const char *word; } words[] = {
  { "connected",        N_ ("reached") },
  { "offline",          N_ ("refused: offline") },
  { "not-allowed",      N_ ("refused: not allowed") },
  { "private",          N_ ("refused: a private address") },
  { "unknown-host",     N_ ("no such host") },
  { "unreachable",      N_ ("not reachable") },
  { "busy",             N_ ("refused: too many") },
  { "misused",          N_ ("closed: meant for another host") },
  { "too-much",         N_ ("closed: too much was sent") },
  { "too-much-fetched", N_ ("stopped: the download limit is reached") },
  { "proxy",            N_ ("refused: this machine’s proxy cannot be used") },
  { "too-often",        N_ ("refused: too many connections a minute") },
};
/* clang-format on */

const char *
ship_contact_describe_verdict (const char *verdict)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].verdict, verdict))
      return _ (words[i].word);

  return verdict;
}

static void
add_all (ShipEgressPolicy *policy, const char *const *patterns)
{
  for (guint i = 0; patterns[i] != NULL; i++)
    ship_egress_policy_add (policy, patterns[i], NULL); /* what is no pattern allows nothing */
}

gboolean
ship_contact_can_be_allowed (const ShipContactRow *contact,
                             const ShipEgressRow  *own,
                             GSettings            *settings)
{
  g_autoptr (ShipEgressPolicy) policy = ship_egress_policy_new (SHIP_EGRESS_MODE_ALLOWLIST);
  g_auto (GStrv) everywhere = g_settings_get_strv (settings, SHIP_SETTING_EGRESS_HOSTS);

  if (!g_str_equal (contact->verdict, "not-allowed"))
    return FALSE;
  add_all (policy, (const char *const *) everywhere);
  for (guint i = 0; i < own->hosts->len; i++)
    ship_egress_policy_add (policy, own->hosts->pdata[i], NULL);

  return !ship_egress_policy_allows (policy, contact->host, (guint16) contact->port);
}

char *
ship_contact_dup_pattern (const ShipContactRow *contact)
{
  if (contact->port == 80 || contact->port == 443)
    return g_strdup (contact->host);

  return g_strdup_printf ("%s:%u", contact->host, contact->port);
}

GPtrArray *
ship_contacts_list_latest (GPtrArray *contacts)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *latest = g_ptr_array_new ();

  for (guint i = 0; i < contacts->len; i++)
    if (g_hash_table_add (seen, ship_contact_dup_pattern (contacts->pdata[i])))
      g_ptr_array_add (latest, contacts->pdata[i]);

  return latest;
}

gboolean
ship_contacts_allow_always (GSettings *settings, const char *pattern, GError **error)
{
  g_autofree char *normal = ship_egress_pattern_normalize (pattern, error);
  g_auto (GStrv) before = g_settings_get_strv (settings, SHIP_SETTING_EGRESS_HOSTS);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) hosts = NULL;

  if (normal == NULL)
    return FALSE;
  if (g_strv_contains ((const char *const *) before, normal))
    return TRUE;

  g_strv_builder_addv (builder, (const char **) before);
  g_strv_builder_add (builder, normal);
  hosts = g_strv_builder_end (builder);
  g_settings_set_strv (settings, SHIP_SETTING_EGRESS_HOSTS, (const char *const *) hosts);

  return TRUE;
}

void
ship_contacts_forbid_always (GSettings *settings, const char *pattern)
{
  g_auto (GStrv) before = g_settings_get_strv (settings, SHIP_SETTING_EGRESS_HOSTS);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) hosts = NULL;

  for (guint i = 0; before[i] != NULL; i++)
    if (!g_str_equal (before[i], pattern))
      g_strv_builder_add (builder, before[i]);
  hosts = g_strv_builder_end (builder);
  g_settings_set_strv (settings, SHIP_SETTING_EGRESS_HOSTS, (const char *const *) hosts);
}
