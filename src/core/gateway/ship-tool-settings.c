/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-tool-settings.h"

#include <string.h>

#define MARK                                                                                       \
  SHIP_TOOL_SETTINGS_MARK ", after this machine's settings. Without this line it is left alone.\n"
#define SPARSE  "sparse+"
#define MAX_URI 1000

/* --- what looks like a credential --- */

#define LONG_RUN     16
#define LONG_SEGMENT 20

/* Letters and digits in a row that no word has; of a hyphenated one, all parts together. */
static gboolean
is_random (const char *segment)
{
  gsize    run = 0, length = strlen (segment);
  gboolean has_digit = FALSE, has_letter = FALSE;
  guint    upper = 0, lower = 0, digits = 0;

  for (const char *at = segment; *at != '\0'; at++)
    {
      if (!g_ascii_isalnum (*at))
        {
          run = 0;
          has_digit = has_letter = FALSE;
          continue;
        }
      run++;
      has_digit |= g_ascii_isdigit (*at);
      has_letter |= g_ascii_isalpha (*at);
      upper += g_ascii_isupper (*at);
      lower += g_ascii_islower (*at);
      digits += g_ascii_isdigit (*at);
      if (run >= LONG_RUN && has_digit && has_letter)
        return TRUE;
    }
  return g_uuid_string_is_valid (segment) || digits >= LONG_SEGMENT ||
         (length >= LONG_SEGMENT && upper > 0 && lower > 0 && digits > 0);
}

/* What stands behind a segment with such a name is one, whatever it looks like. */
static gboolean
announces (const char *segment)
{
  static const char *const names[] = { "token",  "auth", "key",          "apikey",   "api-key",
                                       "secret", "t",    "access_token", "password", NULL };
  g_autofree char         *small = g_ascii_strdown (segment, -1);

  return g_strv_contains (names, small);
}

static gboolean
has_credential (const char *path)
{
  g_auto (GStrv) segments = g_strsplit_set (path, "/=:@", -1);
  gboolean is_announced = FALSE;

  for (guint i = 0; segments[i] != NULL; i++)
    {
      g_autofree char *plain = g_uri_unescape_string (segments[i], NULL);

      if (plain == NULL || (is_announced && plain[0] != '\0') || is_random (plain))
        return TRUE;
      is_announced = announces (plain);
    }
  return FALSE;
}

/* --- addresses --- */

/* @uri without credentials, a query or a fragment, if it is one that things are fetched from and
 * every tool can read. (transfer full) (nullable) */
static char *
clean_uri (const char *uri)
{
  static const char *const schemes[] = { "https", "http" };
  g_autoptr (GUri) parsed = NULL;
  g_autoptr (GUri) clean = NULL;

  if (strlen (uri) > MAX_URI)
    return NULL;
  for (const char *at = uri; *at != '\0'; at++)
    if (*at <= ' ' || *at >= 0x7f || strchr ("\"'\\$`<>,|;", *at) != NULL)
      return NULL;
  parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED, NULL);
  if (parsed == NULL || g_uri_get_host (parsed) == NULL || g_uri_get_host (parsed)[0] == '\0')
    return NULL;
  if (has_credential (g_uri_get_path (parsed))) /* without it, it leads nowhere */
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (g_uri_get_scheme (parsed), schemes[i]))
      clean = g_uri_build (G_URI_FLAGS_ENCODED,
                           schemes[i],
                           NULL,
                           g_uri_get_host (parsed),
                           g_uri_get_port (parsed),
                           g_uri_get_path (parsed),
                           NULL,
                           NULL);
  return clean != NULL ? g_uri_to_string (clean) : NULL;
}

static void
add_uri (GString *settings, const char *key, const char *uri)
{
  g_autofree char *clean = clean_uri (uri);

  if (clean != NULL)
    g_string_append_printf (settings, "%s %s\n", key, clean);
}

/* --- npm --- */

static void
read_npm (GString *settings, const char *answer)
{
  g_auto (GStrv) lines = g_strsplit (answer, "\n", 2);

  if (lines[0] != NULL)
    add_uri (settings, "npm", g_strstrip (lines[0]));
}

/* --- pip --- */

/* The URIs of a list as Python writes it. */
static void
add_pip_list (GString *settings, const char *key, const char *value)
{
  g_autofree char *plain = g_strdup (value);
  char            *end;
  g_auto (GStrv) uris = NULL;

  while ((end = strstr (plain, "\\n")) != NULL)
    end[0] = end[1] = ' ';
  uris = g_strsplit_set (g_strdelimit (plain, "'\"", ' '), " ", -1);
  for (guint i = 0; uris[i] != NULL; i++)
    if (uris[i][0] != '\0')
      add_uri (settings, key, uris[i]);
}

/* What is said last counts, but nothing more than the environment. */
static void
read_pip_value (GString *settings, char **lines, const char *name, const char *key)
{
  g_autofree char *infix = g_strdup_printf (".%s=", name);
  const char      *found = NULL;
  gboolean         is_environment = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *at = strstr (lines[i], infix);
      gboolean    is_stronger = g_str_has_prefix (lines[i], ":env:");

      if (at == NULL || (is_environment && !is_stronger))
        continue;
      is_environment = is_stronger;
      found = at + strlen (infix);
    }
  if (found != NULL)
    add_pip_list (settings, key, found);
}

static void
read_pip (GString *settings, const char *answer)
{
  g_auto (GStrv) lines = g_strsplit (answer, "\n", -1);

  read_pip_value (settings, lines, "index-url", "pip");
  read_pip_value (settings, lines, "extra-index-url", "pip-extra");
}

/* --- go --- */

/* Each with what separates it from the next: "," and "|" mean different things. */
static void
read_go (GString *settings, const char *answer)
{
  g_autoptr (GString) list = g_string_new (NULL);
  const char *at = answer;

  while (*at != '\0' && *at != '\n')
    {
      gsize            length = strcspn (at, ",|\r\n");
      g_autofree char *word = g_strndup (at, length);
      gboolean         is_word = g_str_equal (word, "direct") || g_str_equal (word, "off");
      g_autofree char *uri = is_word ? g_steal_pointer (&word) : clean_uri (word);

      at += length;
      if (uri != NULL)
        g_string_append (list, uri);
      if (uri != NULL && (*at == ',' || *at == '|'))
        g_string_append_c (list, *at);
      if (*at != '\0' && *at != '\n')
        at++;
    }
  if (list->len > 0 && strchr (",|", list->str[list->len - 1]) != NULL)
    g_string_truncate (list, list->len - 1);
  if (list->len > 0)
    g_string_append_printf (settings, "go %s\n", list->str);
}

/* --- cargo --- */

static gboolean
is_name (const char *text)
{
  return text[0] != '\0' &&
         strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_") == strlen (text);
}

/* The table's header, when it is one of sources. (transfer full) (nullable) */
static char *
read_table (const char *line)
{
  static const char *const kinds[] = { "source.", "registries." };
  g_autofree char         *name = g_strndup (line + 1, strcspn (line + 1, "]"));

  g_strstrip (name);
  if (g_str_equal (name, "registry"))
    return g_steal_pointer (&name);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_prefix (name, kinds[i]) && is_name (name + strlen (kinds[i])))
      return g_steal_pointer (&name);
  return NULL;
}

/* Its text as it is to be written, when it is a key of a source. (transfer full) (nullable) */
static char *
read_key (const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "=", 2);
  g_autofree char *value = NULL;
  const char      *start, *end;

  if (g_strv_length (parts) != 2)
    return NULL;
  g_strchomp (parts[0]);
  start = g_strchug (parts[1]);
  end = start[0] == '"' || start[0] == '\'' ? strchr (start + 1, start[0]) : NULL;
  if (end == NULL)
    return NULL;
  value = g_strndup (start + 1, (gsize) (end - start - 1));
  if (g_str_equal (parts[0], "replace-with") || g_str_equal (parts[0], "default"))
    return is_name (value) ? g_strdup_printf ("%s = \"%s\"", parts[0], value) : NULL;
  if (g_str_equal (parts[0], "registry") || g_str_equal (parts[0], "index"))
    {
      gboolean         is_sparse = g_str_has_prefix (value, SPARSE);
      g_autofree char *uri = clean_uri (value + (is_sparse ? strlen (SPARSE) : 0));

      return uri != NULL ? g_strdup_printf ("%s = \"%s%s\"", parts[0], is_sparse ? SPARSE : "", uri)
                         : NULL;
    }
  return NULL;
}

static void
read_cargo (GString *settings, const char *answer)
{
  g_auto (GStrv) lines = g_strsplit (answer, "\n", -1);
  g_autofree char *table = NULL;
  gboolean         is_open = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char      *line = g_strstrip (lines[i]);
      g_autofree char *key = NULL;

      if (line[0] == '[')
        {
          g_free (table);
          table = read_table (line);
          is_open = FALSE;
          continue;
        }
      key = table != NULL ? read_key (line) : NULL;
      if (key == NULL)
        continue;
      if (!is_open)
        g_string_append_printf (settings, "cargo [%s]\n", table);
      is_open = TRUE;
      g_string_append_printf (settings, "cargo %s\n", key);
    }
}

void
ship_tool_settings_read (GString *settings, const char *tool, const char *answer)
{
  static const struct
  {
    const char *tool;
    void (*read) (GString *settings, const char *answer);
  } readers[] = { { "npm", read_npm },
                  { "python3", read_pip },
                  { "go", read_go },
                  { "cargo", read_cargo } };

  g_return_if_fail (settings != NULL && tool != NULL && answer != NULL);

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    if (g_str_equal (tool, readers[i].tool))
      readers[i].read (settings, answer);
}

/* --- files --- */

/* clang-format off */
static const struct
{
  const char *key;
  const char *path;
  const char *first; /* of the file, before the first of its lines */
  const char *before;
  const char *again;  /* before the second, third, … line of this key */
} lines[] = {
  { "npm ",       ".npmrc",                "",           "registry=",          "registry=" },
  { "pip ",       ".config/pip/pip.conf",  "[global]\n", "index-url = ",       "index-url = " },
  { "pip-extra ", ".config/pip/pip.conf",  "[global]\n", "extra-index-url = ", "    " },
  { "go ",        ".config/go/env",        "",           "GOPROXY=",           "GOPROXY=" },
  { "cargo ",     ".cargo/config.toml",    "",           "",                   "" },
};
/* clang-format on */

static void
add_line (GHashTable *files, const char *line)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      GString *file;

      if (!g_str_has_prefix (line, lines[i].key))
        continue;
      file = g_hash_table_lookup (files, lines[i].path);
      if (file == NULL)
        {
          file = g_string_new (MARK);
          g_string_append (file, lines[i].first);
          g_hash_table_insert (files, g_strdup (lines[i].path), file);
        }
      g_string_append_printf (file,
                              "%s%s\n",
                              strstr (file->str, lines[i].before) != NULL ? lines[i].again
                                                                          : lines[i].before,
                              line + strlen (lines[i].key));
    }
}

static void
free_file (gpointer file)
{
  g_string_free (file, TRUE);
}

GHashTable *
ship_tool_settings_get_files (const char *settings)
{
  g_autoptr (GHashTable) files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_file);
  g_auto (GStrv) each = NULL;
  GHashTable    *texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer       path, file;

  g_return_val_if_fail (settings != NULL, texts);

  each = g_strsplit (settings, "\n", -1);
  for (guint i = 0; each[i] != NULL; i++)
    add_line (files, each[i]);
  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &path, &file))
    g_hash_table_insert (texts, g_strdup (path), g_strdup (((GString *) file)->str));
  return texts;
}
