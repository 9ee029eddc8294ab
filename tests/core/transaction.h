#ifndef QMPTOP_TESTS_CORE_TRANSACTION_H
#define QMPTOP_TESTS_CORE_TRANSACTION_H

/*
 * transaction: the jobs of one transaction in a world (world.h), and what is known of the
 * group they make. It does not know what becomes of them.
 */

#include "core/group.h"
#include "tests/core/world.h"

/* A job of an answer that says of all only what matters here. */
#define JOB(id, status) ((struct job_report){id, "backup", status, 1, 4, NULL})
#define ANSWER(...)                                             \
    world_jobs(world, (const struct job_report[]){__VA_ARGS__}, \
               sizeof((const struct job_report[]){__VA_ARGS__}) / sizeof(struct job_report))

static inline struct job *job_of(const struct world *world, const char *id)
{
    return roster_find(world->target, id);
}

static inline void assert_group(const struct world *world, const char *id,
                                enum group_certainty certainty)
{
    const struct job *job = job_of(world, id);

    assert_non_null(job);
    if (group_certainty(world->target, job) != certainty)
        fail_msg("%s: %s, not %s", id,
                 group_certainty_wire(group_certainty(world->target, job)),
                 group_certainty_wire(certainty));
    assert_int_equal(job->group != 0, certainty >= GROUP_LIKELY);
}

static inline void assert_groups(const struct world *world, enum group_certainty certainty)
{
    for (size_t i = 0; i < world->target->living_count; i++)
        assert_group(world, world->target->living[i]->id, certainty);
}

static inline void assert_warning(const struct world *world, const char *id, enum verb verb,
                                  const char *text)
{
    char warning[200] = "?";

    assert_int_equal(
        group_warning(world->target, job_of(world, id), verb, warning, sizeof(warning)),
        *text != '\0');
    assert_string_equal(warning, text);
}

/* What QEMU 7.2 says of a `transaction` of three backups, in its order; it says the
 * same whether they are grouped or individual. */
static inline void begin_transaction(struct world *world)
{
    static const char *const events[][2] = {
        {"a", "created"}, {"b", "created"}, {"c", "created"}, {"a", "running"},
        {"a", "paused"},  {"b", "running"}, {"b", "paused"},  {"c", "running"},
        {"c", "paused"},  {"a", "running"}, {"b", "running"}, {"c", "running"},
    };

    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        world_event(world, events[i][0], events[i][1]);
}

#endif
