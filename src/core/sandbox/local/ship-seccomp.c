/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <linux/btrfs.h>
#include <linux/tty.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/ship-sandbox-error.h"

/*
 * What the kernel refuses to do for anything inside, as a list of refusals over a default of
 * letting through: a development machine needs nearly every system call, debuggers included.
 * Foreign ABIs are killed, so that no call has a second door. Stateless.
 */

#ifndef TIOCLINUX
#define TIOCLINUX 0x541C
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

#define LOW_WORD G_GUINT64_CONSTANT (0xffffffff)

typedef struct
{
  const char *name;
  int         number; /* for calls that libseccomp 2.5 does not know by name */
  int         error;
} Refusal;

/* clang-format off */
static const Refusal refusals[] = {
  /* Kernel interfaces that are mostly attack surface. */
  { "bpf", 0, EPERM },             { "userfaultfd", 0, EPERM },       { "perf_event_open", 0, EPERM },
  { "kexec_load", 0, EPERM },      { "kexec_file_load", 0, EPERM },   { "init_module", 0, EPERM },
  { "finit_module", 0, EPERM },    { "delete_module", 0, EPERM },     { "open_by_handle_at", 0, EPERM },
  { "syslog", 0, EPERM },          { "quotactl", 0, EPERM },          { NULL, 443 /* quotactl_fd */, EPERM },
  { "acct", 0, EPERM },            { "swapon", 0, EPERM },            { "swapoff", 0, EPERM },
  { "reboot", 0, EPERM },          { "settimeofday", 0, EPERM },      { "clock_settime", 0, EPERM },
  { "adjtimex", 0, EPERM },        { "clock_adjtime", 0, EPERM },     { "sethostname", 0, EPERM },
  { "setdomainname", 0, EPERM },   { "iopl", 0, EPERM },              { "ioperm", 0, EPERM },
  { "nfsservctl", 0, EPERM },      { "uselib", 0, EPERM },            { "ustat", 0, EPERM },
  { "sysfs", 0, EPERM },           { "_sysctl", 0, EPERM },           { "lookup_dcookie", 0, EPERM },
  { "vhangup", 0, EPERM },         { "fanotify_init", 0, EPERM },     { "modify_ldt", 0, EPERM },
  { "move_pages", 0, EPERM },      { "migrate_pages", 0, EPERM },

  /* Keyrings belong to a user, not to a namespace. */
  { "add_key", 0, EPERM },         { "keyctl", 0, EPERM },            { "request_key", 0, EPERM },

  /* io_uring opens sockets without socket(). */
  { NULL, 425 /* io_uring_setup */, ENOSYS },
  { NULL, 426 /* io_uring_enter */, ENOSYS },
  { NULL, 427 /* io_uring_register */, ENOSYS },

  /* No mounts and no namespaces. */
  { "unshare", 0, EPERM },         { "setns", 0, EPERM },             { "mount", 0, EPERM },
  { "umount", 0, EPERM },          { "umount2", 0, EPERM },           { "pivot_root", 0, EPERM },
  { "chroot", 0, EPERM },
  { NULL, 428 /* open_tree */, ENOSYS },     { NULL, 429 /* move_mount */, ENOSYS },
  { NULL, 430 /* fsopen */, ENOSYS },        { NULL, 431 /* fsconfig */, ENOSYS },
  { NULL, 432 /* fsmount */, ENOSYS },       { NULL, 433 /* fspick */, ENOSYS },
  { NULL, 442 /* mount_setattr */, ENOSYS }, { NULL, 467 /* open_tree_attr */, ENOSYS },

  /* Their flags and modes are behind pointers, where no filter sees them. libc falls back. */
  { NULL, 435 /* clone3 */, ENOSYS },
  { NULL, 437 /* openat2 */, ENOSYS },
};

static const unsigned long namespace_flags[] = {
  CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWCGROUP,
};
/* clang-format on */

/* The first failure is kept: a filter with a hole is not a filter. */
typedef struct
{
  scmp_filter_ctx context;
  int             result;
} Filter;

/* @number: a call this architecture does not have is no hole */
static void
refuse_when (Filter *self, int error, int number, guint n_tests, const struct scmp_arg_cmp *tests)
{
  int result;

  if (number < 0)
    return;

  result = seccomp_rule_add_array (self->context, SCMP_ACT_ERRNO (error), number, n_tests, tests);
  if (result < 0 && self->result == 0)
    self->result = result;
}

/* Only the low 32 bits of an argument: the kernel ignores the rest of an int, and so must a test
 * (CVE-2019-10063). */
static void
refuse_bits (Filter *self, int error, int number, guint argument, guint64 mask, guint64 value)
{
  struct scmp_arg_cmp test = SCMP_CMP64 (argument, SCMP_CMP_MASKED_EQ, mask, value);

  refuse_when (self, error, number, 1, &test);
}

static void
refuse_listed (Filter *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      const Refusal *refusal = &refusals[i];
      int            number = refusal->number;

      if (refusal->name != NULL)
        number = seccomp_syscall_resolve_name (refusal->name);
      refuse_when (self, refusal->error, number, 0, NULL);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (namespace_flags); i++)
    refuse_bits (self, EPERM, SCMP_SYS (clone), 0, namespace_flags[i], namespace_flags[i]);
}

/* Pushing characters into a terminal's input. */
static void
refuse_terminal_input (Filter *self)
{
  refuse_bits (self, EPERM, SCMP_SYS (ioctl), 1, LOW_WORD, TIOCSTI);
  refuse_bits (self, EPERM, SCMP_SYS (ioctl), 1, LOW_WORD, TIOCLINUX);
}

/* On btrfs a user makes subvolumes, and makes them read-only: the host could not remove those. */
static void
refuse_subvolumes (Filter *self)
{
  static const guint64 requests[] = {
    BTRFS_IOC_SUBVOL_CREATE,   BTRFS_IOC_SUBVOL_CREATE_V2, BTRFS_IOC_SNAP_CREATE,
    BTRFS_IOC_SNAP_CREATE_V2,  BTRFS_IOC_SUBVOL_SETFLAGS,  BTRFS_IOC_SNAP_DESTROY,
    BTRFS_IOC_SNAP_DESTROY_V2,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    refuse_bits (self, EPERM, SCMP_SYS (ioctl), 1, LOW_WORD, requests[i]);
}

/* Debuggers ask (all ones) and turn address randomization off. Each other bit is refused: where the
 * top bit is clear because it is set, where the top bit is set because another one is not. */
static void
refuse_personalities (Filter *self)
{
  const guint64 top = G_GUINT64_CONSTANT (0x80000000);

  for (guint i = 0; i < 31; i++)
    {
      guint64 bit = G_GUINT64_CONSTANT (1) << i;

      if (bit != ADDR_NO_RANDOMIZE)
        refuse_bits (self, EPERM, SCMP_SYS (personality), 0, top | bit, bit);
      refuse_bits (self, EPERM, SCMP_SYS (personality), 0, top | bit, top);
    }
}

/* A setuid file in the working copy would be one on the host, owned by the user. */
static void
refuse_setuid_files (Filter *self)
{
  static const unsigned bits[] = { S_ISUID, S_ISGID };

  for (gsize i = 0; i < G_N_ELEMENTS (bits); i++)
    {
      const struct scmp_arg_cmp open_tests[] = {
        SCMP_CMP64 (1, SCMP_CMP_MASKED_EQ, O_CREAT, O_CREAT),
        SCMP_CMP64 (2, SCMP_CMP_MASKED_EQ, bits[i], bits[i]),
      };
      const struct scmp_arg_cmp openat_tests[] = {
        SCMP_CMP64 (2, SCMP_CMP_MASKED_EQ, O_CREAT, O_CREAT),
        SCMP_CMP64 (3, SCMP_CMP_MASKED_EQ, bits[i], bits[i]),
      };

      refuse_bits (self, EPERM, SCMP_SYS (chmod), 1, bits[i], bits[i]);
      refuse_bits (self, EPERM, SCMP_SYS (fchmod), 1, bits[i], bits[i]);
      refuse_bits (self, EPERM, SCMP_SYS (fchmodat), 2, bits[i], bits[i]);
      refuse_bits (self, EPERM, 452 /* fchmodat2 */, 2, bits[i], bits[i]);
      refuse_bits (self, EPERM, SCMP_SYS (creat), 1, bits[i], bits[i]);
      refuse_bits (self, EPERM, SCMP_SYS (mknod), 1, bits[i], bits[i]);
      refuse_bits (self, EPERM, SCMP_SYS (mknodat), 2, bits[i], bits[i]);
      refuse_when (self, EPERM, SCMP_SYS (open), 2, open_tests);
      refuse_when (self, EPERM, SCMP_SYS (openat), 2, openat_tests);
    }
}

static void
refuse_devices (Filter *self)
{
  static const unsigned kinds[] = { S_IFBLK, S_IFCHR };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      refuse_bits (self, EPERM, SCMP_SYS (mknod), 1, S_IFMT, kinds[i]);
      refuse_bits (self, EPERM, SCMP_SYS (mknodat), 2, S_IFMT, kinds[i]);
    }
}

/* UNIX, INET, INET6 and NETLINK's routing part (getifaddrs) are left. A network namespace does not
 * cover AF_VSOCK, and the rest is attack surface. */
static void
refuse_sockets (Filter *self)
{
  static const int          allowed[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
  const int                 number = SCMP_SYS (socket);
  const struct scmp_arg_cmp netlink_tests[] = {
    SCMP_CMP64 (0, SCMP_CMP_MASKED_EQ, LOW_WORD, AF_NETLINK),
    SCMP_CMP64 (2, SCMP_CMP_NE, 0),
  };
  const struct scmp_arg_cmp high_test = SCMP_CMP64 (0, SCMP_CMP_GE, 64);

  for (int family = 0; family < 64; family++)
    {
      gboolean is_allowed = FALSE;

      for (gsize i = 0; i < G_N_ELEMENTS (allowed); i++)
        is_allowed |= family == allowed[i];
      if (!is_allowed)
        refuse_bits (self, EAFNOSUPPORT, number, 0, LOW_WORD, (guint64) family);
    }
  refuse_when (self, EAFNOSUPPORT, number, 1, &high_test);
  refuse_when (self, EPROTONOSUPPORT, number, 2, netlink_tests);

  for (gsize i = 0; i < G_N_ELEMENTS (allowed); i++)
    {
      const struct scmp_arg_cmp raw_tests[] = {
        SCMP_CMP64 (0, SCMP_CMP_MASKED_EQ, LOW_WORD, (guint64) allowed[i]),
        SCMP_CMP64 (1, SCMP_CMP_MASKED_EQ, 0xf, SOCK_RAW),
      };

      if (allowed[i] == AF_INET || allowed[i] == AF_INET6)
        refuse_when (self, EPERM, number, 2, raw_tests);
    }
}

static int
build (Filter *self)
{
  int result = seccomp_attr_set (self->context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

  if (result < 0)
    return result;

  refuse_listed (self);
  refuse_terminal_input (self);
  refuse_subvolumes (self);
  refuse_personalities (self);
  refuse_setuid_files (self);
  refuse_devices (self);
  refuse_sockets (self);

  /* A binary tree over the calls. Older libraries cannot, and make a slower filter that does the
   * same. */
  (void) seccomp_attr_set (self->context, SCMP_FLTATR_CTL_OPTIMIZE, 2);

  return self->result;
}

int
ship_seccomp_open_filter (GError **error)
{
  Filter filter = { .context = seccomp_init (SCMP_ACT_ALLOW) };
  int    fd = memfd_create ("ship-filter", MFD_CLOEXEC);
  int    result = -ENOMEM;

  if (filter.context != NULL)
    result = build (&filter);
  if (result >= 0)
    result = fd < 0 ? -errno : seccomp_export_bpf (filter.context, fd);
  if (result >= 0 && lseek (fd, 0, SEEK_SET) != 0)
    result = -errno;
  seccomp_release (filter.context);

  if (result < 0)
    {
      g_set_error (error,
                   SHIP_SANDBOX_ERROR,
                   SHIP_SANDBOX_ERROR_FAILED,
                   _ ("The filter of system calls could not be made: %s"),
                   g_strerror (-result));
      if (fd >= 0)
        close (fd);
      return -1;
    }

  return fd;
}
