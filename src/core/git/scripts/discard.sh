# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC2154,SC2164
# Puts the working copy back to a commit: what is changed is restored, what is new is removed, what is ignored stays.
# The agent's own .git is left without a HEAD: the checkout that follows makes it anew. Argument: COMMIT
commit=$1
dotgit=$work/.git

# The .gitignore files come back first: what they name decides what is removed.
restore_files () {
  set_index "$commit" && run_git update-index -q --refresh >/dev/null 2>&1 || :
  run_git checkout-index --all --force --index --quiet && run_git clean -ffdq
}

cd "$work"
open_store
if ! restore_files; then
  # Directories that the agent made unwritable.
  find . -xdev -name .git -prune -o -type d ! -perm -u=rwx -exec chmod u+rwx {} + || :
  restore_files
fi
rm -f "$dotgit/HEAD" "$dotgit/index.lock" "$dotgit/MERGE_HEAD" "$dotgit/CHERRY_PICK_HEAD" "$dotgit/REVERT_HEAD" || :
rm -rf "$dotgit/rebase-merge" "$dotgit/rebase-apply" || :
