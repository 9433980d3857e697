/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-completion.h"

#include "composer/ship-completion-item.h"
#include "composer/ship-completion-token.h"
#include "widgets/ship-list-scroll.h"

#include <glib/gi18n-lib.h>

/*
 *   an edit by the user -> follow -> show (commands, at once)
 *                                 -> (the matcher, on a worker) matched_cb -> show
 */

#define WIDTH      300
#define MAX_HEIGHT 280
#define MAX_BEFORE 1100 /* characters before the cursor that are looked at */
#define PAGE       6

struct _ShipCompletion
{
  GtkPopover          parent_instance;
  ShipPromptView     *prompt;    /* (unowned) */
  ShipFileMatcher    *matcher;   /* (owned) (nullable) */
  GtkWidget          *list;      /* (unowned) */
  GtkWidget          *scroller;  /* (unowned) */
  GListStore         *items;     /* (owned) (element-type ShipCompletionItem) */
  GtkSingleSelection *selection; /* (unowned): the list's */
  GStrv               commands;  /* (owned) (nullable): the agent's */
  char               *pattern;   /* (owned) (nullable): of what is being typed */
  ShipCompletionKind  kind;      /* the same */
  int                 start;     /* the same: the character where it begins */
  int                 dismissed; /* the start of what Escape was pressed at; -1: none */
};

G_DEFINE_FINAL_TYPE (ShipCompletion, ship_completion, GTK_TYPE_POPOVER)

static GtkTextBuffer *
get_buffer (ShipCompletion *self)
{
  return gtk_text_view_get_buffer (ship_prompt_view_get_text_view (self->prompt));
}

/* --- what is chosen --- */

/* The focus is in the text: what is chosen in the list is told there. */
static void
describe (ShipCompletion *self)
{
  GtkTextView        *view = ship_prompt_view_get_text_view (self->prompt);
  ShipCompletionItem *item = gtk_single_selection_get_selected_item (self->selection);
  guint               n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  g_autofree char    *text = NULL;

  if (item == NULL)
    {
      gtk_accessible_reset_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
      return;
    }
  /* TRANSLATORS: a suggestion, what it is, and which of how many. */
  text = g_strdup_printf (_ ("%s, %s, %u of %u"),
                          ship_completion_item_get_title (item),
                          ship_completion_item_get_detail (item),
                          gtk_single_selection_get_selected (self->selection) + 1,
                          n);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text,
                                  -1);
}

static void
select_row (ShipCompletion *self, int row)
{
  int n = (int) g_list_model_get_n_items (G_LIST_MODEL (self->items));

  if (n == 0)
    return;
  row = CLAMP (row, 0, n - 1);
  gtk_single_selection_set_selected (self->selection, (guint) row);
  ship_list_scroll_to (GTK_LIST_VIEW (self->list), (guint) row);
  describe (self);
}

static void
close_list (ShipCompletion *self)
{
  self->kind = SHIP_COMPLETION_NONE;
  g_clear_pointer (&self->pattern, g_free);
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  gtk_popover_popdown (GTK_POPOVER (self));
  g_list_store_remove_all (self->items);
  describe (self);
}

/* One edit, so that one undo takes it back. */
static void
accept (ShipCompletion *self)
{
  GtkTextBuffer      *buffer = get_buffer (self);
  ShipCompletionItem *item = gtk_single_selection_get_selected_item (self->selection);
  g_autofree char    *text = NULL;
  GtkTextIter         start;
  GtkTextIter         cursor;

  if (item == NULL)
    return;
  text = g_strdup (ship_completion_item_get_text (item));
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  gtk_text_buffer_get_iter_at_offset (buffer, &start, self->start);
  if (gtk_text_iter_get_char (&cursor) == ' ')
    g_strchomp (text);
  close_list (self);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &cursor);
  gtk_text_buffer_insert (buffer, &start, text, -1);
  gtk_text_buffer_end_user_action (buffer);
}

static void
activated_cb (GtkListView *list, guint position, ShipCompletion *self)
{
  select_row (self, (int) position);
  accept (self);
  ship_prompt_view_focus (self->prompt);
}

gboolean
ship_completion_take_key (ShipCompletion *self, guint keyval, GdkModifierType state)
{
  int row;

  g_return_val_if_fail (SHIP_IS_COMPLETION (self), FALSE);

  if (!gtk_widget_get_visible (GTK_WIDGET (self)) ||
      (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;

  row = (int) gtk_single_selection_get_selected (self->selection);
  switch (keyval)
    {
    case GDK_KEY_Up:
      select_row (self, row - 1);
      return TRUE;
    case GDK_KEY_Down:
      select_row (self, row + 1);
      return TRUE;
    case GDK_KEY_Page_Up:
      select_row (self, row - PAGE);
      return TRUE;
    case GDK_KEY_Page_Down:
      select_row (self, row + PAGE);
      return TRUE;
    case GDK_KEY_Tab:
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      accept (self);
      return TRUE;
    case GDK_KEY_Escape:
      self->dismissed = self->start;
      close_list (self);
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- what is typed --- */

static void
place (ShipCompletion *self)
{
  GtkWidget   *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  GtkTextView *view = ship_prompt_view_get_text_view (self->prompt);
  GdkRectangle place;
  GtkTextIter  at;
  double       x;
  double       y;

  gtk_text_buffer_get_iter_at_offset (get_buffer (self), &at, self->start);
  gtk_text_view_get_iter_location (view, &at, &place);
  gtk_text_view_buffer_to_window_coords (view,
                                         GTK_TEXT_WINDOW_WIDGET,
                                         place.x,
                                         place.y,
                                         &place.x,
                                         &place.y);
  if (!gtk_widget_translate_coordinates (GTK_WIDGET (view), parent, place.x, place.y, &x, &y))
    return;
  place.x = (int) x;
  place.y = (int) y;
  place.width = 1;
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &place);
}

static void
show (ShipCompletion *self, GPtrArray *items)
{
  g_list_store_splice (self->items,
                       0,
                       g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       items->pdata,
                       items->len);
  if (items->len == 0)
    {
      gtk_popover_popdown (GTK_POPOVER (self));
      describe (self);
      return;
    }
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    {
      place (self);
      gtk_popover_popup (GTK_POPOVER (self));
    }
  select_row (self, 0);
}

static void
matched_cb (ShipFileMatcher *matcher, const char *pattern, GStrv paths, ShipCompletion *self)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->kind != SHIP_COMPLETION_FILE || !g_str_equal (pattern, self->pattern))
    return;
  for (guint i = 0; paths[i] != NULL; i++)
    {
      ShipCompletionItem *item = ship_completion_item_new_file (paths[i]);

      if (item != NULL)
        g_ptr_array_add (items, item);
    }
  show (self, items);
}

static ShipCompletionKind
find_token (ShipCompletion *self, int *start, char **pattern)
{
  GtkTextBuffer     *buffer = get_buffer (self);
  g_autofree char   *line = NULL;
  GtkTextIter        cursor;
  GtkTextIter        from;
  gsize              byte;
  ShipCompletionKind kind;

  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  from = cursor;
  gtk_text_iter_set_line_offset (&from, 0);
  if (gtk_text_iter_get_offset (&cursor) - gtk_text_iter_get_offset (&from) > MAX_BEFORE)
    {
      from = cursor;
      gtk_text_iter_backward_chars (&from, MAX_BEFORE);
    }
  line = gtk_text_buffer_get_text (buffer, &from, &cursor, FALSE);
  kind = ship_completion_token_find (line, gtk_text_iter_is_start (&from), &byte, pattern);
  *start = gtk_text_iter_get_offset (&from) + (int) g_utf8_strlen (line, (gssize) byte);

  return kind;
}

static void
follow (ShipCompletion *self)
{
  g_autofree char *pattern = NULL;
  g_autoptr (GPtrArray) commands = NULL;
  int                start;
  ShipCompletionKind kind = find_token (self, &start, &pattern);
  gboolean           is_new = kind != self->kind || start != self->start;

  if (kind == SHIP_COMPLETION_NONE || start != self->dismissed)
    self->dismissed = -1;
  if (kind == SHIP_COMPLETION_NONE || self->dismissed >= 0 ||
      (kind == SHIP_COMPLETION_FILE && self->matcher == NULL))
    {
      close_list (self);
      return;
    }
  if (is_new)
    close_list (self);
  else if (g_strcmp0 (pattern, self->pattern) == 0)
    return;

  self->kind = kind;
  self->start = start;
  g_free (self->pattern);
  self->pattern = g_steal_pointer (&pattern);
  if (kind == SHIP_COMPLETION_FILE)
    {
      if (is_new)
        ship_file_matcher_refresh (self->matcher);
      ship_file_matcher_match (self->matcher, self->pattern);
      return;
    }
  if (is_new && (self->commands == NULL || self->commands[0] == NULL))
    gtk_widget_activate_action (GTK_WIDGET (self), "session.learn-commands", NULL);
  commands =
    ship_completion_items_match_commands (self->pattern, (const char *const *) self->commands);
  show (self, commands);
}

/* Only what the user does opens the list: a draft that comes back does not. */
static void
edited_cb (GtkTextBuffer *buffer, ShipCompletion *self)
{
  if (!ship_prompt_view_is_composing (self->prompt))
    follow (self);
}

static void
moved_cb (GtkTextBuffer *buffer, GParamSpec *pspec, ShipCompletion *self)
{
  if (self->kind != SHIP_COMPLETION_NONE)
    follow (self);
}

static void
focus_left_cb (GtkEventControllerFocus *controller, ShipCompletion *self)
{
  close_list (self);
}

/* --- rows --- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (NULL);
  GtkWidget *detail = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (detail), 0);
  gtk_label_set_width_chars (GTK_LABEL (detail), 10);
  gtk_widget_add_css_class (detail, "dim-label");
  gtk_widget_add_css_class (detail, "caption");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), title);
  gtk_box_append (GTK_BOX (words), detail);
  gtk_box_append (GTK_BOX (row), gtk_image_new ());
  gtk_box_append (GTK_BOX (row), words);
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  ShipCompletionItem *item = gtk_list_item_get_item (list_item);
  GtkWidget          *image = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget          *title = gtk_widget_get_first_child (gtk_widget_get_next_sibling (image));
  GtkWidget          *detail = gtk_widget_get_next_sibling (title);
  const char         *text = ship_completion_item_get_detail (item);

  gtk_image_set_from_icon_name (GTK_IMAGE (image), ship_completion_item_get_icon (item));
  gtk_label_set_text (GTK_LABEL (title), ship_completion_item_get_title (item));
  gtk_label_set_text (GTK_LABEL (detail), text);
  gtk_widget_set_visible (detail, *text != '\0');
  /* Of a directory the end tells more, of a sentence the beginning. */
  gtk_label_set_ellipsize (GTK_LABEL (detail),
                           ship_completion_item_get_text (item)[0] == '@' ? PANGO_ELLIPSIZE_START
                                                                          : PANGO_ELLIPSIZE_END);
}

/* --- the widget --- */

static void
ship_completion_dispose (GObject *object)
{
  ShipCompletion *self = SHIP_COMPLETION (object);

  if (self->matcher != NULL)
    g_signal_handlers_disconnect_by_data (self->matcher, self);
  g_clear_object (&self->matcher);

  G_OBJECT_CLASS (ship_completion_parent_class)->dispose (object);
}

static void
ship_completion_finalize (GObject *object)
{
  ShipCompletion *self = SHIP_COMPLETION (object);

  g_object_unref (self->items);
  g_strfreev (self->commands);
  g_free (self->pattern);

  G_OBJECT_CLASS (ship_completion_parent_class)->finalize (object);
}

static void
ship_completion_class_init (ShipCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_completion_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_completion_finalize;
}

static void
ship_completion_init (ShipCompletion *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->dismissed = -1;
  self->items = g_list_store_new (SHIP_TYPE_COMPLETION_ITEM);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->items)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (self->selection), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  gtk_widget_set_can_focus (self->list, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Suggestions"),
                                  -1);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activated_cb), self, 0);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_widget_set_size_request (self->scroller, WIDTH, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  gtk_popover_set_child (GTK_POPOVER (self), self->scroller);
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_TOP);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_add_css_class (GTK_WIDGET (self), "completion");
}

GtkWidget *
ship_completion_new (ShipPromptView *prompt)
{
  ShipCompletion     *self = g_object_new (SHIP_TYPE_COMPLETION, NULL);
  GtkTextView        *view = ship_prompt_view_get_text_view (prompt);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->prompt = prompt;
  g_signal_connect_object (get_buffer (self), "end-user-action", G_CALLBACK (edited_cb), self, 0);
  g_signal_connect_object (get_buffer (self),
                           "notify::cursor-position",
                           G_CALLBACK (moved_cb),
                           self,
                           0);
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (view), focus);

  return GTK_WIDGET (self);
}

void
ship_completion_set_matcher (ShipCompletion *self, ShipFileMatcher *matcher)
{
  g_return_if_fail (SHIP_IS_COMPLETION (self));

  if (self->matcher != NULL)
    g_signal_handlers_disconnect_by_data (self->matcher, self);
  g_set_object (&self->matcher, matcher);
  if (matcher != NULL)
    g_signal_connect_object (matcher, "matched", G_CALLBACK (matched_cb), self, 0);
}

void
ship_completion_set_agent_commands (ShipCompletion *self, const char *const *commands)
{
  g_return_if_fail (SHIP_IS_COMPLETION (self));

  g_strfreev (self->commands);
  self->commands = g_strdupv ((GStrv) commands);
  if (self->kind != SHIP_COMPLETION_COMMAND)
    return;
  g_clear_pointer (&self->pattern, g_free);
  follow (self);
}
