#ifndef QMPTOP_TUI_APP_H
#define QMPTOP_TUI_APP_H

/*
 * app: the console between keys and cells: the stack of screens, the status
 * line, the footer, and the way of a verb from key to action. It does not know
 * sockets, the loop or the clock; it never acts on anything but a uid.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fleet.h"
#include "tui/alert.h"
#include "tui/keymap.h"
#include "tui/screen.h"
#include "tui/widgets/status.h"

#define APP_DEPTH         8
#define APP_LOW           10
#define APP_FIGURES_MS    250  /* figures that moved wait so long for others ... */
#define APP_FIGURES_SHARE 4    /* ... or this share of the delay, where that is less */
#define APP_HOLD_MS       2000 /* the order of rows is held so long after a key */

#define APP_ASLEEP_MS 5000 /* so long without a tick: the program was stopped */
#define APP_PASTE_MS  5000 /* a paste without an end is over after so long a silence */
#define APP_BURST_MS  200  /* keys so close behind a burst belong to it */

struct app;
struct tags;

/* What is known about the keys that come. */
struct app_input {
    bool pasting, bursting; /* as key.h tells; `told` that pasted keys do nothing */
    bool told;
    int64_t pasted_ms; /* the last pasted key */
    size_t behind;     /* keys before this one that came in the same go of the terminal */
    bool refused;      /* an Enter or a yes of this go (app_takes_end()) */
    int key;           /* the last one, and whether it was the same as before it */
    bool repeats;
    int64_t dismissed_ms;   /* when a row was last dismissed or cleared by its key ... */
    int64_t dismiss_key_ms; /* ... and when that key last came */
    uint64_t clicked_uid;
    int clicked_y;
    int64_t clicked_ms;
};

/* What the program can do with the link of a target. Both return why not: a clause,
 * valid until the next call; NULL = done. */
struct app_links {
    const char *(*connect)(void *ctx, struct target *target); /* now, and keep at it */
    const char *(*release)(void *ctx, struct target *target); /* until connect() */
    void *ctx;
};

/* What the console can be asked for (screens/commands.h). */
struct app_commands {
    /* Does what a key asks for; false: that is for app or for the screen on top. */
    bool (*run)(struct app *app, enum request request, int64_t now_ms);
    void (*verb)(struct app *app, uint64_t uid, enum verb verb,
                 int64_t now_ms); /* app_verb() */
    /* What it would do now, in a static word for the footer; NULL: nothing. */
    const char *(*word)(const struct app *app, enum request request);
};

struct app {
    struct fleet *fleet;                 /* borrowed */
    const struct app_commands *commands; /* borrowed */
    struct keymap keymap;
    struct status status;
    struct screen *stack[APP_DEPTH]; /* owned, the top is the last */
    size_t depth;
    struct app_links links;           /* set after app_init(); zeroed: cannot be done */
    int64_t (*wall_s)(int64_t at_ms); /* monotonic time to seconds since 1970 */
    int64_t key_ms;                   /* a key was pressed last; 0 = never */
    int64_t tick_ms;                  /* the last app_tick(); 0 = none */
    int64_t due_ms;       /* the frame gets old then, even if nothing happens; 0 = never */
    uint64_t drawn, told; /* the fleet's generation and its news on the screen */
    int64_t painted_ms;   /* since when they are */
    uint64_t cleared_uid; /* the job that was last cleared from the list on request */
    bool confirm_more;    /* setting: every verb is asked for one step louder */
    bool pinned;          /* the order of rows is held until told otherwise */
    struct app_input input;
    struct alert alert;
    const char *config, *no_config; /* borrowed; which file the settings are from, or where
                                       it was looked for; NULL = none, nowhere */
    char theme[64];                 /* name of the theme on the screen, for the next one */
    bool mouse;                     /* the mouse is taken */
    bool low;     /* fewer than APP_LOW rows: no footer, and screens leave out headings */
    bool dirty;   /* something else changed */
    bool leaving; /* the program shall end ... */
    bool lost;    /* ... since the terminal is gone */
};

/* With an empty stack: app_push() the first screen. */
void app_init(struct app *app, struct fleet *fleet, const struct app_commands *commands,
              int64_t (*wall_s)(int64_t at_ms));
void app_release(struct app *app);

/* What the loop tells. */
void app_keys(struct app *app, int64_t now_ms); /* the terminal has keys */
void app_tick(struct app *app, int64_t now_ms); /* time has passed */
void app_paint(struct app *app, int64_t now_ms);
bool app_is_dirty(const struct app *app);

/* When app_tick() makes a frame due though nothing happens; 0 = never. Figures that moved wait
 * for others, at most APP_FIGURES_MS since the last frame, of FLEET_MANY targets twice as long;
 * all else is dirty at once. */
int64_t app_due_ms(const struct app *app);

/* One key press. */
void app_key(struct app *app, int key, int64_t now_ms);

/* The same for the topmost screen alone; whether that had a use for it. */
bool app_offer_key(struct app *app, int key, int64_t now_ms);

/* An Enter or a yes is being taken: whether it counts. Not when it came in one go of the
 * terminal with other keys, before it or behind it: it may have been pasted with them. What
 * only ends a line and acts on nothing may also be the first or the last of its go. False: a
 * person is asked for another, and input.refused stands until the next go. */
bool app_takes_end(struct app *app, bool acts);

/* A key is being taken that would send something at once: whether it may. Not when it came in
 * one go of the terminal with keys that a text could have; those that step through the list
 * and the same one again are typed by a person who does not wait. False: that was said, of
 * `name`. */
bool app_takes_command(struct app *app, const char *name, int64_t now_ms);

/* What a key of the keymap asks for. */
void app_request(struct app *app, enum request request, int64_t now_ms);

/* Puts a screen on the stack, which then owns it (a full stack frees it). */
void app_push(struct app *app, struct screen *screen);

/* What the cursor of the topmost screen is on: a job or a migration; 0 = nothing. And the
 * tags of its list; NULL when it has none. */
uint64_t app_subject(const struct app *app);
const struct tags *app_tags(const struct app *app);

/* Rows keep their order: a key was pressed just now, a box is open, or it is
 * pinned. */
bool app_is_holding(const struct app *app, int64_t now_ms);

/* Called while drawing: this frame gets old at `at_ms` even if nothing happens ... */
void app_due(struct app *app, int64_t at_ms);

/* ... or with the next interval, since it shows ages, rates or countdowns. */
void app_lively(struct app *app, int64_t now_ms);

/* The status line has news: it covers the last line of the screen. */
bool app_is_telling(const struct app *app, int64_t now_ms);

/* The person asks for `verb` on the job or migration `uid`: does it, asks for a
 * number or in a box, or says why not. */
void app_verb(struct app *app, uint64_t uid, enum verb verb, int64_t now_ms);

/* Says why what is called `name` is not done, and since when that is so (0: no matter). */
void app_say_unlit(struct app *app, const char *name, const char *why, int64_t since_ms,
                   int64_t now_ms);

/* Sends it, all checks made once more; the status line tells its fate. `argument` is
 * the speed for VERB_LIMIT. */
void app_act(struct app *app, uint64_t uid, enum verb verb, uint64_t argument, int64_t now_ms);

#endif
