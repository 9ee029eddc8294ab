#ifndef QMPTOP_TUI_CONFIG_H
#define QMPTOP_TUI_CONFIG_H

/*
 * config: what a person has written down once for all runs, in a JSON file that is
 * read and never written. It does not know what the settings do, nor does it open an
 * endpoint; the command line (options.h) wins over it.
 *
 * The file is an object; every key may be left out:
 *
 *   "theme": NAME or FILE            "delay": seconds, 0.1 to 3600
 *   "confirm": "normal" or "more"    "mouse", "bell", "title": true or false
 *   "endpoints": list of ENDPOINT or {"name": NAME, "address": ENDPOINT}, there also
 *                "polite": true or false
 *   "sort": how rows are sorted in the beginning, a name of order_key_name()
 *   "columns": list of titles: which columns the list has besides VM, JOB, STATUS
 *   "keys": {REQUEST: KEYS, ...}     names of keymap.h; "" takes a request's keys away
 *
 * json-c's lax syntax is allowed (comments, trailing commas). An unknown key, a value
 * of the wrong type, a key bound twice: the first thing that is wrong is told with
 * file, line and column.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/screens/screen_jobs.h"

struct keymap;
struct options;

struct config {
    char *path;        /* of the file that was read; NULL = none ... */
    char *missing;     /* ... and where it was looked for; NULL = nowhere */
    char *theme;       /* NULL = not said */
    int64_t delay_ms;  /* 0 = not said */
    bool confirm_more; /* verbs ask one tier louder */
    bool mouse, bell, title;
    struct screen_jobs_look look;
    char **endpoints; /* as on the command line */
    size_t endpoint_count;
    char *theme_at, **endpoints_at; /* "PATH:LINE:COLUMN: " where each stands */
};

#define CONFIG_ERROR_SIZE 1024

/* Reads `path`, or with NULL $XDG_CONFIG_HOME/qmptop/config.json (~/.config/...),
 * which need not exist. Keys are bound in `keymap`. False with a sentence in `error`.
 * Release it in both cases. */
bool config_load(struct config *config, const char *path, struct keymap *keymap, char *error);
/* Idempotent. */
void config_release(struct config *config);

/* "PATH:LINE:COLUMN: " where the file says that theme or endpoint; "" when it came from the
 * command line. The text is that of the options. */
const char *config_place(const struct config *config, const char *text);

/* Puts into `options` what the command line left open. They borrow from `config`. */
void config_complete(const struct config *config, struct options *options);

#endif
