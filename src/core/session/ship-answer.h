/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the user says to a request. Plain struct on the caller's stack; nothing owned. */
typedef struct
{
  gboolean           is_allowed;     /* a permission */
  gboolean           is_for_session; /* and what is like it, for as long as the session is there */
  gboolean           is_rejected;    /* a question is dismissed */
  const char        *message; /* (nullable): why a permission is refused; the agent reads it */
  const char *const *answers; /* (nullable): of a question: one text for each thing it asks, several
                                 of one with SHIP_AGENT_ANSWER_SEPARATOR between them */
  double amount;              /* of a budget: US dollars more; 0: as much again */
} ShipAnswer;

G_END_DECLS
