/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads the files that go with a prompt and adds them to the options of Send. Blocks: before the
 * main loop only. FALSE after a sentence was printed. @files: (nullable) */
gboolean ship_cli_attach (char **files, GVariantDict *options);

G_END_DECLS
