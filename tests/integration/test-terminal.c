/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include <gio/gunixfdlist.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/*
 * A terminal is a second process in the agent's own sandbox, passed to the client as a descriptor.
 */

static GDBusConnection *
connect_directly (E2eSession *session)
{
  g_autofree char *path = ship_paths_dup_session_socket (session->e2e->paths, session->id);
  g_autofree char *address = g_strconcat ("unix:path=", path, NULL);
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection =
    g_dbus_connection_new_for_address_sync (address,
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                                            NULL,
                                            NULL,
                                            &error);

  g_assert_no_error (error);
  return connection;
}

static int
open_terminal (GDBusConnection *connection, guint *terminal)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_with_unix_fd_list_sync (connection,
                                                   NULL,
                                                   "/dev/ship/Session",
                                                   "dev.ship.Session1",
                                                   "OpenTerminal",
                                                   g_variant_new ("(qq)", 24, 87),
                                                   G_VARIANT_TYPE ("(hu)"),
                                                   G_DBUS_CALL_FLAGS_NONE,
                                                   10000,
                                                   NULL,
                                                   &fds,
                                                   NULL,
                                                   &error);
  int handle;
  int fd;

  g_assert_no_error (error);
  g_variant_get (reply, "(hu)", &handle, terminal);
  fd = g_unix_fd_list_get (fds, handle, &error);
  g_assert_no_error (error);

  return fd;
}

/* Types a line and reads until @expected has come. */
static void
type_and_expect (int fd, const char *line, const char *expected)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  gint64 until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  g_assert_cmpint (write (fd, line, strlen (line)), ==, (gssize) strlen (line));
  while (strstr (seen->str, expected) == NULL)
    {
      struct pollfd ready = { fd, POLLIN, 0 };
      char          buffer[4096];
      gssize        n;

      if (poll (&ready, 1, 100) == 1 && (n = read (fd, buffer, sizeof buffer)) > 0)
        g_string_append_len (seen, buffer, n);
      if (g_get_monotonic_time () > until)
        g_error ("“%s” did not come: %s", expected, seen->str);
    }
}

static void
test_joins_the_sandbox (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "terminal", "a.txt", "a\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  g_autoptr (GDBusConnection) connection = NULL;
  guint  terminal = 0;
  gint64 task;
  int    fd;

  fake_llm_add_tool (e2e->llm,
                     "write",
                     "{\"filePath\":\"/work/b.txt\",\"content\":\"by the agent\\n\"}");
  fake_llm_add_text (e2e->llm, "Wrote b.");
  task = e2e_session_send (session, "Write b");
  e2e_session_await_task (session, task, "complete");

  connection = connect_directly (session);
  fd = open_terminal (connection, &terminal);
  type_and_expect (fd, "cat b.txt; tty; stty size\n", "24 87");
  type_and_expect (fd, "echo here $(cat b.txt)\n", "here by the agent");
  type_and_expect (fd,
                   "echo beside $(tr '\\0' ' ' < /proc/$(pgrep -o opencode)/cmdline)\n",
                   "beside /opt/agent/opencode serve");
  type_and_expect (fd,
                   "echo i am $(id -u); ls /root /home/agent/../.. >/dev/null && echo walls\n",
                   "i am 1000");
  close (fd);
  e2e_session_free (session);
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_test_add_func ("/e2e/terminal/joins-the-sandbox", test_joins_the_sandbox);
  return g_test_run ();
}
