/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-provider-row.h"

#include "auth/ship-key-check.h"
#include "preferences/ship-address-row.h"
#include "preferences/ship-preferences-rows.h"

#include <glib/gi18n-lib.h>

struct _ShipProviderRow
{
  AdwExpanderRow parent_instance;
  char          *id;       /* (owned) */
  GSettings     *settings; /* (owned) */
  ShipModelList *models;   /* (owned) */
  GtkWidget     *icon;     /* (unowned) */
  GtkWidget     *key;      /* (unowned) (nullable): the entry; NULL: it needs no key */
  GtkWidget     *trouble;  /* (unowned): what is wrong with the key */
  GtkWidget     *test;     /* (unowned) */
  GtkWidget     *button;   /* (unowned): starts the test, or ends it */
  GtkWidget     *spinner;  /* (unowned) */
  GtkWidget     *forget;   /* (unowned): a row */
  GCancellable  *testing;  /* (owned) (nullable): of the test that is under way */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipProviderRow, ship_provider_row, ADW_TYPE_EXPANDER_ROW)

static const char *
get_name (ShipProviderRow *self)
{
  const ShipProvider *known = ship_provider_find (self->id);

  return known != NULL ? known->name : self->id;
}

static gboolean
is_closed (ShipProviderRow *self)
{
  return self->models == NULL;
}

/* --- a new key --- */

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipProviderRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  gboolean         is_stored = ship_llm_keys_store_finish (SHIP_LLM_KEYS (object), result, &error);
  const char      *variable = ship_llm_keys_get_variable (SHIP_LLM_KEYS (object), self->id);

  if (is_closed (self))
    return;
  gtk_widget_set_sensitive (self->key, TRUE);
  ship_preferences_trouble_set (self->trouble, self->key, is_stored ? NULL : error->message);
  if (!is_stored)
    return;
  sentence =
    variable != NULL
      ? g_strdup_printf (_ ("The key is in the keyring, but %s in the environment wins"), variable)
      : g_strdup_printf (_ ("The key for %s is in the keyring"), get_name (self));
  ship_preferences_say (GTK_WIDGET (self), sentence);
  ship_preferences_row_set_subtitle (self->test, _ ("It costs nothing"));
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The field is emptied whatever becomes of it: nothing of ours keeps a key. */
static void
key_applied_cb (AdwEntryRow *entry, ShipProviderRow *self)
{
  g_autoptr (GError) error = NULL;
  char *key = ship_key_check_clean (gtk_editable_get_text (GTK_EDITABLE (entry)), &error);

  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  /* The row takes that for something to apply. */
  adw_entry_row_set_show_apply_button (entry, FALSE);
  adw_entry_row_set_show_apply_button (entry, TRUE);
  ship_preferences_trouble_set (self->trouble, self->key, key == NULL ? error->message : NULL);
  if (key == NULL)
    return;
  gtk_widget_set_sensitive (self->key, FALSE);
  /* What was given is kept even if the window is closed meanwhile. */
  ship_llm_keys_store_async (ship_model_list_get_keys (self->models),
                             self->id,
                             key,
                             NULL,
                             stored_cb,
                             g_object_ref (self));
  ship_keyring_free_secret (key);
}

static void
key_typed_cb (GtkEditable *editable, ShipProviderRow *self)
{
  ship_preferences_trouble_set (self->trouble, self->key, NULL);
}

/* --- is it taken? --- */

static void
set_testing (ShipProviderRow *self, gboolean is_testing)
{
  g_autofree char *name = g_strdup_printf (is_testing ? _ ("Cancel the Test of the Key for %s")
                                                      : _ ("Test the Key for %s"),
                                           get_name (self));

  gtk_button_set_label (GTK_BUTTON (self->button), is_testing ? _ ("Cancel") : _ ("Test"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name,
                                  -1);
  gtk_widget_set_visible (self->spinner, is_testing);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_testing);
}

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  static const char *const words[] = {
    [SHIP_KEY_VERDICT_VALID] = N_ ("Accepted"),
    [SHIP_KEY_VERDICT_REFUSED] = N_ ("Refused"),
    [SHIP_KEY_VERDICT_UNREACHABLE] = N_ ("Unreachable"),
  };
  g_autoptr (ShipProviderRow) self = user_data;
  g_autofree char *sentence = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  ShipKeyVerdict verdict;

  if (ship_key_check_finish (result, &verdict, &sentence, &error))
    text = g_strdup_printf ("%s: %s", _ (words[verdict]), sentence);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    text = g_strdup (_ ("It costs nothing"));
  else
    text = g_strdup (error->message);
  if (is_closed (self))
    return;
  g_clear_object (&self->testing);
  set_testing (self, FALSE);
  ship_preferences_row_set_subtitle (self->test, text);
}

static void
test_cb (GtkButton *button, ShipProviderRow *self)
{
  if (self->testing != NULL)
    {
      g_cancellable_cancel (self->testing);
      return;
    }
  self->testing = g_cancellable_new ();
  set_testing (self, TRUE);
  ship_preferences_row_set_subtitle (self->test, _ ("Asking…"));
  ship_key_check_async (ship_model_list_get_keys (self->models),
                        ship_model_list_get_addresses (self->models),
                        self->id,
                        self->testing,
                        checked_cb,
                        g_object_ref (self));
}

/* --- no key any more --- */

static void
deleted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipProviderRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  gboolean is_deleted = ship_llm_keys_delete_finish (SHIP_LLM_KEYS (object), result, &error);

  if (is_closed (self))
    return;
  gtk_widget_set_sensitive (self->forget, TRUE);
  ship_preferences_trouble_set (self->trouble, NULL, is_deleted ? NULL : error->message);
  if (!is_deleted)
    return;
  sentence = g_strdup_printf (_ ("The keyring has no key for %s any more"), get_name (self));
  ship_preferences_say (GTK_WIDGET (self), sentence);
  ship_preferences_row_set_subtitle (self->test, _ ("It costs nothing"));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, ShipProviderRow *self)
{
  if (!g_str_equal (response, "delete") || is_closed (self))
    return;
  gtk_widget_set_sensitive (self->forget, FALSE);
  ship_llm_keys_delete_async (ship_model_list_get_keys (self->models),
                              self->id,
                              NULL,
                              deleted_cb,
                              g_object_ref (self));
}

static void
forget_cb (GtkButton *button, ShipProviderRow *self)
{
  GtkWidget       *dialog;
  g_autofree char *heading = g_strdup_printf (_ ("Delete the Key for %s?"), get_name (self));

  dialog = adw_message_dialog_new (
    GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
    heading,
    _ ("It is taken out of the keyring, and Ship keeps no copy. Sessions that "
       "use it stop at their next request."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel",
                                    _ ("Cancel"),
                                    "delete",
                                    _ ("Delete"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog),
                                              "delete",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- what the list found --- */

/* (transfer full) */
static char *
describe (ShipProviderRow *self, const ShipModelSource *source, guint n_models)
{
  const char *hint = source->hint != NULL ? source->hint : "";

  if (source->is_local || source->address == NULL)
    {
      if (n_models == 0)
        return source->address != NULL ? g_strdup_printf (_ ("Not found at %s"), source->address)
                                       : g_strdup (source->trouble);
      return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u model at %s", "%u models at %s", n_models),
        n_models,
        source->address);
    }
  switch (source->source)
    {
    case SHIP_KEY_SOURCE_ENVIRONMENT:
      return g_strdup_printf (_ ("From %s in the environment %s"), source->variable, hint);
    case SHIP_KEY_SOURCE_KEYRING:
      return g_strdup_printf (_ ("In the keyring %s"), hint);
    case SHIP_KEY_SOURCE_NONE:
      break;
    }
  return g_strdup (source->is_locked ? _ ("The keyring does not answer for it") : _ ("No key"));
}

void
ship_provider_row_set_source (ShipProviderRow *self, const ShipModelSource *source, guint n_models)
{
  g_autofree char *text = NULL;
  gboolean         is_usable;

  g_return_if_fail (SHIP_IS_PROVIDER_ROW (self));
  g_return_if_fail (source != NULL);

  is_usable = source->trouble == NULL;
  text = describe (self, source, n_models);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), g_strchomp (text));
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon),
                                is_usable          ? "emblem-ok-symbolic"
                                : source->is_local ? "network-server-symbolic"
                                                   : "dialog-password-symbolic");
  gtk_widget_remove_css_class (self->icon, is_usable ? "dim-label" : "success");
  gtk_widget_add_css_class (self->icon, is_usable ? "success" : "dim-label");
  if (self->key == NULL)
    return;
  gtk_widget_set_visible (self->test, source->source != SHIP_KEY_SOURCE_NONE);
  gtk_widget_set_visible (self->forget, source->source == SHIP_KEY_SOURCE_KEYRING);
}

const char *
ship_provider_row_get_provider (ShipProviderRow *self)
{
  g_return_val_if_fail (SHIP_IS_PROVIDER_ROW (self), NULL);

  return self->id;
}

/* --- the widget --- */

static void
ship_provider_row_dispose (GObject *object)
{
  ShipProviderRow *self = SHIP_PROVIDER_ROW (object);

  g_cancellable_cancel (self->testing);
  g_clear_object (&self->testing);
  g_clear_object (&self->settings);
  g_clear_object (&self->models);

  G_OBJECT_CLASS (ship_provider_row_parent_class)->dispose (object);
}

static void
ship_provider_row_finalize (GObject *object)
{
  g_free (SHIP_PROVIDER_ROW (object)->id);

  G_OBJECT_CLASS (ship_provider_row_parent_class)->finalize (object);
}

static void
ship_provider_row_class_init (ShipProviderRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_provider_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_provider_row_finalize;

  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_PROVIDER_ROW,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
}

static void
ship_provider_row_init (ShipProviderRow *self)
{
  self->icon = gtk_image_new_from_icon_name ("dialog-password-symbolic");
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), self->icon);
}

static void
add_key_rows (ShipProviderRow *self)
{
  AdwExpanderRow  *expander = ADW_EXPANDER_ROW (self);
  g_autofree char *delete_name = g_strdup_printf (_ ("Delete the Key for %s"), get_name (self));
  GtkWidget       *forget;

  self->key = g_object_new (ADW_TYPE_PASSWORD_ENTRY_ROW,
                            "title",
                            _ ("New Key for the Keyring"),
                            "show-apply-button",
                            TRUE,
                            NULL);
  self->trouble = ship_preferences_trouble_new ();
  self->test = ship_preferences_row_new (_ ("Does the Provider Take It?"), _ ("It costs nothing"));
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_valign (self->spinner, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->test), self->spinner);
  self->button = ship_preferences_row_add_button (self->test, _ ("Test"), "");
  self->forget = ship_preferences_row_new (_ ("Key in the Keyring"), NULL);
  forget = ship_preferences_row_add_button (self->forget, _ ("Delete…"), delete_name);
  adw_expander_row_add_row (expander, self->key);
  adw_expander_row_add_row (expander, self->trouble);
  adw_expander_row_add_row (expander, self->test);
  adw_expander_row_add_row (expander, self->forget);
  gtk_widget_set_visible (self->test, FALSE);
  gtk_widget_set_visible (self->forget, FALSE);
  set_testing (self, FALSE);
  g_signal_connect_object (self->key, "apply", G_CALLBACK (key_applied_cb), self, 0);
  g_signal_connect_object (self->key, "changed", G_CALLBACK (key_typed_cb), self, 0);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (test_cb), self, 0);
  g_signal_connect_object (forget, "clicked", G_CALLBACK (forget_cb), self, 0);
}

GtkWidget *
ship_provider_row_new (const char *provider, GSettings *settings, ShipModelList *models)
{
  ShipProviderRow    *self = g_object_new (SHIP_TYPE_PROVIDER_ROW, "use-markup", FALSE, NULL);
  const ShipProvider *known = ship_provider_find (provider);

  self->id = g_strdup (provider);
  self->settings = g_object_ref (settings);
  self->models = g_object_ref (models);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), get_name (self));
  if (known != NULL && known->credential_field != NULL)
    add_key_rows (self);
  ship_address_row_add (ADW_EXPANDER_ROW (self),
                        provider,
                        settings,
                        ship_model_list_get_addresses (models));
  return GTK_WIDGET (self);
}
