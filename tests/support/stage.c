#include "tests/support/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdlib.h>

#include "core/roster.h"
#include "tests/support/files.h"

static int64_t clock_ms;

int64_t stage_clock(void)
{
    return clock_ms;
}

static bool send_action(void *ctx, const struct action *action)
{
    return feed_send(ctx, action);
}

int stage_setup(void **state)
{
    struct stage *stage = calloc(1, sizeof(*stage));
    char error[ADDRESS_ERROR_SIZE];

    clock_ms = 1000000;
    stage->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&stage->pump, stage->loop);
    ev_run(stage->loop, EVRUN_NOWAIT);
    stage->fds = files_open_count();
    stage->fake = fake_qmp_unix(&stage->pump, NULL);
    fake_qmp_model(stage->fake);
    assert_true(address_parse(&stage->address, fake_qmp_endpoint(stage->fake), error));
    assert_true(address_resolve(&stage->address, error));
    fleet_init(&stage->fleet);
    stage->fleet.delay_ms = 1000;
    stage->target = fleet_add(&stage->fleet, "web", false, stage->address.text, clock_ms);
    feed_init(&stage->feed, &stage->address, stage->target, stage->loop, stage_clock);
    stage->fleet.actions->sink = (struct action_sink){send_action, &stage->feed};
    *state = stage;
    return 0;
}

int stage_teardown(void **state)
{
    struct stage *stage = *state;

    feed_release(&stage->feed);
    fleet_release(&stage->fleet);
    fake_qmp_free(stage->fake);
    assert_int_equal(files_open_count(), stage->fds);
    address_release(&stage->address);
    ev_loop_destroy(stage->loop);
    free(stage);
    return 0;
}

static void fire(struct stage *stage, ev_timer *timer)
{
    if (!ev_is_active(timer))
        return;
    ev_timer_stop(stage->loop, timer);
    ev_invoke(stage->loop, timer, EV_TIMER);
}

void stage_pass(struct stage *stage, int64_t ms)
{
    clock_ms += ms;
    fleet_tick(&stage->fleet, clock_ms);
    fire(stage, &stage->feed.timer);
    fire(stage, &stage->feed.client.timer);
    pump_settle(&stage->pump);
}

struct link_wait {
    const struct target *target;
    enum target_link link;
};

static bool has_link(void *ctx)
{
    const struct link_wait *wait = ctx;

    return wait->target->link == wait->link;
}

void stage_await_link(struct stage *stage, enum target_link link)
{
    struct link_wait wait = {stage->target, link};

    if (!pump_until(&stage->pump, has_link, &wait, PUMP_MS))
        fail_msg("link is %s, not %s", target_link_wire(stage->target->link),
                 target_link_wire(link));
}

static bool knows_jobs(void *ctx)
{
    const struct stage *stage = ctx;

    return stage->target->jobs_known && !stage->target->asking;
}

void stage_await_jobs(struct stage *stage)
{
    assert_true(pump_until(&stage->pump, knows_jobs, stage, PUMP_MS));
}

void stage_begin(struct stage *stage)
{
    feed_start(&stage->feed);
    stage_await_jobs(stage);
    for (int i = 0; i < 10; i++)
        stage_pass(stage, TARGET_EAGER_MS);
    assert_true(target_is_fresh(stage->target));
}

const struct fake_job stage_mirror = {.id = "m0",
                                      .type = "mirror",
                                      .status = "running",
                                      .current = 10,
                                      .total = 100,
                                      .speed = 4096,
                                      .keeps = true};

const struct job *stage_job(const struct stage *stage, const char *id)
{
    return roster_find(stage->target, id);
}
