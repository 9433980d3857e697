/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "outside.h"

#include <string.h>

/*
 * The tools of a developer in a sandbox whose hosts are allowed one by one: they fetch from where
 * this machine's do, and what they may not reach they say.
 */

#define WORD   "tiny-package-speaks"
#define SECRET "canary-in-a-registry"

static const char java[] =
  "import java.io.*;\n"
  "import java.net.*;\n"
  "import java.security.*;\n"
  "import java.security.cert.*;\n"
  "import javax.net.ssl.*;\n"
  "class Reach {\n"
  "  public static void main (String[] args) throws Exception {\n"
  "    var store = KeyStore.getInstance (\"PKCS12\");\n"
  "    store.load (null, null);\n"
  "    store.setCertificateEntry (\"a\", CertificateFactory.getInstance (\"X.509\")\n"
  "      .generateCertificate (new FileInputStream (\"/work/ca.pem\")));\n"
  "    var trust = TrustManagerFactory.getInstance (TrustManagerFactory.getDefaultAlgorithm ());\n"
  "    trust.init (store);\n"
  "    var context = SSLContext.getInstance (\"TLS\");\n"
  "    context.init (null, trust.getTrustManagers (), null);\n"
  "    HttpsURLConnection.setDefaultSSLSocketFactory (context.getSocketFactory ());\n"
  "    var in = new URL (args[0]).openConnection (Proxy.NO_PROXY).getInputStream ();\n"
  "    System.out.println (new String (in.readAllBytes ()));\n"
  "  }\n"
  "}\n";

/* A machine whose tools fetch from elsewhere, some of them with a password. (npm tells nobody of an
 * address with one.) */
static void
configure_tools (const char *root)
{
  g_autofree char *cargo = g_build_filename (root, "cargo", NULL);
  g_autofree char *file = g_build_filename (cargo, "config.toml", NULL);

  g_setenv ("npm_config_registry", "https://registry.test/npm/", TRUE);
  g_setenv ("PIP_INDEX_URL", "https://me:" SECRET "@registry.test/simple/", TRUE);
  g_setenv ("CARGO_HOME", cargo, TRUE);
  g_assert_no_errno (g_mkdir_with_parents (cargo, 0755));
  g_assert_true (g_file_set_contents (file,
                                      "[source.crates-io]\nreplace-with = \"mirror\"\n"
                                      "[source.mirror]\n"
                                      "registry = \"sparse+https://registry.test/crates/\"\n"
                                      "[registries.mirror]\ntoken = \"" SECRET "\"\n",
                                      -1,
                                      NULL));
}

static gboolean
again_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* They have been asked. */
static void
await_registries (void)
{
  g_autofree char *file =
    g_build_filename (g_getenv ("XDG_CACHE_HOME"), "ship", "registries", NULL);
  guint timer = g_timeout_add (100, again_cb, NULL);

  while (!g_file_test (file, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

static Outside *
make_outside (const char *name)
{
  Outside         *outside = outside_new (name);
  g_autofree char *script =
    g_test_build_filename (G_TEST_DIST, "integration", "make-packages.py", NULL);
  g_autofree char *www = g_build_filename (outside->e2e->root, "www", NULL);

  if (!g_file_test (www, G_FILE_TEST_IS_DIR))
    g_free (e2e_output (NULL, "python3", script, www, NULL));
  await_registries ();
  return outside;
}

static gboolean
is_inside (Outside *outside, const char *question)
{
  g_autofree char *command = g_strdup_printf ("%s >/dev/null 2>&1 && echo it-is-here", question);
  g_autofree char *told = outside_run (outside, command);

  return strstr (told, "it-is-here\\n") != NULL;
}

static void
test_git (void)
{
  g_autoptr (Outside) outside = make_outside ("git");

  outside_check (outside,
                 "GIT_SSL_CAINFO=/work/ca.pem git clone -q https://files.test/tiny.git 2>&1",
                 "response 403");
  /* curl says no more of it than git, but it has a place to put a sentence. */
  outside_check (outside, "curl -sS https://files.test/ 2>&1", "curl http://HOST/ says why");
  outside_check (outside,
                 "curl -sS http://files.test/",
                 "files.test: This sandbox may not reach that host");
  outside_allow (outside, "files.test", "session", TRUE);
  outside_check (outside,
                 "cd /tmp && GIT_SSL_CAINFO=/work/ca.pem git clone -q https://files.test/tiny.git "
                 "&& cat tiny/README",
                 WORD);
}

static void
test_npm (void)
{
  g_autoptr (Outside) outside = make_outside ("npm");
  g_autofree char *told = NULL;

  if (!is_inside (outside, "npm --version"))
    {
      g_test_skip ("There is no npm in /usr");
      return;
    }
  outside_check (
    outside,
    "cd /tmp && npm_config_cafile=/work/ca.pem npm install ship-tiny 2>&1 | tail -n 5; "
    "node -p 'require(\"ship-tiny\")'",
    WORD);
  told =
    outside_run (outside, "npm view --registry https://other.test/ ship-tiny 2>&1 | tail -n 5");
  g_assert_nonnull (strstr (told, "Host Not Allowed By Ship"));
  outside_check (outside, "cat ~/.npmrc", "registry=https://registry.test/npm/\\n");
}

static void
test_pip (void)
{
  g_autoptr (Outside) outside = make_outside ("pip");
  g_autofree char *told = NULL;

  if (!is_inside (outside, "python3 -m pip --version"))
    {
      g_test_skip ("There is no pip in /usr");
      return;
    }
  outside_check (
    outside,
    "cd /tmp && python3 -m pip --cert /work/ca.pem install -q --target t ship-tiny 2>&1 | "
    "tail -n 5; PYTHONPATH=t python3 -c 'import ship_tiny; print(ship_tiny.WORD)'",
    WORD);
  outside_check (
    outside,
    "python3 -m pip download --retries 1 -i https://other.test/ ship-tiny 2>&1 | head -n 3",
    "Host Not Allowed By Ship");
  told =
    outside_run (outside,
                 "cat ~/.npmrc ~/.config/pip/pip.conf ~/.cargo/config.toml; env | sort | tail");
  g_assert_nonnull (strstr (told, "index-url = https://registry.test/simple/\\n"));
  g_assert_null (strstr (told, SECRET));
}

/* cargo lies in its user's home: it is put into the sandbox's. */
static gboolean
bring_cargo (Outside *outside)
{
  g_autofree char *shim = g_find_program_in_path ("rustup");
  g_autofree char *cargo = NULL;
  g_autofree char *session = NULL;
  g_autofree char *target = NULL;

  if (is_inside (outside, "cargo --version"))
    return TRUE;
  cargo = shim != NULL ? e2e_output (NULL, "rustup", "which", "cargo", NULL)
                       : g_find_program_in_path ("cargo");
  if (cargo == NULL)
    return FALSE;
  session = ship_paths_dup_session_dir (outside->e2e->paths, outside->session->id);
  target = g_build_filename (session, "home", "cargo", NULL);
  g_free (e2e_output (NULL, "install", "-m", "0755", g_strstrip (cargo), target, NULL));
  return is_inside (outside, "~/cargo --version");
}

static void
test_cargo (void)
{
  g_autoptr (Outside) outside = make_outside ("cargo");

  if (!bring_cargo (outside))
    {
      g_test_skip ("There is no cargo that runs in a sandbox");
      return;
    }
  outside_check (
    outside,
    "mkdir -p /tmp/c/src && cd /tmp/c && touch src/lib.rs && printf "
    "'[package]\\nname = \"c\"\\nversion = \"1.0.0\"\\nedition = \"2018\"\\n"
    "[dependencies]\\nship-tiny = \"1\"\\n' > Cargo.toml && export PATH=$HOME:$PATH && "
    "CARGO_HTTP_CAINFO=/work/ca.pem cargo vendor -q --respect-source-config 2>&1 | tail -n 5; "
    "cat vendor/ship-tiny/src/lib.rs",
    WORD);
}

/* They know no proxy, or want none. */
static void
test_captured (void)
{
  g_autoptr (Outside) outside = make_outside ("captured");
  g_autofree char *session = ship_paths_dup_session_dir (outside->e2e->paths, outside->session->id);
  g_autofree char *file = NULL;

  outside_allow (outside, "files.test", "session", TRUE);
  outside_check (outside,
                 "python3 -c 'import socket; s = socket.create_connection((\"files.test\", 80)); "
                 "s.sendall(b\"GET / HTTP/1.1\\r\\nHost: files.test\\r\\n\\r\\n\"); "
                 "print(s.makefile().read())'",
                 "You reached files.test");
  if (!is_inside (outside, "java -version"))
    {
      g_test_skip ("There is no Java in /usr");
      return;
    }
  file = g_build_filename (session, "home", "Reach.java", NULL);
  g_assert_true (g_file_set_contents_full (file, java, -1, 0, 0644, NULL));
  outside_check (outside,
                 "unset JAVA_TOOL_OPTIONS; java ~/Reach.java https://files.test/ 2>&1 | tail -n 5",
                 "You reached files.test");
  outside_check (outside,
                 "unset JAVA_TOOL_OPTIONS; java ~/Reach.java https://other.test/ 2>&1 | head -n 2",
                 "access_denied");
}

int
main (int argc, char *argv[])
{
  g_autofree char *toolchains = g_build_filename (g_getenv ("HOME"), ".rustup", NULL);

  g_setenv ("RUSTUP_HOME", toolchains, FALSE); /* the home will be another */
  outside_init (&argc, &argv);
  configure_tools (g_getenv ("E2E_ROOT"));
  g_test_add_func ("/tools/git", test_git);
  g_test_add_func ("/tools/npm", test_npm);
  g_test_add_func ("/tools/pip", test_pip);
  g_test_add_func ("/tools/cargo", test_cargo);
  g_test_add_func ("/tools/captured", test_captured);
  return g_test_run ();
}
