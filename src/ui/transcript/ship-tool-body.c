/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-tool-body.h"

#include "base/ship-json.h"
#include "transcript/ship-diff-view.h"
#include "transcript/ship-markdown-view.h"
#include "transcript/ship-output-view.h"

#include <glib/gi18n-lib.h>

/* All of it is written by the agent: what is shown is bounded. */
#define MOST_HEIGHT   360
#define MOST_MEMBERS  12
#define MOST_LENGTH   2000
#define MOST_TODOS    100
#define MOST_MARKDOWN (64 * 1024)

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  g_autofree char *cut = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), MOST_LENGTH));
  GtkWidget       *label = gtk_label_new (cut);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_focusable (label, FALSE);
  gtk_widget_add_css_class (label, css_class);

  return label;
}

/* A word above what it names. */
static void
append_titled (GtkWidget *box, const char *title, GtkWidget *content)
{
  gtk_box_append (GTK_BOX (box), new_label (title, "part-title"));
  gtk_box_append (GTK_BOX (box), content);
}

static void
append_output (GtkWidget *box, const ShipPartRow *part)
{
  GtkWidget *view;

  if (part->output == NULL || part->output[0] == '\0')
    {
      if (part->is_ended)
        gtk_box_append (GTK_BOX (box), new_label (_ ("No output"), "part-title"));
      return;
    }
  view = ship_output_view_new (MOST_HEIGHT);
  ship_output_view_set_text (SHIP_OUTPUT_VIEW (view), part->output);
  append_titled (box, _ ("Output"), view);
}

static char *
dup_value (JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return ship_json_node_to_text (node);
}

/* What is told of any tool. */
static void
fill_plain (GtkWidget *box, const ShipPartRow *part, JsonObject *input)
{
  g_autoptr (GList) members = input != NULL ? json_object_get_members (input) : NULL;
  guint n = 0;

  for (GList *l = members; l != NULL && n < MOST_MEMBERS; l = l->next, n++)
    {
      g_autofree char *value = dup_value (json_object_get_member (input, l->data));

      append_titled (box, l->data, new_label (value, "part-value"));
    }
  append_output (box, part);
}

static void
fill_bash (GtkWidget *box, const ShipPartRow *part, JsonObject *input)
{
  const char *command = input != NULL ? ship_json_get_string (input, "command", "") : "";

  append_titled (box, _ ("Command"), new_label (command, "part-value"));
  append_output (box, part);
}

GtkWidget *
ship_tool_diff_new (const char *metadata)
{
  g_autoptr (JsonObject) object =
    metadata != NULL ? ship_json_parse_object (metadata, -1, NULL) : NULL;
  const char *text = object != NULL ? ship_json_get_string (object, "diff", NULL) : NULL;
  ShipDiff   *diff;

  if (text == NULL && object != NULL)
    text = ship_json_get_string (object, "metadata.diff", NULL);
  if (text == NULL)
    return NULL;
  diff = ship_diff_new (text);
  if (diff->lines->len > 0)
    return ship_diff_view_new (diff, MOST_HEIGHT);

  ship_diff_free (diff);
  return NULL;
}

static void
fill_change (GtkWidget *box, const ShipPartRow *part, JsonObject *input)
{
  GtkWidget  *view = ship_tool_diff_new (part->metadata);
  const char *content = input != NULL ? ship_json_get_string (input, "content", NULL) : NULL;
  const char *patch = input != NULL ? ship_json_get_string (input, "patchText", NULL) : NULL;

  if (view == NULL && content != NULL)
    view = ship_diff_view_new (ship_diff_new_for_content (content), MOST_HEIGHT);
  if (view != NULL)
    gtk_box_append (GTK_BOX (box), view);
  else if (patch != NULL)
    append_titled (box, _ ("Patch"), new_label (patch, "part-value"));
  if (view == NULL || g_strcmp0 (part->status, "error") == 0)
    append_output (box, part);
}

/* --- a plan --- */

static GtkWidget *
new_todo (const char *content, const char *status)
{
  GtkWidget  *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget  *image = gtk_image_new ();
  const char *icon = "checkbox-symbolic";
  const char *word = _ ("To do");

  if (g_str_equal (status, "completed"))
    {
      icon = "checkbox-checked-symbolic";
      word = _ ("Done");
    }
  else if (g_str_equal (status, "in_progress"))
    {
      icon = "media-playback-start-symbolic";
      word = _ ("Under way");
    }
  else if (g_str_equal (status, "cancelled"))
    {
      icon = "window-close-symbolic";
      word = _ ("Dropped");
    }
  gtk_image_set_from_icon_name (GTK_IMAGE (image), icon);
  gtk_widget_set_tooltip_text (image, word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL, word, -1);
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (row), image);
  gtk_box_append (GTK_BOX (row), new_label (content, "part-prose"));

  return row;
}

static void
fill_todos (GtkWidget *box, const ShipPartRow *part, JsonObject *input)
{
  JsonArray *todos = input != NULL ? ship_json_get_array (input, "todos") : NULL;
  guint      n = todos != NULL ? MIN (json_array_get_length (todos), MOST_TODOS) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode   *node = json_array_get_element (todos, i);
      JsonObject *todo = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (todo != NULL)
        gtk_box_append (GTK_BOX (box),
                        new_todo (ship_json_get_string (todo, "content", ""),
                                  ship_json_get_string (todo, "status", "")));
    }
  if (n == 0)
    append_output (box, part);
}

/* --- what is told in words --- */

static GtkWidget *
new_markdown (const char *text)
{
  GtkWidget       *view = ship_markdown_view_new ();
  g_autofree char *cut = g_strndup (text, MOST_MARKDOWN);
  g_autofree char *valid = g_utf8_make_valid (cut, -1);

  ship_markdown_view_set_text (SHIP_MARKDOWN_VIEW (view), valid);
  return view;
}

static void
fill_agent (GtkWidget *box, const ShipPartRow *part, JsonObject *input)
{
  const char *prompt = input != NULL ? ship_json_get_string (input, "prompt", NULL) : NULL;

  if (prompt != NULL)
    append_titled (box, _ ("What it was asked"), new_markdown (prompt));
  if (part->output != NULL && part->output[0] != '\0')
    append_titled (box, _ ("What it answered"), new_markdown (part->output));
}

static void
fill_question (GtkWidget *box, const ShipPartRow *part, JsonObject *input)
{
  JsonArray *questions = input != NULL ? ship_json_get_array (input, "questions") : NULL;
  guint      n = questions != NULL ? MIN (json_array_get_length (questions), MOST_MEMBERS) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (questions, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        gtk_box_append (
          GTK_BOX (box),
          new_label (ship_json_get_string (json_node_get_object (node), "question", ""),
                     "part-prose"));
    }
  if (part->output != NULL && part->output[0] != '\0')
    append_titled (box, _ ("Answer"), new_label (part->output, "part-prose"));
}

/* clang-format off */
static const struct {
  const char *tool;
  void (*fill) (GtkWidget *box, const ShipPartRow *part, JsonObject *input);
} tools[] = {
  { "bash",        fill_bash },
  { "edit",        fill_change },
  { "write",       fill_change },
  { "apply_patch", fill_change },
  { "todowrite",   fill_todos },
  { "task",        fill_agent },
  { "question",    fill_question },
};
/* clang-format on */

GtkWidget *
ship_tool_body_new (const ShipPartRow *part)
{
  g_autoptr (JsonObject) input =
    part->input != NULL ? ship_json_parse_object (part->input, -1, NULL) : NULL;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  gtk_widget_add_css_class (box, "tool-body");
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    if (g_strcmp0 (tools[i].tool, part->tool) == 0)
      {
        tools[i].fill (box, part, input);
        return box;
      }
  fill_plain (box, part, input);

  return box;
}
