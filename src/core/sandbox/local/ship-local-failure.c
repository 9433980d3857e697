/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-local-failure.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "sandbox/ship-sandbox-error.h"

/*
 * From the last words of the launcher to a sentence with cause and remedy. Exact phrases of ours
 * and of bubblewrap in a table; what is not in it is shown as it is. Reads a few small files of
 * /proc/sys. Stateless.
 */

#define LINE_MAX_BYTES 240

typedef enum
{
  CAUSE_MISSING,
  CAUSE_SETUID,
  CAUSE_OLD,
  CAUSE_USER_TAKEN,
  CAUSE_NO_ROOT,
  CAUSE_PROC,
  CAUSE_NAMESPACES,
  CAUSE_UNREADABLE,
  CAUSE_OVERLAY,
} Cause;

/* clang-format off */
static const struct
{
  const char *phrase;
  Cause       cause;
} phrases[] = {
  { "ship-launch: bubblewrap: it is not there", CAUSE_MISSING },
  { "ship-launch: bubblewrap: it is setuid", CAUSE_SETUID },
  { "ship-launch: bubblewrap: it has file capabilities", CAUSE_SETUID },
  { "kept for sandboxes belongs to somebody", CAUSE_USER_TAKEN },
  { "ship-launch: user: cannot become", CAUSE_NO_ROOT },
  { "ship-launch: mounts: the unprivileged user cannot read", CAUSE_UNREADABLE },
  { "ship-launch: mounts:", CAUSE_NO_ROOT },
  { "ship-launch: overlay:", CAUSE_OVERLAY },
  { "ship-launch: network:", CAUSE_NAMESPACES },
  { "bwrap: Unknown option", CAUSE_OLD },
  { "bwrap: --size is not", CAUSE_OLD },
  { "bwrap: Can't mount proc", CAUSE_PROC },
  { "bwrap: No permissions to creat", CAUSE_NAMESPACES }, /* "create" in some versions, "creating" in others */
  { "bwrap: Creating new namespace failed", CAUSE_NAMESPACES },
  { "bwrap: setting up uid map", CAUSE_NAMESPACES },
  { "bwrap: loopback: Failed", CAUSE_NAMESPACES },
};

/* The settings that deny user namespaces, and the value by which they do. */
static const struct
{
  const char *file;
  const char *denying;
  const char *remedy;
} settings[] = {
  { "kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1" },
  { "user/max_user_namespaces", "0", "user.max_user_namespaces=15000" },
  { "kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0" },
};
/* clang-format on */

static GError *
new_unavailable (const char *sentence)
{
  return g_error_new_literal (SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_UNAVAILABLE, sentence);
}

static gboolean
is_set (const char *sysctl_dir, const char *file, const char *value)
{
  g_autofree char *path = g_build_filename (sysctl_dir, file, NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strcmp (g_strstrip (text), value) == 0;
}

static GError *
new_namespaces_denied (const char *sysctl_dir)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (is_set (sysctl_dir, settings[i].file, settings[i].denying))
      {
        g_autofree char *name = g_strdelimit (g_strdup (settings[i].file), "/", '.');

        return g_error_new (
          SHIP_SANDBOX_ERROR,
          SHIP_SANDBOX_ERROR_UNAVAILABLE,
          _ ("This machine does not let users make namespaces, which sandboxes are made of: "
             "the kernel setting %s is %s. Allow it with: sudo sysctl -w %s"),
          name,
          settings[i].denying,
          settings[i].remedy);
      }

  return new_unavailable (_ ("This machine does not let users make namespaces, which sandboxes are "
                             "made of. If this is a container, "
                             "start it so that user namespaces are allowed in it (its seccomp or "
                             "AppArmor profile forbids them); else "
                             "ask whoever runs the machine."));
}

/* The last line that says something, fit to be shown. Returns: (transfer full) */
static char *
dup_last_line (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_auto (GStrv) lines = g_strsplit (valid, "\n", -1);
  const char *last = "";
  GString    *line = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_strstrip (lines[i])[0] != '\0')
      last = lines[i];

  for (const char *at = last; *at != '\0' && line->len < LINE_MAX_BYTES; at = g_utf8_next_char (at))
    if (g_unichar_isprint (g_utf8_get_char (at)))
      g_string_append_unichar (line, g_utf8_get_char (at));

  return g_string_free (line, FALSE);
}

static GError *
new_other (const char *text)
{
  g_autofree char *line = dup_last_line (text);

  if (line[0] == '\0')
    return g_error_new_literal (SHIP_SANDBOX_ERROR,
                                SHIP_SANDBOX_ERROR_FAILED,
                                _ ("The sandbox ended before it was ready"));

  return g_error_new (SHIP_SANDBOX_ERROR,
                      SHIP_SANDBOX_ERROR_FAILED,
                      _ ("The sandbox could not be made: %s"),
                      line);
}

static GError *
new_overlay (const char *text)
{
  g_autofree char *line = dup_last_line (text);

  return g_error_new (SHIP_SANDBOX_ERROR,
                      SHIP_SANDBOX_ERROR_UNAVAILABLE,
                      _ ("The working copy is an overlay, which this machine does not let users "
                         "mount (%s). It needs Linux 5.11 or newer, user namespaces, and a file "
                         "system below the data directory that can be one"),
                      line);
}

static GError *
new_for_cause (Cause cause, const char *text, const char *sysctl_dir)
{
  switch (cause)
    {
    case CAUSE_MISSING:
      return ship_local_failure_new_missing ();
    case CAUSE_SETUID:
      return new_unavailable (
        _ ("bubblewrap is installed with privileges, which makes it unsafe to use. Install your "
           "distribution's "
           "package anew, or take them away with: sudo chmod u-s,g-s \"$(command -v bwrap)\""));
    case CAUSE_OLD:
      return new_unavailable (
        _ ("bubblewrap is too old: Ship needs version 0.8 or newer. Install a newer one."));
    case CAUSE_USER_TAKEN:
      return g_error_new (
        SHIP_SANDBOX_ERROR,
        SHIP_SANDBOX_ERROR_UNAVAILABLE,
        _ ("As root, Ship runs sandboxes as the user and group %d, which belong to somebody "
           "else here. Start Ship as an ordinary user, or build it with another number "
           "(-Dsandbox_uid)."),
        SHIP_SANDBOX_UID);
    case CAUSE_NO_ROOT:
      return new_unavailable (
        _ ("Root may not make mounts or change its user here, as in some containers. Start Ship as "
           "an ordinary "
           "user, or start the container with the capabilities SYS_ADMIN, SETUID and SETGID."));
    case CAUSE_PROC:
      return new_unavailable (_ ("A sandbox cannot have its own /proc here, as in containers that "
                                 "hide parts of theirs. Start the "
                                 "container with /proc unmasked, or run Ship outside of it."));
    case CAUSE_NAMESPACES:
      return new_namespaces_denied (sysctl_dir);
    case CAUSE_OVERLAY:
      return new_overlay (text);
    case CAUSE_UNREADABLE:
    default: /* a cause that speaks for itself */
      return new_other (text);
    }
}

GError *
ship_local_failure_new (const char *text, const char *sysctl_dir)
{
  for (gsize i = 0; i < G_N_ELEMENTS (phrases); i++)
    if (strstr (text, phrases[i].phrase) != NULL)
      return new_for_cause (phrases[i].cause, text, sysctl_dir);

  return new_other (text);
}

GError *
ship_local_failure_new_missing (void)
{
  return new_unavailable (_ ("bubblewrap is not installed, and Ship runs agents only in a sandbox. "
                             "Install it: sudo apt install "
                             "bubblewrap (or your distribution's package of that name)."));
}
