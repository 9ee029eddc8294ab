#include "core/fleet.h"
#include "core/format.h"
#include "tui/report_json_inner.h"

#define REASON_SIZE 512

static json_object *number_if(bool known, uint64_t number)
{
    return known ? json_object_new_uint64(number) : NULL;
}

static void add_number(json_object *object, const char *key, bool known, uint64_t number)
{
    json_object_object_add(object, key, number_if(known, number));
}

static json_object *reason_of(const struct migration *migration)
{
    char reason[REASON_SIZE];
    migration_reason(migration, reason, sizeof(reason));
    return report_text(reason[0] != '\0' ? reason : NULL);
}

static json_object *percent_of(const struct migration *migration)
{
    char text[FORMAT_SIZE];
    int permille = migration_permille(migration);
    if (permille < 0)
        return NULL;
    return json_object_new_double_s(permille / 10.,
                                    format_percent(text, (uint64_t)permille, 1000));
}

static json_object *eta_of(const struct migration *migration, bool sends)
{
    int64_t eta_ms;
    if (!sends || !migration_eta(migration, &eta_ms))
        return NULL;
    return json_object_new_int64((eta_ms + 999) / 1000);
}

static json_object *duration_of(const struct migration *migration, int64_t now_ms)
{
    int64_t ms;
    return migration_duration(migration, now_ms, &ms) ? report_seconds(ms) : NULL;
}

/* What each pass had to send. */
static json_object *passes_of(const struct migration *migration)
{
    const struct migration_course *course = migration->course;
    json_object *list = json_object_new_array();
    for (size_t i = 0; course && i < course->pass_count; i++) {
        json_object *pass = json_object_new_object();
        add_number(pass, "pass", true, course->passes[i].pass);
        add_number(pass, "bytes", true, course->passes[i].remaining);
        json_object_array_add(list, pass);
    }
    return list;
}

static json_object *levers_of(const struct target *target)
{
    const struct migration *migration = &target->migration;
    json_object *list = json_object_new_array();
    struct verb_context context = target_verbs(target);
    for (enum lever lever = 0; lever < LEVER_COUNT; lever++)
        if (lever_check(migration, lever, target->levers, &context) == LEVER_LIT)
            json_object_array_add(list, json_object_new_string(lever_name(lever)));
    return list;
}

static void add_course(json_object *object, const struct migration *migration, bool sends,
                       int64_t now_ms)
{
    bool ram = migration->has_ram, measured = sends && migration->pass >= 2;
    bool estimated = migration->has_expected_downtime && migration->pass >= 2 &&
                     migration_is_moving(migration) &&
                     !migration_is_postcopy(migration->status);
    add_number(object, "remaining", ram, migration->remaining);
    add_number(object, "total", ram, migration->total);
    add_number(object, "transferred", ram, migration->transferred);
    add_number(object, "bytes_per_second", sends, migration->bytes_per_second);
    add_number(object, "dirty_bytes_per_second", measured, migration->dirty_bytes_per_second);
    add_number(object, "pass", ram, migration->pass);
    json_object_object_add(object, "passes", passes_of(migration));
    json_object_object_add(object, "percent", percent_of(migration));
    json_object_object_add(object, "eta_seconds", eta_of(migration, sends));
    json_object_object_add(object, "duration_seconds", duration_of(migration, now_ms));
    add_number(object, "expected_downtime_ms", estimated, migration->expected_downtime);
    add_number(object, "downtime_ms", migration->has_downtime, migration->downtime);
    add_number(object, "throttle_percent", migration->has_throttle,
               migration->throttle_percent);
}

json_object *report_migration(const struct target *target, int64_t now_ms)
{
    const struct migration *migration = &target->migration;
    const struct migration_limits *limits = &migration->limits;
    bool sends = target_is_fresh(target) && migration_is_sending(migration);
    if (migration->uid == 0 && !migration->blocked)
        return NULL;
    json_object *object = json_object_new_object();
    json_object_object_add(object, "status",
                           json_object_new_string(migration_status_text(migration)));
    json_object_object_add(
        object, "side", json_object_new_string(migration->incoming ? "destination" : "source"));
    json_object_object_add(object, "verdict",
                           json_object_new_string(migration_verdict_text(migration->noted)));
    json_object_object_add(object, "reason", reason_of(migration));
    add_course(object, migration, sends, now_ms);
    add_number(object, "downtime_limit_ms", limits->known, limits->downtime_limit);
    add_number(object, "max_bandwidth", limits->known, limits->max_bandwidth);
    add_number(object, "max_postcopy_bandwidth", limits->known, limits->max_postcopy_bandwidth);
    json_object_object_add(object, "blocked_reasons", report_text(migration->blocked));
    json_object_object_add(object, "error", report_text(migration->error));
    json_object_object_add(object, "levers", levers_of(target));
    json_object_object_add(object, "needs_you",
                           report_text(need_wire(fleet_migration_need(target).kind)));
    return object;
}
