/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Which of @names (NULL-terminated) was probably meant by @text: at most @n_most of them, the
 * nearest first, those that are nothing like it left out. Letter case does not count. Any thread.
 *
 * Returns: (transfer container): borrowed names, NULL-terminated, possibly none
 */
const char **ship_nearest_find (const char *text, const char *const *names, guint n_most);

G_END_DECLS
