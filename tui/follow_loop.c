#include "tui/follow_loop.h"

#include <unistd.h>

#include "core/fleet.h"
#include "tui/follow.h"
#include "tui/loop.h"
#include "tui/outlet.h"

#define TICK_MS           1000
#define LEAVE_PATIENCE_MS 1000

struct running {
    struct loop *loop;
    struct fleet *fleet;
    const struct follow_links *links;
    struct follow follow;
    struct outlet outlet;
};

static void put_line(void *ctx, const char *line)
{
    outlet_put(&((struct running *)ctx)->outlet, line);
}

static void flush(struct running *running)
{
    outlet_flush(&running->outlet);
    if (!outlet_is_open(&running->outlet))
        loop_stop(running->loop);
}

static void on_tick(void *ctx)
{
    struct running *running = ctx;
    int64_t now_ms = loop_now_ms();
    fleet_tick(running->fleet, now_ms);
    follow_tick(&running->follow, now_ms);
    running->links->pump(running->links->ctx);
    flush(running);
}

static int64_t on_due(void *ctx)
{
    (void)ctx;
    return 0;
}

static bool on_is_dirty(void *ctx)
{
    return follow_has_news(&((struct running *)ctx)->follow);
}

static void on_paint(void *ctx)
{
    struct running *running = ctx;
    follow_news(&running->follow, loop_now_ms());
    flush(running);
}

static void on_resized(void *ctx)
{
    (void)ctx;
}

static void on_leave(void *ctx)
{
    loop_stop(((struct running *)ctx)->loop);
}

static void on_suspend(void *ctx)
{
    const struct running *running = ctx;
    running->links->close(running->links->ctx);
}

static void on_resume(void *ctx)
{
    const struct running *running = ctx;
    running->links->open(running->links->ctx);
}

static int on_output_fd(void *ctx)
{
    return outlet_waiting_fd(&((struct running *)ctx)->outlet);
}

static void on_output(void *ctx)
{
    flush(ctx);
}

static const struct loop_events events = {
    .input = NULL,
    .tick = on_tick,
    .due_ms = on_due,
    .is_dirty = on_is_dirty,
    .paint = on_paint,
    .resized = on_resized,
    .leave = on_leave,
    .suspend = on_suspend,
    .resume = on_resume,
    .output_fd = on_output_fd,
    .output = on_output,
};

int follow_loop_run(struct loop *loop, struct fleet *fleet, const struct follow_links *links,
                    enum text_charset charset)
{
    static struct running running; /* its outlet is large */
    running.loop = loop;
    running.fleet = fleet;
    running.links = links;
    follow_init(&running.follow, fleet, charset, loop_wall_s);
    running.follow.put = put_line;
    running.follow.ctx = &running;
    outlet_open(&running.outlet, STDOUT_FILENO);
    loop_watch(loop, &events, &running, TICK_MS);
    links->open(links->ctx);
    loop_run(loop);
    follow_news(&running.follow, loop_now_ms());
    outlet_close(&running.outlet, LEAVE_PATIENCE_MS);
    follow_release(&running.follow);
    return running.outlet.error;
}
