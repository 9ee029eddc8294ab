/* The audit file: one clean line an entry, and an end without harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/journal.h"
#include "tui/audit.h"

struct room {
    struct journal journal;
    struct audit audit;
    char path[128], error[AUDIT_ERROR_SIZE], text[4096];
};

static int setup(void **state)
{
    static struct room room;
    const char *tmp = getenv("TMPDIR");
    memset(&room, 0, sizeof(room));
    journal_init(&room.journal);
    snprintf(room.path, sizeof(room.path), "%s/audit.%d", tmp != NULL ? tmp : "/tmp",
             (int)getpid());
    *state = &room;
    return 0;
}

static int teardown(void **state)
{
    struct room *room = *state;
    audit_close(&room->audit);
    journal_release(&room->journal);
    unlink(room->path);
    return 0;
}

static void open_it(struct room *room)
{
    if (!audit_open(&room->audit, room->path, &room->journal, room->error))
        fail_msg("%s", room->error);
}

static const char *read_back(struct room *room)
{
    FILE *file = fopen(room->path, "r");
    assert_non_null(file);
    room->text[fread(room->text, 1, sizeof(room->text) - 1, file)] = '\0';
    fclose(file);
    return room->text;
}

static void assert_line(struct room *room, const char *end)
{
    char with_newline[256];
    snprintf(with_newline, sizeof(with_newline), " %s\n", end);
    if (strstr(read_back(room), with_newline) == NULL)
        fail_msg("no line ends in '%s' in:\n%s", end, room->text);
}

static void one_line_an_entry(void **state)
{
    struct room *room = *state;
    open_it(room);
    journal_add(&room->journal, 10, JOURNAL_YOU, "web-01", "mirror0", 7, "pause: sent");
    journal_add(&room->journal, 20, JOURNAL_NEED, "web-01", "mirror0", 7, "is ready");
    journal_add(&room->journal, 30, JOURNAL_ERROR, "web-01", NULL, 0, "connection refused");
    journal_add(&room->journal, 40, JOURNAL_INFO, NULL, NULL, 0, "started");
    journal_gap(&room->journal, 1000, 13500, "web-01");
    assert_line(room, "you   web-01/mirror0 pause: sent");
    assert_line(room, "need  web-01/mirror0 is ready");
    assert_line(room, "error web-01 connection refused");
    assert_line(room, "seen  started");
    assert_non_null(strstr(room->text, "(12 s)\n"));
    int year, month, day;
    assert_int_equal(sscanf(room->text, "%4d-%2d-%2dT", &year, &month, &day), 3);
}

static void hostile_text_stays_on_its_line(void **state)
{
    struct room *room = *state;
    open_it(room);
    journal_add(&room->journal, 1, JOURNAL_INFO, "a\nb", "c\x1b[2J", 1,
                "d\r\ne \xe2\x80\xae \xff");
    assert_line(room, "seen  a\\nb/c\\x1b[2J d\\r\\ne \\u202e \\xff");
    for (const char *c = room->text; *c != '\0'; c++)
        assert_true(*c == '\n' || (*c >= 0x20 && *c < 0x7f));
}

static void it_appends_and_is_private(void **state)
{
    struct room *room = *state;
    struct stat stat;
    open_it(room);
    journal_add(&room->journal, 1, JOURNAL_INFO, NULL, NULL, 0, "first");
    audit_close(&room->audit);
    journal_add(&room->journal, 2, JOURNAL_INFO, NULL, NULL, 0, "between");
    open_it(room);
    journal_add(&room->journal, 3, JOURNAL_INFO, NULL, NULL, 0, "second");
    assert_line(room, "first");
    assert_line(room, "second");
    assert_null(strstr(room->text, "between"));
    assert_int_equal(lstat(room->path, &stat), 0);
    assert_int_equal(stat.st_mode & 0777, 0600);
}

static void a_path_that_cannot_be_opened(void **state)
{
    struct room *room = *state;
    assert_false(audit_open(&room->audit, "/nowhere/log", &room->journal, room->error));
    assert_string_equal(room->error, "log /nowhere/log: No such file or directory");
    journal_add(&room->journal, 1, JOURNAL_INFO, NULL, NULL, 0, "goes on");
}

static void a_full_disk_is_told_once(void **state)
{
    struct room *room = *state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_true(audit_open(&room->audit, "/dev/full", &room->journal, room->error));
    journal_add(&room->journal, 1, JOURNAL_INFO, NULL, NULL, 0, "one");
    journal_add(&room->journal, 2, JOURNAL_INFO, NULL, NULL, 0, "two");
    assert_int_equal(room->journal.count, 3);
    const struct journal_entry *told = journal_newest(&room->journal, 1);
    assert_int_equal(told->mark, JOURNAL_ERROR);
    assert_non_null(strstr(told->text, "/dev/full"));
    assert_non_null(strstr(told->text, "No space left"));
    assert_string_equal(journal_newest(&room->journal, 0)->text, "two");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_line_an_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(hostile_text_stays_on_its_line, setup, teardown),
        cmocka_unit_test_setup_teardown(it_appends_and_is_private, setup, teardown),
        cmocka_unit_test_setup_teardown(a_path_that_cannot_be_opened, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_is_told_once, setup, teardown),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
