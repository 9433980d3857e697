/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-names.h"

#include <string.h>
#include <sys/random.h>

/* Names made from what a user wrote, and the checks of names that come from outside. Pure; any
 * thread. */

#define ID_BYTES   8
#define SLUG_CHARS 30

/* A branch is a file in .git/refs/heads, and git needs five bytes for ".lock". */
#define MAX_BRANCH_BYTES 250

char *
ship_names_new_session_id (void)
{
  guint8 random[ID_BYTES];
  char  *id = g_malloc (2 * ID_BYTES + 1);

  /* Up to 256 bytes are given whole or not at all; a kernel that cannot give them is not worth
   * running on. */
  g_assert_cmpint (getrandom (random, sizeof random, 0), ==, sizeof random);
  for (gsize i = 0; i < ID_BYTES; i++)
    g_snprintf (id + 2 * i, 3, "%02x", random[i]);

  return id;
}

gboolean
ship_names_is_session_id (const char *text)
{
  return text != NULL && strlen (text) == 2 * ID_BYTES &&
         strspn (text, "0123456789abcdef") == 2 * ID_BYTES;
}

char *
ship_names_slug (const char *text, gsize max_length)
{
  g_autofree char *valid = NULL;
  g_autofree char *ascii = NULL;
  GString         *slug;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (max_length >= strlen ("task"), NULL);

  valid = g_utf8_make_valid (text, -1);
  ascii = g_str_to_ascii (valid, "C"); /* é becomes e; what has no likeness becomes ? */
  slug = g_string_new (NULL);
  for (const char *at = ascii; *at != '\0' && slug->len < max_length; at++)
    {
      if (g_ascii_isalnum (*at))
        g_string_append_c (slug, g_ascii_tolower (*at));
      else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
        g_string_append_c (slug, '-');
    }
  if (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  if (slug->len == 0)
    g_string_assign (slug, "task");

  return g_string_free (slug, FALSE);
}

char *
ship_names_branch (const char *title, GDateTime *date, const char *session_id)
{
  g_autofree char *slug = NULL;
  g_autofree char *day = NULL;

  g_return_val_if_fail (title != NULL && date != NULL, NULL);
  g_return_val_if_fail (ship_names_is_session_id (session_id), NULL);

  slug = ship_names_slug (title, SLUG_CHARS);
  day = g_strdup_printf ("%04d-%02d-%02d",
                         g_date_time_get_year (date),
                         g_date_time_get_month (date),
                         g_date_time_get_day_of_month (date));
  return g_strdup_printf ("ship-%s-%s-%.8s", slug, day, session_id);
}

/* "-YYYY-MM-DD-" and nothing else before @tail. */
static gboolean
is_dated (const char *text, const char *tail)
{
  static const char pattern[] = "-dddd-dd-dd-";

  for (gsize i = 0; i < sizeof pattern - 1; i++)
    if (pattern[i] == 'd' ? !g_ascii_isdigit (text[i]) : text[i] != pattern[i])
      return FALSE;

  return g_str_equal (text + sizeof pattern - 1, tail);
}

char *
ship_names_retitle_branch (const char *branch,
                           const char *session_id,
                           const char *old_title,
                           const char *new_title)
{
  g_autofree char *old_slug = NULL;
  g_autofree char *new_slug = NULL;
  g_autofree char *head = NULL;
  g_autofree char *tail = NULL;

  g_return_val_if_fail (branch != NULL && old_title != NULL && new_title != NULL, NULL);
  g_return_val_if_fail (ship_names_is_session_id (session_id), NULL);

  old_slug = ship_names_slug (old_title, SLUG_CHARS);
  new_slug = ship_names_slug (new_title, SLUG_CHARS);
  head = g_strconcat ("ship-", old_slug, NULL);
  tail = g_strdup_printf ("%.8s", session_id);
  if (g_str_equal (old_slug, new_slug) || !g_str_has_prefix (branch, head) ||
      !is_dated (branch + strlen (head), tail))
    return NULL;

  return g_strconcat ("ship-", new_slug, branch + strlen (head), NULL);
}

static gboolean
is_branch_component (const char *component)
{
  return component[0] != '\0' && component[0] != '.' && !g_str_has_suffix (component, ".lock");
}

gboolean
ship_names_is_branch (const char *name)
{
  g_auto (GStrv) components = NULL;

  if (name == NULL || name[0] == '-' || strlen (name) > MAX_BRANCH_BYTES ||
      !g_utf8_validate (name, -1, NULL))
    return FALSE;
  if (g_str_equal (name, "@") || g_str_equal (name, "HEAD") || g_str_has_suffix (name, "."))
    return FALSE;
  if (strstr (name, "..") != NULL || strstr (name, "@{") != NULL ||
      strpbrk (name, " ~^:?*[\\\x7f") != NULL)
    return FALSE;
  for (const char *at = name; *at != '\0'; at++)
    {
      if ((guchar) *at < 0x20)
        return FALSE;
    }

  components = g_strsplit (name, "/", -1);
  for (gsize i = 0; components[i] != NULL; i++)
    {
      if (!is_branch_component (components[i]))
        return FALSE;
    }

  return components[0] != NULL;
}

/* The first line with something in it, without control characters. */
static char *
first_line (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString         *line = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      gboolean space = g_unichar_isspace (c) || g_unichar_iscntrl (c);

      if ((c == '\n' || c == '\r') && line->len > 0)
        break;
      if (!space)
        g_string_append_unichar (line, c);
      else if (line->len > 0 && line->str[line->len - 1] != ' ')
        g_string_append_c (line, ' ');
    }
  g_strchomp (line->str);

  return g_string_free (line, FALSE);
}

char *
ship_names_title (const char *text, guint max_chars)
{
  g_autofree char *line = NULL;
  char            *end;
  char            *space;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (max_chars > 0, NULL);

  line = first_line (text);
  if (g_utf8_strlen (line, -1) <= (glong) max_chars)
    return g_steal_pointer (&line);

  /* One place is the ellipsis'. A space just behind the cut means that the last word is whole. */
  end = g_utf8_offset_to_pointer (line, (glong) max_chars - 1);
  space = *end == ' ' ? end : g_strrstr_len (line, end - line, " ");
  if (space != NULL)
    end = space;
  *end = '\0';

  return g_strconcat (line, "…", NULL);
}
