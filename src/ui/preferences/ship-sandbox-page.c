/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-sandbox-page.h"

#include "base/ship-settings.h"
#include "preferences/ship-check-row.h"
#include "preferences/ship-network-group.h"
#include "preferences/ship-preferences-rows.h"
#include "preferences/ship-toolchain-group.h"
#include "sandbox/ship-sandbox-limits.h"

#include <glib/gi18n-lib.h>

/*
 * One check after another, as the page is shown for the first time and on request:
 *
 *   check_all -> check_next -> checked_cb -> check_next … -> (all checked)
 */
struct _ShipSandboxPage
{
  AdwPreferencesPage parent_instance;
  ShipPaths         *paths;                      /* (owned) */
  GtkWidget         *kind;                       /* (unowned): a check row */
  GtkWidget         *rows[SHIP_DOCTOR_N_CHECKS]; /* (unowned) */
  GtkWidget         *again;                      /* (unowned) */
  GtkWidget         *spinner;                    /* (unowned) */
  GCancellable      *cancellable;                /* (owned) */
  guint              next;                       /* the check that is under way */
  gboolean           is_begun;
};

G_DEFINE_FINAL_TYPE (ShipSandboxPage, ship_sandbox_page, ADW_TYPE_PREFERENCES_PAGE)

static const char *const titles[SHIP_DOCTOR_N_CHECKS] = {
  [SHIP_DOCTOR_BUBBLEWRAP] = N_ ("Bubblewrap"),
  [SHIP_DOCTOR_SANDBOX] = N_ ("Trial Sandbox"),
  [SHIP_DOCTOR_OPENCODE] = N_ ("Agent (OpenCode)"),
  [SHIP_DOCTOR_RIPGREP] = N_ ("Search Program (ripgrep)"),
  [SHIP_DOCTOR_GIT] = N_ ("Git"),
  [SHIP_DOCTOR_IDENTITY] = N_ ("Your Name in Commits"),
  [SHIP_DOCTOR_KEYRING] = N_ ("Keyring"),
  [SHIP_DOCTOR_DATA_DISK] = N_ ("Room for Sessions"),
  [SHIP_DOCTOR_CACHE_DISK] = N_ ("Room for Copies of Repositories"),
  [SHIP_DOCTOR_WORKING_COPIES] = N_ ("Large Repositories"),
  [SHIP_DOCTOR_CACHE] = N_ ("Copies of Repositories"),
};

static void check_next (ShipSandboxPage *self);

static void
set_busy (ShipSandboxPage *self, gboolean is_busy)
{
  gtk_widget_set_visible (self->spinner, is_busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_busy);
  gtk_widget_set_sensitive (self->again, !is_busy);
}

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSandboxPage) self = user_data;
  g_autoptr (ShipDoctorFinding) finding = ship_doctor_check_finish (result);

  if (g_cancellable_is_cancelled (self->cancellable)) /* the window is closed */
    return;
  ship_check_row_set_finding (SHIP_CHECK_ROW (self->rows[self->next]), finding);
  if (self->next == SHIP_DOCTOR_SANDBOX)
    ship_check_row_set_verdict (SHIP_CHECK_ROW (self->kind), finding->result);
  self->next++;
  check_next (self);
}

static void
check_next (ShipSandboxPage *self)
{
  if (self->next < SHIP_DOCTOR_N_CHECKS)
    ship_doctor_check_async (self->paths,
                             self->next,
                             self->cancellable,
                             checked_cb,
                             g_object_ref (self));
  else
    set_busy (self, FALSE);
}

static void
check_all (ShipSandboxPage *self)
{
  self->is_begun = TRUE;
  self->next = 0;
  set_busy (self, TRUE);
  ship_check_row_set_finding (SHIP_CHECK_ROW (self->kind), NULL);
  for (guint i = 0; i < SHIP_DOCTOR_N_CHECKS; i++)
    ship_check_row_set_finding (SHIP_CHECK_ROW (self->rows[i]), NULL);
  check_next (self);
}

static void
again_cb (GtkButton *button, ShipSandboxPage *self)
{
  check_all (self);
}

/* --- the widget --- */

static void
ship_sandbox_page_map (GtkWidget *widget)
{
  ShipSandboxPage *self = SHIP_SANDBOX_PAGE (widget);

  GTK_WIDGET_CLASS (ship_sandbox_page_parent_class)->map (widget);
  if (!self->is_begun)
    check_all (self);
}

static void
ship_sandbox_page_dispose (GObject *object)
{
  g_cancellable_cancel (SHIP_SANDBOX_PAGE (object)->cancellable);

  G_OBJECT_CLASS (ship_sandbox_page_parent_class)->dispose (object);
}

static void
ship_sandbox_page_finalize (GObject *object)
{
  ShipSandboxPage *self = SHIP_SANDBOX_PAGE (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->paths, ship_paths_unref);

  G_OBJECT_CLASS (ship_sandbox_page_parent_class)->finalize (object);
}

static void
ship_sandbox_page_class_init (ShipSandboxPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_sandbox_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_sandbox_page_finalize;
  GTK_WIDGET_CLASS (klass)->map = ship_sandbox_page_map;
}

static void
ship_sandbox_page_init (ShipSandboxPage *self)
{
  self->cancellable = g_cancellable_new ();
}

static AdwPreferencesGroup *
add_group (ShipSandboxPage *self, const char *title, const char *description)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (group));
  return ADW_PREFERENCES_GROUP (group);
}

static void
add_rest (ShipSandboxPage *self, GSettings *settings)
{
  AdwPreferencesGroup *group = add_group (self, _ ("Rest"), NULL);
  const ShipNumberRow  idle = {
     .key = SHIP_SETTING_IDLE_SECONDS,
     .title = _ ("Sleep After"),
     .subtitle = _ ("A session without work frees its memory, and wakes when it is needed"),
     .least = 1,
     .most = 1440,
     .step = 1,
     .unit = 60,
     /* Translators: minutes; %s is the number. */
     .format = _ ("%s min"),
  };

  adw_preferences_group_add (group, ship_preferences_number_row_new (settings, &idle));
  adw_preferences_group_add (
    group,
    ship_preferences_switch_row_new (settings,
                                     SHIP_SETTING_WARM_SANDBOXES,
                                     _ ("Keep Sandboxes Warm"),
                                     _ ("New sessions in recent repositories start at once; each "
                                        "takes about 300 MB of memory while it waits")));
}

/* What a session may use; its own limits are set by shipctl limits, and where it hits one. */
static void
add_limits (ShipSandboxPage *self, GSettings *settings)
{
  AdwPreferencesGroup *group = add_group (
    self,
    _ ("Limits"),
    _ ("What a session may use. One that hits a limit stops alone, says which, and can go "
       "on with a higher one."));
  const ShipNumberRow rows[] = {
    { .key = ship_sandbox_limit_get_setting (SHIP_SANDBOX_LIMIT_MEMORY),
      .title = _ ("Memory"),
      .most = 1024,
      .step = 0.5,
      .unit = 1024,
      .digits = 1,
      .format = _ ("%s GiB"),
      .zero = _ ("By the Machine") },
    { .key = ship_sandbox_limit_get_setting (SHIP_SANDBOX_LIMIT_DISK),
      .title = _ ("Disk"),
      .subtitle = _ ("What it writes to its working copy, its home and /tmp"),
      .least = 0.0625,
      .most = 4096,
      .step = 1,
      .unit = 1024,
      .digits = 1,
      .format = _ ("%s GiB") },
    { .key = ship_sandbox_limit_get_setting (SHIP_SANDBOX_LIMIT_PROCESSES),
      .title = _ ("Processes"),
      .subtitle = _ ("Threads are counted among them"),
      .least = 64,
      .most = 65536,
      .step = 64,
      .unit = 1,
      .format = "%s" },
    { .key = ship_sandbox_limit_get_setting (SHIP_SANDBOX_LIMIT_CPU_WEIGHT),
      .title = _ ("Share of a Busy Processor"),
      .subtitle = _ ("Against 100 for each of your other programs"),
      .least = 1,
      .most = 10000,
      .step = 10,
      .unit = 1,
      .format = "%s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    adw_preferences_group_add (group, ship_preferences_number_row_new (settings, &rows[i]));
}

static void
add_checks (ShipSandboxPage *self)
{
  AdwPreferencesGroup *group =
    add_group (self, _ ("This Machine"), _ ("What sessions need, and whether it is here."));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->spinner = gtk_spinner_new ();
  self->again = gtk_button_new_with_label (_ ("Check Again"));
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->again, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), self->again);
  g_signal_connect_object (self->again, "clicked", G_CALLBACK (again_cb), self, 0);
  adw_preferences_group_set_header_suffix (group, box);
  for (guint i = 0; i < SHIP_DOCTOR_N_CHECKS; i++)
    {
      self->rows[i] = ship_check_row_new (_ (titles[i]), NULL);
      adw_preferences_group_add (group, self->rows[i]);
    }
}

GtkWidget *
ship_sandbox_page_new (ShipPaths *paths, GSettings *settings)
{
  ShipSandboxPage     *self = g_object_new (SHIP_TYPE_SANDBOX_PAGE,
                                        "title",
                                        _ ("Sandbox"),
                                        "icon-name",
                                        "security-high-symbolic",
                                        NULL);
  AdwPreferencesGroup *group;

  self->paths = ship_paths_ref (paths);
  group = add_group (self, _ ("Where Sessions Work"), NULL);
  self->kind = ship_check_row_new (
    _ ("Sandbox on This Machine"),
    _ ("Each session has its own: it sees its working copy, and nothing else of yours"));
  adw_preferences_group_add (group, self->kind);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self),
                            ADW_PREFERENCES_GROUP (ship_network_group_new (settings)));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self),
                            ADW_PREFERENCES_GROUP (ship_toolchain_group_new (paths, settings)));
  add_rest (self, settings);
  add_limits (self, settings);
  add_checks (self);
  set_busy (self, FALSE);
  return GTK_WIDGET (self);
}
