#ifndef QMPTOP_TESTS_TORTURE_H
#define QMPTOP_TESTS_TORTURE_H

/*
 * torture: makes the nth allocation, the nth send() or another call of our own objects fail:
 * they are linked with --wrap (see the makefile). What shared libraries do is not touched:
 * json-c 0.16 crashes itself in 7 of the 37 allocations of one reply, and ncurses exits by
 * itself in most of its own; so neither is made to fail here.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* From now on what json-c makes for us is among the allocations, as a whole: for callers that
 * say of one that failed what it was. */
void torture_json(void);

/* From now on allocations are counted, and the `nth` (from 1; 0 = none) fails; with
 * `for_ever` also all that follow. */
void torture_allocations(unsigned long nth, bool for_ever);

/* Allocations work again. Returns whether one has failed. */
bool torture_end(void);

/* Pieces of memory that our objects have taken since torture_allocations() and still
 * hold. */
size_t torture_held(void);

enum torture_call {
    TORTURE_NOTHING,
    TORTURE_FORK,
    TORTURE_PIPE2,
    TORTURE_SOCKETPAIR,
    TORTURE_MKDTEMP,
    TORTURE_FDOPENDIR,
    TORTURE_OPEN_MEMSTREAM,
    TORTURE_MEMFD_CREATE
};

/* The nth of these (from 1) and all that follow fail with that errno. */
void torture_call(enum torture_call call, unsigned long nth, int error_number);

enum torture_send {
    TORTURE_SEND_NONE,
    TORTURE_SEND_EAGAIN, /* nothing is sent */
    TORTURE_SEND_EINTR,
    TORTURE_SEND_SHORT, /* one byte is sent */
    TORTURE_SEND_EPIPE, /* nothing is sent, then and later */
    TORTURE_SEND_ECONNRESET,
    TORTURE_SEND_ENOBUFS
};

/* The nth send() and, for as long as `times` says, those after it do that. */
void torture_sends(enum torture_send how, unsigned long nth, unsigned long times);

/* How many send() there were since. */
unsigned long torture_send_count(void);

#endif
