/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-slash-command.h"

#include "session/ship-session-error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* What a text that begins with "/" is. No I/O, no state. */

#define MAX_NAME    64
#define MAX_DOLLARS 1000000.0

void
ship_slash_command_free (ShipSlashCommand *self)
{
  g_free (self->name);
  g_free (self->argument);
  g_free (self);
}

static ShipSlashCommand *
new_command (ShipSlashKind kind, const char *name, const char *argument)
{
  ShipSlashCommand *self = g_new0 (ShipSlashCommand, 1);

  self->kind = kind;
  self->name = g_strdup (name);
  self->argument = g_strdup (argument);

  return self;
}

static const ShipSlashEntry *
find_entry (const char *name)
{
  guint                 n;
  const ShipSlashEntry *entries = ship_slash_command_get_entries (&n);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (entries[i].name, name))
      return &entries[i];

  return NULL;
}

/* Agents name theirs with letters, digits, dashes, underscores, dots and colons. */
static gboolean
is_name (const char *text, gsize length)
{
  return length > 0 && length <= MAX_NAME && g_ascii_isalpha (text[0]) &&
         strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.:") >= length;
}

static gboolean
parse_amount (const char *text, double *amount)
{
  char *end = NULL;

  if (g_str_equal (text, "none") || g_str_equal (text, "default"))
    {
      *amount = g_str_equal (text, "none") ? -1.0 : 0.0;
      return TRUE;
    }
  if (*text == '$')
    text++;
  if (strspn (text, G_CSET_DIGITS ".") != strlen (text) || *text == '\0')
    return FALSE;
  *amount = g_ascii_strtod (text, &end);

  return *end == '\0' && isfinite (*amount) && *amount > 0.0 && *amount <= MAX_DOLLARS;
}

static ShipSlashCommand *
check_entry (const ShipSlashEntry *entry, const char *argument, GError **error)
{
  g_autoptr (ShipSlashCommand) self = new_command (entry->kind, entry->name, argument);

  if ((*argument != '\0') == entry->has_argument &&
      (entry->kind != SHIP_SLASH_BUDGET || parse_amount (argument, &self->amount)))
    return g_steal_pointer (&self);

  g_set_error (error,
               SHIP_SESSION_ERROR,
               SHIP_SESSION_ERROR_INVALID,
               /* TRANSLATORS: %s is for example "/branch NAME". */
               _ ("Write: %s (a space in front sends the text as it is)"),
               _ (entry->usage));
  return NULL;
}

ShipSlashCommand *
ship_slash_command_parse (const char *text, GError **error)
{
  gsize                 length;
  g_autofree char      *name = NULL;
  g_autofree char      *argument = NULL;
  const ShipSlashEntry *entry;

  g_return_val_if_fail (text != NULL, NULL);

  if (text[0] != '/')
    return new_command (SHIP_SLASH_TEXT, "", text);
  if (text[1] == '/')
    return new_command (SHIP_SLASH_TEXT, "", text + 1);

  length = strcspn (text + 1, " \t\r\n");
  if (!is_name (text + 1, length))
    return new_command (SHIP_SLASH_TEXT, "", text);

  name = g_strndup (text + 1, length);
  argument = g_strstrip (g_strdup (text + 1 + length));
  entry = find_entry (name);
  if (entry == NULL)
    return new_command (SHIP_SLASH_AGENT, name, argument);

  return check_entry (entry, argument, error);
}

char *
ship_slash_command_describe (const char *const *agent_commands)
{
  guint                 n;
  const ShipSlashEntry *entries = ship_slash_command_get_entries (&n);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text,
                            "%s%s: %s",
                            i > 0 ? "\n" : "",
                            _ (entries[i].usage),
                            _ (entries[i].summary));
  for (guint i = 0; agent_commands != NULL && agent_commands[i] != NULL; i++)
    g_string_append_printf (text, "\n/%s: %s", agent_commands[i], _ ("a command of the agent"));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
ship_slash_command_list (const char *const *agent_commands)
{
  guint                 n;
  const ShipSlashEntry *entries = ship_slash_command_get_entries (&n);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s/%s", i > 0 ? ", " : "", entries[i].name);
  for (guint i = 0; agent_commands != NULL && agent_commands[i] != NULL; i++)
    g_string_append_printf (text, ", /%s", agent_commands[i]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}
