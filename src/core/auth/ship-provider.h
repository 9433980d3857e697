/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A model provider that is known without being told. Static, immutable; any thread. */
typedef struct
{
  const char *id;       /* "anthropic" */
  const char *name;     /* "Anthropic" */
  const char *base_uri; /* its own service, or where its server usually is on this machine */
  const char *credential_field;  /* (nullable): NULL: a server that needs no key */
  const char *credential_prefix; /* (nullable) */
  const char *variables[4];      /* of its key, in the order they are looked in, NULL-terminated */
  const char *base_variable;     /* (nullable): of its address, as its own clients know it */
  const char *version;           /* what such an address may end in: "/v1" */
  const char *check_path; /* (nullable): below the address, costs nothing, but needs the key */
} ShipProvider;

/* All of them, in the order they are shown. @n: (out) */
const ShipProvider *ship_provider_list (guint *n);
const ShipProvider *ship_provider_find (const char *id); /* (nullable) */

/* "llm/anthropic": under what its key is kept in the keyring. (transfer full) */
char *ship_provider_dup_keyring_name (const char *id);

/* Whether @text can be the id of a provider, known or not. */
gboolean ship_provider_is_id (const char *text);

/* Where requests with a key may go: https, or http on this machine; no user, query or fragment.
 * SHIP_AUTH_ERROR_INVALID with a sentence that does not repeat @base_uri. (transfer full) */
GUri    *ship_provider_parse_base_uri (const char *id, const char *base_uri, GError **error);
gboolean ship_provider_is_loopback (GUri *uri);

/* The id that was probably meant by @text. (nullable) */
const char *ship_provider_suggest (const char *text);

G_END_DECLS
