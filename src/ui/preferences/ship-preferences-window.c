/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-preferences-window.h"

#include "preferences/ship-budgets-page.h"
#include "preferences/ship-general-page.h"
#include "preferences/ship-models-page.h"
#include "preferences/ship-privacy-page.h"
#include "preferences/ship-sandbox-page.h"

#include <glib/gi18n-lib.h>

#define WIDTH  900
#define HEIGHT 680

struct _ShipPreferencesWindow
{
  AdwPreferencesWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (ShipPreferencesWindow, ship_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
ship_preferences_window_class_init (ShipPreferencesWindowClass *klass)
{
}

static void
ship_preferences_window_init (ShipPreferencesWindow *self)
{
}

static GtkWidget *
new_connectors_page (void)
{
  GtkWidget *page = g_object_new (ADW_TYPE_PREFERENCES_PAGE,
                                  "title",
                                  _ ("Connectors"),
                                  "icon-name",
                                  "network-workgroup-symbolic",
                                  NULL);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *status = g_object_new (
    ADW_TYPE_STATUS_PAGE,
    "icon-name",
    "network-workgroup-symbolic",
    "title",
    _ ("Nothing to Connect Yet"),
    "description",
    _ ("Work on this machine needs no connector: a session starts from a folder here, and comes "
       "back as a branch in it."),
    NULL);

  gtk_widget_add_css_class (status, "compact");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), status);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  return page;
}

/* The toolkit's own buttons have a tooltip, which GTK 4.8 takes for no name. */
static void
name_button (GtkWidget *button)
{
  const char *const icons[] = { "edit-find-symbolic", "view-reveal-symbolic", NULL };
  const char       *icon = gtk_button_get_icon_name (GTK_BUTTON (button));
  const char       *tooltip = gtk_widget_get_tooltip_text (button);

  if (icon == NULL || !g_strv_contains (icons, icon))
    return;

  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tooltip != NULL ? tooltip : _ ("Show the Text"),
                                  -1);
}

static void
name_buttons (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget))
    name_button (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_buttons (child);
}

GtkWidget *
ship_preferences_window_new (GtkWindow     *parent,
                             ShipPaths     *paths,
                             GSettings     *settings,
                             ShipModelList *models)
{
  AdwPreferencesWindow *self = g_object_new (SHIP_TYPE_PREFERENCES_WINDOW,
                                             "title",
                                             _ ("Preferences"),
                                             "modal",
                                             FALSE,
                                             "transient-for",
                                             parent,
                                             "destroy-with-parent",
                                             TRUE,
                                             "default-width",
                                             WIDTH,
                                             "default-height",
                                             HEIGHT,
                                             "search-enabled",
                                             TRUE,
                                             NULL);
  const char *const     names[] = {
        "general", "models", "sandbox", "budgets", "connectors", "privacy"
  };
  GtkWidget *const pages[] = {
    ship_general_page_new (settings),
    ship_models_page_new (paths, settings, models),
    ship_sandbox_page_new (paths, settings),
    ship_budgets_page_new (paths, settings),
    new_connectors_page (),
    ship_privacy_page_new (paths, settings),
  };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      adw_preferences_page_set_name (ADW_PREFERENCES_PAGE (pages[i]), names[i]);
      adw_preferences_window_add (self, ADW_PREFERENCES_PAGE (pages[i]));
    }
  name_buttons (GTK_WIDGET (self));

  return GTK_WIDGET (self);
}
