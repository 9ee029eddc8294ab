#ifndef QMPTOP_TESTS_STAGE_H
#define QMPTOP_TESTS_STAGE_H

/*
 * stage: a fleet of one target, fed by one fake QEMU, for cmocka tests. Its
 * clock moves only by stage_pass(): polls and retries take no real time.
 */

#include "core/fleet.h"
#include "qmp/feed.h"
#include "tests/support/fake_qmp.h"

struct stage {
    struct pump pump;
    struct ev_loop *loop;
    struct fake_qmp *fake; /* a model */
    struct fleet fleet;    /* delay_ms 1000; actions go to the feed */
    struct target *target; /* "web" */
    struct address address;
    struct feed feed; /* not started */
    size_t fds;
};

/* For cmocka: *state becomes the stage. The teardown fails when a descriptor
 * stayed open. */
int stage_setup(void **state);
int stage_teardown(void **state);

int64_t stage_clock(void);

/* Time passes as in the program: its tick, then the timers that are due. */
void stage_pass(struct stage *stage, int64_t ms);

/* Connects, learns all that the first queries tell, and comes to rest. */
void stage_begin(struct stage *stage);

void stage_await_link(struct stage *stage, enum target_link link);

/* Waits until query-jobs was answered in this connection. */
void stage_await_jobs(struct stage *stage);

/* The living job of that id, or NULL. */
const struct job *stage_job(const struct stage *stage, const char *id);

/* A running mirror "m0", 10 of 100 bytes. */
extern const struct fake_job stage_mirror;

#endif
