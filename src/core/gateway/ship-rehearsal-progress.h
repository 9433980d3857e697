/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/ship-rehearsal-sample.h"
#include "gateway/ship-rehearsal-turn.h"

G_BEGIN_DECLS

/* What to print of the surroundings; ship_rehearsal_progress_new() knows its output by this very
 * command. */
#define SHIP_REHEARSAL_EXPLORE                                                                     \
  "git log --oneline -3; echo '-- top level'; ls -p; echo '-- files'; git ls-files | head -n 200;" \
  " echo '-- tools'; command -v cc; command -v python3; true"
/* Printed with the exit status behind a test, because OpenCode does not tell the model. */
#define SHIP_REHEARSAL_STATUS "exit status "

/* How far a turn has come, read from its actions. */
typedef struct
{
  const char           *listing;          /* (unowned) (nullable): what the exploring printed */
  const char           *read_path;        /* (unowned) (nullable): the file that was read */
  const char           *read_result;      /* (unowned) (nullable): its text or an error */
  gboolean              has_written;      /* files were written, in written_language */
  ShipRehearsalLanguage written_language; /* of the newest ones */
  const char           *refusal;      /* (unowned) (nullable): why a file could not be written */
  gboolean              has_run;      /* a test was run, in run_language */
  ShipRehearsalLanguage run_language; /* of the newest one */
  const char           *run_output;   /* (unowned) (nullable) */
  gboolean              is_ticked;    /* the to-dos were brought up to date after that */
} ShipRehearsalProgress;

/* The strings belong to @turn. */
void ship_rehearsal_progress_read (ShipRehearsalProgress *self, const ShipRehearsalTurn *turn);
/* Whether the last test said that it succeeded. */
gboolean ship_rehearsal_progress_has_passed (const ShipRehearsalProgress *self);

/* What the listing suggests. */
ShipRehearsalLanguage ship_rehearsal_progress_choose_language (const ShipRehearsalProgress *self);
/* A directory that is not there yet. (transfer full) */
char *ship_rehearsal_progress_choose_folder (const ShipRehearsalProgress *self);
/* A file worth reading, relative: a README, else a source. (transfer full) (nullable) */
char *ship_rehearsal_progress_choose_file (const ShipRehearsalProgress *self);
/* What the README that was read begins with, without Markdown's marks. (transfer full) (nullable)
 */
char *ship_rehearsal_progress_dup_heading (const ShipRehearsalProgress *self);

G_END_DECLS
