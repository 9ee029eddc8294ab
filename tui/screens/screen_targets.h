#ifndef QMPTOP_TUI_SCREEN_TARGETS_H
#define QMPTOP_TUI_SCREEN_TARGETS_H

/*
 * screen_targets: every QEMU and its socket: how the link is, who is behind it, how
 * fresh what it shows is, why it failed and when it is tried again. Its keys connect
 * now, release (the place on the monitor is free for others until it is taken back),
 * and take back, through app->links.
 */

#include "tui/screen.h"

/* For app_push(). */
struct screen *screen_targets_new(void);

#endif
