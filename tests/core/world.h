#ifndef QMPTOP_TESTS_CORE_WORLD_H
#define QMPTOP_TESTS_CORE_WORLD_H

/*
 * world: one fleet with one target, a clock that moves when the test says so and
 * a sink that counts what would have been sent. What QEMU would say is told with
 * world_event() and world_jobs().
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/change.h"
#include "core/fleet.h"
#include "core/merge.h"
#include "core/roster.h"
#include "core/verdict.h"

#define GIB ((uint64_t)1 << 30)

/* A test that starts with a target nobody has connected to, or with one that is
 * connected and has told that there is no job. */
#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
#define CONNECTED_TEST(name) \
    cmocka_unit_test_setup_teardown(name, world_setup_connected, world_teardown)

/* Statuses for world_events(). */
#define LIFE(...) ((const char *const[]){__VA_ARGS__, NULL})

struct world {
    struct fleet fleet;
    struct target *target;
    int64_t now_ms;
    bool sink_refuses;
    unsigned sent;        /* actions that went out */
    uint64_t sent_serial; /* the last of them */
    enum verb sent_verb;
    enum lever sent_lever;
    uint64_t sent_argument;
    char sent_text[64];
};

static inline bool world_sink(void *ctx, const struct action *action)
{
    struct world *world = ctx;

    if (world->sink_refuses)
        return false;
    world->sent++;
    world->sent_serial = action->serial;
    world->sent_verb = action->verb;
    world->sent_lever = action->lever;
    world->sent_argument = action->argument;
    snprintf(world->sent_text, sizeof(world->sent_text), "%s",
             action->text ? action->text : "");
    return true;
}

static inline int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    world->now_ms = 1000000;
    fleet_init(&world->fleet);
    world->fleet.actions->sink = (struct action_sink){world_sink, world};
    world->target =
        fleet_add(&world->fleet, "web-01", true, "/run/q/web-01.qmp", world->now_ms);
    *state = world;
    return 0;
}

static inline int world_teardown(void **state)
{
    struct world *world = *state;

    fleet_release(&world->fleet);
    free(world);
    return 0;
}

/* Answers everything the target wants to know by now, but for the jobs. */
static inline void world_answer(struct world *world)
{
    enum target_query query;

    while (target_ask(world->target, world->now_ms, &query)) {
        target_asked(world->target, query, world->now_ms);
        if (query == TARGET_ASK_COMMANDS)
            target_set_offered(world->target, VERB_ALL, (1u << TARGET_ASK_COUNT) - 1);
        target_answered(world->target, query, true, world->now_ms);
    }
}

static inline void world_connect(struct world *world)
{
    target_set_version(world->target, "7.2.22");
    target_set_link(world->target, TARGET_UP, NULL, 0, world->now_ms);
    world_answer(world);
}

static inline void world_cut(struct world *world)
{
    target_set_link(world->target, TARGET_FAILED, "closed by QEMU", 0, world->now_ms);
}

static inline void world_pass(struct world *world, int64_t ms)
{
    world->now_ms += ms;
    fleet_tick(&world->fleet, world->now_ms);
}

static inline void world_jobs(struct world *world, const struct job_report *reports,
                              size_t count)
{
    merge_jobs(world->target, reports, count, world->now_ms);
}

static inline int world_setup_connected(void **state)
{
    struct world *world;

    world_setup(state);
    world = *state;
    world_connect(world);
    world_jobs(world, NULL, 0);
    return 0;
}

/* An answer that has one job only. */
static inline struct job *world_job(struct world *world, const char *id, const char *type,
                                    const char *status, uint64_t current, uint64_t total)
{
    struct job_report report = {id, type, status, current, total, NULL};

    world_jobs(world, &report, 1);
    return roster_find(world->target, id);
}

static inline void world_event(struct world *world, const char *id, const char *status)
{
    merge_status_event(world->target, id, status, world->now_ms);
}

static inline void world_events(struct world *world, const char *id,
                                const char *const *statuses)
{
    for (; *statuses; statuses++)
        world_event(world, id, *statuses);
}

static inline void world_block_event(struct world *world, enum merge_block_event event,
                                     const char *id, const char *error)
{
    struct block_event_report report = {.event = event, .id = id, .error = error};

    merge_block_event(world->target, &report, world->now_ms);
}

static inline void world_io_error(struct world *world, const char *id, const char *action)
{
    struct block_event_report report = {
        .event = MERGE_BLOCK_ERROR, .id = id, .operation = "write", .action = action};

    merge_block_event(world->target, &report, world->now_ms);
}

static inline void world_block_job(struct world *world, const char *id, enum job_io io)
{
    struct block_job_report report = {.device = id,
                                      .type = "mirror",
                                      .io = io,
                                      .auto_finalize = JOB_YES,
                                      .auto_dismiss = JOB_YES};

    merge_block_jobs(world->target, &report, 1, world->now_ms);
}

static inline void world_assert_verdict(const struct world *world, const struct job *job,
                                        enum verdict verdict)
{
    if (verdict_of(job, world->now_ms) != verdict)
        fail_msg("%s %s: \"%s\", not \"%s\"", job_type_text(job), job_status_text(job),
                 verdict_text(verdict_of(job, world->now_ms)), verdict_text(verdict));
}

/* The only ended job; fails when there is not exactly one. */
static inline struct job *world_ended(struct world *world)
{
    assert_int_equal(world->target->ended_count, 1);
    return world->target->ended[0];
}

static inline const struct journal_entry *world_entry(const struct world *world, size_t i)
{
    const struct journal_entry *entry = journal_newest(&world->fleet.journal, i);

    assert_non_null(entry);
    return entry;
}

static inline size_t world_written(const struct world *world)
{
    return (size_t)world->fleet.journal.serial;
}

static inline void assert_written(const struct world *world, size_t i, enum journal_mark mark,
                                  const char *text)
{
    assert_string_equal(world_entry(world, i)->text, text);
    assert_int_equal(world_entry(world, i)->mark, mark);
}

/* Sends a verb that is lit; and QEMU's answer, NULL = it accepts. */
static inline const struct action *world_send(struct world *world, const struct job *job,
                                              enum verb verb)
{
    struct action_check check;
    const struct action *action =
        action_send(&world->fleet, job->uid, verb, 0, world->now_ms, &check);

    assert_non_null(action);
    assert_int_equal(check.answer, VERB_LIT);
    return action;
}

static inline void world_reply(struct world *world, const struct action *action,
                               const char *error)
{
    action_replied(&world->fleet, action->serial, error, world->now_ms);
}

#endif
