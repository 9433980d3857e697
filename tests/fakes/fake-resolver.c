/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-resolver.h"

struct _FakeResolver
{
  GResolver   parent_instance;
  GHashTable *names; /* (owned) (element-type utf8 GPtrArray of addresses as text) */
  GHashTable *moves; /* (owned) (element-type utf8 utf8) */
  guint       n_lookups;
};

G_DEFINE_FINAL_TYPE (FakeResolver, fake_resolver, G_TYPE_RESOLVER)

static void
free_addresses (gpointer addresses)
{
  g_list_free_full (addresses, g_object_unref);
}

/* What it leads to from the next time on. */
static void
move (FakeResolver *self, const char *name)
{
  g_autofree char *address = g_strdup (g_hash_table_lookup (self->moves, name));

  if (address == NULL)
    return;
  g_hash_table_remove (self->moves, name);
  g_hash_table_remove (self->names, name);
  fake_resolver_add (self, name, address);
}

static void
lookup_async (GResolver               *resolver,
              const char              *name,
              GResolverNameLookupFlags flags,
              GCancellable            *cancellable,
              GAsyncReadyCallback      callback,
              gpointer                 user_data)
{
  FakeResolver *self = FAKE_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GPtrArray *texts = g_hash_table_lookup (self->names, name);
  GList     *addresses = NULL;

  self->n_lookups++;
  if (texts == NULL)
    {
      g_task_return_new_error (task,
                               G_RESOLVER_ERROR,
                               G_RESOLVER_ERROR_NOT_FOUND,
                               "There is no %s",
                               name);
      return;
    }
  for (guint i = 0; i < texts->len; i++)
    addresses = g_list_append (addresses, g_inet_address_new_from_string (texts->pdata[i]));
  move (self, name);
  g_task_return_pointer (task, addresses, free_addresses);
}

static void
lookup_plain_async (GResolver          *resolver,
                    const char         *name,
                    GCancellable       *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer            user_data)
{
  lookup_async (resolver, name, 0, cancellable, callback, user_data);
}

static GList *
lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_resolver_finalize (GObject *object)
{
  g_hash_table_unref (FAKE_RESOLVER (object)->names);
  g_hash_table_unref (FAKE_RESOLVER (object)->moves);

  G_OBJECT_CLASS (fake_resolver_parent_class)->finalize (object);
}

static void
fake_resolver_class_init (FakeResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_resolver_finalize;
  resolver_class->lookup_by_name_async = lookup_plain_async;
  resolver_class->lookup_by_name_finish = lookup_finish;
  resolver_class->lookup_by_name_with_flags_async = lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = lookup_finish;
}

static void
fake_resolver_init (FakeResolver *self)
{
  self->names =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->moves = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

FakeResolver *
fake_resolver_new (void)
{
  return g_object_new (FAKE_TYPE_RESOLVER, NULL);
}

void
fake_resolver_add (FakeResolver *self, const char *name, const char *address)
{
  GPtrArray *texts = g_hash_table_lookup (self->names, name);

  if (texts == NULL)
    {
      texts = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (self->names, g_strdup (name), texts);
    }
  g_ptr_array_add (texts, g_strdup (address));
}

void
fake_resolver_move (FakeResolver *self, const char *name, const char *address)
{
  g_hash_table_insert (self->moves, g_strdup (name), g_strdup (address));
}

guint
fake_resolver_get_n_lookups (FakeResolver *self)
{
  return self->n_lookups;
}
