/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-model-picker.h"

#include "composer/ship-model-entry.h"
#include "composer/ship-model-popover.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _ShipModelPicker
{
  GtkWidget      parent_instance;
  GtkWidget     *button;  /* (unowned): the only child */
  GtkWidget     *label;   /* (unowned): in the button */
  GtkWidget     *popover; /* (unowned): of the button */
  ShipModelList *models;  /* (owned) */
  char          *wanted;  /* (owned) (nullable): what is set */
  char          *told;    /* (owned) (nullable): what "model" was when it was notified last */
  char          *effort;  /* (owned) (nullable): NULL while nothing of the kind is offered */
  char          *why;     /* (owned) (nullable): it is locked */
};

typedef enum
{
  PROP_MODEL = 1,
} ShipModelPickerProperty;

static GParamSpec *properties[PROP_MODEL + 1];

enum
{
  CHOSEN,
  EFFORT_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipModelPicker, ship_model_picker, GTK_TYPE_WIDGET)

static ShipModelItem *
find_first (ShipModelPicker *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->models)); i++)
    {
      g_autoptr (ShipModelItem) item = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      if (ship_model_item_is_available (item))
        return item; /* the list has it */
    }

  return NULL;
}

/* What is set or, until something is, the first that can be used. */
static ShipModelItem *
find_item (ShipModelPicker *self)
{
  return self->wanted != NULL ? ship_model_list_find (self->models, self->wanted)
                              : find_first (self);
}

/* --- the button --- */

/* The name that is not in the list is what the user knows it by. */
static char *
dup_name (ShipModelPicker *self, ShipModelItem *item)
{
  const char *slash;

  if (item != NULL)
    return g_strdup (ship_model_item_get_name (item));
  if (self->wanted == NULL)
    return g_strdup (_ ("No Model Yet"));
  slash = strchr (self->wanted, '/');

  return g_strdup (slash != NULL ? slash + 1 : self->wanted);
}

static char *
dup_tooltip (ShipModelPicker *self, ShipModelItem *item)
{
  g_autofree char *detail = NULL;

  if (self->why != NULL)
    return g_strdup (self->why);
  if (item == NULL)
    return g_strdup (_ ("Choose a Model"));
  if (!ship_model_item_is_available (item))
    return g_strdup (ship_model_item_get_why_not (item));
  detail = ship_model_entry_describe (item);

  return g_strdup_printf ("%s\n%s", ship_model_item_get_id (item), detail);
}

static void
update_button (ShipModelPicker *self, ShipModelItem *item)
{
  g_autofree char *name = dup_name (self, item);
  g_autofree char *effort = NULL;
  g_autofree char *text = NULL;
  g_autofree char *label = NULL;
  g_autofree char *tooltip = dup_tooltip (self, item);

  if (self->effort != NULL && *self->effort != '\0')
    effort = ship_model_popover_effort_to_text (self->effort);
  text = effort != NULL ? g_strdup_printf ("%s · %s", name, effort) : g_strdup (name);
  label = g_strdup_printf (_ ("Model: %s"), text);
  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_widget_set_tooltip_text (self->button, tooltip);
  gtk_widget_set_sensitive (self->button, self->why == NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label,
                                  -1);
}

static void
update (ShipModelPicker *self)
{
  ShipModelItem *item = find_item (self);
  const char    *model = ship_model_picker_get_model (self);

  update_button (self, item);
  ship_model_popover_set_current (SHIP_MODEL_POPOVER (self->popover),
                                  item != NULL ? ship_model_item_get_id (item) : self->wanted,
                                  self->effort);
  if (g_strcmp0 (model, self->told) == 0)
    return;
  g_free (self->told);
  self->told = g_strdup (model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

static void
models_changed_cb (GListModel      *models,
                   guint            position,
                   guint            removed,
                   guint            added,
                   ShipModelPicker *self)
{
  update (self);
}

static void
chosen_cb (ShipModelPopover *popover, const char *model, ShipModelPicker *self)
{
  ship_model_picker_set_model (self, model);
  g_signal_emit (self, signals[CHOSEN], 0, model);
}

static void
effort_chosen_cb (ShipModelPopover *popover, const char *effort, ShipModelPicker *self)
{
  g_autofree char *copy = g_strdup (effort); /* its button goes */

  ship_model_picker_set_effort (self, copy);
  g_signal_emit (self, signals[EFFORT_CHOSEN], 0, copy);
}

/* --- the widget --- */

static void
ship_model_picker_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((ShipModelPickerProperty) id)
    {
    case PROP_MODEL:
      g_value_set_string (value, ship_model_picker_get_model (SHIP_MODEL_PICKER (object)));
      break;
    }
}

static void
ship_model_picker_dispose (GObject *object)
{
  ShipModelPicker *self = SHIP_MODEL_PICKER (object);

  if (self->models != NULL)
    g_signal_handlers_disconnect_by_data (self->models, self);
  g_clear_pointer (&self->button, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_model_picker_parent_class)->dispose (object);
}

static void
ship_model_picker_finalize (GObject *object)
{
  ShipModelPicker *self = SHIP_MODEL_PICKER (object);

  g_clear_object (&self->models);
  g_free (self->wanted);
  g_free (self->told);
  g_free (self->effort);
  g_free (self->why);

  G_OBJECT_CLASS (ship_model_picker_parent_class)->finalize (object);
}

static void
ship_model_picker_class_init (ShipModelPickerClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_model_picker_get_property;
  object_class->dispose = ship_model_picker_dispose;
  object_class->finalize = ship_model_picker_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (i == CHOSEN ? "chosen" : "effort-chosen",
                               SHIP_TYPE_MODEL_PICKER,
                               G_SIGNAL_RUN_LAST,
                               0,
                               NULL,
                               NULL,
                               NULL,
                               G_TYPE_NONE,
                               1,
                               G_TYPE_STRING);
}

static void
ship_model_picker_init (ShipModelPicker *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->button = gtk_menu_button_new ();
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (self->label), 4);
  gtk_label_set_max_width_chars (GTK_LABEL (self->label), 28);
  gtk_box_append (GTK_BOX (box), self->label);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("pan-down-symbolic"));
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), box);
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (self->button), GTK_ARROW_UP);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
ship_model_picker_new (ShipModelList *models)
{
  ShipModelPicker *self = g_object_new (SHIP_TYPE_MODEL_PICKER, NULL);

  self->models = g_object_ref (models);
  self->popover = ship_model_popover_new (models);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  g_signal_connect_object (self->popover, "chosen", G_CALLBACK (chosen_cb), self, 0);
  g_signal_connect_object (self->popover, "effort-chosen", G_CALLBACK (effort_chosen_cb), self, 0);
  g_signal_connect_object (models, "items-changed", G_CALLBACK (models_changed_cb), self, 0);
  update (self);

  return GTK_WIDGET (self);
}

const char *
ship_model_picker_get_model (ShipModelPicker *self)
{
  ShipModelItem *item;

  g_return_val_if_fail (SHIP_IS_MODEL_PICKER (self), NULL);

  item = find_item (self);
  return item != NULL && ship_model_item_is_available (item) ? ship_model_item_get_id (item) : NULL;
}

void
ship_model_picker_set_model (ShipModelPicker *self, const char *model)
{
  g_autofree char *old = NULL;

  g_return_if_fail (SHIP_IS_MODEL_PICKER (self));

  old = g_steal_pointer (&self->wanted);
  self->wanted = g_strdup (model);
  update (self);
}

void
ship_model_picker_set_effort (ShipModelPicker *self, const char *variant)
{
  g_autofree char *old = NULL;

  g_return_if_fail (SHIP_IS_MODEL_PICKER (self));

  old = g_steal_pointer (&self->effort);
  self->effort = g_strdup (variant);
  update (self);
}

const char *
ship_model_picker_get_effort (ShipModelPicker *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_PICKER (self), "");

  return self->effort != NULL ? self->effort : "";
}

void
ship_model_picker_set_locked (ShipModelPicker *self, const char *why)
{
  g_return_if_fail (SHIP_IS_MODEL_PICKER (self));

  if (g_strcmp0 (why, self->why) == 0)
    return;
  g_free (self->why);
  self->why = g_strdup (why);
  if (why != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
  update (self);
}

void
ship_model_picker_open (ShipModelPicker *self)
{
  g_return_if_fail (SHIP_IS_MODEL_PICKER (self));

  gtk_menu_button_popup (GTK_MENU_BUTTON (self->button));
}
