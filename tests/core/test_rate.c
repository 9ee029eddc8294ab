#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/rate.h"

#define MIB (1024.0 * 1024.0)

static uint32_t seed;

/* A number from `low` to `high`, the same ones in each run. */
static uint64_t roll(uint64_t low, uint64_t high)
{
    seed = seed * 1664525u + 1013904223u;
    return low + (seed >> 8) % (high - low + 1);
}

static double speed_of(const struct rate *rate, int64_t now_ms)
{
    uint64_t speed;

    return rate_per_second(rate, now_ms, &speed) ? (double)speed : -1;
}

static double eta_of(const struct rate *rate, int64_t now_ms)
{
    int64_t eta;

    return rate_eta(rate, now_ms, &eta) ? (double)eta : -1;
}

static void assert_near(double value, double wanted, double tolerance)
{
    if (value < wanted - tolerance || value > wanted + tolerance)
        fail_msg("%.1f is not %.1f +- %.1f", value, wanted, tolerance);
}

static void test_nothing_known(void **state)
{
    struct rate rate;

    (void)state;
    rate_init(&rate);
    assert_true(speed_of(&rate, 5000) < 0);
    assert_true(eta_of(&rate, 5000) < 0);
    assert_int_equal(rate_flat_ms(&rate, 5000), 0);
    rate_restart(&rate, 5000);
    assert_int_equal(rate_flat_ms(&rate, 9000), 0);
}

static void test_no_advance_is_no_speed(void **state)
{
    struct rate rate;

    (void)state;
    rate_init(&rate);
    for (int64_t now = 0; now <= 60000; now += 1000)
        rate_add(&rate, now, 7777, 10000);
    assert_true(speed_of(&rate, 60000) < 0);
    assert_true(eta_of(&rate, 60000) < 0);
    assert_int_equal(rate_flat_ms(&rate, 60000), 60000);
}

static void test_one_advance_needs_two_seconds(void **state)
{
    struct rate rate;

    (void)state;
    rate_init(&rate);
    rate_add(&rate, 0, 0, 10000);
    rate_add(&rate, 1000, 3000, 10000);
    assert_true(speed_of(&rate, 1999) < 0);
    assert_near(speed_of(&rate, 2000), 1500, 0);
    assert_near(speed_of(&rate, 6000), 500, 0);
}

static void test_two_advances_close_together_are_one_lump(void **state)
{
    struct rate rate;

    (void)state;
    rate_init(&rate);
    rate_add(&rate, 0, 0, 100000);
    rate_add(&rate, 500, 10000, 100000);
    rate_add(&rate, 600, 16000, 100000);
    assert_true(speed_of(&rate, 700) < 0);
    assert_near(speed_of(&rate, 8000), 2000, 0);
}

static void test_smooth_from_the_second_second(void **state)
{
    static const int64_t intervals[] = {100, 250, 1000};

    (void)state;
    for (size_t i = 0; i < sizeof(intervals) / sizeof(*intervals); i++) {
        struct rate rate;

        rate_init(&rate);
        for (int64_t now = 0; now <= 30000; now += intervals[i]) {
            rate_add(&rate, now, (uint64_t)now * 5, 1000000);
            if (now >= 2 * RATE_LEAST_MS)
                assert_near(speed_of(&rate, now), 5000, 0);
        }
    }
}

/* Bytes of a mirror that moves `lump` bytes each `every_ms`, first at `phase_ms`. */
static uint64_t lumps(int64_t now_ms, int64_t phase_ms, int64_t every_ms, uint64_t lump)
{
    return now_ms < phase_ms ? 0 : lump * (uint64_t)((now_ms - phase_ms) / every_ms + 1);
}

static void watch_lumps(int64_t poll_ms, int64_t phase_ms, int64_t every_ms)
{
    uint64_t lump = 16 << 20;
    double mean = (double)lump * 1000 / (double)every_ms;
    struct rate rate;

    rate_init(&rate);
    for (int64_t now = 0; now <= 120000; now += poll_ms) {
        rate_add(&rate, now, lumps(now, phase_ms, every_ms, lump), 1u << 31);
        if (now >= phase_ms + 2 * every_ms + poll_ms)
            assert_near(speed_of(&rate, now) / MIB, mean / MIB,
                        mean / MIB * (double)poll_ms / (double)every_ms + 0.01);
    }
}

static void test_lumps_show_their_mean(void **state)
{
    (void)state;
    for (int64_t phase = 0; phase < 8000; phase += 700) {
        watch_lumps(100, phase, 8000);
        watch_lumps(1000, phase, 8000);
        watch_lumps(1000, phase, 16000);
        watch_lumps(1000, phase, 8300);
    }
}

/* A lump that two polls see in parts. */
static void test_split_lumps(void **state)
{
    struct rate rate;
    uint64_t done = 0;

    (void)state;
    rate_init(&rate);
    for (int64_t now = 0; now <= 120000; now += 1000) {
        done += now % 8000 == 0 ? 10 << 20 : now % 8000 == 1000 ? 6 << 20 : 0;
        rate_add(&rate, now, done, 1u << 31);
        if (now >= 9000)
            assert_near(speed_of(&rate, now) / MIB, 2, 0.5);
    }
}

/* The estimate of the end does not jump between two lumps. */
static void test_eta_of_lumps_counts_down(void **state)
{
    struct rate rate;
    uint64_t total = 20u * (16 << 20);

    (void)state;
    rate_init(&rate);
    for (int64_t now = 0; now < 150000; now += 1000) {
        rate_add(&rate, now, lumps(now, 0, 8000, 16 << 20), total);
        if (now >= 16000)
            assert_near(eta_of(&rate, now), 152000 - (double)now, 1);
    }
}

/* ---- standing still ---------------------------------------------------------------------- */

static void test_tends_to_zero(void **state)
{
    struct rate rate;
    double speed, last;

    (void)state;
    rate_init(&rate);
    for (int64_t now = 0; now <= 20000; now += 1000)
        rate_add(&rate, now, (uint64_t)now * 1000, UINT64_MAX);
    last = speed_of(&rate, 20000);
    assert_near(last, 1e6, 0);
    for (int64_t now = 20000; now <= 3600000; now += 1000) {
        rate_add(&rate, now, 20000000, UINT64_MAX);
        speed = speed_of(&rate, now);
        assert_true(speed >= 0 && speed <= last);
        last = speed;
        if (now == 30000)
            assert_true(speed < 0.5e6);
        if (now == 60000)
            assert_true(speed < 0.06e6);
    }
    assert_true(last < 600);
}

static void test_speed_after_a_rest_is_the_new_one(void **state)
{
    struct rate rate;

    (void)state;
    rate_init(&rate);
    for (int64_t now = 0; now <= 5000; now += 1000)
        rate_add(&rate, now, (uint64_t)now, 1000000);
    for (int64_t now = 60000; now <= 63000; now += 1000)
        rate_add(&rate, now, 5000 + (uint64_t)(now - 59000) * 3, 1000000);
    assert_near(speed_of(&rate, 63000), 3000, 0);
}

static void test_flat(void **state)
{
    struct rate rate;

    (void)state;
    rate_init(&rate);
    rate_add(&rate, 1000, 5, 10);
    assert_int_equal(rate_flat_ms(&rate, 1000), 0);
    rate_add(&rate, 3000, 5, 10);
    assert_int_equal(rate_flat_ms(&rate, 4000), 3000);
    rate_add(&rate, 5000, 5, 30);
    assert_int_equal(rate_flat_ms(&rate, 5000), 4000);
    rate_add(&rate, 6000, 4, 30);
    assert_int_equal(rate_flat_ms(&rate, 6000), 0);
    assert_int_equal(rate_flat_ms(&rate, 5000), 0);
    rate_restart(&rate, 9000);
    assert_int_equal(rate_flat_ms(&rate, 9500), 500);
}

/* ---- what may happen to the figures -------------------------------------------------------
 */

static void test_a_fall_begins_anew(void **state)
{
    struct rate rate;

    (void)state;
    rate_init(&rate);
    for (int64_t now = 0; now <= 10000; now += 1000)
        rate_add(&rate, now, 100000 + (uint64_t)now, 1000000);
    rate_add(&rate, 11000, 50, 1000000);
    assert_true(speed_of(&rate, 14000) < 0);
    rate_add(&rate, 12000, 60, 1000000);
    rate_add(&rate, 13000, 70, 1000000);
    assert_near(speed_of(&rate, 13000), 10, 0);
}

static void test_restart_forgets_what_nobody_saw(void **state)
{
    struct rate rate;

    (void)state;
    rate_init(&rate);
    for (int64_t now = 0; now <= 10000; now += 1000)
        rate_add(&rate, now, (uint64_t)now, 1000000);
    rate_restart(&rate, 12000);
    assert_true(speed_of(&rate, 15000) < 0);
    assert_true(eta_of(&rate, 15000) < 0);
    rate_add(&rate, 90000, 900000, 1000000);
    assert_true(speed_of(&rate, 95000) < 0);
    for (int64_t now = 91000; now <= 93000; now += 1000)
        rate_add(&rate, now, 900000 + (uint64_t)(now - 90000), 1000000);
    assert_near(speed_of(&rate, 93000), 1000, 0);
}

static void test_older_samples_are_ignored(void **state)
{
    struct rate rate, before;

    (void)state;
    rate_init(&rate);
    rate_add(&rate, -5000, 0, 100);
    rate_add(&rate, 5000, 50, 100);
    before = rate;
    rate_add(&rate, 4999, 90, 100);
    assert_memory_equal(&rate, &before, sizeof(rate));
    /* A question about the past is answered as of the last sample. */
    assert_near(speed_of(&rate, 0), 5, 0);
}

static void test_eta(void **state)
{
    struct rate rate;

    (void)state;
    rate_init(&rate);
    for (int64_t now = 0; now <= 10000; now += 1000)
        rate_add(&rate, now, (uint64_t)now, 25000);
    assert_near(eta_of(&rate, 10000), 15000, 0);
    rate_add(&rate, 10000, 10000, 5000);
    assert_true(eta_of(&rate, 10000) < 0);
    rate_add(&rate, 10000, 10000, 10000);
    assert_true(eta_of(&rate, 10000) < 0);
    rate_add(&rate, 10000, 10000, 0);
    assert_true(eta_of(&rate, 10000) < 0);
    rate_add(&rate, 10000, 10000, 110000);
    assert_near(eta_of(&rate, 10000), 100000, 0);
}

static void test_huge_values(void **state)
{
    struct rate rate;
    uint64_t speed;
    int64_t eta;

    (void)state;
    rate_init(&rate);
    rate_add(&rate, 0, 0, UINT64_MAX);
    rate_add(&rate, 1000, UINT64_MAX / 2, UINT64_MAX);
    rate_add(&rate, 2000, UINT64_MAX, UINT64_MAX);
    assert_true(rate_per_second(&rate, 2000, &speed));
    assert_true(speed == UINT64_MAX / 2);
    rate_init(&rate);
    rate_add(&rate, 0, 0, UINT64_MAX);
    rate_add(&rate, 1000, 1, UINT64_MAX);
    rate_add(&rate, 3000, 3, UINT64_MAX);
    assert_true(rate_eta(&rate, 3000, &eta));
    assert_true(eta == INT64_MAX);
    assert_true(rate_per_second(&rate, INT64_MAX, &speed));
    assert_int_equal(speed, 0);
    assert_false(rate_eta(&rate, INT64_MAX, &eta));
}

/* Whatever comes, the answers stay within reason and nothing overflows. */
static void test_any_samples(void **state)
{
    (void)state;
    seed = 1;
    for (int round = 0; round < 300; round++) {
        struct rate rate;
        int64_t now = 0, eta;
        uint64_t speed;

        rate_init(&rate);
        for (int i = 0; i < 100; i++) {
            uint64_t done = roll(0, 3) ? roll(0, 1u << 20) : UINT64_MAX - roll(0, 5);

            now += (int64_t)roll(0, 4000) - 200;
            if (roll(0, 20) == 0)
                rate_restart(&rate, now);
            else
                rate_add(&rate, now, done << roll(0, 40), roll(0, UINT32_MAX) << roll(0, 40));
            rate_per_second(&rate, now, &speed);
            if (rate_eta(&rate, now, &eta))
                assert_true(eta >= 0);
            assert_true(rate_flat_ms(&rate, now) >= 0);
            assert_in_range(rate.count, 0, RATE_SAMPLES);
        }
    }
}

/* ---- against the plain definition -----------------------------------------------------------
 */

struct history {
    struct rate_sample at[400];
    int count;
};

/* The speed as rate.h defines it, from all advances there ever were. */
static double plain_speed(const struct history *all, int64_t now_ms)
{
    int last = all->count - 1, from = last;
    double pause = 0, idle, span;

    while (from > 0 && (all->at[from - 1].at_ms >= now_ms - RATE_WINDOW_MS ||
                        all->at[last].at_ms - all->at[from].at_ms < RATE_LEAST_MS))
        from--;
    if (last < 0 || all->at[last].at_ms - all->at[from].at_ms < RATE_LEAST_MS)
        return -1;
    for (int i = from + 1; i <= last; i++)
        if ((double)(all->at[i].at_ms - all->at[i - 1].at_ms) > pause)
            pause = (double)(all->at[i].at_ms - all->at[i - 1].at_ms);
    idle = (double)(now_ms - all->at[last].at_ms);
    span =
        (double)(all->at[last].at_ms - all->at[from].at_ms) + (idle > pause ? idle - pause : 0);
    return (double)(all->at[last].done - all->at[from].done) * 1000 / span;
}

static void compare_with_plain(int64_t least_ms, int64_t most_ms, int rests, double tolerance)
{
    struct history all = {.count = 0};
    struct rate rate;
    int64_t now = 0;
    uint64_t done = 0;

    rate_init(&rate);
    rate_add(&rate, now, done, 0);
    for (int i = 0; i < 400; i++) {
        now += (int64_t)roll((uint64_t)least_ms, (uint64_t)most_ms);
        if ((int)roll(0, 99) >= rests) {
            done += roll(800, 1200) * 1000;
            all.at[all.count++] = (struct rate_sample){now, done};
        }
        rate_add(&rate, now, done, 0);
        if (plain_speed(&all, now) >= 0 && now > 2 * RATE_WINDOW_MS)
            assert_near(speed_of(&rate, now), plain_speed(&all, now),
                        1 + tolerance * plain_speed(&all, now));
    }
}

static void test_as_the_plain_definition(void **state)
{
    (void)state;
    seed = 7;
    for (int round = 0; round < 50; round++) {
        compare_with_plain(RATE_MERGE_MS, 1500, 0, 0);
        compare_with_plain(RATE_MERGE_MS, 1500, 40, 0);
        compare_with_plain(900, 5000, 80, 0);
    }
}

/* Fed ten times a second the ring merges advances but still covers the window. */
static void test_merged_as_the_plain_definition(void **state)
{
    (void)state;
    seed = 9;
    for (int round = 0; round < 50; round++)
        compare_with_plain(90, 110, 0, 0.03);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_no_advance_is_no_speed),
        cmocka_unit_test(test_one_advance_needs_two_seconds),
        cmocka_unit_test(test_two_advances_close_together_are_one_lump),
        cmocka_unit_test(test_smooth_from_the_second_second),
        cmocka_unit_test(test_lumps_show_their_mean),
        cmocka_unit_test(test_split_lumps),
        cmocka_unit_test(test_eta_of_lumps_counts_down),
        cmocka_unit_test(test_tends_to_zero),
        cmocka_unit_test(test_speed_after_a_rest_is_the_new_one),
        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_a_fall_begins_anew),
        cmocka_unit_test(test_restart_forgets_what_nobody_saw),
        cmocka_unit_test(test_older_samples_are_ignored),
        cmocka_unit_test(test_eta),
        cmocka_unit_test(test_huge_values),
        cmocka_unit_test(test_any_samples),
        cmocka_unit_test(test_as_the_plain_definition),
        cmocka_unit_test(test_merged_as_the_plain_definition),
    };

    return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
