/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Who has to do something now; also the order in which a list shows sessions. */
typedef enum
{
  SHIP_ATTENTION_NEEDS_USER,
  SHIP_ATTENTION_WORKING,
  SHIP_ATTENTION_NONE,
} ShipAttention;

/* How a state looks: always an icon, a colour and a word, so that none of them has to be seen. */
typedef struct
{
  const char   *name;      /* the state's or activity's own word */
  const char   *label;     /* untranslated; for _() */
  const char   *icon;      /* an icon's name */
  const char   *css_class; /* accent, success, warning, error or dim-label */
  ShipAttention attention;
  gboolean      is_moving; /* something goes on by itself: its icon may show that */
} ShipStatus;

/* What to show for a session's state and, while it works, its activity ("": none). Never NULL.
 * Pure.
 */
const ShipStatus *ship_status_lookup (const char *state, const char *activity);
/* The same where results are listed: a session at rest with one that is unread is done. */
const ShipStatus *
ship_status_lookup_result (const char *state, const char *activity, gboolean is_unread);

G_END_DECLS
