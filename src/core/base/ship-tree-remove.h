/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Deletes a directory an agent has written in, whatever is there: no link is followed, no depth is
 * too great, no mode of a directory of ours stops it. Nothing there is success. On a worker thread;
 * blocks.
 */
gboolean ship_tree_remove_thread (const char *path, GError **error);

G_END_DECLS
