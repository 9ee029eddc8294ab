#!/bin/sh
# Checks the walls between the rooms: who may include what, and what each
# library may need from outside. Prints every breach; exits 1 if there is one.
# File names here have no blanks.
# shellcheck disable=SC2046,SC2086
set -u
cd "$(dirname "$0")/.." || exit 2
breaches=0

# forbid WHAT FILES... : no line of FILES may match the include pattern WHAT.
forbid() {
    why=$1 pattern=$2
    shift 2
    [ $# -gt 0 ] || return 0
    found=$(grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]+[<\"]($pattern)" "$@" /dev/null)
    [ -z "$found" ] && return 0
    echo "$found" | sed "s|^|layers: $why: |"
    breaches=1
}

except() { # list files of a glob without the named ones
    skip=$1
    shift
    for file in "$@"; do
        case " $skip " in *" $file "*) ;; *) [ -e "$file" ] && echo "$file" ;; esac
    done
}

tui=$(find tui -name '*.[ch]' | sort)

forbid "core is libc only" 'qmp/|tui/|json|json-c|ev\.h|n?curses|ncursesw|sys/socket|sys/un|netinet|arpa|netdb|poll\.h|sys/epoll|unistd|fcntl|time\.h|sys/time' core/*.[ch]
forbid "qmp never sees tui or curses" 'tui/|n?curses|ncursesw' qmp/*.[ch]
forbid "in qmp only feed includes core" 'core/' $(except "qmp/feed.c qmp/feed.h $(echo qmp/feed_*.[ch])" qmp/*.[ch])
forbid "stream, message, command and session do no I/O" 'ev\.h|sys/|netinet|netdb|unistd|poll\.h|qmp/transport|qmp/client' \
    qmp/buffer.[ch] qmp/stream.[ch] qmp/message.[ch] qmp/command.[ch] qmp/session.[ch]
forbid "in qmp only transport, client and feed know libev" 'ev\.h' \
    $(except "qmp/transport.h qmp/transport.c qmp/client.h qmp/client.c qmp/feed.h qmp/feed.c $(echo qmp/transport_*.[ch])" qmp/*.[ch])
forbid "the two sides meet only in main.c" 'qmp/' $(except "tui/main.c" $tui)
forbid "only draw, term and what belongs to it include curses" 'n?curses|ncursesw|term\.h>' \
    $(except "tui/draw.c tui/term.c tui/term_extra.c tui/term_keys.c" $tui)
forbid "app knows no screen" 'tui/screens/' tui/app.[ch] tui/app_*.[ch] tui/screen.h
forbid "a widget knows no screen" 'tui/screens/' tui/widgets/*.[ch]
forbid "json-c only in themes, config and reports" 'json' \
    $(except "tui/theme.c tui/config.c tui/jsonfile.c tui/jsonfile.h tui/jsontext.c $(echo tui/report_json*.[ch])" $tui)
forbid "only loop, main and demo know libev" 'ev\.h' $(except "tui/loop.c tui/loop.h tui/main.c" $tui)

# The same for the linker: what core needs from outside is memory, text and sorting.
pure='abort|calloc|malloc|realloc|free|mem[a-z]+|bcmp|str[a-z]+|v?snprintf|qsort|bsearch'
pure="$pure|wc[a-z]+|mbrtowc|is[a-z]+|to(upper|lower)|_GLOBAL_OFFSET_TABLE_"
pure="$pure|__(stack_chk_fail|(mem|str)[a-z]+_chk|v?snprintf_chk|ctype_[a-z_]+)"
lib=${BUILD:-build}/libcore.a
if [ -e "$lib" ]; then
    own=$(nm "$lib" | sed -n 's/^[0-9a-f]* [TDRB] //p' | sort -u)
    found=$(nm -u "$lib" | sed -n 's/^ *U //p' | sort -u | grep -vxF -e "$own" | grep -vxE "$pure")
    if [ -n "$found" ]; then
        echo "$found" | sed "s|^|layers: $lib needs |"
        breaches=1
    fi
else
    echo "layers: $lib is not built, its symbols were not looked at"
fi

# Inside core the rooms (a source and its header) stand on each other: no two need each other,
# be it by an include or by a call. tsort(1) tells what goes round in a circle.
includes() {
    for file in core/*.[ch]; do
        room=$(basename "${file%.[ch]}")
        sed -n "s|^#include \"core/\\([a-z_]*\\)\\.h\".*|$room \\1|p" "$file"
    done
}

# "room symbol" of what each object of core defines, and of what it calls.
symbols() { # WHICH TYPES
    for object in "${BUILD:-build}"/obj/core/*.o; do
        room=$(basename "${object%.o}")
        nm "$object" | sed -n "s/^[0-9a-f ]* [$1] \\([a-z_0-9]*\\)$/\\1 $room/p"
    done | sort
}

calls() {
    [ -e "$lib" ] || return 0
    places=$(mktemp -d) || return 0
    symbols TDRB > "$places/own"
    symbols U > "$places/used"
    join "$places/used" "$places/own" | cut -d' ' -f2-
    rm -rf "$places"
}

circles=$({ includes; calls; } | sort -u | LC_ALL=C tsort 2>&1 >/dev/null | sed 's/^tsort: //')
if [ -n "$circles" ]; then
    echo "$circles" | sed 's|^|layers: core goes round in a circle: |'
    breaches=1
fi

[ "$breaches" -eq 0 ] && echo "layers: the walls stand"
exit "$breaches"
