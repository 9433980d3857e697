/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * What a caller can do about an error, whatever its domain. Each directory that talks to the
 * outside has a ship_x_error_classify() that gives one of these; deciding to retry is left to
 * net/ (one idempotent request) and session/ (a turn).
 */
typedef enum
{
  SHIP_ERROR_CLASS_RETRY,       /* transient: try again after a back-off */
  SHIP_ERROR_CLASS_RETRY_AFTER, /* transient, and the server said when */
  SHIP_ERROR_CLASS_SIGN_IN,     /* the user has to give or renew a credential */
  SHIP_ERROR_CLASS_USER,        /* the user has to decide: permission, budget, approval */
  SHIP_ERROR_CLASS_PERSISTENT,  /* not found, invalid, conflict: trying again changes nothing */
  SHIP_ERROR_CLASS_BUG,         /* ours, or a corrupt store */
  SHIP_ERROR_CLASS_CANCELLED,   /* never shown, never retried */
} ShipErrorClass;

#define SHIP_TYPE_ERROR_CLASS (ship_error_class_get_type ())
GType ship_error_class_get_type (void);

/* The word that is stored and shown in JSON: "transient", "user-action", "persistent", "fatal",
 * "cancelled". */
const char *ship_error_class_to_category (ShipErrorClass error_class);

G_END_DECLS
