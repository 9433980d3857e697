/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The package registries that the tools of this machine are configured for, asked of the tools:
 * right behind a company's mirror too, and no registry is named here. The tools run as the user and
 * in the root directory, so that no repository answers for them; each has a few seconds.
 *
 * @environment: the user's. finish: (transfer full) (element-type utf8): patterns of an allowlist,
 * each once, sorted; then, as one element, the settings of ship-tool-settings.h, if there are any.
 * What a tool that is missing or fails would have said is missing, which is no
 * error; NULL with @error only when cancelled. Main thread.
 */
void       ship_registries_find_async (const char *const  *environment,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
GPtrArray *ship_registries_find_finish (GAsyncResult *result, GError **error);

/* The hosts of all URIs in @text, as patterns, are added to @patterns (a set). */
void ship_registries_add_uris (GHashTable *patterns, const char *text);

G_END_DECLS
