#include "core/target_link.h"

#include <stdio.h>
#include <string.h>

#include "core/action.h"
#include "core/fleet_base.h"
#include "core/format.h"
#include "core/guest.h"
#include "core/mem.h"
#include "core/merge.h"
#include "core/visit.h"

/* What every connection has to learn first; the block jobs follow when the jobs
 * show that there are some. */
#define FIRST_QUESTIONS                                                            \
    (1u << TARGET_ASK_COMMANDS | 1u << TARGET_ASK_NAME | 1u << TARGET_ASK_STATUS | \
     1u << TARGET_ASK_JOBS | 1u << TARGET_ASK_MIGRATE | 1u << TARGET_ASK_LIMITS |  \
     1u << TARGET_ASK_CAPABILITIES)

static void say(struct target *target, enum journal_mark mark, const char *text,
                const char *detail, int64_t now_ms)
{
    journal_add(&target->fleet->journal, now_ms, mark, target_label(target), NULL, 0, "%s%s",
                text, detail);
}

static void link_set(struct target *target, enum target_link link, int64_t now_ms)
{
    if (target->link != link)
        target->link_ms = now_ms;
    target->link = link;
    fleet_touch(target->fleet);
}

static bool link_is_open(enum target_link link)
{
    return link == TARGET_UP || link == TARGET_STALE;
}

/* Between two tries: the next one is no news until it has an outcome. */
static bool is_waiting(enum target_link link)
{
    return link == TARGET_BUSY || link == TARGET_FAILED;
}

/* It has the socket of the former QEMU, and nothing else of it. */
static void renew(struct target *target, int64_t now_ms)
{
    char pid[32];

    target->renewed = false;
    snprintf(pid, sizeof(pid), "%d", target->last_pid);
    say(target, JOURNAL_INFO, "another QEMU has its socket now: pid ", pid, now_ms);
    action_lost(target->fleet, target, now_ms);
    merge_renewed(target, now_ms);
}

/* Nothing that was asked in the old connection will be answered. */
static void begin_questions(struct target *target, uint32_t questions, int64_t now_ms)
{
    mem_set(&target->reason, NULL);
    target->was_up = true;
    target->lost_ms = 0;
    target->retry_ms = 0;
    target->opened_ms = now_ms;
    target->answer_ms = now_ms;
    target->wanted = questions;
    target->unusable = 0;
    target->strays = 0;
    memset(target->polled_ms, 0, sizeof(target->polled_ms));
}

static void link_opened(struct target *target, int64_t now_ms)
{
    if (target->was_up)
        journal_gap(&target->fleet->journal, target->lost_ms, now_ms, target_label(target));
    if (target->qemu)
        journal_add(&target->fleet->journal, now_ms, JOURNAL_INFO, target_label(target), NULL,
                    0, "connected (QEMU %s)", target->qemu);
    else
        say(target, JOURNAL_INFO, "connected", "", now_ms);
    target->poll_count = 0;
    target->jobs_odd = false;
    if (target->renewed)
        renew(target, now_ms);
    begin_questions(target, FIRST_QUESTIONS, now_ms);
}

static void link_lost(struct target *target, int64_t now_ms)
{
    if (!target->lost_ms)
        target->lost_ms = now_ms;
    target->asking = false;
    target->wanted = 0;
    target->jobs_known = false;
    target->offered_known = false;
    target->visited = false;
    action_lost(target->fleet, target, now_ms);
    merge_lost(target, now_ms);
}

/* Only what asks and answers ends with a visit. */
static void visit_ended(struct target *target, int64_t retry_ms)
{
    target->asking = false;
    target->wanted = 0;
    target->visited = target->jobs_known;
    target->jobs_known = false;
    target->retry_ms = retry_ms;
    target->link = TARGET_AWAY;
    merge_left(target);
}

static void visit_began(struct target *target, int64_t now_ms)
{
    if (target->renewed)
        renew(target, now_ms);
    begin_questions(target, visit_questions(target), now_ms);
    target->link = TARGET_UP;
    fleet_touch(target->fleet);
}

/* Steps of a visit, which are no news. Returns whether this is one. */
static bool take_visit(struct target *target, enum target_link link, int64_t retry_ms,
                       int64_t now_ms)
{
    bool away = target->link == TARGET_AWAY;

    if (link == TARGET_AWAY && target->link == TARGET_UP)
        visit_ended(target, retry_ms);
    else if (away && link == TARGET_UP)
        visit_began(target, now_ms);
    else if (away && (link == TARGET_CONNECTING ||
                      (link == TARGET_BUSY && visit_is_patient(target, now_ms))))
        target->retry_ms = retry_ms;
    else
        return link == TARGET_AWAY;
    return true;
}

/* Why it is not up, in the journal: once, not at each retry. */
static void link_explain(struct target *target, enum target_link link, const char *reason,
                         bool was_open, int64_t now_ms)
{
    bool news = mem_set(&target->reason, reason);

    if (news || was_open)
        say(target, link == TARGET_FAILED ? JOURNAL_ERROR : JOURNAL_INFO, reason, "", now_ms);
}

void target_set_link(struct target *target, enum target_link link, const char *reason,
                     int64_t retry_ms, int64_t now_ms)
{
    bool was_open = target_is_connected(target);

    if (link == TARGET_STALE || (link == TARGET_UP && link_is_open(target->link)) ||
        take_visit(target, link, retry_ms, now_ms))
        return;
    if (link == TARGET_CONNECTING && is_waiting(target->link)) {
        target->retry_ms = 0;
        if (reason)
            mem_set(&target->reason, reason);
        fleet_touch(target->fleet);
        return;
    }
    if (was_open)
        link_lost(target, now_ms);
    target->retry_ms = retry_ms;
    if (link == TARGET_UP)
        link_opened(target, now_ms);
    else if (reason)
        link_explain(target, link, reason, was_open, now_ms);
    else if (was_open)
        link_explain(target, link, "closed", was_open, now_ms);
    link_set(target, link, now_ms);
}

void target_set_gone(struct target *target, bool gone, int64_t now_ms)
{
    if (gone == target->gone)
        return;
    target->gone = gone;
    say(target, JOURNAL_INFO, gone ? "is gone: not tried any more" : "is there again", "",
        now_ms);
    fleet_touch(target->fleet);
}

void target_set_version(struct target *target, const char *qemu)
{
    if (!mem_set(&target->qemu, qemu))
        return;
    target->offered_known = false;
    fleet_touch(target->fleet);
}

void target_set_vm_name(struct target *target, const char *name)
{
    if (mem_set(&target->vm_name, name))
        fleet_touch(target->fleet);
}

void target_set_run_state(struct target *target, const char *run_state, int64_t now_ms)
{
    if (target->run_state && run_state && strcmp(target->run_state, run_state) != 0)
        guest_event(target, &(struct guest_report){.event = GUEST_STATE, .subject = run_state},
                    now_ms);
    if (mem_set(&target->run_state, run_state))
        fleet_touch(target->fleet);
}

void target_set_pid(struct target *target, int pid)
{
    if (target->pid == pid)
        return;
    target->offered_known = target->offered_known && pid == 0;
    target->pid = pid;
    if (pid > 0) {
        target->renewed = target->renewed || (target->last_pid > 0 && target->last_pid != pid);
        target->last_pid = pid;
    }
    fleet_touch(target->fleet);
}

void target_answered(struct target *target, enum target_query query, bool usable,
                     int64_t now_ms)
{
    char silence[FORMAT_SIZE];

    if (!target->asking || target->asked != query)
        return;
    target->asking = false;
    target->answer_ms = now_ms;
    if (usable) {
        target->unusable &= ~(1u << query);
    } else {
        target->unusable |= 1u << query;
        target->malformed++;
    }
    if (target->link != TARGET_STALE)
        return;
    say(target, JOURNAL_INFO, "answers again after ",
        format_duration(silence, now_ms - target->asked_ms), now_ms);
    mem_set(&target->reason, NULL);
    target->lost_ms = 0;
    link_set(target, TARGET_UP, now_ms);
}

static bool grew_stale(struct target *target, int64_t now_ms)
{
    if (target->link != TARGET_UP || !target->asking ||
        now_ms - target->asked_ms < TARGET_STALE_MS)
        return false;
    mem_set(&target->reason,
            target->strays > 0 ? "its answers are not to our questions" : "does not answer");
    say(target, JOURNAL_ERROR, target->reason, "", now_ms);
    target->lost_ms = target->asked_ms;
    link_set(target, TARGET_STALE, target->asked_ms);
    return true;
}

bool target_tick(struct target *target, int64_t now_ms)
{
    bool stale = grew_stale(target, now_ms), calm = target_calm(target, now_ms);

    return merge_tick(target, now_ms) || stale || calm;
}
