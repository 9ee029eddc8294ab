#ifndef QMPTOP_CORE_GUEST_H
#define QMPTOP_CORE_GUEST_H

/*
 * guest: what QEMU tells of the virtual machine itself: that it stopped, was reset,
 * panicked, that one of its disks fails or its image is corrupt. Each becomes a
 * sentence in the journal, counts, and where it tells so changes the run state. It
 * does not know jobs, and nothing here is kept beyond the counts.
 *
 * Who owns the guest can raise most of these events as often as it likes, so only
 * GUEST_BURST of a kind are written in GUEST_WINDOW_MS; the next one that is written
 * says how many were not.
 *
 * Sources: qapi/run-state.json, block-core.json, block-export.json, qdev.json.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/journal.h"

#define GUEST_BURST     10
#define GUEST_WINDOW_MS 10000

enum guest_event {
    GUEST_STATE, /* no event: query-status told another RunState, `subject` */
    GUEST_STOP,
    GUEST_RESUME,
    GUEST_SUSPEND,
    GUEST_SUSPEND_DISK,
    GUEST_WAKEUP,
    GUEST_SHUTDOWN,
    GUEST_RESET,
    GUEST_POWERDOWN,
    GUEST_WATCHDOG,
    GUEST_PANICKED,
    GUEST_CRASHLOADED,
    GUEST_PVSHUTDOWN,
    GUEST_MEMORY_FAILURE,
    GUEST_IO_ERROR,        /* a disk of the guest, no job */
    GUEST_IMAGE_CORRUPTED, /* qcow2 found it so */
    GUEST_WRITE_THRESHOLD, /* a thin volume fills up */
    GUEST_QUORUM_BAD,
    GUEST_QUORUM_FAILURE,
    GUEST_EXPORT_DELETED,
    GUEST_DEVICE_DELETED,
    GUEST_UNPLUG_ERROR,
    GUEST_UNPLUG_PRIMARY, /* a migration waits for it */
    GUEST_EVENT_COUNT
};

/* What an event says. Strings are borrowed; those that it does not have are NULL. */
struct guest_report {
    enum guest_event event;
    const char *subject;          /* device, node, export or state */
    const char *operation;        /* IO_ERROR: read or write */
    const char *detail;           /* action, reason or message */
    bool by_guest;                /* SHUTDOWN, RESET: its own doing */
    bool nospace;                 /* IO_ERROR */
    bool fatal;                   /* IMAGE_CORRUPTED: QEMU uses the image no more */
    uint64_t exceeded, threshold; /* WRITE_THRESHOLD: bytes */
};

/* Of one kind of event. */
struct guest_tally {
    uint32_t count;    /* since the program runs; stays at its largest value */
    int64_t last_ms;   /* when the last one came; meaningless while count is 0 */
    int64_t window_ms; /* the present window's start */
    uint32_t said;     /* written in it */
    uint32_t unsaid;   /* since one was written */
};

struct target;

/* Takes an event: journal, counts, run state, and what is to be asked because of it. */
void guest_event(struct target *target, const struct guest_report *report, int64_t now_ms);

/* A RunState in which the guest does not run although nobody stopped it: "io-error",
 * "internal-error", "guest-panicked", "watchdog". NULL is none. */
bool guest_state_is_bad(const char *run_state);

#endif
