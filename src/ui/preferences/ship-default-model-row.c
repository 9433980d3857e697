/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-default-model-row.h"

#include "base/ship-settings.h"
#include "composer/ship-model-picker.h"
#include "preferences/ship-preferences-rows.h"
#include "usage/ship-model-choice.h"

#include <glib/gi18n-lib.h>

struct _ShipDefaultModelRow
{
  AdwExpanderRow parent_instance;
  char          *key;         /* (owned) */
  GSettings     *settings;    /* (owned) */
  ShipModelList *models;      /* (owned) */
  GtkWidget     *picker;      /* (unowned) */
  GtkWidget     *row;         /* (unowned): that it stands in */
  gboolean       is_updating; /* what changes is not what the user does */
};

G_DEFINE_FINAL_TYPE (ShipDefaultModelRow, ship_default_model_row, ADW_TYPE_EXPANDER_ROW)

/* --- in words --- */

/* "$3 in and $15 out for a million tokens, context 200,000". (transfer full) */
static char *
describe_model (ShipModelItem *item)
{
  const ShipPrice *price = ship_model_item_get_price (item);
  gint64           context = ship_model_item_get_context (item);
  GString         *text = g_string_new (NULL);

  if (price->input >= 0 && price->output >= 0)
    g_string_append_printf (text,
                            _ ("$%.2f in, $%.2f out for a million tokens"),
                            price->input,
                            price->output);
  else
    g_string_append (text, _ ("Price not known"));
  if (context > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("remembers %" G_GINT64_FORMAT "k tokens"), context / 1000);
    }
  return g_string_free (text, FALSE);
}

/* The cheapest of @provider's whose price is known and that can be used. (transfer full) (nullable)
 */
static char *
find_cheapest (ShipModelList *models, const char *provider)
{
  guint  n = g_list_model_get_n_items (G_LIST_MODEL (models));
  double least = G_MAXDOUBLE;
  char  *found = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShipModelItem) item = g_list_model_get_item (G_LIST_MODEL (models), i);
      const ShipPrice *price = ship_model_item_get_price (item);

      if (!ship_model_item_is_available (item) || price->input < 0 || price->output < 0 ||
          price->input + price->output >= least ||
          !g_str_equal (ship_model_item_get_provider (item), provider))
        continue;
      least = price->input + price->output;
      g_free (found);
      found = g_strdup (ship_model_item_get_id (item));
    }
  return found;
}

/* What a choice begins with: the model that was taken without one, since others may cost a hundred
 * times as much. (transfer full) (nullable): there is none */
static char *
dup_automatic (ShipDefaultModelRow *self)
{
  g_autofree char *setting = g_settings_get_string (self->settings, SHIP_SETTING_DEFAULT_MODEL);
  gboolean         is_default = g_str_equal (self->key, SHIP_SETTING_DEFAULT_MODEL);
  g_autofree char *model = NULL;
  g_autofree char *cheapest = NULL;
  g_autofree char *provider = NULL;
  ShipModelChoice  choice;

  model = ship_model_choice_make (self->models,
                                  g_getenv ("SHIP_MODEL"),
                                  is_default ? "" : setting,
                                  &choice,
                                  NULL);
  if (model == NULL || is_default)
    return g_steal_pointer (&model);
  provider = g_strndup (model, strcspn (model, "/"));
  cheapest = find_cheapest (self->models, provider);
  return cheapest != NULL ? g_steal_pointer (&cheapest) : g_steal_pointer (&model);
}

/* What is taken when nothing is set. (transfer full) */
static char *
describe_automatic (ShipDefaultModelRow *self)
{
  g_autofree char *model = NULL;
  g_autofree char *why = NULL;
  ShipModelChoice  choice;
  ShipModelItem   *item;

  if (!g_str_equal (self->key, SHIP_SETTING_DEFAULT_MODEL))
    return g_strdup (_ ("By itself: the cheapest known one of the session’s provider"));
  model = ship_model_choice_make (self->models, g_getenv ("SHIP_MODEL"), "", &choice, NULL);
  if (model == NULL)
    return g_strdup (_ ("There is none yet: set a key below, or start a local server"));
  why = ship_model_choice_to_text (choice, self->models, model);
  item = ship_model_list_find (self->models, model);
  return g_strdup_printf (_ ("By itself: %s (%s)"),
                          item != NULL ? ship_model_item_get_name (item) : model,
                          why);
}

/* @setting: not empty. (transfer full) */
static char *
describe_set (ShipDefaultModelRow *self, const char *setting)
{
  ShipModelItem *item = ship_model_list_find (self->models, setting);
  g_autoptr (GError) error = NULL;

  if (!ship_model_list_check (self->models, setting, &error))
    return g_strdup (error->message);
  return g_strdup (item != NULL ? ship_model_item_get_name (item) : setting);
}

/* --- the setting --- */

static void
update (ShipDefaultModelRow *self)
{
  g_autofree char *setting = g_settings_get_string (self->settings, self->key);
  gboolean         is_set = *setting != '\0';
  g_autofree char *text = is_set ? describe_set (self, setting) : describe_automatic (self);
  g_autofree char *details = NULL;
  ShipModelItem   *item = is_set ? ship_model_list_find (self->models, setting) : NULL;

  self->is_updating = TRUE;
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), text);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), is_set);
  if (is_set)
    ship_model_picker_set_model (SHIP_MODEL_PICKER (self->picker), setting);
  details = item != NULL ? describe_model (item) : NULL;
  ship_preferences_row_set_subtitle (self->row, details);
  self->is_updating = FALSE;
}

static void
setting_cb (GSettings *settings, const char *key, ShipDefaultModelRow *self)
{
  update (self);
}

static void
models_cb (GListModel          *models,
           guint                position,
           guint                removed,
           guint                added,
           ShipDefaultModelRow *self)
{
  update (self);
}

/* The picker follows the list as well: only what is chosen while nothing else moves is a choice. */
static void
take_choice (ShipDefaultModelRow *self)
{
  const char      *model = ship_model_picker_get_model (SHIP_MODEL_PICKER (self->picker));
  g_autofree char *copy = g_strdup (model);

  if (copy != NULL)
    g_settings_set_string (self->settings, self->key, copy);
}

static void
picked_cb (ShipModelPicker *picker, GParamSpec *pspec, ShipDefaultModelRow *self)
{
  g_autofree char *setting = g_settings_get_string (self->settings, self->key);
  const char      *model = ship_model_picker_get_model (picker);
  ShipModelItem   *item = ship_model_list_find (self->models, setting);

  /* A model that went away for a while (a key, a server) stays the setting. */
  if (self->is_updating || model == NULL || *setting == '\0' || item == NULL ||
      !ship_model_item_is_available (item))
    return;
  take_choice (self);
}

static void
enabled_cb (ShipDefaultModelRow *self, GParamSpec *pspec, gpointer user_data)
{
  gboolean is_enabled = adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (self));

  if (self->is_updating)
    return;
  if (is_enabled)
    {
      g_autofree char *model = dup_automatic (self);

      if (model != NULL)
        ship_model_picker_set_model (SHIP_MODEL_PICKER (self->picker), model);
      take_choice (self);
    }
  else
    g_settings_set_string (self->settings, self->key, "");
  if (is_enabled)
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), TRUE);
  update (self);
}

/* --- the widget --- */

/* The toolkit leaves the switch of an expander row without a name. */
static void
name_switch (GtkWidget *widget, const char *name)
{
  if (GTK_IS_SWITCH (widget))
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    name,
                                    -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_switch (child, name);
}

static void
ship_default_model_row_dispose (GObject *object)
{
  ShipDefaultModelRow *self = SHIP_DEFAULT_MODEL_ROW (object);

  if (self->models != NULL)
    g_signal_handlers_disconnect_by_data (self->models, self);
  g_clear_object (&self->models);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ship_default_model_row_parent_class)->dispose (object);
}

static void
ship_default_model_row_finalize (GObject *object)
{
  g_free (SHIP_DEFAULT_MODEL_ROW (object)->key);

  G_OBJECT_CLASS (ship_default_model_row_parent_class)->finalize (object);
}

static void
ship_default_model_row_class_init (ShipDefaultModelRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_default_model_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_default_model_row_finalize;
}

static void
ship_default_model_row_init (ShipDefaultModelRow *self)
{
}

GtkWidget *
ship_default_model_row_new (const char    *key,
                            const char    *title,
                            GSettings     *settings,
                            ShipModelList *models)
{
  ShipDefaultModelRow *self = g_object_new (SHIP_TYPE_DEFAULT_MODEL_ROW,
                                            "use-markup",
                                            FALSE,
                                            "title",
                                            title,
                                            "show-enable-switch",
                                            TRUE,
                                            NULL);
  g_autofree char     *changed = g_strconcat ("changed::", key, NULL);

  name_switch (GTK_WIDGET (self), title);
  self->key = g_strdup (key);
  self->settings = g_object_ref (settings);
  self->models = g_object_ref (models);
  self->row = ship_preferences_row_new (_ ("Model"), NULL);
  self->picker = ship_model_picker_new (models);
  gtk_widget_set_valign (self->picker, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->row), self->picker);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->row);
  update (self);
  g_signal_connect_object (settings, changed, G_CALLBACK (setting_cb), self, 0);
  g_signal_connect_object (models, "items-changed", G_CALLBACK (models_cb), self, 0);
  g_signal_connect_object (self->picker, "notify::model", G_CALLBACK (picked_cb), self, 0);
  g_signal_connect (self, "notify::enable-expansion", G_CALLBACK (enabled_cb), NULL);
  return GTK_WIDGET (self);
}
