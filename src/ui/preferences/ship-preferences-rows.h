/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The rows that preferences are made of: bound to a setting, they apply at once. Their texts are
 * shown as they are, whatever is in them. (transfer floating) */

/* @subtitle: (nullable) */
GtkWidget *ship_preferences_row_new (const char *title, const char *subtitle);
void       ship_preferences_row_set_subtitle (GtkWidget *row, const char *subtitle);
/* A flat button at the end of @row. @name: what it does to what. (transfer none) */
GtkWidget *ship_preferences_row_add_button (GtkWidget *row, const char *label, const char *name);
GtkWidget *ship_preferences_row_add_icon (GtkWidget *row, const char *icon, const char *name);

GtkWidget *ship_preferences_switch_row_new (GSettings  *settings,
                                            const char *key,
                                            const char *title,
                                            const char *subtitle);

/* What a number is, of a setting that is a double or a guint. */
typedef struct
{
  const char *key;
  const char *title;
  const char *subtitle; /* (nullable) */
  double      most;
  double      least;
  double      step;
  double      unit;   /* what one means: 60 shows seconds as minutes */
  guint       digits; /* behind the point */
  const char *format; /* one "%s": "$%s" */
  const char *zero;   /* (nullable): what is shown for 0: "No Limit" */
} ShipNumberRow;
GtkWidget *ship_preferences_number_row_new (GSettings *settings, const ShipNumberRow *what);

/* A sentence below what it is about; out of sight while there is none. @entry: (nullable): what is
 * wrong because of it. */
GtkWidget *ship_preferences_trouble_new (void);
void ship_preferences_trouble_set (GtkWidget *trouble, GtkWidget *entry, const char *sentence);

/* A word of passage in the window that @widget is in. */
void ship_preferences_say (GtkWidget *widget, const char *sentence);

G_END_DECLS
