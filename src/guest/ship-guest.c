/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "egress/ship-egress-protocol.h"
#include "ship-guest-capture.h"
#include "ship-guest-check.h"
#include "ship-guest-children.h"
#include "ship-guest-protocol.h"
#include "ship-guest-relay.h"

/*
 * ship-guest: process 1 of a sandbox, started by bubblewrap. One thread, one poll() loop. It starts
 * what the host asks for, reaps everything, joins streams of the host to ports inside, and hands
 * each connection made to 127.0.0.1:3128 out to the host's front door. It shares its user with the
 * agent, so it makes itself undumpable, and the host trusts nothing that it says.
 *
 *   ship-guest PROCESSES DESCRIPTORS FILE-SIZE DATA CONTROL [CONNECTIONS] [-- PATH…]
 *
 * The limits of everything inside, the numbers of the inherited sockets, and what is mounted beside
 * the usual.
 *
 * End of file on either ends it, and with it (process 1) everything inside.
 */

#define GATEWAY_PORT   3128
#define N_LIMITS       4
#define HOST_FDS_MAX   3
#define OOM_SCORE      800
#define OOM_SCORE_TEXT "800"

enum
{
  POLL_CONTROL,
  POLL_CHILDREN,
  POLL_CONNECTIONS,
  POLL_LISTENER,
  POLL_NAMES,
  POLL_HTTP,
  POLL_HTTPS,
  POLL_RELAYS,
  N_POLLS = POLL_RELAYS + 2 * SHIP_GUEST_RELAYS_MAX,
};

typedef struct
{
  int control;
  int connections; /* -1 without a gateway */
  int listener;
  int child_signals;
  int accepted; /* a connection that could not be handed out yet, or -1 */

  const char *const *extra; /* NULL-terminated: what is mounted beside the usual */

  ShipGuestCapture *capture; /* NULL for none */
  ShipEgressArrived arrived; /* where the accepted connection was meant to go; or port 0 */

  ShipGuestChildren children;
  ShipGuestRelays   relays;
  char              message[SHIP_GUEST_MESSAGE_MAX];
  char              sentence[SHIP_GUEST_SENTENCE_MAX]; /* of a wall that does not stand */
} ShipGuest;

static void
end (int code)
{
  kill (-1, SIGKILL);
  _exit (code);
}

static int
parse_fd (const char *text)
{
  char *rest = NULL;
  long  fd = strtol (text, &rest, 10);

  return rest != text && *rest == '\0' && fd > 2 && fd < 16 ? (int) fd : -1;
}

/* 0: it is none */
static rlim_t
parse_limit (const char *text)
{
  char     *rest = NULL;
  long long value = strtoll (text, &rest, 10);

  return rest != text && *rest == '\0' && value > 0 ? (rlim_t) value : 0;
}

static bool
limit (int resource, rlim_t value)
{
  struct rlimit limits = { value, value };
  struct rlimit now;

  /* Lower limits of the host stay. */
  if (getrlimit (resource, &now) == 0 && now.rlim_max < value)
    limits.rlim_cur = limits.rlim_max = now.rlim_max;

  return setrlimit (resource, &limits) == 0;
}

/* When memory is short, the sandbox ends before the user's own programs. */
static bool
die_first (void)
{
  char    text[16] = "";
  int     fd = open ("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read (fd, text, sizeof text - 1) : -1;
  bool    done = n > 0 && (strtol (text, NULL, 10) >= OOM_SCORE ||
                        pwrite (fd, OOM_SCORE_TEXT, strlen (OOM_SCORE_TEXT), 0) > 0);

  if (fd >= 0)
    close (fd);
  return done;
}

/* For this process and all that follow, which lower the first two of them once more. RLIMIT_NPROC
 * counts by user namespace, so it is the sandbox's own. */
static bool
limit_everything (const ShipGuestLimits *limits)
{
  rlim_t descriptors =
    limits->descriptors > SHIP_GUEST_DESCRIPTORS ? limits->descriptors : SHIP_GUEST_DESCRIPTORS;

  umask (022);

  return die_first () && limit (RLIMIT_NPROC, limits->processes + SHIP_GUEST_RESERVED) &&
         limit (RLIMIT_NOFILE, descriptors) && limit (RLIMIT_FSIZE, limits->file_size) &&
         limit (RLIMIT_DATA, limits->data) && limit (RLIMIT_CORE, 0);
}

static void
wipe_environment (char **environment)
{
  for (char **entry = environment; *entry != NULL; entry++)
    explicit_bzero (*entry, strlen (*entry));
  environment[0] = NULL;
}

/* Nothing but the two sockets and the streams may be open, whatever the launcher left. */
static bool
close_others (const ShipGuest *self)
{
  for (int fd = 3; fd < 16; fd++)
    if (fd != self->control && fd != self->connections)
      close (fd);
    else if (fcntl (fd, F_SETFD, FD_CLOEXEC) != 0)
      return false;

  return syscall (SYS_close_range, 16U, ~0U, 0U) == 0;
}

static bool
mute_streams (void)
{
  int fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  for (int i = 0; i < 3; i++)
    if (fd < 0 || dup2 (fd, i) < 0)
      return false;
  close (fd);

  return true;
}

static bool
listen_for_gateway (ShipGuest *self)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (GATEWAY_PORT),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };

  if (self->connections < 0)
    return true;

  self->capture = ship_guest_capture_new ();
  self->listener = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return self->listener >= 0 &&
         bind (self->listener, (const struct sockaddr *) &address, sizeof address) == 0 &&
         listen (self->listener, 128) == 0;
}

static bool
watch_children (ShipGuest *self)
{
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGCHLD);
  sigprocmask (SIG_BLOCK, &set, NULL);
  signal (SIGPIPE, SIG_IGN);
  self->child_signals = signalfd (-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);

  return self->child_signals >= 0;
}

/* Nothing can be said of it to the host, or taken from it, but by @self->control. Returns: what
 * keeps that from being so, or NULL */
static const char *
close_up (ShipGuest *self)
{
  const int   fds[] = { self->control, self->connections };
  const char *failed;

  if (!mute_streams ())
    return "it has no null device";
  if (!close_others (self))
    return "it inherited descriptors";
  failed = ship_guest_check_descriptors (fds, 2);
  if (failed != NULL)
    return failed;
  /* From here on it can neither read nor write its own files in /proc. */
  if (prctl (PR_SET_DUMPABLE, 0) != 0)
    return "its first process could be inspected";

  return ship_guest_check_itself (&self->children.limits, self->control);
}

/* Returns: what keeps this from being a sandbox, or NULL */
static const char *
set_up (ShipGuest *self)
{
  const char *failed =
    ship_guest_check_walls (self->extra, self->message, sizeof self->message, self->sentence);

  if (failed != NULL)
    return failed;
  /* With bubblewrap; with the host it ends by the end of file on its sockets. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0)
    return "it could outlive its launcher";
  if (!limit_everything (&self->children.limits))
    return "its limits could not be set";
  failed = close_up (self);
  if (failed != NULL)
    return failed;
  if (!watch_children (self))
    return "it could not watch its processes";
  if (!listen_for_gateway (self))
    return "its gateway port could not be opened";

  return NULL;
}

static bool
dispatch_message (ShipGuest *self, ShipGuestHeader *header, int *fds, int n_fds)
{
  char *payload = self->message + sizeof *header;

  switch (header->type)
    {
    case SHIP_GUEST_SPAWN:
      return ship_guest_children_spawn (&self->children,
                                        self->control,
                                        header,
                                        payload,
                                        fds,
                                        n_fds);
    case SHIP_GUEST_SIGNAL:
      return n_fds == 0 && header->size == 0 &&
             ship_guest_children_signal (&self->children, header);
    case SHIP_GUEST_CONNECT:
      if (n_fds != 1 || header->size != 0 || header->value < 1 || header->value > UINT16_MAX)
        return false;
      ship_guest_relays_connect (&self->relays, (uint16_t) header->value, fds[0]);
      fds[0] = -1;
      return true;
    default:
      return false;
    }
}

static int
take_fds (struct msghdr *message, int *fds)
{
  int n_fds = 0;

  for (struct cmsghdr *part = CMSG_FIRSTHDR (message); part != NULL;
       part = CMSG_NXTHDR (message, part))
    if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS && n_fds == 0)
      {
        n_fds = (int) ((part->cmsg_len - CMSG_LEN (0)) / sizeof (int));
        memcpy (fds, CMSG_DATA (part), (size_t) n_fds * sizeof (int));
      }

  return n_fds;
}

/* Returns: false when the host is gone or said what it may not say */
static bool
receive_message (ShipGuest *self)
{
  int             fds[HOST_FDS_MAX] = { -1, -1, -1 };
  ShipGuestHeader header;
  struct iovec    vector = { self->message, sizeof self->message };
  union
  {
    char           bytes[CMSG_SPACE (HOST_FDS_MAX * sizeof (int))];
    struct cmsghdr align;
  } ancillary;
  struct msghdr message = { .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = &ancillary,
                            .msg_controllen = sizeof ancillary.bytes };
  ssize_t       n = recvmsg (self->control, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  int           n_fds;
  bool          understood;

  if (n < 0)
    return errno == EAGAIN || errno == EINTR;

  n_fds = take_fds (&message, fds);
  understood = (size_t) n >= sizeof header && (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  if (understood)
    {
      memcpy (&header, self->message, sizeof header);
      understood =
        header.size == (size_t) n - sizeof header && dispatch_message (self, &header, fds, n_fds);
    }

  for (int i = 0; i < n_fds; i++)
    if (fds[i] >= 0)
      close (fds[i]);

  return understood;
}

/* @port: what @listener stands for; 0: the gateway */
static void
accept_connection (ShipGuest *self, int listener, uint16_t port)
{
  const char *host;

  self->accepted = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
  self->arrived.port = port;
  if (self->accepted < 0 || port == 0)
    return;

  host = ship_guest_capture_get_host (self->capture, self->accepted);
  if (host != NULL)
    {
      memcpy (self->arrived.host, host, strlen (host) + 1);
      return;
    }
  close (self->accepted);
  self->accepted = -1;
}

/* The accepted socket itself goes out, so that nothing is copied here. */
static void
hand_out_connection (ShipGuest *self)
{
  char         byte = 'c';
  struct iovec vector = self->arrived.port == 0
                          ? (struct iovec){ &byte, 1 }
                          : (struct iovec){ &self->arrived, sizeof self->arrived };
  union
  {
    char           bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } ancillary = { .align = { .cmsg_level = SOL_SOCKET,
                             .cmsg_type = SCM_RIGHTS,
                             .cmsg_len = CMSG_LEN (sizeof (int)) } };
  struct msghdr message = { .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = &ancillary,
                            .msg_controllen = sizeof ancillary.bytes };

  if (self->accepted < 0)
    return;

  memcpy (CMSG_DATA (&ancillary.align), &self->accepted, sizeof (int));
  if (sendmsg (self->connections, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == EAGAIN)
    return;

  close (self->accepted);
  self->accepted = -1;
}

static void
prepare_polls (const ShipGuest *self, struct pollfd *polls)
{
  bool is_full = self->accepted >= 0;

  polls[POLL_CONTROL] = (struct pollfd){ .fd = self->control, .events = POLLIN };
  polls[POLL_CHILDREN] = (struct pollfd){ .fd = self->child_signals, .events = POLLIN };
  polls[POLL_CONNECTIONS] =
    (struct pollfd){ .fd = self->connections, .events = is_full ? POLLOUT : 0 };
  polls[POLL_LISTENER] = (struct pollfd){ .fd = is_full ? -1 : self->listener, .events = POLLIN };
  polls[POLL_NAMES] = polls[POLL_HTTP] = polls[POLL_HTTPS] =
    (struct pollfd){ .fd = -1, .events = POLLIN };
  if (self->capture != NULL)
    polls[POLL_NAMES].fd = ship_guest_capture_get_names_fd (self->capture);
  if (self->capture != NULL && !is_full)
    {
      polls[POLL_HTTP].fd = ship_guest_capture_get_http_fd (self->capture);
      polls[POLL_HTTPS].fd = ship_guest_capture_get_https_fd (self->capture);
    }
  ship_guest_relays_prepare (&self->relays, polls + POLL_RELAYS);
}

/* One from each door, so that none of them waits for another. */
static void
serve_connections (ShipGuest *self, const struct pollfd *polls)
{
  static const struct
  {
    int      poll;
    uint16_t port;
  } doors[] = { { POLL_LISTENER, 0 },
                { POLL_HTTP, SHIP_EGRESS_HTTP_PORT },
                { POLL_HTTPS, SHIP_EGRESS_HTTPS_PORT } };

  if (polls[POLL_NAMES].revents != 0)
    ship_guest_capture_answer (self->capture);
  if ((polls[POLL_CONNECTIONS].revents & POLLOUT) != 0)
    hand_out_connection (self);
  for (size_t i = 0; i < sizeof doors / sizeof *doors; i++)
    if (polls[doors[i].poll].revents != 0 && self->accepted < 0)
      {
        accept_connection (self, polls[doors[i].poll].fd, doors[i].port);
        hand_out_connection (self);
      }
}

static bool
serve_once (ShipGuest *self)
{
  struct signalfd_siginfo ignored;
  struct pollfd           polls[N_POLLS];

  prepare_polls (self, polls);
  if (poll (polls, N_POLLS, -1) < 0)
    return errno == EINTR;

  if ((polls[POLL_CONNECTIONS].revents & (POLLHUP | POLLERR)) != 0)
    return false;
  if (polls[POLL_CHILDREN].revents != 0)
    {
      while (read (self->child_signals, &ignored, sizeof ignored) > 0)
        continue;
      if (!ship_guest_children_reap (&self->children, self->control))
        return false;
    }
  serve_connections (self, polls);
  ship_guest_relays_dispatch (&self->relays, polls + POLL_RELAYS);

  return polls[POLL_CONTROL].revents == 0 || receive_message (self);
}

static bool
parse_arguments (ShipGuest *self, int argc, char **argv)
{
  static const char *const none[] = { NULL };
  ShipGuestLimits         *limits = &self->children.limits;
  char                   **fds = argv + 1 + N_LIMITS;
  int                      n_fds = 0;

  while (1 + N_LIMITS + n_fds < argc && strcmp (fds[n_fds], "--") != 0)
    n_fds++;
  self->extra = 1 + N_LIMITS + n_fds < argc ? (const char *const *) fds + n_fds + 1 : none;
  if (n_fds < 1 || n_fds > 2)
    return false;
  limits->processes = parse_limit (argv[1]);
  limits->descriptors = parse_limit (argv[2]);
  limits->file_size = parse_limit (argv[3]);
  limits->data = parse_limit (argv[4]);
  self->control = parse_fd (fds[0]);
  self->connections = n_fds == 2 ? parse_fd (fds[1]) : -1;

  return limits->processes > 0 && limits->descriptors > 0 && limits->file_size > 0 &&
         limits->data > 0 && self->control >= 0 && (n_fds == 1 || self->connections >= 0);
}

int
main (int argc, char **argv, char **environment)
{
  ShipGuest       guest = { .listener = -1, .child_signals = -1, .accepted = -1 };
  ShipGuestHeader ready = { .type = SHIP_GUEST_READY, .value = SHIP_GUEST_PROTOCOL_VERSION };
  const char     *failed;

  if (!parse_arguments (&guest, argc, argv))
    {
      fputs ("ship-guest: it is started by Ship, not by hand\n", stderr);
      return 2;
    }

  failed = ship_guest_check_environment (environment);
  wipe_environment (environment);
  if (failed == NULL)
    failed = set_up (&guest);
  ready.size = failed != NULL ? (uint32_t) strlen (failed) : 0;
  if (!ship_guest_send (guest.control, &ready, failed, -1) || failed != NULL)
    end (1);

  while (serve_once (&guest))
    continue;
  end (0);
}
