/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent.h"

G_BEGIN_DECLS

/* What a kind of agent fills in: one slot for each function of ship-agent.h. */
struct _ShipAgentClass
{
  GObjectClass parent_class;

  void (*connect_async) (ShipAgent          *self,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data);
  gboolean (*connect_finish) (ShipAgent *self, GAsyncResult *result, GError **error);
  void (*disconnect) (ShipAgent *self);
  void (*open_session_async) (ShipAgent          *self,
                              const char         *session_id,
                              const char         *title,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
  char *(*open_session_finish) (ShipAgent *self, GAsyncResult *result, GError **error);
  void (*prompt_async) (ShipAgent             *self,
                        const char            *session_id,
                        const ShipAgentPrompt *prompt,
                        GCancellable          *cancellable,
                        GAsyncReadyCallback    callback,
                        gpointer               user_data);
  gboolean (*prompt_finish) (ShipAgent *self, GAsyncResult *result, GError **error);
  void (*command_async) (ShipAgent             *self,
                         const char            *session_id,
                         const char            *command,
                         const ShipAgentPrompt *prompt,
                         GCancellable          *cancellable,
                         GAsyncReadyCallback    callback,
                         gpointer               user_data);
  gboolean (*command_finish) (ShipAgent *self, GAsyncResult *result, GError **error);
  void (*list_commands_async) (ShipAgent          *self,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
  GStrv (*list_commands_finish) (ShipAgent *self, GAsyncResult *result, GError **error);
  char *(*new_message_id) (ShipAgent *self); /* may be NULL: it takes no names */
  void (*forget_async) (ShipAgent          *self,
                        const char         *session_id,
                        const char         *message_id,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data);
  gboolean (*forget_finish) (ShipAgent *self, GAsyncResult *result, GError **error);
  void (*abort_async) (ShipAgent          *self,
                       const char         *session_id,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data);
  gboolean (*abort_finish) (ShipAgent *self, GAsyncResult *result, GError **error);
  void (*answer_permission_async) (ShipAgent          *self,
                                   const char         *request_id,
                                   gboolean            allow,
                                   const char         *message,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
  gboolean (*answer_permission_finish) (ShipAgent *self, GAsyncResult *result, GError **error);
  void (*answer_question_async) (ShipAgent          *self,
                                 const char         *request_id,
                                 const char *const  *answers,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
  gboolean (*answer_question_finish) (ShipAgent *self, GAsyncResult *result, GError **error);
  void (*reconcile_async) (ShipAgent          *self,
                           const char         *session_id,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data);
  gboolean (*reconcile_finish) (ShipAgent *self, GAsyncResult *result, GError **error);
  gint64 (*get_last_activity) (ShipAgent *self);
  const char *(*get_version) (ShipAgent *self);
};

void ship_agent_emit_event (ShipAgent *self, ShipAgentEvent *event);
void ship_agent_emit_lost (ShipAgent *self, const GError *error);

G_END_DECLS
