/*
 * The program with little: of memory beside everything the farm can do to it, of open
 * files, of room on the disk, of the right to write. It does with less and says so; it
 * never spins.
 */

#define _GNU_SOURCE /* prlimit() */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/preload.h"
#include "tests/support/program.h"
#include "tests/support/rig.h"
#include "tests/tui/faults.h"

#define FEW_FILES   64
#define SPARE_FILES 16  /* that no connection takes */
#define MANY        100 /* sockets, more than that */
#define LOOK_S      2.0 /* of watching whether it rests */

/* A configuration with `count` sockets of the herd, called by `names`, else by number. */
static const char *write_config(size_t count, const char *const *names)
{
    static char path[FOLDER_SIZE + 16];
    char socket[HERD_PATH_SIZE], number[16];
    snprintf(path, sizeof path, "%s/config.json", rig.folder);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs("{\"endpoints\": [", out);
    for (unsigned i = 0; i < count; i++) {
        snprintf(number, sizeof number, "vm-%02u", i);
        fprintf(out, "%s{\"name\": \"%s\", \"address\": \"%s\"}", i > 0 ? ", " : "",
                names != NULL ? names[i] : number, herd_socket(rig.herd, i, socket));
    }
    fputs("]}\n", out);
    assert_int_equal(fclose(out), 0);
    return path;
}

/* Behind a line of shell. */
static void start(const char *shell, int rows, const char *const *arguments)
{
    const char *argv[32] = {"-c", shell, "sh", program_path()};
    size_t count = 4;
    for (; *arguments != NULL; arguments++)
        argv[count++] = *arguments;
    argv[count] = NULL;
    rig.console = console_start(
        &rig.pump, &(struct console_options){.rows = rows, .columns = 160, .program = "sh"},
        argv);
}

static void quit(void)
{
    console_press(rig.console, "\033[21~"); /* F10 */
    assert_int_equal(console_await_end(rig.console), 0);
    assert_null(pty_not_put_back(console_pty(rig.console)));
}

static bool was_paused(void *job)
{
    unsigned number;
    assert_int_equal(sscanf(job, "job-%u-", &number), 1);
    return herd_count(rig.herd, number, "job-pause", job) == 1;
}

static void a_key_acts(char *job)
{
    console_select(rig.console, job, "running");
    console_press(rig.console, "p");
    console_await_that(rig.console, was_paused, job, "the pause of a healthy job");
}

/* ---- memory ---- */

/* All faults at once, in a sixteenth of what the worst of them would take. */
static void test_all_faults_in_64_mb(void **state)
{
    char number[8], wish[FAULT_COUNT][48], healthy[32];
    const char *arguments[2 * FAULT_COUNT + 5] = {"--sockets", number, "--jobs", "2"};
    const char *names[FAULT_COUNT + 1];
    char plain[FAULT_COUNT][32];
    (void)state;
    if (program_is_sanitized())
        skip(); /* the sanitizer alone maps terabytes */
    snprintf(number, sizeof number, "%zu", FAULT_COUNT + 1);
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        snprintf(wish[i], sizeof wish[i], "%s@%zu", faults[i].name, i);
        arguments[4 + 2 * i] = "--fault";
        arguments[5 + 2 * i] = wish[i];
        snprintf(plain[i], sizeof plain[i], "%.*s", (int)strcspn(faults[i].name, ":"),
                 faults[i].name);
        names[i] = plain[i];
    }
    names[FAULT_COUNT] = "healthy";
    rig.herd = herd_start(arguments);
    start("ulimit -v 65536; exec \"$@\"", 60,
          (const char *[]){"--config", write_config(FAULT_COUNT + 1, names), NULL});
    console_press(rig.console, "v");
    for (size_t i = 0; i < FAULT_COUNT; i++)
        if (faults[i].words != NULL)
            console_await(rig.console, names[i], faults[i].words);
    console_press(rig.console, "q");
    snprintf(healthy, sizeof healthy, "job-%zu-0-0", FAULT_COUNT);
    a_key_acts(healthy);
    quit();
}

/* ---- open files ---- */

static double cpu_s(void)
{
    char path[64];
    unsigned long user, system;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pty_pid(console_pty(rig.console)));
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    assert_int_equal(fscanf(in,
                            "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                            &user, &system),
                     2);
    fclose(in);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double wall_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool has_passed(void *end_s)
{
    return wall_s() >= *(double *)end_s;
}

/* Who spins takes all of a processor, however slow; this takes far less than half. */
static void assert_it_rests(void)
{
    double begin_s = wall_s(), used_s = cpu_s(), end_s = begin_s + LOOK_S;
    console_await_that(rig.console, has_passed, &end_s, "time to pass");
    used_s = cpu_s() - used_s;
    if (used_s > (wall_s() - begin_s) / 2)
        fail_msg("%.2f s of processor time in %.2f s", used_s, wall_s() - begin_s);
}

#define NO_FILE "not watched: no more files may be open here (ulimit -n)"

static pid_t program_pid(void)
{
    return pty_pid(console_pty(rig.console));
}

/* What looks for sockets and for who holds them needs some, too. */
static bool leaves_some_free(void *ctx)
{
    char path[64];
    size_t count = 0;
    (void)ctx;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)program_pid());
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count <= FEW_FILES - SPARE_FILES;
}

static void start_with_few_files(const char *const *arguments)
{
    char line[64];
    snprintf(line, sizeof line, "ulimit -n %d; exec \"$@\"", FEW_FILES);
    start(line, 130, arguments);
}

static void test_more_sockets_than_files(void **state)
{
    (void)state;
    rig.herd = herd_start((const char *[]){"--sockets", "100", "--jobs", "1", NULL});
    start_with_few_files((const char *[]){"--config", write_config(MANY, NULL), NULL});
    console_press(rig.console, "v");
    console_await(rig.console, "vm-99", NO_FILE);
    console_await(rig.console, "vm-00", "ok");
    console_await_that(rig.console, leaves_some_free, NULL, "some files free");
    assert_it_rests();
    console_press(rig.console, "q");
    a_key_acts((char[]){"job-3-0-0"});
    quit();
}

static void listen_at(const char *name, int *listener)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", herd_folder(rig.herd), name);
    *listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(*listener, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(*listener, 1), 0);
}

static void test_the_search_goes_on_beyond_the_limit(void **state)
{
    char folder[HERD_PATH_SIZE];
    int listener;
    (void)state;
    rig.herd = herd_start((const char *[]){"--sockets", "100", "--jobs", "1", NULL});
    snprintf(folder, sizeof folder, "%s/*.qmp", herd_folder(rig.herd));
    start_with_few_files((const char *[]){folder, NULL});
    console_press(rig.console, "v");
    console_await(rig.console, "vm-0099", NO_FILE);
    listen_at("zz-new.qmp", &listener);
    console_await(rig.console, "zz-new", NO_FILE);
    close(listener);
    console_press(rig.console, "q");
    a_key_acts((char[]){"job-3-0-0"});
    quit();
}

static void allow_files(rlim_t count, rlim_t *before)
{
    struct rlimit limit;
    assert_int_equal(prlimit(program_pid(), RLIMIT_NOFILE, NULL, &limit), 0);
    if (before != NULL)
        *before = limit.rlim_cur;
    limit.rlim_cur = count;
    assert_int_equal(prlimit(program_pid(), RLIMIT_NOFILE, &limit, NULL), 0);
}

/* From one moment on nothing can be opened: no socket, no folder, no pipe for a command. */
static void test_no_file_for_a_while(void **state)
{
    char folder[HERD_PATH_SIZE];
    int listener;
    rlim_t usual;
    (void)state;
    rig.herd = herd_start((const char *[]){"--sockets", "3", "--jobs", "1", NULL});
    snprintf(folder, sizeof folder, "%s/*.qmp", herd_folder(rig.herd));
    start("exec \"$@\"", 40, (const char *[]){folder, "told=exec:false", NULL});
    console_press(rig.console, "v");
    for (int i = 0; i < 3; i++)
        console_await(rig.console, (char[]){'v', 'm', '-', (char)('0' + i), 0}, "ok");
    console_await(rig.console, "told", "the command exited with status 1");

    allow_files(3, &usual);
    herd_tell(rig.herd, "fault flap@1");
    listen_at("zz-new.qmp", &listener);
    console_await(rig.console, "vm-1", NO_FILE);
    console_await(rig.console, "told", NO_FILE);
    assert_it_rests();
    console_press(rig.console, "q");
    console_press(rig.console, "e");
    console_await(rig.console, "sockets are not looked for: too many files are open", NULL);
    console_press(rig.console, "q");
    a_key_acts((char[]){"job-2-0-0"});

    allow_files(usual, NULL);
    herd_tell(rig.herd, "fault none@1");
    console_press(rig.console, "v");
    console_await(rig.console, "vm-1", "ok");
    console_await(rig.console, "told", "the command exited with status 1");
    console_await(rig.console, "zz-new", NULL);
    console_press(rig.console, "q");
    console_press(rig.console, "e");
    console_await(rig.console, "sockets are looked for again", NULL);
    close(listener);
    quit();
}

/* The same for all of the machine, which only a library before the system's can play. */
static void test_too_many_files_on_the_machine(void **state)
{
    static const char words[] = "this machine has too many files open";
    char line[PRELOAD_LINE], flag[FOLDER_SIZE + 8], path[HERD_PATH_SIZE];
    char endpoint[HERD_PATH_SIZE + 8];
    (void)state;
    rig.herd = herd_start((const char *[]){"--jobs", "1", NULL});
    snprintf(endpoint, sizeof endpoint, "one=%s", herd_socket(rig.herd, 0, path));
    snprintf(flag, sizeof flag, "%s/full", rig.folder);
    folder_write(flag, "", 0);
    preload_line(line, "enfile", "QMPTOP_TEST_ENFILE", flag);
    start(line, 30, (const char *[]){endpoint, "told=exec:false", NULL});
    console_press(rig.console, "v");
    console_await(rig.console, "one", words);
    console_await(rig.console, "told", words);
    assert_it_rests();
    assert_int_equal(unlink(flag), 0);
    console_await(rig.console, "one", "ok");
    console_await(rig.console, "told", "the command exited with status 1");
    console_press(rig.console, "q");
    a_key_acts((char[]){"job-0-0-0"});
    quit();
}

/* ---- the disk ---- */

static void test_no_room_for_the_log(void **state)
{
    (void)state;
    rig.herd = herd_start((const char *[]){"--jobs", "1", NULL});
    start("exec \"$@\"", 24,
          (const char *[]){"--config", write_config(1, NULL), "--log", "/dev/full", NULL});
    console_await(rig.console,
                  "log /dev/full: No space left on device; nothing more is written", NULL);
    a_key_acts((char[]){"job-0-0-0"});
    console_press(rig.console, "e");
    console_await(rig.console, "EVENTS", NULL);
    quit();
}

static void test_a_folder_without_the_right_to_write(void **state)
{
    char line[128], log[FOLDER_SIZE + 8];
    struct program_run run = {.mortal = true};
    (void)state;
    rig.herd = herd_start((const char *[]){"--jobs", "1", NULL});
    const char *config = write_config(1, NULL);
    assert_int_equal(chmod(rig.folder, 0555), 0);
    snprintf(log, sizeof log, "%s/log", rig.folder);
    program_run(&run, (const char *[]){"--once", "--config", config, "--log", log, NULL});
    assert_int_equal(run.status, 2);
    assert_non_null(strstr(run.err, "log: Permission denied"));
    program_release(&run);

    snprintf(line, sizeof line, "cd %s; exec \"$@\"", rig.folder);
    const char *argv[] = {"-c", line, "sh", program_path(), "--config", config, NULL};
    rig.console = console_start(
        &rig.pump,
        &(struct console_options){.columns = 120, .rows = 24, .program = "sh", .mortal = true},
        argv);
    console_await(rig.console, "job-0-0-0", "running");
    console_press(rig.console, "e");
    console_await(rig.console, "EVENTS", NULL);
    console_press(rig.console, "w");
    console_await(rig.console, "A new file", NULL);
    console_enter(rig.console, "events.txt");
    console_await(rig.console, "Permission denied", NULL);
    quit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_faults_in_64_mb, rig_make_folder, rig_clear),
        cmocka_unit_test_setup_teardown(test_more_sockets_than_files, rig_make_folder,
                                        rig_clear),
        cmocka_unit_test_setup_teardown(test_the_search_goes_on_beyond_the_limit,
                                        rig_make_folder, rig_clear),
        cmocka_unit_test_setup_teardown(test_no_file_for_a_while, rig_make_folder, rig_clear),
        cmocka_unit_test_setup_teardown(test_too_many_files_on_the_machine, rig_make_folder,
                                        rig_clear),
        cmocka_unit_test_setup_teardown(test_no_room_for_the_log, rig_make_folder, rig_clear),
        cmocka_unit_test_setup_teardown(test_a_folder_without_the_right_to_write,
                                        rig_make_folder, rig_clear),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
