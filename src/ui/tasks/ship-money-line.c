/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tasks/ship-money-line.h"

#include "session/ship-budget.h"
#include "usage/ship-usage.h"

#include <glib/gi18n-lib.h>

#define NEARLY 0.8

struct _ShipMoneyLine
{
  GtkWidget  parent_instance;
  char      *name;   /* (owned) */
  GtkWidget *box;    /* (unowned): the only child */
  GtkWidget *amount; /* (unowned): a label */
  GtkWidget *bar;    /* (unowned) */
  GtkWidget *button; /* (unowned) (nullable) */
  GtkWidget *raise;  /* (unowned) (nullable): its label */
  GtkWidget *entry;  /* (unowned) (nullable): in its popover */
  GtkWidget *usual;  /* (unowned) (nullable): a button in it */
  double     spent;
  double     limit;
};

enum
{
  LIMITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipMoneyLine, ship_money_line, GTK_TYPE_WIDGET)

/* --- another limit --- */

static void
limit (ShipMoneyLine *self, double dollars)
{
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  g_signal_emit (self, signals[LIMITED], 0, dollars);
}

static void
set_cb (GtkWidget *widget, ShipMoneyLine *self)
{
  gtk_spin_button_update (GTK_SPIN_BUTTON (self->entry));
  limit (self, gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->entry)));
}

static void
no_limit_cb (GtkButton *button, ShipMoneyLine *self)
{
  limit (self, -1);
}

static void
usual_cb (GtkButton *button, ShipMoneyLine *self)
{
  limit (self, 0);
}

static void
shown_cb (GtkWidget *popover, ShipMoneyLine *self)
{
  /* More than there is, as that is why one comes here. */
  double proposal =
    self->limit > 0 ? ship_budget_raise (self->limit, self->spent, 0) : MAX (1, 2 * self->spent);

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->entry), proposal);
  gtk_widget_grab_focus (self->entry);
}

static GtkWidget *
add_button (ShipMoneyLine *self, GtkWidget *box, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_signal_connect_object (button, "clicked", callback, self, 0);
  gtk_box_append (GTK_BOX (box), button);

  return button;
}

static GtkWidget *
new_popover (ShipMoneyLine *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *label = gtk_label_new (_ ("Limit in US dollars"));
  GtkWidget *set;

  self->entry = gtk_spin_button_new_with_range (0.01, SHIP_BUDGET_MAX, 0.5);
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (self->entry), 2);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Limit in US dollars"),
                                  -1);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), self->entry);
  set = add_button (self, box, _ ("Set Limit"), G_CALLBACK (set_cb));
  gtk_widget_add_css_class (set, "suggested-action");
  add_button (self, box, _ ("No Limit"), G_CALLBACK (no_limit_cb));
  self->usual = add_button (self, box, _ ("As in Preferences"), G_CALLBACK (usual_cb));
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_popover_set_default_widget (GTK_POPOVER (popover), set);
  gtk_widget_add_css_class (box, "form");
  g_signal_connect_object (popover, "show", G_CALLBACK (shown_cb), self, 0);

  return popover;
}

/* --- the widget --- */

static void
ship_money_line_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_MONEY_LINE (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_money_line_parent_class)->dispose (object);
}

static void
ship_money_line_finalize (GObject *object)
{
  g_free (SHIP_MONEY_LINE (object)->name);

  G_OBJECT_CLASS (ship_money_line_parent_class)->finalize (object);
}

static void
ship_money_line_class_init (ShipMoneyLineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_money_line_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_money_line_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "moneyline");

  signals[LIMITED] = g_signal_new ("limited",
                                   SHIP_TYPE_MONEY_LINE,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_DOUBLE);
}

static GtkWidget *
new_bar (void)
{
  GtkWidget *bar = gtk_level_bar_new ();

  /* Without the usual colours, which mean the opposite. */
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_FULL);
  gtk_widget_set_visible (bar, FALSE);

  return bar;
}

static void
ship_money_line_init (ShipMoneyLine *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->amount = gtk_label_new (NULL);
  self->bar = new_bar ();
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static void
name_button (GtkWidget *button, const char *name)
{
  g_autofree char *label = g_strdup_printf (_ ("Limit of “%s”"), name);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label,
                                  -1);
}

static GtkWidget *
new_menu (ShipMoneyLine *self, const char *name)
{
  self->button = gtk_menu_button_new ();
  self->raise = gtk_label_new (NULL);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), self->raise);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), new_popover (self));
  name_button (self->button, name);

  return self->button;
}

static GtkWidget *
new_link (const char *name, const char *page)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Limit…"));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "app.preferences-page");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", page);
  gtk_widget_set_tooltip_text (button, _ ("Set in the Preferences"));
  name_button (button, name);

  return button;
}

GtkWidget *
ship_money_line_new (const char *name, const char *page, GtkSizeGroup *buttons)
{
  ShipMoneyLine *self = g_object_new (SHIP_TYPE_MONEY_LINE, NULL);
  GtkWidget     *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget     *title = gtk_label_new (name);
  GtkWidget     *button = page != NULL ? new_link (name, page) : new_menu (self, name);

  self->name = g_strdup (name);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (self->amount, "numeric");
  gtk_widget_add_css_class (self->amount, "caption");
  gtk_box_append (GTK_BOX (row), title);
  gtk_box_append (GTK_BOX (row), self->amount);
  gtk_box_append (GTK_BOX (row), button);
  gtk_size_group_add_widget (buttons, button);
  gtk_box_append (GTK_BOX (self->box), row);
  gtk_box_append (GTK_BOX (self->box), self->bar);

  return GTK_WIDGET (self);
}

static void
update_bar (ShipMoneyLine *self)
{
  double fraction = self->limit > 0 ? CLAMP (self->spent / self->limit, 0, 1) : 0;

  gtk_widget_set_visible (self->bar, self->limit > 0);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (self->bar), fraction);
  if (fraction >= NEARLY)
    gtk_widget_add_css_class (self->bar, "nearly");
  else
    gtk_widget_remove_css_class (self->bar, "nearly");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->name,
                                  -1);
}

void
ship_money_line_set (ShipMoneyLine *self,
                     double         spent,
                     gboolean       is_known,
                     double         limit,
                     gboolean       is_own)
{
  g_autofree char *all = ship_budget_format (limit);
  g_autofree char *sum = ship_usage_format_short (spent, is_known);
  g_autofree char *text = NULL;

  g_return_if_fail (SHIP_IS_MONEY_LINE (self));

  self->spent = spent;
  self->limit = limit;
  text = limit > 0 ? g_strdup_printf (_ ("%s of %s"), sum, all) : g_strdup (sum);
  gtk_label_set_text (GTK_LABEL (self->amount), text);
  gtk_widget_set_tooltip_text (self->amount,
                               is_known ? NULL : _ ("The price of some requests is not known"));
  update_bar (self);
  if (self->button == NULL)
    return;
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button),
                             limit > 0 ? _ ("Raise…") : _ ("Limit…"));
  gtk_widget_set_visible (self->usual, is_own);
}
