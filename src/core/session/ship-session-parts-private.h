/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-private.h"
#include "session/ship-session-send.h"

G_BEGIN_DECLS

/* What the files that make up ShipSession do for each other. */

/* ship-session-asking.c */
void ship_session_follow_desk (ShipSession *self);
/* An agent that waits for the user: so does the session. */
void ship_session_check_waiting (ShipSession *self);
/* The rules for the agent that is about to be started. */
void ship_session_tell_permissions (ShipSession *self);
/* Whether the agent must be started again for the rules to hold. */
gboolean ship_session_has_stale_agent (ShipSession *self);
/* Sleeps and wakes, between two turns. */
void ship_session_restart (ShipSession *self);

/* ship-session-commands.c */
/* Gets the queue going, whatever holds it. */
void ship_session_go_on (ShipSession *self);

/* ship-session-egress.c: from now on @egress (transfer full) holds, and contacts are kept. */
void ship_session_follow_egress (ShipSession *self, ShipEgressRow *egress);

/* ship-session-limits.c: from now on @limits (transfer full) hold. */
void ship_session_follow_limits (ShipSession *self, ShipLimitsRow *limits);

/* ship-session-send.c */
/* What the task that is about to run needs besides its prompt. */
void ship_session_equip_turn (ShipSession *self, ShipTurn *turn, gboolean is_continuation);
/* The agent has read what was said into the turn as @message_id. */
void ship_session_note_read (ShipSession *self, const char *message_id);
/* What the agent has for commands, asked once a wake. */
void ship_session_learn_commands (ShipSession *self);

/* ship-session-work.c */
void ship_session_start_wake (ShipSession *self);
void ship_session_start_next (ShipSession *self);
void ship_session_follow_runtime (ShipSession *self);
/* The store refused what was said: a turn under way ends with @error, a session at rest fails. */
void ship_session_break (ShipSession *self, const GError *error);
/* The agent may be at work behind our back: it is ended. */
void ship_session_bring_down (ShipSession *self, const GError *error);
/* Ends the task under way: @state is complete, failed or cancelled; @error with failed; @commit if
 * it has one; @n_files -1: not known. */
void ship_session_end_task (ShipSession  *self,
                            const char   *state,
                            const GError *error,
                            const char   *commit,
                            int           n_files);

/* ship-session-steps.c */
/* What the wake is at now; "": nothing. */
void ship_session_tell_step (ShipSession *self, const char *step);
void ship_session_end_steps (ShipSession *self);

/* ship-session-booking.c */
void ship_session_book (ShipSession *self, const ShipExchangeRow *exchange);
/* Those that could not be written, before anything more is spent. */
void ship_session_book_again (ShipSession *self);
void ship_session_end_booking (ShipSession *self);

/* ship-session-sweep.c */
/* The turn was stopped: ends what its commands do still, and then the task. */
void ship_session_sweep (ShipSession *self);

/* ship-session-commit.c */
void ship_session_start_commit (ShipSession *self, ShipTurn *turn);
/* A commit under way has a moment left. */
void ship_session_hurry_commit (ShipSession *self);

/* ship-session-archive.c: an archived session that gets work is restored. */
void ship_session_restore (ShipSession *self);

/* ship-session-branch.c: completes a renaming that was interrupted. */
void ship_session_complete_rename_async (ShipSession        *self,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
void ship_session_complete_rename_finish (ShipSession *self, GAsyncResult *result);

/* ship-session-warm.c */
/* A wake that nobody's work waits for has failed, or was stopped. @error: (nullable) */
void ship_session_give_up_warming (ShipSession *self, const GError *error);

/* ship-session-adopt.c */
/* Brings a claimed spare's working copy to its branch, then goes on with the wake. */
void ship_session_settle_branch (ShipSession *self);

/* ship-session-work.c */
/* The agent's conversation that is the session's from now on. */
void ship_session_take_agent_session (ShipSession *self, const char *agent_session);

/* ship-session-title.c */
/* The title the agent is to use; (nullable): NULL when it may think of one. */
const char *ship_session_get_fixed_title (ShipSession *self);
/* What a request was for, (nullable); static. */
const char *ship_session_take_purpose (ShipSession *self, const ShipExchangeRow *exchange);
/* What the agent thought of, if @event tells that. */
void ship_session_take_title (ShipSession *self, ShipAgentEvent *event);

G_END_DECLS
