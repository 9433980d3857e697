/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/ship-agent-private.h"
#include "ship-test.h"

/* The abstract agent: its signals, its events as values, and the classes of its errors. */

#define TEST_TYPE_AGENT (test_agent_get_type ())
G_DECLARE_FINAL_TYPE (TestAgent, test_agent, TEST, AGENT, ShipAgent)

struct _TestAgent
{
  ShipAgent parent_instance;
  guint     n_disconnects;
};

G_DEFINE_FINAL_TYPE (TestAgent, test_agent, SHIP_TYPE_AGENT)

static void
test_agent_abort_async (ShipAgent          *agent,
                        const char         *session_id,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (agent, cancellable, callback, user_data);

  g_task_set_source_tag (task, test_agent_abort_async);
  g_task_return_boolean (task, g_str_equal (session_id, "ses_1"));
}

static gboolean
test_agent_abort_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  g_assert_true (g_async_result_is_tagged (result, test_agent_abort_async));

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
test_agent_disconnect (ShipAgent *agent)
{
  TEST_AGENT (agent)->n_disconnects++;
}

static gint64
test_agent_get_last_activity (ShipAgent *agent)
{
  return 42;
}

static const char *
test_agent_get_version (ShipAgent *agent)
{
  return "1.2.3";
}

static void
test_agent_class_init (TestAgentClass *klass)
{
  ShipAgentClass *agent_class = SHIP_AGENT_CLASS (klass);

  agent_class->abort_async = test_agent_abort_async;
  agent_class->abort_finish = test_agent_abort_finish;
  agent_class->disconnect = test_agent_disconnect;
  agent_class->get_last_activity = test_agent_get_last_activity;
  agent_class->get_version = test_agent_get_version;
}

static void
test_agent_init (TestAgent *self)
{
}

static void
test_dispatch (void)
{
  ShipAgent    *agent = g_object_new (TEST_TYPE_AGENT, NULL);
  GAsyncResult *result = NULL;

  ship_agent_abort_async (agent, "ses_1", NULL, ship_test_keep_result, &result);
  g_assert_true (ship_agent_abort_finish (agent, ship_test_await (&result), NULL));
  g_clear_object (&result);
  ship_agent_disconnect (agent);
  g_assert_cmpuint (TEST_AGENT (agent)->n_disconnects, ==, 1);
  g_assert_cmpint (ship_agent_get_last_activity (agent), ==, 42);
  g_assert_cmpstr (ship_agent_get_version (agent), ==, "1.2.3");

  g_assert_finalize_object (agent);
}

static void
keep_event (ShipAgent *agent, ShipAgentEvent *event, gpointer user_data)
{
  *(ShipAgentEvent **) user_data = ship_agent_event_ref (event);
}

static void
keep_error (ShipAgent *agent, GError *error, gpointer user_data)
{
  *(GError **) user_data = g_error_copy (error);
}

static void
test_signals (void)
{
  ShipAgent      *agent = g_object_new (TEST_TYPE_AGENT, NULL);
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_COMPACTED, "compacted");
  ShipAgentEvent *seen = NULL;
  GError         *lost = g_error_new_literal (SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST, "Gone");
  GError         *seen_error = NULL;

  g_signal_connect (agent, "event", G_CALLBACK (keep_event), &seen);
  g_signal_connect (agent, "lost", G_CALLBACK (keep_error), &seen_error);
  ship_agent_emit_event (agent, event);
  ship_agent_emit_lost (agent, lost);
  g_assert_true (seen == event);
  g_assert_error (seen_error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST);

  /* A handler's reference outlives the emitter's. */
  ship_agent_event_unref (event);
  g_assert_cmpstr (seen->name, ==, "compacted");
  ship_agent_event_unref (seen);
  g_error_free (lost);
  g_error_free (seen_error);
  g_assert_finalize_object (agent);
}

static void
test_event_in_value (void)
{
  GValue          value = G_VALUE_INIT;
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_STATUS, "status");

  g_value_init (&value, SHIP_TYPE_AGENT_EVENT);
  g_value_set_boxed (&value, event);
  g_assert_true (g_value_get_boxed (&value) == event);
  ship_agent_event_unref (event);
  g_assert_cmpstr (((ShipAgentEvent *) g_value_get_boxed (&value))->name, ==, "status");
  g_value_unset (&value);
}

static void
test_error_classes (void)
{
  static const struct
  {
    ShipAgentError code;
    ShipErrorClass error_class;
  } table[] = {
    { SHIP_AGENT_ERROR_FAILED, SHIP_ERROR_CLASS_PERSISTENT },
    { SHIP_AGENT_ERROR_NOT_READY, SHIP_ERROR_CLASS_RETRY },
    { SHIP_AGENT_ERROR_LOST, SHIP_ERROR_CLASS_RETRY },
    { SHIP_AGENT_ERROR_SILENT, SHIP_ERROR_CLASS_RETRY },
    { SHIP_AGENT_ERROR_NOT_FOUND, SHIP_ERROR_CLASS_PERSISTENT },
    { SHIP_AGENT_ERROR_BUSY, SHIP_ERROR_CLASS_RETRY },
    { SHIP_AGENT_ERROR_REFUSED, SHIP_ERROR_CLASS_PERSISTENT },
    { SHIP_AGENT_ERROR_PROTOCOL, SHIP_ERROR_CLASS_PERSISTENT },
  };
  g_autoptr (GError) cancelled =
    g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "Foreign");

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (SHIP_AGENT_ERROR, table[i].code, "");

      g_assert_cmpint (ship_agent_error_classify (error), ==, table[i].error_class);
    }
  g_assert_cmpint (ship_agent_error_classify (cancelled), ==, SHIP_ERROR_CLASS_CANCELLED);
  g_assert_cmpint (ship_agent_error_classify (foreign), ==, SHIP_ERROR_CLASS_BUG);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/dispatch", test_dispatch);
  g_test_add_func ("/agent/signals", test_signals);
  g_test_add_func ("/agent/event-in-value", test_event_in_value);
  g_test_add_func ("/agent/error-classes", test_error_classes);

  return g_test_run ();
}
