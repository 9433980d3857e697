/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the results of the rehearsal's tool calls: what the repository is like, which files were
 * written, how the test went. Values without state; what it borrows belongs to the turn.
 */
#include "gateway/ship-rehearsal-progress.h"

#define TOP_LEVEL_SECTION "-- top level"
#define FILES_SECTION     "-- files"
#define TOOLS_SECTION     "-- tools"
#define FOLDER            "rehearsal"
#define WROTE             "Wrote file"
#define HEADING_MAX_BYTES 120

static ShipRehearsalLanguage
language_of (const char *path)
{
  if (g_str_has_suffix (path, ".py"))
    return SHIP_REHEARSAL_LANGUAGE_PYTHON;
  if (g_str_has_suffix (path, ".c") || g_str_has_suffix (path, ".h"))
    return SHIP_REHEARSAL_LANGUAGE_C;
  return SHIP_REHEARSAL_LANGUAGE_SHELL;
}

static void
read_bash (ShipRehearsalProgress *self, const ShipRehearsalAction *action, const char *result)
{
  const char *command = ship_rehearsal_action_get_argument (action, "command");

  if (g_strcmp0 (command, SHIP_REHEARSAL_EXPLORE) == 0)
    {
      self->listing = result;
      return;
    }
  self->has_run = TRUE;
  self->run_language = self->written_language;
  self->run_output = result;
  self->is_ticked = FALSE;
}

static void
read_write (ShipRehearsalProgress *self, const ShipRehearsalAction *action, const char *result)
{
  const char *path = ship_rehearsal_action_get_argument (action, "filePath");

  self->has_written = TRUE;
  self->written_language = language_of (path != NULL ? path : "");
  if (!g_str_has_prefix (result, WROTE))
    self->refusal = result;
}

void
ship_rehearsal_progress_read (ShipRehearsalProgress *self, const ShipRehearsalTurn *turn)
{
  *self = (ShipRehearsalProgress){ 0 };
  for (guint i = 0; i < turn->actions->len; i++)
    {
      const ShipRehearsalAction *action = turn->actions->pdata[i];
      const char                *result = action->result != NULL ? action->result : "";

      if (g_str_equal (action->name, "bash"))
        read_bash (self, action, result);
      else if (g_str_equal (action->name, "write"))
        read_write (self, action, result);
      else if (g_str_equal (action->name, "todowrite"))
        self->is_ticked = TRUE;
      else if (g_str_equal (action->name, "read"))
        {
          self->read_path = ship_rehearsal_action_get_argument (action, "filePath");
          self->read_result = result;
        }
    }
}

gboolean
ship_rehearsal_progress_has_passed (const ShipRehearsalProgress *self)
{
  const char *status =
    self->run_output != NULL ? g_strrstr (self->run_output, SHIP_REHEARSAL_STATUS) : NULL;

  return status != NULL && g_str_has_prefix (status, SHIP_REHEARSAL_STATUS "0") &&
         !g_ascii_isdigit (status[strlen (SHIP_REHEARSAL_STATUS "0")]);
}

/* The lines of one section of the listing. (transfer full) */
static GStrv
dup_section (const ShipRehearsalProgress *self, const char *section)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) lines = g_strsplit (self->listing != NULL ? self->listing : "", "\n", -1);
  gboolean is_inside = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strstrip (lines[i]);
      if (g_str_has_prefix (lines[i], "-- "))
        is_inside = g_str_equal (lines[i], section);
      else if (is_inside && *lines[i] != '\0')
        g_strv_builder_add (builder, lines[i]);
    }
  return g_strv_builder_end (builder);
}

static guint
count_suffix (GStrv lines, const char *suffix)
{
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n += g_str_has_suffix (lines[i], suffix) ? 1 : 0;
  return n;
}

static gboolean
has_c_build_file (GStrv lines)
{
  const char *const *top_level = (const char *const *) lines;

  return g_strv_contains (top_level, "Makefile") || g_strv_contains (top_level, "meson.build");
}

ShipRehearsalLanguage
ship_rehearsal_progress_choose_language (const ShipRehearsalProgress *self)
{
  g_auto (GStrv) top_level = dup_section (self, TOP_LEVEL_SECTION);
  g_auto (GStrv) files = dup_section (self, FILES_SECTION);
  g_auto (GStrv) tools = dup_section (self, TOOLS_SECTION);
  guint n_c = count_suffix (top_level, ".c") + count_suffix (files, ".c");
  guint n_python = count_suffix (top_level, ".py") + count_suffix (files, ".py");

  if (n_c == 0 && n_python == 0 && has_c_build_file (top_level))
    n_c = 1;
  if (n_c > 0 && n_c >= n_python && count_suffix (tools, "/cc") > 0)
    return SHIP_REHEARSAL_LANGUAGE_C;
  if (n_python > 0 && count_suffix (tools, "/python3") > 0)
    return SHIP_REHEARSAL_LANGUAGE_PYTHON;
  return SHIP_REHEARSAL_LANGUAGE_SHELL;
}

char *
ship_rehearsal_progress_choose_folder (const ShipRehearsalProgress *self)
{
  g_auto (GStrv) top_level = dup_section (self, TOP_LEVEL_SECTION);

  for (guint i = 1;; i++)
    {
      g_autofree char *name = i == 1 ? g_strdup (FOLDER) : g_strdup_printf (FOLDER "-%u", i);
      g_autofree char *directory = g_strconcat (name, "/", NULL);

      if (!g_strv_contains ((const char *const *) top_level, directory) &&
          !g_strv_contains ((const char *const *) top_level, name))
        return g_steal_pointer (&name);
    }
}

static gboolean
is_readme (const char *line)
{
  return g_ascii_strncasecmp (line, "readme", strlen ("readme")) == 0 &&
         !g_str_has_suffix (line, "/");
}

static gboolean
is_source (const char *line)
{
  static const char *const suffixes[] = {
    ".c", ".py", ".sh", ".js", ".ts", ".go", ".rs", ".java", ".rb", ".cpp", ".cc", ".h", ".md",
  };

  /* git quotes names with unusual characters, and "ls -p" marks directories. */
  if (*line == '"' || g_str_has_suffix (line, "/"))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (line, suffixes[i]))
      return TRUE;
  return FALSE;
}

char *
ship_rehearsal_progress_choose_file (const ShipRehearsalProgress *self)
{
  g_auto (GStrv) top_level = dup_section (self, TOP_LEVEL_SECTION);
  g_auto (GStrv) files = dup_section (self, FILES_SECTION);

  for (guint i = 0; top_level[i] != NULL; i++)
    if (is_readme (top_level[i]))
      return g_strdup (top_level[i]);
  for (guint i = 0; files[i] != NULL; i++)
    if (is_source (files[i]))
      return g_strdup (files[i]);
  return NULL;
}

/* OpenCode gives "N: text" lines inside <content>. */
char *
ship_rehearsal_progress_dup_heading (const ShipRehearsalProgress *self)
{
  g_autofree char *name = g_path_get_basename (self->read_path != NULL ? self->read_path : "");
  const char *content = self->read_result != NULL ? strstr (self->read_result, "<content>") : NULL;
  g_auto (GStrv) lines = g_strsplit (content != NULL ? content : "", "\n", -1);

  for (guint i = 0; is_readme (name) && lines[i] != NULL; i++)
    {
      char *text = strchr (lines[i], ':');

      if (text == NULL || !g_ascii_isdigit (*lines[i]))
        continue;
      text++;
      text = g_strstrip (text + strspn (text, "#= "));
      if (*text != '\0' && strlen (text) <= HEADING_MAX_BYTES && strpbrk (text, "`<>[]") == NULL)
        return g_strdup (text);
    }
  return NULL;
}
