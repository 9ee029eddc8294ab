#include "tui/loop.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"

enum { STOP, CONTINUE }; /* places in signal_numbers */

static const int signal_numbers[LOOP_SIGNALS] = {
    [STOP] = SIGTSTP, [CONTINUE] = SIGCONT, SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGQUIT,
};

static volatile sig_atomic_t was_pressed; /* the last SIGINT, by a key of the terminal */

static int64_t read_clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t loop_now_ms(void)
{
    /* One more than the clock: 0 means "never" everywhere. */
    return read_clock_us(CLOCK_MONOTONIC) / 1000 + 1;
}

int64_t loop_wall_s(int64_t at_ms)
{
    int64_t wall_ms = read_clock_us(CLOCK_REALTIME) / 1000;
    return (wall_ms - (loop_now_ms() - at_ms)) / 1000;
}

bool loop_init(struct loop *loop)
{
    ev_set_allocator(mem_allocator);
    /* Not libev's default loop: that one waits for all children, whosever they are. */
    *loop = (struct loop){.ev = ev_loop_new(EVFLAG_NOENV)};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
    return loop->ev != NULL;
}

/* ---- painting -------------------------------------------------------------------------- */

static void paint(struct loop *loop)
{
    int64_t begin_us = read_clock_us(CLOCK_MONOTONIC);
    loop->events->paint(loop->ctx);
    int64_t pause_ms = (read_clock_us(CLOCK_MONOTONIC) - begin_us) * LOOP_CALM / 1000;
    if (pause_ms < LOOP_FRAME_MS)
        pause_ms = LOOP_FRAME_MS;
    if (pause_ms > LOOP_FRAME_MAX_MS)
        pause_ms = LOOP_FRAME_MAX_MS;
    int64_t now_ms = loop_now_ms();
    loop->pause_ms = pause_ms;
    loop->paid_ms = (loop->paid_ms > now_ms ? loop->paid_ms : now_ms) + pause_ms;
    if (loop->paid_ms > now_ms + pause_ms * LOOP_AHEAD)
        loop->paid_ms = now_ms + pause_ms * LOOP_AHEAD;
}

static void start_timer(struct loop *loop, ev_timer *timer, int64_t wait_ms)
{
    ev_timer_stop(loop->ev, timer);
    ev_now_update(loop->ev);
    ev_timer_set(timer, wait_ms > 0 ? (double)wait_ms / 1000 : 0., 0.);
    ev_timer_start(loop->ev, timer);
}

static void paint_or_wait(struct loop *loop)
{
    if (ev_is_active(&loop->frame) || !loop->events->is_dirty(loop->ctx))
        return;
    int64_t wait_ms = loop->paid_ms - loop->pause_ms * (LOOP_AHEAD - 1) - loop_now_ms();
    if (wait_ms <= 0)
        paint(loop);
    else
        start_timer(loop, &loop->frame, wait_ms);
}

static void arm_due(struct loop *loop)
{
    bool dirty = loop->events->is_dirty(loop->ctx);
    int64_t due_ms = dirty ? 0 : loop->events->due_ms(loop->ctx);
    if (due_ms == loop->armed_ms)
        return;
    loop->armed_ms = due_ms;
    if (due_ms > 0)
        start_timer(loop, &loop->due, due_ms - loop_now_ms());
    else
        ev_timer_stop(loop->ev, &loop->due);
}

/* Watches for room in the output exactly while something waits for it. */
static void watch_output(struct loop *loop)
{
    int fd = loop->events->output_fd(loop->ctx);
    if (ev_is_active(&loop->output) == (fd >= 0))
        return;
    ev_io_stop(loop->ev, &loop->output);
    if (fd < 0)
        return;
    ev_io_set(&loop->output, fd, EV_WRITE);
    ev_io_start(loop->ev, &loop->output);
}

/* Before each sleep. */
static void on_prepare(struct ev_loop *ev, ev_prepare *watcher, int revents)
{
    struct loop *loop = watcher->data;
    (void)ev;
    (void)revents;
    paint_or_wait(loop);
    arm_due(loop);
    watch_output(loop);
}

static void on_frame(struct ev_loop *ev, ev_timer *watcher, int revents)
{
    struct loop *loop = watcher->data;
    (void)ev;
    (void)revents;
    if (loop->events->is_dirty(loop->ctx))
        paint(loop);
}

/* ---- keys, time and signals ------------------------------------------------------------ */

static void on_input(struct ev_loop *ev, ev_io *watcher, int revents)
{
    struct loop *loop = watcher->data;
    (void)revents;
    loop->events->input(loop->ctx);
    ev_timer_stop(ev, &loop->frame);
    if (loop->events->is_dirty(loop->ctx))
        paint(loop);
}

static void on_output(struct ev_loop *ev, ev_io *watcher, int revents)
{
    struct loop *loop = watcher->data;
    (void)ev;
    (void)revents;
    loop->events->output(loop->ctx);
}

static void on_tick(struct ev_loop *ev, ev_timer *watcher, int revents)
{
    struct loop *loop = watcher->data;
    (void)ev;
    (void)revents;
    loop->armed_ms = 0; /* a timer a little early is armed again */
    loop->events->tick(loop->ctx);
}

/* Stops the process as ^Z would have. The default action of SIGTSTP is used, not
 * SIGSTOP: the kernel ignores it where no shell could ever continue us. */
static void stop_process(struct loop *loop)
{
    loop->events->suspend(loop->ctx);
    ev_signal_stop(loop->ev, &loop->signals[STOP]);
    ev_signal_stop(loop->ev, &loop->signals[CONTINUE]);
    raise(SIGTSTP);
    ev_signal_start(loop->ev, &loop->signals[STOP]);
    ev_signal_start(loop->ev, &loop->signals[CONTINUE]);
    ev_now_update(loop->ev);
    loop->events->resume(loop->ctx);
}

static void on_signal(struct ev_loop *ev, ev_signal *watcher, int revents)
{
    struct loop *loop = watcher->data;
    (void)ev;
    (void)revents;
    switch (watcher->signum) {
    case SIGWINCH:
        loop->events->resized(loop->ctx);
        break;
    case SIGTSTP:
        stop_process(loop);
        break;
    case SIGCONT:
        loop->events->resume(loop->ctx);
        break;
    default:
        if (loop->ended_by == 0 && (watcher->signum != SIGINT || !was_pressed))
            loop->ended_by = watcher->signum;
        loop->events->leave(loop->ctx);
        break;
    }
}

/* ^C is a person's way to quit; the kernel says whether it was that, libev does not. */
static void on_interrupt(int number, siginfo_t *info, void *context)
{
    (void)context;
    was_pressed = info->si_code > 0;
    ev_feed_signal(number);
}

/* In place of libev's own handler. */
static void tell_interrupts_apart(void)
{
    struct sigaction action = {.sa_sigaction = on_interrupt,
                               .sa_flags = SA_SIGINFO | SA_RESTART};
    sigfillset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void watch_signals(struct loop *loop)
{
    for (int i = 0; i < LOOP_SIGNALS; i++) {
        if (signal_numbers[i] == SIGHUP && is_ignored(SIGHUP))
            continue;
        ev_signal *watcher = &loop->signals[i];
        ev_signal_init(watcher, on_signal, signal_numbers[i]);
        watcher->data = loop;
        ev_signal_start(loop->ev, watcher);
    }
    tell_interrupts_apart();
}

static void init_watchers(struct loop *loop, double tick_s)
{
    ev_io_init(&loop->input, on_input, STDIN_FILENO, EV_READ);
    ev_set_priority(&loop->input, EV_MAXPRI);
    ev_timer_init(&loop->tick, on_tick, tick_s, tick_s);
    ev_timer_init(&loop->due, on_tick, 0., 0.);
    ev_timer_init(&loop->frame, on_frame, 0., 0.);
    ev_prepare_init(&loop->prepare, on_prepare);
    ev_init(&loop->output, on_output);
    loop->input.data = loop->output.data = loop->prepare.data = loop;
    loop->tick.data = loop->due.data = loop->frame.data = loop;
}

void loop_watch(struct loop *loop, const struct loop_events *events, void *ctx, int64_t tick_ms)
{
    loop->events = events;
    loop->ctx = ctx;
    watch_signals(loop);
    init_watchers(loop, (double)tick_ms / 1000);
    if (events->input)
        ev_io_start(loop->ev, &loop->input);
    ev_timer_start(loop->ev, &loop->tick);
    ev_prepare_start(loop->ev, &loop->prepare);
}

void loop_run(struct loop *loop)
{
    ev_run(loop->ev, 0);
}

void loop_stop(struct loop *loop)
{
    ev_break(loop->ev, EVBREAK_ALL);
}

/* ---- waiting --------------------------------------------------------------------------- */

static void on_awake(struct ev_loop *ev, ev_timer *watcher, int revents)
{
    (void)ev;
    (void)watcher;
    (void)revents;
}

void loop_wait(struct loop *loop, int64_t every_ms, bool (*is_done)(void *ctx), void *ctx)
{
    ev_timer awake;
    double every_s = (double)every_ms / 1000;
    ev_timer_init(&awake, on_awake, every_s, every_s);
    ev_timer_start(loop->ev, &awake);
    while (!is_done(ctx))
        ev_run(loop->ev, EVRUN_ONCE);
    ev_timer_stop(loop->ev, &awake);
}

static void stop_watchers(struct loop *loop)
{
    for (int i = 0; i < LOOP_SIGNALS; i++)
        ev_signal_stop(loop->ev, &loop->signals[i]);
    ev_io_stop(loop->ev, &loop->input);
    ev_io_stop(loop->ev, &loop->output);
    ev_timer_stop(loop->ev, &loop->tick);
    ev_timer_stop(loop->ev, &loop->due);
    ev_timer_stop(loop->ev, &loop->frame);
    ev_prepare_stop(loop->ev, &loop->prepare);
}

void loop_release(struct loop *loop)
{
    if (loop->events)
        stop_watchers(loop);
    if (loop->ev)
        ev_loop_destroy(loop->ev);
    *loop = (struct loop){.ev = NULL};
}
