#include "tui/exit_status.h"

#include <stdbool.h>
#include <stddef.h>

#include "core/fleet.h"

static size_t count_asked(const struct fleet *fleet)
{
    size_t count = 0;
    for (size_t i = 0; i < fleet->target_count; i++)
        count += target_is_fresh(fleet->targets[i]);
    return count;
}

int exit_status_of_console(const struct fleet *fleet, int signal)
{
    bool pending = false;
    if (signal != 0)
        return EXIT_STATUS_SIGNAL + signal;
    for (size_t i = 0; i < fleet->target_count; i++) {
        if (fleet->targets[i]->was_up)
            return EXIT_STATUS_FINE;
        pending = pending || fleet->targets[i]->link == TARGET_CONNECTING;
    }
    return pending || fleet->target_count == 0 ? EXIT_STATUS_FINE : EXIT_STATUS_NOT_REACHED;
}

int exit_status_of_snapshot(const struct fleet *fleet)
{
    return count_asked(fleet) == fleet->target_count ? EXIT_STATUS_FINE
                                                     : EXIT_STATUS_NOT_REACHED;
}

int exit_status_of_check(const struct fleet *fleet, int64_t now_ms)
{
    size_t asked = count_asked(fleet);
    if (asked == 0)
        return EXIT_STATUS_NOTHING_REACHED;
    return fleet_count(fleet, now_ms).need > 0 || asked < fleet->target_count
               ? EXIT_STATUS_NEEDS_YOU
               : EXIT_STATUS_FINE;
}
