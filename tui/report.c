#include "tui/report.h"

#include <stddef.h>

#include "core/fleet.h"

void report_nothing_found(const struct fleet *fleet, FILE *out)
{
    fprintf(out, "qmptop: no QMP socket found; looked at\n");
    for (size_t i = 0; fleet->searched[i]; i++)
        fprintf(out, "  %s\n", fleet->searched[i]);
}
