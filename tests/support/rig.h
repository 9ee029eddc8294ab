#ifndef QMPTOP_TESTS_SUPPORT_RIG_H
#define QMPTOP_TESTS_SUPPORT_RIG_H

/*
 * rig: the console, or the program without one, before fake QEMUs, real ones or a herd, one
 * set at a time, with a folder if need be, and its clearing away after each test, failed or
 * not. It does not know what the QEMUs do.
 */

#include <stddef.h>

#include "tests/support/console.h"
#include "tests/support/fake_qmp.h"
#include "tests/support/folder.h"
#include "tests/support/herd.h"
#include "tests/support/program.h"
#include "tests/support/pump.h"

#define RIG_FAKES_MAX 4

struct rig {
    struct pump pump;
    struct fake_qmp *fakes[RIG_FAKES_MAX];
    const char *names[RIG_FAKES_MAX];
    size_t fake_count;
    struct herd *herd; /* the test starts it; NULL = none */
    struct console *console;
    struct program_run run;
    char folder[FOLDER_SIZE]; /* "" = none */
};

extern struct rig rig;

/* A model (fake_qmp.h) without jobs, shown as `name`; NULL: by its own name. */
struct fake_qmp *rig_fake(const char *name);

/* The console with all fakes there are as its endpoints, and `more` arguments (NULL or
 * NULL-terminated). */
struct console *rig_start(const struct console_options *options, const char *const *more);

/* A setup that makes the folder; returns 0. */
int rig_make_folder(void **state);

/* Writes a configuration into the folder: its path, valid until the next one. */
const char *rig_config(const char *text);

/* A teardown; returns 0. */
int rig_clear(void **state);

/* Runs the program with these arguments (NULL-terminated) anew, without a terminal. */
void rig_run(const char *const *arguments);

/* A teardown where real QEMUs were started (qemu.h); returns 0. */
int rig_end_qemus(void **state);

#endif
