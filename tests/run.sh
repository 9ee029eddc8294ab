#!/bin/sh
# Runs test programs one after the other and closes with one line of sums.
# Each gets a private temporary directory, and has failed if it leaves something
# there; a program that hangs is ended after its deadline and has failed.
# usage: tests/run.sh PROGRAM...
set -u

limit=${QMPTOP_TEST_LIMIT:-300}
work=$(mktemp -d "${TMPDIR:-/tmp}/qmptop-test.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
chmod 711 "$work" # tests that become another user look for what is denied further down
trap 'exit 130' INT TERM HUP

# What is left of a test's temporary directory; what it killed may need a moment.
left_behind() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        left=$(find "$work/tmp" -mindepth 1 2>/dev/null | head -n 3)
        [ -z "$left" ] && return
        sleep 0.2
    done
    echo "$left"
}

passed=0 failed=0 skipped=0 bad=
for program in "$@"; do
    name=${program##*/tests/}
    mkdir "$work/tmp"
    env -u NO_COLOR -u QMPTOP_CONFIG TMPDIR="$work/tmp" HOME="$work/tmp" XDG_CONFIG_HOME="$work/tmp" \
        XDG_DATA_HOME="$work/tmp" TZ=UTC timeout -k 5 "$limit" "$program" \
        >"$work/log" 2>&1 </dev/null
    code=$?
    ok=$(grep -c '^\[       OK \]' "$work/log")
    ko=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test(s).*/\1/p' "$work/log" | tail -n 1)
    ko=${ko:-0}
    skip=$(grep '^\[  SKIPPED \] [A-Za-z_0-9]*$' "$work/log" | sort -u | wc -l)
    # A crash or a time-out leaves no count of its own, but is a failure.
    if [ "$code" -ne 0 ] && [ "$ko" -eq 0 ]; then
        ko=1
        echo "(ended with status $code)" >>"$work/log"
    fi
    left=$(left_behind)
    if [ -n "$left" ]; then
        ko=$((ko + 1))
        echo "(left behind: $left)" >>"$work/log"
    fi
    passed=$((passed + ok)) failed=$((failed + ko)) skipped=$((skipped + skip))
    printf '  %-6s %-28s %3d passed, %d failed, %d skipped\n' \
        "$([ "$ko" -eq 0 ] && echo ok || echo FAILED)" "$name" "$ok" "$ko" "$skip"
    if [ "$ko" -ne 0 ]; then
        bad="$bad $name"
        sed 's/^/    | /' "$work/log"
    fi
    rm -rf "$work/tmp"
done
[ -z "$bad" ] || echo "failed:$bad"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
