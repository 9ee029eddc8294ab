#ifndef QMPTOP_TESTS_TUI_TRIO_H
#define QMPTOP_TESTS_TUI_TRIO_H

/*
 * trio: the console in a terminal before one fake QEMU with three jobs, and its end. It does
 * not know what is pressed.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rig.h"

static inline void trio_start(const struct console_options *options, const char *const *more)
{
    static const struct fake_job jobs[] = {
        {.id = "one", .type = "backup", .status = "running", .current = 1, .total = 9},
        {.id = "two", .type = "mirror", .status = "ready", .current = 9, .total = 9},
        {.id = "three", .type = "backup", .status = "running", .current = 2, .total = 9},
    };
    struct fake_qmp *fake = rig_fake("alpha");

    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        fake_qmp_job(fake, &jobs[i]);
    rig_start(options, more);
    console_await(rig.console, "two", "READY");
    console_await(rig.console, "three", "running");
}

static inline struct pty *trio_pty(void)
{
    return console_pty(rig.console);
}

/* Commands that act on a job, so far. */
static inline size_t trio_verbs(void)
{
    return fake_qmp_count_verbs(rig.fakes[0]);
}

/* It ends, and has put the terminal back. */
static inline void trio_quit(void)
{
    console_press(rig.console, "q");
    assert_int_equal(console_await_end(rig.console), 0);
    assert_null(pty_not_put_back(trio_pty()));
}

#endif
