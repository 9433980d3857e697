/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "widgets/ship-status.h"

#include <glib/gi18n-lib.h>

/* clang-format off */
static const ShipStatus states[] = {
  { "waiting",    N_ ("Waiting for You"), "dialog-question-symbolic",       "warning",   SHIP_ATTENTION_NEEDS_USER, FALSE },
  { "holding",    N_ ("On Hold"),         "media-playback-pause-symbolic",  "warning",   SHIP_ATTENTION_NEEDS_USER, FALSE },
  { "failed",     N_ ("Error"),           "dialog-error-symbolic",          "error",     SHIP_ATTENTION_NEEDS_USER, FALSE },
  { "waking",     N_ ("Getting Ready"),   "emblem-synchronizing-symbolic",  "accent",    SHIP_ATTENTION_WORKING,    TRUE },
  { "running",    N_ ("Working"),         "media-playback-start-symbolic",  "accent",    SHIP_ATTENTION_WORKING,    TRUE },
  { "retrying",   N_ ("Retrying"),        "view-refresh-symbolic",          "warning",   SHIP_ATTENTION_WORKING,    TRUE },
  { "stopping",   N_ ("Stopping"),        "media-playback-stop-symbolic",   "dim-label", SHIP_ATTENTION_WORKING,    TRUE },
  { "idle",       N_ ("Ready"),           "object-select-symbolic",         "success",   SHIP_ATTENTION_NONE,       FALSE },
  { "hibernated", N_ ("Asleep"),          "weather-clear-night-symbolic",   "dim-label", SHIP_ATTENTION_NONE,       FALSE },
};

/* Of a session that is running. One that is stuck does not move: that is what is wrong with it. */
static const ShipStatus activities[] = {
  { "planning",   N_ ("Planning"),        "system-search-symbolic",         "accent",    SHIP_ATTENTION_WORKING,    TRUE },
  { "coding",     N_ ("Coding"),          "document-edit-symbolic",         "accent",    SHIP_ATTENTION_WORKING,    TRUE },
  { "testing",    N_ ("Testing"),         "applications-science-symbolic",  "accent",    SHIP_ATTENTION_WORKING,    TRUE },
  { "executing",  N_ ("Executing"),       "utilities-terminal-symbolic",    "accent",    SHIP_ATTENTION_WORKING,    TRUE },
  { "committing", N_ ("Committing"),      "document-save-symbolic",         "accent",    SHIP_ATTENTION_WORKING,    TRUE },
  { "stuck",      N_ ("Stuck"),           "dialog-warning-symbolic",        "warning",   SHIP_ATTENTION_WORKING,    FALSE },
};

/* Of one that has a result nobody has looked at. */
static const ShipStatus done =
  { "done",       N_ ("Done"),            "object-select-symbolic",         "success",   SHIP_ATTENTION_NONE,       FALSE };

static const ShipStatus unknown =
  { "",           N_ ("Unknown"),         "dialog-question-symbolic",       "dim-label", SHIP_ATTENTION_NONE,       FALSE };
/* clang-format on */

static const ShipStatus *
find (const ShipStatus *table, gsize n, const char *name)
{
  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (table[i].name, name) == 0)
      return &table[i];

  return NULL;
}

const ShipStatus *
ship_status_lookup (const char *state, const char *activity)
{
  const ShipStatus *status = NULL;

  if (g_strcmp0 (state, "running") == 0)
    status = find (activities, G_N_ELEMENTS (activities), activity);
  if (status == NULL)
    status = find (states, G_N_ELEMENTS (states), state);

  return status != NULL ? status : &unknown;
}

const ShipStatus *
ship_status_lookup_result (const char *state, const char *activity, gboolean is_unread)
{
  const ShipStatus *status = ship_status_lookup (state, activity);

  return is_unread && status->attention == SHIP_ATTENTION_NONE ? &done : status;
}
