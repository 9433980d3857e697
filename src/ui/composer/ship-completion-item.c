/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "composer/ship-completion-item.h"

#include "client/ship-file-list.h"
#include "composer/ship-completion-token.h"
#include "session/ship-slash-command.h"

#include <glib/gi18n-lib.h>

struct _ShipCompletionItem
{
  GObject     parent_instance;
  char       *title;  /* (owned) */
  char       *detail; /* (owned) */
  char       *text;   /* (owned) */
  const char *icon;
};

G_DEFINE_FINAL_TYPE (ShipCompletionItem, ship_completion_item, G_TYPE_OBJECT)

static void
ship_completion_item_finalize (GObject *object)
{
  ShipCompletionItem *self = SHIP_COMPLETION_ITEM (object);

  g_free (self->title);
  g_free (self->detail);
  g_free (self->text);

  G_OBJECT_CLASS (ship_completion_item_parent_class)->finalize (object);
}

static void
ship_completion_item_class_init (ShipCompletionItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_completion_item_finalize;
}

static void
ship_completion_item_init (ShipCompletionItem *self)
{
}

ShipCompletionItem *
ship_completion_item_new_file (const char *path)
{
  ShipCompletionItem *self;
  char               *text = ship_completion_token_new_mention (path);
  g_autofree char    *directory = NULL;
  gboolean            is_directory = g_str_has_suffix (path, "/");

  if (text == NULL)
    return NULL;

  self = g_object_new (SHIP_TYPE_COMPLETION_ITEM, NULL);
  self->text = text;
  self->title = g_path_get_basename (path);
  directory = g_path_get_dirname (path);
  if (is_directory) /* the name of "a/b/" is b, and where it is is a */
    {
      g_autofree char *up = g_path_get_dirname (directory);

      self->detail = g_strdup (g_str_equal (up, ".") ? "" : up);
    }
  else
    self->detail = g_strdup (g_str_equal (directory, ".") ? "" : directory);
  self->icon = is_directory ? "folder-symbolic" : "text-x-generic-symbolic";

  return self;
}

ShipCompletionItem *
ship_completion_item_new_command (const char *name, const char *usage, const char *summary)
{
  ShipCompletionItem *self = g_object_new (SHIP_TYPE_COMPLETION_ITEM, NULL);

  self->title = g_strdup (usage);
  self->detail = g_strdup (summary);
  self->text = g_strdup_printf ("/%s ", name);
  self->icon = "system-run-symbolic";

  return self;
}

const char *
ship_completion_item_get_title (ShipCompletionItem *self)
{
  g_return_val_if_fail (SHIP_IS_COMPLETION_ITEM (self), NULL);

  return self->title;
}

const char *
ship_completion_item_get_detail (ShipCompletionItem *self)
{
  g_return_val_if_fail (SHIP_IS_COMPLETION_ITEM (self), NULL);

  return self->detail;
}

const char *
ship_completion_item_get_icon (ShipCompletionItem *self)
{
  g_return_val_if_fail (SHIP_IS_COMPLETION_ITEM (self), NULL);

  return self->icon;
}

const char *
ship_completion_item_get_text (ShipCompletionItem *self)
{
  g_return_val_if_fail (SHIP_IS_COMPLETION_ITEM (self), NULL);

  return self->text;
}

/* --- commands --- */

typedef struct
{
  int                 score;
  ShipCompletionItem *item; /* (owned) */
} Scored;

static int
compare_scored (gconstpointer a, gconstpointer b)
{
  return ((const Scored *) b)->score - ((const Scored *) a)->score;
}

/* @item: (transfer full) */
static void
add (GArray *scored, const char *pattern, const char *name, ShipCompletionItem *item)
{
  Scored one = { *pattern != '\0' ? ship_file_list_score (name, pattern) : 0, item };

  if (one.score < 0)
    g_object_unref (item);
  else
    g_array_append_val (scored, one);
}

GPtrArray *
ship_completion_items_match_commands (const char *pattern, const char *const *agent_commands)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) scored = g_array_new (FALSE, FALSE, sizeof (Scored));
  guint                 n;
  const ShipSlashEntry *entries = ship_slash_command_get_entries (&n);

  for (guint i = 0; i < n; i++)
    add (scored,
         pattern,
         entries[i].name,
         ship_completion_item_new_command (entries[i].name,
                                           _ (entries[i].usage),
                                           _ (entries[i].summary)));
  for (guint i = 0; agent_commands != NULL && agent_commands[i] != NULL; i++)
    {
      g_autofree char *usage = g_strconcat ("/", agent_commands[i], NULL);

      add (
        scored,
        pattern,
        agent_commands[i],
        ship_completion_item_new_command (agent_commands[i], usage, _ ("A command of the agent")));
    }
  g_array_sort (scored, compare_scored);
  for (guint i = 0; i < scored->len; i++)
    g_ptr_array_add (items, g_array_index (scored, Scored, i).item);

  return items;
}
