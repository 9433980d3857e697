/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-attachment.h"
#include "session/ship-mention.h"
#include "session/ship-session-error.h"
#include "session/ship-slash-command.h"

#include <math.h>
#include <string.h>

/* What a prompt says besides words: commands, paths, and the kinds of files. */

static void
test_slash (void)
{
  static const struct
  {
    const char   *text;
    ShipSlashKind kind;
    const char   *name;
    const char   *argument;
  } cases[] = {
    { "Do it", SHIP_SLASH_TEXT, "", "Do it" },
    { " /plan", SHIP_SLASH_TEXT, "", " /plan" },
    { "//plan", SHIP_SLASH_TEXT, "", "/plan" },
    { "/", SHIP_SLASH_TEXT, "", "/" },
    { "/ plan", SHIP_SLASH_TEXT, "", "/ plan" },
    { "/etc/hosts is wrong", SHIP_SLASH_TEXT, "", "/etc/hosts is wrong" },
    { "/* a comment */", SHIP_SLASH_TEXT, "", "/* a comment */" },
    { "/2 is a half", SHIP_SLASH_TEXT, "", "/2 is a half" },
    { "/plan", SHIP_SLASH_PLAN, "plan", "" },
    { "/plan \n", SHIP_SLASH_PLAN, "plan", "" },
    { "/build", SHIP_SLASH_BUILD, "build", "" },
    { "/stop", SHIP_SLASH_STOP, "stop", "" },
    { "/help", SHIP_SLASH_HELP, "help", "" },
    { "/branch a/b", SHIP_SLASH_BRANCH, "branch", "a/b" },
    { "/model  p/m ", SHIP_SLASH_MODEL, "model", "p/m" },
    { "/title A new one", SHIP_SLASH_TITLE, "title", "A new one" },
    { "/init", SHIP_SLASH_AGENT, "init", "" },
    { "/review main\nonly", SHIP_SLASH_AGENT, "review", "main\nonly" },
    { "/Plan", SHIP_SLASH_AGENT, "Plan", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ShipSlashCommand) command = ship_slash_command_parse (cases[i].text, &error);

      g_assert_no_error (error);
      g_assert_cmpint (command->kind, ==, cases[i].kind);
      g_assert_cmpstr (command->name, ==, cases[i].name);
      g_assert_cmpstr (command->argument, ==, cases[i].argument);
    }
}

static void
test_slash_usage (void)
{
  static const char *const wrong[] = { "/plan now",   "/branch",       "/title ",     "/model",
                                       "/budget",     "/budget -1",    "/budget 0",   "/budget a",
                                       "/budget 1e9", "/budget 1.2.3", "/budget nan", "/stop it" };
  static const struct
  {
    const char *text;
    double      amount;
  } budgets[] = { { "/budget 5", 5 },
                  { "/budget $0.25", 0.25 },
                  { "/budget none", -1 },
                  { "/budget default", 0 } };
  g_autofree char *list = ship_slash_command_list (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ship_slash_command_parse (wrong[i], &error));
      g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
    }
  for (guint i = 0; i < G_N_ELEMENTS (budgets); i++)
    {
      g_autoptr (ShipSlashCommand) command = ship_slash_command_parse (budgets[i].text, NULL);

      g_assert_cmpfloat_with_epsilon (command->amount, budgets[i].amount, 1e-9);
    }
  g_assert_cmpstr (list, ==, "/branch, /budget, /build, /help, /model, /plan, /stop, /title");
}

static void
test_mentions (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } cases[] = {
    { "nothing", "" },
    { "@src/a.c", "src/a.c 0 0;" },
    { "see (@src/a.c), @b.", "src/a.c 0 0;b 0 0;" },
    { "@a.c:10-20 and @a.c:7: but @a.c", "a.c 10 20;a.c 7 7;a.c 0 0;" },
    { "@a.c:20-10 @b:0 @c:x @d:1-", "a.c:20-10 0 0;b:0 0 0;c:x 0 0;d:1- 0 0;" },
    { "@./a//b/./c/", "a/b/c 0 0;" },
    { "@../a @a/../b @/etc/passwd @~/x @.. @. @", "" },
    { "me@example.org, @@x", "@x 0 0;" },
    { "@\"a file.txt\" @\"open", "a file.txt 0 0;" },
    { "@a @a @a:1", "a 0 0;a 1 1;" },
    { "@größe.txt\n@-rf", "größe.txt 0 0;-rf 0 0;" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) mentions = ship_mentions_parse (cases[i].text);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint j = 0; j < mentions->len; j++)
        {
          const ShipMention *mention = mentions->pdata[j];

          g_string_append_printf (text, "%s %d %d;", mention->path, mention->first, mention->last);
        }
      g_assert_cmpstr (text->str, ==, cases[i].expected);
    }
}

static void
assert_kind (const char   *name,
             const char   *mime,
             gconstpointer content,
             gsize         size,
             const char   *expected_name,
             const char   *expected_mime)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, size);
  g_autoptr (ShipAttachment) attachment = ship_attachment_new (name, mime, bytes);

  g_assert_cmpstr (attachment->name, ==, expected_name);
  g_assert_cmpstr (attachment->mime, ==, expected_mime);
}

static void
test_attachment_kinds (void)
{
  assert_kind ("a.txt", "image/png", "\x89PNG\r\n\x1a\n...", 11, "a.txt", "image/png");
  assert_kind ("a.png", "image/png", "text", 4, "a.png", "text/plain");
  assert_kind ("a.webp", "", "RIFF....WEBPVP8", 15, "a.webp", "image/webp");
  assert_kind ("a.gif", "", "GIF89a", 6, "a.gif", "image/gif");
  assert_kind ("a.jpg", "", "\xff\xd8\xff\xe0", 4, "a.jpg", "image/jpeg");
  assert_kind ("../a b", "application/zip", "PK\x03\x04\xff", 5, "a_b", "application/zip");
  assert_kind ("x", "image/png", "\x00\xff", 2, "x", "application/octet-stream");
  assert_kind ("x", "a/b;\n", "\x00\xff", 2, "x", "application/octet-stream");
  assert_kind ("-rf", NULL, "", 0, "file-rf", "text/plain");
  assert_kind ("..", NULL, "", 0, "file..", "text/plain");
  assert_kind ("", NULL, "", 0, "file.", "text/plain");
  g_assert_cmpint (ship_attachment_kind_from_mime ("image/png"), ==, SHIP_ATTACHMENT_IMAGE);
  g_assert_cmpint (ship_attachment_kind_from_mime ("text/plain"), ==, SHIP_ATTACHMENT_TEXT);
  g_assert_cmpint (ship_attachment_kind_from_mime ("application/zip"), ==, SHIP_ATTACHMENT_FILE);
}

static GVariant *
new_files (const char *const *names, const gsize *sizes)
{
  g_auto (GVariantBuilder) builder =
    G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (SHIP_ATTACHMENTS_TYPE));

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *content = g_malloc0 (sizes[i] + 1);

      g_variant_builder_add (&builder,
                             "(ss@ay)",
                             names[i],
                             "",
                             g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, content, sizes[i], 1));
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
test_attachment_limits (void)
{
  static const char *const names[] = { "a", "a", "b", "c", NULL };
  const gsize              most = SHIP_ATTACHMENT_MAX_BYTES;
  const gsize              good[] = { most, 1, 2, 3 };
  const gsize              one[] = { most + 1, 1, 2, 3 };
  const gsize              all[] = { most, most, most, 1 };
  g_autoptr (GVariant) good_files = new_files (names, good);
  g_autoptr (GVariant) one_file = new_files (names, one);
  g_autoptr (GVariant) all_files = new_files (names, all);
  g_autoptr (GPtrArray) attachments = NULL;
  g_autoptr (GError) error = NULL;

  attachments = ship_attachments_new_from_variant (good_files, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (attachments->len, ==, 4);
  g_assert_cmpstr (((ShipAttachment *) attachments->pdata[1])->name, ==, "2-a");
  g_assert_null (ship_attachments_new_from_variant (one_file, &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "10 MiB"));
  g_clear_error (&error);
  g_assert_null (ship_attachments_new_from_variant (all_files, &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "30 MiB"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat-parsers/slash", test_slash);
  g_test_add_func ("/chat-parsers/slash-usage", test_slash_usage);
  g_test_add_func ("/chat-parsers/mentions", test_mentions);
  g_test_add_func ("/chat-parsers/attachment-kinds", test_attachment_kinds);
  g_test_add_func ("/chat-parsers/attachment-limits", test_attachment_limits);
  return g_test_run ();
}
