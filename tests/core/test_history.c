#include "core/history.h"

#include "tests/core/world.h"

/* A time at which slots of any share begin. */
#define NOON ((int64_t)HISTORY_MS * 1000)

static float columns[HISTORY_SLOTS];

static void fill(struct history *history, int from, int to, uint64_t speed)
{
    for (int slot = from; slot < to; slot++)
        history_add(history, NOON + slot * HISTORY_SLOT_MS, speed);
}

static void it_takes_nothing_before_something_moves(void **state)
{
    struct history history;

    (void)state;
    history_init(&history);
    history_add(&history, NOON, 0);
    assert_null(history.speeds);
    assert_int_equal(history_read(&history, NOON, columns, 10), 10);
    for (size_t i = 0; i < 10; i++)
        assert_true(columns[i] < 0);
    history_add(&history, NOON, 1);
    assert_non_null(history.speeds);
    history_release(&history);
    assert_null(history.speeds);
}

static void the_newest_column_is_the_last(void **state)
{
    struct history history = {0};

    (void)state;
    fill(&history, 0, 2, 10);
    history_add(&history, NOON + 2 * HISTORY_SLOT_MS, 7);
    history_add(&history, NOON + 3 * HISTORY_SLOT_MS - 1, 30); /* the same slot */
    history_add(&history, NOON, 99);                           /* too late */
    assert_int_equal(history_read(&history, NOON + 2 * HISTORY_SLOT_MS, columns, HISTORY_SLOTS),
                     HISTORY_SLOTS);
    assert_true(columns[HISTORY_SLOTS - 1] == 30);
    assert_true(columns[HISTORY_SLOTS - 2] == 10);
    assert_true(columns[HISTORY_SLOTS - 3] == 10);
    assert_true(columns[HISTORY_SLOTS - 4] < 0);
    history_release(&history);
}

static void standing_still_is_known_and_a_gap_is_not(void **state)
{
    struct history history = {0};

    (void)state;
    fill(&history, 0, 1, 5);
    fill(&history, 1, 2, 0);
    fill(&history, 4, 5, 5);
    history_read(&history, NOON + 5 * HISTORY_SLOT_MS, columns, HISTORY_SLOTS);
    assert_true(columns[HISTORY_SLOTS - 6] == 5);
    assert_true(columns[HISTORY_SLOTS - 5] == 0);
    assert_true(columns[HISTORY_SLOTS - 4] < 0);
    assert_true(columns[HISTORY_SLOTS - 3] < 0);
    assert_true(columns[HISTORY_SLOTS - 2] == 5);
    assert_true(columns[HISTORY_SLOTS - 1] < 0);
    history_release(&history);
}

/* Any number of columns: never more than asked for, and as many as go. */
static void slots_are_shared_evenly(void **state)
{
    static const struct {
        size_t asked, given;
    } cases[] = {{500, 120}, {120, 120}, {119, 60}, {60, 60}, {59, 40},
                 {38, 30},   {29, 24},   {24, 24},  {7, 6},   {1, 1}};
    static float many[500];
    struct history history = {0};

    (void)state;
    fill(&history, 0, HISTORY_SLOTS, 8);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t given = history_read(&history, NOON + HISTORY_MS - 1, many, cases[i].asked);

        assert_int_equal(given, cases[i].given);
        for (size_t k = 0; k < given; k++)
            assert_true(many[k] == 8);
    }
    history_release(&history);
}

/* With 4 slots a column, the picture changes only when a column begins, but for the
 * one under way. */
static void the_picture_moves_by_whole_columns(void **state)
{
    float before[30], after[30];
    struct history history = {0};

    (void)state;
    for (int slot = 0; slot < HISTORY_SLOTS; slot++)
        fill(&history, slot, slot + 1, (uint64_t)slot + 1);
    assert_int_equal(history_read(&history, NOON + HISTORY_MS - 1, before, 30), 30);
    assert_true(before[29] == 118.5f);
    fill(&history, HISTORY_SLOTS, HISTORY_SLOTS + 1, 1);
    history_read(&history, NOON + HISTORY_MS, after, 30);
    for (size_t i = 1; i < 29; i++)
        assert_true(after[i - 1] == before[i]);
    fill(&history, HISTORY_SLOTS + 1, HISTORY_SLOTS + 4, 1);
    history_read(&history, NOON + HISTORY_MS + 3 * HISTORY_SLOT_MS, before, 30);
    assert_memory_equal(before, after, sizeof before);
    history_release(&history);
}

static void what_is_old_is_forgotten(void **state)
{
    struct history history = {0};

    (void)state;
    fill(&history, 0, HISTORY_SLOTS, 8);
    history_read(&history, NOON + 2 * HISTORY_MS, columns, HISTORY_SLOTS);
    for (size_t i = 0; i < HISTORY_SLOTS; i++)
        assert_true(columns[i] < 0);
    fill(&history, 10 * HISTORY_SLOTS, 10 * HISTORY_SLOTS + 1, 3);
    history_read(&history, NOON + 10 * HISTORY_MS, columns, HISTORY_SLOTS);
    for (size_t i = 0; i < HISTORY_SLOTS - 1; i++)
        assert_true(columns[i] < 0);
    assert_true(columns[HISTORY_SLOTS - 1] == 3);
    history_release(&history);
}

static float newest_of(const struct job *job, int64_t now_ms)
{
    history_read(&job->history, now_ms, columns, HISTORY_SLOTS);
    return columns[HISTORY_SLOTS - 1];
}

static void a_job_that_moves_has_one(void **state)
{
    struct world *world = *state;
    const struct job *job = world_job(world, "m", "mirror", "running", 0, GIB);

    for (uint64_t i = 1; i <= 10; i++) {
        world_pass(world, 1000);
        world_job(world, "m", "mirror", "running", i * 1000, GIB);
    }
    assert_true(newest_of(job, world->now_ms) == 1000);
    for (int i = 0; i < 10; i++) {
        world_pass(world, 1000);
        world_job(world, "m", "mirror", "paused", 10000, GIB);
    }
    assert_true(newest_of(job, world->now_ms) < 0);
}

static void a_job_whose_progress_is_no_bytes_has_none(void **state)
{
    struct world *world = *state;
    const struct job *job = NULL;

    for (uint64_t i = 0; i < 10; i++) {
        job = world_job(world, "c", "create", "running", i, 10);
        world_pass(world, 1000);
    }
    assert_null(job->history.speeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_takes_nothing_before_something_moves),
        cmocka_unit_test(the_newest_column_is_the_last),
        cmocka_unit_test(standing_still_is_known_and_a_gap_is_not),
        cmocka_unit_test(slots_are_shared_evenly),
        cmocka_unit_test(the_picture_moves_by_whole_columns),
        cmocka_unit_test(what_is_old_is_forgotten),
        CONNECTED_TEST(a_job_that_moves_has_one),
        CONNECTED_TEST(a_job_whose_progress_is_no_bytes_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
