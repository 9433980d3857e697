/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* NULL if the walls around this process stand, else a sentence that says which does not. */
const char *ship_guest_check (void);
