/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A file of the cache that says that something is in use: shared by those who use it, held alone by
 * who makes or removes it. The kernel gives it up with the process, however that ends. Worker
 * threads, but for freeing it.
 */
typedef struct _ShipUseLock ShipUseLock;

/* Waits until nobody holds it alone, or is cancelled. The directory is there. */
ShipUseLock *
ship_use_lock_share_thread (const char *path, GCancellable *cancellable, GError **error);
/* NULL when somebody holds it alone. */
ShipUseLock *ship_use_lock_try_share_thread (const char *path);
/* Waits until nobody else holds it. */
ShipUseLock *
ship_use_lock_seize_thread (const char *path, GCancellable *cancellable, GError **error);
/* NULL when somebody holds it. */
ShipUseLock *ship_use_lock_try_seize_thread (const char *path);

/* From alone to shared; others may have seized it in between. */
gboolean ship_use_lock_soften_thread (ShipUseLock *self, GCancellable *cancellable, GError **error);

void ship_use_lock_free (ShipUseLock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipUseLock, ship_use_lock_free)

G_END_DECLS
