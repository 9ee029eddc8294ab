#include "core/action_launch.h"

#include "core/action_text.h"
#include "core/fleet_base.h"

struct action *action_launch(struct fleet *fleet, const struct action *wish, int64_t now_ms)
{
    struct action_list *list = fleet->actions;
    struct action *action = action_list_add(list, wish, now_ms);

    if (!list->sink.send || !list->sink.send(list->sink.ctx, action)) {
        action_list_drop_newest(list);
        return NULL;
    }
    action_say(fleet, action, JOURNAL_YOU, "sent", NULL, now_ms);
    fleet_touch(fleet);
    return action;
}
