/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-palette.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "widgets/ship-list-scroll.h"

#define WIDTH       560
#define LIST_HEIGHT 380
#define ICON_KEY    "ship-icon"
#define TITLE_KEY   "ship-title"
#define DETAIL_KEY  "ship-detail"
#define KIND_KEY    "ship-kind"

struct _ShipPalette
{
  GtkWidget           parent_instance;
  ShipPaletteModel   *model;     /* (owned) */
  GtkSingleSelection *selection; /* (owned) */
  GtkWidget          *card;      /* (unowned): the only child */
  GtkWidget          *entry;     /* (unowned) */
  GtkWidget          *stack;     /* (unowned): the list, or that there is nothing */
  GtkWidget          *list;      /* (unowned) */
  gboolean            is_wanted; /* Enter came before the search was done */
};

enum
{
  CHOSEN,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipPalette, ship_palette, GTK_TYPE_WIDGET)

/* --- rows --- */

static const char *
get_kind_name (ShipPaletteKind kind)
{
  switch (kind)
    {
    case SHIP_PALETTE_KIND_SESSION:
      return _ ("Session");
    case SHIP_PALETTE_KIND_ACTION:
      return _ ("Action");
    case SHIP_PALETTE_KIND_MODEL:
      return _ ("Model");
    case SHIP_PALETTE_KIND_SETTING:
      return _ ("Setting");
    }

  return "";
}

static GtkWidget *
add_label (GtkWidget *row, const char *key, gboolean is_title)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), is_title ? 0 : 1);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, is_title);
  if (!is_title)
    {
      gtk_label_set_max_width_chars (GTK_LABEL (label), 18);
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
    }
  gtk_box_append (GTK_BOX (row), label);
  g_object_set_data (G_OBJECT (row), key, label);

  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *row =
    g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, "spacing", 10, NULL);
  GtkWidget *icon = gtk_image_new ();

  gtk_box_append (GTK_BOX (row), icon);
  g_object_set_data (G_OBJECT (row), ICON_KEY, icon);
  add_label (row, TITLE_KEY, TRUE);
  add_label (row, DETAIL_KEY, FALSE);
  add_label (row, KIND_KEY, FALSE);
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  ShipPalette     *self = user_data;
  GtkWidget       *row = gtk_list_item_get_child (list_item);
  ShipPaletteItem *item = gtk_list_item_get_item (list_item);
  const char      *kind = get_kind_name (ship_palette_item_get_kind (item));
  g_autofree char *markup = ship_palette_model_dup_markup (self->model, item);
  g_autofree char *name = g_strdup_printf ("%s, %s, %s",
                                           ship_palette_item_get_title (item),
                                           kind,
                                           ship_palette_item_get_detail (item));

  gtk_image_set_from_icon_name (g_object_get_data (G_OBJECT (row), ICON_KEY),
                                ship_palette_item_get_icon (item));
  gtk_label_set_markup (g_object_get_data (G_OBJECT (row), TITLE_KEY), markup);
  gtk_label_set_text (g_object_get_data (G_OBJECT (row), DETAIL_KEY),
                      ship_palette_item_get_detail (item));
  gtk_label_set_text (g_object_get_data (G_OBJECT (row), KIND_KEY), kind);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* --- what the user does --- */

static void
leave (ShipPalette *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
choose (ShipPalette *self)
{
  ShipPaletteItem *selected = gtk_single_selection_get_selected_item (self->selection);
  g_autoptr (ShipPaletteItem) item = NULL;
  g_autoptr (ShipPalette) held = NULL;

  self->is_wanted = ship_palette_model_is_searching (self->model);
  if (selected == NULL || self->is_wanted)
    return;

  item = g_object_ref (selected);
  held = g_object_ref (self);
  /* First away, so that the focus is where the action wants it. */
  leave (self);
  g_signal_emit (self, signals[CHOSEN], 0, item);
}

static void
move (ShipPalette *self, int by)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint at = gtk_single_selection_get_selected (self->selection);

  if (n == 0)
    return;
  at = at == GTK_INVALID_LIST_POSITION ? 0 : (at + n + (guint) by) % n;
  gtk_single_selection_set_selected (self->selection, at);
  ship_list_scroll_to (GTK_LIST_VIEW (self->list), at);
}

static gboolean
key_cb (GtkEventControllerKey *keys,
        guint                  key,
        guint                  code,
        GdkModifierType        state,
        ShipPalette           *self)
{
  switch (key)
    {
    case GDK_KEY_Escape:
      leave (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
    case GDK_KEY_Tab:
      move (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
    case GDK_KEY_ISO_Left_Tab:
      move (self, -1);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
changed_cb (GtkEditable *entry, ShipPalette *self)
{
  self->is_wanted = FALSE;
  ship_palette_model_set_search (self->model, gtk_editable_get_text (entry));
}

static void
activate_cb (GtkText *entry, ShipPalette *self)
{
  choose (self);
}

static void
row_cb (GtkListView *list, guint position, ShipPalette *self)
{
  gtk_single_selection_set_selected (self->selection, position);
  choose (self);
}

static void
pressed_cb (GtkGestureClick *click, int n, double x, double y, ShipPalette *self)
{
  graphene_rect_t card;

  if (gtk_widget_compute_bounds (self->card, GTK_WIDGET (self), &card) &&
      !graphene_rect_contains_point (&card, &GRAPHENE_POINT_INIT ((float) x, (float) y)))
    leave (self);
}

/* --- what was found --- */

static void
found_cb (GListModel *model, guint position, guint removed, guint added, ShipPalette *self)
{
  gboolean has_some = g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0;

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), has_some ? "some" : "none");
  if (!has_some)
    return;
  gtk_single_selection_set_selected (self->selection, 0);
  ship_list_scroll_to (GTK_LIST_VIEW (self->list), 0);
}

static void
searching_cb (GObject *object, GParamSpec *pspec, ShipPalette *self)
{
  if (self->is_wanted && !ship_palette_model_is_searching (self->model))
    choose (self);
}

/* --- the widget --- */

static void
ship_palette_dispose (GObject *object)
{
  ShipPalette *self = SHIP_PALETTE (object);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_pointer (&self->card, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (ship_palette_parent_class)->dispose (object);
}

static void
ship_palette_class_init (ShipPaletteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_palette_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (widget_class, "palette");

  signals[CHOSEN] = g_signal_new ("chosen",
                                  SHIP_TYPE_PALETTE,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  SHIP_TYPE_PALETTE_ITEM);
  signals[CLOSED] = g_signal_new ("closed",
                                  SHIP_TYPE_PALETTE,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  0);
}

static GtkWidget *
new_entry (ShipPalette *self)
{
  GtkWidget          *entry = gtk_entry_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (entry),
                                     GTK_ENTRY_ICON_PRIMARY,
                                     "system-search-symbolic");
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("Sessions, actions, models, settings"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Find Anything"),
                                  -1);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (entry, keys);
  g_signal_connect_object (entry, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (entry, "activate", G_CALLBACK (activate_cb), self, 0);

  return entry;
}

static GtkWidget *
new_list (ShipPalette *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget          *scroller = gtk_scrolled_window_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  self->list = gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What Was Found"),
                                  -1);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (row_cb), self, 0);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), LIST_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);

  return scroller;
}

static void
ship_palette_init (ShipPalette *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Command Palette"),
                                  -1);
}

GtkWidget *
ship_palette_new (ShipPaletteModel *model)
{
  ShipPalette *self = g_object_new (SHIP_TYPE_PALETTE, NULL);
  GtkWidget   *clamp = adw_clamp_new ();
  GtkWidget   *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget   *nothing = gtk_label_new (_ ("Nothing found. Try fewer letters."));

  self->model = g_object_ref (model);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (model)));
  self->entry = new_entry (self);
  self->stack = gtk_stack_new ();
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_named (GTK_STACK (self->stack), new_list (self), "some");
  gtk_stack_add_named (GTK_STACK (self->stack), nothing, "none");
  gtk_widget_add_css_class (nothing, "dim-label");
  gtk_widget_add_css_class (nothing, "nothing");
  gtk_widget_add_css_class (box, "palette-card");
  gtk_box_append (GTK_BOX (box), self->entry);
  gtk_box_append (GTK_BOX (box), self->stack);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_widget_set_valign (clamp, GTK_ALIGN_START);
  self->card = clamp;
  gtk_widget_set_parent (clamp, GTK_WIDGET (self));
  g_signal_connect_object (model, "items-changed", G_CALLBACK (found_cb), self, G_CONNECT_AFTER);
  g_signal_connect_object (model, "notify::is-searching", G_CALLBACK (searching_cb), self, 0);

  return GTK_WIDGET (self);
}

void
ship_palette_focus (ShipPalette *self)
{
  g_return_if_fail (SHIP_IS_PALETTE (self));

  gtk_widget_grab_focus (self->entry);
}
