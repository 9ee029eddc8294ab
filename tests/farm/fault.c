#include <stdlib.h>
#include <string.h>

#include "tests/farm/farm.h"

struct kind {
    const char *name;
    uint64_t argument; /* when none is given */
    bool clock;        /* needs to be woken by time */
    const char *what;
};

static const struct kind kinds[FAULT_COUNT] = {
    [FAULT_NONE] = {"none", 0, false, "healthy"},
    [FAULT_NOGREET] = {"nogreet", 0, false, "accepts, says nothing"},
    [FAULT_SILENT] = {"silent", 0, false, "greets and negotiates, answers nothing more"},
    [FAULT_SLOW] = {"slow", 2000, true, "each answer MS late"},
    [FAULT_DRIP] = {"drip", 20, true, "one byte each MS"},
    [FAULT_EOFGREET] = {"eofgreet", 0, false, "closes before the greeting"},
    [FAULT_EOFMID] = {"eofmid", 0, false, "closes in the middle of query-jobs' answer"},
    [FAULT_FLAP] = {"flap", 100, true, "closes MS after each connect"},
    [FAULT_GARBAGE] = {"garbage", 0, false, "binary instead of a greeting"},
    [FAULT_HTTP] = {"http", 0, false, "an HTTP server"},
    [FAULT_HMP] = {"hmp", 0, false, "a human monitor"},
    [FAULT_LONG] = {"long", 1 << 30, false, "an answer of N bytes without a newline"},
    [FAULT_MANYJOBS] = {"manyjobs", 500000, false, "N jobs"},
    [FAULT_HUGEEVENT] = {"hugeevent", 1 << 22, false, "an event of N bytes"},
    [FAULT_BOMB] = {"bomb", 350000, false, "[{},{},... N times"},
    [FAULT_DEEP] = {"deep", 1000000, false, "[[[[... N deep"},
    [FAULT_WRONGID] = {"wrongid", 0, false, "answers with another id"},
    [FAULT_NOID] = {"noid", 0, false, "answers without id"},
    [FAULT_DUPID] = {"dupid", 0, false, "answers twice"},
    [FAULT_REORDER] = {"reorder", 300, true, "answers newest first, or after MS"},
    [FAULT_TYPES] = {"types", 0, false, "members of wrong types"},
    [FAULT_BIGNUM] = {"bignum", 0, false, "numbers beyond all bounds"},
    [FAULT_DUPKEY] = {"dupkey", 0, false, "members told twice"},
    [FAULT_ESCAPE] = {"escape", 0, false, "terminal escapes in an id"},
    [FAULT_UTF8] = {"utf8", 0, false, "bidi, zero width, invalid UTF-8 in an id"},
    [FAULT_NUL] = {"nul", 0, false, "NUL in an id"},
    [FAULT_FLOOD] = {"flood", 0, false, "events as fast as they are taken"},
    [FAULT_NOACCEPT] = {"noaccept", 0, false, "the backlog is full"},
};

#define JOB(current, total, id)                                                               \
    "{\"current-progress\": " current ", \"status\": \"running\", \"total-progress\": " total \
    ", \"type\": \"mirror\", \"id\": \"" id "\"}"

static const char *const jobs[FAULT_COUNT] = {
    [FAULT_TYPES] = "{\"current-progress\": \"12\", \"status\": 7, \"total-progress\": [], "
                    "\"type\": null, \"id\": {}}",
    [FAULT_BIGNUM] = JOB("18446744073709551616", "-1",
                         "big-a") ", " JOB("1e400", "0", "big-b") ", " JOB("9", "7", "big-c"),
    [FAULT_DUPKEY] = "{\"current-progress\": 1, \"current-progress\": 2, \"status\": "
                     "\"running\", \"status\": \"paused\", \"total-progress\": 9, \"type\": "
                     "\"mirror\", \"id\": \"twice-a\", \"id\": \"twice-b\"}",
    [FAULT_ESCAPE] = JOB("1", "9", "esc\\u001b[31m\\u001b]0;owned\\u0007\\u009b2J\\r\\n\\bx"),
    [FAULT_UTF8] =
        JOB("1", "9", "u\\u202e\\u200b\\u0301\\ud800\xff\xfe\xc0\xaf\xf3\xa0\x81\x81z"),
    [FAULT_NUL] = JOB("1", "9", "nul\\u0000tail"),
};

bool fault_needs_clock(const struct socket *socket)
{
    return kinds[socket->fault].clock || socket->split > 0;
}

const char *fault_job(enum fault fault)
{
    return jobs[fault];
}

const char *fault_banner(enum fault fault, size_t *len)
{
    static const char garbage[] = "\x00\x01\xff\xfe\x7f"
                                  "ELF\x80\x81{]}\x1b[2J\r\n";
    static const char http[] = "HTTP/1.1 400 Bad Request\r\nServer: farm\r\n"
                               "Content-Length: 0\r\n\r\n";
    static const char hmp[] =
        "QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ";
    bool is_garbage = fault == FAULT_GARBAGE, is_http = fault == FAULT_HTTP;

    if (!is_garbage && !is_http && fault != FAULT_HMP)
        return NULL;
    *len = is_garbage ? sizeof(garbage) - 1 : is_http ? sizeof(http) - 1 : sizeof(hmp) - 1;
    return is_garbage ? garbage : is_http ? http : hmp;
}

static void begin_flow(struct socket *socket, const char *head, const char *piece,
                       const char *end)
{
    bytes_add(&socket->out, head, strlen(head));
    socket->flow.piece = piece;
    socket->flow.left = socket->argument;
    socket->flow.done = 0;
    socket->flow.end = end;
}

bool fault_flow(struct socket *socket)
{
    enum fault fault = socket->fault;

    if (fault == FAULT_LONG)
        begin_flow(socket, "{\"return\": \"", "a", "\"");
    else if (fault == FAULT_MANYJOBS)
        begin_flow(socket, "{\"return\": [", NULL, "]");
    else if (fault == FAULT_BOMB)
        begin_flow(socket, "{\"return\": [{}", ",{}", "]");
    else if (fault == FAULT_DEEP)
        begin_flow(socket, "{\"return\": ", "[", "");
    else if (fault == FAULT_HUGEEVENT)
        begin_flow(socket, "{\"event\": \"JOB_STATUS_CHANGE\", \"data\": {\"id\": \"", "x",
                   "\", \"status\": \"running\"}, \"timestamp\": {\"seconds\": 1, "
                   "\"microseconds\": 1}");
    else
        return false;
    return true;
}

static bool take_range(const char *text, size_t count, size_t *first, size_t *last)
{
    char *end;

    *first = strtoul(text, &end, 10);
    *last = *end == '-' ? strtoul(end + 1, &end, 10) : *first;
    return *end == '\0' && *first <= *last && *last < count;
}

bool fault_set(struct farm *farm, const char *text)
{
    size_t len = strcspn(text, ":@"), first = 0, last = 0;
    const char *at = strchr(text, '@');
    enum fault fault = FAULT_NONE;

    while (fault < FAULT_COUNT &&
           (strlen(kinds[fault].name) != len || strncmp(kinds[fault].name, text, len) != 0))
        fault++;
    if (fault == FAULT_COUNT || (at && !take_range(at + 1, farm->count, &first, &last)))
        return false;
    for (size_t i = first; i <= last; i++) {
        struct socket *socket = &farm->sockets[i];

        farm->timed -= fault_needs_clock(socket);
        socket->fault = fault;
        farm->timed += fault_needs_clock(socket);
        socket->argument =
            text[len] == ':' ? strtoull(text + len + 1, NULL, 10) : kinds[fault].argument;
    }
    return true;
}

bool fault_split(struct farm *farm, const char *text)
{
    const char *at = strchr(text, '@');
    size_t bytes = strtoul(text, NULL, 10), first = 0, last = farm->count - 1;

    if (bytes == 0 || (at && !take_range(at + 1, farm->count, &first, &last)))
        return false;
    for (size_t i = first; i <= last; i++) {
        farm->timed -= fault_needs_clock(&farm->sockets[i]);
        farm->sockets[i].split = bytes;
        farm->timed += fault_needs_clock(&farm->sockets[i]);
    }
    return true;
}

void fault_list(FILE *out)
{
    for (size_t i = 0; i < FAULT_COUNT; i++)
        fprintf(out, "  %-10s %s\n", kinds[i].name, kinds[i].what);
}
