/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "onboarding/ship-new-session-page.h"

#include "base/ship-settings.h"
#include "client/ship-spare.h"
#include "composer/ship-composer.h"
#include "composer/ship-model-picker.h"
#include "onboarding/ship-repository-picker.h"
#include "onboarding/ship-session-options.h"
#include "onboarding/ship-session-starter.h"
#include "onboarding/ship-welcome-page.h"
#include "usage/ship-model-choice.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define MAX_WIDTH  640
#define MOST_FILES 20 /* that complete a path */
#define REHEARSAL  N_ ("Greet Ada")

struct _ShipNewSessionPage
{
  GtkWidget         parent_instance;
  ShipPaths        *paths;       /* (owned) */
  GListModel       *sessions;    /* (owned) */
  ShipModelList    *models;      /* (owned) */
  GSettings        *settings;    /* (owned) */
  ShipMachineCheck *machine;     /* (owned) */
  GCancellable     *cancellable; /* (owned) */
  GtkWidget        *stack;       /* (unowned): the only child */
  GtkWidget        *welcome;     /* (unowned) */
  GtkWidget        *form;        /* (unowned) */
  GtkWidget        *composer;    /* (unowned) */
  GtkWidget        *picker;      /* (unowned): of the model */
  GtkWidget        *repository;  /* (unowned) */
  GtkWidget        *options;     /* (unowned) */
  GtkWidget        *no_model;    /* (unowned): what to do without one */
  GtkWidget        *spinner;     /* (unowned) */
  char             *warmed;      /* (owned) (nullable): what a sandbox was asked for */
  char             *prompt;      /* (owned) (nullable): of the session being made */
  GVariant         *sending;     /* (owned) (nullable): options of that prompt */
  gboolean          is_written;  /* that prompt is the composer's */
  ShipFileMatcher  *matcher;     /* (owned): of the repository */
};

enum
{
  STARTED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipNewSessionPage, ship_new_session_page, GTK_TYPE_WIDGET)

static void
fail (ShipNewSessionPage *self, const char *sentence)
{
  g_signal_emit (self, signals[FAILED], 0, sentence);
}

/* --- the welcome, until there is a session --- */

static void
leave_welcome (ShipNewSessionPage *self)
{
  if (gtk_stack_get_visible_child (GTK_STACK (self->stack)) == self->form)
    return;
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->form);
  if (gtk_widget_get_mapped (GTK_WIDGET (self))) /* else the focus is another page's */
    ship_new_session_page_focus (self);
}

static void
sessions_changed_cb (GListModel         *sessions,
                     guint               position,
                     guint               removed,
                     guint               added,
                     ShipNewSessionPage *self)
{
  if (g_list_model_get_n_items (sessions) == 0)
    return;
  if (!g_settings_get_boolean (self->settings, SHIP_SETTING_WELCOMED))
    g_settings_set_boolean (self->settings, SHIP_SETTING_WELCOMED, TRUE);
  leave_welcome (self);
}

static void
repository_cb (ShipRepositoryPicker *picker, ShipNewSessionPage *self)
{
  ShipRepositoryChoice *choice = ship_repository_picker_get_choice (picker);

  ship_file_matcher_set_repository (self->matcher,
                                    ship_repository_choice_get_root (choice),
                                    ship_repository_picker_get_base (picker));
  if (ship_repository_choice_get_state (choice) != SHIP_REPOSITORY_NONE)
    leave_welcome (self);
}

static void
welcome_rehearse_cb (ShipWelcomePage *welcome, ShipNewSessionPage *self)
{
  ship_new_session_page_rehearse (self);
}

static void
welcome_choose_cb (ShipWelcomePage *welcome, ShipNewSessionPage *self)
{
  ship_repository_picker_choose (SHIP_REPOSITORY_PICKER (self->repository));
}

static void
mapped_cb (GtkWidget *widget, gpointer user_data)
{
  ShipNewSessionPage *self = SHIP_NEW_SESSION_PAGE (widget);

  if (ship_machine_check_get_state (self->machine) == SHIP_MACHINE_UNKNOWN)
    ship_machine_check_run (self->machine);
}

/* --- ready before it is wanted --- */

static void
warmed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* No news for the user: the session takes a little longer. */
  if (!ship_spare_prepare_finish (result, &error))
    g_debug ("No sandbox was made ahead: %s", error->message);
}

/* A sandbox is made while the user still writes, once for what they have chosen. */
static void
warm_up (ShipNewSessionPage *self)
{
  ShipRepositoryPicker *picker = SHIP_REPOSITORY_PICKER (self->repository);
  const char           *base = ship_repository_picker_get_base (picker);
  const char           *model = ship_model_picker_get_model (SHIP_MODEL_PICKER (self->picker));
  const char *root = ship_repository_choice_get_root (ship_repository_picker_get_choice (picker));
  g_autofree char *wanted = NULL;

  if (root == NULL || model == NULL)
    return;
  wanted = g_strdup_printf ("%s\n%s\n%s", root, base != NULL ? base : "", model);
  if (g_strcmp0 (self->warmed, wanted) == 0)
    return;
  g_free (self->warmed);
  self->warmed = g_steal_pointer (&wanted);
  ship_spare_prepare_async (self->paths, root, base, model, self->cancellable, warmed_cb, NULL);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        state,
        ShipNewSessionPage    *self)
{
  if (g_unichar_isgraph (gdk_keyval_to_unicode (keyval)) && (state & GDK_CONTROL_MASK) == 0)
    warm_up (self);

  return GDK_EVENT_PROPAGATE;
}

/* --- making it --- */

static void
set_busy (ShipNewSessionPage *self, gboolean is_busy)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self), !is_busy);
  gtk_widget_set_visible (self->spinner, is_busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_busy);
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipNewSessionPage) self = SHIP_NEW_SESSION_PAGE (user_data);
  g_autoptr (GError) error = NULL;
  guint            n_dirty = 0;
  g_autofree char *id = ship_session_start_finish (result, &n_dirty, &error);

  if (self->stack == NULL) /* closed meanwhile */
    return;
  set_busy (self, FALSE);
  if (id == NULL)
    {
      ship_new_session_page_focus (self);
      fail (self, error->message);
      return;
    }
  g_clear_pointer (&self->warmed, g_free);
  if (self->is_written)
    ship_composer_sent (SHIP_COMPOSER (self->composer),
                        ship_composer_take (SHIP_COMPOSER (self->composer)));
  ship_session_options_reset (SHIP_SESSION_OPTIONS (self->options));
  g_signal_emit (self, signals[STARTED], 0, id, self->prompt, self->sending);
}

static void
start (ShipNewSessionPage *self, const ShipSessionStart *what, GVariant *options)
{
  g_free (self->prompt);
  self->prompt = g_strdup (what->prompt);
  g_clear_pointer (&self->sending, g_variant_unref);
  self->sending = g_variant_ref_sink (options);
  set_busy (self, TRUE);
  ship_session_start_async (self->paths, what, self->cancellable, made_cb, g_object_ref (self));
}

/* Says what is missing, and puts the focus there. */
static gboolean
is_complete (ShipNewSessionPage *self)
{
  ShipRepositoryPicker *repository = SHIP_REPOSITORY_PICKER (self->repository);
  ShipRepositoryChoice *choice = ship_repository_picker_get_choice (repository);
  ShipRepositoryState   state = ship_repository_choice_get_state (choice);
  g_autoptr (GError) error = NULL;

  if (state != SHIP_REPOSITORY_GOOD)
    {
      ship_repository_picker_focus (repository);
      if (state == SHIP_REPOSITORY_NONE)
        fail (self, _ ("Choose a repository first"));
      else if (state == SHIP_REPOSITORY_CHECKING)
        fail (self, _ ("The repository is still being looked at: send again in a moment"));
      else
        fail (self, ship_repository_choice_get_trouble (choice));
      return FALSE;
    }
  if (!ship_session_options_check (SHIP_SESSION_OPTIONS (self->options), &error))
    {
      fail (self, error->message);
      return FALSE;
    }
  if (ship_model_picker_get_model (SHIP_MODEL_PICKER (self->picker)) != NULL)
    return TRUE;
  fail (self, _ ("There is no model to work with yet: give Ship a key, or try a rehearsal"));

  return FALSE;
}

/* What is chosen for the session is its first prompt's, too. (floating) */
static GVariant *
add_effort (ShipNewSessionPage *self, GVariant *options)
{
  const char  *effort = ship_model_picker_get_effort (SHIP_MODEL_PICKER (self->picker));
  GVariantDict dict;

  g_variant_dict_init (&dict, options);
  if (*effort != '\0')
    g_variant_dict_insert (&dict, "variant", "s", effort);

  return g_variant_dict_end (&dict);
}

static void
composer_failed_cb (ShipComposer *composer, const char *sentence, ShipNewSessionPage *self)
{
  fail (self, sentence);
}

static void
send_cb (ShipComposer *composer, const char *text, GVariant *options, ShipNewSessionPage *self)
{
  ShipRepositoryPicker *repository = SHIP_REPOSITORY_PICKER (self->repository);
  ShipSessionOptions   *choices = SHIP_SESSION_OPTIONS (self->options);
  g_autofree char      *branch = ship_session_options_dup_branch (choices);
  ShipSessionStart      what = {
         .model = ship_model_picker_get_model (SHIP_MODEL_PICKER (self->picker)),
         .mode = ship_composer_get_mode (composer),
         .prompt = text,
         .base_branch = ship_repository_picker_get_base (repository),
         .branch = branch,
         .budget = ship_session_options_get_budget (choices),
         .include_dirty = ship_repository_picker_get_include_dirty (repository),
  };

  if (!is_complete (self))
    return;
  what.repository =
    ship_repository_choice_get_root (ship_repository_picker_get_choice (repository));
  self->is_written = TRUE;
  start (self, &what, add_effort (self, options));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, ShipNewSessionPage *self)
{
  GSList          *files = g_value_get_boxed (value);
  g_autofree char *path = files != NULL ? g_file_get_path (files->data) : NULL;

  if (path == NULL)
    return FALSE;
  ship_repository_picker_set_path (SHIP_REPOSITORY_PICKER (self->repository), path);

  return TRUE;
}

/* --- the widget --- */

static GtkWidget *
new_title (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = gtk_label_new (_ ("What should be done?"));
  GtkWidget *line = gtk_label_new (
    _ ("An agent works on it in a sandbox of its own and comes back with a branch."));

  gtk_widget_add_css_class (title, "title-1");
  gtk_widget_add_css_class (line, "dim-label");
  for (GtkWidget **label = (GtkWidget *[]){ title, line, NULL }; *label != NULL; label++)
    {
      gtk_label_set_wrap (GTK_LABEL (*label), TRUE);
      gtk_label_set_justify (GTK_LABEL (*label), GTK_JUSTIFY_CENTER);
      gtk_box_append (GTK_BOX (box), *label);
    }

  return box;
}

/* Without a model nothing can be sent: what to do instead. */
static GtkWidget *
new_no_model (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *label =
    gtk_label_new (_ ("There is no model to work with yet: it needs a key, or a server on this "
                      "computer. A rehearsal needs neither."));
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *keys = gtk_button_new_with_label (_ ("Preferences"));
  GtkWidget *rehearse = gtk_button_new_with_label (_ ("Try a Rehearsal"));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (keys), "app.preferences");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (rehearse), "win.rehearse");
  gtk_box_append (GTK_BOX (buttons), keys);
  gtk_box_append (GTK_BOX (buttons), rehearse);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_set_visible (box, FALSE);

  return box;
}

static GtkWidget *
new_form (ShipNewSessionPage *self)
{
  GtkWidget          *scroller = gtk_scrolled_window_new ();
  GtkWidget          *clamp = adw_clamp_new ();
  GtkWidget          *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->composer = ship_composer_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (self->composer, keys);
  self->picker = ship_model_picker_new (self->models);
  self->repository = ship_repository_picker_new (self->sessions);
  self->options = ship_session_options_new (
    self->machine,
    ship_repository_picker_get_choice (SHIP_REPOSITORY_PICKER (self->repository)));
  self->no_model = new_no_model ();
  self->spinner = gtk_spinner_new ();
  ship_model_picker_set_effort (SHIP_MODEL_PICKER (self->picker), "");
  ship_composer_set_model_widget (SHIP_COMPOSER (self->composer), self->picker);
  ship_composer_set_matcher (SHIP_COMPOSER (self->composer), self->matcher);
  gtk_widget_add_css_class (box, "new-session");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), new_title ());
  gtk_box_append (GTK_BOX (box), self->composer);
  gtk_box_append (GTK_BOX (box), self->no_model);
  gtk_box_append (GTK_BOX (box), self->repository);
  gtk_box_append (GTK_BOX (box), self->options);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_widget_set_visible (self->spinner, FALSE);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  g_signal_connect_object (self->composer, "send", G_CALLBACK (send_cb), self, 0);
  g_signal_connect_object (self->composer, "failed", G_CALLBACK (composer_failed_cb), self, 0);
  g_signal_connect_object (self->repository, "changed", G_CALLBACK (repository_cb), self, 0);

  return scroller;
}

static void
ship_new_session_page_dispose (GObject *object)
{
  ShipNewSessionPage *self = SHIP_NEW_SESSION_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  if (self->sessions != NULL)
    g_signal_handlers_disconnect_by_data (self->sessions, self);
  if (self->matcher != NULL)
    ship_file_matcher_stop (self->matcher);
  g_clear_object (&self->sessions);
  g_clear_object (&self->models);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->machine);

  G_OBJECT_CLASS (ship_new_session_page_parent_class)->dispose (object);
}

static void
ship_new_session_page_finalize (GObject *object)
{
  ShipNewSessionPage *self = SHIP_NEW_SESSION_PAGE (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->paths, ship_paths_unref);
  g_free (self->warmed);
  g_free (self->prompt);
  g_clear_pointer (&self->sending, g_variant_unref);
  g_clear_object (&self->matcher);

  G_OBJECT_CLASS (ship_new_session_page_parent_class)->finalize (object);
}

static void
ship_new_session_page_class_init (ShipNewSessionPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_new_session_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_new_session_page_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  signals[STARTED] = g_signal_new ("started",
                                   SHIP_TYPE_NEW_SESSION_PAGE,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   3,
                                   G_TYPE_STRING,
                                   G_TYPE_STRING,
                                   G_TYPE_VARIANT);
  signals[FAILED] = g_signal_new ("failed",
                                  SHIP_TYPE_NEW_SESSION_PAGE,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);
}

static void
ship_new_session_page_init (ShipNewSessionPage *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->cancellable = g_cancellable_new ();
  self->stack = gtk_stack_new ();
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (mapped_cb), NULL);
  g_signal_connect_object (drop, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

GtkWidget *
ship_new_session_page_new (ShipPaths     *paths,
                           GListModel    *sessions,
                           ShipModelList *models,
                           ShipDrafts    *drafts,
                           GSettings     *settings)
{
  ShipNewSessionPage *self = g_object_new (SHIP_TYPE_NEW_SESSION_PAGE, NULL);

  self->paths = ship_paths_ref (paths);
  self->sessions = g_object_ref (sessions);
  self->models = g_object_ref (models);
  self->settings = g_object_ref (settings);
  self->machine = ship_machine_check_new (paths);
  self->welcome = ship_welcome_page_new (self->machine);
  self->matcher = ship_file_matcher_new (paths, MOST_FILES);
  self->form = new_form (self);
  ship_composer_set_drafts (SHIP_COMPOSER (self->composer), drafts, SHIP_DRAFTS_NEW_SESSION);
  gtk_stack_add_child (GTK_STACK (self->stack), self->welcome);
  gtk_stack_add_child (GTK_STACK (self->stack), self->form);
  g_signal_connect_object (self->welcome, "rehearse", G_CALLBACK (welcome_rehearse_cb), self, 0);
  g_signal_connect_object (self->welcome, "choose-folder", G_CALLBACK (welcome_choose_cb), self, 0);
  g_signal_connect_object (sessions, "items-changed", G_CALLBACK (sessions_changed_cb), self, 0);
  if (g_settings_get_boolean (settings, SHIP_SETTING_WELCOMED))
    gtk_stack_set_visible_child (GTK_STACK (self->stack), self->form);
  sessions_changed_cb (sessions, 0, 0, 0, self);

  return GTK_WIDGET (self);
}

void
ship_new_session_page_choose_model (ShipNewSessionPage *self)
{
  g_autofree char *setting = NULL;
  g_autofree char *model = NULL;
  ShipModelChoice  choice;

  g_return_if_fail (SHIP_IS_NEW_SESSION_PAGE (self));

  setting = g_settings_get_string (self->settings, SHIP_SETTING_DEFAULT_MODEL);
  model = ship_model_choice_make (self->models, g_getenv ("SHIP_MODEL"), setting, &choice, NULL);
  ship_model_picker_set_model (SHIP_MODEL_PICKER (self->picker), model);
  gtk_widget_set_visible (self->no_model,
                          ship_model_picker_get_model (SHIP_MODEL_PICKER (self->picker)) == NULL);
}

void
ship_new_session_page_focus (ShipNewSessionPage *self)
{
  g_return_if_fail (SHIP_IS_NEW_SESSION_PAGE (self));

  if (gtk_stack_get_visible_child (GTK_STACK (self->stack)) == self->welcome)
    ship_welcome_page_focus (SHIP_WELCOME_PAGE (self->welcome));
  else
    ship_composer_focus (SHIP_COMPOSER (self->composer));
}

void
ship_new_session_page_rehearse (ShipNewSessionPage *self)
{
  const ShipSessionStart what = { .model = SHIP_REHEARSAL_MODEL,
                                  .mode = "build",
                                  .prompt = _ (REHEARSAL) };

  g_return_if_fail (SHIP_IS_NEW_SESSION_PAGE (self));

  self->is_written = FALSE;
  start (self, &what, g_variant_new_parsed ("{'mode': <'build'>}"));
}
