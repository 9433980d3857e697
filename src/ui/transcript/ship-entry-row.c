/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-entry-row.h"

#include "transcript/ship-markdown-view.h"
#include "transcript/ship-tool-card.h"

#include <glib/gi18n-lib.h>

#define SHORT_COMMIT 8

struct _ShipEntryRow
{
  GtkWidget            parent_instance;
  ShipTranscriptEntry *entry;   /* (owned) */
  GtkWidget           *child;   /* (unowned): the only child */
  GtkWidget           *content; /* (unowned): what the update of the kind fills in */
  GtkWidget           *extra;   /* (unowned) (nullable) */
  void (*update) (ShipEntryRow *self);
  guint tick; /* of an update that is due */
};

G_DEFINE_FINAL_TYPE (ShipEntryRow, ship_entry_row, GTK_TYPE_WIDGET)

/* --- a prompt of the user --- */

static void
update_prompt (ShipEntryRow *self)
{
  const char *status = ship_transcript_entry_get_status (self->entry);
  const char *word = NULL;

  gtk_label_set_text (GTK_LABEL (self->content), ship_transcript_entry_get_text (self->entry));
  if (g_strcmp0 (status, "pending") == 0)
    word = _ ("In the queue");
  else if (g_strcmp0 (status, "failed") == 0)
    word = _ ("Not finished");
  else if (g_strcmp0 (status, "cancelled") == 0)
    word = _ ("Stopped");
  gtk_label_set_text (GTK_LABEL (self->extra), word != NULL ? word : "");
  gtk_widget_set_visible (self->extra, word != NULL);
}

static GtkWidget *
new_prompt (ShipEntryRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->content = gtk_label_new (NULL);
  self->extra = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->content), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->content), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->content), TRUE);
  gtk_widget_set_can_focus (self->content, FALSE);
  gtk_label_set_xalign (GTK_LABEL (self->content), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (self->content), 60);
  gtk_widget_add_css_class (self->content, "bubble");
  gtk_widget_set_halign (self->content, GTK_ALIGN_END);
  gtk_widget_add_css_class (self->extra, "caption");
  gtk_widget_add_css_class (self->extra, "dim-label");
  gtk_widget_set_halign (self->extra, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (box), self->content);
  gtk_box_append (GTK_BOX (box), self->extra);
  gtk_widget_add_css_class (box, "prompt");
  self->update = update_prompt;

  return box;
}

/* --- what the agent says --- */

static void
update_markdown (ShipEntryRow *self)
{
  ship_markdown_view_set_text (SHIP_MARKDOWN_VIEW (self->content),
                               ship_transcript_entry_get_text (self->entry));
}

static GtkWidget *
new_answer (ShipEntryRow *self)
{
  self->content = ship_markdown_view_new ();
  self->update = update_markdown;

  return self->content;
}

static void
update_reasoning (ShipEntryRow *self)
{
  gint64           ms = ship_transcript_entry_get_duration_ms (self->entry);
  g_autofree char *label = NULL;

  if (ship_transcript_entry_is_ended (self->entry) && ms >= 0)
    label = g_strdup_printf (_ ("Thought for %.0f s"), ms / 1000.0);
  else
    label = g_strdup (_ ("Thinking…"));
  gtk_expander_set_label (GTK_EXPANDER (self->child), label);
  update_markdown (self);
}

static GtkWidget *
new_reasoning (ShipEntryRow *self)
{
  GtkWidget *expander = gtk_expander_new (NULL);

  self->content = ship_markdown_view_new ();
  gtk_widget_add_css_class (expander, "reasoning");
  gtk_expander_set_child (GTK_EXPANDER (expander), self->content);
  self->update = update_reasoning;

  return expander;
}

static void
update_tool (ShipEntryRow *self)
{
  ship_tool_card_update (SHIP_TOOL_CARD (self->content), self->entry);
}

static GtkWidget *
new_tool (ShipEntryRow *self)
{
  self->content = ship_tool_card_new ();
  self->update = update_tool;

  return self->content;
}

/* --- what Ship says --- */

static void
update_line (ShipEntryRow *self)
{
  const char *text = ship_transcript_entry_get_text (self->entry);

  if (g_str_equal (ship_transcript_entry_get_kind (self->entry), "commit"))
    {
      g_autofree char *sentence = g_strdup_printf (_ ("Committed %.*s"), SHORT_COMMIT, text);

      gtk_label_set_text (GTK_LABEL (self->content), sentence);
      gtk_widget_set_tooltip_text (self->content, text);
      return;
    }
  gtk_label_set_text (GTK_LABEL (self->content), text);
}

static GtkWidget *
new_line (ShipEntryRow *self)
{
  gboolean   is_commit = g_str_equal (ship_transcript_entry_get_kind (self->entry), "commit");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *image =
    gtk_image_new_from_icon_name (is_commit ? "emblem-ok-symbolic" : "dialog-information-symbolic");

  self->content = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->content), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->content), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->content), 0);
  gtk_label_set_selectable (GTK_LABEL (self->content), TRUE);
  gtk_widget_set_can_focus (self->content, FALSE);
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_widget_add_css_class (box, is_commit ? "commit" : "notice");
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), self->content);
  self->update = update_line;

  return box;
}

/* clang-format off */
static const struct { const char *kind; GtkWidget *(*make) (ShipEntryRow *self); } kinds[] = {
  { "prompt",    new_prompt },
  { "text",      new_answer },
  { "reasoning", new_reasoning },
  { "tool",      new_tool },
};
/* clang-format on */

static GtkWidget *
make_child (ShipEntryRow *self)
{
  const char *kind = ship_transcript_entry_get_kind (self->entry);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].kind, kind))
      return kinds[i].make (self);

  return new_line (self);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  ShipEntryRow *self = SHIP_ENTRY_ROW (widget);

  self->tick = 0;
  self->update (self);

  return G_SOURCE_REMOVE;
}

static void
changed_cb (ShipTranscriptEntry *entry, GParamSpec *pspec, ShipEntryRow *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
ship_entry_row_dispose (GObject *object)
{
  ShipEntryRow *self = SHIP_ENTRY_ROW (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_pointer (&self->child, gtk_widget_unparent);
  g_clear_object (&self->entry);

  G_OBJECT_CLASS (ship_entry_row_parent_class)->dispose (object);
}

static void
ship_entry_row_class_init (ShipEntryRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_entry_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "entryrow");
}

static void
ship_entry_row_init (ShipEntryRow *self)
{
}

GtkWidget *
ship_entry_row_new (ShipTranscriptEntry *entry)
{
  ShipEntryRow *self = g_object_new (SHIP_TYPE_ENTRY_ROW, NULL);

  self->entry = g_object_ref (entry);
  self->child = make_child (self);
  if (ship_transcript_entry_is_sub_agent (entry))
    gtk_widget_add_css_class (GTK_WIDGET (self), "sub-agent");
  gtk_widget_set_parent (self->child, GTK_WIDGET (self));
  g_signal_connect_object (entry, "notify", G_CALLBACK (changed_cb), self, 0);
  self->update (self);

  return GTK_WIDGET (self);
}
