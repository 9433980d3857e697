/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-code-block.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <gtksourceview/gtksource.h>

/* More than this is shown without colours: finding them takes longer than reading. */
#define MAX_HIGHLIGHTED_BYTES (256 * 1024)

struct _ShipCodeBlock
{
  GtkWidget        parent_instance;
  GtkWidget       *box;    /* (unowned): the only child */
  GtkSourceBuffer *buffer; /* (owned) */
  char            *code;   /* (owned): what is shown */
};

G_DEFINE_FINAL_TYPE (ShipCodeBlock, ship_code_block, GTK_TYPE_WIDGET)

/* What people write behind a fence, where it is not GtkSourceView's own name. */
static const struct
{
  const char *word;
  const char *id;
} aliases[] = {
  { "bash", "sh" },
  { "shell", "sh" },
  { "console", "sh" },
  { "zsh", "sh" },
  { "js", "js" },
  { "ts", "typescript" },
  { "tsx", "typescript-jsx" },
  { "py", "python3" },
  { "python", "python3" },
  { "c++", "cpp" },
  { "h", "c" },
  { "rs", "rust" },
  { "yml", "yaml" },
  { "md", "markdown" },
  { "golang", "go" },
  { "patch", "diff" },
};

static GtkSourceLanguage *
find_language (const char *word)
{
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  g_autofree char          *lower = word != NULL ? g_ascii_strdown (word, -1) : NULL;

  if (lower == NULL || lower[0] == '\0')
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (g_str_equal (aliases[i].word, lower))
      return gtk_source_language_manager_get_language (manager, aliases[i].id);
  return gtk_source_language_manager_get_language (manager, lower);
}

static void
follow_theme (AdwStyleManager *manager, GParamSpec *pspec, ShipCodeBlock *self)
{
  GtkSourceStyleSchemeManager *schemes = gtk_source_style_scheme_manager_get_default ();
  const char *name = adw_style_manager_get_dark (manager) ? "Adwaita-dark" : "Adwaita";

  gtk_source_buffer_set_style_scheme (self->buffer,
                                      gtk_source_style_scheme_manager_get_scheme (schemes, name));
}

static void
copy_cb (GtkButton *button, ShipCodeBlock *self)
{
  g_autofree char *text = NULL;
  GtkTextIter      start;
  GtkTextIter      end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  text = gtk_text_buffer_get_text (GTK_TEXT_BUFFER (self->buffer), &start, &end, FALSE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_button_set_icon_name (button, "object-select-symbolic");
}

static GtkWidget *
new_header (ShipCodeBlock *self, const char *language)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (language);
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_add_css_class (header, "code-header");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "caption");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (copy, "flat");
  gtk_widget_set_tooltip_text (copy, _ ("Copy Code"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Copy Code"),
                                  -1);
  g_signal_connect_object (copy, "clicked", G_CALLBACK (copy_cb), self, 0);
  gtk_box_append (GTK_BOX (header), label);
  gtk_box_append (GTK_BOX (header), copy);

  return header;
}

static GtkWidget *
new_view (ShipCodeBlock *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *view = gtk_source_view_new_with_buffer (self->buffer);

  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_widget_add_css_class (view, "code");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Code"),
                                  -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);

  return scroller;
}

static void
ship_code_block_dispose (GObject *object)
{
  ShipCodeBlock *self = SHIP_CODE_BLOCK (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->buffer);

  G_OBJECT_CLASS (ship_code_block_parent_class)->dispose (object);
}

static void
ship_code_block_finalize (GObject *object)
{
  g_free (SHIP_CODE_BLOCK (object)->code);

  G_OBJECT_CLASS (ship_code_block_parent_class)->finalize (object);
}

static void
ship_code_block_class_init (ShipCodeBlockClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_code_block_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_code_block_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "codeblock");
}

static void
ship_code_block_init (ShipCodeBlock *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  self->buffer = gtk_source_buffer_new (NULL);
  gtk_source_buffer_set_highlight_matching_brackets (self->buffer, FALSE);
  follow_theme (manager, NULL, self);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (follow_theme), self, 0);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/* Without the line ends behind it. (transfer full) */
static char *
dup_trimmed (const char *code)
{
  gsize length = strlen (code);

  while (length > 0 && code[length - 1] == '\n')
    length--;
  return g_strndup (code, length);
}

GtkWidget *
ship_code_block_new (const char *code, const char *language)
{
  ShipCodeBlock *self = g_object_new (SHIP_TYPE_CODE_BLOCK, NULL);

  self->code = dup_trimmed (code);
  if (strlen (self->code) <= MAX_HIGHLIGHTED_BYTES)
    gtk_source_buffer_set_language (self->buffer, find_language (language));
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), self->code, -1);
  gtk_box_append (GTK_BOX (self->box), new_header (self, language != NULL ? language : ""));
  gtk_box_append (GTK_BOX (self->box), new_view (self));

  return GTK_WIDGET (self);
}

gboolean
ship_code_block_grow (ShipCodeBlock *self, const char *code)
{
  g_autofree char *trimmed = dup_trimmed (code);
  GtkTextIter      end;

  g_return_val_if_fail (SHIP_IS_CODE_BLOCK (self), FALSE);

  if (!g_str_has_prefix (trimmed, self->code))
    return FALSE;
  gtk_text_buffer_get_end_iter (GTK_TEXT_BUFFER (self->buffer), &end);
  gtk_text_buffer_insert (GTK_TEXT_BUFFER (self->buffer), &end, trimmed + strlen (self->code), -1);
  g_free (self->code);
  self->code = g_steal_pointer (&trimmed);

  return TRUE;
}
