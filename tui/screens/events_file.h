#ifndef QMPTOP_TUI_EVENTS_FILE_H
#define QMPTOP_TUI_EVENTS_FILE_H

/*
 * events_file: the entries that are looked at as a new file, oldest first, in the
 * format of the audit log (audit.h). A file that exists is never touched.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/screens/events_view.h"

#define EVENTS_FILE_ERROR 512

/* `path` may begin with "~/". *count gets the number of entries. False with a
 * sentence in `error`: nothing of the file is left then. */
bool events_file_write(const struct events_view *view, int64_t (*wall_s)(int64_t at_ms),
                       const char *path, size_t *count, char error[EVENTS_FILE_ERROR]);

#endif
