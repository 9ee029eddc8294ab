#ifndef QMPTOP_TESTS_PUMP_H
#define QMPTOP_TESTS_PUMP_H

/*
 * pump: lets everything that takes part in a test take turns in one thread: the
 * fake servers, a libev loop, a pseudo-terminal. It does not know what they do.
 * A test waits for a condition with a deadline, never for time to pass.
 */

#include <stdbool.h>
#include <stddef.h>

#define PUMP_TURNS_MAX 32
#define PUMP_MS        10000 /* for what must happen: only a failing test waits so long */

/* One turn, without blocking; returns whether anything moved. */
typedef bool pump_turn(void *ctx);
typedef bool pump_condition(void *ctx);

struct pump {
    struct {
        pump_turn *turn;
        void *ctx;
    } turns[PUMP_TURNS_MAX];
    size_t count;
};

struct ev_loop;

/* {0} is an empty pump. Too many partners abort the test program. */
void pump_add(struct pump *pump, pump_turn *turn, void *ctx);
void pump_add_loop(struct pump *pump, struct ev_loop *loop);

/* Takes out every turn with that ctx. */
void pump_remove(struct pump *pump, void *ctx);

/* Takes turns until `met` holds. False: it did not within `ms`. Rests a
 * millisecond when nothing moved. */
bool pump_until(struct pump *pump, pump_condition *met, void *ctx, int ms);

/* That many rounds, whatever happens. */
void pump_turns(struct pump *pump, int rounds);

/* Takes turns until nothing moves any more: what could happen at once, did. That
 * holds for unix sockets, which deliver at once; TCP takes its time. */
void pump_settle(struct pump *pump);

#endif
