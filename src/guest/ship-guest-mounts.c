/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-guest-mounts.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/*
 * The mounts of a sandbox, held against what ship-local-profile.c asks for. An allow-list, too: a
 * mount that is not named here is one too many, whatever it is of. What is written by the kernel is
 * parsed, but its names may have been chosen by anybody. Pure.
 */

typedef enum
{
  KIND_READ_ONLY, /* and as all but devices: nothing in it counts as a device or as set-id */
  KIND_ROOT,      /* the same, an empty file system of its own */
  KIND_MEMORY,    /* writable, a file system of its own of bounded size */
  KIND_WRITABLE,
  KIND_DEVICE, /* one of the harmless devices, or the terminals made inside */
} Kind;

typedef struct
{
  const char *path;
  Kind        kind;
  bool        is_tree;   /* what is below may be mounted in the same way */
  bool        is_needed; /* there is no sandbox without it */
} Place;

/* clang-format off */
static const Place places[] = {
  { "/",            KIND_ROOT,      false, true },
  { "/usr",         KIND_READ_ONLY, false, true },
  { "/bin",         KIND_READ_ONLY, false, false }, /* where they are no links into /usr */
  { "/sbin",        KIND_READ_ONLY, false, false },
  { "/lib",         KIND_READ_ONLY, false, false },
  { "/lib32",       KIND_READ_ONLY, false, false },
  { "/lib64",       KIND_READ_ONLY, false, false },
  { "/etc",         KIND_READ_ONLY, true,  false },
  { "/opt/agent",   KIND_READ_ONLY, false, false },
  { "/run/ship",    KIND_READ_ONLY, true,  false },
  { "/work",        KIND_WRITABLE,  false, true },
  { "/home/agent",  KIND_WRITABLE,  false, true },
  { "/tmp",         KIND_MEMORY,    false, true },
  { "/proc",        KIND_WRITABLE,  false, true },
  { "/proc/sys",    KIND_READ_ONLY, false, true },
  { "/proc",        KIND_READ_ONLY, true,  false },
  { "/dev",         KIND_READ_ONLY, false, true },
  { "/dev/shm",     KIND_MEMORY,    false, true },
  { "/dev/pts",     KIND_DEVICE,    false, true },
  { "/dev/null",    KIND_DEVICE,    false, true },
  { "/dev/zero",    KIND_DEVICE,    false, false },
  { "/dev/full",    KIND_DEVICE,    false, false },
  { "/dev/random",  KIND_DEVICE,    false, false },
  { "/dev/urandom", KIND_DEVICE,    false, false },
  { "/dev/tty",     KIND_DEVICE,    false, false },
};
/* clang-format on */

#define N_PLACES (sizeof places / sizeof *places)

/* One line; all point into it. */
typedef struct
{
  char       *path;
  const char *options; /* of the mount */
  const char *type;
  const char *own_options; /* of the file system */
} Mount;

/* At the end of the line: an empty one. */
static char *
take_field (char **at)
{
  char *field = *at;
  char *blank = strchrnul (field, ' ');

  *at = blank + (*blank != '\0');
  *blank = '\0';
  return field;
}

/* The kernel writes blanks and backslashes of a name as three octal digits. */
static void
unescape (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0'; to++)
    if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' && from[2] <= '7' &&
        from[3] >= '0' && from[3] <= '7')
      {
        *to = (char) ((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
        from += 4;
      }
    else
      *to = *from++;
  *to = '\0';
}

/* "36 35 98:0 /root /path rw,nosuid shared:1 - ext4 /dev/root rw" */
static Mount
parse_line (char *line)
{
  Mount mount = { 0 };
  char *at = line;

  for (int i = 0; i < 4; i++)
    take_field (&at);
  mount.path = take_field (&at);
  mount.options = take_field (&at);
  while (*at != '\0' && strcmp (take_field (&at), "-") != 0)
    continue;
  mount.type = take_field (&at);
  take_field (&at);
  mount.own_options = take_field (&at);
  unescape (mount.path);

  return mount;
}

static bool
has_option (const char *options, const char *wanted)
{
  size_t size = strlen (wanted);

  for (const char *at = options; at != NULL; at = strchr (at, ','))
    {
      at += *at == ',';
      /* By its whole name, or with any value. */
      if (strncmp (at, wanted, size) == 0 &&
          (at[size] == ',' || at[size] == '\0' || wanted[size - 1] == '='))
        return true;
    }
  return false;
}

static bool
is_below (const char *path, const char *tree)
{
  size_t size = strlen (tree);

  return strncmp (path, tree, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* Returns: N_PLACES if it may be nowhere */
static size_t
find_place (const char *path)
{
  for (size_t i = 0; i < N_PLACES; i++)
    if (strcmp (path, places[i].path) == 0 ||
        (places[i].is_tree && path[0] == '/' && is_below (path, places[i].path)))
      return i;
  return N_PLACES;
}

static bool
is_extra (const char *path, const char *const *extra)
{
  for (; *extra != NULL; extra++)
    if (is_below (path, *extra))
      return true;
  return false;
}

/* Returns: what is wrong with it, to be followed by its path; or NULL */
static const char *
judge (const Mount *mount, Kind kind)
{
  bool is_memory = strcmp (mount->type, "tmpfs") == 0;

  if (!has_option (mount->options, "nosuid"))
    return "programs could gain privileges in";
  if (kind != KIND_DEVICE && !has_option (mount->options, "nodev"))
    return "it could open devices in";
  if ((kind == KIND_READ_ONLY || kind == KIND_ROOT) && !has_option (mount->options, "ro"))
    return "it could write to";
  if ((kind == KIND_ROOT || kind == KIND_MEMORY) && !is_memory)
    return "it has not its own";
  if (kind == KIND_MEMORY && !has_option (mount->own_options, "size="))
    return "nothing bounds its";
  return NULL;
}

/* It is shown: plain characters, and it may have to be cut. */
static bool
refuse (char sentence[SHIP_GUEST_SENTENCE_MAX], const char *what, const char *path)
{
  snprintf (sentence, SHIP_GUEST_SENTENCE_MAX, "%s %s", what, path);
  for (char *at = sentence; *at != '\0'; at++)
    if (*at < ' ' || *at > '~')
      *at = '?';
  return false;
}

bool
ship_guest_mounts_check (char              *text,
                         const char *const *extra,
                         char               sentence[SHIP_GUEST_SENTENCE_MAX])
{
  bool  is_found[N_PLACES] = { false };
  char *line;

  while ((line = strsep (&text, "\n")) != NULL && *line != '\0')
    {
      Mount       mount = parse_line (line);
      size_t      place = find_place (mount.path);
      const char *wrong = NULL;

      if (place < N_PLACES)
        {
          is_found[place] = true;
          wrong = judge (&mount, places[place].kind);
        }
      else if (is_extra (mount.path, extra))
        wrong = judge (&mount, KIND_READ_ONLY);
      else
        wrong = "it can see something at";
      if (wrong != NULL)
        return refuse (sentence, wrong, mount.path);
    }

  for (size_t i = 0; i < N_PLACES; i++)
    if (places[i].is_needed && !is_found[i])
      return refuse (sentence, "it has not its own", places[i].path);
  return true;
}
