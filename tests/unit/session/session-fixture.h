/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "base/ship-secrets.h"
#include "fake-agent.h"
#include "session/ship-session.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/* A real session over a real store in a temporary directory, with a faked runtime and agent. */
#define SESSION_FIXTURE_ID "0123456789abcdef"

typedef struct
{
  char        *root;     /* (owned) */
  ShipPaths   *paths;    /* (owned) */
  ShipSecrets *secrets;  /* (owned) */
  GSettings   *settings; /* (owned) */
  FakeAgent   *agent;    /* (owned) */
  FakeRuntime *runtime;  /* (owned) */
  ShipSession *session;  /* (owned) (nullable) */
} SessionFixture;

void session_fixture_set_up (SessionFixture *f);
void session_fixture_tear_down (SessionFixture *f);
void session_fixture_open (SessionFixture *f);
void session_fixture_close (SessionFixture *f);
void session_fixture_run_on_store (SessionFixture *f, ShipStoreFunc func, gpointer data);
/* Waits for the agent's next call. */
void session_fixture_assert_call (SessionFixture *f, const char *expected);

G_END_DECLS
