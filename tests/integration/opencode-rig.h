/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/opencode/ship-opencode-agent.h"
#include "fake-llm.h"
#include "usage/ship-model-catalog.h"

G_BEGIN_DECLS

/*
 * The real OpenCode, outside of any sandbox but with a home and a repository of its own, and a
 * scripted model. It listens on a TCP port; a relay in this process gives the client the Unix
 * socket it would have in a session. One server serves all tests of a program; each test has a
 * client and a session of its own.
 */

#define GRANT        "grant-for-this-test-only"
#define PASSWORD     "password-for-this-test-only"
#define LOCAL_MODEL  "llama.cpp/qwen/qwen3-coder"
#define WAIT_SECONDS 90

typedef struct
{
  char              *root;        /* (owned): of everything below */
  char              *home;        /* (owned) */
  char              *work;        /* (owned): the repository */
  char              *socket;      /* (owned) */
  char              *program;     /* (owned): OpenCode */
  char              *models;      /* (owned): the catalogue's file */
  ShipModelCatalog  *catalog;     /* (owned) */
  FakeLlm           *llm;         /* (owned) */
  GSubprocess       *server;      /* (owned) (nullable) */
  GDataInputStream  *output;      /* (owned) (nullable): of the server */
  const char *const *permissions; /* (unowned) (nullable): of the servers to come */
  guint16            port;
  GSocketService    *relay;   /* (owned) (nullable) */
  GPtrArray         *relayed; /* (owned) (element-type GIOStream) */

  /* Of one test. */
  ShipAgent *agent;      /* (owned) */
  char      *session_id; /* (owned) */
  GPtrArray *events;     /* (owned) (element-type ShipAgentEvent) */
  gboolean   is_lost;
} OpencodeRig;

/* The next turn of the main loop, unless that takes for ever. */
void         opencode_rig_turn (void);
void         opencode_rig_write_file (const char *folder, const char *name, const char *content);
void         opencode_rig_assert_file (OpencodeRig *rig, const char *name, const char *content);
gboolean     opencode_rig_has_file (OpencodeRig *rig, const char *name);
void         opencode_rig_break_connections (OpencodeRig *rig);
void         opencode_rig_start_server (OpencodeRig *rig);
void         opencode_rig_kill_server (OpencodeRig *rig);
OpencodeRig *opencode_rig_new (const char *program, const char *models);
void         opencode_rig_free (OpencodeRig *rig);
void         opencode_rig_connect_agent (OpencodeRig *rig);
void         opencode_rig_open_session (OpencodeRig *rig);
void         opencode_rig_set_up (OpencodeRig *rig);
void         opencode_rig_tear_down (OpencodeRig *rig);
void
opencode_rig_send_prompt (OpencodeRig *rig, const char *model, const char *mode, const char *text);
ShipAgentEvent *opencode_rig_find_last (OpencodeRig *rig, ShipAgentEventKind kind);
ShipAgentEvent *opencode_rig_wait_for (OpencodeRig *rig, ShipAgentEventKind kind);
void            opencode_rig_wait_for_end (OpencodeRig *rig);
ShipAgentPart  *opencode_rig_find_tool (OpencodeRig *rig, const char *tool);
const char     *opencode_rig_find_text (OpencodeRig *rig);
gboolean        opencode_rig_has_kind (OpencodeRig *rig, ShipAgentEventKind kind);
void            opencode_rig_assert_all_known (OpencodeRig *rig);
double          opencode_rig_sum_costs (OpencodeRig *rig);

G_END_DECLS
