/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-tool-card.h"

#include <glib/gi18n-lib.h>

/* What a card shows of a tool's output; all of it is in the session's store. */
#define MAX_OUTPUT_BYTES (64 * 1024)
#define MAX_VIEW_HEIGHT  320

struct _ShipToolCard
{
  GtkWidget  parent_instance;
  GtkWidget *box;      /* (unowned): the only child */
  GtkWidget *button;   /* (unowned) */
  GtkWidget *icon;     /* (unowned) */
  GtkWidget *title;    /* (unowned) */
  GtkWidget *duration; /* (unowned) */
  GtkWidget *result;   /* (unowned): a stack of a spinner and an image */
  GtkWidget *image;    /* (unowned) */
  GtkWidget *spinner;  /* (unowned) */
  GtkWidget *revealer; /* (unowned) */
  GtkWidget *view;     /* (unowned) (nullable): until it was opened */
  char      *output;   /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipToolCard, ship_tool_card, GTK_TYPE_WIDGET)

/* clang-format off */
static const struct { const char *tool; const char *icon; const char *label; } tools[] = {
  { "bash",        "utilities-terminal-symbolic", N_ ("Command") },
  { "read",        "text-x-generic-symbolic",     N_ ("Read") },
  { "list",        "folder-symbolic",             N_ ("List") },
  { "glob",        "system-search-symbolic",      N_ ("Find Files") },
  { "grep",        "system-search-symbolic",      N_ ("Search") },
  { "edit",        "document-edit-symbolic",      N_ ("Edit") },
  { "write",       "document-edit-symbolic",      N_ ("Write") },
  { "apply_patch", "document-edit-symbolic",      N_ ("Edit") },
  { "todowrite",   "view-list-bullet-symbolic",   N_ ("Plan") },
  { "task",        "system-users-symbolic",       N_ ("Sub-Agent") },
  { "webfetch",    "web-browser-symbolic",        N_ ("Web Page") },
  { "question",    "dialog-question-symbolic",    N_ ("Question") },
};
/* clang-format on */

static void
describe_tool (const char *tool, const char **icon, const char **label)
{
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    if (g_strcmp0 (tools[i].tool, tool) == 0)
      {
        *icon = tools[i].icon;
        *label = _ (tools[i].label);
        return;
      }
  *icon = "applications-engineering-symbolic";
  *label = tool != NULL ? tool : "";
}

static void
fill_view (ShipToolCard *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  gsize          length = strlen (self->output);
  const char    *start = self->output;

  /* The end is what tells how it went. */
  if (length > MAX_OUTPUT_BYTES)
    start = g_utf8_find_next_char (start + length - MAX_OUTPUT_BYTES, NULL);
  gtk_text_buffer_set_text (buffer, start, -1);
}

static GtkWidget *
new_view (ShipToolCard *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->view = gtk_text_view_new ();
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (self->view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), GTK_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (self->view, "output");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Output"),
                                  -1);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_VIEW_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->view);

  return scroller;
}

static void
toggled_cb (GtkToggleButton *button, ShipToolCard *self)
{
  gboolean is_open = gtk_toggle_button_get_active (button);

  if (is_open && self->view == NULL)
    gtk_revealer_set_child (GTK_REVEALER (self->revealer), new_view (self));
  if (is_open)
    fill_view (self);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), is_open);
  gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_EXPANDED, is_open, -1);
}

static GtkWidget *
new_head (ShipToolCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->icon = gtk_image_new ();
  self->title = gtk_label_new (NULL);
  self->duration = gtk_label_new (NULL);
  self->result = gtk_stack_new ();
  self->spinner = gtk_spinner_new ();
  self->image = gtk_image_new ();
  gtk_widget_add_css_class (self->icon, "dim-label");
  gtk_widget_add_css_class (self->title, "tool-title");
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (self->title), TRUE);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (self->duration, "caption");
  gtk_widget_add_css_class (self->duration, "dim-label");
  gtk_widget_add_css_class (self->duration, "numeric");
  gtk_stack_add_child (GTK_STACK (self->result), self->spinner);
  gtk_stack_add_child (GTK_STACK (self->result), self->image);
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_box_append (GTK_BOX (box), self->duration);
  gtk_box_append (GTK_BOX (box), self->result);

  return box;
}

static void
ship_tool_card_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_TOOL_CARD (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_tool_card_parent_class)->dispose (object);
}

static void
ship_tool_card_finalize (GObject *object)
{
  g_free (SHIP_TOOL_CARD (object)->output);

  G_OBJECT_CLASS (ship_tool_card_parent_class)->finalize (object);
}

static void
ship_tool_card_class_init (ShipToolCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_tool_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_tool_card_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "toolcard");
}

static void
ship_tool_card_init (ShipToolCard *self)
{
  self->output = g_strdup ("");
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->button = gtk_toggle_button_new ();
  self->revealer = gtk_revealer_new ();
  gtk_widget_add_css_class (self->button, "flat");
  gtk_button_set_child (GTK_BUTTON (self->button), new_head (self));
  g_signal_connect_object (self->button, "toggled", G_CALLBACK (toggled_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), self->button);
  gtk_box_append (GTK_BOX (self->box), self->revealer);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_tool_card_new (void)
{
  return g_object_new (SHIP_TYPE_TOOL_CARD, NULL);
}

static gboolean
is_running (const char *status)
{
  return g_strcmp0 (status, "pending") == 0 || g_strcmp0 (status, "running") == 0;
}

/* A command that ran and said no is not the agent's error, but worth a colour. */
static void
update_result (ShipToolCard *self, ShipTranscriptEntry *entry)
{
  const char *status = ship_transcript_entry_get_status (entry);
  const char *icon = "object-select-symbolic";
  const char *css_class = "success";
  const char *word = _ ("Done");

  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_running (status));
  gtk_stack_set_visible_child (GTK_STACK (self->result),
                               is_running (status) ? self->spinner : self->image);
  if (g_strcmp0 (status, "error") == 0 || ship_transcript_entry_get_exit_code (entry) > 0)
    {
      icon = "dialog-error-symbolic";
      css_class = "error";
      word = _ ("Failed");
    }
  else if (g_strcmp0 (status, "interrupted") == 0)
    {
      icon = "media-playback-stop-symbolic";
      css_class = "warning";
      word = _ ("Interrupted");
    }
  gtk_image_set_from_icon_name (GTK_IMAGE (self->image), icon);
  gtk_widget_set_css_classes (self->image, (const char *[]){ css_class, NULL });
  gtk_widget_set_tooltip_text (self->image, word);
}

static char *
format_duration (gint64 ms)
{
  if (ms < 0)
    return g_strdup ("");
  if (ms < 60 * 1000)
    return g_strdup_printf (_ ("%.1f s"), ms / 1000.0);
  return g_strdup_printf (_ ("%d min %d s"), (int) (ms / 60000), (int) (ms / 1000 % 60));
}

void
ship_tool_card_update (ShipToolCard *self, ShipTranscriptEntry *entry)
{
  const char      *title = ship_transcript_entry_get_title (entry);
  const char      *output = ship_transcript_entry_get_output (entry);
  g_autofree char *duration = format_duration (ship_transcript_entry_get_duration_ms (entry));
  g_autofree char *line = NULL;
  g_autofree char *name = NULL;
  const char      *icon;
  const char      *label;

  g_return_if_fail (SHIP_IS_TOOL_CARD (self));

  describe_tool (ship_transcript_entry_get_tool (entry), &icon, &label);
  line = g_strdelimit (g_strdup (title != NULL && title[0] != '\0' ? title : label), "\n\r\t", ' ');
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
  gtk_label_set_text (GTK_LABEL (self->title), line);
  gtk_widget_set_tooltip_text (self->icon, label);
  gtk_label_set_text (GTK_LABEL (self->duration), duration);
  update_result (self, entry);

  name = g_strdup_printf ("%s: %s", label, line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name,
                                  -1);
  if (output != NULL && !g_str_equal (self->output, output))
    {
      g_free (self->output);
      self->output = g_strdup (output);
      if (self->view != NULL && gtk_revealer_get_reveal_child (GTK_REVEALER (self->revealer)))
        fill_view (self);
    }
}
