#include "tests/support/own_proc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"

#define PATH_SIZE (2 * FOLDER_SIZE + 32)

void own_proc_show(const char *proc, pid_t pid)
{
    char here[PATH_SIZE], there[32];
    snprintf(here, sizeof here, "%s/%d", proc, (int)pid);
    snprintf(there, sizeof there, "/proc/%d", (int)pid);
    assert_int_equal(symlink(there, here), 0);
}

void own_proc_invent(const char *proc, int pid, const char *words, size_t len)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%d", proc, pid);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/%d/cmdline", proc, pid);
    folder_write(path, words, len);
}

void own_proc_show_sockets(const char *proc)
{
    char here[PATH_SIZE];
    snprintf(here, sizeof here, "%s/net", proc);
    assert_int_equal(symlink("/proc/net", here), 0);
}
