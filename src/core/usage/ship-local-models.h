/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Looks for model servers on this machine's default ports (Ollama 11434, llama.cpp 8080, LM Studio
 * 1234), or at the base URIs in @base_uris ("provider=uri", nullable, for tests and settings).
 * Short time-outs; none found is no error. finish: (transfer full): "provider/model" texts,
 * NULL-terminated, possibly none */
void  ship_local_models_find_async (const char *const  *base_uris,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
GStrv ship_local_models_find_finish (GAsyncResult *result, GError **error);

G_END_DECLS
