/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One look-up in three places. What is written there is checked when it is asked for, not before: a
 * mistake in one provider's address is no reason to refuse the others.
 */
#include "config.h"

#include "auth/ship-provider-addresses.h"

#include <glib/gi18n-lib.h>

#include "auth/ship-keyring.h"
#include "auth/ship-provider.h"
#include "base/ship-settings.h"

#define OLLAMA_PORT "11434"

struct _ShipProviderAddresses
{
  GObject    parent;
  GSettings *settings;    /* (owned) (nullable) */
  GStrv      environment; /* (owned) (nullable) */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipProviderAddresses, ship_provider_addresses, G_TYPE_OBJECT)

static void
ship_provider_addresses_dispose (GObject *object)
{
  ShipProviderAddresses *self = SHIP_PROVIDER_ADDRESSES (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->environment, g_strfreev);

  G_OBJECT_CLASS (ship_provider_addresses_parent_class)->dispose (object);
}

static void
ship_provider_addresses_class_init (ShipProviderAddressesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_provider_addresses_dispose;

  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_PROVIDER_ADDRESSES,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
}

static void
ship_provider_addresses_init (ShipProviderAddresses *self)
{
}

static void
settings_changed_cb (ShipProviderAddresses *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

ShipProviderAddresses *
ship_provider_addresses_new (GSettings *settings, const char *const *environment)
{
  ShipProviderAddresses *self = g_object_new (SHIP_TYPE_PROVIDER_ADDRESSES, NULL);

  self->environment = g_strdupv ((char **) environment);
  if (settings == NULL)
    return self;
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings,
                           "changed::" SHIP_SETTING_BASE_URIS,
                           G_CALLBACK (settings_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  return self;
}

static const char *
get_variable (ShipProviderAddresses *self, const ShipProvider *provider)
{
  const char *value = NULL;

  if (provider != NULL && provider->base_variable != NULL && self->environment != NULL)
    value = g_environ_getenv (self->environment, provider->base_variable);
  return value != NULL && *value != '\0' ? value : NULL;
}

/* (transfer full) (nullable) */
static char *
dup_setting (ShipProviderAddresses *self, const char *id)
{
  g_autoptr (GVariant) all = NULL;
  char *text = NULL;

  if (self->settings == NULL)
    return NULL;
  all = g_settings_get_value (self->settings, SHIP_SETTING_BASE_URIS);
  if (g_variant_lookup (all, id, "s", &text) && *text != '\0')
    return text;
  g_free (text);
  return NULL;
}

GStrv
ship_provider_addresses_list (ShipProviderAddresses *self)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_autoptr (GVariant) all = NULL;
  const ShipProvider *known;
  guint               n;
  GVariantIter        iter;
  const char         *id;

  g_return_val_if_fail (SHIP_IS_PROVIDER_ADDRESSES (self), NULL);

  known = ship_provider_list (&n);
  for (guint i = 0; i < n; i++)
    g_strv_builder_add (ids, known[i].id);
  if (self->settings != NULL)
    {
      all = g_settings_get_value (self->settings, SHIP_SETTING_BASE_URIS);
      g_variant_iter_init (&iter, all);
      while (g_variant_iter_next (&iter, "{&s&s}", &id, NULL))
        if (ship_provider_find (id) == NULL)
          g_strv_builder_add (ids, id);
    }
  return g_strv_builder_end (ids);
}

/* OLLAMA_HOST is what its server listens on as well: scheme and port may be missing, and the host
 * may be "everywhere", which for a client is this machine. */
static char *
complete_ollama_host (const char *value)
{
  static const struct
  {
    const char *from;
    const char *to;
  } hosts[] = { { "0.0.0.0", "127.0.0.1" }, { "[::]", "[::1]" } };
  g_autofree char *text = g_strdup (value);
  gsize            host_length;

  if (strstr (text, "://") != NULL)
    return g_steal_pointer (&text);
  if (text[0] == ':')
    return g_strconcat ("http://127.0.0.1", text, NULL);
  host_length = text[0] == '[' ? strcspn (text, "]") + 1 : strcspn (text, ":/");
  host_length = MIN (host_length, strlen (text));
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    if (strlen (hosts[i].from) == host_length && strncmp (text, hosts[i].from, host_length) == 0)
      {
        char *replaced = g_strconcat (hosts[i].to, text + host_length, NULL);

        g_free (text);
        text = replaced;
        host_length = strlen (hosts[i].to);
      }
  if (text[host_length] == ':')
    return g_strconcat ("http://", text, NULL);
  return g_strdup_printf ("http://%.*s:" OLLAMA_PORT "%s",
                          (int) host_length,
                          text,
                          text + host_length);
}

/* Some clients want the version in their address, which our requests' paths have. */
static char *
trim (const char *text, const ShipProvider *provider)
{
  char       *uri = g_strdup (text);
  const char *version = provider != NULL ? provider->version : "/v1";

  while (g_str_has_suffix (uri, "/"))
    uri[strlen (uri) - 1] = '\0';
  if (g_str_has_suffix (uri, version))
    uri[strlen (uri) - strlen (version)] = '\0';
  return uri;
}

char *
ship_provider_addresses_dup (ShipProviderAddresses *self,
                             const char            *id,
                             ShipAddressSource     *source,
                             GError               **error)
{
  const ShipProvider *provider;
  const char         *variable;
  ShipAddressSource   found = SHIP_ADDRESS_SOURCE_DEFAULT;
  g_autofree char    *text = NULL;
  g_autofree char    *uri = NULL;
  g_autoptr (GUri) parsed = NULL;

  g_return_val_if_fail (SHIP_IS_PROVIDER_ADDRESSES (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  provider = ship_provider_find (id);
  variable = get_variable (self, provider);
  if (variable != NULL)
    {
      found = SHIP_ADDRESS_SOURCE_ENVIRONMENT;
      text = g_str_equal (id, "ollama") ? complete_ollama_host (variable) : g_strdup (variable);
    }
  else if ((text = dup_setting (self, id)) != NULL)
    found = SHIP_ADDRESS_SOURCE_SETTINGS;
  else if (provider != NULL)
    text = g_strdup (provider->base_uri);
  if (source != NULL)
    *source = found;
  if (text == NULL)
    {
      g_set_error (error,
                   SHIP_AUTH_ERROR,
                   SHIP_AUTH_ERROR_NO_ADDRESS,
                   _ ("Ship does not know where “%s” is."),
                   id);
      return NULL;
    }

  uri = trim (text, provider);
  parsed = ship_provider_parse_base_uri (id, uri, error);
  if (parsed != NULL)
    return g_steal_pointer (&uri);
  if (found == SHIP_ADDRESS_SOURCE_ENVIRONMENT)
    g_prefix_error (error, "%s: ", provider->base_variable);
  else
    g_prefix_error (error, _ ("In the settings: "));
  return NULL;
}

gboolean
ship_provider_addresses_check (const char *id, const char *base_uri, GError **error)
{
  g_autofree char *uri = trim (base_uri, ship_provider_find (id));
  g_autoptr (GUri) parsed = ship_provider_parse_base_uri (id, uri, error);

  return parsed != NULL;
}
