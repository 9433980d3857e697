/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "doctor/ship-doctor-private.h"

#include "auth/ship-keyring.h"
#include "process/ship-process.h"
#include "sandbox/local/ship-local-sandbox.h"

#include <glib/gi18n-lib.h>
#include <sys/stat.h>

/*
 * Each check is a task that returns a ShipDoctorFinding and no error. Everything is asked of
 * whoever knows it; versions and the identity of programs, run once.
 *
 *   check_program  read_output -> version_cb
 *   sandbox, working copies  a real trial run -> probed_cb, overlay_probed_cb
 *   identity       read_output -> name_cb -> read_output -> email_cb
 *   keyring        a look-up -> looked_up_cb
 *   disk           measure -> measured_cb -> [ measure the parent … ]
 */

#define MAX_OUTPUT   4096
#define LEAST_DISK   ((guint64) 1024 * 1024 * 1024)
#define PROBE_SECRET "doctor/probe"

ShipDoctorFinding *
ship_doctor_finding_new (const char       *id,
                         const char       *name,
                         ShipDoctorVerdict result,
                         char             *detail,
                         char             *remedy)
{
  ShipDoctorFinding *self = g_new0 (ShipDoctorFinding, 1);

  self->id = id;
  self->name = name;
  self->result = result;
  self->detail = detail;
  self->remedy = remedy;
  return self;
}

void
ship_doctor_finding_free (ShipDoctorFinding *self)
{
  g_free (self->detail);
  g_free (self->remedy);
  g_free (self);
}

ShipDoctorFinding *
ship_doctor_check_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_doctor_check_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

GTask *
ship_doctor_task_new (GAsyncReadyCallback callback, gpointer user_data)
{
  /* A check that was cancelled has found something, if only that. */
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_doctor_check_async);
  return task;
}

void
ship_doctor_end (GTask *task, ShipDoctorFinding *check)
{
  g_task_return_pointer (task, check, (GDestroyNotify) ship_doctor_finding_free);
}

/* --- what a program prints --- */

typedef struct
{
  ShipProcess *process; /* (owned) */
  char        *text;    /* (owned) (nullable): the first line */
} Output;

static void
output_free (Output *self)
{
  g_clear_object (&self->process);
  g_free (self->text);
  g_free (self);
}

static void
output_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) bytes =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, NULL);
  gsize            length = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  const char      *data = length > 0 ? g_bytes_get_data (bytes, NULL) : "";
  g_autofree char *text = g_utf8_make_valid (data, (gssize) length);

  text[strcspn (text, "\n")] = '\0';
  g_task_return_pointer (task, g_steal_pointer (&text), g_free);
}

/* The first line a program prints; "" if it cannot be run or prints nothing. */
static void
read_output_async (const char         *program,
                   const char *const  *args,
                   GCancellable       *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (ShipProcessSpec) spec = ship_process_spec_new (program);
  Output *output = g_new0 (Output, 1);

  g_task_set_source_tag (task, read_output_async);
  g_task_set_task_data (task, output, (GDestroyNotify) output_free);
  for (guint i = 0; args[i] != NULL; i++)
    ship_process_spec_add_arg (spec, args[i]);
  ship_process_spec_inherit_env (spec, "HOME");
  ship_process_spec_inherit_env (spec, "PATH");
  ship_process_spec_inherit_env (spec, "XDG_CONFIG_HOME");
  ship_process_spec_set_pipes (spec, FALSE, TRUE, FALSE);
  output->process = ship_process_spawn (g_steal_pointer (&spec), NULL);
  if (output->process == NULL)
    g_task_return_pointer (task, g_strdup (""), g_free);
  else
    g_input_stream_read_bytes_async (ship_process_get_stdout (output->process),
                                     MAX_OUTPUT,
                                     G_PRIORITY_DEFAULT,
                                     cancellable,
                                     output_read_cb,
                                     g_steal_pointer (&task));
}

static char *
read_output_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, read_output_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* A program's version, or that it is missing: the data is the check to complete. */
static void
version_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ShipDoctorFinding *check = g_task_get_task_data (task);
  g_autofree char   *version = read_output_finish (result);

  ship_doctor_end (task,
                   ship_doctor_finding_new (
                     check->id,
                     check->name,
                     check->result,
                     g_strdup_printf (*version != '\0' ? "%s (%s)" : "%s", check->detail, version),
                     g_strdup (check->remedy)));
}

static void
check_program (const char         *id,
               const char         *name,
               const char         *program,
               const char         *remedy,
               GCancellable       *cancellable,
               GAsyncReadyCallback callback,
               gpointer            user_data)
{
  static const char *const args[] = { "--version", NULL };
  g_autoptr (GTask) task = ship_doctor_task_new (callback, user_data);
  char              *path = g_find_program_in_path (program);
  struct stat        status;
  ShipDoctorFinding *check;

  if (path == NULL)
    {
      ship_doctor_end (task,
                       ship_doctor_finding_new (id,
                                                name,
                                                SHIP_DOCTOR_BAD,
                                                g_strdup (_ ("not there")),
                                                g_strdup (remedy)));
      return;
    }
  check = ship_doctor_finding_new (id, name, SHIP_DOCTOR_GOOD, path, NULL);
  if (g_str_equal (program, "bwrap") && stat (path, &status) == 0 &&
      (status.st_mode & S_ISUID) != 0)
    {
      check->result = SHIP_DOCTOR_BAD;
      check->remedy = g_strdup_printf (
        _ ("It is setuid root, which Ship refuses. Take that away: sudo chmod u-s %s"),
        path);
    }
  g_task_set_task_data (task, check, (GDestroyNotify) ship_doctor_finding_free);
  read_output_async (path, args, cancellable, version_cb, g_steal_pointer (&task));
}

static void
check_bubblewrap (ShipPaths          *paths,
                  GCancellable       *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer            user_data)
{
  check_program ("bubblewrap",
                 N_ ("bubblewrap"),
                 "bwrap",
                 _ ("Install it: sudo apt install bubblewrap"),
                 cancellable,
                 callback,
                 user_data);
}

static void
check_ripgrep (ShipPaths          *paths,
               GCancellable       *cancellable,
               GAsyncReadyCallback callback,
               gpointer            user_data)
{
  check_program ("ripgrep",
                 N_ ("ripgrep"),
                 "rg",
                 _ ("The agent searches with it. Install it: sudo apt install ripgrep"),
                 cancellable,
                 callback,
                 user_data);
}

static void
check_git (ShipPaths          *paths,
           GCancellable       *cancellable,
           GAsyncReadyCallback callback,
           gpointer            user_data)
{
  check_program ("git",
                 N_ ("git"),
                 "git",
                 _ ("Install it: sudo apt install git"),
                 cancellable,
                 callback,
                 user_data);
}

/* --- a real sandbox --- */

static void
probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* The sentence has cause and remedy. */
  if (ship_local_sandbox_probe_finish (result, &error))
    ship_doctor_end (task,
                     ship_doctor_finding_new ("sandbox",
                                              N_ ("sandbox"),
                                              SHIP_DOCTOR_GOOD,
                                              g_strdup (_ ("one was made and ended")),
                                              NULL));
  else
    ship_doctor_end (task,
                     ship_doctor_finding_new ("sandbox",
                                              N_ ("sandbox"),
                                              SHIP_DOCTOR_BAD,
                                              g_strdup (error->message),
                                              NULL));
}

static void
check_sandbox (ShipPaths          *paths,
               GCancellable       *cancellable,
               GAsyncReadyCallback callback,
               gpointer            user_data)
{
  ship_local_sandbox_probe_async (paths,
                                  cancellable,
                                  probed_cb,
                                  ship_doctor_task_new (callback, user_data));
}

/* --- the agent --- */

/* --- how large repositories are worked on --- */

static void
overlay_probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (ship_local_sandbox_probe_overlay_finish (result, &error))
    ship_doctor_end (
      task,
      ship_doctor_finding_new ("working-copies",
                               N_ ("working copies"),
                               SHIP_DOCTOR_GOOD,
                               g_strdup (_ ("large repositories are shared by overlay")),
                               NULL));
  else
    ship_doctor_end (
      task,
      ship_doctor_finding_new ("working-copies",
                               N_ ("working copies"),
                               SHIP_DOCTOR_BETTER,
                               g_strdup (_ ("each session has a whole checkout, which for a large "
                                            "repository takes time and disk")),
                               g_strdup (error->message)));
}

static void
check_working_copies (ShipPaths          *paths,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  g_autofree char *bases = g_build_filename (ship_paths_get_cache_dir (paths), "bases", NULL);

  ship_local_sandbox_probe_overlay_async (paths,
                                          bases,
                                          ship_paths_get_data_dir (paths),
                                          cancellable,
                                          overlay_probed_cb,
                                          ship_doctor_task_new (callback, user_data));
}

/* Its version is told by where it was installed: it is not run outside of a sandbox to be asked. */
static void
check_opencode (ShipPaths          *paths,
                GCancellable       *cancellable,
                GAsyncReadyCallback callback,
                gpointer            user_data)
{
  g_autoptr (GTask) task = ship_doctor_task_new (callback, user_data);
  g_autofree char *path = ship_paths_dup_opencode (paths);

  if (path == NULL)
    ship_doctor_end (
      task,
      ship_doctor_finding_new (
        "opencode",
        N_ ("OpenCode"),
        SHIP_DOCTOR_BAD,
        g_strdup_printf (_ ("version %s is not there"), SHIP_OPENCODE_VERSION),
        g_strdup (_ ("build-aux/run installs it, or set SHIP_OPENCODE to where it is"))));
  else if (strstr (path, "opencode-" SHIP_OPENCODE_VERSION) != NULL)
    ship_doctor_end (
      task,
      ship_doctor_finding_new ("opencode",
                               N_ ("OpenCode"),
                               SHIP_DOCTOR_GOOD,
                               g_strdup_printf (_ ("version %s, the one Ship is made for (%s)"),
                                                SHIP_OPENCODE_VERSION,
                                                path),
                               NULL));
  else
    ship_doctor_end (
      task,
      ship_doctor_finding_new (
        "opencode",
        N_ ("OpenCode"),
        SHIP_DOCTOR_BETTER,
        g_strdup_printf (_ ("%s, of a version that is not known"), path),
        g_strdup_printf (_ ("Ship is made for version %s; without SHIP_OPENCODE it takes that"),
                         SHIP_OPENCODE_VERSION)));
}

/* --- who commits --- */

typedef struct
{
  GCancellable *cancellable; /* (owned) (nullable) */
  char         *name;        /* (owned) (nullable) */
} Identity;

static void
identity_free (Identity *self)
{
  g_clear_object (&self->cancellable);
  g_free (self->name);
  g_free (self);
}

static void
email_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Identity        *self = g_task_get_task_data (task);
  g_autofree char *email = read_output_finish (result);

  if (*self->name != '\0' && *email != '\0')
    ship_doctor_end (task,
                     ship_doctor_finding_new ("identity",
                                              N_ ("git identity"),
                                              SHIP_DOCTOR_GOOD,
                                              g_strdup_printf ("%s <%s>", self->name, email),
                                              NULL));
  else
    ship_doctor_end (
      task,
      ship_doctor_finding_new (
        "identity",
        N_ ("git identity"),
        SHIP_DOCTOR_BAD,
        g_strdup (_ ("git does not know who you are")),
        g_strdup (
          _ ("Commits are made in your name: git config --global user.name \"Your Name\" && "
             "git config --global user.email you@example.org"))));
}

static void
name_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  static const char *const args[] = { "config", "--get", "user.email", NULL };
  g_autoptr (GTask) task = user_data;
  Identity *self = g_task_get_task_data (task);

  self->name = read_output_finish (result);
  read_output_async ("git", args, self->cancellable, email_cb, g_steal_pointer (&task));
}

static void
check_identity (ShipPaths          *paths,
                GCancellable       *cancellable,
                GAsyncReadyCallback callback,
                gpointer            user_data)
{
  static const char *const args[] = { "config", "--get", "user.name", NULL };
  GTask                   *task = ship_doctor_task_new (callback, user_data);
  Identity                *self = g_new0 (Identity, 1);

  g_set_object (&self->cancellable, cancellable);
  g_task_set_task_data (task, self, (GDestroyNotify) identity_free);
  read_output_async ("git", args, cancellable, name_cb, task);
}

/* --- the keyring --- */

static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *secret = ship_keyring_lookup_finish (SHIP_KEYRING (object), result, &error);

  g_clear_pointer (&secret, ship_keyring_free_secret);
  if (error == NULL || g_error_matches (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEY))
    ship_doctor_end (task,
                     ship_doctor_finding_new ("keyring",
                                              N_ ("keyring"),
                                              SHIP_DOCTOR_GOOD,
                                              g_strdup (_ ("it answers")),
                                              NULL));
  else
    ship_doctor_end (task,
                     ship_doctor_finding_new (
                       "keyring",
                       N_ ("keyring"),
                       SHIP_DOCTOR_BETTER,
                       g_strdup (error->message),
                       g_strdup (_ ("Keys can be given in the environment instead, for example as "
                                    "ANTHROPIC_API_KEY"))));
}

static void
check_keyring (ShipPaths          *paths,
               GCancellable       *cancellable,
               GAsyncReadyCallback callback,
               gpointer            user_data)
{
  g_autoptr (ShipKeyring) keyring = ship_keyring_new ();

  ship_keyring_lookup_async (keyring,
                             PROBE_SECRET,
                             cancellable,
                             looked_up_cb,
                             ship_doctor_task_new (callback, user_data));
}

/* --- room --- */

typedef struct
{
  const char   *id;
  const char   *name;
  char         *directory;   /* (owned) */
  GCancellable *cancellable; /* (owned) (nullable) */
} Disk;

static void
disk_free (Disk *self)
{
  g_clear_object (&self->cancellable);
  g_free (self->directory);
  g_free (self);
}

static void measure (GTask *task);

static void
measured_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Disk *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info =
    g_file_query_filesystem_info_finish (G_FILE (object), result, &error);
  g_autofree char *parent = g_path_get_dirname (self->directory);
  g_autofree char *size = NULL;
  guint64          free_bytes;

  /* It will be made there. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) &&
      !g_str_equal (parent, self->directory))
    {
      g_free (self->directory);
      self->directory = g_steal_pointer (&parent);
      measure (g_steal_pointer (&task));
      return;
    }
  if (info == NULL)
    {
      ship_doctor_end (task,
                       ship_doctor_finding_new (self->id,
                                                self->name,
                                                SHIP_DOCTOR_BAD,
                                                g_strdup (error->message),
                                                NULL));
      return;
    }
  free_bytes = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  size = g_format_size (free_bytes);
  ship_doctor_end (
    task,
    ship_doctor_finding_new (
      self->id,
      self->name,
      free_bytes >= LEAST_DISK ? SHIP_DOCTOR_GOOD : SHIP_DOCTOR_BAD,
      g_strdup_printf (_ ("%s free in %s"), size, self->directory),
      free_bytes >= LEAST_DISK ? NULL : g_strdup (_ ("At least 1 GB should be free"))));
}

/* @task: (transfer full) */
static void
measure (GTask *task)
{
  Disk *self = g_task_get_task_data (task);
  g_autoptr (GFile) file = g_file_new_for_path (self->directory);

  g_file_query_filesystem_info_async (file,
                                      G_FILE_ATTRIBUTE_FILESYSTEM_FREE,
                                      G_PRIORITY_DEFAULT,
                                      self->cancellable,
                                      measured_cb,
                                      task);
}

static void
check_disk (const char         *id,
            const char         *name,
            const char         *directory,
            GCancellable       *cancellable,
            GAsyncReadyCallback callback,
            gpointer            user_data)
{
  GTask *task = ship_doctor_task_new (callback, user_data);
  Disk  *self = g_new0 (Disk, 1);

  self->id = id;
  self->name = name;
  self->directory = g_strdup (directory);
  g_set_object (&self->cancellable, cancellable);
  g_task_set_task_data (task, self, (GDestroyNotify) disk_free);
  measure (task);
}

static void
check_data_disk (ShipPaths          *paths,
                 GCancellable       *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer            user_data)
{
  check_disk ("data-disk",
              N_ ("room for sessions"),
              ship_paths_get_data_dir (paths),
              cancellable,
              callback,
              user_data);
}

static void
check_cache_disk (ShipPaths          *paths,
                  GCancellable       *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer            user_data)
{
  check_disk ("cache-disk",
              N_ ("room for mirrors"),
              ship_paths_get_cache_dir (paths),
              cancellable,
              callback,
              user_data);
}

/* --- all of them --- */

typedef void (*CheckFunc) (ShipPaths          *paths,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data);

static const CheckFunc checks[SHIP_DOCTOR_N_CHECKS] = {
  [SHIP_DOCTOR_BUBBLEWRAP] = check_bubblewrap,
  [SHIP_DOCTOR_SANDBOX] = check_sandbox,
  [SHIP_DOCTOR_OPENCODE] = check_opencode,
  [SHIP_DOCTOR_RIPGREP] = check_ripgrep,
  [SHIP_DOCTOR_GIT] = check_git,
  [SHIP_DOCTOR_IDENTITY] = check_identity,
  [SHIP_DOCTOR_KEYRING] = check_keyring,
  [SHIP_DOCTOR_DATA_DISK] = check_data_disk,
  [SHIP_DOCTOR_CACHE_DISK] = check_cache_disk,
  [SHIP_DOCTOR_WORKING_COPIES] = check_working_copies,
  [SHIP_DOCTOR_CACHE] = ship_doctor_check_cache,
};

void
ship_doctor_check_async (ShipPaths          *paths,
                         ShipDoctorCheck     check,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_return_if_fail (paths != NULL);
  g_return_if_fail (check < SHIP_DOCTOR_N_CHECKS);

  checks[check](paths, cancellable, callback, user_data);
}
