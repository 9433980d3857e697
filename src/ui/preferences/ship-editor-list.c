/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-editor-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * Which editors there are. The directories of $PATH and the desktop's files are read on a worker;
 * what it finds is copied out. The functions below know no widget.
 */

#define FOLDER_TYPE "inode/directory"

/* clang-format off */
static const struct { const char *program; const char *name; } known[] = {
  { "code",              "Visual Studio Code" },
  { "codium",            "VSCodium" },
  { "cursor",            "Cursor" },
  { "windsurf",          "Windsurf" },
  { "zed",               "Zed" },
  { "zeditor",           "Zed" },
  { "subl",              "Sublime Text" },
  { "gnome-builder",     "GNOME Builder" },
  { "kate",              "Kate" },
  { "kdevelop",          "KDevelop" },
  { "geany",             "Geany" },
  { "emacs",             "Emacs" },
  { "gvim",              "Vim" },
  { "neovide",           "Neovide" },
  { "idea",              "IntelliJ IDEA" },
  { "clion",             "CLion" },
  { "pycharm",           "PyCharm" },
  { "webstorm",          "WebStorm" },
  { "goland",            "GoLand" },
};
/* clang-format on */

/* What a worker found; data of its task. */
typedef struct
{
  GPtrArray *editors;      /* (owned) (nullable) (element-type ShipEditor) */
  char      *default_name; /* (owned) (nullable) */
} Search;

static void
search_free (Search *self)
{
  g_clear_pointer (&self->editors, g_ptr_array_unref);
  g_free (self->default_name);
  g_free (self);
}

void
ship_editor_free (ShipEditor *self)
{
  g_free (self->name);
  g_free (self->command);
  g_free (self);
}

/* The path of @program as @path has it; NULL if it is not there. (transfer full) */
static char *
find_program (const char *program, const char *path)
{
  g_auto (GStrv) directories = g_strsplit (path != NULL ? path : "", ":", -1);

  if (g_path_is_absolute (program))
    return g_file_test (program, G_FILE_TEST_IS_EXECUTABLE) &&
               !g_file_test (program, G_FILE_TEST_IS_DIR)
             ? g_strdup (program)
             : NULL;
  for (guint i = 0; directories[i] != NULL; i++)
    {
      g_autofree char *full = g_build_filename (directories[i], program, NULL);

      if (*directories[i] != '\0' && g_file_test (full, G_FILE_TEST_IS_EXECUTABLE) &&
          !g_file_test (full, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&full);
    }
  return NULL;
}

static void
add (GPtrArray *editors, const char *name, const char *command)
{
  ShipEditor *editor = g_new0 (ShipEditor, 1);

  editor->name = g_strdup (name);
  editor->command = g_strdup (command);
  g_ptr_array_add (editors, editor);
}

/* By the file name of its program. */
static gboolean
has_program (GPtrArray *editors, const char *program)
{
  g_autofree char *wanted = g_path_get_basename (program);

  for (guint i = 0; i < editors->len; i++)
    {
      const ShipEditor *editor = editors->pdata[i];
      g_auto (GStrv) argv = NULL;
      g_autofree char *own = NULL;

      if (!g_shell_parse_argv (editor->command, NULL, &argv, NULL))
        continue;
      own = g_path_get_basename (argv[0]);
      if (g_str_equal (own, wanted))
        return TRUE;
    }
  return FALSE;
}

/* A desktop file's command without the places for files, which would be given as they stand.
 * (transfer full) (nullable) */
static char *
dup_command (GAppInfo *info)
{
  const char *line = g_app_info_get_commandline (info);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GString) command = g_string_new (NULL);

  if (line == NULL || !g_shell_parse_argv (line, NULL, &argv, NULL))
    return NULL;
  for (guint i = 0; argv[i] != NULL; i++)
    {
      g_autofree char *quoted = g_shell_quote (argv[i]);
      gboolean         is_plain = strspn (argv[i],
                                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                          "_-+=./:,@") == strlen (argv[i]);

      if (argv[i][0] == '%' && argv[i][1] != '\0' && argv[i][2] == '\0')
        continue;
      if (command->len > 0)
        g_string_append_c (command, ' ');
      g_string_append (command, is_plain ? argv[i] : quoted);
    }
  return g_string_free (g_steal_pointer (&command), FALSE);
}

GPtrArray *
ship_editor_list_find (const char *path, GList *handlers)
{
  GPtrArray *editors = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_editor_free);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *program = find_program (known[i].program, path);

      if (program != NULL)
        add (editors, known[i].name, known[i].program);
    }
  for (GList *link = handlers; link != NULL; link = link->next)
    {
      g_autofree char *command = dup_command (link->data);

      if (command != NULL && !has_program (editors, g_app_info_get_executable (link->data)))
        add (editors, g_app_info_get_name (link->data), command);
    }
  return editors;
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Search *self = data;
  g_autolist (GAppInfo) handlers = g_app_info_get_all_for_type (FOLDER_TYPE);
  g_autoptr (GAppInfo) usual = g_app_info_get_default_for_type (FOLDER_TYPE, FALSE);

  self->editors = ship_editor_list_find (g_getenv ("PATH"), handlers);
  self->default_name = usual != NULL ? g_strdup (g_app_info_get_name (usual)) : NULL;
  g_task_return_boolean (task, TRUE);
}

void
ship_editor_list_load_async (GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_editor_list_load_async);
  g_task_set_task_data (task, g_new0 (Search, 1), (GDestroyNotify) search_free);
  g_task_run_in_thread (task, load_thread);
}

GPtrArray *
ship_editor_list_load_finish (GAsyncResult *result, GError **error)
{
  Search *search;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_editor_list_load_async), NULL);

  search = g_task_get_task_data (G_TASK (result));
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_ptr_array_ref (search->editors);
}

const char *
ship_editor_list_get_usual (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_editor_list_load_async), NULL);

  return ((Search *) g_task_get_task_data (G_TASK (result)))->default_name;
}

gboolean
ship_editor_list_check (const char *command, const char *path, GError **error)
{
  g_auto (GStrv) argv = NULL;
  g_autofree char *program = NULL;

  if (!g_shell_parse_argv (command, NULL, &argv, NULL))
    {
      g_set_error_literal (
        error,
        G_IO_ERROR,
        G_IO_ERROR_INVALID_ARGUMENT,
        _ ("That is no command: a quotation mark is left open, or it is empty."));
      return FALSE;
    }
  program = find_program (argv[0], path);
  if (program == NULL)
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("There is no program “%s” on this machine."),
                 argv[0]);
  return program != NULL;
}
