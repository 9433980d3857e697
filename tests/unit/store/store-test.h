/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ship-test.h"
#include "store/ship-statement.h"
#include "store/ship-store.h"

/* What the tests of the store share: a directory with one database, and jobs on a table "event". */

typedef struct
{
  char *dir;  /* (owned) */
  char *path; /* (owned): of the database, which does not exist yet */
} Fixture;

void fixture_set_up (Fixture *fixture, gconstpointer data);
/* Fails if anything but the database is left: the last close removes the journal. */
void fixture_tear_down (Fixture *fixture, gconstpointer data);

#define add_test(path, func)                                                                       \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

/* Stores that know the first @n of the test migrations. */
ShipStore *store_new (Fixture *fixture, int n_migrations);
ShipStore *store_new_with (Fixture *fixture, const char *const *migrations);
void       store_close (ShipStore *store);

/* Queues a job and waits for it. */
gboolean store_run (ShipStore    *store,
                    ShipStoreFunc func,
                    gpointer      data,
                    GCancellable *cancellable,
                    GError      **error);
/* … with the expectation that it succeeds. */
void store_must (ShipStore *store, ShipStoreFunc func, gpointer data);

/* Jobs. */
gboolean job_insert (sqlite3 *db, gpointer body, GCancellable *cancellable, GError **error);
gboolean job_count (sqlite3 *db, gpointer number, GCancellable *cancellable, GError **error);
