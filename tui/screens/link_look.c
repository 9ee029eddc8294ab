#include "tui/screens/link_look.h"

#include <stdio.h>

#include "core/format.h"
#include "core/visit.h"

static const struct link_look looks[TARGET_LINK_COUNT] = {
    [TARGET_CONNECTING] = {"connecting", "no answer yet", THEME_BUSY, ' ', false},
    [TARGET_UP] = {"ok", "connected", THEME_OK, ' ', false},
    [TARGET_STALE] = {"SILENT", "connected, but it has stopped answering", THEME_ERROR, '!',
                      true},
    [TARGET_BUSY] = {"BUSY", "another client holds the monitor", THEME_BUSY, '!', true},
    [TARGET_FAILED] = {"DOWN", "not connected", THEME_ERROR, '!', true},
    [TARGET_CLOSED] = {"released", "released: not connected until it is taken back", THEME_DIM,
                       '~', false},
    [TARGET_AWAY] = {"connecting", "away: left on purpose, comes back by itself", THEME_BUSY,
                     ' ', false},
};

static const struct link_look gone = {
    "gone", "gone: nothing is found there any more; it comes back by itself", THEME_DIM, ' ',
    false};

static const struct link_look odd = {"ODD", "connected, but it is odd", THEME_NEED, '!', false};

static const struct link_look visited = {
    "visited", "visited: connected to for moments, and left", THEME_OK, ' ', false};

static const struct link_look early = {"connecting", "connected, but not told its jobs yet",
                                       THEME_BUSY, ' ', false};

const struct link_look *link_look(const struct target *target, int64_t now_ms)
{
    if (target->gone)
        return &gone;
    if (target_oddity(target))
        return &odd;
    if (target->polite && target_is_fresh(target) && !visit_is_summoned(target, now_ms))
        return &visited;
    if (target->polite && target->link == TARGET_UP && !target_is_at_hand(target))
        return &early;
    return &looks[target->link];
}

void link_look_words(const struct target *target, int64_t now_ms, char state[LINK_LOOK_SIZE],
                     char retry[LINK_LOOK_SIZE])
{
    char time[FORMAT_SIZE];
    const struct link_look *look = link_look(target, now_ms);
    int64_t since_ms = target->lost_ms > 0 ? target->lost_ms : target->link_ms;
    snprintf(state, LINK_LOOK_SIZE, "%s%s%s", look->word, look->aged ? " " : "",
             look->aged ? format_duration(time, now_ms - since_ms) : "");
    retry[0] = '\0';
    if (look->aged && target->retry_ms > 0)
        snprintf(retry, LINK_LOOK_SIZE, "retry %s",
                 format_duration(time, target->retry_ms - now_ms));
}
