/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/ship-sandbox-limits.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "sandbox/ship-sandbox-error.h"

/*
 * The limits of a sandbox: their names, what can be written for them, and how they are said.
 * Stateless; any thread.
 */

#define KIB (G_GUINT64_CONSTANT (1) << 10)
#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define TIB (G_GUINT64_CONSTANT (1) << 40)

/* What is left to the machine: half of its memory, but not more than agents usually need. */
#define MEMORY_PRESET_MAX (4 * GIB)
#define MEMORY_UNKNOWN    (2 * GIB)

/* clang-format off */
static const struct
{
  const char *name;
  const char *setting;
  gboolean    is_size;
  guint64     least;  /* below it no agent starts */
  guint64     most;
} table[SHIP_SANDBOX_N_LIMITS] = {
  [SHIP_SANDBOX_LIMIT_MEMORY]      = { "memory",      "sandbox-memory",      TRUE,  1 * GIB, 64 * TIB },
  [SHIP_SANDBOX_LIMIT_DISK]        = { "disk",        "sandbox-disk",        TRUE,  64 * MIB, 1024 * TIB },
  [SHIP_SANDBOX_LIMIT_FILE_SIZE]   = { "file-size",   "sandbox-file-size",   TRUE,  16 * MIB, 1024 * TIB },
  [SHIP_SANDBOX_LIMIT_PROCESSES]   = { "processes",   "sandbox-processes",   FALSE, 64,       65536 },
  [SHIP_SANDBOX_LIMIT_DESCRIPTORS] = { "descriptors", "sandbox-descriptors", FALSE, 256,      1048576 },
  [SHIP_SANDBOX_LIMIT_CPU_WEIGHT]  = { "cpu-weight",  "sandbox-cpu-weight",  FALSE, 1,        10000 },
};
/* clang-format on */

const char *
ship_sandbox_limit_get_name (ShipSandboxLimit limit)
{
  g_return_val_if_fail (limit < SHIP_SANDBOX_N_LIMITS, NULL);

  return table[limit].name;
}

int
ship_sandbox_limit_from_name (const char *name)
{
  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    if (g_strcmp0 (table[i].name, name) == 0)
      return i;
  return -1;
}

const char *
ship_sandbox_limit_get_setting (ShipSandboxLimit limit)
{
  g_return_val_if_fail (limit < SHIP_SANDBOX_N_LIMITS, NULL);

  return table[limit].setting;
}

gboolean
ship_sandbox_limit_is_size (ShipSandboxLimit limit)
{
  g_return_val_if_fail (limit < SHIP_SANDBOX_N_LIMITS, FALSE);

  return table[limit].is_size;
}

/* What stands after the number of a size; 0 if that is nothing we know. */
static guint64
get_unit (const char *text)
{
  static const struct
  {
    const char *letter;
    guint64     factor;
  } units[] = { { "", 1 }, { "k", KIB }, { "m", MIB }, { "g", GIB }, { "t", TIB } };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autofree char *with_byte = g_strconcat (units[i].letter, "b", NULL);
      g_autofree char *binary = g_strconcat (units[i].letter, "ib", NULL);

      if (g_ascii_strcasecmp (text, units[i].letter) == 0 ||
          g_ascii_strcasecmp (text, with_byte) == 0 ||
          (i > 0 && g_ascii_strcasecmp (text, binary) == 0))
        return units[i].factor;
    }

  return 0;
}

gboolean
ship_sandbox_limit_check (ShipSandboxLimit limit, guint64 value, GError **error)
{
  g_autofree char *least = NULL;
  g_autofree char *most = NULL;

  g_return_val_if_fail (limit < SHIP_SANDBOX_N_LIMITS, FALSE);

  if (value >= table[limit].least && value <= table[limit].most)
    return TRUE;

  least = ship_sandbox_limit_format (limit, table[limit].least);
  most = ship_sandbox_limit_format (limit, table[limit].most);
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_INVALID_ARGUMENT,
               _ ("The limit “%s” is between %s and %s"),
               table[limit].name,
               least,
               most);
  return FALSE;
}

gboolean
ship_sandbox_limit_parse (ShipSandboxLimit limit, const char *text, guint64 *value, GError **error)
{
  char   *rest = NULL;
  double  number = 0;
  guint64 unit;

  g_return_val_if_fail (limit < SHIP_SANDBOX_N_LIMITS && text != NULL, FALSE);

  if (g_ascii_isdigit (text[0]))
    number = g_ascii_strtod (text, &rest);
  while (rest != NULL && *rest == ' ')
    rest++;
  unit = rest != NULL ? get_unit (rest) : 0;
  if (!table[limit].is_size && unit != 1)
    unit = 0;
  if (unit == 0 || number * (double) unit >= 1e18)
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_INVALID_ARGUMENT,
                   table[limit].is_size
                     ? _ ("“%s” is not a size: write it as 512M, 6G or a number of bytes")
                     : _ ("“%s” is not a number"),
                   text);
      return FALSE;
    }

  *value = (guint64) (number * (double) unit);
  return ship_sandbox_limit_check (limit, *value, error);
}

char *
ship_sandbox_limit_format (ShipSandboxLimit limit, guint64 value)
{
  g_return_val_if_fail (limit < SHIP_SANDBOX_N_LIMITS, NULL);

  if (table[limit].is_size)
    return g_format_size_full (value, G_FORMAT_SIZE_IEC_UNITS);
  return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
}

guint64
ship_sandbox_limits_get_machine_memory (void)
{
  long pages = sysconf (_SC_PHYS_PAGES);
  long size = sysconf (_SC_PAGESIZE);

  return pages > 0 && size > 0 ? (guint64) pages * (guint64) size : 0;
}

void
ship_sandbox_limits_read (ShipSandboxLimits *self, GSettings *settings, guint64 machine_memory)
{
  for (guint i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    {
      guint64 value = g_settings_get_uint (settings, table[i].setting);

      if (table[i].is_size)
        value *= MIB;
      if (value == 0) /* only the memory's may be, by the schema */
        value = machine_memory > 0 ? MIN (machine_memory / 2, MEMORY_PRESET_MAX) : MEMORY_UNKNOWN;
      self->values[i] = CLAMP (value, table[i].least, table[i].most);
    }
}

void
ship_sandbox_limits_override (ShipSandboxLimits *self, const ShipSandboxLimits *own)
{
  for (guint i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    if (own->values[i] != 0)
      self->values[i] = own->values[i];
}

GError *
ship_sandbox_limits_new_error (const ShipSandboxLimits *self, ShipSandboxLimit hit, guint64 bound)
{
  g_autofree char *value = ship_sandbox_limit_format (hit, bound);

  if (hit == SHIP_SANDBOX_LIMIT_MEMORY)
    return g_error_new (SHIP_SANDBOX_ERROR,
                        SHIP_SANDBOX_ERROR_LIMIT,
                        _ ("The sandbox used more than %s of memory and was stopped"),
                        value);
  if (bound < self->values[hit])
    return g_error_new_literal (SHIP_SANDBOX_ERROR,
                                SHIP_SANDBOX_ERROR_LIMIT,
                                _ ("The disk is almost full, so the sandbox was stopped before "
                                   "anything is lost. Make room and go on"));
  return g_error_new (SHIP_SANDBOX_ERROR,
                      SHIP_SANDBOX_ERROR_LIMIT,
                      _ ("The sandbox wrote more than %s to the disk and was stopped"),
                      value);
}
