/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-privacy-page.h"

#include "base/ship-settings.h"
#include "preferences/ship-archive-row.h"
#include "preferences/ship-preferences-rows.h"
#include "preferences/ship-storage-row.h"

#include <glib/gi18n-lib.h>

enum
{
  SESSIONS,
  COPIES,
  AGENT,
  SETTINGS,
  N_PLACES
};

struct _ShipPrivacyPage
{
  AdwPreferencesPage parent_instance;
  GtkWidget         *places[N_PLACES]; /* (unowned) */
  GtkWidget         *archive;          /* (unowned): a row */
};

G_DEFINE_FINAL_TYPE (ShipPrivacyPage, ship_privacy_page, ADW_TYPE_PREFERENCES_PAGE)

static void
measure (ShipPrivacyPage *self)
{
  for (guint i = 0; i < N_PLACES; i++)
    ship_storage_row_measure (SHIP_STORAGE_ROW (self->places[i]));
}

static void
deleted_cb (ShipArchiveRow *row, ShipPrivacyPage *self)
{
  measure (self);
}

static void
ship_privacy_page_map (GtkWidget *widget)
{
  ShipPrivacyPage *self = SHIP_PRIVACY_PAGE (widget);

  GTK_WIDGET_CLASS (ship_privacy_page_parent_class)->map (widget);
  measure (self);
  ship_archive_row_count (SHIP_ARCHIVE_ROW (self->archive));
}

static void
ship_privacy_page_class_init (ShipPrivacyPageClass *klass)
{
  GTK_WIDGET_CLASS (klass)->map = ship_privacy_page_map;
}

static void
ship_privacy_page_init (ShipPrivacyPage *self)
{
}

static AdwPreferencesGroup *
add_group (ShipPrivacyPage *self, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (group));
  return ADW_PREFERENCES_GROUP (group);
}

static void
add_places (ShipPrivacyPage *self, ShipPaths *paths)
{
  AdwPreferencesGroup *group = add_group (self, _ ("What Is Kept, and Where"));
  g_autofree char *sessions = g_build_filename (ship_paths_get_data_dir (paths), "sessions", NULL);
  g_autofree char *agents = g_build_filename (ship_paths_get_data_dir (paths), "agents", NULL);

  self->places[SESSIONS] =
    ship_storage_row_new (_ ("Sessions"),
                          _ ("Conversations, what was attached, working copies"),
                          sessions);
  self->places[COPIES] =
    ship_storage_row_new (_ ("Copies of Repositories"),
                          _ ("What sessions are made from, and the commits of deleted ones for 30 "
                             "days"),
                          ship_paths_get_cache_dir (paths));
  self->places[AGENT] =
    ship_storage_row_new (_ ("Agent"), _ ("OpenCode, which runs in the sandboxes"), agents);
  self->places[SETTINGS] = ship_storage_row_new (_ ("Settings"),
                                                 _ ("What is chosen here; nothing secret"),
                                                 ship_paths_get_config_dir (paths));
  for (guint i = 0; i < N_PLACES; i++)
    adw_preferences_group_add (group, self->places[i]);
  adw_preferences_group_add (
    group,
    ship_preferences_row_new (_ ("Keys"),
                              _ ("In the system’s keyring and nowhere else; delete them under "
                                 "“Models”")));
}

GtkWidget *
ship_privacy_page_new (ShipPaths *paths, GSettings *settings)
{
  const ShipNumberRow  days = { .key = SHIP_SETTING_ARCHIVE_DAYS,
                                .title = _ ("Archive After"),
                                .subtitle = _ ("A session nobody touches leaves the list; it can "
                                               "be brought back"),
                                .most = 36500,
                                .step = 1,
                                .unit = 1,
                                /* Translators: days; %s is the number. */
                                .format = _ ("%s days"),
                                .zero = _ ("Never") };
  ShipPrivacyPage     *self = g_object_new (SHIP_TYPE_PRIVACY_PAGE,
                                        "title",
                                        _ ("Privacy"),
                                        "icon-name",
                                        "preferences-system-privacy-symbolic",
                                        NULL);
  AdwPreferencesGroup *group;

  add_places (self, paths);
  group = add_group (self, _ ("For How Long"));
  adw_preferences_group_add (group, ship_preferences_number_row_new (settings, &days));
  self->archive = ship_archive_row_new (paths);
  g_signal_connect_object (self->archive, "deleted", G_CALLBACK (deleted_cb), self, 0);
  adw_preferences_group_add (group, self->archive);
  group = add_group (self, _ ("What Is Sent"));
  adw_preferences_group_add (
    group,
    ship_preferences_row_new (_ ("Telemetry: None"),
                              _ ("Ship reports nothing to anybody. What you and the agent write "
                                 "goes to the model’s provider you chose, and only there.")));
  return GTK_WIDGET (self);
}
