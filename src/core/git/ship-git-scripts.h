/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The fixed shell scripts that Ship has run inside a sandbox with its git. They read nothing of the
 * agent's configuration; their arguments are hexadecimal ids, branch names that Ship made, and the
 * user's name. To be run as `sh -c SCRIPT NAME ARGUMENTS…` with HOME set to the session's home.
 * What they print on standard error is for a person. Exit code 3: refused, standard error says why.
 */

/* Makes the files of a commit in /work, without a .git that could be used: arguments COMMIT. They
 * are what working copies of many sessions lie over. To be run where nothing else runs. Over
 * another base only what differs is written. On standard error how far it is. */
const char *ship_git_script_base (void);

/* Makes the working copy in /work: arguments COMMIT BRANCH NAME EMAIL BASE. A private .git whose
 * objects come from /run/ship/objects, the branch checked out, the user's identity. Does nothing
 * when it is there already. When the working copy is there but .git says something else (after a
 * commit by the host, or because the agent made its own), .git is set to BRANCH at COMMIT and no
 * file of the working copy is touched. BASE: (may be missing): an overlay has the files of that
 * commit already. Exit code 4: it is not there yet, and /work cannot be written. */
const char *ship_git_script_checkout (void);

/* Puts the working copy back to a commit: arguments COMMIT. Ignored files stay. To be followed by
 * the checkout, which sets .git right. */
const char *ship_git_script_discard (void);

/* Writes the working copy as a tree: arguments BASE-COMMIT. .gitignore is honoured. Standard
 * output: the tree's id and a line feed, then a pack of what BASE-COMMIT does not reach. */
const char *ship_git_script_harvest (void);

/* Splits the harvest's output. FALSE with SHIP_GIT_ERROR_HOSTILE. @tree, @pack: (out) (transfer
 * full) */
gboolean ship_git_script_parse_harvest (GBytes *output, char **tree, GBytes **pack, GError **error);

G_END_DECLS
