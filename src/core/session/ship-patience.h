/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How long a session waits for what, in milliseconds. A plain value; set once, before it works.
 */
typedef struct
{
  guint retry_ms;      /* before the first retry of a wake; doubled for each further one */
  guint reconnect_ms;  /* before the first try to reach an agent again; doubled */
  guint reconnect_max; /* the longest of these pauses */
  guint attempt_ms;    /* for one such try */
  guint give_up_ms;    /* an agent whose connection was cut is given up after this */
  guint probe_ms;      /* one that is connected and silent, after this */
  guint progress_ms;   /* a step of a wake says how long it takes this often */
  guint stuck_ms;      /* nothing new from a working agent for this long is told */
} ShipPatience;

#define SHIP_PATIENCE_INIT                                                                         \
  {                                                                                                \
    .retry_ms = 2000, .reconnect_ms = 1000, .reconnect_max = 30000, .attempt_ms = 5000,            \
    .give_up_ms = 120000, .probe_ms = 10000, .progress_ms = 10000, .stuck_ms = 90000               \
  }

G_END_DECLS
