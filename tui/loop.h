#ifndef QMPTOP_TUI_LOOP_H
#define QMPTOP_TUI_LOOP_H

/*
 * loop: the libev loop of the program: keys, signals, ticks and repaints, and
 * the only reader of the clock. It does not know what is painted or what a key
 * means: the owner's functions do.
 *
 * Painting: what a key changed is painted at once, and so is the first change
 * after a calm, and a few that follow it. In a flood of changes painting pauses for
 * LOOP_CALM times what it costs (at least LOOP_FRAME_MS), so that it never eats the
 * machine.
 */

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#define LOOP_FRAME_MS     20
#define LOOP_FRAME_MAX_MS 250
#define LOOP_CALM         50
#define LOOP_AHEAD        16 /* frames that may be painted before their pause is over */

/* Monotonic milliseconds, > 0. */
int64_t loop_now_ms(void);

/* The wall-clock time, in seconds since 1970, of a monotonic time. */
int64_t loop_wall_s(int64_t at_ms);

/* What the owner does; all are called from the loop. None may be NULL but `input`: then
 * standard input is left alone. */
struct loop_events {
    void (*input)(void *ctx);     /* the terminal has something to read */
    void (*tick)(void *ctx);      /* each tick_ms, and when something is due */
    int64_t (*due_ms)(void *ctx); /* when to tick next at the latest; 0 = no matter */
    bool (*is_dirty)(void *ctx);  /* cheap: asked after each turn */
    void (*paint)(void *ctx);
    void (*resized)(void *ctx);  /* SIGWINCH */
    void (*leave)(void *ctx);    /* SIGINT, SIGTERM, SIGQUIT, SIGHUP unless it is ignored */
    void (*suspend)(void *ctx);  /* SIGTSTP: give the terminal back; the process stops next */
    void (*resume)(void *ctx);   /* it runs again, stopped by whomever: take the terminal */
    int (*output_fd)(void *ctx); /* to be watched since output waits for it; -1 = none does */
    void (*output)(void *ctx);   /* it takes bytes again */
};

#define LOOP_SIGNALS 7

struct loop {
    struct ev_loop *ev;
    const struct loop_events *events;
    void *ctx;
    ev_io input, output;
    ev_timer tick, due, frame;
    ev_prepare prepare;
    ev_signal signals[LOOP_SIGNALS];
    int ended_by;    /* the signal that called leave() first; 0 = none, or ^C */
    int64_t paid_ms; /* when the pauses of all frames so far are over */
    int64_t pause_ms, armed_ms;
};

/* Makes the loop, with memory of core/mem.h, and ignores SIGPIPE and SIGXFSZ: write(2)
 * tells. False when the system gives no loop. */
bool loop_init(struct loop *loop);

/* Watches standard input, signals and time for `events`. Call before
 * term_start(), so that ncurses leaves the signals alone. SIGHUP stays ignored where
 * nohup(1) has it so. */
void loop_watch(struct loop *loop, const struct loop_events *events, void *ctx,
                int64_t tick_ms);

/* Runs until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Runs without terminal and signals, calling is_done() each `every_ms`, until it
 * says yes. */
void loop_wait(struct loop *loop, int64_t every_ms, bool (*is_done)(void *ctx), void *ctx);

/* Ends the loop, which nobody else uses any more. Idempotent, also without loop_init(). */
void loop_release(struct loop *loop);

#endif
