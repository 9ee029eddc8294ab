#include "tui/follow.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/mem.h"
#include "tui/screens/event_text.h"
#include "tui/screens/jobs_row.h"

#define RAW_SIZE   (EVENT_TEXT_SIZE + 2 * JOURNAL_TEXT + 4)
#define CLEAN_SIZE (RAW_SIZE * TEXT_GROWTH + 1)
#define STEP       100 /* permille */

void follow_init(struct follow *follow, const struct fleet *fleet, enum text_charset charset,
                 int64_t (*wall_s)(int64_t at_ms))
{
    *follow = (struct follow){.fleet = fleet, .charset = charset, .wall_s = wall_s};
}

void follow_release(struct follow *follow)
{
    free(follow->rows);
    *follow = (struct follow){.count = 0};
}

/* ---- lines ----------------------------------------------------------------------------- */

static void put_clean(const struct follow *follow, const char *raw)
{
    char clean[CLEAN_SIZE];
    text_clean(clean, sizeof(clean), raw, strlen(raw), follow->charset);
    follow->put(follow->ctx, clean);
}

/* A line of its own in the beginning and after midnight: the others have only a time. */
static void put_day(struct follow *follow, int64_t wall_s)
{
    time_t at = (time_t)wall_s;
    struct tm local;
    char day[sizeof(follow->day)] = "", line[sizeof(follow->day) + 4];
    if (localtime_r(&at, &local))
        strftime(day, sizeof(day), "%Y-%m-%d", &local);
    if (strcmp(day, follow->day) == 0)
        return;
    memcpy(follow->day, day, sizeof(day));
    snprintf(line, sizeof(line), "-- %s", day);
    follow->put(follow->ctx, line);
}

/* "14:02:26 * " and the rest. */
static void put(struct follow *follow, int64_t at_ms, char mark, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void put(struct follow *follow, int64_t at_ms, char mark, const char *format, ...)
{
    char raw[RAW_SIZE], clock[EVENT_TEXT_CLOCK];
    int64_t wall_s = follow->wall_s(at_ms);
    va_list arguments;
    put_day(follow, wall_s);
    int used = snprintf(raw, sizeof(raw), "%s %c ", event_text_clock(wall_s, clock), mark);
    va_start(arguments, format);
    vsnprintf(raw + used, sizeof(raw) - (size_t)used, format, arguments);
    va_end(arguments);
    put_clean(follow, raw);
}

/* ---- the journal ----------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct follow_row *one = a, *other = b;
    return (one->uid > other->uid) - (one->uid < other->uid);
}

static struct follow_row *find(const struct follow *follow, uint64_t uid)
{
    const struct follow_row wanted = {.uid = uid};
    if (follow->count == 0)
        return NULL;
    return bsearch(&wanted, follow->rows, follow->count, sizeof(wanted), compare);
}

static void tell(struct follow *follow, const struct journal_entry *entry, int64_t now_ms)
{
    char text[EVENT_TEXT_SIZE];
    struct follow_row *row = find(follow, entry->uid);
    event_text(entry, follow->wall_s, text);
    if (entry->mark == JOURNAL_GAP)
        put(follow, entry->until_ms, '-', "%s", text);
    else
        put(follow, entry->until_ms, event_text_mark(entry->mark), "%s%s%s%s%s",
            entry->target ? entry->target : "", entry->target ? " " : "",
            entry->job ? entry->job : "", entry->job ? " " : "", text);
    if (row)
        row->told_ms = now_ms;
    follow->serial = entry->serial;
    follow->repeated = entry->count;
    follow->told_ms = now_ms;
}

bool follow_has_news(const struct follow *follow)
{
    return follow->fleet->journal.serial != follow->serial;
}

/* The journal forgets the oldest entries in a flood. */
static void tell_of_lost(struct follow *follow, uint64_t untold, size_t kept)
{
    char line[64];
    if (untold <= kept)
        return;
    snprintf(line, sizeof(line), "-- %llu events are left out: they came too fast",
             (unsigned long long)(untold - kept));
    follow->put(follow->ctx, line);
}

void follow_news(struct follow *follow, int64_t now_ms)
{
    const struct journal *journal = &follow->fleet->journal;
    uint64_t untold = journal->serial - follow->serial;
    size_t count = untold < journal->count ? (size_t)untold : journal->count;
    tell_of_lost(follow, untold, journal->count);
    while (count > 0)
        tell(follow, journal_newest(journal, --count), now_ms);
}

/* The same again and again is one entry, which only counts on. */
static void tell_of_repeats(struct follow *follow, int64_t now_ms)
{
    const struct journal_entry *entry = journal_newest(&follow->fleet->journal, 0);
    if (entry && entry->serial == follow->serial && entry->count > follow->repeated &&
        now_ms - follow->told_ms >= FOLLOW_PACE_MS)
        tell(follow, entry, now_ms);
}

/* ---- motion and needs ------------------------------------------------------------------ */

#define STATE_SIZE 512

/* Adds a part of the state: what stands before it, itself, and behind it. */
static void add(char text[STATE_SIZE], const char *before, const char *part, const char *behind)
{
    size_t len = strlen(text);
    if (part[0] != '\0' && strcmp(part, "-") != 0)
        snprintf(text + len, STATE_SIZE - len, "%s%s%s", before, part, behind);
}

/* "web-01 mirror0 running 50.1%, 88M/s, 3m12 to go" */
static void tell_state(struct follow *follow, const struct jobs_row *row, int64_t now_ms)
{
    char state[STATE_SIZE] = "";
    bool figures = row->reason[0] == '\0';
    add(state, "", row->status, "");
    add(state, " ", row->permille >= 0 ? row->percent : "", "%");
    add(state, ", ", figures ? row->rate : "", "");
    add(state, ", ", figures ? row->eta : "", " to go");
    add(state, ", ", row->reason, "");
    put(follow, now_ms, row->mark, "%s %s %s", row->vm, row->job, state);
}

static bool is_due(const struct follow_row *last, int permille, int64_t now_ms)
{
    int64_t ago_ms = now_ms - last->told_ms;
    bool step = permille / STEP > last->permille / STEP && ago_ms >= FOLLOW_LEAST_MS;
    return permille != last->permille && (step || ago_ms >= FOLLOW_PACE_MS);
}

/* Needs that come and go without an event. */
static bool is_slow_need(enum need_kind kind)
{
    return kind == NEED_FLAT || kind == NEED_NOT_CONVERGING;
}

/* The journal has just said that it needs a person, or that it failed. */
static bool is_said(const struct journal *journal, uint64_t uid, int64_t now_ms)
{
    const struct journal_entry *entry;
    for (size_t i = 0; (entry = journal_newest(journal, i)) != NULL; i++) {
        if (now_ms - entry->until_ms >= FOLLOW_LEAST_MS)
            return false;
        if (entry->uid == uid && (entry->mark == JOURNAL_NEED || entry->mark == JOURNAL_ERROR))
            return true;
    }
    return false;
}

/* The journal tells of a lost link once for all jobs. */
static bool is_need_news(const struct follow *follow, const struct follow_row *row,
                         enum need_kind before, int64_t now_ms)
{
    bool lost = row->need == NEED_LOST || before == NEED_LOST;
    bool news = row->need != before && (row->need != NEED_NONE || is_slow_need(before));
    return news && !lost && !is_said(&follow->fleet->journal, row->uid, now_ms);
}

static bool is_step(const struct follow_row *last, bool moves, int permille, int64_t now_ms)
{
    return last && moves && permille >= 0 && is_due(last, permille, now_ms);
}

static struct follow_row look(struct follow *follow, uint64_t uid, enum need_kind need,
                              bool moves, int64_t now_ms)
{
    const struct follow_row *last = find(follow, uid);
    struct jobs_row row = {.permille = -1};
    struct follow_row now = {.uid = uid, .need = need};
    jobs_row_of(&row, follow->fleet, uid, NULL, now_ms);
    bool tells = is_step(last, moves, row.permille, now_ms) ||
                 is_need_news(follow, &now, last ? last->need : NEED_NONE, now_ms);
    if (tells)
        tell_state(follow, &row, now_ms);
    now.told_ms = tells || !last ? now_ms : last->told_ms;
    now.permille = tells || !last || !moves ? row.permille : last->permille;
    return now;
}

static size_t look_at(struct follow *follow, const struct target *target,
                      struct follow_row *rows, int64_t now_ms)
{
    const struct migration *migration = &target->migration;
    bool fresh = target_is_fresh(target);
    size_t count = 0;
    for (size_t i = 0; i < target->job_count; i++) {
        const struct job *job = target->jobs[i];
        enum need_kind need = fleet_need(target, job, now_ms).kind;
        rows[count++] = look(follow, job->uid, need, fresh && job_is_moving(job), now_ms);
    }
    if (migration_is_shown(migration))
        rows[count++] = look(follow, migration->uid, fleet_migration_need(target).kind,
                             fresh && migration_is_moving(migration), now_ms);
    return count;
}

void follow_tick(struct follow *follow, int64_t now_ms)
{
    const struct fleet *fleet = follow->fleet;
    size_t most = 1, count = 0;
    follow_news(follow, now_ms);
    tell_of_repeats(follow, now_ms);
    for (size_t i = 0; i < fleet->target_count; i++)
        most += fleet->targets[i]->job_count + 1;
    struct follow_row *rows = mem_alloc(most, sizeof(*rows));
    for (size_t i = 0; i < fleet->target_count; i++)
        count += look_at(follow, fleet->targets[i], rows + count, now_ms);
    qsort(rows, count, sizeof(*rows), compare);
    free(follow->rows);
    follow->rows = rows;
    follow->count = count;
}
