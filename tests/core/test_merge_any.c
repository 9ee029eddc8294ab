#include "world.h"

/*
 * Whatever a QEMU says, in whatever order: the lists stay consistent, an answer
 * is believed, what is ended stays ended, and nothing is held for ever.
 */

#define JOBS  6
#define STEPS 30000

static const char *const ids[JOBS] = {"a", "b", "c", "d", "drive-virtio0", ""};
static const char *const types[] = {"backup", "mirror", "create", "teleport"};
static const char *const statuses[] = {"created",   "running", "paused",  "ready",
                                       "standby",   "waiting", "pending", "aborting",
                                       "concluded", "null",    "hovering"};

static uint32_t dice_state;

static uint32_t dice(uint32_t sides)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 17;
    dice_state ^= dice_state << 5;
    return dice_state % sides;
}

static void check_lists(const struct target *target)
{
    size_t bytes = 0;

    assert_int_equal(target->job_count, target->living_count + target->ended_count);
    assert_in_range(target->ended_count, 0, TARGET_ENDED_MAX);
    for (size_t i = 0; i < target->job_count; i++) {
        const struct job *job = target->jobs[i];

        bytes += strlen(job->id);
        if (i > 0)
            assert_true(target->jobs[i - 1]->uid < job->uid);
        if (job->ending == JOB_NOT_ENDED)
            assert_ptr_equal(roster_find(target, job->id), job);
        else
            assert_true(job->ended_ms > 0);
    }
    for (size_t i = 1; i < target->living_count; i++)
        assert_true(strcmp(target->living[i - 1]->id, target->living[i]->id) < 0);
    for (size_t i = 0; i < target->ended_count; i++)
        assert_int_not_equal(target->ended[i]->ending, JOB_NOT_ENDED);
    assert_int_equal(target->id_bytes, bytes);
}

static void say_jobs(struct world *world)
{
    struct job_report reports[JOBS];
    size_t count = 0;

    for (int i = 0; i < JOBS; i++)
        if (dice(3))
            reports[count++] = (struct job_report){
                ids[i], types[dice(4)], statuses[dice(9)], dice(4), 4, dice(4) ? NULL : "bad"};
    world_jobs(world, reports, count);
    assert_int_equal(world->target->living_count, count);
    for (size_t i = 0; i < count; i++) {
        const struct job *job = roster_find(world->target, reports[i].id);

        assert_non_null(job);
        assert_string_equal(job_status_text(job), reports[i].status);
        assert_string_equal(job_type_text(job), reports[i].type);
        assert_false(job->blind);
        assert_true(job->noted || job_may_want_finalize(job, world->now_ms));
    }
}

static void say_block_jobs(struct world *world)
{
    struct block_job_report report = {.device = ids[dice(JOBS)],
                                      .type = "mirror",
                                      .io = (enum job_io)dice(4),
                                      .speed = dice(3),
                                      .busy = dice(2),
                                      .paused = dice(2),
                                      .auto_finalize = (enum job_tristate)dice(3)};

    merge_block_jobs(world->target, &report, 1, world->now_ms);
}

static void say_block_event(struct world *world)
{
    struct block_event_report report = {.event = (enum merge_block_event)dice(5),
                                        .id = ids[dice(JOBS)],
                                        .type = dice(2) ? types[dice(2)] : NULL,
                                        .error = dice(2) ? "bad" : NULL,
                                        .operation = dice(2) ? "read" : NULL,
                                        .action = dice(2) ? "stop" : NULL,
                                        .has_progress = dice(2),
                                        .offset = dice(4),
                                        .len = 4};

    merge_block_event(world->target, &report, world->now_ms);
}

/* A person who presses keys, and a QEMU that answers or does not. */
static void act(struct world *world)
{
    struct target *target = world->target;
    struct action_check check;

    if (target->living_count)
        action_send(&world->fleet, target->living[dice((uint32_t)target->living_count)]->uid,
                    (enum verb)dice(VERB_COUNT), dice(9), world->now_ms, &check);
    if (world->sent_serial)
        action_replied(&world->fleet, 1 + dice((uint32_t)world->sent_serial),
                       dice(3) ? NULL : "Job is already paused", world->now_ms);
    if (target->ended_count)
        merge_clear(target, target->ended[dice((uint32_t)target->ended_count)]->uid);
}

static void reconnect(struct world *world)
{
    world_cut(world);
    check_lists(world->target);
    for (size_t i = 0; i < world->target->living_count; i++)
        assert_true(world->target->living[i]->blind);
    world_connect(world);
}

/* A while without a word: nothing is held or unwritten any more. */
static void be_silent(struct world *world)
{
    world_pass(world, CHANGE_HOLD_MS);
    world_pass(world, JOB_PASSING_MS);
    assert_int_equal(merge_tick_at(world->target), -1);
    for (size_t i = 0; i < world->target->living_count; i++) {
        const struct job *job = world->target->living[i];

        assert_int_equal(job->held_status, JOB_STATUS_UNKNOWN);
        assert_true(job->noted || job->blind);
    }
}

static void step(struct world *world)
{
    uint32_t roll = dice(100);

    world->now_ms += dice(20);
    if (roll < 50)
        world_event(world, ids[dice(JOBS)], statuses[dice(11)]);
    else if (roll < 70)
        say_block_event(world);
    else if (roll < 78)
        say_block_jobs(world);
    else if (roll < 86)
        say_jobs(world);
    else if (roll < 96)
        act(world);
    else if (roll < 98)
        be_silent(world);
    else if (roll < 99)
        reconnect(world);
    else
        world_pass(world, dice(8000));
}

static void whatever_is_said_the_lists_hold(void **state)
{
    struct world *world = *state;

    dice_state = 20260713;
    world_connect(world);
    for (int i = 0; i < STEPS; i++) {
        step(world);
        check_lists(world->target);
    }
    assert_int_equal(world->fleet.journal.count, JOURNAL_ENTRIES);
    assert_true(world->sent > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(whatever_is_said_the_lists_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
