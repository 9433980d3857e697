/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-guest-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "sandbox/ship-sandbox-error.h"

/*
 * Packets and descriptors on the control socket, with nothing of GLib's in between: GSocket
 * allocates by what the sender says. Never waits. Stateless.
 */

#define TTYAUX_MAJOR 5
#define PTMX_MINOR   2

gboolean
ship_guest_socket_set_up (int fd, GError **error)
{
  int on = 1;

  if (setsockopt (fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 &&
      fcntl (fd, F_SETFL, O_NONBLOCK) == 0)
    return TRUE;

  g_set_error (error,
               SHIP_SANDBOX_ERROR,
               SHIP_SANDBOX_ERROR_FAILED,
               _ ("The sandbox's control socket could not be made: %s"),
               g_strerror (errno));
  return FALSE;
}

static void
take_rights (ShipGuestPacket *packet, const struct cmsghdr *part)
{
  gsize      n = (part->cmsg_len - CMSG_LEN (0)) / sizeof (int);
  const int *fds = (const int *) CMSG_DATA (part);

  for (gsize i = 0; i < n; i++)
    if (packet->n_fds < SHIP_GUEST_FDS_MAX)
      packet->fds[packet->n_fds++] = fds[i];
    else
      close (fds[i]);
}

static void
take_ancillary (ShipGuestPacket *packet, struct msghdr *message)
{
  for (struct cmsghdr *part = CMSG_FIRSTHDR (message); part != NULL;
       part = CMSG_NXTHDR (message, part))
    {
      struct ucred credentials;

      if (part->cmsg_level != SOL_SOCKET)
        continue;
      if (part->cmsg_type == SCM_RIGHTS)
        take_rights (packet, part);
      else if (part->cmsg_type == SCM_CREDENTIALS &&
               part->cmsg_len == CMSG_LEN (sizeof credentials))
        {
          memcpy (&credentials, CMSG_DATA (part), sizeof credentials);
          packet->pid = credentials.pid;
        }
    }
}

int
ship_guest_socket_receive (int fd, ShipGuestPacket *packet)
{
  struct iovec vector = { packet->data, sizeof packet->data };
  union
  {
    char bytes[CMSG_SPACE (SHIP_GUEST_FDS_MAX * sizeof (int)) + CMSG_SPACE (sizeof (struct ucred))];
    struct cmsghdr align;
  } ancillary;
  struct msghdr message = { .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = &ancillary,
                            .msg_controllen = sizeof ancillary.bytes };
  ssize_t       n = recvmsg (fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

  packet->n_fds = 0;
  packet->pid = 0;
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return -1;
  if (n < 0)
    return 0;

  take_ancillary (packet, &message);
  packet->size = (gsize) n;
  packet->is_truncated = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;

  /* An empty packet is no end of file, which is told by nobody. */
  return n > 0 || packet->pid != 0 || packet->n_fds > 0 ? 1 : 0;
}

void
ship_guest_packet_clear (ShipGuestPacket *packet)
{
  for (guint i = 0; i < packet->n_fds; i++)
    if (packet->fds[i] >= 0)
      close (packet->fds[i]);
  packet->n_fds = 0;
}

int
ship_guest_socket_send (int fd, GBytes *bytes, const int *fds, guint n_fds)
{
  gsize        size;
  const void  *data = g_bytes_get_data (bytes, &size);
  struct iovec vector = { (void *) data, size };
  union
  {
    char           bytes[CMSG_SPACE (SHIP_GUEST_FDS_MAX * sizeof (int))];
    struct cmsghdr align;
  } ancillary = { 0 };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };

  g_return_val_if_fail (n_fds <= SHIP_GUEST_FDS_MAX, 0);

  if (n_fds > 0)
    {
      struct cmsghdr *rights = &ancillary.align;

      message.msg_control = &ancillary;
      message.msg_controllen = CMSG_SPACE (n_fds * sizeof (int));
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN (n_fds * sizeof (int));
      memcpy (CMSG_DATA (rights), fds, n_fds * sizeof (int));
    }

  if (sendmsg (fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
    return 1;
  return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? -1 : 0;
}

gboolean
ship_guest_socket_is_terminal_master (int fd)
{
  struct stat status;
  guint       number;

  return fstat (fd, &status) == 0 && S_ISCHR (status.st_mode) &&
         major (status.st_rdev) == TTYAUX_MAJOR && minor (status.st_rdev) == PTMX_MINOR &&
         isatty (fd) && ioctl (fd, TIOCGPTN, &number) == 0;
}
