/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-local-profile.h"

#include <gio/gio.h>
#include <string.h>

#include "sandbox/ship-sandbox.h"
#include "sandbox/ship-toolchain.h"

/*
 * The profile of a local sandbox as bubblewrap's command line. An allow-list: the root is an empty
 * tmpfs, and of the host there is only what is named here. No "-try" option is used, for those fail
 * open. tests/security holds it against attacks. Stateless.
 */

#define PORT  G_STRINGIFY (SHIP_SANDBOX_GATEWAY_PORT)
#define PROXY "http://127.0.0.1:" PORT

/* clang-format off */
/* Not --die-with-parent: see ship-launch.c for why, and for what ends everything instead. Not --unshare-net: ship-launch
 * makes the network, or adds it. */
static const char *const isolation[] = {
  "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup",
  "--disable-userns", "--assert-userns-disabled",
  "--uid", "1000", "--gid", "1000", "--hostname", "ship",
  "--as-pid-1", "--new-session", "--cap-drop", "ALL", "--clearenv",
  NULL,
};

/* Public settings that compilers, interpreters and TLS need; no identity, no secret. */
static const char *const etc_names[] = {
  "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "ssl/certs", "ssl/openssl.cnf", "ca-certificates",
  "ca-certificates.conf", "pki", "localtime", "protocols", "services", "mime.types", "terminfo", "inputrc",
  "fonts", "perl", "debian_version", "os-release",
};

/* The same with a version in the name. */
static const char *const etc_prefixes[] = { "python3", "java-" };

static const struct
{
  const char *path;
  const char *text;
} files[SHIP_LOCAL_N_FILES] = {
  { "/etc/passwd", "root:x:0:0:root:/root:/usr/sbin/nologin\n"
                   "agent:x:1000:1000:agent:/home/agent:/bin/bash\n"
                   "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n" },
  { "/etc/group", "root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n" },
  { "/etc/hosts", "127.0.0.1 localhost ship\n::1 localhost\n" },
  { "/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n" },
  /* ship-guest. */
  { "/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n" },
};

/* /run and /var are of the root, and so cannot be written: nothing inside keeps anything there. */
static const char *const places[] = {
  "--proc", "/proc", "--dev", "/dev", "--dir", "/run", "--symlink", "../tmp", "/var/tmp",
  NULL,
};

/* File systems of memory, each of a bounded size; see ship-launch-memory.c as well. */
static const char *const temporary[] = { "/tmp", "/dev/shm" };

/* What the whole host shares, whatever the namespace: keys by user, addresses of the kernel. */
static const char *const proc_hidden[] = {
  "keys", "key-users", "timer_list", "kallsyms", "vmallocinfo", "slabinfo", "sched_debug", "config.gz", "kcore",
};

/* bubblewrap covers these only where access() says that it must, which it does not for all callers. */
static const char *const proc_read_only[] = { "sys", "irq", "bus", "sysrq-trigger" };

static const char *const sealing[] = {
  "--remount-ro", "/dev", "--chdir", SHIP_SANDBOX_WORK_DIR, "--remount-ro", "/",
  NULL,
};

static const char *const environment[] = {
  "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
  "HOME=" SHIP_SANDBOX_HOME_DIR,
  "USER=agent",
  "LOGNAME=agent",
  "SHELL=/bin/bash",
  "LANG=C.UTF-8",
  "TERM=xterm-256color",
  "TMPDIR=/tmp",
  /* For tools of every kind: most read one of these, npm and cargo their own. */
  "HTTP_PROXY=" PROXY, "HTTPS_PROXY=" PROXY, "ALL_PROXY=" PROXY,
  "http_proxy=" PROXY, "https_proxy=" PROXY, "all_proxy=" PROXY,
  "NODE_USE_ENV_PROXY=1",
  "CARGO_HTTP_PROXY=" PROXY,
  "JAVA_TOOL_OPTIONS=-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=" PORT " -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=" PORT,
  "NO_PROXY=localhost,127.0.0.1,::1",
  "no_proxy=localhost,127.0.0.1,::1",
  "GIT_TERMINAL_PROMPT=0",
  "container=ship",
  NULL,
};

static const struct
{
  const char *option;
  const char *target;
} trees[SHIP_LOCAL_N_TREES] = {
  [SHIP_LOCAL_TREE_GUEST] = { "--ro-bind", SHIP_LOCAL_GUEST_PATH },
  [SHIP_LOCAL_TREE_WORK] = { "--bind", SHIP_SANDBOX_WORK_DIR },
  [SHIP_LOCAL_TREE_HOME] = { "--bind", SHIP_SANDBOX_HOME_DIR },
  [SHIP_LOCAL_TREE_OBJECTS] = { "--ro-bind", SHIP_SANDBOX_OBJECTS_DIR },
  [SHIP_LOCAL_TREE_AGENT] = { "--ro-bind", SHIP_SANDBOX_AGENT_DIR },
  [SHIP_LOCAL_TREE_INDEX] = { "--ro-bind", SHIP_SANDBOX_INDEX_FILE },
};
/* clang-format on */

static void
add (GByteArray *args, const char *arg)
{
  g_byte_array_append (args, (const guint8 *) arg, strlen (arg) + 1);
}

static void
add_all (GByteArray *args, const char *const *list)
{
  for (; *list != NULL; list++)
    add (args, *list);
}

static void
add_three (GByteArray *args, const char *option, const char *source, const char *target)
{
  add (args, option);
  add (args, source);
  add (args, target);
}

static void
add_if_there (GByteArray *args, const char *path)
{
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    add_three (args, "--ro-bind", path, path);
}

/* The programs, and the old places of them: links into /usr here as there. */
static void
add_programs (GByteArray *args)
{
  static const char *const names[] = { "bin", "sbin", "lib", "lib64", "lib32" };

  add_three (args, "--ro-bind", "/usr", "/usr");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/", names[i], NULL);
      g_autofree char *target = g_strconcat ("usr/", names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        add_three (args, "--symlink", target, path);
      else
        add_if_there (args, path);
    }
}

static gboolean
is_versioned_etc (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (etc_prefixes); i++)
    if (g_str_has_prefix (name, etc_prefixes[i]))
      return TRUE;
  return FALSE;
}

static void
add_etc (GByteArray *args)
{
  g_autoptr (GDir) dir = g_dir_open ("/etc", 0, NULL);
  const char *name;

  add (args, "--dir");
  add (args, "/etc");
  for (gsize i = 0; i < G_N_ELEMENTS (etc_names); i++)
    {
      g_autofree char *path = g_build_filename ("/etc", etc_names[i], NULL);

      add_if_there (args, path);
    }
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/etc", name, NULL);

      if (is_versioned_etc (name))
        add_if_there (args, path);
    }
  for (guint i = 0; i < SHIP_LOCAL_N_FILES; i++)
    {
      g_autofree char *fd = g_strdup_printf ("%u", SHIP_LOCAL_FD_FILES + i);

      add_three (args, "--ro-bind-data", fd, files[i].path);
    }
}

static void
add_proc (GByteArray *args)
{
  for (gsize i = 0; i < G_N_ELEMENTS (proc_hidden); i++)
    {
      g_autofree char *path = g_build_filename ("/proc", proc_hidden[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        add_three (args, "--ro-bind", "/dev/null", path);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (proc_read_only); i++)
    {
      g_autofree char *path = g_build_filename ("/proc", proc_read_only[i], NULL);

      add_if_there (args, path);
    }
}

static void
add_temporary (GByteArray *args, guint64 size)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, size);

  add_all (args, places);
  for (gsize i = 0; i < G_N_ELEMENTS (temporary); i++)
    {
      add_three (args, "--perms", "1777", "--size");
      add_three (args, text, "--tmpfs", temporary[i]);
    }
}

/* By what is in it; see ship-toolchain.c. */
static void
add_toolchain (GByteArray *args, const ShipToolchain *toolchain)
{
  add (args, "--dir");
  add (args, toolchain->path);
  for (guint i = 0; i < toolchain->entries->len; i++)
    {
      const char      *name = g_ptr_array_index (toolchain->entries, i);
      g_autofree char *source = g_build_filename (toolchain->source, name, NULL);
      g_autofree char *target = g_build_filename (toolchain->path, name, NULL);

      add_three (args, "--ro-bind", source, target);
    }
  for (guint i = 0; i + 1 < toolchain->links->len; i += 2)
    {
      const char      *name = g_ptr_array_index (toolchain->links, i);
      g_autofree char *path = g_build_filename (toolchain->path, name, NULL);

      add_three (args, "--symlink", g_ptr_array_index (toolchain->links, i + 1), path);
    }
}

GByteArray *
ship_local_profile_build (const char *const sources[SHIP_LOCAL_N_TREES],
                          gboolean          is_read_only,
                          guint64           temporary_size,
                          GPtrArray        *toolchains)
{
  GByteArray      *args = g_byte_array_new ();
  g_autofree char *filter = g_strdup_printf ("%u", SHIP_LOCAL_FD_FILTER);

  add_all (args, isolation);
  add_programs (args);
  add_etc (args);
  add_temporary (args, temporary_size);
  for (guint i = 0; i < SHIP_LOCAL_N_TREES; i++)
    if (sources[i] != NULL)
      add_three (args,
                 i == SHIP_LOCAL_TREE_WORK && is_read_only ? "--ro-bind" : trees[i].option,
                 sources[i],
                 trees[i].target);
  for (guint i = 0; i < toolchains->len; i++)
    add_toolchain (args, g_ptr_array_index (toolchains, i));
  add_proc (args);
  add_all (args, sealing);
  add (args, "--seccomp");
  add (args, filter);

  return args;
}

const char *
ship_local_profile_get_file (guint index)
{
  g_return_val_if_fail (index < SHIP_LOCAL_N_FILES, NULL);

  return files[index].text;
}

const char *const *
ship_local_profile_get_environment (void)
{
  return environment;
}
