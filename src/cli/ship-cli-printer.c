/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-printer.h"

#include <glib/gi18n.h>
#include <string.h>

/* See the header. Text is streamed: on a terminal piece by piece, in a pipe line by line. */

#define SUB_AGENT_MARK "  ↳ "
#define MAX_INDENT     8

typedef struct
{
  GString *printed; /* (owned): of a text, as it was told */
  gboolean is_begun;
  gboolean is_done;
} Progress;

struct _ShipCliPrinter
{
  ShipCli    *cli;      /* (unowned) */
  GHashTable *progress; /* (owned) (element-type utf8 Progress): by the entry's key */
  char       *open;     /* (owned) (nullable): the key of the text whose line has no end yet */
  gboolean    has_status;
};

static void
progress_free (gpointer data)
{
  Progress *progress = data;

  g_string_free (progress->printed, TRUE);
  g_free (progress);
}

ShipCliPrinter *
ship_cli_printer_new (ShipCli *cli)
{
  ShipCliPrinter *self = g_new0 (ShipCliPrinter, 1);

  self->cli = cli;
  self->progress = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, progress_free);
  return self;
}

void
ship_cli_printer_free (ShipCliPrinter *self)
{
  g_hash_table_unref (self->progress);
  g_free (self->open);
  g_free (self);
}

static void
clear_status (ShipCliPrinter *self)
{
  if (self->has_status)
    ship_cli_write (self->cli, "\r\033[K");
  self->has_status = FALSE;
}

/* Before anything else is printed: the bottom line away, an open line ended. */
static void
begin_line (ShipCliPrinter *self)
{
  clear_status (self);
  if (self->open != NULL)
    ship_cli_print (self->cli, "%s\n", ship_cli_style (self->cli, SHIP_CLI_STYLE_PLAIN));
  g_clear_pointer (&self->open, g_free);
}

void
ship_cli_printer_set_status (ShipCliPrinter *self, const char *text)
{
  g_autofree char *line = NULL;

  if (!self->cli->is_terminal || self->cli->is_json || self->open != NULL)
    return;
  if (text == NULL)
    {
      clear_status (self);
      return;
    }
  line = ship_cli_clean_line (text, ship_cli_get_columns () - 1);
  ship_cli_print (self->cli,
                  "\r\033[K%s%s%s",
                  ship_cli_style (self->cli, SHIP_CLI_STYLE_DIM),
                  line,
                  ship_cli_style (self->cli, SHIP_CLI_STYLE_PLAIN));
  self->has_status = TRUE;
}

void
ship_cli_printer_print_line (ShipCliPrinter *self,
                             ShipCliStyle    style,
                             const char     *mark,
                             const char     *text)
{
  g_autofree char *clean = ship_cli_clean (text);

  begin_line (self);
  ship_cli_print (self->cli,
                  "%s%s%s %s\n",
                  ship_cli_style (self->cli, style),
                  mark,
                  ship_cli_style (self->cli, SHIP_CLI_STYLE_PLAIN),
                  clean);
}

static Progress *
get_progress (ShipCliPrinter *self, ShipTranscriptEntry *entry)
{
  const char *key = ship_transcript_entry_get_key (entry);
  Progress   *progress = g_hash_table_lookup (self->progress, key);

  if (progress != NULL)
    return progress;
  progress = g_new0 (Progress, 1);
  progress->printed = g_string_new (NULL);
  g_hash_table_insert (self->progress, g_strdup (key), progress);
  return progress;
}

static gboolean
print_prompt (ShipCliPrinter *self, ShipTranscriptEntry *entry, Progress *progress)
{
  g_autofree char *clean = NULL;

  if (g_strcmp0 (ship_transcript_entry_get_status (entry), "pending") == 0)
    return FALSE;
  clean = ship_cli_clean (ship_transcript_entry_get_text (entry));
  begin_line (self);
  ship_cli_print (self->cli,
                  "%s> %s%s\n",
                  ship_cli_style (self->cli, SHIP_CLI_STYLE_BOLD),
                  clean,
                  ship_cli_style (self->cli, SHIP_CLI_STYLE_PLAIN));
  progress->is_done = TRUE;
  return TRUE;
}

/* What of @text can be printed now: in a pipe whole lines only. */
static gsize
printable (ShipCliPrinter *self, const char *text, gboolean is_ended)
{
  const char *end;

  if (self->cli->is_terminal || is_ended)
    return strlen (text);
  end = strrchr (text, '\n');
  return end != NULL ? (gsize) (end + 1 - text) : 0;
}

/* (transfer full): what stands before a line of a sub-agent; deeper ones stand further in. */
static char *
dup_sub_agent_margin (ShipTranscriptEntry *entry)
{
  guint            depth = MIN (ship_transcript_entry_get_depth (entry), MAX_INDENT);
  g_autofree char *indent = g_strnfill (depth > 1 ? 2 * (depth - 1) : 0, ' ');

  return g_strconcat (indent, SUB_AGENT_MARK, NULL);
}

/* Every line of a thought is marked where there is no dimming. */
static void
write_text (ShipCliPrinter      *self,
            ShipTranscriptEntry *entry,
            const char          *piece,
            gboolean             is_new_line)
{
  const char      *margin = "";
  g_autofree char *sub_agent_margin = dup_sub_agent_margin (entry);
  g_autofree char *clean = ship_cli_clean (piece);
  g_auto (GStrv) lines = g_strsplit (clean, "\n", -1);

  if (ship_transcript_entry_is_sub_agent (entry))
    margin = sub_agent_margin;
  else if (g_str_equal (ship_transcript_entry_get_kind (entry), "reasoning"))
    margin = self->cli->has_colour ? "  " : "  | ";
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean is_rest = lines[i + 1] == NULL;

      if (is_rest && *lines[i] == '\0')
        break;
      ship_cli_print (self->cli,
                      "%s%s%s",
                      i > 0 || is_new_line ? margin : "",
                      lines[i],
                      is_rest ? "" : "\n");
    }
}

static void
start_text (ShipCliPrinter *self, ShipTranscriptEntry *entry)
{
  if (g_strcmp0 (self->open, ship_transcript_entry_get_key (entry)) == 0)
    return;
  begin_line (self);
  if (g_str_equal (ship_transcript_entry_get_kind (entry), "reasoning"))
    ship_cli_write (self->cli, ship_cli_style (self->cli, SHIP_CLI_STYLE_DIM));
}

static gboolean
print_text (ShipCliPrinter *self, ShipTranscriptEntry *entry, Progress *progress, gboolean is_over)
{
  const char      *text = ship_transcript_entry_get_text (entry);
  gboolean         is_ended = is_over || ship_transcript_entry_is_ended (entry);
  gboolean         is_new_line;
  gsize            length;
  g_autofree char *piece = NULL;

  /* Told differently in the end: once more, from its beginning. */
  if (!g_str_has_prefix (text, progress->printed->str))
    {
      begin_line (self);
      g_string_truncate (progress->printed, 0);
    }
  text += progress->printed->len;
  length = printable (self, text, is_ended);
  if (length > 0)
    {
      is_new_line = g_strcmp0 (self->open, ship_transcript_entry_get_key (entry)) != 0;
      start_text (self, entry);
      clear_status (self);
      piece = g_strndup (text, length);
      write_text (self, entry, piece, is_new_line);
      g_string_append (progress->printed, piece);
      g_clear_pointer (&self->open, g_free);
      if (piece[length - 1] != '\n')
        self->open = g_strdup (ship_transcript_entry_get_key (entry));
      else
        ship_cli_write (self->cli, ship_cli_style (self->cli, SHIP_CLI_STYLE_PLAIN));
    }
  if (is_ended)
    {
      begin_line (self);
      progress->is_done = TRUE;
    }
  return is_ended;
}

typedef struct
{
  const char  *status;
  const char  *mark;
  ShipCliStyle style;
} ToolMark;

static const ToolMark *
tool_mark (const char *status)
{
  static const ToolMark marks[] = {
    { "completed", "✓", SHIP_CLI_STYLE_GREEN },
    { "error", "✗", SHIP_CLI_STYLE_RED },
    { "interrupted", "◌", SHIP_CLI_STYLE_YELLOW },
    { NULL, "…", SHIP_CLI_STYLE_CYAN },
  };
  const ToolMark *mark = marks;

  while (mark->status != NULL && g_strcmp0 (mark->status, status) != 0)
    mark++;
  return mark;
}

static void
print_tool_line (ShipCliPrinter *self, ShipTranscriptEntry *entry, const ToolMark *mark)
{
  const char      *tool = ship_transcript_entry_get_tool (entry);
  const char      *title = ship_transcript_entry_get_title (entry);
  gint64           ms = ship_transcript_entry_get_duration_ms (entry);
  int              exit_code = ship_transcript_entry_get_exit_code (entry);
  g_autofree char *clean_tool = ship_cli_clean_line (tool != NULL ? tool : "?", 20);
  g_autofree char *clean_title =
    ship_cli_clean_line (title != NULL ? title : "", MAX (ship_cli_get_columns (), 60) - 40);
  g_autofree char *duration = mark->status != NULL ? ship_cli_format_duration (ms) : g_strdup ("");
  g_autofree char *margin = dup_sub_agent_margin (entry);
  g_autofree char *exit_text =
    exit_code > 0 ? g_strdup_printf (_ ("exit %d"), exit_code) : g_strdup ("");

  begin_line (self);
  ship_cli_print (self->cli,
                  "%s%s%s%s %s%s%s%s%s%s%s%s%s\n",
                  ship_transcript_entry_is_sub_agent (entry) ? margin : "  ",
                  ship_cli_style (self->cli, mark->style),
                  mark->mark,
                  ship_cli_style (self->cli, SHIP_CLI_STYLE_PLAIN),
                  clean_tool,
                  *clean_title != '\0' ? "  " : "",
                  clean_title,
                  ship_cli_style (self->cli, SHIP_CLI_STYLE_DIM),
                  *duration != '\0' ? "  " : "",
                  duration,
                  *exit_text != '\0' ? "  " : "",
                  exit_text,
                  ship_cli_style (self->cli, SHIP_CLI_STYLE_PLAIN));
}

static gboolean
print_tool (ShipCliPrinter      *self,
            ShipTranscriptEntry *entry,
            Progress            *progress,
            gboolean             is_last,
            gboolean             is_over)
{
  const ToolMark *mark = tool_mark (ship_transcript_entry_get_status (entry));

  if (mark->status != NULL || is_over)
    {
      print_tool_line (self, entry, mark);
      progress->is_done = TRUE;
      return TRUE;
    }
  /* It runs: what comes behind it meanwhile need not wait. */
  if (!is_last && !progress->is_begun)
    {
      print_tool_line (self, entry, mark);
      progress->is_begun = TRUE;
    }
  return !is_last;
}

/* What goes with a prompt, and what was said into a turn. */
static gboolean
print_extra (ShipCliPrinter *self, ShipTranscriptEntry *entry, Progress *progress)
{
  const char      *text = ship_transcript_entry_get_text (entry);
  const char      *title = ship_transcript_entry_get_title (entry);
  const char      *size = ship_transcript_entry_get_output (entry);
  gboolean         is_dropped;
  g_autofree char *line = NULL;

  progress->is_done = TRUE;
  if (g_str_equal (ship_transcript_entry_get_kind (entry), "attachment"))
    {
      line = g_strdup_printf ("%s (%s, %s)", text, title, size);
      ship_cli_printer_print_line (self, SHIP_CLI_STYLE_DIM, "  +", line);
      return TRUE;
    }

  is_dropped = g_strcmp0 (ship_transcript_entry_get_status (entry), "dropped") == 0;
  line = is_dropped ? g_strdup_printf ("%s %s", text, _ ("(stopped before it was read)"))
                    : g_strdup (text);
  ship_cli_printer_print_line (self, SHIP_CLI_STYLE_BOLD, ">>", line);
  return TRUE;
}

gboolean
ship_cli_printer_print_entry (ShipCliPrinter      *self,
                              ShipTranscriptEntry *entry,
                              gboolean             is_last,
                              gboolean             is_over)
{
  Progress   *progress = get_progress (self, entry);
  const char *kind = ship_transcript_entry_get_kind (entry);

  if (progress->is_done)
    return TRUE;
  if (g_str_equal (kind, "prompt"))
    return print_prompt (self, entry, progress);
  if (g_str_equal (kind, "tool"))
    return print_tool (self, entry, progress, is_last, is_over);
  if (g_str_equal (kind, "text") || g_str_equal (kind, "reasoning"))
    return print_text (self, entry, progress, is_over);
  if (g_str_equal (kind, "steer") || g_str_equal (kind, "attachment"))
    return print_extra (self, entry, progress);

  if (g_str_equal (kind, "commit"))
    ship_cli_printer_print_line (self,
                                 SHIP_CLI_STYLE_GREEN,
                                 _ ("committed"),
                                 ship_transcript_entry_get_text (entry));
  else
    ship_cli_printer_print_line (self,
                                 SHIP_CLI_STYLE_YELLOW,
                                 "!",
                                 ship_transcript_entry_get_text (entry));
  progress->is_done = TRUE;
  return TRUE;
}
