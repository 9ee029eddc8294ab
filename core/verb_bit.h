#ifndef QMPTOP_CORE_VERB_BIT_H
#define QMPTOP_CORE_VERB_BIT_H

/* verb_bit: the verbs by name, and as members of a set. What they do and when they may is
 * verb.h's. */

enum verb {
    VERB_PAUSE,    /* job-pause */
    VERB_RESUME,   /* job-resume */
    VERB_COMPLETE, /* job-complete: the pivot */
    VERB_STAY,     /* block-job-cancel force=false: end in sync, no pivot */
    VERB_CANCEL,   /* job-cancel: always forced (job-qmp.c) */
    VERB_FINALIZE, /* job-finalize: every job of the transaction */
    VERB_DISMISS,  /* job-dismiss */
    VERB_LIMIT,    /* block-job-set-speed */
    VERB_CHANGE,   /* block-job-change copy-mode=write-blocking */
    VERB_COUNT
};

#define VERB_BIT(verb) (1u << (verb))
#define VERB_ALL       ((1u << VERB_COUNT) - 1)

#endif
