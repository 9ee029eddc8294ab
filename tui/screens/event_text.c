#include "tui/screens/event_text.h"

#include <stdio.h>
#include <time.h>

char *event_text_clock(int64_t wall_s, char text[EVENT_TEXT_CLOCK])
{
    time_t at = (time_t)wall_s;
    struct tm local;
    text[0] = '\0';
    if (localtime_r(&at, &local))
        strftime(text, EVENT_TEXT_CLOCK, "%H:%M:%S", &local);
    return text;
}

static const struct look {
    char mark;
    enum theme_role role;
} looks[] = {
    [JOURNAL_INFO] = {' ', THEME_NORMAL}, [JOURNAL_NEED] = {'*', THEME_NEED},
    [JOURNAL_ERROR] = {'!', THEME_ERROR}, [JOURNAL_YOU] = {' ', THEME_STATUS},
    [JOURNAL_GAP] = {'-', THEME_DIM},
};

char event_text_mark(enum journal_mark mark)
{
    return looks[mark].mark;
}

enum theme_role event_text_role(enum journal_mark mark)
{
    return looks[mark].role;
}

static char *say_gap(const struct journal_entry *entry, int64_t (*wall_s)(int64_t at_ms),
                     char text[EVENT_TEXT_SIZE])
{
    char from[EVENT_TEXT_CLOCK], until[EVENT_TEXT_CLOCK];
    snprintf(text, EVENT_TEXT_SIZE, "%s to %s: %s %s",
             event_text_clock(wall_s(entry->at_ms), from),
             event_text_clock(wall_s(entry->until_ms), until),
             entry->target ? entry->target : "", entry->text);
    return text;
}

char *event_text(const struct journal_entry *entry, int64_t (*wall_s)(int64_t at_ms),
                 char text[EVENT_TEXT_SIZE])
{
    if (entry->mark == JOURNAL_GAP)
        return say_gap(entry, wall_s, text);
    if (entry->count > 1)
        snprintf(text, EVENT_TEXT_SIZE, "%s (%u times)", entry->text, (unsigned)entry->count);
    else
        snprintf(text, EVENT_TEXT_SIZE, "%s", entry->text);
    return text;
}
