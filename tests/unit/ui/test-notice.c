/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attention/ship-notice-text.h"
#include "attention/ship-notice.h"

static ShipIndexRow
row (const char *state, gint64 finished_at, gint64 seen_at)
{
  return (ShipIndexRow){ .state = (char *) state, .finished_at = finished_at, .seen_at = seen_at };
}

/* @expected: what is shown; @is_news: whether it has to be told */
static void
assert_next (ShipNoticeMemory *memory,
             ShipIndexRow      now,
             gboolean          is_watched,
             ShipNotice        expected,
             gboolean          is_news)
{
  gboolean found;

  g_assert_cmpint (ship_notice_next (memory, &now, is_watched, &found), ==, expected);
  g_assert_cmpint (found, ==, is_news);
}

static void
test_done_once (void)
{
  ShipNoticeMemory memory;
  ShipIndexRow     first = row ("running", 0, 1);

  ship_notice_remember (&memory, &first);
  assert_next (&memory, row ("running", 0, 1), FALSE, SHIP_NOTICE_NONE, FALSE);
  /* There is more in its queue. */
  assert_next (&memory, row ("running", 5, 1), FALSE, SHIP_NOTICE_NONE, FALSE);
  assert_next (&memory, row ("idle", 5, 1), FALSE, SHIP_NOTICE_DONE, TRUE);
  assert_next (&memory, row ("hibernated", 5, 1), FALSE, SHIP_NOTICE_DONE, FALSE);
  /* Read elsewhere, and marked as unread: that is no news. */
  assert_next (&memory, row ("hibernated", 5, 6), FALSE, SHIP_NOTICE_NONE, FALSE);
  assert_next (&memory, row ("hibernated", 5, 0), FALSE, SHIP_NOTICE_NONE, FALSE);
  /* The next one is. */
  assert_next (&memory, row ("running", 5, 0), FALSE, SHIP_NOTICE_NONE, FALSE);
  assert_next (&memory, row ("idle", 9, 0), FALSE, SHIP_NOTICE_DONE, TRUE);
}

static void
test_restart (void)
{
  ShipNoticeMemory memory;
  ShipIndexRow     done = row ("hibernated", 5, 1);
  ShipIndexRow     failed = row ("failed", 0, 1);

  ship_notice_remember (&memory, &done);
  assert_next (&memory, done, FALSE, SHIP_NOTICE_NONE, FALSE);
  ship_notice_remember (&memory, &failed);
  assert_next (&memory, failed, FALSE, SHIP_NOTICE_NONE, FALSE);
}

static void
test_failed (void)
{
  ShipNoticeMemory memory;
  ShipIndexRow     first = row ("running", 0, 1);

  ship_notice_remember (&memory, &first);
  assert_next (&memory, row ("failed", 0, 1), FALSE, SHIP_NOTICE_FAILED, TRUE);
  assert_next (&memory, row ("failed", 0, 1), FALSE, SHIP_NOTICE_FAILED, FALSE);
  assert_next (&memory, row ("running", 0, 1), FALSE, SHIP_NOTICE_NONE, FALSE);
  assert_next (&memory, row ("failed", 0, 1), FALSE, SHIP_NOTICE_FAILED, TRUE);
}

/* Who saw it happen is not told, and not when looking away either. */
static void
test_watched (void)
{
  ShipNoticeMemory memory;
  ShipIndexRow     first = row ("running", 0, 1);

  ship_notice_remember (&memory, &first);
  assert_next (&memory, row ("idle", 5, 1), TRUE, SHIP_NOTICE_NONE, FALSE);
  assert_next (&memory, row ("idle", 5, 1), FALSE, SHIP_NOTICE_NONE, FALSE);
  assert_next (&memory, row ("failed", 5, 6), TRUE, SHIP_NOTICE_NONE, FALSE);
  assert_next (&memory, row ("failed", 5, 6), FALSE, SHIP_NOTICE_NONE, FALSE);
}

static void
test_request_text (void)
{
  g_autofree char *script = g_strnfill (1000, 'x');
  ShipInboxRow     request = { .kind = (char *) "permission", .title = script };
  g_autofree char *text = ship_notice_dup_request (&request);
  g_autofree char *question = NULL;

  g_assert_true (g_str_has_prefix (text, "Asks for permission: xxx"));
  g_assert_true (g_str_has_suffix (text, "x…"));
  g_assert_cmpint (g_utf8_strlen (text, -1), <, 300);
  request.kind = (char *) "question";
  request.title = (char *) "Which one?";
  question = ship_notice_dup_request (&request);
  g_assert_cmpstr (question, ==, "Asks: Which one?");
}

static void
assert_result (int n_files, double cost, const char *expected)
{
  ShipTaskRow         task = { .id = 3,
                               .state = (char *) "complete",
                               .ended_at = 9,
                               .files_changed = n_files };
  ShipTaskRow         older = { .id = 2, .state = (char *) "complete", .ended_at = 5 };
  ShipExchangeRow     exchange = { .task = 3, .cost = cost };
  ShipExchangeRow     other = { .task = 2, .cost = 7 };
  ShipSessionSnapshot snapshot = { .tasks = g_ptr_array_new (), .exchanges = g_ptr_array_new () };
  g_autofree char    *text = NULL;

  g_ptr_array_add (snapshot.tasks, &task);
  g_ptr_array_add (snapshot.tasks, &older);
  g_ptr_array_add (snapshot.exchanges, &exchange);
  g_ptr_array_add (snapshot.exchanges, &other);
  text = ship_notice_dup_result (&snapshot);
  g_assert_cmpstr (text, ==, expected);
  g_ptr_array_unref (snapshot.tasks);
  g_ptr_array_unref (snapshot.exchanges);
}

static void
test_result_text (void)
{
  g_autofree char *unread = ship_notice_dup_result (NULL);

  g_assert_cmpstr (unread, ==, "Done");
  assert_result (1, 0.5, "1 file changed, $0.50");
  assert_result (3, 0.0042, "3 files changed, $0.0042");
  assert_result (3, 0, "3 files changed");
  assert_result (3, -1, "3 files changed");
  assert_result (0, 0.5, "Done, no files changed, $0.50");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/notice/done-once", test_done_once);
  g_test_add_func ("/ui/notice/restart", test_restart);
  g_test_add_func ("/ui/notice/failed", test_failed);
  g_test_add_func ("/ui/notice/watched", test_watched);
  g_test_add_func ("/ui/notice/request-text", test_request_text);
  g_test_add_func ("/ui/notice/result-text", test_result_text);
  return g_test_run ();
}
