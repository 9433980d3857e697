/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-palette-source.h"

#include "shell/ship-palette-item.h"
#include "widgets/ship-status.h"

#include <glib/gi18n-lib.h>

#define MOST_SESSIONS 5000

/* clang-format off */
static const struct { const char *action; const char *title; const char *icon; gboolean of_session; } actions[] = {
  { "win.new-session",       N_ ("New Session"),         "list-add-symbolic",                 FALSE },
  { "win.rehearse",          N_ ("Try a Rehearsal"),     "media-playback-start-symbolic",     FALSE },
  { "win.search",            N_ ("Search Sessions"),     "system-search-symbolic",            FALSE },
  { "win.stop",              N_ ("Stop the Agent"),      "media-playback-stop-symbolic",      TRUE },
  { "win.rename",            N_ ("Rename This Session"), "document-edit-symbolic",            TRUE },
  { "win.toggle-panel",      N_ ("Side Panel"),          "sidebar-show-right-symbolic",       TRUE },
  { "app.stop-all",          N_ ("Stop All Agents"),     "media-playback-stop-symbolic",      FALSE },
  { "app.preferences",       N_ ("Preferences"),         "preferences-system-symbolic",       FALSE },
  { "win.show-help-overlay", N_ ("Keyboard Shortcuts"),  "preferences-desktop-keyboard-shortcuts-symbolic", FALSE },
  { "app.about",             N_ ("About Ship"),          "help-about-symbolic",               FALSE },
  { "window.close",          N_ ("Close the Window"),    "window-close-symbolic",             FALSE },
  { "app.quit",              N_ ("Quit"),                "application-exit-symbolic",         FALSE },
};

static const struct { const char *page; const char *title; } pages[] = {
  { "general",    N_ ("General") },
  { "models",     N_ ("Models") },
  { "sandbox",    N_ ("Sandbox") },
  { "budgets",    N_ ("Budgets") },
  { "connectors", N_ ("Connectors") },
  { "privacy",    N_ ("Privacy") },
};
/* clang-format on */

/* Of the window every action is there; of the program what this build has. */
static gboolean
has_action (GtkApplication *application, const char *action)
{
  return !g_str_has_prefix (action, "app.") ||
         g_action_group_has_action (G_ACTION_GROUP (application), action + strlen ("app."));
}

static void
add_sessions (GPtrArray *items, GListModel *sessions)
{
  guint n = MIN (g_list_model_get_n_items (sessions), MOST_SESSIONS);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShipSessionItem) session = g_list_model_get_item (sessions, i);
      const ShipIndexRow *row = ship_session_item_get_row (session);

      g_ptr_array_add (items,
                       ship_palette_item_new (SHIP_PALETTE_KIND_SESSION,
                                              ship_status_lookup (row->state, NULL)->icon,
                                              row->title,
                                              row->repository_name,
                                              "win.open-session",
                                              g_variant_new_string (row->id)));
    }
}

static char *
dup_shortcut (GtkApplication *application, const char *action)
{
  g_auto (GStrv) accelerators = gtk_application_get_accels_for_action (application, action);
  GdkModifierType modifiers;
  guint           key;

  if (accelerators[0] == NULL || !gtk_accelerator_parse (accelerators[0], &key, &modifiers))
    return NULL;

  return gtk_accelerator_get_label (key, modifiers);
}

static void
add_actions (GPtrArray *items, GtkApplication *application, gboolean has_session)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autofree char *shortcut = dup_shortcut (application, actions[i].action);

      if (has_action (application, actions[i].action) && (has_session || !actions[i].of_session))
        g_ptr_array_add (items,
                         ship_palette_item_new (SHIP_PALETTE_KIND_ACTION,
                                                actions[i].icon,
                                                _ (actions[i].title),
                                                shortcut,
                                                actions[i].action,
                                                NULL));
    }
}

static void
add_models (GPtrArray *items, GListModel *models)
{
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ShipModelItem) model = g_list_model_get_item (models, i);
      g_autofree char *provider = NULL;

      if (!ship_model_item_is_available (model))
        continue;
      g_object_get (model, "provider-name", &provider, NULL);
      g_ptr_array_add (
        items,
        ship_palette_item_new (SHIP_PALETTE_KIND_MODEL,
                               "starred-symbolic",
                               ship_model_item_get_name (model),
                               provider,
                               "win.use-model",
                               g_variant_new_string (ship_model_item_get_id (model))));
    }
}

static void
add_settings (GPtrArray *items, GtkApplication *application)
{
  if (!has_action (application, "app.preferences-page"))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    g_ptr_array_add (items,
                     ship_palette_item_new (SHIP_PALETTE_KIND_SETTING,
                                            "preferences-system-symbolic",
                                            _ (pages[i].title),
                                            _ ("Preferences"),
                                            "app.preferences-page",
                                            g_variant_new_string (pages[i].page)));
}

GPtrArray *
ship_palette_source_list (GtkApplication  *application,
                          ShipSessionList *sessions,
                          ShipModelList   *models,
                          gboolean         has_session)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  add_sessions (items, G_LIST_MODEL (sessions));
  add_actions (items, application, has_session);
  add_models (items, G_LIST_MODEL (models));
  add_settings (items, application);

  return items;
}
