/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ship-cli.h"

G_BEGIN_DECLS

/* A text that nobody is to see: typed at the terminal without being shown, after @question, or all
 * of standard input when that is no terminal. NULL after a sentence; @status then says which exit
 * code. (transfer full): free with ship_cli_secret_free() */
char *ship_cli_secret_read (const char *question, int *status);
void  ship_cli_secret_free (char *secret);

G_END_DECLS
