/*
 * The nth allocation of the console fails, or of the loop below it: the process ends
 * through the one function of mem.h, and its terminal is as it was before.
 */

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/core/world.h"

#include "core/mem.h"
#include "tests/support/pty.h"
#include "tests/torture/torture.h"
#include "tui/app.h"
#include "tui/key.h"
#include "tui/loop.h"
#include "tui/screens/commands.h"
#include "tui/screens/screen_jobs.h"
#include "tui/term.h"

#define N_MAX  2000
#define TIMERS 300 /* enough for libev to grow several times */

/* How a child ends. */
enum { UNTOUCHED = 0, SURVIVED = 10, ENDED = 77 };

static unsigned long nth; /* allocation that fails */

static void leave(void)
{
    term_stop();
    _exit(ENDED);
}

static void press(struct app *app, const char *keys)
{
    for (; *keys != '\0'; keys++) {
        app_key(app, *keys == '\033' ? KEY_CODE_ESCAPE : *keys, 2000000);
        app_paint(app, 2000000);
    }
}

static void use_console(void)
{
    static const struct job_report reports[] = {
        {"mirror0", "mirror", "ready", 9, 9, NULL},
        {"backup0", "backup", "running", 1, 9, NULL},
        {"stream0", "stream", "concluded", 5, 9, "Input/output error"},
    };
    const struct term_options options = {.colour = true};
    char error[TERM_ERROR_SIZE];
    struct app app;
    void *state;
    world_setup(&state);
    struct world *world = state;
    torture_allocations(nth, false);
    app_init(&app, &world->fleet, &commands, loop_wall_s);
    if (!term_start(&options, error))
        _exit(SURVIVED);
    world_connect(world);
    world_jobs(world, reports, 3);
    app_push(&app, screen_jobs_new(NULL));
    app_paint(&app, world->now_ms);
    press(&app, "jk ?\033i\033e/mirror\r\033v\033\r\033/job\r\\!back\r>I*co\033l5\033");
    term_stop();
    app_release(&app);
    world_teardown(&state);
}

static void on_timer(struct ev_loop *ev, ev_timer *timer, int revents)
{
    (void)ev, (void)timer, (void)revents;
}

static void use_loop(void)
{
    static ev_timer timers[TIMERS];
    const struct term_options options = {.colour = true};
    char error[TERM_ERROR_SIZE];
    struct loop loop;
    torture_allocations(nth, false);
    if (!loop_init(&loop) || !term_start(&options, error))
        _exit(SURVIVED);
    for (int i = 0; i < TIMERS; i++) {
        ev_timer_init(&timers[i], on_timer, 100., 0.);
        ev_timer_start(loop.ev, &timers[i]);
    }
    ev_run(loop.ev, EVRUN_NOWAIT);
    term_stop();
}

/* ---- torture ---- */

struct run {
    void (*use)(void);
    unsigned long n;
};

static int be_child(void *ctx)
{
    const struct run *run = ctx;
    setlocale(LC_CTYPE, "");
    mem_on_exhausted(leave);
    nth = run->n;
    run->use();
    _exit(torture_end() ? SURVIVED : UNTOUCHED);
}

static int end_of_child(void (*use)(void), unsigned long n)
{
    struct run run = {use, n};
    int status;
    struct pty *pty = pty_fork(be_child, &run, NULL);
    assert_true(pty_wait_exit(pty, &status, PTY_WITHIN_MS));
    const char *wrong = pty_not_put_back(pty);
    if (wrong != NULL)
        fail_msg("allocation %lu: not put back: %s", n, wrong);
    if (!WIFEXITED(status))
        fail_msg("allocation %lu: ended by signal %d", n, WTERMSIG(status));
    pty_close(pty);
    return WEXITSTATUS(status);
}

/* Each of the first dozen, then ever fewer. */
static void torture(void (*use)(void))
{
    unsigned long n = 1;
    size_t ended = 0;
    for (int end = ENDED; end != UNTOUCHED; n += 1 + n / 12) {
        assert_true(n < N_MAX);
        end = end_of_child(use, n);
        ended += end == ENDED;
        if (end != ENDED && end != SURVIVED && end != UNTOUCHED)
            fail_msg("allocation %lu: the child ended with %d", n, end);
    }
    print_message("%lu allocations, ended by %zu of those tried\n", n, ended);
    assert_true(ended > 0);
}

static void test_console(void **state)
{
    (void)state;
    torture(use_console);
}

static void test_loop(void **state)
{
    (void)state;
    torture(use_loop);
}

/* ---- no file for the frames ---- */

static int be_refused(void *unused)
{
    const struct term_options options = {.colour = true};
    char error[TERM_ERROR_SIZE];
    (void)unused;
    torture_call(TORTURE_MEMFD_CREATE, 1, EMFILE);
    if (term_start(&options, error))
        return 1;
    return strcmp(error, "cannot use the terminal: no memory for it") == 0 ? 0 : 2;
}

static void test_no_file(void **state)
{
    int status;
    (void)state;
    struct pty *pty = pty_fork(be_refused, NULL, NULL);
    assert_true(pty_wait_exit(pty, &status, PTY_WITHIN_MS));
    assert_int_equal(status, 0);
    assert_null(pty_not_put_back(pty));
    assert_int_equal(pty_traffic(pty), 0);
    pty_close(pty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_console),
        cmocka_unit_test(test_loop),
        cmocka_unit_test(test_no_file),
    };
    return cmocka_run_group_tests_name("memory_tui", tests, NULL, NULL);
}
