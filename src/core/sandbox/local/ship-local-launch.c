/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-local-launch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/local/ship-local-failure.h"
#include "sandbox/local/ship-local-sandbox.h"
#include "sandbox/local/ship-seccomp.h"
#include "sandbox/ship-sandbox-error.h"
#include "sandbox/ship-toolchain.h"

/*
 * The command line and the descriptors of ship-launch. Nothing that says who or where we are is on
 * the command line: bubblewrap's arguments, the filter and the files made for the sandbox go as
 * memory files. As root the trees go as descriptors too, and appear to bubblewrap below a directory
 * that its user can enter.
 */

#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define DATA_MIN                                                                                   \
  (8 * GIB) /* of one process, touched or not: runtimes reserve more than they use                 \
             */
#define TEMPORARY_MAX (GIB / 2)
#define TEMPORARY_SHARE                                                                            \
  8 /* of the memory that all processes may use: they count there only with a cgroup */
#define MAX_OVERLAY (2 + SHIP_LOCAL_MAX_LAYERS) /* where it appears, what is written, layers */
#define MAX_STAGED  (SHIP_LOCAL_N_TREES + SHIP_TOOLCHAINS_MAX + MAX_OVERLAY)

struct _ShipLocalLaunch
{
  char    *program;                   /* (owned) */
  char    *bwrap;                     /* (owned) (nullable): until prepared */
  char    *trees[SHIP_LOCAL_N_TREES]; /* (owned) (element nullable) */
  char   **overlay;      /* (owned) (nullable): the directory of what is written, layers */
  gboolean is_read_only; /* the working copy */

  ShipPaths *paths;      /* (owned) */
  char     **wanted;     /* (owned) (nullable): tool chains, as the user names them */
  GPtrArray *toolchains; /* (owned) (element-type ShipToolchain) */
  GPtrArray *complaints; /* (owned) (element-type utf8) */

  ShipSandboxLimits limits;
  const char       *stage_dir; /* (unowned) (nullable): as root only */
  int               args;      /* (owned): or -1, as all that follow */
  int               filter;
  int               files[SHIP_LOCAL_N_FILES];
  int               staged[MAX_STAGED];
  guint             n_staged;
  guint             n_overlay; /* the last of them */
};

ShipLocalLaunch *
ship_local_launch_new (ShipPaths *paths, const char *const trees[SHIP_LOCAL_N_TREES])
{
  ShipLocalLaunch *self = g_new0 (ShipLocalLaunch, 1);

  self->paths = ship_paths_ref (paths);
  self->program = ship_paths_dup_program (paths, "ship-launch");
  self->toolchains = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_toolchain_free);
  self->complaints = g_ptr_array_new_with_free_func (g_free);
  self->limits.values[SHIP_SANDBOX_LIMIT_PROCESSES] = 512;
  self->limits.values[SHIP_SANDBOX_LIMIT_DESCRIPTORS] = 4096;
  self->limits.values[SHIP_SANDBOX_LIMIT_FILE_SIZE] = 2 * GIB;
  self->args = -1;
  self->filter = -1;
  for (guint i = 0; i < SHIP_LOCAL_N_FILES; i++)
    self->files[i] = -1;
  for (guint i = 0; i < SHIP_LOCAL_N_TREES; i++)
    if (trees[i] != NULL)
      self->trees[i] = g_canonicalize_filename (trees[i], NULL);
  self->trees[SHIP_LOCAL_TREE_GUEST] = ship_paths_dup_program (paths, "ship-guest");

  return self;
}

void
ship_local_launch_set_read_only (ShipLocalLaunch *self)
{
  self->is_read_only = TRUE;
}

void
ship_local_launch_set_limits (ShipLocalLaunch *self, const ShipSandboxLimits *limits)
{
  self->limits = *limits;
}

void
ship_local_launch_set_overlay (ShipLocalLaunch   *self,
                               const char        *state,
                               const char *const *layers,
                               const char        *index_file)
{
  guint n_layers = g_strv_length ((char **) layers);

  g_return_if_fail (n_layers > 0 && n_layers <= SHIP_LOCAL_MAX_LAYERS && self->overlay == NULL);

  self->trees[SHIP_LOCAL_TREE_INDEX] = g_strdup (index_file);
  self->overlay = g_new0 (char *, n_layers + 2);
  self->overlay[0] = g_strdup (state);
  for (guint i = 0; i < n_layers; i++)
    self->overlay[i + 1] = g_strdup (layers[i]);
}

void
ship_local_launch_set_index (ShipLocalLaunch *self, const char *index_file)
{
  g_return_if_fail (self->trees[SHIP_LOCAL_TREE_INDEX] == NULL);

  self->trees[SHIP_LOCAL_TREE_INDEX] = g_strdup (index_file);
}

void
ship_local_launch_set_toolchains (ShipLocalLaunch *self, const char *const *entries)
{
  g_return_if_fail (self->wanted == NULL);

  self->wanted = g_strdupv ((char **) entries);
}

char **
ship_local_launch_dup_environment (ShipLocalLaunch *self)
{
  return ship_toolchain_add_environment (self->toolchains, ship_local_profile_get_environment ());
}

GPtrArray *
ship_local_launch_get_complaints (ShipLocalLaunch *self)
{
  return self->complaints;
}

const char *
ship_local_launch_get_home (ShipLocalLaunch *self)
{
  return self->trees[SHIP_LOCAL_TREE_HOME];
}

const char *
ship_local_launch_get_written (ShipLocalLaunch *self)
{
  return self->overlay != NULL ? self->overlay[0] : self->trees[SHIP_LOCAL_TREE_WORK];
}

static void
close_one (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

void
ship_local_launch_free (ShipLocalLaunch *self)
{
  close_one (&self->args);
  close_one (&self->filter);
  for (guint i = 0; i < SHIP_LOCAL_N_FILES; i++)
    close_one (&self->files[i]);
  for (guint i = 0; i < self->n_staged; i++)
    close_one (&self->staged[i]);
  for (guint i = 0; i < SHIP_LOCAL_N_TREES; i++)
    g_free (self->trees[i]);
  g_strfreev (self->overlay);
  g_strfreev (self->wanted);
  ship_paths_unref (self->paths);
  g_ptr_array_unref (self->toolchains);
  g_ptr_array_unref (self->complaints);
  g_free (self->bwrap);
  g_free (self->program);
  g_free (self);
}

/* Of /tmp, and of /dev/shm. */
static guint64
get_temporary_size (ShipLocalLaunch *self)
{
  guint64 memory = self->limits.values[SHIP_SANDBOX_LIMIT_MEMORY];

  return memory > 0 ? MIN (memory / TEMPORARY_SHARE, TEMPORARY_MAX) : TEMPORARY_MAX;
}

static int
new_memory_file (const void *data, gsize size, GError **error)
{
  int fd = memfd_create ("ship", MFD_CLOEXEC);

  if (fd >= 0 && write (fd, data, size) == (gssize) size && lseek (fd, 0, SEEK_SET) == 0)
    return fd;

  g_set_error (error,
               SHIP_SANDBOX_ERROR,
               SHIP_SANDBOX_ERROR_FAILED,
               _ ("The sandbox's settings could not be written: %s"),
               g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Where root's mounts may go: a directory that is there and of which bubblewrap needs nothing. */
static const char *
find_stage_dir (void)
{
  static const char *const candidates[] = { "/mnt", "/media", "/srv" };

  for (gsize i = 0; i < G_N_ELEMENTS (candidates); i++)
    if (g_file_test (candidates[i], G_FILE_TEST_IS_DIR) &&
        !g_file_test (candidates[i], G_FILE_TEST_IS_SYMLINK))
      return candidates[i];

  return NULL;
}

/* As root: whether the user that it becomes will be able to enter or read it. */
static gboolean
check_readable (int fd, const char *tree, GError **error)
{
  struct stat status = { 0 };
  mode_t      needed = 0;

  if (fstat (fd, &status) == 0)
    needed = S_ISDIR (status.st_mode) ? S_IROTH | S_IXOTH : S_IROTH;
  if (status.st_uid == SHIP_SANDBOX_UID)
    needed <<= 6;
  if (needed != 0 && (status.st_mode & needed) == needed)
    return TRUE;

  g_set_error (
    error,
    SHIP_SANDBOX_ERROR,
    SHIP_SANDBOX_ERROR_FAILED,
    _ ("“%s” cannot be read in the sandbox, which as root runs as another user. Allow it "
       "with: chmod -R o+rX “%s”"),
    tree,
    tree);
  return FALSE;
}

static int
open_tree_path (const char *tree, GError **error)
{
  int fd = open (tree, O_PATH | O_CLOEXEC);

  if (fd < 0)
    g_set_error (error,
                 SHIP_SANDBOX_ERROR,
                 SHIP_SANDBOX_ERROR_FAILED,
                 _ ("“%s” cannot be opened for the sandbox: %s"),
                 tree,
                 g_strerror (errno));
  return fd;
}

/* Returns: (transfer full): where bubblewrap finds @tree, or NULL */
static char *
stage (ShipLocalLaunch *self, const char *tree, GError **error)
{
  int fd = open_tree_path (tree, error);

  if (fd < 0)
    return NULL;
  if (self->stage_dir == NULL || !check_readable (fd, tree, error))
    {
      close (fd);
      return self->stage_dir == NULL ? g_strdup (tree) : NULL;
    }

  self->staged[self->n_staged] = fd;
  return g_strdup_printf ("%s/%u", self->stage_dir, self->n_staged++);
}

/* What ship-launch mounts: after all trees, and as descriptors for whoever runs it. Returns:
 * (transfer full): where bubblewrap finds it, or NULL */
static char *
stage_overlay (ShipLocalLaunch *self, GError **error)
{
  const char *target = self->trees[SHIP_LOCAL_TREE_WORK];
  guint       first = self->n_staged;

  for (guint i = 0; i == 0 || self->overlay[i - 1] != NULL; i++)
    {
      const char *tree = i == 0 ? target : self->overlay[i - 1];
      int         fd = open_tree_path (tree, error);

      if (fd < 0)
        return NULL;
      self->staged[self->n_staged++] = fd;
      self->n_overlay++;
      if (self->stage_dir != NULL && !check_readable (fd, tree, error))
        return NULL;
    }

  return self->stage_dir != NULL ? g_strdup_printf ("%s/%u", self->stage_dir, first)
                                 : g_strdup (target);
}

/* One that cannot be had is left out, and said. */
static void
prepare_toolchains (ShipLocalLaunch *self)
{
  if (self->wanted == NULL)
    return;
  g_ptr_array_unref (self->toolchains);
  self->toolchains = ship_toolchain_open_all ((const char *const *) self->wanted,
                                              g_get_home_dir (),
                                              self->paths,
                                              self->complaints);
  for (guint i = self->toolchains->len; i > 0; i--)
    {
      ShipToolchain *toolchain = g_ptr_array_index (self->toolchains, i - 1);
      g_autoptr (GError) error = NULL;
      char *source = stage (self, toolchain->source, &error);

      g_free (toolchain->source);
      toolchain->source = source;
      if (source == NULL)
        {
          g_ptr_array_add (self->complaints, g_strdup (error->message));
          g_ptr_array_remove_index (self->toolchains, i - 1);
        }
    }
}

static gboolean
prepare_args (ShipLocalLaunch *self, GError **error)
{
  g_auto (GStrv) owned = g_new0 (char *, SHIP_LOCAL_N_TREES + 1);
  const char *sources[SHIP_LOCAL_N_TREES] = { NULL };
  g_autoptr (GByteArray) args = NULL;
  guint n_owned = 0;

  for (guint i = 0; i < SHIP_LOCAL_N_TREES; i++)
    if (self->trees[i] != NULL && (i != SHIP_LOCAL_TREE_WORK || self->overlay == NULL))
      {
        sources[i] = owned[n_owned++] = stage (self, self->trees[i], error);
        if (sources[i] == NULL)
          return FALSE;
      }
  prepare_toolchains (self);
  if (self->overlay != NULL)
    {
      sources[SHIP_LOCAL_TREE_WORK] = owned[n_owned++] = stage_overlay (self, error);
      if (sources[SHIP_LOCAL_TREE_WORK] == NULL)
        return FALSE;
    }

  args = ship_local_profile_build (sources,
                                   self->is_read_only,
                                   get_temporary_size (self),
                                   self->toolchains);
  self->args = new_memory_file (args->data, args->len, error);

  return self->args >= 0;
}

static gboolean
prepare_files (ShipLocalLaunch *self, GError **error)
{
  for (guint i = 0; i < SHIP_LOCAL_N_FILES; i++)
    {
      const char *text = ship_local_profile_get_file (i);

      self->files[i] = new_memory_file (text, strlen (text), error);
      if (self->files[i] < 0)
        return FALSE;
    }

  return TRUE;
}

gboolean
ship_local_launch_prepare (ShipLocalLaunch *self, GError **error)
{
  self->bwrap = g_find_program_in_path ("bwrap");
  if (self->bwrap == NULL)
    {
      g_propagate_error (error, ship_local_failure_new_missing ());
      return FALSE;
    }

  if (geteuid () == 0)
    {
      self->stage_dir = find_stage_dir ();
      if (self->stage_dir == NULL)
        {
          g_set_error_literal (
            error,
            SHIP_SANDBOX_ERROR,
            SHIP_SANDBOX_ERROR_UNAVAILABLE,
            _ ("As root, Ship needs an empty directory /mnt to prepare sandboxes "
               "in. Make it with: mkdir /mnt"));
          return FALSE;
        }
    }

  if (!prepare_args (self, error) || !prepare_files (self, error))
    return FALSE;
  self->filter = ship_seccomp_open_filter (error);

  return self->filter >= 0;
}

static void
add_options (ShipLocalLaunch *self, ShipProcessSpec *spec)
{
  g_autofree char *bwrap = g_strconcat ("--bwrap=", self->bwrap, NULL);
  g_autofree char *keep = g_strdup_printf ("--keep=%d", SHIP_LOCAL_FD_STAGED);
  g_autofree char *memory =
    g_strdup_printf ("--memory=%" G_GUINT64_FORMAT, get_temporary_size (self));

  ship_process_spec_add_arg (spec, bwrap);
  ship_process_spec_add_arg (spec, keep);
  ship_process_spec_add_arg (spec, memory);
  if (self->stage_dir != NULL)
    {
      g_autofree char *dir = g_strconcat ("--stage-dir=", self->stage_dir, NULL);
      g_autofree char *count = g_strdup_printf ("--stage=%u", self->n_staged - self->n_overlay);

      ship_process_spec_add_arg (spec, dir);
      ship_process_spec_add_arg (spec, count);
    }
  if (self->n_overlay > 0)
    {
      g_autofree char *overlay = g_strdup_printf ("--overlay=%u", self->n_overlay);

      ship_process_spec_add_arg (spec, overlay);
    }
}

static void
add_number (ShipProcessSpec *spec, guint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  ship_process_spec_add_arg (spec, text);
}

/* In the order of ship-guest's arguments. */
static void
add_limits (ShipLocalLaunch *self, ShipProcessSpec *spec)
{
  const guint64 *values = self->limits.values;

  add_number (spec, values[SHIP_SANDBOX_LIMIT_PROCESSES]);
  add_number (spec, values[SHIP_SANDBOX_LIMIT_DESCRIPTORS]);
  add_number (spec, values[SHIP_SANDBOX_LIMIT_FILE_SIZE]);
  add_number (spec, MAX (DATA_MIN, 2 * values[SHIP_SANDBOX_LIMIT_MEMORY]));
}

static void
add_extra (ShipLocalLaunch *self, ShipProcessSpec *spec)
{
  ship_process_spec_add_arg (spec, "--");
  for (guint i = 0; i < self->toolchains->len; i++)
    ship_process_spec_add_arg (spec,
                               ((ShipToolchain *) g_ptr_array_index (self->toolchains, i))->path);
}

static void
give_fd (ShipProcessSpec *spec, int *fd, int child_fd)
{
  ship_process_spec_take_fd (spec, g_steal_fd (fd), child_fd);
}

ShipProcess *
ship_local_launch_spawn (ShipLocalLaunch *self, int control, int connections, GError **error)
{
  g_autoptr (ShipProcessSpec) spec = ship_process_spec_new (self->program);

  g_return_val_if_fail (self->filter >= 0, NULL);

  add_options (self, spec);
  ship_process_spec_add_arg (spec, "--");
  ship_process_spec_add_arg (spec, "--args");
  add_number (spec, SHIP_LOCAL_FD_ARGS);
  ship_process_spec_add_arg (spec, SHIP_LOCAL_GUEST_PATH);
  add_limits (self, spec);
  add_number (spec, SHIP_LOCAL_FD_CONTROL);
  if (connections >= 0)
    add_number (spec, SHIP_LOCAL_FD_CONNECTIONS);
  add_extra (self, spec);

  ship_process_spec_take_fd (spec, control, SHIP_LOCAL_FD_CONTROL);
  if (connections >= 0)
    ship_process_spec_take_fd (spec, connections, SHIP_LOCAL_FD_CONNECTIONS);
  give_fd (spec, &self->args, SHIP_LOCAL_FD_ARGS);
  give_fd (spec, &self->filter, SHIP_LOCAL_FD_FILTER);
  for (int i = 0; i < SHIP_LOCAL_N_FILES; i++)
    give_fd (spec, &self->files[i], SHIP_LOCAL_FD_FILES + i);
  for (int i = 0; i < (int) self->n_staged; i++)
    give_fd (spec, &self->staged[i], SHIP_LOCAL_FD_STAGED + i);
  ship_process_spec_set_pipes (spec, FALSE, FALSE, TRUE);

  return ship_process_spawn (g_steal_pointer (&spec), error);
}
