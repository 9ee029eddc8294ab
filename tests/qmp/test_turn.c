/*
 * A turn of the loop reads for a few milliseconds at most, by a clock that nobody sets: when
 * the wall clock is, sockets are read as ever.
 */

#define _GNU_SOURCE /* syscall() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/probe.h"

#define YEAR_S (365 * 86400)
#define TURNS  3 /* libev looks at the wall clock anew after half a second of them */

static time_t shift_s;

/* In place of the system's, for libev too, which takes one or the other. */
int clock_gettime(clockid_t id, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, id, now);

    if (result == 0 && id == CLOCK_REALTIME)
        now->tv_sec += shift_s;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

static void hear_after(struct probe *probe, struct fake_qmp *fake, time_t shift)
{
    size_t before = probe->events;

    ev_run(probe->loop, EVRUN_NOWAIT);
    shift_s += shift;
    fake_qmp_event(fake, "STOP", NULL);
    pump_remove(&probe->pump, probe->loop);
    pump_settle(&probe->pump);
    pump_add_loop(&probe->pump, probe->loop);
    for (int i = 0; i < TURNS; i++)
        ev_run(probe->loop, EVRUN_NOWAIT);
    assert_int_equal(probe->events, before + 1);
}

static void test_sockets_are_read_when_the_clock_is_set(void **state)
{
    struct probe *probe = *state;
    struct fake_qmp *fake = fake_qmp_unix(&probe->pump, NULL);

    fake_qmp_model(fake);
    probe_begin(probe, fake_qmp_endpoint(fake));
    probe_await(probe, CLIENT_READY);
    hear_after(probe, fake, 0);
    hear_after(probe, fake, 1);
    hear_after(probe, fake, YEAR_S);
    hear_after(probe, fake, -2 * YEAR_S);
    client_release(&probe->client);
    fake_qmp_free(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sockets_are_read_when_the_clock_is_set,
                                        probe_setup, probe_teardown),
    };

    return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
