#ifndef QMPTOP_CORE_EFFECT_H
#define QMPTOP_CORE_EFFECT_H

/*
 * effect: has a job come to do what a verb asked of it? A pure look at the job;
 * it does not know who asked, nor whether QEMU accepted it (action.h).
 */

#include "core/job.h"
#include "core/verb.h"

enum effect {
    EFFECT_OPEN,     /* neither yet */
    EFFECT_SEEN,     /* the job does, or did, what the verb asks */
    EFFECT_OVERTAKEN /* it went another way: the effect can come no more */
};

/* The state that follows each verb: pause -> PAUSED or STANDBY; resume -> any
 * other living one; complete and stay -> a good end, or PENDING where the job waits
 * for a finalize; cancel -> ABORTING or a cancelled end; finalize -> a good end;
 * dismiss -> gone; limit and change take effect before QEMU answers. */
enum effect effect_of(enum verb verb, const struct job *job);

#endif
