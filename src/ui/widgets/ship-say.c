/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "widgets/ship-say.h"

void
ship_say (GtkWidget *from, const char *sentence)
{
  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (sentence != NULL);

  gtk_widget_activate_action (from, "win.say", "s", sentence);
}

void
ship_say_error (GtkWidget *from, const GError *error)
{
  g_return_if_fail (error != NULL);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ship_say (from, error->message);
}
