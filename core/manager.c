#include "core/manager.h"

#include <stdio.h>

#include "core/target.h"

/* What is behind the manager's name. */
static const char *const warnings[VERB_COUNT] = {
    [VERB_PAUSE] = "runs this VM: what waits for the job may give up",
    [VERB_RESUME] = "runs this VM: it may have paused the job itself",
    [VERB_COMPLETE] = "runs this VM: ending its job makes its migration or move fail",
    [VERB_STAY] = "runs this VM: ending its job makes its migration or move fail",
    [VERB_CANCEL] = "runs this VM: ending its job makes its migration or move fail",
    [VERB_FINALIZE] = "runs this VM: ending its job makes its migration or move fail",
    [VERB_DISMISS] = "runs this VM: it can no longer learn how the job ended",
    [VERB_LIMIT] = "runs this VM: it may set the limit again, and does not know yours",
    [VERB_CHANGE] = "runs this VM: it does not know of the change",
};

static bool write(const struct target *target, const char *what, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s", target->manager ? target->manager : "",
             target->manager ? " " : "", target->manager ? what : "");
    return target->manager != NULL;
}

bool manager_text(const struct target *target, char *text, size_t size)
{
    return write(target, "runs this VM: its jobs are the manager's to end", text, size);
}

bool manager_warning(const struct target *target, enum verb verb, char *text, size_t size)
{
    return write(target, warnings[verb], text, size);
}
