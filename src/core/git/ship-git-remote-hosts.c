/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-remote-hosts.h"

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-private.h"

char *
ship_git_remote_host_from_url (const char *url)
{
  const char *colon, *slash;

  g_return_val_if_fail (url != NULL, NULL);

  if (strstr (url, "://") != NULL)
    {
      g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED, NULL);
      const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

      return host != NULL && host[0] != '\0' ? g_ascii_strdown (host, -1) : NULL;
    }

  /* The way of scp; a colon behind a slash is part of a path. */
  colon = strchr (url, ':');
  slash = strchr (url, '/');
  if (colon == NULL || colon == url || (slash != NULL && slash < colon))
    return NULL;
  slash = memchr (url, '@', (gsize) (colon - url));
  return g_ascii_strdown (slash != NULL ? slash + 1 : url,
                          colon - (slash != NULL ? slash + 1 : url));
}

static GStrv
read_hosts_thread (git_repository *repository)
{
  g_autoptr (GPtrArray) hosts = g_ptr_array_new ();
  git_strarray names = { NULL, 0 };

  git_remote_list (&names, repository);
  for (gsize i = 0; i < names.count; i++)
    {
      git_remote      *remote = NULL;
      g_autofree char *host = NULL;

      if (git_remote_lookup (&remote, repository, names.strings[i]) != 0)
        continue;
      if (git_remote_url (remote) != NULL)
        host = ship_git_remote_host_from_url (git_remote_url (remote));
      if (host != NULL && !g_ptr_array_find_with_equal_func (hosts, host, g_str_equal, NULL))
        g_ptr_array_add (hosts, g_steal_pointer (&host));
      git_remote_free (remote);
    }
  git_strarray_dispose (&names);
  g_ptr_array_add (hosts, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&hosts), FALSE);
}

static void
remote_hosts_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (git_repository) repository = NULL;
  GError *error = NULL;

  ship_git_thread_init ();
  repository = ship_git_open_user_repository (data, FALSE, &error);
  if (repository == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, read_hosts_thread (repository), (GDestroyNotify) g_strfreev);
}

void
ship_git_read_remote_hosts_async (const char         *repository_path,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (repository_path != NULL);

  g_task_set_source_tag (task, ship_git_read_remote_hosts_async);
  g_task_set_task_data (task, g_strdup (repository_path), g_free);
  g_task_run_in_thread (task, remote_hosts_thread);
}

GStrv
ship_git_read_remote_hosts_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_read_remote_hosts_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
