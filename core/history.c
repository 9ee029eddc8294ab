#include "core/history.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/mem.h"

void history_init(struct history *history)
{
    *history = (struct history){.speeds = NULL};
}

void history_release(struct history *history)
{
    free(history->speeds);
    history_init(history);
}

/* A speed in 16 bits: 10 of digits and 6 of how far they are shifted. All ones is
 * unknown. */
#define DIGITS  10
#define UNKNOWN UINT16_MAX

#define FIRST_SLOTS (HISTORY_SLOTS / 8) /* doubled until it is all of them */

static uint16_t pack(uint64_t speed)
{
    uint16_t shift = 0;
    for (; speed >> DIGITS != 0; speed >>= 1)
        shift++;
    return (uint16_t)(shift << DIGITS | (uint16_t)speed);
}

static float unpack(uint16_t packed)
{
    return (float)((uint64_t)(packed & ((1u << DIGITS) - 1)) << (packed >> DIGITS));
}

static uint16_t *slot_at(const struct history *history, int64_t slot)
{
    return &history->speeds[slot % history->capacity];
}

static bool is_kept(const struct history *history, int64_t slot)
{
    return slot >= 0 && slot <= history->newest && slot > history->newest - history->count;
}

/* What is kept moves into more room. */
static void grow(struct history *history, uint16_t capacity)
{
    struct history wider = *history;
    wider.capacity = capacity;
    wider.speeds = mem_alloc(wider.capacity, sizeof(*wider.speeds));
    for (uint16_t i = 0; i < history->count; i++)
        *slot_at(&wider, history->newest - i) = *slot_at(history, history->newest - i);
    free(history->speeds);
    *history = wider;
}

/* One slot more at the end; the oldest goes when there are HISTORY_SLOTS. */
static void append(struct history *history, uint16_t packed)
{
    if (history->count == history->capacity && history->capacity < HISTORY_SLOTS)
        grow(history, (uint16_t)(2 * history->capacity));
    history->newest++;
    history->count += history->count < HISTORY_SLOTS;
    *slot_at(history, history->newest) = packed;
}

void history_add(struct history *history, int64_t now_ms, uint64_t per_second)
{
    int64_t slot = now_ms / HISTORY_SLOT_MS;
    if (!history->speeds && per_second == 0)
        return;
    if (slot - history->newest >= HISTORY_SLOTS)
        history_release(history);
    if (!history->speeds) {
        grow(history, FIRST_SLOTS);
        history->newest = slot - 1;
    }
    if (slot < history->newest)
        return;
    while (history->newest < slot)
        append(history, UNKNOWN); /* nobody looked between the newest slot and this one */
    *slot_at(history, slot) = pack(per_second);
}

static float mean_of(const struct history *history, int64_t from, int64_t to)
{
    float sum = 0;
    int known = 0;
    for (int64_t slot = from; slot < to; slot++) {
        if (!is_kept(history, slot) || *slot_at(history, slot) == UNKNOWN)
            continue;
        sum += unpack(*slot_at(history, slot));
        known++;
    }
    return known > 0 ? sum / (float)known : HISTORY_UNKNOWN;
}

size_t history_read(const struct history *history, int64_t now_ms, float *columns, size_t count)
{
    int64_t share = 1; /* slots of a column */
    while (HISTORY_SLOTS % share != 0 || (size_t)(HISTORY_SLOTS / share) > count)
        share++;
    int64_t shown = HISTORY_SLOTS / share;
    int64_t last = now_ms / HISTORY_SLOT_MS / share;
    for (int64_t i = 0; i < shown; i++) {
        int64_t column = last - shown + 1 + i;
        columns[i] = mean_of(history, column * share, (column + 1) * share);
    }
    return (size_t)shown;
}
