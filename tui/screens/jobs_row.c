#include "tui/screens/jobs_row.h"

#include <stdio.h>

#include "core/format.h"
#include "core/group.h"
#include "core/motion.h"
#include "core/verdict.h"
#include "tui/screens/job_text.h"
#include "tui/screens/migration_row.h"
#include "tui/screens/need_look.h"
#include "tui/widgets/names.h"

#define AGED_FROM    30 /* columns of a narrow line that has an age at its end */
#define STATUS_LEAST 6  /* "READY", and of longer ones what tells them apart */

/* ---- what it says ---------------------------------------------------------------------- */

/* Of one that needs nobody. */
static enum theme_role quiet_role(const struct job *job, bool fresh)
{
    if (!fresh || job->ending != JOB_NOT_ENDED)
        return THEME_DIM;
    return job_is_moving(job) ? THEME_OK : THEME_NORMAL;
}

static void describe_amounts(struct jobs_row *row, const struct job *job)
{
    const char *none = job->progress_odd ? "?" : "-";
    snprintf(row->done, sizeof(row->done), "%s", none);
    snprintf(row->total, sizeof(row->total), "%s", none);
    if (!job_is_block(job) || !job->has_progress)
        return;
    format_bytes(row->done, job->current);
    format_bytes(row->total, job->total);
}

static void describe_motion(struct jobs_row *row, const struct target *target,
                            const struct job *job, int64_t now_ms)
{
    uint64_t per_second;
    int64_t eta_ms;
    snprintf(row->rate, sizeof(row->rate), "-");
    snprintf(row->eta, sizeof(row->eta), "-");
    if (motion_rate(target, job, now_ms, &per_second))
        format_rate(row->rate, per_second);
    if (motion_eta(target, job, now_ms, &eta_ms))
        format_duration(row->eta, eta_ms);
}

/* "at its limit, 50M/s", "moving, limit 50M/s"; else the word alone. */
static void describe_verdict(struct jobs_row *row, const struct job *job, int64_t now_ms)
{
    char limit[FORMAT_SIZE];
    enum verdict verdict = verdict_of(job, now_ms);
    bool at_limit = verdict == VERDICT_AT_LIMIT;
    bool limited = job->has_block && job->speed > 0 && (at_limit || verdict == VERDICT_MOVING);
    snprintf(row->verdict, sizeof(row->verdict), "%s%s%s", verdict_text(verdict),
             !limited   ? ""
             : at_limit ? ", "
                        : ", limit ",
             limited ? format_rate(limit, job->speed) : "");
}

#define GROUP_NUMBERS 1000 /* what the column has room for */

static void describe_group(struct jobs_row *row, const struct target *target,
                           const struct job *job)
{
    enum group_certainty certainty = group_certainty(target, job);
    if (job->ending != JOB_NOT_ENDED || group_siblings(target, job, NULL, 0) == 0)
        return;
    if (certainty == GROUP_POSSIBLE)
        snprintf(row->group, sizeof(row->group), "?");
    else
        snprintf(row->group, sizeof(row->group), "%d%s", (int)(job->group % GROUP_NUMBERS),
                 certainty == GROUP_PROVEN ? "" : "?");
}

void jobs_row_describe(struct jobs_row *row, const struct target *target, const struct job *job,
                       const struct keymap *keymap, int64_t now_ms)
{
    struct need need = fleet_need(target, job, now_ms);
    bool fresh = target_is_fresh(target);
    *row = (struct jobs_row){
        .vm = target_label(target),
        .job = job->id,
        .type = job_type_text(job),
        .mark = need_look_mark(&need),
        .stale = !fresh && job->ending == JOB_NOT_ENDED,
        .role = need_look_role(&need, quiet_role(job, fresh)),
    };
    job_text_status(job, &need, now_ms, row->status, sizeof(row->status));
    job_text_reason(target, job, &need, keymap, now_ms, row->reason, sizeof(row->reason));
    if (need.kind != NEED_NONE)
        format_duration(row->age, now_ms - need.since_ms);
    row->permille = job_text_percent(job, row->percent);
    format_duration(row->since_seen, now_ms - job->seen_ms);
    describe_verdict(row, job, now_ms);
    describe_group(row, target, job);
    describe_amounts(row, job);
    describe_motion(row, target, job, now_ms);
}

bool jobs_row_of(struct jobs_row *row, const struct fleet *fleet, uint64_t uid,
                 const struct keymap *keymap, int64_t now_ms)
{
    struct target *target;
    const struct job *job = fleet_job(fleet, uid, &target);
    if (job) {
        jobs_row_describe(row, target, job, keymap, now_ms);
        return true;
    }
    target = fleet_migrating(fleet, uid);
    if (target)
        migration_row_describe(row, target, keymap, now_ms);
    return target != NULL;
}

/* ---- how it looks ---------------------------------------------------------------------- */

static void draw_cell(const struct jobs_layout *layout, enum jobs_column column,
                      struct draw_area area, int y, enum theme_role role, const char *text)
{
    const struct table_span *span = &layout->spans[column];
    if (span->width > 0 && jobs_column_is_right(column))
        draw_right(area, y, span->x, span->width, role, text);
    else if (span->width > 0)
        draw_text(area, y, span->x, span->width, role, text);
}

static void draw_name(const struct jobs_layout *layout, enum jobs_column column,
                      struct draw_area area, int y, enum theme_role role, const char *name)
{
    const struct table_span *span = &layout->spans[column];
    draw_middle(area, y, span->x, span->width, role, name);
}

void jobs_row_head(const struct jobs_layout *layout, struct draw_area area, int y)
{
    if (layout->narrow) {
        draw_text(area, y, JOBS_MARKS, -1, THEME_HEADING, "VM JOB STATUS");
        return;
    }
    for (enum jobs_column column = 0; column < JOBS_COLUMN_COUNT; column++)
        draw_cell(layout, column, area, y, THEME_HEADING, jobs_column_title(column));
}

static int end_of(const struct table_span *span)
{
    return span->x + span->width;
}

/* A need: its reason, and its age at the end. */
static void draw_need(const struct jobs_row *row, const struct jobs_layout *layout,
                      struct draw_area area, int y)
{
    const struct table_span *words = &layout->words;
    int age = draw_width(row->age);
    draw_text(area, y, words->x, words->width - age - 1, row->role, row->reason);
    draw_right(area, y, end_of(words) - age, age, row->role, row->age);
}

static bool is_covered(const struct jobs_layout *layout, enum jobs_column column)
{
    const struct table_span *span = &layout->spans[column], *words = &layout->words;
    return span->width > 0 && span->x >= words->x && span->x < end_of(words);
}

/* A reason in place of the bar; the percentage stands in its column, or at the end
 * when the reason runs on over the figures, which say nothing then. */
static void draw_reason(const struct jobs_row *row, const struct jobs_layout *layout,
                        struct draw_area area, int y, enum theme_role role)
{
    const struct table_span *percent = &layout->spans[JOBS_PERCENT], *words = &layout->words;
    int end = end_of(words);
    bool covered = is_covered(layout, JOBS_PERCENT);
    bool told = row->permille < 0 || (percent->width > 0 && !covered);
    bool fits = covered && words->x + draw_width(row->reason) < percent->x;
    if (!told && fits) {
        draw_cell(layout, JOBS_PERCENT, area, y, role, row->percent);
    } else if (!told) {
        end -= draw_width(row->percent);
        draw_text(area, y, end, -1, role, row->percent);
        end--;
    }
    draw_text(area, y, words->x, end - words->x, role, row->reason);
}

/* Bar and figures; those alone that the words leave free where there are words. */
static void draw_figures(const struct jobs_row *row, const struct jobs_layout *layout,
                         struct draw_area area, int y, enum theme_role role, bool words)
{
    const char *const texts[] = {
        [JOBS_PROGRESS] = NULL,    [JOBS_PERCENT] = row->percent, [JOBS_DONE] = row->done,
        [JOBS_TOTAL] = row->total, [JOBS_RATE] = row->rate,       [JOBS_ETA] = row->eta,
    };
    const struct table_span *bar = &layout->spans[JOBS_PROGRESS];
    for (enum jobs_column column = JOBS_PROGRESS; column <= JOBS_ETA; column++) {
        if (words && is_covered(layout, column))
            continue;
        if (column != JOBS_PROGRESS)
            draw_cell(layout, column, area, y, role, texts[column]);
        else if (bar->width > 0)
            draw_bar(area, y, bar->x, bar->width, row->permille);
    }
}

static void draw_columns(const struct jobs_row *row, const struct jobs_layout *layout,
                         struct draw_area area, int y, enum theme_role quiet)
{
    bool words = row->age[0] != '\0' || row->reason[0] != '\0';
    draw_name(layout, JOBS_VM, area, y, quiet, row->vm);
    draw_name(layout, JOBS_JOB, area, y, quiet, row->job);
    draw_cell(layout, JOBS_GROUP, area, y, quiet, row->group);
    draw_cell(layout, JOBS_TYPE, area, y, quiet, row->type);
    draw_cell(layout, JOBS_STATUS, area, y, row->role, row->status);
    draw_cell(layout, JOBS_AGE, area, y, quiet, row->since_seen);
    draw_cell(layout, JOBS_VERDICT, area, y, quiet, row->verdict);
    draw_figures(row, layout, area, y, quiet, words);
    if (row->age[0] != '\0')
        draw_need(row, layout, area, y);
    else if (words)
        draw_reason(row, layout, area, y, quiet);
}

/* How many of `room` columns the status gets: all it wants where the names want no more
 * than the rest, else what lets them be told apart. */
static int status_share(int wanted, int names, int room)
{
    int share = room - names;
    if (share < room / 3)
        share = room / 3;
    if (share < STATUS_LEAST)
        share = STATUS_LEAST;
    return share < wanted ? share : wanted;
}

/* "db-07 drive-scsi1 PAUSED 61.0% no space left": the names and the status at any width,
 * the rest where there is room. */
static void draw_phrase(const struct jobs_row *row, struct draw_area area, int y,
                        enum theme_role quiet)
{
    struct names names;
    int x = JOBS_MARKS, room = area.width - JOBS_MARKS - 2;
    int wanted = draw_width(row->vm) + draw_width(row->job);
    int status = status_share(draw_width(row->status), wanted, room);
    names_fit(&names, row->vm, row->job, room - status);
    x += draw_text(area, y, x, -1, quiet, names.vm) + 1;
    x += draw_text(area, y, x, -1, quiet, names.job) + 1;
    x += draw_text(area, y, x, status, row->role, row->status) + 1;
    if (row->permille >= 0)
        x += draw_format(area, y, x, -1, quiet, "%s%%", row->percent) + 1;
    draw_text(area, y, x, -1, row->role, row->reason);
}

/* What is left of a narrow line when the age stands at its end, where it is told. */
static struct draw_area without_age(const struct jobs_row *row,
                                    const struct jobs_layout *layout, struct draw_area area,
                                    int y)
{
    int age = draw_width(row->since_seen);
    if (!layout->aged || area.width < AGED_FROM)
        return area;
    draw_right(area, y, area.width - age, age, THEME_DIM, row->since_seen);
    return draw_sub(area, 0, 0, area.height, area.width - age - 1);
}

/* What the cursor colours: which job it is, not what it does. A cursor that moves is
 * cheap on a slow line then, and the status keeps its own colour. */
static int identity_width(const struct jobs_layout *layout, struct draw_area area)
{
    int vm = end_of(&layout->spans[JOBS_VM]), job = end_of(&layout->spans[JOBS_JOB]);
    if (layout->narrow)
        return area.width;
    return vm > job ? vm : job;
}

void jobs_row_draw(const struct jobs_row *row, const struct jobs_layout *layout,
                   struct draw_area area, int y, bool selected)
{
    const char marks[] = {selected ? '>' : ' ', row->mark, row->tagged ? '+' : ' ',
                          row->stale ? '~' : ' ', '\0'};
    bool quiet = row->stale || row->role == THEME_DIM;
    draw_text(area, y, 0, -1, row->role, marks);
    if (layout->narrow)
        draw_phrase(row, without_age(row, layout, area, y), y,
                    quiet ? THEME_DIM : THEME_NORMAL);
    else
        draw_columns(row, layout, area, y, quiet ? THEME_DIM : THEME_NORMAL);
    if (selected)
        draw_recolour(area, y, 0, identity_width(layout, area), THEME_SELECT);
}
