/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-attachment.h"
#include "session/ship-session.h"

G_BEGIN_DECLS

/* The part of ship-session.h that is about what the user sends and the queue; what stands there
 * holds here. */

/* What goes with a prompt; plain struct on the caller's stack, nothing owned. */
typedef struct
{
  const char *mode;        /* (nullable): the session's */
  const char *model;       /* (nullable): the session's */
  const char *variant;     /* (nullable): the session's */
  const char *title;       /* (nullable): from the text */
  gint64      source;      /* 0, or the message it is made from, whose text it has if it has none */
  GPtrArray  *attachments; /* (nullable) (element-type ShipAttachment): referenced */
  gboolean    is_steering; /* into the turn that runs, if one does */
  gint64 waiting; /* with is_steering: 0, or the waiting task that is sent now, in place of text */
} ShipSubmission;

/* The same with everything that can go with a prompt, and with commands: text that begins with "/"
 * (see ship-slash-command.h). @what: (nullable). finish: the task's id; 0 when it made none (a
 * command of ours, or steering); -1 with @error, and then nothing of it is stored. */
void   ship_session_submit_async (ShipSession          *self,
                                  const char           *text,
                                  const ShipSubmission *what,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
gint64 ship_session_submit_finish (ShipSession *self, GAsyncResult *result, GError **error);

/* These finish by ship_session_command_finish(). */

/* Of a task that waits; otherwise CONFLICT. @text: as for a submission, but no command of ours. */
void ship_session_edit_task_async (ShipSession        *self,
                                   gint64              task,
                                   const char         *text,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
/* One that was cancelled while it waited waits again, where it did. */
void ship_session_restore_task_async (ShipSession        *self,
                                      gint64              task,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
/* Both wait; @before: 0 for the end. */
void ship_session_move_task_async (ShipSession        *self,
                                   gint64              task,
                                   gint64              before,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);

G_END_DECLS
