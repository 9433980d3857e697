/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-session-log.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * An actor has no terminal: what it has to say goes to a file in the session's directory. GLib
 * calls the writer on any thread; a line is one write, so lines do not mix.
 */

#define MAX_BYTES (1024 * 1024)

typedef struct
{
  int          fd;
  gboolean     is_verbose;
  ShipSecrets *secrets; /* (owned) */
} Log;

static const char *
find_message (const GLogField *fields, gsize n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      return fields[i].value;

  return "";
}

static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  Log *log = data;
  g_autoptr (GDateTime) now = NULL;
  g_autofree char *time = NULL;
  g_autofree char *message = NULL;
  g_autofree char *line = NULL;

  if (!log->is_verbose && level > G_LOG_LEVEL_WARNING)
    return G_LOG_WRITER_HANDLED;

  now = g_date_time_new_now_utc ();
  time = g_date_time_format_iso8601 (now);
  message = ship_secrets_redact (log->secrets, find_message (fields, n_fields));
  /* Part of it may be from inside a sandbox: it makes no lines of its own. */
  for (char *c = message; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  line = g_strdup_printf ("%s %s\n", time, message);

  return write (log->fd, line, strlen (line)) > 0 ? G_LOG_WRITER_HANDLED : G_LOG_WRITER_UNHANDLED;
}

void
ship_session_log_start (const char *path, ShipSecrets *secrets)
{
  g_autofree char *old = g_strconcat (path, ".old", NULL);
  struct stat      info;
  Log             *log;
  int              fd;

  if (stat (path, &info) == 0 && info.st_size > MAX_BYTES)
    g_rename (path, old);

  fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return; /* no place for a log is no reason not to work */

  log = g_new0 (Log, 1);
  log->fd = fd;
  log->is_verbose = g_getenv ("G_MESSAGES_DEBUG") != NULL;
  log->secrets = ship_secrets_ref (secrets);
  g_log_set_writer_func (write_line, log, NULL);
}
