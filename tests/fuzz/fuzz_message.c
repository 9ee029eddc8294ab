/*
 * Whatever the stream lets through is sorted and read by every reader: what a reader gives
 * out is whole text, a number that QEMU can have said, and a version that is plain ASCII.
 *
 * Input: the bytes of one monitor.
 */

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "qmp/message.h"
#include "qmp/message_migration.h"
#include "qmp/stream.h"
#include "tests/fuzz/fuzz.h"

/* What QEMU never says, since json-c makes it of anything larger (message.h). */
#define NO_NUMBER UINT64_MAX

static void check_text(const char *text)
{
    FUZZ_CHECK(text != NULL && strlen(text) <= STREAM_DOCUMENT_MAX);
}

static void check_flag(int flag)
{
    FUZZ_CHECK(flag >= -1 && flag <= 1);
}

static void read_element(const struct message *message, size_t i)
{
    struct message_job job;
    struct message_block_job block;
    const char *name;
    bool on;

    if (message_job(message, i, &job)) {
        check_text(job.id);
        if (job.type != NULL)
            check_text(job.type);
        if (job.status != NULL)
            check_text(job.status);
        if (job.has_progress)
            FUZZ_CHECK(job.current != NO_NUMBER && job.total != NO_NUMBER);
    }
    if (message_block_job(message, i, &block)) {
        check_text(block.device);
        check_flag(block.auto_finalize);
        check_flag(block.auto_dismiss);
        check_flag(block.actively_synced);
        FUZZ_CHECK(block.offset != NO_NUMBER && block.speed != NO_NUMBER);
    }
    if (message_command(message, i) != NULL)
        check_text(message_command(message, i));
    if (message_capability(message, i, &name, &on))
        check_text(name);
}

static void read_version(const struct message *message)
{
    char version[MESSAGE_VERSION_SIZE];

    if (!message_version(message, version))
        return;
    for (const char *c = version; *c != '\0'; c++)
        FUZZ_CHECK(*c >= ' ' && *c <= '~');
}

static void read_migration(const struct message *message)
{
    struct message_migration migration;
    struct message_migration_parameters parameters;

    if (message_migration(message, &migration)) {
        FUZZ_CHECK(isfinite(migration.mbps));
        FUZZ_CHECK(memchr(migration.blocked, '\0', sizeof(migration.blocked)) != NULL);
    }
    if (message_migration_parameters(message, &parameters))
        FUZZ_CHECK(parameters.max_bandwidth != NO_NUMBER);
}

static void read_all(const struct message *message)
{
    static const char *const members[] = {"id", "name", "status", "device", "type", "error"};
    uint64_t number;

    for (int64_t i = 0; i < message_count(message); i++)
        read_element(message, (size_t)i);
    FUZZ_CHECK(message->kind != MESSAGE_EVENT || message->event != NULL);
    FUZZ_CHECK(message->kind != MESSAGE_ERROR || message->error_desc != NULL);
    read_version(message);
    read_migration(message);
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        (void)message_string(message, members[i]);
        (void)message_is(message, members[i]);
        FUZZ_CHECK(!message_uint(message, members[i], &number) || number != NO_NUMBER);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stream stream;
    struct message message;
    const char *document;
    size_t len;

    stream_init(&stream);
    stream_feed(&stream, (const char *)data, size < STREAM_FEED_MAX ? size : STREAM_FEED_MAX);
    while (stream_next(&stream, &document, &len) == STREAM_DOCUMENT)
        if (message_parse(&message, document, len)) {
            read_all(&message);
            message_release(&message);
        }
    stream_release(&stream);
    return 0;
}
