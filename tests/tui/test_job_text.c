#include "tui/screens/job_text.h"

#include "tests/core/world.h"

struct words {
    char status[64], reason[320], state[512];
};

static struct words words_of(const struct world *world, const struct job *job)
{
    struct need need = fleet_need(world->target, job, world->now_ms);
    struct keymap keymap;
    struct words words;

    keymap_init(&keymap);
    job_text_status(job, &need, world->now_ms, words.status, sizeof words.status);
    job_text_reason(world->target, job, &need, &keymap, world->now_ms, words.reason,
                    sizeof words.reason);
    job_text_state(world->target, job, &keymap, world->now_ms, words.state, sizeof words.state);
    keymap_release(&keymap);
    return words;
}

static void a_moving_job_has_its_bar_for_a_reason(void **state)
{
    struct world *world = *state;

    world_connect(world);
    struct words words =
        words_of(world, world_job(world, "j", "backup", "running", GIB, 4 * GIB));
    assert_string_equal(words.status, "running");
    assert_string_equal(words.reason, "");
    assert_string_equal(words.state, "running, 25.0 %");
}

static void a_need_is_loud_and_names_the_key_that_helps(void **state)
{
    struct world *world = *state;

    world_connect(world);
    struct job *job = world_job(world, "j", "backup", "pending", GIB, GIB);
    world_pass(world, JOB_PASSING_MS);
    struct words words = words_of(world, job);
    assert_string_equal(words.status, "PENDING");
    assert_string_equal(words.reason, "wants finalize (f)");
    words = words_of(world, world_job(world, "j", "backup", "concluded", GIB, GIB));
    assert_string_equal(words.status, "CONCLUDED");
    assert_string_equal(words.reason, "wants dismiss (x)");
}

static void a_ready_mirror_tells_its_backlog(void **state)
{
    struct world *world = *state;

    world_connect(world);
    struct words words =
        words_of(world, world_job(world, "j", "mirror", "ready", 4 * GIB, 4 * GIB));
    assert_string_equal(words.status, "READY");
    assert_string_equal(words.reason, "in step");
    assert_string_equal(words.state, "READY, in step");
    words = words_of(world, world_job(world, "j", "mirror", "ready", 2 * GIB, 4 * GIB));
    assert_string_equal(words.reason, "behind by 2.0 GiB");
}

static void a_mirror_of_a_migration_tells_its_usual_ending(void **state)
{
    struct world *world = *state;

    world_connect(world);
    struct job *mirror = world_job(world, "j", "mirror", "ready", 4 * GIB, 4 * GIB);
    world->target->migration.status = MIGRATION_ACTIVE;
    assert_string_equal(words_of(world, mirror).reason, "in step; stay is usual (s)");
    world->target->migration.status = MIGRATION_COMPLETED;
    assert_string_equal(words_of(world, mirror).reason, "in step; stay is usual (s)");
    world->target->migration.status = MIGRATION_CANCELLED;
    assert_string_equal(words_of(world, mirror).reason, "in step");
}

/* Paused it takes no stay: the key is not named. */
static void a_paused_mirror_of_a_migration_tells_it_too(void **state)
{
    struct block_job_report block = {.device = "j", .type = "mirror", .io = JOB_IO_NOSPACE};
    struct world *world = *state;

    world_connect(world);
    struct job *mirror = world_job(world, "j", "mirror", "standby", 4 * GIB, 4 * GIB);
    assert_string_equal(words_of(world, mirror).reason, "paused by operator");
    world->target->migration.status = MIGRATION_ACTIVE;
    assert_string_equal(words_of(world, mirror).reason, "paused by operator; stay is usual");
    mirror->completing = true;
    assert_string_equal(words_of(world, mirror).reason, "paused by operator");
    mirror->completing = false;
    merge_block_jobs(world->target, &block, 1, world->now_ms);
    assert_string_equal(words_of(world, mirror).reason, "no space left (r); stay is usual");
    world_cut(world);
    assert_string_equal(words_of(world, mirror).reason,
                        "its QEMU cannot be reached: closed by QEMU");
}

static void an_error_is_told_in_the_words_of_qemu(void **state)
{
    struct job_report report = {"j", "backup", "concluded", GIB, 2 * GIB, "Input/output error"};
    struct world *world = *state;

    world_connect(world);
    world_jobs(world, &report, 1);
    struct words words = words_of(world, roster_find(world->target, "j"));
    assert_string_equal(words.reason, "Input/output error (x)");
}

static void a_stop_by_an_error_tells_what_failed(void **state)
{
    struct block_job_report block = {.device = "j", .type = "mirror", .io = JOB_IO_NOSPACE};
    struct world *world = *state;

    world_connect(world);
    struct job *job = world_job(world, "j", "mirror", "paused", GIB, 2 * GIB);
    merge_block_jobs(world->target, &block, 1, world->now_ms);
    assert_string_equal(words_of(world, job).status, "PAUSED");
    assert_string_equal(words_of(world, job).reason, "no space left (r)");
    block.io = JOB_IO_FAILED;
    merge_block_jobs(world->target, &block, 1, world->now_ms);
    assert_string_equal(words_of(world, job).reason, "I/O error (r)");
}

static void a_lost_link_tells_why(void **state)
{
    struct world *world = *state;

    world_connect(world);
    struct job *job = world_job(world, "j", "backup", "running", GIB, 4 * GIB);
    world_cut(world);
    struct words words = words_of(world, job);
    assert_string_equal(words.status, "running"); /* not known: not shouted */
    assert_non_null(strstr(words.reason, "closed by QEMU"));
}

static void an_ended_job_tells_how_much_and_how_long(void **state)
{
    struct world *world = *state;

    world_connect(world);
    world_job(world, "old", "backup", "running", 2 * GIB, 4 * GIB);
    world_pass(world, 60000);
    world_job(world, "old", "backup", "running", 2 * GIB, 4 * GIB);
    world_cut(world);
    world_pass(world, 60000);
    world_connect(world);
    world_jobs(world, NULL, 0);
    struct words words = words_of(world, world_ended(world));
    assert_string_equal(words.reason, "nobody saw how; 2.0 GiB seen for 1m00");
}

static void one_found_done_tells_how_much(void **state)
{
    struct world *world = *state;

    world_connect(world);
    world_job(world, "old", "backup", "concluded", 2 * GIB, 2 * GIB);
    world_pass(world, 60000);
    world_jobs(world, NULL, 0);
    struct words words = words_of(world, world_ended(world));
    assert_string_equal(words.status, "done");
    assert_string_equal(words.reason, "2.0 GiB");
}

static void percent_is_told_only_where_it_says_something(void **state)
{
    struct world *world = *state;
    char text[32];

    world_connect(world);
    assert_int_equal(job_text_percent(world_job(world, "a", "backup", "running", 1, 3), text),
                     333);
    assert_int_equal(job_text_percent(world_job(world, "a", "backup", "running", 3, 3), text),
                     1000);
    assert_int_equal(job_text_percent(world_job(world, "a", "mirror", "running", 0, 0), text),
                     -1);
    assert_string_equal(text, "-");
    struct job *odd = world_job(world, "a", "mirror", "running", MERGE_UNREAD, MERGE_UNREAD);
    assert_int_equal(job_text_percent(odd, text), -1);
    assert_string_equal(text, "?");
    assert_string_equal(words_of(world, odd).reason, "its progress cannot be read");
    assert_int_equal(job_text_percent(world_job(world, "b", "create", "running", 0, 1), text),
                     -1);
    assert_int_equal(job_text_percent(world_job(world, "c", "mirror", "ready", 3, 3), text),
                     -1);
}

static void why_there_is_no_speed(void **state)
{
    struct world *world = *state;

    world_connect(world);
    struct job *job = world_job(world, "j", "mirror", "ready", GIB, GIB);
    assert_string_equal(job_text_why_no_rate(world->target, job, world->now_ms),
                        "being measured");
    assert_string_equal(job_text_why_no_eta(world->target, job, world->now_ms),
                        "goes on until you decide");
    world_pass(world, RATE_WINDOW_MS);
    assert_string_equal(job_text_why_no_rate(world->target, job, world->now_ms),
                        "nothing to copy since it is READY");
    job = world_job(world, "b", "backup", "running", 0, GIB);
    assert_string_equal(job_text_why_no_eta(world->target, job, world->now_ms),
                        "being measured");
    world_pass(world, RATE_WINDOW_MS);
    assert_string_equal(job_text_why_no_eta(world->target, job, world->now_ms),
                        "it has not moved yet");
    job = world_job(world, "c", "create", "running", 0, 1);
    assert_string_equal(job_text_why_no_rate(world->target, job, world->now_ms),
                        "its progress counts no bytes");
    world_cut(world);
    assert_string_equal(job_text_why_no_rate(world->target, job, world->now_ms),
                        "its QEMU is not connected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_moving_job_has_its_bar_for_a_reason),
        WORLD_TEST(a_need_is_loud_and_names_the_key_that_helps),
        WORLD_TEST(a_ready_mirror_tells_its_backlog),
        WORLD_TEST(a_mirror_of_a_migration_tells_its_usual_ending),
        WORLD_TEST(a_paused_mirror_of_a_migration_tells_it_too),
        WORLD_TEST(an_error_is_told_in_the_words_of_qemu),
        WORLD_TEST(a_stop_by_an_error_tells_what_failed),
        WORLD_TEST(a_lost_link_tells_why),
        WORLD_TEST(an_ended_job_tells_how_much_and_how_long),
        WORLD_TEST(one_found_done_tells_how_much),
        WORLD_TEST(percent_is_told_only_where_it_says_something),
        WORLD_TEST(why_there_is_no_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
