/* The line mode's lines: what is told, when, how often, and how plainly. */
#include "tui/follow.h"

#include <time.h>

#include "tests/core/world.h"

#define MIB       ((uint64_t)1 << 20)
#define SAID_SIZE 16384

static struct {
    struct follow follow;
    struct world *world;
    char said[SAID_SIZE]; /* since the last told(), lines ended by newlines */
} scene;

/* The world's clock begins at 1000 s: 00:16:40 on the first of January 1970. */
static int64_t wall(int64_t at_ms)
{
    return at_ms / 1000;
}

static void hear(void *ctx, const char *line)
{
    size_t len = strlen(scene.said);

    (void)ctx;
    assert_true(len + strlen(line) + 2 < SAID_SIZE);
    snprintf(scene.said + len, SAID_SIZE - len, "%s\n", line);
}

static int begin(void **state)
{
    setenv("TZ", "UTC", 1);
    tzset();
    world_setup_connected(state);
    scene.world = *state;
    scene.said[0] = '\0';
    follow_init(&scene.follow, &scene.world->fleet, TEXT_ASCII, wall);
    scene.follow.put = hear;
    follow_tick(&scene.follow, scene.world->now_ms);
    return 0;
}

static int end(void **state)
{
    follow_release(&scene.follow);
    return world_teardown(state);
}

#define FOLLOW_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

static void told(const char *lines)
{
    assert_string_equal(scene.said, lines);
    scene.said[0] = '\0';
}

static void pass(int64_t ms)
{
    for (; ms > 0; ms -= 1000) {
        world_pass(scene.world, 1000);
        follow_tick(&scene.follow, scene.world->now_ms);
    }
}

/* An answer to query-jobs with that backup, and what is told then. */
static void backup(const char *status, uint64_t done)
{
    world_job(scene.world, "b", "backup", status, done, GIB);
    follow_tick(&scene.follow, scene.world->now_ms);
}

static void forget(void)
{
    scene.said[0] = '\0';
}

/* ---- the journal ---- */

static void the_day_stands_on_top_and_comes_again_after_midnight(void **state)
{
    (void)state;
    told("-- 1970-01-01\n"
         "00:16:40   web-01 connected (QEMU 7.2.22)\n");
    scene.world->now_ms = 24 * 3600 * 1000;
    world_cut(scene.world);
    follow_news(&scene.follow, scene.world->now_ms);
    told("-- 1970-01-02\n"
         "00:00:00 ! web-01 closed by QEMU\n");
}

static void each_change_is_a_line_with_its_mark(void **state)
{
    (void)state;
    forget();
    world_job(scene.world, "m", "mirror", "running", 0, GIB);
    assert_true(follow_has_news(&scene.follow));
    follow_news(&scene.follow, scene.world->now_ms);
    assert_false(follow_has_news(&scene.follow));
    told("00:16:40   web-01 m found mirror, running\n");
    pass(1000);
    world_event(scene.world, "m", "ready");
    world_pass(scene.world, 1000);
    follow_news(&scene.follow, scene.world->now_ms);
    told("00:16:41 * web-01 m running -> READY  1.0 GiB\n");
    follow_news(&scene.follow, scene.world->now_ms);
    told("");
}

static void a_gap_says_from_when_to_when(void **state)
{
    (void)state;
    world_cut(scene.world);
    pass(8000);
    forget();
    world_connect(scene.world);
    follow_news(&scene.follow, scene.world->now_ms);
    told("00:16:48 - 00:16:40 to 00:16:48: web-01 was not connected, events may be missing\n"
         "00:16:48   web-01 connected (QEMU 7.2.22)\n");
}

static size_t heard;

static void count(void *ctx, const char *line)
{
    if (heard++ == 0)
        hear(ctx, line);
}

static void a_flood_beyond_the_journal_is_counted(void **state)
{
    struct journal *journal = &scene.world->fleet.journal;
    unsigned before = (unsigned)journal->serial;

    (void)state;
    forget();
    heard = 0;
    scene.follow.put = count;
    for (unsigned i = 0; i < JOURNAL_ENTRIES + 7; i++)
        journal_add(journal, scene.world->now_ms, JOURNAL_INFO, "v", NULL, 0, "%u", i % 2);
    assert_int_equal(journal->serial, before + JOURNAL_ENTRIES + 7);
    follow_news(&scene.follow, scene.world->now_ms);
    told("-- 7 events are left out: they came too fast\n");
    assert_int_equal(heard, 1 + JOURNAL_ENTRIES);
}

static void the_same_again_and_again_is_told_at_a_slow_pace(void **state)
{
    struct journal *journal = &scene.world->fleet.journal;

    (void)state;
    forget();
    for (int second = 0; second < 70; second++) {
        journal_add(journal, scene.world->now_ms, JOURNAL_ERROR, "web-01", NULL, 0, "no way");
        pass(1000);
    }
    told("00:16:40 ! web-01 no way\n"
         "00:17:10 ! web-01 no way (31 times)\n"
         "00:17:40 ! web-01 no way (61 times)\n");
}

static void hostile_words_stay_on_their_line(void **state)
{
    (void)state;
    forget();
    world_job(scene.world, "a\n\x1b[2J00:00:00 ! x", "mirror", "running", 0, GIB);
    follow_news(&scene.follow, scene.world->now_ms);
    told("00:16:40   web-01 a\\n\\x1b[2J00:00:00 ! x found mirror, running\n");
}

/* ---- motion ---- */

/* 4 MiB a second of 1 GiB: ten percent take 26 seconds. */
static void ten_percent_are_a_line(void **state)
{
    (void)state;
    backup("running", 0);
    forget();
    for (uint64_t second = 1; second <= 60; second++) {
        world_pass(scene.world, 1000);
        backup("running", second * 4 * MIB);
    }
    told("00:17:06   web-01 b running 10.1%, 4.0M/s, 3m50 to go\n"
         "00:17:32   web-01 b running 20.3%, 4.0M/s, 3m24 to go\n");
}

static void slow_ones_are_told_of_at_a_slow_pace(void **state)
{
    (void)state;
    backup("running", 0);
    forget();
    for (uint64_t second = 1; second <= 61; second++) {
        world_pass(scene.world, 1000);
        backup("running", second * MIB);
    }
    told("00:17:10   web-01 b running 2.9%, 1.0M/s, 16m to go\n"
         "00:17:40   web-01 b running 5.8%, 1.0M/s, 16m to go\n");
}

/* A second after another it has ten percent more: not each is a line. */
static void fast_ones_do_not_flood(void **state)
{
    (void)state;
    backup("running", 0);
    forget();
    for (uint64_t second = 1; second <= 9; second++) {
        world_pass(scene.world, 1000);
        backup("running", second * GIB / 10);
    }
    told("00:16:43   web-01 b running 29.9%, 102M/s, 7s to go\n"
         "00:16:46   web-01 b running 59.9%, 102M/s, 4s to go\n"
         "00:16:49   web-01 b running 89.9%, 102M/s, 1s to go\n");
}

static void what_waits_is_silent(void **state)
{
    (void)state;
    backup("running", 0);
    world_event(scene.world, "b", "paused");
    pass(1000);
    backup("paused", GIB / 2);
    forget();
    for (int i = 0; i < 100; i++) {
        world_pass(scene.world, 1000);
        backup("paused", GIB / 2);
    }
    told("");
}

/* ---- needs that come by time alone ---- */

static void standing_still_is_told_once_and_so_is_its_end(void **state)
{
    (void)state;
    backup("running", 0);
    backup("running", 1);
    forget();
    for (int second = 0; second < 200; second++) {
        world_pass(scene.world, 1000);
        backup("running", 1);
    }
    told("00:17:10 ! web-01 b RUNNING 0.0%, no progress for 30s\n");
    world_pass(scene.world, 1000);
    backup("running", 40 * MIB);
    assert_non_null(strstr(scene.said, "   web-01 b running 3.9%"));
}

/* No step was made that would be a line of its own. */
static void the_least_progress_ends_standing_still(void **state)
{
    (void)state;
    backup("running", 0);
    backup("running", 1);
    for (int second = 0; second < 40; second++) {
        world_pass(scene.world, 1000);
        backup("running", 1);
    }
    forget();
    world_pass(scene.world, 1000);
    backup("running", 2);
    assert_non_null(strstr(scene.said, "   web-01 b running 0.0%"));
}

/* The job has failed, and the journal says so: no second line says that it needs somebody. */
static void what_the_journal_has_just_said_is_not_said_again(void **state)
{
    (void)state;
    backup("running", MIB);
    pass(1000);
    forget();
    world_io_error(scene.world, "b", "stop");
    world_event(scene.world, "b", "paused");
    world_block_job(scene.world, "b", JOB_IO_FAILED);
    pass(10000);
    told("00:16:41 ! web-01 b running -> PAUSED  write error\n");
    pass(60000);
    told("");
}

static void migrate(const char *status, uint64_t remaining)
{
    merge_migration(scene.world->target,
                    &(struct migration_report){.status = status,
                                               .has_ram = true,
                                               .total = GIB,
                                               .remaining = remaining,
                                               .transferred = GIB - remaining,
                                               .mbps = 80,
                                               .page_size = 4096,
                                               .pass = 1,
                                               .has_total_time = true},
                    scene.world->now_ms);
    follow_tick(&scene.follow, scene.world->now_ms);
}

/* It has no name of its own, and steps like a job. */
static void a_migration_is_followed_as_well(void **state)
{
    (void)state;
    migrate("setup", GIB);
    migrate("active", GIB);
    forget();
    for (uint64_t second = 1; second <= 30; second++) {
        world_pass(scene.world, 1000);
        world_answer(scene.world);
        migrate("active", GIB - second * 10 * MIB);
    }
    assert_non_null(strstr(scene.said, "   web-01 migration active 10."));
    assert_non_null(strstr(scene.said, "   web-01 migration active 20."));
    forget();
    migrate("completed", 0);
    pass(1000);
    assert_non_null(strstr(scene.said, "web-01 migration"));
    forget();
    pass(60000);
    assert_null(strstr(scene.said, "migration"));
}

/* It was so when it was found; that it needs somebody only the time tells. */
static void what_is_found_in_need_is_told_once(void **state)
{
    (void)state;
    world_job(scene.world, "p", "backup", "pending", GIB, GIB);
    world_block_job(scene.world, "p", JOB_IO_OK);
    forget();
    pass(10000);
    told("00:16:41 * web-01 p found backup, PENDING\n");
    forget();
    pass(60000);
    told("");
}

/* One line for the link, none for each of its jobs. */
static void a_lost_link_is_one_line(void **state)
{
    (void)state;
    backup("running", MIB);
    pass(1000);
    forget();
    world_cut(scene.world);
    pass(60000);
    told("00:16:41 ! web-01 closed by QEMU\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLLOW_TEST(the_day_stands_on_top_and_comes_again_after_midnight),
        FOLLOW_TEST(each_change_is_a_line_with_its_mark),
        FOLLOW_TEST(a_gap_says_from_when_to_when),
        FOLLOW_TEST(a_flood_beyond_the_journal_is_counted),
        FOLLOW_TEST(the_same_again_and_again_is_told_at_a_slow_pace),
        FOLLOW_TEST(hostile_words_stay_on_their_line),
        FOLLOW_TEST(ten_percent_are_a_line),
        FOLLOW_TEST(slow_ones_are_told_of_at_a_slow_pace),
        FOLLOW_TEST(fast_ones_do_not_flood),
        FOLLOW_TEST(what_waits_is_silent),
        FOLLOW_TEST(standing_still_is_told_once_and_so_is_its_end),
        FOLLOW_TEST(the_least_progress_ends_standing_still),
        FOLLOW_TEST(what_the_journal_has_just_said_is_not_said_again),
        FOLLOW_TEST(a_migration_is_followed_as_well),
        FOLLOW_TEST(what_is_found_in_need_is_told_once),
        FOLLOW_TEST(a_lost_link_is_one_line),
    };

    return cmocka_run_group_tests_name("follow", tests, NULL, NULL);
}
