/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SHIP_REPOSITORY_NONE,     /* nothing is named */
  SHIP_REPOSITORY_CHECKING, /* on a worker */
  SHIP_REPOSITORY_GOOD,
  SHIP_REPOSITORY_BAD,
} ShipRepositoryState;

/*
 * The repository of a session that is not made yet: a text somebody types, and what is found out
 * about it. Looked at a moment after the text has come to rest; nothing is changed. Main thread.
 *
 * Signals: "changed": state and all that follows from it
 */
#define SHIP_TYPE_REPOSITORY_CHOICE (ship_repository_choice_get_type ())
G_DECLARE_FINAL_TYPE (ShipRepositoryChoice,
                      ship_repository_choice,
                      SHIP,
                      REPOSITORY_CHOICE,
                      GObject)

ShipRepositoryChoice *ship_repository_choice_new (void);
/* @text: a path, "~" or a file: address. */
void ship_repository_choice_set_text (ShipRepositoryChoice *self, const char *text);
/* Looks again at what is named. */
void ship_repository_choice_refresh (ShipRepositoryChoice *self);

ShipRepositoryState ship_repository_choice_get_state (ShipRepositoryChoice *self);
/* Why it is bad. (nullable) */
const char *ship_repository_choice_get_trouble (ShipRepositoryChoice *self);
/* Of a good one: its root, what is checked out there (nullable: no branch), its branches with that
 * one first, and how many files differ from the last commit. */
const char        *ship_repository_choice_get_root (ShipRepositoryChoice *self);
const char        *ship_repository_choice_get_branch (ShipRepositoryChoice *self);
const char *const *ship_repository_choice_get_branches (ShipRepositoryChoice *self);
gboolean           ship_repository_choice_has_branch (ShipRepositoryChoice *self, const char *name);
guint              ship_repository_choice_get_n_dirty (ShipRepositoryChoice *self);

/* What a text means as a path. (transfer full) (nullable): it cannot be one */
char *ship_repository_choice_parse (const char *text, GError **error);

G_END_DECLS
