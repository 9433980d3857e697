/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

#define SHIP_PROCESS_ERROR (ship_process_error_quark ())
GQuark ship_process_error_quark (void);

typedef enum
{
  SHIP_PROCESS_ERROR_FAILED,
  SHIP_PROCESS_ERROR_NOT_FOUND, /* no such program */
} ShipProcessError;

/*
 * What to run. Plain struct, built up, used once. The child's environment is exactly what was set
 * here: nothing is inherited, neither variables nor descriptors.
 */
typedef struct _ShipProcessSpec ShipProcessSpec;

ShipProcessSpec *ship_process_spec_new (const char *program);
void             ship_process_spec_free (ShipProcessSpec *self);
void             ship_process_spec_add_arg (ShipProcessSpec *self, const char *arg);
void ship_process_spec_set_env (ShipProcessSpec *self, const char *name, const char *value);
void ship_process_spec_inherit_env (ShipProcessSpec *self, const char *name);
void ship_process_spec_set_cwd (ShipProcessSpec *self, const char *path);
/* @fd: (transfer full): appears in the child as @child_fd (3 or more). */
void ship_process_spec_take_fd (ShipProcessSpec *self, int fd, int child_fd);
/* Standard streams: pipes to us; default is /dev/null. */
void ship_process_spec_set_pipes (ShipProcessSpec *self, gboolean in, gboolean out, gboolean err);
/* Standard streams on a new pseudo-terminal; its master is ship_process_get_pty_fd(). */
void ship_process_spec_set_pty (ShipProcessSpec *self, guint rows, guint columns);
/* The child leads a new session and is not tied to us: it survives our end. Default: it gets
 * @signal SIGKILL when the thread that spawned it (the main thread) ends. */
void ship_process_spec_set_detached (ShipProcessSpec *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipProcessSpec, ship_process_spec_free)

#define SHIP_TYPE_PROCESS (ship_process_get_type ())
G_DECLARE_FINAL_TYPE (ShipProcess, ship_process, SHIP, PROCESS, GObject)

/* Main thread. Takes @spec. A process that is not detached is killed when the object is disposed.
 */
ShipProcess *ship_process_spawn (ShipProcessSpec *spec, GError **error);

pid_t          ship_process_get_pid (ShipProcess *self);
GOutputStream *ship_process_get_stdin (ShipProcess *self);  /* (transfer none) (nullable) */
GInputStream  *ship_process_get_stdout (ShipProcess *self); /* (transfer none) (nullable) */
GInputStream  *ship_process_get_stderr (ShipProcess *self); /* (transfer none) (nullable) */
int            ship_process_get_pty_fd (ShipProcess *self); /* -1 if none; stays ours */
gboolean       ship_process_is_running (ShipProcess *self);
void           ship_process_signal (ShipProcess *self, int signal);

/* The wait status as of waitpid(2). */
void     ship_process_wait_async (ShipProcess        *self,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
gboolean ship_process_wait_finish (ShipProcess  *self,
                                   GAsyncResult *result,
                                   int          *wait_status,
                                   GError      **error);

G_END_DECLS
