/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/ship-agent-event.h"

/*
 * Events are made by one parser, then immutable and shared by reference: any thread may read one it
 * holds. What hangs below an event belongs to it.
 */

G_DEFINE_BOXED_TYPE (ShipAgentEvent, ship_agent_event, ship_agent_event_ref, ship_agent_event_unref)

ShipAgentEvent *
ship_agent_event_new (ShipAgentEventKind kind, const char *name)
{
  ShipAgentEvent *self = g_new0 (ShipAgentEvent, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->name = g_strdup (name);

  return self;
}

ShipAgentEvent *
ship_agent_event_ref (ShipAgentEvent *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
ship_agent_event_unref (ShipAgentEvent *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->name);
  g_free (self->session_id);
  g_free (self->parent_id);
  g_free (self->message_id);
  g_free (self->part_id);
  g_free (self->request_id);
  g_free (self->text);
  g_free (self->field);
  g_clear_pointer (&self->message, ship_agent_message_free);
  g_clear_pointer (&self->part, ship_agent_part_free);
  g_clear_pointer (&self->request, ship_agent_request_free);
  g_clear_pointer (&self->fault, ship_agent_fault_free);
  g_clear_pointer (&self->todos, g_ptr_array_unref);
  g_free (self->raw);
  g_free (self);
}

void
ship_agent_message_free (ShipAgentMessage *self)
{
  g_free (self->id);
  g_free (self->parent_id);
  g_free (self->provider);
  g_free (self->model);
  g_free (self->mode);
  g_free (self->finish);
  g_clear_pointer (&self->fault, ship_agent_fault_free);
  g_free (self);
}

void
ship_agent_part_free (ShipAgentPart *self)
{
  g_free (self->id);
  g_free (self->message_id);
  g_free (self->type_name);
  g_free (self->text);
  g_free (self->tool);
  g_free (self->title);
  g_free (self->input);
  g_free (self->output);
  g_free (self->metadata);
  g_free (self->child_session_id);
  g_free (self);
}

void
ship_agent_todo_free (ShipAgentTodo *self)
{
  g_free (self->content);
  g_free (self->status);
  g_free (self->priority);
  g_free (self);
}

void
ship_agent_request_free (ShipAgentRequest *self)
{
  g_free (self->id);
  g_free (self->permission);
  g_free (self->title);
  g_free (self->details);
  g_free (self->tool_part_message_id);
  g_free (self);
}

void
ship_agent_fault_free (ShipAgentFault *self)
{
  g_free (self->name);
  g_free (self->text);
  g_free (self);
}
