# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC2154,SC2164
# Writes the working copy as a tree. Argument: BASE, a commit. Output: the tree's id, a line feed, a pack.
base=$1
max_size=100 # MiB, for one file
max_rounds=32

# Ignored files do not count, nor do those that are in the base and have not changed.
is_new_and_wanted () {
  if run_git check-ignore -q -- "$1"; then
    return 1
  fi
  old=$(run_git rev-parse -q --verify "$base:${1#./}" 2>/dev/null) || return 0
  [ "$(run_git hash-object -- "$1")" != "$old" ]
}

check_sizes () {
  large=$(find . -xdev -name .git -prune -o -type f -size "+${max_size}M" -print 2>/dev/null) || :
  [ -n "$large" ] || return 0
  printf '%s\n' "$large" | while IFS= read -r path; do
    if is_new_and_wanted "$path"; then
      refuse "'${path#./}' is larger than $max_size MiB. Remove it or name it in .gitignore."
    fi
  done
}

# Paths of the links to other repositories in `ls-files -s` or `ls-tree -r` output, one a line.
link_paths () {
  tr '\n\0' '?\n' | sed -n 's/^160000 [^	]*	//p' | sort
}

base_links () {
  run_git ls-tree -r -z "$base" | link_paths
}

# Repositories that the agent made or cloned inside the working copy, and that are not submodules of the base.
# Those without a commit are not in the index: git refuses them, so they are looked for when an add has failed.
new_links () {
  {
    run_git ls-files -s -z | link_paths
    if [ "$1" -ne 0 ]; then
      run_git ls-files -z --others --exclude-standard | tr '\n\0' '?\n' | sed -n 's|/$||p'
    fi
  } | sort -u | comm -23 - "$store/base-links"
}

# A file in the index below such a directory makes git take it for a plain directory and add its files. The next
# add takes this one out again.
open_nested () {
  empty=$(run_git hash-object -w --stdin </dev/null) || return 1
  while IFS= read -r path; do
    say "'$path' is a repository of its own: its files were taken, its history was not."
    run_git update-index --force-remove -- "$path" &&
      run_git update-index --add --cacheinfo "100644,$empty,$path/.ship-nested" || return 1
  done
}

# An agent cannot move a submodule: the other repository's commit would be nowhere.
restore_links () {
  run_git ls-tree -r -z "$base" | tr '\n\0' '?\n' | sed -n 's/^160000 commit \([0-9a-f]*\)	/\1 /p' |
    while read -r id path; do
      now=$(run_git ls-files -s -- "$path" | sed -n '1s/^160000 \([0-9a-f]*\) .*/\1/p') || return 1
      if [ -n "$now" ] && [ "$now" != "$id" ]; then
        say "The submodule '$path' stays at its commit."
        run_git update-index --cacheinfo "160000,$id,$path" || return 1
      fi
      if [ -n "$now" ] && [ -n "$(ls -A "$path" 2>/dev/null)" ]; then
        say "Changes inside the submodule '$path' were left out."
      fi
    done
}

# Such a name would make the host refuse everything.
drop_odd_names () {
  run_git diff-index --cached --name-only -z --no-renames --diff-filter=A "$base" >"$store/added" || return 1
  if LC_ALL=C grep -zq '[[:cntrl:]]' <"$store/added"; then
    say "Files with control characters in their names were left out."
    LC_ALL=C grep -z '[[:cntrl:]]' <"$store/added" | run_git update-index --force-remove -z --stdin
  fi
}

add_files () {
  round=0
  while :; do
    status=0
    run_git add --all --ignore-errors --no-warn-embedded-repo -- . 2>"$store/notes" || status=$?
    new_links "$status" >"$store/new-links" || return 1
    [ -s "$store/new-links" ] || break
    round=$((round + 1))
    [ "$round" -lt "$max_rounds" ] || return 1
    open_nested <"$store/new-links" || return 1
  done
  # 1: some files could not be read; git has said which, and the rest is there.
  [ "$status" -le 1 ] || return 1
  [ "$status" -eq 0 ] || sed 's/^/Left out: /' <"$store/notes" >&2
}

write_tree () {
  open_store && set_index "$base" && check_sizes || return $?
  run_git prune-packed -q && base_links >"$store/base-links" && add_files && restore_links && drop_odd_names &&
    run_git write-tree >"$store/tree" || return 1
  # "-BASE": what stands in the base may be what a delta builds on.
  {
    printf '%s\n' "-$base"
    run_git rev-list --objects "$(cat "$store/tree")" "^$base^{tree}"
  } >"$store/list" &&
    run_git pack-objects --stdout -q --delta-base-offset --depth=50 <"$store/list" >"$store/pack"
}

cd "$work"
status=0
( write_tree ) || status=$?
if [ "$status" -ne 0 ] && [ "$status" -ne 3 ]; then
  # Whatever is wrong with our own git directory, a new one has not got it.
  cat "$store/notes" >&2 2>/dev/null || :
  cp -f "$store/ready" "$store.ready" 2>/dev/null || :
  rm -rf "$store"
  status=0
  ( write_tree ) || status=$?
  mv -f "$store.ready" "$store/ready" 2>/dev/null || :
fi
[ "$status" -eq 0 ] || exit "$status"
cat "$store/tree" "$store/pack"
rm -f "$store/pack" "$store/list"
