/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "usage/ship-usage.h"

G_BEGIN_DECLS

/*
 * The built-in scripted model, speaking the OpenAI Chat Completions protocol: POST
 * …/chat/completions, streamed or not, and GET …/models. Answers @message, at once or piece by
 * piece while the main loop runs; stops when the client goes away. Nothing is kept between
 * requests. Main thread.
 */
void ship_rehearsal_handle (SoupServerMessage *message, GBytes *request_body);

/* What the answer to @message says it used; NULL if there was no completion. (transfer none) */
const ShipUsage *ship_rehearsal_get_usage (SoupServerMessage *message);

G_END_DECLS
