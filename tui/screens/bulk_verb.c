#include "tui/screens/bulk_verb.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/format.h"
#include "core/mem.h"
#include "tui/app.h"
#include "tui/screens/bulk.h"
#include "tui/screens/tags.h"
#include "tui/widgets/prompt_box.h"

static const char *why_not(void *ctx, struct app *app, const char *text)
{
    uint64_t speed;
    (void)ctx;
    (void)app;
    if (text[0] == '\0')
        return "";
    return format_parse_bytes(text, &speed) == 0 ? NULL : "that is no speed: 0, 800K, 1.5GiB/s";
}

static void take(void *ctx, struct app *app, const char *text, int64_t now_ms)
{
    uint64_t speed;
    if (format_parse_bytes(text, &speed) == 0)
        bulk_open(app, ctx, VERB_LIMIT, speed, now_ms);
}

static void drop(void *ctx)
{
    tags_release(ctx);
    free(ctx);
}

static const struct prompt_box_ops ops = {.why_not = why_not, .done = take, .free = drop};

static struct screen *limit_new(const struct tags *tags)
{
    char title[64];
    struct tags *copy = mem_alloc(1, sizeof(*copy));
    tags_copy(copy, tags);
    snprintf(title, sizeof(title), "LIMIT %zu tagged job%s", tags->count,
             tags->count == 1 ? "" : "s");
    return prompt_box_new(&ops, copy, title,
                          "for each of them; 50M or 1.5GiB/s, 0 for no limit", NULL);
}

void bulk_verb(struct app *app, const struct tags *tags, enum verb verb, int64_t now_ms)
{
    if (verb == VERB_LIMIT && !app->fleet->read_only)
        app_push(app, limit_new(tags));
    else
        bulk_open(app, tags, verb, 0, now_ms);
}
