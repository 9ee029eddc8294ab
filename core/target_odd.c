#include "core/target.h"

#include "core/fleet_base.h"

/* A second's events: counted in windows that begin with their first event. */

static void set_flooding(struct target *target, bool flooding, int64_t now_ms)
{
    if (target->flooding == flooding)
        return;
    target->flooding = flooding;
    journal_add(&target->fleet->journal, now_ms, flooding ? JOURNAL_ERROR : JOURNAL_INFO,
                target_label(target), NULL, 0,
                flooding ? "it floods us with events" : "its flood of events is over");
    fleet_touch(target->fleet);
}

void target_event(struct target *target, int64_t now_ms)
{
    target_calm(target, now_ms);
    if (now_ms - target->event_ms >= TARGET_FLOOD_MS) {
        if (target->events <= TARGET_FLOOD)
            set_flooding(target, false, now_ms);
        target->event_ms = now_ms;
        target->events = 0;
    }
    if (++target->events > TARGET_FLOOD)
        set_flooding(target, true, now_ms);
}

bool target_calm(struct target *target, int64_t now_ms)
{
    if (!target->flooding || now_ms - target->event_ms < 2 * TARGET_FLOOD_MS)
        return false;
    set_flooding(target, false, now_ms);
    return true;
}

void target_set_strays(struct target *target, uint32_t strays)
{
    if (target->strays != strays)
        fleet_touch(target->fleet);
    target->strays = strays;
}

const char *target_oddity(const struct target *target)
{
    if (target->link != TARGET_UP)
        return NULL;
    if (target->unusable & 1u << TARGET_ASK_JOBS)
        return "its list of jobs cannot be understood";
    if (target->jobs_odd)
        return "some of its jobs cannot be understood";
    if (target->unusable & 1u << TARGET_ASK_MIGRATE)
        return "what it says of its migration cannot be understood";
    if (target->flooding)
        return "it floods us with events";
    return target->strays >= TARGET_STRAYS ? "it answers what nobody asked" : NULL;
}
