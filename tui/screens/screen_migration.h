#ifndef QMPTOP_TUI_SCREEN_MIGRATION_H
#define QMPTOP_TUI_SCREEN_MIGRATION_H

/*
 * screen_migration: one live migration in full (migration_detail.h) on the whole
 * screen; its keys pull the levers. It holds the migration's uid: the next migration
 * of that QEMU is not shown. It closes itself when the migration leaves the list.
 */

#include <stdint.h>

#include "tui/screen.h"

/* For app_push(); a `uid` of no shown migration closes at once. */
struct screen *screen_migration_new(uint64_t uid);

#endif
