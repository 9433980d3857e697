/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-lock-private.h"
#include "git/ship-git-mirror.h"
#include "git/ship-git-pack-scan-private.h"
#include "git/ship-git-private.h"
#include "git/ship-git-secret-scan.h"
#include "git/ship-git-store-private.h"
#include "git/ship-git-tree-check-private.h"

/*
 * What a turn brought becomes a commit. One job on a worker thread, under the mirror's lock, in
 * this order:
 *
 *   scan the pack (bounds) → index it into the quarantine (hashes) → check the tree (names, modes,
 * nothing missing) → nothing in the pack but what the tree needs → no secrets → write the commit
 * into the quarantine → move the quarantine into the mirror → move the branch
 *
 * Until the last but one step nothing is in the mirror, and the quarantine is thrown away however
 * it ends. libgit2's own connectivity check is off: it takes submodules for missing objects. The
 * tree check does it.
 */

#define CHUNK_SIZE (1024 * 1024)

typedef struct
{
  ShipGitImport import; /* its strings and pack are owned copies */
} Job;

/* Everything that one import has open. */
typedef struct
{
  const ShipGitImport *import;      /* (unowned) */
  GCancellable        *cancellable; /* (unowned) (nullable) */
  git_oid              tree;
  git_oid              parent;
  char                *reference_name; /* (owned) */
  git_repository      *mirror;         /* (owned) */
  git_odb             *known;          /* (owned): the mirror's objects */
  git_commit          *parent_commit;  /* (owned) */
  git_tree            *parent_tree;    /* (owned) */
  char                *quarantine;     /* (owned) */
  git_odb             *all;            /* (owned): the quarantine's objects, then the mirror's */
} Import;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free ((char *) job->import.mirror_path);
  g_free ((char *) job->import.tree);
  g_bytes_unref (job->import.pack);
  g_free ((char *) job->import.parent);
  g_free ((char *) job->import.branch);
  g_free ((char *) job->import.user_name);
  g_free ((char *) job->import.user_email);
  g_free ((char *) job->import.message);
  g_free ((char *) job->import.trailer);
  g_free (job);
}

static void
import_clear (Import *self)
{
  if (self->quarantine != NULL)
    ship_git_store_discard_quarantine (self->quarantine);
  g_free (self->quarantine);
  g_free (self->reference_name);
  git_odb_free (self->all);
  git_tree_free (self->parent_tree);
  git_commit_free (self->parent_commit);
  git_odb_free (self->known);
  git_repository_free (self->mirror);
}

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_HOSTILE,
               _ ("What came out of the sandbox was refused: %s."),
               reason);
  return FALSE;
}

static gboolean
check_branch (Import *self, GError **error)
{
  git_oid id;
  int     code = git_reference_name_to_id (&id, self->mirror, self->reference_name);

  git_error_clear ();
  if (code == GIT_ENOTFOUND || (code == 0 && git_oid_equal (&id, &self->parent)))
    return TRUE;
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_CONFLICT,
               _ ("The branch “%s” is not where this turn began. Nothing was committed."),
               self->import->branch);
  return FALSE;
}

static gboolean
open_mirror (Import *self, GError **error)
{
  self->reference_name = ship_git_dup_branch_ref (self->import->branch, error);
  if (self->reference_name == NULL ||
      !ship_git_parse_id (self->import->parent, &self->parent, error))
    return FALSE;
  if (!ship_git_parse_id (self->import->tree, &self->tree, NULL))
    return refuse (error, _ ("it names no tree"));
  self->mirror = ship_git_open_mirror (self->import->mirror_path, error);
  if (self->mirror == NULL)
    return FALSE;
  if (git_commit_lookup (&self->parent_commit, self->mirror, &self->parent) != 0 ||
      git_commit_tree (&self->parent_tree, self->parent_commit) != 0 ||
      git_repository_odb (&self->known, self->mirror) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_NOT_FOUND,
                               _ ("The last commit cannot be found."));
  return TRUE;
}

/* The indexer's own errors are the pack's; those of the system (a full disk) are ours. */
static gboolean
refuse_pack (GError **error)
{
  const git_error *last = git_error_last ();

  if (last != NULL && last->klass == GIT_ERROR_OS)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The turn's files cannot be stored."));
  return ship_git_set_error (error,
                             SHIP_GIT_ERROR_HOSTILE,
                             _ ("The pack from the sandbox was refused."));
}

static gboolean
append_pack (Import *self, git_indexer *indexer, GError **error)
{
  git_indexer_progress progress = { 0 };
  gsize                length;
  const char          *data = g_bytes_get_data (self->import->pack, &length);

  for (gsize offset = 0; offset < length; offset += CHUNK_SIZE)
    {
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (git_indexer_append (indexer,
                              data + offset,
                              MIN (CHUNK_SIZE, length - offset),
                              &progress) != 0)
        return refuse_pack (error);
    }
  if (git_indexer_commit (indexer, &progress) != 0)
    return refuse_pack (error);
  return TRUE;
}

static int
cancelled_cb (const git_indexer_progress *progress, gpointer user_data)
{
  return g_cancellable_is_cancelled (user_data) ? GIT_EUSER : 0;
}

static gboolean
index_pack (Import *self, GError **error)
{
  g_autofree char *objects = g_build_filename (self->quarantine, "objects", NULL);
  g_autofree char *packs = g_build_filename (objects, "pack", NULL);
  g_autofree char *mirror_objects = g_build_filename (self->import->mirror_path, "objects", NULL);
  g_autoptr (git_indexer) indexer = NULL;
  git_indexer_options options = GIT_INDEXER_OPTIONS_INIT;
  guint               n_objects;

  if (!ship_git_pack_scan (self->import->pack,
                           &ship_git_pack_limits,
                           self->known,
                           &n_objects,
                           self->cancellable,
                           error))
    return FALSE;
  options.progress_cb = cancelled_cb;
  options.progress_cb_payload = self->cancellable;
  if (n_objects > 0)
    {
      if (git_indexer_new (&indexer, packs, 0, self->known, &options) != 0)
        return ship_git_set_error (error,
                                   SHIP_GIT_ERROR_FAILED,
                                   _ ("The turn's files cannot be stored."));
      if (!append_pack (self, indexer, error))
        return FALSE;
    }
  if (git_odb_open (&self->all, objects) != 0 ||
      git_odb_add_disk_alternate (self->all, mirror_objects) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The turn's files cannot be read back."));
  return TRUE;
}

typedef struct
{
  GHashTable *wanted; /* (unowned) */
  git_odb    *known;  /* (unowned) */
} Stray;

/* Objects that the mirror has anyway are the bases of a thin pack, or what git sent needlessly. */
static int
stray_cb (const git_oid *id, gpointer user_data)
{
  Stray *stray = user_data;

  return g_hash_table_contains (stray->wanted, id) || git_odb_exists (stray->known, id) ? 0
                                                                                        : GIT_EUSER;
}

static gboolean
check_strays (Import *self, ShipGitTreeReport *report, GError **error)
{
  g_autofree char *objects = g_build_filename (self->quarantine, "objects", NULL);
  g_autoptr (git_odb) brought = NULL;
  Stray stray = { report->ids, self->known };
  int   code;

  if (git_odb_open (&brought, objects) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The turn's files cannot be read back."));
  code = git_odb_foreach (brought, stray_cb, &stray);
  git_error_clear ();
  return code == 0 || refuse (error, _ ("it brought an object that does not belong to it"));
}

/* What stands in any commit of the mirror the user knows about. */
static gboolean
check_secrets_in (Import *self, const ShipGitNewFile *file, GError **error)
{
  g_autoptr (git_odb_object) object = NULL;
  g_autoptr (git_odb_object) old = NULL;
  g_autofree char *shown = NULL;
  ShipGitSecret    secret;

  if (git_odb_read (&object, self->all, &file->id) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The turn's files cannot be read back."));
  if (!git_oid_is_zero (&file->old_id))
    git_odb_read (&old, self->known, &file->old_id);
  if (!ship_git_secret_scan_object (object, old, &secret))
    return TRUE;
  shown = ship_git_display_path (file->path);
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_SECRET,
               _ ("Nothing was committed: line %u of “%s” holds what looks like %s."),
               secret.line,
               shown,
               secret.kind);
  return FALSE;
}

static gboolean
check_secrets (Import *self, ShipGitTreeReport *report, GError **error)
{
  for (guint i = 0; i < report->files->len; i++)
    {
      const ShipGitNewFile *file = report->files->pdata[i];

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (!git_odb_exists (self->known, &file->id) && !check_secrets_in (self, file, error))
        return FALSE;
    }
  return TRUE;
}

static git_signature *
new_signature (Import *self, GError **error)
{
  git_signature *signature = NULL;

  if (self->import->user_name != NULL && self->import->user_email != NULL &&
      git_signature_now (&signature, self->import->user_name, self->import->user_email) == 0)
    return signature;
  git_error_clear ();
  g_set_error_literal (
    error,
    SHIP_GIT_ERROR,
    SHIP_GIT_ERROR_NO_IDENTITY,
    _ ("Git does not know who you are. Run: git config --global user.name \"Your Name\" "
       "and git config --global user.email you@example.com"));
  return NULL;
}

static char *
dup_message (const ShipGitImport *import)
{
  g_autofree char *message = g_utf8_make_valid (import->message, -1);

  g_strstrip (message);
  if (import->trailer == NULL || import->trailer[0] == '\0')
    return g_strconcat (message, "\n", NULL);
  return g_strconcat (message, message[0] != '\0' ? "\n\n" : "", import->trailer, "\n", NULL);
}

/* The commit is written into the quarantine, through a repository that has nothing but objects. */
static gboolean
write_commit (Import *self, git_oid *id, GError **error)
{
  g_autoptr (git_repository) repository = NULL;
  g_autoptr (git_signature) signature = new_signature (self, error);
  g_autoptr (git_tree) tree = NULL;
  g_autoptr (git_commit) parent = NULL;
  g_autofree char  *message = dup_message (self->import);
  const git_commit *parents[1];

  if (signature == NULL)
    return FALSE;
  if (git_repository_wrap_odb (&repository, self->all) == 0 &&
      git_tree_lookup (&tree, repository, &self->tree) == 0 &&
      git_commit_lookup (&parent, repository, &self->parent) == 0)
    {
      parents[0] = parent;
      if (git_commit_create (id,
                             repository,
                             NULL,
                             signature,
                             signature,
                             NULL,
                             message,
                             tree,
                             1,
                             parents) == 0)
        return TRUE;
    }
  return ship_git_set_error (error, SHIP_GIT_ERROR_FAILED, _ ("The commit cannot be written."));
}

static gboolean
move_branch (Import *self, const git_oid *id, GError **error)
{
  git_oid        old;
  git_reference *reference = NULL;
  int            code = git_reference_name_to_id (&old, self->mirror, self->reference_name);

  if (code == GIT_ENOTFOUND)
    code = git_reference_create (&reference, self->mirror, self->reference_name, id, FALSE, NULL);
  else if (code == 0)
    code = git_reference_create_matching (&reference,
                                          self->mirror,
                                          self->reference_name,
                                          id,
                                          TRUE,
                                          &self->parent,
                                          NULL);
  git_reference_free (reference);
  if (code == 0)
    return TRUE;
  return ship_git_set_error (error,
                             code == GIT_EMODIFIED ? SHIP_GIT_ERROR_CONFLICT
                                                   : SHIP_GIT_ERROR_FAILED,
                             _ ("The branch “%s” cannot be moved to the new commit."),
                             self->import->branch);
}

static gboolean
check_all (Import *self, GError **error)
{
  g_autoptr (ShipGitTreeReport) report = NULL;

  self->quarantine = ship_git_store_open_quarantine (self->import->mirror_path, error);
  if (self->quarantine == NULL || !index_pack (self, error))
    return FALSE;
  report = ship_git_tree_check_thread (self->all,
                                       &self->tree,
                                       self->parent_tree,
                                       self->cancellable,
                                       error);
  return report != NULL && check_strays (self, report, error) &&
         check_secrets (self, report, error);
}

/* @id: (out): the commit, as text; NULL if there is nothing to commit */
static gboolean
import (Import *self, char **id, GError **error)
{
  git_oid commit;

  if (!open_mirror (self, error) || !check_branch (self, error))
    return FALSE;
  if (git_oid_equal (&self->tree, git_tree_id (self->parent_tree)))
    return TRUE;
  if (!check_all (self, error) || !write_commit (self, &commit, error))
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (!ship_git_store_publish (self->quarantine, self->import->mirror_path, error))
    return FALSE;
  git_odb_refresh (self->known);
  if (!move_branch (self, &commit, error))
    return FALSE;
  *id = ship_git_id_to_string (&commit);
  return TRUE;
}

static void
import_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Job   *job = task_data;
  Import self = { .import = &job->import, .cancellable = cancellable };
  g_autoptr (ShipGitLock) lock = NULL;
  g_autoptr (GError) error = NULL;
  char    *id = NULL;
  gboolean ok;

  ship_git_thread_init ();
  lock = ship_git_lock_acquire_thread (job->import.mirror_path, cancellable, &error);
  ok = lock != NULL && import (&self, &id, &error);
  import_clear (&self);
  if (ok)
    g_task_return_pointer (task, id, g_free);
  else if (g_cancellable_is_cancelled (cancellable))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", _ ("Cancelled"));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_git_mirror_import_async (const ShipGitImport *import_,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (import_ != NULL && import_->mirror_path != NULL && import_->tree != NULL);
  g_return_if_fail (import_->pack != NULL && import_->parent != NULL && import_->branch != NULL);
  g_return_if_fail (import_->message != NULL);

  job = g_new0 (Job, 1);
  job->import = (ShipGitImport){ .mirror_path = g_strdup (import_->mirror_path),
                                 .tree = g_strdup (import_->tree),
                                 .pack = g_bytes_ref (import_->pack),
                                 .parent = g_strdup (import_->parent),
                                 .branch = g_strdup (import_->branch),
                                 .user_name = g_strdup (import_->user_name),
                                 .user_email = g_strdup (import_->user_email),
                                 .message = g_strdup (import_->message),
                                 .trailer = g_strdup (import_->trailer) };
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_git_mirror_import_async);
  g_task_set_task_data (task, job, job_free);
  /* A commit that was made in spite of a late cancellation is said to be made. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, import_thread);
}

char *
ship_git_mirror_import_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_mirror_import_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
