/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-secret-scan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * A table of token shapes: a fixed beginning, an alphabet, how many characters follow. Pure
 * function. Any thread.
 */

#define MAX_SCANNED_BYTES  (4 * 1024 * 1024)
#define BINARY_PROBE_BYTES 8000

typedef enum
{
  UPPER_DIGIT, /* A–Z 0–9 */
  ALNUM,
  ALNUM_LINE, /* with _ */
  TOKEN,      /* with _ and - */
  HEX,
} Alphabet;

typedef struct
{
  const char *kind;
  const char *beginning;
  Alphabet    alphabet;
  guint       min_tail;
  guint       max_tail; /* more than these is something else; 0: any number */
} Shape;

/* clang-format off */
static const Shape shapes[] = {
  { N_("an AWS access key"),             "AKIA",          UPPER_DIGIT, 16, 16 },
  { N_("an AWS access key"),             "ASIA",          UPPER_DIGIT, 16, 16 },
  { N_("a GitHub token"),                "ghp_",          ALNUM,       36, 36 },
  { N_("a GitHub token"),                "gho_",          ALNUM,       36, 36 },
  { N_("a GitHub token"),                "ghu_",          ALNUM,       36, 36 },
  { N_("a GitHub token"),                "ghs_",          ALNUM,       36, 36 },
  { N_("a GitHub token"),                "ghr_",          ALNUM,       36, 76 },
  { N_("a GitHub token"),                "github_pat_",   ALNUM_LINE,  70, 90 },
  { N_("a GitLab token"),                "glpat-",        TOKEN,       20, 0 },
  { N_("an Anthropic API key"),          "sk-ant-",       TOKEN,       60, 0 },
  { N_("an OpenAI API key"),             "sk-proj-",      TOKEN,       40, 0 },
  { N_("an OpenAI API key"),             "sk-svcacct-",   TOKEN,       40, 0 },
  { N_("an OpenAI API key"),             "sk-admin-",     TOKEN,       40, 0 },
  { N_("an OpenAI API key"),             "sk-",           ALNUM,       48, 48 },
  { N_("an OpenRouter API key"),         "sk-or-v1-",     HEX,         64, 64 },
  { N_("a Slack token"),                 "xoxb-",         TOKEN,       30, 0 },
  { N_("a Slack token"),                 "xoxp-",         TOKEN,       30, 0 },
  { N_("a Slack token"),                 "xoxa-",         TOKEN,       30, 0 },
  { N_("a Slack token"),                 "xoxr-",         TOKEN,       30, 0 },
  { N_("a Slack token"),                 "xoxs-",         TOKEN,       30, 0 },
  { N_("a Google API key"),              "AIza",          TOKEN,       35, 35 },
  { N_("a Stripe key"),                  "sk_live_",      ALNUM,       24, 0 },
  { N_("a Stripe key"),                  "rk_live_",      ALNUM,       24, 0 },
  { N_("an npm token"),                  "npm_",          ALNUM,       36, 36 },
  { N_("a Hugging Face token"),          "hf_",           ALNUM,       34, 34 },
};
/* clang-format on */

#define PEM_BEGINNING "-----BEGIN "
#define PEM_END       "PRIVATE KEY-----"
#define PEM_MIN_BODY  40
#define MIN_DISTINCT  9
#define AWS_EXAMPLE   "EXAMPLE"

static gboolean
is_in_alphabet (Alphabet alphabet, char c)
{
  switch (alphabet)
    {
    case UPPER_DIGIT:
      return g_ascii_isupper (c) || g_ascii_isdigit (c);
    case ALNUM:
      return g_ascii_isalnum (c);
    case ALNUM_LINE:
      return g_ascii_isalnum (c) || c == '_';
    case TOKEN:
      return g_ascii_isalnum (c) || c == '_' || c == '-';
    case HEX:
      return g_ascii_isxdigit (c);
    }
  g_return_val_if_reached (FALSE);
}

/* "ghp_xxxxxxxx…" and "sk-ant-your-key-goes-here-…" are no keys: those have many different
 * characters and digits. */
static gboolean
looks_random (const char *text, gsize length)
{
  guint8 seen[256] = { 0 };
  guint  n_distinct = 0;
  guint  n_digits = 0;

  for (gsize i = 0; i < length; i++)
    {
      guint8 c = (guint8) text[i];

      n_distinct += seen[c] == 0;
      seen[c] = 1;
      n_digits += g_ascii_isdigit (text[i]);
    }
  return n_distinct >= MIN_DISTINCT && n_digits >= 2;
}

/* How long the token at @offset is if it has this shape, else 0. */
static gsize
match_shape (const Shape *shape, const char *data, gsize length, gsize offset)
{
  gsize       beginning = strlen (shape->beginning);
  const char *tail = data + offset + beginning;
  gsize       left = length - offset - beginning;
  gsize       n = 0;

  while (n < left && is_in_alphabet (shape->alphabet, tail[n]))
    n++;
  if (n < shape->min_tail || (shape->max_tail != 0 && n > shape->max_tail))
    return 0;
  if (n < left && is_in_alphabet (ALNUM_LINE, tail[n]))
    return 0;
  if (shape->alphabet == UPPER_DIGIT &&
      memcmp (tail + n - strlen (AWS_EXAMPLE), AWS_EXAMPLE, strlen (AWS_EXAMPLE)) == 0)
    return 0;
  return looks_random (tail, n) ? beginning + n : 0;
}

/* Skips line ends and blanks, also those of a key within a JSON or C string. */
static gsize
skip_line_end (const char *data, gsize length, gsize position)
{
  while (position < length)
    if (g_ascii_isspace (data[position]) || data[position] == '"' || data[position] == '\'')
      position++;
    else if (data[position] == '\\' && position + 1 < length &&
             strchr ("nr", data[position + 1]) != NULL)
      position += 2;
    else
      break;
  return position;
}

/* A private key in PEM: its first line alone (in a document, in a parser) is none, key material
 * must follow. */
static gsize
match_pem (const char *data, gsize length, gsize offset)
{
  gsize position = offset + strlen (PEM_BEGINNING);
  gsize body;

  while (position < length && (g_ascii_isupper (data[position]) || data[position] == ' ') &&
         strncmp (data + position, "PRIVATE", MIN (length - position, 7)) != 0)
    position++;
  if (length - position < strlen (PEM_END) ||
      memcmp (data + position, PEM_END, strlen (PEM_END)) != 0)
    return 0;
  body = skip_line_end (data, length, position + strlen (PEM_END));
  if (length - body > 10 && memcmp (data + body, "Proc-Type:", 10) == 0)
    return body - offset;
  for (position = body; position < length; position++)
    if (!g_ascii_isalnum (data[position]) && strchr ("+/=", data[position]) == NULL)
      break;
  if (position - body < PEM_MIN_BODY || !looks_random (data + body, position - body))
    return 0;
  return position - offset;
}

static guint
count_lines (const char *data, gsize length)
{
  guint n = 1;

  for (gsize i = 0; i < length; i++)
    n += data[i] == '\n';
  return n;
}

static gsize
match_any (const char *data, gsize length, gsize offset, const char **kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      gsize beginning = strlen (shapes[i].beginning);
      gsize found;

      if (shapes[i].beginning[0] != data[offset])
        continue;
      if (length - offset < beginning ||
          memcmp (data + offset, shapes[i].beginning, beginning) != 0)
        continue;
      found = match_shape (&shapes[i], data, length, offset);
      *kind = _ (shapes[i].kind);
      if (found > 0)
        return found;
    }
  *kind = _ ("a private key");
  if (length - offset > strlen (PEM_BEGINNING) &&
      memcmp (data + offset, PEM_BEGINNING, strlen (PEM_BEGINNING)) == 0)
    return match_pem (data, length, offset);
  return 0;
}

gboolean
ship_git_secret_scan (const char *data, gsize length, gsize start, ShipGitSecret *secret)
{
  for (gsize offset = start; offset < length; offset++)
    {
      const char *kind;
      gsize       found;

      /* The first characters of all the shapes: nearly every byte is passed over here. */
      if (strchr ("Agsxrnh-", data[offset]) == NULL || data[offset] == '\0')
        continue;
      if (data[offset] != '-' && offset > 0 && is_in_alphabet (TOKEN, data[offset - 1]))
        continue;
      found = match_any (data, length, offset, &kind);
      if (found == 0)
        continue;
      *secret = (ShipGitSecret){ kind, offset, found, count_lines (data, offset) };
      return TRUE;
    }
  return FALSE;
}

static gboolean
holds (git_odb_object *object, const char *text, gsize length)
{
  return object != NULL &&
         memmem (git_odb_object_data (object), git_odb_object_size (object), text, length) != NULL;
}

gboolean
ship_git_secret_scan_object (git_odb_object *object, git_odb_object *old, ShipGitSecret *secret)
{
  const char *data = git_odb_object_data (object);
  gsize       size = git_odb_object_size (object);
  gsize       start = 0;

  if (size > MAX_SCANNED_BYTES || memchr (data, '\0', MIN (size, BINARY_PROBE_BYTES)) != NULL)
    return FALSE;
  while (ship_git_secret_scan (data, size, start, secret))
    {
      if (!holds (old, data + secret->offset, secret->length))
        return TRUE;
      start = secret->offset + secret->length;
    }
  return FALSE;
}
