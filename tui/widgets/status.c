#include "tui/widgets/status.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/fleet.h"
#include "core/format.h"
#include "core/manager.h"
#include "tui/draw.h"

#define NAMES_LEAST 10 /* columns of two names that can be told apart */

void status_init(struct status *status)
{
    *status = (struct status){.role = THEME_STATUS};
}

static void say(struct status *status, enum theme_role role, int64_t now_ms, const char *format,
                va_list args)
{
    vsnprintf(status->remark, sizeof(status->remark), format, args);
    status->role = role;
    status->until_ms = now_ms + (role == THEME_ERROR ? STATUS_TROUBLE_MS : STATUS_REMARK_MS);
    status->serial = 0;
    status->errand = false;
}

void status_say(struct status *status, enum theme_role role, int64_t now_ms, const char *format,
                ...)
{
    va_list args;
    va_start(args, format);
    say(status, role, now_ms, format, args);
    va_end(args);
    status->about = (struct status_about){.lead = ""};
}

static void set_about(struct status_about *about, const char *lead, const char *vm,
                      const char *job)
{
    snprintf(about->lead, sizeof(about->lead), "%s", lead);
    snprintf(about->vm, sizeof(about->vm), "%s", vm);
    snprintf(about->job, sizeof(about->job), "%s", job);
}

void status_tell(struct status *status, enum theme_role role, int64_t now_ms, const char *lead,
                 const char *vm, const char *job, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(status, role, now_ms, format, args);
    va_end(args);
    set_about(&status->about, lead, vm, job);
}

void status_follow(struct status *status, uint64_t serial)
{
    status->remark[0] = '\0';
    status->serial = serial;
    status->errand = false;
}

void status_follow_errand(struct status *status)
{
    status->remark[0] = '\0';
    status->serial = 0;
    status->errand = true;
}

/* How an outcome looks, and how long it is news; 0 = until it changes. */
struct fate {
    enum theme_role role;
    int64_t news_ms;
};

static const struct fate fates[ACTION_STATE_COUNT] = {
    [ACTION_SENT] = {THEME_STATUS, 0},
    [ACTION_ACCEPTED] = {THEME_STATUS, 0},
    [ACTION_REFUSED] = {THEME_ERROR, STATUS_TROUBLE_MS},
    [ACTION_EFFECTIVE] = {THEME_OK, STATUS_REMARK_MS},
    [ACTION_UNKNOWN] = {THEME_ERROR, STATUS_TROUBLE_MS},
    [ACTION_OVERTAKEN] = {THEME_NEED, STATUS_TROUBLE_MS},
};

/* "  (r resumes it)" after a pause that took effect, and the reverse. */
static void append_undo(const struct action *action, const struct keymap *keymap, char *text)
{
    char keys[KEYMAP_KEYS_SIZE];
    bool paused = action->verb == VERB_PAUSE;
    if (action->state != ACTION_EFFECTIVE || (!paused && action->verb != VERB_RESUME))
        return;
    enum request undo = paused ? REQUEST_RESUME : REQUEST_PAUSE;
    size_t len = strlen(text);
    if (keymap_keys(keymap, undo, true, keys)[0] != '\0')
        snprintf(text + len, STATUS_SIZE - len, "  (%s %ss it again)", keys,
                 keymap_row(undo)->name);
}

/* "none", "50M/s", "300 ms"; and how it is typed. */
static void say_before(const struct action *action, char told[FORMAT_SIZE + 4],
                       char typed[FORMAT_SIZE])
{
    if (action->lever != LEVER_COUNT && lever_argument(action->lever) == LEVER_MILLISECONDS) {
        snprintf(typed, FORMAT_SIZE, "%" PRIu64, action->before);
        snprintf(told, FORMAT_SIZE + 4, "%s ms", typed);
        return;
    }
    format_bytes_exact(typed, action->before);
    snprintf(told, FORMAT_SIZE + 4, "%s%s", action->before == 0 ? "none" : typed,
             action->before == 0 ? "" : "/s");
}

/* "  (was 50M/s; l 50M puts it back)" after a number was set to another one. The levers of a
 * migration have no key that is the same on every screen. */
static void append_old_value(const struct action *action, const struct keymap *keymap,
                             char *text)
{
    char told[FORMAT_SIZE + 4], typed[FORMAT_SIZE], keys[KEYMAP_KEYS_SIZE] = "";
    size_t len = strlen(text);
    bool taken = action->state == ACTION_EFFECTIVE || action->state == ACTION_ACCEPTED;
    if (!taken || !action->has_before || action->before == action->argument)
        return;
    say_before(action, told, typed);
    if (action->lever == LEVER_COUNT)
        keymap_keys(keymap, REQUEST_LIMIT, true, keys);
    snprintf(text + len, STATUS_SIZE - len, "  (was %s; %s%s%s puts it back)", told, keys,
             keys[0] != '\0' ? " " : "", typed);
}

/* What was asked for at once had no box to say so in. */
static void append_manager(const struct action *action, char *text)
{
    char warning[160];
    size_t len = strlen(text);
    if (action->lever == LEVER_COUNT && action->state != ACTION_REFUSED &&
        manager_warning(action->target, action->verb, warning, sizeof(warning)))
        snprintf(text + len, STATUS_SIZE - len, "  (%s)", warning);
}

static bool show_fate(const struct action *action, const struct keymap *keymap, int64_t now_ms,
                      struct status_line *line)
{
    const struct fate *fate = &fates[action->state];
    char phrase[ACTION_PHRASE_SIZE];
    line->until_ms = fate->news_ms > 0 ? action->state_ms + fate->news_ms : 0;
    if (line->until_ms > 0 && now_ms >= line->until_ms)
        return false;
    set_about(&line->about, action_phrase(action, phrase), target_label(action->target),
              action->job_id);
    action_outcome(action, now_ms, line->rest, sizeof(line->rest));
    append_undo(action, keymap, line->rest);
    append_old_value(action, keymap, line->rest);
    append_manager(action, line->rest);
    line->role = fate->role;
    return true;
}

static enum theme_role errand_role(const struct errand *errand)
{
    const size_t *tally = errand->tally;
    if (tally[ERRAND_REFUSED] + tally[ERRAND_UNKNOWN] > 0)
        return THEME_ERROR;
    if (tally[ERRAND_LEFT] + tally[ERRAND_OVERTAKEN] > 0)
        return THEME_NEED;
    return errand->settled_ms > 0 ? THEME_OK : THEME_STATUS;
}

static bool show_errand(const struct errand *errand, int64_t now_ms, struct status_line *line)
{
    line->role = errand_role(errand);
    int64_t news_ms = line->role == THEME_OK ? STATUS_REMARK_MS : STATUS_TROUBLE_MS;
    line->until_ms = errand->settled_ms > 0 ? errand->settled_ms + news_ms : 0;
    if (line->until_ms > 0 && now_ms >= line->until_ms)
        return false;
    errand_sentence(errand, line->rest, sizeof(line->rest));
    return true;
}

static bool show(const struct status *status, const struct fleet *fleet,
                 const struct keymap *keymap, int64_t now_ms, struct status_line *line)
{
    const struct action *action = action_list_find(fleet->actions, status->serial);
    line->about = (struct status_about){.lead = ""};
    if (status->errand)
        return show_errand(fleet->errand, now_ms, line);
    if (status->serial != 0)
        return action && show_fate(action, keymap, now_ms, line);
    if (status->remark[0] == '\0' || now_ms >= status->until_ms)
        return false;
    line->about = status->about;
    snprintf(line->rest, sizeof(line->rest), "%s", status->remark);
    line->role = status->role;
    line->until_ms = status->until_ms;
    return true;
}

/* "cancel web-01/mirror0: nothing was sent" */
static void join(const struct status_about *about, const char *vm, const char *job,
                 const char *rest, char *dst, size_t size)
{
    bool named = about->vm[0] != '\0';
    snprintf(dst, size, "%s%s%s%s%s%s%s", about->lead, about->lead[0] != '\0' ? " " : "", vm,
             named ? "/" : "", job, named ? ": " : "", rest);
}

bool status_show(const struct status *status, const struct fleet *fleet,
                 const struct keymap *keymap, int64_t now_ms, struct status_line *line)
{
    if (!show(status, fleet, keymap, now_ms, line))
        return false;
    join(&line->about, line->about.vm, line->about.job, line->rest, line->text,
         sizeof(line->text));
    return true;
}

void status_line_fit(const struct status_line *line, int room, char *dst, size_t size)
{
    const struct status_about *about = &line->about;
    struct names names;
    int lead = draw_width(about->lead) + 4, least = room / 3;
    if (about->vm[0] == '\0' || draw_width(line->text) <= room) {
        snprintf(dst, size, "%s", line->text);
        return;
    }
    if (least < NAMES_LEAST) {
        int word = (int)strcspn(line->rest, ":,");
        names_fit(&names, about->vm, about->job, room - word - lead + 1);
        snprintf(dst, size, "%.*s %s %s/%s", word, line->rest, about->lead, names.vm,
                 names.job);
        return;
    }
    int left = room - lead - draw_width(line->rest);
    names_fit(&names, about->vm, about->job, left > least ? left : least);
    join(about, names.vm, names.job, line->rest, dst, size);
}
