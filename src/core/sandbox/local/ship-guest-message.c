/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-guest-message.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "sandbox/ship-sandbox-error.h"
#include "sandbox/ship-sandbox.h"

/*
 * The host's side of the protocol with ship-guest, as bytes: no descriptor, no state. What is
 * parsed comes from inside a sandbox and is believed in nothing.
 */

#define ERRNO_MAX 4095

/* A sentence that is shown: text, one line. */
static gboolean
is_sentence (const char *text, gsize size)
{
  if (!g_utf8_validate (text, (gssize) size, NULL))
    return FALSE;

  for (const char *at = text; at < text + size; at = g_utf8_next_char (at))
    if (!g_unichar_isprint (g_utf8_get_char (at)))
      return FALSE;

  return TRUE;
}

static const char *
parse_ready (ShipGuestMessage *message, const ShipGuestHeader *header, const char *payload)
{
  if (header->id != 0 || header->detail != 0)
    return "a READY with more than it may say";
  if (header->value != SHIP_GUEST_PROTOCOL_VERSION)
    return "another version of the protocol";
  if (!is_sentence (payload, header->size))
    return "a READY that is not text";

  memcpy (message->sentence, payload, header->size);
  message->sentence[header->size] = '\0';
  return NULL;
}

const char *
ship_guest_message_parse (ShipGuestMessage *message, const void *data, gsize size, guint n_fds)
{
  ShipGuestHeader header;
  const char     *payload = (const char *) data + sizeof header;

  if (size < sizeof header || size > SHIP_GUEST_REPLY_MAX)
    return "a message of impossible size";
  memcpy (&header, data, sizeof header);
  if (header.size != size - sizeof header)
    return "a message that lies about its size";
  if (header.type != SHIP_GUEST_READY && (header.size != 0 || header.id == 0))
    return "a message with a payload or without an id";
  if (n_fds > (header.type == SHIP_GUEST_SPAWNED ? 1 : 0))
    return "descriptors that were not asked for";

  *message = (ShipGuestMessage){ .type = header.type,
                                 .id = header.id,
                                 .value = header.value,
                                 .detail = header.detail };

  switch (header.type)
    {
    case SHIP_GUEST_READY:
      return parse_ready (message, &header, payload);
    case SHIP_GUEST_SPAWNED:
      return header.value != 0 || header.detail != 0 ? "a SPAWNED with more than it may say" : NULL;
    case SHIP_GUEST_FAILED:
      if (header.detail < SHIP_GUEST_STAGE_PROCESS || header.detail > SHIP_GUEST_STAGE_PROGRAM ||
          header.value < 1 || header.value > ERRNO_MAX)
        return "a FAILED without a reason";
      return NULL;
    case SHIP_GUEST_EXITED:
      return header.detail != 0 ? "an EXITED with more than it may say" : NULL;
    default:
      return "a message of unknown kind";
    }
}

static GBytes *
new_message (ShipGuestHeader header, GByteArray *payload)
{
  GByteArray *bytes = g_byte_array_new ();

  header.size = payload != NULL ? payload->len : 0;
  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  if (payload != NULL)
    g_byte_array_append (bytes, payload->data, payload->len);

  return g_byte_array_free_to_bytes (bytes);
}

static void
add_string (GByteArray *payload, const char *text)
{
  g_byte_array_append (payload, (const guint8 *) text, strlen (text) + 1);
}

static gboolean
is_overridden (const ShipSandboxCommand *command, const char *entry)
{
  gsize length = (gsize) (strchr (entry, '=') - entry) + 1;

  for (guint i = 0; i < command->env->len; i++)
    if (strncmp (entry, g_ptr_array_index (command->env, i), length) == 0)
      return TRUE;

  return FALSE;
}

/* Returns: how many there are */
static guint
add_environment (GByteArray               *payload,
                 const ShipSandboxCommand *command,
                 const char *const        *environment)
{
  guint n = command->env->len;

  for (; *environment != NULL; environment++)
    if (!is_overridden (command, *environment))
      {
        add_string (payload, *environment);
        n++;
      }
  for (guint i = 0; i < command->env->len; i++)
    add_string (payload, g_ptr_array_index (command->env, i));

  return n;
}

GBytes *
ship_guest_message_new_spawn (guint32                   id,
                              const ShipSandboxCommand *command,
                              const char *const        *environment,
                              GError                  **error)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  ShipGuestHeader header = { .type = SHIP_GUEST_SPAWN, .id = id };
  ShipGuestSpawn  counts = { 0 };
  guint           n_env;

  g_byte_array_append (payload, (const guint8 *) &counts, sizeof counts);
  add_string (payload, command->cwd != NULL ? command->cwd : SHIP_SANDBOX_WORK_DIR);
  for (guint i = 0; i < command->argv->len; i++)
    add_string (payload, g_ptr_array_index (command->argv, i));
  n_env = add_environment (payload, command, environment);

  if (command->argv->len > SHIP_GUEST_ARGS_MAX || n_env > SHIP_GUEST_ENV_MAX ||
      payload->len > SHIP_GUEST_MESSAGE_MAX - sizeof header)
    {
      g_set_error_literal (error,
                           SHIP_SANDBOX_ERROR,
                           SHIP_SANDBOX_ERROR_REFUSED,
                           _ ("The command is too long for the sandbox"));
      return NULL;
    }

  counts.n_args = (guint16) command->argv->len;
  counts.n_env = (guint16) n_env;
  memcpy (payload->data, &counts, sizeof counts);
  if (command->use_pty)
    {
      header.detail = SHIP_GUEST_SPAWN_PTY;
      header.value = (gint32) ((guint32) command->rows << 16 | command->columns);
    }

  return new_message (header, payload);
}

GBytes *
ship_guest_message_new_signal (guint32 id, int signal)
{
  return new_message ((ShipGuestHeader){ .type = SHIP_GUEST_SIGNAL, .id = id, .value = signal },
                      NULL);
}

GBytes *
ship_guest_message_new_connect (guint16 port)
{
  return new_message ((ShipGuestHeader){ .type = SHIP_GUEST_CONNECT, .value = port }, NULL);
}
