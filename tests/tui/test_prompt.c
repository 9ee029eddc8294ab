#include "tui/widgets/prompt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/world.h"
#include "tests/support/scene.h"
#include "tui/app.h"
#include "tui/key.h"
#include "tui/screens/commands.h"
#include "tui/screens/screen_jobs.h"
#include "tui/widgets/prompt_box.h"

#define JA "\xe6\x97\xa5" /* two columns, three bytes */

static void type(struct prompt *prompt, const char *text)
{
    struct key_utf8 utf8 = {0};

    for (; *text != '\0'; text++) {
        int key = key_utf8_feed(&utf8, (unsigned char)*text);
        if (key != KEY_CODE_NONE)
            assert_int_equal(prompt_key(prompt, key), PROMPT_EDIT);
    }
}

static void press(struct prompt *prompt, int key)
{
    assert_int_equal(prompt_key(prompt, key), PROMPT_EDIT);
}

/* `|` stands where the cursor is. */
static void assert_line(const struct prompt *prompt, const char *expected)
{
    char line[PROMPT_SIZE + 1];

    memcpy(line, prompt->text, prompt->cursor);
    line[prompt->cursor] = '|';
    strcpy(line + prompt->cursor + 1, prompt->text + prompt->cursor);
    assert_string_equal(line, expected);
    assert_int_equal(prompt->len, strlen(prompt->text));
}

static void typing_goes_in_at_the_cursor(void **state)
{
    struct prompt prompt;

    (void)state;
    prompt_init(&prompt, NULL, 0);
    type(&prompt, "ad");
    press(&prompt, KEY_CODE_LEFT);
    type(&prompt, "b c");
    assert_line(&prompt, "ab c|d");
    press(&prompt, KEY_CODE_HOME);
    press(&prompt, KEY_CODE_LEFT);
    assert_line(&prompt, "|ab cd");
    press(&prompt, KEY_CODE_END);
    press(&prompt, KEY_CODE_RIGHT);
    assert_line(&prompt, "ab cd|");
    press(&prompt, KEY_CONTROL('A'));
    press(&prompt, KEY_CODE_RIGHT);
    assert_line(&prompt, "a|b cd");
    press(&prompt, KEY_CONTROL('E'));
    assert_line(&prompt, "ab cd|");
}

static void characters_are_one_step_each(void **state)
{
    struct prompt prompt;

    (void)state;
    prompt_init(&prompt, "x", 0);
    type(&prompt, "\xc3\xa4" JA);
    assert_line(&prompt, "x\xc3\xa4" JA "|");
    press(&prompt, KEY_CODE_LEFT);
    assert_line(&prompt, "x\xc3\xa4|" JA);
    press(&prompt, KEY_CODE_BACKSPACE);
    assert_line(&prompt, "x|" JA);
    press(&prompt, KEY_CODE_DELETE);
    assert_line(&prompt, "x|");
    press(&prompt, KEY_CODE_DELETE);
    press(&prompt, KEY_CODE_BACKSPACE);
    press(&prompt, KEY_CODE_BACKSPACE);
    assert_line(&prompt, "|");
}

static void words_and_the_whole_go_at_once(void **state)
{
    struct prompt prompt;

    (void)state;
    prompt_init(&prompt, "one two  three", 0);
    press(&prompt, KEY_CONTROL('W'));
    assert_line(&prompt, "one two  |");
    press(&prompt, KEY_CONTROL('W'));
    assert_line(&prompt, "one |");
    type(&prompt, "x");
    press(&prompt, KEY_CODE_LEFT);
    press(&prompt, KEY_CONTROL('U'));
    assert_line(&prompt, "|x");
    press(&prompt, KEY_CONTROL('W'));
    assert_line(&prompt, "|x");
}

static void no_text_gets_longer_than_allowed(void **state)
{
    static char endless[4 * PROMPT_SIZE];
    struct prompt prompt;

    (void)state;
    prompt_init(&prompt, "abcdef", 4);
    assert_line(&prompt, "abcd|");
    press(&prompt, KEY_CODE_BACKSPACE);
    type(&prompt, "\xc3\xa4"); /* two bytes into one */
    assert_line(&prompt, "abc|");
    type(&prompt, "xy");
    assert_line(&prompt, "abcx|");
    memset(endless, 'e', sizeof endless - 1);
    prompt_init(&prompt, endless, 0);
    type(&prompt, endless);
    assert_int_equal(prompt.len, PROMPT_SIZE - 1);
}

static void keys_that_end_it_or_are_not_its_own(void **state)
{
    static const int foreign[] = {KEY_CODE_UP, KEY_CODE_F1, KEY_CODE_TAB, KEY_CONTROL('L'),
                                  KEY_CODE_OTHER};
    struct prompt prompt;

    (void)state;
    prompt_init(&prompt, "a", 0);
    assert_int_equal(prompt_key(&prompt, KEY_CODE_ENTER), PROMPT_DONE);
    assert_int_equal(prompt_key(&prompt, KEY_CODE_ESCAPE), PROMPT_CANCEL);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        assert_int_equal(prompt_key(&prompt, foreign[i]), PROMPT_IGNORED);
    assert_line(&prompt, "a|");
}

/* ---- on the screen ---- */

static void draw_prompts(struct draw_area area)
{
    struct prompt prompt;

    prompt_init(&prompt, "/tmp/events", 0);
    prompt_draw(&prompt, area, 0, "write to");
    prompt_init(&prompt, "0123456789" JA JA JA, 0);
    prompt_draw(&prompt, draw_sub(area, 1, 0, 1, 12), 0, ">");
    prompt_key(&prompt, KEY_CODE_HOME);
    prompt_draw(&prompt, draw_sub(area, 2, 0, 1, 12), 0, "");
    prompt_init(&prompt, "a\033[2Jb", 0);
    prompt_draw(&prompt, area, 3, "raw");
    prompt_draw(&prompt, draw_sub(area, 4, 0, 1, 1), 0, "x");
    prompt_draw(&prompt, draw_sub(area, 4, 0, 0, 0), 0, "x");
    prompt_init(&prompt, "12" JA, 0);
    prompt_draw(&prompt, area, 5, "number");
    draw_text(area, 7, 0, -1, THEME_NORMAL, "done");
}

static void the_cursor_stays_in_sight(void **state)
{
    struct scene scene = {.draw = draw_prompts, .until = "done"};
    struct pty *pty = scene_show(&scene);
    int row, column;

    (void)state;
    assert_true(pty_wait_grid(pty,
                              "write to /tmp/events\n"
                              "> 789" JA JA JA "\n"
                              "0123456789~\n"
                              "raw a\\x1b[2Jb\n"
                              "\n"
                              "number 12" JA "\n"
                              "\n"
                              "done\n",
                              PTY_WITHIN_MS));
    grid_cursor(pty_grid(pty), &row, &column);
    assert_int_equal(row, 5);
    assert_int_equal(column, 11);
    assert_true(grid_modes(pty_grid(pty))->cursor);
    pty_quit(pty);
}

/* ---- the box ---- */

struct question {
    struct world *world;
    struct app app;
    char taken[PROMPT_SIZE];
    const char *lost;
    bool asks_on, freed;
};

static const char *digits_only(void *ctx, struct app *app, const char *text)
{
    (void)ctx;
    (void)app;
    return text[strspn(text, "0123456789")] != '\0' ? "that is no number" : NULL;
}

static void freed(void *ctx)
{
    ((struct question *)ctx)->freed = true;
}

static void taken(void *ctx, struct app *app, const char *text, int64_t now_ms)
{
    struct question *question = ctx;

    (void)now_ms;
    strcpy(question->taken, text);
    if (question->asks_on)
        app_push(app, screen_jobs_new(NULL));
}

static const char *lost(void *ctx, struct app *app, int64_t now_ms)
{
    (void)app;
    (void)now_ms;
    return ((struct question *)ctx)->lost;
}

static const struct prompt_box_ops ops = {digits_only, taken, lost, freed};

static int64_t wall_s(int64_t at_ms)
{
    return at_ms / 1000;
}

static int setup(void **state)
{
    struct question *question = calloc(1, sizeof *question);
    void *world;

    world_setup_connected(&world);
    question->world = world;
    app_init(&question->app, &question->world->fleet, &commands, wall_s);
    app_push(&question->app, screen_jobs_new(NULL));
    app_push(&question->app, prompt_box_new(&ops, question, "limit", "a number", "1"));
    *state = question;
    return 0;
}

static int teardown(void **state)
{
    struct question *question = *state;
    void *world = question->world;

    app_release(&question->app);
    assert_true(question->freed);
    free(question);
    return world_teardown(&world);
}

static void hit(struct question *question, int key)
{
    app_key(&question->app, key, question->world->now_ms);
    app_paint(&question->app, question->world->now_ms);
}

static void enter_takes_what_is_right(void **state)
{
    struct question *question = *state;

    hit(question, '2');
    hit(question, 'x');
    hit(question, KEY_CODE_ENTER);
    assert_int_equal(question->app.depth, 2);
    assert_string_equal(question->taken, "");
    hit(question, KEY_CODE_BACKSPACE);
    hit(question, KEY_CODE_ENTER);
    assert_int_equal(question->app.depth, 1);
    assert_string_equal(question->taken, "12");
    assert_true(question->freed);
}

static void escape_takes_nothing(void **state)
{
    struct question *question = *state;

    hit(question, 'q');
    hit(question, KEY_CODE_F1 + 9);
    assert_int_equal(question->app.depth, 2);
    assert_false(question->app.leaving);
    hit(question, KEY_CODE_ESCAPE);
    assert_int_equal(question->app.depth, 1);
    assert_string_equal(question->taken, "");
}

static void it_closes_with_its_ground(void **state)
{
    struct question *question = *state;
    struct status_line line;

    question->lost = "the job has ended";
    hit(question, KEY_CODE_ENTER);
    assert_int_equal(question->app.depth, 1);
    assert_string_equal(question->taken, "");
    assert_true(status_show(&question->app.status, question->app.fleet, &question->app.keymap,
                            question->world->now_ms, &line));
    assert_string_equal(line.text, "limit: nothing was done: the job has ended");
}

static void what_it_opens_stays_open(void **state)
{
    struct question *question = *state;

    question->asks_on = true;
    hit(question, KEY_CODE_ENTER);
    assert_true(question->freed);
    assert_int_equal(question->app.depth, 2);
    hit(question, 'q');
    assert_int_equal(question->app.depth, 1);
}

#define BOX_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing_goes_in_at_the_cursor),
        cmocka_unit_test(characters_are_one_step_each),
        cmocka_unit_test(words_and_the_whole_go_at_once),
        cmocka_unit_test(no_text_gets_longer_than_allowed),
        cmocka_unit_test(keys_that_end_it_or_are_not_its_own),
        cmocka_unit_test(the_cursor_stays_in_sight),
        BOX_TEST(enter_takes_what_is_right),
        BOX_TEST(escape_takes_nothing),
        BOX_TEST(it_closes_with_its_ground),
        BOX_TEST(what_it_opens_stays_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
