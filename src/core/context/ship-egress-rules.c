/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-egress-rules.h"

#include "base/ship-settings.h"
#include "gateway/ship-registries.h"

#include <string.h>

/*
 *   new -> loaded_cb -> (too old) -> found_cb -> saved_cb
 */

#define CACHE_SECONDS  (24 * 60 * 60)
#define CACHE_MAX_SIZE 65536

struct _ShipEgressRules
{
  GObject       parent_instance;
  ShipGateway  *gateway;     /* (owned) */
  ShipRuntime  *runtime;     /* (owned) */
  GSettings    *settings;    /* (owned) */
  char         *directory;   /* (owned): of the cache */
  GFile        *cache;       /* (owned) */
  char        **environment; /* (owned) */
  char        **registries;  /* (owned) (nullable): patterns */
  GCancellable *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipEgressRules, ship_egress_rules, G_TYPE_OBJECT)

static ShipEgressMode
get_mode (ShipEgressRules *self)
{
  const char      *own = ship_runtime_get_egress_mode (self->runtime);
  g_autofree char *preset = g_settings_get_string (self->settings, SHIP_SETTING_EGRESS_MODE);
  ShipEgressMode   mode = SHIP_EGRESS_MODE_OFFLINE; /* what nobody understands allows nothing */

  ship_egress_mode_from_string (own != NULL ? own : preset, &mode);
  return mode;
}

typedef gboolean (*AddFunc) (ShipEgressPolicy *policy, const char *pattern, GError **error);

static void
add (ShipEgressPolicy *policy, const char *const *hosts, AddFunc add_one)
{
  for (guint i = 0; hosts != NULL && hosts[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!add_one (policy, hosts[i], &error))
        g_warning ("A host that may be reached is left out: %s", error->message);
    }
}

static void
update (ShipEgressRules *self)
{
  g_autoptr (ShipEgressPolicy) policy = ship_egress_policy_new (get_mode (self));
  g_auto (GStrv) hosts = g_settings_get_strv (self->settings, SHIP_SETTING_EGRESS_HOSTS);

  add (policy, (const char *const *) hosts, ship_egress_policy_add);
  add (policy, ship_runtime_get_egress_hosts (self->runtime), ship_egress_policy_add);
  add (policy, (const char *const *) self->registries, ship_egress_policy_add_registry);
  ship_gateway_set_egress_policy (self->gateway, policy);
  ship_gateway_set_egress_bounds (
    self->gateway,
    (guint64) g_settings_get_uint (self->settings, SHIP_SETTING_EGRESS_DOWN) << 20,
    (guint64) g_settings_get_uint (self->settings, SHIP_SETTING_EGRESS_RATE) << 10);
}

static void
changed_cb (gpointer object, const char *key, ShipEgressRules *self)
{
  update (self);
}

static void
runtime_changed_cb (ShipRuntime *runtime, ShipEgressRules *self)
{
  update (self);
}

/* --- what was asked for --- */

static const char *
get_verdict (const ShipGatewayContact *contact)
{
  static const char *const words[SHIP_EGRESS_N_VERDICTS] = {
    [SHIP_EGRESS_VERDICT_CONNECTED] = "connected",
    [SHIP_EGRESS_VERDICT_OFFLINE] = "offline",
    [SHIP_EGRESS_VERDICT_NOT_ALLOWED] = "not-allowed",
    [SHIP_EGRESS_VERDICT_PRIVATE] = "private",
    [SHIP_EGRESS_VERDICT_UNKNOWN_HOST] = "unknown-host",
    [SHIP_EGRESS_VERDICT_UNREACHABLE] = "unreachable",
    [SHIP_EGRESS_VERDICT_BUSY] = "busy",
    [SHIP_EGRESS_VERDICT_SPENT] = "too-much",
    [SHIP_EGRESS_VERDICT_FULL] = "too-much-fetched",
    [SHIP_EGRESS_VERDICT_OFTEN] = "too-often",
    [SHIP_EGRESS_VERDICT_PROXY] = "proxy",
  };

  if (contact->end == SHIP_EGRESS_END_OVER)
    return "too-much";
  if (contact->end == SHIP_EGRESS_END_FULL)
    return "too-much-fetched";
  return contact->end == SHIP_EGRESS_END_MISUSED ? "misused" : words[contact->verdict];
}

/* A connection is counted when it is made, its bytes when it has ended. */
static void
contact_cb (ShipGateway *gateway, const ShipGatewayContact *contact, ShipEgressRules *self)
{
  const ShipContactRow row = { .host = contact->host,
                               .port = contact->port,
                               .verdict = (char *) get_verdict (contact),
                               .count = !contact->is_ended || contact->end != SHIP_EGRESS_END_DONE,
                               .n_up = contact->n_up,
                               .n_down = contact->n_down };

  ship_runtime_emit_contact (self->runtime, &row);
}

/* --- registries --- */

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* They are asked again the next time. */
  if (!g_file_replace_contents_finish (G_FILE (object), result, NULL, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("The list of package registries could not be kept: %s", error->message);
}

/* What else stands there is settings of tools, for ship-prepare-script.c. */
static void
take_registries (ShipEgressRules *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GStrvBuilder) patterns = g_strv_builder_new ();

  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0' && strchr (lines[i], ' ') == NULL)
      g_strv_builder_add (patterns, lines[i]);
  g_strfreev (self->registries);
  self->registries = g_strv_builder_end (patterns);
  update (self);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipEgressRules) self = SHIP_EGRESS_RULES (user_data);
  g_autoptr (GPtrArray) found = ship_registries_find_finish (result, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (found == NULL) /* closed meanwhile */
    return;
  g_ptr_array_add (found, NULL);
  text = g_strjoinv ("\n", (char **) found->pdata);
  take_registries (self, text);
  if (!ship_paths_make_private_dir (self->directory, &error))
    {
      g_warning ("The list of package registries could not be kept: %s", error->message);
      return;
    }
  bytes = g_bytes_new (text, strlen (text));
  g_file_replace_contents_bytes_async (self->cache,
                                       bytes,
                                       NULL,
                                       FALSE,
                                       G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
                                       self->cancellable,
                                       saved_cb,
                                       NULL);
}

static void
find (ShipEgressRules *self)
{
  ship_registries_find_async ((const char *const *) self->environment,
                              self->cancellable,
                              found_cb,
                              g_object_ref (self));
}

static void
age_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipEgressRules) self = SHIP_EGRESS_RULES (user_data);
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, NULL);
  g_autoptr (GDateTime) written =
    info != NULL ? g_file_info_get_modification_date_time (info) : NULL;
  gint64 age = written != NULL ? g_get_real_time () / G_USEC_PER_SEC - g_date_time_to_unix (written)
                               : G_MAXINT64;

  if (age < 0 || age > CACHE_SECONDS)
    find (self);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipEgressRules) self = SHIP_EGRESS_RULES (user_data);
  g_autofree char *text = NULL;
  gsize            length = 0;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (!g_file_load_contents_finish (G_FILE (object), result, &text, &length, NULL, NULL) ||
      length > CACHE_MAX_SIZE || !g_utf8_validate (text, (gssize) length, NULL))
    {
      find (self);
      return;
    }
  take_registries (self, text);
  g_file_query_info_async (self->cache,
                           G_FILE_ATTRIBUTE_TIME_MODIFIED,
                           G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT,
                           self->cancellable,
                           age_cb,
                           g_object_ref (self));
}

/* --- the object --- */

static void
ship_egress_rules_dispose (GObject *object)
{
  ShipEgressRules *self = SHIP_EGRESS_RULES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->gateway);
  g_clear_object (&self->runtime);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ship_egress_rules_parent_class)->dispose (object);
}

static void
ship_egress_rules_finalize (GObject *object)
{
  ShipEgressRules *self = SHIP_EGRESS_RULES (object);

  g_clear_object (&self->cache);
  g_free (self->directory);
  g_clear_object (&self->cancellable);
  g_strfreev (self->environment);
  g_strfreev (self->registries);

  G_OBJECT_CLASS (ship_egress_rules_parent_class)->finalize (object);
}

static void
ship_egress_rules_class_init (ShipEgressRulesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_egress_rules_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_egress_rules_finalize;
}

static void
ship_egress_rules_init (ShipEgressRules *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
follow (ShipEgressRules *self, const char *signal)
{
  g_signal_connect_object (self->settings, signal, G_CALLBACK (changed_cb), self, 0);
}

ShipEgressRules *
ship_egress_rules_new (ShipPaths         *paths,
                       ShipGateway       *gateway,
                       ShipRuntime       *runtime,
                       GSettings         *settings,
                       const char *const *environment)
{
  ShipEgressRules *self = g_object_new (SHIP_TYPE_EGRESS_RULES, NULL);
  g_autofree char *path = NULL;

  self->gateway = g_object_ref (gateway);
  self->runtime = g_object_ref (runtime);
  self->settings = g_object_ref (settings);
  self->environment = g_strdupv ((char **) environment);
  self->directory = g_strdup (ship_paths_get_cache_dir (paths));
  path = g_build_filename (self->directory, SHIP_EGRESS_RULES_CACHE, NULL);
  self->cache = g_file_new_for_path (path);
  follow (self, "changed::" SHIP_SETTING_EGRESS_MODE);
  follow (self, "changed::" SHIP_SETTING_EGRESS_HOSTS);
  follow (self, "changed::" SHIP_SETTING_EGRESS_DOWN);
  follow (self, "changed::" SHIP_SETTING_EGRESS_RATE);
  g_signal_connect_object (runtime, "egress-changed", G_CALLBACK (runtime_changed_cb), self, 0);
  g_signal_connect_object (gateway, "contact", G_CALLBACK (contact_cb), self, 0);
  update (self);
  g_file_load_contents_async (self->cache, self->cancellable, loaded_cb, g_object_ref (self));
  return self;
}
