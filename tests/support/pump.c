#include "tests/support/pump.h"

#include <ev.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/* A quiet round proves little when a socket needs one more round to wake the
 * other side. */
#define QUIET_ROUNDS 3

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A loop does not tell whether it did anything. */
static bool loop_turn(void *ctx)
{
    ev_run(ctx, EVRUN_NOWAIT);
    return false;
}

static bool round_of_turns(struct pump *pump)
{
    bool moved = false;

    for (size_t i = 0; i < pump->count; i++)
        moved |= pump->turns[i].turn(pump->turns[i].ctx);
    return moved;
}

void pump_add(struct pump *pump, pump_turn *turn, void *ctx)
{
    if (pump->count == PUMP_TURNS_MAX)
        abort();
    pump->turns[pump->count].turn = turn;
    pump->turns[pump->count].ctx = ctx;
    pump->count++;
}

void pump_add_loop(struct pump *pump, struct ev_loop *loop)
{
    pump_add(pump, loop_turn, loop);
}

void pump_remove(struct pump *pump, void *ctx)
{
    size_t kept = 0;

    for (size_t i = 0; i < pump->count; i++)
        if (pump->turns[i].ctx != ctx)
            pump->turns[kept++] = pump->turns[i];
    pump->count = kept;
}

bool pump_until(struct pump *pump, pump_condition *met, void *ctx, int ms)
{
    int64_t deadline = clock_ms() + ms;

    while (!met(ctx)) {
        if (clock_ms() > deadline)
            return false;
        if (!round_of_turns(pump) && !met(ctx))
            poll(NULL, 0, 1);
    }
    return true;
}

void pump_turns(struct pump *pump, int rounds)
{
    while (rounds-- > 0)
        round_of_turns(pump);
}

void pump_settle(struct pump *pump)
{
    for (int quiet = 0; quiet < QUIET_ROUNDS; quiet++)
        if (round_of_turns(pump))
            quiet = -1;
}
