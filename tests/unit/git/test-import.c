/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <git2.h>
#include <string.h>

#include "git/ship-git-private.h"
#include "ship-git-fixture.h"
#include "ship-test.h"

/*
 * What comes out of a sandbox: an honest turn becomes a commit; whatever a hostile one sends, the
 * mirror stays as it was, byte for byte.
 */

#define BRANCH  "ship-test"
#define MISSING "abababababababababababababababababababab"

/* Objects as nobody's git would write them. */
typedef struct
{
  ShipGitFixture *fixture; /* (owned) */
  char           *dir;     /* (owned): a bare repository */
  git_repository *repository;
  git_odb        *odb;
  GString        *ids; /* (owned): what goes into the pack, one a line */
} Forge;

static git_oid
forge_put (Forge *self, git_object_t kind, const void *data, gsize length)
{
  git_oid id;
  char    hex[GIT_OID_HEXSZ + 1];

  g_assert_cmpint (git_odb_write (&id, self->odb, data, length, kind), ==, 0);
  g_string_append_printf (self->ids, "%s\n", git_oid_tostr (hex, sizeof hex, &id));
  return id;
}

static git_oid
forge_blob (Forge *self, const char *text)
{
  return forge_put (self, GIT_OBJECT_BLOB, text, strlen (text));
}

static void
add_entry (GByteArray *tree, const char *mode, const char *name, const git_oid *id)
{
  g_byte_array_append (tree, (const guint8 *) mode, (guint) strlen (mode));
  g_byte_array_append (tree, (const guint8 *) " ", 1);
  g_byte_array_append (tree, (const guint8 *) name, (guint) strlen (name) + 1);
  g_byte_array_append (tree, id->id, GIT_OID_RAWSZ);
}

/* @tree: (transfer full) */
static git_oid
forge_tree (Forge *self, GByteArray *tree)
{
  git_oid id = forge_put (self, GIT_OBJECT_TREE, tree->data, tree->len);

  g_byte_array_unref (tree);
  return id;
}

static git_oid
forge_tree_of_one (Forge *self, const char *mode, const char *name, const git_oid *id)
{
  GByteArray *tree = g_byte_array_new ();

  add_entry (tree, mode, name, id);
  return forge_tree (self, tree);
}

static void
forge_open (Forge *self)
{
  g_autoptr (GError) error = NULL;

  self->fixture = ship_git_fixture_new ();
  ship_git_fixture_update (self->fixture, self->fixture->base, &error);
  g_assert_no_error (error);
  self->dir = g_build_filename (self->fixture->root, "forge.git", NULL);
  g_assert_cmpint (git_repository_init (&self->repository, self->dir, TRUE), ==, 0);
  g_assert_cmpint (git_repository_odb (&self->odb, self->repository), ==, 0);
  self->ids = g_string_new (NULL);
}

static void
forge_close (Forge *self)
{
  git_odb_free (self->odb);
  git_repository_free (self->repository);
  g_string_free (self->ids, TRUE);
  g_free (self->dir);
  ship_git_fixture_free (self->fixture);
}

static GBytes *
forge_pack (Forge *self)
{
  const char *argv[] = { "git", "pack-objects", "--stdout", "-q", "--window=0", NULL };
  g_autoptr (GBytes) input = g_bytes_new (self->ids->str, self->ids->len);
  g_autofree char *error_text = NULL;
  GBytes          *pack = NULL;

  if (ship_git_fixture_run (argv, self->dir, NULL, input, &pack, &error_text) != 0)
    g_error ("pack-objects: %s", error_text);
  return pack;
}

/* @says: a part of the reason */
static void
assert_refused (Forge *self, const char *tree, GBytes *pack, const char *says)
{
  g_autofree char *before = ship_git_fixture_snapshot (self->fixture->mirror);
  g_autofree char *after = NULL;
  g_autofree char *commit = NULL;
  g_autoptr (GError) error = NULL;

  commit = ship_git_fixture_import (self->fixture, tree, pack, self->fixture->base, BRANCH, &error);
  g_assert_null (commit);
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_HOSTILE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
  g_assert_cmpint (ship_git_error_classify (error), ==, SHIP_ERROR_CLASS_PERSISTENT);
  after = ship_git_fixture_snapshot (self->fixture->mirror);
  g_assert_cmpstr (before, ==, after);
}

static void
assert_tree_refused (Forge *self, const git_oid *tree, const char *says)
{
  g_autofree char *hex = ship_git_id_to_string (tree);
  g_autoptr (GBytes) pack = forge_pack (self);

  assert_refused (self, hex, pack, says);
}

static void
test_hostile_names (void)
{
  static const struct
  {
    const char *name;
    const char *says;
  } cases[] = {
    { ".git", "own directory" },
    { ".GIT", "own directory" },
    { ".g\xe2\x80\x8cit", "own directory" },
    { "git~1", "own directory" },
    { ".git ", "own directory" },
    { ".git::$INDEX_ALLOCATION", "own directory" },
    { "a\\.git", "own directory" },
    { "..", "out of its folder" },
    { ".", "out of its folder" },
    { "", "without a name" },
    { "a/b", "slash" },
    { "a\nb", "control" },
    { "a\x1b[2J", "control" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Forge   forge = { 0 };
      git_oid blob;
      git_oid inner;
      git_oid tree;

      forge_open (&forge);
      blob = forge_blob (&forge, "#!/bin/sh\necho pwned\n");
      inner = forge_tree_of_one (&forge, "100755", "post-checkout", &blob);
      tree = forge_tree_of_one (&forge, "40000", cases[i].name, &inner);
      /* At the top, and further down. */
      assert_tree_refused (&forge, &tree, cases[i].says);
      tree = forge_tree_of_one (&forge, "40000", "sub", &tree);
      assert_tree_refused (&forge, &tree, cases[i].says);
      forge_close (&forge);
    }
}

static void
test_hostile_modes (void)
{
  static const struct
  {
    const char *mode;
    const char *says;
  } cases[] = {
    { "160000", "another repository" },
    { "100600", "unknown kind" },
    { "100664", "unknown kind" },
    { "104755", "unknown kind" },
    { "20666", "unknown kind" },
    { "0100644", "damaged" },
    { "", "damaged" },
    { "9", "damaged" },
    { "40000", "not what its folder says" },
    { "100644777777777777", "damaged" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Forge   forge = { 0 };
      git_oid blob;
      git_oid tree;

      forge_open (&forge);
      blob = forge_blob (&forge, "x");
      tree = forge_tree_of_one (&forge, cases[i].mode, "x", &blob);
      assert_tree_refused (&forge, &tree, cases[i].says);
      forge_close (&forge);
    }
}

static void
test_hostile_links (void)
{
  static const char *const names[] = { ".gitmodules",
                                       ".gitattributes",
                                       ".gitignore",
                                       ".GITMODULES",
                                       ".mailmap" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      Forge   forge = { 0 };
      git_oid blob;
      git_oid tree;

      forge_open (&forge);
      blob = forge_blob (&forge, "../../outside");
      tree = forge_tree_of_one (&forge, "120000", names[i], &blob);
      assert_tree_refused (&forge, &tree, "must not be a link");
      forge_close (&forge);
    }
}

static void
test_hostile_gitmodules (void)
{
  Forge   forge = { 0 };
  git_oid blob;
  git_oid tree;

  forge_open (&forge);
  blob = forge_blob (&forge, "[submodule \"m\"]\n path = m\n url = -u./.pwn.sh\n");
  tree = forge_tree_of_one (&forge, "100644", ".gitmodules", &blob);
  assert_tree_refused (&forge, &tree, "run a command");
  forge_close (&forge);
}

static void
test_hostile_shape (void)
{
  Forge       forge = { 0 };
  GByteArray *entries = g_byte_array_new ();
  git_oid     blob;
  git_oid     missing;
  git_oid     tree;

  forge_open (&forge);
  git_oid_fromstr (&missing, MISSING);
  blob = forge_blob (&forge, "x");
  tree = forge_tree_of_one (&forge, "100644", "x", &missing);
  assert_tree_refused (&forge, &tree, "missing");
  tree = forge_tree_of_one (&forge, "40000", "x", &missing);
  assert_tree_refused (&forge, &tree, "missing");
  assert_tree_refused (&forge, &missing, "not a folder");
  assert_tree_refused (&forge, &blob, "not a folder");
  tree = forge_tree_of_one (&forge, "100644", "x", &tree);
  assert_tree_refused (&forge, &tree, "not what its folder says");
  add_entry (entries, "100644", "x", &blob);
  add_entry (entries, "100644", "x", &blob);
  tree = forge_tree (&forge, g_byte_array_ref (entries));
  assert_tree_refused (&forge, &tree, "twice");
  g_byte_array_set_size (entries, 0);
  add_entry (entries, "100644", "y", &blob);
  add_entry (entries, "100644", "x", &blob);
  tree = forge_tree (&forge, g_byte_array_ref (entries));
  assert_tree_refused (&forge, &tree, "out of order");
  g_byte_array_set_size (entries, entries->len - 1);
  tree = forge_tree (&forge, entries);
  assert_tree_refused (&forge, &tree, "damaged");
  forge_close (&forge);
}

/* 300 folders in one another; and 40 levels with two references each, that are 2^40 entries to
 * whoever walks. */
static void
test_hostile_size (void)
{
  Forge   forge = { 0 };
  git_oid blob;
  git_oid tree;

  forge_open (&forge);
  blob = forge_blob (&forge, "x");
  tree = forge_tree_of_one (&forge, "100644", "x", &blob);
  for (guint i = 0; i < 300; i++)
    tree = forge_tree_of_one (&forge, "40000", "d", &tree);
  assert_tree_refused (&forge, &tree, "too deeply");
  forge_close (&forge);
}

static void
test_hostile_explosion (void)
{
  Forge   forge = { 0 };
  git_oid blob;
  git_oid tree;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("two million entries take ten minutes with the stack of each allocation kept; the "
               "plain build runs it");
  return;
#endif
  forge_open (&forge);
  blob = forge_blob (&forge, "x");
  tree = forge_tree_of_one (&forge, "100644", "x", &blob);
  for (guint level = 0; level < 7; level++)
    {
      GByteArray *entries = g_byte_array_new ();

      for (char name = 'a'; name <= 'j'; name++)
        add_entry (entries, "40000", (char[]){ name, '\0' }, &tree);
      tree = forge_tree (&forge, entries);
    }
  assert_tree_refused (&forge, &tree, "too many");
  forge_close (&forge);
}

static void
test_hostile_packs (void)
{
  Forge forge = { 0 };
  g_autoptr (GBytes) pack = NULL;
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (GBytes) garbage = NULL;
  g_autofree guint8 *bytes = g_malloc (100 * 1000);
  g_autofree char   *hex = NULL;
  git_oid            blob;
  git_oid            tree;
  gsize              length;
  const guint8      *data;

  forge_open (&forge);
  blob = forge_blob (&forge, "x");
  tree = forge_tree_of_one (&forge, "100644", "x", &blob);
  hex = ship_git_id_to_string (&tree);
  pack = forge_pack (&forge);
  for (gsize i = 0; i < 100 * 1000; i++)
    bytes[i] = (guint8) g_test_rand_int ();
  garbage = g_bytes_new (bytes, 100 * 1000);
  assert_refused (&forge, hex, garbage, "not a pack");
  memcpy (bytes, "PACK\0\0\0\2\0\0\0\7", 12);
  g_clear_pointer (&garbage, g_bytes_unref);
  garbage = g_bytes_new (bytes, 100 * 1000);
  assert_refused (&forge, hex, garbage, "refused");
  data = g_bytes_get_data (pack, &length);
  cut = g_bytes_new (data, length - 1);
  assert_refused (&forge, hex, cut, "damaged");
  /* The trailer, which only the indexer checks. */
  memcpy (bytes, data, length);
  bytes[length - 1] ^= 1;
  g_clear_pointer (&cut, g_bytes_unref);
  cut = g_bytes_new (bytes, length);
  assert_refused (&forge, hex, cut, "refused");
  assert_refused (&forge, "no tree", pack, "no tree");
  assert_refused (&forge, "../../../../../../../../../../etc/passwd", pack, "no tree");
  forge_close (&forge);
}

static void
test_hostile_strays (void)
{
  Forge            forge = { 0 };
  git_oid          blob;
  git_oid          tree;
  g_autofree char *text = NULL;

  forge_open (&forge);
  blob = forge_blob (&forge, "x");
  tree = forge_tree_of_one (&forge, "100644", "x", &blob);
  forge_blob (&forge, "nobody asked for this");
  assert_tree_refused (&forge, &tree, "does not belong");
  /* A commit, on top of that tree. */
  g_string_truncate (forge.ids, 0);
  forge_blob (&forge, "x");
  forge_tree_of_one (&forge, "100644", "x", &blob);
  text = g_strdup_printf (
    "tree %s\nparent %s\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nevil\n",
    git_oid_tostr_s (&tree),
    forge.fixture->base);
  forge_put (&forge, GIT_OBJECT_COMMIT, text, strlen (text));
  assert_tree_refused (&forge, &tree, "neither");
  forge_close (&forge);
}

static void
expect (char *text, const char *wanted)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static char *
import_work (ShipGitFixture *fixture, const char *work, const char *parent)
{
  g_autofree char *tree = NULL;
  g_autoptr (GBytes) pack = NULL;
  g_autoptr (GError) error = NULL;
  char *commit;

  ship_git_fixture_pack_tree (work, parent, &tree, &pack);
  commit = ship_git_fixture_import (fixture, tree, pack, parent, BRANCH, &error);
  g_assert_no_error (error);
  return commit;
}

/* A clone that stands for the sandbox's working copy, with the mirror's objects as its own. */
static char *
new_work (ShipGitFixture *fixture)
{
  g_autofree char *work = g_build_filename (fixture->root, "work", NULL);
  g_autofree char *objects = g_build_filename (fixture->mirror, "objects", NULL);
  g_autofree char *alternates = g_strconcat (objects, "\n", NULL);
  g_autofree char *cloned =
    ship_git_fixture_git (fixture->root, "clone", "-q", fixture->repo, "work", NULL);

  ship_git_fixture_write (work, ".git/objects/info/alternates", alternates);
  return g_steal_pointer (&work);
}

static void
test_honest (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *work = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *nothing = NULL;
  g_autofree char *message = NULL;

  g_assert_true (ship_git_fixture_update (fixture, fixture->base, NULL));
  work = new_work (fixture);
  ship_git_fixture_write (work, "src/new file.c", "int main (void);\n");
  ship_git_fixture_write (work, "src/a.c", "int a;\nint b;\nint c;\nint d;\nint e;\nint g;\n");
  first = import_work (fixture, work, fixture->base);
  expect (ship_git_fixture_git (fixture->mirror, "rev-parse", "refs/heads/" BRANCH, NULL), first);
  expect (ship_git_fixture_git (fixture->mirror, "rev-parse", "refs/heads/" BRANCH "^", NULL),
          fixture->base);
  expect (ship_git_fixture_git (fixture->mirror,
                                "show",
                                "-s",
                                "--format=%an <%ae> %cn <%ce>",
                                first,
                                NULL),
          "Ada Lovelace <ada@example.com> Ada Lovelace <ada@example.com>");
  message = ship_git_fixture_git (fixture->mirror, "show", "-s", "--format=%B", first, NULL);
  g_assert_cmpstr (message,
                   ==,
                   "Do the thing\n\nIn two paragraphs.\n\nCo-authored-by: Ship <ship@example.com>");
  /* The next turn builds on it, and reads its objects from the mirror. */
  ship_git_fixture_write (work, "src/b.c", "int bb;\n");
  second = import_work (fixture, work, first);
  expect (ship_git_fixture_git (fixture->mirror, "rev-parse", "refs/heads/" BRANCH "^", NULL),
          first);
  expect (ship_git_fixture_git (fixture->mirror, "diff", "--name-only", first, second, NULL),
          "src/b.c");
  nothing = import_work (fixture, work, second);
  g_assert_null (nothing);
  expect (ship_git_fixture_git (fixture->mirror,
                                "fsck",
                                "--strict",
                                "--no-progress",
                                "--no-dangling",
                                NULL),
          "");
}

/* Reverting a file to what it was long ago: the object is in the mirror, but not in the parent. */
static void
test_old_content (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *work = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_assert_true (ship_git_fixture_update (fixture, fixture->base, NULL));
  work = new_work (fixture);
  ship_git_fixture_write (work, "README", "other\n");
  first = import_work (fixture, work, fixture->base);
  ship_git_fixture_write (work, "README", "hello\n");
  second = import_work (fixture, work, first);
  g_assert_nonnull (second);
  expect (
    ship_git_fixture_git (fixture->mirror, "diff", "--name-only", fixture->base, second, NULL),
    "");
}

/* What the user's own commit holds is theirs: a submodule, an odd name, a link; only new ones are
 * refused. */
static void
test_users_own_oddities (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *work = NULL;
  g_autofree char *base = NULL;
  g_autofree char *commit = NULL;
  g_autofree char *output = ship_git_fixture_git (fixture->repo,
                                                  "update-index",
                                                  "--add",
                                                  "--cacheinfo",
                                                  "160000," MISSING ",sub",
                                                  NULL);
  g_autofree char *committed = NULL;
  g_autofree char *checked = NULL;

  ship_git_fixture_write (fixture->repo, "odd\nname", "1\n");
  g_free (ship_git_fixture_git (fixture->repo, "add", "odd\nname", NULL));
  committed = ship_git_fixture_git (fixture->repo, "commit", "-q", "-m", "odd", NULL);
  base = ship_git_fixture_git (fixture->repo, "rev-parse", "HEAD", NULL);
  g_assert_true (ship_git_fixture_update (fixture, base, NULL));
  work = new_work (fixture);
  ship_git_fixture_write (work, "odd\nname", "2\n");
  ship_git_fixture_write (work, "src/c.c", "int c;\n");
  commit = import_work (fixture, work, base);
  g_assert_nonnull (commit);
  checked = ship_git_fixture_git (fixture->mirror, "ls-tree", commit, "sub", NULL);
  g_assert_true (g_str_has_prefix (checked, "160000 commit " MISSING));
}

static void
assert_secret (ShipGitFixture *fixture, const char *work, const char *parent, const char *says)
{
  g_autofree char *tree = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GBytes) pack = NULL;
  g_autoptr (GError) error = NULL;

  ship_git_fixture_pack_tree (work, parent, &tree, &pack);
  before = ship_git_fixture_snapshot (fixture->mirror);
  g_assert_null (ship_git_fixture_import (fixture, tree, pack, parent, BRANCH, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_SECRET);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
  g_assert_null (strstr (error->message, "q7Zp2LmX9"));
  after = ship_git_fixture_snapshot (fixture->mirror);
  g_assert_cmpstr (before, ==, after);
}

static void
test_secrets (void)
{
  static const char secret[] = "# settings\nTOKEN=ghp_"
                               "q7Zp2LmX9cVt4BnK8sRdw1Yh5GfJ3uEo6TiP\n";
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *known = g_strconcat ("changed\n", secret, NULL);
  g_autofree char *fresh = g_strconcat ("another\n", secret, NULL);

  g_autofree char *work = NULL;
  g_autofree char *base = NULL;
  g_autofree char *commit = NULL;

  /* The user has committed one already, in a file of their own: changing that file is no news. */
  ship_git_fixture_write (fixture->repo, "fixtures/key", secret);
  base = ship_git_fixture_commit (fixture, "with a key");
  g_assert_true (ship_git_fixture_update (fixture, base, NULL));
  work = new_work (fixture);
  ship_git_fixture_write (work, "fixtures/key", known);
  ship_git_fixture_write (work, "copy/of/key", secret);
  commit = import_work (fixture, work, base);
  g_assert_nonnull (commit);
  ship_git_fixture_write (work, "deploy/config.env", fresh);
  assert_secret (fixture,
                 work,
                 commit,
                 "line 3 of “deploy/config.env” holds what looks like a GitHub token");
}

static void
test_conflict (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *work = NULL;
  g_autofree char *first = NULL;
  g_autofree char *tree = NULL;
  g_autoptr (GBytes) pack = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ship_git_fixture_update (fixture, fixture->base, NULL));
  work = new_work (fixture);
  ship_git_fixture_write (work, "x", "1\n");
  first = import_work (fixture, work, fixture->base);
  ship_git_fixture_write (work, "x", "2\n");
  ship_git_fixture_pack_tree (work, fixture->base, &tree, &pack);
  g_assert_null (ship_git_fixture_import (fixture, tree, pack, fixture->base, BRANCH, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_CONFLICT);
  expect (ship_git_fixture_git (fixture->mirror, "rev-parse", "refs/heads/" BRANCH, NULL), first);
}

static void
test_bad_arguments (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *work = NULL;
  g_autofree char *tree = NULL;
  g_autoptr (GBytes) pack = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  ShipGitImport import = { .mirror_path = fixture->mirror,
                           .branch = BRANCH,
                           .message = "m",
                           .user_name = "" };

  g_assert_true (ship_git_fixture_update (fixture, fixture->base, NULL));
  work = new_work (fixture);
  ship_git_fixture_write (work, "x", "1\n");
  ship_git_fixture_pack_tree (work, fixture->base, &tree, &pack);
  g_assert_null (ship_git_fixture_import (fixture, tree, pack, MISSING, BRANCH, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (ship_git_fixture_import (fixture, tree, pack, fixture->base, "../config", &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_FAILED);
  g_clear_error (&error);
  import.tree = tree;
  import.pack = pack;
  import.parent = fixture->base;
  ship_git_mirror_import_async (&import, NULL, ship_test_keep_result, &result);
  g_assert_null (ship_git_mirror_import_finish (ship_test_await (&result), &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NO_IDENTITY);
  g_assert_cmpint (ship_git_error_classify (error), ==, SHIP_ERROR_CLASS_USER);
}

static void
test_cancelled (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *work = NULL;
  g_autofree char *tree = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GBytes) pack = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  ShipGitImport import = { .mirror_path = fixture->mirror,
                           .branch = BRANCH,
                           .message = "m",
                           .user_name = "A",
                           .user_email = "a@b" };

  g_assert_true (ship_git_fixture_update (fixture, fixture->base, NULL));
  work = new_work (fixture);
  ship_git_fixture_write (work, "x", "1\n");
  ship_git_fixture_pack_tree (work, fixture->base, &tree, &pack);
  before = ship_git_fixture_snapshot (fixture->mirror);
  import.tree = tree;
  import.pack = pack;
  import.parent = fixture->base;
  g_cancellable_cancel (cancellable);
  ship_git_mirror_import_async (&import, cancellable, ship_test_keep_result, &result);
  g_assert_null (ship_git_mirror_import_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (ship_git_error_classify (error), ==, SHIP_ERROR_CLASS_CANCELLED);
  after = ship_git_fixture_snapshot (fixture->mirror);
  g_assert_cmpstr (before, ==, after);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ship_git_fixture_init ();
  git_libgit2_init ();
  g_test_add_func ("/git/import/honest", test_honest);
  g_test_add_func ("/git/import/old-content", test_old_content);
  g_test_add_func ("/git/import/users-own-oddities", test_users_own_oddities);
  g_test_add_func ("/git/import/hostile-names", test_hostile_names);
  g_test_add_func ("/git/import/hostile-modes", test_hostile_modes);
  g_test_add_func ("/git/import/hostile-links", test_hostile_links);
  g_test_add_func ("/git/import/hostile-gitmodules", test_hostile_gitmodules);
  g_test_add_func ("/git/import/hostile-shape", test_hostile_shape);
  g_test_add_func ("/git/import/hostile-size", test_hostile_size);
  g_test_add_func ("/git/import/hostile-explosion", test_hostile_explosion);
  g_test_add_func ("/git/import/hostile-packs", test_hostile_packs);
  g_test_add_func ("/git/import/hostile-strays", test_hostile_strays);
  g_test_add_func ("/git/import/secrets", test_secrets);
  g_test_add_func ("/git/import/conflict", test_conflict);
  g_test_add_func ("/git/import/bad-arguments", test_bad_arguments);
  g_test_add_func ("/git/import/cancelled", test_cancelled);
  return g_test_run ();
}
