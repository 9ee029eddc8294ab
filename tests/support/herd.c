#include "tests/support/herd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/program.h"

#define ARGUMENTS_MAX 80
#define ANSWER_MS     20000
#define NAME_SIZE     64

struct entry {
    long long at_us;
    unsigned number, unanswered;
    char command[NAME_SIZE], job[NAME_SIZE];
};

struct herd {
    pid_t pid;
    int in, out; /* its stdin and stdout */
    char folder[FOLDER_SIZE], log_path[HERD_PATH_SIZE];
    FILE *log;
    struct entry *entries; /* owned; what the log has told so far */
    size_t count, capacity;
};

/* ---- life ---- */

/* Beside the program under test. */
const char *herd_program(void)
{
    static char path[4 * HERD_PATH_SIZE];
    const char *program = program_path(), *slash = strrchr(program, '/');
    int len = slash != NULL ? (int)(slash - program) : 1;
    snprintf(path, sizeof path, "%.*s/tests/qmp-farm", len, slash != NULL ? program : ".");
    return path;
}

static void become(const struct herd *herd, const char *const *arguments, int in, int out)
{
    const char *argv[ARGUMENTS_MAX + 6] = {herd_program(), "--dir", herd->folder, "--log",
                                           herd->log_path};
    size_t count = 5;
    for (; *arguments != NULL && count < ARGUMENTS_MAX + 5; arguments++)
        argv[count++] = *arguments;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static void await_line(struct herd *herd, const char *wanted)
{
    char line[16] = "";
    size_t len = 0;
    struct pollfd fd = {.fd = herd->out, .events = POLLIN};
    while (strchr(line, '\n') == NULL && len < sizeof line - 1) {
        if (poll(&fd, 1, ANSWER_MS) <= 0 || read(herd->out, line + len, 1) != 1)
            fail_msg("the farm does not say \"%s\"", wanted);
        line[++len] = '\0';
    }
    if (strncmp(line, wanted, strlen(wanted)) != 0)
        fail_msg("the farm says \"%s\", not \"%s\"", line, wanted);
}

struct herd *herd_start(const char *const *arguments)
{
    int in[2], out[2];
    struct herd *herd = calloc(1, sizeof *herd);
    assert_non_null(herd);
    folder_make(herd->folder);
    snprintf(herd->log_path, sizeof herd->log_path, "%s/log", herd->folder);
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    fcntl(in[1], F_SETFD, FD_CLOEXEC);
    fcntl(out[0], F_SETFD, FD_CLOEXEC);
    herd->pid = fork();
    assert_true(herd->pid >= 0);
    if (herd->pid == 0)
        become(herd, arguments, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    herd->in = in[1];
    herd->out = out[0];
    await_line(herd, "ready");
    herd->log = fopen(herd->log_path, "re");
    assert_non_null(herd->log);
    return herd;
}

void herd_end(struct herd *herd)
{
    if (herd == NULL)
        return;
    close(herd->in);
    kill(herd->pid, SIGKILL);
    waitpid(herd->pid, NULL, 0);
    close(herd->out);
    if (herd->log != NULL)
        fclose(herd->log);
    folder_remove(herd->folder);
    free(herd->entries);
    free(herd);
}

const char *herd_folder(const struct herd *herd)
{
    return herd->folder;
}

const char *herd_socket(const struct herd *herd, unsigned number, char path[HERD_PATH_SIZE])
{
    snprintf(path, HERD_PATH_SIZE, "%s/vm-%04u.qmp", herd->folder, number);
    return path;
}

void herd_tell(struct herd *herd, const char *line)
{
    assert_int_equal(dprintf(herd->in, "%s\n", line), (int)strlen(line) + 1);
    await_line(herd, "ok");
}

/* ---- what came ---- */

static void keep(struct herd *herd, const struct entry *entry)
{
    if (herd->count == herd->capacity) {
        herd->capacity = herd->capacity > 0 ? herd->capacity * 2 : 256;
        herd->entries = realloc(herd->entries, herd->capacity * sizeof *herd->entries);
        assert_non_null(herd->entries);
    }
    herd->entries[herd->count++] = *entry;
}

/* Whole lines only: the farm may be in the middle of one. */
static void read_log(struct herd *herd)
{
    char line[512];
    long begin = ftell(herd->log);
    clearerr(herd->log);
    while (fgets(line, sizeof line, herd->log) != NULL && strchr(line, '\n') != NULL) {
        struct entry entry = {0};
        begin = ftell(herd->log);
        if (sscanf(line, "%lld %u %u %63s %63s", &entry.at_us, &entry.number, &entry.unanswered,
                   entry.command, entry.job) >= 4)
            keep(herd, &entry);
    }
    fseek(herd->log, begin, SEEK_SET);
}

static bool is_like(const struct entry *entry, unsigned number, const char *command,
                    const char *job)
{
    return entry->number == number &&
           (command != NULL ? strcmp(entry->command, command) == 0
                            : strchr("+-!", entry->command[0]) == NULL) &&
           (job == NULL || strcmp(entry->job, job) == 0);
}

size_t herd_count(struct herd *herd, unsigned number, const char *command, const char *job)
{
    size_t count = 0;
    read_log(herd);
    for (size_t i = 0; i < herd->count; i++)
        count += is_like(&herd->entries[i], number, command, job);
    return count;
}

size_t herd_count_verbs(struct herd *herd)
{
    size_t count = 0;
    read_log(herd);
    for (size_t i = 0; i < herd->count; i++) {
        const char *command = herd->entries[i].command;
        count += strchr("+-!", command[0]) == NULL && strncmp(command, "query-", 6) != 0 &&
                 strcmp(command, "qmp_capabilities") != 0;
    }
    return count;
}

long long herd_newest_us(struct herd *herd, unsigned number, const char *command)
{
    read_log(herd);
    for (size_t i = herd->count; i-- > 0;)
        if (is_like(&herd->entries[i], number, command, NULL))
            return herd->entries[i].at_us;
    return 0;
}

size_t herd_count_since(struct herd *herd, unsigned number, const char *command,
                        long long since_us)
{
    size_t count = 0;
    read_log(herd);
    for (size_t i = 0; i < herd->count; i++)
        count += herd->entries[i].at_us > since_us &&
                 is_like(&herd->entries[i], number, command, NULL);
    return count;
}

unsigned herd_most_unanswered(struct herd *herd)
{
    unsigned most = 0;
    read_log(herd);
    for (size_t i = 0; i < herd->count; i++)
        if (herd->entries[i].unanswered > most)
            most = herd->entries[i].unanswered;
    return most;
}

void herd_assert_meant(struct herd *herd)
{
    read_log(herd);
    for (size_t i = 0; i < herd->count; i++) {
        const struct entry *entry = &herd->entries[i];
        if (entry->command[0] == '!')
            fail_msg("%s of %s over socket %u: no such job in such a state was told",
                     entry->command + 1, entry->job, entry->number);
    }
}
