/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SHIP_REHEARSAL_LANGUAGE_SHELL, /* works everywhere: also what the others fall back to */
  SHIP_REHEARSAL_LANGUAGE_PYTHON,
  SHIP_REHEARSAL_LANGUAGE_C,
} ShipRehearsalLanguage;

/* A file the rehearsal writes: its name, and a text in which @NAME@ and @PROMPT@ are to be
 * replaced. */
typedef struct
{
  const char *name;
  const char *text;
} ShipRehearsalFile;

/* The small module of that language and its test; the last element's name is NULL. */
const ShipRehearsalFile *ship_rehearsal_sample_get_files (ShipRehearsalLanguage language);
/* How a person runs its test, inside the directory of the files. */
const char *ship_rehearsal_sample_get_command (ShipRehearsalLanguage language);
/* The same for a subshell, leaving nothing behind but the sources: only they belong into a commit.
 */
const char *ship_rehearsal_sample_get_script (ShipRehearsalLanguage language);
const char *ship_rehearsal_sample_get_language_name (ShipRehearsalLanguage language);
/* @text with what it stands for put in; @name must be letters only, @prompt may be anything.
 * (transfer full) */
char *ship_rehearsal_sample_fill (const char *text, const char *name, const char *prompt);

G_END_DECLS
