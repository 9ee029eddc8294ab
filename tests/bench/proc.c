#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/bench.h"

static FILE *open_of(pid_t pid, const char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    return fopen(path, "re");
}

/* In nanoseconds where the kernel counts them, else in ticks. */
static int64_t read_cpu_ns(pid_t pid)
{
    unsigned long long ns = 0, user = 0, kernel = 0;
    FILE *file = open_of(pid, "schedstat");
    int got = 0;

    if (file) {
        got = fscanf(file, "%llu", &ns);
        fclose(file);
    }
    if (got == 1 && ns > 0)
        return (int64_t)ns;
    file = open_of(pid, "stat");
    if (!file)
        return 0;
    got = fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
                 &kernel);
    fclose(file);
    return got == 2 ? (int64_t)(user + kernel) * 1000000000 / sysconf(_SC_CLK_TCK) : 0;
}

static long count_fds(pid_t pid)
{
    char path[64];
    long count = 0;
    DIR *folder;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    folder = opendir(path);
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count - 2;
}

bool proc_read(pid_t pid, struct proc *proc)
{
    char line[256];
    FILE *file = open_of(pid, "status");

    *proc = (struct proc){0};
    if (!file)
        return false;
    while (fgets(line, sizeof(line), file)) {
        char *value = strchr(line, ':');

        if (!value)
            continue;
        *value++ = '\0';
        if (strcmp(line, "VmRSS") == 0)
            proc->rss_kib = strtol(value, NULL, 10);
        else if (strcmp(line, "VmHWM") == 0)
            proc->peak_kib = strtol(value, NULL, 10);
        else if (strcmp(line, "RssAnon") == 0)
            proc->own_kib = strtol(value, NULL, 10);
        else if (strcmp(line, "voluntary_ctxt_switches") == 0)
            proc->switches = strtol(value, NULL, 10);
    }
    fclose(file);
    proc->cpu_ns = read_cpu_ns(pid);
    proc->fds = count_fds(pid);
    return true;
}
