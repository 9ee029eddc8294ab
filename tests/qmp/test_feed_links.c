#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <ev.h>
#include <stdlib.h>
#include <string.h>

#include "core/roster.h"
#include "qmp/feed_links.h"
#include "tests/support/fake_qmp.h"
#include "tests/support/files.h"

/* Two fake QEMUs, and a fleet that knows none of them yet. */
struct room {
    struct pump pump;
    struct ev_loop *loop;
    struct fleet fleet;
    struct feed_links links;
    struct fake_qmp *fakes[2];
    size_t fds;
};

static int64_t clock_ms(void)
{
    return 1000000;
}

static int setup(void **state)
{
    struct room *room = calloc(1, sizeof(*room));

    room->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    pump_add_loop(&room->pump, room->loop);
    ev_run(room->loop, EVRUN_NOWAIT);
    room->fds = files_open_count();
    fleet_init(&room->fleet);
    room->fleet.delay_ms = 1000;
    feed_links_init(&room->links, &room->fleet, room->loop, clock_ms);
    for (size_t i = 0; i < 2; i++) {
        room->fakes[i] = fake_qmp_unix(&room->pump, NULL);
        fake_qmp_model(room->fakes[i]);
    }
    *state = room;
    return 0;
}

static int teardown(void **state)
{
    struct room *room = *state;

    feed_links_release(&room->links);
    fleet_release(&room->fleet);
    for (size_t i = 0; i < 2; i++)
        fake_qmp_free(room->fakes[i]);
    assert_int_equal(files_open_count(), room->fds);
    ev_loop_destroy(room->loop);
    free(room);
    return 0;
}

static struct target *add(struct room *room, const char *endpoint)
{
    char error[ADDRESS_ERROR_SIZE];
    struct feed_link *link = feed_links_add(&room->links, endpoint, error);

    assert_non_null(link);
    assert_ptr_equal(link->feed.target, room->fleet.targets[room->fleet.target_count - 1]);
    return link->feed.target;
}

static bool is_fresh(void *target)
{
    return target_is_fresh(target) && !((struct target *)target)->asking;
}

static void await(struct room *room, struct target *target)
{
    assert_true(pump_until(&room->pump, is_fresh, target, PUMP_MS));
}

static void test_all_are_opened_and_closed(void **state)
{
    struct room *room = *state;
    struct target *one = add(room, fake_qmp_endpoint(room->fakes[0]));
    struct target *two = add(room, fake_qmp_endpoint(room->fakes[1]));

    pump_settle(&room->pump);
    assert_int_equal(one->link, TARGET_CONNECTING);
    assert_int_equal(fake_qmp_clients(room->fakes[0]), 0);
    feed_links_open(&room->links);
    feed_links_open(&room->links);
    await(room, one);
    await(room, two);
    feed_links_close(&room->links);
    assert_int_equal(one->link, TARGET_CLOSED);
    assert_int_equal(two->link, TARGET_CLOSED);
    feed_links_open(&room->links);
    await(room, one);
    assert_int_equal(fake_qmp_clients(room->fakes[0]), 2);
}

static void test_one_added_later_is_connected_at_once(void **state)
{
    struct room *room = *state;

    feed_links_open(&room->links);
    await(room, add(room, fake_qmp_endpoint(room->fakes[1])));
    feed_links_close(&room->links);
    pump_settle(&room->pump);
    assert_int_equal(add(room, fake_qmp_endpoint(room->fakes[0]))->link, TARGET_CONNECTING);
    pump_settle(&room->pump);
    assert_int_equal(fake_qmp_clients(room->fakes[0]), 0);
}

static void test_a_released_one_stays_closed_until_taken_back(void **state)
{
    struct room *room = *state;
    struct target *one = add(room, fake_qmp_endpoint(room->fakes[0]));

    feed_links_open(&room->links);
    await(room, one);
    assert_null(feed_links_disconnect(&room->links, one));
    assert_int_equal(one->link, TARGET_CLOSED);
    feed_links_close(&room->links);
    feed_links_open(&room->links);
    pump_settle(&room->pump);
    assert_int_equal(one->link, TARGET_CLOSED);
    assert_null(feed_links_connect(&room->links, one));
    await(room, one);
}

static void test_what_cannot_be_understood_is_told(void **state)
{
    struct room *room = *state;
    char error[ADDRESS_ERROR_SIZE] = "";

    assert_null(feed_links_add(&room->links, "tcp:nowhere", error));
    assert_string_not_equal(error, "");
    assert_int_equal(room->fleet.target_count, 0);
    assert_int_equal(room->links.count, 0);
}

static void test_what_cannot_be_reached_is_a_failed_target(void **state)
{
    struct room *room = *state;
    char path[200];

    memset(path, 'x', sizeof(path) - 1);
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    struct target *target = add(room, path);

    feed_links_open(&room->links);
    assert_int_equal(target->link, TARGET_FAILED);
    assert_non_null(feed_links_connect(&room->links, target));
    assert_non_null(feed_links_disconnect(&room->links, target));
    assert_int_equal(target->link, TARGET_FAILED);
}

static void test_an_action_goes_to_its_own_target(void **state)
{
    struct room *room = *state;
    const struct fake_job job = {.id = "m0", .type = "mirror", .status = "running", .total = 9};

    for (size_t i = 0; i < 2; i++) {
        fake_qmp_job(room->fakes[i], &job);
        add(room, fake_qmp_endpoint(room->fakes[i]));
    }
    feed_links_open(&room->links);
    for (size_t i = 0; i < 2; i++)
        await(room, room->fleet.targets[i]);

    uint64_t uid = roster_find(room->fleet.targets[1], "m0")->uid;

    struct action_check check;

    assert_non_null(action_send(&room->fleet, uid, VERB_PAUSE, 0, clock_ms(), &check));
    feed_links_pump(&room->links);
    assert_true(fake_qmp_await(room->fakes[1], "job-pause", 1));
    assert_int_equal(fake_qmp_count(room->fakes[0], "job-pause"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_are_opened_and_closed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_added_later_is_connected_at_once, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_released_one_stays_closed_until_taken_back,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_understood_is_told, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_reached_is_a_failed_target, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_an_action_goes_to_its_own_target, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
