#include "tui/demo_script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/text.h"
#include "tui/demo.h"

#define SILENCE_SECONDS 20
#define LINE_SIZE       4096

struct step {
    const char *command;
    const char *arguments; /* QEMU reads single quotes too */
    const char *word;      /* then wait for an event with this word ... */
    const char *job;       /* ... of this job */
};

const char *const demo_script_files[] = {"data.qcow2", "ci11.qcow2", "ci11.raw", "web02.qcow2",
                                         NULL};

/* Bytes; QMP takes no units. */
#define MIB_40  "41943040"
#define MIB_50  "52428800"
#define MIB_60  "62914560"
#define MIB_88  "92274688"
#define MIB_112 "117440512"
#define GIB_2   "2147483648"
#define GIB_4   "4294967296"
#define GIB_8   "8589934592"
#define GIB_20  "21474836480"
#define GIB_30  "32212254720"
#define GIB_32  "34359738368"
#define GIB_60  "64424509440"
#define GIB_120 "128849018880"

/* Where in a disk a fault sits, in sectors of 512 bytes. */
#define AT_5_GIB        "10485760"
#define AT_11_GIB       "23068672"
#define AT_12_GIB       "25165824"
#define AT_12_GIB_64_M  "25296896"
#define AT_12_GIB_128_M "25427968"
#define AT_25_GIB       "52428800"
#define AT_75_GIB       "157286400"

#define EIO_NUMBER    "5"
#define ENOSPC_NUMBER "28"

#define DO(command, arguments)                 \
    {                                          \
        command, "{" arguments "}", NULL, NULL \
    }
#define START(command, job, arguments, word)                       \
    {                                                              \
        command, "{'job-id': '" job "', " arguments "}", word, job \
    }

#define NODE(driver, name, more) \
    DO("blockdev-add", "'driver': '" driver "', 'node-name': '" name "', " more)
/* Nobody keeps these files: no flush has to wait for the disk. */
#define FILE_NODE(name, file) \
    NODE("file", name, "'filename': '" file "', 'cache': {'no-flush': true}")
#define EMPTY_DISK(name, size) NODE("null-co", name, "'size': " size)
/* Reads as data everywhere, so that a mirror or a stream really copies it. */
#define FULL_DISK(name, size) NODE("raw", name, "'file': 'data', 'size': " size)

#define ON_EMPTY(size) "{'driver': 'null-co', 'size': " size "}"
#define ON_FULL(size)  "{'driver': 'raw', 'file': 'data', 'size': " size "}"
#define FAULT(way, number, sector, once)                                            \
    "{'event': 'none', 'iotype': '" way "', 'errno': " number ", 'sector': " sector \
    ", 'once': " once ", 'immediately': true}"
#define FAULTY_DISK(name, image, faults) \
    NODE("blkdebug", name, "'image': " image ", 'inject-error': [" faults "]")
/* Stops the job that comes there once: so a fresh job stands at a chosen mark. */
#define MARKED_DISK(name, image, way, sector) \
    FAULTY_DISK(name, image, FAULT(way, EIO_NUMBER, sector, "true"))

#define FULL_AT(sector)        FAULT("write", ENOSPC_NUMBER, sector, "true")
#define THREE(one, two, three) one ", " two ", " three

#define FORMAT(name, data, more)                                                        \
    START("blockdev-create", "format-" name,                                            \
          "'options': {'driver': 'qcow2', 'file': '" name "-file', 'data-file': '" data \
          "', " more "}",                                                               \
          "concluded"),                                                                 \
        DO("job-dismiss", "'id': 'format-" name "'")
#define LIMIT(job, speed)    DO("block-job-set-speed", "'device': '" job "', 'speed': " speed)
#define RESUME(job)          DO("job-resume", "'id': '" job "'")
#define COPY(device, target) "'device': '" device "', 'target': '" target "', 'sync': 'full'"
#define MEMBER(job, more)    "{'type': 'blockdev-backup', 'data': {'job-id': '" job "', " more "}}"
#define GROUP(one, two) \
    "{'properties': {'completion-mode': 'grouped'}, 'actions': [" one ", " two "]}"

static const struct step steps[] = {
    {"qmp_capabilities", "{}", NULL, NULL},

    /* One image that is data from end to end serves as the content of all disks. */
    FILE_NODE("data-file", "data.qcow2"),
    EMPTY_DISK("data-null", GIB_60),
    FORMAT("data", "data-null", "'size': " GIB_60 ", 'preallocation': 'metadata'"),
    NODE("qcow2", "data", "'file': 'data-file', 'data-file': 'data-null'"),

    /* A running mirror. */
    FULL_DISK("web01", GIB_60),
    MARKED_DISK("web01-copy", ON_EMPTY(GIB_60), "write", AT_25_GIB),
    START("blockdev-mirror", "mirror-web01",
          COPY("web01", "web01-copy") ", 'on-target-error': 'stop'", "BLOCK_JOB_ERROR"),
    LIMIT("mirror-web01", MIB_88),
    RESUME("mirror-web01"),

    /* A running backup. */
    MARKED_DISK("db03", ON_EMPTY(GIB_120), "read", AT_75_GIB),
    EMPTY_DISK("db03-copy", GIB_120),
    START("blockdev-backup", "backup-db03",
          COPY("db03", "db03-copy") ", 'on-source-error': 'stop'", "BLOCK_JOB_ERROR"),
    LIMIT("backup-db03", MIB_112),
    RESUME("backup-db03"),

    /* A paused stream. Only a real file takes the size of an empty overlay. */
    MARKED_DISK("ci11-base", ON_FULL(GIB_20), "read", AT_5_GIB),
    FILE_NODE("ci11-file", "ci11.qcow2"),
    FILE_NODE("ci11-raw", "ci11.raw"),
    FORMAT("ci11", "ci11-raw", "'size': " GIB_20),
    DO("blockdev-del", "'node-name': 'ci11-raw'"),
    EMPTY_DISK("ci11-null", GIB_20),
    NODE("qcow2", "ci11",
         "'file': 'ci11-file', 'data-file': 'ci11-null', 'backing': 'ci11-base'"),
    START("block-stream", "stream-ci11", "'device': 'ci11', 'on-error': 'stop'",
          "BLOCK_JOB_ERROR"),
    LIMIT("stream-ci11", MIB_60),
    RESUME("stream-ci11"),
    {"job-pause", "{'id': 'stream-ci11'}", "paused", "stream-ci11"},

    /* A commit of the active layer: a decision waits at its end. */
    EMPTY_DISK("web02-base", GIB_32),
    FILE_NODE("web02-file", "web02.qcow2"),
    MARKED_DISK("web02-null", ON_EMPTY(GIB_32), "read", AT_11_GIB),
    FORMAT("web02", "web02-null", "'size': " GIB_32 ", 'preallocation': 'metadata'"),
    NODE("qcow2", "web02",
         "'file': 'web02-file', 'data-file': 'web02-null', 'backing': 'web02-base'"),
    START("block-commit", "commit-web02", "'device': 'web02', 'on-error': 'stop'",
          "BLOCK_JOB_ERROR"),
    LIMIT("commit-web02", MIB_50),
    RESUME("commit-web02"),

    /* A READY mirror, undecided. */
    EMPTY_DISK("mail02", GIB_8),
    EMPTY_DISK("mail02-copy", GIB_8),
    START("blockdev-mirror", "mirror-mail02", COPY("mail02", "mail02-copy"), "ready"),

    /* A backup that wants finalize. */
    EMPTY_DISK("shop", GIB_4),
    EMPTY_DISK("shop-copy", GIB_4),
    START("blockdev-backup", "backup-shop",
          COPY("shop", "shop-copy") ", 'auto-finalize': false", "pending"),

    /* A group: the small disk is done and waits for the big one. */
    EMPTY_DISK("erp-db", GIB_30),
    EMPTY_DISK("erp-db-copy", GIB_30),
    EMPTY_DISK("erp-log", GIB_2),
    EMPTY_DISK("erp-log-copy", GIB_2),
    {"transaction",
     GROUP(MEMBER("backup-erp-db", COPY("erp-db", "erp-db-copy") ", 'speed': " MIB_40),
           MEMBER("backup-erp-log", COPY("erp-log", "erp-log-copy"))),
     "waiting", "backup-erp-log"},

    /* A backup that failed on a bad sector and was not dismissed. */
    FAULTY_DISK("nfs04", ON_EMPTY(GIB_8), FAULT("read", EIO_NUMBER, AT_5_GIB, "false")),
    EMPTY_DISK("nfs04-copy", GIB_8),
    START("blockdev-backup", "backup-nfs04",
          COPY("nfs04", "nfs04-copy") ", 'auto-dismiss': false", "concluded"),

    /* A mirror whose target is full. The first resumes find a little room only. */
    FULL_DISK("db07", GIB_20),
    FAULTY_DISK("db07-copy", ON_EMPTY(GIB_20),
                THREE(FULL_AT(AT_12_GIB), FULL_AT(AT_12_GIB_64_M), FULL_AT(AT_12_GIB_128_M))),
    START("blockdev-mirror", "mirror-db07",
          COPY("db07", "db07-copy") ", 'on-target-error': 'enospc'", "BLOCK_JOB_ERROR"),
    LIMIT("mirror-db07", MIB_60),
};

struct script {
    int fd;
    FILE *in;
    char line[LINE_SIZE];
    char *error;
};

static bool fail(struct script *script, const char *what, const char *detail)
{
    char clean[256];
    text_clean(clean, sizeof(clean), detail, strlen(detail), TEXT_ASCII);
    snprintf(script->error, DEMO_ERROR_SIZE, "the demo's qemu-storage-daemon %s%s%s", what,
             *clean ? ": " : "", clean);
    return false;
}

static bool starts_with(const char *line, const char *start)
{
    return strncmp(line, start, strlen(start)) == 0;
}

/* The text of "desc" in an error reply, cut out in place. */
static const char *description(char *line)
{
    static const char key[] = "\"desc\": \"";
    char *start = strstr(line, key);
    if (start == NULL)
        return line;
    start += sizeof(key) - 1;
    char *end = strrchr(start, '"');
    if (end != NULL)
        *end = '\0';
    return start;
}

static bool read_line(struct script *script)
{
    if (fgets(script->line, sizeof(script->line), script->in) != NULL)
        return true;
    if (!feof(script->in) && errno == EAGAIN)
        return fail(script, "gave no answer", "");
    return fail(script, "ended while its jobs were being made", "");
}

static bool is_awaited(const char *line, const struct step *step)
{
    return strstr(line, "\"event\"") != NULL && strstr(line, step->word) != NULL &&
           strstr(line, step->job) != NULL;
}

/* Until the reply was read, and the awaited event, in whichever order. */
static bool await(struct script *script, const struct step *step)
{
    bool replied = false, seen = step->word == NULL;
    while (!replied || !seen) {
        if (!read_line(script))
            return false;
        if (starts_with(script->line, "{\"error\"")) {
            char what[64];
            snprintf(what, sizeof(what), "refused %s", step->command);
            return fail(script, what, description(script->line));
        }
        if (starts_with(script->line, "{\"return\""))
            replied = true;
        else if (!seen)
            seen = is_awaited(script->line, step);
    }
    return true;
}

static bool play(struct script *script, const struct step *step)
{
    char out[LINE_SIZE];
    int length = snprintf(out, sizeof(out), "{'execute': '%s', 'arguments': %s}\n",
                          step->command, step->arguments);
    if (send(script->fd, out, (size_t)length, MSG_NOSIGNAL) != length)
        return fail(script, "ended while its jobs were being made", "");
    return await(script, step);
}

static bool play_all(struct script *script)
{
    if (!read_line(script)) /* the greeting */
        return false;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (!play(script, &steps[i]))
            return false;
    return true;
}

bool demo_script_run(int fd, char *error)
{
    struct timeval silence = {.tv_sec = SILENCE_SECONDS};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence));
    struct script script = {.fd = fd};
    script.error = error;
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    script.in = own < 0 ? NULL : fdopen(own, "r");
    if (script.in == NULL) {
        if (own >= 0)
            close(own);
        return fail(&script, "could not be asked", "out of file descriptors");
    }
    bool done = play_all(&script);
    fclose(script.in);
    return done;
}
