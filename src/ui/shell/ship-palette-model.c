/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-palette-model.h"

#include "base/ship-fuzzy.h"

#define SLICE_US    4000
#define SLICE_CHECK 64
#define MOST_RECENT 12
#define RECENT      8 /* points for what was used lately */

typedef struct
{
  ShipPaletteItem *item;   /* (owned) */
  ShipFuzzyText   *title;  /* (owned) */
  ShipFuzzyText   *both;   /* (owned): title and detail */
  int              recent; /* its place among those used lately; MOST_RECENT: none */
  int              points; /* of the last search; negative: not found */
  guint            order;
} Candidate;

struct _ShipPaletteModel
{
  GObject        parent_instance;
  GPtrArray     *candidates; /* (owned) (element-type Candidate) */
  GPtrArray     *shown;      /* (owned) (element-type ShipPaletteItem) */
  ShipFuzzyText *needle;     /* (owned) */
  guint          next;       /* candidate to be looked at */
  guint          slice;      /* source */
};

typedef enum
{
  PROP_IS_SEARCHING = 1,
} ShipPaletteModelProperty;

static GParamSpec *properties[PROP_IS_SEARCHING + 1];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ShipPaletteModel,
                               ship_palette_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
candidate_free (Candidate *candidate)
{
  g_object_unref (candidate->item);
  ship_fuzzy_text_free (candidate->title);
  ship_fuzzy_text_free (candidate->both);
  g_free (candidate);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Candidate *first = *(const Candidate *const *) a;
  const Candidate *second = *(const Candidate *const *) b;

  if (first->points != second->points)
    return first->points > second->points ? -1 : 1;
  if (first->recent != second->recent)
    return first->recent < second->recent ? -1 : 1;

  return first->order < second->order ? -1 : first->order > second->order;
}

/* --- searching --- */

static void
show_found (ShipPaletteModel *self)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  guint n_before = self->shown->len;

  for (guint i = 0; i < self->candidates->len; i++)
    if (((Candidate *) self->candidates->pdata[i])->points >= 0)
      g_ptr_array_add (found, self->candidates->pdata[i]);
  g_ptr_array_sort (found, compare);
  g_ptr_array_set_size (self->shown, 0);
  for (guint i = 0; i < MIN (found->len, SHIP_PALETTE_MOST); i++)
    g_ptr_array_add (self->shown, g_object_ref (((Candidate *) found->pdata[i])->item));
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->shown->len);
}

/* What is found in the title counts; what is beside it only finds what the title does not. */
static void
look_at (ShipPaletteModel *self, Candidate *candidate)
{
  int points = ship_fuzzy_match (self->needle, candidate->title, NULL);

  if (points < 0)
    {
      points = ship_fuzzy_match (self->needle, candidate->both, NULL);
      points = points > 0 ? points / 2 : points;
    }
  else if (points > 0 && candidate->recent < MOST_RECENT)
    points += RECENT;
  candidate->points = points;
}

/* Whether there is more to look at. */
static gboolean
search_slice (ShipPaletteModel *self)
{
  gint64 end = g_get_monotonic_time () + SLICE_US;

  while (self->next < self->candidates->len)
    {
      look_at (self, self->candidates->pdata[self->next++]);
      if (self->next % SLICE_CHECK == 0 && g_get_monotonic_time () >= end)
        return TRUE;
    }

  return FALSE;
}

static gboolean
slice_cb (gpointer user_data)
{
  ShipPaletteModel *self = user_data;

  if (search_slice (self))
    return G_SOURCE_CONTINUE;

  self->slice = 0;
  show_found (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SEARCHING]);

  return G_SOURCE_REMOVE;
}

void
ship_palette_model_set_search (ShipPaletteModel *self, const char *text)
{
  g_return_if_fail (SHIP_IS_PALETTE_MODEL (self));

  ship_fuzzy_text_free (self->needle);
  self->needle = ship_fuzzy_text_new (text);
  self->next = 0;
  if (self->slice != 0) /* it goes on with the new one, from the start */
    return;
  if (!search_slice (self))
    {
      show_found (self);
      return;
    }
  self->slice = g_idle_add (slice_cb, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SEARCHING]);
}

gboolean
ship_palette_model_is_searching (ShipPaletteModel *self)
{
  g_return_val_if_fail (SHIP_IS_PALETTE_MODEL (self), FALSE);

  return self->slice != 0;
}

/* --- the list --- */

static GType
get_item_type (GListModel *model)
{
  return SHIP_TYPE_PALETTE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return SHIP_PALETTE_MODEL (model)->shown->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  ShipPaletteModel *self = SHIP_PALETTE_MODEL (model);

  return position < self->shown->len ? g_object_ref (self->shown->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- the object --- */

static void
ship_palette_model_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((ShipPaletteModelProperty) id)
    {
    case PROP_IS_SEARCHING:
      g_value_set_boolean (value, ship_palette_model_is_searching (SHIP_PALETTE_MODEL (object)));
      break;
    }
}

static void
ship_palette_model_finalize (GObject *object)
{
  ShipPaletteModel *self = SHIP_PALETTE_MODEL (object);

  g_clear_handle_id (&self->slice, g_source_remove);
  g_ptr_array_unref (self->candidates);
  g_ptr_array_unref (self->shown);
  ship_fuzzy_text_free (self->needle);

  G_OBJECT_CLASS (ship_palette_model_parent_class)->finalize (object);
}

static void
ship_palette_model_class_init (ShipPaletteModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_palette_model_get_property;
  object_class->finalize = ship_palette_model_finalize;

  properties[PROP_IS_SEARCHING] = g_param_spec_boolean ("is-searching",
                                                        NULL,
                                                        NULL,
                                                        FALSE,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ship_palette_model_init (ShipPaletteModel *self)
{
  self->candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) candidate_free);
  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
}

static int
find_recent (const char *const *recent, const char *key)
{
  for (int i = 0; recent != NULL && recent[i] != NULL && i < MOST_RECENT; i++)
    if (g_str_equal (recent[i], key))
      return i;

  return MOST_RECENT;
}

ShipPaletteModel *
ship_palette_model_new (GPtrArray *items, const char *const *recent)
{
  ShipPaletteModel *self = g_object_new (SHIP_TYPE_PALETTE_MODEL, NULL);

  for (guint i = 0; i < items->len; i++)
    {
      ShipPaletteItem *item = items->pdata[i];
      const char      *title = ship_palette_item_get_title (item);
      Candidate       *candidate = g_new0 (Candidate, 1);
      g_autofree char *both = g_strdup_printf ("%s %s", title, ship_palette_item_get_detail (item));

      candidate->item = g_object_ref (item);
      candidate->title = ship_fuzzy_text_new (title);
      candidate->both = ship_fuzzy_text_new (both);
      candidate->recent = find_recent (recent, ship_palette_item_get_key (item));
      candidate->order = i;
      g_ptr_array_add (self->candidates, candidate);
    }
  g_ptr_array_unref (items);
  ship_palette_model_set_search (self, "");

  return self;
}

char *
ship_palette_model_dup_markup (ShipPaletteModel *self, ShipPaletteItem *item)
{
  const char *title = ship_palette_item_get_title (item);
  g_autoptr (ShipFuzzyText) text = ship_fuzzy_text_new (title);
  GString *markup = g_string_new (NULL);
  guint8   matched[SHIP_FUZZY_LONGEST] = { 0 };

  ship_fuzzy_match (self->needle, text, matched);
  for (guint i = 0; i < text->n_letters; i++)
    {
      g_autofree char *letter =
        g_markup_escape_text (title + text->offsets[i], text->offsets[i + 1] - text->offsets[i]);
      gboolean is_first = matched[i] && (i == 0 || !matched[i - 1]);
      gboolean is_last = matched[i] && (i + 1 == text->n_letters || !matched[i + 1]);

      g_string_append_printf (markup,
                              "%s%s%s",
                              is_first ? "<b><u>" : "",
                              letter,
                              is_last ? "</u></b>" : "");
    }
  {
    g_autofree char *rest = g_markup_escape_text (title + text->offsets[text->n_letters], -1);

    g_string_append (markup, rest);
  }

  return g_string_free (markup, FALSE);
}

GStrv
ship_palette_remember (const char *const *recent, const char *key)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 1;

  g_strv_builder_add (builder, key);
  for (guint i = 0; recent != NULL && recent[i] != NULL && n < MOST_RECENT; i++)
    if (!g_str_equal (recent[i], key))
      {
        g_strv_builder_add (builder, recent[i]);
        n++;
      }

  return g_strv_builder_end (builder);
}
