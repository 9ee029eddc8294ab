#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdlib.h>
#include <string.h>

#include "core/guest.h"
#include "tests/support/stage.h"

static const struct journal_entry *newest(const struct stage *stage)
{
    const struct journal_entry *entry = journal_newest(&stage->fleet.journal, 0);

    assert_non_null(entry);
    return entry;
}

/* Events as QEMU 7.2 to 11.1 write them (qapi/run-state.json, block-core.json, ...). */
static const struct {
    const char *event, *data, *text;
} rows[] = {
    {"BLOCK_IO_ERROR",
     "{\"device\": \"virtio0\", \"operation\": \"write\", \"action\": \"stop\","
     " \"nospace\": true, \"reason\": \"No space left on device\"}",
     "guest disk virtio0: write error, no space, action stop"},
    {"BLOCK_IO_ERROR",
     "{\"qom-path\": \"/machine/peripheral/d0\", \"device\": \"\", \"node-name\": \"n0\","
     " \"operation\": \"read\", \"action\": \"report\", \"reason\": \"Input/output error\"}",
     "guest disk n0: read error, action report"},
    {"BLOCK_IO_ERROR",
     "{\"qom-path\": \"/machine/peripheral/d0\", \"device\": \"\", \"operation\": \"read\","
     " \"action\": \"ignore\", \"reason\": \"?\"}",
     "guest disk /machine/peripheral/d0: read error, action ignore"},
    {"BLOCK_IMAGE_CORRUPTED",
     "{\"device\": \"\", \"node-name\": \"n0\", \"msg\": \"Marking image as corrupt\","
     " \"offset\": 4096, \"size\": 512, \"fatal\": true}",
     "image of n0 is CORRUPT and used no more: Marking image as corrupt"},
    {"BLOCK_WRITE_THRESHOLD",
     "{\"node-name\": \"n0\", \"amount-exceeded\": 65536, \"write-threshold\": 1073741824}",
     "node n0: a write went 64 KiB beyond its threshold of 1.0 GiB"},
    {"BLOCK_EXPORT_DELETED", "{\"id\": \"nbd0\"}", "export is gone: nbd0"},
    {"STOP", NULL, "guest stopped"},
    {"RESUME", NULL, "guest runs"},
    {"SHUTDOWN", "{\"guest\": true, \"reason\": \"guest-shutdown\"}",
     "guest shut itself down (guest-shutdown)"},
    {"SHUTDOWN", "{\"guest\": false, \"reason\": \"host-signal\"}", "shut down (host-signal)"},
    {"RESET", "{\"guest\": true, \"reason\": \"guest-reset\"}",
     "guest reset itself (guest-reset)"},
    {"RESET", "{\"guest\": false, \"reason\": \"host-qmp-system-reset\"}",
     "guest was reset (host-qmp-system-reset)"},
    {"POWERDOWN", NULL, "guest was asked to power down"},
    {"SUSPEND", NULL, "guest suspended to memory"},
    {"SUSPEND_DISK", NULL, "guest suspended to disk"},
    {"WAKEUP", NULL, "guest woke up"},
    {"WATCHDOG", "{\"action\": \"reset\"}", "watchdog fired (reset)"},
    {"GUEST_PANICKED", "{\"action\": \"pause\", \"info\": {\"type\": \"hyper-v\"}}",
     "guest panicked (pause)"},
    {"GUEST_CRASHLOADED", "{\"action\": \"run\"}",
     "guest crashed and runs its crash kernel (run)"},
    {"GUEST_PVSHUTDOWN", "{\"action\": \"shutdown\"}", "guest shut itself down (shutdown)"},
    {"DEVICE_DELETED", "{\"device\": \"net1\", \"path\": \"/machine/peripheral/net1\"}",
     "device is gone: net1"},
    {"DEVICE_DELETED", "{\"path\": \"/machine/peripheral/net1/virtio-backend\"}",
     "device is gone: /machine/peripheral/net1/virtio-backend"},
    {"DEVICE_UNPLUG_GUEST_ERROR", "{\"device\": \"net1\", \"path\": \"/machine/p\"}",
     "guest does not let go of device net1"},
    {"UNPLUG_PRIMARY", "{\"device-id\": \"vf0\"}",
     "migration waits for the guest to let go of device vf0"},
    {"QUORUM_REPORT_BAD",
     "{\"type\": \"read\", \"error\": \"Input/output error\", \"node-name\": \"n2\","
     " \"sector-num\": 0, \"sectors-count\": 8}",
     "quorum outvoted n2 (Input/output error)"},
    {"QUORUM_FAILURE", "{\"reference\": \"q\", \"sector-num\": 0, \"sectors-count\": 8}",
     "quorum failed on q"},
    {"MEMORY_FAILURE",
     "{\"recipient\": \"guest\", \"action\": \"inject\","
     " \"flags\": {\"action-required\": false, \"recursive\": false}}",
     "memory failure: guest (inject)"},
};

static void test_events_become_sentences(void **state)
{
    struct stage *stage = *state;

    stage_begin(stage);
    fake_qmp_mutes(stage->fake, "query-status");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_qmp_event(stage->fake, rows[i].event, rows[i].data);
        pump_settle(&stage->pump);
        assert_string_equal(newest(stage)->text, rows[i].text);
        assert_string_equal(newest(stage)->target, "fake");
    }
    assert_int_equal(stage->target->malformed, 0);
}

/* What happened is in the name, whatever else is unusable. */
static void test_unusable_members_are_left_out(void **state)
{
    struct stage *stage = *state;

    stage_begin(stage);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static const char *const odd[] = {
            NULL, "{}", "[]", "7",
            "{\"device\": 7, \"node-name\": [], \"id\": {}, \"action\": false, \"guest\": 1,"
            " \"reason\": 0.5, \"nospace\": \"yes\", \"fatal\": null, \"msg\": [1],"
            " \"write-threshold\": -1, \"amount-exceeded\": \"x\", \"operation\": 3}"};
        uint64_t before = stage->fleet.journal.serial;

        for (size_t k = 0; k < sizeof(odd) / sizeof(odd[0]); k++) {
            fake_qmp_event(stage->fake, rows[i].event, odd[k]);
            pump_settle(&stage->pump);
        }
        assert_true(stage->fleet.journal.serial > before || newest(stage)->count > 1);
        stage_pass(stage, GUEST_WINDOW_MS);
    }
    assert_int_equal(stage->target->malformed, 0);
    assert_int_equal(stage->target->link, TARGET_UP);
}

static void test_raw_names_stay_raw_and_short(void **state)
{
    struct stage *stage = *state;

    stage_begin(stage);
    fake_qmp_event(stage->fake, "BLOCK_EXPORT_DELETED", "{\"id\": \"\\u001b[2J\\n\"}");
    pump_settle(&stage->pump);
    assert_string_equal(newest(stage)->text, "export is gone: \x1b[2J\n");
}

static void test_a_flood_asks_little_and_writes_little(void **state)
{
    struct stage *stage = *state;
    size_t asked;
    uint64_t written;

    stage_begin(stage);
    asked = fake_qmp_count(stage->fake, NULL);
    written = stage->fleet.journal.serial;
    for (int i = 0; i < 2000; i++) {
        fake_qmp_event(stage->fake, "RESET", "{\"guest\": true, \"reason\": \"guest-reset\"}");
        fake_qmp_event(stage->fake, "BLOCK_IO_ERROR",
                       i % 2 ? "{\"device\": \"a\", \"operation\": \"read\","
                               " \"action\": \"report\", \"reason\": \"\"}"
                             : "{\"device\": \"b\", \"operation\": \"read\","
                               " \"action\": \"report\", \"reason\": \"\"}");
        if (i % 100 == 0)
            pump_settle(&stage->pump);
    }
    pump_settle(&stage->pump);
    /* What is more than a burst comes with time, and a busy machine takes its time. */
    assert_in_range(fake_qmp_count(stage->fake, NULL) - asked, 0, 40);
    assert_in_range(stage->fleet.journal.serial - written, 2, 400);
    assert_int_equal(stage->target->guest_tallies[GUEST_RESET].count, 2000);
    assert_int_equal(stage->target->guest_tallies[GUEST_IO_ERROR].count, 2000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_events_become_sentences),
        TEST(test_unusable_members_are_left_out),
        TEST(test_raw_names_stay_raw_and_short),
        TEST(test_a_flood_asks_little_and_writes_little),
    };

    return cmocka_run_group_tests_name("feed_guest", tests, NULL, NULL);
}
