/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-request-job-private.h"

/* See the header. */

ShipRequestJob *
ship_request_job_new (ShipRequestJobKind kind)
{
  ShipRequestJob *self = g_atomic_rc_box_new0 (ShipRequestJob);

  self->kind = kind;
  self->now_ms = g_get_real_time () / 1000;

  return self;
}

ShipRequestJob *
ship_request_job_ref (ShipRequestJob *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ShipRequestJob *self = data;

  g_free (self->agent_id);
  g_free (self->text);
  g_clear_pointer (&self->new_rules, g_ptr_array_unref);
  g_clear_pointer (&self->row, ship_request_row_free);
  g_clear_pointer (&self->rules, g_ptr_array_unref);
}

void
ship_request_job_unref (ShipRequestJob *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
ship_request_job_add_rule (ShipRequestJob *self,
                           const char     *permission,
                           const char     *pattern,
                           const char     *action)
{
  ShipRuleRow *rule = g_new0 (ShipRuleRow, 1);

  if (self->new_rules == NULL)
    self->new_rules = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_rule_row_free);
  rule->permission = g_strdup (permission);
  rule->pattern = g_strdup (pattern);
  rule->action = g_strdup (action);
  g_ptr_array_add (self->new_rules, rule);
}

static gboolean
set_rules (sqlite3 *db, ShipRequestJob *self, GError **error)
{
  for (guint i = 0; self->new_rules != NULL && i < self->new_rules->len; i++)
    {
      const ShipRuleRow *rule = self->new_rules->pdata[i];

      if (rule->action[0] == '\0'
            ? !ship_rule_table_remove (db, rule->permission, rule->pattern, error)
            : !ship_rule_table_set (db,
                                    rule->permission,
                                    rule->pattern,
                                    rule->action,
                                    self->now_ms,
                                    NULL,
                                    error))
        return FALSE;
    }
  self->rules = ship_rule_table_list (db, error);
  return self->rules != NULL;
}

static gboolean
load (sqlite3 *db, ShipRequestJob *self, GError **error)
{
  GError *local = NULL;

  self->row = ship_request_table_load (db, self->request, &local);
  if (local == NULL)
    return TRUE;

  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
answer (sqlite3 *db, ShipRequestJob *self, GError **error)
{
  if (!ship_request_table_close (db, self->agent_id, "answered", self->text, self->now_ms, error))
    return FALSE;

  self->is_done = sqlite3_changes (db) > 0;
  return !self->is_done || set_rules (db, self, error);
}

gboolean
ship_request_job_run_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipRequestJob *self = data;

  switch (self->kind)
    {
    case SHIP_REQUEST_JOB_LOAD:
      return load (db, self, error);
    case SHIP_REQUEST_JOB_ANSWER:
      return answer (db, self, error);
    case SHIP_REQUEST_JOB_DELIVERED:
      return ship_request_table_set_delivered (db, self->agent_id, self->now_ms, error);
    case SHIP_REQUEST_JOB_REOPEN:
      return ship_request_table_reopen (db, self->agent_id, error);
    case SHIP_REQUEST_JOB_WITHDRAW:
      return ship_request_table_withdraw (db, self->agent_id, self->now_ms, error);
    case SHIP_REQUEST_JOB_SET_RULES:
      return set_rules (db, self, error);
    }

  g_assert_not_reached ();
}
