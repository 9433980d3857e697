/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SHIP_GIT_NAME_OK,
  SHIP_GIT_NAME_EMPTY,
  SHIP_GIT_NAME_DOTS, /* "." or ".." */
  SHIP_GIT_NAME_SLASH,
  SHIP_GIT_NAME_CONTROL, /* control characters, a line feed among them */
  SHIP_GIT_NAME_DOT_GIT, /* ".git" as some file system would read it */
} ShipGitNameFault;

/* Whether a name may stand in a tree that comes out of a sandbox. Any thread. */
ShipGitNameFault ship_git_name_check (const char *name);

/* Whether it is a file that git itself reads its rules from, as some file system would read the
 * name. */
gboolean ship_git_name_is_special (const char *name);
gboolean ship_git_name_is_gitmodules (const char *name);

/* Whether a .gitmodules file would make some git run a command or write outside the tree. */
gboolean ship_git_name_gitmodules_is_bad (const char *text, gsize length);

G_END_DECLS
