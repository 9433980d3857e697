/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox-fixture.h"
#include "ship-test.h"

/*
 * A table of attacks, each run by the probe inside one sandbox of the product, where it must be
 * refused, and, where it does no harm, outside, where it must work: an attack that works nowhere
 * proves nothing. Outside, the probe is the same user on the host that it is inside, with files,
 * processes and sockets of that user's to find. With a second argument the working copy is an
 * overlay, which changes nothing.
 */

#define CANARY_HEAD    "ship-canary-"
#define CANARY_TAIL    "5f0d0c9a"
#define KEY_NAME       "ship_canary_key"
#define SHM_KEY        0x53480000
#define VICTIM_PID_MIN 200

typedef enum
{
  CONTROL_NONE,  /* not outside: it would do harm, or means nothing there */
  CONTROL_USER,  /* must work for the user that the sandbox runs as */
  CONTROL_SHOWN, /* works or not, as the machine has it; only shown */
  CONTROL_ROOT,  /* as root, if that is who tests; harmless */
} Control;

/* In arguments: {out} the user's directory outside, {dir} its own, {home}, {port}, {pid},
 * {abstract}, {shm}, and {least}, the first oom_score_adj that must not be reached: root can keep a
 * sandbox from going back to a user's. */
typedef struct
{
  const char *name;
  const char *attempt;
  Control     control;
  gboolean    needs_pty;
} Attack;

/* clang-format off */
static const Attack attacks[] = {
  /* First: few processes were made inside then, and none has the number of the victim by chance. */
  { "processes-of-the-host", "reach-process {pid}", CONTROL_USER },
  { "secrets-of-the-user", "read {out}/secret {home}/.bashrc {home}/.profile {home}/.ssh/id_ed25519", CONTROL_USER },
  { "passwords", "read /etc/shadow /etc/gshadow /etc/sudoers", CONTROL_ROOT },
  { "machine-identity", "read /etc/hostname /etc/machine-id /etc/fstab /var/lib/dpkg/status", CONTROL_USER },
  { "places-of-the-host", "list /root /mnt /media /srv /boot /sys /var/lib /var/log /run/user /run/lock {out}", CONTROL_USER },
  { "detours", "detours {out}/secret {dir}", CONTROL_USER },
  { "write-outside", "create-in / /usr /usr/bin /etc /opt /home /dev /proc/sys /run/ship {out}", CONTROL_USER },
  { "overwrite-programs", "open-for-writing /run/ship/guest /proc/1/exe /usr/bin/env /bin/sh /usr/bin/bwrap /etc/passwd", CONTROL_NONE },
  { "kernel-settings", "open-for-writing /proc/sys/kernel/core_pattern /proc/sys/kernel/modprobe /proc/sys/vm/overcommit_memory "
                       "/proc/sys/kernel/hostname /proc/sysrq-trigger /proc/irq/default_smp_affinity /sys/kernel/uevent_helper", CONTROL_ROOT },
  { "kernel-secrets", "read /proc/kallsyms /proc/kcore /proc/kmsg /proc/keys /proc/key-users /proc/timer_list /proc/slabinfo "
                      "/proc/vmallocinfo /proc/config.gz", CONTROL_USER },
  { "set-id-files", "plant-set-id {dir}", CONTROL_USER },
  { "set-id-programs", "run-set-id {dir}/set-id-probe", CONTROL_USER },
  { "device-files", "make-device {dir}", CONTROL_ROOT },
  { "devices", "open-devices", CONTROL_ROOT },
  { "fill-memory", "fill 600 /tmp /dev/shm /run /var /dev /run/ship", CONTROL_NONE },
  { "fill-disk-by-one-file", "fill 2049 {dir}", CONTROL_NONE },
  { "unbounded-memory", "unbounded-memory 600 /tmp /dev/shm /run /var /dev /run/ship /", CONTROL_SHOWN },
  { "system-calls", "syscalls", CONTROL_USER },
  { "user-namespaces", "user-namespace", CONTROL_USER },
  { "socket-families", "socket-families", CONTROL_USER },
  { "foreign-abi", "foreign-abi", CONTROL_SHOWN },
  { "terminal-input", "terminal-input", CONTROL_NONE, TRUE },
  { "subvolumes", "subvolumes", CONTROL_USER },
  { "loopback-of-the-host", "connect-port {port}", CONTROL_USER },
  { "network-and-names", "network", CONTROL_SHOWN },
  { "abstract-sockets", "connect-abstract {abstract}", CONTROL_USER },
  { "unix-sockets", "connect-unix {out}/socket /run/dbus/system_bus_socket /run/docker.sock /run/systemd/private", CONTROL_USER },
  { "environments", "find-canary " CANARY_HEAD " " CANARY_TAIL, CONTROL_USER },
  { "first-process", "inspect-first", CONTROL_NONE },
  { "kill-first-process", "kill-first", CONTROL_NONE },
  { "inherited-descriptors", "inherited", CONTROL_USER },
  { "inherited-by-terminal", "inherited", CONTROL_USER, TRUE },
  { "keyring", "find-key " KEY_NAME, CONTROL_USER },
  { "shared-memory", "share-memory {shm}", CONTROL_USER },
  { "fork-bomb", "fork-many 600", CONTROL_NONE },
  { "limits", "limits", CONTROL_USER },
  { "priority", "priority {least}", CONTROL_SHOWN },
};
/* clang-format on */

typedef struct
{
  SandboxFixture  fixture;
  char           *out;   /* (owned): the user's own, where everybody may enter */
  char           *probe; /* (owned): there */
  guint16         port;
  GSocketService *service;
  GPid            victim;
  int             shm;
  gboolean        has_key;
  GString        *table; /* (owned) */
} Walls;

/* The walls are the same for all attacks; the data of a test is only a pointer to its attack. */
typedef struct
{
  Walls        *walls;
  const Attack *attack;
} Case;

/* In the child: the user that the sandbox runs as, and no longer than we do. */
static void
become_user (gpointer user_data)
{
  uid_t uid = *(uid_t *) user_data;

  if (geteuid () != uid && (setgroups (0, NULL) != 0 || setresgid (uid, uid, uid) != 0 ||
                            setresuid (uid, uid, uid) != 0))
    _exit (3);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Root of a whole machine, not one that lacks the right as in some containers. */
static gboolean
can_keep_down (void)
{
  return geteuid () == 0 && prctl (PR_CAPBSET_READ, CAP_SYS_RESOURCE) == 1;
}

/* Two of this program may run at once. */
static key_t
get_shm_key (void)
{
  return SHM_KEY | (getpid () & 0xffff);
}

static char *
expand (Walls *walls, const char *attempt, const char *dir)
{
  g_autoptr (GString) text = g_string_new (attempt);
  g_autofree char *port = g_strdup_printf ("%u", walls->port);
  g_autofree char *pid = g_strdup_printf ("%d", (int) walls->victim);
  g_autofree char *shm = g_strdup_printf ("%d", get_shm_key ());

  g_string_replace (text, "{dir}", dir, 0);
  g_string_replace (text, "{out}", walls->out, 0);
  g_string_replace (text, "{home}", g_get_home_dir (), 0);
  g_string_replace (text, "{port}", port, 0);
  g_string_replace (text, "{pid}", pid, 0);
  g_string_replace (text, "{abstract}", walls->out + 1, 0);
  g_string_replace (text, "{shm}", shm, 0);
  g_string_replace (text, "{least}", can_keep_down () ? "799" : "-1", 0);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Returns: the probe's exit status */
static int
attack_outside (Walls *walls, const Attack *attack, char **output)
{
  g_autofree char *attempt = expand (walls, attack->attempt, walls->out);
  g_auto (GStrv) argv = NULL;
  g_autofree char *line = g_strconcat (walls->probe, " ", attempt, NULL);
  g_autoptr (GError) error = NULL;
  uid_t uid = attack->control == CONTROL_ROOT ? 0 : ship_local_sandbox_get_uid ();
  int   status;

  argv = g_strsplit (line, " ", -1);
  g_spawn_sync (walls->out,
                argv,
                NULL,
                G_SPAWN_LEAVE_DESCRIPTORS_OPEN,
                become_user,
                &uid,
                output,
                NULL,
                &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));

  return WEXITSTATUS (status);
}

static char *
read_terminal (ShipSandboxProcess *process)
{
  GString *text = g_string_new (NULL);
  char     buffer[1024];
  ssize_t  n;

  while ((n = read (ship_sandbox_process_get_pty_fd (process), buffer, sizeof buffer)) > 0)
    g_string_append_len (text, buffer, n);

  return g_string_free (text, FALSE);
}

static int
attack_inside (Walls *walls, const Attack *attack, char **output)
{
  g_autofree char *attempt = expand (walls, attack->attempt, SHIP_SANDBOX_WORK_DIR);
  g_auto (GStrv) args = g_strsplit (attempt, " ", -1);
  ShipSandboxCommand *command = ship_sandbox_command_new ("/work/probe", NULL);
  int                 status;

  for (char **arg = args; *arg != NULL; arg++)
    ship_sandbox_command_add_arg (command, *arg);

  if (attack->needs_pty)
    {
      g_autoptr (ShipSandboxProcess) process = NULL;

      ship_sandbox_command_set_pty (command, 24, 80);
      process = sandbox_fixture_spawn (&walls->fixture, command);
      status = sandbox_fixture_wait (process);
      *output = read_terminal (process);
    }
  else
    {
      g_autoptr (ShipSandboxRunResult) run = sandbox_fixture_run_command (&walls->fixture, command);
      gsize       size;
      const char *text = g_bytes_get_data (run->output, &size);

      status = run->wait_status;
      *output = g_strndup (text, size);
    }

  /* A probe that was killed has shown nothing. */
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

static gboolean
is_control_possible (Walls *walls, const Attack *attack)
{
  if (attack->control == CONTROL_NONE)
    return FALSE;
  if (attack->control == CONTROL_ROOT || g_str_equal (attack->name, "set-id-programs"))
    return geteuid () == 0;
  if (g_str_equal (attack->name, "keyring"))
    return walls->has_key;

  return TRUE;
}

static void
test_attack (gconstpointer data)
{
  const Case      *test = data;
  const Attack    *attack = test->attack;
  const char      *control = "-";
  g_autofree char *outside = NULL;
  g_autofree char *inside = NULL;
  int              status;

  if (is_control_possible (test->walls, attack))
    {
      status = attack_outside (test->walls, attack, &outside);
      control = status == 1 ? "works" : "refused";
      if (attack->control != CONTROL_SHOWN && status != 1)
        g_test_fail_printf ("“%s” does not even work outside (%d): %s",
                            attack->name,
                            status,
                            outside);
    }

  status = attack_inside (test->walls, attack, &inside);
  g_string_append_printf (test->walls->table,
                          "# %-24s outside: %-8s inside: %s\n",
                          attack->name,
                          control,
                          status == 0 ? "refused" : "WORKS");
  if (status != 0)
    g_test_fail_printf ("“%s” works in the sandbox (%d): %s", attack->name, status, inside);
}

/* Two sandboxes at once know nothing of each other, though both are the same user on the host. */
static void
test_neighbour (gconstpointer data)
{
  const Case         *test = data;
  ShipSandboxCommand *command = ship_sandbox_command_new ("sleep", "1000", NULL);
  g_autoptr (ShipSandboxProcess) process = NULL;
  SandboxFixture   neighbour = { 0 };
  g_autofree char *inside = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *attempt = NULL;
  Attack           read_secret = { "neighbour", NULL, CONTROL_NONE };
  const Attack     find_process = { "neighbour",
                                    "find-canary neighbour-" CANARY_HEAD " " CANARY_TAIL,
                                    CONTROL_NONE };

  sandbox_fixture_set_up (&neighbour, FALSE);
  sandbox_fixture_start (&neighbour);
  ship_sandbox_command_set_env (command, "CANARY", "neighbour-" CANARY_HEAD CANARY_TAIL);
  process = sandbox_fixture_spawn (&neighbour, command);
  g_free (
    sandbox_fixture_run (&neighbour, "echo secret > /work/secret; echo secret > /tmp/secret"));

  secret = g_build_filename (neighbour.work, "secret", NULL);
  attempt = g_strconcat ("read /tmp/secret ", secret, NULL);
  read_secret.attempt = attempt;
  g_assert_cmpint (attack_inside (test->walls, &read_secret, &inside), ==, 0);
  g_clear_pointer (&inside, g_free);
  g_assert_cmpint (attack_inside (test->walls, &find_process, &inside), ==, 0);

  g_clear_object (&process);
  sandbox_fixture_tear_down (&neighbour);
}

static void
write_for_user (Walls *walls, const char *name, const char *text, mode_t mode)
{
  g_autofree char *path = g_build_filename (walls->out, name, NULL);
  g_autoptr (GError) error = NULL;
  uid_t uid = ship_local_sandbox_get_uid ();

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chown (path, uid, uid), ==, 0);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
copy_probe (const char *source, const char *target, mode_t mode)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (source, &data, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents (target, data, (gssize) size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (target, mode), ==, 0);
}

/* Copies that are root's with the set-id bit, as an attacker would find on a careless host. */
static void
install_probes (Walls *walls, const char *source)
{
  const char      *below = walls->fixture.base != NULL ? walls->fixture.base : walls->fixture.work;
  g_autofree char *inside = g_build_filename (below, "set-id-probe", NULL);
  g_autofree char *outside = g_build_filename (walls->out, "set-id-probe", NULL);

  sandbox_fixture_install (&walls->fixture, source, "probe");
  walls->probe = g_build_filename (walls->out, "probe", NULL);
  copy_probe (source, walls->probe, 0755);
  copy_probe (source, inside, 04755);
  copy_probe (source, outside, 04755);
}

static void
listen_at (Walls *walls)
{
  g_autofree char *path = g_build_filename (walls->out, "socket", NULL);
  g_autoptr (GSocketAddress) unix_address = g_unix_socket_address_new (path);
  g_autoptr (GSocketAddress) abstract_address =
    g_unix_socket_address_new_with_type (walls->out + 1, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  GSocketAddress *const addresses[] = { unix_address, abstract_address };
  g_autoptr (GError) error = NULL;

  walls->service = g_socket_service_new ();
  walls->port =
    g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (walls->service), NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_socket_listener_add_address (G_SOCKET_LISTENER (walls->service),
                                     addresses[i],
                                     G_SOCKET_TYPE_STREAM,
                                     G_SOCKET_PROTOCOL_DEFAULT,
                                     NULL,
                                     NULL,
                                     &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (g_chmod (path, 0666), ==, 0);
}

static GPid
spawn_victim (void)
{
  const char *argv[] = { "sleep", "1000", NULL };
  const char *env[] = { "CANARY=" CANARY_HEAD CANARY_TAIL, NULL };
  uid_t       uid = ship_local_sandbox_get_uid ();
  g_autoptr (GError) error = NULL;
  GPid pid = 0;

  g_spawn_async (NULL,
                 (char **) argv,
                 (char **) env,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                   G_SPAWN_STDERR_TO_DEV_NULL,
                 become_user,
                 &uid,
                 &pid,
                 &error);
  g_assert_no_error (error);
  return pid;
}

static void
end_victim (GPid pid)
{
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  g_spawn_close_pid (pid);
}

/* A process of the user's on the host, with a number that is too high to be one inside. */
static void
start_victim (Walls *walls)
{
  while ((walls->victim = spawn_victim ()) < VICTIM_PID_MIN)
    end_victim (walls->victim);
}

/* Things of the host that the attacks look for. */
static void
build_host (Walls *walls)
{
  uid_t uid = ship_local_sandbox_get_uid ();
  g_autoptr (GError) error = NULL;
  struct shmid_ds status;

  walls->out = g_dir_make_tmp ("ship-outside-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_cmpint (chown (walls->out, uid, uid), ==, 0);
  g_assert_cmpint (g_chmod (walls->out, 0755), ==, 0);
  write_for_user (walls, "secret", "the user's secret", 0600);
  listen_at (walls);
  start_victim (walls);

  walls->shm = shmget (get_shm_key (), 4096, IPC_CREAT | 0666);
  g_assert_cmpint (walls->shm, >=, 0);
  g_assert_cmpint (shmctl (walls->shm, IPC_STAT, &status), ==, 0);

  /* A session keyring of our own, which children inherit; in it a key of the user. */
  walls->has_key = syscall (SYS_keyctl, 1L /* join */, NULL) >= 0 &&
                   syscall (SYS_add_key, "user", KEY_NAME, "canary", 6L, -3L) >= 0;
}

static void
clear_host (Walls *walls)
{
  g_autofree char *command = g_strdup_printf ("rm -rf %s", walls->out);
  g_autoptr (GError) error = NULL;

  g_socket_service_stop (walls->service);
  g_socket_listener_close (G_SOCKET_LISTENER (walls->service));
  g_clear_object (&walls->service);
  end_victim (walls->victim);
  shmctl (walls->shm, IPC_RMID, NULL);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_free (walls->out);
  g_free (walls->probe);
}

int
main (int argc, char **argv)
{
  Walls walls = { .table = g_string_new (NULL) };
  Case  cases[G_N_ELEMENTS (attacks) + 1];
  int   result;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, >=, 2);

  for (gsize i = 0; i < G_N_ELEMENTS (attacks); i++)
    {
      g_autofree char *path = g_strconcat ("/walls/", attacks[i].name, NULL);

      cases[i] = (Case){ &walls, &attacks[i] };
      g_test_add_data_func (path, &cases[i], test_attack);
    }
  cases[G_N_ELEMENTS (attacks)] = (Case){ &walls, NULL };
  g_test_add_data_func ("/walls/neighbour", &cases[G_N_ELEMENTS (attacks)], test_neighbour);

  build_host (&walls);
  if (argc > 2)
    sandbox_fixture_set_up_overlay (&walls.fixture, FALSE);
  else
    sandbox_fixture_set_up (&walls.fixture, FALSE);
  install_probes (&walls, argv[1]);
  /* What a careless parent leaves open must not come in. */
  g_assert_cmpint (dup2 (2, 9), ==, 9);
  sandbox_fixture_start (&walls.fixture);

  result = g_test_run ();

  g_print ("%s", walls.table->str);
  sandbox_fixture_tear_down (&walls.fixture);
  clear_host (&walls);
  g_string_free (walls.table, TRUE);

  return result;
}
