/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "onboarding/ship-repository-choice.h"

#include "client/ship-session-creator.h"
#include "git/ship-git-branch-list.h"

#include <glib/gi18n-lib.h>

/*
 *   set_text -> (rest) look -> inspected_cb -> listed_cb -> "changed"
 *
 * A new text cancels the look at the last one.
 */

#define REST_MS 200

struct _ShipRepositoryChoice
{
  GObject                parent_instance;
  char                  *text; /* (owned) */
  ShipRepositoryState    state;
  char                  *trouble;     /* (owned) (nullable) */
  ShipGitRepositoryInfo *info;        /* (owned) (nullable): of a good one */
  GStrv                  branches;    /* (owned) (nullable): the same */
  GCancellable          *cancellable; /* (owned) (nullable): of a look */
  guint                  rest;        /* source; 0: none */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipRepositoryChoice, ship_repository_choice, G_TYPE_OBJECT)

char *
ship_repository_choice_parse (const char *text, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *path = NULL;

  if (g_str_has_prefix (stripped, "file:"))
    path = g_filename_from_uri (stripped, NULL, NULL);
  else if (g_str_equal (stripped, "~") || g_str_has_prefix (stripped, "~/"))
    path = g_build_filename (g_get_home_dir (), stripped + 1, NULL);
  else if (g_path_is_absolute (stripped))
    path = g_strdup (stripped);
  if (path == NULL)
    g_set_error_literal (error,
                         G_IO_ERROR,
                         G_IO_ERROR_INVALID_FILENAME,
                         _ ("Write the whole path of a folder, beginning with / or ~"));

  return path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
}

/* Forgets what was found. */
static void
forget (ShipRepositoryChoice *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->rest, g_source_remove);
  g_clear_pointer (&self->trouble, g_free);
  g_clear_pointer (&self->info, ship_git_repository_info_free);
  g_clear_pointer (&self->branches, g_strfreev);
}

/* @error: (nullable): of a bad one */
static void
set_state (ShipRepositoryChoice *self, ShipRepositoryState state, const GError *error)
{
  if (error != NULL)
    {
      forget (self);
      self->trouble = g_strdup (error->message);
    }
  self->state = state;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipRepositoryChoice) self = SHIP_REPOSITORY_CHOICE (user_data);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) branches = ship_git_list_branches_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->branches = g_steal_pointer (&branches);
  set_state (self, error == NULL ? SHIP_REPOSITORY_GOOD : SHIP_REPOSITORY_BAD, error);
}

static void
inspected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipRepositoryChoice) self = SHIP_REPOSITORY_CHOICE (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipGitRepositoryInfo) info = ship_git_repository_inspect_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (info == NULL || !ship_new_session_check_repository (info, &error))
    {
      set_state (self, SHIP_REPOSITORY_BAD, error);
      return;
    }
  self->info = g_steal_pointer (&info);
  ship_git_list_branches_async (self->info->path,
                                self->cancellable,
                                listed_cb,
                                g_object_ref (self));
}

static gboolean
look (gpointer user_data)
{
  ShipRepositoryChoice *self = SHIP_REPOSITORY_CHOICE (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = ship_repository_choice_parse (self->text, &error);

  self->rest = 0;
  if (path == NULL)
    {
      set_state (self, SHIP_REPOSITORY_BAD, error);
      return G_SOURCE_REMOVE;
    }
  self->cancellable = g_cancellable_new ();
  ship_git_repository_inspect_async (path,
                                     NULL,
                                     self->cancellable,
                                     inspected_cb,
                                     g_object_ref (self));

  return G_SOURCE_REMOVE;
}

void
ship_repository_choice_set_text (ShipRepositoryChoice *self, const char *text)
{
  g_return_if_fail (SHIP_IS_REPOSITORY_CHOICE (self));

  if (g_str_equal (self->text, text))
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  ship_repository_choice_refresh (self);
}

void
ship_repository_choice_refresh (ShipRepositoryChoice *self)
{
  g_autofree char *stripped = NULL;

  g_return_if_fail (SHIP_IS_REPOSITORY_CHOICE (self));

  stripped = g_strstrip (g_strdup (self->text));
  forget (self);
  if (stripped[0] == '\0')
    {
      set_state (self, SHIP_REPOSITORY_NONE, NULL);
      return;
    }
  self->rest = g_timeout_add (REST_MS, look, self);
  set_state (self, SHIP_REPOSITORY_CHECKING, NULL);
}

/* --- the object --- */

static void
ship_repository_choice_dispose (GObject *object)
{
  forget (SHIP_REPOSITORY_CHOICE (object));

  G_OBJECT_CLASS (ship_repository_choice_parent_class)->dispose (object);
}

static void
ship_repository_choice_finalize (GObject *object)
{
  g_free (SHIP_REPOSITORY_CHOICE (object)->text);

  G_OBJECT_CLASS (ship_repository_choice_parent_class)->finalize (object);
}

static void
ship_repository_choice_class_init (ShipRepositoryChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_repository_choice_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_repository_choice_finalize;

  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_REPOSITORY_CHOICE,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
}

static void
ship_repository_choice_init (ShipRepositoryChoice *self)
{
  self->text = g_strdup ("");
}

ShipRepositoryChoice *
ship_repository_choice_new (void)
{
  return g_object_new (SHIP_TYPE_REPOSITORY_CHOICE, NULL);
}

ShipRepositoryState
ship_repository_choice_get_state (ShipRepositoryChoice *self)
{
  g_return_val_if_fail (SHIP_IS_REPOSITORY_CHOICE (self), SHIP_REPOSITORY_NONE);

  return self->state;
}

const char *
ship_repository_choice_get_trouble (ShipRepositoryChoice *self)
{
  g_return_val_if_fail (SHIP_IS_REPOSITORY_CHOICE (self), NULL);

  return self->trouble;
}

const char *
ship_repository_choice_get_root (ShipRepositoryChoice *self)
{
  g_return_val_if_fail (SHIP_IS_REPOSITORY_CHOICE (self), NULL);

  return self->state == SHIP_REPOSITORY_GOOD ? self->info->path : NULL;
}

const char *
ship_repository_choice_get_branch (ShipRepositoryChoice *self)
{
  g_return_val_if_fail (SHIP_IS_REPOSITORY_CHOICE (self), NULL);

  return self->state == SHIP_REPOSITORY_GOOD ? self->info->branch : NULL;
}

const char *const *
ship_repository_choice_get_branches (ShipRepositoryChoice *self)
{
  g_return_val_if_fail (SHIP_IS_REPOSITORY_CHOICE (self), NULL);

  return (const char *const *) self->branches;
}

gboolean
ship_repository_choice_has_branch (ShipRepositoryChoice *self, const char *name)
{
  g_return_val_if_fail (SHIP_IS_REPOSITORY_CHOICE (self), FALSE);

  return self->branches != NULL && g_strv_contains ((const char *const *) self->branches, name);
}

guint
ship_repository_choice_get_n_dirty (ShipRepositoryChoice *self)
{
  g_return_val_if_fail (SHIP_IS_REPOSITORY_CHOICE (self), 0);

  return self->state == SHIP_REPOSITORY_GOOD ? self->info->n_dirty : 0;
}
