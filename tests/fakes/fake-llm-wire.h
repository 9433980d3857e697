/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How each protocol spells one answer. Used by fake-llm.c only. */
typedef enum
{
  FAKE_LLM_ANTHROPIC,
  FAKE_LLM_RESPONSES,
  FAKE_LLM_CHAT,
  FAKE_LLM_GEMINI,
} FakeLlmProtocol;

typedef struct
{
  char *name;      /* (owned) */
  char *arguments; /* (owned): JSON text */
} FakeLlmCall;

typedef struct
{
  guint      number;    /* of the answer: makes its ids unique */
  char      *model;     /* (owned) */
  char      *reasoning; /* (owned) (nullable) */
  char      *text;      /* (owned) (nullable) */
  GPtrArray *calls;     /* (owned) (element-type FakeLlmCall) */
  char      *finish;    /* (owned) (nullable): of OpenAI Chat */
  gint64     input;
  gint64     output;
  gint64     reasoning_tokens;
  gint64     cache_read;
  gint64     cache_write;
  gboolean   is_partial; /* it ends after the text */
} FakeLlmAnswer;

FakeLlmAnswer *fake_llm_answer_new (void);
void           fake_llm_answer_free (FakeLlmAnswer *self);
void fake_llm_answer_add_call (FakeLlmAnswer *self, const char *name, const char *arguments);

/* (transfer full) (element-type utf8): the pieces of the event stream */
GPtrArray *fake_llm_wire_render (FakeLlmProtocol protocol, const FakeLlmAnswer *answer);
/* (transfer full): the body of an HTTP error */
char *fake_llm_wire_render_error (FakeLlmProtocol protocol, guint status, const char *message);
/* (transfer full): @text as a JSON string, with its quotes */
char *fake_llm_wire_quote (const char *text);

G_END_DECLS
