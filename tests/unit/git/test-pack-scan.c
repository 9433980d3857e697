/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-pack-scan-private.h"

#include <string.h>

#include "git/ship-git-error.h"

/* The first look at an untrusted pack: bounds, and no byte beyond the end. */

static const ShipGitPackLimits small_limits = {
  .max_pack_bytes = 64 * 1024,
  .max_objects = 4,
  .max_object_bytes = 100 * 1000,
  .max_total_bytes = 150 * 1000,
  .max_delta_depth = 2,
};

static void
append_uint32 (GByteArray *pack, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (pack, (const guint8 *) &big, sizeof big);
}

static GByteArray *
new_pack (guint n_objects)
{
  GByteArray *pack = g_byte_array_new ();

  g_byte_array_append (pack, (const guint8 *) "PACK", 4);
  append_uint32 (pack, 2);
  append_uint32 (pack, n_objects);
  return pack;
}

static void
append_header (GByteArray *pack, guint kind, gsize size)
{
  guint8 byte = (guint8) (kind << 4 | (size & 15));

  for (size >>= 4; size > 0; size >>= 7)
    {
      byte |= 0x80;
      g_byte_array_append (pack, &byte, 1);
      byte = size & 0x7f;
    }
  g_byte_array_append (pack, &byte, 1);
}

static void
append_deflated (GByteArray *pack, const void *data, gsize size)
{
  g_autoptr (GConverter) deflater =
    G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9));
  g_autofree guint8 *output = g_malloc (size + 1024);
  gsize              n_read;
  gsize              n_written;

  g_assert_cmpint (g_converter_convert (deflater,
                                        data,
                                        size,
                                        output,
                                        size + 1024,
                                        G_CONVERTER_INPUT_AT_END,
                                        &n_read,
                                        &n_written,
                                        NULL),
                   ==,
                   G_CONVERTER_FINISHED);
  g_byte_array_append (pack, output, (guint) n_written);
}

static void
append_zeros (GByteArray *pack, guint kind, gsize said, gsize size)
{
  g_autofree char *zeros = g_malloc0 (size + 1);

  append_header (pack, kind, said);
  append_deflated (pack, zeros, size);
}

/* A delta on what began @distance bytes before, whose result has @size bytes. */
static void
append_delta (GByteArray *pack, guint8 distance, guint32 size)
{
  guint8 delta[16];
  gsize  n = 0;

  g_assert_cmpuint (distance, <, 128);
  delta[n++] = 5;
  for (; size > 127; size >>= 7)
    delta[n++] = (guint8) (0x80 | (size & 0x7f));
  delta[n++] = (guint8) size;
  append_header (pack, 6, n);
  g_byte_array_append (pack, &distance, 1);
  append_deflated (pack, delta, n);
}

/* @pack: (transfer full) */
static void
assert_scan (GByteArray *pack, const char *refused)
{
  static const guint8 trailer[20] = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  guint    n_objects;
  gboolean ok;

  g_byte_array_append (pack, trailer, sizeof trailer);
  bytes = g_byte_array_free_to_bytes (pack);
  ok = ship_git_pack_scan (bytes, &small_limits, NULL, &n_objects, NULL, &error);
  if (refused == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (ok);
      return;
    }
  g_assert_false (ok);
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_HOSTILE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, refused));
}

static void
test_good (void)
{
  GByteArray *pack = new_pack (0);
  guint       start;

  assert_scan (pack, NULL);
  pack = new_pack (3);
  append_zeros (pack, 3, 0, 0);
  append_zeros (pack, 2, 70 * 1000, 70 * 1000);
  start = pack->len;
  append_zeros (pack, 3, 5, 5);
  assert_scan (pack, NULL);
  pack = new_pack (2);
  start = pack->len;
  append_zeros (pack, 3, 5, 5);
  append_delta (pack, (guint8) (pack->len - start), 1000);
  assert_scan (pack, NULL);
}

static void
test_bounds (void)
{
  GByteArray *pack = new_pack (1);
  guint       start;

  append_zeros (pack, 3, 100 * 1000 + 1, 100 * 1000 + 1);
  assert_scan (pack, "too large");
  pack = new_pack (1);
  append_zeros (pack, 3, 10, 90 * 1000); /* more than it says */
  assert_scan (pack, "damaged");
  pack = new_pack (1);
  append_zeros (pack, 3, 20, 10); /* less than it says */
  assert_scan (pack, "damaged");
  pack = new_pack (2);
  append_zeros (pack, 3, 90 * 1000, 90 * 1000);
  append_zeros (pack, 3, 90 * 1000, 90 * 1000);
  assert_scan (pack, "when unpacked");
  assert_scan (new_pack (5), "too many");
  pack = new_pack (2);
  start = pack->len;
  append_zeros (pack, 3, 5, 5);
  append_delta (pack,
                (guint8) (pack->len - start),
                200 * 1000); /* a small delta with a large result */
  assert_scan (pack, "too large");
}

static void
test_kinds (void)
{
  GByteArray *pack = new_pack (1);
  guint8      id[20] = { 1 };

  append_zeros (pack, 1, 5, 5);
  assert_scan (pack, "neither");
  pack = new_pack (1);
  append_zeros (pack, 4, 5, 5);
  assert_scan (pack, "neither");
  pack = new_pack (1);
  append_zeros (pack, 0, 5, 5);
  assert_scan (pack, "neither");
  pack = new_pack (1);
  append_header (pack, 7, 4);
  g_byte_array_append (pack, id, sizeof id);
  append_deflated (pack, "abcd", 4);
  assert_scan (pack, "not in the repository");
}

static void
test_deltas (void)
{
  GByteArray *pack = new_pack (4);
  guint       start = pack->len;
  guint       next;

  append_zeros (pack, 3, 5, 5);
  for (guint i = 0; i < 3; i++)
    {
      next = pack->len;
      append_delta (pack, (guint8) (next - start), 5);
      start = next;
    }
  assert_scan (pack, "too deeply");
  pack = new_pack (2);
  append_zeros (pack, 3, 5, 5);
  append_delta (pack, 3, 5); /* into the middle of an object */
  assert_scan (pack, "damaged");
  pack = new_pack (1);
  append_delta (pack, 0, 5); /* on itself */
  assert_scan (pack, "damaged");
  pack = new_pack (1);
  append_delta (pack, 100, 5); /* before the beginning */
  assert_scan (pack, "damaged");
}

static void
test_damage (void)
{
  GByteArray *pack = new_pack (1);

  append_zeros (pack, 3, 5, 5);
  g_byte_array_append (pack, (const guint8 *) "rest", 4);
  assert_scan (pack, "damaged");
  pack = new_pack (2);
  append_zeros (pack, 3, 5, 5);
  assert_scan (pack, "damaged");
  pack = g_byte_array_new ();
  assert_scan (pack, "not a pack");
  pack = new_pack (0);
  pack->data[7] = 3;
  assert_scan (pack, "not a pack");
}

/* Cut at every byte and broken at every byte: an error or none, never a crash or an endless loop.
 */
static void
test_every_byte (void)
{
  GByteArray   *pack = new_pack (3);
  const guint8 *data;
  gsize         size;
  guint         start;

  append_zeros (pack, 3, 300, 300);
  start = pack->len;
  append_zeros (pack, 2, 5, 5);
  append_delta (pack, (guint8) (pack->len - start), 900);
  append_uint32 (pack, 0);
  data = pack->data;
  size = pack->len;
  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (data, i);
      g_autofree guint8 *copy = g_memdup2 (data, size);
      g_autoptr (GBytes) broken = NULL;
      guint n_objects;

      copy[i] ^= 0xff;
      broken = g_bytes_new_take (g_steal_pointer (&copy), size);
      g_assert_false (ship_git_pack_scan (cut, &small_limits, NULL, &n_objects, NULL, NULL));
      ship_git_pack_scan (broken, &small_limits, NULL, &n_objects, NULL, NULL);
    }
  g_byte_array_unref (pack);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GByteArray *pack = new_pack (1);
  guint       n_objects;

  append_zeros (pack, 3, 5, 5);
  append_zeros (pack, 3, 5, 5);
  bytes = g_byte_array_free_to_bytes (pack);
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_git_pack_scan (bytes, &small_limits, NULL, &n_objects, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/git/pack-scan/good", test_good);
  g_test_add_func ("/git/pack-scan/bounds", test_bounds);
  g_test_add_func ("/git/pack-scan/kinds", test_kinds);
  g_test_add_func ("/git/pack-scan/deltas", test_deltas);
  g_test_add_func ("/git/pack-scan/damage", test_damage);
  g_test_add_func ("/git/pack-scan/every-byte", test_every_byte);
  g_test_add_func ("/git/pack-scan/cancelled", test_cancelled);
  return g_test_run ();
}
