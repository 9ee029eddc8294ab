#include "core/guest.h"
#include "world.h"

/* ---- each kind of event ---- */

static const struct {
    struct guest_report report;
    enum journal_mark mark;
    const char *text;
    const char *run_state; /* NULL: it stays */
    bool asks;
} rows[] = {
    {{.event = GUEST_STATE, .subject = "paused"}, JOURNAL_INFO, "guest is paused", NULL, false},
    {{.event = GUEST_STATE, .subject = "io-error"},
     JOURNAL_ERROR,
     "guest is io-error",
     NULL,
     false},
    {{.event = GUEST_STOP}, JOURNAL_INFO, "guest stopped", "paused", true},
    {{.event = GUEST_RESUME}, JOURNAL_INFO, "guest runs", "running", true},
    {{.event = GUEST_SUSPEND}, JOURNAL_INFO, "guest suspended to memory", "suspended", true},
    {{.event = GUEST_SUSPEND_DISK}, JOURNAL_INFO, "guest suspended to disk", NULL, true},
    {{.event = GUEST_WAKEUP}, JOURNAL_INFO, "guest woke up", "running", true},
    {{.event = GUEST_SHUTDOWN, .detail = "guest-shutdown", .by_guest = true},
     JOURNAL_INFO,
     "guest shut itself down (guest-shutdown)",
     "shutdown",
     true},
    {{.event = GUEST_SHUTDOWN, .detail = "host-qmp-quit"},
     JOURNAL_INFO,
     "shut down (host-qmp-quit)",
     "shutdown",
     true},
    {{.event = GUEST_RESET, .detail = "guest-reset", .by_guest = true},
     JOURNAL_INFO,
     "guest reset itself (guest-reset)",
     NULL,
     true},
    {{.event = GUEST_RESET}, JOURNAL_INFO, "guest was reset", NULL, true},
    {{.event = GUEST_POWERDOWN}, JOURNAL_INFO, "guest was asked to power down", NULL, false},
    {{.event = GUEST_WATCHDOG, .detail = "reset"},
     JOURNAL_ERROR,
     "watchdog fired (reset)",
     NULL,
     true},
    {{.event = GUEST_PANICKED, .detail = "pause"},
     JOURNAL_ERROR,
     "guest panicked (pause)",
     NULL,
     true},
    {{.event = GUEST_CRASHLOADED, .detail = "run"},
     JOURNAL_ERROR,
     "guest crashed and runs its crash kernel (run)",
     NULL,
     false},
    {{.event = GUEST_PVSHUTDOWN}, JOURNAL_INFO, "guest shut itself down", NULL, true},
    {{.event = GUEST_MEMORY_FAILURE, .subject = "hypervisor", .detail = "ignore"},
     JOURNAL_ERROR,
     "memory failure: hypervisor (ignore)",
     NULL,
     false},
    {{.event = GUEST_IO_ERROR,
      .subject = "virtio0",
      .operation = "write",
      .detail = "stop",
      .nospace = true},
     JOURNAL_ERROR,
     "guest disk virtio0: write error, no space, action stop",
     NULL,
     false},
    {{.event = GUEST_IO_ERROR, .operation = "read"},
     JOURNAL_ERROR,
     "guest disk without a name: read error",
     NULL,
     false},
    {{.event = GUEST_IMAGE_CORRUPTED,
      .subject = "virtio0",
      .detail = "L2 table at 0",
      .fatal = true},
     JOURNAL_ERROR,
     "image of virtio0 is CORRUPT and used no more: L2 table at 0",
     NULL,
     false},
    {{.event = GUEST_IMAGE_CORRUPTED, .subject = "n1"},
     JOURNAL_ERROR,
     "image of n1 is CORRUPT",
     NULL,
     false},
    {{.event = GUEST_WRITE_THRESHOLD,
      .subject = "n1",
      .exceeded = 65536,
      .threshold = 10 * GIB},
     JOURNAL_NEED,
     "node n1: a write went 64 KiB beyond its threshold of 10.0 GiB",
     NULL,
     false},
    {{.event = GUEST_WRITE_THRESHOLD, .subject = "n1"},
     JOURNAL_NEED,
     "node n1: a write went beyond its threshold",
     NULL,
     false},
    {{.event = GUEST_QUORUM_BAD, .subject = "n2", .detail = "Input/output error"},
     JOURNAL_ERROR,
     "quorum outvoted n2 (Input/output error)",
     NULL,
     false},
    {{.event = GUEST_QUORUM_FAILURE, .subject = "q"},
     JOURNAL_ERROR,
     "quorum failed on q",
     NULL,
     false},
    {{.event = GUEST_EXPORT_DELETED, .subject = "nbd0"},
     JOURNAL_INFO,
     "export is gone: nbd0",
     NULL,
     false},
    {{.event = GUEST_DEVICE_DELETED, .subject = "net1"},
     JOURNAL_INFO,
     "device is gone: net1",
     NULL,
     false},
    {{.event = GUEST_UNPLUG_ERROR, .subject = "net1"},
     JOURNAL_ERROR,
     "guest does not let go of device net1",
     NULL,
     false},
    {{.event = GUEST_UNPLUG_PRIMARY, .subject = "vf0"},
     JOURNAL_INFO,
     "migration waits for the guest to let go of device vf0",
     NULL,
     true},
};

static uint32_t told(const struct world *world, enum guest_event event)
{
    const struct guest_tally *tallies = world->target->guest_tallies;

    return tallies ? tallies[event].count : 0;
}

static void each_event_is_a_sentence(void **state)
{
    struct world *world = *state;
    const uint32_t questions = 1u << TARGET_ASK_STATUS | 1u << TARGET_ASK_MIGRATE;
    bool seen[GUEST_EVENT_COUNT] = {false};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum guest_event event = rows[i].report.event;
        uint64_t generation = world->fleet.generation;
        uint32_t count = told(world, event);

        seen[event] = true;
        target_set_run_state(world->target, "debug", world->now_ms);
        if (event == GUEST_STATE)
            count = told(world, event);
        world->target->wanted = 0;
        world_pass(world, GUEST_WINDOW_MS);
        guest_event(world->target, &rows[i].report, world->now_ms);
        assert_written(world, 0, rows[i].mark, rows[i].text);
        assert_string_equal(world_entry(world, 0)->target, "web-01");
        assert_string_equal(world->target->run_state,
                            rows[i].run_state ? rows[i].run_state : "debug");
        assert_int_equal(world->target->wanted, rows[i].asks ? questions : 0);
        assert_int_equal(world->target->guest_tallies[event].count, count + 1);
        assert_int_equal(world->target->guest_tallies[event].last_ms, world->now_ms);
        assert_true(world->fleet.generation > generation);
        assert_int_equal(world->target->answer_ms, world->now_ms);
    }
    for (int event = 0; event < GUEST_EVENT_COUNT; event++)
        assert_true(seen[event]);
}

/* ---- the run state ---- */

static void a_run_state_is_said_when_it_changes(void **state)
{
    struct world *world = *state;
    size_t written = world_written(world);

    target_set_run_state(world->target, "running", world->now_ms);
    assert_int_equal(world_written(world), written); /* found so */
    guest_event(world->target, &(struct guest_report){.event = GUEST_STOP}, world->now_ms);
    target_set_run_state(world->target, "paused", world->now_ms);
    assert_written(world, 0, JOURNAL_INFO, "guest stopped"); /* and nothing twice */
    target_set_run_state(world->target, "io-error", world->now_ms);
    assert_written(world, 0, JOURNAL_ERROR, "guest is io-error");
    assert_int_equal(world_written(world), written + 2);
}

static void bad_states(void **state)
{
    static const char *const bad[] = {"io-error", "internal-error", "guest-panicked",
                                      "watchdog"};
    static const char *const good[] = {"running",     "paused",        "shutdown", "inmigrate",
                                       "postmigrate", "suspended",     "debug",    "prelaunch",
                                       "save-vm",     "restore-vm",    "colo",     "",
                                       "hovering",    "finish-migrate"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_true(guest_state_is_bad(bad[i]));
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_false(guest_state_is_bad(good[i]));
    assert_false(guest_state_is_bad(NULL));
}

/* ---- floods ---- */

static void io_error(struct world *world, int disk)
{
    char name[16];

    snprintf(name, sizeof(name), "disk%d", disk);
    guest_event(
        world->target,
        &(struct guest_report){.event = GUEST_IO_ERROR, .subject = name, .detail = "report"},
        world->now_ms);
}

static void a_flood_is_counted(void **state)
{
    struct world *world = *state;
    size_t written = world_written(world);

    for (int i = 0; i < 100000; i++)
        io_error(world, i);
    assert_int_equal(world_written(world), written + GUEST_BURST);
    assert_int_equal(world->target->guest_tallies[GUEST_IO_ERROR].count, 100000);

    /* Other kinds have turns of their own. */
    guest_event(world->target, &(struct guest_report){.event = GUEST_RESET}, world->now_ms);
    assert_written(world, 0, JOURNAL_INFO, "guest was reset");

    world_pass(world, GUEST_WINDOW_MS - 1);
    io_error(world, 1);
    assert_int_equal(world_written(world), written + GUEST_BURST + 1);
    world_pass(world, 1);
    io_error(world, 2);
    assert_written(world, 0, JOURNAL_ERROR,
                   "guest disk disk2: write error, action report  (and 99991 like it before)");
    io_error(world, 3);
    assert_written(world, 0, JOURNAL_ERROR, "guest disk disk3: write error, action report");
}

/* A guest that stops and runs all the time does not push the rest off the journal. */
static void a_flickering_guest_is_bounded(void **state)
{
    struct world *world = *state;
    size_t written = world_written(world);

    target_set_run_state(world->target, "running", world->now_ms);
    for (int i = 0; i < 5000; i++) {
        guest_event(world->target, &(struct guest_report){.event = GUEST_STOP}, world->now_ms);
        target_set_run_state(world->target, "running", world->now_ms);
    }
    assert_int_equal(world_written(world), written + 2 * GUEST_BURST);
}

static void long_texts_are_cut(void **state)
{
    struct world *world = *state;
    char endless[5000];

    memset(endless, 'x', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = '\0';
    for (int event = 0; event < GUEST_EVENT_COUNT; event++) {
        struct guest_report report = {.event = (enum guest_event)event,
                                      .subject = endless,
                                      .operation = endless,
                                      .detail = endless,
                                      .nospace = true,
                                      .fatal = true,
                                      .exceeded = UINT64_MAX,
                                      .threshold = UINT64_MAX};

        guest_event(world->target, &report, world->now_ms);
        assert_in_range(strlen(world_entry(world, 0)->text), 1, JOURNAL_TEXT);
    }
}

static void an_event_without_anything_is_a_sentence_too(void **state)
{
    struct world *world = *state;

    for (int event = 0; event < GUEST_EVENT_COUNT; event++) {
        guest_event(world->target, &(struct guest_report){.event = (enum guest_event)event},
                    world->now_ms);
        assert_true(*world_entry(world, 0)->text != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(each_event_is_a_sentence),
        CONNECTED_TEST(a_run_state_is_said_when_it_changes),
        cmocka_unit_test(bad_states),
        CONNECTED_TEST(a_flood_is_counted),
        CONNECTED_TEST(a_flickering_guest_is_bounded),
        CONNECTED_TEST(long_texts_are_cut),
        CONNECTED_TEST(an_event_without_anything_is_a_sentence_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
