#include "tui/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/player.h"
#include "tui/key.h"

/* One key a row; each is seen as exactly one press. */
static void test_keys(void **state)
{
    static const struct {
        const char *bytes, *name;
    } rows[] = {
        {"a", "a"},
        {"~", "~"},
        {" ", "Space"},
        {"\t", "Tab"},
        {"\r", "Enter"},
        {"\n", "Enter"},
        {"\b", "Backspace"},
        {"\x7f", "Backspace"},
        {"\x01", "^A"},
        {"\x0c", "^L"},
        {"\033", "Esc"},
        {"\033OA", "Up"},
        {"\033OB", "Down"},
        {"\033OD", "Left"},
        {"\033OC", "Right"},
        {"\033OH", "Home"},
        {"\033OF", "End"},
        {"\033[5~", "PgUp"},
        {"\033[6~", "PgDn"},
        {"\033[2~", "Ins"},
        {"\033[3~", "Del"},
        {"\033[Z", "S-Tab"},
        {"\033OP", "F1"},
        {"\033[20~", "F9"},
        {"\xc3\xa4", "\xc3\xa4"},
        {"\xe6\x97\xa5", "\xe6\x97\xa5"},
    };
    struct pty *pty = player_start(NULL);
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(text, sizeof text, "%zu: %s ", i + 1, rows[i].name);
        player_press(pty, rows[i].bytes, text);
    }
    pty_quit(pty);
}

/* What terminfo does not know counts as one key, whatever letters are in it. */
static void test_unknown_sequences(void **state)
{
    static const char *const rows[] = {"\033c",      "\033[1;5Q", "\033[99;99u",
                                       "\033[?1;2c", "\033Ox",    "\033q"};
    struct pty *pty = player_start(NULL);
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(text, sizeof text, "%zu: ? ", i + 1);
        player_press(pty, rows[i], text);
    }
    player_press(pty, "z", "7: z");
    player_press(pty, "\033\033", "9: Esc");
    pty_quit(pty);
}

static void test_character_in_two_reads(void **state)
{
    struct pty *pty = player_start(NULL);

    (void)state;
    pty_send(pty, "\xe6");
    pty_send(pty, "\x97");
    player_press(pty, "\xa5", "1: \xe6\x97\xa5");
    player_press(pty, "\xff", "2: ?");
    pty_quit(pty);
}

static void test_no_utf8_no_characters(void **state)
{
    struct pty *pty = player_start(&(struct pty_options){.locale = "C"});

    (void)state;
    player_press(pty, "\xc3\xa4", "2: ?");
    player_press(pty, "a", "3: a");
    pty_quit(pty);
}

/* All of a paste is read in one turn, and in order. */
static void test_paste(void **state)
{
    struct pty *pty = player_start(NULL);
    char paste[2001];

    (void)state;
    memset(paste, 'p', sizeof paste - 1);
    paste[sizeof paste - 1] = '\0';
    pty_send(pty, paste);
    player_press(pty, "z", "2001: z");
    pty_quit(pty);
}

static void test_mouse(void **state)
{
    struct pty *pty = player_start(NULL);

    (void)state;
    player_press(pty, "M", "1: M");
    player_press(pty, "\033[<0;11;6M", "mouse 0 5,10");
    player_press(pty, "\033[<64;1;1M", "mouse 1 0,0");
    player_press(pty, "\033[<65;2;1M", "mouse 2 0,1");
    player_press(pty, "m", ": m");
    pty_quit(pty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_unknown_sequences),
        cmocka_unit_test(test_character_in_two_reads),
        cmocka_unit_test(test_no_utf8_no_characters),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_mouse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
