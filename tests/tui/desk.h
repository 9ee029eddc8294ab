#ifndef QMPTOP_TESTS_TUI_DESK_H
#define QMPTOP_TESTS_TUI_DESK_H

/*
 * desk: the console without a terminal, over one world (tests/core/world.h): frames are
 * painted into an area of no size, which updates rows and cursor just the same.
 */

#include "tests/core/world.h"
#include "tui/app.h"
#include "tui/key.h"
#include "tui/screens/commands.h"
#include "tui/screens/confirm.h"
#include "tui/screens/screen_jobs.h"

struct desk {
    struct app app;
    struct world *world;
    struct job *job; /* of the test; NULL = none */
};

static inline int64_t desk_wall_s(int64_t at_ms)
{
    return at_ms / 1000;
}

/* The console on the list of jobs; takes over the world. desk_teardown() ends both. */
static inline struct desk *desk_open(void *world)
{
    struct desk *desk = calloc(1, sizeof *desk);

    assert_non_null(desk);
    desk->world = world;
    app_init(&desk->app, &desk->world->fleet, &commands, desk_wall_s);
    app_push(&desk->app, screen_jobs_new(NULL));
    return desk;
}

/* A setup: connected, without jobs. */
static inline int desk_setup(void **state)
{
    void *world;

    world_setup_connected(&world);
    *state = desk_open(world);
    return 0;
}

static inline int desk_teardown(void **state)
{
    struct desk *desk = *state;
    void *world = desk->world;

    app_release(&desk->app);
    free(desk);
    return world_teardown(&world);
}

static inline void desk_paint(struct desk *desk)
{
    app_paint(&desk->app, desk->world->now_ms);
}

static inline void desk_press(struct desk *desk, int key)
{
    app_key(&desk->app, key, desk->world->now_ms);
    desk_paint(desk);
}

/* One key a character; '\n' is Enter. */
static inline void desk_type(struct desk *desk, const char *keys)
{
    for (; *keys != '\0'; keys++)
        desk_press(desk, *keys == '\n' ? KEY_CODE_ENTER : *keys);
}

/* Into the line that asks, instead of what it has. */
static inline void desk_fill(struct desk *desk, const char *text)
{
    desk_press(desk, KEY_CONTROL('U'));
    desk_type(desk, text);
}

static inline void desk_pass(struct desk *desk, int64_t ms)
{
    desk->world->now_ms += ms;
}

/* Yes, once the box hears. */
static inline void desk_confirm(struct desk *desk)
{
    desk_pass(desk, CONFIRM_DEAF_MS);
    desk_press(desk, 'y');
}

static inline void desk_jobs(struct desk *desk, const struct job_report *reports, size_t count)
{
    world_jobs(desk->world, reports, count);
    desk_paint(desk);
}

/* One job under the cursor. */
static inline struct job *desk_one_job(struct desk *desk, const char *type, const char *status)
{
    const struct job_report report = {"mirror0", type, status, GIB, GIB, NULL};

    desk_jobs(desk, &report, 1);
    return roster_find(desk->world->target, "mirror0");
}

static inline uint64_t desk_uid(const struct desk *desk, const char *id)
{
    const struct job *job = roster_find(desk->world->target, id);

    assert_non_null(job);
    return job->uid;
}

/* Something lies over the list. */
static inline bool desk_has_box(const struct desk *desk)
{
    return desk->app.depth > 1;
}

/* In the status line. */
static inline void desk_assert_says(const struct desk *desk, const char *text)
{
    struct status_line line;

    assert_true(status_show(&desk->app.status, desk->app.fleet, &desk->app.keymap,
                            desk->world->now_ms, &line));
    if (strstr(line.text, text) == NULL)
        fail_msg("'%s' is not in '%s'", text, line.text);
}

#endif
