/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-error-class.h"

/* The classes of errors, and the words of the requirements they are stored and shown as. Any
 * thread. */

G_DEFINE_ENUM_TYPE (ShipErrorClass,
                    ship_error_class,
                    G_DEFINE_ENUM_VALUE (SHIP_ERROR_CLASS_RETRY, "retry"),
                    G_DEFINE_ENUM_VALUE (SHIP_ERROR_CLASS_RETRY_AFTER, "retry-after"),
                    G_DEFINE_ENUM_VALUE (SHIP_ERROR_CLASS_SIGN_IN, "sign-in"),
                    G_DEFINE_ENUM_VALUE (SHIP_ERROR_CLASS_USER, "user"),
                    G_DEFINE_ENUM_VALUE (SHIP_ERROR_CLASS_PERSISTENT, "persistent"),
                    G_DEFINE_ENUM_VALUE (SHIP_ERROR_CLASS_BUG, "bug"),
                    G_DEFINE_ENUM_VALUE (SHIP_ERROR_CLASS_CANCELLED, "cancelled"))

const char *
ship_error_class_to_category (ShipErrorClass error_class)
{
  switch (error_class)
    {
    case SHIP_ERROR_CLASS_RETRY:
    case SHIP_ERROR_CLASS_RETRY_AFTER:
      return "transient";
    case SHIP_ERROR_CLASS_SIGN_IN:
    case SHIP_ERROR_CLASS_USER:
      return "user-action";
    case SHIP_ERROR_CLASS_PERSISTENT:
      return "persistent";
    case SHIP_ERROR_CLASS_BUG:
      return "fatal";
    case SHIP_ERROR_CLASS_CANCELLED:
      return "cancelled";
    }

  g_return_val_if_reached ("fatal");
}
