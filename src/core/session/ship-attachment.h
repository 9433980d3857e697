/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "session/ship-session-rows.h"

G_BEGIN_DECLS

/*
 * A file that goes with a prompt. Its kind is decided by its content, never by its name or by what
 * the sender calls it. Values; any thread but where the name says otherwise.
 */
#define SHIP_ATTACHMENT_MAX_BYTES     (10 * 1024 * 1024) /* of one */
#define SHIP_ATTACHMENT_MAX_ALL_BYTES (30 * 1024 * 1024) /* of those that go with one prompt */
#define SHIP_ATTACHMENT_MAX_N         20
#define SHIP_ATTACHMENTS_TYPE         "a(ssay)"

typedef enum
{
  SHIP_ATTACHMENT_IMAGE, /* PNG, JPEG, GIF or WebP: the model sees it */
  SHIP_ATTACHMENT_TEXT,  /* short enough to be read into the prompt */
  SHIP_ATTACHMENT_FILE,  /* the agent gets it as a file */
} ShipAttachmentKind;

typedef struct
{
  char   *name;    /* (owned): a plain file name */
  char   *mime;    /* (owned): says the kind, see ship_attachment_kind_from_mime() */
  GBytes *content; /* (owned) */
  char   *digest;  /* (owned): SHA-256, hexadecimal */
} ShipAttachment;

ShipAttachment *ship_attachment_new (const char *name, const char *mime, GBytes *content);
void            ship_attachment_free (ShipAttachment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipAttachment, ship_attachment_free)

ShipAttachmentKind ship_attachment_kind_from_mime (const char *mime);

/* @variant: of SHIP_ATTACHMENTS_TYPE. (transfer full) (element-type ShipAttachment): names made
 * different from each other. SHIP_SESSION_ERROR_INVALID with a sentence that names the limit. */
GPtrArray *ship_attachments_new_from_variant (GVariant *variant, GError **error);

/* Below @session_dir, under its digest, for nobody but the user; on disk when it returns. On the
 * store's thread: it waits for the disk. */
gboolean
ship_attachment_write_thread (ShipAttachment *self, const char *session_dir, GError **error);
/* The content of what @row says, checked against its digest. On the store's thread. */
GBytes *
ship_attachment_read_thread (const ShipAttachmentRow *row, const char *session_dir, GError **error);

G_END_DECLS
