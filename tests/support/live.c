#include "tests/support/live.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define PATIENCE_MS 20000
#define DELAY_MS    100

int64_t live_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pump_feeds(struct live *live)
{
    for (size_t i = 0; i < live->count; i++)
        feed_pump(&live->peers[i].feed);
}

static bool take_turn(void *ctx)
{
    struct live *live = ctx;
    fleet_tick(&live->fleet, live_now_ms());
    pump_feeds(live);
    return false;
}

static bool send_action(void *ctx, const struct action *action)
{
    struct live *live = ctx;
    for (size_t i = 0; i < live->count; i++) {
        if (live->peers[i].target == action->target)
            return feed_send(&live->peers[i].feed, action);
    }
    return false;
}

void live_begin(struct live *live)
{
    *live = (struct live){.loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV)};
    assert_non_null(live->loop);
    fleet_init(&live->fleet);
    live->fleet.delay_ms = DELAY_MS;
    live->fleet.actions->sink = (struct action_sink){send_action, live};
    pump_add_loop(&live->pump, live->loop);
    pump_add(&live->pump, take_turn, live);
}

void live_end(struct live *live)
{
    if (live->loop == NULL)
        return;
    for (size_t i = 0; i < live->count; i++) {
        feed_release(&live->peers[i].feed);
        address_release(&live->peers[i].address);
    }
    fleet_release(&live->fleet);
    ev_loop_destroy(live->loop);
    *live = (struct live){0};
}

void live_await(struct live *live, pump_condition *met, void *ctx, const char *what)
{
    if (!pump_until(&live->pump, met, ctx, PATIENCE_MS))
        fail_msg("waited in vain for %s", what);
}

struct target *live_join(struct live *live, const char *name, const char *socket)
{
    char error[ADDRESS_ERROR_SIZE];
    assert_true(live->count < LIVE_MAX);
    struct live_peer *peer = &live->peers[live->count];
    assert_true(address_parse(&peer->address, socket, error));
    assert_true(address_resolve(&peer->address, error));
    peer->target = fleet_add(&live->fleet, name, true, peer->address.text, live_now_ms());
    feed_init(&peer->feed, &peer->address, peer->target, live->loop, live_now_ms);
    live->count++;
    feed_start(&peer->feed);
    return peer->target;
}

/* What a QEMU does not have stays wanted for ever. */
bool live_is_at_rest(const struct target *target)
{
    return target_is_fresh(target) && target->offered_known && !target->asking &&
           (target->wanted & target->queries) == 0;
}

static bool is_known(void *ctx)
{
    const struct live *live = ctx;
    for (size_t i = 0; i < live->count; i++) {
        if (!live_is_at_rest(live->peers[i].target))
            return false;
    }
    return true;
}

void live_await_known(struct live *live)
{
    live_await(live, is_known, live, "the first answers");
}

struct wanted {
    struct live *live;
    const struct target *target;
    enum migration_status status;
    enum migration_verdict verdict;
    uint64_t serial;
};

static bool has_status(void *ctx)
{
    const struct wanted *wanted = ctx;
    return wanted->target->migration.status == wanted->status;
}

void live_await_status(struct live *live, const struct target *target,
                       enum migration_status status)
{
    struct wanted wanted = {.target = target, .status = status};
    char what[128];
    snprintf(what, sizeof what, "the migration to be %s", migration_status_wire(status));
    live_await(live, has_status, &wanted, what);
}

static bool has_verdict(void *ctx)
{
    const struct wanted *wanted = ctx;
    return migration_verdict(&wanted->target->migration) == wanted->verdict;
}

void live_await_verdict(struct live *live, const struct target *target,
                        enum migration_verdict verdict)
{
    struct wanted wanted = {.target = target, .verdict = verdict};
    live_await(live, has_verdict, &wanted, migration_verdict_text(verdict));
}

static bool is_answered(void *ctx)
{
    const struct wanted *wanted = ctx;
    const struct action *action =
        action_list_find(wanted->live->fleet.actions, wanted->serial);
    return action != NULL && action->state != ACTION_SENT;
}

void live_pull(struct live *live, struct target *target, enum lever lever, uint64_t argument,
               const char *text)
{
    struct lever_check check;
    const struct action *action = action_pull(&live->fleet, target, target->migration.uid,
                                              lever, argument, text, live_now_ms(), &check);
    if (action == NULL)
        fail_msg("%s is not lit: %s", lever_name(lever), check.why);
    struct wanted wanted = {.live = live, .serial = action->serial};
    live_await(live, is_answered, &wanted, "QEMU's answer");
    action = action_list_find(live->fleet.actions, wanted.serial);
    if (action->state != ACTION_ACCEPTED && action->state != ACTION_EFFECTIVE)
        fail_msg("%s: %s", lever_name(lever), action->answer);
}

enum lever_answer live_check(const struct live *live, const struct target *target,
                             enum lever lever)
{
    return action_check_lever(&live->fleet, target, target->migration.uid, lever).answer;
}
