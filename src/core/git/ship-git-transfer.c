/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-transfer-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-private.h"

/*
 * A fetch between two object stores of this machine. `git pack-objects` copies what is compressed
 * already (libgit2's pack builder compresses everything anew), knows about shallow histories, and
 * writes the pack with its index in one go, which costs a quarter of indexing its stream with
 * libgit2. On the way it compares what it copies with the source's checksums, and hashes are
 * checked whenever libgit2 reads an object.
 *
 * git runs in a directory that we have just written and that names both stores as alternates: it
 * reads no configuration, hook or reference of either repository. Only objects that are reachable
 * from the wanted commit are brought: what lies about in a user's repository (stashes, amended
 * commits, other branches) is not for a sandbox, which is why its packs are not simply linked.
 * Worker threads only.
 */

static gboolean
write_file (const char *directory, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) local_error = NULL;

  if (g_file_set_contents (path, text, -1, &local_error))
    return TRUE;
  g_set_error_literal (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_FAILED, local_error->message);
  return FALSE;
}

/* One alternate a line, quoted as git's C style wants it, for the sake of odd characters in a
 * user's path. */
static void
append_alternate (GString *text, const char *path)
{
  g_autofree char *quoted = g_strescape (path, NULL);

  g_string_append_printf (text, "\"%s\"\n", quoted);
}

static gboolean
write_scratch (const ShipGitTransfer *transfer, GError **error)
{
  static const char *const directories[] = { "objects", "objects/info", "objects/pack", "refs" };
  g_autoptr (GString) alternates = g_string_new (NULL);
  g_autoptr (GString) revisions = g_string_new (NULL);
  char hex[GIT_OID_HEXSZ + 1];

  for (gsize i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autofree char *path = g_build_filename (transfer->scratch, directories[i], NULL);

      if (!ship_git_make_dir (path, 0700, error))
        return FALSE;
    }
  append_alternate (alternates, transfer->from_objects);
  append_alternate (alternates, transfer->to_objects);
  g_string_append_printf (revisions, "%s\n", git_oid_tostr (hex, sizeof hex, transfer->wanted));
  for (guint i = 0; i < transfer->have->len; i++)
    {
      git_oid_tostr (hex, sizeof hex, &g_array_index (transfer->have, git_oid, i));
      g_string_append_printf (revisions, "^%s\n", hex);
    }
  if (transfer->shallow != NULL &&
      !write_file (transfer->scratch, "shallow", transfer->shallow, error))
    return FALSE;
  return write_file (transfer->scratch, "HEAD", "ref: refs/heads/none\n", error) &&
         write_file (transfer->scratch,
                     "config",
                     "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
                     error) &&
         write_file (transfer->scratch, "objects/info/alternates", alternates->str, error) &&
         write_file (transfer->scratch, "revisions", revisions->str, error);
}

static GSubprocess *
spawn_pack_objects (const ShipGitTransfer *transfer, GError **error)
{
  g_autofree char  *pack = g_build_filename (transfer->pack_dir, "pack", NULL);
  const char *const arguments[] = {
    "git",    "-c", "pack.compression=1", "-c",         "core.fsync=none",     "pack-objects",
    "--revs", "-q", "--non-empty",        "--window=0", "--delta-base-offset", pack,
    NULL,
  };
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *revisions = g_build_filename (transfer->scratch, "revisions", NULL);
  g_auto (GStrv) environment = g_new0 (char *, 1);
  g_autoptr (GError) local_error = NULL;
  const char  *path = g_getenv ("PATH");
  GSubprocess *process;

  environment = g_environ_setenv (environment, "PATH", path != NULL ? path : "/usr/bin:/bin", TRUE);
  environment = g_environ_setenv (environment, "LC_ALL", "C", TRUE);
  environment = g_environ_setenv (environment, "GIT_DIR", transfer->scratch, TRUE);
  environment = g_environ_setenv (environment, "GIT_CONFIG_NOSYSTEM", "1", TRUE);
  environment = g_environ_setenv (environment, "GIT_CONFIG_GLOBAL", "/dev/null", TRUE);
  environment = g_environ_setenv (environment, "GIT_NO_REPLACE_OBJECTS", "1", TRUE);
  environment = g_environ_setenv (environment, "GIT_ALLOW_PROTOCOL", "none", TRUE);
  g_subprocess_launcher_set_environ (launcher, environment);
  g_subprocess_launcher_set_stdin_file_path (launcher, revisions);
  process = g_subprocess_launcher_spawnv (launcher, arguments, &local_error);
  if (process == NULL)
    g_set_error (error,
                 SHIP_GIT_ERROR,
                 SHIP_GIT_ERROR_FAILED,
                 _ ("The program “git” cannot be run: %s. Is it installed?"),
                 local_error->message);
  return process;
}

static gboolean
check_exit (GSubprocess *process, GCancellable *cancellable, GError **error)
{
  char             text[512] = { 0 };
  gsize            n_read = 0;
  g_autofree char *shown = NULL;

  g_input_stream_read_all (g_subprocess_get_stderr_pipe (process),
                           text,
                           sizeof text - 1,
                           &n_read,
                           cancellable,
                           NULL);
  if (!g_subprocess_wait (process, cancellable, error))
    return FALSE;
  if (g_subprocess_get_successful (process))
    return TRUE;
  shown = ship_git_display_path (g_strstrip (text));
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_FAILED,
               _ ("The repository's history cannot be read (git says: %s)."),
               shown);
  return FALSE;
}

gboolean
ship_git_transfer_thread (const ShipGitTransfer *transfer,
                          GCancellable          *cancellable,
                          GError               **error)
{
  g_autoptr (GSubprocess) process = NULL;

  if (!write_scratch (transfer, error))
    return FALSE;
  process = spawn_pack_objects (transfer, error);
  if (process == NULL)
    return FALSE;
  if (check_exit (process, cancellable, error))
    return TRUE;

  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  return FALSE;
}
