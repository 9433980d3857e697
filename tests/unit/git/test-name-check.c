/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-name-check-private.h"

#include <string.h>

/* Which names may come out of a sandbox. */

static void
test_names (void)
{
  static const struct
  {
    const char      *name;
    ShipGitNameFault fault;
  } cases[] = {
    { "main.c", SHIP_GIT_NAME_OK },
    { ".gitignore", SHIP_GIT_NAME_OK },
    { ".gitattributes", SHIP_GIT_NAME_OK },
    { ".github", SHIP_GIT_NAME_OK },
    { ".gitx", SHIP_GIT_NAME_OK },
    { "git", SHIP_GIT_NAME_OK },
    { "x.git", SHIP_GIT_NAME_OK },
    { "git~2", SHIP_GIT_NAME_OK },
    { "...", SHIP_GIT_NAME_OK },
    { "a b", SHIP_GIT_NAME_OK },
    { "dev-disk\\x2d1.mount", SHIP_GIT_NAME_OK },
    { "größe.txt", SHIP_GIT_NAME_OK },
    { "\xff\xfe", SHIP_GIT_NAME_OK },
    { "", SHIP_GIT_NAME_EMPTY },
    { ".", SHIP_GIT_NAME_DOTS },
    { "..", SHIP_GIT_NAME_DOTS },
    { "..\\x", SHIP_GIT_NAME_DOTS },
    { "x\\..\\y", SHIP_GIT_NAME_DOTS },
    { "a/b", SHIP_GIT_NAME_SLASH },
    { "a\nb", SHIP_GIT_NAME_CONTROL },
    { "a\x1b[31m", SHIP_GIT_NAME_CONTROL },
    { "a\x7f", SHIP_GIT_NAME_CONTROL },
    { ".git", SHIP_GIT_NAME_DOT_GIT },
    { ".GIT", SHIP_GIT_NAME_DOT_GIT },
    { ".gIt", SHIP_GIT_NAME_DOT_GIT },
    { ".git.", SHIP_GIT_NAME_DOT_GIT },
    { ".git ", SHIP_GIT_NAME_DOT_GIT },
    { ".git . .", SHIP_GIT_NAME_DOT_GIT },
    { ".git:", SHIP_GIT_NAME_DOT_GIT },
    { ".git::$INDEX_ALLOCATION", SHIP_GIT_NAME_DOT_GIT },
    { ".git\\hooks", SHIP_GIT_NAME_DOT_GIT },
    { "a\\.git", SHIP_GIT_NAME_DOT_GIT },
    { "a\\GIT~1\\b", SHIP_GIT_NAME_DOT_GIT },
    { "git~1", SHIP_GIT_NAME_DOT_GIT },
    { "GIT~1", SHIP_GIT_NAME_DOT_GIT },
    { "git~1.", SHIP_GIT_NAME_DOT_GIT },
    { ".g\xe2\x80\x8cit", SHIP_GIT_NAME_DOT_GIT },
    { "\xe2\x80\xaa.git", SHIP_GIT_NAME_DOT_GIT },
    { ".git\xe2\x81\xaf", SHIP_GIT_NAME_DOT_GIT },
    { "\xef\xbb\xbf.GIT", SHIP_GIT_NAME_DOT_GIT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (ship_git_name_check (cases[i].name), ==, cases[i].fault);
    }
}

static void
test_special (void)
{
  g_assert_true (ship_git_name_is_special (".gitmodules"));
  g_assert_true (ship_git_name_is_special (".GitAttributes"));
  g_assert_true (ship_git_name_is_special (".gitignore"));
  g_assert_true (ship_git_name_is_special ("GITMOD~1"));
  g_assert_true (ship_git_name_is_special (".mailmap"));
  g_assert_false (ship_git_name_is_special ("gitignore"));
  g_assert_true (ship_git_name_is_gitmodules (".gitmodules "));
  g_assert_false (ship_git_name_is_gitmodules (".gitignore"));
}

static void
test_gitmodules (void)
{
  static const char *const good[] = {
    "",
    "[submodule \"lib/x\"]\n\tpath = lib/x\n\turl = https://example.com/x.git\n\tupdate = rebase\n",
    "[submodule \"x\"] path = x\nurl = ../x.git\n",
    "# url = -x\n",
  };
  static const char *const bad[] = {
    "[submodule \"x\"]\n\turl = -u./payload\n",
    "[submodule \"x\"]\n\turl=\"-u./payload\"\n",
    "[submodule \"x\"]\n\tpath = -x\n",
    "[submodule \"x\"]\n\tupdate = !sh -c id\n",
    "[submodule \"x\"]\n\tURL = ext::sh -c id\n",
    "[submodule \"x\"] url = -x\n",
    "[submodule \"../../hooks\"]\n\turl = https://example.com\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_false (ship_git_name_gitmodules_is_bad (good[i], strlen (good[i])));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i]);
      g_assert_true (ship_git_name_gitmodules_is_bad (bad[i], strlen (bad[i])));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/git/name-check/names", test_names);
  g_test_add_func ("/git/name-check/special", test_special);
  g_test_add_func ("/git/name-check/gitmodules", test_gitmodules);
  return g_test_run ();
}
