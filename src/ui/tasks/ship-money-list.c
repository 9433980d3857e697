/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tasks/ship-money-list.h"

#include "base/ship-settings.h"
#include "client/ship-day-money.h"
#include "session/ship-budget.h"
#include "tasks/ship-money-line.h"
#include "widgets/ship-say.h"

#include <glib/gi18n-lib.h>

struct _ShipMoneyList
{
  GtkWidget          parent_instance;
  ShipPaths         *paths;                       /* (owned) */
  GSettings         *settings;                    /* (owned) */
  ShipSessionHandle *handle;                      /* (owned) */
  GCancellable      *cancellable;                 /* (owned): of readings */
  GtkWidget         *box;                         /* (unowned): the only child */
  GtkWidget         *lines[SHIP_BUDGET_N_SCOPES]; /* (unowned) */
  ShipDayMoney       day;
  gboolean           is_reading;
  gboolean           is_stale; /* more was spent while it was read */
};

G_DEFINE_FINAL_TYPE (ShipMoneyList, ship_money_list, GTK_TYPE_WIDGET)

static const char *
get_key (ShipBudgetScope scope)
{
  const char *const keys[] = { SHIP_SETTING_TURN_BUDGET,
                               SHIP_SETTING_SESSION_BUDGET,
                               SHIP_SETTING_DAY_BUDGET };

  return keys[scope];
}

/* --- what is shown --- */

/* @task: 0: all */
static double
sum (const ShipSessionSnapshot *snapshot, gint64 task, gboolean *is_known)
{
  double spent = 0;

  *is_known = TRUE;
  for (guint i = 0; i < snapshot->exchanges->len; i++)
    {
      const ShipExchangeRow *exchange = snapshot->exchanges->pdata[i];

      if (task != 0 && exchange->task != task)
        continue;
      spent += MAX (exchange->cost, 0);
      *is_known = *is_known && exchange->cost >= 0;
    }

  return spent;
}

/* The one that runs, or ran last. */
static const ShipTaskRow *
find_task (const ShipSessionSnapshot *snapshot)
{
  const ShipTaskRow *found = NULL;

  for (guint i = 0; i < snapshot->tasks->len; i++)
    {
      const ShipTaskRow *task = snapshot->tasks->pdata[i];

      if (task->started_at != 0 && (found == NULL || task->started_at > found->started_at))
        found = task;
    }

  return found;
}

static void
show (ShipMoneyList *self, ShipBudgetScope scope, double spent, gboolean is_known, double own)
{
  double limit = ship_budget_resolve (own, g_settings_get_double (self->settings, get_key (scope)));

  if (scope == SHIP_BUDGET_DAY && limit > 0)
    limit += self->day.allowed;
  ship_money_line_set (SHIP_MONEY_LINE (self->lines[scope]), spent, is_known, limit, own != 0);
}

static void
update (ShipMoneyList *self)
{
  const ShipSessionSnapshot *snapshot = ship_session_handle_get_snapshot (self->handle);
  const ShipTaskRow         *task;
  gboolean                   is_known = TRUE;
  double                     spent;

  if (snapshot == NULL)
    return;
  task = find_task (snapshot);
  gtk_widget_set_visible (self->lines[SHIP_BUDGET_TURN], task != NULL);
  if (task != NULL)
    {
      spent = sum (snapshot, task->id, &is_known);
      show (self,
            SHIP_BUDGET_TURN,
            spent,
            is_known,
            task->turn_budget > 0 ? task->turn_budget : snapshot->session->turn_budget);
    }
  spent = sum (snapshot, 0, &is_known);
  show (self, SHIP_BUDGET_SESSION, spent, is_known, snapshot->session->session_budget);
  show (self, SHIP_BUDGET_DAY, self->day.spent, TRUE, 0);
}

static void read_day (ShipMoneyList *self);

static void
day_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipMoneyList) self = SHIP_MONEY_LIST (user_data);
  g_autoptr (GError) error = NULL;
  ShipDayMoney day;

  self->is_reading = FALSE;
  if (!ship_day_money_load_finish (result, &day, &error))
    {
      ship_say_error (GTK_WIDGET (self), error);
      return;
    }
  self->day = day;
  if (self->box == NULL)
    return;
  update (self);
  if (self->is_stale)
    read_day (self);
}

static void
read_day (ShipMoneyList *self)
{
  self->is_stale = self->is_reading;
  if (self->is_reading)
    return;

  self->is_reading = TRUE;
  ship_day_money_load_async (self->paths, self->cancellable, day_cb, g_object_ref (self));
}

static void
snapshot_cb (GObject *object, GParamSpec *pspec, ShipMoneyList *self)
{
  update (self);
  read_day (self);
}

static void
setting_cb (GSettings *settings, const char *key, ShipMoneyList *self)
{
  update (self);
}

/* --- another limit --- */

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipMoneyList) self = SHIP_MONEY_LIST (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    ship_say_error (GTK_WIDGET (self), error);
}

static void
limited_cb (ShipMoneyLine *line, double dollars, ShipMoneyList *self)
{
  ShipBudgetScope scope =
    GTK_WIDGET (line) == self->lines[SHIP_BUDGET_TURN] ? SHIP_BUDGET_TURN : SHIP_BUDGET_SESSION;

  ship_session_handle_call_async (
    self->handle,
    "SetBudget",
    g_variant_new ("(sd)", ship_budget_scope_to_string (scope), dollars),
    NULL,
    called_cb,
    g_object_ref (self));
}

/* --- the widget --- */

static void
ship_money_list_dispose (GObject *object)
{
  ShipMoneyList *self = SHIP_MONEY_LIST (object);

  g_cancellable_cancel (self->cancellable);
  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_money_list_parent_class)->dispose (object);
}

static void
ship_money_list_finalize (GObject *object)
{
  ShipMoneyList *self = SHIP_MONEY_LIST (object);

  g_clear_object (&self->handle);
  g_clear_object (&self->settings);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->paths, ship_paths_unref);

  G_OBJECT_CLASS (ship_money_list_parent_class)->finalize (object);
}

static void
ship_money_list_class_init (ShipMoneyListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_money_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_money_list_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
ship_money_list_init (ShipMoneyList *self)
{
  const char *const names[] = { _ ("Last Task"), _ ("Session"), _ ("Today, All Sessions") };
  g_autoptr (GtkSizeGroup) buttons = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  self->cancellable = g_cancellable_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    {
      /* The day is of all sessions, so its limit is a preference. */
      self->lines[i] =
        ship_money_line_new (names[i], i == SHIP_BUDGET_DAY ? "budgets" : NULL, buttons);
      g_signal_connect_object (self->lines[i], "limited", G_CALLBACK (limited_cb), self, 0);
      gtk_box_append (GTK_BOX (self->box), self->lines[i]);
    }
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_money_list_new (ShipPaths *paths, GSettings *settings, ShipSessionHandle *handle)
{
  ShipMoneyList *self = g_object_new (SHIP_TYPE_MONEY_LIST, NULL);

  self->paths = ship_paths_ref (paths);
  self->settings = g_object_ref (settings);
  self->handle = g_object_ref (handle);
  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    {
      g_autofree char *signal = g_strconcat ("changed::", get_key (i), NULL);

      g_signal_connect_object (settings, signal, G_CALLBACK (setting_cb), self, 0);
    }
  g_signal_connect_object (handle, "notify::snapshot", G_CALLBACK (snapshot_cb), self, 0);

  return GTK_WIDGET (self);
}
