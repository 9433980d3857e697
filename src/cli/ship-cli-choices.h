/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ship-cli.h"

G_BEGIN_DECLS

/* The questions of a request and what can be chosen, with numbers to choose by. @details: JSON */
void ship_cli_choices_print (ShipCli *cli, const char *details);

/* What was typed for each question as the answers mean it: a number is the option it stands before,
 * several with commas where several may be chosen; everything else is text. (transfer full) */
GStrv ship_cli_choices_read (const char *details, const char *const *texts);

G_END_DECLS
