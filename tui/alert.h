#ifndef QMPTOP_TUI_ALERT_H
#define QMPTOP_TUI_ALERT_H

/*
 * alert: tells a person who looks elsewhere that something needs one: the bell when
 * a job or migration begins to, and the window's title. It does not know the screen;
 * what needs a person is core/need.h's to say.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fleet.h"

#define ALERT_TITLE_SIZE 200

struct alert {
    bool bell, title; /* wanted */
    uint64_t *uids;   /* of the rows that needed a person at the last look, sorted */
    size_t count, capacity;
    char shown[ALERT_TITLE_SIZE]; /* the title given to the terminal */
};

/* Zeroed = nothing wanted. */
void alert_release(struct alert *alert);

/* Rings for what has begun since the last look, once for all of it, and brings the
 * title up to date. What needed a person when it was first seen does not ring. */
void alert_look(struct alert *alert, const struct fleet *fleet, int64_t now_ms);

#endif
