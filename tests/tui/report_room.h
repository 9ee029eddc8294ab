#ifndef QMPTOP_TESTS_TUI_REPORT_ROOM_H
#define QMPTOP_TESTS_TUI_REPORT_ROOM_H

/*
 * report_room: a fleet, its reports as text, and the JSON report read back with json-c.
 * It does not know what should stand there.
 */

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "core/fleet.h"
#include "core/merge.h"
#include "tui/report.h"

#define SECOND 1000

struct room {
    struct fleet fleet;
    struct target *target;
    char text[1 << 20];
    json_object *document;
};

static inline int setup(void **state)
{
    static struct room room;
    memset(&room, 0, sizeof(room));
    fleet_init(&room.fleet);
    *state = &room;
    return 0;
}

static inline int teardown(void **state)
{
    struct room *room = *state;
    json_object_put(room->document);
    fleet_release(&room->fleet);
    return 0;
}

static inline struct target *up(struct room *room, const char *name)
{
    struct target *target = fleet_add(&room->fleet, name, true, "/run/q.sock", 0);
    target_set_link(target, TARGET_UP, NULL, 0, 0);
    target_set_version(target, "7.2.22");
    target_set_offered(target, VERB_ALL, ~0u);
    merge_jobs(target, NULL, 0, 0);
    return target;
}

/* What was written to the file, which is closed. */
static inline const char *room_text(struct room *room, FILE *file)
{
    rewind(file);
    room->text[fread(room->text, 1, sizeof(room->text) - 1, file)] = '\0';
    fclose(file);
    return room->text;
}

/* A file that nobody reads. */
static inline FILE *room_broken_pipe(void)
{
    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    return fdopen(ends[1], "w");
}

/* Prints, checks that all is ASCII on one line, and parses. */
static inline void report(struct room *room, int64_t now_ms)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(report_json(&room->fleet, file, now_ms));
    size_t size = strlen(room_text(room, file));
    assert_int_equal(room->text[size - 1], '\n');
    for (size_t i = 0; i + 1 < size; i++)
        assert_true(room->text[i] >= 0x20 && room->text[i] < 0x7f);
    json_object_put(room->document);
    room->document = json_tokener_parse(room->text);
    assert_non_null(room->document);
}

static inline json_object *member(json_object *object, const char *key)
{
    json_object *value = NULL;
    if (!json_object_object_get_ex(object, key, &value))
        fail_msg("no member '%s'", key);
    return value;
}

static inline json_object *target_at(struct room *room, size_t i)
{
    return json_object_array_get_idx(member(room->document, "targets"), i);
}

static inline json_object *job_at(struct room *room, size_t i)
{
    return json_object_array_get_idx(member(target_at(room, 0), "jobs"), i);
}

static inline json_object *job_named(struct room *room, const char *id)
{
    json_object *jobs = member(target_at(room, 0), "jobs");
    for (size_t i = 0; i < json_object_array_length(jobs); i++) {
        json_object *job = json_object_array_get_idx(jobs, i);
        if (strcmp(json_object_get_string(member(job, "id")), id) == 0)
            return job;
    }
    fail_msg("no job '%s'", id);
    return NULL;
}

static inline void assert_text(json_object *object, const char *key, const char *text)
{
    assert_string_equal(json_object_get_string(member(object, key)), text);
}

static inline void assert_number(json_object *object, const char *key, uint64_t number)
{
    assert_true(json_object_is_type(member(object, key), json_type_int));
    assert_true(json_object_get_uint64(member(object, key)) == number);
}

static inline void assert_null_at(json_object *object, const char *key)
{
    if (member(object, key) != NULL)
        fail_msg("%s is %s", key, json_object_get_string(member(object, key)));
}

static inline void assert_keys(json_object *object, const char *const *keys)
{
    json_object_object_foreach(object, key, value)
    {
        (void)value;
        assert_non_null(*keys);
        assert_string_equal(key, *keys++);
    }
    assert_null(*keys);
}

#define ROOM_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
