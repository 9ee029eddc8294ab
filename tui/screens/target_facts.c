#include "tui/screens/target_facts.h"

#include <stdio.h>
#include <string.h>

#include "tui/screens/event_text.h"

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

/* Why it is not up, or odd: what we did ourselves needs no reason. */
static const char *reason_of(const struct target *target)
{
    bool connected = target->link == TARGET_UP || target->link == TARGET_AWAY;
    if (target_oddity(target))
        return target_oddity(target);
    return target->reason && !connected && target->link != TARGET_CLOSED ? target->reason : "";
}

/* Who needs the socket free, where it is visited for that. */
static void write_manner(const struct target *target, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s", target->polite ? "polite: " : "",
             target->polite && target->manager ? target->manager : "",
             target->polite ? target->manager ? " needs this socket free" : "as you asked"
                            : "");
}

static void write_why(struct target_cells *cells, const struct target *target, int64_t now_ms)
{
    char retry[LINK_LOOK_SIZE];
    const char *reason = reason_of(target);
    link_look_words(target, now_ms, cells->link, retry);
    if (target->link == TARGET_UP && target->leads_to != NULL) {
        snprintf(cells->why, sizeof(cells->why), "leads to %s", target->leads_to);
        return;
    }
    snprintf(cells->why, sizeof(cells->why), "%s%s%s", retry,
             retry[0] != '\0' && reason[0] != '\0' ? ": " : "", reason);
    if (cells->why[0] == '\0')
        write_manner(target, cells->why, sizeof(cells->why));
}

void target_facts_cells(struct target_cells *cells, const struct target *target, int64_t now_ms)
{
    int64_t age_ms = target_age_ms(target, now_ms);
    *cells = (struct target_cells){
        .name = target_label(target),
        .guest = or_dash(target->run_state),
        .qemu = or_dash(target->qemu),
        .pid = "-",
        .age = "-",
        .role = link_look(target, now_ms)->role,
        .mark = link_look(target, now_ms)->mark,
    };
    write_why(cells, target, now_ms);
    snprintf(cells->jobs, sizeof(cells->jobs), "%zu", target->living_count);
    if (target->pid > 0)
        snprintf(cells->pid, sizeof(cells->pid), "%d", target->pid);
    if (age_ms >= 0)
        format_duration(cells->age, age_ms);
}

/* ---- in full --------------------------------------------------------------------------- */

static void add_link(const struct target *target, int64_t (*wall_s)(int64_t at_ms),
                     struct fields *fields, int64_t now_ms)
{
    const struct link_look *look = link_look(target, now_ms);
    char clock[EVENT_TEXT_CLOCK], time[FORMAT_SIZE], manner[96];
    fields_add(fields, "link", look->role, "%s", look->text);
    fields_add(fields, "since", THEME_NORMAL, "%s, for %s",
               event_text_clock(wall_s(target->link_ms), clock),
               format_duration(time, now_ms - target->link_ms));
    fields_long(fields, "why", look->role, reason_of(target));
    if (target->retry_ms > 0)
        fields_add(fields, target->link == TARGET_AWAY ? "visit" : "retry", THEME_NORMAL,
                   "in %s", format_duration(time, target->retry_ms - now_ms));
    write_manner(target, manner, sizeof(manner));
    fields_add(fields, "manner", THEME_NORMAL, "%s", manner);
}

static void add_answers(const struct target *target, struct fields *fields, int64_t now_ms)
{
    int64_t age_ms = target_age_ms(target, now_ms);
    char time[FORMAT_SIZE];
    if (age_ms < 0)
        fields_add(fields, "answer", THEME_DIM, "- none in this connection");
    else
        fields_add(fields, "answer", THEME_NORMAL, "%s ago", format_duration(time, age_ms));
    if (target->malformed > 0)
        fields_add(fields, "unusable", THEME_NEED, "%u replies or events",
                   (unsigned)target->malformed);
}

static void add_jobs(const struct target *target, struct fields *fields, int64_t now_ms)
{
    size_t needs = 0;
    for (size_t i = 0; i < target->job_count; i++)
        needs += fleet_need(target, target->jobs[i], now_ms).kind != NEED_NONE;
    fields_add(fields, "jobs", needs > 0 ? THEME_NEED : THEME_NORMAL,
               "%zu%s, %zu ended, %zu need%s you", target->living_count,
               target_is_fresh(target) ? "" : " when last seen", target->ended_count, needs,
               needs == 1 ? "s" : "");
}

/* Known before anybody tries. */
static void add_blocked(const struct target *target, struct fields *fields)
{
    char text[MIGRATION_TEXT_MAX + sizeof("refused: ")];
    if (!target->migration.blocked)
        return;
    snprintf(text, sizeof(text), "refused: %s", target->migration.blocked);
    fields_long(fields, "migrate", THEME_NEED, text);
}

void target_facts_add(const struct target *target, int64_t (*wall_s)(int64_t at_ms),
                      struct fields *fields, int64_t now_ms)
{
    add_link(target, wall_s, fields, now_ms);
    add_answers(target, fields, now_ms);
    add_jobs(target, fields, now_ms);
    fields_add(fields, "VM", THEME_NORMAL, "%s", or_dash(target->vm_name));
    fields_add(fields, "guest", THEME_NORMAL, "%s", or_dash(target->run_state));
    add_blocked(target, fields);
    fields_add(fields, "QEMU", THEME_NORMAL, "%s", or_dash(target->qemu));
    if (target->pid > 0)
        fields_add(fields, "pid", THEME_NORMAL, "%d", target->pid);
    fields_add(fields, "socket", THEME_NORMAL, "%s", target->endpoint);
}
