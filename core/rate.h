#ifndef QMPTOP_CORE_RATE_H
#define QMPTOP_CORE_RATE_H

/*
 * rate: how fast something advances, when it will be done, how long it has
 * stood still. It sees only (time, done, total) samples and does not know what
 * they count; for jobs whose progress is no byte count the caller must not
 * print what rate_per_second() says as bytes.
 *
 * QEMU's progress comes in lumps: a mirror limited to 2 MiB/s shows 16 MiB at
 * once and then nothing for 8 s. Two equal samples are therefore no stall, and
 * a speed over the last second is 0 or huge. The speed here is measured from
 * advance to advance, over those of the last RATE_WINDOW_MS, stretched back
 * until they are RATE_LEAST_MS apart, so that a lumpy job shows its true mean.
 * A pause no longer than the longest one inside that window is part of the
 * rhythm; what goes beyond it counts as standing still, and the speed falls.
 */

#include <stdbool.h>
#include <stdint.h>

#define RATE_WINDOW_MS 10000
#define RATE_LEAST_MS  2000 /* a speed over less is a guess, and not told */
#define RATE_SAMPLES   14   /* advances remembered; see RATE_MERGE_MS */

/* Advances closer than this to the one before are merged, so that the ring
 * covers the window however often it is fed. */
#define RATE_MERGE_MS (RATE_WINDOW_MS / (RATE_SAMPLES - 2))

struct rate_sample {
    int64_t at_ms;
    uint64_t done;
};

struct rate {
    struct rate_sample samples[RATE_SAMPLES]; /* ring of advances, oldest at `first` */
    struct rate_sample start;                 /* where the window began; no advance itself */
    uint64_t done, total;                     /* last seen */
    int64_t seen_ms;                          /* when that was */
    int64_t moved_ms;                         /* when `done` last changed, or the start */
    uint8_t first, count;
    bool seen;    /* there was a sample */
    bool started; /* `start` is set */
};

/* Starts empty: no speed, no estimate. */
void rate_init(struct rate *rate);

/* A sample. `done` may fall and `total` may move both ways (a mirror's total
 * grows as the guest writes); a fall of `done` starts the window anew. Samples
 * must come in order of time; one older than the last is ignored. */
void rate_add(struct rate *rate, int64_t now_ms, uint64_t done, uint64_t total);

/* Forgets the window but not the last values: after a pause, a resume or a
 * blind gap the old speed says nothing. The next sample is the new start, so
 * what was done unseen counts for no speed. The job is not flat before it. */
void rate_restart(struct rate *rate, int64_t now_ms);

/* Units per second over the window into *per_second. False until there was an
 * advance and RATE_LEAST_MS are seen: two advances that far apart, or the way
 * from the start to now while there are not. A job that stands still tends to
 * 0 as time passes: `now_ms` is the end of the window. Saturates at 2^64-1. */
bool rate_per_second(const struct rate *rate, int64_t now_ms, uint64_t *per_second);

/* Milliseconds until `total` at that speed, counted from the last advance as
 * long as the pause since is part of the rhythm: it does not jump up between
 * lumps. Never negative. False when there is no speed, no total, or nothing
 * left to do. */
bool rate_eta(const struct rate *rate, int64_t now_ms, int64_t *eta_ms);

/* Milliseconds since `done` last changed; 0 before the first sample. */
int64_t rate_flat_ms(const struct rate *rate, int64_t now_ms);

#endif
