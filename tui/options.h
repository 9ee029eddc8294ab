#ifndef QMPTOP_TUI_OPTIONS_H
#define QMPTOP_TUI_OPTIONS_H

/*
 * options: the command line, from one table that also makes --help. It does
 * not open anything and does not know what an endpoint's text means.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
    const char **endpoints; /* borrowed texts, owned array */
    size_t endpoint_count;
    bool demo, once, check, follow, json, read_only, polite;
    bool ascii, no_colour, mouse;
    bool list_themes, list_endpoints;
    int64_t delay_ms;        /* --delay; 0 = not said */
    const char *theme;       /* NULL = not said */
    const char *log_path;    /* NULL = none */
    const char *config_path; /* NULL = the usual one, if it is there */
};

#define OPTIONS_DELAY_LEAST_MS 100
#define OPTIONS_DELAY_MOST_MS  3600000

enum options_result {
    OPTIONS_RUN,  /* go on */
    OPTIONS_DONE, /* --help or --version was printed: exit 0 */
    OPTIONS_WRONG /* a sentence went to stderr: exit 2 */
};

/* Reads argv; long options with "=VALUE" or as two words; "--" ends them. Also
 * refuses combinations that make no sense (--json without --once where stdout
 * is a terminal, an endpoint with --demo). Without a terminal on stdout `once` is
 * set, unless --follow is there; so it is with --check. */
enum options_result options_parse(struct options *options, int argc, char **argv);

/* One more endpoint; the text is borrowed. */
void options_add_endpoint(struct options *options, const char *endpoint);

/* Idempotent. */
void options_release(struct options *options);

#endif
