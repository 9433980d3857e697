/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

#include "sandbox/ship-sandbox-command.h"
#include "sandbox/ship-sandbox-error.h"

/* Commands as data, and what callers can do about errors. */

static void
test_build (void)
{
  g_autoptr (ShipSandboxCommand) command = ship_sandbox_command_new ("git", "log", "", NULL);

  ship_sandbox_command_add_arg (command, "--oneline");
  ship_sandbox_command_set_env (command, "A", "1");
  ship_sandbox_command_set_env (command, "AB", "2");
  ship_sandbox_command_set_env (command, "A", "3=4");
  g_assert_cmpuint (command->argv->len, ==, 4);
  g_assert_cmpstr (g_ptr_array_index (command->argv, 0), ==, "git");
  g_assert_cmpstr (g_ptr_array_index (command->argv, 2), ==, "");
  g_assert_cmpstr (g_ptr_array_index (command->argv, 3), ==, "--oneline");
  g_assert_cmpuint (command->env->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (command->env, 0), ==, "AB=2");
  g_assert_cmpstr (g_ptr_array_index (command->env, 1), ==, "A=3=4");
  g_assert_null (command->cwd);
  g_assert_false (command->use_pty);
}

static void
test_pty (void)
{
  g_autoptr (ShipSandboxCommand) command = ship_sandbox_command_new ("bash", NULL);

  ship_sandbox_command_set_pty (command, 24, 80);
  g_assert_true (command->use_pty);
  g_assert_cmpuint (command->rows, ==, 24);
  g_assert_cmpuint (command->columns, ==, 80);
}

static void
test_classify (void)
{
  static const struct
  {
    ShipSandboxError code;
    ShipErrorClass   expected;
  } cases[] = {
    { SHIP_SANDBOX_ERROR_FAILED, SHIP_ERROR_CLASS_PERSISTENT },
    { SHIP_SANDBOX_ERROR_UNAVAILABLE, SHIP_ERROR_CLASS_USER },
    { SHIP_SANDBOX_ERROR_GONE, SHIP_ERROR_CLASS_RETRY },
    { SHIP_SANDBOX_ERROR_REFUSED, SHIP_ERROR_CLASS_PERSISTENT },
    { SHIP_SANDBOX_ERROR_PROTOCOL, SHIP_ERROR_CLASS_BUG },
  };
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "c");
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "n");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (SHIP_SANDBOX_ERROR, cases[i].code, "e");

      g_assert_cmpint (ship_sandbox_error_classify (error), ==, cases[i].expected);
    }
  g_assert_cmpint (ship_sandbox_error_classify (cancelled), ==, SHIP_ERROR_CLASS_CANCELLED);
  g_assert_cmpint (ship_sandbox_error_classify (foreign), ==, SHIP_ERROR_CLASS_PERSISTENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command/build", test_build);
  g_test_add_func ("/command/pty", test_pty);
  g_test_add_func ("/command/classify", test_classify);

  return g_test_run ();
}
