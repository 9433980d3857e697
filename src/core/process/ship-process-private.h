/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "process/ship-process.h"

G_BEGIN_DECLS

typedef struct
{
  int fd;       /* (owned) */
  int child_fd; /* its number in the child */
} ShipProcessFd;

struct _ShipProcessSpec
{
  GPtrArray *argv; /* (owned) (element-type utf8): [0] is the program */
  GStrv      envp; /* (owned) */
  char      *cwd;  /* (owned) (nullable) */
  GArray    *fds;  /* (owned) (element-type ShipProcessFd) */
  guint      rows;
  guint      columns;
  guint      pipe_in : 1;
  guint      pipe_out : 1;
  guint      pipe_err : 1;
  guint      pty : 1;
  guint      detached : 1;
};

/* What the child needs between fork and exec, all made before the fork: no memory may be allocated
 * there. */
typedef struct
{
  const char          *path;
  char *const         *argv;
  char *const         *envp;
  const char          *cwd; /* (nullable) */
  const ShipProcessFd *fds; /* the standard streams too; every fd is above every child_fd */
  gsize                n_fds;
  int                  error_fd; /* above every child_fd; told the errno if exec fails */
  pid_t                parent;
  gboolean             new_session;
  gboolean             controlling_tty; /* of its standard input */
  gboolean             die_with_parent;
} ShipProcessChild;

/* In the child, after fork(): never returns. Async-signal-safe throughout. */
G_NORETURN void ship_process_child_run (const ShipProcessChild *child);

/* The step that failed in the child, as it is written to error_fd. */
typedef struct
{
  int error_number;
  int in_exec; /* TRUE: it was the exec itself, not the preparation */
} ShipProcessFailure;

G_END_DECLS
