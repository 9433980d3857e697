/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-live.h"

#include "client/ship-transcript.h"
#include "ship-cli-json-lines.h"
#include "ship-cli-printer.h"

#include <glib/gi18n.h>

/*
 * Main thread.
 *
 *   run_async -> loaded_cb -> (whatever changes: render) -> finish -> closed_cb -> (return)
 *   the process ends unexpectedly: client_closed_cb -> reconnected_cb -> (render …)
 *
 * Everything is printed from the transcript's entries; signals only say that there is something to
 * look at, so nothing depends on the order in which they come.
 */

#define RENDER_MS 16
#define STATUS_MS 250
/* A session that was just given a prompt may still say for a moment that it holds its queue. */
#define HELD_MS 700

struct _ShipCliLive
{
  GObject            parent_instance;
  ShipCli           *cli;        /* (unowned): outlives everything */
  char              *id;         /* (owned) */
  ShipSessionClient *client;     /* (owned) (nullable) */
  ShipTranscript    *transcript; /* (owned) */
  ShipCliPrinter    *printer;    /* (owned) */
  ShipCliJsonLines  *lines;      /* (owned) */
  GTask             *run;        /* (owned) (nullable): until the end is decided */
  gint64             task;
  guint              render_timer;
  guint              status_timer;
  char              *state;       /* (owned): the last one seen */
  char              *told;        /* (owned) (nullable): the last line about it */
  char              *step;        /* (owned) (nullable): of waking, under way */
  gint64             step_since;  /* monotonic */
  gint64             state_since; /* monotonic */
  gboolean           is_loaded;
  gboolean           is_reconnecting;
  ShipCliStatus      status;
  GError            *error; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (ShipCliLive, ship_cli_live, G_TYPE_OBJECT)

static void finish (ShipCliLive *self, ShipCliStatus status, GError *error);

static gint64
ms_since (gint64 monotonic)
{
  return (g_get_monotonic_time () - monotonic) / 1000;
}

static const char *
current_state (ShipCliLive *self)
{
  return self->client != NULL ? ship_session_client_get_state (self->client) : "hibernated";
}

static gboolean
is_one_of (const char *word, const char *const *words)
{
  return g_strv_contains (words, word != NULL ? word : "");
}

/* --- entries --- */

static ShipTranscriptEntry *
dup_entry (ShipCliLive *self, guint i)
{
  return g_list_model_get_item (G_LIST_MODEL (self->transcript), i);
}

/* Whether it is part of what is followed. */
static gboolean
is_wanted (ShipCliLive *self, ShipTranscriptEntry *entry)
{
  return self->task == 0 || ship_transcript_entry_get_task (entry) == self->task;
}

static gboolean
is_prompt_in (ShipTranscriptEntry *entry, const char *const *states)
{
  return g_str_equal (ship_transcript_entry_get_kind (entry), "prompt") &&
         is_one_of (ship_transcript_entry_get_status (entry), states);
}

static gboolean
has_prompt_in (ShipCliLive *self, const char *const *states)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = dup_entry (self, i);

      if (is_wanted (self, entry) && is_prompt_in (entry, states))
        return TRUE;
    }
  return FALSE;
}

/* Whether the task that @entry belongs to has ended, so that nothing of it is still to come. */
static gboolean
is_task_over (ShipCliLive *self, gint64 task)
{
  static const char *const over[] = { "complete", "failed", "cancelled", NULL };

  if (task == 0)
    return TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = dup_entry (self, i);

      if (ship_transcript_entry_get_task (entry) == task && is_prompt_in (entry, over))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_followed (ShipCliLive *self, guint i)
{
  static const char *const pending[] = { "pending", NULL };
  g_autoptr (ShipTranscriptEntry) next = dup_entry (self, i + 1);

  return next != NULL && is_wanted (self, next) && !is_prompt_in (next, pending);
}

static void
print_entries (ShipCliLive *self, gboolean is_over)
{
  gint64   known_task = -1;
  gboolean is_known_over = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = dup_entry (self, i);
      gint64 task = ship_transcript_entry_get_task (entry);

      if (!is_wanted (self, entry))
        continue;
      if (self->cli->is_json)
        {
          ship_cli_json_lines_print_entry (self->lines, entry);
          continue;
        }
      if (task != known_task)
        is_known_over = is_task_over (self, task);
      known_task = task;
      if (!ship_cli_printer_print_entry (self->printer,
                                         entry,
                                         !is_followed (self, i),
                                         is_over || is_known_over))
        return;
    }
}

/* --- what the session is doing --- */

static void
end_step (ShipCliLive *self)
{
  g_autofree char *duration = NULL;
  g_autofree char *line = NULL;

  if (self->step == NULL)
    return;
  duration = ship_cli_format_duration (ms_since (self->step_since));
  line = g_strdup_printf ("%s  %s", self->step, duration);
  ship_cli_printer_print_line (self->printer, SHIP_CLI_STYLE_DIM, "-", line);
  g_clear_pointer (&self->step, g_free);
}

static void
begin_step (ShipCliLive *self, const char *detail)
{
  /* How long it takes is said here, too. */
  if (self->step != NULL && g_str_has_prefix (detail, self->step))
    return;
  end_step (self);
  if (*detail == '\0')
    return;
  self->step = g_strdup (detail);
  self->step_since = g_get_monotonic_time ();
}

/* States a person should read about, though they pass. */
static void
print_state (ShipCliLive *self, const char *state, const char *detail)
{
  static const char *const told[] = { "retrying", "waiting", "holding", "stopping", NULL };
  g_autofree char         *text = NULL;

  if (!is_one_of (state, told))
    return;
  text = *detail != '\0' ? g_strdup_printf ("%s: %s", state, detail) : g_strdup (state);
  if (g_strcmp0 (text, self->told) == 0)
    return;
  g_free (self->told);
  self->told = g_strdup (text);
  ship_cli_printer_print_line (self->printer, SHIP_CLI_STYLE_YELLOW, "!", text);
  if (g_str_equal (state, "waiting"))
    {
      g_autofree char *remedy =
        g_strdup_printf (_ ("The agent asks you: shipctl answer %s"), self->id);

      ship_cli_printer_print_line (self->printer, SHIP_CLI_STYLE_YELLOW, "?", remedy);
    }
}

static void
take_state (ShipCliLive *self)
{
  const char *state = current_state (self);
  const char *detail = self->client != NULL ? ship_session_client_get_detail (self->client) : "";
  gboolean    is_new = g_strcmp0 (state, self->state) != 0;

  if (is_new)
    {
      g_free (self->state);
      self->state = g_strdup (state);
      self->state_since = g_get_monotonic_time ();
    }
  if (self->cli->is_json)
    {
      ship_cli_json_lines_print_state (
        self->lines,
        state,
        detail,
        self->client != NULL ? ship_session_client_get_activity (self->client) : "",
        self->client != NULL ? ship_session_client_get_retry_at (self->client) : 0);
      return;
    }
  if (g_str_equal (state, "waking"))
    begin_step (self, detail);
  else
    end_step (self);
  if (is_new)
    g_clear_pointer (&self->told, g_free);
  print_state (self, state, detail);
}

/* The tool that runs now, for the line at the bottom. (transfer full) (nullable) */
static char *
dup_running_tool (ShipCliLive *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->transcript));
  g_autoptr (ShipTranscriptEntry) last = n > 0 ? dup_entry (self, n - 1) : NULL;
  const char *title;

  if (last == NULL || !g_str_equal (ship_transcript_entry_get_kind (last), "tool") ||
      ship_transcript_entry_is_ended (last))
    return NULL;
  title = ship_transcript_entry_get_title (last);
  return g_strdup_printf ("%s %s",
                          ship_transcript_entry_get_tool (last),
                          title != NULL ? title : "");
}

/* " (sub-agents: 1 running, 2 done)" while one runs, else "". (transfer full) */
static char *
dup_sub_agents (ShipCliLive *self)
{
  ShipSubAgentCount count = ship_transcript_count_sub_agents (self->transcript, self->task);

  if (count.n_running == 0)
    return g_strdup ("");
  return g_strdup_printf (_ (" (sub-agents: %u running, %u done)"), count.n_running, count.n_done);
}

/* While something is about to be tried again; else "". What it is has a line of its own. (transfer
 * full) */
static char *
dup_countdown (ShipCliLive *self)
{
  guint left = self->client != NULL ? ship_session_client_get_retry_left (self->client) : 0;

  return left > 0 ? g_strdup_printf (_ (", again in %u s"), left) : g_strdup ("");
}

static void
draw_status (ShipCliLive *self)
{
  static const char *const quiet[] = { "hibernated", "idle", NULL };
  gint64                   since = self->step != NULL ? self->step_since : self->state_since;
  g_autofree char         *duration = ship_cli_format_duration (ms_since (since));
  g_autofree char         *tool = dup_running_tool (self);
  g_autofree char         *line = NULL;
  const char              *what = self->step;

  if (what == NULL)
    what = tool;
  if (what == NULL && self->client != NULL)
    what = ship_session_client_get_activity (self->client);
  if (what == NULL || *what == '\0')
    what = self->state;
  if (self->state != NULL && !is_one_of (self->state, quiet))
    {
      g_autofree char *sub_agents = dup_sub_agents (self);
      g_autofree char *countdown = dup_countdown (self);

      line = g_strdup_printf ("… %s%s%s  %s", what, countdown, sub_agents, duration);
    }
  ship_cli_printer_set_status (self->printer, line);
}

/* --- the end --- */

static void
finish_held (ShipCliLive *self)
{
  g_autofree char *remedy = g_strdup_printf (
    _ ("The session holds its queue. To go on: shipctl resume %s — or, if a budget "
       "is spent: shipctl budget %s --more DOLLARS"),
    self->id,
    self->id);

  ship_cli_printer_set_status (self->printer, NULL);
  /* A session that could not even begin: why is said nowhere else. */
  if (g_strcmp0 (self->state, "failed") == 0 && self->client != NULL &&
      *ship_session_client_get_detail (self->client) != '\0')
    ship_cli_complain ("%s", ship_session_client_get_detail (self->client));
  ship_cli_complain ("%s", remedy);
  finish (self, SHIP_CLI_NEEDS_USER, NULL);
}

static void
decide_task (ShipCliLive *self)
{
  static const char *const complete[] = { "complete", NULL };
  static const char *const ended[] = { "failed", "cancelled", NULL };
  static const char *const pending[] = { "pending", NULL };
  static const char *const held[] = { "holding", "failed", NULL };

  if (has_prompt_in (self, complete))
    finish (self, SHIP_CLI_OK, NULL);
  else if (has_prompt_in (self, ended))
    finish (self, SHIP_CLI_FAILED, NULL);
  else if (has_prompt_in (self, pending) && is_one_of (self->state, held) &&
           ms_since (self->state_since) > HELD_MS)
    finish_held (self);
}

static void
decide_whole (ShipCliLive *self)
{
  static const char *const open[] = { "pending", "sending", "running", NULL };
  static const char *const quiet[] = { "hibernated", "idle", NULL };
  static const char *const held[] = { "holding", "failed", NULL };

  if (self->client == NULL || !ship_session_client_is_connected (self->client))
    finish (self, SHIP_CLI_OK, NULL);
  else if (is_one_of (self->state, quiet) && !has_prompt_in (self, open))
    finish (self, SHIP_CLI_OK, NULL);
  else if (is_one_of (self->state, held) && ms_since (self->state_since) > HELD_MS)
    {
      if (has_prompt_in (self, open))
        finish_held (self);
      else
        {
          ship_cli_complain ("%s", ship_session_client_get_detail (self->client));
          finish (self, SHIP_CLI_FAILED, NULL);
        }
    }
}

static void
decide (ShipCliLive *self)
{
  if (self->run == NULL || !self->is_loaded || self->is_reconnecting)
    return;
  /* Nobody is there to read the question: say it and leave the session waiting. */
  if (g_str_equal (self->state, "waiting") && !self->cli->is_terminal && !self->cli->is_json)
    {
      ship_cli_complain (_ ("The agent asks you: shipctl answer %s"), self->id);
      finish (self, SHIP_CLI_NEEDS_USER, NULL);
    }
  else if (self->task != 0)
    decide_task (self);
  else
    decide_whole (self);
}

static gboolean
render_cb (gpointer user_data)
{
  ShipCliLive *self = user_data;

  self->render_timer = 0;
  if (self->is_loaded && self->run != NULL)
    print_entries (self, FALSE);
  decide (self);
  return G_SOURCE_REMOVE;
}

static void
render_soon (ShipCliLive *self)
{
  if (self->render_timer == 0 && self->run != NULL)
    self->render_timer = g_timeout_add (RENDER_MS, render_cb, self);
}

static gboolean
status_cb (gpointer user_data)
{
  draw_status (user_data);
  render_soon (user_data); /* some decisions wait for time to pass */
  return G_SOURCE_CONTINUE;
}

static void
words_changed_cb (ShipCliLive *self)
{
  if (self->run == NULL)
    return;
  take_state (self);
  render_soon (self);
}

static void
items_changed_cb (ShipCliLive *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = dup_entry (self, i);

      g_signal_handlers_disconnect_by_func (entry, render_soon, self);
      g_signal_connect_object (entry, "notify", G_CALLBACK (render_soon), self, G_CONNECT_SWAPPED);
    }
  render_soon (self);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) run = user_data;
  ShipCliLive *self = g_task_get_source_object (run);

  ship_transcript_close_finish (SHIP_TRANSCRIPT (object), result, NULL);
  if (self->error != NULL)
    g_task_return_error (run, g_steal_pointer (&self->error));
  else
    g_task_return_int (run, self->status);
}

/* Decides the end, once. @error: (transfer full) (nullable) */
static void
finish (ShipCliLive *self, ShipCliStatus status, GError *error)
{
  g_clear_error (&self->error);
  self->status = status;
  self->error = error;
  if (self->run == NULL)
    return;
  g_clear_handle_id (&self->render_timer, g_source_remove);
  g_clear_handle_id (&self->status_timer, g_source_remove);
  if (self->is_loaded)
    print_entries (self, status != SHIP_CLI_INTERRUPTED);
  ship_cli_printer_set_status (self->printer, NULL);
  ship_transcript_close_async (self->transcript, closed_cb, g_steal_pointer (&self->run));
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipCliLive) self = user_data;
  GError *error = NULL;

  if (!ship_transcript_load_finish (SHIP_TRANSCRIPT (object), result, &error))
    {
      if (self->run != NULL)
        finish (self, SHIP_CLI_FAILED, g_steal_pointer (&error));
      g_clear_error (&error);
      return;
    }
  self->is_loaded = TRUE;
  self->is_reconnecting = FALSE;
  render_soon (self);
}

static void
reconnected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipCliLive) self = user_data;
  GError *error = NULL;

  if (!ship_session_client_connect_finish (SHIP_SESSION_CLIENT (object), result, &error))
    {
      if (self->run != NULL)
        finish (self, SHIP_CLI_FAILED, g_steal_pointer (&error));
      g_clear_error (&error);
      return;
    }
  if (self->run == NULL)
    return;
  take_state (self);
  /* What the new process found and what the dead one wrote last. */
  ship_transcript_load_async (self->transcript,
                              self->cli->cancellable,
                              loaded_cb,
                              g_object_ref (self));
}

static void
client_closed_cb (ShipCliLive *self, const GError *error)
{
  if (self->run == NULL)
    return;
  self->is_reconnecting = TRUE;
  if (error == NULL && self->task == 0)
    ship_transcript_load_async (self->transcript,
                                self->cli->cancellable,
                                loaded_cb,
                                g_object_ref (self));
  else
    {
      if (error != NULL)
        ship_cli_printer_print_line (self->printer, SHIP_CLI_STYLE_YELLOW, "!", error->message);
      ship_session_client_connect_async (self->client,
                                         TRUE,
                                         self->cli->cancellable,
                                         reconnected_cb,
                                         g_object_ref (self));
    }
}

static void
ship_cli_live_dispose (GObject *object)
{
  ShipCliLive *self = SHIP_CLI_LIVE (object);

  g_assert (self->run == NULL);
  g_clear_object (&self->client);
  g_clear_object (&self->transcript);
  G_OBJECT_CLASS (ship_cli_live_parent_class)->dispose (object);
}

static void
ship_cli_live_finalize (GObject *object)
{
  ShipCliLive *self = SHIP_CLI_LIVE (object);

  g_free (self->id);
  g_free (self->state);
  g_free (self->told);
  g_free (self->step);
  g_clear_error (&self->error);
  ship_cli_printer_free (self->printer);
  ship_cli_json_lines_free (self->lines);
  G_OBJECT_CLASS (ship_cli_live_parent_class)->finalize (object);
}

static void
ship_cli_live_class_init (ShipCliLiveClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_cli_live_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_cli_live_finalize;
}

static void
ship_cli_live_init (ShipCliLive *self)
{
}

ShipCliLive *
ship_cli_live_new (ShipCli *cli, const char *session_id, ShipSessionClient *client, gint64 task)
{
  ShipCliLive *self = g_object_new (SHIP_TYPE_CLI_LIVE, NULL);

  self->cli = cli;
  self->id = g_strdup (session_id);
  self->task = task;
  self->printer = ship_cli_printer_new (cli);
  self->lines = ship_cli_json_lines_new (cli);
  self->transcript = ship_transcript_new (cli->paths, session_id, client);
  g_set_object (&self->client, client);
  return self;
}

void
ship_cli_live_run_async (ShipCliLive *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SHIP_IS_CLI_LIVE (self));
  g_return_if_fail (self->run == NULL);

  self->run = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->run, ship_cli_live_run_async);
  g_signal_connect_object (self->transcript,
                           "items-changed",
                           G_CALLBACK (items_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  if (self->client != NULL)
    {
      g_signal_connect_object (self->client,
                               "notify",
                               G_CALLBACK (words_changed_cb),
                               self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->client,
                               "closed",
                               G_CALLBACK (client_closed_cb),
                               self,
                               G_CONNECT_SWAPPED);
    }
  take_state (self);
  self->status_timer = g_timeout_add (STATUS_MS, status_cb, self);
  ship_transcript_load_async (self->transcript,
                              self->cli->cancellable,
                              loaded_cb,
                              g_object_ref (self));
}

ShipCliStatus
ship_cli_live_run_finish (ShipCliLive *self, GAsyncResult *result, GError **error)
{
  GError *inner = NULL;
  gssize  status;

  g_return_val_if_fail (g_task_is_valid (result, self), SHIP_CLI_FAILED);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_cli_live_run_async),
                        SHIP_CLI_FAILED);

  status = g_task_propagate_int (G_TASK (result), &inner);
  if (inner == NULL)
    return (ShipCliStatus) status;
  g_propagate_error (error, inner);
  return SHIP_CLI_FAILED;
}

void
ship_cli_live_detach (ShipCliLive *self)
{
  g_return_if_fail (SHIP_IS_CLI_LIVE (self));

  finish (self, SHIP_CLI_INTERRUPTED, NULL);
}
