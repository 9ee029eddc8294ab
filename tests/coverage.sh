#!/bin/sh
# Prints the coverage of core, qmp and tui in lines and branches, file by file and room by
# room, from the gcov data of a COVERAGE=1 build whose tests have run, and says which goals
# are missed. A branch counts once it was taken.
# usage: tests/coverage.sh BUILD_FOLDER
set -u
cd "$(dirname "$0")/.." || exit 2
build=${1:?usage: tests/coverage.sh BUILD_FOLDER}
gcov=${GCOV:-gcov}

command -v "$gcov" >/dev/null 2>&1 || {
    echo "coverage.sh: $gcov is missing (it comes with gcc)" >&2
    exit 2
}

# gcov says "File 'core/rate.c'", then "Lines executed:98.04% of 51", "Taken at least
# once:90.00% of 20" (or "No branches"), and at the end sums without a file.
for room in core qmp tui; do
    find "$build/obj/$room" -name '*.gcno' | sort | while read -r notes; do
        "$gcov" --no-output --branch-probabilities --relative-only --object-file "$notes" \
            "$notes" 2>/dev/null
    done
done | awk '
    BEGIN { # percent
        line_goal = 95
        branch_goal = 90
        split("qmp/stream.c qmp/session.c qmp/message.c core/text.c", names, " ")
        for (i in names)
            whole[names[i]] = 1
    }
    function share(hit, all) {
        return all ? 100 * hit / all : 100
    }
    # A figure, how many there are, and whether it is as good as it shall be.
    function figure(hit, all, goal) {
        return sprintf("%6.1f %% of %5d  %-6s", share(hit, all), all,
                       share(hit, all) >= goal ? "ok" : "MISSED")
    }
    function row(name, lines_hit, lines, branches_hit, branches, goal) {
        printf "%s  %s  %s\n", figure(lines_hit, lines, line_goal),
               figure(branches_hit, branches, goal), name
    }
    function flush(    room) {
        if (file == "")
            return
        row(file, hit, all, taken, branches, file in whole ? 100 : branch_goal)
        room = file
        sub(/\/.*/, "", room)
        room_hit[room] += hit
        room_all[room] += all
        room_taken[room] += taken
        room_branches[room] += branches
        file = ""
    }
    /^File / {
        flush()
        split($0, quoted, "\047")
        if (quoted[2] ~ /^(core|qmp|tui)\/.*\.c$/)
            file = quoted[2]
        hit = all = taken = branches = 0
    }
    /^$/ { flush() }
    /^Lines executed:/ && file != "" {
        split($0, part, /[:% ]+/)
        all = part[5]
        hit = part[3] * all / 100
    }
    /^Taken at least once:/ && file != "" {
        split($0, part, /[:% ]+/)
        branches = part[7]
        taken = part[5] * branches / 100
    }
    BEGIN {
        printf "%-26s  %-26s\n", "lines", "branches"
    }
    END {
        flush()
        for (room in room_all) {
            lines += room_all[room]
            lines_hit += room_hit[room]
            sum += room_branches[room]
            sum_taken += room_taken[room]
        }
        if (!lines) {
            print "coverage.sh: no coverage data" > "/dev/stderr"
            exit 1
        }
        for (room in room_all)
            row(room "/", room_hit[room], room_all[room], room_taken[room],
                room_branches[room], branch_goal)
        row("total", lines_hit, lines, sum_taken, sum, branch_goal)
        printf "goals: %d %% of the lines, %d %% of the branches; all branches of", line_goal,
               branch_goal
        for (name in whole)
            printf " %s", name
        print ""
    }'
