#include "core/action_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/fleet_base.h"
#include "core/mem.h"

void action_list_init(struct action_list *list)
{
    *list = (struct action_list){0};
}

static void action_free(struct action *action)
{
    free(action->job_id);
    free(action->answer);
    free(action->text);
    free(action);
}

void action_list_release(struct action_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        action_free(list->items[i]);
    free(list->items);
    *list = (struct action_list){0};
}

bool action_waits(const struct action *action)
{
    return action->state == ACTION_SENT || action->state == ACTION_ACCEPTED;
}

/* Makes room for one more: of more than ACTION_KEEP the oldest settled one goes. */
static void make_room(struct action_list *list)
{
    size_t wanted = mem_capacity(list->capacity, list->count + 1);
    size_t at = 0;

    if (wanted != list->capacity) {
        list->items = mem_resize(list->items, wanted, sizeof(*list->items));
        list->capacity = wanted;
    }
    if (list->count < ACTION_KEEP)
        return;
    while (at < list->count && action_waits(list->items[at]))
        at++;
    if (at == list->count)
        return;
    action_free(list->items[at]);
    list->count--;
    memmove(list->items + at, list->items + at + 1, (list->count - at) * sizeof(*list->items));
}

struct action *action_list_add(struct action_list *list, const struct action *wish,
                               int64_t now_ms)
{
    struct action *action = mem_alloc(1, sizeof(*action));

    make_room(list);
    *action = *wish;
    action->serial = ++list->serial;
    action->state = ACTION_SENT;
    action->sent_ms = now_ms;
    action->state_ms = now_ms;
    action->job_id = mem_dup(wish->job_id);
    action->text = mem_dup(wish->text);
    list->items[list->count++] = action;
    return action;
}

void action_list_drop_newest(struct action_list *list)
{
    action_free(list->items[--list->count]);
}

void action_enter(struct fleet *fleet, struct action *action, enum action_state state,
                  const char *answer, int64_t now_ms)
{
    action->state = state;
    action->state_ms = now_ms;
    mem_set(&action->answer, answer);
    fleet_touch(fleet);
}

struct action *action_list_find(const struct action_list *list, uint64_t serial)
{
    for (size_t i = list->count; i-- > 0;)
        if (list->items[i]->serial == serial)
            return list->items[i];
    return NULL;
}

bool action_is_open(const struct fleet *fleet, uint64_t uid, enum verb verb)
{
    const struct action_list *list = fleet->actions;

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->uid == uid && list->items[i]->verb == verb &&
            action_waits(list->items[i]))
            return true;
    return false;
}

bool action_is_in_flight(const struct fleet *fleet, uint64_t uid, enum verb verb,
                         enum lever lever)
{
    const struct action_list *list = fleet->actions;

    for (size_t i = 0; i < list->count; i++) {
        const struct action *action = list->items[i];

        if (action->uid == uid && action->verb == verb && action->lever == lever &&
            action_waits(action) && !action->overdue)
            return true;
    }
    return false;
}

bool action_is_unanswered(const struct fleet *fleet, const struct target *target)
{
    const struct action_list *list = fleet->actions;

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->target == target && list->items[i]->state == ACTION_SENT)
            return true;
    return false;
}

const struct action *action_newest(const struct action_list *list)
{
    return list->count ? list->items[list->count - 1] : NULL;
}
