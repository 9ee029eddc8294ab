#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

#define ARGUMENTS   32
#define PATIENCE_MS 20000

static void die(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

static void make_folder(struct field *field)
{
    const char *base = getenv("TMPDIR");

    snprintf(field->folder, sizeof(field->folder), "%s/b.XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(field->folder))
        die("cannot make a folder for a farm");
}

static void clear_folder(const char *path)
{
    DIR *folder = opendir(path);

    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        char file[512];

        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        unlink(file);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
}

static void execute(char **arguments, int in, int out)
{
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    execv(arguments[0], arguments);
    perror(arguments[0]);
    _exit(127);
}

/* One line, without its end; false at the end or after PATIENCE_MS. */
static bool read_line(const struct field *field, char *line, size_t size)
{
    size_t len = 0;
    struct pollfd fd = {.fd = field->out, .events = POLLIN};

    while (len + 1 < size && poll(&fd, 1, PATIENCE_MS) > 0 &&
           read(field->out, line + len, 1) == 1 && line[len] != '\n')
        len++;
    line[len] = '\0';
    return len > 0;
}

void field_start(struct field *field, const struct bench *bench, size_t sockets, size_t jobs,
                 bool log, const char *const *options)
{
    char *program = bench_path(bench, "tests/qmp-farm"), line[64], counts[2][24];
    char path[FIELD_FOLDER + 8], *arguments[ARGUMENTS] = {program};
    size_t count = 1;
    int in[2], out[2];

    *field = (struct field){.sockets = sockets, .jobs = jobs};
    make_folder(field);
    snprintf(counts[0], sizeof(counts[0]), "%zu", sockets);
    snprintf(counts[1], sizeof(counts[1]), "%zu", jobs);
    snprintf(path, sizeof(path), "%s/log", field->folder);
    char *fixed[] = {"--dir", field->folder, "--sockets", counts[0], "--jobs", counts[1]};
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
        arguments[count++] = fixed[i];
    if (log) {
        arguments[count++] = "--log";
        arguments[count++] = path;
    }
    while (options && *options && count + 1 < ARGUMENTS)
        arguments[count++] = (char *)(uintptr_t)*options++;
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        die("no pipe");
    fflush(NULL);
    field->pid = fork();
    if (field->pid == 0)
        execute(arguments, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    field->in = in[1];
    field->out = out[0];
    if (field->pid < 0 || !read_line(field, line, sizeof(line)) || strcmp(line, "ready") != 0)
        die("the farm does not start");
    field->log = log ? fopen(path, "re") : NULL;
    free(program);
}

void field_stop(struct field *field)
{
    close(field->in);
    close(field->out);
    if (field->log)
        fclose(field->log);
    waitpid(field->pid, NULL, 0);
    clear_folder(field->folder);
    *field = (struct field){.pid = 0};
}

int64_t field_tell(struct field *field, const char *line)
{
    char text[64];
    int len = snprintf(text, sizeof(text), "%s\n", line);

    if (write(field->in, text, (size_t)len) != len || !read_line(field, text, sizeof(text)) ||
        strncmp(text, "ok", 2) != 0)
        return -1;
    return text[2] == ' ' ? strtoll(text + 3, NULL, 10) : 0;
}

int64_t field_logged(struct field *field, const char *command)
{
    char line[256], name[64];
    long long at_us;

    for (;;) {
        long begin = ftell(field->log);

        clearerr(field->log);
        if (!fgets(line, sizeof(line), field->log))
            return -1;
        if (!strchr(line, '\n')) { /* it is being written */
            fseek(field->log, begin, SEEK_SET);
            return -1;
        }
        if (sscanf(line, "%lld %*u %*u %63s", &at_us, name) == 2 && strcmp(name, command) == 0)
            return at_us;
    }
}
