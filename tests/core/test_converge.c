#include "core/converge.h"
#include "core/migration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NONE UINT64_MAX /* not told */

/* The whole rule: each border from both sides. */
static const struct {
    uint64_t pass;
    size_t count;
    uint64_t remaining[4];
    int64_t every_ms; /* between two passes */
    uint64_t dirty, sent, expected, limit;
    enum migration_verdict verdict;
} rows[] = {
    /* Pass 1 tells nothing, whatever its figures. */
    {1, 1, {900}, 1000, 9, 9, 900, 300, MIGRATION_FIRST_PASS},
    {1, 4, {9, 9, 9, 9}, 1000, 9, 9, 900, 300, MIGRATION_FIRST_PASS},
    {0, 0, {0}, 1000, 0, 0, NONE, NONE, MIGRATION_FIRST_PASS},
    /* One reading of a later pass: who comes late knows the race only. */
    {2, 1, {900}, 1000, 8, 9, NONE, NONE, MIGRATION_UNJUDGED},
    {24, 1, {900}, 1000, 0, 9, 900, 300, MIGRATION_UNJUDGED},
    {24, 1, {900}, 1000, 9, 9, 900, 300, MIGRATION_LIMITED},
    {24, 1, {900}, 1000, 9, 9, 300, 300, MIGRATION_NOT_CONVERGING},
    {2, 0, {0}, 1000, 0, 9, NONE, NONE, MIGRATION_UNJUDGED},
    /* The race: as fast is too fast; what is not measured races with nobody. */
    {2, 2, {900, 100}, 1000, 8, 9, NONE, NONE, MIGRATION_CONVERGING},
    {2, 2, {900, 100}, 1000, 9, 9, NONE, NONE, MIGRATION_NOT_CONVERGING},
    {2, 2, {900, 100}, 1000, 10, 9, NONE, NONE, MIGRATION_NOT_CONVERGING},
    {2, 2, {900, 100}, 1000, 0, 0, NONE, NONE, MIGRATION_CONVERGING},
    /* A tenth a pass is the border between fast and slow. */
    {2, 2, {1000, 900}, 1000, 1, 9, NONE, NONE, MIGRATION_CONVERGING},
    {2, 2, {1000, 901}, 1000, 1, 9, NONE, NONE, MIGRATION_SLOWLY},
    {3, 3, {1000, 2000, 1800}, 1000, 1, 9, NONE, NONE, MIGRATION_CONVERGING},
    {3, 3, {1000, 2000, 2500}, 1000, 1, 9, NONE, NONE, MIGRATION_SLOWLY},
    /* Nothing gained for three passes: no two, nor three and a byte. */
    {3, 3, {900, 900, 900}, 1000, 1, 9, NONE, NONE, MIGRATION_SLOWLY},
    {4, 4, {900, 900, 900, 900}, 1000, 1, 9, NONE, NONE, MIGRATION_NOT_CONVERGING},
    {4, 4, {900, 900, 900, 899}, 1000, 1, 9, NONE, NONE, MIGRATION_SLOWLY},
    {4, 4, {900, 100, 100, 901}, 1000, 1, 9, NONE, NONE, MIGRATION_NOT_CONVERGING},
    {4, 4, {901, 800, 900, 900}, 1000, 1, 9, NONE, NONE, MIGRATION_SLOWLY},
    /* ... which take two seconds. */
    {4, 4, {900, 900, 900, 900}, 667, 1, 9, NONE, NONE, MIGRATION_NOT_CONVERGING},
    {4, 4, {900, 900, 900, 900}, 666, 1, 9, NONE, NONE, MIGRATION_SLOWLY},
    /* A swing is no gain at either of its ends, from whichever it is seen. */
    {4, 4, {900, 100, 900, 100}, 1000, 1, 9, NONE, NONE, MIGRATION_NOT_CONVERGING},
    {4, 4, {100, 900, 100, 900}, 1000, 1, 9, NONE, NONE, MIGRATION_NOT_CONVERGING},
    {4, 4, {900, 100, 899, 100}, 1000, 1, 9, NONE, NONE, MIGRATION_CONVERGING},
    {4, 4, {900, 100, 900, 99}, 1000, 1, 9, NONE, NONE, MIGRATION_CONVERGING},
    {4, 4, {900, 100, 900, 100}, 666, 1, 9, NONE, NONE, MIGRATION_CONVERGING},
    /* One small pass among others that shrink is luck. */
    {4, 4, {900, 100, 800, 700}, 1000, 1, 9, NONE, NONE, MIGRATION_CONVERGING},
    /* The limit holds it if more is expected and that is bearable. */
    {4, 4, {900, 900, 900, 900}, 1000, 1, 9, 301, 300, MIGRATION_LIMITED},
    {4, 4, {900, 900, 900, 900}, 1000, 1, 9, 300, 300, MIGRATION_NOT_CONVERGING},
    {4, 4, {900, 900, 900, 900}, 1000, 1, 9, 10000, 300, MIGRATION_LIMITED},
    {4, 4, {900, 900, 900, 900}, 1000, 1, 9, 10001, 300, MIGRATION_NOT_CONVERGING},
    {4, 4, {900, 900, 900, 900}, 1000, 1, 9, NONE, 300, MIGRATION_NOT_CONVERGING},
    {4, 4, {900, 900, 900, 900}, 1000, 1, 9, 301, NONE, MIGRATION_NOT_CONVERGING},
    {2, 2, {900, 100}, 1000, 9, 9, 301, 300, MIGRATION_LIMITED},
    {2, 2, {900, 100}, 1000, 105, 100, 301, 300, MIGRATION_LIMITED},
    {2, 2, {900, 100}, 1000, 106, 100, 301, 300, MIGRATION_NOT_CONVERGING},
    /* It shrinks: a limit below what is expected now is no trouble yet. */
    {2, 2, {900, 100}, 1000, 1, 9, 301, 300, MIGRATION_CONVERGING},
};

static void each_row_of_the_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct migration_pass passes[4];
        struct converge converge = {
            .pass = rows[i].pass,
            .passes = passes,
            .count = rows[i].count,
            .dirty = rows[i].dirty,
            .sent = rows[i].sent,
            .has_expected = rows[i].expected != NONE,
            .has_limit = rows[i].limit != NONE,
            .expected = rows[i].expected,
            .limit = rows[i].limit,
        };

        for (size_t k = 0; k < rows[i].count; k++)
            passes[k] = (struct migration_pass){k + 1, rows[i].remaining[k],
                                                (int64_t)k * rows[i].every_ms};
        if (converge_judge(&converge) != rows[i].verdict)
            fail_msg("row %zu: %s", i, migration_verdict_text(converge_judge(&converge)));
    }
}

static void what_is_judged_and_what_is_hindered(void **state)
{
    (void)state;
    for (int i = 0; i < MIGRATION_VERDICT_COUNT; i++) {
        enum migration_verdict verdict = (enum migration_verdict)i;
        bool hindered = verdict == MIGRATION_NOT_CONVERGING || verdict == MIGRATION_LIMITED;

        assert_int_equal(converge_is_hindered(verdict), hindered);
        assert_int_equal(converge_is_judged(verdict), hindered ||
                                                          verdict == MIGRATION_CONVERGING ||
                                                          verdict == MIGRATION_SLOWLY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_of_the_rule),
        cmocka_unit_test(what_is_judged_and_what_is_hindered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
