/*
 * The nth allocation of discovery fails, for every n until a scan passes untouched: it
 * finds less, but nothing wrong, and nothing is left over; and of what the console reads
 * from files, and of its reports, where each failure ends the process with a sentence.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/fleet.h"
#include "core/mem.h"
#include "core/merge.h"
#include "qmp/discover.h"
#include "tests/support/files.h"
#include "tests/support/folder.h"
#include "tests/torture/torture.h"
#include "tui/config.h"
#include "tui/keymap.h"
#include "tui/options.h"
#include "tui/report.h"
#include "tui/theme_load.h"

#define N_MAX   1000
#define SOCKETS 20 /* more than the list has room for at first */
#define PATH    (FOLDER_SIZE + 64)

static char folder[FOLDER_SIZE];

static void write_file(const char *name, const char *bytes, size_t size)
{
    char path[PATH];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
}

static void make_folder(const char *name)
{
    char path[PATH];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

/* A socket file, nobody behind it. */
static void make_socket(int number)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/vm-%d.qmp", folder, number);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

static const char theme_text[] = "{\"extends\": \"mono\", \"name\": \"t\"}";

static const char config_text[] =
    "{\"theme\": \"mono\", \"delay\": 2, \"sort\": \"job\", \"columns\": [\"TYPE\"],"
    " \"keys\": {\"pause\": \"F2\"},"
    " \"endpoints\": [\"/run/a.qmp\", {\"name\": \"b\", \"address\": \"/run/b.qmp\"}]}";

static int set_up(void **state)
{
    static const char words[] =
        "qemu-system-x86_64\0-name\0guest=web\0-qmp\0"
        "unix:/nowhere/a.qmp,server=on\0-qmp\0tcp:127.0.0.1:4444,server=on";
    (void)state;
    folder_make(folder);
    make_folder("proc");
    make_folder("proc/77");
    write_file("proc/77/cmdline", words, sizeof words);
    write_file("config.json", config_text, sizeof config_text - 1);
    write_file("theme.json", theme_text, sizeof theme_text - 1);
    for (int i = 0; i < SOCKETS; i++)
        make_socket(i);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

/* ---- discovery ---- */

/* What is found is there. */
static void assert_true_finding(const struct discover_finding *finding)
{
    assert_non_null(finding->endpoint);
    assert_true(strcmp(finding->endpoint, "tcp:127.0.0.1:4444") == 0 ||
                strcmp(finding->endpoint, "unix:/nowhere/a.qmp") == 0 ||
                strstr(finding->endpoint, "/vm-") != NULL);
    if (finding->name != NULL)
        assert_string_equal(finding->name, "web");
    if (finding->path != NULL)
        assert_true(strcmp(finding->endpoint + strlen("unix:"), finding->path) == 0);
}

static size_t look_around(void)
{
    char proc[PATH];
    struct discover discover;
    size_t count = 0;
    discover_init(&discover);
    snprintf(proc, sizeof proc, "%s/proc", folder);
    discover.proc = proc;
    discover.reads_processes = true;
    (void)discover_take_pattern(&discover, folder);
    for (int i = 0; i < 2; i++) {
        discover_scan(&discover);
        count = discover.found.count;
        for (size_t k = 0; k < count; k++) {
            assert_true_finding(&discover.found.items[k]);
            (void)discover_is_forbidden(&discover.found.items[k]);
        }
    }
    discover_release(&discover);
    return count;
}

static void test_discovery(void **state)
{
    (void)state;
    assert_int_equal(look_around(), SOCKETS + 2);
    size_t fds = files_open_count();
    for (int for_ever = 0; for_ever < 2; for_ever++) {
        bool failed = true;
        unsigned long n = 0;
        while (failed) {
            assert_true(++n < N_MAX);
            torture_allocations(n, for_ever == 1);
            size_t count = look_around();
            failed = torture_end();
            if (torture_held() != 0)
                fail_msg("allocation %lu: %zu pieces are left over", n, torture_held());
            assert_in_range(count, failed ? 0 : SOCKETS + 2, SOCKETS + 2);
        }
        assert_true(n > SOCKETS);
    }
    assert_int_equal(files_open_count(), fds);
}

/* ---- what ends the process ---- */

/* How a child ends. */
enum { UNTOUCHED = 0, SURVIVED = 10, ENDED = 77 };

static void leave(void)
{
    _exit(ENDED);
}

static void read_config(void)
{
    char path[PATH], error[CONFIG_ERROR_SIZE];
    struct keymap keymap;
    struct config config;
    struct options options = {0};
    keymap_init(&keymap);
    snprintf(path, sizeof path, "%s/config.json", folder);
    if (!config_load(&config, path, &keymap, error))
        _exit(1);
    config_complete(&config, &options);
    options_release(&options);
    config_release(&config);
    keymap_release(&keymap);
}

static void read_theme(void)
{
    char path[PATH], error[THEME_ERROR_SIZE];
    struct theme theme;
    theme_mono(&theme);
    snprintf(path, sizeof path, "%s/theme.json", folder);
    if (!theme_load(&theme, path, error) || theme_load(&theme, "no-such-theme", error))
        _exit(1);
}

static void print_reports(void)
{
    static const struct job_report reports[] = {
        {"mirror0", "mirror", "ready", 9, 9, NULL},
        {"stream0", "stream", "concluded", 5, 9, "Input/output error"},
    };
    struct fleet fleet;
    FILE *out = fopen("/dev/null", "w");
    fleet_init(&fleet);
    struct target *target = fleet_add(&fleet, "web", true, "/run/q.sock", 1);
    target_set_link(target, TARGET_UP, NULL, 0, 1);
    merge_jobs(target, reports, 2, 1);
    if (out == NULL || !report_table(&fleet, out, true, 2) || !report_json(&fleet, out, 2))
        _exit(1);
    fclose(out);
    fleet_release(&fleet);
}

static int end_of_child(void (*use)(void), unsigned long n)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        mem_on_exhausted(leave);
        torture_allocations(n, false);
        use();
        if (torture_end())
            _exit(SURVIVED);
        _exit(torture_held() == 0 ? UNTOUCHED : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status))
        fail_msg("allocation %lu: ended by signal %d", n, WTERMSIG(status));
    return WEXITSTATUS(status);
}

static void torture(void (*use)(void))
{
    size_t ended = 0;
    for (unsigned long n = 1;; n++) {
        assert_true(n < N_MAX);
        int end = end_of_child(use, n);
        if (end == UNTOUCHED)
            break;
        if (end != ENDED && end != SURVIVED)
            fail_msg("allocation %lu: the child ended with %d", n, end);
        ended += end == ENDED;
    }
    assert_true(ended > 0);
}

static void test_config(void **state)
{
    (void)state;
    torture(read_config);
}

static void test_theme(void **state)
{
    (void)state;
    torture(read_theme);
}

static void test_reports(void **state)
{
    (void)state;
    torture(print_reports);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_discovery, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_config, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_theme, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reports, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("memory_files", tests, NULL, NULL);
}
