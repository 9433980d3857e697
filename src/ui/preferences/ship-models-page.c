/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-models-page.h"

#include "auth/ship-provider.h"
#include "base/ship-settings.h"
#include "doctor/ship-doctor.h"
#include "preferences/ship-address-row.h"
#include "preferences/ship-default-model-row.h"
#include "preferences/ship-preferences-rows.h"
#include "preferences/ship-provider-row.h"

#include <glib/gi18n-lib.h>

/*
 * Looks for keys and servers when it is shown, when a key or an address changes, and on request:
 *
 *   load -> keyring_cb (does it answer at all?) -> loaded_cb (what there is) -> show_sources
 *
 * What is asked for while that goes on is done once more after it.
 */
struct _ShipModelsPage
{
  AdwPreferencesPage   parent_instance;
  ShipPaths           *paths;       /* (owned) */
  GSettings           *settings;    /* (owned) */
  ShipModelList       *models;      /* (owned) */
  GtkWidget           *keyring;     /* (unowned): the group that says what is wrong with it */
  GtkWidget           *keyring_row; /* (unowned) */
  AdwPreferencesGroup *providers;   /* (unowned) */
  AdwPreferencesGroup *servers;     /* (unowned) */
  GtkWidget           *another;     /* (unowned): the row that adds a server */
  GtkWidget           *name;        /* (unowned): of it */
  GtkWidget           *address;     /* (unowned) */
  GtkWidget           *trouble;     /* (unowned) */
  GtkWidget           *spinner;     /* (unowned) */
  GPtrArray           *rows;        /* (owned) (element-type ShipProviderRow, unowned) */
  GCancellable        *cancellable; /* (owned) */
  gboolean             is_loading;
  gboolean             is_wanted; /* again */
};

G_DEFINE_FINAL_TYPE (ShipModelsPage, ship_models_page, ADW_TYPE_PREFERENCES_PAGE)

static void load (ShipModelsPage *self);

/* --- what there is --- */

static guint
count_models (ShipModelsPage *self, const char *provider)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->models));
  guint found = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShipModelItem) item = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      found += g_str_equal (ship_model_item_get_provider (item), provider) &&
               ship_model_item_is_available (item);
    }
  return found;
}

static const ShipModelSource *
find_source (ShipModelsPage *self, const char *id)
{
  GPtrArray *sources = ship_model_list_get_sources (self->models);

  for (guint i = 0; i < sources->len; i++)
    if (g_str_equal (((ShipModelSource *) sources->pdata[i])->id, id))
      return sources->pdata[i];
  return NULL;
}

static void
provider_changed_cb (ShipProviderRow *row, ShipModelsPage *self)
{
  load (self);
}

static ShipProviderRow *
find_row (ShipModelsPage *self, const ShipModelSource *source)
{
  ShipProviderRow *row;

  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (ship_provider_row_get_provider (self->rows->pdata[i]), source->id))
      return self->rows->pdata[i];
  row = SHIP_PROVIDER_ROW (ship_provider_row_new (source->id, self->settings, self->models));
  g_signal_connect_object (row, "changed", G_CALLBACK (provider_changed_cb), self, 0);
  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (source->is_local ? self->servers : self->providers, GTK_WIDGET (row));
  return row;
}

/* Of providers that are no longer in the settings. */
static void
remove_rows (ShipModelsPage *self)
{
  for (guint i = self->rows->len; i > 0; i--)
    {
      GtkWidget *row = self->rows->pdata[i - 1];

      if (find_source (self, ship_provider_row_get_provider (SHIP_PROVIDER_ROW (row))) != NULL)
        continue;
      g_ptr_array_remove_index (self->rows, i - 1);
      adw_preferences_group_remove (self->servers, row); /* only those can be forgotten */
    }
}

static void
show_sources (ShipModelsPage *self)
{
  GPtrArray *sources = ship_model_list_get_sources (self->models);
  guint      n_before = self->rows->len;

  for (guint i = 0; i < sources->len; i++)
    {
      const ShipModelSource *source = sources->pdata[i];

      /* The rehearsal is part of Ship: nothing about it can be set. */
      if (ship_provider_is_id (source->id))
        ship_provider_row_set_source (find_row (self, source),
                                      source,
                                      count_models (self, source->id));
    }
  remove_rows (self);
  if (self->rows->len == n_before)
    return;
  g_object_ref (self->another); /* it stays the last one */
  adw_preferences_group_remove (self->servers, self->another);
  adw_preferences_group_add (self->servers, self->another);
  g_object_unref (self->another);
}

/* A keyring that answers may still be locked, which only a key in it tells. */
static void
show_locked (ShipModelsPage *self)
{
  GPtrArray *sources = ship_model_list_get_sources (self->models);

  for (guint i = 0; i < sources->len; i++)
    {
      const ShipModelSource *source = sources->pdata[i];

      if (!source->is_locked || gtk_widget_get_visible (self->keyring))
        continue;
      ship_preferences_row_set_subtitle (self->keyring_row, source->trouble);
      gtk_widget_set_visible (self->keyring, TRUE);
    }
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipModelsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_loaded = ship_model_list_load_finish (SHIP_MODEL_LIST (object), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable)) /* the window is closed */
    return;
  self->is_loading = FALSE;
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), FALSE);
  if (!is_loaded)
    ship_preferences_say (GTK_WIDGET (self), error->message);
  show_sources (self);
  show_locked (self);
  if (self->is_wanted)
    load (self);
}

static void
keyring_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipModelsPage) self = user_data;
  g_autoptr (ShipDoctorFinding) finding = ship_doctor_check_finish (result);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  gtk_widget_set_visible (self->keyring, finding->result != SHIP_DOCTOR_GOOD);
  ship_preferences_row_set_subtitle (self->keyring_row, finding->detail);
  ship_model_list_load_async (self->models, self->cancellable, loaded_cb, g_object_ref (self));
}

static void
load (ShipModelsPage *self)
{
  self->is_wanted = self->is_loading;
  if (self->is_loading)
    return;
  self->is_loading = TRUE;
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), TRUE);
  ship_doctor_check_async (self->paths,
                           SHIP_DOCTOR_KEYRING,
                           self->cancellable,
                           keyring_cb,
                           g_object_ref (self));
}

static void
again_cb (GtkButton *button, ShipModelsPage *self)
{
  load (self);
}

static void
addresses_changed_cb (ShipProviderAddresses *addresses, ShipModelsPage *self)
{
  load (self);
}

/* --- another server --- */

static gboolean
judge_another (ShipModelsPage *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  const char *uri = gtk_editable_get_text (GTK_EDITABLE (self->address));
  g_autoptr (GError) error = NULL;
  gboolean is_good = *name != '\0' && *uri != '\0';

  if (*uri != '\0' && *name == '\0')
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The server needs a name."));
  else if (is_good)
    is_good = ship_provider_addresses_check (name, uri, &error);
  ship_preferences_trouble_set (self->trouble,
                                self->address,
                                error != NULL ? error->message : NULL);
  return is_good;
}

static void
another_typed_cb (GtkEditable *editable, ShipModelsPage *self)
{
  judge_another (self);
}

static void
another_applied_cb (AdwEntryRow *row, ShipModelsPage *self)
{
  g_autofree char *name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name)));
  g_autofree char *uri = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address)));

  if (!judge_another (self))
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->address), "");
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->another), FALSE);
  ship_address_row_write (self->settings, name, uri);
}

static GtkWidget *
new_another (ShipModelsPage *self)
{
  AdwExpanderRow *row = g_object_new (ADW_TYPE_EXPANDER_ROW,
                                      "title",
                                      _ ("Another Server"),
                                      "subtitle",
                                      _ ("One that speaks as OpenAI’s does"),
                                      NULL);

  adw_expander_row_add_prefix (row, gtk_image_new_from_icon_name ("list-add-symbolic"));
  self->name = g_object_new (ADW_TYPE_ENTRY_ROW, "title", _ ("Name, in Small Letters"), NULL);
  self->address = g_object_new (ADW_TYPE_ENTRY_ROW,
                                "title",
                                _ ("Address"),
                                "show-apply-button",
                                TRUE,
                                "input-purpose",
                                GTK_INPUT_PURPOSE_URL,
                                NULL);
  self->trouble = ship_preferences_trouble_new ();
  adw_expander_row_add_row (row, self->name);
  adw_expander_row_add_row (row, self->address);
  adw_expander_row_add_row (row, self->trouble);
  g_signal_connect_object (self->name, "changed", G_CALLBACK (another_typed_cb), self, 0);
  g_signal_connect_object (self->address, "changed", G_CALLBACK (another_typed_cb), self, 0);
  g_signal_connect_object (self->address, "apply", G_CALLBACK (another_applied_cb), self, 0);
  return GTK_WIDGET (row);
}

/* --- the widget --- */

static void
ship_models_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ship_models_page_parent_class)->map (widget);
  load (SHIP_MODELS_PAGE (widget));
}

static void
ship_models_page_dispose (GObject *object)
{
  ShipModelsPage *self = SHIP_MODELS_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->models);

  G_OBJECT_CLASS (ship_models_page_parent_class)->dispose (object);
}

static void
ship_models_page_finalize (GObject *object)
{
  ShipModelsPage *self = SHIP_MODELS_PAGE (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->paths, ship_paths_unref);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (ship_models_page_parent_class)->finalize (object);
}

static void
ship_models_page_class_init (ShipModelsPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_models_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_models_page_finalize;
  GTK_WIDGET_CLASS (klass)->map = ship_models_page_map;
}

static void
ship_models_page_init (ShipModelsPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
}

static AdwPreferencesGroup *
add_group (ShipModelsPage *self, const char *title, const char *description)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (group));
  return ADW_PREFERENCES_GROUP (group);
}

static void
add_keyring (ShipModelsPage *self)
{
  AdwPreferencesGroup *group = add_group (self, NULL, NULL);
  GtkWidget           *again;

  self->keyring = GTK_WIDGET (group);
  self->keyring_row = ship_preferences_row_new (_ ("Keys Cannot Be Kept Now"), NULL);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self->keyring_row),
                             gtk_image_new_from_icon_name ("dialog-password-symbolic"));
  again = ship_preferences_row_add_button (self->keyring_row,
                                           _ ("Try Again"),
                                           _ ("Try the Keyring Again"));
  g_signal_connect_object (again, "clicked", G_CALLBACK (again_cb), self, 0);
  adw_preferences_group_add (group, self->keyring_row);
  gtk_widget_set_visible (self->keyring, FALSE);
}

/* @day: "2026-09-30". (transfer full) */
static char *
format_date (const char *day)
{
  g_autofree char *noon = g_strconcat (day, "T12:00:00", NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (noon, zone);

  /* Translators: a day, as "30 September 2026". */
  return date != NULL ? g_date_time_format (date, _ ("%-d %B %Y")) : g_strdup (day);
}

static void
add_defaults (ShipModelsPage *self)
{
  g_autofree char     *date = format_date (ship_model_list_get_price_date (self->models));
  g_autofree char     *text = NULL;
  AdwPreferencesGroup *group;

  text = g_strdup_printf (_ ("Each session can have another one. Prices are those of %s."), date);
  group = add_group (self, _ ("Models to Work With"), text);
  adw_preferences_group_add (group,
                             ship_default_model_row_new (SHIP_SETTING_DEFAULT_MODEL,
                                                         _ ("Choose the Default Model"),
                                                         self->settings,
                                                         self->models));
  adw_preferences_group_add (group,
                             ship_default_model_row_new (SHIP_SETTING_SMALL_MODEL,
                                                         _ ("Choose the Model for Small Things"),
                                                         self->settings,
                                                         self->models));
}

static void
add_look_again (ShipModelsPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *again = gtk_button_new_with_label (_ ("Look Again"));

  self->spinner = gtk_spinner_new ();
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), again);
  g_signal_connect_object (again, "clicked", G_CALLBACK (again_cb), self, 0);
  adw_preferences_group_set_header_suffix (self->servers, box);
}

GtkWidget *
ship_models_page_new (ShipPaths *paths, GSettings *settings, ShipModelList *models)
{
  ShipModelsPage *self = g_object_new (SHIP_TYPE_MODELS_PAGE,
                                       "title",
                                       _ ("Models"),
                                       "icon-name",
                                       "applications-science-symbolic",
                                       NULL);

  self->paths = ship_paths_ref (paths);
  self->settings = g_object_ref (settings);
  self->models = g_object_ref (models);
  add_keyring (self);
  add_defaults (self);
  self->providers = add_group (self,
                               _ ("Providers"),
                               _ ("Keys are kept in the keyring only. One in the environment wins "
                                  "over it. Agents never see them."));
  self->servers = add_group (self, _ ("Servers of Your Own"), _ ("They need no key."));
  add_look_again (self);
  self->another = new_another (self);
  adw_preferences_group_add (self->servers, self->another);
  show_sources (self);
  g_signal_connect_object (ship_model_list_get_addresses (models),
                           "changed",
                           G_CALLBACK (addresses_changed_cb),
                           self,
                           0);
  return GTK_WIDGET (self);
}
