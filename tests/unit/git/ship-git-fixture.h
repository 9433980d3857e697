/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "git/ship-git-mirror.h"
#include "git/ship-git-repository.h"

/* A temporary directory with a user's repository in it, made by the real git with settings of its
 * own. Everything here may block and runs on the main thread of a test. */
typedef struct
{
  char *root;   /* (owned) */
  char *repo;   /* (owned): a repository with one commit on "main" */
  char *mirror; /* (owned): not there yet */
  char *base;   /* (owned): the commit */
} ShipGitFixture;

/* To be called first by main(): HOME and git's settings are private. */
void ship_git_fixture_init (void);

ShipGitFixture *ship_git_fixture_new (void);
void            ship_git_fixture_free (ShipGitFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGitFixture, ship_git_fixture_free)

/* Runs git in @directory, which must succeed. (transfer full): its output without the last line end
 */
char *ship_git_fixture_git (const char *directory, const char *first, ...) G_GNUC_NULL_TERMINATED;
/* Runs any program; @input, @environ: (nullable). Returns its exit code. @output, @error_text:
 * (out) (optional) */
int ship_git_fixture_run (const char *const *argv,
                          const char        *directory,
                          char             **environ_,
                          GBytes            *input,
                          GBytes           **output,
                          char             **error_text);

void  ship_git_fixture_write (const char *directory, const char *name, const char *text);
char *ship_git_fixture_commit (ShipGitFixture *self, const char *message);

/* Every file below @directory with its mode and contents, as one text. */
char *ship_git_fixture_snapshot (const char *directory);

/* The calls under test, waited for. */
gboolean ship_git_fixture_update (ShipGitFixture *self, const char *commit, GError **error);
char    *ship_git_fixture_import (ShipGitFixture *self,
                                  const char     *tree,
                                  GBytes         *pack,
                                  const char     *parent,
                                  const char     *branch,
                                  GError        **error);
gboolean ship_git_fixture_deliver (ShipGitFixture *self,
                                   const char     *branch,
                                   const char     *commit,
                                   GError        **error);

/* The tree of what is in @directory (an ordinary clone), and a thin pack of what @base lacks. */
void
ship_git_fixture_pack_tree (const char *directory, const char *base, char **tree, GBytes **pack);
