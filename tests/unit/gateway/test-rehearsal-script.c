/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The script of the rehearsal against a small agent of our own, which really runs its commands and
 * writes its files in a temporary directory, and against answers that no agent should give.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "base/ship-json.h"
#include "gateway/ship-rehearsal-script.h"

typedef struct
{
  char       *directory; /* (owned) */
  JsonObject *request;   /* (owned) */
  char       *path;      /* (owned) (nullable): PATH of its commands */
  const char *refusal;   /* (nullable): what "write" answers */
  gboolean    is_broken; /* every test fails */
  GHashTable *ids;       /* (owned): of the calls so far */
} Agent;

static void
run (Agent *agent, const char *command, char **output)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_subprocess_launcher_set_cwd (launcher, agent->directory);
  if (agent->path != NULL)
    g_subprocess_launcher_setenv (launcher, "PATH", agent->path, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, "/bin/sh", "-c", command, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, output, NULL, &error));
  g_assert_no_error (error);
}

static void
add_message (Agent *agent, const char *role, const char *content)
{
  JsonObject *message = json_object_new ();

  json_object_set_string_member (message, "role", role);
  json_object_set_string_member (message, "content", content);
  json_array_add_object_element (json_object_get_array_member (agent->request, "messages"),
                                 message);
}

static void
set_tools (Agent *agent, const char *const *names)
{
  JsonArray *tools = json_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      JsonObject *tool = json_object_new ();
      JsonObject *function = json_object_new ();

      json_object_set_string_member (function, "name", names[i]);
      json_object_set_object_member (tool, "function", function);
      json_array_add_object_element (tools, tool);
    }
  json_object_set_array_member (agent->request, "tools", tools);
}

static void
set_up (Agent *agent, gconstpointer data)
{
  static const char *const tools[] = { "bash", "read", "write", "todowrite", "glob", NULL };
  g_autofree char         *system = NULL;

  agent->directory = g_dir_make_tmp ("ship-rehearsal-XXXXXX", NULL);
  agent->request = json_object_new ();
  agent->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  json_object_set_array_member (agent->request, "messages", json_array_new ());
  set_tools (agent, tools);
  system =
    g_strdup_printf ("You are an agent.\n<env>\n  Working directory: %s\n</env>", agent->directory);
  add_message (agent, "system", system);
}

static void
tear_down (Agent *agent, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", agent->directory);
  g_autofree char *output = NULL;

  g_clear_pointer (&agent->path, g_free);
  run (agent, command, &output);
  g_free (agent->directory);
  json_object_unref (agent->request);
  g_hash_table_unref (agent->ids);
}

static void
put_file (Agent *agent, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (agent->directory, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static gboolean
has_file (Agent *agent, const char *name)
{
  g_autofree char *path = g_build_filename (agent->directory, name, NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static char *
use_read (const char *path)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup_printf ("File not found: %s", path);
  return g_strdup_printf ("<path>%s</path>\n<content>\n1: %s\n</content>", path, text);
}

/* Answers as OpenCode 1.18.33 does. */
static char *
use_tool (Agent *agent, const char *name, JsonObject *arguments)
{
  char *output = NULL;

  if (g_str_equal (name, "bash"))
    {
      run (agent, ship_json_get_string (arguments, "command", "false"), &output);
      if (agent->is_broken && strstr (output, "exit status") != NULL)
        g_clear_pointer (&output, g_free);
      return output != NULL ? output : g_strdup ("nothing works here\nexit status 127\n");
    }
  if (g_str_equal (name, "read"))
    return use_read (ship_json_get_string (arguments, "filePath", ""));
  if (g_str_equal (name, "todowrite"))
    {
      g_assert_cmpuint (json_array_get_length (json_object_get_array_member (arguments, "todos")),
                        ==,
                        4);
      return g_strdup ("[]");
    }
  g_assert_cmpstr (name, ==, "write");
  if (agent->refusal != NULL)
    return g_strdup (agent->refusal);
  g_assert_true (
    g_str_has_prefix (ship_json_get_string (arguments, "filePath", ""), agent->directory));
  put_file (agent,
            ship_json_get_string (arguments, "filePath", "") + strlen (agent->directory) + 1,
            ship_json_get_string (arguments, "content", NULL));
  return g_strdup ("Wrote file successfully.");
}

static ShipRehearsalStep *
next_step (Agent *agent)
{
  g_autoptr (ShipRehearsalTurn) turn = NULL;
  g_autoptr (GError) error = NULL;

  turn = ship_rehearsal_turn_new (agent->request, &error);
  g_assert_no_error (error);
  return ship_rehearsal_script_next (turn);
}

/* Puts the step and what its tools answered into the conversation. */
static void
carry_out (Agent *agent, const ShipRehearsalStep *step)
{
  JsonArray  *messages = json_object_get_array_member (agent->request, "messages");
  JsonArray  *calls = json_array_new ();
  JsonObject *assistant = json_object_new ();

  json_object_set_string_member (assistant, "role", "assistant");
  json_object_set_string_member (assistant, "content", step->text);
  json_object_set_array_member (assistant, "tool_calls", calls);
  json_array_add_object_element (messages, assistant);
  for (guint i = 0; i < step->calls->len; i++)
    {
      const ShipRehearsalCall *call = step->calls->pdata[i];
      g_autoptr (JsonObject) arguments = ship_json_parse_object (call->arguments, -1, NULL);
      g_autofree char *result = use_tool (agent, call->name, arguments);
      JsonObject      *object = json_object_new ();
      JsonObject      *function = json_object_new ();

      g_assert_true (g_hash_table_add (agent->ids, g_strdup (call->id)));
      json_object_set_string_member (function, "name", call->name);
      json_object_set_string_member (function, "arguments", call->arguments);
      json_object_set_string_member (object, "id", call->id);
      json_object_set_object_member (object, "function", function);
      json_array_add_object_element (calls, object);
      add_message (agent, "tool", result);
      json_object_set_string_member (
        json_array_get_object_element (messages, json_array_get_length (messages) - 1),
        "tool_call_id",
        call->id);
    }
}

/* A whole turn. (transfer full): its last text */
static char *
play (Agent *agent, const char *prompt)
{
  add_message (agent, "user", prompt);
  for (guint i = 0; i < 12; i++)
    {
      g_autoptr (ShipRehearsalStep) step = next_step (agent);

      g_assert_cmpstr (step->text, !=, "");
      if (i == 0 && step->calls->len > 0)
        g_assert_nonnull (strstr (step->text, "rehearsal"));
      carry_out (agent, step);
      if (step->calls->len == 0)
        return g_steal_pointer (&step->text);
    }
  g_assert_not_reached ();
}

static void
test_empty (Agent *agent, gconstpointer data)
{
  g_autofree char *text = play (agent, "Please write something for Ada");
  g_autofree char *path = g_build_filename (agent->directory, "rehearsal/greeting.sh", NULL);
  g_autofree char *module = NULL;

  g_assert_nonnull (strstr (text, "passed"));
  g_assert_nonnull (strstr (text, "ok - greets Ada by default"));
  g_assert_nonnull (strstr (text, "> Please write something for Ada"));
  g_assert_null (strstr (text, "exit status"));
  g_assert_true (has_file (agent, "rehearsal/test_greeting.sh"));
  g_assert_true (g_file_get_contents (path, &module, NULL, NULL));
  g_assert_nonnull (strstr (module, "asked: Please write something for Ada\n"));
}

static void
test_python (Agent *agent, gconstpointer data)
{
  g_autofree char *program = g_find_program_in_path ("python3");
  g_autofree char *text = NULL;

  if (program == NULL)
    {
      g_test_skip ("python3 is not installed");
      return;
    }
  put_file (agent, "tool.py", "print('hello')\n");
  text = play (agent, "Improve this");
  g_assert_nonnull (strstr (text, "Ran 3 tests"));
  g_assert_true (has_file (agent, "rehearsal/greeting.py"));
  g_assert_true (has_file (agent, "rehearsal/test_greeting.py"));
  /* Nothing but the sources stays. */
  g_assert_cmpint (g_rmdir (agent->directory), !=, 0);
  g_assert_false (has_file (agent, "rehearsal/__pycache__"));
}

static void
test_c (Agent *agent, gconstpointer data)
{
  g_autofree char *program = g_find_program_in_path ("cc");
  g_autofree char *text = NULL;

  if (program == NULL)
    {
      g_test_skip ("cc is not installed");
      return;
    }
  put_file (agent, "README.md", "# The Engine\n");
  put_file (agent, "main.c", "int main (void) { return 0; }\n");
  text = play (agent, "Improve this");
  g_assert_nonnull (strstr (text, "ok - refuses a buffer that is too small"));
  g_assert_true (has_file (agent, "rehearsal/greeting.c"));
  g_assert_true (has_file (agent, "rehearsal/test_greeting.c"));
  g_assert_false (has_file (agent, "rehearsal/test_greeting"));
}

/* What it reads shows in what it says. */
static void
test_readme (Agent *agent, gconstpointer data)
{
  gboolean has_quoted = FALSE;

  put_file (agent, "README.md", "# The Engine\n");
  add_message (agent, "user", "Improve this");
  for (;;)
    {
      g_autoptr (ShipRehearsalStep) step = next_step (agent);

      has_quoted |= strstr (step->text, "“The Engine”") != NULL;
      if (step->calls->len == 0)
        break;
      carry_out (agent, step);
    }
  g_assert_true (has_quoted);
}

/* A compiler that is there but does not work. */
static void
test_fall_back (Agent *agent, gconstpointer data)
{
  g_autofree char *compiler = g_build_filename (agent->directory, "bin/cc", NULL);
  g_autofree char *text = NULL;

  put_file (agent, "bin/cc", "#!/bin/sh\necho 'cc: internal error' >&2\nexit 1\n");
  g_assert_cmpint (g_chmod (compiler, 0700), ==, 0);
  agent->path = g_strdup_printf ("%s/bin:%s", agent->directory, g_getenv ("PATH"));
  put_file (agent, "main.c", "int main (void) { return 0; }\n");
  text = play (agent, "Improve this");
  g_assert_nonnull (strstr (text, "passed"));
  g_assert_nonnull (strstr (text, "greeting.sh"));
  g_assert_true (has_file (agent, "rehearsal/greeting.sh"));
  g_assert_false (has_file (agent, "rehearsal/greeting.c"));
  g_assert_false (has_file (agent, "rehearsal/greeting.h"));
}

/* When nothing works it says so. */
static void
test_failure (Agent *agent, gconstpointer data)
{
  g_autofree char *text = NULL;

  agent->is_broken = TRUE;
  put_file (agent, "main.c", "int main (void) { return 0; }\n");
  text = play (agent, "Improve this");
  g_assert_nonnull (strstr (text, "**not** pass"));
  g_assert_nonnull (strstr (text, "nothing works here"));
}

static void
test_second_turn (Agent *agent, gconstpointer data)
{
  g_autofree char *first = play (agent, "Greet Ada");
  g_autofree char *second = play (agent, "Now greet Grace");

  g_assert_nonnull (strstr (first, "`rehearsal/greeting.sh`"));
  g_assert_nonnull (strstr (second, "`rehearsal-2/greeting.sh`"));
  g_assert_nonnull (strstr (second, "greets Grace by default"));
  g_assert_true (has_file (agent, "rehearsal-2/test_greeting.sh"));
}

static void
test_refused (Agent *agent, gconstpointer data)
{
  g_autofree char *text = NULL;

  agent->refusal = "NotFound: no such directory\nmore";
  text = play (agent, "Greet Ada");
  g_assert_nonnull (strstr (text, "could not write a file: NotFound: no such directory"));
  g_assert_null (strstr (text, "passed"));
}

static void
test_plan_mode (Agent *agent, gconstpointer data)
{
  g_autofree char *text =
    play (agent, "Greet Ada\n<system-reminder>\nCRITICAL: Plan mode ACTIVE\n</system-reminder>");
  g_autofree char *built = NULL;

  g_assert_nonnull (strstr (text, "plan mode"));
  g_assert_nonnull (strstr (text, "> Greet Ada\n"));
  g_assert_null (strstr (text, "CRITICAL"));
  g_assert_false (has_file (agent, "rehearsal/greeting.sh"));
  built = play (agent, "Go ahead");
  g_assert_true (has_file (agent, "rehearsal/greeting.sh"));
}

static void
test_fewer_tools (Agent *agent, gconstpointer data)
{
  static const char *const enough[] = { "bash", "write", NULL };
  static const char *const too_few[] = { "read", "todowrite", NULL };
  g_autofree char         *text = NULL;
  g_autofree char         *refusal = NULL;

  put_file (agent, "README", "Text\n");
  set_tools (agent, enough);
  text = play (agent, "Greet Ada");
  g_assert_nonnull (strstr (text, "passed"));
  set_tools (agent, too_few);
  refusal = play (agent, "Greet Ada");
  g_assert_nonnull (strstr (refusal, "rehearsal"));
}

/* Text that would end a comment or a string, were it not made harmless. */
static void
test_hostile_prompt (Agent *agent, gconstpointer data)
{
  const char *files[] = { "README", "tool.py", "main.c" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *text = NULL;

      put_file (agent, files[i], "\n");
      text = play (agent,
                   "*/ #error \\\nexit 1; $(exit 1) `exit 1` \"\"\" ''' @NAME@ @PROMPT@ ?"
                   "?/\n"
                   "for Évariste or O'Neil\x01");
      g_assert_nonnull (strstr (text, "Its test passed"));
    }
}

/* An agent whose answers make no sense is not kept busy for ever. */
static void
test_endless (Agent *agent, gconstpointer data)
{
  JsonArray *messages = json_object_get_array_member (agent->request, "messages");

  add_message (agent, "user", "Greet Ada");
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (ShipRehearsalStep) step = next_step (agent);
      JsonObject *message;

      if (step->calls->len == 0)
        return;
      carry_out (agent, step);
      /* OpenCode's name for a call it could not make sense of. */
      for (guint j = 0; j < json_array_get_length (messages); j++)
        {
          message = json_array_get_object_element (messages, j);
          if (json_object_has_member (message, "tool_calls"))
            for (guint k = 0;
                 k < json_array_get_length (json_object_get_array_member (message, "tool_calls"));
                 k++)
              json_object_set_string_member (
                ship_json_get_object (json_array_get_object_element (
                                        json_object_get_array_member (message, "tool_calls"),
                                        k),
                                      "function"),
                "name",
                "invalid");
        }
    }
  g_assert_not_reached ();
}

static void
test_title (Agent *agent, gconstpointer data)
{
  g_autoptr (ShipRehearsalStep) step = NULL;
  g_autoptr (ShipRehearsalStep) quoted = NULL;

  json_object_remove_member (agent->request, "tools");
  add_message (agent, "user", "Generate a title for this conversation:");
  add_message (agent,
               "user",
               "Please add a greeting for Ada, and one for Grace, and one for Barbara as well");
  step = next_step (agent);
  g_assert_cmpuint (step->calls->len, ==, 0);
  g_assert_true (g_str_has_prefix (step->text, "Please add a greeting for Ada"));
  g_assert_cmpint (g_utf8_strlen (step->text, -1), <=, 50);
  add_message (agent, "user", "\"Greet Ada\"");
  quoted = next_step (agent);
  g_assert_cmpstr (quoted->text, ==, "Greet Ada");
}

/* Messages that are no messages. */
static void
test_garbage (Agent *agent, gconstpointer data)
{
  static const char *const requests[] = {
    "{\"messages\":[]}",
    "{\"messages\":[1,null,\"x\",[],{}]}",
    "{\"messages\":[{\"role\":\"user\",\"content\":[1,{},{\"text\":\"hi\"}]}],\"tools\":[1,{}]}",
    "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[1,{},{\"function\":3}]},"
    "{\"role\":\"tool\"}],\"tools\":[{\"function\":{\"name\":\"bash\"}},"
    "{\"function\":{\"name\":\"write\"}}]}",
    "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"write\","
    "\"arguments\":\"{\"}}]}],\"tools\":[{\"function\":{\"name\":\"bash\"}},"
    "{\"function\":{\"name\":\"write\"}}]}",
  };
  g_autoptr (JsonObject) none = json_object_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr (JsonObject) request = ship_json_parse_object (requests[i], -1, NULL);
      g_autoptr (ShipRehearsalTurn) turn = ship_rehearsal_turn_new (request, NULL);
      g_autoptr (ShipRehearsalStep) step = ship_rehearsal_script_next (turn);

      g_assert_cmpstr (step->text, !=, "");
      g_assert_cmpstr (turn->directory, ==, "/work");
    }
  g_assert_null (ship_rehearsal_turn_new (none, &error));
  g_assert_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_MISSING);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Agent *, gconstpointer);
  } tests[] = {
    { "/rehearsal-script/empty", test_empty },
    { "/rehearsal-script/python", test_python },
    { "/rehearsal-script/c", test_c },
    { "/rehearsal-script/readme", test_readme },
    { "/rehearsal-script/fall-back", test_fall_back },
    { "/rehearsal-script/failure", test_failure },
    { "/rehearsal-script/second-turn", test_second_turn },
    { "/rehearsal-script/refused", test_refused },
    { "/rehearsal-script/plan-mode", test_plan_mode },
    { "/rehearsal-script/fewer-tools", test_fewer_tools },
    { "/rehearsal-script/hostile-prompt", test_hostile_prompt },
    { "/rehearsal-script/endless", test_endless },
    { "/rehearsal-script/title", test_title },
    { "/rehearsal-script/garbage", test_garbage },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Agent, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
