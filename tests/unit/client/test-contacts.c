/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-settings.h"
#include "client-test.h"
#include "client/ship-contacts.h"
#include "net/ship-egress-policy.h"

/* What is said of a sandbox's contacts, and what allows them. */

static void
test_pattern (void)
{
  ShipContactRow   contact = { .host = (char *) "files.example.org", .port = 443 };
  g_autofree char *usual = ship_contact_dup_pattern (&contact);
  g_autofree char *other = NULL;

  contact.port = 8443;
  other = ship_contact_dup_pattern (&contact);
  g_assert_cmpstr (usual, ==, "files.example.org");
  g_assert_cmpstr (other, ==, "files.example.org:8443");
}

static void
test_words (void)
{
  g_assert_cmpstr (ship_contact_describe_verdict ("not-allowed"), ==, "refused: not allowed");
  g_assert_cmpstr (ship_contact_describe_verdict ("of-later-days"), ==, "of-later-days");
}

static void
test_allowed (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GSettings) settings = ship_settings_new (paths, NULL);
  g_autoptr (GError) error = NULL;
  ShipContactRow contact = { .host = (char *) "a.example.org",
                             .port = 443,
                             .verdict = (char *) "not-allowed" };
  ShipEgressRow  own = { .hosts = g_ptr_array_new () };
  g_auto (GStrv) hosts = NULL;

  g_settings_reset (settings, SHIP_SETTING_EGRESS_HOSTS);
  g_assert_true (ship_contact_can_be_allowed (&contact, &own, settings));
  g_ptr_array_add (own.hosts, (gpointer) "*.example.org");
  g_assert_false (ship_contact_can_be_allowed (&contact, &own, settings));
  g_ptr_array_set_size (own.hosts, 0);

  g_assert_false (ship_contacts_allow_always (settings, "no host", &error));
  g_assert_error (error, SHIP_EGRESS_ERROR, SHIP_EGRESS_ERROR_INVALID);
  g_clear_error (&error);
  for (int i = 0; i < 2; i++) /* the second time changes nothing */
    g_assert_true (ship_contacts_allow_always (settings, "A.Example.org", &error));
  hosts = g_settings_get_strv (settings, SHIP_SETTING_EGRESS_HOSTS);
  g_assert_cmpuint (g_strv_length (hosts), ==, 1);
  g_assert_cmpstr (hosts[0], ==, "a.example.org");
  g_assert_false (ship_contact_can_be_allowed (&contact, &own, settings));

  g_settings_reset (settings, SHIP_SETTING_EGRESS_HOSTS);
  contact.verdict = (char *) "private"; /* never allowed */
  g_assert_false (ship_contact_can_be_allowed (&contact, &own, settings));
  g_ptr_array_unref (own.hosts);
}

/* Refused and then allowed: it stands there once, as it was last. */
static void
test_latest (void)
{
  ShipContactRow reached = { .host = (char *) "a.example.org", .port = 443 };
  ShipContactRow refused = { .host = (char *) "a.example.org", .port = 80 };
  ShipContactRow other_port = { .host = (char *) "a.example.org", .port = 8443 };
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();
  g_autoptr (GPtrArray) latest = NULL;

  g_ptr_array_add (contacts, &reached);
  g_ptr_array_add (contacts, &other_port);
  g_ptr_array_add (contacts, &refused);
  latest = ship_contacts_list_latest (contacts);
  g_assert_cmpuint (latest->len, ==, 2);
  g_assert_true (latest->pdata[0] == &reached);
  g_assert_true (latest->pdata[1] == &other_port);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/contacts/pattern", test_pattern);
  g_test_add_func ("/client/contacts/words", test_words);
  g_test_add_func ("/client/contacts/allowed", test_allowed);
  g_test_add_func ("/client/contacts/latest", test_latest);

  return client_test_run ();
}
