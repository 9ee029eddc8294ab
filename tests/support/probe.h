#ifndef QMPTOP_TESTS_PROBE_H
#define QMPTOP_TESTS_PROBE_H

/*
 * probe: a client with everything it told, for cmocka tests. Its clock moves
 * only by probe_pass(): retries and deadlines take no real time.
 */

#include "qmp/client.h"
#include "tests/support/fake_qmp.h"

#define PROBE_CALLS 16

struct probe {
    struct pump pump;
    struct ev_loop *loop;
    struct client client; /* not yet initialised */
    struct address address;
    enum client_link links[64]; /* in order of being told */
    size_t link_count;
    char version[MESSAGE_VERSION_SIZE]; /* of the greeting that came with READY */
    size_t events;
    char last_event[64];
    int answered[PROBE_CALLS]; /* how often each call's reply fired; counted by the test */
    size_t fds;
};

/* For cmocka: *state becomes the probe. The test releases the client; the
 * teardown fails when a descriptor stayed open. */
int probe_setup(void **state);
int probe_teardown(void **state);

int64_t probe_clock(void);

/* Time passes; the client's timer fires when it is due by then. */
void probe_pass(struct probe *probe, int64_t ms);

extern const struct client_events probe_events;

/* Initialises the client; and starts it, which must be on its way then. */
void probe_init(struct probe *probe, const char *endpoint);
void probe_begin(struct probe *probe, const char *endpoint);

/* Its client is released and the fake freed. */
void probe_end(struct probe *probe, struct fake_qmp *fake);

/* For client_call(), with an int that counts: a reply came; none came, and none will. */
void probe_on_reply(void *count, const struct message *reply);
void probe_on_nothing(void *count, const struct message *reply);

void probe_await(struct probe *probe, enum client_link link);

/* Waits until the client is at the fake, or is gone from it. */
void probe_await_visit(struct probe *probe, struct fake_qmp *fake);
void probe_await_deserted(struct probe *probe, struct fake_qmp *fake);

/* Waits for `link`; then a retry must be planned and the reason contain `part`. */
void probe_expect_reason(struct probe *probe, enum client_link link, const char *part);

#endif
