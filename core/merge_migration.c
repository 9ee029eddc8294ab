#include "core/merge_migration.h"

#include <stdio.h>
#include <string.h>

#include "core/action_lever.h"
#include "core/converge.h"
#include "core/fleet_base.h"
#include "core/format.h"
#include "core/roster.h"
#include "core/target.h"

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
    case MIGRATION_UNJUDGED:
    case MIGRATION_CONVERGING:
    case MIGRATION_SLOWLY:
    case MIGRATION_SWITCHING:
    case MIGRATION_POSTCOPY:
    case MIGRATION_RECOVERING:
    case MIGRATION_ENDING:
    case MIGRATION_ENDED_CANCELLED:
    case MIGRATION_ENDED_DONE:
    case MIGRATION_ENDED_UNKNOWN:
    case MIGRATION_INCOMING:
    case MIGRATION_FOLLOWED:
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

/* What stood before an input. */
struct former {
    uint64_t uid;
    enum migration_verdict verdict;
    char status[TARGET_NAME_MAX + 1];
};

static struct former former_of(const struct migration *migration)
{
    struct former former = {.uid = migration->uid, .verdict = migration->noted};

    snprintf(former.status, sizeof(former.status), "%s", migration_status_text(migration));
    return former;
}

/* "active -> completed", "none -> setup" of a run that was seen to begin, "found active". */
static void say_step(const struct migration *migration, const struct former *former, char *what,
                     size_t size)
{
    const char *status = migration_status_text(migration);
    bool begins = migration->uid != former->uid;

    if (begins && migration->status != MIGRATION_SETUP)
        snprintf(what, size, "found %s", status);
    else
        snprintf(what, size, "%s -> %s", begins ? "none" : former->status, status);
}

/* "active -> completed  in 3m12, downtime 40 ms" */
static void note_status(struct target *target, const struct former *former, int64_t now_ms)
{
    const struct migration *migration = &target->migration;
    char what[2 * TARGET_NAME_MAX + 8], duration[FORMAT_SIZE], detail[JOURNAL_TEXT];
    int64_t ms;

    if (!migration_is_shown(migration))
        return;
    migration_reason(migration, detail, sizeof(detail));
    if (migration_is_ended(migration) && !*detail && migration_duration(migration, now_ms, &ms))
        snprintf(detail, sizeof(detail), "after %s", format_duration(duration, ms));
    say_step(migration, former, what, sizeof(what));
    say(target, mark_of(migration->noted), what, detail, now_ms);
}

static void changed(struct target *target, const struct former *former, int64_t now_ms)
{
    note_status(target, former, now_ms);
    target_want(target, TARGET_ASK_LIMITS);
    target_want(target, TARGET_ASK_CAPABILITIES);
    target_want(target, TARGET_ASK_STATUS);
    action_observe_migration(target->fleet, target, now_ms);
}

/* The first judgement, and each that a person should know of or has had to worry about. */
static bool is_news(enum migration_verdict verdict, enum migration_verdict before)
{
    if (verdict == before)
        return false;
    return mark_of(verdict) != JOURNAL_INFO || converge_is_hindered(before) ||
           (converge_is_judged(verdict) && !converge_is_judged(before));
}

static void note_verdict(struct target *target, enum migration_verdict before, int64_t now_ms)
{
    enum migration_verdict verdict = target->migration.noted;
    char reason[JOURNAL_TEXT];

    if (!is_news(verdict, before))
        return;
    migration_reason(&target->migration, reason, sizeof(reason));
    say(target, mark_of(verdict), migration_verdict_text(verdict), reason, now_ms);
}

/* The guest waits to come in: QEMU 8.2 and later tell "setup" all that time. */
static bool waits_for_guest(const struct target *target)
{
    return target->run_state && strcmp(target->run_state, "inmigrate") == 0;
}

/* It began a run of its own if it took the uid that was offered. */
static void note_uid(struct target *target, uint64_t offered)
{
    if (target->migration.uid == offered)
        uid_index_add(&target->fleet->uids, offered, target, roster_keeps);
}

void merge_migration(struct target *target, const struct migration_report *report,
                     int64_t now_ms)
{
    struct migration *migration = &target->migration;
    struct former former = former_of(migration);
    struct migration_report told = *report;
    uint64_t uid = fleet_uid(target->fleet);

    if (report->status && strnlen(report->status, TARGET_NAME_MAX + 1) > TARGET_NAME_MAX) {
        target->malformed++;
        return;
    }
    told.listens |= waits_for_guest(target);
    bool news = migration_update(migration, &told, uid, now_ms);
    note_uid(target, uid);
    if (news)
        changed(target, &former, now_ms);
    else
        note_verdict(target, former.verdict, now_ms);
    if (news || migration_is_shown(migration))
        fleet_touch(target->fleet);
}

/* Of a migration that has not begun the reply to come says whether it has. */
static bool waits_for_reply(const struct migration *migration, const char *status)
{
    return !migration_is_moving(migration) && migration_status_parse(status) == MIGRATION_SETUP;
}

void merge_migration_event(struct target *target, const char *status, int64_t now_ms)
{
    struct former former = former_of(&target->migration);
    uint64_t uid = fleet_uid(target->fleet);

    target->answer_ms = now_ms;
    target_want(target, TARGET_ASK_MIGRATE);
    if (strnlen(status, TARGET_NAME_MAX + 1) > TARGET_NAME_MAX) {
        target->malformed++;
        return;
    }
    if (waits_for_reply(&target->migration, status))
        return;
    bool news = migration_set_status(&target->migration, status, uid, now_ms);
    note_uid(target, uid);
    if (news)
        changed(target, &former, now_ms);
    fleet_touch(target->fleet);
}

void merge_migration_lost(struct target *target, int64_t now_ms)
{
    struct former former = former_of(&target->migration);

    if (migration_lose(&target->migration, now_ms))
        changed(target, &former, now_ms);
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
