/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-doctor.h"

#include "auth/ship-keyring.h"
#include "process/ship-process.h"
#include "sandbox/local/ship-local-sandbox.h"

#include <glib/gi18n.h>
#include <sys/stat.h>

/* What doctor looks at. Each check is a task that returns a ShipCliCheck and no error. Main thread.
 */

#define MAX_OUTPUT   4096
#define LEAST_DISK   ((guint64) 1024 * 1024 * 1024)
#define PROBE_SECRET "doctor/probe"

ShipCliCheck *
ship_cli_check_new (const char        *id,
                    const char        *name,
                    ShipCliCheckResult result,
                    char              *detail,
                    char              *remedy)
{
  ShipCliCheck *self = g_new0 (ShipCliCheck, 1);

  self->id = id;
  self->name = name;
  self->result = result;
  self->detail = detail;
  self->remedy = remedy;
  return self;
}

void
ship_cli_check_free (ShipCliCheck *self)
{
  g_free (self->detail);
  g_free (self->remedy);
  g_free (self);
}

ShipCliCheck *
ship_cli_check_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_cli_check_finish), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static GTask *
new_task (GAsyncReadyCallback callback, gpointer user_data)
{
  /* A check that was cancelled has found something, if only that. */
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_cli_check_finish);
  return task;
}

/* @check: (transfer full) */
static void
end (GTask *task, ShipCliCheck *check)
{
  g_task_return_pointer (task, check, (GDestroyNotify) ship_cli_check_free);
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
read_output_async (ShipCli            *cli,
                   const char         *program,
                   const char *const  *args,
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
                                     cli->cancellable,
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
  ShipCliCheck    *check = g_task_get_task_data (task);
  g_autofree char *version = read_output_finish (result);

  end (task,
       ship_cli_check_new (
         check->id,
         check->name,
         check->result,
         g_strdup_printf (*version != '\0' ? "%s (%s)" : "%s", check->detail, version),
         g_strdup (check->remedy)));
}

static void
check_program (ShipCli            *cli,
               const char         *id,
               const char         *name,
               const char         *program,
               const char         *remedy,
               GAsyncReadyCallback callback,
               gpointer            user_data)
{
  static const char *const args[] = { "--version", NULL };
  g_autoptr (GTask) task = new_task (callback, user_data);
  char         *path = g_find_program_in_path (program);
  struct stat   status;
  ShipCliCheck *check;

  if (path == NULL)
    {
      end (task,
           ship_cli_check_new (id,
                               name,
                               SHIP_CLI_CHECK_BAD,
                               g_strdup (_ ("not there")),
                               g_strdup (remedy)));
      return;
    }
  check = ship_cli_check_new (id, name, SHIP_CLI_CHECK_GOOD, path, NULL);
  if (g_str_equal (program, "bwrap") && stat (path, &status) == 0 &&
      (status.st_mode & S_ISUID) != 0)
    {
      check->result = SHIP_CLI_CHECK_BAD;
      check->remedy = g_strdup_printf (
        _ ("It is setuid root, which Ship refuses. Take that away: sudo chmod u-s %s"),
        path);
    }
  g_task_set_task_data (task, check, (GDestroyNotify) ship_cli_check_free);
  read_output_async (cli, path, args, version_cb, g_steal_pointer (&task));
}

void
ship_cli_check_bubblewrap (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  check_program (cli,
                 "bubblewrap",
                 N_ ("bubblewrap"),
                 "bwrap",
                 _ ("Install it: sudo apt install bubblewrap"),
                 callback,
                 user_data);
}

void
ship_cli_check_ripgrep (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  check_program (cli,
                 "ripgrep",
                 N_ ("ripgrep"),
                 "rg",
                 _ ("The agent searches with it. Install it: sudo apt install ripgrep"),
                 callback,
                 user_data);
}

void
ship_cli_check_git (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  check_program (cli,
                 "git",
                 N_ ("git"),
                 "git",
                 _ ("Install it: sudo apt install git"),
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
    end (task,
         ship_cli_check_new ("sandbox",
                             N_ ("sandbox"),
                             SHIP_CLI_CHECK_GOOD,
                             g_strdup (_ ("one was made and ended")),
                             NULL));
  else
    end (task,
         ship_cli_check_new ("sandbox",
                             N_ ("sandbox"),
                             SHIP_CLI_CHECK_BAD,
                             g_strdup (error->message),
                             NULL));
}

void
ship_cli_check_sandbox (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  ship_local_sandbox_probe_async (cli->paths,
                                  cli->cancellable,
                                  probed_cb,
                                  new_task (callback, user_data));
}

/* --- the agent --- */

/* --- how large repositories are worked on --- */

static void
overlay_probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (ship_local_sandbox_probe_overlay_finish (result, &error))
    end (task,
         ship_cli_check_new ("working-copies",
                             N_ ("working copies"),
                             SHIP_CLI_CHECK_GOOD,
                             g_strdup (_ ("large repositories are shared by overlay")),
                             NULL));
  else
    end (task,
         ship_cli_check_new ("working-copies",
                             N_ ("working copies"),
                             SHIP_CLI_CHECK_BETTER,
                             g_strdup (_ ("each session has a whole checkout, which for a large "
                                          "repository takes time and disk")),
                             g_strdup (error->message)));
}

void
ship_cli_check_working_copies (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *bases = g_build_filename (ship_paths_get_cache_dir (cli->paths), "bases", NULL);

  ship_local_sandbox_probe_overlay_async (cli->paths,
                                          bases,
                                          ship_paths_get_data_dir (cli->paths),
                                          cli->cancellable,
                                          overlay_probed_cb,
                                          new_task (callback, user_data));
}

/* Its version is told by where it was installed: it is not run outside of a sandbox to be asked. */
void
ship_cli_check_opencode (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = new_task (callback, user_data);
  g_autofree char *path = ship_paths_dup_opencode (cli->paths);

  if (path == NULL)
    end (task,
         ship_cli_check_new (
           "opencode",
           N_ ("OpenCode"),
           SHIP_CLI_CHECK_BAD,
           g_strdup_printf (_ ("version %s is not there"), SHIP_OPENCODE_VERSION),
           g_strdup (_ ("build-aux/run installs it, or set SHIP_OPENCODE to where it is"))));
  else if (strstr (path, "opencode-" SHIP_OPENCODE_VERSION) != NULL)
    end (task,
         ship_cli_check_new ("opencode",
                             N_ ("OpenCode"),
                             SHIP_CLI_CHECK_GOOD,
                             g_strdup_printf (_ ("version %s, the one Ship is made for (%s)"),
                                              SHIP_OPENCODE_VERSION,
                                              path),
                             NULL));
  else
    end (task,
         ship_cli_check_new (
           "opencode",
           N_ ("OpenCode"),
           SHIP_CLI_CHECK_BETTER,
           g_strdup_printf (_ ("%s, of a version that is not known"), path),
           g_strdup_printf (_ ("Ship is made for version %s; without SHIP_OPENCODE it takes that"),
                            SHIP_OPENCODE_VERSION)));
}

/* --- who commits --- */

typedef struct
{
  ShipCli *cli;  /* (unowned) */
  char    *name; /* (owned) (nullable) */
} Identity;

static void
identity_free (Identity *self)
{
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
    end (task,
         ship_cli_check_new ("identity",
                             N_ ("git identity"),
                             SHIP_CLI_CHECK_GOOD,
                             g_strdup_printf ("%s <%s>", self->name, email),
                             NULL));
  else
    end (task,
         ship_cli_check_new (
           "identity",
           N_ ("git identity"),
           SHIP_CLI_CHECK_BAD,
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
  read_output_async (self->cli, "git", args, email_cb, g_steal_pointer (&task));
}

void
ship_cli_check_identity (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  static const char *const args[] = { "config", "--get", "user.name", NULL };
  GTask                   *task = new_task (callback, user_data);
  Identity                *self = g_new0 (Identity, 1);

  self->cli = cli;
  g_task_set_task_data (task, self, (GDestroyNotify) identity_free);
  read_output_async (cli, "git", args, name_cb, task);
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
    end (task,
         ship_cli_check_new ("keyring",
                             N_ ("keyring"),
                             SHIP_CLI_CHECK_GOOD,
                             g_strdup (_ ("it answers")),
                             NULL));
  else
    end (task,
         ship_cli_check_new (
           "keyring",
           N_ ("keyring"),
           SHIP_CLI_CHECK_BETTER,
           g_strdup (error->message),
           g_strdup (_ ("Keys can be given in the environment instead, for example as "
                        "ANTHROPIC_API_KEY"))));
}

void
ship_cli_check_keyring (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (ShipKeyring) keyring = ship_keyring_new ();

  ship_keyring_lookup_async (keyring,
                             PROBE_SECRET,
                             cli->cancellable,
                             looked_up_cb,
                             new_task (callback, user_data));
}

/* --- room --- */

typedef struct
{
  const char *id;
  const char *name;
  char       *directory; /* (owned) */
  ShipCli    *cli;       /* (unowned) */
} Disk;

static void
disk_free (Disk *self)
{
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
      end (task,
           ship_cli_check_new (self->id,
                               self->name,
                               SHIP_CLI_CHECK_BAD,
                               g_strdup (error->message),
                               NULL));
      return;
    }
  free_bytes = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  size = g_format_size (free_bytes);
  end (task,
       ship_cli_check_new (
         self->id,
         self->name,
         free_bytes >= LEAST_DISK ? SHIP_CLI_CHECK_GOOD : SHIP_CLI_CHECK_BAD,
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
                                      self->cli->cancellable,
                                      measured_cb,
                                      task);
}

static void
check_disk (ShipCli            *cli,
            const char         *id,
            const char         *name,
            const char         *directory,
            GAsyncReadyCallback callback,
            gpointer            user_data)
{
  GTask *task = new_task (callback, user_data);
  Disk  *self = g_new0 (Disk, 1);

  self->id = id;
  self->name = name;
  self->directory = g_strdup (directory);
  self->cli = cli;
  g_task_set_task_data (task, self, (GDestroyNotify) disk_free);
  measure (task);
}

void
ship_cli_check_data_disk (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  check_disk (cli,
              "data-disk",
              N_ ("room for sessions"),
              ship_paths_get_data_dir (cli->paths),
              callback,
              user_data);
}

void
ship_cli_check_cache_disk (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  check_disk (cli,
              "cache-disk",
              N_ ("room for mirrors"),
              ship_paths_get_cache_dir (cli->paths),
              callback,
              user_data);
}
