/*
 * The README's tables of the JSON documents: each member that is printed stands in the rows
 * of the object it belongs to, each that stands there is printed, and so for the words that
 * a member can have.
 */

#include "tests/support/readme.h"
#include "tests/tui/report_room.h"

#include <stdlib.h>

#include "core/ending.h"
#include "core/group.h"
#include "core/need.h"
#include "core/verdict.h"

#define TEXT_MAX   65536
#define MEMBER_MAX 64

/* ---- the rows -------------------------------------------------------------------------- */

struct rows {
    char text[TEXT_MAX];
};

/* From the row that begins with `first` up to the one that begins with `end`, or up to the
 * end of the table. */
static void take_rows(struct rows *rows, const char *after, const char *first, const char *end)
{
    const char *from = strstr(readme_text(), after);
    assert_non_null(from);
    from = strstr(from, first);
    if (from == NULL)
        fail_msg("README.md has no row '%s'", first);
    const char *stop = strstr(from, "\n\n"), *next = end != NULL ? strstr(from, end) : stop;
    if (next == NULL || stop == NULL || next > stop)
        fail_msg("README.md has no row '%s' behind '%s'", end, first);
    snprintf(rows->text, sizeof(rows->text), "%.*s", (int)(next - from), from);
}

static bool has_name(const struct rows *rows, const char *name)
{
    char one[MEMBER_MAX + 8], list[MEMBER_MAX + 8];
    snprintf(one, sizeof(one), "`.%s`", name);
    snprintf(list, sizeof(list), "`.%s[]`", name);
    return strstr(rows->text, one) != NULL || strstr(rows->text, list) != NULL;
}

static void assert_word(const struct rows *rows, const char *word)
{
    char quoted[MEMBER_MAX + 8];
    snprintf(quoted, sizeof(quoted), "`%s`", word);
    if (strstr(rows->text, quoted) == NULL)
        fail_msg("README.md does not name %s in\n%s", quoted, rows->text);
}

static void assert_documented(const struct rows *rows, json_object *object)
{
    json_object_object_foreach(object, name, value)
    {
        (void)value;
        if (!has_name(rows, name))
            fail_msg("README.md does not tell of `.%s` in\n%s", name, rows->text);
    }
}

/* Every name in the first cell of a row is printed; `but` is the heading's own. */
static void assert_printed(const struct rows *rows, json_object *object, const char *but)
{
    for (const char *row = rows->text; row != NULL && *row == '|';
         row = strchr(row, '\n') != NULL ? strchr(row, '\n') + 1 : NULL) {
        const char *end = strstr(row + 1, "|"), *at = row;
        while ((at = strstr(at, "`.")) != NULL && at < end) {
            char name[MEMBER_MAX];
            at += 2;
            snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, "[`"), at);
            if (strcmp(name, but) != 0 && !json_object_object_get_ex(object, name, NULL))
                fail_msg("README.md tells of `.%s`, which is not printed", name);
        }
    }
}

/* ---- a document that has all of it ------------------------------------------------------ */

static void fill(struct room *room)
{
    struct target *target = up(room, "vm");
    const struct job_report jobs[] = {{"a", "backup", "running", 1, 8, NULL},
                                      {"b", "backup", "running", 1, 8, NULL},
                                      {"e", "stream", "running", 1, 8, NULL}};
    struct migration_report told = {.status = "active",
                                    .has_ram = true,
                                    .has_total_time = true,
                                    .total = 1000,
                                    .remaining = 500,
                                    .pass = 1};
    for (const char *const *status = (const char *const[]){"created", "running", NULL};
         *status != NULL; status++) {
        merge_status_event(target, "a", *status, 0);
        merge_status_event(target, "b", *status, 0);
    }
    merge_jobs(target, jobs, 3, 0);
    merge_jobs(target, jobs, 2, SECOND);
    merge_migration(target, &told, SECOND);
    target_set_holder(target, 812, "libvirtd");
    report(room, SECOND);
}

static json_object *first_of(json_object *object, const char *list)
{
    json_object *first = json_object_array_get_idx(member(object, list), 0);
    if (first == NULL)
        fail_msg("nothing is in '%s'", list);
    return first;
}

/* ---- the tests -------------------------------------------------------------------------- */

#define SNAPSHOT  "`--json` prints the same"
#define MIGRATION "| member of `migration` |"
#define ENDPOINTS "`--list-endpoints --json` prints"

static void test_the_document(void **state)
{
    struct room *room = *state;
    static struct rows rows, lists;
    fill(room);
    take_rows(&rows, SNAPSHOT, "| `schema`", NULL);
    assert_word(&rows, "schema");
    assert_word(&rows, "program");
    assert_word(&rows, "targets[]");
    assert_word(&rows, "events[]");
    assert_int_equal(json_object_object_length(room->document), 4);
    take_rows(&rows, SNAPSHOT, "| `targets[]`", "| `.jobs[]`");
    take_rows(&lists, SNAPSHOT, "| `.jobs[]`", NULL);
    assert_word(&lists, ".jobs[]");
    assert_word(&lists, ".ended[]");
    strcat(rows.text, "`.jobs[]` `.ended[]`");
    assert_documented(&rows, target_at(room, 0));
    assert_printed(&rows, target_at(room, 0), "");
    take_rows(&rows, SNAPSHOT, "| `.holder`", "\n");
    assert_documented(&rows, member(target_at(room, 0), "holder"));
    take_rows(&rows, SNAPSHOT, "| `events[]`", NULL);
    assert_documented(&rows, first_of(room->document, "events"));
}

static void test_jobs(void **state)
{
    struct room *room = *state;
    static struct rows rows;
    fill(room);
    take_rows(&rows, SNAPSHOT, "| `.jobs[]`", "| `.ended[]`");
    assert_documented(&rows, first_of(target_at(room, 0), "jobs"));
    assert_printed(&rows, first_of(target_at(room, 0), "jobs"), "jobs");
    take_rows(&rows, SNAPSHOT, "| `.group`", "\n");
    assert_documented(&rows, member(job_named(room, "a"), "group"));
    take_rows(&rows, SNAPSHOT, "| `.ended[]`", "| `events[]`");
    assert_documented(&rows, first_of(target_at(room, 0), "ended"));
    assert_printed(&rows, first_of(target_at(room, 0), "ended"), "ended");
}

static void test_a_migration(void **state)
{
    struct room *room = *state;
    static struct rows rows;
    fill(room);
    json_object *migration = member(target_at(room, 0), "migration");
    take_rows(&rows, MIGRATION, "| `.status`", NULL);
    assert_documented(&rows, migration);
    assert_printed(&rows, migration, "");
    take_rows(&rows, MIGRATION, "| `.pass`", "\n");
    assert_documented(&rows, first_of(migration, "passes"));
}

static void test_words(void **state)
{
    static struct rows rows, migration;
    (void)state;
    take_rows(&rows, SNAPSHOT, "| `.link`", "\n");
    for (int i = 0; i < TARGET_LINK_COUNT; i++)
        assert_word(&rows, target_link_wire((enum target_link)i));
    take_rows(&rows, SNAPSHOT, "| `.ending`", "\n");
    for (int i = JOB_NOT_ENDED + 1; i < JOB_ENDING_COUNT; i++)
        assert_word(&rows, ending_wire((enum job_ending)i));
    take_rows(&rows, SNAPSHOT, "| `.group`", "\n");
    for (int i = GROUP_NONE + 1; i < GROUP_CERTAINTY_COUNT; i++)
        assert_word(&rows, group_certainty_wire((enum group_certainty)i));
    take_rows(&rows, SNAPSHOT, "| `.verdict`", "\n");
    for (int i = 0; i < VERDICT_COUNT; i++)
        assert_word(&rows, verdict_text((enum verdict)i));
    take_rows(&rows, MIGRATION, "| `.verdict`", "\n");
    for (int i = 0; i < MIGRATION_VERDICT_COUNT; i++)
        assert_word(&rows, migration_verdict_text((enum migration_verdict)i));
    take_rows(&rows, SNAPSHOT, "| `.error` `.verbs[]`", "\n");
    for (int i = 0; i < VERB_COUNT; i++)
        assert_word(&rows, verb_name((enum verb)i));
    take_rows(&migration, MIGRATION, "| `.levers[]`", NULL);
    for (int i = 0; i < LEVER_COUNT; i++)
        assert_word(&migration, lever_name((enum lever)i));
    take_rows(&rows, SNAPSHOT, "| `.needs_you`", "\n");
    strcat(rows.text, migration.text);
    for (int i = NEED_NONE + 1; i < NEED_COUNT; i++)
        assert_word(&rows, need_wire((enum need_kind)i));
}

static void test_the_endpoints(void **state)
{
    static struct rows rows;
    static char text[TEXT_MAX];
    const char *program = getenv("QMPTOP");
    char command[4200];
    struct room *room = *state;
    assert_non_null(program);
    snprintf(command, sizeof(command), "'%s' --list-endpoints --json /none", program);
    FILE *list = popen(command, "r");
    assert_non_null(list);
    text[fread(text, 1, sizeof(text) - 1, list)] = '\0';
    pclose(list);
    room->document = json_tokener_parse(text);
    take_rows(&rows, ENDPOINTS, "| `endpoints[]`", NULL);
    assert_documented(&rows, first_of(room->document, "endpoints"));
    assert_printed(&rows, first_of(room->document, "endpoints"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROOM_TEST(test_the_document),  ROOM_TEST(test_jobs),
        ROOM_TEST(test_a_migration),   ROOM_TEST(test_words),
        ROOM_TEST(test_the_endpoints),
    };
    return cmocka_run_group_tests_name("readme_json", tests, NULL, NULL);
}
