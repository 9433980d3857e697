/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/opencode/ship-opencode-launch.h"
#include "usage/ship-model-catalog.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What models an agent is told of when it is started: those of the catalogue, and by name those
 * that are not in it. Main thread.
 */
typedef struct _ShipAgentModels ShipAgentModels;

ShipAgentModels *ship_agent_models_new (ShipModelCatalog *catalog, GSettings *settings);
void             ship_agent_models_free (ShipAgentModels *self);

/* FALSE when @model ("provider/id") is new: an agent that was started before does not know it. */
gboolean ship_agent_models_learn (ShipAgentModels *self, const char *model);

/* Whether @model can be shown pictures. One that the catalogue does not have is told to OpenCode as
 * one that reads text only. */
gboolean ship_agent_models_take_images (ShipAgentModels *self, const char *model);

/* The part of @launch that is about models; valid until the next call. */
void ship_agent_models_fill (ShipAgentModels *self, const char *model, ShipOpencodeLaunch *launch);

G_END_DECLS
