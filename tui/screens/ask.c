#include "tui/screens/ask.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/fleet.h"
#include "core/format.h"
#include "core/mem.h"
#include "tui/app.h"
#include "tui/screens/confirm.h"
#include "tui/screens/pull.h"
#include "tui/screens/value_text.h"
#include "tui/widgets/prompt_box.h"

/* What a box asks for. */
struct wish {
    uint64_t uid;
    enum lever lever;
    enum lever_argument kind;
};

static struct wish *wish_new(uint64_t uid, enum lever lever, enum lever_argument kind)
{
    struct wish *wish = mem_alloc(1, sizeof(*wish));
    *wish = (struct wish){uid, lever, kind};
    return wish;
}

/* ---- reading --------------------------------------------------------------------------- */

/* Why the text is no value of that kind; NULL when it is. */
static const char *read_value(enum lever_argument kind, const char *text, uint64_t *value)
{
    *value = 0;
    if (text[0] == '\0')
        return "";
    switch (kind) {
    case LEVER_RATE:
        return format_parse_bytes(text, value) == 0
                   ? NULL
                   : "that is no speed: 0, 800K, 50M, 1.5GiB/s";
    case LEVER_MILLISECONDS:
        return format_parse_ms(text, value) == 0 ? NULL : "that is no time: 300, 500ms, 1.5s";
    case LEVER_URI:
    case LEVER_NOTHING:
        break;
    }
    return NULL;
}

static const char *why_not(void *ctx, struct app *app, const char *text)
{
    const struct wish *wish = ctx;
    uint64_t value;
    const char *why = read_value(wish->kind, text, &value);
    (void)app;
    if (!why && wish->lever != LEVER_COUNT)
        lever_value_check(wish->lever, value, &why);
    return why;
}

/* ---- the limit of a job ---------------------------------------------------------------- */

static void take_limit(void *ctx, struct app *app, const char *text, int64_t now_ms)
{
    const struct wish *wish = ctx;
    uint64_t value;
    if (!read_value(wish->kind, text, &value))
        confirm_take(app, wish->uid, VERB_LIMIT, value, now_ms);
}

static const char *lost_job(void *ctx, struct app *app, int64_t now_ms)
{
    const struct wish *wish = ctx;
    (void)now_ms;
    return action_check(app->fleet, wish->uid, VERB_LIMIT).why;
}

static const struct prompt_box_ops limit_ops = {why_not, take_limit, lost_job, free};

struct screen *ask_limit_new(struct app *app, uint64_t uid)
{
    struct target *target;
    const struct job *job = fleet_job(app->fleet, uid, &target);
    char now[64] = "the present limit is not told", hint[160];
    char initial[FORMAT_SIZE] = "", value[VALUE_TEXT_SIZE];
    if (job->has_block) {
        snprintf(now, sizeof(now), "now %s", value_text_limit(job->speed, value));
        format_bytes_exact(initial, job->speed);
    }
    snprintf(hint, sizeof(hint), "%s; 50M or 1.5GiB/s, 0 for no limit", now);
    struct screen *box = prompt_box_new(&limit_ops, wish_new(uid, LEVER_COUNT, LEVER_RATE),
                                        "LIMIT", hint, initial);
    prompt_box_name(box, target_label(target), job->id);
    return box;
}

/* ---- levers of a migration ------------------------------------------------------------- */

static void take_lever(void *ctx, struct app *app, const char *text, int64_t now_ms)
{
    const struct wish *wish = ctx;
    uint64_t value;
    if (!read_value(wish->kind, text, &value))
        confirm_take_lever(app, wish->uid, wish->lever, value,
                           wish->kind == LEVER_URI ? text : NULL, now_ms);
}

static const char *lost_migration(void *ctx, struct app *app, int64_t now_ms)
{
    const struct wish *wish = ctx;
    (void)now_ms;
    return pull_why_not(app->fleet, wish->uid, wish->lever);
}

static const struct prompt_box_ops lever_ops = {why_not, take_lever, lost_migration, free};

/* The present value as `now` says it and as `initial` may be edited. */
static void say_value(const struct migration *migration, enum lever lever, char now[64],
                      char initial[FORMAT_SIZE])
{
    uint64_t value;
    char text[VALUE_TEXT_SIZE];
    initial[0] = '\0';
    snprintf(now, 64, "the present value is not told");
    if (!lever_value(migration, lever, &value))
        return;
    snprintf(now, 64, "now %s", value_text_lever(lever, value, text));
    if (lever_argument(lever) == LEVER_RATE)
        format_bytes_exact(initial, value);
    else
        snprintf(initial, FORMAT_SIZE, "%" PRIu64, value);
}

static void say_hint(const struct migration *migration, enum lever lever, const char *now,
                     char *hint, size_t size)
{
    switch (lever_argument(lever)) {
    case LEVER_RATE:
        snprintf(hint, size, "%s; 50M or 1.5GiB/s, 0 for unlimited", now);
        break;
    case LEVER_MILLISECONDS:
        snprintf(hint, size, "%s; in ms, or 1.5s", now);
        break;
    case LEVER_URI:
        snprintf(hint, size, "%s",
                 migration->incoming ? "where to listen: tcp:0:4444, unix:/path"
                                     : "where the destination listens: tcp:host:4444, "
                                       "unix:/path");
        break;
    case LEVER_NOTHING:
        hint[0] = '\0';
        break;
    }
}

struct screen *ask_lever_new(struct app *app, uint64_t uid, enum lever lever)
{
    const struct target *target = fleet_migrating(app->fleet, uid);
    const struct migration *migration = &target->migration;
    char name[32], now[64], hint[160], initial[FORMAT_SIZE];
    size_t len = 0;
    for (const char *c = lever_name(lever); c[len] && len + 1 < sizeof(name); len++)
        name[len] = (char)toupper((unsigned char)c[len]);
    name[len] = '\0';
    say_value(migration, lever, now, initial);
    say_hint(migration, lever, now, hint, sizeof(hint));
    struct screen *box = prompt_box_new(&lever_ops, wish_new(uid, lever, lever_argument(lever)),
                                        name, hint, initial);
    prompt_box_name(box, target_label(target), "migration");
    return box;
}
