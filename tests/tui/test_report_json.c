/* The JSON report, read back with json-c: its members and their order, its nulls,
 * and that nothing hostile breaks it. */
#include "tests/tui/report_room.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static void members_in_their_order(void **state)
{
    struct room *room = *state;
    static const char *const top[] = {"schema", "program", "targets", "events", NULL};
    static const char *const target[] = {
        "name",     "endpoint", "link",      "reason", "polite", "manager",   "holder",
        "leads_to", "qemu",     "run_state", "jobs",   "ended",  "migration", NULL};
    static const char *const job[] = {"id",           "type",
                                      "status",       "current",
                                      "total",        "percent",
                                      "rate",         "eta_seconds",
                                      "speed_limit",  "io_status",
                                      "io_errors",    "auto_finalize",
                                      "auto_dismiss", "actively_synced",
                                      "busy",         "verdict",
                                      "needs_you",    "error",
                                      "verbs",        "group",
                                      "advice",       NULL};
    const struct job_report jobs[] = {{"j", "backup", "running", 1, 2, NULL}};
    merge_jobs(up(room, "vm"), jobs, 1, 0);
    report(room, 0);
    assert_keys(room->document, top);
    assert_keys(target_at(room, 0), target);
    assert_keys(job_at(room, 0), job);
    assert_int_equal(json_object_get_int(member(room->document, "schema")), REPORT_SCHEMA);
    assert_text(room->document, "program", "qmptop " QMPTOP_VERSION);
}

/* Who keeps a monitor busy, and how many sockets a host leads to; null where neither is so. */
static void holders_and_hosts(void **state)
{
    struct room *room = *state;
    struct target *busy = up(room, "vm"), *host = up(room, "node");
    target_set_link(busy, TARGET_BUSY, "held by pid 812 (lib\x1bvirtd)", 5, 0);
    target_set_holder(busy, 812, "lib\x1bvirtd");
    target_set_leads_to(host, 3);
    report(room, 0);
    assert_number(member(target_at(room, 0), "holder"), "pid", 812);
    assert_text(member(target_at(room, 0), "holder"), "command", "lib\x1bvirtd");
    assert_null_at(target_at(room, 0), "leads_to");
    assert_null_at(target_at(room, 1), "holder");
    assert_number(target_at(room, 1), "leads_to", 3);
    target_set_holder(busy, 0, NULL);
    report(room, 0);
    assert_null_at(target_at(room, 0), "holder");
}

/* An array of others is put into the frame, in ASCII. */
static void endpoints_in_a_frame(void **state)
{
    struct room *room = *state;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_true(report_endpoints("[{\"name\":\"b\xc3\xbc\x7f\"}]", out));
    assert_false(report_endpoints(NULL, out));
    assert_int_equal(errno, ENOMEM);
    fclose(out);
    assert_non_null(strstr(text, "\"b\\u00fc\\u007f\""));
    room->document = json_tokener_parse(text);
    free(text);
    assert_number(room->document, "schema", REPORT_SCHEMA);
    json_object *list = member(room->document, "endpoints");
    assert_text(json_object_array_get_idx(list, 0), "name", "b\xc3\xbc\x7f");
}

static void no_target_is_an_empty_list(void **state)
{
    struct room *room = *state;
    report(room, 0);
    assert_int_equal(json_object_array_length(member(room->document, "targets")), 0);
}

/* 4 MiB/s for ten seconds. */
static void a_job_that_moves(void **state)
{
    struct room *room = *state;
    struct target *target = up(room, "vm");
    const uint64_t mib = 1 << 20;
    for (uint64_t s = 0; s <= 10; s++) {
        const struct job_report jobs[] = {
            {"mirror0", "mirror", "running", s * 4 * mib, 100 * mib, NULL}};
        merge_jobs(target, jobs, 1, (int64_t)s * SECOND);
    }
    const struct block_job_report block[] = {{.device = "mirror0",
                                              .type = "mirror",
                                              .offset = 40 * mib,
                                              .len = 100 * mib,
                                              .speed = 64 * mib,
                                              .busy = true,
                                              .auto_finalize = JOB_YES,
                                              .auto_dismiss = JOB_NO,
                                              .io = JOB_IO_OK}};
    merge_block_jobs(target, block, 1, 10 * SECOND);
    report(room, 10 * SECOND);
    json_object *job = job_at(room, 0);
    assert_text(job, "id", "mirror0");
    assert_text(job, "type", "mirror");
    assert_text(job, "status", "running");
    assert_number(job, "current", 40 * mib);
    assert_number(job, "total", 100 * mib);
    assert_text(job, "percent", "40.0");
    assert_true(json_object_is_type(member(job, "percent"), json_type_double));
    assert_number(job, "rate", 4 * mib);
    assert_number(job, "eta_seconds", 15);
    assert_number(job, "speed_limit", 64 * mib);
    assert_text(job, "io_status", "ok");
    assert_number(job, "io_errors", 0);
    assert_text(job, "busy", "true");
    assert_text(job, "auto_finalize", "true");
    assert_text(job, "auto_dismiss", "false");
    assert_null_at(job, "actively_synced");
    assert_null_at(job, "advice");
    assert_text(job, "verdict", "moving");
    assert_null_at(job, "needs_you");
    assert_null_at(job, "error");
    assert_text(job, "verbs", "[ \"pause\", \"cancel\", \"limit\", \"change\" ]");
}

static void each_state_of_a_disk(void **state)
{
    struct room *room = *state;
    struct target *target = up(room, "vm");
    const struct job_report jobs[] = {{"f", "mirror", "running", 5, 8, NULL},
                                      {"n", "mirror", "running", 5, 8, NULL},
                                      {"u", "mirror", "running", 5, 8, NULL}};
    const struct block_job_report blocks[] = {
        {.device = "f", .type = "mirror", .io = JOB_IO_FAILED, .actively_synced = JOB_YES},
        {.device = "n", .type = "mirror", .io = JOB_IO_NOSPACE, .actively_synced = JOB_NO},
        {.device = "u", .type = "mirror", .io = JOB_IO_UNKNOWN}};
    merge_jobs(target, jobs, 3, 0);
    merge_block_jobs(target, blocks, 3, 0);
    report(room, 0);
    assert_text(job_named(room, "f"), "io_status", "failed");
    assert_text(job_named(room, "f"), "actively_synced", "true");
    assert_text(job_named(room, "n"), "io_status", "nospace");
    assert_text(job_named(room, "n"), "actively_synced", "false");
    assert_null_at(job_named(room, "u"), "io_status");
    assert_null_at(job_named(room, "u"), "actively_synced");
}

/* A mirror that belongs to a migration says how such ones usually end. */
static void a_mirror_of_a_migration_has_advice(void **state)
{
    struct room *room = *state;
    struct target *target = up(room, "vm");
    const struct job_report jobs[] = {{"m", "mirror", "ready", 8, 8, NULL},
                                      {"b", "backup", "running", 5, 8, NULL}};
    merge_jobs(target, jobs, 2, 0);
    target->migration.status = MIGRATION_ACTIVE;
    report(room, 0);
    assert_text(job_named(room, "m"), "advice",
                "the VM migrates: stay is the usual ending of its mirrors");
    assert_null_at(job_named(room, "b"), "advice");
}

/* A ratio is no count of bytes: no rate, no limit, nothing guessed. */
static void a_plain_job_has_no_bytes(void **state)
{
    struct room *room = *state;
    struct target *target = up(room, "vm");
    const struct job_report jobs[] = {{"c", "create", "running", 0, 1, NULL},
                                      {"z", "create", "created", 0, 0, NULL}};
    merge_jobs(target, jobs, 2, 0);
    merge_jobs(target, jobs, 2, 5 * SECOND);
    report(room, 5 * SECOND);
    assert_null_at(job_named(room, "c"), "percent");
    assert_null_at(job_named(room, "c"), "rate");
    assert_null_at(job_named(room, "c"), "eta_seconds");
    assert_null_at(job_named(room, "c"), "speed_limit");
    assert_null_at(job_named(room, "c"), "io_status");
    assert_null_at(job_named(room, "c"), "busy");
    assert_null_at(job_named(room, "c"), "auto_finalize");
    assert_null_at(job_named(room, "z"), "percent");
}

/* All that was to be done is done, and yet the job is not: no percentage says so. */
static void what_did_not_end_well_is_not_at_100_percent(void **state)
{
    struct room *room = *state;
    const struct job_report jobs[] = {
        {"failed", "create", "concluded", 1, 1, "Image is not in qcow2 format"},
        {"cancelled", "backup", "concluded", 8, 8, "Operation canceled"},
        {"short", "backup", "concluded", 2, 8, "Input/output error"},
        {"created", "create", "concluded", 1, 1, NULL},
        {"empty", "mirror", "ready", 0, 0, NULL},
        {"ready", "mirror", "ready", 8, 8, NULL}};
    merge_jobs(up(room, "vm"), jobs, 6, 0);
    report(room, 0);
    assert_null_at(job_named(room, "failed"), "percent");
    assert_null_at(job_named(room, "cancelled"), "percent");
    assert_text(job_named(room, "short"), "percent", "25.0");
    assert_text(job_named(room, "created"), "percent", "100.0");
    assert_null_at(job_named(room, "empty"), "percent");
    assert_null_at(job_named(room, "ready"), "percent");
}

static void a_failed_job_needs_you(void **state)
{
    struct room *room = *state;
    struct target *target = up(room, "vm");
    const struct job_report jobs[] = {{"b", "backup", "concluded", 5, 8, "Input/output error"}};
    merge_jobs(target, jobs, 1, 0);
    report(room, 0);
    assert_text(job_at(room, 0), "needs_you", "failed");
    assert_text(job_at(room, 0), "verdict", "failed");
    assert_text(job_at(room, 0), "error", "Input/output error");
    assert_text(job_at(room, 0), "verbs", "[ \"dismiss\" ]");
}

static void read_only_lights_no_verb(void **state)
{
    struct room *room = *state;
    const struct job_report jobs[] = {{"b", "backup", "running", 5, 8, NULL}};
    merge_jobs(up(room, "vm"), jobs, 1, 0);
    room->fleet.read_only = true;
    report(room, 0);
    assert_text(job_at(room, 0), "verbs", "[ ]");
}

static void a_lost_target_says_why(void **state)
{
    struct room *room = *state;
    const struct job_report jobs[] = {{"b", "backup", "running", 5, 8, NULL}};
    struct target *target = up(room, "vm");
    merge_jobs(target, jobs, 1, 0);
    target_set_link(target, TARGET_FAILED, "connection refused", 9 * SECOND, SECOND);
    fleet_add(&room->fleet, "new", true, "host:1", 0);
    report(room, SECOND);
    assert_text(target_at(room, 0), "link", "failed");
    assert_text(target_at(room, 0), "reason", "connection refused");
    assert_text(target_at(room, 0), "qemu", "7.2.22");
    assert_null_at(target_at(room, 0), "run_state");
    assert_text(job_at(room, 0), "needs_you", "lost");
    assert_text(job_at(room, 0), "verbs", "[ ]");
    assert_null_at(job_at(room, 0), "rate");
    assert_text(target_at(room, 1), "link", "connecting");
    assert_null_at(target_at(room, 1), "qemu");
    assert_int_equal(json_object_array_length(member(target_at(room, 1), "jobs")), 0);
}

static void names_of_the_future_are_kept(void **state)
{
    struct room *room = *state;
    const struct job_report jobs[] = {{"f", "x-ray", "dreaming", 1, 2, NULL}};
    merge_jobs(up(room, "vm"), jobs, 1, 0);
    report(room, 0);
    assert_text(job_at(room, 0), "type", "x-ray");
    assert_text(job_at(room, 0), "status", "dreaming");
}

static void text_comes_back_as_it_was(void **state)
{
    static const char *const same[] = {"",
                                       "plain",
                                       "quote\" back\\ slash/",
                                       "\x01\x1b[2J\r\n\t\x7f",
                                       "Grüße",
                                       "\xe2\x80\xae",
                                       "\xf0\x9f\x92\xbe disk",
                                       "\xef\xbf\xbd",
                                       "\xf4\x8f\xbf\xbf",
                                       "\xed\x9f\xbf"};
    struct room *room = *state;
    struct target *target = up(room, "vm");
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        const struct job_report jobs[] = {{"job", "backup", "concluded", 1, 2, same[i]}};
        merge_jobs(target, jobs, 1, (int64_t)i);
        report(room, (int64_t)i);
        assert_text(job_at(room, 0), "error", same[i]);
    }
}

static void bytes_that_are_no_text_are_replaced(void **state)
{
    static const struct {
        const char *raw, *read;
    } cases[] = {
        {"\xff", "\xef\xbf\xbd"},
        {"a\x80z", "a\xef\xbf\xbdz"},
        {"\xc3", "\xef\xbf\xbd"},
        {"\xc3(", "\xef\xbf\xbd("},
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xe0\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf0\x9f\x92", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xfe\"", "\xef\xbf\xbd\""},
    };
    struct room *room = *state;
    struct target *target = up(room, "vm");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct job_report jobs[] = {
            {cases[i].raw, "backup", "concluded", 1, 2, cases[i].raw}};
        merge_jobs(target, jobs, 1, (int64_t)i);
        report(room, (int64_t)i);
        size_t last = json_object_array_length(member(target_at(room, 0), "jobs")) - 1;
        assert_text(job_at(room, last), "id", cases[i].read);
        assert_text(job_at(room, last), "error", cases[i].read);
    }
}

static void figures_at_their_ends(void **state)
{
    struct room *room = *state;
    const uint64_t most = MERGE_UNREAD - 1;
    const struct job_report jobs[] = {
        {"b", "backup", "running", most, most, NULL},
        {"c", "backup", "running", most, 1, NULL},
        {"d", "backup", "running", MERGE_UNREAD, MERGE_UNREAD, NULL}};
    merge_jobs(up(room, "vm"), jobs, 3, 0);
    report(room, 0);
    assert_number(job_named(room, "b"), "total", most);
    assert_text(job_named(room, "b"), "percent", "100.0");
    assert_text(job_named(room, "c"), "percent", "100.0");
    assert_null_at(job_named(room, "d"), "total");
    assert_null_at(job_named(room, "d"), "percent");
}

static void a_write_error_is_told(void **state)
{
    struct room *room = *state;
    FILE *out = room_broken_pipe();
    up(room, "vm");
    assert_false(report_json(&room->fleet, out, 0));
    assert_int_equal(errno, EPIPE);
    fclose(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROOM_TEST(members_in_their_order),
        ROOM_TEST(holders_and_hosts),
        ROOM_TEST(endpoints_in_a_frame),
        ROOM_TEST(no_target_is_an_empty_list),
        ROOM_TEST(a_job_that_moves),
        ROOM_TEST(a_mirror_of_a_migration_has_advice),
        ROOM_TEST(each_state_of_a_disk),
        ROOM_TEST(a_plain_job_has_no_bytes),
        ROOM_TEST(what_did_not_end_well_is_not_at_100_percent),
        ROOM_TEST(a_failed_job_needs_you),
        ROOM_TEST(read_only_lights_no_verb),
        ROOM_TEST(a_lost_target_says_why),
        ROOM_TEST(names_of_the_future_are_kept),
        ROOM_TEST(text_comes_back_as_it_was),
        ROOM_TEST(bytes_that_are_no_text_are_replaced),
        ROOM_TEST(figures_at_their_ends),
        ROOM_TEST(a_write_error_is_told),
    };
    return cmocka_run_group_tests_name("report_json", tests, NULL, NULL);
}
