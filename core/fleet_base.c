#include "core/fleet_base.h"

uint64_t fleet_uid(struct fleet *fleet)
{
    return ++fleet->last_uid;
}

void fleet_touch(struct fleet *fleet)
{
    fleet->generation++;
    fleet->news++;
}

void fleet_moved(struct fleet *fleet)
{
    fleet->generation++;
}
