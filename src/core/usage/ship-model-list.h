/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "auth/ship-llm-keys.h"
#include "auth/ship-provider-addresses.h"
#include "usage/ship-model-item.h"

G_BEGIN_DECLS

#define SHIP_MODEL_ERROR (ship_model_error_quark ())
GQuark ship_model_error_quark (void);

typedef enum
{
  SHIP_MODEL_ERROR_INVALID,     /* no text that can name a model */
  SHIP_MODEL_ERROR_UNKNOWN,     /* no such provider, model or variant */
  SHIP_MODEL_ERROR_UNAVAILABLE, /* no key, or no server: the user can mend it */
} ShipModelError;

ShipErrorClass ship_model_error_classify (const GError *error);

/* A provider as the last load found it; owned by the list. */
typedef struct
{
  char         *id;       /* (owned) */
  char         *name;     /* (owned) */
  gboolean      is_local; /* a server of the user's own, which needs no key */
  ShipKeySource source;
  char         *variable;  /* (owned) (nullable): that its key comes from */
  char         *hint;      /* (owned) (nullable): the end of its key, "…7f3a" */
  gboolean      is_locked; /* the keyring may have a key, but is locked or in disorder */
  char         *address;   /* (owned) (nullable): where its requests go; NULL: built in */
  char         *trouble;   /* (owned) (nullable): why it cannot be used, and what to do */
} ShipModelSource;

/*
 * A GListModel of ShipModelItem: the catalogue's models by provider, then those of servers of the
 * user's own. Empty until it is loaded; each load looks for keys and servers anew. Main thread.
 */
#define SHIP_TYPE_MODEL_LIST (ship_model_list_get_type ())
G_DECLARE_FINAL_TYPE (ShipModelList, ship_model_list, SHIP, MODEL_LIST, GObject)

ShipModelList *ship_model_list_new (ShipModelCatalog      *catalog,
                                    ShipLlmKeys           *keys,
                                    ShipProviderAddresses *addresses);

/* What it was made with. (transfer none) */
ShipLlmKeys           *ship_model_list_get_keys (ShipModelList *self);
ShipProviderAddresses *ship_model_list_get_addresses (ShipModelList *self);

/* Cancelled or failed: it holds what it held. Keys and servers that are missing are no error. */
void     ship_model_list_load_async (ShipModelList      *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean ship_model_list_load_finish (ShipModelList *self, GAsyncResult *result, GError **error);

GPtrArray *ship_model_list_get_sources (ShipModelList *self); /* (element-type ShipModelSource) */
ShipModelItem *ship_model_list_find (ShipModelList *self, const char *id); /* (nullable) */
/* The day the prices were taken, "2026-09-30". */
const char *ship_model_list_get_price_date (ShipModelList *self);

/* Whether a session could work with @id ("provider/model") now: SHIP_MODEL_ERROR with what was
 * probably meant, or what to do. A server that tells no models is believed to have any. */
gboolean ship_model_list_check (ShipModelList *self, const char *id, GError **error);
/* Whether @id has @variant ("": always): SHIP_MODEL_ERROR with those it has. */
gboolean ship_model_list_check_variant (ShipModelList *self,
                                        const char    *id,
                                        const char    *variant,
                                        GError       **error);

G_END_DECLS
