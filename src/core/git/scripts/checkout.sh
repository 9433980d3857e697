# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC2154,SC2164
# Makes the working copy, or brings its .git to where the host is. Arguments: COMMIT BRANCH NAME EMAIL BASE
# BASE: the commit whose files are there already, below an overlay. Exit status 4: the working copy cannot be
# written, and would have to be.
commit=$1
branch=$2
name=${3-}
email=${4-}
base=${5-}
dotgit=$work/.git

# Written with a rename, so that a git that the agent has running sees the old or the new.
replace_file () {
  cat >"$1.ship-new" && mv -f "$1.ship-new" "$1"
}

is_there () {
  [ "$(cat "$dotgit/HEAD" 2>/dev/null)" = "ref: refs/heads/$branch" ] &&
    [ "$(cat "$dotgit/refs/heads/$branch" 2>/dev/null)" = "$commit" ]
}

# Over a base only what differs from it. --reset: a run before this one may have been interrupted.
write_files () {
  if [ -z "$base" ]; then
    set_index "$commit" && run_git checkout-index --all --force --index --quiet
  elif [ "$base" != "$commit" ]; then
    rm -f "$store/index" && set_index "$base" && run_git read-tree --reset -u "$commit"
  fi
}

# The base has its own index, and an agent's git does with it until it writes one.
write_index () {
  if [ -f "$store/index" ]; then
    replace_file "$dotgit/index" <"$store/index"
  fi
}

write_config () {
  printf '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogAllRefUpdates = true\n' >"$1"
  printf '\tcheckStat = minimal\n\ttrustctime = false\n[index]\n\tversion = 4\n[gc]\n\tauto = 0\n' >>"$1"
  if [ -n "$name" ]; then
    run_git config -f "$1" user.name "$name"
  fi
  if [ -n "$email" ]; then
    run_git config -f "$1" user.email "$email"
  fi
}

# Plain files only: no git reads what the agent may have put into its .git.
write_dotgit () {
  if [ ! -d "$dotgit" ] || [ -L "$dotgit" ]; then
    rm -rf "$dotgit"
  fi
  mkdir -p "$dotgit/objects/info" "$dotgit/objects/pack" "$dotgit/refs/tags" "$dotgit/info"
  mkdir -p "$(dirname "$dotgit/refs/heads/$branch")"
  printf '%s\n' "$objects" | replace_file "$dotgit/objects/info/alternates"
  if [ -f "$store/shallow" ]; then
    replace_file "$dotgit/shallow" <"$store/shallow"
  fi
  if [ ! -s "$dotgit/config" ]; then
    write_config "$dotgit/config.ship-new"
    mv -f "$dotgit/config.ship-new" "$dotgit/config"
  fi
  write_index
  printf '%s\n' "$commit" | replace_file "$dotgit/refs/heads/$branch"
  printf 'ref: refs/heads/%s\n' "$branch" | replace_file "$dotgit/HEAD"
}

if is_there; then
  exit 0
fi
if ! [ -w "$work" ]; then
  exit 4
fi
cd "$work"
open_store
# The files are written once only: later they are the agent's work. Without either mark the first time was
# interrupted, or this is it.
if [ -f "$store/ready" ] || [ -f "$dotgit/HEAD" ]; then
  set_index "$commit"
  run_git update-index -q --refresh || :
elif ! write_files; then
  rm -rf "$store"
  open_store
  write_files
fi
write_dotgit
: >"$store/ready"
