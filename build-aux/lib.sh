# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What build-aux/run and build-aux/test share: Debian packages, the pinned agent, builds. Sourced, never run; the
# caller has set -euo pipefail and stands in the repository's root.

ship_name=$(basename "$0")

say ()
{
  printf '%s: %s\n' "$ship_name" "$*"
}

# The one way out: a sentence that says what is wrong and what helps.
fail ()
{
  printf '%s: %s\n' "$ship_name" "$*" >&2
  exit 1
}

# What Ship is built with and what it needs while it runs.
# shellcheck disable=SC2034
ship_packages=(
  build-essential meson ninja-build pkg-config gettext python3 git ca-certificates ripgrep bubblewrap
  libglib2.0-dev libglib2.0-dev-bin libsoup-3.0-dev libjson-glib-dev libsecret-1-dev libsqlite3-dev libgit2-dev
  libseccomp-dev glib-networking
  libgtk-4-dev libadwaita-1-dev libgtksourceview-5-dev libcmark-gfm-dev libcmark-gfm-extensions-dev
  adwaita-icon-theme fonts-cantarell
)

# A scratch folder that is gone when the script ends.
ship_make_scratch ()
{
  [ -n "${ship_scratch:-}" ] && return
  ship_scratch=$(mktemp -d "${TMPDIR:-/tmp}/ship-setup.XXXXXX")
  trap 'rm -rf "$ship_scratch"' EXIT
}

# Runs a command with its output in LOG; on failure shows the last LINES of it.
ship_logged ()
{
  local lines=$1 log=$2
  shift 2
  if ! "$@" >"$log" 2>&1; then
    tail -n "$lines" "$log" >&2
    return 1
  fi
}

ship_missing_packages ()
{
  local package
  for package in "$@"; do
    case "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" in
      ?i*) ;;
      *) printf '%s\n' "$package" ;;
    esac
  done
}

# Installs those of the given Debian packages that are missing; does nothing, and asks nobody, if none is.
ship_need_packages ()
{
  local missing
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this is not a Debian system; Ship needs what these Debian packages hold: $*."
  fi
  mapfile -t missing < <(ship_missing_packages "$@")
  [ ${#missing[@]} -eq 0 ] && return

  local by_hand="run as root: apt-get install ${missing[*]}"
  local -a root=(env)
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "Debian packages are missing and there is no sudo; $by_hand."
    root=(sudo env)
    [ -t 0 ] || root=(sudo -n env)
    "${root[@]}" true 2>/dev/null || fail "Debian packages are missing and sudo was refused; $by_hand."
  fi

  say "installing Debian packages: ${missing[*]}"
  ship_make_scratch
  local -a apt=("${root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
  { ship_logged 4 "$ship_scratch/apt.log" "${apt[@]}" update &&
    ship_logged 4 "$ship_scratch/apt.log" "${apt[@]}" install --no-install-recommends "${missing[@]}"; } ||
    fail "Debian packages could not be installed; is the network up, and is this Debian 12 or newer? Else $by_hand."
}

# The npm package that holds the agent for this processor.
ship_opencode_package ()
{
  case "$(uname -m)" in
    x86_64)
      if grep -q -m 1 -w avx2 /proc/cpuinfo; then
        echo opencode-linux-x64
      else
        echo opencode-linux-x64-baseline
      fi ;;
    aarch64) echo opencode-linux-arm64 ;;
    *) echo "opencode-linux-$(uname -m)" ;;
  esac
}

ship_blake2 ()
{
  b2sum <"$1" | cut -d ' ' -f 1
}

# Fetches PACKAGE through npm, as npm is configured on this machine, and puts its program at TARGET if both sums
# are the pinned ones. Nothing of the package is run.
ship_fetch_opencode ()
{
  local package=$1 version=$2 integrity=$3 blake2=$4 target=$5 wanted found
  say "fetching OpenCode $version with npm: $package (60 MB)"
  ship_make_scratch
  (cd "$ship_scratch" && ship_logged 4 npm.log npm pack --loglevel=error --cache "$ship_scratch/npm" "$package@$version") ||
    fail "npm could not fetch $package@$version; is the network up, and npm's registry set (npm config get registry)?"
  wanted=$(printf '%s' "${integrity#sha512-}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
  found=$(sha512sum <"$ship_scratch/$package-$version.tgz" | cut -d ' ' -f 1)
  [ "$found" = "$wanted" ] ||
    fail "what npm gave for $package@$version is not what build-aux/opencode.sums pins; it was not installed."
  tar -xzf "$ship_scratch/$package-$version.tgz" -C "$ship_scratch" --no-same-owner package/bin/opencode
  [ "$(ship_blake2 "$ship_scratch/package/bin/opencode")" = "$blake2" ] ||
    fail "the program in $package@$version is not what build-aux/opencode.sums pins; it was not installed."
  install -m 0755 "$ship_scratch/package/bin/opencode" "$target.new"
  mv -f "$target.new" "$target"
}

# Where the pinned agent is kept: our own data directory, as ShipPaths has it.
ship_opencode_directory ()
{
  local home=${HOME:-$(getent passwd "$(id -u)" | cut -d : -f 6)}
  echo "${XDG_DATA_HOME:-$home/.local/share}/ship/agents/opencode-$(awk '$1 == "version" { print $2 }' build-aux/opencode.sums)"
}

# The Debian packages that fetching the agent needs: npm, where the agent is not there and npm neither.
ship_opencode_packages ()
{
  if [ ! -x "${SHIP_OPENCODE:-}" ] && [ ! -x "$(ship_opencode_directory)/opencode" ] && ! command -v npm >/dev/null; then
    echo npm
  fi
}

# Puts the pinned agent below our own data directory, unless it is there and right, and names it in SHIP_OPENCODE.
ship_need_opencode ()
{
  [ -n "${SHIP_OPENCODE:-}" ] && [ -x "$SHIP_OPENCODE" ] && return
  local package version integrity blake2 agents data target
  package=$(ship_opencode_package)
  version=$(awk '$1 == "version" { print $2 }' build-aux/opencode.sums)
  read -r integrity blake2 < <(awk -v p="$package" '$1 == p { print $2, $3 }' build-aux/opencode.sums) ||
    fail "no OpenCode is pinned for this processor ($(uname -m)); set SHIP_OPENCODE to the program of OpenCode $version."

  agents=$(ship_opencode_directory)
  data=${agents%/agents/*}
  target=$agents/opencode
  # Our own folder is the user's alone, as the programs make it too; the agent's is bound into sandboxes.
  { mkdir -p "${data%/*}" && { [ -d "$data" ] || mkdir -m 0700 "$data"; } &&
    install -d -m 0755 "${agents%/*}" "$agents"; } || fail "the folder $agents could not be made."
  # A second start meanwhile waits here, and then finds it done.
  exec 9>"$agents/lock"
  flock 9
  if [ ! -x "$target" ] || [ "$(ship_blake2 "$target")" != "$blake2" ]; then
    ship_fetch_opencode "$package" "$version" "$integrity" "$blake2" "$target"
  fi
  exec 9>&-
  export SHIP_OPENCODE=$target
}

# Configures DIRECTORY, unless it is, with the given meson options.
ship_configure ()
{
  local directory=$1
  shift
  ship_make_scratch
  if [ ! -e "$directory/build.ninja" ]; then
    say "configuring $directory/"
    ship_logged 12 "$ship_scratch/meson.log" meson setup "$directory" "$@" ||
      fail "$directory/ could not be configured; what meson said stands above."
  fi
  [ -w "$directory" ] || fail "$directory/ belongs to somebody else; remove it, or run this as its owner."
}

# Builds the given targets in DIRECTORY, or everything.
ship_build ()
{
  local directory=$1
  ninja -C "$@" --quiet | { grep -v '^ninja: no work to do\.$' || true; } ||
    fail "the build in $directory/ failed; what the compiler said stands above."
}
