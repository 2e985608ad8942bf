# Shared by the scripts of this folder; sourced, not run.
# shellcheck shell=bash

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*" >&2; }

# Runs a command and shows what it printed only if it fails, on stderr: stdout belongs to the
# program that is built.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    cat "$log" >&2
    say "failed ($status): $*"
  fi
  rm -f "$log"
  return "$status"
}

# configure PRESET [CMAKE_ARG ...]: nothing where the folder is configured already with these
# arguments; CMake itself notices changes of its own files during the build.
configure() {
  local preset=$1 wanted
  shift
  wanted="$preset $*"
  local stamp=$root/build/$preset/.configured
  if [ -f "$root/build/$preset/build.ninja" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    return 0
  fi
  say "configuring build/$preset"
  # From the root: presets are looked up in the current folder.
  (cd "$root" && quietly cmake --preset "$preset" "$@")
  printf '%s\n' "$wanted" >"$stamp"
}

# build PRESET [TARGET ...]: quick where nothing changed. One build of a folder at a time: two
# would write the same files.
build() {
  local preset=$1
  shift
  (
    flock 9
    quietly ninja -C "$root/build/$preset" "$@"
  ) 9>"$root/build/$preset/.lock"
}

# run_tests PRESET [CTEST_ARG ...]: its last lines are ctest's closing ones.
run_tests() {
  local preset=$1
  shift
  (cd "$root/build/$preset" && ctest --output-on-failure --no-label-summary --timeout 600 -j2 "$@")
}
