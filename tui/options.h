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
    const char **endpoints; /* into argv, owned array */
    size_t endpoint_count;
    bool demo, once, json, read_only;
    bool ascii, no_colour, mouse;
    bool list_themes;
    int64_t delay_ms;     /* --delay, default 1000, 100 ms to 1 h */
    const char *theme;    /* NULL = default */
    const char *log_path; /* NULL = none */
};

enum options_result {
    OPTIONS_RUN,  /* go on */
    OPTIONS_DONE, /* --help or --version was printed: exit 0 */
    OPTIONS_WRONG /* a sentence went to stderr: exit 2 */
};

/* Reads argv; long options with "=VALUE" or as two words; "--" ends them. Also
 * refuses combinations that make no sense (--json without --once where stdout
 * is a terminal, an endpoint with --demo, neither). Without a terminal on stdout
 * `once` is set. */
enum options_result options_parse(struct options *options, int argc, char **argv);
/* Idempotent. */
void options_release(struct options *options);

#endif
