/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

#include "agent/opencode/ship-opencode-events.h"
#include "agent/opencode/ship-opencode-merge.h"

/* What came by the stream while a replay was being made, put behind it. */

#define PART "{\"type\":\"message.part.updated\",\"properties\":{\"sessionID\":\"ses_1\",\"part\":"
#define OPEN                                                                                       \
  PART "{\"id\":\"prt_%s\",\"messageID\":\"msg_1\",\"type\":\"text\",\"text\":\"\",\"time\":{"     \
       "\"start\":1}}}}"
#define ENDED                                                                                      \
  PART "{\"id\":\"prt_%s\",\"messageID\":\"msg_1\",\"type\":\"text\",\"text\":\"all\",\"time\":{"  \
       "\"start\":1,\"end\":2}}}}"
#define DELTA                                                                                      \
  "{\"type\":\"message.part.delta\",\"properties\":{\"sessionID\":\"ses_1\",\"messageID\":\"msg_"  \
  "1\","                                                                                           \
  "\"partID\":\"prt_%s\",\"field\":\"text\",\"delta\":\"x\"}}"
#define STATUS                                                                                     \
  "{\"type\":\"session.status\",\"properties\":{\"sessionID\":\"ses_1\",\"status\":{\"type\":\"%"  \
  "s\"}}}"
#define CHILD                                                                                      \
  "{\"type\":\"session.status\",\"properties\":{\"sessionID\":\"ses_2\",\"status\":{\"type\":\"%"  \
  "s\"}}}"
#define MESSAGE                                                                                    \
  "{\"type\":\"message.updated\",\"properties\":{\"sessionID\":\"ses_1\",\"info\":{\"id\":\"msg_"  \
  "1\","                                                                                           \
  "\"role\":\"assistant\",\"time\":{\"created\":1%s}}}}"
#define ASKED                                                                                      \
  "{\"type\":\"question.asked\",\"properties\":{\"sessionID\":\"ses_1\",\"id\":\"que_%s\","        \
  "\"questions\":[]}}"

static ShipAgentEvent *
make (const char *format, const char *word)
{
  g_auto (GStrv) halves = g_strsplit (format, "%s", 2);
  g_autofree char *text = g_strjoin (word, halves[0], halves[1], NULL);
  g_autoptr (GError) error = NULL;
  ShipAgentEvent *event = ship_opencode_event_parse (text, -1, &error);

  g_assert_no_error (error);
  g_assert_cmpint (event->kind, !=, SHIP_AGENT_EVENT_UNKNOWN);

  return event;
}

static GPtrArray *
merge (const char *const *replay_texts, const char *const *held_texts)
{
  g_autoptr (GPtrArray) replay =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ship_agent_event_unref);
  GQueue     held = G_QUEUE_INIT;
  GPtrArray *merged;

  for (; replay_texts[0] != NULL; replay_texts += 2)
    g_ptr_array_add (replay, make (replay_texts[0], replay_texts[1]));
  for (; held_texts[0] != NULL; held_texts += 2)
    g_queue_push_tail (&held, make (held_texts[0], held_texts[1]));
  merged = ship_opencode_merge ("ses_1", replay, &held);
  g_queue_clear_full (&held, (GDestroyNotify) ship_agent_event_unref);

  return merged;
}

static void
test_nothing_held (void)
{
  static const char *const replay[] = { MESSAGE, "", STATUS, "busy", NULL };
  static const char *const held[] = { NULL };
  g_autoptr (GPtrArray) merged = merge (replay, held);
  ShipAgentEvent *last = merged->pdata[1];

  g_assert_cmpuint (merged->len, ==, 2);
  g_assert_cmpint (last->status, ==, SHIP_AGENT_STATUS_BUSY);
}

/* A run that ended before the status was asked is not told as going on again. */
static void
test_old_run (void)
{
  static const char *const replay[] = {
    MESSAGE, ",\"completed\":2", ENDED, "1", STATUS, "idle", NULL,
  };
  static const char *const held[] = {
    STATUS, "busy", MESSAGE, "", OPEN, "1", DELTA, "1", STATUS, "idle", NULL,
  };
  g_autoptr (GPtrArray) merged = merge (replay, held);
  ShipAgentEvent *last = merged->pdata[2];

  g_assert_cmpuint (merged->len, ==, 3);
  g_assert_cmpint (last->status, ==, SHIP_AGENT_STATUS_IDLE);
}

/* What is new is told, in its order, and the status once, at the end. */
static void
test_new_things (void)
{
  static const char *const replay[] = { MESSAGE, "", OPEN, "1", STATUS, "busy", NULL };
  static const char *const held[] = {
    DELTA,  "1",    ENDED, "1", OPEN,   "2",    CHILD,   "idle",
    STATUS, "busy", ASKED, "1", STATUS, "idle", MESSAGE, ",\"completed\":2",
    NULL,
  };
  static const ShipAgentEventKind kinds[] = {
    SHIP_AGENT_EVENT_MESSAGE,  SHIP_AGENT_EVENT_PART,    SHIP_AGENT_EVENT_PART_DELTA,
    SHIP_AGENT_EVENT_PART,     SHIP_AGENT_EVENT_PART,    SHIP_AGENT_EVENT_STATUS,
    SHIP_AGENT_EVENT_QUESTION, SHIP_AGENT_EVENT_MESSAGE, SHIP_AGENT_EVENT_STATUS,
  };
  g_autoptr (GPtrArray) merged = merge (replay, held);

  g_assert_cmpuint (merged->len, ==, G_N_ELEMENTS (kinds));
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_cmpint (((ShipAgentEvent *) merged->pdata[i])->kind, ==, kinds[i]);
  g_assert_cmpstr (((ShipAgentEvent *) merged->pdata[5])->session_id, ==, "ses_2");
  g_assert_cmpint (((ShipAgentEvent *) merged->pdata[8])->status, ==, SHIP_AGENT_STATUS_IDLE);
}

/* What has ended may be told again, for example with more about it. */
static void
test_ended_again (void)
{
  static const char *const replay[] = { ENDED, "1", STATUS, "busy", NULL };
  static const char *const held[] = { OPEN, "1", ENDED, "1", NULL };
  g_autoptr (GPtrArray) merged = merge (replay, held);

  g_assert_cmpuint (merged->len, ==, 3);
  g_assert_true (((ShipAgentEvent *) merged->pdata[1])->part->is_ended);
}

static void
test_request_asked_once (void)
{
  static const char *const replay[] = { ASKED, "1", STATUS, "busy", NULL };
  static const char *const held[] = { ASKED, "1", ASKED, "2", NULL };
  g_autoptr (GPtrArray) merged = merge (replay, held);

  g_assert_cmpuint (merged->len, ==, 3);
  g_assert_cmpstr (((ShipAgentEvent *) merged->pdata[1])->request_id, ==, "que_2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/opencode-merge/nothing-held", test_nothing_held);
  g_test_add_func ("/opencode-merge/old-run", test_old_run);
  g_test_add_func ("/opencode-merge/new-things", test_new_things);
  g_test_add_func ("/opencode-merge/ended-again", test_ended_again);
  g_test_add_func ("/opencode-merge/request-asked-once", test_request_asked_once);

  return g_test_run ();
}
