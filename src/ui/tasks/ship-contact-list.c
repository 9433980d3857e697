/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tasks/ship-contact-list.h"

#include "base/ship-settings.h"
#include "client/ship-contacts.h"
#include "widgets/ship-say.h"

#include <glib/gi18n-lib.h>

#define AT_MOST     30
#define PATTERN_KEY "ship-pattern"
#define SCOPE_KEY   "ship-scope"
#define ALWAYS      "always"

struct _ShipContactList
{
  GtkWidget          parent_instance;
  ShipSessionHandle *handle;   /* (owned) */
  GSettings         *settings; /* (owned) */
  GtkWidget         *box;      /* (unowned): the only child */
  GHashTable        *once;     /* (owned) (element-type utf8): allowed until the session sleeps */
  GStrv              shown; /* (owned) (nullable): the lines as text, to see whether they changed */
};

typedef enum
{
  PROP_IS_EMPTY = 1,
} ShipContactListProperty;

static GParamSpec *properties[PROP_IS_EMPTY + 1];

G_DEFINE_FINAL_TYPE (ShipContactList, ship_contact_list, GTK_TYPE_WIDGET)

/* clang-format off */
static const struct { const char *scope; const char *label; const char *hint; } scopes[] = {
  { "once",    N_ ("Until It Sleeps"), N_ ("Forgotten when the session goes to sleep") },
  { "session", N_ ("In This Session"), N_ ("As long as there is this session") },
  { ALWAYS,    N_ ("Always"),          N_ ("In every session, by the preferences") },
};
/* clang-format on */

static void update (ShipContactList *self);

/* --- allowing --- */

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipContactList) self = SHIP_CONTACT_LIST (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    ship_say_error (GTK_WIDGET (self), error);
}

static void
call (ShipContactList *self, const char *pattern, const char *scope, gboolean is_allowed)
{
  ship_session_handle_call_async (self->handle,
                                  "AllowHost",
                                  g_variant_new ("(ssb)", pattern, scope, is_allowed),
                                  NULL,
                                  called_cb,
                                  g_object_ref (self));
}

static void
allow_cb (GtkButton *button, ShipContactList *self)
{
  g_autofree char *pattern = g_strdup (g_object_get_data (G_OBJECT (button), PATTERN_KEY));
  const char      *scope = g_object_get_data (G_OBJECT (button), SCOPE_KEY);
  g_autoptr (GError) error = NULL;

  gtk_popover_popdown (
    GTK_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_POPOVER)));
  if (!g_str_equal (scope, ALWAYS))
    call (self, pattern, scope, TRUE);
  else if (!ship_contacts_allow_always (self->settings, pattern, &error))
    ship_say_error (GTK_WIDGET (self), error);
  if (error == NULL && g_str_equal (scope, "once"))
    g_hash_table_add (self->once, g_steal_pointer (&pattern));
  update (self);
}

static void
remove_cb (GtkButton *button, ShipContactList *self)
{
  call (self, g_object_get_data (G_OBJECT (button), PATTERN_KEY), "session", FALSE);
}

/* --- lines --- */

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
new_line (const char *title, const char *subtitle, const char *css_class)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *below = new_label (subtitle, "caption");

  gtk_widget_add_css_class (below, css_class);
  gtk_box_append (GTK_BOX (texts), new_label (title, NULL));
  gtk_box_append (GTK_BOX (texts), below);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (line), texts);

  return line;
}

static void
name (GtkWidget *button, const char *format, const char *pattern)
{
  g_autoptr (GString) text = g_string_new (format);

  g_string_replace (text, "{}", pattern, 1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text->str,
                                  -1);
}

static GtkWidget *
new_allow_button (ShipContactList *self, const char *pattern)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *choices = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    {
      GtkWidget *choice = gtk_button_new_with_label (_ (scopes[i].label));

      gtk_widget_add_css_class (choice, "flat");
      gtk_widget_set_tooltip_text (choice, _ (scopes[i].hint));
      g_object_set_data_full (G_OBJECT (choice), PATTERN_KEY, g_strdup (pattern), g_free);
      g_object_set_data (G_OBJECT (choice), SCOPE_KEY, (gpointer) scopes[i].scope);
      g_signal_connect_object (choice, "clicked", G_CALLBACK (allow_cb), self, 0);
      gtk_box_append (GTK_BOX (choices), choice);
    }
  gtk_popover_set_child (GTK_POPOVER (popover), choices);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), _ ("Allow"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  /* TRANSLATORS: {} is a host */
  name (button, _ ("Allow “{}”"), pattern);

  return button;
}

static GtkWidget *
new_remove_button (ShipContactList *self, const char *pattern)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("No Longer Allow"));
  /* TRANSLATORS: {} is a host */
  name (button, _ ("No longer allow “{}”"), pattern);
  g_object_set_data_full (G_OBJECT (button), PATTERN_KEY, g_strdup (pattern), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, 0);

  return button;
}

static char *
describe (const ShipContactRow *contact)
{
  const char      *verdict = ship_contact_describe_verdict (contact->verdict);
  g_autofree char *up = g_format_size (contact->n_up);
  g_autofree char *down = g_format_size (contact->n_down);

  if (contact->n_up + contact->n_down == 0 && contact->count == 1)
    return g_strdup (verdict);
  if (contact->n_up + contact->n_down == 0)
    return g_strdup_printf ("%s ×%" G_GINT64_FORMAT, verdict, contact->count);

  return g_strdup_printf (_ ("%s ×%" G_GINT64_FORMAT " · %s out, %s in"),
                          verdict,
                          contact->count,
                          up,
                          down);
}

/* --- what is shown --- */

/* Refused, and not since. */
static gboolean
can_be_allowed (ShipContactList *self, const ShipContactRow *contact)
{
  g_autofree char *pattern = ship_contact_dup_pattern (contact);

  return !g_hash_table_contains (self->once, pattern) &&
         ship_contact_can_be_allowed (contact,
                                      ship_session_handle_get_snapshot (self->handle)->egress,
                                      self->settings);
}

static gboolean
was_refused (const ShipContactRow *contact)
{
  return g_str_equal (contact->verdict, "not-allowed");
}

static char *
describe_now (ShipContactList *self, const ShipContactRow *contact)
{
  if (was_refused (contact) && !can_be_allowed (self, contact))
    return g_strdup (_ ("allowed now"));

  return describe (contact);
}

/* What the session allows of its own, and what came of it. */
static char *
describe_own (const char *pattern, GPtrArray *contacts)
{
  for (guint i = 0; i < contacts->len; i++)
    {
      g_autofree char *of_contact = ship_contact_dup_pattern (contacts->pdata[i]);
      g_autofree char *text = NULL;

      if (!g_str_equal (of_contact, pattern) || was_refused (contacts->pdata[i]))
        continue;
      text = describe (contacts->pdata[i]);

      return g_strdup_printf ("%s · %s", _ ("Allowed in this session"), text);
    }

  return g_strdup (_ ("Allowed in this session"));
}

static void
add_contact (ShipContactList *self, const ShipContactRow *contact)
{
  g_autofree char *pattern = ship_contact_dup_pattern (contact);
  g_autofree char *text = describe_now (self, contact);
  gboolean         is_open = g_str_equal (contact->verdict, "connected") ||
                     (was_refused (contact) && !can_be_allowed (self, contact));
  GtkWidget *line = new_line (pattern, text, is_open ? "dim-label" : "warning");

  if (can_be_allowed (self, contact))
    gtk_box_append (GTK_BOX (line), new_allow_button (self, pattern));
  gtk_box_append (GTK_BOX (self->box), line);
}

static void
add_own (ShipContactList *self, const char *pattern, GPtrArray *contacts)
{
  g_autofree char *text = describe_own (pattern, contacts);
  GtkWidget       *line = new_line (pattern, text, "success");

  gtk_box_append (GTK_BOX (line), new_remove_button (self, pattern));
  gtk_box_append (GTK_BOX (self->box), line);
}

static gboolean
is_own (const ShipEgressRow *own, const ShipContactRow *contact)
{
  g_autofree char *pattern = ship_contact_dup_pattern (contact);

  return g_ptr_array_find_with_equal_func (own->hosts, pattern, g_str_equal, NULL);
}

/* (transfer container): the contacts that get a line of their own, the newest first */
static GPtrArray *
list_others (const ShipEgressRow *own, GPtrArray *contacts)
{
  GPtrArray *others = g_ptr_array_new ();

  for (guint i = 0; i < contacts->len && others->len < AT_MOST; i++)
    if (!is_own (own, contacts->pdata[i]))
      g_ptr_array_add (others, contacts->pdata[i]);

  return others;
}

static GStrv
list_lines (ShipContactList *self, GPtrArray *own, GPtrArray *contacts, GPtrArray *others)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < own->len; i++)
    {
      g_autofree char *text = describe_own (own->pdata[i], contacts);
      g_autofree char *line = g_strdup_printf ("%s %s", (char *) own->pdata[i], text);

      g_strv_builder_add (builder, line);
    }
  for (guint i = 0; i < others->len; i++)
    {
      const ShipContactRow *contact = others->pdata[i];
      g_autofree char      *text = describe_now (self, contact);
      g_autofree char      *line = g_strdup_printf ("%s:%u %s", contact->host, contact->port, text);

      g_strv_builder_add (builder, line);
    }

  return g_strv_builder_end (builder);
}

/* They are few, and change seldom: then all lines are made anew. */
static void
update (ShipContactList *self)
{
  const ShipSessionSnapshot *snapshot = ship_session_handle_get_snapshot (self->handle);
  g_autoptr (GPtrArray) contacts = NULL;
  g_autoptr (GPtrArray) others = NULL;
  g_auto (GStrv) now = NULL;
  GPtrArray *own;
  GtkWidget *line;

  if (snapshot == NULL)
    return;
  own = snapshot->egress->hosts;
  contacts = ship_contacts_list_latest (snapshot->contacts);
  others = list_others (snapshot->egress, contacts);
  now = list_lines (self, own, contacts, others);
  if (self->shown != NULL &&
      g_strv_equal ((const char *const *) now, (const char *const *) self->shown))
    return;

  g_strfreev (self->shown);
  self->shown = g_steal_pointer (&now);
  while ((line = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), line);
  for (guint i = 0; i < own->len; i++)
    add_own (self, own->pdata[i], contacts);
  for (guint i = 0; i < others->len; i++)
    add_contact (self, others->pdata[i]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_EMPTY]);
}

static void
changed_cb (ShipContactList *self)
{
  update (self);
}

static void
state_cb (ShipContactList *self)
{
  if (!ship_session_handle_is_live (self->handle))
    g_hash_table_remove_all (self->once);
  update (self);
}

/* --- the widget --- */

static void
ship_contact_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShipContactList *self = SHIP_CONTACT_LIST (object);

  switch ((ShipContactListProperty) id)
    {
    case PROP_IS_EMPTY:
      g_value_set_boolean (value, gtk_widget_get_first_child (self->box) == NULL);
      break;
    }
}

static void
ship_contact_list_dispose (GObject *object)
{
  ShipContactList *self = SHIP_CONTACT_LIST (object);

  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->handle);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_contact_list_parent_class)->dispose (object);
}

static void
ship_contact_list_finalize (GObject *object)
{
  ShipContactList *self = SHIP_CONTACT_LIST (object);

  g_strfreev (self->shown);
  g_hash_table_unref (self->once);

  G_OBJECT_CLASS (ship_contact_list_parent_class)->finalize (object);
}

static void
ship_contact_list_class_init (ShipContactListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_contact_list_get_property;
  object_class->dispose = ship_contact_list_dispose;
  object_class->finalize = ship_contact_list_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  properties[PROP_IS_EMPTY] =
    g_param_spec_boolean ("is-empty", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ship_contact_list_init (ShipContactList *self)
{
  self->once = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_contact_list_new (ShipSessionHandle *handle, GSettings *settings)
{
  ShipContactList *self = g_object_new (SHIP_TYPE_CONTACT_LIST, NULL);
  const char      *hosts = "changed::" SHIP_SETTING_EGRESS_HOSTS;

  self->handle = g_object_ref (handle);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (handle,
                           "notify::snapshot",
                           G_CALLBACK (changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (handle,
                           "notify::is-live",
                           G_CALLBACK (state_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, hosts, G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
