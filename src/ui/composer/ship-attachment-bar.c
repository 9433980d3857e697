/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-attachment-bar.h"

#include "session/ship-attachment.h"

#include <glib/gi18n-lib.h>

#define PICTURE_SIZE 24
#define NAME_CHARS   22
#define KEY_CHIP     "ship-attachment-chip"

struct _ShipAttachmentBar
{
  GtkWidget   parent_instance;
  GtkWidget  *flow;   /* (unowned): the only child */
  ShipDrafts *drafts; /* (owned) (nullable) */
  GPtrArray  *items;  /* (owned) (element-type ShipAttachmentItem): in the order of the chips */
};

enum
{
  CHANGED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipAttachmentBar, ship_attachment_bar, GTK_TYPE_WIDGET)

/* --- a chip --- */

typedef struct
{
  GtkWidget *picture; /* (unowned) */
  GtkWidget *size;    /* (unowned) */
} Chip;

static GtkWidget *
find_chip (ShipAttachmentBar *self, ShipAttachmentItem *item)
{
  guint position;

  if (!g_ptr_array_find (self->items, item, &position))
    return NULL;
  return gtk_widget_get_first_child (
    GTK_WIDGET (gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (self->flow), (int) position)));
}

static void
show_item (ShipAttachmentItem *item, const Chip *chip)
{
  gint64           size = ship_attachment_item_get_size (item);
  g_autofree char *text = size >= 0 ? g_format_size ((guint64) size) : g_strdup ("…");

  gtk_label_set_text (GTK_LABEL (chip->size), text);
  if (ship_attachment_item_get_thumbnail (item) != NULL)
    gtk_image_set_from_paintable (GTK_IMAGE (chip->picture),
                                  ship_attachment_item_get_thumbnail (item));
}

static void
remove_item (ShipAttachmentBar *self, ShipAttachmentItem *item)
{
  GtkWidget *chip = find_chip (self, item);

  if (chip == NULL)
    return;
  ship_attachment_item_cancel (item);
  g_signal_handlers_disconnect_by_data (item, self);
  gtk_flow_box_remove (GTK_FLOW_BOX (self->flow), gtk_widget_get_parent (chip));
  g_ptr_array_remove (self->items, item);
  gtk_widget_set_visible (GTK_WIDGET (self), self->items->len > 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
remove_cb (GtkButton *button, ShipAttachmentItem *item)
{
  GtkWidget *bar = gtk_widget_get_ancestor (GTK_WIDGET (button), SHIP_TYPE_ATTACHMENT_BAR);
  g_autoptr (ShipAttachmentItem) kept = g_object_ref (item);
  guint position = 0;

  g_ptr_array_find (SHIP_ATTACHMENT_BAR (bar)->items, item, &position);
  remove_item (SHIP_ATTACHMENT_BAR (bar), item);
  if (!gtk_widget_child_focus (bar, GTK_DIR_TAB_FORWARD))
    gtk_widget_child_focus (gtk_widget_get_parent (bar), GTK_DIR_TAB_FORWARD);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        state,
        GtkButton             *button)
{
  if (keyval != GDK_KEY_Delete && keyval != GDK_KEY_KP_Delete && keyval != GDK_KEY_BackSpace)
    return GDK_EVENT_PROPAGATE;

  g_signal_emit_by_name (button, "clicked");
  return GDK_EVENT_STOP;
}

static GtkWidget *
new_remove (ShipAttachmentItem *item)
{
  GtkWidget          *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autofree char *label = g_strdup_printf (_ ("Remove %s"), ship_attachment_item_get_name (item));

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label,
                                  -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), item, 0);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), button, 0);
  gtk_widget_add_controller (button, keys);

  return button;
}

static GtkWidget *
new_chip (ShipAttachmentItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *name = gtk_label_new (ship_attachment_item_get_name (item));
  Chip      *chip = g_new0 (Chip, 1);

  chip->picture = gtk_image_new_from_icon_name ("mail-attachment-symbolic");
  chip->size = gtk_label_new (NULL);
  gtk_image_set_pixel_size (GTK_IMAGE (chip->picture), PICTURE_SIZE);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (name), NAME_CHARS);
  gtk_widget_set_tooltip_text (name, ship_attachment_item_get_name (item));
  gtk_widget_add_css_class (chip->size, "dim-label");
  gtk_widget_add_css_class (chip->size, "caption");
  gtk_widget_add_css_class (box, "chip");
  gtk_box_append (GTK_BOX (box), chip->picture);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), chip->size);
  gtk_box_append (GTK_BOX (box), new_remove (item));
  g_object_set_data_full (G_OBJECT (box), KEY_CHIP, chip, g_free);
  show_item (item, chip);

  return box;
}

/* --- what comes and goes --- */

static void
item_changed_cb (ShipAttachmentItem *item, ShipAttachmentBar *self)
{
  GtkWidget *chip = find_chip (self, item);

  if (chip != NULL)
    show_item (item, g_object_get_data (G_OBJECT (chip), KEY_CHIP));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
item_failed_cb (ShipAttachmentItem *item, const char *sentence, ShipAttachmentBar *self)
{
  g_autoptr (ShipAttachmentItem) kept = g_object_ref (item);

  remove_item (self, item);
  g_signal_emit (self, signals[FAILED], 0, sentence);
}

static gint64
sum_sizes (ShipAttachmentBar *self)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->items->len; i++)
    sum += MAX (ship_attachment_item_get_size (self->items->pdata[i]), 0);

  return sum;
}

static void
item_ready_cb (ShipAttachmentItem *item, GParamSpec *pspec, ShipAttachmentBar *self)
{
  if (sum_sizes (self) > SHIP_ATTACHMENT_MAX_ALL_BYTES)
    item_failed_cb (item,
                    _ ("The attachments are larger than one prompt may carry (30 MiB)"),
                    self);
  else
    item_changed_cb (item, self);
}

static gboolean
append (ShipAttachmentBar *self, ShipAttachmentItem *item)
{
  GtkFlowBoxChild *child;

  if (self->items->len >= SHIP_ATTACHMENT_MAX_N)
    {
      g_autofree char *sentence =
        g_strdup_printf (_ ("One prompt carries at most %d attachments"), SHIP_ATTACHMENT_MAX_N);

      g_signal_emit (self, signals[FAILED], 0, sentence);
      return FALSE;
    }
  g_signal_connect_object (item, "changed", G_CALLBACK (item_changed_cb), self, 0);
  g_signal_connect_object (item, "notify::is-ready", G_CALLBACK (item_ready_cb), self, 0);
  g_signal_connect_object (item, "failed", G_CALLBACK (item_failed_cb), self, 0);
  g_ptr_array_add (self->items, g_object_ref (item));
  gtk_flow_box_append (GTK_FLOW_BOX (self->flow), new_chip (item));
  child = gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (self->flow), (int) self->items->len - 1);
  gtk_widget_set_focusable (GTK_WIDGET (child), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  g_signal_emit (self, signals[CHANGED], 0);

  return TRUE;
}

/* @item: (transfer full) */
static void
take (ShipAttachmentBar *self, ShipAttachmentItem *item)
{
  if (append (self, item))
    ship_attachment_item_start (item);
  g_object_unref (item);
}

void
ship_attachment_bar_add_file (ShipAttachmentBar *self, GFile *file)
{
  g_return_if_fail (SHIP_IS_ATTACHMENT_BAR (self));

  take (self, ship_attachment_item_new_for_file (file, self->drafts));
}

void
ship_attachment_bar_add_bytes (ShipAttachmentBar *self, const char *name, GBytes *content)
{
  g_return_if_fail (SHIP_IS_ATTACHMENT_BAR (self));

  take (self, ship_attachment_item_new_for_bytes (name, content, self->drafts));
}

void
ship_attachment_bar_add_rows (ShipAttachmentBar *self, GPtrArray *rows)
{
  g_return_if_fail (SHIP_IS_ATTACHMENT_BAR (self));

  for (guint i = 0; i < rows->len; i++)
    take (self, ship_attachment_item_new_for_row (rows->pdata[i], self->drafts));
}

void
ship_attachment_bar_add_items (ShipAttachmentBar *self, GPtrArray *items)
{
  g_return_if_fail (SHIP_IS_ATTACHMENT_BAR (self));

  for (guint i = 0; i < items->len; i++)
    append (self, items->pdata[i]);
}

GPtrArray *
ship_attachment_bar_steal_items (ShipAttachmentBar *self)
{
  GPtrArray *items;

  g_return_val_if_fail (SHIP_IS_ATTACHMENT_BAR (self), NULL);

  items = g_steal_pointer (&self->items);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < items->len; i++)
    {
      GtkFlowBoxChild *child = gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (self->flow), 0);

      g_signal_handlers_disconnect_by_data (items->pdata[i], self);
      gtk_flow_box_remove (GTK_FLOW_BOX (self->flow), GTK_WIDGET (child));
    }
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);

  return items;
}

GPtrArray *
ship_attachment_bar_get_items (ShipAttachmentBar *self)
{
  g_return_val_if_fail (SHIP_IS_ATTACHMENT_BAR (self), NULL);

  return self->items;
}

gboolean
ship_attachment_bar_is_ready (ShipAttachmentBar *self)
{
  g_return_val_if_fail (SHIP_IS_ATTACHMENT_BAR (self), FALSE);

  for (guint i = 0; i < self->items->len; i++)
    if (ship_attachment_item_get_content (self->items->pdata[i]) == NULL)
      return FALSE;

  return TRUE;
}

/* The session decides by the content what it is. */
GVariant *
ship_attachment_bar_new_variant (ShipAttachmentBar *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (SHIP_IS_ATTACHMENT_BAR (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE (SHIP_ATTACHMENTS_TYPE));
  for (guint i = 0; i < self->items->len; i++)
    {
      ShipAttachmentItem *item = self->items->pdata[i];
      GBytes             *content = ship_attachment_item_get_content (item);

      if (content != NULL)
        g_variant_builder_add (&builder,
                               "(ss@ay)",
                               ship_attachment_item_get_name (item),
                               "",
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, content, TRUE));
    }

  return g_variant_builder_end (&builder);
}

/* --- the widget --- */

static void
ship_attachment_bar_dispose (GObject *object)
{
  ShipAttachmentBar *self = SHIP_ATTACHMENT_BAR (object);

  for (guint i = 0; i < self->items->len; i++)
    {
      g_signal_handlers_disconnect_by_data (self->items->pdata[i], self);
      ship_attachment_item_cancel (self->items->pdata[i]);
    }
  g_clear_pointer (&self->flow, gtk_widget_unparent);
  g_clear_object (&self->drafts);

  G_OBJECT_CLASS (ship_attachment_bar_parent_class)->dispose (object);
}

static void
ship_attachment_bar_finalize (GObject *object)
{
  g_ptr_array_unref (SHIP_ATTACHMENT_BAR (object)->items);

  G_OBJECT_CLASS (ship_attachment_bar_parent_class)->finalize (object);
}

static void
ship_attachment_bar_class_init (ShipAttachmentBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_attachment_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_attachment_bar_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "attachmentbar");

  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_ATTACHMENT_BAR,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
  signals[FAILED] = g_signal_new ("failed",
                                  SHIP_TYPE_ATTACHMENT_BAR,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);
}

static void
ship_attachment_bar_init (ShipAttachmentBar *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->flow = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->flow), 4);
  gtk_widget_set_halign (self->flow, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->flow),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Attachments"),
                                  -1);
  gtk_widget_set_parent (self->flow, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
ship_attachment_bar_new (void)
{
  return g_object_new (SHIP_TYPE_ATTACHMENT_BAR, NULL);
}

void
ship_attachment_bar_set_drafts (ShipAttachmentBar *self, ShipDrafts *drafts)
{
  g_return_if_fail (SHIP_IS_ATTACHMENT_BAR (self));

  g_set_object (&self->drafts, drafts);
}
