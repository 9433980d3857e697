/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-model-entry.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _ShipModelEntry
{
  GObject        parent_instance;
  ShipModelItem *item;   /* (owned) (nullable) */
  char          *title;  /* (owned) */
  char          *detail; /* (owned) */
  gboolean       is_available;
};

G_DEFINE_FINAL_TYPE (ShipModelEntry, ship_model_entry, G_TYPE_OBJECT)

static void
ship_model_entry_finalize (GObject *object)
{
  ShipModelEntry *self = SHIP_MODEL_ENTRY (object);

  g_clear_object (&self->item);
  g_free (self->title);
  g_free (self->detail);

  G_OBJECT_CLASS (ship_model_entry_parent_class)->finalize (object);
}

static void
ship_model_entry_class_init (ShipModelEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_model_entry_finalize;
}

static void
ship_model_entry_init (ShipModelEntry *self)
{
}

ShipModelItem *
ship_model_entry_get_item (ShipModelEntry *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ENTRY (self), NULL);

  return self->item;
}

const char *
ship_model_entry_get_title (ShipModelEntry *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ENTRY (self), NULL);

  return self->title;
}

const char *
ship_model_entry_get_detail (ShipModelEntry *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ENTRY (self), NULL);

  return self->detail;
}

gboolean
ship_model_entry_is_available (ShipModelEntry *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ENTRY (self), FALSE);

  return self->is_available;
}

/* --- in words --- */

/* "$3", "$0.25", "$1.125": no more digits than it has. */
static char *
format_price (double price)
{
  g_autofree char *digits = NULL;
  char             buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (price < 0)
    return g_strdup ("—");
  digits = g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.3f", price));
  for (gsize length = strlen (digits); length > 0 && digits[length - 1] == '0'; length--)
    digits[length - 1] = '\0';
  if (g_str_has_suffix (digits, "."))
    digits[strlen (digits) - 1] = '\0';

  return g_strconcat ("$", digits, NULL);
}

static char *
format_context (gint64 tokens)
{
  if (tokens >= 1000000 && tokens % 100000 == 0)
    return g_strdup_printf ("%g M", (double) tokens / 1000000);
  if (tokens >= 1000)
    return g_strdup_printf ("%d K", (int) (tokens / 1000));

  return g_strdup_printf ("%d", (int) tokens);
}

char *
ship_model_entry_describe (ShipModelItem *item)
{
  const ShipPrice *price = ship_model_item_get_price (item);
  gint64           tokens = ship_model_item_get_context (item);
  g_autofree char *in = format_price (price->input);
  g_autofree char *out = format_price (price->output);
  g_autofree char *context = format_context (tokens);
  g_autofree char *prices = NULL;

  if (ship_model_item_is_local (item))
    prices = g_strdup (_ ("On this machine"));
  else if (price->input < 0 && price->output < 0)
    prices = g_strdup (_ ("Price —"));
  else
    /* TRANSLATORS: US dollars for a million tokens that go in and come out. */
    prices = g_strdup_printf (_ ("%s in / %s out per million"), in, out);
  if (tokens <= 0)
    return g_steal_pointer (&prices);

  /* TRANSLATORS: a price, and how many tokens a model can look at ("200 K"). */
  return g_strdup_printf (_ ("%s · %s context"), prices, context);
}

/* --- the list --- */

static char *
dup_provider_name (ShipModelItem *item)
{
  char *name = NULL;

  g_object_get (item, "provider-name", &name, NULL);
  return name;
}

static ShipModelEntry *
new_model (ShipModelItem *item)
{
  ShipModelEntry *self = g_object_new (SHIP_TYPE_MODEL_ENTRY, NULL);

  self->item = g_object_ref (item);
  self->title = g_strdup (ship_model_item_get_name (item));
  self->detail = ship_model_entry_describe (item);
  self->is_available = ship_model_item_is_available (item);

  return self;
}

/* @first: of those below it */
static ShipModelEntry *
new_heading (ShipModelItem *first)
{
  ShipModelEntry *self = g_object_new (SHIP_TYPE_MODEL_ENTRY, NULL);

  self->title = dup_provider_name (first);
  self->detail = g_strdup (ship_model_item_get_why_not (first));
  self->is_available = ship_model_item_is_available (first);

  return self;
}

static gboolean
matches (ShipModelItem *item, const char *text)
{
  g_autofree char *provider = dup_provider_name (item);
  g_autofree char *folded_provider = g_utf8_casefold (provider, -1);
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return ship_model_item_matches (item, text) || strstr (folded_provider, folded) != NULL;
}

static void
add (GPtrArray *entries, GListModel *models, const char *text, gboolean is_available)
{
  const char *provider = "";

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ShipModelItem) item = g_list_model_get_item (models, i);

      if (ship_model_item_is_available (item) != is_available || !matches (item, text))
        continue;
      if (!g_str_equal (ship_model_item_get_provider (item), provider))
        g_ptr_array_add (entries, new_heading (item));
      provider = ship_model_item_get_provider (item);
      g_ptr_array_add (entries, new_model (item));
    }
}

GPtrArray *
ship_model_entries_new (GListModel *models, const char *text)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_object_unref);

  add (entries, models, text, TRUE);
  add (entries, models, text, FALSE);

  return entries;
}
