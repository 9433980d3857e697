/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-secrets.h"

static const char text[] = "x hunter22hunte hunter22hunter22 hunterhunter22 hunter2";

static ShipSecrets *
make_secrets (void)
{
  ShipSecrets *secrets = ship_secrets_new ();

  ship_secrets_add (secrets, "hunter22hunter");
  ship_secrets_add (secrets, "hunter22");
  return secrets;
}

/* Input in pieces of every size, output buffers of every size, down to one byte. */
static void
test_convert_every_size (void)
{
  g_autoptr (ShipSecrets) secrets = make_secrets ();
  g_autofree char *expected = ship_secrets_redact (secrets, text);

  for (gsize in_size = 1; in_size <= sizeof text; in_size++)
    for (gsize out_size = 1; out_size <= sizeof text; out_size++)
      {
        ShipRedactingConverter *converter = ship_redacting_converter_new (secrets);
        g_autoptr (GString) got = g_string_new (NULL);
        GConverterResult result = G_CONVERTER_CONVERTED;
        gsize            at = 0;
        gsize            end = MIN (in_size, sizeof text - 1);

        while (result != G_CONVERTER_FINISHED)
          {
            g_autoptr (GError) error = NULL;
            g_autofree char *out = g_malloc (out_size);
            gboolean         last = end == sizeof text - 1;
            gsize            n_read, n_written;

            result = g_converter_convert (G_CONVERTER (converter),
                                          text + at,
                                          end - at,
                                          out,
                                          out_size,
                                          last ? G_CONVERTER_INPUT_AT_END : 0,
                                          &n_read,
                                          &n_written,
                                          &error);
            if (result == G_CONVERTER_ERROR)
              {
                g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
                g_assert_false (last);
                end = MIN (end + in_size, sizeof text - 1);
                continue;
              }
            g_assert_true (n_read + n_written > 0 || result == G_CONVERTER_FINISHED);
            at += n_read;
            g_string_append_len (got, out, n_written);
            if (at == end)
              end = MIN (end + in_size, sizeof text - 1);
          }

        g_assert_cmpstr (got->str, ==, expected);
        g_assert_finalize_object (converter);
      }
}

/* A stream that gives its bytes in pieces, as a socket does. */
static GInputStream *
make_pieces (const char *bytes, gsize n_bytes, gsize step)
{
  GInputStream *stream = g_memory_input_stream_new ();

  for (gsize at = 0; at < n_bytes; at += step)
    {
      g_autoptr (GBytes) piece = g_bytes_new (bytes + at, MIN (step, n_bytes - at));
      g_memory_input_stream_add_bytes (G_MEMORY_INPUT_STREAM (stream), piece);
    }
  return stream;
}

static void
test_input_stream (void)
{
  g_autoptr (ShipSecrets) secrets = make_secrets ();
  g_autofree char *expected = ship_secrets_redact (secrets, text);

  for (gsize step = 1; step <= sizeof text; step++)
    for (gsize read_size = 1; read_size <= sizeof text; read_size++)
      {
        g_autoptr (GInputStream) pieces = make_pieces (text, sizeof text - 1, step);
        g_autoptr (ShipRedactingConverter) converter = ship_redacting_converter_new (secrets);
        g_autoptr (GInputStream) stream =
          g_converter_input_stream_new (pieces, G_CONVERTER (converter));
        g_autoptr (GString) got = g_string_new (NULL);
        g_autofree char *buffer = g_malloc (read_size);
        gssize           n_bytes;

        do
          {
            g_autoptr (GError) error = NULL;

            n_bytes = g_input_stream_read (stream, buffer, read_size, NULL, &error);
            g_assert_no_error (error);
            g_string_append_len (got, buffer, n_bytes);
          }
        while (n_bytes > 0);

        g_assert_cmpstr (got->str, ==, expected);
      }
}

/* Written in pieces with a flush after each: a flush may not let out the beginning of a secret. */
static void
test_output_stream (void)
{
  g_autoptr (ShipSecrets) secrets = make_secrets ();
  g_autofree char *expected = ship_secrets_redact (secrets, text);

  for (gsize step = 1; step <= sizeof text; step++)
    {
      g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
      g_autoptr (ShipRedactingConverter) converter = ship_redacting_converter_new (secrets);
      g_autoptr (GOutputStream) stream =
        g_converter_output_stream_new (memory, G_CONVERTER (converter));
      g_autoptr (GError) error = NULL;
      GMemoryOutputStream *sink = G_MEMORY_OUTPUT_STREAM (memory);

      for (gsize at = 0; at < sizeof text - 1; at += step)
        {
          g_output_stream_write_all (stream,
                                     text + at,
                                     MIN (step, sizeof text - 1 - at),
                                     NULL,
                                     NULL,
                                     &error);
          g_assert_no_error (error);
          g_output_stream_flush (stream, NULL, &error);
          g_assert_no_error (error);
          g_assert_cmpint (memcmp (g_memory_output_stream_get_data (sink),
                                   expected,
                                   g_memory_output_stream_get_data_size (sink)),
                           ==,
                           0);
        }
      g_output_stream_close (stream, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (g_memory_output_stream_get_data (sink),
                       g_memory_output_stream_get_data_size (sink),
                       expected,
                       strlen (expected));
    }
}

/* Much more than is held at once, and bytes that are no text. */
static void
test_large (void)
{
  g_autoptr (ShipSecrets) secrets = make_secrets ();
  g_autoptr (GByteArray) input = g_byte_array_new ();
  g_autoptr (GInputStream) source = NULL;
  g_autoptr (ShipRedactingConverter) converter = ship_redacting_converter_new (secrets);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;
  gsize n_expected = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_byte_array_append (input, (const guint8 *) "\xff\0hunter22\r\n", 12);
      n_expected += 4 + strlen (SHIP_SECRETS_MASK);
    }
  source = g_memory_input_stream_new_from_data (input->data, input->len, NULL);
  stream = g_converter_input_stream_new (source, G_CONVERTER (converter));
  g_output_stream_splice (sink, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (sink)),
                    ==,
                    n_expected);
  g_assert_null (g_strstr_len (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (sink)),
                               (gssize) n_expected,
                               "hunter22"));
}

static void
test_reset (void)
{
  g_autoptr (ShipSecrets) secrets = make_secrets ();
  g_autoptr (ShipRedactingConverter) converter = ship_redacting_converter_new (secrets);
  char  out[64];
  gsize n_read, n_written;

  g_converter_convert (G_CONVERTER (converter),
                       "hunter2",
                       7,
                       out,
                       sizeof out,
                       0,
                       &n_read,
                       &n_written,
                       NULL);
  g_assert_cmpuint (n_written, ==, 0);
  g_converter_reset (G_CONVERTER (converter));
  g_assert_cmpint (g_converter_convert (G_CONVERTER (converter),
                                        "2",
                                        1,
                                        out,
                                        sizeof out,
                                        G_CONVERTER_INPUT_AT_END,
                                        &n_read,
                                        &n_written,
                                        NULL),
                   ==,
                   G_CONVERTER_FINISHED);
  g_assert_cmpmem (out, n_written, "2", 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/redacting-converter/every-size", test_convert_every_size);
  g_test_add_func ("/base/redacting-converter/input-stream", test_input_stream);
  g_test_add_func ("/base/redacting-converter/output-stream", test_output_stream);
  g_test_add_func ("/base/redacting-converter/large", test_large);
  g_test_add_func ("/base/redacting-converter/reset", test_reset);
  return g_test_run ();
}
