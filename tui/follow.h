#ifndef QMPTOP_TUI_FOLLOW_H
#define QMPTOP_TUI_FOLLOW_H

/*
 * follow: what happens to jobs and migrations, told line by line: for screen readers
 * and braille, terminals that cannot place a cursor, tee(1), serial consoles. It does
 * not write (its owner does, outlet.h), nor connect, nor read the clock.
 *
 *   -- 2026-01-31
 *   14:02:26 * web-01 mirror0 running -> READY  60.0 GiB in 14m
 *   14:02:31   web-01 backup-root running 50.1%, 88M/s, 3m12 to go
 *
 * Lines are the entries of the journal; how far a job is, each time it has come ten
 * percent on, or FOLLOW_PACE_MS after its last line when it has moved; and a need that
 * comes or goes by time alone. '!' and '*' mark what needs a person.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fleet.h"
#include "core/text.h"

#define FOLLOW_PACE_MS  30000
#define FOLLOW_LEAST_MS 3000 /* between two lines about the motion of one job */

/* What was last told of a row. */
struct follow_row {
    uint64_t uid;
    int permille; /* -1 = nothing */
    int64_t told_ms;
    enum need_kind need;
};

struct follow {
    const struct fleet *fleet; /* borrowed */
    enum text_charset charset;
    int64_t (*wall_s)(int64_t at_ms);
    void (*put)(void *ctx, const char *line); /* a whole clean line without a newline */
    void *ctx;
    struct follow_row *rows; /* of those there were at the last follow_tick(), by uid */
    size_t count;
    uint64_t serial;   /* of the last entry that was told ... */
    uint32_t repeated; /* ... and how often it had happened by then */
    int64_t told_ms;
    char day[16];
};

/* Nothing of the fleet's journal is told yet. */
void follow_init(struct follow *follow, const struct fleet *fleet, enum text_charset charset,
                 int64_t (*wall_s)(int64_t at_ms));
void follow_release(struct follow *follow);

/* Whether the journal has what was not told. */
bool follow_has_news(const struct follow *follow);

/* Tells the news of the journal. */
void follow_news(struct follow *follow, int64_t now_ms);

/* Tells of motion and needs, to be called about once a second. */
void follow_tick(struct follow *follow, int64_t now_ms);

#endif
