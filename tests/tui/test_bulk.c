#include "tui/screens/bulk.h"

#include "tests/tui/desk.h"
#include "tui/screens/bulk_list.h"
#include "tui/screens/tags.h"
#include "tui/widgets/answer.h"

/* One verb on tagged jobs, without a terminal: what the box lists and what is sent. */

static void pass(struct desk *desk)
{
    desk->world->now_ms += ANSWER_DEAF_MS;
}

/* Jobs "a", "b", ... of that type and status, each tagged. */
static void tag_jobs(struct desk *desk, size_t count, const char *type, const char *status)
{
    static const char *const ids[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    struct job_report reports[8] = {{.id = NULL}};

    for (size_t i = 0; i < count; i++)
        reports[i] = (struct job_report){ids[i], type, status, GIB, GIB, NULL};
    world_jobs(desk->world, reports, count);
    desk_paint(desk);
    desk_type(desk, "gu");
    for (size_t i = 0; i < count; i++)
        desk_type(desk, " ");
}

/* ---- the list ---- */

static const struct job_report mixed[] = {
    {"mir", "mirror", "ready", GIB, GIB, NULL},
    {"run", "mirror", "running", 1, GIB, NULL},
    {"bak", "backup", "running", 1, GIB, NULL},
    {"pau", "mirror", "paused", 1, GIB, NULL},
};

static struct bulk_list list_of(struct desk *desk, enum verb verb)
{
    struct bulk_list list;
    struct tags tags;

    tags_init(&tags);
    for (size_t i = 0; i < 4; i++)
        tags_toggle(&tags, roster_find(desk->world->target, mixed[i].id)->uid);
    bulk_list_init(&list, &desk->world->fleet, &tags, verb);
    tags_release(&tags);
    return list;
}

static void the_list_says_who_is_in_and_why_not(void **state)
{
    struct desk *desk = *state;

    world_jobs(desk->world, mixed, 4);
    struct bulk_list list = list_of(desk, VERB_PAUSE);
    assert_int_equal(list.count, 4);
    assert_int_equal(list.in, 3);
    assert_string_equal(list.rows[3].job, "pau");
    assert_string_equal(list.rows[3].out, "the job is already paused, or about to");
    for (size_t i = 0; i < 3; i++) {
        assert_null(list.rows[i].out);
        assert_string_equal(list.rows[i].vm, "web-01");
    }
    assert_int_equal(bulk_list_tier(&list), VERB_TIER_AT_ONCE);
    bulk_list_release(&list);

    list = list_of(desk, VERB_CANCEL);
    assert_int_equal(list.in, 4);
    assert_int_equal(bulk_list_tier(&list), VERB_TIER_TYPE);
    bulk_list_release(&list);
}

static void who_fell_out_never_comes_back(void **state)
{
    struct desk *desk = *state;
    struct world *world = desk->world;

    world_jobs(world, mixed, 4);
    struct bulk_list list = list_of(desk, VERB_PAUSE);
    assert_false(bulk_list_check(&list, &world->fleet));
    world_event(world, "bak", "paused");
    world_jobs(world, NULL, 0);
    world_jobs(world, mixed, 4); /* the same ids, but other jobs */
    assert_true(bulk_list_check(&list, &world->fleet));
    assert_int_equal(list.in, 0);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(list.rows[i].out, "the job was replaced by a new one of that id");
    assert_false(bulk_list_check(&list, &world->fleet));
    bulk_list_release(&list);
}

static void who_has_more_at_stake_falls_out(void **state)
{
    struct desk *desk = *state;
    struct world *world = desk->world;

    world_jobs(world, mixed, 4);
    struct bulk_list list = list_of(desk, VERB_CANCEL);
    world_event(world, "run", "ready");
    assert_true(bulk_list_check(&list, &world->fleet));
    assert_int_equal(list.in, 3);
    bulk_list_release(&list);
}

static void assert_left_out(struct desk *desk, const char *why)
{
    uint64_t uid = roster_find(desk->world->target, "run")->uid;
    struct bulk_list list = list_of(desk, VERB_PAUSE);

    assert_int_equal(list.in, 0);
    assert_string_equal(list.rows[1].out, why);
    assert_string_equal(action_check(&desk->world->fleet, uid, VERB_PAUSE).why, why);
    bulk_list_release(&list);
}

static void of_a_link_it_says_what_a_single_key_says(void **state)
{
    struct desk *desk = *state;
    struct world *world = desk->world;

    world_jobs(world, mixed, 4);
    target_want(world->target, TARGET_ASK_JOBS);
    target_asked(world->target, TARGET_ASK_JOBS, world->now_ms);
    world_pass(world, TARGET_STALE_MS);
    assert_left_out(desk, "its QEMU does not answer");
    world_cut(world);
    assert_left_out(desk, "the connection is not up");
    world_connect(world);
    assert_left_out(desk, "connected, but not told its jobs yet: again in a moment");
    world->fleet.read_only = true;
    world_jobs(world, mixed, 4);
    assert_left_out(desk, "read-only, nothing is sent");
}

static void counts_those_that_a_manager_runs(void **state)
{
    struct desk *desk = *state;
    struct world *world = desk->world;
    struct target *other = fleet_add(&world->fleet, "db-02", true, "/db", world->now_ms);
    const struct job_report report = {"two", "backup", "running", 1, GIB, NULL};
    struct bulk_list list;
    struct tags tags;
    const char *manager;

    target_set_link(other, TARGET_UP, NULL, 0, world->now_ms);
    target_set_offered(other, VERB_ALL, ~0u);
    merge_jobs(other, &report, 1, world->now_ms);
    tags_init(&tags);
    tags_toggle(&tags, world_job(world, "one", "backup", "running", 1, GIB)->uid);
    tags_toggle(&tags, roster_find(other, "two")->uid);
    bulk_list_init(&list, &world->fleet, &tags, VERB_CANCEL);
    assert_int_equal(list.in, 2);
    assert_int_equal(bulk_list_managed(&list, &world->fleet, &manager), 0);
    assert_null(manager);
    other->manager = "libvirt";
    assert_int_equal(bulk_list_managed(&list, &world->fleet, &manager), 1);
    assert_string_equal(manager, "libvirt");
    world->target->manager = "libvirt";
    assert_int_equal(bulk_list_managed(&list, &world->fleet, &manager), 2);
    assert_string_equal(manager, "libvirt");
    world->target->manager = "Xen";
    assert_int_equal(bulk_list_managed(&list, &world->fleet, &manager), 2);
    assert_string_equal(manager, "managers");
    world_jobs(world, NULL, 0);
    assert_true(bulk_list_check(&list, &world->fleet));
    assert_int_equal(bulk_list_managed(&list, &world->fleet, &manager), 1);
    assert_string_equal(manager, "libvirt");
    bulk_list_release(&list);
    tags_release(&tags);
}

static void counts_those_that_go_along(void **state)
{
    struct desk *desk = *state;
    struct world *world = desk->world;
    const struct job_report pair[] = {
        {"one", "backup", "running", 1, GIB, NULL},
        {"two", "backup", "running", 1, GIB, NULL},
    };
    struct bulk_list list;
    struct tags tags;

    world_event(world, "one", "created");
    world_event(world, "two", "created");
    world_event(world, "one", "running");
    world_event(world, "two", "running");
    world_jobs(world, pair, 2);
    tags_init(&tags);
    tags_toggle(&tags, roster_find(world->target, "one")->uid);
    bulk_list_init(&list, &world->fleet, &tags, VERB_CANCEL);
    assert_int_equal(bulk_list_dragged(&list, &world->fleet), 1);
    bulk_list_release(&list);
    bulk_list_init(&list, &world->fleet, &tags, VERB_PAUSE);
    assert_int_equal(bulk_list_dragged(&list, &world->fleet), 0);
    bulk_list_release(&list);
    tags_toggle(&tags, roster_find(world->target, "two")->uid);
    bulk_list_init(&list, &world->fleet, &tags, VERB_CANCEL);
    assert_int_equal(bulk_list_dragged(&list, &world->fleet), 0);
    bulk_list_release(&list);
    tags_release(&tags);
}

/* ---- the box ---- */

static void even_a_pause_of_tagged_jobs_is_listed_first(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, 3, "backup", "running");
    desk_type(desk, "py");
    assert_true(desk_has_box(desk));
    assert_int_equal(desk->world->sent, 0);
    pass(desk);
    desk_type(desk, "y");
    assert_false(desk_has_box(desk));
    assert_int_equal(desk->world->sent, 3);
    desk_assert_says(desk, "pause 3 jobs: 3 sent");
}

static void every_other_answer_sends_nothing(void **state)
{
    static const char *const answers[] = {"n", "q", "\n", "\033"};
    struct desk *desk = *state;

    tag_jobs(desk, 3, "backup", "running");
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        desk_type(desk, "p");
        pass(desk);
        desk_type(desk, answers[i]);
        assert_false(desk_has_box(desk));
        desk_assert_says(desk, "pause: nothing was sent");
    }
    assert_false(desk->app.leaving);
    assert_int_equal(desk->world->sent, 0);
}

static void more_than_five_ask_for_the_count(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, BULK_ASK_MOST + 1, "backup", "running");
    desk_type(desk, "p6\n");
    pass(desk);
    desk_type(desk, "y\n7\n");
    assert_true(desk_has_box(desk));
    assert_int_equal(desk->world->sent, 0);
    desk_type(desk, "\x15"
                    "6\n");
    assert_false(desk_has_box(desk));
    assert_int_equal(desk->world->sent, 6);
}

static void finished_work_asks_for_the_count_too(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, 2, "mirror", "ready");
    desk_type(desk, "c");
    pass(desk);
    desk_type(desk, "y\n");
    assert_int_equal(desk->world->sent, 0);
    desk_type(desk, "\x15"
                    "2\n");
    assert_int_equal(desk->world->sent, 2);
    assert_int_equal(desk->world->sent_verb, VERB_CANCEL);
}

/* The count is that of those still in, not of those there were. */
static void the_count_follows_who_falls_out(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, 7, "backup", "running");
    desk_type(desk, "p");
    pass(desk);
    desk_type(desk, "7");
    world_event(desk->world, "c", "aborting");
    desk_paint(desk);
    desk_type(desk, "\n");
    assert_true(desk_has_box(desk));
    assert_int_equal(desk->world->sent, 0);
    desk_type(desk, "\x15"
                    "6\n");
    assert_int_equal(desk->world->sent, 6);
    assert_false(action_is_open(&desk->world->fleet, roster_find(desk->world->target, "c")->uid,
                                VERB_PAUSE));
}

/* Between the last frame and the key: still nobody is asked who changed. */
static void all_is_checked_again_at_y(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, 3, "mirror", "ready");
    desk_type(desk, "o");
    pass(desk);
    world_event(desk->world, "b", "aborting");
    desk_type(desk, "y");
    assert_int_equal(desk->world->sent, 2);
    desk_assert_says(desk, "complete 2 jobs: 2 sent");
}

static void the_box_closes_when_nobody_is_left(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, 2, "mirror", "ready");
    desk_type(desk, "o");
    pass(desk);
    world_jobs(desk->world, NULL, 0);
    app_key(&desk->app, 'y', desk->world->now_ms);
    assert_false(desk_has_box(desk));
    assert_int_equal(desk->world->sent, 0);
    desk_assert_says(desk, "no tagged job takes it any more");
}

static void nothing_to_do_says_why(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, 2, "backup", "running");
    desk_type(desk, "o");
    assert_false(desk_has_box(desk));
    desk_assert_says(desk, "complete: no tagged job takes it: b, only a mirror");
    desk->world->fleet.read_only = true;
    desk_type(desk, "p");
    assert_false(desk_has_box(desk));
    desk_assert_says(desk, "read-only");
    desk_type(desk, "l");
    desk_assert_says(desk, "limit: no tagged job takes it");
}

/* Without tags a verb is for the job under the cursor again. */
static void untagged_the_cursor_counts(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, 3, "backup", "running");
    desk_type(desk, "up");
    assert_false(desk_has_box(desk));
    assert_int_equal(desk->world->sent, 1);
}

static void one_limit_for_all(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, 3, "backup", "running");
    desk_type(desk, "lmany\n");
    assert_int_equal(desk->app.depth, 2);
    desk_type(desk, "\x15"
                    "50M\n");
    assert_int_equal(desk->app.depth, 2);
    desk_type(desk, "y");
    assert_int_equal(desk->world->sent, 0);
    pass(desk);
    desk_type(desk, "y");
    assert_int_equal(desk->world->sent, 3);
    assert_int_equal(desk->world->sent_verb, VERB_LIMIT);
    assert_int_equal(desk->world->sent_argument, 50 << 20);
}

static void ended_jobs_are_cleared(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, 3, "backup", "running");
    world_jobs(desk->world, NULL, 0);
    desk_paint(desk);
    desk_type(desk, "x");
    pass(desk);
    desk_type(desk, "y");
    assert_int_equal(desk->world->target->ended_count, 0);
    assert_int_equal(desk->world->sent, 0);
    desk_assert_says(desk, "dismiss 3 jobs: 3 in effect");
}

static void one_errand_at_a_time(void **state)
{
    struct desk *desk = *state;

    tag_jobs(desk, 3, "backup", "running");
    desk->world->sink_refuses = true;
    desk_type(desk, "p");
    pass(desk);
    desk_type(desk, "y");
    desk_type(desk, "p");
    assert_false(desk_has_box(desk));
    desk_assert_says(desk, "the one before is not sent to all yet");
    desk->world->sink_refuses = false;
    desk_paint(desk);
    assert_int_equal(desk->world->sent, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_list_says_who_is_in_and_why_not),
        TEST(who_fell_out_never_comes_back),
        TEST(who_has_more_at_stake_falls_out),
        TEST(of_a_link_it_says_what_a_single_key_says),
        TEST(counts_those_that_a_manager_runs),
        TEST(counts_those_that_go_along),
        TEST(even_a_pause_of_tagged_jobs_is_listed_first),
        TEST(every_other_answer_sends_nothing),
        TEST(more_than_five_ask_for_the_count),
        TEST(finished_work_asks_for_the_count_too),
        TEST(the_count_follows_who_falls_out),
        TEST(all_is_checked_again_at_y),
        TEST(the_box_closes_when_nobody_is_left),
        TEST(nothing_to_do_says_why),
        TEST(untagged_the_cursor_counts),
        TEST(one_limit_for_all),
        TEST(ended_jobs_are_cleared),
        TEST(one_errand_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
