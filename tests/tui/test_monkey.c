/*
 * Random keys on a farm that churns jobs, sends events and misbehaves: the console lives
 * on, ends when told to, and puts the terminal back. What it sends is for a job that was
 * shown, by its exact id, and for the state that it was shown in. Without a key that
 * confirms, nothing is sent but what is done at once; read-only, nothing at all.
 *
 *   QMPTOP_MONKEY_SECONDS=600 QMPTOP_SEED=7 test_monkey
 */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/support/chance.h"
#include "tests/support/program.h"
#include "tests/support/rig.h"

#define SECONDS  3   /* of each play */
#define SOCKETS  4   /* the last one misbehaves */
#define BURST    12  /* keys that come in one piece, now and then */
#define PAUSE_MS 10  /* between keys, at most */
#define REST_MS  220 /* a box listens by then */
#define QUIT_MS  200

#define REST_OFTEN 30 /* one pause in so many is a rest */

static size_t key_count;

static int set_up(void **state)
{
    key_count = 0;
    rig_make_folder(state);
    rig.herd = herd_start((const char *[]){"--sockets", "4", "--jobs", "3", "--event-rate",
                                           "20", "--churn", "3", "--fault", "flap@3", NULL});
    return 0;
}

/* ---- the keys ---- */

enum {
    PLAIN = 1,      /* confirms nothing */
    CONFIRMING = 2, /* may answer a box, a prompt or a menu */
    ACTING = 4      /* leads from one verb to the next */
};

/* Most of what a keyboard has, and some that no keyboard would send. Nothing here writes a
 * file ("w" on the page of events). */
static const struct {
    const char *keys;
    unsigned kind, weight;
} keys[] = {
    {"j", PLAIN | ACTING, 14},
    {"k", PLAIN | ACTING, 9},
    {"p", PLAIN | ACTING, 12},
    {"r", PLAIN | ACTING, 12},
    {"o", PLAIN, 5},
    {"s", PLAIN, 4},
    {"c", PLAIN | ACTING, 6},
    {"f", PLAIN, 2},
    {"x", PLAIN | ACTING, 4},
    {"l", PLAIN, 1},
    {" ", PLAIN, 2},
    {"*", PLAIN, 1},
    {"u", PLAIN, 1},
    {"i", PLAIN, 1},
    {"e", PLAIN, 1},
    {"v", PLAIN, 1},
    {"d", PLAIN, 1},
    {"?", PLAIN, 1},
    {"/", PLAIN, 1},
    {"\\", PLAIN, 1},
    {"n", PLAIN, 1},
    {"N", PLAIN, 1},
    {"]", PLAIN, 1},
    {"[", PLAIN, 1},
    {">", PLAIN, 1},
    {"<", PLAIN, 1},
    {"I", PLAIN, 1},
    {"Z", PLAIN, 1},
    {"t", PLAIN, 1},
    {"m", PLAIN, 1},
    {"g", PLAIN, 1},
    {"G", PLAIN, 1},
    {"b", PLAIN, 1},
    {"q", PLAIN, 1},
    {"0", PLAIN, 1},
    {"7", PLAIN, 1},
    {"!", PLAIN, 1},
    {"\x7f", PLAIN, 2},
    {"\t", PLAIN, 1},
    {"\x02", PLAIN, 1},
    {"\x06", PLAIN, 1},
    {"\x0c", PLAIN, 1},
    {"\x15", PLAIN, 1},
    {"\x1a", PLAIN, 1}, /* no shell is there to stop it for */
    {"\033", PLAIN | ACTING, 10},
    {"\033[A", PLAIN, 2},
    {"\033[B", PLAIN, 2},
    {"\033OA", PLAIN, 1},
    {"\033[5~", PLAIN, 1},
    {"\033[6~", PLAIN, 1},
    {"\033[H", PLAIN, 1},
    {"\033[F", PLAIN, 1},
    {"\033OR", PLAIN, 1},
    {"\033[17~", PLAIN, 1},
    {"\033[", PLAIN, 1},
    {"\033[1;5", PLAIN, 1},
    {"\033]0;title\a", PLAIN, 1},
    {"\033[?1;2c", PLAIN, 1},
    {"\xc3\xa4", PLAIN, 1},
    {"\xc3", PLAIN, 1},
    {"\xff", PLAIN, 1},
    {"\xe2\x80\xae", PLAIN, 1},
    {"\033[200~pjck\033[201~", PLAIN, 1},
    {"y", CONFIRMING | ACTING, 8},
    {"\r", CONFIRMING | ACTING, 8},
    {"\n", CONFIRMING, 1},
    {"job-0-0\r", CONFIRMING, 1},
    {"cancel\r", CONFIRMING, 2},
    {"1M", CONFIRMING, 2},
    {"\033[20~", CONFIRMING, 1},                   /* F9 */
    {"\033[<0;20;6M\033[<0;20;6m", CONFIRMING, 3}, /* a click */
    {"\033[<64;20;6M", CONFIRMING, 1},             /* the wheel */
    {"\033[<0;9999;9999M\033[<99;0;0M", CONFIRMING, 1},
    {"\033[200~y\r\033[201~", CONFIRMING, 1},
};

#define KEY_COUNT (sizeof keys / sizeof keys[0])

static const char *choose_key(unsigned kinds)
{
    unsigned sum = 0, at;
    for (size_t i = 0; i < KEY_COUNT; i++)
        sum += keys[i].kind & kinds ? keys[i].weight : 0;
    at = chance(sum);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        unsigned weight = keys[i].kind & kinds ? keys[i].weight : 0;
        if (at < weight)
            return keys[i].keys;
        at -= weight;
    }
    return "";
}

/* ---- the play ---- */

static void live(int64_t ms)
{
    int64_t end_ms = chance_clock_ms() + ms;
    console_await_that(rig.console, chance_is_past, &end_ms, "time to pass");
}

static void open_console(bool read_only)
{
    char paths[SOCKETS][HERD_PATH_SIZE];
    const char *arguments[SOCKETS + 10] = {
        "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", rig.folder, program_path(), "--delay",
        "0.1"};
    size_t count = 7;
    for (unsigned i = 0; i < SOCKETS; i++)
        arguments[count++] = herd_socket(rig.herd, i, paths[i]);
    arguments[count++] = read_only ? "--read-only" : "--mouse";
    console_end(rig.console);
    rig.console = console_start(
        &rig.pump, &(struct console_options){.rows = 24, .columns = 100, .program = "sh"},
        arguments);
    console_await(rig.console, "job-0", NULL);
}

static bool has_ended(void)
{
    siginfo_t info = {0};
    pid_t pid = pty_pid(console_pty(rig.console));
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

static void assert_ends_with(int status)
{
    assert_int_equal(console_await_end(rig.console), status);
    const char *wrong = pty_not_put_back(console_pty(rig.console));
    if (wrong != NULL)
        fail_msg("not put back: %s", wrong);
}

static void trouble(void)
{
    static const char *const lines[] = {"fault flap@3",   "fault silent@3", "fault escape@3",
                                        "fault utf8@3",   "fault flood@3",  "fault none@3",
                                        "fault dupkey@3", "fault eofmid@3", "fault bignum@3"};
    herd_tell(rig.herd, lines[chance(sizeof lines / sizeof lines[0])]);
}

/* An Esc that another key follows at once would be another key; and keys that come in one
 * piece are taken for pasted. */
static void act(unsigned kinds)
{
    struct pty *pty = console_pty(rig.console);
    bool is_escape = false;
    for (unsigned left = chance(10) == 0 ? BURST : 1; left > 0; left--) {
        const char *key = choose_key(kinds);
        is_escape = strcmp(key, "\033") == 0;
        pty_send(pty, key);
        key_count++;
    }
    if (chance(40) == 0)
        pty_resize(pty, 1 + (int)chance(50), 1 + (int)chance(180));
    if (chance(20) == 0)
        pty_resize(pty, 24, 100);
    if (chance(100) == 0)
        trouble();
    live(is_escape || chance(REST_OFTEN) == 0 ? REST_MS : chance(PAUSE_MS));
}

/* `q` may end it: then another one goes on. */
static void play(unsigned kinds, bool read_only)
{
    int64_t end_ms =
        chance_clock_ms() + 1000 * chance_setting("QMPTOP_MONKEY_SECONDS", SECONDS);
    chance_begin();
    open_console(read_only);
    while (chance_clock_ms() < end_ms) {
        act(kinds);
        if (!has_ended())
            continue;
        assert_ends_with(0);
        open_console(read_only);
    }
}

/* However deep in boxes and prompts, and though half an escape sequence was the last key. */
static void quit(void)
{
    int64_t end_ms = chance_clock_ms() + CONSOLE_MS;
    while (!has_ended()) {
        assert_true(chance_clock_ms() < end_ms);
        live(QUIT_MS);
        console_press(rig.console, "\033[21~"); /* F10 */
        live(QUIT_MS);
    }
    assert_ends_with(0);
}

static size_t count(const char *command)
{
    size_t sum = 0;
    for (unsigned i = 0; i < SOCKETS; i++)
        sum += herd_count(rig.herd, i, command, NULL);
    return sum;
}

/* ---- tests ---- */

static void test_nothing_is_confirmed(void **state)
{
    (void)state;
    play(PLAIN, false);
    quit();
    size_t at_once = count("job-pause") + count("job-resume") + count("job-dismiss");
    printf("%zu keys, %zu commands\n", key_count, at_once);
    assert_int_equal(herd_count_verbs(rig.herd), at_once);
    herd_assert_meant(rig.herd);
}

static void test_read_only(void **state)
{
    (void)state;
    play(PLAIN | CONFIRMING, true);
    pty_signal(console_pty(rig.console), SIGTERM);
    assert_ends_with(128 + SIGTERM);
    printf("%zu keys\n", key_count);
    assert_int_equal(herd_count_verbs(rig.herd), 0);
}

static void test_anything(void **state)
{
    (void)state;
    play(PLAIN | CONFIRMING, false);
    quit();
    printf("%zu keys, %zu commands\n", key_count, herd_count_verbs(rig.herd));
    herd_assert_meant(rig.herd);
}

/* Nothing else than jobs and what is done to them. */
static void test_one_verb_after_the_other(void **state)
{
    (void)state;
    while (herd_count_verbs(rig.herd) == 0)
        play(ACTING, false);
    quit();
    printf("%zu keys, %zu commands\n", key_count, herd_count_verbs(rig.herd));
    herd_assert_meant(rig.herd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_is_confirmed, set_up, rig_clear),
        cmocka_unit_test_setup_teardown(test_read_only, set_up, rig_clear),
        cmocka_unit_test_setup_teardown(test_anything, set_up, rig_clear),
        cmocka_unit_test_setup_teardown(test_one_verb_after_the_other, set_up, rig_clear),
    };
    return cmocka_run_group_tests_name("monkey", tests, NULL, NULL);
}
