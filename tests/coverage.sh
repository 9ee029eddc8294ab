#!/bin/sh
# Prints the line coverage of core, qmp and tui, file by file, from the gcov data
# of a COVERAGE=1 build whose tests have run.
# usage: tests/coverage.sh BUILD_FOLDER
set -u
cd "$(dirname "$0")/.." || exit 2
build=${1:?usage: tests/coverage.sh BUILD_FOLDER}
gcov=${GCOV:-gcov}

command -v "$gcov" >/dev/null 2>&1 || {
    echo "coverage.sh: $gcov is missing (it comes with gcc)" >&2
    exit 2
}

# gcov says "File 'core/rate.c'" and then "Lines executed:98.04% of 51".
for room in core qmp tui; do
    find "$build/obj/$room" -name '*.gcno' | sort | while read -r notes; do
        "$gcov" --no-output --relative-only --object-file "$notes" "$notes" 2>/dev/null
    done
done | awk '
    /^File / {
        split($0, quoted, "\047")
        file = quoted[2]
    }
    /^Lines executed:/ {
        if (file !~ /^(core|qmp|tui)\/.*\.c$/)
            next
        split($0, figure, /[:% ]+/)
        percent = figure[3]
        lines = figure[5]
        printf "%6.1f %% of %5d  %s\n", percent, lines, file
        room = file
        sub(/\/.*/, "", room)
        hit[room] += percent * lines / 100
        all[room] += lines
        file = ""
    }
    END {
        for (room in all) {
            total_hit += hit[room]
            total += all[room]
        }
        if (!total) {
            print "coverage.sh: no coverage data" > "/dev/stderr"
            exit 1
        }
        for (room in all)
            printf "%6.1f %% of %5d  %s/\n", 100 * hit[room] / all[room], all[room], room
        printf "%6.1f %% of %5d  total\n", 100 * total_hit / total, total
    }'
