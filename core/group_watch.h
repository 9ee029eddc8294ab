#ifndef QMPTOP_CORE_GROUP_WATCH_H
#define QMPTOP_CORE_GROUP_WATCH_H

/* group_watch: what the inference of groups (group.h) remembers. */

#include <stdbool.h>
#include <stdint.h>

/* What is remembered from one event to the next; a member of the target. */
struct group_watch {
    uint64_t batch;         /* group of the jobs created so far without a start; 0 = none */
    uint64_t waiting;       /* group of the job that came to wait last, and nothing since */
    uint64_t falling;       /* whose job began to abort last */
    uint32_t falling_reply; /* the replies counted then: the same burst */
    bool waits_possible;    /* several jobs that a waiting one may wait for */
    bool pends_possible;    /* the same of pending ones */
};

#endif
