/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-tidy-mode.h"

#include "context/ship-tidy.h"

#include <glib-unix.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LEAST_NICE 19

/* Of ioprio_set(2), which the C library does not have: this process, in the class "idle". */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_IDLE        (3 << 13)

typedef struct
{
  GMainLoop    *loop;        /* (owned) */
  GCancellable *cancellable; /* (owned) */
  int           status;
} Mode;

/* What it starts inherits this. Where it is not possible it is done all the same. */
static void
give_way (void)
{
  if (setpriority (PRIO_PROCESS, 0, LEAST_NICE) != 0)
    g_debug ("The processor's priority could not be lowered");
  if (syscall (SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_IDLE) != 0)
    g_debug ("The disk's priority could not be lowered");
}

static gboolean
terminate_cb (gpointer user_data)
{
  Mode *self = user_data;

  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_CONTINUE;
}

static void
tidied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Mode *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_tidy_finish (result, &error))
    self->status = EXIT_FAILURE;
  g_main_loop_quit (self->loop);
}

int
ship_tidy_mode_run (const char *repository)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  Mode self = { g_main_loop_new (NULL, FALSE), g_cancellable_new (), EXIT_SUCCESS };

  give_way ();
  g_unix_signal_add (SIGTERM, terminate_cb, &self);
  g_unix_signal_add (SIGINT, terminate_cb, &self);
  ship_tidy_async (paths, repository, self.cancellable, tidied_cb, &self);
  g_main_loop_run (self.loop);
  g_main_loop_unref (self.loop);
  g_object_unref (self.cancellable);

  return self.status;
}
