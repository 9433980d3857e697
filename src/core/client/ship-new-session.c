/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-creator.h"

#include "base/ship-names.h"
#include "client/ship-session-client.h"
#include "session/ship-budget.h"
#include "session/ship-rules.h"

#include <glib/gi18n-lib.h>

/* What is wrong with a wish for a session, before anything is looked at. */

static gboolean
is_model (const char *text)
{
  const char *slash = text != NULL ? strchr (text, '/') : NULL;

  return slash != NULL && slash != text && slash[1] != '\0';
}

static const char *
find_bad_permission (const char *const *permissions)
{
  for (; permissions != NULL && *permissions != NULL; permissions++)
    if (!ship_rule_is_valid (*permissions, "*", "ask"))
      return *permissions;
  return NULL;
}

gboolean
ship_new_session_check (const ShipNewSession *what, GError **error)
{
  if (!is_model (what->model))
    g_set_error (error,
                 SHIP_CLIENT_ERROR,
                 SHIP_CLIENT_ERROR_INVALID,
                 _ ("“%s” is not a model: write PROVIDER/MODEL"),
                 what->model != NULL ? what->model : "");
  else if (g_strcmp0 (what->mode, "build") != 0 && g_strcmp0 (what->mode, "plan") != 0)
    g_set_error (error,
                 SHIP_CLIENT_ERROR,
                 SHIP_CLIENT_ERROR_INVALID,
                 _ ("“%s” is not a mode: write build or plan"),
                 what->mode != NULL ? what->mode : "");
  else if (what->branch != NULL && !ship_names_is_branch (what->branch))
    g_set_error (error,
                 SHIP_CLIENT_ERROR,
                 SHIP_CLIENT_ERROR_INVALID,
                 _ ("“%s” cannot be the name of a branch"),
                 what->branch);
  else if (find_bad_permission (what->ask) != NULL)
    g_set_error (error,
                 SHIP_CLIENT_ERROR,
                 SHIP_CLIENT_ERROR_INVALID,
                 _ ("“%s” is not a permission: write bash, edit, webfetch or another name of a "
                    "tool, or *"),
                 find_bad_permission (what->ask));
  else if (!ship_budget_is_amount (what->session_budget) || what->session_budget < 0)
    g_set_error_literal (error,
                         SHIP_CLIENT_ERROR,
                         SHIP_CLIENT_ERROR_INVALID,
                         _ ("That is no amount of dollars"));
  else
    return TRUE;
  return FALSE;
}

static gboolean
has_identity (const ShipGitRepositoryInfo *info)
{
  return info->user_name != NULL && *info->user_name != '\0' && info->user_email != NULL &&
         *info->user_email != '\0';
}

/* A path goes into stores, notes and JSON, which are text. */
gboolean
ship_new_session_check_repository (const ShipGitRepositoryInfo *info, GError **error)
{
  if (!g_utf8_validate (info->path, -1, NULL))
    {
      g_autofree char *shown = g_utf8_make_valid (info->path, -1);

      g_set_error (error,
                   SHIP_CLIENT_ERROR,
                   SHIP_CLIENT_ERROR_INVALID,
                   _ ("The path “%s” is not UTF-8: rename the folder, then try again"),
                   shown);
      return FALSE;
    }
  if (has_identity (info))
    return TRUE;
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_NO_IDENTITY,
               _ ("Git does not know who you are in “%s”. Tell it with: git config --global "
                  "user.name \"Your Name\" && git config --global user.email you@example.org"),
               info->path);
  return FALSE;
}
