# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC2154,SC2164
# Makes the files of a commit, for others to work over, in a sandbox where nothing else runs. Argument: COMMIT. What
# differs from another base is written over it, if there is one below; then its index is there, too. How far it is
# stands on standard error, as git says it ("Updating files:  45% (45000/100000)").
commit=$1

write_base () {
  rm -f "$store/index"
  if [ -f "$seed" ]; then
    cp -p "$seed" "$store/index" || return 1
  fi
  GIT_PROGRESS_DELAY=1 run_git read-tree --reset -u -v "$commit"
}

# Of the agent's .git only the index: git takes a file for changed whose time is not before that of the index.
write_index () {
  mkdir -p "$work/.git" && cp "$store/index" "$work/.git/index.new" &&
    touch -d '2 seconds' "$work/.git/index.new" && mv -f "$work/.git/index.new" "$work/.git/index"
}

cd "$work"
open_store
write_base
write_index
