/* The JSON report of what is more than a job under way: ended ones, groups, events,
 * migrations. */
#include "tests/tui/report_room.h"

static json_object *ended_at(struct room *room, size_t i)
{
    return json_object_array_get_idx(member(target_at(room, 0), "ended"), i);
}

/* What QEMU no longer has is not among the jobs. */
static void an_ended_job_tells_its_life(void **state)
{
    static const char *const keys[] = {
        "id",    "type",      "ending",    "verdict", "duration_seconds",
        "bytes", "mean_rate", "needs_you", "error",   NULL};
    struct room *room = *state;
    struct target *target = up(room, "vm");
    const uint64_t mib = 1 << 20;
    merge_status_event(target, "b", "created", 0);
    for (uint64_t s = 0; s <= 8; s++) {
        const struct job_report jobs[] = {
            {"b", "backup", "running", s * 4 * mib, 100 * mib, NULL}};
        merge_jobs(target, jobs, 1, (int64_t)s * SECOND);
    }
    const struct job_report failed[] = {
        {"b", "backup", "concluded", 32 * mib, 100 * mib, "Input/output error"}};
    merge_jobs(target, failed, 1, 8 * SECOND);
    merge_status_event(target, "b", "null", 8 * SECOND);
    report(room, 60 * SECOND);
    assert_int_equal(json_object_array_length(member(target_at(room, 0), "jobs")), 0);
    assert_int_equal(json_object_array_length(member(target_at(room, 0), "ended")), 1);
    json_object *job = ended_at(room, 0);
    assert_keys(job, keys);
    assert_text(job, "id", "b");
    assert_text(job, "type", "backup");
    assert_text(job, "ending", "failed");
    assert_text(job, "verdict", "failed");
    assert_text(job, "duration_seconds", "8.0");
    assert_true(json_object_is_type(member(job, "duration_seconds"), json_type_double));
    assert_number(job, "bytes", 32 * mib);
    assert_number(job, "mean_rate", 4 * mib);
    assert_text(job, "error", "Input/output error");
}

static void a_group_is_told_with_its_certainty(void **state)
{
    struct room *room = *state;
    struct target *target = up(room, "vm");
    const struct job_report jobs[] = {{"a", "backup", "running", 1, 8, NULL},
                                      {"b", "backup", "running", 1, 8, NULL},
                                      {"c", "stream", "running", 1, 8, NULL}};
    merge_status_event(target, "a", "created", 0);
    merge_status_event(target, "b", "created", 0);
    merge_status_event(target, "a", "running", 0);
    merge_status_event(target, "b", "running", 0);
    merge_jobs(target, jobs, 3, 0);
    report(room, 0);
    json_object *group = member(job_named(room, "a"), "group");
    assert_text(group, "certainty", "likely");
    assert_text(group, "with", "[ \"b\" ]");
    assert_string_equal(
        json_object_get_string(member(group, "id")),
        json_object_get_string(member(member(job_named(room, "b"), "group"), "id")));
    assert_null_at(job_named(room, "c"), "group");
}

static void what_was_seen_is_listed(void **state)
{
    static const char *const keys[] = {"seconds_ago", "target", "job", "mark",
                                       "text",        "count",  NULL};
    struct room *room = *state;
    const struct job_report jobs[] = {{"b", "backup", "concluded", 5, 8, "Broken pipe"}};
    merge_jobs(up(room, "vm"), jobs, 1, 0);
    report(room, 90 * SECOND);
    json_object *events = member(room->document, "events");
    size_t count = json_object_array_length(events);
    assert_true(count >= 2);
    json_object *last = json_object_array_get_idx(events, count - 1);
    assert_keys(last, keys);
    assert_text(last, "seconds_ago", "90.0");
    assert_text(last, "target", "vm");
    assert_text(last, "job", "b");
    assert_text(last, "mark", "error");
    assert_int_equal(json_object_get_int(member(last, "count")), 1);
}

/* ---- migrations ---- */

static json_object *migration(struct room *room)
{
    return member(target_at(room, 0), "migration");
}

/* Pass 1 and 2 of 4 GiB at 100 MiB/s while the guest dirties 120 MiB/s. */
static void hopeless(struct room *room, struct target *target)
{
    const uint64_t gib = 1 << 30;
    struct migration_report told = {.status = "active",
                                    .has_ram = true,
                                    .has_total_time = true,
                                    .has_expected_downtime = true,
                                    .total = 4 * gib,
                                    .transferred = gib,
                                    .remaining = 3 * gib,
                                    .mbps = 838.8608,
                                    .page_size = 4096,
                                    .pass = 1,
                                    .expected_downtime = 300,
                                    .total_time = 10000};
    (void)room;
    target_set_levers(target, ~0u);
    merge_limits(target, &(struct migration_limits){true, 128 << 20, 0, 300});
    merge_migration(target, &told, SECOND);
    told.pass = 2;
    told.remaining = gib;
    told.dirty_pages_per_second = (120 << 20) / 4096;
    told.expected_downtime = 900;
    merge_migration(target, &told, 2 * SECOND);
}

static void a_migration_tells_its_course(void **state)
{
    static const char *const keys[] = {"status",
                                       "side",
                                       "verdict",
                                       "reason",
                                       "remaining",
                                       "total",
                                       "transferred",
                                       "bytes_per_second",
                                       "dirty_bytes_per_second",
                                       "pass",
                                       "passes",
                                       "percent",
                                       "eta_seconds",
                                       "duration_seconds",
                                       "expected_downtime_ms",
                                       "downtime_ms",
                                       "throttle_percent",
                                       "downtime_limit_ms",
                                       "max_bandwidth",
                                       "max_postcopy_bandwidth",
                                       "blocked_reasons",
                                       "error",
                                       "levers",
                                       "needs_you",
                                       NULL};
    struct room *room = *state;
    struct target *target = up(room, "vm");
    report(room, 0);
    assert_null_at(target_at(room, 0), "migration");
    hopeless(room, target);
    report(room, 2 * SECOND);
    assert_keys(migration(room), keys);
    assert_text(migration(room), "status", "active");
    assert_text(migration(room), "side", "source");
    assert_text(migration(room), "verdict", "will not converge");
    assert_text(migration(room), "reason", "the guest dirties 120M/s, 100M/s are sent");
    assert_number(migration(room), "remaining", 1 << 30);
    assert_number(migration(room), "bytes_per_second", 100 << 20);
    assert_number(migration(room), "dirty_bytes_per_second", 120 << 20);
    assert_number(migration(room), "pass", 2);
    assert_text(migration(room), "passes",
                "[ { \"pass\": 1, \"bytes\": 3221225472 }, "
                "{ \"pass\": 2, \"bytes\": 1073741824 } ]");
    assert_text(migration(room), "percent", "75.0");
    assert_number(migration(room), "eta_seconds", 11);
    assert_text(migration(room), "duration_seconds", "10.0");
    assert_number(migration(room), "expected_downtime_ms", 900);
    assert_null_at(migration(room), "downtime_ms");
    assert_number(migration(room), "downtime_limit_ms", 300);
    assert_number(migration(room), "max_bandwidth", 128 << 20);
    assert_number(migration(room), "max_postcopy_bandwidth", 0);
    assert_text(migration(room), "levers",
                "[ \"bandwidth\", \"downtime\", \"postcopy-bandwidth\", \"cancel\" ]");
    assert_text(migration(room), "needs_you", "not-converging");
}

/* The limit is no estimate, and over a lost link nothing flows. */
static void a_migration_guesses_nothing(void **state)
{
    struct room *room = *state;
    struct target *target = up(room, "vm");
    hopeless(room, target);
    target_set_link(target, TARGET_FAILED, "gone", 0, 3 * SECOND);
    report(room, 3 * SECOND);
    assert_null_at(migration(room), "bytes_per_second");
    assert_null_at(migration(room), "dirty_bytes_per_second");
    assert_null_at(migration(room), "eta_seconds");
    assert_text(migration(room), "levers", "[ ]");
    assert_text(migration(room), "needs_you", "lost");
}

static void the_destination_has_no_figures(void **state)
{
    struct room *room = *state;
    struct target *target = up(room, "vm");
    merge_migration(target, &(struct migration_report){.status = "active"}, 0);
    report(room, 0);
    assert_text(migration(room), "side", "destination");
    assert_null_at(migration(room), "remaining");
    assert_null_at(migration(room), "percent");
    assert_null_at(migration(room), "max_bandwidth");
}

static void what_blocks_a_migration_is_told_before_there_is_one(void **state)
{
    struct room *room = *state;
    struct target *target = up(room, "vm");
    merge_migration(target, &(struct migration_report){.blocked = "device x"}, 0);
    report(room, 0);
    assert_text(migration(room), "status", "none");
    assert_text(migration(room), "blocked_reasons", "device x");
    assert_text(migration(room), "reason", "blocked: device x");
    assert_text(migration(room), "levers", "[ ]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROOM_TEST(an_ended_job_tells_its_life),
        ROOM_TEST(a_group_is_told_with_its_certainty),
        ROOM_TEST(what_was_seen_is_listed),
        ROOM_TEST(a_migration_tells_its_course),
        ROOM_TEST(a_migration_guesses_nothing),
        ROOM_TEST(the_destination_has_no_figures),
        ROOM_TEST(what_blocks_a_migration_is_told_before_there_is_one),
    };
    return cmocka_run_group_tests_name("report_json_life", tests, NULL, NULL);
}
