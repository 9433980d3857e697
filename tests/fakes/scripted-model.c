/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-llm.h"

#include <gio/gunixinputstream.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <unistd.h>

/*
 * FakeLlm as a program, for tests that are not in C. Its first line of output is the base URI. Each
 * line of input is one step, a JSON object:
 *
 *   reasoning, text (strings)    tools: [{ name, arguments (an object) }]    delay (ms a piece)
 *   usage: [input, output, reasoning, cache read, cache write]    cut, stall (true)
 *   or, alone:  hang (true)  |  error: { status, message, retry-after (seconds) }
 *
 * A line is acknowledged by a line with the number of steps that are left. An empty object adds
 * nothing: it only asks. End of input ends it, with 1 if steps are left.
 */
static gboolean
add_alone (FakeLlm *llm, JsonObject *line)
{
  JsonObject *error;

  if (json_object_has_member (line, "hang"))
    {
      fake_llm_add_hang (llm);
      return TRUE;
    }
  if (!json_object_has_member (line, "error"))
    return json_object_get_size (line) == 0;

  error = json_object_get_object_member (line, "error");
  if (json_object_has_member (error, "retry-after"))
    {
      g_autofree char *seconds =
        g_strdup_printf ("%" G_GINT64_FORMAT, json_object_get_int_member (error, "retry-after"));
      const char *const headers[] = { "Retry-After", seconds, NULL };

      fake_llm_add_error (llm,
                          (guint) json_object_get_int_member (error, "status"),
                          json_object_get_string_member (error, "message"),
                          headers);
    }
  else
    fake_llm_add_error (llm,
                        (guint) json_object_get_int_member (error, "status"),
                        json_object_get_string_member (error, "message"),
                        NULL);

  return TRUE;
}

static void
add_tools (FakeLlmStep *step, JsonArray *tools)
{
  for (guint i = 0; i < json_array_get_length (tools); i++)
    {
      JsonObject      *tool = json_array_get_object_element (tools, i);
      g_autofree char *arguments =
        json_to_string (json_object_get_member (tool, "arguments"), FALSE);

      fake_llm_step_add_tool (step, json_object_get_string_member (tool, "name"), arguments);
    }
}

static void
set_usage (FakeLlmStep *step, JsonArray *usage)
{
  g_assert_cmpuint (json_array_get_length (usage), ==, 5);
  fake_llm_step_set_usage (step,
                           json_array_get_int_element (usage, 0),
                           json_array_get_int_element (usage, 1),
                           json_array_get_int_element (usage, 2),
                           json_array_get_int_element (usage, 3),
                           json_array_get_int_element (usage, 4));
}

static void
add_step (FakeLlm *llm, JsonObject *line)
{
  FakeLlmStep *step;

  if (add_alone (llm, line))
    return;

  step = fake_llm_add_step (llm);
  if (json_object_has_member (line, "reasoning"))
    fake_llm_step_set_reasoning (step, json_object_get_string_member (line, "reasoning"));
  if (json_object_has_member (line, "text"))
    fake_llm_step_set_text (step, json_object_get_string_member (line, "text"));
  if (json_object_has_member (line, "tools"))
    add_tools (step, json_object_get_array_member (line, "tools"));
  if (json_object_has_member (line, "usage"))
    set_usage (step, json_object_get_array_member (line, "usage"));
  if (json_object_has_member (line, "delay"))
    fake_llm_step_set_delay (step, (guint) json_object_get_int_member (line, "delay"));
  if (json_object_has_member (line, "cut"))
    fake_llm_step_set_cut (step);
  if (json_object_has_member (line, "stall"))
    fake_llm_step_set_stall (step);
}

typedef struct
{
  FakeLlm   *llm;  /* (unowned) */
  GMainLoop *loop; /* (unowned) */
} Program;

static void
line_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program         *program = user_data;
  g_autofree char *text =
    g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (object), result, NULL, NULL);
  g_autoptr (JsonNode) node = NULL;

  if (text == NULL)
    {
      g_main_loop_quit (program->loop);
      return;
    }
  node = json_from_string (text, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    g_error ("No JSON object: %s", text);
  add_step (program->llm, json_node_get_object (node));
  printf ("%u\n", fake_llm_get_n_left (program->llm));
  fflush (stdout);
  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (object),
                                       G_PRIORITY_DEFAULT,
                                       NULL,
                                       line_cb,
                                       program);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (FakeLlm) llm = fake_llm_new ();
  g_autoptr (GInputStream) base = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (base);
  Program program = { llm, loop };

  printf ("%s\n", fake_llm_get_base_uri (llm));
  fflush (stdout);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, line_cb, &program);
  g_main_loop_run (loop);

  return fake_llm_get_n_left (llm) == 0 ? 0 : 1;
}
