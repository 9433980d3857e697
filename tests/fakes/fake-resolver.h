/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A resolver that knows what a test told it, and nothing else: another name is not found. */
#define FAKE_TYPE_RESOLVER (fake_resolver_get_type ())
G_DECLARE_FINAL_TYPE (FakeResolver, fake_resolver, FAKE, RESOLVER, GResolver)

FakeResolver *fake_resolver_new (void);
/* @name leads to @address as well. */
void fake_resolver_add (FakeResolver *self, const char *name, const char *address);
/* After it was asked for once, @name leads to @address alone. */
void  fake_resolver_move (FakeResolver *self, const char *name, const char *address);
guint fake_resolver_get_n_lookups (FakeResolver *self);

G_END_DECLS
