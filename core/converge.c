#include "core/converge.h"

/* Nothing gained from the first to the last of the last passes; or they swing between two
 * ends and nothing is gained at either. */
static bool is_stuck(const struct converge *converge)
{
    const struct migration_pass *last, *first;

    if (converge->count <= CONVERGE_PASSES)
        return false;
    last = &converge->passes[converge->count - 1];
    first = last - CONVERGE_PASSES;
    if (last->at_ms - first->at_ms < CONVERGE_LEAST_MS)
        return false;
    return last->remaining >= first->remaining ||
           (last->remaining >= last[-2].remaining && last[-1].remaining >= first->remaining);
}

static bool is_outrun(const struct converge *converge)
{
    return converge->dirty > 0 && converge->dirty >= converge->sent;
}

/* It could switch over, were the guest allowed to stand still for a little longer: what
 * is left does not grow by more than the figures' own swing. */
static bool is_held_by_limit(const struct converge *converge)
{
    return converge->has_expected && converge->has_limit &&
           converge->expected > converge->limit && converge->expected <= CONVERGE_STOP_MAX_MS &&
           converge->dirty <= converge->sent + converge->sent / CONVERGE_SWING;
}

enum migration_verdict converge_judge(const struct converge *converge)
{
    size_t count = converge->count;
    const struct migration_pass *passes = converge->passes;

    if (converge->pass < 2)
        return MIGRATION_FIRST_PASS;
    if (is_stuck(converge) || is_outrun(converge))
        return is_held_by_limit(converge) ? MIGRATION_LIMITED : MIGRATION_NOT_CONVERGING;
    if (count < 2)
        return MIGRATION_UNJUDGED;
    if (passes[count - 1].remaining > passes[count - 2].remaining / 10 * 9)
        return MIGRATION_SLOWLY;
    return MIGRATION_CONVERGING;
}

bool converge_is_judged(enum migration_verdict verdict)
{
    return verdict == MIGRATION_CONVERGING || verdict == MIGRATION_SLOWLY ||
           converge_is_hindered(verdict);
}

bool converge_is_hindered(enum migration_verdict verdict)
{
    return verdict == MIGRATION_NOT_CONVERGING || verdict == MIGRATION_LIMITED;
}
