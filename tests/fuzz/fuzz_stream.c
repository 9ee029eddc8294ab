/*
 * Any bytes in chunks of any sizes: the stream cuts out the same documents, and ends with
 * the same error, as from the whole in one piece. Each document is what a second, simpler
 * reading of the bytes says, and within the limits.
 *
 * Input: how many chunk sizes, the sizes, then the bytes.
 */

#include <stdbool.h>
#include <string.h>

#include "qmp/message.h"
#include "qmp/stream.h"
#include "tests/fuzz/fuzz.h"

#define SIZES_MAX 8
#define DOCUMENTS 512 /* of one input, those beyond are only counted */

/* Where documents ended, counted from the first byte of the input, and how it ended. */
struct outcome {
    size_t len[DOCUMENTS];
    uint64_t sum; /* of their bytes, in order */
    size_t count;
    enum stream_error error;
};

static void check_document(const char *document, size_t len)
{
    size_t depth = 0, weight = 0;
    bool quoted = false;

    FUZZ_CHECK(len >= 2 && len <= STREAM_DOCUMENT_MAX);
    FUZZ_CHECK(document[0] == '{' && document[len - 1] == '}');
    for (size_t i = 0; i < len; i++) {
        char byte = document[i];

        if (quoted && byte == '\\')
            i++;
        else if (byte == '"')
            quoted = !quoted;
        else if (!quoted) {
            depth += byte == '{' || byte == '[' ? 1 : 0;
            weight += byte == '{'   ? STREAM_WEIGHT_OBJECT
                      : byte == '[' ? STREAM_WEIGHT_ARRAY
                                    : 0;
            weight += byte == ',' || byte == ':' ? STREAM_WEIGHT_SEPARATOR : 0;
            FUZZ_CHECK(depth > 0 && depth <= STREAM_DEPTH_MAX);
            depth -= byte == '}' || byte == ']' ? 1 : 0;
            FUZZ_CHECK(depth > 0 || i == len - 1);
        }
    }
    FUZZ_CHECK(depth == 0 && !quoted && weight <= STREAM_WEIGHT_MAX);
}

static void take(struct outcome *outcome, const char *document, size_t len)
{
    struct message message;

    check_document(document, len);
    if (message_parse(&message, document, len))
        message_release(&message);
    for (size_t i = 0; i < len; i++)
        outcome->sum = outcome->sum * 31 + (unsigned char)document[i];
    if (outcome->count < DOCUMENTS)
        outcome->len[outcome->count] = len;
    outcome->count++;
}

static void pour(struct outcome *outcome, struct fuzz_input bytes, const uint8_t *sizes,
                 size_t size_count)
{
    struct stream stream;
    const char *document;
    size_t len;

    *outcome = (struct outcome){.count = 0};
    stream_init(&stream);
    for (size_t turn = 0; bytes.len > 0; turn++) {
        size_t chunk = size_count > 0 ? sizes[turn % size_count] + (size_t)1 : STREAM_FEED_MAX;

        chunk = chunk < bytes.len ? chunk : bytes.len;
        char *lent = fuzz_lend(bytes.bytes, chunk);
        stream_feed(&stream, lent, chunk);
        bytes.bytes += chunk;
        bytes.len -= chunk;
        while (stream_next(&stream, &document, &len) == STREAM_DOCUMENT)
            take(outcome, document, len);
        free(lent);
    }
    outcome->error = stream.error;
    FUZZ_CHECK(strlen(stream_error_text(stream.error)) > 0);
    stream_release(&stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct outcome whole, pieces;
    struct fuzz_input input = {data, size};
    size_t size_count = 1 + fuzz_byte(&input) % SIZES_MAX;
    uint8_t sizes[SIZES_MAX];

    for (size_t i = 0; i < size_count; i++)
        sizes[i] = fuzz_byte(&input);
    pour(&whole, input, NULL, 0);
    pour(&pieces, input, sizes, size_count);
    FUZZ_CHECK(whole.count == pieces.count);
    FUZZ_CHECK(whole.sum == pieces.sum);
    FUZZ_CHECK(whole.error == pieces.error);
    FUZZ_CHECK(memcmp(whole.len, pieces.len, sizeof(whole.len)) == 0);
    return 0;
}
