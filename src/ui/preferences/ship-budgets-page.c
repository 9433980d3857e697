/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-budgets-page.h"

#include "base/ship-settings.h"
#include "client/ship-day-money.h"
#include "preferences/ship-preferences-rows.h"
#include "session/ship-budget.h"
#include "usage/ship-usage.h"

#include <glib/gi18n-lib.h>

struct _ShipBudgetsPage
{
  AdwPreferencesPage parent_instance;
  ShipPaths         *paths;       /* (owned) */
  GtkWidget         *today;       /* (unowned): a row */
  GtkWidget         *money;       /* (unowned): the label in it */
  GCancellable      *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipBudgetsPage, ship_budgets_page, ADW_TYPE_PREFERENCES_PAGE)

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipBudgetsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *spent = NULL;
  g_autofree char *more = NULL;
  g_autofree char *note = NULL;
  ShipDayMoney     money;

  if (ship_day_money_load_finish (result, &money, &error))
    {
      spent = ship_usage_format_cost (money.spent);
      more = ship_budget_format (money.allowed);
      note = money.allowed > 0 ? g_strdup_printf (_ ("You allowed %s more for today"), more) : NULL;
      gtk_label_set_text (GTK_LABEL (self->money), spent);
      ship_preferences_row_set_subtitle (
        self->today,
        note != NULL ? note : _ ("By all sessions, as far as prices are known"));
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      gtk_label_set_text (GTK_LABEL (self->money), "—");
      ship_preferences_row_set_subtitle (self->today, error->message);
    }
}

/* --- the widget --- */

static void
ship_budgets_page_map (GtkWidget *widget)
{
  ShipBudgetsPage *self = SHIP_BUDGETS_PAGE (widget);

  GTK_WIDGET_CLASS (ship_budgets_page_parent_class)->map (widget);
  ship_day_money_load_async (self->paths, self->cancellable, loaded_cb, g_object_ref (self));
}

static void
ship_budgets_page_dispose (GObject *object)
{
  g_cancellable_cancel (SHIP_BUDGETS_PAGE (object)->cancellable);

  G_OBJECT_CLASS (ship_budgets_page_parent_class)->dispose (object);
}

static void
ship_budgets_page_finalize (GObject *object)
{
  ShipBudgetsPage *self = SHIP_BUDGETS_PAGE (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->paths, ship_paths_unref);

  G_OBJECT_CLASS (ship_budgets_page_parent_class)->finalize (object);
}

static void
ship_budgets_page_class_init (ShipBudgetsPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_budgets_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_budgets_page_finalize;
  GTK_WIDGET_CLASS (klass)->map = ship_budgets_page_map;
}

static void
ship_budgets_page_init (ShipBudgetsPage *self)
{
  self->cancellable = g_cancellable_new ();
}

static GtkWidget *
new_today (ShipBudgetsPage *self)
{
  GtkWidget *group = adw_preferences_group_new ();

  self->today = ship_preferences_row_new (_ ("Spent Today"), NULL);
  self->money = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->money, "numeric");
  gtk_label_set_selectable (GTK_LABEL (self->money), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->today), self->money);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->today);
  return group;
}

static GtkWidget *
new_limits (GSettings *settings)
{
  const ShipNumberRow rows[] = {
    { .key = SHIP_SETTING_TURN_BUDGET,
      .title = _ ("For a Turn"),
      .subtitle = _ ("From one prompt until the agent is done") },
    { .key = SHIP_SETTING_SESSION_BUDGET,
      .title = _ ("For a Session"),
      .subtitle = _ ("Each session can have a budget of its own instead") },
    { .key = SHIP_SETTING_DAY_BUDGET,
      .title = _ ("For a Day"),
      .subtitle = _ ("All sessions together") },
  };
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Budgets"));
  adw_preferences_group_set_description (
    ADW_PREFERENCES_GROUP (group),
    _ ("A session that would spend more waits, and asks you first."));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ShipNumberRow what = rows[i];

      what.most = SHIP_BUDGET_MAX;
      what.step = 0.5;
      what.unit = 1;
      what.digits = 2;
      /* Translators: US dollars; %s is the number. */
      what.format = _ ("$%s");
      what.zero = _ ("No Limit");
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                                 ship_preferences_number_row_new (settings, &what));
    }
  return group;
}

GtkWidget *
ship_budgets_page_new (ShipPaths *paths, GSettings *settings)
{
  ShipBudgetsPage *self = g_object_new (SHIP_TYPE_BUDGETS_PAGE,
                                        "title",
                                        _ ("Budgets"),
                                        "icon-name",
                                        "accessories-calculator-symbolic",
                                        NULL);

  self->paths = ship_paths_ref (paths);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (new_today (self)));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self),
                            ADW_PREFERENCES_GROUP (new_limits (settings)));
  return GTK_WIDGET (self);
}
