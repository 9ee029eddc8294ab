#!/bin/sh
# Runs every fuzz target for a time, two side by side, beginning with its committed corpus;
# what it learns is kept in BUILD_FOLDER/fuzz/corpus for the next run. A finding is kept in
# BUILD_FOLDER/fuzz/found, its report is printed, and the run has failed.
# usage: tests/fuzz/run.sh BUILD_FOLDER SECONDS
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${1:?usage: tests/fuzz/run.sh BUILD_FOLDER SECONDS}
seconds=${2:?usage: tests/fuzz/run.sh BUILD_FOLDER SECONDS}

fuzz() { # fuzz NAME
    learnt=$build/corpus/$1
    mkdir -p "$learnt" "$build/found"
    "$build/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -max_len=8192 -timeout=10 \
        -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$build/found/$1-" \
        "$learnt" "tests/fuzz/corpus/$1" >"$build/$1.log" 2>&1
}

report() { # report NAME CODE
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$1.log")
    covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$build/$1.log" | tail -n 1)
    if [ "$2" -eq 0 ] && [ "${runs:-0}" -gt 0 ]; then
        printf '  ok     %-8s %9d inputs, %5d edges\n' "$1" "$runs" "${covered:-0}"
        return 0
    fi
    printf '  FAILED %-8s (status %d)\n' "$1" "$2"
    tail -n 60 "$build/$1.log" | sed 's/^/    | /'
    return 1
}

failed=0
set -- stream message session text
while [ $# -gt 0 ]; do
    fuzz "$1" &
    one=$!
    fuzz "$2" &
    other=$!
    wait "$one"
    report "$1" $? || failed=1
    wait "$other"
    report "$2" $? || failed=1
    shift 2
done
exit "$failed"
