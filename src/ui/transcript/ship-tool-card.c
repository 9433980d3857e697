/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-tool-card.h"

#include "transcript/ship-entry-text.h"
#include "transcript/ship-output-view.h"
#include "transcript/ship-tool-body.h"

#include <glib/gi18n-lib.h>

#define MAX_LIVE_HEIGHT 160

struct _ShipToolCard
{
  GtkWidget       parent_instance;
  ShipTranscript *transcript; /* (owned) */
  GtkWidget      *box;        /* (unowned): the only child */
  GtkWidget      *button;     /* (unowned) */
  GtkWidget      *icon;       /* (unowned) */
  GtkWidget      *title;      /* (unowned) */
  GtkWidget      *note;       /* (unowned): duration, exit code */
  GtkWidget      *result;     /* (unowned): a stack of a spinner and an image */
  GtkWidget      *image;      /* (unowned) */
  GtkWidget      *spinner;    /* (unowned) */
  GtkWidget      *steps;      /* (unowned): a toggle, of an agent */
  GtkWidget      *revealer;   /* (unowned) */
  GtkWidget      *live;       /* (unowned) (nullable): output of what runs */
  char           *output;     /* (owned): of what runs, else its length is what matters */
  gint64          part;
  gboolean        is_running;
  gboolean        is_loading;
  gboolean        is_stale; /* it changed while it was read */
  gboolean        is_setting_steps;
};

enum
{
  RESIZING,
  STEPS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipToolCard, ship_tool_card, GTK_TYPE_WIDGET)

static void load_body (ShipToolCard *self);

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

/* --- what it shows when it is opened --- */

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipToolCard) self = SHIP_TOOL_CARD (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipPartRow) part =
    ship_transcript_load_part_finish (SHIP_TRANSCRIPT (object), result, &error);
  GtkWidget *body;

  self->is_loading = FALSE;
  if (self->box == NULL || !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->button)))
    return;
  if (part != NULL)
    {
      body = ship_tool_body_new (part);
    }
  else
    {
      body = gtk_label_new (error != NULL ? error->message : _ ("This is not there any more."));
      gtk_widget_add_css_class (body, "tool-body");
    }
  self->live = NULL;
  g_signal_emit (self, signals[RESIZING], 0);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), body);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
  if (self->is_stale)
    load_body (self);
}

static void
load_body (ShipToolCard *self)
{
  self->is_stale = self->is_loading;
  if (self->is_loading || self->part == 0)
    return;
  self->is_loading = TRUE;
  ship_transcript_load_part_async (self->transcript,
                                   self->part,
                                   NULL,
                                   loaded_cb,
                                   g_object_ref (self));
}

/* The last lines of a command that runs. */
static void
show_live (ShipToolCard *self)
{
  if (self->live == NULL)
    {
      self->live = ship_output_view_new (MAX_LIVE_HEIGHT);
      gtk_revealer_set_child (GTK_REVEALER (self->revealer), self->live);
    }
  ship_output_view_set_text (SHIP_OUTPUT_VIEW (self->live), self->output);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
}

static void
close_body (ShipToolCard *self)
{
  self->live = NULL;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), NULL);
}

static void
show_output (ShipToolCard *self)
{
  if (self->is_running && self->output[0] != '\0')
    show_live (self);
  else if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->button)))
    load_body (self);
  else
    close_body (self);
}

static void
toggled_cb (GtkToggleButton *button, ShipToolCard *self)
{
  gboolean is_open = gtk_toggle_button_get_active (button);

  g_signal_emit (self, signals[RESIZING], 0);
  if (is_open)
    load_body (self);
  else
    show_output (self);
  gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_EXPANDED, is_open, -1);
}

static void
steps_cb (GtkToggleButton *button, ShipToolCard *self)
{
  if (!self->is_setting_steps)
    g_signal_emit (self, signals[STEPS], 0, gtk_toggle_button_get_active (button));
}

static GtkWidget *
new_head (ShipToolCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->icon = gtk_image_new ();
  self->title = gtk_label_new (NULL);
  self->note = gtk_label_new (NULL);
  self->result = gtk_stack_new ();
  self->spinner = gtk_spinner_new ();
  self->image = gtk_image_new ();
  gtk_widget_add_css_class (self->icon, "dim-label");
  gtk_widget_add_css_class (self->title, "tool-title");
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (self->title), TRUE);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (self->note, "caption");
  gtk_widget_add_css_class (self->note, "dim-label");
  gtk_widget_add_css_class (self->note, "numeric");
  gtk_stack_add_child (GTK_STACK (self->result), self->spinner);
  gtk_stack_add_child (GTK_STACK (self->result), self->image);
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_box_append (GTK_BOX (box), self->note);
  gtk_box_append (GTK_BOX (box), self->result);

  return box;
}

static void
ship_tool_card_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_TOOL_CARD (object)->box, gtk_widget_unparent);
  g_clear_object (&SHIP_TOOL_CARD (object)->transcript);

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

  signals[RESIZING] = g_signal_new ("resizing",
                                    SHIP_TYPE_TOOL_CARD,
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    0);
  signals[STEPS] = g_signal_new ("steps",
                                 SHIP_TYPE_TOOL_CARD,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 1,
                                 G_TYPE_BOOLEAN);
}

static void
ship_tool_card_init (ShipToolCard *self)
{
  self->output = g_strdup ("");
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->button = gtk_toggle_button_new ();
  self->revealer = gtk_revealer_new ();
  self->steps = gtk_toggle_button_new ();
  /* An animation would move the text for a quarter of a second. */
  gtk_revealer_set_transition_type (GTK_REVEALER (self->revealer),
                                    GTK_REVEALER_TRANSITION_TYPE_NONE);
  gtk_widget_add_css_class (self->steps, "flat");
  gtk_widget_add_css_class (self->steps, "steps");
  gtk_widget_set_visible (self->steps, FALSE);
  g_signal_connect_object (self->steps, "toggled", G_CALLBACK (steps_cb), self, 0);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_button_set_child (GTK_BUTTON (self->button), new_head (self));
  g_signal_connect_object (self->button, "toggled", G_CALLBACK (toggled_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), self->button);
  gtk_box_append (GTK_BOX (self->box), self->revealer);
  gtk_box_append (GTK_BOX (self->box), self->steps);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_tool_card_new (ShipTranscript *transcript)
{
  ShipToolCard *self = g_object_new (SHIP_TYPE_TOOL_CARD, NULL);

  self->transcript = g_object_ref (transcript);
  return GTK_WIDGET (self);
}

static gboolean
is_running (const char *status)
{
  return g_strcmp0 (status, "pending") == 0 || g_strcmp0 (status, "running") == 0;
}

/* A command that ran and said no is not the agent's error, but worth a colour. Returns: a word for
 * it */
static const char *
update_result (ShipToolCard *self, ShipTranscriptEntry *entry)
{
  const char *status = ship_transcript_entry_get_status (entry);
  const char *icon = "object-select-symbolic";
  const char *css_class = "success";
  const char *word = _ ("Done");

  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_running (status));
  gtk_stack_set_visible_child (GTK_STACK (self->result),
                               is_running (status) ? self->spinner : self->image);
  if (is_running (status))
    {
      word = _ ("Running");
    }
  else if (g_strcmp0 (status, "error") == 0 || ship_transcript_entry_get_exit_code (entry) > 0)
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

  return word;
}

/* How long, and what it said at its end. */
static char *
dup_note (ShipTranscriptEntry *entry)
{
  gint64           ms = ship_transcript_entry_get_duration_ms (entry);
  int              exit_code = ship_transcript_entry_get_exit_code (entry);
  g_autofree char *duration = NULL;

  duration = ms < 0 ? g_strdup ("") : ship_format_duration (ms);
  if (exit_code <= 0)
    return g_steal_pointer (&duration);

  return g_strdup_printf (_ ("exit %d · %s"), exit_code, duration);
}

static char *
dup_line (ShipTranscriptEntry *entry)
{
  const char *subject = ship_transcript_entry_get_subject (entry);
  const char *title = ship_transcript_entry_get_title (entry);
  const char *icon;
  const char *label;

  describe_tool (ship_transcript_entry_get_tool (entry), &icon, &label);
  if (subject == NULL || subject[0] == '\0')
    subject = title != NULL && title[0] != '\0' ? title : label;

  return g_strdelimit (g_strdup (subject), "\n\r\t", ' ');
}

char *
ship_tool_card_dup_name (ShipTranscriptEntry *entry)
{
  g_autofree char *line = dup_line (entry);
  const char      *icon;
  const char      *label;

  describe_tool (ship_transcript_entry_get_tool (entry), &icon, &label);
  return g_str_equal (line, label) ? g_strdup (label) : g_strdup_printf ("%s: %s", label, line);
}

static void
update_head (ShipToolCard *self, ShipTranscriptEntry *entry)
{
  g_autofree char *line = dup_line (entry);
  g_autofree char *name = ship_tool_card_dup_name (entry);
  g_autofree char *note = dup_note (entry);
  g_autofree char *all = NULL;
  const char      *word = update_result (self, entry);
  const char      *icon;
  const char      *label;

  describe_tool (ship_transcript_entry_get_tool (entry), &icon, &label);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
  gtk_label_set_text (GTK_LABEL (self->title), line);
  gtk_widget_set_tooltip_text (self->button, name);
  gtk_label_set_text (GTK_LABEL (self->note), note);
  all = g_strdup_printf ("%s, %s%s%s", name, word, note[0] != '\0' ? ", " : "", note);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  all,
                                  -1);
}

void
ship_tool_card_update (ShipToolCard *self, ShipTranscriptEntry *entry)
{
  const char *output = ship_transcript_entry_get_output (entry);
  gboolean    was_running = self->is_running;

  g_return_if_fail (SHIP_IS_TOOL_CARD (self));

  self->part = ship_transcript_entry_get_part (entry);
  self->is_running = is_running (ship_transcript_entry_get_status (entry));
  update_head (self, entry);
  if (self->is_running && g_strcmp0 (ship_transcript_entry_get_tool (entry), "bash") == 0)
    {
      g_free (self->output);
      self->output = g_strdup (output != NULL ? output : "");
      show_output (self);
    }
  else if (was_running != self->is_running)
    {
      show_output (self);
    }
}

void
ship_tool_card_set_steps (ShipToolCard *self, guint n, gboolean are_shown)
{
  g_autofree char *label = NULL;

  g_return_if_fail (SHIP_IS_TOOL_CARD (self));

  label = g_strdup_printf (are_shown ? ngettext ("Hide %u Step", "Hide %u Steps", n)
                                     : ngettext ("Show %u Step", "Show %u Steps", n),
                           n);
  gtk_button_set_label (GTK_BUTTON (self->steps), label);
  self->is_setting_steps = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->steps), are_shown);
  self->is_setting_steps = FALSE;
  gtk_widget_set_visible (self->steps, n > 0);
}
