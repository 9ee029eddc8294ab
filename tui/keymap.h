#ifndef QMPTOP_TUI_KEYMAP_H
#define QMPTOP_TUI_KEYMAP_H

/*
 * keymap: what a person can ask the console to do (requests) and which keys ask
 * for it. It does not know what a request does nor which screen is shown.
 *
 * Two things kept apart: the table of requests, one row each and never changed,
 * from which help, footer and config names are made; and the bindings, which
 * start from the table's keys and can be changed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/verb.h"

/* Where a request has a meaning. The same key may ask for different things in
 * scopes that do not overlap. */
enum {
    KEYMAP_IN_JOBS = 1,
    KEYMAP_IN_HELP = 2,
    KEYMAP_IN_BOX = 4,
    KEYMAP_IN_JOB = 8,
    KEYMAP_IN_EVENTS = 16,
    KEYMAP_IN_TARGETS = 32,
    KEYMAP_IN_MIGRATION = 64,
    KEYMAP_IN_TEXT = 128, /* something is typed: letters mean themselves */
    KEYMAP_IN_VERB = KEYMAP_IN_JOBS | KEYMAP_IN_JOB,      /* verbs have a subject */
    KEYMAP_IN_ROW = KEYMAP_IN_VERB | KEYMAP_IN_MIGRATION, /* a row is selected */
    KEYMAP_IN_MAIN = KEYMAP_IN_ROW | KEYMAP_IN_EVENTS | KEYMAP_IN_TARGETS, /* no help, no box */
    KEYMAP_IN_ALL = 0xff,
    KEYMAP_IN_KEYS = KEYMAP_IN_ALL & ~KEYMAP_IN_TEXT
};

/* The paragraphs of the help screen, in its order. */
enum keymap_section {
    KEYMAP_MOVE,
    KEYMAP_ACT,
    KEYMAP_LEVERS,
    KEYMAP_VIEW,
    KEYMAP_EVENTS,
    KEYMAP_TARGETS,
    KEYMAP_LEAVE,
    KEYMAP_SECTION_COUNT
};

/* One row a request: enum suffix, config name, default keys, section, scopes,
 * verb (VERB_COUNT: none), word in the footer ("": not there), help. A request
 * with a verb needs a job under the cursor that takes the verb. */
#define KEYMAP_REQUESTS(X)                                                                    \
    X(UP, "up", "Up k", MOVE, ALL, COUNT, "", "one row up")                                   \
    X(DOWN, "down", "Down j", MOVE, ALL, COUNT, "", "one row down")                           \
    X(PAGE_UP, "page-up", "PgUp ^B", MOVE, ALL, COUNT, "", "one page up")                     \
    X(PAGE_DOWN, "page-down", "PgDn ^F", MOVE, ALL, COUNT, "", "one page down")               \
    X(TOP, "top", "Home g", MOVE, ALL, COUNT, "", "to the first row")                         \
    X(BOTTOM, "bottom", "End G", MOVE, ALL, COUNT, "", "to the last row")                     \
    X(ACTIONS, "actions", "Enter F9", ACT, VERB, COUNT, "actions", "menu of its actions")     \
    X(NEXT_NEED, "next-need", "n", MOVE, JOBS, COUNT, "next", "next job that needs you")      \
    X(PREVIOUS_NEED, "previous-need", "N", MOVE, JOBS, COUNT, "", "the one before")           \
    X(PAUSE, "pause", "p", ACT, VERB, PAUSE, "pause", "pause, at once")                       \
    X(RESUME, "resume", "r", ACT, VERB, RESUME, "resume", "resume, at once")                  \
    X(COMPLETE, "complete", "o", ACT, VERB, COMPLETE, "complete", "complete: switch to copy") \
    X(STAY, "stay", "s", ACT, VERB, STAY, "stay", "stay: end, keep the copy")                 \
    X(CANCEL, "cancel", "c", ACT, VERB, CANCEL, "cancel", "cancel: end, lose the work")       \
    X(FINALIZE, "finalize", "f", ACT, VERB, FINALIZE, "finalize", "finalize a pending job")   \
    X(DISMISS, "dismiss", "x", ACT, ROW, DISMISS, "dismiss", "dismiss, or clear an ended")    \
    X(LIMIT, "limit", "l", ACT, VERB, LIMIT, "limit", "limit its speed, 0: none")             \
    X(CHANGE, "write-blocking", "w", ACT, VERB, CHANGE, "write-blocking", "write both sides") \
    X(BANDWIDTH, "bandwidth", "b", LEVERS, MIGRATION, COUNT, "bandwidth",                     \
      "the most it may send")                                                                 \
    X(DOWNTIME, "downtime", "d", LEVERS, MIGRATION, COUNT, "downtime",                        \
      "limit of the guest's pause")                                                           \
    X(POSTCOPY_BANDWIDTH, "postcopy-bandwidth", "u", LEVERS, MIGRATION, COUNT,                \
      "postcopy-bandwidth", "the most postcopy may send")                                     \
    X(POSTCOPY, "start-postcopy", "s", LEVERS, MIGRATION, COUNT, "postcopy",                  \
      "run the guest there now")                                                              \
    X(CONTINUE, "continue", "o", LEVERS, MIGRATION, COUNT, "continue", "switch over now")     \
    X(MIGRATE_CANCEL, "cancel-migration", "c", LEVERS, MIGRATION, COUNT, "cancel",            \
      "end it, guest stays here")                                                             \
    X(BREAK, "pause-postcopy", "p", LEVERS, MIGRATION, COUNT, "pause",                        \
      "break a postcopy link")                                                                \
    X(RECOVER, "recover", "r", LEVERS, MIGRATION, COUNT, "recover", "mend a postcopy link")   \
    X(TAG, "tag", "Space", ACT, JOBS, COUNT, "tag", "tag: verbs act on tagged")               \
    X(TAG_ALL, "tag-all", "*", ACT, JOBS, COUNT, "", "tag all that are shown")                \
    X(UNTAG, "untag", "u", ACT, JOBS, COUNT, "", "untag all")                                 \
    X(FIND, "find", "/", MOVE, JOBS, COUNT, "find", "find a row by its words")                \
    X(FIND_NEXT, "find-next", "] F3", MOVE, JOBS, COUNT, "", "next row found")                \
    X(FIND_PREVIOUS, "find-previous", "[ F15", MOVE, JOBS, COUNT, "", "the one before")       \
    X(SORT_NEXT, "sort-next", "> F6", VIEW, JOBS, COUNT, "", "sort by the next column")       \
    X(SORT_PREVIOUS, "sort-previous", "<", VIEW, JOBS, COUNT, "", "sort by the one before")   \
    X(SORT_REVERSE, "sort-reverse", "I", VIEW, JOBS, COUNT, "", "sort the other way round")   \
    X(FILTER, "filter", "\\ F4", VIEW, JOBS, COUNT, "filter", "show only some rows")          \
    X(HOLD, "hold", "Z", VIEW, JOBS, COUNT, "", "hold the order of rows")                     \
    X(THEME, "theme", "t", VIEW, KEYS, COUNT, "", "next theme")                               \
    X(MOUSE, "mouse", "m", VIEW, KEYS, COUNT, "", "mouse on or off")                          \
    X(REDRAW, "redraw", "^L", VIEW, ALL, COUNT, "", "draw the screen anew")                   \
    X(HELP, "help", "? F1", VIEW, MAIN, COUNT, "help", "this page")                           \
    X(DETAIL, "detail", "i", VIEW, JOBS, COUNT, "detail", "all about the row")                \
    X(EVENTS, "events", "e", VIEW, ROW, COUNT, "events", "what happened and was done")        \
    X(TARGETS, "sockets", "v", VIEW, JOBS, COUNT, "", "the VMs and their sockets")            \
    X(PANE, "pane", "Tab", VIEW, JOBS, COUNT, "pane", "scroll the page beside")               \
    X(EVENTS_FIND, "find-event", "/", EVENTS, EVENTS, COUNT, "find", "find a text")           \
    X(EVENTS_NEXT, "next-event", "n", EVENTS, EVENTS, COUNT, "", "next found, older")         \
    X(EVENTS_PREVIOUS, "previous-event", "N", EVENTS, EVENTS, COUNT, "",                      \
      "the one before, newer")                                                                \
    X(EVENTS_FILTER, "filter-events", "f", EVENTS, EVENTS, COUNT, "filter",                   \
      "of one job, or of all")                                                                \
    X(EVENTS_FREEZE, "freeze-events", "Space", EVENTS, EVENTS, COUNT, "freeze",               \
      "hold still, or follow")                                                                \
    X(EVENTS_WRITE, "write-events", "w", EVENTS, EVENTS, COUNT, "write", "write to a file")   \
    X(CONNECT, "connect", "r", TARGETS, TARGETS, COUNT, "connect",                            \
      "connect now, or take back")                                                            \
    X(RELEASE, "release", "d", TARGETS, TARGETS, COUNT, "release", "disconnect, and stay so") \
    X(LEAVE, "leave", "q", LEAVE, KEYS, COUNT, "quit", "back; from the list: quit")           \
    X(CLOSE, "close", "Esc", LEAVE, ALL, COUNT, "", "back")                                   \
    X(QUIT, "quit", "F10", LEAVE, ALL, COUNT, "", "quit")

enum request {
#define KEYMAP_ENUM(symbol, ...) REQUEST_##symbol,
    KEYMAP_REQUESTS(KEYMAP_ENUM)
#undef KEYMAP_ENUM
        REQUEST_COUNT /* also: no request */
};

struct keymap_row {
    const char *name, *keys;
    enum keymap_section section;
    unsigned scopes;
    enum verb verb;
    const char *footer, *help;
};

/* The table's row of a request (not REQUEST_COUNT). Static. */
const struct keymap_row *keymap_row(enum request request);

/* "move", "act", ... Static. */
const char *keymap_section_title(enum keymap_section section);

struct keymap_binding {
    int key; /* key.h */
    enum request request;
};

struct keymap {
    struct keymap_binding *bindings; /* owned; a request's keys in order of preference */
    size_t count, capacity;
};

/* With the table's keys. */
void keymap_init(struct keymap *keymap);
void keymap_release(struct keymap *keymap);

/* Gives `request` the keys named in `names` (separated by blanks; "" for none)
 * instead of those it has. False, and nothing changed, when a name is no key or
 * another request of an overlapping scope has the key; *wrong (may be NULL) then
 * points into `names` at the culprit. */
bool keymap_bind(struct keymap *keymap, enum request request, const char *names,
                 const char **wrong);

/* What `key` asks for in `scope`; REQUEST_COUNT when nothing. */
enum request keymap_find(const struct keymap *keymap, int key, unsigned scope);

/* Whether it may open a box that is answered with yes or no: verbs and levers. */
bool keymap_asks(enum request request);

/* The request of a verb; REQUEST_COUNT when no row has it. */
enum request keymap_of_verb(enum verb verb);

#define KEYMAP_KEYS_SIZE 64

/* The names of a request's keys, separated by blanks; "" when it has none. With
 * `first_only` just the preferred one. Returns `names`. */
char *keymap_keys(const struct keymap *keymap, enum request request, bool first_only,
                  char names[KEYMAP_KEYS_SIZE]);

#endif
