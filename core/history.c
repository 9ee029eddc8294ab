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
    return &history->speeds[slot % HISTORY_SLOTS];
}

static void begin(struct history *history, int64_t slot)
{
    history->speeds = mem_alloc(HISTORY_SLOTS, sizeof(*history->speeds));
    for (size_t i = 0; i < HISTORY_SLOTS; i++)
        history->speeds[i] = UNKNOWN;
    history->newest = slot;
}

/* Nobody looked between the newest slot and this one. */
static void advance(struct history *history, int64_t slot)
{
    int64_t from = history->newest + 1;
    if (from <= slot - HISTORY_SLOTS)
        from = slot - HISTORY_SLOTS + 1;
    for (; from <= slot; from++)
        *slot_at(history, from) = UNKNOWN;
    history->newest = slot;
}

void history_add(struct history *history, int64_t now_ms, uint64_t per_second)
{
    int64_t slot = now_ms / HISTORY_SLOT_MS;
    if (!history->speeds && per_second == 0)
        return;
    if (!history->speeds)
        begin(history, slot);
    if (slot < history->newest)
        return;
    if (slot > history->newest)
        advance(history, slot);
    *slot_at(history, slot) = pack(per_second);
}

static float mean_of(const struct history *history, int64_t from, int64_t to)
{
    float sum = 0;
    int known = 0;
    for (int64_t slot = from; slot < to; slot++) {
        bool kept =
            slot >= 0 && slot <= history->newest && slot > history->newest - HISTORY_SLOTS;
        if (!history->speeds || !kept || *slot_at(history, slot) == UNKNOWN)
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
