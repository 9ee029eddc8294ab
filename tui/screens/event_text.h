#ifndef QMPTOP_TUI_EVENT_TEXT_H
#define QMPTOP_TUI_EVENT_TEXT_H

/*
 * event_text: an entry of the journal in words: its time of day, its mark, its text.
 * It does not draw; texts are raw (draw cleans them).
 */

#include <stdint.h>

#include "core/journal.h"
#include "tui/theme.h"

#define EVENT_TEXT_CLOCK 16
#define EVENT_TEXT_SIZE  (3 * JOURNAL_TEXT)

/* "14:02:26", the local time of `wall_s` seconds since 1970; "" when there is none.
 * Returns `text`. */
char *event_text_clock(int64_t wall_s, char text[EVENT_TEXT_CLOCK]);

/* '!', '*' or ' '. */
char event_text_mark(enum journal_mark mark);
enum theme_role event_text_role(enum journal_mark mark);

/* What happened: "running -> READY (3 times)"; of a gap "14:00:11 to 14:00:19: web-01
 * was not connected, events may be missing". Always NUL-terminated; returns `text`. */
char *event_text(const struct journal_entry *entry, int64_t (*wall_s)(int64_t at_ms),
                 char text[EVENT_TEXT_SIZE]);

#endif
