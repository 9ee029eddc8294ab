#ifndef QMPTOP_CORE_ACTION_LAUNCH_H
#define QMPTOP_CORE_ACTION_LAUNCH_H

/* action_launch: the one way a request leaves: on the list, to the sink, in the journal. It
 * does not know whether it may. */

#include <stdint.h>

#include "core/action_list.h"

struct fleet;

/* A new action in state SENT, given to the sink and put on the list; NULL when it
 * could not be queued. `wish` as in action_list_add(). */
struct action *action_launch(struct fleet *fleet, const struct action *wish, int64_t now_ms);

#endif
