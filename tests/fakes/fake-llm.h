/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A model provider on a free loopback port that answers a script. It speaks, by the path of the
 * request:
 *
 *   …/messages           Anthropic Messages
 *   …/responses          OpenAI Responses
 *   …/chat/completions   OpenAI Chat (and everything compatible with it)
 *   …:streamGenerateContent   Gemini
 *   GET …/models         the list of models
 *
 * Each request that offers tools takes the next step of the script, in the order the steps were
 * added; none left aborts the test. Requests without tools (titles, summaries of a compaction) take
 * none: they are answered with FAKE_LLM_ASIDE. Everything that came in is kept.
 *
 *   g_autoptr (FakeLlm) llm = fake_llm_new ();
 *   fake_llm_add_tool (llm, "write", "{\"filePath\":\"a.txt\",\"content\":\"hello\\n\"}");
 *   fake_llm_add_text (llm, "I wrote a.txt.");
 *   … base URI: fake_llm_get_base_uri (llm) + "/v1" …
 *   fake_llm_assert_exhausted (llm);
 */
#define FAKE_TYPE_LLM (fake_llm_get_type ())
G_DECLARE_FINAL_TYPE (FakeLlm, fake_llm, FAKE, LLM, GObject)

#define FAKE_LLM_ASIDE "A fake aside"

FakeLlm    *fake_llm_new (void);
const char *fake_llm_get_base_uri (FakeLlm *self); /* "http://127.0.0.1:PORT" */

/* Steps that are one thing. The usage of all: 100 tokens in, 10 out. */
void fake_llm_add_text (FakeLlm *self, const char *text);
/* @arguments: JSON text; it is sent as it stands, so it may be broken on purpose. */
void fake_llm_add_tool (FakeLlm *self, const char *tool, const char *arguments);
/* An HTTP error in the provider's shape. @headers: (nullable): name, value, …, NULL-terminated */
void
fake_llm_add_error (FakeLlm *self, guint status, const char *message, const char *const *headers);
/* What a proxy in between answers: @body as it is, of @content_type. */
void fake_llm_add_page (FakeLlm *self, guint status, const char *content_type, const char *body);
/* Takes the request and never answers. */
void fake_llm_add_hang (FakeLlm *self);

/* A step that is more: add it, then say what it has, in any order; a part of it that is not set is
 * left out. It is the script's. */
typedef struct _FakeLlmStep FakeLlmStep;

FakeLlmStep *fake_llm_add_step (FakeLlm *self);
void         fake_llm_step_set_reasoning (FakeLlmStep *step, const char *text);
void         fake_llm_step_set_text (FakeLlmStep *step, const char *text);
void         fake_llm_step_add_tool (FakeLlmStep *step, const char *tool, const char *arguments);
/* Counts that do not overlap, as in ShipUsage; each protocol gets them in its own arithmetic. */
void fake_llm_step_set_usage (FakeLlmStep *step,
                              gint64       input,
                              gint64       output,
                              gint64       reasoning,
                              gint64       cache_read,
                              gint64       cache_write);
/* In OpenAI Chat's words: "stop", "length", "tool_calls", "content_filter". */
void fake_llm_step_set_finish (FakeLlmStep *step, const char *finish);
/* A pause before each piece of the stream. */
void fake_llm_step_set_delay (FakeLlmStep *step, guint milliseconds);
/* The connection breaks after the text, before tools and usage. */
void fake_llm_step_set_cut (FakeLlmStep *step);
/* The stream stops after the text and stays open. */
void fake_llm_step_set_stall (FakeLlmStep *step);

guint fake_llm_get_n_left (FakeLlm *self);
void  fake_llm_assert_exhausted (FakeLlm *self);
/* For a test that ends the agent in the middle: the rest of the script is not wanted any more. */
void fake_llm_forget_script (FakeLlm *self);

/* Requests without tools are answered with this HTTP error from now on; 0: with FAKE_LLM_ASIDE. */
void fake_llm_fail_asides (FakeLlm *self, guint status);

/* Requests without tools are taken and never answered from now on; FALSE: as before. */
void fake_llm_hang_asides (FakeLlm *self, gboolean is_hanging);

/* What came in, oldest first. */
typedef struct
{
  char       *method;   /* (owned) */
  char       *path;     /* (owned): with the query */
  GHashTable *headers;  /* (owned) (element-type utf8 utf8): names in lower case */
  char       *body;     /* (owned) */
  gboolean    is_aside; /* took no step of the script */
} FakeLlmRequest;

GPtrArray *
fake_llm_get_requests (FakeLlm *self); /* (transfer none) (element-type FakeLlmRequest) */
/* The last request that took a step; aborts if there is none. */
const FakeLlmRequest *fake_llm_get_last_request (FakeLlm *self);
/* Whether @text stood anywhere in any request: its path, a header, its body. */
gboolean fake_llm_has_seen (FakeLlm *self, const char *text);

/* What GET …/models lists; "fake-1" unless set. NULL-terminated. */
void fake_llm_set_models (FakeLlm *self, const char *const *models);

G_END_DECLS
