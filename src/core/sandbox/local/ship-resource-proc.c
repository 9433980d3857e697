/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/local/ship-resource-proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The processes of a sandbox as the host sees them. Processes come and go while they are looked at;
 * one that has gone counts as nothing. All that is read here is written by the kernel. Stateless;
 * worker threads.
 */

#define BLOCK_SIZE 512
#define KIB        1024

/* Returns: bytes read, or -1. NUL-terminated. */
static gssize
read_small (int dir, const char *path, char *buffer, gsize size)
{
  int    fd = openat (dir, path, O_RDONLY | O_CLOEXEC);
  gssize n = 0;
  gssize total = 0;

  if (fd < 0)
    return -1;
  while (total < (gssize) size - 1 && (n = read (fd, buffer + total, size - 1 - (gsize) total)) > 0)
    total += n;
  close (fd);
  buffer[total] = '\0';

  return n < 0 ? -1 : total;
}

static int
open_dir (const char *proc, pid_t pid, const char *name)
{
  char path[256];

  g_snprintf (path, sizeof path, "%s/%d%s", proc, (int) pid, name);
  return open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
add_children (int tasks, const char *thread, GArray *pids, guint max)
{
  char  path[64];
  char  buffer[16 * KIB];
  char *at = buffer;
  char *end;

  g_snprintf (path, sizeof path, "%s/children", thread);
  if (read_small (tasks, path, buffer, sizeof buffer) <= 0)
    return;
  for (long child = strtol (at, &end, 10); end != at && pids->len < max;
       child = strtol (at, &end, 10))
    {
      pid_t pid = (pid_t) child;

      g_array_append_val (pids, pid);
      at = end;
    }
}

/* A thread's children are listed with the thread, so all of them are asked. */
static void
add_all_children (const char *proc, pid_t pid, GArray *pids, guint max)
{
  int            fd = open_dir (proc, pid, "/task");
  DIR           *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (dir != NULL && pids->len < max && (entry = readdir (dir)) != NULL)
    if (g_ascii_isdigit (entry->d_name[0]))
      add_children (dirfd (dir), entry->d_name, pids, max);
  if (dir != NULL)
    closedir (dir);
}

GArray *
ship_resource_proc_list_thread (const char *proc, pid_t root, guint max)
{
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (pid_t));

  g_array_append_val (pids, root);
  for (guint i = 0; i < pids->len && pids->len < max; i++)
    add_all_children (proc, g_array_index (pids, pid_t, i), pids, max);

  return pids;
}

/* Pages of the whole process, and how many of them are of files or shared memory. */
static gboolean
read_pages (const char *proc, pid_t pid, guint64 *resident, guint64 *shared)
{
  char  path[256];
  char  buffer[256];
  char *at = buffer;

  g_snprintf (path, sizeof path, "%s/%d/statm", proc, (int) pid);
  if (read_small (AT_FDCWD, path, buffer, sizeof buffer) <= 0)
    return FALSE;
  strtoull (at, &at, 10);
  *resident = strtoull (at, &at, 10);
  *shared = strtoull (at, &at, 10);
  return TRUE;
}

guint64
ship_resource_proc_estimate_thread (const char *proc, const GArray *pids)
{
  guint64 pages = 0;

  for (guint i = 0; i < pids->len; i++)
    {
      guint64 resident = 0;
      guint64 shared = 0;

      if (read_pages (proc, g_array_index (pids, pid_t, i), &resident, &shared))
        pages += resident;
    }

  return pages * (guint64) sysconf (_SC_PAGESIZE);
}

static guint64
get_kib (const char *text, const char *field)
{
  const char *at = strstr (text, field);

  return at != NULL ? strtoull (at + strlen (field), NULL, 10) * KIB : 0;
}

/* A process that cannot be asked (it has made itself uninspectable) is taken at its word for what
 * everybody can see. */
static guint64
measure_one (const char *proc, pid_t pid)
{
  char    path[256];
  char    buffer[4 * KIB];
  guint64 resident = 0;
  guint64 shared = 0;

  g_snprintf (path, sizeof path, "%s/%d/smaps_rollup", proc, (int) pid);
  if (read_small (AT_FDCWD, path, buffer, sizeof buffer) > 0 &&
      strstr (buffer, "\nPss_Anon:") != NULL)
    return get_kib (buffer, "\nPss_Anon:") + get_kib (buffer, "\nPss_Shmem:");
  if (!read_pages (proc, pid, &resident, &shared))
    return 0;

  return (resident - MIN (shared, resident)) * (guint64) sysconf (_SC_PAGESIZE);
}

guint64
ship_resource_proc_measure_thread (const char *proc, const GArray *pids)
{
  guint64 bytes = 0;

  for (guint i = 0; i < pids->len; i++)
    bytes += measure_one (proc, g_array_index (pids, pid_t, i));

  return bytes;
}

static void
add_nameless (int fds, GHashTable *seen, dev_t device, guint64 *bytes)
{
  DIR           *dir = fdopendir (fds);
  struct dirent *entry;
  struct stat    status;

  if (dir == NULL)
    {
      close (fds);
      return;
    }
  while ((entry = readdir (dir)) != NULL)
    if (g_ascii_isdigit (entry->d_name[0]) &&
        fstatat (dirfd (dir), entry->d_name, &status, 0) == 0 && S_ISREG (status.st_mode) &&
        status.st_nlink == 0 && status.st_dev == device &&
        g_hash_table_add (seen, g_memdup2 (&(gint64){ (gint64) status.st_ino }, sizeof (gint64))))
      *bytes += (guint64) status.st_blocks * BLOCK_SIZE;
  closedir (dir);
}

guint64
ship_resource_proc_nameless_thread (const char *proc, const GArray *pids, dev_t device)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint64 bytes = 0;

  for (guint i = 0; i < pids->len; i++)
    {
      int fds = open_dir (proc, g_array_index (pids, pid_t, i), "/fd");

      if (fds >= 0)
        add_nameless (fds, seen, device, &bytes);
    }

  return bytes;
}
