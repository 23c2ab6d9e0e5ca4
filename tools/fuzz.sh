#!/bin/sh
# Fuzz one target with one worker: tools/fuzz.sh PACKAGE TARGET TIME.
#
# After its time, the fuzzer of Go before 1.27 may fail with "context deadline
# exceeded" although it found nothing (go.dev/issue/75804). This script then runs it
# again. A failing input is always written to a file, and makes this script fail at once.
set -u
output=$(mktemp)
trap 'rm -f "$output"' EXIT
for try in 1 2 3; do
  "${GO:-go}" test -run '^$' -fuzz "^$2\$" -fuzztime "$3" -parallel 1 -fuzzminimizetime 10x "$1" >"$output" 2>&1
  code=$?
  cat "$output"
  [ "$code" = 0 ] && exit 0
  grep -q 'Failing input written' "$output" && exit "$code"
  grep -q '^ *context deadline exceeded$' "$output" || exit "$code"
done
exit "$code"
