/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-model-popover.h"

#include "composer/ship-model-entry.h"
#include "widgets/ship-list-scroll.h"

#include <glib/gi18n-lib.h>

#define WIDTH      316
#define HEIGHT     340
#define KEY_EFFORT "ship-model-popover-effort"

struct _ShipModelPopover
{
  GtkPopover     parent_instance;
  ShipModelList *models;      /* (owned) */
  GListStore    *entries;     /* (owned) (element-type ShipModelEntry) */
  GCancellable  *cancellable; /* (owned): of reading the models */
  GtkWidget     *search;      /* (unowned) */
  GtkWidget     *list;        /* (unowned) */
  GtkWidget     *nothing;     /* (unowned): a label in place of the list */
  GtkWidget     *pages;       /* (unowned): a stack of both */
  GtkWidget     *efforts;     /* (unowned): a box */
  GtkWidget     *buttons;     /* (unowned): a flow box of toggles */
  char          *model;       /* (owned) (nullable): the one in use */
  char          *effort;      /* (owned) (nullable): of that */
};

enum
{
  CHOSEN,
  EFFORT_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipModelPopover, ship_model_popover, GTK_TYPE_POPOVER)

/* --- the list --- */

static void
refill (ShipModelPopover *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));
  g_autoptr (GPtrArray) entries = ship_model_entries_new (G_LIST_MODEL (self->models), text);

  g_list_store_splice (self->entries,
                       0,
                       g_list_model_get_n_items (G_LIST_MODEL (self->entries)),
                       entries->pdata,
                       entries->len);
  gtk_label_set_text (GTK_LABEL (self->nothing),
                      *text != '\0' ? _ ("No model has this in its name")
                                    : _ ("There are no models"));
  for (guint i = 0; i < entries->len && *text == '\0'; i++)
    {
      ShipModelItem *item = ship_model_entry_get_item (entries->pdata[i]);

      if (item != NULL && g_strcmp0 (ship_model_item_get_id (item), self->model) == 0)
        ship_list_scroll_to (GTK_LIST_VIEW (self->list), i);
    }
  gtk_stack_set_visible_child (GTK_STACK (self->pages),
                               entries->len > 0 ? gtk_widget_get_parent (self->list)
                                                : self->nothing);
}

static void
choose (ShipModelPopover *self, ShipModelEntry *entry)
{
  ShipModelItem   *item = ship_model_entry_get_item (entry);
  g_autofree char *id = NULL;

  if (item == NULL || !ship_model_entry_is_available (entry))
    return;
  id = g_strdup (ship_model_item_get_id (item));
  gtk_popover_popdown (GTK_POPOVER (self));
  if (g_strcmp0 (id, self->model) != 0)
    g_signal_emit (self, signals[CHOSEN], 0, id);
}

static void
activated_cb (GtkListView *list, guint position, ShipModelPopover *self)
{
  g_autoptr (ShipModelEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->entries), position);

  if (entry != NULL)
    choose (self, entry);
}

/* Enter in the search takes the first that can be used. */
static void
search_activated_cb (GtkSearchEntry *search, ShipModelPopover *self)
{
  refill (self); /* what was typed last may not be searched for yet */
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->entries)); i++)
    {
      g_autoptr (ShipModelEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->entries), i);

      if (ship_model_entry_get_item (entry) == NULL || !ship_model_entry_is_available (entry))
        continue;
      choose (self, entry);
      return;
    }
}

static gboolean
search_key_cb (GtkEventControllerKey *controller,
               guint                  keyval,
               guint                  keycode,
               GdkModifierType        state,
               ShipModelPopover      *self)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;

  gtk_widget_child_focus (self->list, GTK_DIR_TAB_FORWARD);
  return GDK_EVENT_STOP;
}

static void
search_changed_cb (GtkSearchEntry *search, ShipModelPopover *self)
{
  refill (self);
}

static void
stop_search_cb (GtkSearchEntry *search, ShipModelPopover *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
models_changed_cb (GListModel       *models,
                   guint             position,
                   guint             removed,
                   guint             added,
                   ShipModelPopover *self)
{
  refill (self);
}

/* --- its rows --- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *title = gtk_label_new (NULL);
  GtkWidget *detail = gtk_label_new (NULL);
  GtkWidget *check = gtk_image_new_from_icon_name ("object-select-symbolic");

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (detail), 0);
  gtk_label_set_width_chars (GTK_LABEL (detail), 10);
  gtk_label_set_wrap (GTK_LABEL (detail), TRUE);
  gtk_widget_add_css_class (detail, "dim-label");
  gtk_widget_add_css_class (detail, "caption");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), title);
  gtk_box_append (GTK_BOX (words), detail);
  gtk_box_append (GTK_BOX (row), words);
  gtk_box_append (GTK_BOX (row), check);
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, ShipModelPopover *self)
{
  ShipModelEntry *entry = gtk_list_item_get_item (list_item);
  ShipModelItem  *item = ship_model_entry_get_item (entry);
  GtkWidget      *row = gtk_list_item_get_child (list_item);
  GtkWidget      *title = gtk_widget_get_first_child (gtk_widget_get_first_child (row));
  GtkWidget      *detail = gtk_widget_get_next_sibling (title);
  gboolean is_current = item != NULL && g_strcmp0 (ship_model_item_get_id (item), self->model) == 0;
  gboolean can_use = item != NULL && ship_model_entry_is_available (entry);

  gtk_label_set_text (GTK_LABEL (title), ship_model_entry_get_title (entry));
  gtk_label_set_text (GTK_LABEL (detail), ship_model_entry_get_detail (entry));
  gtk_widget_set_visible (detail, *ship_model_entry_get_detail (entry) != '\0');
  gtk_widget_set_opacity (gtk_widget_get_last_child (row), is_current ? 1 : 0);
  gtk_widget_set_css_classes (
    title,
    (const char *[]){ item == NULL ? "model-provider" : "model-name", NULL });
  gtk_widget_set_sensitive (row, item == NULL || can_use);
  gtk_widget_set_tooltip_text (row,
                               item != NULL && !can_use ? ship_model_item_get_why_not (item)
                                                        : NULL);
  gtk_list_item_set_activatable (list_item, can_use);
  gtk_list_item_set_selectable (list_item, FALSE);
}

/* --- effort --- */

char *
ship_model_popover_effort_to_text (const char *variant)
{
  char *text;

  if (*variant == '\0')
    return g_strdup (_ ("Default"));
  text = g_strdup (variant);
  text[0] = g_ascii_toupper (text[0]);

  return text;
}

static void
effort_cb (GtkToggleButton *button, ShipModelPopover *self)
{
  const char *effort = g_object_get_data (G_OBJECT (button), KEY_EFFORT);

  if (gtk_toggle_button_get_active (button) && g_strcmp0 (effort, self->effort) != 0)
    g_signal_emit (self, signals[EFFORT_CHOSEN], 0, effort);
}

static void
add_effort (ShipModelPopover *self, const char *effort, GtkToggleButton *group)
{
  g_autofree char *label = ship_model_popover_effort_to_text (effort);
  GtkWidget       *button = gtk_toggle_button_new_with_label (label);

  g_object_set_data_full (G_OBJECT (button), KEY_EFFORT, g_strdup (effort), g_free);
  if (group != NULL)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), group);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), g_strcmp0 (effort, self->effort) == 0);
  gtk_widget_add_css_class (button, "effort");
  g_signal_connect_object (button, "toggled", G_CALLBACK (effort_cb), self, 0);
  gtk_flow_box_append (GTK_FLOW_BOX (self->buttons), button);
  gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
}

static void
refill_efforts (ShipModelPopover *self)
{
  ShipModelItem *item =
    self->model != NULL ? ship_model_list_find (self->models, self->model) : NULL;
  const char *const *variants = item != NULL ? ship_model_item_get_variants (item) : NULL;
  GtkWidget         *child;
  gboolean           is_shown = self->effort != NULL && variants != NULL && variants[0] != NULL;

  while ((child = gtk_widget_get_first_child (self->buttons)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (self->buttons), child);
  gtk_widget_set_visible (self->efforts, is_shown);
  if (!is_shown)
    return;

  add_effort (self, "", NULL);
  child = gtk_widget_get_first_child (gtk_widget_get_first_child (self->buttons));
  for (guint i = 0; variants[i] != NULL; i++)
    add_effort (self, variants[i], GTK_TOGGLE_BUTTON (child));
}

/* --- opening --- */

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipModelPopover) self = SHIP_MODEL_POPOVER (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_model_list_load_finish (SHIP_MODEL_LIST (object), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("the models could not be read again: %s", error->message);
}

/* A key or a server may have come since. */
static void
shown_cb (ShipModelPopover *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  refill (self);
  refill_efforts (self);
  gtk_widget_grab_focus (self->search);
  ship_model_list_load_async (self->models, self->cancellable, loaded_cb, g_object_ref (self));
}

/* --- the widget --- */

static void
ship_model_popover_dispose (GObject *object)
{
  ShipModelPopover *self = SHIP_MODEL_POPOVER (object);

  g_cancellable_cancel (self->cancellable);
  if (self->models != NULL)
    g_signal_handlers_disconnect_by_data (self->models, self);
  g_clear_object (&self->models);

  G_OBJECT_CLASS (ship_model_popover_parent_class)->dispose (object);
}

static void
ship_model_popover_finalize (GObject *object)
{
  ShipModelPopover *self = SHIP_MODEL_POPOVER (object);

  g_object_unref (self->entries);
  g_object_unref (self->cancellable);
  g_free (self->model);
  g_free (self->effort);

  G_OBJECT_CLASS (ship_model_popover_parent_class)->finalize (object);
}

static void
ship_model_popover_class_init (ShipModelPopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_model_popover_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_model_popover_finalize;

  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (i == CHOSEN ? "chosen" : "effort-chosen",
                               SHIP_TYPE_MODEL_POPOVER,
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
init_list (ShipModelPopover *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget          *scroller = gtk_scrolled_window_new ();
  GtkNoSelection *selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->entries)));

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (selection), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Models"),
                                  -1);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activated_cb), self, 0);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  self->nothing = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->nothing, "dim-label");
  self->pages = gtk_stack_new ();
  gtk_stack_add_child (GTK_STACK (self->pages), scroller);
  gtk_stack_add_child (GTK_STACK (self->pages), self->nothing);
  gtk_widget_set_size_request (self->pages, WIDTH, HEIGHT);
}

static void
init_search (ShipModelPopover *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->search = gtk_search_entry_new ();
  g_object_set (self->search, "placeholder-text", _ ("Search models"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search models"),
                                  -1);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (search_key_cb), self, 0);
  gtk_widget_add_controller (self->search, keys);
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (search_changed_cb), self, 0);
  g_signal_connect_object (self->search, "activate", G_CALLBACK (search_activated_cb), self, 0);
  g_signal_connect_object (self->search, "stop-search", G_CALLBACK (stop_search_cb), self, 0);
}

static void
init_efforts (ShipModelPopover *self)
{
  GtkWidget *label = gtk_label_new (_ ("Effort"));

  self->efforts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->buttons = gtk_flow_box_new ();
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "model-provider");
  gtk_widget_set_tooltip_text (label, _ ("How hard the model thinks before it answers"));
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->buttons), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->buttons), 4);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (self->buttons), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->buttons),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Effort"),
                                  -1);
  gtk_box_append (GTK_BOX (self->efforts), label);
  gtk_box_append (GTK_BOX (self->efforts), self->buttons);
  gtk_widget_set_visible (self->efforts, FALSE);
}

static void
ship_model_popover_init (ShipModelPopover *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  self->cancellable = g_cancellable_new ();
  self->entries = g_list_store_new (SHIP_TYPE_MODEL_ENTRY);
  init_search (self);
  init_list (self);
  init_efforts (self);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), self->pages);
  gtk_box_append (GTK_BOX (box), self->efforts);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "models");
  g_signal_connect (self, "show", G_CALLBACK (shown_cb), NULL);
}

GtkWidget *
ship_model_popover_new (ShipModelList *models)
{
  ShipModelPopover *self = g_object_new (SHIP_TYPE_MODEL_POPOVER, NULL);

  self->models = g_object_ref (models);
  g_signal_connect_object (models, "items-changed", G_CALLBACK (models_changed_cb), self, 0);

  return GTK_WIDGET (self);
}

void
ship_model_popover_set_current (ShipModelPopover *self, const char *model, const char *effort)
{
  g_autofree char *old_model = NULL;
  g_autofree char *old_effort = NULL;

  g_return_if_fail (SHIP_IS_MODEL_POPOVER (self));

  if (g_strcmp0 (model, self->model) == 0 && g_strcmp0 (effort, self->effort) == 0)
    return;
  old_model = g_steal_pointer (&self->model);
  old_effort = g_steal_pointer (&self->effort);
  self->model = g_strdup (model);
  self->effort = g_strdup (effort);
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  refill (self);
  refill_efforts (self);
}
