/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 16 lower-case hexadecimal digits from the system's random source. Returns: (transfer full) */
char    *ship_names_new_session_id (void);
gboolean ship_names_is_session_id (const char *text);

/* Lower-case ASCII letters and digits with single dashes between, at most @max_length bytes, never
 * empty ("task" if nothing is left). Returns: (transfer full) */
char *ship_names_slug (const char *text, gsize max_length);

/* "ship-{slug, at most 30}-{YYYY-MM-DD}-{8 of the session id}" (GIT-02). @date: local. (transfer
 * full) */
char *ship_names_branch (const char *title, GDateTime *date, const char *session_id);

/* The same branch for another title, with its date; NULL when @branch is not what
 * ship_names_branch() made of @old_title, or would not change. (transfer full) */
char *ship_names_retitle_branch (const char *branch,
                                 const char *session_id,
                                 const char *old_title,
                                 const char *new_title);

/* Whether git would take it as a branch name (git check-ref-format --branch). */
gboolean ship_names_is_branch (const char *name);

/* The first line of @text, cut at a word to at most @max_chars characters with "…". (transfer full)
 */
char *ship_names_title (const char *text, guint max_chars);

G_END_DECLS
