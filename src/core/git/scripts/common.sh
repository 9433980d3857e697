# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# The beginning of the scripts that Ship runs inside a sandbox. It is the agent's own user there, so nothing here
# keeps anything from the agent; the host believes nothing of what comes out. What this is for: git does the same
# whatever the agent has written into its own .git, and what is made is right when nobody interferes.
set -eu
umask 022
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

work=/work
objects=/run/ship/objects
# The index of the base below an overlay: what git knows of its files, so that it need not read them all.
seed=${objects%/*}/index
store=$HOME/.ship/harvest.git

unset GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_CONFIG GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT \
  GIT_NAMESPACE GIT_SHALLOW_FILE GIT_GRAFT_FILE GIT_TRACE GIT_EXTERNAL_DIFF GIT_LITERAL_PATHSPECS GIT_ICASE_PATHSPECS \
  GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_INDEX_FILE GIT_COMMON_DIR GIT_TEMPLATE_DIR GIT_DEFAULT_HASH || :
export GIT_DIR="$store"
export GIT_WORK_TREE="$work"
export GIT_CONFIG_NOSYSTEM=1
export GIT_CONFIG_GLOBAL=/dev/null
export GIT_ATTR_NOSYSTEM=1
export GIT_NO_REPLACE_OBJECTS=1
export GIT_TERMINAL_PROMPT=0
export GIT_OPTIONAL_LOCKS=0

say () {
  printf '%s\n' "$*" >&2
}

refuse () {
  say "$*"
  exit 3
}

run_git () {
  git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.untrackedCache=false -c protocol.allow=never \
    -c gc.auto=0 -c core.fsync=none -c core.looseCompression=1 -c core.checkStat=minimal -c core.trustctime=false \
    -c core.excludesFile=/dev/null -c core.attributesFile=/dev/null -c core.autocrlf=false -c core.safecrlf=false \
    -c core.quotePath=false -c core.protectHFS=true -c core.protectNTFS=true -c core.splitIndex=false \
    -c core.sparseCheckout=false -c core.bare=false -c submodule.recurse=false -c diff.ignoreSubmodules=none \
    -c advice.addEmbeddedRepo=false -c index.version=4 "$@"
}

# Ship's own git directory beside the agent's: everything in it but objects and index is written anew each time.
open_store () {
  if [ -L "$store" ] || [ ! -d "$store/objects" ] || [ ! -d "$store/refs" ]; then
    rm -rf "$store"
  fi
  mkdir -p "$store/objects/info" "$store/objects/pack" "$store/refs" &&
    rm -rf "$store/info" "$store/hooks" "$store/config.worktree" "$store/commondir" "$store/packed-refs" \
      "$store/shallow" "$store/index.lock" "$store/objects/info/alternates" &&
    printf '%s\n' "$objects" >"$store/objects/info/alternates" &&
    printf '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n' >"$store/config" &&
    printf 'ref: refs/heads/none\n' >"$store/HEAD" || return 1
  if [ -f "$objects/info/ship-shallow" ]; then
    cp "$objects/info/ship-shallow" "$store/shallow"
  fi
}

# The index as commit $1 has it; what is known about files that have not changed stays known. (Everything that is
# called where a failure is caught says so by its own exit status, because `set -e` is off there.)
set_index () {
  if [ ! -f "$store/index" ] && [ -f "$seed" ]; then
    cp -p "$seed" "$store/index" || return 1
  fi
  run_git read-tree -m "$1" 2>/dev/null && return 0
  rm -f "$store/index" && run_git read-tree "$1"
}
