/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-request-card.h"

#include "base/ship-json.h"

#include <glib/gi18n-lib.h>

/* A hostile agent asks whatever it likes: what is shown of it is bounded. */
#define MAX_QUESTIONS 8
#define MAX_OPTIONS   12

/* One question of a request: the choices, and what the user wrote instead. */
typedef struct
{
  GPtrArray *checks; /* (owned) (element-type GtkCheckButton) (unowned) */
  GtkWidget *entry;  /* (unowned) */
} Question;

struct _ShipRequestCard
{
  GtkWidget  parent_instance;
  GtkWidget *box;       /* (unowned): the only child */
  GtkWidget *reason;    /* (unowned) (nullable) */
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

  return g_strjoinv (", ", (char **) chosen->pdata);
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

static void
add_button (ShipRequestCard *self,
            GtkWidget       *row,
            const char      *label,
            const char      *css_class,
            GCallback        callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  if (css_class != NULL)
    gtk_widget_add_css_class (button, css_class);
  g_signal_connect_object (button, "clicked", callback, self, 0);
  gtk_box_append (GTK_BOX (row), button);
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
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_widget_set_halign (row, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (self->box), row);

  return row;
}

static void
fill_permission (ShipRequestCard *self, const ShipRequestRow *request)
{
  GtkWidget *row;

  gtk_box_append (GTK_BOX (self->box), new_text (request->title, "monospace"));
  self->reason = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->reason),
                                  _ ("What the agent should do instead (optional)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reason),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Reason for denying"),
                                  -1);
  gtk_box_append (GTK_BOX (self->box), self->reason);
  row = new_buttons (self);
  add_button (self, row, _ ("Deny"), NULL, G_CALLBACK (deny_cb));
  add_button (self, row, _ ("Allow for Session"), NULL, G_CALLBACK (allow_session_cb));
  add_button (self, row, _ ("Allow"), "suggested-action", G_CALLBACK (allow_cb));
}

static void
add_option (GtkWidget *box, Question *question, JsonObject *option, gboolean is_multiple)
{
  const char      *label = ship_json_get_string (option, "label", "");
  const char      *description = ship_json_get_string (option, "description", "");
  GtkWidget       *check = gtk_check_button_new ();
  g_autofree char *line =
    description[0] != '\0' ? g_strdup_printf ("%s – %s", label, description) : g_strdup (label);

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
  add_button (self, row, _ ("Dismiss"), NULL, G_CALLBACK (reject_cb));
  add_button (self, row, _ ("Answer"), "suggested-action", G_CALLBACK (reply_cb));
}

static void
fill_budget (ShipRequestCard *self, const ShipRequestRow *request)
{
  GtkWidget *row;

  gtk_box_append (GTK_BOX (self->box), new_text (request->title, NULL));
  row = new_buttons (self);
  add_button (self, row, _ ("Stop Here"), NULL, G_CALLBACK (deny_cb));
  add_button (self, row, _ ("Raise and Go On"), "suggested-action", G_CALLBACK (allow_cb));
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
  self->questions = g_ptr_array_new_with_free_func ((GDestroyNotify) question_free);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
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
