/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tasks/ship-rule-list.h"

#include "widgets/ship-say.h"

#include <glib/gi18n-lib.h>

#define RULE_KEY "ship-rule"

struct _ShipRuleList
{
  GtkWidget          parent_instance;
  ShipSessionHandle *handle; /* (owned) */
  GtkWidget         *box;    /* (unowned): the only child */
  GStrv              shown; /* (owned) (nullable): the rules as text, to see whether they changed */
};

typedef enum
{
  PROP_IS_EMPTY = 1,
} ShipRuleListProperty;

static GParamSpec *properties[PROP_IS_EMPTY + 1];

G_DEFINE_FINAL_TYPE (ShipRuleList, ship_rule_list, GTK_TYPE_WIDGET)

/* clang-format off */
static const struct { const char *name; const char *label; } permissions[] = {
  { "*",                  N_ ("Everything") },
  { "bash",               N_ ("Run commands") },
  { "edit",               N_ ("Change files") },
  { "read",               N_ ("Read files") },
  { "webfetch",           N_ ("Read web pages") },
  { "websearch",          N_ ("Search the web") },
  { "task",               N_ ("Start sub-agents") },
  { "external_directory", N_ ("Leave the working copy") },
  { "doom_loop",          N_ ("Repeat itself") },
};

static const struct { const char *action; const char *label; const char *css_class; } actions[] = {
  { "allow", N_ ("Allowed"), "success" },
  { "ask",   N_ ("Asked"),   "warning" },
  { "deny",  N_ ("Denied"),  "error" },
};
/* clang-format on */

static const char *
get_label (const char *permission)
{
  for (guint i = 0; i < G_N_ELEMENTS (permissions); i++)
    if (g_str_equal (permissions[i].name, permission))
      return _ (permissions[i].label);

  return permission;
}

/* --- taking one back --- */

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipRuleList) self = SHIP_RULE_LIST (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    ship_say_error (GTK_WIDGET (self), error);
}

static void
remove_cb (GtkButton *button, ShipRuleList *self)
{
  const char *const *rule = g_object_get_data (G_OBJECT (button), RULE_KEY);

  ship_session_handle_call_async (self->handle,
                                  "SetRule",
                                  g_variant_new ("(sss)", rule[0], rule[1], ""),
                                  NULL,
                                  called_cb,
                                  g_object_ref (self));
}

/* --- what is shown --- */

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

static GtkWidget *
new_remove_button (ShipRuleList *self, const ShipRuleRow *rule)
{
  GtkWidget        *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  const char *const key[] = { rule->permission, rule->pattern, NULL };
  g_autofree char  *name = g_strdup_printf (_ ("Remove the rule for “%s %s”"),
                                           get_label (rule->permission),
                                           rule->pattern);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button),
                          RULE_KEY,
                          g_strdupv ((char **) key),
                          (GDestroyNotify) g_strfreev);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, 0);

  return button;
}

static GtkWidget *
new_line (ShipRuleList *self, const ShipRuleRow *rule)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *pattern = new_label (rule->pattern, "caption");

  gtk_widget_add_css_class (pattern, "monospace");
  gtk_box_append (GTK_BOX (texts), new_label (get_label (rule->permission), NULL));
  gtk_box_append (GTK_BOX (texts), pattern);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (line), texts);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i].action, rule->action))
      gtk_box_append (GTK_BOX (line), new_label (_ (actions[i].label), actions[i].css_class));
  gtk_box_append (GTK_BOX (line), new_remove_button (self, rule));

  return line;
}

static GStrv
describe (GPtrArray *rules)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < rules->len; i++)
    {
      const ShipRuleRow *rule = rules->pdata[i];
      g_autofree char   *text =
        g_strdup_printf ("%s %s %s", rule->permission, rule->action, rule->pattern);

      g_strv_builder_add (builder, text);
    }

  return g_strv_builder_end (builder);
}

/* They change seldom, and are few: then all lines are made anew. */
static void
snapshot_cb (GObject *object, GParamSpec *pspec, ShipRuleList *self)
{
  GPtrArray *rules = ship_session_handle_get_snapshot (self->handle)->rules;
  g_auto (GStrv) now = describe (rules);
  GtkWidget *line;

  if (self->shown != NULL &&
      g_strv_equal ((const char *const *) now, (const char *const *) self->shown))
    return;

  g_strfreev (self->shown);
  self->shown = g_steal_pointer (&now);
  while ((line = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), line);
  for (guint i = 0; i < rules->len; i++)
    gtk_box_append (GTK_BOX (self->box), new_line (self, rules->pdata[i]));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_EMPTY]);
}

/* --- the widget --- */

static void
ship_rule_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShipRuleList *self = SHIP_RULE_LIST (object);

  switch ((ShipRuleListProperty) id)
    {
    case PROP_IS_EMPTY:
      g_value_set_boolean (value, gtk_widget_get_first_child (self->box) == NULL);
      break;
    }
}

static void
ship_rule_list_dispose (GObject *object)
{
  ShipRuleList *self = SHIP_RULE_LIST (object);

  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);
  g_clear_object (&self->handle);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_rule_list_parent_class)->dispose (object);
}

static void
ship_rule_list_finalize (GObject *object)
{
  g_strfreev (SHIP_RULE_LIST (object)->shown);

  G_OBJECT_CLASS (ship_rule_list_parent_class)->finalize (object);
}

static void
ship_rule_list_class_init (ShipRuleListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_rule_list_get_property;
  object_class->dispose = ship_rule_list_dispose;
  object_class->finalize = ship_rule_list_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  properties[PROP_IS_EMPTY] =
    g_param_spec_boolean ("is-empty", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ship_rule_list_init (ShipRuleList *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_rule_list_new (ShipSessionHandle *handle)
{
  ShipRuleList *self = g_object_new (SHIP_TYPE_RULE_LIST, NULL);

  self->handle = g_object_ref (handle);
  g_signal_connect_object (handle, "notify::snapshot", G_CALLBACK (snapshot_cb), self, 0);

  return GTK_WIDGET (self);
}
