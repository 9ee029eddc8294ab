#include "tui/screens/job_detail.h"

#include <stdio.h>
#include <string.h>

#include "core/format.h"
#include "core/group.h"
#include "tui/screens/detail_events.h"
#include "tui/screens/job_facts.h"
#include "tui/screens/job_text.h"
#include "tui/screens/migration_detail.h"
#include "tui/screens/need_look.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/fields.h"
#include "tui/widgets/names.h"

#define CHART_LINES  3
#define VERB_INDENT  14
#define VERBS_SIZE   160
#define WARNING_SIZE 512

/* ---- title ----------------------------------------------------------------------------- */

static void draw_title(const struct target *target, const struct job *job,
                       struct draw_area area, int64_t now_ms)
{
    char status[64], right[80];
    struct need need = fleet_need(target, job, now_ms);
    struct names names;
    job_text_status(job, &need, now_ms, status, sizeof(status));
    if (need.level == NEED_LEVEL_NONE)
        snprintf(right, sizeof(right), "%s", status);
    else
        snprintf(right, sizeof(right), "%s %c", status, need_look_mark(&need));
    int width = draw_width(right);
    draw_fill(area, 0, 0, area.width, THEME_TITLE, ' ');
    names_fit(&names, target_label(target), job->id, area.width - 6 - width);
    draw_format(area, 0, 1, area.width - 4 - width, THEME_TITLE, "%s  %s", names.vm, names.job);
    draw_right(area, 0, area.width - 1 - width, width, THEME_TITLE, right);
}

/* ---- speed ----------------------------------------------------------------------------- */

static void add_chart(const struct job *job, struct fields *fields, int64_t now_ms)
{
    float columns[HISTORY_SLOTS];
    char top_text[FORMAT_SIZE];
    int room = fields->area.width - FIELDS_LABEL - 1;
    if (!job->history.speeds || room < 1)
        return;
    size_t count = history_read(&job->history, now_ms, columns,
                                room < HISTORY_SLOTS ? (size_t)room : HISTORY_SLOTS);
    float top = chart_top(columns, count);
    int y = fields_room(fields, CHART_LINES);
    draw_text(fields->area, y, 1, FIELDS_LABEL - 2, THEME_DIM,
              format_rate(top_text, (uint64_t)top));
    draw_format(fields->area, y + 1, 1, FIELDS_LABEL - 2, THEME_DIM, "%d min",
                HISTORY_MS / 60000);
    draw_text(fields->area, y + 2, 1, FIELDS_LABEL - 2, THEME_DIM, "0/s");
    chart_draw(fields->area, y, FIELDS_LABEL, CHART_LINES, THEME_BAR_DONE, columns, count, top);
}

/* ---- verbs ----------------------------------------------------------------------------- */

static void add_lit(const struct app *app, const struct target *target, const struct job *job,
                    enum verb verb, struct fields *fields)
{
    char keys[KEYMAP_KEYS_SIZE], label[KEYMAP_KEYS_SIZE + 32], warning[WARNING_SIZE];
    if (keymap_keys(&app->keymap, keymap_of_verb(verb), true, keys)[0] == '\0')
        return;
    snprintf(label, sizeof(label), "%s  %s", keys, verb_name(verb));
    fields_item(fields, THEME_KEY, label, VERB_INDENT, THEME_NORMAL,
                verb_consequence(job, verb));
    if (group_warning(target, job, verb, warning, sizeof(warning)))
        fields_item(fields, THEME_NEED, "", VERB_INDENT, THEME_NEED, warning);
}

/* All verbs with the reason `why` in one line, from `verb` on, the first of them. */
static void add_unlit(const struct app *app, uint64_t uid, enum verb verb, const char *why,
                      uint32_t *said, struct fields *fields)
{
    char text[VERBS_SIZE + 160];
    int len = 0;
    for (; verb < VERB_COUNT; verb++) {
        const char *other = action_check(app->fleet, uid, verb).why;
        if (!other || strcmp(other, why) != 0)
            continue;
        *said |= VERB_BIT(verb);
        len += snprintf(text + len, sizeof(text) - (size_t)len, "%s%s", len > 0 ? ", " : "",
                        verb_name(verb));
    }
    snprintf(text + len, sizeof(text) - (size_t)len, ": %s", why);
    fields_item(fields, THEME_DIM, "-", 3, THEME_DIM, text);
}

static void add_clear(const struct app *app, struct fields *fields)
{
    char keys[KEYMAP_KEYS_SIZE], label[KEYMAP_KEYS_SIZE + 32];
    keymap_keys(&app->keymap, REQUEST_DISMISS, true, keys);
    snprintf(label, sizeof(label), "%s  clear", keys);
    fields_item(fields, THEME_KEY, label, VERB_INDENT, THEME_NORMAL,
                "take it off this list; QEMU has it no longer");
}

static void add_verbs(const struct app *app, const struct target *target, const struct job *job,
                      struct fields *fields)
{
    uint32_t said = 0;
    fields_heading(fields, "what you can do");
    if (job->ending != JOB_NOT_ENDED) {
        add_clear(app, fields);
        return;
    }
    for (enum verb verb = 0; verb < VERB_COUNT; verb++)
        if (action_check(app->fleet, job->uid, verb).answer == VERB_LIT)
            add_lit(app, target, job, verb, fields);
    for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
        const char *why = action_check(app->fleet, job->uid, verb).why;
        if (why && !(said & VERB_BIT(verb)))
            add_unlit(app, job->uid, verb, why, &said, fields);
    }
}

/* ---- the whole ------------------------------------------------------------------------- */

/* What can be done comes before the facts where they would push it off the page. */
static int draw(struct app *app, uint64_t uid, struct draw_area area, int first,
                bool verbs_first, int64_t now_ms)
{
    struct target *target;
    const struct job *job = fleet_job(app->fleet, uid, &target);
    struct fields fields;
    if (!job) {
        draw_text(area, 0, 1, -1, THEME_DIM, "no job is selected");
        return 0;
    }
    if (job->ending == JOB_NOT_ENDED)
        app_lively(app, now_ms);
    draw_title(target, job, area, now_ms);
    fields_begin(&fields, draw_sub(area, 1, 0, area.height - 1, area.width), first);
    if (verbs_first)
        add_verbs(app, target, job, &fields);
    job_facts_add(
        &(struct job_facts){
            .target = target,
            .job = job,
            .keymap = &app->keymap,
            .wall_s = app->wall_s,
            .now_ms = now_ms,
        },
        &fields);
    add_chart(job, &fields, now_ms);
    if (!verbs_first)
        add_verbs(app, target, job, &fields);
    detail_events(app, uid, &fields);
    return fields_end(&fields);
}

int job_detail_draw(struct app *app, uint64_t uid, struct draw_area area, int first,
                    int64_t now_ms)
{
    return draw(app, uid, area, first, false, now_ms);
}

int job_detail_beside(struct app *app, uint64_t uid, struct draw_area area, int first,
                      int64_t now_ms)
{
    if (fleet_migrating(app->fleet, uid))
        return migration_detail_beside(app, uid, area, first, now_ms);
    int lines = draw(app, uid, draw_sub(area, 0, 0, 0, area.width), 0, false, now_ms);
    return draw(app, uid, area, first, lines >= area.height, now_ms);
}
