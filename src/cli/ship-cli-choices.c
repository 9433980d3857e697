/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-choices.h"

#include "base/ship-json.h"
#include "ship-cli-output.h"

#include <glib/gi18n.h>

/* Questions with options: shown with numbers, answered by them. */

#define SEPARATOR "\x1f" /* between the answers to one question, on the bus */

/* The @i-th object of an array, NULL for none. */
static JsonObject *
get_object (JsonArray *array, guint i)
{
  JsonNode *node = NULL;

  if (array != NULL && i < json_array_get_length (array))
    node = json_array_get_element (array, i);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static void
print_question (ShipCli *cli, JsonObject *question)
{
  g_autofree char *text = ship_cli_clean (ship_json_get_string (question, "question", ""));
  JsonArray       *options = ship_json_get_array (question, "options");
  JsonObject      *option;

  ship_cli_print (cli, "    %s\n", text);
  for (guint i = 0; (option = get_object (options, i)) != NULL; i++)
    {
      g_autofree char *label =
        ship_cli_clean_line (ship_json_get_string (option, "label", ""), 200);
      g_autofree char *description =
        ship_cli_clean_line (ship_json_get_string (option, "description", ""), 200);

      ship_cli_print (cli,
                      "    %3u. %s%s%s\n",
                      i + 1,
                      label,
                      *description != '\0' ? ": " : "",
                      description);
    }
  if (ship_json_get_boolean (question, "multiple", FALSE))
    ship_cli_print (cli, "         %s\n", _ ("(several: 1,2)"));
}

void
ship_cli_choices_print (ShipCli *cli, const char *details)
{
  g_autoptr (JsonObject) object = ship_json_parse_object (details, -1, NULL);
  JsonArray  *questions = object != NULL ? ship_json_get_array (object, "questions") : NULL;
  JsonObject *question;

  for (guint i = 0; (question = get_object (questions, i)) != NULL; i++)
    print_question (cli, question);
}

/* The label of option number @text, NULL if that is none. */
static const char *
find_label (JsonObject *question, const char *text)
{
  JsonArray  *options = ship_json_get_array (question, "options");
  guint       n_options = options != NULL ? json_array_get_length (options) : 0;
  guint64     number = 0;
  JsonObject *option;

  if (n_options == 0 || !g_ascii_string_to_unsigned (text, 10, 1, n_options, &number, NULL))
    return NULL;
  option = get_object (options, (guint) number - 1);
  return option != NULL ? ship_json_get_string (option, "label", NULL) : NULL;
}

static char *
read_several (JsonObject *question, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) labels = NULL;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      const char *label = find_label (question, g_strstrip (words[i]));

      if (label == NULL)
        return g_strdup (text); /* a sentence with a comma */
      g_strv_builder_add (builder, label);
    }
  labels = g_strv_builder_end (builder);
  return g_strjoinv (SEPARATOR, labels);
}

static char *
read_one (JsonObject *question, const char *text)
{
  if (question == NULL)
    return g_strdup (text);
  if (ship_json_get_boolean (question, "multiple", FALSE))
    return read_several (question, text);
  if (find_label (question, text) != NULL)
    return g_strdup (find_label (question, text));
  return g_strdup (text);
}

GStrv
ship_cli_choices_read (const char *details, const char *const *texts)
{
  g_autoptr (JsonObject) object = ship_json_parse_object (details, -1, NULL);
  JsonArray *questions = object != NULL ? ship_json_get_array (object, "questions") : NULL;
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; texts[i] != NULL; i++)
    g_ptr_array_add (answers, read_one (get_object (questions, i), texts[i]));
  g_ptr_array_add (answers, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&answers), FALSE);
}
