/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "onboarding/ship-welcome-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define MAX_WIDTH 520
#define ICON_SIZE 96

struct _ShipWelcomePage
{
  GtkWidget         parent_instance;
  ShipMachineCheck *machine;  /* (owned) */
  GtkWidget        *scroller; /* (unowned): the only child */
  GtkWidget        *rehearse; /* (unowned) */
  GtkWidget        *ready;    /* (unowned): a row's icon */
  GtkWidget        *spinner;  /* (unowned) */
  GtkWidget        *sentence; /* (unowned): what the machine is like */
  GtkWidget        *again;    /* (unowned) */
};

enum
{
  REHEARSE,
  CHOOSE_FOLDER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipWelcomePage, ship_welcome_page, GTK_TYPE_WIDGET)

static void
rehearse_cb (GtkButton *button, ShipWelcomePage *self)
{
  g_signal_emit (self, signals[REHEARSE], 0);
}

static void
choose_cb (GtkButton *button, ShipWelcomePage *self)
{
  g_signal_emit (self, signals[CHOOSE_FOLDER], 0);
}

static void
again_cb (GtkButton *button, ShipWelcomePage *self)
{
  ship_machine_check_run (self->machine);
}

static void
machine_cb (ShipMachineCheck *machine, ShipWelcomePage *self)
{
  ShipMachineState state = ship_machine_check_get_state (machine);
  gboolean         is_lacking = state == SHIP_MACHINE_LACKING;
  gboolean         is_ready = state == SHIP_MACHINE_READY;
  const char      *text = _ ("Trying a sandbox on this computer…");

  if (is_ready)
    text = _ ("This computer is ready: a sandbox was made and ended.");
  else if (is_lacking)
    text = ship_machine_check_get_trouble (machine);
  gtk_label_set_text (GTK_LABEL (self->sentence), text);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->ready),
                                is_lacking ? "dialog-warning-symbolic" : "object-select-symbolic");
  gtk_widget_set_css_classes (self->ready,
                              (const char *[]){ is_lacking ? "error" : "success", NULL });
  gtk_widget_set_visible (self->ready, is_ready || is_lacking);
  gtk_widget_set_visible (self->spinner, !is_ready && !is_lacking);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), state == SHIP_MACHINE_CHECKING);
  gtk_widget_set_visible (self->again, is_lacking);
}

/* --- the widget --- */

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

static GtkWidget *
new_title (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name (SHIP_APPLICATION_ID);

  gtk_image_set_pixel_size (GTK_IMAGE (icon), ICON_SIZE);
  gtk_widget_set_margin_bottom (icon, 12);
  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), new_label (_ ("Ship"), "title-1"));
  gtk_box_append (GTK_BOX (box), new_label (_ ("Agents that work in the background"), "title-3"));

  return box;
}

static GtkWidget *
new_button (ShipWelcomePage *self, const char *label, const char *css_class, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "pill");
  if (css_class != NULL)
    gtk_widget_add_css_class (button, css_class);
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", callback, self, 0);

  return button;
}

static GtkWidget *
new_buttons (ShipWelcomePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *folder;

  self->rehearse =
    new_button (self, _ ("Try a Rehearsal"), "suggested-action", G_CALLBACK (rehearse_cb));
  folder = new_button (self, _ ("Start with a Folder"), NULL, G_CALLBACK (choose_cb));
  gtk_box_append (GTK_BOX (box), self->rehearse);
  gtk_box_append (GTK_BOX (box),
                  new_label (_ ("A rehearsal shows everything in two minutes: the real agent in a "
                                "real sandbox, with scripted answers. No account is needed, and it "
                                "costs nothing."),
                             "body"));
  gtk_box_append (GTK_BOX (box), folder);
  gtk_widget_set_margin_top (folder, 12);

  return box;
}

static GtkWidget *
new_machine (ShipWelcomePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  self->ready = gtk_image_new ();
  self->spinner = gtk_spinner_new ();
  self->sentence = gtk_label_new (NULL);
  self->again = gtk_button_new_with_label (_ ("Check Again"));
  gtk_label_set_wrap (GTK_LABEL (self->sentence), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->sentence), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->sentence), 0);
  gtk_widget_set_valign (self->again, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->again, "clicked", G_CALLBACK (again_cb), self, 0);
  gtk_box_append (GTK_BOX (box), self->ready);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), self->sentence);
  gtk_box_append (GTK_BOX (box), self->again);

  return box;
}

static void
ship_welcome_page_dispose (GObject *object)
{
  ShipWelcomePage *self = SHIP_WELCOME_PAGE (object);

  if (self->machine != NULL)
    g_signal_handlers_disconnect_by_data (self->machine, self);
  g_clear_object (&self->machine);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_welcome_page_parent_class)->dispose (object);
}

static void
ship_welcome_page_class_init (ShipWelcomePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_welcome_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  signals[REHEARSE] = g_signal_new ("rehearse",
                                    SHIP_TYPE_WELCOME_PAGE,
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    0);
  signals[CHOOSE_FOLDER] = g_signal_new ("choose-folder",
                                         SHIP_TYPE_WELCOME_PAGE,
                                         G_SIGNAL_RUN_LAST,
                                         0,
                                         NULL,
                                         NULL,
                                         NULL,
                                         G_TYPE_NONE,
                                         0);
}

static void
ship_welcome_page_init (ShipWelcomePage *self)
{
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 30);

  self->scroller = gtk_scrolled_window_new ();
  gtk_widget_add_css_class (box, "welcome");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), new_title ());
  gtk_box_append (GTK_BOX (box), new_buttons (self));
  gtk_box_append (
    GTK_BOX (box),
    new_label (_ ("Every agent works in a sandbox of its own. It sees one copy of one "
                  "repository, and neither your files nor your keys and passwords."),
               "dim-label"));
  gtk_box_append (GTK_BOX (box), new_machine (self));
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), clamp);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
ship_welcome_page_new (ShipMachineCheck *machine)
{
  ShipWelcomePage *self = g_object_new (SHIP_TYPE_WELCOME_PAGE, NULL);

  self->machine = g_object_ref (machine);
  g_signal_connect_object (machine, "changed", G_CALLBACK (machine_cb), self, 0);
  machine_cb (machine, self);

  return GTK_WIDGET (self);
}

void
ship_welcome_page_focus (ShipWelcomePage *self)
{
  g_return_if_fail (SHIP_IS_WELCOME_PAGE (self));

  gtk_widget_grab_focus (self->rehearse);
}
