/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-transcript-private.h"

/* One entry of a conversation: the values read, and text that may have grown since. Owned by its
 * model; main thread. */

struct _ShipTranscriptEntry
{
  GObject          parent_instance;
  ShipEntryValues *values; /* (owned): but for the text */
  GString         *text;   /* (owned) */
};

typedef enum
{
  PROP_KIND = 1,
  PROP_KEY,
  PROP_TEXT,
  PROP_TOOL,
  PROP_STATUS,
  PROP_TITLE,
  PROP_OUTPUT,
  PROP_EXIT_CODE,
  PROP_TASK,
  PROP_IS_ENDED,
  PROP_IS_SUB_AGENT,
  PROP_DURATION_MS,
  PROP_PARENT_KEY,
  PROP_DEPTH,
  PROP_HAS_SUB_AGENT,
  PROP_SUBJECT,
  PROP_TURN,
} ShipTranscriptEntryProperty;

static GParamSpec *properties[PROP_TURN + 1];

G_DEFINE_FINAL_TYPE (ShipTranscriptEntry, ship_transcript_entry, G_TYPE_OBJECT)

static gint64
duration_of (const ShipEntryValues *values)
{
  if (values->started_at == 0 || values->ended_at < values->started_at)
    return -1;
  return values->ended_at - values->started_at;
}

static void
ship_transcript_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShipTranscriptEntry   *self = SHIP_TRANSCRIPT_ENTRY (object);
  const ShipEntryValues *values = self->values;

  switch ((ShipTranscriptEntryProperty) id)
    {
    case PROP_KIND:
      g_value_set_string (value, values->kind);
      break;
    case PROP_KEY:
      g_value_set_string (value, values->key);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text->str);
      break;
    case PROP_TOOL:
      g_value_set_string (value, values->tool);
      break;
    case PROP_STATUS:
      g_value_set_string (value, values->status);
      break;
    case PROP_TITLE:
      g_value_set_string (value, values->title);
      break;
    case PROP_OUTPUT:
      g_value_set_string (value, values->output);
      break;
    case PROP_EXIT_CODE:
      g_value_set_int (value, values->exit_code);
      break;
    case PROP_TASK:
      g_value_set_int64 (value, values->task);
      break;
    case PROP_IS_ENDED:
      g_value_set_boolean (value, values->is_ended);
      break;
    case PROP_IS_SUB_AGENT:
      g_value_set_boolean (value, values->is_sub_agent);
      break;
    case PROP_DURATION_MS:
      g_value_set_int64 (value, duration_of (values));
      break;
    case PROP_PARENT_KEY:
      g_value_set_string (value, values->parent_key);
      break;
    case PROP_DEPTH:
      g_value_set_uint (value, values->depth);
      break;
    case PROP_HAS_SUB_AGENT:
      g_value_set_boolean (value, values->has_sub_agent);
      break;
    case PROP_SUBJECT:
      g_value_set_string (value, values->subject);
      break;
    case PROP_TURN:
      g_value_set_pointer (value, values->turn);
      break;
    }
}

static void
ship_transcript_entry_finalize (GObject *object)
{
  ShipTranscriptEntry *self = SHIP_TRANSCRIPT_ENTRY (object);

  ship_entry_values_free (self->values);
  g_string_free (self->text, TRUE);
  G_OBJECT_CLASS (ship_transcript_entry_parent_class)->finalize (object);
}

static void
ship_transcript_entry_class_init (ShipTranscriptEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ship_transcript_entry_get_property;
  object_class->finalize = ship_transcript_entry_finalize;

  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL, flags);
  properties[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_TOOL] = g_param_spec_string ("tool", NULL, NULL, NULL, flags);
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_OUTPUT] = g_param_spec_string ("output", NULL, NULL, NULL, flags);
  properties[PROP_EXIT_CODE] =
    g_param_spec_int ("exit-code", NULL, NULL, G_MININT, G_MAXINT, -1, flags);
  properties[PROP_TASK] = g_param_spec_int64 ("task", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_IS_ENDED] = g_param_spec_boolean ("is-ended", NULL, NULL, FALSE, flags);
  properties[PROP_IS_SUB_AGENT] = g_param_spec_boolean ("is-sub-agent", NULL, NULL, FALSE, flags);
  properties[PROP_DURATION_MS] =
    g_param_spec_int64 ("duration-ms", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_PARENT_KEY] = g_param_spec_string ("parent-key", NULL, NULL, NULL, flags);
  properties[PROP_DEPTH] = g_param_spec_uint ("depth", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_HAS_SUB_AGENT] = g_param_spec_boolean ("has-sub-agent", NULL, NULL, FALSE, flags);
  properties[PROP_SUBJECT] = g_param_spec_string ("subject", NULL, NULL, NULL, flags);
  properties[PROP_TURN] = g_param_spec_pointer ("turn", NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ship_transcript_entry_init (ShipTranscriptEntry *self)
{
  self->text = g_string_new (NULL);
}

static void
take_text (ShipTranscriptEntry *self)
{
  g_string_assign (self->text, self->values->text != NULL ? self->values->text : "");
  g_clear_pointer (&self->values->text, g_free);
}

ShipTranscriptEntry *
ship_transcript_entry_new (ShipEntryValues *values)
{
  ShipTranscriptEntry *self = g_object_new (SHIP_TYPE_TRANSCRIPT_ENTRY, NULL);

  self->values = values;
  take_text (self);
  return self;
}

static gboolean
is_same_turn (const ShipTurnFigures *a, const ShipTurnFigures *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strcmp0 (a->error, b->error) == 0 && g_strcmp0 (a->category, b->category) == 0 &&
         g_strcmp0 (a->commit, b->commit) == 0 && a->files_changed == b->files_changed &&
         memcmp (&a->usage, &b->usage, sizeof a->usage) == 0 && a->cost == b->cost &&
         a->is_cost_whole == b->is_cost_whole;
}

static void
notify_if (ShipTranscriptEntry *self, gboolean differs, ShipTranscriptEntryProperty property)
{
  if (differs)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
ship_transcript_entry_update (ShipTranscriptEntry *self, ShipEntryValues *values)
{
  g_autoptr (ShipEntryValues) old = g_steal_pointer (&self->values);
  gboolean is_younger =
    !values->is_ended && values->text != NULL && g_str_has_prefix (self->text->str, values->text);
  gboolean differs = !is_younger && g_strcmp0 (self->text->str, values->text) != 0;

  g_object_freeze_notify (G_OBJECT (self));
  self->values = values;
  if (differs)
    take_text (self);
  g_clear_pointer (&self->values->text, g_free);
  notify_if (self, differs, PROP_TEXT);
  notify_if (self, g_strcmp0 (old->tool, values->tool) != 0, PROP_TOOL);
  notify_if (self, g_strcmp0 (old->status, values->status) != 0, PROP_STATUS);
  notify_if (self, g_strcmp0 (old->title, values->title) != 0, PROP_TITLE);
  notify_if (self, g_strcmp0 (old->output, values->output) != 0, PROP_OUTPUT);
  notify_if (self, old->exit_code != values->exit_code, PROP_EXIT_CODE);
  notify_if (self, old->task != values->task, PROP_TASK);
  notify_if (self, old->is_ended != values->is_ended, PROP_IS_ENDED);
  notify_if (self, old->is_sub_agent != values->is_sub_agent, PROP_IS_SUB_AGENT);
  notify_if (self, duration_of (old) != duration_of (values), PROP_DURATION_MS);
  notify_if (self, g_strcmp0 (old->parent_key, values->parent_key) != 0, PROP_PARENT_KEY);
  notify_if (self, old->depth != values->depth, PROP_DEPTH);
  notify_if (self, old->has_sub_agent != values->has_sub_agent, PROP_HAS_SUB_AGENT);
  notify_if (self, g_strcmp0 (old->subject, values->subject) != 0, PROP_SUBJECT);
  notify_if (self, !is_same_turn (old->turn, values->turn), PROP_TURN);
  g_object_thaw_notify (G_OBJECT (self));
}

gboolean
ship_transcript_entry_append (ShipTranscriptEntry *self, guint64 offset, const char *text)
{
  gsize length = strlen (text);

  if (offset > self->text->len)
    return FALSE;
  /* What of it came with a reading already is not added twice. */
  if (offset + length > self->text->len)
    {
      g_string_append (self->text, text + (self->text->len - offset));
      notify_if (self, TRUE, PROP_TEXT);
    }
  return TRUE;
}

const ShipEntryValues *
ship_transcript_entry_get_values (ShipTranscriptEntry *self)
{
  return self->values;
}

gint64
ship_transcript_entry_get_part (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), 0);

  return self->values->part;
}

gint64
ship_transcript_entry_get_message (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), 0);

  return self->values->message;
}

const char *
ship_transcript_entry_get_subject (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->values->subject;
}

const char *
ship_transcript_entry_get_digest (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->values->digest;
}

const ShipTurnFigures *
ship_transcript_entry_get_turn (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->values->turn;
}

const char *
ship_transcript_entry_get_kind (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->values->kind;
}

const char *
ship_transcript_entry_get_key (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->values->key;
}

const char *
ship_transcript_entry_get_text (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->text->str;
}

const char *
ship_transcript_entry_get_tool (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->values->tool;
}

const char *
ship_transcript_entry_get_status (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->values->status;
}

const char *
ship_transcript_entry_get_title (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->values->title;
}

const char *
ship_transcript_entry_get_output (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->values->output;
}

int
ship_transcript_entry_get_exit_code (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), -1);

  return self->values->exit_code;
}

gint64
ship_transcript_entry_get_task (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), 0);

  return self->values->task;
}

gboolean
ship_transcript_entry_is_ended (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), TRUE);

  return self->values->is_ended;
}

gboolean
ship_transcript_entry_is_sub_agent (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), FALSE);

  return self->values->is_sub_agent;
}

gint64
ship_transcript_entry_get_duration_ms (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), -1);

  return duration_of (self->values);
}

const char *
ship_transcript_entry_get_parent_key (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), NULL);

  return self->values->parent_key;
}

guint
ship_transcript_entry_get_depth (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), 0);

  return self->values->depth;
}

gboolean
ship_transcript_entry_has_sub_agent (ShipTranscriptEntry *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT_ENTRY (self), FALSE);

  return self->values->has_sub_agent;
}
