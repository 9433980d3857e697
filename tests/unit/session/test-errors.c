/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/ship-agent-error.h"
#include "auth/ship-keyring.h"
#include "base/ship-json.h"
#include "git/ship-git-error.h"
#include "net/ship-http-client.h"
#include "process/ship-process.h"
#include "sandbox/ship-sandbox-error.h"
#include "session/ship-session-error.h"
#include "store/ship-store.h"

/* What every error that can reach a session is to the user. One letter for each code, in order: t
 * transient, u user-action, p persistent, f fatal. */

typedef struct
{
  GQuark (*domain) (void);
  const char *letters;
} Domain;

/* clang-format off */
static const Domain domains[] = {
  { ship_session_error_quark, "fppptu" "ttuupf" }, /* and the faults by their class */
  { ship_agent_error_quark,   "pttptppt" },
  { ship_sandbox_error_quark, "putpf" },
  { ship_git_error_quark,     "puuupuupuu" },
  { ship_store_error_quark,   "fufuutf" },
  { ship_auth_error_quark,    "ppuu" },
  { ship_http_error_quark,    "pttp" },
  { ship_json_error_quark,    "pppp" },
  { ship_process_error_quark, "pp" },
};
/* clang-format on */

static char
classify (GQuark domain, int code)
{
  /* The words say the opposite of everything: only domain and code count. */
  g_autoptr (GError) error =
    g_error_new_literal (domain, code, "429 rate limit, permission denied, not found, cancelled");

  return ship_error_class_to_category (ship_session_error_classify (error))[0];
}

static void
test_every_code (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    for (int code = 0; domains[i].letters[code] != '\0'; code++)
      {
        char letter = classify (domains[i].domain (), code);

        if (letter != domains[i].letters[code])
          g_error ("%s %d is %c", g_quark_to_string (domains[i].domain ()), code, letter);
      }
}

/* The table above has them all: whoever adds a code has to say here what it is. */
static void
test_table_is_whole (void)
{
  static const int last[] = { SHIP_SESSION_ERROR_FAULT + SHIP_ERROR_CLASS_BUG,
                              SHIP_AGENT_ERROR_SILENT,
                              SHIP_SANDBOX_ERROR_PROTOCOL,
                              SHIP_GIT_ERROR_AUTH,
                              SHIP_STORE_ERROR_CLOSED,
                              SHIP_AUTH_ERROR_NO_KEY,
                              SHIP_HTTP_ERROR_TOO_LARGE,
                              SHIP_JSON_ERROR_TYPE,
                              SHIP_PROCESS_ERROR_NOT_FOUND };

  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    g_assert_cmpint ((int) strlen (domains[i].letters), ==, last[i] + 1);
}

static void
test_system (void)
{
  g_assert_cmpint (classify (G_IO_ERROR, G_IO_ERROR_CANCELLED), ==, 'c');
  g_assert_cmpint (classify (G_IO_ERROR, G_IO_ERROR_NO_SPACE), ==, 'u');
  g_assert_cmpint (classify (G_IO_ERROR, G_IO_ERROR_READ_ONLY), ==, 'u');
  g_assert_cmpint (classify (G_IO_ERROR, G_IO_ERROR_TIMED_OUT), ==, 't');
  g_assert_cmpint (classify (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED), ==, 't');
  g_assert_cmpint (classify (G_IO_ERROR, G_IO_ERROR_NOT_FOUND), ==, 'p');
  g_assert_cmpint (classify (G_FILE_ERROR, G_FILE_ERROR_NOSPC), ==, 'u');
  g_assert_cmpint (classify (G_FILE_ERROR, G_FILE_ERROR_AGAIN), ==, 't');
  g_assert_cmpint (classify (G_FILE_ERROR, G_FILE_ERROR_NOENT), ==, 'p');
  g_assert_cmpint (classify (g_quark_from_static_string ("somebody-elses"), 1), ==, 'p');
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/errors/every-code", test_every_code);
  g_test_add_func ("/session/errors/table-is-whole", test_table_is_whole);
  g_test_add_func ("/session/errors/system", test_system);
  return g_test_run ();
}
