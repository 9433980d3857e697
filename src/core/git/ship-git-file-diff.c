/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-diff-private.h"

/*
 * One changed file of a diff, as an immutable object for list models. Made by
 * ship_git_diff_finish(), owned by its list. Main thread.
 */

typedef enum
{
  PROP_PATH = 1,
  PROP_OLD_PATH,
  PROP_CHANGE,
  PROP_IS_BINARY,
  PROP_IS_TRUNCATED,
  PROP_ADDITIONS,
  PROP_DELETIONS,
  PROP_PATCH,
} ShipGitFileDiffProperty;

static GParamSpec *properties[PROP_PATCH + 1];

struct _ShipGitFileDiff
{
  GObject            parent_instance;
  ShipGitFileChange *change; /* (owned) */
};

G_DEFINE_ENUM_TYPE (ShipGitChange,
                    ship_git_change,
                    G_DEFINE_ENUM_VALUE (SHIP_GIT_CHANGE_ADDED, "added"),
                    G_DEFINE_ENUM_VALUE (SHIP_GIT_CHANGE_MODIFIED, "modified"),
                    G_DEFINE_ENUM_VALUE (SHIP_GIT_CHANGE_DELETED, "deleted"),
                    G_DEFINE_ENUM_VALUE (SHIP_GIT_CHANGE_RENAMED, "renamed"),
                    G_DEFINE_ENUM_VALUE (SHIP_GIT_CHANGE_TYPE, "type"))

G_DEFINE_FINAL_TYPE (ShipGitFileDiff, ship_git_file_diff, G_TYPE_OBJECT)

void
ship_git_file_change_free (ShipGitFileChange *self)
{
  g_free (self->path);
  g_free (self->old_path);
  g_free (self->patch);
  g_free (self);
}

static void
ship_git_file_diff_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShipGitFileDiff *self = SHIP_GIT_FILE_DIFF (object);

  switch ((ShipGitFileDiffProperty) id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->change->path);
      break;
    case PROP_OLD_PATH:
      g_value_set_string (value, self->change->old_path);
      break;
    case PROP_CHANGE:
      g_value_set_enum (value, (int) self->change->change);
      break;
    case PROP_IS_BINARY:
      g_value_set_boolean (value, self->change->is_binary);
      break;
    case PROP_IS_TRUNCATED:
      g_value_set_boolean (value, self->change->is_truncated);
      break;
    case PROP_ADDITIONS:
      g_value_set_uint (value, self->change->additions);
      break;
    case PROP_DELETIONS:
      g_value_set_uint (value, self->change->deletions);
      break;
    case PROP_PATCH:
      g_value_set_string (value, self->change->patch);
      break;
    }
}

static void
ship_git_file_diff_finalize (GObject *object)
{
  ShipGitFileDiff *self = SHIP_GIT_FILE_DIFF (object);

  g_clear_pointer (&self->change, ship_git_file_change_free);
  G_OBJECT_CLASS (ship_git_file_diff_parent_class)->finalize (object);
}

static void
ship_git_file_diff_class_init (ShipGitFileDiffClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ship_git_file_diff_get_property;
  object_class->finalize = ship_git_file_diff_finalize;
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_OLD_PATH] = g_param_spec_string ("old-path", NULL, NULL, NULL, flags);
  properties[PROP_CHANGE] =
    g_param_spec_enum ("change", NULL, NULL, SHIP_TYPE_GIT_CHANGE, SHIP_GIT_CHANGE_ADDED, flags);
  properties[PROP_IS_BINARY] = g_param_spec_boolean ("is-binary", NULL, NULL, FALSE, flags);
  properties[PROP_IS_TRUNCATED] = g_param_spec_boolean ("is-truncated", NULL, NULL, FALSE, flags);
  properties[PROP_ADDITIONS] = g_param_spec_uint ("additions", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_DELETIONS] = g_param_spec_uint ("deletions", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PATCH] = g_param_spec_string ("patch", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ship_git_file_diff_init (ShipGitFileDiff *self)
{
}

ShipGitFileDiff *
ship_git_file_diff_new_take (ShipGitFileChange *change)
{
  ShipGitFileDiff *self = g_object_new (SHIP_TYPE_GIT_FILE_DIFF, NULL);

  self->change = change;
  return self;
}

const char *
ship_git_file_diff_get_path (ShipGitFileDiff *self)
{
  g_return_val_if_fail (SHIP_IS_GIT_FILE_DIFF (self), NULL);

  return self->change->path;
}

const char *
ship_git_file_diff_get_old_path (ShipGitFileDiff *self)
{
  g_return_val_if_fail (SHIP_IS_GIT_FILE_DIFF (self), NULL);

  return self->change->old_path;
}

ShipGitChange
ship_git_file_diff_get_change (ShipGitFileDiff *self)
{
  g_return_val_if_fail (SHIP_IS_GIT_FILE_DIFF (self), SHIP_GIT_CHANGE_MODIFIED);

  return self->change->change;
}

gboolean
ship_git_file_diff_is_binary (ShipGitFileDiff *self)
{
  g_return_val_if_fail (SHIP_IS_GIT_FILE_DIFF (self), FALSE);

  return self->change->is_binary;
}

gboolean
ship_git_file_diff_is_truncated (ShipGitFileDiff *self)
{
  g_return_val_if_fail (SHIP_IS_GIT_FILE_DIFF (self), FALSE);

  return self->change->is_truncated;
}

guint
ship_git_file_diff_get_additions (ShipGitFileDiff *self)
{
  g_return_val_if_fail (SHIP_IS_GIT_FILE_DIFF (self), 0);

  return self->change->additions;
}

guint
ship_git_file_diff_get_deletions (ShipGitFileDiff *self)
{
  g_return_val_if_fail (SHIP_IS_GIT_FILE_DIFF (self), 0);

  return self->change->deletions;
}

const char *
ship_git_file_diff_get_patch (ShipGitFileDiff *self)
{
  g_return_val_if_fail (SHIP_IS_GIT_FILE_DIFF (self), NULL);

  return self->change->patch;
}
