/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usage/ship-model-list.h"

G_BEGIN_DECLS

/* Why a model was taken. */
typedef enum
{
  SHIP_MODEL_CHOICE_ENVIRONMENT, /* $SHIP_MODEL */
  SHIP_MODEL_CHOICE_SETTING,     /* the default of the settings */
  SHIP_MODEL_CHOICE_FIRST_KEY,   /* none is named: the usual one of the first provider with a key */
  SHIP_MODEL_CHOICE_FIRST_LOCAL, /* … or the first one found on this machine */
} ShipModelChoice;

/* Which model to work with when none is named, of @list as it was loaded last. @environment:
 * (nullable): $SHIP_MODEL; @setting: the default of the settings, or "": both are taken as they
 * are, because somebody else's choice must not be changed silently; check them. NULL with
 * SHIP_MODEL_ERROR_UNAVAILABLE and what can be done. (transfer full) */
char *ship_model_choice_make (ShipModelList   *list,
                              const char      *environment,
                              const char      *setting,
                              ShipModelChoice *choice,
                              GError         **error);

/* A few words for the user: "the default of your settings". (transfer full) */
char *ship_model_choice_to_text (ShipModelChoice choice, ShipModelList *list, const char *model);

G_END_DECLS
