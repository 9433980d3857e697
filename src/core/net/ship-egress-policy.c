/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "net/ship-egress-policy.h"

#include <glib/gi18n-lib.h>

#include "egress/ship-egress-authority.h"

#define ANY_PORT 0

typedef struct
{
  char     host[SHIP_EGRESS_HOST_LIMIT + 1];
  gboolean is_below;    /* every name below the host */
  gboolean is_registry; /* allowed to fetch from */
  gboolean has_port;
  guint16  port; /* ANY_PORT for all */
} Pattern;

struct _ShipEgressPolicy
{
  ShipEgressMode mode;
  GArray        *patterns; /* (owned) (element-type Pattern) */
};

G_DEFINE_QUARK (ship_egress_error, ship_egress_error)

static const char *const mode_names[] = { "offline", "allowlist", "open", NULL };

const char *
ship_egress_mode_to_string (ShipEgressMode mode)
{
  g_return_val_if_fail ((guint) mode < G_N_ELEMENTS (mode_names) - 1, NULL);

  return mode_names[mode];
}

gboolean
ship_egress_mode_from_string (const char *text, ShipEgressMode *mode)
{
  for (guint i = 0; text != NULL && mode_names[i] != NULL; i++)
    if (g_str_equal (text, mode_names[i]))
      {
        *mode = (ShipEgressMode) i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_pattern (Pattern *self, const char *text)
{
  ShipEgressAuthority authority;
  gsize               length;

  *self = (Pattern){ .is_below = g_str_has_prefix (text, "*.") };
  if (self->is_below)
    text += 2;
  length = strlen (text);
  if (g_str_has_suffix (text, ":*"))
    {
      self->has_port = TRUE;
      self->port = ANY_PORT;
      return ship_egress_host_parse (text, length - 2, self->host);
    }
  if (strchr (text, ':') == NULL)
    return ship_egress_host_parse (text, length, self->host);
  if (!ship_egress_authority_parse (&authority, text, length, 0))
    return FALSE;

  self->has_port = TRUE;
  self->port = authority.port;
  memcpy (self->host, authority.host, sizeof self->host);
  return TRUE;
}

static gboolean
check_pattern (Pattern *pattern, const char *text, GError **error)
{
  if (parse_pattern (pattern, text))
    return TRUE;

  g_set_error (error,
               SHIP_EGRESS_ERROR,
               SHIP_EGRESS_ERROR_INVALID,
               _ ("“%.200s” is no host: write it as example.org, *.example.org or "
                  "example.org:8443"),
               text);
  return FALSE;
}

char *
ship_egress_pattern_normalize (const char *pattern, GError **error)
{
  Pattern     parsed;
  const char *below;

  g_return_val_if_fail (pattern != NULL, NULL);

  if (!check_pattern (&parsed, pattern, error))
    return NULL;
  below = parsed.is_below ? "*." : "";
  if (!parsed.has_port)
    return g_strconcat (below, parsed.host, NULL);
  if (parsed.port == ANY_PORT)
    return g_strconcat (below, parsed.host, ":*", NULL);
  return g_strdup_printf ("%s%s:%u", below, parsed.host, parsed.port);
}

ShipEgressPolicy *
ship_egress_policy_new (ShipEgressMode mode)
{
  ShipEgressPolicy *self = g_new0 (ShipEgressPolicy, 1);

  self->mode = mode;
  self->patterns = g_array_new (FALSE, FALSE, sizeof (Pattern));
  return self;
}

ShipEgressPolicy *
ship_egress_policy_copy (const ShipEgressPolicy *self)
{
  ShipEgressPolicy *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = ship_egress_policy_new (self->mode);
  g_array_append_vals (copy->patterns, self->patterns->data, self->patterns->len);
  return copy;
}

void
ship_egress_policy_free (ShipEgressPolicy *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->patterns);
  g_free (self);
}

static gboolean
add (ShipEgressPolicy *self, const char *pattern, gboolean is_registry, GError **error)
{
  Pattern parsed;

  if (!check_pattern (&parsed, pattern, error))
    return FALSE;
  parsed.is_registry = is_registry;
  g_array_append_val (self->patterns, parsed);
  return TRUE;
}

gboolean
ship_egress_policy_add (ShipEgressPolicy *self, const char *pattern, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (pattern != NULL, FALSE);

  return add (self, pattern, FALSE, error);
}

gboolean
ship_egress_policy_add_registry (ShipEgressPolicy *self, const char *pattern, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (pattern != NULL, FALSE);

  return add (self, pattern, TRUE, error);
}

ShipEgressMode
ship_egress_policy_get_mode (const ShipEgressPolicy *self)
{
  g_return_val_if_fail (self != NULL, SHIP_EGRESS_MODE_OFFLINE);

  return self->mode;
}

static gboolean
matches (const Pattern *self, const ShipEgressAuthority *authority)
{
  if (self->has_port ? self->port != ANY_PORT && self->port != authority->port
                     : authority->port != 80 && authority->port != 443)
    return FALSE;
  if (self->is_below)
    {
      gsize length = strlen (authority->host), own = strlen (self->host);

      return length > own + 1 && authority->host[length - own - 1] == '.' &&
             g_str_equal (authority->host + length - own, self->host);
    }
  return g_str_equal (authority->host, self->host);
}

/* @is_registry: whether only such patterns match; FALSE when none does */
static gboolean
find (const ShipEgressPolicy *self, const ShipEgressAuthority *authority, gboolean *is_registry)
{
  gboolean is_found = FALSE;

  *is_registry = FALSE;
  for (guint i = 0; i < self->patterns->len; i++)
    {
      const Pattern *pattern = &g_array_index (self->patterns, Pattern, i);

      if (!matches (pattern, authority))
        continue;
      *is_registry = pattern->is_registry;
      is_found = TRUE;
      if (!pattern->is_registry)
        break;
    }
  return is_found;
}

gboolean
ship_egress_policy_allows (const ShipEgressPolicy *self, const char *host, guint16 port)
{
  ShipEgressAuthority authority = { .port = port };
  gboolean            is_registry;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (host != NULL, FALSE);

  if (port == 0 || !ship_egress_host_parse (host, strlen (host), authority.host))
    return FALSE;
  switch (self->mode)
    {
    case SHIP_EGRESS_MODE_OFFLINE:
      return FALSE;
    case SHIP_EGRESS_MODE_OPEN:
      return TRUE;
    case SHIP_EGRESS_MODE_ALLOWLIST:
      break;
    }
  return find (self, &authority, &is_registry);
}

gboolean
ship_egress_policy_is_registry (const ShipEgressPolicy *self, const char *host, guint16 port)
{
  ShipEgressAuthority authority = { .port = port };
  gboolean            is_registry;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (host != NULL, FALSE);

  return self->mode == SHIP_EGRESS_MODE_ALLOWLIST &&
         ship_egress_host_parse (host, strlen (host), authority.host) &&
         find (self, &authority, &is_registry) && is_registry;
}
