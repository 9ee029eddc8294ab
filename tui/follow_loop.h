#ifndef QMPTOP_TUI_FOLLOW_LOOP_H
#define QMPTOP_TUI_FOLLOW_LOOP_H

/*
 * follow_loop: the line mode at work: the lines of follow.h on the loop, out through an
 * outlet.h on standard output. It does not know what a link is; standard input it
 * leaves alone.
 */

#include "core/text.h"

struct fleet;
struct loop;

struct follow_links {
    void (*open)(void *ctx);
    void (*close)(void *ctx);
    void (*pump)(void *ctx); /* after time has passed */
    void *ctx;
};

/* Opens the links and tells what happens until SIGINT, SIGTERM, SIGQUIT, SIGHUP, or
 * until nobody reads any more. Returns 0, or the errno of a write that failed for
 * another reason. */
int follow_loop_run(struct loop *loop, struct fleet *fleet, const struct follow_links *links,
                    enum text_charset charset);

#endif
