#include "tui/screens/migration_detail.h"

#include <stdio.h>

#include "core/format.h"
#include "tui/screens/detail_events.h"
#include "tui/screens/migration_facts.h"
#include "tui/screens/migration_text.h"
#include "tui/screens/need_look.h"
#include "tui/screens/pull.h"
#include "tui/screens/steer.h"
#include "tui/widgets/fields.h"

#define LEVER_INDENT 25

static void draw_title(const struct target *target, struct draw_area area)
{
    char status[64], right[80];
    struct need need = fleet_migration_need(target);
    migration_text_status(target, status, sizeof(status));
    if (need.level == NEED_LEVEL_NONE)
        snprintf(right, sizeof(right), "%s", status);
    else
        snprintf(right, sizeof(right), "%s %c", status, need_look_mark(&need));
    int width = draw_width(right);
    draw_fill(area, 0, 0, area.width, THEME_TITLE, ' ');
    draw_format(area, 0, 1, area.width - 4 - width, THEME_TITLE, "%s  %s", target_label(target),
                target->migration.incoming ? "incoming migration" : "migration");
    draw_right(area, 0, area.width - 1 - width, width, THEME_TITLE, right);
}

/* "now 128 MiB/s; ", or "" for a lever without a value. */
static void say_value(const struct migration *migration, enum lever lever, char *text,
                      size_t size)
{
    char bytes[FORMAT_SIZE];
    uint64_t value;
    text[0] = '\0';
    if (!lever_value(migration, lever, &value))
        return;
    if (lever_argument(lever) != LEVER_RATE)
        snprintf(text, size, "now %s; ", migration_text_ms(value, bytes));
    else if (value == 0)
        snprintf(text, size, "now unlimited; ");
    else
        snprintf(text, size, "now %s/s; ", format_bytes_long(bytes, value));
}

static void add_lever(const struct app *app, const struct target *target, enum lever lever,
                      struct fields *fields)
{
    char keys[KEYMAP_KEYS_SIZE], label[KEYMAP_KEYS_SIZE + 32], value[64], text[320];
    const struct migration *migration = &target->migration;
    const char *why = pull_why_not(app->fleet, migration->uid, lever);
    keymap_keys(&app->keymap, steer_request(lever), true, keys);
    snprintf(label, sizeof(label), "%s  %s", keys[0] != '\0' ? keys : "-", lever_name(lever));
    say_value(migration, lever, value, sizeof(value));
    snprintf(text, sizeof(text), "%s%s%s", value, why ? "not now: " : "",
             why ? why : lever_consequence(migration, lever));
    fields_item(fields, why ? THEME_DIM : THEME_KEY, label, LEVER_INDENT,
                why ? THEME_DIM : THEME_NORMAL, text);
}

static void add_clear(const struct app *app, struct fields *fields)
{
    char keys[KEYMAP_KEYS_SIZE], label[KEYMAP_KEYS_SIZE + 32];
    keymap_keys(&app->keymap, REQUEST_DISMISS, true, keys);
    snprintf(label, sizeof(label), "%s  clear", keys);
    fields_item(fields, THEME_KEY, label, LEVER_INDENT, THEME_NORMAL, "take it off this list");
}

static void add_levers(const struct app *app, const struct target *target, bool beside,
                       struct fields *fields)
{
    char keys[KEYMAP_KEYS_SIZE], title[KEYMAP_KEYS_SIZE + 32];
    keymap_keys(&app->keymap, REQUEST_DETAIL, true, keys);
    snprintf(title, sizeof(title), "what you can do%s%s%s", beside ? " (press " : "",
             beside ? keys : "", beside ? ")" : "");
    fields_heading(fields, title);
    if (migration_is_ended(&target->migration)) {
        add_clear(app, fields);
        return;
    }
    for (enum lever lever = 0; lever < LEVER_COUNT; lever++)
        add_lever(app, target, lever, fields);
}

static int draw(struct app *app, uint64_t uid, struct draw_area area, int first, bool beside,
                int64_t now_ms)
{
    const struct target *target = fleet_migrating(app->fleet, uid);
    struct fields fields;
    if (!target) {
        draw_text(area, 0, 1, -1, THEME_DIM, "no migration is selected");
        return 0;
    }
    const struct migration_facts facts = {target, app->wall_s, now_ms};
    if (!migration_is_ended(&target->migration))
        app_lively(app, now_ms);
    draw_title(target, area);
    fields_begin(&fields, draw_sub(area, 1, 0, area.height - 1, area.width), first);
    migration_facts_course(&facts, &fields);
    add_levers(app, target, beside, &fields);
    fields_heading(&fields, "what it is");
    migration_facts_rest(&facts, &fields);
    detail_events(app, uid, &fields);
    return fields_end(&fields);
}

int migration_detail_draw(struct app *app, uint64_t uid, struct draw_area area, int first,
                          int64_t now_ms)
{
    return draw(app, uid, area, first, false, now_ms);
}

int migration_detail_beside(struct app *app, uint64_t uid, struct draw_area area, int first,
                            int64_t now_ms)
{
    return draw(app, uid, area, first, true, now_ms);
}
