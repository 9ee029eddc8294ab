#include "tui/screens/migration_row.h"

#include <stdio.h>

#include "core/format.h"
#include "tui/screens/migration_text.h"
#include "tui/screens/need_look.h"

static void describe_amounts(struct jobs_row *row, const struct migration *migration)
{
    snprintf(row->done, sizeof(row->done), "-");
    snprintf(row->total, sizeof(row->total), "-");
    if (!migration->has_ram)
        return;
    bool begun = migration->remaining < migration->total;
    format_bytes(row->done, begun ? migration->total - migration->remaining : 0);
    format_bytes(row->total, migration->total);
}

static void describe_motion(struct jobs_row *row, const struct migration *migration, bool fresh)
{
    int64_t eta_ms;
    bool moves = fresh && migration_is_sending(migration);
    snprintf(row->rate, sizeof(row->rate), "-");
    snprintf(row->eta, sizeof(row->eta), "-");
    if (moves && migration->bytes_per_second > 0)
        format_rate(row->rate, migration->bytes_per_second);
    if (moves && migration_eta(migration, &eta_ms))
        format_duration(row->eta, eta_ms);
}

void migration_row_describe(struct jobs_row *row, const struct target *target,
                            const struct keymap *keymap, int64_t now_ms)
{
    const struct migration *migration = &target->migration;
    struct need need = fleet_migration_need(target);
    bool fresh = target_is_fresh(target);
    *row = (struct jobs_row){
        .vm = target_label(target),
        .job = "migration",
        .type = migration->incoming ? "incoming" : "migr.",
        .mark = need_look_mark(&need),
        .stale = !fresh && !migration_is_ended(migration),
        .role = need_look_role(&need,
                               fresh && migration_is_moving(migration) ? THEME_OK : THEME_DIM),
    };
    migration_text_status(target, row->status, sizeof(row->status));
    migration_text_reason(target, keymap, now_ms, row->reason, sizeof(row->reason));
    if (need.kind != NEED_NONE)
        format_duration(row->age, now_ms - need.since_ms);
    format_duration(row->since_seen, now_ms - migration->started_ms);
    row->permille = migration_text_percent(migration, row->percent);
    snprintf(row->verdict, sizeof(row->verdict), "%s",
             migration_verdict_text(migration->noted));
    describe_amounts(row, migration);
    describe_motion(row, migration, fresh);
}
