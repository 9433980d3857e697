/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/ship-store.h"

G_BEGIN_DECLS

/* The index's tables "draft" and "draft_file": what was written and not sent. Written by the window
 * alone. On the store's thread, inside a job. */
typedef struct
{
  char  *name;
  gint64 size; /* bytes */
  char  *file; /* its name below the directory of drafts */
} ShipDraftFileRow;

typedef struct
{
  char      *session; /* "": of one that is still to be made */
  char      *text;
  char      *mode;  /* (nullable): as the session */
  GPtrArray *files; /* (element-type ShipDraftFileRow): in their order */
  gint64     updated_at;
} ShipDraftRow;

/* Copies: (transfer full) */
ShipDraftFileRow *ship_draft_file_row_new (const char *name, gint64 size, const char *file);
void              ship_draft_file_row_free (ShipDraftFileRow *self);
/* With no text and no files. */
ShipDraftRow *ship_draft_row_new (const char *session);
ShipDraftRow *ship_draft_row_copy (const ShipDraftRow *self);
void          ship_draft_row_free (ShipDraftRow *self);
/* Nothing that would be missed. */
gboolean ship_draft_row_is_empty (const ShipDraftRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipDraftRow, ship_draft_row_free)

/* Puts @row in the place of its session's; an empty one is none. */
gboolean   ship_draft_table_put (sqlite3 *db, const ShipDraftRow *row, GError **error);
gboolean   ship_draft_table_delete (sqlite3 *db, const char *session, GError **error);
GPtrArray *ship_draft_table_list (sqlite3 *db, GError **error); /* (element-type ShipDraftRow) */

G_END_DECLS
