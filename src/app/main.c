/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-application.h"
#include "ship-ui-resources.h"

#include <glib/gi18n.h>
#include <locale.h>

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_application_close_finish (SHIP_APPLICATION (object), result, &error))
    g_warning ("The list of sessions was not closed well: %s", error->message);
  g_main_loop_quit (user_data);
}

int
main (int argc, char *argv[])
{
  g_autoptr (ShipPaths) paths = NULL;
  g_autoptr (ShipApplication) application = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, SHIP_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  /* In a static library nothing else holds on to it. */
  g_resources_register (ship_ui_get_resource ());
  paths = ship_paths_new ();
  application = ship_application_new (paths);

  status = g_application_run (G_APPLICATION (application), argc, argv);
  ship_application_close_async (application, closed_cb, loop);
  g_main_loop_run (loop);

  return status;
}
