/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session.h"
#include "usage/ship-model-list.h"

G_BEGIN_DECLS

/*
 * What a session's next turns work with. Each change is on disk and in the transcript when it
 * finishes; a turn that runs goes on as it began. All finish by ship_session_command_finish();
 * SHIP_SESSION_ERROR: _INVALID, _NOT_FOUND (with the nearest names), _NEEDS_USER (no key, no
 * server: with what to do), _CONFLICT.
 */

/* What models are checked against; without it, any is believed. Once, after the session is made. */
void ship_session_set_models (ShipSession *self, ShipModelList *models);

/* "provider/id". Waiting prompts that were to use the model there was, use this one. The variant is
 * kept if the new model has it. */
void ship_session_set_model_async (ShipSession        *self,
                                   const char         *model,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
/* How hard the model thinks; "": its default. */
void ship_session_set_variant_async (ShipSession        *self,
                                     const char         *variant,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
/* "build" or "plan"; of prompts to come. */
void ship_session_set_mode_async (ShipSession        *self,
                                  const char         *mode,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);

/* Whether a prompt could be sent with these: @model (nullable): the session's own; @variant
 * (nullable). */
void ship_session_check_model_async (ShipSession        *self,
                                     const char         *model,
                                     const char         *variant,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);

G_END_DECLS
