/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the rehearsal does, step by step. No I/O and no state between requests: each request holds
 * the whole conversation, and the first step that has not been made yet is the next one.
 *
 *   plan      says that it is a rehearsal; todowrite
 *   explore   bash: history, files, compilers
 *   read      read: the README or a source file, if there is one
 *   write     write: a module and its test, in the language of the repository
 *   run       bash: the test; after a failure once more, rewritten in POSIX shell
 *   tick      todowrite: what is done
 *   sum up    text only, which ends the turn
 */
#include "config.h"

#include "gateway/ship-rehearsal-script.h"

#include <glib/gi18n-lib.h>

#include "base/ship-names.h"
#include "gateway/ship-rehearsal-progress.h"

#define DEFAULT_NAME "world"
#define N_TODOS      4
/* A turn has about ten. More means that the agent and this script do not understand each other. */
#define MAX_ACTIONS      30
#define MAX_OUTPUT_LINES 8
#define PROMPT_MAX_CHARS 160
#define TITLE_MAX_CHARS  50

static void
call_free (ShipRehearsalCall *call)
{
  g_free (call->id);
  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

/* Takes @text. */
static ShipRehearsalStep *
step_new (char *text)
{
  ShipRehearsalStep *step = g_new0 (ShipRehearsalStep, 1);

  step->text = text;
  step->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) call_free);
  return step;
}

void
ship_rehearsal_step_free (ShipRehearsalStep *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_free (self);
}

/* Takes @arguments. */
static void
add_call (ShipRehearsalStep       *step,
          const ShipRehearsalTurn *turn,
          const char              *tool,
          JsonObject              *arguments)
{
  ShipRehearsalCall *call = g_new0 (ShipRehearsalCall, 1);
  g_autoptr (JsonNode) node = json_node_alloc ();

  json_node_init (node, JSON_NODE_OBJECT);
  json_node_take_object (node, arguments);
  call->id = g_strdup_printf ("call_%u", turn->n_calls + step->calls->len + 1);
  call->name = g_strdup (tool);
  call->arguments = json_to_string (node, FALSE);
  g_ptr_array_add (step->calls, call);
}

static void
add_bash (ShipRehearsalStep *step, const ShipRehearsalTurn *turn, const char *command)
{
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "command", command);
  add_call (step, turn, "bash", arguments);
}

/* The to-do list with the first @n_done done and the next one begun. */
static void
add_todos (ShipRehearsalStep *step, const ShipRehearsalTurn *turn, guint n_done)
{
  const char *const contents[N_TODOS] = {
    _ ("Look around in the repository"),
    _ ("Write a small module and its test"),
    _ ("Run the test"),
    _ ("Sum up what was done"),
  };
  JsonObject *arguments;
  JsonArray  *todos;

  if (!ship_rehearsal_turn_has_tool (turn, "todowrite"))
    return;
  todos = json_array_new ();
  for (guint i = 0; i < N_TODOS; i++)
    {
      JsonObject *todo = json_object_new ();

      json_object_set_string_member (todo, "content", contents[i]);
      json_object_set_string_member (todo,
                                     "status",
                                     i < n_done    ? "completed"
                                     : i == n_done ? "in_progress"
                                                   : "pending");
      json_object_set_string_member (todo, "priority", "medium");
      json_array_add_object_element (todos, todo);
    }
  arguments = json_object_new ();
  json_object_set_array_member (arguments, "todos", todos);
  add_call (step, turn, "todowrite", arguments);
}

/* Whom to greet: the last capitalised word of the prompt that does not just begin it. (transfer
 * full) */
static char *
dup_name (const char *prompt)
{
  g_auto (GStrv) words = g_strsplit_set (prompt, " \t\n.,;:!?\"'()[]<>/`", -1);
  const char *name = DEFAULT_NAME;
  gboolean    is_first = TRUE;

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *word = words[i];

      if (*word == '\0')
        continue;
      if (!is_first && g_ascii_isupper (word[0]) && g_ascii_islower (word[1]) &&
          word[strspn (word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")] == '\0')
        name = word;
      is_first = FALSE;
    }
  return g_strdup (name);
}

static ShipRehearsalStep *
plan (const ShipRehearsalTurn *turn)
{
  ShipRehearsalStep *step = step_new (g_strdup (
    _ ("**This is a rehearsal.** I am a script that is built into Ship and plays the part of a "
       "model: there is no AI behind these words, nothing leaves this machine, and it costs "
       "nothing. Everything around me is real: the agent, its tools, the sandbox, the files and "
       "the commit.\n\n"
       "My plan: look around, write a small module with a test that fits this repository, run "
       "the test, and sum up.")));

  add_todos (step, turn, 0);
  if (step->calls->len == 0)
    add_bash (step, turn, SHIP_REHEARSAL_EXPLORE);
  return step;
}

static ShipRehearsalStep *
explore (const ShipRehearsalTurn *turn)
{
  ShipRehearsalStep *step = step_new (
    g_strdup (_ ("First I look at the history, the files, and which compilers there are.")));

  add_bash (step, turn, SHIP_REHEARSAL_EXPLORE);
  return step;
}

static ShipRehearsalStep *
read_file (const ShipRehearsalTurn *turn, const char *file)
{
  ShipRehearsalStep *step = step_new (g_strdup_printf (_ ("I read `%s`."), file));
  g_autofree char   *path = g_build_filename (turn->directory, file, NULL);
  JsonObject        *arguments = json_object_new ();

  json_object_set_string_member (arguments, "filePath", path);
  add_call (step, turn, "read", arguments);
  return step;
}

/* Says what was found, and what follows from it. (transfer full) */
static char *
dup_findings (const ShipRehearsalProgress *progress, ShipRehearsalLanguage language)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *heading = ship_rehearsal_progress_dup_heading (progress);
  g_autofree char *folder = ship_rehearsal_progress_choose_folder (progress);

  if (heading != NULL)
    {
      g_autofree char *file = g_path_get_basename (progress->read_path);

      g_string_append_printf (text, _ ("`%s` begins with “%s”."), file, heading);
      g_string_append_c (text, ' ');
    }
  else if (progress->read_path == NULL)
    {
      g_string_append (text, _ ("There is nothing here to read yet."));
      g_string_append_c (text, ' ');
    }
  g_string_append_printf (text,
                          _ ("I write a module and its test in %s, below `%s/`, where they are in "
                             "nobody’s way."),
                          ship_rehearsal_sample_get_language_name (language),
                          folder);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Takes @text. */
static ShipRehearsalStep *
write_files (const ShipRehearsalTurn     *turn,
             const ShipRehearsalProgress *progress,
             ShipRehearsalLanguage        language,
             char                        *text)
{
  ShipRehearsalStep       *step = step_new (text);
  const ShipRehearsalFile *files = ship_rehearsal_sample_get_files (language);
  g_autofree char         *folder = ship_rehearsal_progress_choose_folder (progress);
  g_autofree char         *name = dup_name (turn->prompt);

  add_todos (step, turn, 1);
  for (guint i = 0; files[i].name != NULL; i++)
    {
      JsonObject      *arguments = json_object_new ();
      g_autofree char *path = g_build_filename (turn->directory, folder, files[i].name, NULL);
      g_autofree char *content = ship_rehearsal_sample_fill (files[i].text, name, turn->prompt);

      json_object_set_string_member (arguments, "filePath", path);
      json_object_set_string_member (arguments, "content", content);
      add_call (step, turn, "write", arguments);
    }
  return step;
}

/* The command as a person would type it. (transfer full) */
static char *
dup_test_command (const ShipRehearsalProgress *progress)
{
  g_autofree char *folder = ship_rehearsal_progress_choose_folder (progress);

  return g_strdup_printf ("cd %s && %s",
                          folder,
                          ship_rehearsal_sample_get_command (progress->written_language));
}

static ShipRehearsalStep *
run_test (const ShipRehearsalTurn *turn, const ShipRehearsalProgress *progress)
{
  ShipRehearsalStep *step = step_new (g_strdup (_ ("Now the test.")));
  g_autofree char   *folder = ship_rehearsal_progress_choose_folder (progress);
  g_autoptr (GString) command = g_string_new (NULL);

  g_string_append_printf (command, "cd %s && ", folder);
  if (progress->has_run)
    {
      /* What did not work here does not stay. */
      const ShipRehearsalFile *files = ship_rehearsal_sample_get_files (progress->run_language);

      g_string_append (command, "rm -f");
      for (guint i = 0; files[i].name != NULL; i++)
        g_string_append_printf (command, " %s", files[i].name);
      g_string_append (command, " && ");
    }
  g_string_append_printf (command,
                          "(%s) 2>&1; echo \"" SHIP_REHEARSAL_STATUS "$?\"",
                          ship_rehearsal_sample_get_script (progress->written_language));
  add_bash (step, turn, command->str);
  return step;
}

/* The last lines the test printed, without the status behind them. (transfer full) */
static char *
dup_test_output (const ShipRehearsalProgress *progress)
{
  const char      *status = g_strrstr (progress->run_output, SHIP_REHEARSAL_STATUS);
  g_autofree char *text = status != NULL
                            ? g_strndup (progress->run_output, status - progress->run_output)
                            : g_strdup (progress->run_output);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  guint n_lines = g_strv_length (lines);

  return g_strjoinv ("\n", n_lines > MAX_OUTPUT_LINES ? lines + n_lines - MAX_OUTPUT_LINES : lines);
}

static ShipRehearsalStep *
fall_back (const ShipRehearsalTurn *turn, const ShipRehearsalProgress *progress)
{
  return write_files (
    turn,
    progress,
    SHIP_REHEARSAL_LANGUAGE_SHELL,
    g_strdup_printf (_ ("The test did not pass in %s here. I take POSIX shell instead, "
                        "which every sandbox has."),
                     ship_rehearsal_sample_get_language_name (progress->run_language)));
}

static ShipRehearsalStep *
tick (const ShipRehearsalTurn *turn, const ShipRehearsalProgress *progress)
{
  gboolean           has_passed = ship_rehearsal_progress_has_passed (progress);
  ShipRehearsalStep *step = step_new (
    g_strdup (has_passed ? _ ("The test passes.") : _ ("The test does not pass here either.")));

  add_todos (step, turn, has_passed ? N_TODOS : N_TODOS - 2);
  return step;
}

static void
append_prompt (GString *text, const ShipRehearsalTurn *turn)
{
  g_autofree char *prompt = ship_names_title (turn->prompt, PROMPT_MAX_CHARS);

  if (*turn->prompt == '\0')
    return;
  g_string_append (text, _ ("You asked:"));
  g_string_append_printf (text, "\n\n> %s\n\n", prompt);
}

static ShipRehearsalStep *
sum_up (const ShipRehearsalTurn *turn, const ShipRehearsalProgress *progress)
{
  g_autoptr (GString) text = g_string_new ("## ");
  const ShipRehearsalFile *files = ship_rehearsal_sample_get_files (progress->written_language);
  g_autofree char         *folder = ship_rehearsal_progress_choose_folder (progress);
  g_autofree char         *command = dup_test_command (progress);
  g_autofree char         *output = dup_test_output (progress);

  g_string_append_printf (text, "%s\n\n", _ ("Rehearsal: add a greeting with its test"));
  append_prompt (text, turn);
  g_string_append (text,
                   _ ("No AI has read that: a script cannot. It made this small change instead, so "
                      "that you see how Ship works:"));
  g_string_append (text, "\n\n");
  for (guint i = 0; files[i].name != NULL; i++)
    g_string_append_printf (text, "- `%s/%s`\n", folder, files[i].name);
  g_string_append_printf (text,
                          "\n%s\n\n```\n$ %s\n%s\n```\n\n",
                          ship_rehearsal_progress_has_passed (progress)
                            ? _ ("Its test passed:")
                            : _ ("Its test did **not** pass in this sandbox, and the script knows "
                                 "no other way:"),
                          command,
                          output);
  g_string_append (text,
                   _ ("For real work choose a model: Ship takes keys from the environment, for "
                      "example `ANTHROPIC_API_KEY`, or from the keyring."));
  return step_new (g_string_free (g_steal_pointer (&text), FALSE));
}

static ShipRehearsalStep *
give_up (const ShipRehearsalTurn *turn, const char *reason)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_prompt (text, turn);
  g_string_append_printf (
    text,
    _ ("This is a rehearsal: I am a script that plays the part of a model, and I stop here. %s"),
    reason);
  return step_new (g_string_free (g_steal_pointer (&text), FALSE));
}

static ShipRehearsalStep *
refused (const ShipRehearsalTurn *turn, const ShipRehearsalProgress *progress)
{
  g_autofree char *answer = ship_names_title (progress->refusal, PROMPT_MAX_CHARS);
  g_autofree char *reason = g_strdup_printf (_ ("The agent could not write a file: %s"), answer);

  return give_up (turn, reason);
}

/* In plan mode nothing may be changed: the plan is the result. */
static ShipRehearsalStep *
present_plan (const ShipRehearsalTurn *turn, const ShipRehearsalProgress *progress)
{
  g_autoptr (GString) text = g_string_new (NULL);
  ShipRehearsalLanguage    language = ship_rehearsal_progress_choose_language (progress);
  const ShipRehearsalFile *files = ship_rehearsal_sample_get_files (language);
  g_autofree char         *folder = ship_rehearsal_progress_choose_folder (progress);

  append_prompt (text, turn);
  g_string_append (text,
                   _ ("This is plan mode, so the rehearsal changes nothing. In build mode it would "
                      "write these files and run their test:"));
  g_string_append (text, "\n\n");
  for (guint i = 0; files[i].name != NULL; i++)
    g_string_append_printf (text, "- `%s/%s`\n", folder, files[i].name);
  return step_new (g_string_free (g_steal_pointer (&text), FALSE));
}

/* What has no tools is a question beside the work: how to call the conversation. */
static ShipRehearsalStep *
name_conversation (const ShipRehearsalTurn *turn)
{
  g_autofree char *prompt = g_strdup (turn->prompt);
  gsize            length = strlen (g_strstrip (prompt));

  /* Some of OpenCode's clients put the prompt in quotes. */
  if (length > 2 && prompt[0] == '"' && prompt[length - 1] == '"')
    {
      prompt[length - 1] = '\0';
      return step_new (ship_names_title (prompt + 1, TITLE_MAX_CHARS));
    }
  return step_new (*prompt != '\0' ? ship_names_title (prompt, TITLE_MAX_CHARS)
                                   : g_strdup (_ ("Rehearsal")));
}

ShipRehearsalStep *
ship_rehearsal_script_next (const ShipRehearsalTurn *turn)
{
  ShipRehearsalProgress progress;
  g_autofree char      *file = NULL;

  g_return_val_if_fail (turn != NULL, NULL);

  if (*turn->tools == NULL)
    return name_conversation (turn);
  if (!ship_rehearsal_turn_has_tool (turn, "bash") || !ship_rehearsal_turn_has_tool (turn, "write"))
    return give_up (turn, _ ("The agent may not run commands or write files in this mode."));
  if (turn->actions->len > MAX_ACTIONS)
    return give_up (turn, _ ("The tools answered in a way the script does not know."));
  if (turn->actions->len == 0)
    return plan (turn);

  ship_rehearsal_progress_read (&progress, turn);
  if (progress.listing == NULL)
    return explore (turn);
  file = ship_rehearsal_progress_choose_file (&progress);
  if (progress.read_result == NULL && file != NULL && ship_rehearsal_turn_has_tool (turn, "read"))
    return read_file (turn, file);
  if (turn->is_planning)
    return present_plan (turn, &progress);
  if (!progress.has_written)
    {
      ShipRehearsalLanguage language = ship_rehearsal_progress_choose_language (&progress);

      return write_files (turn, &progress, language, dup_findings (&progress, language));
    }
  if (progress.refusal != NULL)
    return refused (turn, &progress);
  if (!progress.has_run || progress.run_language != progress.written_language)
    return run_test (turn, &progress);
  if (!ship_rehearsal_progress_has_passed (&progress) &&
      progress.run_language != SHIP_REHEARSAL_LANGUAGE_SHELL)
    return fall_back (turn, &progress);
  if (!progress.is_ticked && ship_rehearsal_turn_has_tool (turn, "todowrite"))
    return tick (turn, &progress);
  return sum_up (turn, &progress);
}
