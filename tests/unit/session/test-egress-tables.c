/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-egress-tables.h"

/* What a session remembers of the world outside, over a database in memory. */

typedef struct
{
  sqlite3 *db;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) migrations = ship_session_tables_dup_migrations ();

  g_assert_cmpint (sqlite3_open (":memory:", &self->db), ==, SQLITE_OK);
  for (guint i = 0; migrations[i] != NULL; i++)
    g_assert_cmpint (sqlite3_exec (self->db, migrations[i], NULL, NULL, NULL), ==, SQLITE_OK);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (sqlite3_close (self->db), ==, SQLITE_OK);
}

static gint64
add (Fixture    *self,
     const char *host,
     guint       port,
     const char *verdict,
     gint64      count,
     guint64     n_up,
     gint64      at)
{
  const ShipContactRow contact = { .host = (char *) host,
                                   .port = port,
                                   .verdict = (char *) verdict,
                                   .count = count,
                                   .n_up = n_up,
                                   .n_down = 2 * n_up,
                                   .first_at = at,
                                   .last_at = at };
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  g_assert_true (ship_contact_table_add (self->db, &contact, &id, &error));
  g_assert_no_error (error);
  return id;
}

static void
check (GPtrArray  *contacts,
       guint       at,
       const char *host,
       const char *verdict,
       gint64      count,
       guint64     n_up)
{
  const ShipContactRow *contact = g_ptr_array_index (contacts, at);

  g_assert_cmpstr (contact->host, ==, host);
  g_assert_cmpstr (contact->verdict, ==, verdict);
  g_assert_cmpint (contact->count, ==, count);
  g_assert_cmpuint (contact->n_up, ==, n_up);
  g_assert_cmpuint (contact->n_down, ==, 2 * n_up);
}

/* One row for a host, a port and what became of it; the latest first. */
static void
test_contacts (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) contacts = NULL;
  gint64 first = add (self, "a.test", 443, "connected", 1, 0, 10);

  g_assert_cmpint (add (self, "b.test", 443, "not-allowed", 1, 0, 20), !=, first);
  g_assert_cmpint (add (self, "a.test", 80, "connected", 1, 7, 30), !=, first);
  g_assert_cmpint (add (self, "a.test", 443, "private", 1, 0, 40), !=, first);
  g_assert_cmpint (add (self, "a.test", 443, "connected", 0, 100, 50), ==, first);
  g_assert_cmpint (add (self, "a.test", 443, "connected", 1, 1, 60), ==, first);

  contacts = ship_contact_table_list (self->db, NULL);
  g_assert_cmpuint (contacts->len, ==, 4);
  check (contacts, 0, "a.test", "connected", 2, 101);
  check (contacts, 1, "a.test", "private", 1, 0);
  check (contacts, 2, "a.test", "connected", 1, 7);
  check (contacts, 3, "b.test", "not-allowed", 1, 0);
  g_assert_cmpint (((ShipContactRow *) contacts->pdata[0])->first_at, ==, 10);
  g_assert_cmpint (((ShipContactRow *) contacts->pdata[0])->last_at, ==, 60);
}

static void
test_mode (Fixture *self, gconstpointer data)
{
  static const char *const modes[] = { NULL, "open", "offline", NULL, NULL, "allowlist" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (ShipEgressRow) row = NULL;

      g_assert_true (ship_egress_table_set_mode (self->db, modes[i], NULL));
      row = ship_egress_table_load (self->db, NULL);
      g_assert_cmpstr (row->mode, ==, modes[i]);
      g_assert_cmpuint (row->hosts->len, ==, 0);
    }
}

/* Allowed twice is allowed once, forbidden what is not allowed is nothing; in the order of the
 * decisions. */
static void
test_hosts (Fixture *self, gconstpointer data)
{
  g_autoptr (ShipEgressRow) row = NULL;

  g_assert_true (ship_egress_table_allow (self->db, "z.test", 1, NULL));
  g_assert_true (ship_egress_table_allow (self->db, "*.a.test:8443", 2, NULL));
  g_assert_true (
    ship_egress_table_allow (self->db, "m.test'; DROP TABLE egress_host; --", 3, NULL));
  g_assert_true (ship_egress_table_allow (self->db, "z.test", 4, NULL));
  g_assert_true (ship_egress_table_allow (self->db, "gone.test", 5, NULL));
  g_assert_true (ship_egress_table_forbid (self->db, "gone.test", NULL));
  g_assert_true (ship_egress_table_forbid (self->db, "never.test", NULL));
  row = ship_egress_table_load (self->db, NULL);
  g_assert_cmpuint (row->hosts->len, ==, 3);
  g_assert_cmpstr (row->hosts->pdata[0], ==, "z.test");
  g_assert_cmpstr (row->hosts->pdata[1], ==, "*.a.test:8443");
  g_assert_true (g_str_has_prefix (row->hosts->pdata[2], "m.test'"));
}

static void
test_no_tables (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sqlite3_exec (self->db, "DROP TABLE egress_host", NULL, NULL, NULL),
                   ==,
                   SQLITE_OK);
  g_assert_null (ship_egress_table_load (self->db, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (ship_egress_table_allow (self->db, "a.test", 1, &error));
  g_assert_nonnull (error);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/egress-tables/contacts", test_contacts);
  ADD ("/egress-tables/mode", test_mode);
  ADD ("/egress-tables/hosts", test_hosts);
  ADD ("/egress-tables/no-tables", test_no_tables);
  return g_test_run ();
}
