/*
 * Odd surroundings: variables that say nonsense or are missing, and standard descriptors
 * that are closed. Each face of the program still shows the job there is, or says why not;
 * nothing of what it prints goes where it does not belong.
 */

#define _GNU_SOURCE /* ST_NOSUID */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/program.h"
#include "tests/support/rig.h"

#define ARGUMENTS_MAX 12
#define NOBODY        65534
#define KEPT          512 /* bytes of a variable's value */

static const struct fake_job job = {
    .id = "mir", .type = "mirror", .status = "concluded", .current = 9, .total = 9};

struct setting {
    const char *name, *value; /* NULL = unset */
};

/* One row is one run of each face. */
static const struct setting settings[][4] = {
    {{"LIBEV_FLAGS", "8"}}, /* a backend that Linux does not have */
    {{"LIBEV_FLAGS", "16777216"}},
    {{"LIBEV_FLAGS", "nonsense"}},
    {{"TERMINFO", "/nowhere"}},
    {{"TERMINFO", "/nowhere"}, {"TERMINFO_DIRS", "/nowhere"}, {"HOME", "/nowhere"}},
    {{"LC_ALL", "xx_YY.UTF-99"}},
    {{"LC_ALL", NULL}, {"LANG", NULL}, {"LC_CTYPE", NULL}},
    {{"HOME", NULL}},
    {{"XDG_CONFIG_HOME", NULL}, {"XDG_DATA_HOME", NULL}, {"XDG_RUNTIME_DIR", NULL}},
    {{"HOME", NULL}, {"XDG_CONFIG_HOME", NULL}, {"XDG_DATA_HOME", NULL}, {"PATH", NULL}},
    {{"HOME", ""}, {"XDG_CONFIG_HOME", ""}, {"XDG_DATA_DIRS", ""}},
    {{"XDG_CONFIG_HOME", "/dev/null"}, {"HOME", "/dev/null"}},
    {{"TMPDIR", "/nowhere"}, {"TZ", "No/Where"}},
    {{"LINES", "-1"}, {"COLUMNS", "99999999999999999999"}},
    {{"ESCDELAY", "-1"}, {"NCURSES_NO_PADDING", "x"}, {"COLORTERM", "x"}},
};

#define SETTING_COUNT (sizeof settings / sizeof settings[0])

/* ---- running it so ---- */

/* `env` changes these variables in the child only; then arguments of the program. */
struct command {
    char words[ARGUMENTS_MAX][KEPT];
    const char *arguments[ARGUMENTS_MAX + 1];
    size_t count;
};

static void add(struct command *command, const char *one, const char *more)
{
    assert_true(command->count < ARGUMENTS_MAX);
    char *word = command->words[command->count];
    snprintf(word, KEPT, "%s%s", one, more);
    command->arguments[command->count++] = word;
    command->arguments[command->count] = NULL;
}

static void add_settings(struct command *command, const struct setting row[4])
{
    for (size_t i = 0; i < 4 && row[i].name != NULL; i++)
        if (row[i].value == NULL)
            add(command, "--unset=", row[i].name);
    for (size_t i = 0; i < 4 && row[i].name != NULL; i++) {
        char word[KEPT];
        if (row[i].value == NULL)
            continue;
        snprintf(word, sizeof word, "%s=%s", row[i].name, row[i].value);
        add(command, word, "");
    }
    add(command, program_path(), "");
}

static const char *endpoint(void)
{
    static char text[KEPT];
    snprintf(text, sizeof text, "alpha=%s", fake_qmp_endpoint(rig.fakes[0]));
    return text;
}

static void run(struct program_run *run, struct command *command)
{
    run->pump = &rig.pump;
    run->program = "env";
    program_run(run, command->arguments);
}

/* Only questions came over the socket: nothing of a report, nothing of a message. */
static void assert_only_questions(void)
{
    const struct fake_qmp *fake = rig.fakes[0];
    for (size_t i = 0; i < fake_qmp_count(fake, NULL); i++) {
        const char *name = fake_qmp_command(fake, i);
        if (strncmp(name, "query-", 6) != 0 && strcmp(name, "qmp_capabilities") != 0)
            fail_msg("\"%s\" was sent", name);
    }
}

/* ---- variables ---- */

static void test_variables_of_a_report(void **state)
{
    (void)state;
    fake_qmp_job(rig_fake("alpha"), &job);
    for (size_t i = 0; i < SETTING_COUNT; i++)
        for (int json = 0; json < 2; json++) {
            struct program_run result = {0};
            struct command command = {.count = 0};
            add_settings(&command, settings[i]);
            add(&command, "--once", "");
            if (json)
                add(&command, "--json", "");
            add(&command, endpoint(), "");
            run(&result, &command);
            if (result.status != 0 || !strstr(result.out, "mir") || result.err[0] != '\0')
                fail_msg("%s: %d, it printed:\n%s%s", settings[i][0].name, result.status,
                         result.out, result.err);
            program_release(&result);
        }
    assert_only_questions();
}

static void test_variables_of_the_console(void **state)
{
    (void)state;
    fake_qmp_job(rig_fake("alpha"), &job);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        struct command command = {.count = 0};
        add_settings(&command, settings[i]);
        add(&command, endpoint(), "");
        console_end(rig.console);
        rig.console = console_start(&rig.pump, &(struct console_options){.program = "env"},
                                    command.arguments);
        console_await(rig.console, "mir", "mirror");
        console_press(rig.console, "\033[21~"); /* F10 */
        assert_int_equal(console_await_end(rig.console), 0);
        assert_null(pty_not_put_back(console_pty(rig.console)));
    }
    assert_only_questions();
}

/* ---- closed descriptors ---- */

/* Behind a shell that closes one of them. */
static void close_and_run(struct program_run *result, const char *closing, const char *face)
{
    char line[64];
    snprintf(line, sizeof line, "exec \"$@\" %s", closing);
    result->pump = &rig.pump;
    result->program = "sh";
    program_run(result, (const char *[]){"-c", line, "sh", program_path(), face, endpoint(),
                                         "--once", NULL});
}

/* A report needs no input, and no place for complaints; without an output it says so. */
static void test_closed_descriptors_of_a_report(void **state)
{
    static const char *const faces[] = {"--once", "--json"};
    (void)state;
    fake_qmp_job(rig_fake("alpha"), &job);
    for (size_t i = 0; i < 2; i++) {
        struct program_run result = {0};
        close_and_run(&result, "0<&-", faces[i]);
        assert_int_equal(result.status, 0);
        assert_non_null(strstr(result.out, "mir"));
        assert_string_equal(result.err, "");
        program_release(&result);

        close_and_run(&result, "2>&-", faces[i]);
        assert_int_equal(result.status, 0);
        assert_non_null(strstr(result.out, "mir"));
        program_release(&result);

        close_and_run(&result, "1>&-", faces[i]);
        assert_int_equal(result.status, 2);
        assert_string_equal(result.out, "");
        assert_non_null(strstr(result.err, "cannot write the report: Bad file descriptor"));
        program_release(&result);
    }
    assert_only_questions();
}

static void show_without(const char *closing)
{
    char line[64];
    snprintf(line, sizeof line, "exec \"$@\" %s", closing);
    console_end(rig.console);
    rig.console =
        console_start(&rig.pump, &(struct console_options){.program = "sh"},
                      (const char *[]){"-c", line, "sh", program_path(), endpoint(), NULL});
}

/* Without keys it refuses, without a screen it prints a report, in vain; without a place
 * for complaints it works. */
static void test_closed_descriptors_of_the_console(void **state)
{
    (void)state;
    fake_qmp_job(rig_fake("alpha"), &job);
    show_without("0<&-");
    assert_int_equal(console_await_end(rig.console), 2);
    assert_true(console_find(rig.console, "not a terminal", "--once") >= 0);
    assert_null(strchr(pty_bytes(console_pty(rig.console)), '\033'));

    show_without("1>&-");
    assert_int_equal(console_await_end(rig.console), 2);
    assert_true(console_find(rig.console, "cannot write", NULL) >= 0);

    show_without("2>&-");
    console_await(rig.console, "mir", "mirror");
    console_press(rig.console, "q");
    assert_int_equal(console_await_end(rig.console), 0);
    assert_null(pty_not_put_back(console_pty(rig.console)));
    assert_only_questions();
}

/* ---- borrowed rights ---- */

static void copy_program(const char *path)
{
    static char bytes[65536];
    FILE *from = fopen(program_path(), "rb"), *to = fopen(path, "wb");
    size_t len;
    assert_non_null(from);
    assert_non_null(to);
    while ((len = fread(bytes, 1, sizeof bytes, from)) > 0)
        assert_int_equal(fwrite(bytes, 1, len, to), len);
    fclose(from);
    assert_int_equal(fclose(to), 0);
}

static void refuse_with(const char *path, mode_t mode)
{
    struct program_run result = {.program = path};
    assert_int_equal(chmod(path, mode), 0);
    program_run(&result, (const char *[]){"--version", NULL});
    assert_int_equal(result.status, 2);
    assert_string_equal(result.out, "");
    assert_string_equal(result.err, "qmptop: refuses to run setuid or setgid\n");
    program_release(&result);
}

/* Its environment, its commands and its files are those of whoever runs it. */
static void test_setuid_is_refused(void **state)
{
    char path[FOLDER_SIZE + 16];
    struct statvfs place;
    (void)state;
    assert_int_equal(statvfs(rig.folder, &place), 0);
    if (program_is_sanitized())
        skip(); /* the sanitizer cannot look into such a process, and fails */
    if (geteuid() != 0 || (place.f_flag & ST_NOSUID) != 0)
        skip(); /* a file cannot lend the rights of others here */
    snprintf(path, sizeof path, "%s/qmptop", rig.folder);
    copy_program(path);
    assert_int_equal(chmod(rig.folder, 0755), 0);
    assert_int_equal(chown(path, NOBODY, NOBODY), 0);
    refuse_with(path, 04755);
    refuse_with(path, 02755);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_variables_of_a_report, rig_clear),
        cmocka_unit_test_teardown(test_variables_of_the_console, rig_clear),
        cmocka_unit_test_teardown(test_closed_descriptors_of_a_report, rig_clear),
        cmocka_unit_test_teardown(test_closed_descriptors_of_the_console, rig_clear),
        cmocka_unit_test_setup_teardown(test_setuid_is_refused, rig_make_folder, rig_clear),
    };
    return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
