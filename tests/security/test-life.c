/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-fixture.h"

static void
test_id (void)
{
  SandboxFixture   fixture;
  g_autofree char *text = NULL;

  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox_fixture_start (&fixture);
  text = sandbox_fixture_run (&fixture, "id; env; ls -l /proc/self/fd");
  g_print ("%s\n", text);
  sandbox_fixture_tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/life/id", test_id);
  return g_test_run ();
}
