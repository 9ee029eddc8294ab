/*
 * The demo's script against a daemon that answers as the test says: what is refused or lost is
 * a sentence, and an event counts on either side of its reply.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/demo.h"
#include "tui/demo_script.h"

#define GREETING "{\"QMP\": {}}\n"
#define DONE     "{\"return\": {}}\n"
#define MOVED    "{\"event\": \"BLOCK_JOB_ERROR ready paused concluded pending waiting\", "

/* What the daemon does with a command. */
typedef void answer(FILE *out, const char *line);

/* The greeting, then an answer to each line; the last is given for ever. Without one it dies
 * before it has read what it was told. */
static void serve(int fd, answer *const *answers)
{
    FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
    char line[8192];
    fputs(GREETING, out);
    fflush(out);
    while (answers[0] != NULL && fgets(line, sizeof line, in) != NULL) {
        answers[0](out, line);
        fflush(out);
        answers += answers[1] != answers[0];
    }
    (void)recv(fd, line, 1, MSG_PEEK);
}

static bool play(answer *const *answers, char error[DEMO_ERROR_SIZE])
{
    int ends[2];
    error[0] = '\0';
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pid_t daemon = fork();
    if (daemon == 0) {
        close(ends[0]);
        serve(ends[1], answers);
        _exit(0);
    }
    close(ends[1]);
    bool done = demo_script_run(ends[0], error);
    close(ends[0]);
    assert_int_equal(waitpid(daemon, NULL, 0), daemon);
    return done;
}

static void expect_failure(answer *const *answers, const char *wanted)
{
    char error[DEMO_ERROR_SIZE];
    assert_false(play(answers, error));
    assert_string_equal(error, wanted);
}

static void obey(FILE *out, const char *line)
{
    (void)line;
    fputs(DONE, out);
}

/* The line names the job. */
static void tell_then_obey(FILE *out, const char *line)
{
    fprintf(out, "{\"event\": \"JOB_STATUS_CHANGE\"}\n" MOVED "%s" DONE, line);
}

static void obey_then_tell(FILE *out, const char *line)
{
    fprintf(out, DONE "{\"event\": \"of another\"}\n" MOVED "%s", line);
}

static void die(FILE *out, const char *line)
{
    (void)out, (void)line;
    _exit(0);
}

static void refuse(FILE *out, const char *line)
{
    (void)line;
    fputs("{\"error\": {\"class\": \"GenericError\", \"desc\": \"no \033[1m blkdebug\"}}\n",
          out);
}

static void refuse_oddly(FILE *out, const char *line)
{
    (void)line;
    fputs("{\"error\": 7}\n", out);
}

static void refuse_without_end(FILE *out, const char *line)
{
    (void)line;
    fputs("{\"error\": {\"desc\": \"cut\n", out);
}

static void an_event_counts_before_and_after_the_reply(void **state)
{
    char error[DEMO_ERROR_SIZE];
    (void)state;
    assert_true(play((answer *const[]){tell_then_obey, tell_then_obey}, error));
    assert_string_equal(error, "");
    assert_true(play((answer *const[]){obey_then_tell, obey_then_tell}, error));
    assert_string_equal(error, "");
}

static void what_is_refused_is_said(void **state)
{
    (void)state;
    expect_failure((answer *const[]){obey, refuse, NULL},
                   "the demo's qemu-storage-daemon refused blockdev-add: "
                   "no \\x1b[1m blkdebug");
    expect_failure((answer *const[]){refuse_oddly, NULL},
                   "the demo's qemu-storage-daemon refused qmp_capabilities: "
                   "{\"error\": 7}\\n");
    expect_failure((answer *const[]){refuse_without_end, NULL},
                   "the demo's qemu-storage-daemon refused qmp_capabilities: cut\\n");
}

static void one_that_dies_is_missed(void **state)
{
    static const char words[] =
        "the demo's qemu-storage-daemon ended while its jobs were being made";
    (void)state;
    expect_failure((answer *const[]){NULL}, words);
    expect_failure((answer *const[]){obey, die, NULL}, words);
    expect_failure((answer *const[]){obey, tell_then_obey, NULL}, words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_counts_before_and_after_the_reply),
        cmocka_unit_test(what_is_refused_is_said),
        cmocka_unit_test(one_that_dies_is_missed),
    };
    return cmocka_run_group_tests_name("demo_script", tests, NULL, NULL);
}
