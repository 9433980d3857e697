/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-model-picker.h"

#include "widgets/ship-drop-down.h"

#include <glib/gi18n-lib.h>

struct _ShipModelPicker
{
  GtkWidget           parent_instance;
  GtkWidget          *stack;     /* (unowned): the only child */
  GtkWidget          *drop_down; /* (unowned) */
  GtkWidget          *nothing;   /* (unowned): a label */
  GtkFilterListModel *models;    /* (owned): the available ones */
  char               *wanted;    /* (owned) (nullable): as soon as it is there */
};

typedef enum
{
  PROP_MODEL = 1,
} ShipModelPickerProperty;

static GParamSpec *properties[PROP_MODEL + 1];

G_DEFINE_FINAL_TYPE (ShipModelPicker, ship_model_picker, GTK_TYPE_WIDGET)

/* --- rows --- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 36);
  gtk_list_item_set_child (list_item, label);
}

static void
bind_short_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  ShipModelItem *item = gtk_list_item_get_item (list_item);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (list_item)),
                      ship_model_item_get_name (item));
}

static void
bind_long_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  ShipModelItem   *item = gtk_list_item_get_item (list_item);
  g_autofree char *provider = NULL;
  g_autofree char *text = NULL;

  g_object_get (item, "provider-name", &provider, NULL);
  text = g_strdup_printf ("%s – %s", ship_model_item_get_name (item), provider);
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (list_item)), text);
}

static GtkListItemFactory *
new_factory (GCallback bind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", bind, NULL);

  return factory;
}

/* --- what is chosen --- */

static void
select_wanted (ShipModelPicker *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->models));

  for (guint i = 0; self->wanted != NULL && i < n; i++)
    {
      g_autoptr (ShipModelItem) item = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      if (g_str_equal (ship_model_item_get_id (item), self->wanted))
        gtk_drop_down_set_selected (GTK_DROP_DOWN (self->drop_down), i);
    }
  gtk_stack_set_visible_child (GTK_STACK (self->stack), n > 0 ? self->drop_down : self->nothing);
}

static void
changed_cb (GListModel *models, guint position, guint removed, guint added, ShipModelPicker *self)
{
  select_wanted (self);
}

static void
chosen_cb (GtkDropDown *drop_down, GParamSpec *pspec, ShipModelPicker *self)
{
  const char *model = ship_model_picker_get_model (self);

  gtk_widget_set_tooltip_text (GTK_WIDGET (drop_down), model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

/* --- the widget --- */

static void
ship_model_picker_get_property (GObject    *object,
                                guint       property_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  switch ((ShipModelPickerProperty) property_id)
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
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->models);

  G_OBJECT_CLASS (ship_model_picker_parent_class)->dispose (object);
}

static void
ship_model_picker_finalize (GObject *object)
{
  g_free (SHIP_MODEL_PICKER (object)->wanted);

  G_OBJECT_CLASS (ship_model_picker_parent_class)->finalize (object);
}

static void
ship_model_picker_class_init (ShipModelPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = ship_model_picker_get_property;
  G_OBJECT_CLASS (klass)->dispose = ship_model_picker_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_model_picker_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  properties[PROP_MODEL] =
    g_param_spec_string ("model",
                         NULL,
                         NULL,
                         NULL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), G_N_ELEMENTS (properties), properties);
}

static void
ship_model_picker_init (ShipModelPicker *self)
{
}

static GtkWidget *
new_drop_down (ShipModelPicker *self)
{
  GtkExpression *expression = gtk_property_expression_new (SHIP_TYPE_MODEL_ITEM, NULL, "id");
  GtkWidget *widget = gtk_drop_down_new (g_object_ref (G_LIST_MODEL (self->models)), expression);
  GtkListItemFactory *button = new_factory (G_CALLBACK (bind_short_cb));
  GtkListItemFactory *list = new_factory (G_CALLBACK (bind_long_cb));

  gtk_drop_down_set_factory (GTK_DROP_DOWN (widget), button);
  gtk_drop_down_set_list_factory (GTK_DROP_DOWN (widget), list);
  gtk_drop_down_set_enable_search (GTK_DROP_DOWN (widget), TRUE);
  ship_drop_down_set_name (GTK_DROP_DOWN (widget), _ ("Model"));
  g_signal_connect_object (widget, "notify::selected", G_CALLBACK (chosen_cb), self, 0);
  g_object_unref (button);
  g_object_unref (list);

  return widget;
}

GtkWidget *
ship_model_picker_new (ShipModelList *models)
{
  ShipModelPicker *self = g_object_new (SHIP_TYPE_MODEL_PICKER, NULL);
  GtkExpression   *available =
    gtk_property_expression_new (SHIP_TYPE_MODEL_ITEM, NULL, "is-available");

  self->models = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (models)),
                                            GTK_FILTER (gtk_bool_filter_new (available)));
  self->stack = gtk_stack_new ();
  self->nothing = gtk_label_new (_ ("No model yet: “shipctl keys set PROVIDER” adds a key"));
  gtk_label_set_ellipsize (GTK_LABEL (self->nothing), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->nothing, "dim-label");
  gtk_widget_add_css_class (self->nothing, "caption");
  self->drop_down = new_drop_down (self);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_child (GTK_STACK (self->stack), self->nothing);
  gtk_stack_add_child (GTK_STACK (self->stack), self->drop_down);
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  g_signal_connect_object (self->models, "items-changed", G_CALLBACK (changed_cb), self, 0);
  select_wanted (self);

  return GTK_WIDGET (self);
}

const char *
ship_model_picker_get_model (ShipModelPicker *self)
{
  ShipModelItem *item;

  g_return_val_if_fail (SHIP_IS_MODEL_PICKER (self), NULL);

  item = gtk_drop_down_get_selected_item (GTK_DROP_DOWN (self->drop_down));
  return item != NULL ? ship_model_item_get_id (item) : NULL;
}

void
ship_model_picker_set_model (ShipModelPicker *self, const char *model)
{
  g_return_if_fail (SHIP_IS_MODEL_PICKER (self));

  g_free (self->wanted);
  self->wanted = g_strdup (model);
  select_wanted (self);
}
