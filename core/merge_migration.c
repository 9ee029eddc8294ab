#include "core/merge.h"

#include <stdio.h>
#include <string.h>

#include "core/fleet.h"
#include "core/format.h"

/* Migrations: one a target, told by polling and, where its owner wants them, by
 * events. */

static enum journal_mark mark_of(enum migration_verdict verdict)
{
    switch (verdict) {
    case MIGRATION_GUEST_STOPPED:
    case MIGRATION_LIMITED:
        return JOURNAL_NEED;
    case MIGRATION_NOT_CONVERGING:
    case MIGRATION_BROKEN:
    case MIGRATION_ENDED_FAILED:
        return JOURNAL_ERROR;
    case MIGRATION_IDLE:
    case MIGRATION_STARTING:
    case MIGRATION_FIRST_PASS:
    case MIGRATION_CONVERGING:
    case MIGRATION_SLOWLY:
    case MIGRATION_SWITCHING:
    case MIGRATION_POSTCOPY:
    case MIGRATION_RECOVERING:
    case MIGRATION_ENDING:
    case MIGRATION_ENDED_CANCELLED:
    case MIGRATION_ENDED_DONE:
    case MIGRATION_INCOMING:
    case MIGRATION_UNTOLD:
    case MIGRATION_VERDICT_COUNT:
        break;
    }
    return JOURNAL_INFO;
}

static void say(struct target *target, enum journal_mark mark, const char *what,
                const char *detail, int64_t now_ms)
{
    journal_add(&target->fleet->journal, now_ms, mark, target_label(target), "migration",
                target->migration.uid, "%s%s%s", what, *detail ? "  " : "", detail);
}

/* "active -> completed  in 3m12, downtime 40 ms" */
static void note_status(struct target *target, const char *before, int64_t now_ms)
{
    const struct migration *migration = &target->migration;
    char what[2 * TARGET_NAME_MAX + 8], duration[FORMAT_SIZE], detail[JOURNAL_TEXT];
    int64_t ms;

    if (!migration_is_shown(migration))
        return;
    migration_reason(migration, detail, sizeof(detail));
    if (migration_is_ended(migration) && !*detail && migration_duration(migration, now_ms, &ms))
        snprintf(detail, sizeof(detail), "after %s", format_duration(duration, ms));
    snprintf(what, sizeof(what), "%s -> %s", before, migration_status_text(migration));
    say(target, mark_of(migration_verdict(migration)), what, detail, now_ms);
}

static void changed(struct target *target, const char *before, int64_t now_ms)
{
    note_status(target, before, now_ms);
    target_want(target, TARGET_ASK_LIMITS);
    target_want(target, TARGET_ASK_CAPABILITIES);
    target_want(target, TARGET_ASK_STATUS);
    action_observe_migration(target->fleet, target, now_ms);
}

/* A verdict that a person should know of is said once, when it begins. */
static void note_verdict(struct target *target, enum migration_verdict before, int64_t now_ms)
{
    enum migration_verdict verdict = migration_verdict(&target->migration);
    char reason[JOURNAL_TEXT];

    if (verdict == before || mark_of(verdict) == JOURNAL_INFO)
        return;
    migration_reason(&target->migration, reason, sizeof(reason));
    say(target, mark_of(verdict), migration_verdict_text(verdict), reason, now_ms);
}

/* It began a run of its own if it took the uid that was offered. */
static void note_uid(struct target *target, uint64_t offered)
{
    if (target->migration.uid == offered)
        uid_index_add(&target->fleet->uids, offered, target);
}

void merge_migration(struct target *target, const struct migration_report *report,
                     int64_t now_ms)
{
    struct migration *migration = &target->migration;
    enum migration_verdict verdict = migration_verdict(migration);
    uint64_t uid = fleet_uid(target->fleet);
    char before[TARGET_NAME_MAX + 1];

    if (report->status && strnlen(report->status, TARGET_NAME_MAX + 1) > TARGET_NAME_MAX) {
        target->malformed++;
        return;
    }
    snprintf(before, sizeof(before), "%s", migration_status_text(migration));
    bool news = migration_update(migration, report, uid, now_ms);
    note_uid(target, uid);
    if (news)
        changed(target, before, now_ms);
    else
        note_verdict(target, verdict, now_ms);
    if (migration_is_shown(migration))
        fleet_touch(target->fleet);
}

void merge_migration_event(struct target *target, const char *status, int64_t now_ms)
{
    uint64_t uid = fleet_uid(target->fleet);
    char before[TARGET_NAME_MAX + 1];

    target->answer_ms = now_ms;
    target_want(target, TARGET_ASK_MIGRATE);
    if (strnlen(status, TARGET_NAME_MAX + 1) > TARGET_NAME_MAX) {
        target->malformed++;
        return;
    }
    snprintf(before, sizeof(before), "%s", migration_status_text(&target->migration));
    bool news = migration_set_status(&target->migration, status, uid, now_ms);
    note_uid(target, uid);
    if (news)
        changed(target, before, now_ms);
    fleet_touch(target->fleet);
}

void merge_limits(struct target *target, const struct migration_limits *limits)
{
    target->migration.limits = *limits;
    fleet_touch(target->fleet);
}

void merge_capabilities(struct target *target,
                        const struct migration_capabilities *capabilities)
{
    target->migration.capabilities = *capabilities;
    fleet_touch(target->fleet);
}
