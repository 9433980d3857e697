/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-names.h"
#include "base/ship-paths.h"
#include "base/ship-settings.h"
#include "context/ship-context.h"
#include "session/ship-session-adopt.h"
#include "ship-idle-policy.h"
#include "ship-session-log.h"
#include "ship-tidy-mode.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

/*
 * ship-session --tidy REPOSITORY: see ship-tidy-mode.h.
 *
 * ship-session SESSION-ID: the actor of one session. Started by a client, which passes a pipe as
 * descriptor 3 and reads one word from it: "ready", "busy" (another actor has the session), or
 * "error: " and a sentence. After that nobody waits for it: it ends when the session sleeps, or on
 * SIGTERM.
 *
 *   lock -> build -> load -> listen -> "ready" -> (main loop) -> close -> exit
 */

#define READY_FD        3
#define GOODBYE_SECONDS 3
#define SPARE_SECONDS   600

typedef struct
{
  ShipPaths      *paths;      /* (owned) */
  const char     *session_id; /* (unowned): of argv */
  ShipContext    *context;    /* (owned) (nullable) */
  ShipIdlePolicy *policy;     /* (owned) (nullable) */
  GMainLoop      *loop;       /* (owned) */
  int             lock;
  gboolean        is_leaving;
  gboolean        is_spare;
  int             status;
} Actor;

/* Says the one word the client waits for. */
static void
say (const char *text)
{
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  if (fcntl (READY_FD, F_GETFD) >= 0 && write (READY_FD, line, strlen (line)) > 0)
    close (READY_FD);
  else if (isatty (STDERR_FILENO))
    g_printerr ("%s", line);
}

/* Started by hand there is no pipe. The number stays taken, so that nothing of ours – the lock,
 * above all – is written to and closed in its place; read-only, so that say() turns to the
 * terminal. */
static void
reserve_ready_fd (void)
{
  int fd;

  if (fcntl (READY_FD, F_SETFD, FD_CLOEXEC) == 0)
    return;

  fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fd == READY_FD)
    return;
  dup3 (fd, READY_FD, O_CLOEXEC);
  close (fd);
}

static int
give_up (const char *sentence)
{
  g_autofree char *text = g_strconcat ("error: ", sentence, NULL);

  say (text);
  return EXIT_FAILURE;
}

static void
service_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Actor *self = user_data;

  ship_session_service_close_finish (SHIP_SESSION_SERVICE (object), result, NULL);
  g_main_loop_quit (self->loop);
}

static gboolean
goodbye_over_cb (gpointer user_data)
{
  Actor *self = user_data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Actor *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_session_close_finish (SHIP_SESSION (object), result, &error))
    g_warning ("The session was not closed well: %s", error->message);
  /* A client that does not read its last word does not keep us, nor the session's lock. */
  g_timeout_add_seconds (GOODBYE_SECONDS, goodbye_over_cb, self);
  ship_session_service_close_async (ship_context_get_service (self->context),
                                    service_closed_cb,
                                    self);
}

static void
leave (Actor *self)
{
  if (self->is_leaving)
    return;

  self->is_leaving = TRUE;
  ship_housekeeper_stop (ship_context_get_housekeeper (self->context));
  /* Whoever comes now starts the next process, which waits for our lock. */
  ship_session_service_stop_listening (ship_context_get_service (self->context));
  ship_session_close_async (ship_context_get_session (self->context), closed_cb, self);
}

static gboolean
terminate_cb (gpointer user_data)
{
  Actor *self = user_data;

  /* A log-out, not a word of the user about this session: what runs goes on next time. */
  if (!self->is_leaving)
    ship_session_interrupt (ship_context_get_session (self->context));
  leave (self);
  return G_SOURCE_CONTINUE;
}

static void
leave_cb (ShipSessionService *service, gboolean for_good, Actor *self)
{
  leave (self);
}

/* SHIP_IDLE_SECONDS, else the setting; where spares are wanted one waits longer for its user. */
static guint
get_idle_seconds (GSettings *settings, gboolean is_spare)
{
  const char *text = g_getenv ("SHIP_IDLE_SECONDS");
  guint64     seconds = g_settings_get_uint (settings, SHIP_SETTING_IDLE_SECONDS);

  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 1, 24 * 3600, &seconds, NULL);
  else if (is_spare && g_settings_get_boolean (settings, SHIP_SETTING_WARM_SANDBOXES))
    seconds = MAX (seconds, SPARE_SECONDS);

  return (guint) seconds;
}

static void
update_idle_seconds (Actor *self)
{
  self->is_spare = ship_session_is_spare (ship_context_get_session (self->context));
  ship_idle_policy_set_idle_seconds (
    self->policy,
    get_idle_seconds (ship_context_get_settings (self->context), self->is_spare));
}

static void
idle_seconds_changed_cb (GSettings *settings, const char *key, Actor *self)
{
  update_idle_seconds (self);
}

/* Claimed, it is a session like any other. */
static void
changed_cb (ShipSession *session, const char *table, gint64 row, Actor *self)
{
  if (self->is_spare && !ship_session_is_spare (session))
    update_idle_seconds (self);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Actor              *self = user_data;
  ShipSession        *session = SHIP_SESSION (object);
  ShipSessionService *service = ship_context_get_service (self->context);
  g_autofree char    *socket = ship_paths_dup_session_socket (self->paths, self->session_id);
  g_autoptr (GError) error = NULL;
  GSettings *settings;

  if (!ship_session_load_finish (session, result, &error) ||
      !ship_session_service_listen (service, socket, &error))
    {
      self->status = give_up (error->message);
      leave (self);
      return;
    }

  g_signal_connect (service, "leave", G_CALLBACK (leave_cb), self);
  settings = ship_context_get_settings (self->context);
  self->is_spare = ship_session_is_spare (session);
  self->policy =
    ship_idle_policy_new (session, service, get_idle_seconds (settings, self->is_spare));
  g_signal_connect (settings,
                    "changed::" SHIP_SETTING_IDLE_SECONDS,
                    G_CALLBACK (idle_seconds_changed_cb),
                    self);
  g_signal_connect (session, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->policy, "sleep", G_CALLBACK (leave), self);
  say ("ready");
}

/* The lock is the ownership: whoever holds it is the session's only writer. It goes with the
 * process. */
static gboolean
take_lock (Actor *self, gboolean *is_busy, GError **error)
{
  g_autofree char *path = ship_paths_dup_session_lock (self->paths, self->session_id);
  g_autofree char *runtime = ship_paths_dup_session_runtime (self->paths, self->session_id);

  self->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->lock < 0)
    {
      int code = errno;

      g_set_error (error,
                   G_IO_ERROR,
                   g_io_error_from_errno (code),
                   code == ENOENT ? _ ("There is no session %s")
                                  : _ ("The session %s cannot be locked"),
                   self->session_id);
      return FALSE;
    }

  *is_busy = flock (self->lock, LOCK_EX | LOCK_NB) != 0;
  return *is_busy || ship_paths_make_private_dir (runtime, error);
}

static gboolean
build (Actor *self, GError **error)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autofree char *directory = ship_paths_dup_session_dir (self->paths, self->session_id);
  g_autofree char *log = g_build_filename (directory, "session.log", NULL);

  self->context =
    ship_context_new (self->paths, self->session_id, (const char *const *) environment, error);
  if (self->context == NULL)
    return FALSE;

  ship_session_log_start (log, ship_context_get_secrets (self->context));
  return TRUE;
}

static int
run (Actor *self)
{
  g_autofree char *runtime = ship_paths_dup_session_runtime (self->paths, self->session_id);
  g_autoptr (GError) error = NULL;
  gboolean is_busy = FALSE;

  if (!take_lock (self, &is_busy, &error))
    return give_up (error->message);
  if (is_busy)
    {
      say ("busy");
      return EXIT_FAILURE;
    }
  if (!build (self, &error))
    return give_up (error->message);

  self->loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, terminate_cb, self);
  g_unix_signal_add (SIGINT, terminate_cb, self);
  ship_session_load_async (ship_context_get_session (self->context), NULL, loaded_cb, self);
  g_main_loop_run (self->loop);
  ship_housekeeper_tidy (ship_context_get_housekeeper (self->context));
  /* Still under the lock, so that it is nobody else's yet. */
  g_rmdir (runtime);

  return self->status;
}

int
main (int argc, char *argv[])
{
  static const struct rlimit no_core = { 0, 0 };
  Actor                      self = { .lock = -1 };
  int                        status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, SHIP_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  setrlimit (RLIMIT_CORE, &no_core); /* a core file would hold the keys */
  reserve_ready_fd ();
  signal (SIGPIPE,
          SIG_IGN); /* the client that holds our standard error may be gone long before us */

  if (argc == 3 && g_str_equal (argv[1], "--tidy"))
    return ship_tidy_mode_run (argv[2]);
  if (argc != 2 || !ship_names_is_session_id (argv[1]))
    return give_up (_ ("Usage: ship-session SESSION-ID"));

  self.session_id = argv[1];
  self.paths = ship_paths_new ();
  status = run (&self);

  g_clear_object (&self.policy);
  g_clear_object (&self.context);
  g_clear_pointer (&self.loop, g_main_loop_unref);
  g_clear_pointer (&self.paths, ship_paths_unref);
  if (self.lock >= 0)
    close (self.lock);

  return status;
}
