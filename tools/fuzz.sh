#!/bin/sh
# Fuzz one target with one worker: tools/fuzz.sh PACKAGE TARGET TIME.
#
# After its time, the fuzzer of Go before 1.27 may fail with "context deadline
# exceeded" although it found nothing (go.dev/issue/75804). This script then runs it
# again. A failing input is always written to a file, and makes this script fail at once.
set -u

# explain says what an end of the fuzzer means that its own output leaves open.
explain() {
  grep -q 'hung or terminated unexpectedly' "$output" &&
    echo "$0: $1 $2: one input took more than 10 s, or the system ended the process for its memory (see dmesg)."
  grep -q 'hung or terminated unexpectedly while minimizing' "$output" &&
    echo "$0: $1 $2: the input that was written is whole: the one at fault is a part of it, most often its beginning."
  grep -q '\[build failed\]\|\[setup failed\]' "$output" && echo "$0: $1 $2: it was not built, so nothing was fuzzed."
  return 0
}

output=$(mktemp)
trap 'rm -f "$output"' EXIT
for try in 1 2 3; do
  "${GO:-go}" test -run '^$' -fuzz "^$2\$" -fuzztime "$3" -parallel 1 -fuzzminimizetime 10x "$1" >"$output" 2>&1
  code=$?
  cat "$output"
  [ "$code" = 0 ] && exit 0
  grep -q 'Failing input written' "$output" && break
  grep -q '^ *context deadline exceeded$' "$output" || break
done
explain "$1" "$2"
exit "$code"
