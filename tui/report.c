#include "tui/report.h"

#include <stddef.h>

#include "core/fleet.h"

int report_exit_status(const struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->target_count; i++)
        if (!target_is_fresh(fleet->targets[i]))
            return 1;
    return 0;
}
