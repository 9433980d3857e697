/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ship-cli.h"

G_BEGIN_DECLS

/* What "run" and "new" ask alike; strings from the option parser. */
typedef struct
{
  char    *repository; /* (owned) (nullable): the current directory, or a sample for a rehearsal */
  char    *model;      /* (owned) (nullable) */
  char    *why_model;  /* (owned) (nullable): filled in when none was named */
  char    *variant;    /* (owned) (nullable) */
  char    *mode;       /* (owned) (nullable): "build" */
  char    *branch;     /* (owned) (nullable) */
  char    *base;       /* (owned) (nullable) */
  char    *title;      /* (owned) (nullable) */
  char    *prompt;     /* (owned) (nullable): for the title */
  GStrv    ask;        /* (owned) (nullable): permissions */
  gboolean is_rehearsal;
  double   budget; /* US dollars, of the session; 0: as the settings say */
  gboolean include_dirty;
} ShipCliWish;

void ship_cli_wish_clear (ShipCliWish *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ShipCliWish, ship_cli_wish_clear)

/* The options that fill @wish in; ends with an empty entry. */
#define SHIP_CLI_WISH_OPTIONS(wish)                                                                    \
  { "repo",                                                                                            \
    0,                                                                                                 \
    0,                                                                                                 \
    G_OPTION_ARG_FILENAME,                                                                             \
    &(wish)->repository,                                                                               \
    N_ ("The repository (default: the one here)"),                                                     \
    N_ ("PATH") },                                                                                     \
    { "model",                                                                                         \
      'm',                                                                                             \
      0,                                                                                               \
      G_OPTION_ARG_STRING,                                                                             \
      &(wish)->model,                                                                                  \
      N_ ("The model to work with"),                                                                   \
      N_ ("PROVIDER/MODEL") },                                                                         \
    { "variant",     0, 0, G_OPTION_ARG_STRING, &(wish)->variant, N_ ("How hard the model thinks"),    \
      N_ ("VARIANT") },                                                                                \
    { "mode", 0, 0, G_OPTION_ARG_STRING, &(wish)->mode, N_ ("build (default) or plan"), N_ ("MODE") }, \
    { "branch",   'b', 0, G_OPTION_ARG_STRING, &(wish)->branch, N_ ("The name of the new branch"),     \
      N_ ("NAME") },                                                                                   \
    { "base",       0, 0, G_OPTION_ARG_STRING, &(wish)->base, N_ ("The branch to start from"),         \
      N_ ("BRANCH") },                                                                                 \
    { "include-dirty",                                                                                 \
      0,                                                                                               \
      0,                                                                                               \
      G_OPTION_ARG_NONE,                                                                               \
      &(wish)->include_dirty,                                                                          \
      N_ ("Begin with a commit of what is not committed"),                                             \
      NULL },                                                                                          \
    { "ask",                                                                                           \
      0,                                                                                               \
      0,                                                                                               \
      G_OPTION_ARG_STRING_ARRAY,                                                                       \
      &(wish)->ask,                                                                                    \
      N_ ("Ask before the agent uses bash, edit, webfetch, … or * (once for each)"),                   \
      N_ ("PERMISSION") },                                                                             \
    { "budget",      0, 0, G_OPTION_ARG_DOUBLE, &(wish)->budget, N_ ("What the session may cost"),     \
      N_ ("DOLLARS") },                                                                                \
    { "title", 't', 0, G_OPTION_ARG_STRING, &(wish)->title, N_ ("The session's title"), N_ ("TEXT") }, \
  {                                                                                                    \
    "rehearsal", 0, 0, G_OPTION_ARG_NONE, &(wish)->is_rehearsal,                                       \
      N_ ("With the built-in scripted model: needs no key and costs nothing"), NULL                    \
  }

/* Chooses a model, makes a sample repository if one is wanted, makes the session; says what will
 * not be seen on standard error. @wish is borrowed until the callback and filled in. finish:
 * (transfer full): its id */
void  ship_cli_create_async (ShipCli            *cli,
                             ShipCliWish        *wish,
                             GAsyncReadyCallback callback,
                             gpointer            user_data);
char *ship_cli_create_finish (GAsyncResult *result, GError **error);

G_END_DECLS
