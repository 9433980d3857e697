/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-json-lines.h"

#include <string.h>

/* See the header. */

typedef struct
{
  char    *text;   /* (owned): what was told of it */
  char    *status; /* (owned) (nullable) */
  char    *title;  /* (owned) (nullable) */
  char    *parent; /* (owned) (nullable) */
  gboolean is_ended;
} Told;

struct _ShipCliJsonLines
{
  ShipCli    *cli;   /* (unowned) */
  GHashTable *told;  /* (owned) (element-type utf8 Told): by the entry's key */
  char       *state; /* (owned) (nullable): the last line about it */
};

static void
told_free (gpointer data)
{
  Told *told = data;

  g_free (told->text);
  g_free (told->status);
  g_free (told->title);
  g_free (told->parent);
  g_free (told);
}

ShipCliJsonLines *
ship_cli_json_lines_new (ShipCli *cli)
{
  ShipCliJsonLines *self = g_new0 (ShipCliJsonLines, 1);

  self->cli = cli;
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, told_free);
  return self;
}

void
ship_cli_json_lines_free (ShipCliJsonLines *self)
{
  g_hash_table_unref (self->told);
  g_free (self->state);
  g_free (self);
}

static void
print_whole (ShipCliJsonLines *self, ShipTranscriptEntry *entry)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  int exit_code = ship_transcript_entry_get_exit_code (entry);

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "type", "entry");
  ship_cli_json_string (builder, "key", ship_transcript_entry_get_key (entry));
  ship_cli_json_string (builder, "kind", ship_transcript_entry_get_kind (entry));
  ship_cli_json_int (builder, "task", ship_transcript_entry_get_task (entry));
  ship_cli_json_string (builder, "text", ship_transcript_entry_get_text (entry));
  ship_cli_json_string (builder, "tool", ship_transcript_entry_get_tool (entry));
  ship_cli_json_string (builder, "status", ship_transcript_entry_get_status (entry));
  ship_cli_json_string (builder, "title", ship_transcript_entry_get_title (entry));
  ship_cli_json_string (builder, "output", ship_transcript_entry_get_output (entry));
  ship_cli_json_count (builder, "exit_code", exit_code);
  ship_cli_json_count (builder, "duration_ms", ship_transcript_entry_get_duration_ms (entry));
  ship_cli_json_boolean (builder, "ended", ship_transcript_entry_is_ended (entry));
  ship_cli_json_boolean (builder, "sub_agent", ship_transcript_entry_is_sub_agent (entry));
  ship_cli_json_string (builder, "parent", ship_transcript_entry_get_parent_key (entry));
  ship_cli_json_int (builder, "depth", ship_transcript_entry_get_depth (entry));
  json_builder_end_object (builder);
  ship_cli_print_json (self->cli, builder, FALSE);
}

static void
print_growth (ShipCliJsonLines *self, ShipTranscriptEntry *entry, const char *piece)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "type", "text");
  ship_cli_json_string (builder, "key", ship_transcript_entry_get_key (entry));
  ship_cli_json_string (builder, "text", piece);
  json_builder_end_object (builder);
  ship_cli_print_json (self->cli, builder, FALSE);
}

static gboolean
is_same (const Told *told, ShipTranscriptEntry *entry)
{
  return told->is_ended == ship_transcript_entry_is_ended (entry) &&
         g_strcmp0 (told->status, ship_transcript_entry_get_status (entry)) == 0 &&
         g_strcmp0 (told->title, ship_transcript_entry_get_title (entry)) == 0 &&
         g_strcmp0 (told->parent, ship_transcript_entry_get_parent_key (entry)) == 0 &&
         g_str_has_prefix (ship_transcript_entry_get_text (entry), told->text);
}

void
ship_cli_json_lines_print_entry (ShipCliJsonLines *self, ShipTranscriptEntry *entry)
{
  const char *key = ship_transcript_entry_get_key (entry);
  const char *text = ship_transcript_entry_get_text (entry);
  Told       *told = g_hash_table_lookup (self->told, key);
  gboolean    is_known = told != NULL && is_same (told, entry);

  if (is_known && strlen (text) == strlen (told->text))
    return;
  if (is_known)
    print_growth (self, entry, text + strlen (told->text));
  else
    print_whole (self, entry);

  told = g_new0 (Told, 1);
  told->text = g_strdup (text);
  told->status = g_strdup (ship_transcript_entry_get_status (entry));
  told->title = g_strdup (ship_transcript_entry_get_title (entry));
  told->parent = g_strdup (ship_transcript_entry_get_parent_key (entry));
  told->is_ended = ship_transcript_entry_is_ended (entry);
  g_hash_table_insert (self->told, g_strdup (key), told);
}

void
ship_cli_json_lines_print_state (ShipCliJsonLines *self,
                                 const char       *state,
                                 const char       *detail,
                                 const char       *activity,
                                 gint64            retry_at)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *words =
    g_strdup_printf ("%s\n%s\n%s\n%" G_GINT64_FORMAT, state, detail, activity, retry_at);

  if (g_strcmp0 (words, self->state) == 0)
    return;
  g_free (self->state);
  self->state = g_steal_pointer (&words);
  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "type", "state");
  ship_cli_json_string (builder, "state", state);
  ship_cli_json_string (builder, "detail", detail);
  ship_cli_json_string (builder, "activity", activity);
  ship_cli_json_time (builder, "retry_at", retry_at);
  json_builder_end_object (builder);
  ship_cli_print_json (self->cli, builder, FALSE);
}
