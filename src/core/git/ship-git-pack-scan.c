/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-pack-scan-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "git/ship-git-error.h"

/*
 * A pack is: "PACK", version, count; for each object a header (kind, unpacked size), for a delta
 * its base (an offset back or an id), and a zlib stream; at the end a hash, which the indexer
 * checks. Only trees, blobs and deltas are taken: a turn's pack has no business with commits and
 * tags. The result's size of a delta stands in the delta's first bytes. Pure function. Any thread.
 */

#define HEADER_SIZE     12
#define TRAILER_SIZE    GIT_OID_RAWSZ
#define OUTPUT_SIZE     (64 * 1024)
#define DELTA_HEAD_SIZE 20

enum
{
  PACK_TREE = 2,
  PACK_BLOB = 3,
  PACK_OFS_DELTA = 6,
  PACK_REF_DELTA = 7,
};

typedef struct
{
  gsize offset;
  guint depth;
} Entry;

typedef struct
{
  const guint8            *data;
  gsize                    end; /* where the trailer starts */
  gsize                    position;
  const ShipGitPackLimits *limits;
  git_odb                 *known;    /* (unowned) (nullable) */
  GArray                  *entries;  /* (owned) (element-type Entry): by offset */
  GConverter              *inflater; /* (owned) */
  guint8                  *output;   /* (owned) */
  guint64                  total;
} Scan;

const ShipGitPackLimits ship_git_pack_limits = {
  .max_pack_bytes = (gsize) 2 * 1024 * 1024 * 1024,
  .max_objects = 2 * 1000 * 1000,
  .max_object_bytes = 100 * 1024 * 1024,
  .max_total_bytes = (guint64) 8 * 1024 * 1024 * 1024,
  .max_delta_depth = 64,
};

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_HOSTILE,
               _ ("The pack from the sandbox was refused: %s."),
               reason);
  return FALSE;
}

static gboolean
refuse_broken (GError **error)
{
  return refuse (error, _ ("it is damaged"));
}

static gboolean
next_byte (Scan *scan, guint8 *byte, GError **error)
{
  if (scan->position >= scan->end)
    return refuse_broken (error);
  *byte = scan->data[scan->position++];
  return TRUE;
}

static gboolean
read_entry_header (Scan *scan, guint *kind, guint64 *size, GError **error)
{
  guint8 byte;
  guint  shift = 4;

  if (!next_byte (scan, &byte, error))
    return FALSE;
  *kind = (byte >> 4) & 7;
  *size = byte & 15;
  while (byte & 0x80)
    {
      if (!next_byte (scan, &byte, error))
        return FALSE;
      if (shift > 50)
        return refuse_broken (error);
      *size |= (guint64) (byte & 0x7f) << shift;
      shift += 7;
    }
  if (*size > scan->limits->max_object_bytes)
    return refuse (error, _ ("a file in it is too large"));
  return TRUE;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *one = a;
  const Entry *other = b;

  return one->offset < other->offset ? -1 : one->offset > other->offset;
}

/* The offset is big-endian in groups of seven bits, each group but the last with one added. */
static gboolean
read_offset_base (Scan *scan, gsize start, guint *depth, GError **error)
{
  guint64 distance;
  Entry   wanted = { 0 };
  guint   index;
  guint8  byte;

  if (!next_byte (scan, &byte, error))
    return FALSE;
  distance = byte & 0x7f;
  while (byte & 0x80)
    {
      if (!next_byte (scan, &byte, error))
        return FALSE;
      if (distance > G_MAXINT32)
        return refuse_broken (error);
      distance = ((distance + 1) << 7) | (byte & 0x7f);
    }
  if (distance == 0 || distance > start)
    return refuse_broken (error);
  wanted.offset = start - distance;
  if (!g_array_binary_search (scan->entries, &wanted, compare_entries, &index))
    return refuse_broken (error);
  *depth = g_array_index (scan->entries, Entry, index).depth + 1;
  if (*depth > scan->limits->max_delta_depth)
    return refuse (error, _ ("it is nested too deeply"));
  return TRUE;
}

static gboolean
read_id_base (Scan *scan, guint *depth, GError **error)
{
  git_oid id;

  if (scan->end - scan->position < GIT_OID_RAWSZ)
    return refuse_broken (error);
  git_oid_fromraw (&id, scan->data + scan->position);
  scan->position += GIT_OID_RAWSZ;
  if (scan->known == NULL || !git_odb_exists (scan->known, &id))
    return refuse (error, _ ("it builds on an object that is not in the repository"));
  *depth = 1;
  return TRUE;
}

/* Inflates one zlib stream of exactly @size bytes. @head: its first bytes. */
static gboolean
inflate_entry (Scan *scan, guint64 size, guint8 head[DELTA_HEAD_SIZE], GError **error)
{
  guint64 n_out = 0;

  memset (head, 0, DELTA_HEAD_SIZE);
  g_converter_reset (scan->inflater);
  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      gsize            n_read = 0;
      gsize            n_written = 0;
      GConverterResult result = g_converter_convert (scan->inflater,
                                                     scan->data + scan->position,
                                                     scan->end - scan->position,
                                                     scan->output,
                                                     OUTPUT_SIZE,
                                                     G_CONVERTER_NO_FLAGS,
                                                     &n_read,
                                                     &n_written,
                                                     &local_error);

      if (result == G_CONVERTER_ERROR)
        return refuse_broken (error);
      if (n_out < DELTA_HEAD_SIZE)
        memcpy (head + n_out, scan->output, MIN (n_written, DELTA_HEAD_SIZE - n_out));
      scan->position += n_read;
      n_out += n_written;
      if (n_out > size)
        return refuse_broken (error);
      if (result == G_CONVERTER_FINISHED)
        return n_out == size || refuse_broken (error);
    }
}

static gboolean
read_delta_number (const guint8 **position, const guint8 *end, guint64 *number)
{
  guint  shift = 0;
  guint8 byte;

  *number = 0;
  do
    {
      if (*position == end || shift > 50)
        return FALSE;
      byte = *(*position)++;
      *number |= (guint64) (byte & 0x7f) << shift;
      shift += 7;
    }
  while (byte & 0x80);
  return TRUE;
}

static gboolean
scan_entry (Scan *scan, GError **error)
{
  Entry         entry = { scan->position, 0 };
  guint8        head[DELTA_HEAD_SIZE];
  const guint8 *position = head;
  guint64       base_size;
  guint64       size;
  guint         kind;

  if (!read_entry_header (scan, &kind, &size, error))
    return FALSE;
  if (kind == PACK_OFS_DELTA && !read_offset_base (scan, entry.offset, &entry.depth, error))
    return FALSE;
  if (kind == PACK_REF_DELTA && !read_id_base (scan, &entry.depth, error))
    return FALSE;
  if (entry.depth == 0 && kind != PACK_TREE && kind != PACK_BLOB)
    return refuse (error, _ ("it holds something that is neither a file nor a folder"));
  if (!inflate_entry (scan, size, head, error))
    return FALSE;
  if (entry.depth > 0 && !(read_delta_number (&position, head + sizeof head, &base_size) &&
                           read_delta_number (&position, head + sizeof head, &size)))
    return refuse_broken (error);
  if (size > scan->limits->max_object_bytes)
    return refuse (error, _ ("a file in it is too large"));
  scan->total += size;
  if (scan->total > scan->limits->max_total_bytes)
    return refuse (error, _ ("it is too large when unpacked"));
  g_array_append_val (scan->entries, entry);
  return TRUE;
}

static gboolean
scan_entries (Scan *scan, guint n_objects, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < n_objects; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !scan_entry (scan, error))
      return FALSE;
  return scan->position == scan->end || refuse_broken (error);
}

static guint32
read_uint32 (const guint8 *data)
{
  return (guint32) data[0] << 24 | (guint32) data[1] << 16 | (guint32) data[2] << 8 | data[3];
}

gboolean
ship_git_pack_scan (GBytes                  *pack,
                    const ShipGitPackLimits *limits,
                    git_odb                 *known,
                    guint                   *n_objects,
                    GCancellable            *cancellable,
                    GError                 **error)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_autoptr (GConverter) inflater =
    G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  g_autofree guint8 *output = g_malloc (OUTPUT_SIZE);
  gsize              length;
  const guint8      *data = g_bytes_get_data (pack, &length);
  Scan               scan = { .data = data, .limits = limits, .known = known };

  if (length > limits->max_pack_bytes)
    return refuse (error, _ ("it is too large"));
  if (length < HEADER_SIZE + TRAILER_SIZE || memcmp (data, "PACK", 4) != 0 ||
      read_uint32 (data + 4) != 2)
    return refuse (error, _ ("it is not a pack"));
  *n_objects = read_uint32 (data + 8);
  if (*n_objects > limits->max_objects)
    return refuse (error, _ ("it holds too many objects"));
  scan.end = length - TRAILER_SIZE;
  scan.position = HEADER_SIZE;
  scan.entries = entries;
  scan.inflater = inflater;
  scan.output = output;
  return scan_entries (&scan, *n_objects, cancellable, error);
}
