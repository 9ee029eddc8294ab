#include "tui/screens/screen_job.h"

#include <stdlib.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/screens/job_detail.h"
#include "tui/widgets/scroll.h"

struct screen_job {
    struct screen screen;
    uint64_t uid;
    struct scroll scroll;
};

static void detail_draw(struct screen *screen, struct app *app, struct draw_area area,
                        int64_t now_ms)
{
    struct screen_job *job = (struct screen_job *)screen;
    int lines = job_detail_draw(app, job->uid, area, job->scroll.first, now_ms);
    if (scroll_drawn(&job->scroll, lines, area.height - 1))
        app->dirty = true;
}

static enum screen_reaction detail_request(struct screen *screen, struct app *app,
                                           enum request request, int64_t now_ms)
{
    struct screen_job *job = (struct screen_job *)screen;
    (void)app;
    (void)now_ms;
    return scroll_request(&job->scroll, request) ? SCREEN_TAKEN : SCREEN_IGNORED;
}

static enum screen_reaction detail_watch(struct screen *screen, struct app *app, int64_t now_ms)
{
    const struct screen_job *job = (const struct screen_job *)screen;
    if (fleet_job(app->fleet, job->uid, NULL))
        return SCREEN_IGNORED;
    if (job->uid == 0)
        status_say(&app->status, THEME_NEED, now_ms, "no job is selected");
    return SCREEN_CLOSE;
}

static uint64_t detail_subject(const struct screen *screen)
{
    return ((const struct screen_job *)screen)->uid;
}

static void detail_free(struct screen *screen)
{
    free(screen);
}

static const struct screen_ops detail_ops = {
    .scope = KEYMAP_IN_JOB,
    .draw = detail_draw,
    .request = detail_request,
    .watch = detail_watch,
    .subject = detail_subject,
    .free = detail_free,
};

struct screen *screen_job_new(uint64_t uid)
{
    struct screen_job *job = mem_alloc(1, sizeof(*job));
    job->screen.ops = &detail_ops;
    job->uid = uid;
    return &job->screen;
}
