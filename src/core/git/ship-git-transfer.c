/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-transfer-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-private.h"

/*
 * A fetch between two object stores of this machine. `git pack-objects` copies what is compressed
 * already (libgit2's pack builder compresses everything anew, which takes twenty times as long) and
 * knows about shallow histories; libgit2's indexer takes the stream and checks every object's hash.
 * git runs in a directory that we have just written and that names both stores as alternates: it
 * reads no configuration, hook or reference of either repository. Only objects that are reachable
 * from the wanted commit are brought: what lies about in a user's repository (stashes, amended
 * commits, other branches) is not for a sandbox. Worker threads only.
 */

#define CHUNK_SIZE       (256 * 1024)
#define PACK_HEADER_SIZE 12

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
  static const char *const arguments[] = {
    "git",      "-c", "pack.compression=1", "pack-objects",        "--revs",
    "--stdout", "-q", "--window=0",         "--delta-base-offset", NULL,
  };
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
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
is_empty_pack (const char *header)
{
  static const char none[4] = { 0 };

  return memcmp (header + 8, none, sizeof none) == 0;
}

static gboolean
index_chunk (git_indexer          *indexer,
             git_indexer_progress *progress,
             const char           *data,
             gsize                 length,
             GError              **error)
{
  if (git_indexer_append (indexer, data, length, progress) == 0)
    return TRUE;
  return ship_git_set_error (error,
                             SHIP_GIT_ERROR_FAILED,
                             _ ("The repository's objects cannot be copied."));
}

/* @progress: libgit2 keeps count in it, from the first piece to the commit. @is_empty: (out): no
 * object came */
static gboolean
index_stream (git_indexer          *indexer,
              git_indexer_progress *progress,
              GInputStream         *stream,
              gboolean             *is_empty,
              GCancellable         *cancellable,
              GError              **error)
{
  g_autofree char *buffer = g_malloc (CHUNK_SIZE);
  gboolean         is_first = TRUE;
  gsize            n_read;

  *is_empty = TRUE;
  do
    {
      if (!g_input_stream_read_all (stream, buffer, CHUNK_SIZE, &n_read, cancellable, error))
        return FALSE;
      if (is_first && n_read >= PACK_HEADER_SIZE)
        *is_empty = is_empty_pack (buffer);
      is_first = FALSE;
      if (n_read > 0 && !*is_empty && !index_chunk (indexer, progress, buffer, n_read, error))
        return FALSE;
    }
  while (n_read == CHUNK_SIZE);
  return TRUE;
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
  g_autoptr (git_indexer) indexer = NULL;
  git_indexer_progress progress = { 0 };
  gboolean             is_empty;

  if (!write_scratch (transfer, error))
    return FALSE;
  if (git_indexer_new (&indexer, transfer->pack_dir, 0, NULL, NULL) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The repository's objects cannot be copied."));
  process = spawn_pack_objects (transfer, error);
  if (process == NULL)
    return FALSE;
  if (!index_stream (indexer,
                     &progress,
                     g_subprocess_get_stdout_pipe (process),
                     &is_empty,
                     cancellable,
                     error) ||
      !check_exit (process, cancellable, error))
    {
      g_subprocess_force_exit (process);
      g_subprocess_wait (process, NULL, NULL);
      return FALSE;
    }
  if (!is_empty && git_indexer_commit (indexer, &progress) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The repository's objects cannot be copied."));
  return TRUE;
}
