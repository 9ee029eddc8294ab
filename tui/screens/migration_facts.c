#include "tui/screens/migration_facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/format.h"
#include "tui/screens/event_text.h"
#include "tui/screens/migration_text.h"
#include "tui/screens/need_look.h"

#define TEXT_SIZE 1024

/* ---- state ----------------------------------------------------------------------------- */

static enum theme_role role_of(const struct target *target)
{
    struct need need = fleet_migration_need(target);
    return need_look_role(&need, THEME_NORMAL);
}

/* The verdict with its figures: "converging: the guest dirties 1M/s, 90M/s are sent". */
static void add_verdict(const struct migration *migration, struct fields *fields)
{
    char reason[TEXT_SIZE - 64], text[TEXT_SIZE];
    migration_reason(migration, reason, sizeof(reason));
    snprintf(text, sizeof(text), "%s%s%s", migration_verdict_text(migration->noted),
             reason[0] != '\0' ? ": " : "", reason);
    fields_long(fields, "verdict", THEME_NORMAL, text);
}

/* Where the state has words of its own the verdict is among them; so is the error of
 * one that failed or broke. */
static void add_state(const struct migration_facts *facts, struct fields *fields)
{
    char state[TEXT_SIZE], reason[TEXT_SIZE];
    const struct target *target = facts->target;
    const struct migration *migration = &target->migration;
    enum need_kind need = fleet_migration_need(target).kind;
    bool told = need == NEED_FAILED || need == NEED_BROKEN;
    migration_text_state(target, NULL, facts->now_ms, state, sizeof(state));
    migration_text_reason(target, NULL, facts->now_ms, reason, sizeof(reason));
    fields_long(fields, "state", role_of(target), state);
    if (!migration_is_ended(migration) && !target_is_fresh(target))
        fields_long(fields, "", THEME_ERROR, "~ out of date: its QEMU is not connected");
    if (reason[0] == '\0')
        add_verdict(migration, fields);
    if (migration->error && !told)
        fields_long(fields, "error", THEME_ERROR, migration->error);
    fields_long(fields, "blocked", THEME_NEED, migration->blocked ? migration->blocked : "");
}

static void add_since(const struct migration_facts *facts, struct fields *fields)
{
    const struct migration *migration = &facts->target->migration;
    char clock[EVENT_TEXT_CLOCK], time[FORMAT_SIZE];
    int64_t ms;
    bool ended = migration_is_ended(migration);
    event_text_clock(facts->wall_s(migration->status_ms), clock);
    if (ended)
        fields_add(fields, "ended", THEME_NORMAL, "%s", clock);
    else
        fields_add(fields, "since", THEME_NORMAL, "%s, for %s", clock,
                   format_duration(time, facts->now_ms - migration->status_ms));
    if (migration_duration(migration, facts->now_ms, &ms))
        fields_add(fields, ended ? "took" : "runs for", THEME_NORMAL, "%s",
                   format_duration(time, ms));
}

/* ---- motion ---------------------------------------------------------------------------- */

/* What each pass had to send: "1: 16.0 GiB  2: 4.1 GiB  3: 4.0 GiB". */
static void add_passes(const struct migration *migration, struct fields *fields)
{
    const struct migration_course *course = migration->course;
    char text[TEXT_SIZE] = "", bytes[FORMAT_SIZE];
    size_t len = 0;
    for (size_t i = 0; course && i < course->pass_count; i++) {
        const struct migration_pass *pass = &course->passes[i];
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%" PRIu64 ": %s",
                                i > 0 ? "  " : "", pass->pass,
                                format_bytes_long(bytes, pass->remaining));
    }
    fields_long(fields, "passes", THEME_NORMAL, text);
}

static void add_amounts(const struct migration *migration, struct fields *fields)
{
    char left[FORMAT_SIZE], total[FORMAT_SIZE], sent[FORMAT_SIZE];
    fields_add(fields, "left", THEME_NORMAL, "%s of %s",
               format_bytes_long(left, migration->remaining),
               format_bytes_long(total, migration->total));
    fields_add(fields, "sent", THEME_NORMAL, "%s in all",
               format_bytes_long(sent, migration->transferred));
}

/* What it sends and what the guest dirties meanwhile; of one that is through QEMU
 * tells the mean. */
static void add_rates(const struct migration *migration, bool sends, struct fields *fields)
{
    char rate[FORMAT_SIZE];
    int64_t eta_ms;
    bool ended = migration_is_ended(migration);
    if (!sends && !ended) {
        fields_add(fields, "rate", THEME_DIM, "- nothing is sent");
        return;
    }
    fields_add(fields, ended ? "mean" : "rate", THEME_NORMAL, "%s",
               format_rate(rate, migration->bytes_per_second));
    if (ended)
        return;
    if (migration->pass < 2)
        fields_add(fields, "dirtied", THEME_DIM, "- not measured in pass 1");
    else
        fields_add(fields, "dirtied", THEME_NORMAL, "%s by the guest",
                   format_rate(rate, migration->dirty_bytes_per_second));
    if (migration_eta(migration, &eta_ms))
        fields_add(fields, "ETA", THEME_NORMAL, "%s for this pass",
                   format_duration(rate, eta_ms));
    if (migration_is_postcopy(migration->status))
        fields_add(fields, "requests", THEME_NORMAL, "%" PRIu64 " from the destination",
                   migration->postcopy_requests);
}

/* "expected 800 ms, limit 300 ms". QEMU begins with the limit as its expectation. */
static void add_downtime(const struct migration *migration, struct fields *fields)
{
    char limit[64] = "", time[FORMAT_SIZE];
    if (migration->limits.known)
        snprintf(limit, sizeof(limit), ", limit %s",
                 migration_text_ms(migration->limits.downtime_limit, time));
    if (migration->has_downtime)
        fields_add(fields, "downtime", THEME_NORMAL, "%s%s",
                   migration_text_ms(migration->downtime, time), limit);
    else if (migration_is_postcopy(migration->status))
        fields_add(fields, "downtime", THEME_DIM, "- not told");
    else if (migration->has_expected_downtime && migration->pass >= 2)
        fields_add(fields, "downtime", THEME_NORMAL, "expected %s%s",
                   migration_text_ms(migration->expected_downtime, time), limit);
    else if (limit[0] != '\0')
        fields_add(fields, "downtime", THEME_NORMAL, "not estimated yet%s", limit);
}

void migration_facts_course(const struct migration_facts *facts, struct fields *fields)
{
    const struct migration *migration = &facts->target->migration;
    bool sends = migration_is_sending(migration) && target_is_fresh(facts->target);
    add_state(facts, fields);
    add_since(facts, fields);
    if (migration->has_ram) {
        add_amounts(migration, fields);
        add_rates(migration, sends, fields);
        add_downtime(migration, fields);
        add_passes(migration, fields);
    } else if (migration->incoming) {
        fields_long(fields, "figures", THEME_DIM, "- only the source tells any");
    }
    if (migration->has_throttle)
        fields_add(fields, "throttle", THEME_NORMAL,
                   "the guest loses %" PRIu64 " %% of its CPU time",
                   migration->throttle_percent);
}

/* ---- the rest -------------------------------------------------------------------------- */

static const char *capabilities_text(const struct migration_capabilities *capabilities,
                                     char *text, size_t size)
{
    const struct {
        bool on;
        const char *name;
    } items[] = {
        {capabilities->postcopy_ram, "postcopy-ram"},
        {capabilities->pause_before_switchover, "pause-before-switchover"},
        {capabilities->auto_converge, "auto-converge"},
        {capabilities->events, "events"},
    };
    size_t len = 0;
    if (!capabilities->known)
        return "- not told";
    text[0] = '\0';
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]) && len < size; i++)
        if (items[i].on)
            len += (size_t)snprintf(text + len, size - len, "%s%s", len > 0 ? ", " : "",
                                    items[i].name);
    return len > 0 ? text : "none of postcopy-ram, pause-before-switchover, auto-converge";
}

void migration_facts_rest(const struct migration_facts *facts, struct fields *fields)
{
    char text[160];
    const struct target *target = facts->target;
    const struct migration *migration = &target->migration;
    fields_long(fields, "switched", THEME_NORMAL,
                capabilities_text(&migration->capabilities, text, sizeof(text)));
    fields_add(fields, "side", THEME_NORMAL, "%s",
               migration->incoming ? "destination" : "source");
    if (migration->setup_time > 0)
        fields_add(fields, "setup", THEME_NORMAL, "%" PRIu64 " ms", migration->setup_time);
    fields_add(fields, "VM", THEME_NORMAL, "%s%s%s", target_label(target),
               target->run_state ? ", " : "", target->run_state ? target->run_state : "");
    fields_add(fields, "QEMU", THEME_NORMAL, "%s", target->qemu ? target->qemu : "- not told");
    fields_add(fields, "socket", THEME_NORMAL, "%s", target->endpoint);
}
