/* The command line: every row of the table, every refusal, and a help that fits. */
#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/options.h"

#define SAID_SIZE 8192
#define WORDS_MAX 12

/* What a run of options_parse() gave and wrote. */
struct run {
    struct options options;
    enum options_result result;
    char out[SAID_SIZE], err[SAID_SIZE];
    char words[512];
    char *argv[WORDS_MAX + 2];
};

static FILE *capture(int fd, int *saved)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    fflush(NULL);
    *saved = dup(fd);
    dup2(fileno(file), fd);
    return file;
}

static void release(int fd, int saved, FILE *file, char said[SAID_SIZE])
{
    fflush(NULL);
    dup2(saved, fd);
    close(saved);
    rewind(file);
    said[fread(said, 1, SAID_SIZE - 1, file)] = '\0';
    fclose(file);
}

/* Words are parted by single spaces. */
static int split(struct run *run, const char *line)
{
    int argc = 1;
    run->argv[0] = "qmptop";
    snprintf(run->words, sizeof(run->words), "%s", line);
    for (char *word = strtok(run->words, " "); word != NULL; word = strtok(NULL, " ")) {
        assert_true(argc <= WORDS_MAX);
        run->argv[argc++] = word;
    }
    return argc;
}

/* With `terminal`, stdout is one while options_parse() looks. */
static void parse(struct run *run, bool terminal, const char *line)
{
    int out_saved, err_saved, master = -1, slave = -1;
    memset(run, 0, sizeof(*run));
    int argc = split(run, line);
    if (terminal)
        assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    FILE *err = capture(STDERR_FILENO, &err_saved);
    FILE *out = capture(STDOUT_FILENO, &out_saved);
    if (terminal)
        dup2(slave, STDOUT_FILENO);
    run->result = options_parse(&run->options, argc, run->argv);
    release(STDOUT_FILENO, out_saved, out, run->out);
    release(STDERR_FILENO, err_saved, err, run->err);
    if (terminal) {
        close(master);
        close(slave);
    }
    options_release(&run->options);
}

static void assert_said(const char *said, const char *part)
{
    if (strstr(said, part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, said);
}

static void assert_wrong(const char *line, const char *sentence)
{
    struct run run;
    parse(&run, true, line);
    if (run.result != OPTIONS_WRONG)
        fail_msg("'%s' was taken", line);
    assert_said(run.err, sentence);
    assert_string_equal(run.out, "");
}

static void defaults(void **state)
{
    (void)state;
    struct run run;
    parse(&run, true, "/run/qmp.sock");
    assert_int_equal(run.result, OPTIONS_RUN);
    assert_int_equal(run.options.endpoint_count, 1);
    assert_int_equal(run.options.delay_ms, 0);
    assert_null(run.options.theme);
    assert_null(run.options.config_path);
    assert_null(run.options.log_path);
    assert_false(run.options.once);
    assert_string_equal(run.err, "");
}

static void every_flag_sets_its_member_alone(void **state)
{
    (void)state;
    static const struct {
        const char *flag;
        size_t offset;
    } flags[] = {
        {"--demo", offsetof(struct options, demo)},
        {"--once", offsetof(struct options, once)},
        {"--follow", offsetof(struct options, follow)},
        {"--read-only", offsetof(struct options, read_only)},
        {"--ascii", offsetof(struct options, ascii)},
        {"--no-color", offsetof(struct options, no_colour)},
        {"--mouse", offsetof(struct options, mouse)},
        {"--list-themes", offsetof(struct options, list_themes)},
    };
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        struct run run;
        char line[64];
        snprintf(line, sizeof(line), "%s%s", flags[i].flag, i == 0 ? "" : " /s");
        parse(&run, true, line);
        assert_int_equal(run.result, OPTIONS_RUN);
        for (size_t j = 0; j < sizeof(flags) / sizeof(flags[0]); j++)
            assert_int_equal(*((bool *)&run.options + flags[j].offset), i == j);
    }
}

static void values_in_one_word_or_two(void **state)
{
    (void)state;
    struct run run;
    parse(&run, true, "--theme=night --log /tmp/x --config=/c --delay 2.5 a=/s b:1");
    assert_int_equal(run.result, OPTIONS_RUN);
    assert_string_equal(run.options.theme, "night");
    assert_string_equal(run.options.log_path, "/tmp/x");
    assert_string_equal(run.options.config_path, "/c");
    assert_int_equal(run.options.delay_ms, 2500);
    assert_int_equal(run.options.endpoint_count, 2);
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    struct run run;
    parse(&run, true, "--once -- --json");
    assert_int_equal(run.result, OPTIONS_RUN);
    assert_false(run.options.json);
    assert_int_equal(run.options.endpoint_count, 1);
}

static void delays(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"0.1", 100},      {"1", 1000},  {"1.", 1000},    {".5", 500},    {"0.25", 250},
                {"3600", 3600000}, {"01", 1000}, {"0.1009", 100}, {"2.750", 2750}};
    static const char *const bad[] = {"0",   "0.09", "3600.1", "3601", "-1",
                                      "1e3", "1s",   "nan",    "inf",  "1,5",
                                      ".",   "+1",   "0x10",   "1..5", "99999999999999999999",
                                      "5 "};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct run run;
        char line[64];
        snprintf(line, sizeof(line), "--delay %s /s", good[i].text);
        parse(&run, true, line);
        assert_int_equal(run.result, OPTIONS_RUN);
        assert_int_equal(run.options.delay_ms, good[i].ms);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct options options;
        char *argv[] = {"qmptop", "--delay", (char *)(uintptr_t)bad[i], "/s", NULL};
        int saved;
        char said[SAID_SIZE];
        FILE *err = capture(STDERR_FILENO, &saved);
        enum options_result result = options_parse(&options, 4, argv);
        release(STDERR_FILENO, saved, err, said);
        options_release(&options);
        if (result != OPTIONS_WRONG)
            fail_msg("--delay '%s' was taken", bad[i]);
        assert_said(said, "0.1 to 3600");
    }
}

static void refusals(void **state)
{
    (void)state;
    assert_wrong("--jsn /s", "'--jsn'; did you mean --json?");
    assert_wrong("--read /s", "did you mean --read-only?");
    assert_wrong("--no-colour /s", "did you mean --no-color?");
    assert_wrong("--frobnicate /s", "unknown option '--frobnicate'\n");
    assert_wrong("-x /s", "unknown option '-x'");
    assert_wrong("---once /s", "unknown option '---once'");
    assert_wrong("--=5 /s", "unknown option '--=5'");
    assert_wrong("--once=1 /s", "--once takes no value");
    assert_wrong("/s --delay", "--delay needs a value");
    assert_wrong("/s --theme", "--theme NAME|FILE");
    assert_wrong("--json /s", "--json needs --once, --check or --list-endpoints");
    assert_wrong("--follow --check /s", "--follow goes on, --check does not");
    assert_wrong("--follow --once /s", "--follow goes on, --once does not");
    assert_wrong("--json --follow /s", "--follow goes on, --json does not");
    assert_wrong("--demo /s", "leave '/s' out");
    assert_wrong("--once\x1b[2J /s", "\\x1b[2J");
}

static void without_a_terminal_it_is_once(void **state)
{
    (void)state;
    struct run run;
    parse(&run, false, "--json /s");
    assert_int_equal(run.result, OPTIONS_RUN);
    assert_true(run.options.once);
    parse(&run, false, "--follow /s");
    assert_int_equal(run.result, OPTIONS_RUN);
    assert_true(run.options.follow);
    assert_false(run.options.once);
}

static void a_check_is_one_snapshot(void **state)
{
    (void)state;
    struct run run;
    parse(&run, true, "--check --json /s");
    assert_int_equal(run.result, OPTIONS_RUN);
    assert_true(run.options.check && run.options.once && run.options.json);
    parse(&run, false, "--once /s");
    assert_false(run.options.check);
}

static void version(void **state)
{
    (void)state;
    struct run run;
    parse(&run, false, "--version");
    assert_int_equal(run.result, OPTIONS_DONE);
    assert_string_equal(run.out, "qmptop " QMPTOP_VERSION "\n");
}

static void help_names_all_and_fits(void **state)
{
    (void)state;
    static const char *const names[] = {"--demo",        "--once",          "--json",
                                        "--read-only",   "--delay SECONDS", "--theme NAME|FILE",
                                        "--ascii",       "--no-color",      "--mouse",
                                        "--log FILE",    "--list-themes",   "--version",
                                        "--config FILE", "--help",          "--follow",
                                        "--polite",      "polite:ENDPOINT", "hold:ENDPOINT",
                                        "--check"};
    struct run run;
    parse(&run, false, "--help --frobnicate");
    assert_int_equal(run.result, OPTIONS_DONE);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_said(run.out, names[i]);
    for (char *line = strtok(run.out, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if (strlen(line) > 79)
            fail_msg("too wide: %s", line);
    parse(&run, true, "-h");
    assert_int_equal(run.result, OPTIONS_DONE);
}

/* Whatever the words, no crash and a definite answer. */
static void any_words(void **state)
{
    (void)state;
    static const char *const words[] = {"-",      "--",  "---",      "--delay", "--theme=", "=",
                                        "--once", "a=b", "--delay=", "-h=",     "--help=x"};
    struct run run;
    char line[64];
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        for (size_t j = 0; j < sizeof(words) / sizeof(words[0]); j++) {
            snprintf(line, sizeof(line), "%s %s", words[i], words[j]);
            parse(&run, true, line);
            assert_int_equal(run.result == OPTIONS_WRONG, run.err[0] != '\0');
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(every_flag_sets_its_member_alone),
        cmocka_unit_test(values_in_one_word_or_two),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(delays),
        cmocka_unit_test(refusals),
        cmocka_unit_test(without_a_terminal_it_is_once),
        cmocka_unit_test(a_check_is_one_snapshot),
        cmocka_unit_test(version),
        cmocka_unit_test(help_names_all_and_fits),
        cmocka_unit_test(any_words),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
