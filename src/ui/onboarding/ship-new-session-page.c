/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "onboarding/ship-new-session-page.h"

#include "base/ship-settings.h"
#include "client/ship-session-list.h"
#include "composer/ship-composer.h"
#include "composer/ship-model-picker.h"
#include "onboarding/ship-session-starter.h"
#include "usage/ship-model-choice.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define MAX_WIDTH  640
#define MAX_RECENT 12
#define MOST_FILES 20 /* that complete a path */
#define REHEARSAL  N_ ("Greet Ada")

struct _ShipNewSessionPage
{
  GtkWidget             parent_instance;
  ShipPaths            *paths;       /* (owned) */
  GListModel           *sessions;    /* (owned) */
  ShipModelList        *models;      /* (owned) */
  GSettings            *settings;    /* (owned) */
  GCancellable         *cancellable; /* (owned) */
  GtkWidget            *clamp;       /* (unowned): the only child */
  GtkWidget            *composer;    /* (unowned) */
  GtkWidget            *picker;      /* (unowned) */
  GtkWidget            *repository;  /* (unowned): a row */
  GtkWidget            *recent;      /* (unowned): a menu button */
  GtkWidget            *spinner;     /* (unowned) */
  GtkFileChooserNative *chooser;     /* (owned) (nullable): while it is open */
  char                 *path;        /* (owned) (nullable): of the chosen repository */
  gboolean              is_written;  /* the prompt below is the composer's */
  char                 *prompt;      /* (owned) (nullable): of the session being made */
  GVariant             *options;     /* (owned) (nullable): the same */
  ShipFileMatcher      *matcher;     /* (owned) */
};

enum
{
  STARTED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipNewSessionPage, ship_new_session_page, GTK_TYPE_WIDGET)

/* --- the repository --- */

static void
set_path (ShipNewSessionPage *self, const char *path)
{
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;

  g_free (self->path);
  self->path = g_strdup (path);
  if (self->matcher != NULL)
    ship_file_matcher_set_repository (self->matcher, path, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->repository),
                                 name != NULL ? name : _ ("Repository"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->repository),
                               path != NULL ? path : _ ("Choose a folder with a Git repository"));
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, ShipNewSessionPage *self)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  path = file != NULL ? g_file_get_path (file) : NULL;
  if (path != NULL)
    set_path (self, path);
  g_clear_object (&self->chooser);
}

static void
choose_cb (GtkButton *button, ShipNewSessionPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Choose a Repository"),
                                               GTK_WINDOW (root),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                               _ ("_Choose"),
                                               _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
recent_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  set_path (SHIP_NEW_SESSION_PAGE (user_data), g_variant_get_string (parameter, NULL));
}

/* The repositories of the sessions there are, newest first; a sample of a rehearsal is none that
 * one comes back to. */
static void
update_recent (ShipNewSessionPage *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const char *first = NULL;

  for (guint i = 0;
       i < g_list_model_get_n_items (self->sessions) && g_hash_table_size (seen) < MAX_RECENT;
       i++)
    {
      g_autoptr (ShipSessionItem) item = g_list_model_get_item (self->sessions, i);
      const ShipIndexRow *row = ship_session_item_get_row (item);
      g_autoptr (GMenuItem) entry = NULL;

      if (g_str_equal (row->model, SHIP_REHEARSAL_MODEL) ||
          !g_hash_table_add (seen, row->repository))
        continue;
      if (first == NULL)
        first = row->repository;
      entry = g_menu_item_new (row->repository_name, NULL);
      g_menu_item_set_action_and_target (entry, "new-session.recent", "s", row->repository);
      g_menu_append_item (menu, entry);
    }
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->recent), G_MENU_MODEL (menu));
  gtk_widget_set_visible (self->recent, first != NULL);
  if (self->path == NULL && first != NULL)
    set_path (self, first);
}

static void
sessions_changed_cb (GListModel         *sessions,
                     guint               position,
                     guint               removed,
                     guint               added,
                     ShipNewSessionPage *self)
{
  update_recent (self);
}

/* --- making it --- */

static void
set_busy (ShipNewSessionPage *self, gboolean is_busy)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self), !is_busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_busy);
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipNewSessionPage) self = SHIP_NEW_SESSION_PAGE (user_data);
  g_autoptr (GError) error = NULL;
  guint            n_dirty = 0;
  g_autofree char *id = ship_session_start_finish (result, &n_dirty, &error);

  if (self->clamp == NULL) /* closed meanwhile */
    return;
  set_busy (self, FALSE);
  if (id == NULL)
    {
      g_signal_emit (self, signals[FAILED], 0, error->message);
      return;
    }
  if (self->is_written)
    ship_composer_sent (SHIP_COMPOSER (self->composer),
                        ship_composer_take (SHIP_COMPOSER (self->composer)));
  g_signal_emit (self, signals[STARTED], 0, id, self->prompt, self->options);
}

static void
start (ShipNewSessionPage *self,
       const char         *repository,
       const char         *model,
       const char         *prompt,
       GVariant           *options)
{
  const char      *mode = "build";
  ShipSessionStart what = { .repository = repository, .model = model, .prompt = prompt };

  g_variant_lookup (options, "mode", "&s", &mode);
  what.mode = mode;
  g_free (self->prompt);
  self->prompt = g_strdup (prompt);
  g_clear_pointer (&self->options, g_variant_unref);
  self->options = g_variant_ref_sink (options);
  set_busy (self, TRUE);
  ship_session_start_async (self->paths, &what, self->cancellable, made_cb, g_object_ref (self));
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
send_cb (ShipComposer *composer, const char *text, GVariant *options, ShipNewSessionPage *self)
{
  const char *model = ship_model_picker_get_model (SHIP_MODEL_PICKER (self->picker));

  if (self->path == NULL)
    g_signal_emit (self, signals[FAILED], 0, _ ("Choose a repository first"));
  else if (model == NULL)
    g_signal_emit (
      self,
      signals[FAILED],
      0,
      _ ("There is no model to work with yet: give Ship a key with “shipctl keys set”, "
         "or try a rehearsal"));
  else
    {
      self->is_written = TRUE;
      start (self, self->path, model, text, add_effort (self, options));
    }
}

static void
composer_failed_cb (ShipComposer *composer, const char *sentence, ShipNewSessionPage *self)
{
  g_signal_emit (self, signals[FAILED], 0, sentence);
}

static void
rehearse_cb (GtkButton *button, ShipNewSessionPage *self)
{
  ship_new_session_page_rehearse (self);
}

/* --- the widget --- */

static GtkWidget *
new_repository (ShipNewSessionPage *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *choose = gtk_button_new_from_icon_name ("folder-open-symbolic");

  self->repository = adw_action_row_new ();
  self->recent = gtk_menu_button_new ();
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self->repository), 1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self->repository),
                             gtk_image_new_from_icon_name ("folder-symbolic"));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->recent), "document-open-recent-symbolic");
  gtk_widget_set_tooltip_text (self->recent, _ ("Recent Repositories"));
  gtk_widget_set_tooltip_text (choose, _ ("Choose a Repository"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (choose),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Choose a Repository"),
                                  -1);
  for (GtkWidget **button = (GtkWidget *[]){ self->recent, choose, NULL }; *button != NULL;
       button++)
    {
      gtk_widget_add_css_class (*button, "flat");
      gtk_widget_set_valign (*button, GTK_ALIGN_CENTER);
      adw_action_row_add_suffix (ADW_ACTION_ROW (self->repository), *button);
    }
  g_signal_connect_object (choose, "clicked", G_CALLBACK (choose_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->repository);
  set_path (self, NULL);

  return group;
}

static GtkWidget *
new_rehearsal (ShipNewSessionPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label =
    gtk_label_new (_ ("New here? A rehearsal shows the whole thing with a scripted model: real "
                      "agent, real sandbox, no account, no cost."));
  GtkWidget *button = gtk_button_new_with_label (_ ("Try a Rehearsal"));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", G_CALLBACK (rehearse_cb), self, 0);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);

  return box;
}

static GtkWidget *
new_title (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = gtk_label_new (_ ("What should be done?"));
  GtkWidget *line = gtk_label_new (
    _ ("An agent works on it in a sandbox of its own and comes back with a branch."));

  gtk_widget_add_css_class (title, "title-1");
  gtk_widget_add_css_class (line, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (line), TRUE);
  gtk_label_set_justify (GTK_LABEL (line), GTK_JUSTIFY_CENTER);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), line);

  return box;
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
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->clamp, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_new_session_page_parent_class)->dispose (object);
}

static void
ship_new_session_page_finalize (GObject *object)
{
  ShipNewSessionPage *self = SHIP_NEW_SESSION_PAGE (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->paths, ship_paths_unref);
  g_free (self->path);
  g_free (self->prompt);
  g_clear_pointer (&self->options, g_variant_unref);
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
  const GActionEntry actions[] = { { "recent", recent_action_cb, "s", NULL, NULL, { 0 } } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);

  self->cancellable = g_cancellable_new ();
  self->composer = ship_composer_new ();
  self->spinner = gtk_spinner_new ();
  gtk_widget_add_css_class (box, "new-session");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), new_title ());
  gtk_box_append (GTK_BOX (box), self->composer);
  gtk_box_append (GTK_BOX (box), new_repository (self));
  gtk_box_append (GTK_BOX (box), new_rehearsal (self));
  gtk_box_append (GTK_BOX (box), self->spinner);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  self->clamp = scroller;
  gtk_widget_set_parent (scroller, GTK_WIDGET (self));
  g_signal_connect_object (self->composer, "send", G_CALLBACK (send_cb), self, 0);
  g_signal_connect_object (self->composer, "failed", G_CALLBACK (composer_failed_cb), self, 0);
  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "new-session", G_ACTION_GROUP (group));
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
  self->picker = ship_model_picker_new (models);
  ship_model_picker_set_effort (SHIP_MODEL_PICKER (self->picker), "");
  ship_composer_set_model_widget (SHIP_COMPOSER (self->composer), self->picker);
  self->matcher = ship_file_matcher_new (paths, MOST_FILES);
  ship_composer_set_matcher (SHIP_COMPOSER (self->composer), self->matcher);
  ship_composer_set_drafts (SHIP_COMPOSER (self->composer), drafts, SHIP_DRAFTS_NEW_SESSION);
  ship_file_matcher_set_repository (self->matcher, self->path, NULL);
  g_signal_connect_object (sessions, "items-changed", G_CALLBACK (sessions_changed_cb), self, 0);
  update_recent (self);

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
}

void
ship_new_session_page_focus (ShipNewSessionPage *self)
{
  g_return_if_fail (SHIP_IS_NEW_SESSION_PAGE (self));

  ship_composer_focus (SHIP_COMPOSER (self->composer));
}

void
ship_new_session_page_rehearse (ShipNewSessionPage *self)
{
  g_return_if_fail (SHIP_IS_NEW_SESSION_PAGE (self));

  self->is_written = FALSE;
  start (self,
         NULL,
         SHIP_REHEARSAL_MODEL,
         _ (REHEARSAL),
         g_variant_new_parsed ("{'mode': <'build'>}"));
}
