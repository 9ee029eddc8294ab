#ifndef QMPTOP_TUI_STATUS_H
#define QMPTOP_TUI_STATUS_H

/*
 * status: the one line that answers the last key: a remark, or the fate of the
 * action it caused, for as long as that is news. It does not draw.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/keymap.h"
#include "tui/theme.h"
#include "tui/widgets/names.h"

#define STATUS_SIZE       512
#define STATUS_LEAD       64
#define STATUS_REMARK_MS  6000  /* a remark or a good outcome stays this long */
#define STATUS_TROUBLE_MS 20000 /* a refusal or an unknown outcome */

struct fleet;

/* Whom a line is about, before what it says: "cancel", "web-01", "mirror0". Raw. */
struct status_about {
    char lead[STATUS_LEAD];
    char vm[NAMES_SIZE], job[NAMES_SIZE]; /* both "": about no job */
};

struct status {
    struct status_about about;
    char remark[STATUS_SIZE]; /* raw text; "" while an action is followed */
    enum theme_role role;
    int64_t until_ms;
    uint64_t serial; /* of the followed action; 0 = none */
    bool errand;     /* the fleet's errand is followed */
};

void status_init(struct status *status);

/* Says something; printf-made, raw text allowed. */
void status_say(struct status *status, enum theme_role role, int64_t now_ms, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

/* The same about a job: "cancel web-01/mirror0: nothing was sent". */
void status_tell(struct status *status, enum theme_role role, int64_t now_ms, const char *lead,
                 const char *vm, const char *job, const char *format, ...)
    __attribute__((format(printf, 7, 8)));

/* Tells the fate of the action `serial` from now on. */
void status_follow(struct status *status, uint64_t serial);

/* Tells how far the fleet's errand is, from now on. */
void status_follow_errand(struct status *status);

struct status_line {
    char text[STATUS_LEAD + 2 * NAMES_SIZE + STATUS_SIZE]; /* all of it, raw */
    struct status_about about;
    char rest[STATUS_SIZE]; /* what follows the names */
    enum theme_role role;
    int64_t until_ms; /* when it is no longer news; 0 = not by time alone */
};

/* What to show now; false when there is no news. An action's undo is named by its
 * key. */
bool status_show(const struct status *status, const struct fleet *fleet,
                 const struct keymap *keymap, int64_t now_ms, struct status_line *line);

/* The line in `room` columns, cleaned: names are cut in their middle before what is said
 * about them is lost. Where there is hardly room for names, the outcome comes first. */
void status_line_fit(const struct status_line *line, int room, char *dst, size_t size);

#endif
