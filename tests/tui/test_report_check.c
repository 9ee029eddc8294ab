/* What a check prints: a line for whatever needs a person, and nothing else. */
#include "tests/tui/report_room.h"

static const char *check(struct room *room, int64_t now_ms)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(report_check(&room->fleet, file, false, now_ms));
    return room_text(room, file);
}

static void what_is_fine_has_no_line(void **state)
{
    struct room *room = *state;
    const struct job_report jobs[] = {{"backup0", "backup", "running", 1, 8, NULL},
                                      {"stream0", "stream", "paused", 1, 8, NULL}};
    assert_string_equal(check(room, 0), "");
    merge_jobs(up(room, "vm"), jobs, 2, 0);
    assert_string_equal(check(room, 0), "");
}

static void what_needs_you_has_one(void **state)
{
    struct room *room = *state;
    const struct job_report jobs[] = {
        {"backup0", "backup", "running", 1, 8, NULL},
        {"mirror0", "mirror", "ready", 8, 8, NULL},
        {"commit0", "commit", "concluded", 5, 8, "Input/output error"}};
    struct target *target = up(room, "vm");
    merge_jobs(target, jobs, 2, 0);
    merge_jobs(target, jobs, 3, 1000);
    assert_string_equal(check(room, 1000),
                        "* vm mirror0 mirror READY in step\n"
                        "! vm commit0 commit CONCLUDED Input/output error\n");
}

static void a_migration_too(void **state)
{
    struct room *room = *state;
    const struct migration_report report = {
        .status = "failed", .has_ram = true, .error = "No route to host"};
    merge_migration(up(room, "vm"), &report, 0);
    assert_string_equal(check(room, 0), "! vm migration migr. FAILED No route to host\n");
}

static void so_has_a_socket_that_cannot_be_asked(void **state)
{
    struct room *room = *state;
    up(room, "good");
    target_set_link(fleet_add(&room->fleet, "db-09", true, "/s", 0), TARGET_FAILED,
                    "connection refused", 0, 0);
    fleet_add(&room->fleet, "new", true, "host:1", 0);
    assert_string_equal(check(room, 0), "! db-09 socket failed: connection refused\n"
                                        "! new socket connecting: no answer\n");
}

static void hostile_text_stays_on_its_line(void **state)
{
    struct room *room = *state;
    const struct job_report jobs[] = {
        {"a\x1b[2J\n! forged", "b\rp", "concluded", 1, 2, "\xe2\x80\xaetxt\xff"}};
    merge_jobs(up(room, "v\tm"), jobs, 1, 0);
    assert_string_equal(check(room, 0), "! v\\tm a\\x1b[2J\\n! forged b\\rp CONCLUDED "
                                        "\\u202etxt\\xff\n");
}

static void a_write_error_is_told(void **state)
{
    struct room *room = *state;
    FILE *out = room_broken_pipe();
    fleet_add(&room->fleet, "new", true, "host:1", 0);
    assert_false(report_check(&room->fleet, out, false, 0));
    assert_int_equal(errno, EPIPE);
    fclose(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROOM_TEST(what_is_fine_has_no_line),
        ROOM_TEST(what_needs_you_has_one),
        ROOM_TEST(a_migration_too),
        ROOM_TEST(so_has_a_socket_that_cannot_be_asked),
        ROOM_TEST(hostile_text_stays_on_its_line),
        ROOM_TEST(a_write_error_is_told),
    };
    return cmocka_run_group_tests_name("report_check", tests, NULL, NULL);
}
