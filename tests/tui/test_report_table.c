/* The table report: its columns, its groups, the sockets that are not up, and
 * names that try to be more than names. */
#include "tests/tui/report_room.h"

#include <locale.h>

static const char *table(struct room *room, bool utf8, int64_t now_ms)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(report_table(&room->fleet, file, utf8, now_ms));
    return room_text(room, file);
}

static void assert_part(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void nothing_to_show(void **state)
{
    struct room *room = *state;
    target_set_run_state(up(room, "vm"), "running", 0);
    assert_string_equal(table(room, false, 0), "qmptop 0 jobs 1 socket\n"
                                               "-- sockets\n"
                                               "   vm up QEMU 7.2.22, guest running\n");
}

static void rows_in_their_groups(void **state)
{
    static const char expected[] =
        "qmptop 4 jobs 1 socket | 2 NEED YOU\n"
        "   VM   JOB     TYPE   STATUS    PROGRESS         %    RATE    ETA\n"
        "-- needs you (2), oldest first\n"
        " ! vm-1 backup0 backup CONCLUDED Input/output error          62.5    10s\n"
        " * vm-1 mirror0 mirror READY     behind by 1.0 MiB                    6s\n"
        "-- running (1)\n"
        "   vm-1 commit0 commit running   [####------]  40.0  4.0M/s    15s\n"
        "-- quiet (1)\n"
        "   vm-1 stream0 stream paused    paused by operator          50.0      -\n"
        "-- sockets\n"
        "   vm-1 up QEMU 7.2.22\n";
    struct room *room = *state;
    struct target *target = up(room, "vm-1");
    const uint64_t mib = 1 << 20;
    for (uint64_t s = 0; s <= 10; s++) {
        const struct job_report jobs[] = {
            {"mirror0", "mirror", s < 4 ? "running" : "ready", 7 * mib, 8 * mib, NULL},
            {"stream0", "stream", "paused", 1 * mib, 2 * mib, NULL},
            {"commit0", "commit", "running", s * 4 * mib, 100 * mib, NULL},
            {"backup0", "backup", "concluded", 5 * mib, 8 * mib, "Input/output error"},
        };
        merge_jobs(target, jobs, 4, (int64_t)s * SECOND);
    }
    assert_string_equal(table(room, false, 10 * SECOND), expected);
}

static void sockets_say_why_they_are_not_up(void **state)
{
    struct room *room = *state;
    const struct job_report jobs[] = {{"j", "backup", "running", 1, 2, NULL}};
    struct target *lost = up(room, "db-09");
    merge_jobs(lost, jobs, 1, 0);
    target_set_link(lost, TARGET_FAILED, "connection refused", 0, 0);
    fleet_add(&room->fleet, "new", true, "host:1", 0);
    target_set_link(fleet_add(&room->fleet, "held", true, "/s", 0), TARGET_BUSY,
                    "another client holds the monitor", 0, 0);
    const char *text = table(room, false, 0);
    assert_part(text, "qmptop 1 job 3 sockets | 3 NOT UP\n");
    assert_part(text, "  ~db-09 j ");
    assert_part(text, "-- sockets\n"
                      "   db-09 failed connection refused\n"
                      "   new   connecting no answer yet\n"
                      "   held  busy another client holds the monitor\n");
}

/* A long name is printed whole, and widens no other row beyond reason. */
static void a_long_name_is_whole(void **state)
{
    struct room *room = *state;
    char name[500];
    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    const struct job_report jobs[] = {{name, "backup", "running", 1, 2, NULL},
                                      {"short", "backup", "running", 1, 2, NULL}};
    merge_jobs(up(room, "vm"), jobs, 2, 0);
    const char *text = table(room, false, 0);
    assert_part(text, name);
    const char *row = strstr(text, "   vm short");
    assert_non_null(row);
    assert_true(strcspn(row, "\n") < 120);
}

static void hostile_text_is_written_out(void **state)
{
    struct room *room = *state;
    const struct job_report jobs[] = {
        {"a\x1b[2J\n ! forged", "b\rp", "concluded", 1, 2, "\xe2\x80\xaetxt\xff"}};
    struct target *target = up(room, "v\tm");
    merge_jobs(target, jobs, 1, 0);
    target_set_link(target, TARGET_FAILED, "re\nason", 0, 0);
    for (int utf8 = 0; utf8 <= 1; utf8++) {
        const char *text = table(room, utf8, 0);
        for (const char *c = text; *c != '\0'; c++)
            assert_true(*c == '\n' || (*c >= 0x20 && *c < 0x7f));
        assert_part(text, "v\\tm a\\x1b[2J\\n ! forged b\\rp ");
        assert_part(text, "\\u202etxt\\xff");
        assert_part(text, "re\\nason");
    }
}

static void utf8_where_the_locale_has_it(void **state)
{
    struct room *room = *state;
    const struct job_report jobs[] = {{"größe", "backup", "running", 1, 2, NULL}};
    merge_jobs(up(room, "vm"), jobs, 1, 0);
    assert_part(table(room, false, 0), "gr\\u00f6\\u00dfe");
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        skip();
    assert_part(table(room, true, 0), "größe");
    setlocale(LC_CTYPE, "C");
}

static void a_write_error_is_told(void **state)
{
    struct room *room = *state;
    FILE *out = room_broken_pipe();
    up(room, "vm");
    assert_false(report_table(&room->fleet, out, false, 0));
    assert_int_equal(errno, EPIPE);
    fclose(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROOM_TEST(nothing_to_show),
        ROOM_TEST(rows_in_their_groups),
        ROOM_TEST(sockets_say_why_they_are_not_up),
        ROOM_TEST(a_long_name_is_whole),
        ROOM_TEST(hostile_text_is_written_out),
        ROOM_TEST(utf8_where_the_locale_has_it),
        ROOM_TEST(a_write_error_is_told),
    };
    return cmocka_run_group_tests_name("report_table", tests, NULL, NULL);
}
