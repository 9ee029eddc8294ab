#include "core/rate.h"

#include <string.h>

/* What the window shows: how much in which time, and which part of that time
 * lies after the last advance though the rhythm explains it. */
struct motion {
    uint64_t units;
    int64_t span_ms;
    int64_t expected_ms; /* of the pause since the last advance: no standing still */
};

void rate_init(struct rate *rate)
{
    memset(rate, 0, sizeof(*rate));
}

/* value * by / over, saturating; exact unless `over` is beyond 2^54. */
static uint64_t scale(uint64_t value, uint64_t by, uint64_t over)
{
    uint64_t whole = value / over, rest = value % over;

    if (whole > UINT64_MAX / by)
        return UINT64_MAX;
    whole *= by;
    rest = over <= UINT64_MAX / by ? rest * by / over : rest / (over / by);
    return whole > UINT64_MAX - rest ? UINT64_MAX : whole + rest;
}

/* The i-th advance, oldest first. */
static const struct rate_sample *sample_at(const struct rate *rate, int i)
{
    return &rate->samples[(rate->first + i) % RATE_SAMPLES];
}

static void begin(struct rate *rate, int64_t now_ms, uint64_t done)
{
    rate->first = rate->count = 0;
    rate->start = (struct rate_sample){now_ms, done};
    rate->started = true;
}

static void advance(struct rate *rate, int64_t now_ms, uint64_t done)
{
    int last = rate->count - 1;

    /* The newest slot keeps moving until it is far enough from the one before. */
    if (last >= 1 &&
        sample_at(rate, last)->at_ms - sample_at(rate, last - 1)->at_ms < RATE_MERGE_MS) {
        rate->samples[(rate->first + last) % RATE_SAMPLES] = (struct rate_sample){now_ms, done};
        return;
    }
    rate->samples[(rate->first + rate->count) % RATE_SAMPLES] =
        (struct rate_sample){now_ms, done};
    if (rate->count < RATE_SAMPLES)
        rate->count++;
    else
        rate->first = (uint8_t)((rate->first + 1) % RATE_SAMPLES);
}

void rate_add(struct rate *rate, int64_t now_ms, uint64_t done, uint64_t total)
{
    if (rate->seen && now_ms < rate->seen_ms)
        return;
    if (!rate->seen || done != rate->done)
        rate->moved_ms = now_ms;
    if (!rate->started || done < rate->done)
        begin(rate, now_ms, done);
    else if (done > rate->done)
        advance(rate, now_ms, done);
    rate->done = done;
    rate->total = total;
    rate->seen_ms = now_ms;
    rate->seen = true;
}

void rate_restart(struct rate *rate, int64_t now_ms)
{
    rate->started = false;
    rate->first = rate->count = 0;
    if (rate->seen && now_ms > rate->moved_ms)
        rate->moved_ms = now_ms;
}

/* The advance at which the window begins: the oldest one inside it, or an older
 * one where those inside are too close together. */
static int window_begin(const struct rate *rate, int64_t now_ms)
{
    int64_t newest_ms = sample_at(rate, rate->count - 1)->at_ms;
    int i = rate->count - 1;

    while (i > 0 && (sample_at(rate, i - 1)->at_ms >= now_ms - RATE_WINDOW_MS ||
                     newest_ms - sample_at(rate, i)->at_ms < RATE_LEAST_MS))
        i--;
    return i;
}

/* The longest time between two advances from the one at `begin` on. */
static int64_t longest_pause(const struct rate *rate, int begin)
{
    int64_t longest = 0;

    for (int i = begin + 1; i < rate->count; i++) {
        int64_t pause = sample_at(rate, i)->at_ms - sample_at(rate, i - 1)->at_ms;

        if (pause > longest)
            longest = pause;
    }
    return longest;
}

/* From the start to now: all there is before two advances tell the rhythm. */
static bool measure_start(const struct rate *rate, int64_t now_ms, struct motion *motion)
{
    motion->units = rate->done - rate->start.done;
    motion->span_ms = now_ms - rate->start.at_ms;
    motion->expected_ms = 0;
    return motion->span_ms >= RATE_LEAST_MS;
}

static bool measure(const struct rate *rate, int64_t now_ms, struct motion *motion)
{
    const struct rate_sample *from, *to;
    int64_t idle, pause;
    int begin;

    if (rate->count == 0)
        return false;
    if (now_ms < rate->seen_ms)
        now_ms = rate->seen_ms;
    begin = window_begin(rate, now_ms);
    from = sample_at(rate, begin);
    to = sample_at(rate, rate->count - 1);
    if (to->at_ms - from->at_ms < RATE_LEAST_MS)
        return measure_start(rate, now_ms, motion);
    idle = now_ms - to->at_ms;
    pause = longest_pause(rate, begin);
    motion->expected_ms = idle < pause ? idle : pause;
    motion->units = to->done - from->done;
    motion->span_ms = to->at_ms - from->at_ms + idle - motion->expected_ms;
    return true;
}

bool rate_per_second(const struct rate *rate, int64_t now_ms, uint64_t *per_second)
{
    struct motion motion;

    if (!measure(rate, now_ms, &motion))
        return false;
    *per_second = scale(motion.units, 1000, (uint64_t)motion.span_ms);
    return true;
}

bool rate_eta(const struct rate *rate, int64_t now_ms, int64_t *eta_ms)
{
    struct motion motion;
    uint64_t speed, ms, expected;

    if (!measure(rate, now_ms, &motion) || rate->total <= rate->done)
        return false;
    speed = scale(motion.units, 1000, (uint64_t)motion.span_ms);
    if (speed == 0)
        return false;
    ms = scale(rate->total - rate->done, 1000, speed);
    expected = (uint64_t)motion.expected_ms;
    ms = ms > expected ? ms - expected : 0;
    *eta_ms = ms > INT64_MAX ? INT64_MAX : (int64_t)ms;
    return true;
}

int64_t rate_flat_ms(const struct rate *rate, int64_t now_ms)
{
    return rate->seen && now_ms > rate->moved_ms ? now_ms - rate->moved_ms : 0;
}
