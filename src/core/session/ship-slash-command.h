/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Text that begins with "/" is a command: one of ours, done by the session itself, or one of the
 * agent's. "//" and a space in front send text as it is. Pure functions, any thread.
 */
typedef enum
{
  SHIP_SLASH_TEXT,  /* no command: argument is the text to send */
  SHIP_SLASH_AGENT, /* none of ours: name and argument */
  SHIP_SLASH_BRANCH,
  SHIP_SLASH_BUDGET,
  SHIP_SLASH_BUILD,
  SHIP_SLASH_HELP,
  SHIP_SLASH_MODEL,
  SHIP_SLASH_PLAN,
  SHIP_SLASH_STOP,
  SHIP_SLASH_TITLE,
} ShipSlashKind;

typedef struct
{
  ShipSlashKind kind;
  char         *name;     /* (owned): without the slash; "" for text */
  char         *argument; /* (owned): may be "" */
  double        amount;   /* of /budget: US dollars, negative for no limit, 0 as the settings say */
} ShipSlashCommand;

void ship_slash_command_free (ShipSlashCommand *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSlashCommand, ship_slash_command_free)

/* (transfer full) (nullable): SHIP_SESSION_ERROR_INVALID with the command's own usage when one of
 * ours is used wrongly. Every path ("/etc/hosts is wrong") is text: a name holds no second slash.
 */
ShipSlashCommand *ship_slash_command_parse (const char *text, GError **error);

/* One of ours, as it is offered. Static; the texts for _(). */
typedef struct
{
  const char   *name; /* without the slash */
  ShipSlashKind kind;
  gboolean      has_argument; /* it wants one; the others take none */
  const char   *usage;        /* "/branch NAME" */
  const char   *summary;
} ShipSlashEntry;

const ShipSlashEntry *ship_slash_command_get_entries (guint *n);

/* (transfer full): our commands with what they do, one a line, then @agent_commands (nullable) */
char *ship_slash_command_describe (const char *const *agent_commands);

/* (transfer full): "/a, /b, /c": ours and @agent_commands (nullable), for a sentence */
char *ship_slash_command_list (const char *const *agent_commands);

G_END_DECLS
