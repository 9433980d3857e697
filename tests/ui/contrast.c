/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-ui-resources.h"

#include <adwaita.h>
#include <math.h>

/*
 * Whether text can be told from what is behind it, as it is drawn: with every colour, transparency
 * and opacity of the theme and of our style sheet. WCAG 2 AA: 4.5 to 1 for text, 3 to 1 for large
 * text and icons. The theme is the environment's (ADW_DEBUG_COLOR_SCHEME, ADW_DEBUG_HIGH_CONTRAST).
 *
 * usage: contrast  – TAP; it takes a screen, but neither shows nor waits for anything else
 *
 * A case is a way down from the window, a step each: its name in the style sheet, classes, and
 * ":selected". The last step is the text: solid blocks behind a gap, so that the gap has the colour
 * of the background and the blocks that of the text.
 */

#define TEXT  4.5
#define LARGE 3.0
#define GAP   "\u2003\u2003"
#define BLOCK "\u2588\u2588\u2588\u2588"

/* clang-format off */
static const struct { const char *path; double least; } cases[] = {
  { "box.content label",                                     TEXT },
  { "box.content label.dim-label",                           TEXT },
  { "box.content label.dim-label.caption",                   TEXT },
  { "box.content label.heading",                             TEXT },
  { "box.content label.title-1",                             LARGE },
  { "box.content label.accent",                              TEXT },
  { "box.content label.success",                             TEXT },
  { "box.content label.warning",                             TEXT },
  { "box.content label.error",                               TEXT },
  { "box.content label.notice",                              TEXT },
  { "box.content label.commit",                              TEXT },
  { "box.content box.reasoning label",                       TEXT },
  { "box.content box.reasoning label.dim-label",             TEXT },
  { "box.content box.bubble label",                          TEXT },
  { "box.content box.quote label",                           TEXT },
  { "box.content box.table label.table-head",                TEXT },
  { "box.content box.table label.table-cell",                TEXT },
  { "box.content toolcard label",                            TEXT },
  { "box.content toolcard label.tool-title",                 TEXT },
  { "box.content toolcard label.dim-label.caption",          TEXT },
  { "box.content toolcard image.success",                    LARGE },
  { "box.content toolcard image.error",                      LARGE },
  { "box.content codeblock label.dim-label.caption",         TEXT },
  { "box.content codeblock label",                           TEXT },
  { "box.content requestcard label",                         TEXT },
  { "box.content requestcard label.dim-label",               TEXT },
  { "box.content requestcard image.warning",                 LARGE },
  { "box.content statusbar label",                           TEXT },
  { "box.content statusbar image.accent",                    LARGE },
  { "box.content statusbar image.warning",                   LARGE },
  { "box.content statusbar image.error",                     LARGE },
  { "box.content composer label",                            TEXT },
  { "box.content composer label.dim-label",                  TEXT },
  { "box.content composer label.dim-label.caption",          TEXT },
  { "box.content button label",                              TEXT },
  { "box.content button.flat label",                         TEXT },
  { "box.content button.suggested-action label",             TEXT },
  { "box.content button.destructive-action label",           TEXT },
  { "box.content button.pill label",                         TEXT },
  { "box.content list.boxed-list row label.title",           TEXT },
  { "box.content list.boxed-list row label.subtitle",        TEXT },
  { "box.content list.boxed-list row label.dim-label.caption", TEXT },
  { "box.content list.boxed-list row.error label.title",     TEXT },
  { "box.side label",                                        TEXT },
  { "box.side label.dim-label",                              TEXT },
  { "box.side label.sidebar-heading",                        TEXT },
  { "box.side listview row label",                           TEXT },
  { "box.side listview row label.dim-label.caption",         TEXT },
  { "box.side listview row:selected label",                  TEXT },
  { "box.side listview row:selected label.dim-label.caption", TEXT },
  { "box.side listview row image.success",                   LARGE },
  { "box.side listview row image.warning",                   LARGE },
  { "box.side listview row image.error",                     LARGE },
  { "box.side listview row image.accent",                    LARGE },
  { "box.side listview row image.dim-label",                 LARGE },
  { "box.side entry text placeholder",                       TEXT },
};
/* clang-format on */

/* One step of a way; the last one holds the text. */
static GtkWidget *
make_step (const char *step, gboolean is_last)
{
  g_auto (GStrv) states = g_strsplit (step, ":", 2);
  g_auto (GStrv) names = g_strsplit (states[0], ".", -1);
  GtkWidget *widget;

  widget = is_last ? g_object_new (GTK_TYPE_LABEL, "css-name", names[0], "label", GAP BLOCK, NULL)
                   : g_object_new (GTK_TYPE_BOX, "css-name", names[0], NULL);
  for (guint i = 1; names[i] != NULL; i++)
    gtk_widget_add_css_class (widget, names[i]);
  if (states[1] != NULL)
    gtk_widget_set_state_flags (widget, GTK_STATE_FLAG_SELECTED, FALSE);

  return widget;
}

/* @text: (out): the last step */
static GtkWidget *
make_way (const char *path, GtkWidget **text)
{
  g_auto (GStrv) steps = g_strsplit (path, " ", -1);
  GtkWidget *top = NULL;
  GtkWidget *below = NULL;

  for (guint i = 0; steps[i] != NULL; i++)
    {
      GtkWidget *widget = make_step (steps[i], steps[i + 1] == NULL);

      if (below != NULL)
        gtk_box_append (GTK_BOX (below), widget);
      else
        top = widget;
      below = widget;
    }
  *text = below;

  return top;
}

static double
linear (guchar value)
{
  double part = value / 255.0;

  return part <= 0.04045 ? part / 12.92 : pow ((part + 0.055) / 1.055, 2.4);
}

/* @pixel: blue, green, red, alpha; nothing shines through a window */
static double
luminance (const guchar *pixel)
{
  return 0.2126 * linear (pixel[2]) + 0.7152 * linear (pixel[1]) + 0.0722 * linear (pixel[0]);
}

static double
contrast (double one, double two)
{
  return (MAX (one, two) + 0.05) / (MIN (one, two) + 0.05);
}

/* The strongest colour there against that of the gap: a block has soft edges, but a whole inside.
 */
static double
measure (const guchar *pixels, gsize stride, const graphene_rect_t *place)
{
  guint  left = (guint) place->origin.x;
  guint  top = (guint) place->origin.y;
  guint  right = left + (guint) place->size.width;
  guint  bottom = top + (guint) place->size.height;
  double behind = luminance (pixels + (top + bottom) / 2 * stride + (left + 2) * 4);
  double most = 1;

  for (guint y = top; y < bottom; y++)
    for (guint x = left; x < right; x++)
      most = MAX (most, contrast (behind, luminance (pixels + y * stride + x * 4)));

  return most;
}

/* Returns how many cases fail. */
static guint
judge (GtkWidget *window, GtkWidget **texts)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  GtkSnapshot       *snapshot = gtk_snapshot_new ();
  int                width = gtk_widget_get_width (window);
  int                height = gtk_widget_get_height (window);
  gsize              stride = (gsize) width * 4;
  guint              n_failed = 0;
  g_autofree guchar *pixels = g_malloc0 (stride * (gsize) height);
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)),
                                         node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gdk_texture_download (texture, pixels, stride);
  g_print ("1..%u\n", (guint) G_N_ELEMENTS (cases));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      graphene_rect_t place;
      double          ratio = 0;

      if (gtk_widget_compute_bounds (texts[i], window, &place))
        ratio = measure (pixels, stride, &place);
      n_failed += ratio < cases[i].least;
      g_print ("%s %u - %s: %.2f of %.1f\n",
               ratio >= cases[i].least ? "ok" : "not ok",
               i + 1,
               cases[i].path,
               ratio,
               cases[i].least);
    }

  return n_failed;
}

/* As AdwApplication does. */
static void
add_style (const char *path, guint priority)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, path);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              priority);
}

int
main (int argc, char *argv[])
{
  GtkWidget *texts[G_N_ELEMENTS (cases)];
  GtkWidget *window;
  GtkWidget *columns;
  guint      n_failed;

  adw_init ();
  g_resources_register (ship_ui_get_resource ());
  add_style ("/dev/ship/Ship/style.css", GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  if (adw_style_manager_get_high_contrast (adw_style_manager_get_default ()))
    add_style ("/dev/ship/Ship/style-hc.css", GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
  window = gtk_window_new ();
  columns = gtk_grid_new ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    gtk_grid_attach (GTK_GRID (columns),
                     make_way (cases[i].path, &texts[i]),
                     (int) (i % 4),
                     (int) (i / 4),
                     1,
                     1);
  gtk_window_set_child (GTK_WINDOW (window), columns);
  gtk_window_present (GTK_WINDOW (window));
  while (gtk_widget_get_width (window) == 0 || !gtk_widget_get_mapped (window))
    g_main_context_iteration (NULL, TRUE);
  n_failed = judge (window, texts);
  gtk_window_destroy (GTK_WINDOW (window));

  return n_failed > 0;
}
