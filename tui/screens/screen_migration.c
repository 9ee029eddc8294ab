#include "tui/screens/screen_migration.h"

#include <stdlib.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/screens/migration_detail.h"
#include "tui/screens/steer.h"
#include "tui/widgets/scroll.h"

struct screen_migration {
    struct screen screen;
    uint64_t uid;
    struct scroll scroll;
};

static void migration_draw(struct screen *screen, struct app *app, struct draw_area area,
                           int64_t now_ms)
{
    struct screen_migration *detail = (struct screen_migration *)screen;
    int first = detail->scroll.first;
    int lines = migration_detail_draw(app, detail->uid, area, first, now_ms);
    if (scroll_drawn(&detail->scroll, lines, area.height - 1))
        app->dirty = true;
}

static enum screen_reaction migration_request(struct screen *screen, struct app *app,
                                              enum request request, int64_t now_ms)
{
    struct screen_migration *detail = (struct screen_migration *)screen;
    enum lever lever = steer_lever_of(request);
    if (lever != LEVER_COUNT)
        steer_lever(app, detail->uid, lever, now_ms);
    else if (!scroll_request(&detail->scroll, request))
        return SCREEN_IGNORED;
    return SCREEN_TAKEN;
}

static enum screen_reaction migration_watch(struct screen *screen, struct app *app,
                                            int64_t now_ms)
{
    const struct screen_migration *detail = (const struct screen_migration *)screen;
    if (fleet_migrating(app->fleet, detail->uid))
        return SCREEN_IGNORED;
    if (app->cleared_uid != detail->uid)
        status_say(&app->status, THEME_NEED, now_ms, "another migration has begun");
    return SCREEN_CLOSE;
}

static uint64_t migration_subject(const struct screen *screen)
{
    return ((const struct screen_migration *)screen)->uid;
}

static void migration_free(struct screen *screen)
{
    free(screen);
}

static const struct screen_ops migration_ops = {
    .scope = KEYMAP_IN_MIGRATION,
    .draw = migration_draw,
    .request = migration_request,
    .watch = migration_watch,
    .subject = migration_subject,
    .free = migration_free,
};

struct screen *screen_migration_new(uint64_t uid)
{
    struct screen_migration *detail = mem_alloc(1, sizeof(*detail));
    detail->screen.ops = &migration_ops;
    detail->uid = uid;
    return &detail->screen;
}
