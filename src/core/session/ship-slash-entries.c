/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-slash-command.h"

#include <glib/gi18n-lib.h>

/* Our commands as a table; for clients too, who offer them. */

/* clang-format off */
static const ShipSlashEntry entries[] = {
  { "branch", SHIP_SLASH_BRANCH, TRUE,  N_ ("/branch NAME"),           N_ ("Rename the session's branch") },
  { "budget", SHIP_SLASH_BUDGET, TRUE,  N_ ("/budget DOLLARS"),        N_ ("Limit what the session may cost; “none”: no limit, “default”: as the settings say") },
  { "build",  SHIP_SLASH_BUILD,  FALSE, N_ ("/build"),                 N_ ("Let prompts to come change files") },
  { "help",   SHIP_SLASH_HELP,   FALSE, N_ ("/help"),                  N_ ("List the commands") },
  { "model",  SHIP_SLASH_MODEL,  TRUE,  N_ ("/model PROVIDER/MODEL"),  N_ ("Use another model for prompts to come") },
  { "plan",   SHIP_SLASH_PLAN,   FALSE, N_ ("/plan"),                  N_ ("Let prompts to come only read and plan") },
  { "stop",   SHIP_SLASH_STOP,   FALSE, N_ ("/stop"),                  N_ ("Stop what runs; the queue is held") },
  { "title",  SHIP_SLASH_TITLE,  TRUE,  N_ ("/title TEXT"),            N_ ("Rename the session") },
};
/* clang-format on */

const ShipSlashEntry *
ship_slash_command_get_entries (guint *n)
{
  *n = G_N_ELEMENTS (entries);
  return entries;
}
