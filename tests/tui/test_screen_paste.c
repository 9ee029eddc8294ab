/*
 * What is pasted does nothing, whether the terminal brackets pastes or not: it is text for
 * an input line, and needs an Enter of its own there.
 */

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/tui/trio.h"

#define PASTED "pprcoyyxxq\rypausey\033"

static void play(const char *term)
{
    trio_start(&(struct console_options){.rows = 24, .term = term}, NULL);
}

/* On one without brackets, with the question that a key opens on that job. */
static void play_and_ask(const char *job, const char *status, const char *key,
                         const char *title)
{
    play("vt100");
    console_select(rig.console, job, status);
    console_press(rig.console, key);
    console_await(rig.console, title, NULL);
}

/* ---- on a terminal that brackets them ---- */

static void test_paste_into_the_list(void **state)
{
    (void)state;
    play(NULL);
    assert_true(grid_modes(pty_grid(trio_pty()))->brackets);
    pty_paste(trio_pty(), PASTED);
    console_await(rig.console, "pasted text is not taken as keys", NULL);
    console_press(rig.console, "?");
    console_await(rig.console, "HELP", NULL);
    assert_int_equal(trio_verbs(), 0);
    console_press(rig.console, "q");
    console_await_gone(rig.console, "HELP", NULL);
    trio_quit();
}

/* Nor does it answer a box. */
static void test_paste_into_a_box(void **state)
{
    (void)state;
    play(NULL);
    console_select(rig.console, "two", "READY");
    console_press(rig.console, "o");
    console_await_box(rig.console, "COMPLETE two");
    pty_paste(trio_pty(), PASTED);
    console_await(rig.console, "COMPLETE two", NULL);
    console_press(rig.console, "n");
    console_await(rig.console, "nothing was sent", NULL);
    assert_int_equal(trio_verbs(), 0);
    trio_quit();
}

/* An input line takes characters, and nothing that ends it. */
static void test_paste_into_an_input_line(void **state)
{
    (void)state;
    play(NULL);
    console_press(rig.console, "\\");
    pty_paste(trio_pty(), "thr\ree\033");
    console_await(rig.console, "three", "running");
    console_await(rig.console, "three", NULL);
    console_await_gone(rig.console, "two", "READY");
    console_press(rig.console, "\r");
    console_await(rig.console, "filter: three (2 hidden)", NULL);
    assert_int_equal(trio_verbs(), 0);
    trio_quit();
}

/* A paste that never ends swallows keys, but not for ever; ^C always works. */
static void test_endless_paste(void **state)
{
    (void)state;
    play(NULL);
    pty_send(trio_pty(), "\033[200~ppp");
    console_await(rig.console, "pasted text is not taken as keys", NULL);
    pty_send(trio_pty(), "qpr");
    pty_send(trio_pty(), "\003");
    assert_int_equal(console_await_end(rig.console), 0);
    assert_int_equal(trio_verbs(), 0);
    assert_null(pty_not_put_back(trio_pty()));
}

/* ---- on a terminal without brackets ---- */

/* Too much at once to have been typed. */
static void test_burst(void **state)
{
    char paste[20001];

    (void)state;
    play("vt100");
    for (size_t i = 0; i < sizeof paste - 1; i++)
        paste[i] = "procxy?s"[i % 8];
    paste[sizeof paste - 1] = '\0';
    pty_send(trio_pty(), paste);
    console_await(rig.console, "pasted text is not taken as keys", NULL);
    console_settle(rig.console);
    assert_int_equal(trio_verbs(), 0);
    assert_int_equal(console_find(rig.console, "HELP", NULL), -1);
}

/* A newline that comes with the text is not Enter. */
static void test_a_pasted_newline_takes_nothing(void **state)
{
    (void)state;
    play_and_ask("one", "running", "l", "LIMIT one");
    console_press(rig.console, "\025"
                               "7M\r");
    console_await(rig.console, "> 7M", NULL);
    console_await(rig.console, "pasted: press Enter", NULL);
    console_settle(rig.console);
    assert_int_equal(fake_qmp_count(rig.fakes[0], "block-job-set-speed"), 0);
    console_press(rig.console, "\r");
    assert_true(fake_qmp_await(rig.fakes[0], "block-job-set-speed", 1));
    assert_string_equal(fake_qmp_argument(rig.fakes[0], "block-job-set-speed", "speed"),
                        "7340032");
    trio_quit();
}

/* Nor is one that comes before the text. */
static void test_a_newline_pasted_first_takes_nothing(void **state)
{
    (void)state;
    play_and_ask("one", "running", "l", "LIMIT one");
    console_press(rig.console, "\025"
                               "7M");
    console_await(rig.console, "> 7M", NULL);
    console_press(rig.console, "\rps");
    console_await(rig.console, "> 7Mps", NULL);
    console_await(rig.console, "pasted: press Enter", NULL);
    console_settle(rig.console);
    assert_int_equal(fake_qmp_count(rig.fakes[0], "block-job-set-speed"), 0);
    assert_int_equal(trio_verbs(), 0);
    console_press(rig.console, "\033");
    console_await_gone(rig.console, "LIMIT one", NULL);
    trio_quit();
}

static void test_a_pasted_newline_writes_no_file(void **state)
{
    char here[PATH_MAX], path[FOLDER_SIZE + 16];

    (void)state;
    snprintf(path, sizeof path, "%s/x", rig.folder);
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(rig.folder), 0); /* a path may be too long to have been typed */
    play("vt100");
    assert_int_equal(chdir(here), 0);
    console_press(rig.console, "e");
    console_await(rig.console, "EVENTS", NULL);
    console_press(rig.console, "w");
    console_await(rig.console, "WRITE THE EVENTS", NULL);
    console_press(rig.console, "x\r");
    console_await(rig.console, "> x", NULL);
    console_await(rig.console, "pasted: press Enter", NULL);
    assert_int_not_equal(access(path, F_OK), 0);
    console_press(rig.console, "y"); /* any other key: it is edited */
    console_await_gone(rig.console, "pasted: press Enter", NULL);
    console_press(rig.console, "\177");
    console_settle(rig.console);
    console_press(rig.console, "\033");
    console_await_gone(rig.console, "WRITE THE EVENTS", NULL);
    console_press(rig.console, "q");
    console_await_gone(rig.console, "EVENTS", NULL);
    trio_quit();
}

/* Nor does a word that came together with its Enter throw a job away. */
static void test_a_pasted_word_is_no_answer(void **state)
{
    (void)state;
    play_and_ask("two", "READY", "c", "CANCEL two");
    console_await_lit(rig.console, "Type  alpha");
    console_press(rig.console, "alpha\r");
    console_await(rig.console, "> alpha", NULL);
    console_await(rig.console, "pasted: press Enter", NULL);
    console_settle(rig.console);
    assert_int_equal(trio_verbs(), 0);
    console_press(rig.console, "\r");
    assert_true(fake_qmp_await(rig.fakes[0], "job-cancel", 1));
    trio_quit();
}

/* Nor is a `y` among other keys. */
static void test_a_pasted_y_is_no_answer(void **state)
{
    (void)state;
    play_and_ask("two", "READY", "o", "COMPLETE two");
    console_await_lit(rig.console, "y  complete it");
    console_press(rig.console, "yes");
    console_await(rig.console, "y  complete it", "pasted: press y");
    assert_int_equal(trio_verbs(), 0);
    console_press(rig.console, "y");
    assert_true(fake_qmp_await(rig.fakes[0], "job-complete", 1));
    trio_quit();
}

/* Behind a pasted newline the text goes on: it does not act on what was found. */
static void test_a_pasted_newline_ends_no_search(void **state)
{
    static const char *const lines[] = {"/", "\\"};

    (void)state;
    play("vt100");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        console_press(rig.console, lines[i]);
        console_await(rig.console, "Enter keeps it", NULL);
        console_press(rig.console, "thr\ree\r");
        console_await(rig.console, "three", "pasted: press Enter");
        console_press(rig.console, "\r");
        console_await_gone(rig.console, "pasted: press Enter", NULL);
        console_await(rig.console, ">", "three        backup");
        console_settle(rig.console);
        assert_int_equal(trio_verbs(), 0);
        assert_int_equal(console_find(rig.console, "EVENTS", NULL), -1);
    }
    trio_quit();
}

/* Too short for a burst; what asks first says so by itself, what acts at once must not. */
static void test_a_short_word_sends_nothing(void **state)
{
    static const struct {
        const char *word, *opens;
    } words[] = {
        {"ip", "VM       alpha"}, {"p/", "find:"}, {"pip", "VM       alpha"}, {"pr?", "HELP"}};

    (void)state;
    play("vt100");
    console_select(rig.console, "one", "running");
    console_press(rig.console, "pz");
    console_await(rig.console, "pause: came with other keys, may be pasted: press it again",
                  NULL);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        console_press(rig.console, words[i].word);
        console_await(rig.console, words[i].opens, NULL);
        console_press(rig.console, "\033");
        console_await_gone(rig.console, words[i].opens, NULL);
        console_await(rig.console, "n next", NULL);
    }
    console_settle(rig.console);
    assert_int_equal(trio_verbs(), 0);
    console_press(rig.console, "p");
    assert_true(fake_qmp_await(rig.fakes[0], "job-pause", 1));
    trio_quit();
}

/* A person who does not wait for a slow line: the cursor moves, and one key many times. */
static void test_keys_typed_ahead_act(void **state)
{
    (void)state;
    play("vt100");
    console_select(rig.console, "two", "READY");
    console_press(rig.console, "\033OBp");
    assert_true(fake_qmp_await(rig.fakes[0], "job-pause", 1));
    assert_string_equal(fake_qmp_argument(rig.fakes[0], "job-pause", "id"), "\"one\"");
    fake_qmp_job_status(rig.fakes[0], "one", "paused");
    console_await(rig.console, "one", "paused");
    console_press(rig.console, "rrr");
    assert_true(fake_qmp_await(rig.fakes[0], "job-resume", 1));
    trio_quit();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_make_folder, rig_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_paste_into_the_list),
        TEST(test_paste_into_a_box),
        TEST(test_paste_into_an_input_line),
        TEST(test_endless_paste),
        TEST(test_burst),
        TEST(test_a_pasted_newline_takes_nothing),
        TEST(test_a_newline_pasted_first_takes_nothing),
        TEST(test_a_pasted_newline_writes_no_file),
        TEST(test_a_pasted_word_is_no_answer),
        TEST(test_a_pasted_y_is_no_answer),
        TEST(test_a_pasted_newline_ends_no_search),
        TEST(test_a_short_word_sends_nothing),
        TEST(test_keys_typed_ahead_act),
    };
    return cmocka_run_group_tests_name("screen_paste", tests, NULL, NULL);
}
