#ifndef QMPTOP_TESTS_TUI_FAULTS_H
#define QMPTOP_TESTS_TUI_FAULTS_H

/*
 * faults: every fault of the farm (tests/farm/fault.c) with what the program has to say
 * about its socket. It does not know where it is looked for.
 */

#include <stddef.h>

struct fault {
    const char *name;
    const char *words;  /* on the screen of sockets, where "bad" is */
    const char *in_row; /* or in the list of jobs */
    const char *other;  /* in the same row */
};

static const struct fault faults[] = {
    /* These take seconds to show. */
    {.name = "silent", .words = "does not answer"},
    {.name = "nogreet", .words = "another client holds this monitor"},
    {.name = "wrongid", .words = "its answers are not to our questions"},
    {.name = "noid", .words = "its answers are not to our questions"},
    {.name = "drip:200", .words = "its greeting comes very slowly"},
    {.name = "slow:6000", .words = "does not answer"},
    {.name = "noaccept", .words = "it lets nobody in: its QEMU is stopped, or hangs"},
    /* And these at once. */
    {.name = "eofgreet", .words = "closed by the other side before it was ready"},
    {.name = "eofmid", .words = "closed by the other side in the middle of an answer"},
    {.name = "flap:300", .words = "closed by the other side"},
    {.name = "garbage", .words = "no QMP here; it says \".....ELF"},
    {.name = "http", .words = "an HTTP server answers here, not QMP"},
    {.name = "hmp", .words = "a human monitor (HMP) answers here, not QMP"},
    {.name = "long", .words = "a reply is longer than 1 MiB"},
    {.name = "manyjobs", .words = "a reply would take more than 8 MiB of memory"},
    {.name = "hugeevent", .words = "a reply is longer than 1 MiB"},
    {.name = "bomb", .words = "a reply would take more than 8 MiB of memory"},
    {.name = "deep", .words = "a reply is nested deeper than 16 levels"},
    {.name = "utf8", .words = "what it sends is not JSON"},
    {.name = "types", .words = "some of its jobs cannot be understood"},
    {.name = "bignum", .words = "some of its jobs cannot be understood"},
    {.name = "nul", .words = "some of its jobs cannot be understood"},
    {.name = "flood", .words = "it floods us with events"},
    {.name = "dupid", .words = "it answers what nobody asked"},
    {.name = "dupkey", .in_row = "twice-b", .other = "paused"},
    {.name = "escape", .in_row = "esc\\x1b[31m\\x1b]", .other = "mirror"},
    {.name = "reorder", .in_row = "job-0-0-0", .other = "running"},
};

#define FAULT_COUNT (sizeof faults / sizeof faults[0])

#endif
