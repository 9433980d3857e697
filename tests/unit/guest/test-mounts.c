/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is mounted in a sandbox, as the kernel tells it, and what of it is refused. */
#include <glib.h>
#include <string.h>

#include "guest/ship-guest-mounts.h"

#define ROOT "1 2 0:1 /newroot / ro,nosuid,nodev,relatime - tmpfs tmpfs rw,uid=1000\n"
#define USR  "3 1 8:1 /usr /usr ro,nosuid,nodev,relatime - ext4 /dev/sda1 rw\n"
#define PROC                                                                                       \
  "4 1 0:2 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw\n"                               \
  "5 4 0:2 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw\n"                        \
  "6 4 0:3 /null /proc/keys ro,nosuid,nodev,relatime - devtmpfs udev rw,size=8k\n"
#define DEV                                                                                        \
  "7 1 0:4 / /dev ro,nosuid,nodev,relatime - tmpfs tmpfs rw,mode=755\n"                            \
  "8 7 0:3 /null /dev/null rw,nosuid,noexec,relatime - devtmpfs udev rw,size=8k\n"                 \
  "9 7 0:5 / /dev/pts rw,nosuid,noexec,relatime - devpts devpts rw,mode=620\n"                     \
  "10 7 0:6 / /dev/shm rw,nosuid,nodev,relatime - tmpfs tmpfs rw,size=524288k,uid=1000\n"
#define TMP  "11 1 0:7 / /tmp rw,nosuid,nodev,relatime - tmpfs tmpfs rw,size=524288k\n"
#define WORK "12 1 8:1 /s/work /work rw,nosuid,nodev,relatime shared:3 - ext4 /dev/sda1 rw\n"
#define HOME "13 1 8:1 /s/home /home/agent rw,nosuid,nodev,relatime - ext4 /dev/sda1 rw\n"

#define BEFORE ROOT USR PROC DEV TMP
#define ALL    BEFORE WORK HOME

static void
assert_says (const char *text, const char *wanted)
{
  static const char *const extra[] = { "/home/user/.cargo", "/opt/my tools", NULL };
  g_autofree char         *copy = g_strdup (text);
  char                     sentence[SHIP_GUEST_SENTENCE_MAX] = "";
  gboolean                 stands = ship_guest_mounts_check (copy, extra, sentence);

  g_assert_cmpstr (sentence, ==, wanted != NULL ? wanted : "");
  g_assert_cmpint (stands, ==, wanted == NULL);
}

static void
test_stands (void)
{
  assert_says (ALL, NULL);
  /* A plan turn; with an overlay; what else Ship hands in. */
  assert_says (BEFORE HOME "12 1 8:1 /w /work ro,nosuid,nodev - ext4 /dev/sda1 rw\n", NULL);
  assert_says (BEFORE HOME "12 1 0:9 / /work rw,nosuid,nodev - overlay ship rw,lowerdir=x\n", NULL);
  assert_says (ALL "14 1 8:1 /a /opt/agent ro,nosuid,nodev - ext4 /dev/sda1 rw\n"
                   "15 1 8:1 /o /run/ship/objects ro,nosuid,nodev - ext4 /dev/sda1 rw\n"
                   "16 1 8:1 /o /etc/ssl/certs ro,nosuid,nodev - ext4 /dev/sda1 rw\n",
               NULL);
}

static void
test_extra (void)
{
  assert_says (ALL "20 1 8:1 /c /home/user/.cargo ro,nosuid,nodev - ext4 /dev/sda1 rw\n"
                   "21 20 8:1 /c/b /home/user/.cargo/bin ro,nosuid,nodev - ext4 /dev/sda1 rw\n"
                   "22 1 8:1 /t /opt/my\\040tools ro,nosuid,nodev - ext4 /dev/sda1 rw\n",
               NULL);
  assert_says (ALL "20 1 8:1 /c /home/user/.cargo rw,nosuid,nodev - ext4 /dev/sda1 rw\n",
               "it could write to /home/user/.cargo");
  assert_says (ALL "20 1 8:1 /c /home/user/.cargo2 ro,nosuid,nodev - ext4 /dev/sda1 rw\n",
               "it can see something at /home/user/.cargo2");
  assert_says (ALL "20 1 8:1 / /home/user ro,nosuid,nodev - ext4 /dev/sda1 rw\n",
               "it can see something at /home/user");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    const char *sentence;
  } cases[] = {
    { USR PROC DEV TMP WORK HOME, "it has not its own /" },
    { ROOT USR PROC DEV WORK HOME, "it has not its own /tmp" },
    { "", "it has not its own /" },
    { "1 2 8:1 / / ro,nosuid,nodev - ext4 /dev/sda1 rw\n" USR PROC DEV TMP WORK HOME,
      "it has not its own /" },
    { "1 2 0:1 / / rw,nosuid,nodev - tmpfs tmpfs rw\n" USR PROC DEV TMP WORK HOME,
      "it could write to /" },
    { ALL "3 1 8:1 /usr /usr rw,nosuid,nodev - ext4 /dev/sda1 rw\n", "it could write to /usr" },
    { ALL "3 1 8:1 /usr /usr ro,nodev - ext4 /dev/sda1 rw\n",
      "programs could gain privileges in /usr" },
    { ALL "3 1 8:1 /usr /usr ro,nosuid - ext4 /dev/sda1 rw\n", "it could open devices in /usr" },
    { ALL "4 1 0:2 /sys /proc/sys rw,nosuid,nodev - proc proc rw\n",
      "it could write to /proc/sys" },
    { ALL "9 1 8:1 /tmp /tmp rw,nosuid,nodev - ext4 /dev/sda1 rw\n", "it has not its own /tmp" },
    { ALL "9 1 0:7 / /tmp rw,nosuid,nodev - tmpfs tmpfs rw,mode=1777\n",
      "nothing bounds its /tmp" },
    { ALL "9 1 8:1 / /sys ro,nosuid,nodev - sysfs sysfs rw\n", "it can see something at /sys" },
    { ALL "9 1 8:1 / /dev/console rw,nosuid - devpts devpts rw\n",
      "it can see something at /dev/console" },
    { ALL "9 1 8:1 / /work/x rw,nosuid,nodev - ext4 /dev/sda1 rw\n",
      "it can see something at /work/x" },
    { ALL "9 1 8:1 / /a\\033b\xc3\xa4\\040c ro,nosuid,nodev - ext4 /dev/sda1 rw\n",
      "it can see something at /a?b?? c" },
    { "nonsense\n", "it can see something at " },
    { ALL "1 2 3", "it can see something at " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_says (cases[i].text, cases[i].sentence);
}

/* Wherever the text ends it is refused, or it was whole. */
static void
test_cut (void)
{
  static const char *const none[] = { NULL };

  for (gsize size = 0; size < strlen (ALL) - 60; size++)
    {
      g_autofree char *text = g_strndup (ALL, size);
      char             sentence[SHIP_GUEST_SENTENCE_MAX];

      g_assert_false (ship_guest_mounts_check (text, none, sentence));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guest-mounts/stands", test_stands);
  g_test_add_func ("/guest-mounts/extra", test_extra);
  g_test_add_func ("/guest-mounts/refused", test_refused);
  g_test_add_func ("/guest-mounts/cut", test_cut);

  return g_test_run ();
}
