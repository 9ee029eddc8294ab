#ifndef QMPTOP_CORE_HISTORY_H
#define QMPTOP_CORE_HISTORY_H

/*
 * history: how fast something was over the last HISTORY_MS, in slots of
 * HISTORY_SLOT_MS. It does not know what moves, nor how it is drawn (chart.h in
 * tui/). It takes no memory before something moved, and grows with the time from then on, to
 * 240 bytes: speeds are kept to three digits.
 *
 * A slot in which nobody looked, or nothing could be told (paused, not
 * connected), is unknown: that is not the same as standing still.
 */

#include <stddef.h>
#include <stdint.h>

#define HISTORY_SLOTS   120
#define HISTORY_SLOT_MS 5000
#define HISTORY_MS      (HISTORY_SLOTS * HISTORY_SLOT_MS)
#define HISTORY_UNKNOWN (-1.0f)

struct history {
    uint16_t *speeds;  /* owned; a ring, slot n of all time at n % capacity; NULL = none */
    uint16_t capacity; /* in slots */
    uint16_t count;    /* slots that are kept, up to the newest */
    int64_t newest;    /* number of the slot of the last speed */
};

/* Starts empty; zeroed memory is one, too. */
void history_init(struct history *history);
void history_release(struct history *history);

/* The speed of now, in units per second; the last one of a slot stands for it.
 * Times must not run backwards: an older one is ignored. */
void history_add(struct history *history, int64_t now_ms, uint64_t per_second);

/* Fills `columns` with the last HISTORY_MS, oldest first, each the mean of what is
 * known of some whole slots or HISTORY_UNKNOWN. Which slots share a column does not
 * change with time, so that the picture moves by whole columns. Returns how many
 * columns there are: `count` (> 0), or fewer where that divides the slots better. */
size_t history_read(const struct history *history, int64_t now_ms, float *columns,
                    size_t count);

#endif
