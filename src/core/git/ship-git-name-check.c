/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-name-check-private.h"

#include <git2.h>
#include <git2/sys/path.h>
#include <string.h>

/*
 * Names that must not come out of a sandbox, the same that git's fsck refuses: whoever checks such
 * a tree out, on whatever system, would write into a repository's own .git or outside the tree.
 * Pure functions. Any thread.
 */

/* HFS+ ignores these code points in names: U+200C–200F, U+202A–202E, U+206A–206F, U+FEFF. Their
 * UTF-8 has three bytes. Returns how many bytes at @p it would ignore. */
static gsize
hfs_ignorable_length (const guint8 *p)
{
  if (p[0] == 0xe2 && p[1] == 0x80 &&
      ((p[2] >= 0x8c && p[2] <= 0x8f) || (p[2] >= 0xaa && p[2] <= 0xae)))
    return 3;
  if (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xaa && p[2] <= 0xaf)
    return 3;
  if (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf)
    return 3;
  return 0;
}

static gboolean
is_hfs_dot_git (const char *name)
{
  static const char wanted[] = ".git";
  gsize             matched = 0;

  for (const guint8 *p = (const guint8 *) name; *p != '\0';)
    {
      gsize ignorable = hfs_ignorable_length (p);

      if (ignorable > 0)
        {
          p += ignorable;
          continue;
        }
      if (matched == strlen (wanted) || g_ascii_tolower ((char) *p) != wanted[matched])
        return FALSE;
      matched++;
      p++;
    }
  return matched == strlen (wanted);
}

/* NTFS drops dots and blanks at the end, takes what follows a colon for a stream, knows the file by
 * its short name, and a backslash begins a new name. */
static gboolean
is_ntfs_dot_git (const char *name)
{
  const char *rest;

  if (g_ascii_strncasecmp (name, ".git", 4) == 0)
    rest = name + 4;
  else if (g_ascii_strncasecmp (name, "git~1", 5) == 0)
    rest = name + 5;
  else
    return FALSE;
  rest += strspn (rest, ". ");
  return *rest == '\0' || *rest == ':' || *rest == '\\';
}

static gboolean
is_dots (const char *name)
{
  return strcmp (name, ".") == 0 || strcmp (name, "..") == 0;
}

ShipGitNameFault
ship_git_name_check (const char *name)
{
  if (name[0] == '\0')
    return SHIP_GIT_NAME_EMPTY;
  if (is_dots (name) || strncmp (name, "..\\", 3) == 0)
    return SHIP_GIT_NAME_DOTS;
  if (strchr (name, '/') != NULL)
    return SHIP_GIT_NAME_SLASH;
  if (is_hfs_dot_git (name) || is_ntfs_dot_git (name))
    return SHIP_GIT_NAME_DOT_GIT;
  for (const char *part = strchr (name, '\\'); part != NULL; part = strchr (part + 1, '\\'))
    if (is_ntfs_dot_git (part + 1))
      return SHIP_GIT_NAME_DOT_GIT;
    else if (is_dots (part + 1) || strncmp (part + 1, "..\\", 3) == 0)
      return SHIP_GIT_NAME_DOTS;
  for (const char *p = name; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      return SHIP_GIT_NAME_CONTROL;
  return SHIP_GIT_NAME_OK;
}

static gboolean
is_gitfile (const char *name, git_path_gitfile kind)
{
  return git_path_is_gitfile (name, strlen (name), kind, GIT_PATH_FS_GENERIC) > 0;
}

gboolean
ship_git_name_is_gitmodules (const char *name)
{
  return is_gitfile (name, GIT_PATH_GITFILE_GITMODULES);
}

gboolean
ship_git_name_is_special (const char *name)
{
  return is_gitfile (name, GIT_PATH_GITFILE_GITMODULES) ||
         is_gitfile (name, GIT_PATH_GITFILE_GITATTRIBUTES) ||
         is_gitfile (name, GIT_PATH_GITFILE_GITIGNORE) ||
         g_ascii_strcasecmp (name, ".mailmap") == 0;
}

/* A value that starts with a dash is an option to some git's clone (CVE-2018-17456), "!" is a
 * command. */
static gboolean
is_bad_setting (const char *line)
{
  static const char *const keys[] = { "url", "path", "update" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      gsize       length = strlen (keys[i]);
      const char *value;

      if (g_ascii_strncasecmp (line, keys[i], length) != 0)
        continue;
      value = line + length + strspn (line + length, " \t");
      if (*value != '=')
        continue;
      value += 1 + strspn (value + 1, " \t\"");
      if (*value == '-' || *value == '!' || strncmp (value, "ext::", 5) == 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
ship_git_name_gitmodules_is_bad (const char *text, gsize length)
{
  g_autofree char *copy = g_strndup (text, length);
  g_auto (GStrv) lines = g_strsplit_set (copy, "\n\r", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      const char *line = lines[i] + strspn (lines[i], " \t");
      const char *end = line[0] == '[' ? strrchr (line, ']') : NULL;

      /* A setting may stand on the section's own line. A section's name becomes a directory below
       * .git. */
      if (line[0] == '[' && (strstr (line, "..") != NULL || strstr (line, "\"-") != NULL))
        return TRUE;
      if (end != NULL)
        line = end + 1 + strspn (end + 1, " \t");
      if (is_bad_setting (line))
        return TRUE;
    }
  return FALSE;
}
