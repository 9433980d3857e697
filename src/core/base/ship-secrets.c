/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-secrets.h"
#include "base/ship-secrets-private.h"

#include <string.h>

/*
 * The set of known secrets, and the redaction of text and streams. A secret is looked for as it is,
 * percent-encoded, and in base64, alone or within something longer that was encoded as a whole (a
 * Basic authorization). Owned by main() and by whoever took a reference; main thread, except for
 * ship_secrets_redact().
 */

#define MIN_SECRET 8

G_STATIC_ASSERT (sizeof SHIP_SECRETS_MASK - 1 <= MIN_SECRET);

typedef struct
{
  char *bytes; /* (owned): wiped before it is freed */
  gsize length;
} Pattern;

struct _ShipSecrets
{
  gatomicrefcount ref_count;
  GArray *patterns;   /* (owned) (element-type Pattern): by first byte, then the longest first */
  guint   first[257]; /* first[b] … first[b + 1]: the patterns that start with byte b */
  gsize   longest;
};

static void
wipe_and_free (char *text)
{
  if (text != NULL)
    explicit_bzero (text, strlen (text));
  g_free (text);
}

static void
pattern_clear (gpointer data)
{
  Pattern *pattern = data;

  explicit_bzero (pattern->bytes, pattern->length);
  g_free (pattern->bytes);
}

static int
pattern_compare (gconstpointer a, gconstpointer b)
{
  const Pattern *left = a;
  const Pattern *right = b;
  int            order = (guchar) left->bytes[0] - (guchar) right->bytes[0];

  if (order != 0)
    return order;
  return left->length < right->length ? 1 : left->length > right->length ? -1 : 0;
}

ShipSecrets *
ship_secrets_new (void)
{
  ShipSecrets *self = g_new0 (ShipSecrets, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->patterns = g_array_new (FALSE, FALSE, sizeof (Pattern));
  g_array_set_clear_func (self->patterns, pattern_clear);

  return self;
}

ShipSecrets *
ship_secrets_ref (ShipSecrets *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ship_secrets_unref (ShipSecrets *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_array_unref (self->patterns);
  g_free (self);
}

static void
add_pattern (ShipSecrets *self, const char *bytes, gsize length)
{
  Pattern pattern = { .length = length };

  if (length < MIN_SECRET)
    return;
  for (guint i = 0; i < self->patterns->len; i++)
    {
      const Pattern *known = &g_array_index (self->patterns, Pattern, i);

      if (known->length == length && memcmp (known->bytes, bytes, length) == 0)
        return;
    }

  pattern.bytes = g_memdup2 (bytes, length);
  g_array_append_val (self->patterns, pattern);
  self->longest = MAX (self->longest, length);
}

static void
add_base64 (ShipSecrets *self, const char *base64, gsize length)
{
  g_autofree char *url_safe = g_strndup (base64, length);

  add_pattern (self, base64, length);
  g_strdelimit (url_safe, "+", '-');
  g_strdelimit (url_safe, "/", '_');
  add_pattern (self, url_safe, length);
  explicit_bzero (url_safe, length);
}

/*
 * In base64 three bytes become four characters, so a secret within something longer looks different
 * by where it stands (modulo three). Only the characters that no neighbour has a part in are looked
 * for.
 */
static void
add_base64_forms (ShipSecrets *self, const char *secret, gsize length)
{
  for (gsize before = 0; before < 3; before++)
    {
      gsize   n_bytes = before + length;
      guchar *padded = g_malloc0 (n_bytes);
      char   *base64;
      gsize   from = (before * 8 + 5) / 6;
      gsize   to = n_bytes * 8 / 6;

      memcpy (padded + before, secret, length);
      base64 = g_base64_encode (padded, n_bytes);
      add_base64 (self, base64 + from, to - from);
      if (before == 0)
        add_base64 (self, base64, strcspn (base64, "="));
      if (before == 0 && n_bytes % 3 != 0)
        add_base64 (self, base64, strlen (base64));

      explicit_bzero (padded, n_bytes);
      g_free (padded);
      wipe_and_free (base64);
    }
}

static void
add_percent_forms (ShipSecrets *self, const char *secret)
{
  char *upper = g_uri_escape_string (secret, NULL, FALSE);
  gsize length = strlen (upper);

  add_pattern (self, upper, length);
  for (gsize i = 0; i + 2 < length; i++)
    {
      if (upper[i] == '%')
        {
          upper[i + 1] = g_ascii_tolower (upper[i + 1]);
          upper[i + 2] = g_ascii_tolower (upper[i + 2]);
        }
    }
  add_pattern (self, upper, length);
  wipe_and_free (upper);
}

static void
index_patterns (ShipSecrets *self)
{
  guint next = 0;

  g_array_sort (self->patterns, pattern_compare);
  for (guint byte = 0; byte < 256; byte++)
    {
      self->first[byte] = next;
      while (next < self->patterns->len &&
             (guchar) g_array_index (self->patterns, Pattern, next).bytes[0] == byte)
        next++;
    }
  self->first[256] = next;
}

gboolean
ship_secrets_add (ShipSecrets *self, const char *secret)
{
  gsize length;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (secret != NULL, FALSE);

  length = strlen (secret);
  if (length < MIN_SECRET)
    return FALSE;

  add_pattern (self, secret, length);
  add_percent_forms (self, secret);
  add_base64_forms (self, secret, length);
  index_patterns (self);

  return TRUE;
}

gboolean
ship_secrets_is_empty (ShipSecrets *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->patterns->len == 0;
}

gsize
ship_secrets_get_longest (ShipSecrets *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->longest;
}

/* The length of the longest pattern at the start of @bytes; @undecided: with more bytes it could be
 * another. */
static gsize
match (ShipSecrets *self, const guint8 *bytes, gsize n_bytes, gboolean *undecided)
{
  *undecided = FALSE;
  for (guint i = self->first[bytes[0]]; i < self->first[bytes[0] + 1]; i++)
    {
      const Pattern *pattern = &g_array_index (self->patterns, Pattern, i);

      if (pattern->length <= n_bytes)
        {
          if (memcmp (pattern->bytes, bytes, pattern->length) == 0)
            return pattern->length; /* the longest comes first */
        }
      else if (memcmp (pattern->bytes, bytes, n_bytes) == 0)
        {
          *undecided = TRUE;
        }
    }

  return 0;
}

void
ship_redaction_init (ShipRedaction *self, ShipSecrets *secrets)
{
  *self = (ShipRedaction){ .secrets = ship_secrets_ref (secrets), .hold = g_byte_array_new () };
}

void
ship_redaction_reset (ShipRedaction *self)
{
  if (self->hold->len > 0)
    explicit_bzero (self->hold->data, self->hold->len);
  g_byte_array_set_size (self->hold, 0);
  self->covered = 0;
  self->mask = 0;
}

void
ship_redaction_clear (ShipRedaction *self)
{
  ship_redaction_reset (self);
  g_clear_pointer (&self->hold, g_byte_array_unref);
  g_clear_pointer (&self->secrets, ship_secrets_unref);
}

void
ship_redaction_push (ShipRedaction *self, const void *bytes, gsize n_bytes)
{
  if (n_bytes > 0)
    g_byte_array_append (self->hold, bytes, n_bytes);
}

gsize
ship_redaction_pull (ShipRedaction *self, gboolean at_end, char *out, gsize size)
{
  gsize used = 0;
  gsize written = 0;

  while (written < size)
    {
      const guint8 *here;
      gboolean      undecided;
      gsize         length;

      if (self->mask > 0)
        {
          out[written++] = SHIP_SECRETS_MASK[strlen (SHIP_SECRETS_MASK) - self->mask--];
          continue;
        }
      if (used == self->hold->len)
        break;

      here = self->hold->data + used;
      length = match (self->secrets, here, self->hold->len - used, &undecided);
      if (undecided && !at_end)
        break;
      if (length > 0 && self->covered == 0)
        self->mask = strlen (SHIP_SECRETS_MASK);
      self->covered = MAX (self->covered, length);
      if (self->covered > 0)
        self->covered--;
      else
        out[written++] = (char) *here;
      used++;
    }

  if (used > 0)
    g_byte_array_remove_range (self->hold, 0, used);
  return written;
}

char *
ship_redaction_pull_all (ShipRedaction *self, gboolean at_end)
{
  /* A mask is never longer than what it stands for, so one pull takes everything. */
  gsize size = self->hold->len + strlen (SHIP_SECRETS_MASK);
  char *text = g_malloc (size + 1);

  text[ship_redaction_pull (self, at_end, text, size)] = '\0';
  return text;
}

char *
ship_secrets_redact (ShipSecrets *self, const char *text)
{
  ShipRedaction redaction;
  char         *redacted;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  if (self->patterns->len == 0)
    return g_strdup (text);

  ship_redaction_init (&redaction, self);
  ship_redaction_push (&redaction, text, strlen (text));
  redacted = ship_redaction_pull_all (&redaction, TRUE);
  ship_redaction_clear (&redaction);

  return redacted;
}
