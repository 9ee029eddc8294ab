#include "tui/widgets/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/app.h"
#include "tui/key.h"

#define OPENED 1000
#define LATER  (OPENED + ANSWER_DEAF_MS)

static struct app console; /* its keys come one by one but in press_among() */

/* Presses keys one after the other; the last result. '\n' is Enter. */
static enum answer_result press(struct answer *answer, const char *keys, int64_t now_ms)
{
    enum answer_result result = ANSWER_IGNORED;

    for (; *keys != '\0'; keys++)
        result = answer_key(answer, &console, *keys == '\n' ? KEY_CODE_ENTER : *keys, now_ms);
    return result;
}

/* In one go of the terminal with a key before it. */
static enum answer_result press_among(struct answer *answer, int key)
{
    console.input.behind = 1;
    enum answer_result result = answer_key(answer, &console, key, LATER);
    console.input = (struct app_input){.behind = 0};
    return result;
}

static void only_y_is_yes(void **state)
{
    struct answer answer;

    (void)state;
    answer_init(&answer, NULL, KEY_CODE_NONE, OPENED);
    for (int key = 0; key < KEY_BASE + 0x200; key++) {
        enum answer_result result = answer_key(&answer, &console, key, LATER);
        bool no = key == 'n' || key == 'q' || key == KEY_CODE_ESCAPE || key == KEY_CODE_ENTER;

        assert_int_equal(result, key == 'y' ? ANSWER_YES : no ? ANSWER_NO : ANSWER_IGNORED);
        if (key == 0x300)
            key = KEY_BASE - 1;
    }
}

static void it_is_deaf_at_first(void **state)
{
    struct answer answer;

    (void)state;
    answer_init(&answer, NULL, 'c', OPENED);
    assert_int_equal(press(&answer, "y", OPENED), ANSWER_TAKEN);
    assert_int_equal(press(&answer, "ynq\n\033", LATER - 1), ANSWER_TAKEN);
    assert_int_equal(press(&answer, "y", LATER), ANSWER_YES);
    answer_init(&answer, "web-01", 'c', OPENED);
    assert_int_equal(press(&answer, "web-01\n", LATER - 1), ANSWER_TAKEN);
    assert_int_equal(press(&answer, "\n", LATER), ANSWER_TAKEN);
    assert_true(answer.wrong);
    assert_int_equal(press(&answer, "web-01\n", LATER), ANSWER_YES);
}

/* Held down or bound to it, for as long as the box is open. */
static void what_opened_it_is_no_answer(void **state)
{
    static const struct {
        int opener;
        const char *hint;
    } rows[] = {
        {'y', "n, Esc, Enter  nothing"},         {'n', "Esc, Enter  nothing"},
        {KEY_CODE_ESCAPE, "n, Enter  nothing"},  {KEY_CODE_ENTER, "n, Esc  nothing"},
        {KEY_CODE_F1, "n, Esc, Enter  nothing"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct box_lines lines = {.count = 0};
        struct answer answer;

        answer_init(&answer, NULL, rows[i].opener, OPENED);
        for (int n = 0; n < 3; n++)
            assert_int_equal(answer_key(&answer, &console, rows[i].opener, LATER + 60000),
                             ANSWER_TAKEN);
        answer_lines(&answer, &lines, "cancel it", 70, LATER);
        assert_string_equal(lines.line[0].right, rows[i].hint);
    }
}

/* As a letter of the word it counts: c opens the box, and the name begins with it. */
static void what_opened_it_may_be_typed(void **state)
{
    struct answer answer;

    (void)state;
    answer_init(&answer, "ci-11", 'c', OPENED);
    assert_int_equal(press(&answer, "ci-11\n", LATER), ANSWER_YES);
}

static void only_the_word_is_yes(void **state)
{
    static const struct {
        const char *keys;
        enum answer_result result;
    } rows[] = {
        {"\n", ANSWER_TAKEN},
        {"y\n", ANSWER_TAKEN},
        {"web-0\n", ANSWER_TAKEN},
        {"web-011\n", ANSWER_TAKEN},
        {"Web-01\n", ANSWER_TAKEN},
        {"db-01\n", ANSWER_TAKEN},
        {"web-01", ANSWER_TAKEN},
        {"web-01\n", ANSWER_YES},
        {" web-01  \n", ANSWER_YES},
        {"web-02\x7f"
         "1\n",
         ANSWER_YES},
        {"nqy\033", ANSWER_NO},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct answer answer;

        answer_init(&answer, "web-01", 'c', OPENED);
        assert_int_equal(press(&answer, rows[i].keys, LATER), rows[i].result);
    }
}

static void a_wrong_word_can_be_mended(void **state)
{
    struct answer answer;

    (void)state;
    answer_init(&answer, "web-01", 'c', OPENED);
    assert_int_equal(press(&answer, "web-0\n", LATER), ANSWER_TAKEN);
    assert_true(answer.wrong);
    assert_int_equal(press(&answer, "1", LATER), ANSWER_TAKEN);
    assert_false(answer.wrong);
    assert_int_equal(press(&answer, "\n", LATER), ANSWER_YES);
}

/* A yes among other keys may have been pasted: no asks for nothing, yes for another. */
static void a_yes_comes_alone(void **state)
{
    struct answer answer;

    (void)state;
    answer_init(&answer, NULL, 'o', OPENED);
    assert_int_equal(press_among(&answer, 'y'), ANSWER_TAKEN);
    assert_true(answer.pasted);
    assert_int_equal(press_among(&answer, 'n'), ANSWER_NO);
    assert_int_equal(press(&answer, "y", LATER), ANSWER_YES);
    answer_init(&answer, "web-01", 'c', OPENED);
    press(&answer, "web-01", LATER);
    assert_int_equal(press_among(&answer, KEY_CODE_ENTER), ANSWER_TAKEN);
    assert_true(answer.pasted);
    assert_int_equal(press(&answer, "\x7f", LATER), ANSWER_TAKEN);
    assert_false(answer.pasted);
    assert_int_equal(press(&answer, "1\n", LATER), ANSWER_YES);
}

/* What is compared is what is shown: cleaned, cut, without blanks around. */
static void the_word_is_as_it_is_shown(void **state)
{
    static const struct {
        const char *raw, *word;
    } rows[] = {
        {"web-01", "web-01"},
        {"  web 01 ", "web 01"},
        {"a\033[2Jb", "a\\x1b[2Jb"},
        {"", "yes"},
        {"   ", "yes"},
        {"0123456789012345678901234567890123456789tail",
         "0123456789012345678~4567890123456789tail"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct answer answer;

        answer_init(&answer, rows[i].raw, 'c', OPENED);
        assert_string_equal(answer.word, rows[i].word);
        press(&answer, rows[i].word, LATER);
        assert_int_equal(press(&answer, "\n", LATER), ANSWER_YES);
    }
}

static void the_word_may_change_under_the_fingers(void **state)
{
    struct answer answer;

    (void)state;
    answer_init(&answer, "7", 'c', OPENED);
    assert_int_equal(press(&answer, "7", LATER), ANSWER_TAKEN);
    answer_set_word(&answer, "6");
    assert_int_equal(press(&answer, "\n", LATER), ANSWER_TAKEN);
    assert_int_equal(press(&answer,
                           "\x7f"
                           "6\n",
                           LATER),
                     ANSWER_YES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_y_is_yes),
        cmocka_unit_test(it_is_deaf_at_first),
        cmocka_unit_test(what_opened_it_is_no_answer),
        cmocka_unit_test(what_opened_it_may_be_typed),
        cmocka_unit_test(only_the_word_is_yes),
        cmocka_unit_test(a_wrong_word_can_be_mended),
        cmocka_unit_test(a_yes_comes_alone),
        cmocka_unit_test(the_word_is_as_it_is_shown),
        cmocka_unit_test(the_word_may_change_under_the_fingers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
