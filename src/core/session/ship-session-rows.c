/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-rows.h"

#include "session/ship-index-tables.h"

/* Freeing the rows of a session's store and of the index. Any thread. */

void
ship_session_row_free (ShipSessionRow *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->title);
  g_free (self->repository);
  g_free (self->repository_name);
  g_free (self->base_branch);
  g_free (self->base_commit);
  g_free (self->branch);
  g_free (self->head_commit);
  g_free (self->sandbox);
  g_free (self->model);
  g_free (self->mode);
  g_free (self->state);
  g_free (self->detail);
  g_free (self->error_category);
  g_free (self->agent_session);
  g_free (self->user_name);
  g_free (self->user_email);
  g_free (self->variant);
  g_free (self->title_source);
  g_free (self);
}

void
ship_task_row_free (ShipTaskRow *self)
{
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->prompt);
  g_free (self->mode);
  g_free (self->model);
  g_free (self->state);
  g_free (self->error);
  g_free (self->error_category);
  g_free (self->from_commit);
  g_free (self->to_commit);
  g_free (self->variant);
  g_free (self->command);
  g_free (self);
}

void
ship_message_row_free (ShipMessageRow *self)
{
  if (self == NULL)
    return;
  g_free (self->agent_id);
  g_free (self->agent_session);
  g_free (self->role);
  g_free (self->provider);
  g_free (self->model);
  g_free (self->mode);
  g_free (self->finish);
  g_free (self->error);
  g_free (self->error_category);
  g_free (self);
}

void
ship_part_row_free (ShipPartRow *self)
{
  if (self == NULL)
    return;
  g_free (self->agent_id);
  g_free (self->kind);
  g_free (self->text);
  g_free (self->tool);
  g_free (self->status);
  g_free (self->title);
  g_free (self->input);
  g_free (self->output);
  g_free (self->metadata);
  g_free (self->child_session);
  g_free (self);
}

void
ship_todo_row_free (ShipTodoRow *self)
{
  if (self == NULL)
    return;
  g_free (self->agent_session);
  g_free (self->content);
  g_free (self->status);
  g_free (self->priority);
  g_free (self);
}

void
ship_request_row_free (ShipRequestRow *self)
{
  if (self == NULL)
    return;
  g_free (self->agent_id);
  g_free (self->agent_session);
  g_free (self->kind);
  g_free (self->permission);
  g_free (self->title);
  g_free (self->details);
  g_free (self->state);
  g_free (self->answer);
  g_free (self);
}

void
ship_exchange_row_free (ShipExchangeRow *self)
{
  if (self == NULL)
    return;
  g_free (self->provider);
  g_free (self->model);
  g_free (self->agent_session);
  g_free (self->purpose);
  g_free (self);
}

void
ship_journal_row_free (ShipJournalRow *self)
{
  if (self == NULL)
    return;
  g_free (self->kind);
  g_free (self->text);
  g_free (self);
}

void
ship_rule_row_free (ShipRuleRow *self)
{
  if (self == NULL)
    return;
  g_free (self->permission);
  g_free (self->pattern);
  g_free (self->action);
  g_free (self);
}

void
ship_attachment_row_free (ShipAttachmentRow *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->mime);
  g_free (self->digest);
  g_free (self);
}

void
ship_steer_row_free (ShipSteerRow *self)
{
  if (self == NULL)
    return;
  g_free (self->agent_id);
  g_free (self->text);
  g_free (self->state);
  g_free (self);
}

void
ship_index_row_free (ShipIndexRow *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->title);
  g_free (self->repository);
  g_free (self->repository_name);
  g_free (self->branch);
  g_free (self->state);
  g_free (self->detail);
  g_free (self->model);
  g_clear_pointer (&self->requests, g_ptr_array_unref);
  g_free (self);
}

void
ship_inbox_row_free (ShipInboxRow *self)
{
  if (self == NULL)
    return;
  g_free (self->session);
  g_free (self->kind);
  g_free (self->permission);
  g_free (self->title);
  g_free (self->details);
  g_free (self->session_title);
  g_free (self->repository_name);
  g_free (self);
}

void
ship_ledger_row_free (ShipLedgerRow *self)
{
  if (self == NULL)
    return;
  g_free (self->day);
  g_free (self->session);
  g_free (self->provider);
  g_free (self->model);
  g_free (self);
}
