/*
 * Signals at any instant of the console's life, several and twice the same among them: it
 * always ends, and the terminal is as it was before.
 *
 *   QMPTOP_ROUNDS=1000 QMPTOP_SEED=7 test_random_signals
 */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "tests/support/chance.h"
#include "tests/support/rig.h"

#define ROUNDS    100
#define LIFE_MS   40 /* at most, before the first signal: its first frames come after some 10 */
#define GAP_MS    4  /* at most, between two signals */
#define BURST     5
#define STORM     40
#define TOLD_SIZE 256

/* A sanitizer would take some for itself. */
#define SIGNALS_ARE_OURS                                                          \
    "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:" \
    "handle_abort=0:handle_sigtrap=0"

static const struct fake_job job = {
    .id = "mir", .type = "mirror", .status = "running", .current = 1, .total = 9};

static char told[TOLD_SIZE]; /* the signals of this round */

static void live(unsigned ms)
{
    int64_t end_ms = chance_clock_ms() + ms;
    console_await_that(rig.console, chance_is_past, &end_ms, "time to pass");
}

static void send(int number)
{
    size_t used = strlen(told);
    snprintf(told + used, sizeof told - used, " %s,", strsignal(number));
    pty_signal(console_pty(rig.console), number);
}

static void drag_window(void)
{
    struct pty *pty = console_pty(rig.console);
    for (int i = 0; i < STORM; i++)
        pty_resize(pty, 1 + (int)chance(60), 1 + (int)chance(200));
    snprintf(told + strlen(told), sizeof told - strlen(told), " sizes,");
}

/* Those that end it are rarer: else hardly a second one would find it alive. */
static void send_some(void)
{
    static const int numbers[] = {SIGTSTP, SIGTSTP, SIGCONT, SIGCONT, SIGWINCH, SIGCHLD,
                                  SIGPIPE, SIGSTOP, SIGTSTP, SIGCONT, SIGTERM,  SIGINT,
                                  SIGHUP,  SIGQUIT, SIGSEGV, SIGABRT, SIGUSR1};
    unsigned which = chance(sizeof numbers / sizeof numbers[0] + 1);
    if (which == sizeof numbers / sizeof numbers[0]) {
        drag_window();
        return;
    }
    send(numbers[which]);
    if (chance(3) == 0)
        send(numbers[which]);
    if (numbers[which] == SIGSTOP)
        live(chance(GAP_MS));
    if (numbers[which] == SIGSTOP || chance(2) == 0)
        send(SIGCONT);
}

static void play(unsigned round)
{
    static const char *const more[] = {"--mouse", NULL};
    told[0] = '\0';
    rig_start(&(struct console_options){.environment = SIGNALS_ARE_OURS},
              chance(2) == 0 ? more : NULL);
    live(chance(LIFE_MS));
    for (unsigned left = 1 + chance(BURST); left > 0; left--) {
        send_some();
        live(chance(GAP_MS));
    }
    send(SIGCONT);
    send(SIGTERM);
    int status = console_await_end(rig.console);
    const char *wrong = pty_not_put_back(console_pty(rig.console));
    if (wrong != NULL)
        fail_msg("round %u:%s: ended with %d, not put back: %s", round, told, status, wrong);
}

static void test_signals_at_any_instant(void **state)
{
    const struct rlimit none = {0, 0};
    unsigned rounds = chance_setting("QMPTOP_ROUNDS", ROUNDS);
    (void)state;
    setrlimit(RLIMIT_CORE, &none);
    chance_begin();
    fake_qmp_job(rig_fake("alpha"), &job);
    for (unsigned round = 1; round <= rounds; round++)
        play(round);
    assert_int_equal(fake_qmp_most_unanswered(rig.fakes[0]), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_signals_at_any_instant, rig_clear),
    };
    return cmocka_run_group_tests_name("random_signals", tests, NULL, NULL);
}
