#include "tests/support/kin.h"

#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 0 when it is gone. Its name in the parentheses may be anything. */
static pid_t parent_of(pid_t pid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = '\0';
    const char *end = strrchr(text, ')');
    return end != NULL && strlen(end) > 4 ? (pid_t)strtol(end + 4, NULL, 10) : 0;
}

void kin_of(struct kin *kin, pid_t parent)
{
    DIR *proc = opendir("/proc");
    assert_non_null(proc);
    kin->count = 0;
    for (const struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (!isdigit((unsigned char)entry->d_name[0]) || parent_of(pid) != parent)
            continue;
        assert_true(kin->count < KIN_MAX);
        kin->pids[kin->count++] = pid;
    }
    closedir(proc);
}

bool kin_lives(const struct kin *kin)
{
    for (size_t i = 0; i < kin->count; i++)
        if (kill(kin->pids[i], 0) == 0)
            return true;
    return false;
}
