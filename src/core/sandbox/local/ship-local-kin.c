/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-local-kin.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/*
 * The launcher of a sandbox and its children, by what /proc says of them. Stateless; main thread.
 */

void
ship_local_kin_kill (ShipProcess *launcher)
{
  int              pid = ship_process_get_pid (launcher);
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", pid, pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) children = NULL;

  ship_process_signal (launcher, SIGSTOP);
  if (g_file_get_contents (path, &text, NULL, NULL))
    children = g_strsplit (text, " ", -1);
  for (guint i = 0; children != NULL && children[i] != NULL; i++)
    {
      int child = (int) g_ascii_strtoll (children[i], NULL, 10);

      if (child > 0)
        kill (child, SIGKILL);
    }
  ship_process_signal (launcher, SIGKILL);
}

gboolean
ship_local_kin_is_child (ShipProcess *launcher, pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  const char      *after_name;
  char             state;
  int              parent = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  after_name = strrchr (text, ')');

  return after_name != NULL && sscanf (after_name, ") %c %d", &state, &parent) == 2 &&
         parent == ship_process_get_pid (launcher);
}
