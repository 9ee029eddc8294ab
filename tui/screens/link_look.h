#ifndef QMPTOP_TUI_LINK_LOOK_H
#define QMPTOP_TUI_LINK_LOOK_H

/*
 * link_look: how the link to a QEMU looks, the same wherever it is shown: a word, a mark,
 * a colour and what it means. It does not draw.
 *
 * Of a polite target it does not matter whether it is connected at this very moment, but to
 * a person who has summoned it: "ok" says that a key goes out now.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/target.h"
#include "tui/theme.h"

struct link_look {
    const char *word; /* "ok", "DOWN" */
    const char *text; /* what it means, as a clause */
    enum theme_role role;
    char mark; /* '!', '~' or ' ' */
    bool aged; /* since when matters */
};

/* As it is now; static. */
const struct link_look *link_look(const struct target *target, int64_t now_ms);

/* In words: "ok", "ODD", "DOWN 2m"; and when it is tried again: "retry 8s" or "". */
#define LINK_LOOK_SIZE 64
void link_look_words(const struct target *target, int64_t now_ms, char state[LINK_LOOK_SIZE],
                     char retry[LINK_LOOK_SIZE]);

#endif
