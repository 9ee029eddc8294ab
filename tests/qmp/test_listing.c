#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qmp/message.h"

#define DOCUMENT_SIZE 4096
#define MUTATIONS     30000

/* As QEMU writes them. */
static const char jobs[] =
    "{\"return\": [{\"current-progress\": 32505856, \"status\": \"running\", "
    "\"total-progress\": 10737418240, \"type\": \"backup\", \"id\": \"backup0\"}, "
    "{\"current-progress\": 0, \"status\": \"concluded\", \"total-progress\": 1, \"type\": "
    "\"mirror\", \"id\": \"m-1\", \"error\": \"No space left on device\"}], \"id\": 4711}\r\n";
static const char block_jobs[] =
    "{\"return\": [{\"auto-finalize\": true, \"io-status\": \"ok\", \"device\": \"drive0\", "
    "\"auto-dismiss\": false, \"busy\": true, \"len\": 42949672960, \"offset\": 7, \"status\": "
    "\"running\", \"paused\": false, \"speed\": 0, \"ready\": false, \"type\": \"mirror\"}], "
    "\"id\": 18}";
static const char commands[] =
    "{\"return\": [{\"name\": \"job-pause\"}, {\"name\": \"query-jobs\"}], \"id\": 1}\r\n";
static const char capabilities[] =
    "{\"return\": [{\"state\": false, \"capability\": \"xbzrle\"}, {\"state\": true, "
    "\"capability\": \"events\"}], \"id\": 1}\r\n";
static const char nothing[] = "{\"return\": [], \"id\": 3}\r\n";

static const char *const documents[] = {jobs, block_jobs, commands, capabilities, nothing};

#define DOCUMENT_COUNT (sizeof(documents) / sizeof(documents[0]))

static bool is_listed(const char *document)
{
    struct listing listing;
    bool listed = listing_read(&listing, document, strlen(document));

    if (listed)
        listing_release(&listing);
    return listed;
}

static void test_lists_are_read_without_json_c(void **state)
{
    (void)state;
    for (size_t i = 0; i < DOCUMENT_COUNT; i++)
        assert_true(is_listed(documents[i]));
}

static void test_members_of_each_type(void **state)
{
    struct listing listing;
    const char *text;
    uint64_t number;
    bool flag;

    (void)state;
    assert_true(listing_read(&listing, block_jobs, strlen(block_jobs)));
    assert_int_equal(listing.id, 18);
    assert_int_equal(listing.count, 1);
    assert_true(listing_string(&listing, 0, "device", &text));
    assert_string_equal(text, "drive0");
    assert_true(listing_uint(&listing, 0, "len", &number));
    assert_true(number == 42949672960u);
    assert_true(listing_bool(&listing, 0, "busy", &flag) && flag);
    assert_true(listing_bool(&listing, 0, "paused", &flag) && !flag);
    assert_false(listing_uint(&listing, 0, "device", &number));
    assert_false(listing_string(&listing, 0, "len", &text));
    assert_false(listing_bool(&listing, 0, "len", &flag));
    assert_false(listing_has(&listing, 0, "none"));
    assert_false(listing_has(&listing, 1, "device"));
    listing_release(&listing);
}

static void test_everything_else_is_left_to_json_c(void **state)
{
    static const char *const others[] = {
        "{\"return\": {}, \"id\": 1}",
        "{\"return\": [], \"id\": \"a\"}",
        "{\"return\": []}",
        "{\"id\": 1, \"return\": []}",
        "{\"return\": [], \"id\": 1, \"more\": 2}",
        "{\"return\": [{}], \"id\": 1}",
        "{\"return\": [{\"a\": null}], \"id\": 1}",
        "{\"return\": [{\"a\": [1]}], \"id\": 1}",
        "{\"return\": [{\"a\": {\"b\": 1}}], \"id\": 1}",
        "{\"return\": [{\"a\": -1}], \"id\": 1}",
        "{\"return\": [{\"a\": 1.5}], \"id\": 1}",
        "{\"return\": [{\"a\": 1e3}], \"id\": 1}",
        "{\"return\": [{\"a\": 01}], \"id\": 1}",
        "{\"return\": [{\"a\": 18446744073709551616}], \"id\": 1}",
        "{\"return\": [{\"a\": \"\\u0041\"}], \"id\": 1}",
        "{\"return\": [{\"a\": \"\xc3\xa4\"}], \"id\": 1}",
        "{\"return\": [{\"a\": \"\x01\"}], \"id\": 1}",
        "{\"return\": [{\"a\": 1}, 2], \"id\": 1}",
        "{\"return\": [{\"a\": 1},], \"id\": 1}",
        "{\"return\": [{\"a\": 1,}], \"id\": 1}",
        "{\"return\": [{\"a\": truefalse}], \"id\": 1}",
        "{\"return\": [{\"a\": 1}], \"id\": 1} x",
        "{\"return\": [{\"a\": 1}], \"id\": 1",
        "{\"return\": [{\"a\": \"",
        "",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (is_listed(others[i]))
            fail_msg("read: %s", others[i]);
}

static void test_the_last_of_a_name_counts(void **state)
{
    static const char document[] = "{\"return\": [{\"a\": 1, \"a\": 2}], \"id\": 1}";
    struct listing listing;
    uint64_t number;

    (void)state;
    assert_true(listing_read(&listing, document, sizeof(document) - 1));
    assert_true(listing_uint(&listing, 0, "a", &number));
    assert_int_equal(number, 2);
    listing_release(&listing);
}

/* ---- the same as json-c reads ---- */

static void same_text(const char *a, const char *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL)
        assert_string_equal(a, b);
}

static void same_job(const struct message *a, const struct message *b, size_t i)
{
    struct message_job one = {0}, other = {0};
    bool usable = message_job(a, i, &one);

    assert_int_equal(usable, message_job(b, i, &other));
    if (!usable)
        return;
    same_text(one.id, other.id);
    same_text(one.type, other.type);
    same_text(one.status, other.status);
    same_text(one.error, other.error);
    assert_int_equal(one.has_progress, other.has_progress);
    if (one.has_progress)
        assert_true(one.current == other.current && one.total == other.total);
}

static void same_block_job(const struct message *a, const struct message *b, size_t i)
{
    struct message_block_job one = {0}, other = {0};
    bool usable = message_block_job(a, i, &one);

    assert_int_equal(usable, message_block_job(b, i, &other));
    if (!usable)
        return;
    same_text(one.device, other.device);
    same_text(one.type, other.type);
    same_text(one.io_status, other.io_status);
    assert_true(one.offset == other.offset && one.len == other.len &&
                one.speed == other.speed);
    assert_true(one.busy == other.busy && one.paused == other.paused);
    assert_true(one.auto_finalize == other.auto_finalize &&
                one.auto_dismiss == other.auto_dismiss &&
                one.actively_synced == other.actively_synced);
}

static void same_capability(const struct message *a, const struct message *b, size_t i)
{
    const char *one = NULL, *other = NULL;
    bool on = false, other_on = false, usable = message_capability(a, i, &one, &on);

    assert_int_equal(usable, message_capability(b, i, &other, &other_on));
    if (usable)
        assert_int_equal(on, other_on);
}

/* A blank behind the first brace, and json-c reads it. Returns whether the listing could
 * read it at all. */
static bool compare(const char *document)
{
    char spaced[DOCUMENT_SIZE + 2];
    struct message fast, slow;
    bool listed = is_listed(document);

    if (!listed)
        return false;
    snprintf(spaced, sizeof(spaced), "{ %s", document + 1);
    assert_true(message_parse(&fast, document, strlen(document)));
    if (!message_parse(&slow, spaced, strlen(spaced)))
        fail_msg("json-c refuses: %s", document);
    assert_non_null(fast.listing.text);
    assert_null(slow.listing.text);
    assert_int_equal(fast.kind, slow.kind);
    assert_true(slow.has_id && fast.id == slow.id);
    assert_int_equal(message_count(&fast), message_count(&slow));
    for (size_t i = 0; (int64_t)i <= message_count(&fast); i++) {
        same_job(&fast, &slow, i);
        same_block_job(&fast, &slow, i);
        same_capability(&fast, &slow, i);
        same_text(message_command(&fast, i), message_command(&slow, i));
    }
    message_release(&fast);
    message_release(&slow);
    return true;
}

static uint32_t chance(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Changes, takes away or doubles some bytes. */
static void mutate(char document[DOCUMENT_SIZE], uint32_t *seed)
{
    static const char likely[] = "{}[]\",: 0123456789-.eEtrufalsn\\/\t\r\n\x7f\x80";

    for (uint32_t i = chance(seed) % 3 + 1; i > 0; i--) {
        size_t len = strlen(document), at = chance(seed) % len;
        size_t size = chance(seed) % 30 + 1, rest = len - at;

        size = size < rest ? size : rest;
        switch (chance(seed) % 4) {
        case 0:
            memmove(document + at, document + at + size, rest - size + 1);
            break;
        case 1:
            if (len + size < DOCUMENT_SIZE)
                memmove(document + at + size, document + at, rest + 1);
            break;
        default:
            document[at] = likely[chance(seed) % (sizeof(likely) - 1)];
        }
        if (document[0] == '\0')
            return;
    }
}

static void test_what_is_read_reads_the_same_by_json_c(void **state)
{
    char document[DOCUMENT_SIZE];
    uint32_t seed = 20261123;
    size_t read = 0;

    (void)state;
    for (size_t i = 0; i < DOCUMENT_COUNT; i++)
        assert_true(compare(documents[i]));
    for (size_t i = 0; i < MUTATIONS; i++) {
        snprintf(document, sizeof(document), "%s", documents[i % DOCUMENT_COUNT]);
        mutate(document, &seed);
        read += compare(document);
    }
    assert_true(read > MUTATIONS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_are_read_without_json_c),
        cmocka_unit_test(test_members_of_each_type),
        cmocka_unit_test(test_everything_else_is_left_to_json_c),
        cmocka_unit_test(test_the_last_of_a_name_counts),
        cmocka_unit_test(test_what_is_read_reads_the_same_by_json_c),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
