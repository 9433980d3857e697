/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Says a sentence to the user, as a toast of the window that @from is in: by its action win.say
 * (s). A widget that is in no window any more is not heard.
 */
void ship_say (GtkWidget *from, const char *sentence);
/* What was not done, and why; nothing when it was cancelled. */
void ship_say_error (GtkWidget *from, const GError *error);

G_END_DECLS
