/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-check-row.h"

#include <glib/gi18n-lib.h>

struct _ShipCheckRow
{
  AdwActionRow parent_instance;
  GtkWidget   *icon; /* (unowned) */
  GtkWidget   *word; /* (unowned): a label */
};

G_DEFINE_FINAL_TYPE (ShipCheckRow, ship_check_row, ADW_TYPE_ACTION_ROW)

/* A sentence in a row begins with a capital. (transfer full) */
static char *
capitalize (const char *text)
{
  const char      *rest = *text != '\0' ? g_utf8_next_char (text) : text;
  g_autofree char *first = g_utf8_strup (text, rest - text);

  return g_strconcat (first, rest, NULL);
}

/* clang-format off */
static const struct { const char *icon; const char *style; const char *word; } verdicts[] = {
  [SHIP_DOCTOR_GOOD]   = { "emblem-ok-symbolic",      "success", N_ ("Ready") },
  [SHIP_DOCTOR_BETTER] = { "dialog-warning-symbolic", "warning", N_ ("Limited") },
  [SHIP_DOCTOR_BAD]    = { "dialog-error-symbolic",   "error",   N_ ("Problem") },
};
/* clang-format on */

static void
clear (ShipCheckRow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    {
      gtk_widget_remove_css_class (self->icon, verdicts[i].style);
      gtk_widget_remove_css_class (self->word, verdicts[i].style);
    }
}

void
ship_check_row_set_verdict (ShipCheckRow *self, ShipDoctorVerdict verdict)
{
  g_return_if_fail (SHIP_IS_CHECK_ROW (self));
  g_return_if_fail (verdict < G_N_ELEMENTS (verdicts));

  clear (self);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), verdicts[verdict].icon);
  gtk_label_set_text (GTK_LABEL (self->word), _ (verdicts[verdict].word));
  gtk_widget_add_css_class (self->icon, verdicts[verdict].style);
  gtk_widget_add_css_class (self->word, verdicts[verdict].style);
}

void
ship_check_row_set_finding (ShipCheckRow *self, const ShipDoctorFinding *finding)
{
  g_autofree char *detail = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (SHIP_IS_CHECK_ROW (self));

  if (finding == NULL)
    {
      clear (self);
      gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), "content-loading-symbolic");
      gtk_label_set_text (GTK_LABEL (self->word), _ ("Checking…"));
      return;
    }
  detail = capitalize (finding->detail);
  text = g_strjoin ("\n", detail, finding->remedy, NULL);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
  ship_check_row_set_verdict (self, finding->result);
}

static void
ship_check_row_class_init (ShipCheckRowClass *klass)
{
}

static void
ship_check_row_init (ShipCheckRow *self)
{
  self->icon = gtk_image_new ();
  self->word = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->word, "caption");
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), self->icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->word);
}

GtkWidget *
ship_check_row_new (const char *title, const char *subtitle)
{
  ShipCheckRow *self = g_object_new (SHIP_TYPE_CHECK_ROW,
                                     "use-markup",
                                     FALSE,
                                     "title",
                                     title,
                                     "subtitle",
                                     subtitle != NULL ? subtitle : "",
                                     NULL);

  ship_check_row_set_finding (self, NULL);
  return GTK_WIDGET (self);
}
