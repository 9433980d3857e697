/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-request-card.h"

#include "base/ship-json.h"
#include "transcript/ship-tool-body.h"
#include "widgets/ship-wrap-row.h"

#include <glib/gi18n-lib.h>

/* A hostile agent asks whatever it likes: what is shown of it is bounded. */
#define MAX_QUESTIONS 8
#define MAX_OPTIONS   12
/* Between the choices of one answer, as the bus has it. */
#define CHOICE_SEPARATOR "\037"
#define MORE_DOLLARS     1.0

/* One question of a request: the choices, and what the user wrote instead. */
typedef struct
{
  GPtrArray *checks; /* (owned) (element-type GtkCheckButton) (unowned) */
  GtkWidget *entry;  /* (unowned) */
} Question;

struct _ShipRequestCard
{
  GtkWidget  parent_instance;
  GtkWidget *box;    /* (unowned): the only child */
  GtkWidget *reason; /* (unowned) (nullable) */
  GtkWidget *first;  /* (unowned) (nullable): what takes the focus */
  GtkWidget *amount; /* (unowned) (nullable): of a budget */
  gboolean   is_permission;
  GPtrArray *questions; /* (owned) (element-type Question) */
  gint64     id;
};

enum
{
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipRequestCard, ship_request_card, GTK_TYPE_WIDGET)

static void
question_free (Question *self)
{
  g_ptr_array_unref (self->checks);
  g_free (self);
}

static void
answer (ShipRequestCard *self, GVariantDict *options)
{
  g_autoptr (GVariant) answer = g_variant_ref_sink (g_variant_dict_end (options));

  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  g_signal_emit (self, signals[ANSWERED], 0, answer);
}

/* --- the buttons --- */

static void
decide (ShipRequestCard *self, gboolean allow, const char *scope)
{
  GVariantDict options;
  const char  *reason =
    self->reason != NULL ? gtk_editable_get_text (GTK_EDITABLE (self->reason)) : "";

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "allow", "b", allow);
  g_variant_dict_insert (&options, "scope", "s", scope);
  if (!allow && reason[0] != '\0')
    g_variant_dict_insert (&options, "message", "s", reason);
  answer (self, &options);
}

static void
allow_cb (GtkButton *button, ShipRequestCard *self)
{
  decide (self, TRUE, "once");
}

static void
allow_session_cb (GtkButton *button, ShipRequestCard *self)
{
  decide (self, TRUE, "session");
}

static void
deny_cb (GtkButton *button, ShipRequestCard *self)
{
  decide (self, FALSE, "once");
}

static char *
join_answer (Question *question)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  const char *text = gtk_editable_get_text (GTK_EDITABLE (question->entry));

  for (guint i = 0; i < question->checks->len; i++)
    if (gtk_check_button_get_active (question->checks->pdata[i]))
      g_ptr_array_add (chosen,
                       (char *) g_object_get_data (question->checks->pdata[i], "ship-label"));
  if (text[0] != '\0')
    g_ptr_array_add (chosen, (char *) text);
  g_ptr_array_add (chosen, NULL);

  return g_strjoinv (CHOICE_SEPARATOR, (char **) chosen->pdata);
}

static void
reply_cb (GtkWidget *widget, ShipRequestCard *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) answers = NULL;
  GVariantDict options;

  for (guint i = 0; i < self->questions->len; i++)
    {
      g_autofree char *text = join_answer (self->questions->pdata[i]);

      if (text[0] == '\0')
        {
          gtk_widget_grab_focus (((Question *) self->questions->pdata[i])->entry);
          return;
        }
      g_strv_builder_add (builder, text);
    }
  answers = g_strv_builder_end (builder);
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert_value (&options,
                               "answers",
                               g_variant_new_strv ((const char *const *) answers, -1));
  answer (self, &options);
}

static void
reject_cb (GtkButton *button, ShipRequestCard *self)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "reject", "b", TRUE);
  answer (self, &options);
}

/* @key: the letter that does the same; "": none */
static GtkWidget *
add_button (ShipRequestCard *self,
            GtkWidget       *row,
            const char      *label,
            const char      *key,
            const char      *css_class,
            GCallback        callback)
{
  GtkWidget       *button = gtk_button_new_with_label (label);
  g_autofree char *hint = g_strdup_printf ("%s (%s)", label, key);

  if (css_class != NULL)
    gtk_widget_add_css_class (button, css_class);
  if (key[0] != '\0')
    gtk_widget_set_tooltip_text (button, hint);
  g_signal_connect_object (button, "clicked", callback, self, 0);
  ship_wrap_row_append (SHIP_WRAP_ROW (row), button);

  return button;
}

/* --- what is asked --- */

static GtkWidget *
new_text (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_label_set_lines (GTK_LABEL (label), 12);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

static GtkWidget *
new_buttons (ShipRequestCard *self)
{
  GtkWidget *row = ship_wrap_row_new ();

  gtk_box_append (GTK_BOX (self->box), row);

  return row;
}

/* clang-format off */
static const struct { const char *permission; const char *sentence; } permissions[] = {
  { "bash",               N_ ("The agent wants to run a command") },
  { "edit",               N_ ("The agent wants to change a file") },
  { "webfetch",           N_ ("The agent wants to read a web page") },
  { "external_directory", N_ ("The agent wants to use a directory outside of the repository") },
};
/* clang-format on */

static const char *
describe_permission (const char *permission)
{
  for (guint i = 0; i < G_N_ELEMENTS (permissions); i++)
    if (g_strcmp0 (permissions[i].permission, permission) == 0)
      return _ (permissions[i].sentence);

  return NULL;
}

static void
fill_permission (ShipRequestCard *self, const ShipRequestRow *request)
{
  const char *sentence = describe_permission (request->permission);
  GtkWidget  *diff = ship_tool_diff_new (request->details);
  GtkWidget  *row;

  self->is_permission = TRUE;
  if (sentence != NULL)
    gtk_box_append (GTK_BOX (self->box), new_text (sentence, NULL));
  gtk_box_append (GTK_BOX (self->box), new_text (request->title, "monospace"));
  if (diff != NULL)
    gtk_box_append (GTK_BOX (self->box), diff);
  self->reason = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->reason),
                                  _ ("What the agent should do instead (optional)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reason),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Reason for denying"),
                                  -1);
  g_signal_connect_object (self->reason, "activate", G_CALLBACK (deny_cb), self, 0);
  row = new_buttons (self);
  gtk_box_insert_child_after (GTK_BOX (self->box), self->reason, gtk_widget_get_prev_sibling (row));
  add_button (self, row, _ ("Deny"), "D", NULL, G_CALLBACK (deny_cb));
  add_button (self, row, _ ("Allow for Session"), "S", NULL, G_CALLBACK (allow_session_cb));
  self->first = add_button (self, row, _ ("Allow"), "A", "suggested-action", G_CALLBACK (allow_cb));
}

static void
add_option (GtkWidget *box, Question *question, JsonObject *option, gboolean is_multiple)
{
  const char      *label = ship_json_get_string (option, "label", "");
  const char      *description = ship_json_get_string (option, "description", "");
  GtkWidget       *check = gtk_check_button_new ();
  guint            number = question->checks->len + 1;
  g_autofree char *line = description[0] != '\0'
                            ? g_strdup_printf ("%u. %s – %s", number, label, description)
                            : g_strdup_printf ("%u. %s", number, label);

  gtk_check_button_set_label (GTK_CHECK_BUTTON (check), line);
  g_object_set_data_full (G_OBJECT (check), "ship-label", g_strdup (label), g_free);
  if (!is_multiple && question->checks->len > 0)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (check), question->checks->pdata[0]);
  g_ptr_array_add (question->checks, check);
  gtk_box_append (GTK_BOX (box), check);
}

static void
add_question (ShipRequestCard *self, JsonObject *object)
{
  Question  *question = g_new0 (Question, 1);
  JsonArray *options = ship_json_get_array (object, "options");
  guint      n = options != NULL ? MIN (json_array_get_length (options), MAX_OPTIONS) : 0;

  question->checks = g_ptr_array_new ();
  gtk_box_append (GTK_BOX (self->box),
                  new_text (ship_json_get_string (object, "question", ""), NULL));
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (options, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        add_option (self->box,
                    question,
                    json_node_get_object (node),
                    ship_json_get_boolean (object, "multiple", FALSE));
    }
  question->entry = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (question->entry),
                                  n > 0 ? _ ("Or your own answer") : _ ("Your answer"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (question->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Your answer"),
                                  -1);
  g_signal_connect_object (question->entry, "activate", G_CALLBACK (reply_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), question->entry);
  g_ptr_array_add (self->questions, question);
  if (self->first == NULL)
    self->first = question->checks->len > 0 ? question->checks->pdata[0] : question->entry;
}

static void
fill_question (ShipRequestCard *self, const ShipRequestRow *request)
{
  g_autoptr (JsonObject) details = ship_json_parse_object (request->details, -1, NULL);
  JsonArray *questions = details != NULL ? ship_json_get_array (details, "questions") : NULL;
  guint      n = questions != NULL ? MIN (json_array_get_length (questions), MAX_QUESTIONS) : 0;
  GtkWidget *row;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (questions, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        add_question (self, json_node_get_object (node));
    }
  row = new_buttons (self);
  add_button (self, row, _ ("Dismiss"), "", NULL, G_CALLBACK (reject_cb));
  add_button (self, row, _ ("Answer"), "Enter", "suggested-action", G_CALLBACK (reply_cb));
}

static void
allow_more_cb (GtkWidget *widget, ShipRequestCard *self)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "allow", "b", TRUE);
  g_variant_dict_insert (&options,
                         "amount",
                         "d",
                         gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->amount)));
  answer (self, &options);
}

static void
fill_budget (ShipRequestCard *self, const ShipRequestRow *request)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *row;

  gtk_box_append (GTK_BOX (self->box), new_text (request->title, NULL));
  self->amount = gtk_spin_button_new_with_range (0.1, 1000, 0.5);
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (self->amount), 2);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->amount), MORE_DOLLARS);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->amount),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("US dollars more"),
                                  -1);
  gtk_box_append (GTK_BOX (line), self->amount);
  gtk_box_append (GTK_BOX (line), gtk_label_new (_ ("US dollars more")));
  gtk_box_append (GTK_BOX (self->box), line);
  row = new_buttons (self);
  add_button (self, row, _ ("Stop Here"), "D", NULL, G_CALLBACK (deny_cb));
  self->first =
    add_button (self, row, _ ("Allow More"), "A", "suggested-action", G_CALLBACK (allow_more_cb));
}

/* clang-format off */
static const struct
{
  const char *kind;
  const char *heading;
  void (*fill) (ShipRequestCard *self, const ShipRequestRow *request);
} kinds[] = {
  { "permission", N_ ("The agent asks for permission"), fill_permission },
  { "question",   N_ ("The agent has a question"),      fill_question },
  { "budget",     N_ ("The budget is spent"),           fill_budget },
};
/* clang-format on */

/* --- keys --- */

static gboolean
toggle_choice (ShipRequestCard *self, guint number)
{
  for (guint i = 0; i < self->questions->len; i++)
    {
      Question *question = self->questions->pdata[i];

      /* Of several questions the first that has no answer yet. */
      if (i + 1 < self->questions->len)
        {
          g_autofree char *text = join_answer (question);

          if (text[0] != '\0')
            continue;
        }
      if (number >= question->checks->len)
        return FALSE;
      gtk_check_button_set_active (question->checks->pdata[number],
                                   !gtk_check_button_get_active (question->checks->pdata[number]));
      gtk_widget_grab_focus (question->checks->pdata[number]);
      return TRUE;
    }

  return FALSE;
}

/* Letters answer wherever the focus is in the card, but for where one writes. Denying asks for a
 * reason first: Enter sends it. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        ShipRequestCard       *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 ||
      (focus != NULL && GTK_IS_EDITABLE (focus)))
    return GDK_EVENT_PROPAGATE;

  key = gdk_keyval_to_lower (key);
  if (key >= GDK_KEY_1 && key <= GDK_KEY_9)
    return toggle_choice (self, key - GDK_KEY_1);
  if (self->questions->len > 0 && (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) &&
      GTK_IS_CHECK_BUTTON (focus))
    reply_cb (focus, self);
  else if (self->is_permission && key == GDK_KEY_a)
    allow_cb (NULL, self);
  else if (self->is_permission && key == GDK_KEY_s)
    allow_session_cb (NULL, self);
  else if (self->is_permission && key == GDK_KEY_d)
    gtk_widget_grab_focus (self->reason);
  else if (self->amount != NULL && key == GDK_KEY_a)
    allow_more_cb (NULL, self);
  else if (self->amount != NULL && key == GDK_KEY_d)
    deny_cb (NULL, self);
  else
    return GDK_EVENT_PROPAGATE;

  return GDK_EVENT_STOP;
}

/* An empty field is not written in, though the focus may be there. */
static gboolean
is_writing (GtkWidget *focus)
{
  GtkTextIter start;
  GtkTextIter end;

  if (focus == NULL)
    return FALSE;
  if (GTK_IS_EDITABLE (focus))
    return gtk_editable_get_text (GTK_EDITABLE (focus))[0] != '\0';
  if (!GTK_IS_TEXT_VIEW (focus) || !gtk_text_view_get_editable (GTK_TEXT_VIEW (focus)))
    return FALSE;
  gtk_text_buffer_get_bounds (gtk_text_view_get_buffer (GTK_TEXT_VIEW (focus)), &start, &end);

  return !gtk_text_iter_equal (&start, &end);
}

/* The card comes while something else may be under way: nobody is interrupted who writes. */
static void
ship_request_card_map (GtkWidget *widget)
{
  ShipRequestCard *self = SHIP_REQUEST_CARD (widget);
  GtkWidget       *focus;

  GTK_WIDGET_CLASS (ship_request_card_parent_class)->map (widget);
  focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  if (self->first != NULL && !is_writing (focus))
    gtk_widget_grab_focus (self->first);
}

/* --- the widget --- */

static void
ship_request_card_dispose (GObject *object)
{
  ShipRequestCard *self = SHIP_REQUEST_CARD (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->questions, g_ptr_array_unref);

  G_OBJECT_CLASS (ship_request_card_parent_class)->dispose (object);
}

static void
ship_request_card_class_init (ShipRequestCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_request_card_dispose;
  GTK_WIDGET_CLASS (klass)->map = ship_request_card_map;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "requestcard");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);

  signals[ANSWERED] = g_signal_new ("answered",
                                    SHIP_TYPE_REQUEST_CARD,
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    1,
                                    G_TYPE_VARIANT);
}

static void
ship_request_card_init (ShipRequestCard *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->questions = g_ptr_array_new_with_free_func ((GDestroyNotify) question_free);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
ship_request_card_new (const ShipRequestRow *request)
{
  ShipRequestCard *self = g_object_new (SHIP_TYPE_REQUEST_CARD, NULL);

  self->id = request->id;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].kind, request->kind) == 0)
      {
        gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                        GTK_ACCESSIBLE_PROPERTY_LABEL,
                                        _ (kinds[i].heading),
                                        -1);
        gtk_box_append (GTK_BOX (self->box), new_text (_ (kinds[i].heading), "heading"));
        kinds[i].fill (self, request);
      }

  return GTK_WIDGET (self);
}

gint64
ship_request_card_get_id (ShipRequestCard *self)
{
  g_return_val_if_fail (SHIP_IS_REQUEST_CARD (self), 0);

  return self->id;
}

void
ship_request_card_refused (ShipRequestCard *self)
{
  g_return_if_fail (SHIP_IS_REQUEST_CARD (self));

  gtk_widget_set_sensitive (GTK_WIDGET (self), TRUE);
}
