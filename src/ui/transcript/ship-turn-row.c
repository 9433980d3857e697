/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-turn-row.h"

#include "client/ship-ways-on.h"
#include "transcript/ship-entry-text.h"
#include "widgets/ship-wrap-row.h"

#include <glib/gi18n-lib.h>

struct _ShipTurnRow
{
  GtkWidget  parent_instance;
  GtkWidget *box;     /* (unowned): the only child */
  GtkWidget *card;    /* (unowned): of an error */
  GtkWidget *heading; /* (unowned) */
  GtkWidget *reason;  /* (unowned) */
  GtkWidget *hint;    /* (unowned) */
  GtkWidget *ways;    /* (unowned): the buttons */
  GtkWidget *figures; /* (unowned) */
  ShipWaysOn shown;   /* the ways that have a button */
};

G_DEFINE_FINAL_TYPE (ShipTurnRow, ship_turn_row, GTK_TYPE_WIDGET)

/* clang-format off */
static const struct { const char *category; const char *heading; const char *hint; } categories[] = {
  { "transient",   N_ ("The Turn Was Interrupted"),
    N_ ("This usually passes by itself. Trying again often helps.") },
  { "user-action", N_ ("Something Is Needed From You"),
    N_ ("Mend what the message names, then try again.") },
  { "persistent",  N_ ("The Turn Failed"),
    N_ ("Trying the same again changes nothing unless something else was changed before.") },
  { "fatal",       N_ ("Ship Ran Into a Fault of Its Own"),
    N_ ("Your work is kept. Going on with the next task is safe.") },
};

static const struct { ShipWaysOn way; const char *label; const char *action; const char *hint; } ways[] = {
  { SHIP_WAY_DISCARD,     N_ ("Discard Changes"), "turn.discard",
    N_ ("The working copy goes back to the last commit: what this turn changed is lost") },
  { SHIP_WAY_MODEL,       N_ ("Change Model"),    "turn.choose-model",
    N_ ("Choose another model, then try again") },
  { SHIP_WAY_PREFERENCES, N_ ("Open Preferences"), "app.preferences-page::models",
    N_ ("Keys and model servers are set there") },
  { SHIP_WAY_CONTINUE,    N_ ("Continue"),        "turn.continue",
    N_ ("Leave this task as it is and go on with the next") },
  { SHIP_WAY_RETRY,       N_ ("Try Again"),       "turn.retry",
    N_ ("Run this task once more") },
};
/* clang-format on */

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_add_css_class (label, css_class);

  return label;
}

static void
ship_turn_row_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_TURN_ROW (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_turn_row_parent_class)->dispose (object);
}

static void
ship_turn_row_class_init (ShipTurnRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_turn_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
ship_turn_row_init (ShipTurnRow *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->heading = new_label ("heading");
  self->reason = new_label ("error-reason");
  self->hint = new_label ("part-title");
  self->ways = ship_wrap_row_new ();
  self->figures = new_label ("turn-figures");
  gtk_widget_add_css_class (self->card, "error-card");
  gtk_box_append (GTK_BOX (self->card), self->heading);
  gtk_box_append (GTK_BOX (self->card), self->reason);
  gtk_box_append (GTK_BOX (self->card), self->hint);
  gtk_box_append (GTK_BOX (self->card), self->ways);
  gtk_box_append (GTK_BOX (self->box), self->card);
  gtk_box_append (GTK_BOX (self->box), self->figures);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_turn_row_new (void)
{
  return g_object_new (SHIP_TYPE_TURN_ROW, NULL);
}

static void
show_ways (ShipTurnRow *self, ShipWaysOn wanted)
{
  GtkWidget *child;

  gtk_widget_set_visible (self->hint, wanted != 0);
  gtk_widget_set_visible (self->ways, wanted != 0);
  if (wanted == self->shown)
    return;
  while ((child = gtk_widget_get_first_child (self->ways)) != NULL)
    gtk_widget_unparent (child);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      GtkWidget *button;

      if ((wanted & ways[i].way) == 0)
        continue;
      button = gtk_button_new_with_label (_ (ways[i].label));
      gtk_widget_set_tooltip_text (button, _ (ways[i].hint));
      gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), ways[i].action);
      if (ways[i].way == SHIP_WAY_RETRY)
        gtk_widget_add_css_class (button, "suggested-action");
      ship_wrap_row_append (SHIP_WRAP_ROW (self->ways), button);
    }
  self->shown = wanted;
}

static void
show_error (ShipTurnRow *self, const ShipTurnFigures *turn, gboolean is_held)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (categories) - 1 &&
         g_strcmp0 (categories[i].category, turn->category) != 0)
    i++;
  gtk_label_set_text (GTK_LABEL (self->heading), _ (categories[i].heading));
  gtk_label_set_text (GTK_LABEL (self->reason), turn->error);
  gtk_label_set_text (GTK_LABEL (self->hint), _ (categories[i].hint));
  show_ways (self, ship_ways_on_get (turn->category, is_held));
}

void
ship_turn_row_update (ShipTurnRow *self, ShipTranscriptEntry *entry, gboolean is_held)
{
  const ShipTurnFigures *turn = ship_transcript_entry_get_turn (entry);
  g_autofree char       *figures = ship_format_turn (entry);
  gboolean               has_failed;

  g_return_if_fail (SHIP_IS_TURN_ROW (self));
  g_return_if_fail (turn != NULL);

  has_failed = turn->error != NULL && turn->error[0] != '\0' &&
               g_strcmp0 (ship_transcript_entry_get_status (entry), "failed") == 0;
  gtk_widget_set_visible (self->card, has_failed);
  if (has_failed)
    show_error (self, turn, is_held);
  gtk_label_set_text (GTK_LABEL (self->figures), figures);
}
