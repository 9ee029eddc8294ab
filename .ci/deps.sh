#!/bin/sh
# Installs what a build, the tests or the checks need and this machine lacks.
# With everything present it does nothing and asks nobody. Debian and Ubuntu
# only (apt, as root or through sudo); elsewhere it names the packages and stops.
# usage: .ci/deps.sh GROUP...   with GROUP one of: build demo qemu ssh test lint fuzz bench
set -u

missing=
need() { # need PACKAGE CHECK...
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
header() {
    echo "#include <$1>" | "${CC:-cc}" -E -x c - -o /dev/null
}
tool() {
    command -v "$1"
}

# Only its program is wanted: the system shall not begin to serve because of a test.
mask_server() {
    echo "ssh.service is masked: \"systemctl unmask ssh.service ssh.socket\" undoes that"
    $sudo systemctl mask ssh.service ssh.socket >&2
}

# libFuzzer: a package of its own in Debian, numbered like clang.
fuzzer() {
    echo "int LLVMFuzzerTestOneInput(const void *d, unsigned long n) { return !d && n > 8; }" |
        clang -fsanitize=fuzzer,address -x c - -o /dev/null
}
runtime() {
    number=$(apt-cache depends clang 2>/dev/null | sed -n "s/.*Depends: clang-\([0-9]*\)$/\1/p" | head -n 1)
    echo "libclang-rt-${number:-14}-dev"
}

need gcc tool "${CC:-cc}"
for group in "$@"; do
    case $group in
    build)
        need libc6-dev header stdio.h
        need libncurses-dev header ncurses.h
        need libjson-c-dev header json-c/json.h
        need libev-dev header ev.h
        ;;
    demo)
        [ -n "${QEMU_BIN_DIR:-}" ] && continue
        need qemu-system-common tool qemu-storage-daemon
        ;;
    qemu)
        [ -n "${QEMU_BIN_DIR:-}" ] && continue
        need qemu-system-x86 tool qemu-system-x86_64
        need qemu-system-common tool qemu-storage-daemon
        need qemu-utils tool qemu-img
        ;;
    test)
        need libcmocka-dev sh -c 'printf "#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>\n#include <cmocka.h>\n" | "${CC:-cc}" -E -x c - -o /dev/null'
        need libvterm-dev header vterm.h
        need ncurses-term test -e /usr/share/terminfo/t/tmux-256color -o -e /lib/terminfo/t/tmux-256color
        ;;
    ssh)
        need openssh-client tool ssh
        need openssh-server test -x /usr/sbin/sshd
        ;;
    fuzz)
        need clang tool clang
        need "$(runtime)" fuzzer
        ;;
    bench)
        need htop tool htop
        need procps tool top
        need valgrind tool valgrind
        ;;
    lint)
        need clang tool clang
        need clang-tidy tool clang-tidy
        need cppcheck tool cppcheck
        ;;
    *)
        echo "deps.sh: unknown group '$group'" >&2
        exit 2
        ;;
    esac
done
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing:$missing" >&2
    echo "Install them (Debian's package names) with your package manager, then try again." >&2
    exit 1
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Missing:$missing" >&2
        echo "Run as root: apt-get install$missing" >&2
        exit 1
    fi
    sudo=sudo
fi
case $missing in
*openssh-server*)
    [ -d /run/systemd/system ] && mask_server
    ;;
esac
echo "Installing with apt:$missing"
# shellcheck disable=SC2086
{ $sudo apt-get update -q &&
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; } >&2 || {
    echo "apt could not install:$missing" >&2
    exit 1
}
