/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include <string.h>

/*
 * A planted key is found nowhere but where it belongs: in the header of the request that leaves the
 * host.
 */

/* Looks wherever an agent could: its environment, every process, every file it can read. What it
 * looks for is in two halves and in no command line, so that it does not find itself; the first
 * count shows that it does find what is there. */
static const char hunt[] =
  "{\"description\":\"Hunt\",\"command\":\"n=sk-canary; n=$n-5e7b0c9a; look () { LC_ALL=C grep -a "
  "-c -F -f <(printf %s $n); }; "
  "echo planted$n | look; { env; cat /proc/*/environ /proc/*/cmdline /proc/*/mountinfo; "
  "find /work /home /tmp /run /etc /var /opt /dev/shm -type f -size -8M -exec cat {} +; } "
  "2>/dev/null | look; echo HUNT ENDED\"}";

static gboolean
file_has (const char *path, const char *needle)
{
  g_autofree char *content = NULL;
  gsize            length = 0;

  return g_file_get_contents (path, &content, &length, NULL) &&
         memmem (content, length, needle, strlen (needle)) != NULL;
}

static void
assert_tree_is_clean (const char *path, const char *needle)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        continue;
      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        assert_tree_is_clean (child, needle);
      else if (g_file_test (child, G_FILE_TEST_IS_REGULAR) && file_has (child, needle))
        g_error ("The planted key is in %s", child);
    }
}

static void
assert_command_lines_are_clean (void)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL);

      if (g_ascii_isdigit (name[0]) && file_has (path, E2E_CANARY))
        g_error ("The planted key is on the command line of process %s", name);
    }
}

/* The gateway put it in, and only into the header. */
static void
assert_requests (FakeLlm *llm)
{
  GPtrArray *requests = fake_llm_get_requests (llm);
  guint      n_keys = 0;

  for (guint i = 0; i < requests->len; i++)
    {
      const FakeLlmRequest *request = g_ptr_array_index (requests, i);
      const char           *key = g_hash_table_lookup (request->headers, "x-api-key");

      n_keys += g_strcmp0 (key, E2E_CANARY) == 0;
      g_assert_null (strstr (request->body, E2E_CANARY));
      g_assert_null (strstr (request->path, E2E_CANARY));
    }
  g_assert_cmpuint (n_keys, ==, requests->len);
  g_assert_cmpuint (n_keys, >, 0);
}

static void
test_key_is_nowhere (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "canary", "a.txt", "a\n", NULL);
  E2eSession      *session;
  gint64           task;

  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE); /* the log says all it can… */
  g_log_writer_default_set_use_stderr (TRUE); /* …of this program not among its results */
  session = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  fake_llm_add_tool (e2e->llm, "bash", hunt);
  fake_llm_add_tool (e2e->llm, "write", "{\"filePath\":\"/work/b.txt\",\"content\":\"b\\n\"}");
  fake_llm_add_text (e2e->llm, "Nothing found.");
  task = e2e_session_send (session, "Look for keys");
  e2e_session_await_task (session, task, "complete");

  g_assert_true (fake_llm_has_seen (e2e->llm, "1\\n0\\nHUNT ENDED"));
  assert_requests (e2e->llm);
  assert_command_lines_are_clean ();
  assert_tree_is_clean (e2e->root, E2E_CANARY);
  e2e_session_free (session);
  assert_tree_is_clean (e2e->root, E2E_CANARY);
}

static void
test_transcript_is_redacted (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "spoken", "a.txt", "a\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  g_autofree char *store = ship_paths_dup_session_store (e2e->paths, session->id);
  g_autofree char *wal = g_strconcat (store, "-wal", NULL);
  g_autofree char *index = ship_paths_dup_index_file (e2e->paths);
  gint64           task;

  /* A model that has learnt the key somewhere says it, in pieces: our own records do not repeat it.
   */
  fake_llm_add_text (e2e->llm, "The key is " E2E_CANARY ", they say.");
  task = e2e_session_send (session, "Say the key");
  e2e_session_await_task (session, task, "complete");
  g_assert_false (file_has (store, E2E_CANARY));
  g_assert_false (file_has (wal, E2E_CANARY));
  g_assert_false (file_has (index, E2E_CANARY));
  g_assert_true (file_has (store, "[secret], they say") || file_has (wal, "[secret], they say"));
  e2e_session_free (session);
}

static void
test_no_key (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "keyless", "a.txt", "a\n", NULL);
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  const ShipTaskRow *row;
  E2eSession        *session;
  gint64             task;

  g_unsetenv ("ANTHROPIC_API_KEY");
  session = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  task = e2e_session_send (session, "Do something");
  e2e_session_await_task (session, task, "failed");
  snapshot = e2e_session_read (session);
  row = g_ptr_array_index (snapshot->tasks, 0);
  g_assert_cmpstr (row->error_category, ==, "user-action");
  g_assert_nonnull (strstr (row->error, "ANTHROPIC_API_KEY"));
  g_assert_cmpuint (fake_llm_get_requests (e2e->llm)->len, ==, 0);
  e2e_session_free (session);
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_test_add_func ("/e2e/canary/key-is-nowhere", test_key_is_nowhere);
  g_test_add_func ("/e2e/canary/transcript-is-redacted", test_transcript_is_redacted);
  g_test_add_func ("/e2e/canary/no-key", test_no_key);
  return g_test_run ();
}
