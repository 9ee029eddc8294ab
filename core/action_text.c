#include "core/action_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/fleet_base.h"
#include "core/format.h"
#include "core/target.h"
#include "core/verb.h"

static const char *const state_texts[ACTION_STATE_COUNT] = {
    [ACTION_SENT] = "sent",
    [ACTION_ACCEPTED] = "accepted, waiting for the effect",
    [ACTION_REFUSED] = "refused",
    [ACTION_EFFECTIVE] = "in effect",
    [ACTION_UNKNOWN] = "outcome unknown",
    [ACTION_OVERTAKEN] = "overtaken",
};

static void write_rate(const char *name, uint64_t rate, const char *none, char *dst)
{
    char bytes[FORMAT_SIZE];

    if (rate == 0)
        snprintf(dst, ACTION_PHRASE_SIZE, "%s %s", name, none);
    else
        snprintf(dst, ACTION_PHRASE_SIZE, "%s %s/s", name, format_bytes_long(bytes, rate));
}

/* "pause", "limit 50 MiB/s", "downtime 500 ms" */
static void write_phrase(const struct action *action, char dst[ACTION_PHRASE_SIZE])
{
    const char *name =
        action->lever == LEVER_COUNT ? verb_name(action->verb) : lever_name(action->lever);

    if (action->verb == VERB_LIMIT)
        write_rate(name, action->argument, "off", dst);
    else if (action->lever != LEVER_COUNT && lever_argument(action->lever) == LEVER_RATE)
        write_rate(name, action->argument, "unlimited", dst);
    else if (action->lever == LEVER_DOWNTIME)
        snprintf(dst, ACTION_PHRASE_SIZE, "%s %" PRIu64 " ms", name, action->argument);
    else
        snprintf(dst, ACTION_PHRASE_SIZE, "%s", name);
}

void action_say(struct fleet *fleet, const struct action *action, enum journal_mark mark,
                const char *what, const char *detail, int64_t now_ms)
{
    char phrase[ACTION_PHRASE_SIZE];

    write_phrase(action, phrase);
    journal_add(&fleet->journal, now_ms, mark, target_label(action->target), action->job_id,
                action->uid, "you: %s  %s%s%s", phrase, what, detail ? ": " : "",
                detail ? detail : "");
}

static const char *state_text(const struct action *action, int64_t now_ms)
{
    if (action->state == ACTION_SENT && now_ms - action->sent_ms >= ACTION_PATIENCE_MS)
        return "sent, no answer yet";
    if (action->state == ACTION_ACCEPTED && action->overdue)
        return "accepted, but no effect yet";
    return state_texts[action->state];
}

const char *action_phrase(const struct action *action, char dst[ACTION_PHRASE_SIZE])
{
    write_phrase(action, dst);
    return dst;
}

void action_outcome(const struct action *action, int64_t now_ms, char *dst, size_t size)
{
    snprintf(dst, size, "%s%s%s", state_text(action, now_ms), action->answer ? ": " : "",
             action->answer ? action->answer : "");
}

void action_sentence(const struct action *action, int64_t now_ms, char *dst, size_t size)
{
    char phrase[ACTION_PHRASE_SIZE];
    int len = snprintf(dst, size, "%s %s/%s: ", action_phrase(action, phrase),
                       target_label(action->target), action->job_id);

    if ((size_t)len < size)
        action_outcome(action, now_ms, dst + len, size - (size_t)len);
}
