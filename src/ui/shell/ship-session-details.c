/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-session-details.h"

#include "widgets/ship-say.h"

#include <glib/gi18n-lib.h>

enum
{
  ROW_STATE,
  ROW_MODEL,
  ROW_CONTEXT,
  ROW_COST,
  ROW_REPOSITORY,
  ROW_BRANCH,
  ROW_BASE,
  ROW_HEAD,
  N_ROWS
};

/* clang-format off */
static const struct { const char *label; const char *copy; } rows[N_ROWS] = {
  { N_ ("State"),       NULL },
  { N_ ("Model"),       NULL },
  { N_ ("Context"),     NULL },
  { N_ ("Cost"),        NULL },
  { N_ ("Folder"),      N_ ("Copy the Folder") },
  { N_ ("Branch"),      N_ ("Copy the Branch") },
  { N_ ("Based on"),    N_ ("Copy the Base Commit") },
  { N_ ("Last commit"), N_ ("Copy the Last Commit") },
};
/* clang-format on */

struct _ShipSessionDetails
{
  GtkPopover parent_instance;
  GtkWidget *grid;            /* (unowned) */
  GtkWidget *values[N_ROWS];  /* (unowned): labels */
  char      *copies[N_ROWS];  /* (owned) (nullable): what is copied */
  GtkWidget *buttons[N_ROWS]; /* (unowned) (nullable) */
};

G_DEFINE_FINAL_TYPE (ShipSessionDetails, ship_session_details, GTK_TYPE_POPOVER)

/* --- what the user does --- */

static void
copy_cb (GtkButton *button, ShipSessionDetails *self)
{
  for (guint i = 0; i < N_ROWS; i++)
    if (self->buttons[i] == GTK_WIDGET (button) && self->copies[i] != NULL)
      {
        gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->copies[i]);
        ship_say (GTK_WIDGET (self), _ ("Copied"));
      }
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSessionDetails) self = SHIP_SESSION_DETAILS (user_data);
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (object), result, &error))
    ship_say (GTK_WIDGET (self), _ ("There is no program here that opens folders"));
}

static void
open_cb (GtkButton *button, ShipSessionDetails *self)
{
  GtkRoot         *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autofree char *uri = g_filename_to_uri (self->copies[ROW_REPOSITORY], NULL, NULL);

  gtk_popover_popdown (GTK_POPOVER (self));
  if (uri != NULL && GTK_IS_WINDOW (root))
    gtk_show_uri_full (GTK_WINDOW (root),
                       uri,
                       GDK_CURRENT_TIME,
                       NULL,
                       opened_cb,
                       g_object_ref (self));
}

/* --- the widget --- */

static void
ship_session_details_finalize (GObject *object)
{
  ShipSessionDetails *self = SHIP_SESSION_DETAILS (object);

  for (guint i = 0; i < N_ROWS; i++)
    g_free (self->copies[i]);

  G_OBJECT_CLASS (ship_session_details_parent_class)->finalize (object);
}

static void
ship_session_details_class_init (ShipSessionDetailsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_session_details_finalize;
}

static void
add_copy (ShipSessionDetails *self, int row)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ (rows[row].copy));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (rows[row].copy),
                                  -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (copy_cb), self, 0);
  self->buttons[row] = button;
  gtk_grid_attach (GTK_GRID (self->grid), button, 2, row, 1, 1);
}

static void
add_row (ShipSessionDetails *self, int row)
{
  GtkWidget *label = gtk_label_new (_ (rows[row].label));
  GtkWidget *value = gtk_label_new ("—");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_ellipsize (GTK_LABEL (value), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (value), 14);
  gtk_label_set_max_width_chars (GTK_LABEL (value), 30);
  gtk_widget_set_hexpand (value, TRUE);
  self->values[row] = value;
  gtk_grid_attach (GTK_GRID (self->grid), label, 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), value, 1, row, 1, 1);
  if (rows[row].copy != NULL)
    add_copy (self, row);
}

static void
ship_session_details_init (ShipSessionDetails *self)
{
  GtkWidget *open = gtk_button_new_with_label (_ ("Open Folder"));

  self->grid = gtk_grid_new ();
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 4);
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 12);
  gtk_widget_add_css_class (self->grid, "form");
  for (int i = 0; i < N_ROWS; i++)
    add_row (self, i);
  g_signal_connect_object (open, "clicked", G_CALLBACK (open_cb), self, 0);
  gtk_widget_set_margin_top (open, 6);
  gtk_grid_attach (GTK_GRID (self->grid), open, 0, N_ROWS, 3, 1);
  gtk_popover_set_child (GTK_POPOVER (self), self->grid);
}

GtkWidget *
ship_session_details_new (void)
{
  return g_object_new (SHIP_TYPE_SESSION_DETAILS, NULL);
}

static void
show (ShipSessionDetails *self, int row, const char *value)
{
  gtk_label_set_text (GTK_LABEL (self->values[row]),
                      value != NULL && value[0] != '\0' ? value : "—");
  gtk_widget_set_tooltip_text (self->values[row], value);
}

/* @shown: what is shown of @value */
static void
show_copied (ShipSessionDetails *self, int row, const char *value, const char *shown)
{
  g_free (self->copies[row]);
  self->copies[row] = g_strdup (value);
  show (self, row, shown);
}

void
ship_session_details_set (ShipSessionDetails   *self,
                          const ShipSessionRow *session,
                          const char           *state,
                          const char           *model,
                          const char           *context,
                          const char           *cost)
{
  g_autofree char *base = NULL;
  g_autofree char *head = NULL;

  g_return_if_fail (SHIP_IS_SESSION_DETAILS (self));

  show (self, ROW_STATE, state);
  show (self, ROW_MODEL, model);
  show (self, ROW_CONTEXT, context);
  show (self, ROW_COST, cost);
  if (session == NULL)
    return;
  base = session->base_branch != NULL
           ? g_strdup_printf ("%s, %.10s", session->base_branch, session->base_commit)
           : g_strdup_printf ("%.10s", session->base_commit);
  head = g_strdup_printf ("%.10s", session->head_commit);
  show_copied (self, ROW_REPOSITORY, session->repository, session->repository);
  show_copied (self, ROW_BRANCH, session->branch, session->branch);
  show_copied (self, ROW_BASE, session->base_commit, base);
  show_copied (self, ROW_HEAD, session->head_commit, head);
}
