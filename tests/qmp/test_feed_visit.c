#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include "core/visit.h"
#include "qmp/feed_links.h"
#include "tests/support/stage.h"

static bool is_away(void *ctx)
{
    const struct stage *stage = ctx;

    return stage->target->link == TARGET_AWAY && !fake_qmp_has_client(stage->fake);
}

static void await_away(struct stage *stage)
{
    assert_true(pump_until(&stage->pump, is_away, stage, PUMP_MS));
}

static void begin(struct stage *stage)
{
    fake_qmp_job(stage->fake, &stage_mirror);
    stage->target->polite = true;
    feed_start(&stage->feed);
    await_away(stage);
}

static void test_connects_asks_and_leaves(void **state)
{
    struct stage *stage = *state;
    size_t asked;

    begin(stage);
    assert_int_equal(fake_qmp_clients(stage->fake), 1);
    assert_int_equal(stage_job(stage, "m0")->current, 10);
    assert_int_equal(fake_qmp_count(stage->fake, "query-commands"), 1);
    asked = fake_qmp_count(stage->fake, NULL);

    stage_pass(stage, VISIT_MOVING_MS - 1);
    assert_int_equal(fake_qmp_clients(stage->fake), 1);
    fake_qmp_job_progress(stage->fake, "m0", 30, 100);
    stage_pass(stage, 1);
    await_away(stage);
    assert_int_equal(fake_qmp_clients(stage->fake), 2);
    assert_int_equal(stage_job(stage, "m0")->current, 30);
    assert_int_equal(fake_qmp_count(stage->fake, "query-commands"), 1);
    assert_in_range(fake_qmp_count(stage->fake, NULL) - asked, 2, 5); /* a short visit */
}

/* The fake takes nobody in while it is away, as a manager does that is connected. */
static void test_meeting_the_manager_is_no_news(void **state)
{
    struct stage *stage = *state;

    begin(stage);
    fake_qmp_greets(stage->fake, false);
    stage_pass(stage, VISIT_MOVING_MS);
    assert_int_equal(stage->target->link, TARGET_AWAY);
    stage_pass(stage, SESSION_GREETING_MS);
    assert_int_equal(stage->feed.client.link, CLIENT_BUSY);
    assert_true(is_away(stage)); /* the place in the queue is given back */
    assert_true(target_is_fresh(stage->target));
    fake_qmp_greets(stage->fake, true);
    fake_qmp_job_progress(stage->fake, "m0", 50, 100);
    stage_pass(stage, CLIENT_BUSY_MIN_MS * 5 / 4);
    await_away(stage);
    assert_int_equal(stage->feed.client.link, CLIENT_LEFT);
    assert_int_equal(stage_job(stage, "m0")->current, 50);
}

static void test_a_summoned_one_comes_at_once_and_stays(void **state)
{
    struct stage *stage = *state;
    struct action_check check;

    begin(stage);
    assert_true(visit_summon(stage->target, stage_clock()));
    feed_retry(&stage->feed);
    stage_await_link(stage, TARGET_UP);
    stage_await_jobs(stage);
    pump_settle(&stage->pump);
    assert_true(fake_qmp_has_client(stage->fake));
    assert_non_null(action_send(&stage->fleet, stage_job(stage, "m0")->uid, VERB_PAUSE, 0,
                                stage_clock(), &check));
    assert_true(fake_qmp_await(stage->fake, "job-pause", 1));
    for (int ms = 0; ms < VISIT_SUMMON_MS - 1000; ms += 1000)
        stage_pass(stage, 1000);
    assert_true(fake_qmp_has_client(stage->fake));
    stage_pass(stage, 1000);
    await_away(stage);
}

static void test_stopped_while_away(void **state)
{
    struct stage *stage = *state;

    begin(stage);
    feed_stop(&stage->feed);
    assert_int_equal(stage->target->link, TARGET_CLOSED);
    stage_pass(stage, VISIT_IDLE_MS * 2);
    assert_int_equal(fake_qmp_clients(stage->fake), 1);
    feed_start(&stage->feed);
    await_away(stage);
    assert_int_equal(fake_qmp_clients(stage->fake), 2);
}

static void test_gone_while_away(void **state)
{
    struct stage *stage = *state;

    begin(stage);
    fake_qmp_die(stage->fake);
    stage_pass(stage, VISIT_MOVING_MS);
    stage_await_link(stage, TARGET_FAILED);
    assert_false(target_is_fresh(stage->target));
}

/* ---- who is visited ---- */

static void test_whom_to_visit(void **state)
{
    static const struct {
        const char *endpoint;
        bool all, polite; /* --polite; what comes of it */
        const char *manager;
    } rows[] = {
        {"/tmp/a.qmp", false, false, NULL},
        {"/tmp/a.qmp", true, true, NULL},
        {"polite:/tmp/a.qmp", false, true, NULL},
        {"x=polite:/tmp/a.qmp", false, true, NULL},
        {"hold:/tmp/a.qmp", true, false, NULL},
        {"/run/qemu-server/100.qmp", false, true, "Proxmox VE"},
        {"/var/run/qemu-server/100.qmp", false, true, "Proxmox VE"},
        {"ssh://node7/run/qemu-server/100.qmp", false, true, "Proxmox VE"},
        {"hold:/run/qemu-server/100.qmp", false, false, "Proxmox VE"},
        {"/run/ganeti/kvm-hypervisor/ctrl/a.qmp", false, true, "ganeti"},
        {"/run/ganeti/kvm-hypervisor/ctrl/a.kvmd", false, false, "ganeti"},
        {"/run/xen/qmp-libxl-3", false, true, "Xen"},
        {"/var/lib/libvirt/qemu/domain-1-a/monitor.sock", false, false, "libvirt"},
    };
    struct stage *stage = *state;
    struct fleet fleet;
    struct feed_links links;
    char error[ADDRESS_ERROR_SIZE];

    fleet_init(&fleet);
    feed_links_init(&links, &fleet, stage->loop, stage_clock);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        links.polite = rows[i].all;
        struct feed_link *link = feed_links_add(&links, rows[i].endpoint, error);

        assert_non_null(link);
        if (link->feed.target->polite != rows[i].polite)
            fail_msg("%s", rows[i].endpoint);
        if (rows[i].manager == NULL)
            assert_null(link->feed.target->manager);
        else
            assert_string_equal(link->feed.target->manager, rows[i].manager);
    }
    feed_links_release(&links);
    fleet_release(&fleet);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_connects_asks_and_leaves),
        TEST(test_meeting_the_manager_is_no_news),
        TEST(test_a_summoned_one_comes_at_once_and_stays),
        TEST(test_stopped_while_away),
        TEST(test_gone_while_away),
        TEST(test_whom_to_visit),
    };

    return cmocka_run_group_tests_name("feed_visit", tests, NULL, NULL);
}
