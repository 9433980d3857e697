/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How the state of a task, or of one of the agent's to-dos, looks: an icon and a colour, and a word
 * beside them. Pure. */
typedef struct
{
  const char *name;      /* the word of the store */
  const char *label;     /* untranslated; for _() */
  const char *icon;      /* an icon's name */
  const char *css_class; /* accent, success, error or dim-label */
  gboolean    is_over;   /* nothing will change any more */
} ShipTaskState;

/* Never NULL. */
const ShipTaskState *ship_task_state_lookup (const char *state);
const ShipTaskState *ship_todo_state_lookup (const char *status);

G_END_DECLS
