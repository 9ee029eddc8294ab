#include "tests/support/console.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/monitor.h"
#include "tests/support/program.h"

#define ARGUMENTS_MAX 40
#define END_MS        5000

struct console {
    struct pump *pump;
    struct pty *pty;
};

/* ---- life ---- */

const struct console_options console_shell = {
    .rows = 30, .columns = 120, .program = "bash", .environment = "PS1=$ "};
const char *const console_shell_arguments[] = {"--noprofile", "--norc", "+o",
                                               "history",     "-i",     NULL};

struct launch {
    const struct console_options *options;
    const char *argv[ARGUMENTS_MAX + 2];
    pid_t parent;
};

static int become(void *ctx)
{
    struct launch *launch = ctx;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != launch->parent)
        return 1;
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    if (launch->options->mortal)
        program_be_mortal();
    execvp(launch->argv[0], (char *const *)launch->argv);
    perror(launch->argv[0]);
    return 127;
}

static bool take_turn(void *ctx)
{
    struct console *console = ctx;
    return pty_pump(console->pty, 0);
}

struct console *console_start(struct pump *pump, const struct console_options *options,
                              const char *const *arguments)
{
    struct launch launch = {.options = options, .parent = getpid()};
    const char *env[] = {options->environment, NULL};
    struct console *console = calloc(1, sizeof *console);
    assert_non_null(console);

    launch.argv[0] = options->program != NULL ? options->program : program_path();
    for (size_t i = 0; arguments[i] != NULL; i++) {
        assert_true(i < ARGUMENTS_MAX);
        launch.argv[i + 1] = arguments[i];
    }
    console->pump = pump;
    console->pty = pty_fork(become, &launch,
                            &(struct pty_options){.rows = options->rows,
                                                  .cols = options->columns,
                                                  .term = options->term,
                                                  .locale = options->locale,
                                                  .env = env});
    pump_add(pump, take_turn, console);
    return console;
}

static bool has_ended(void *ctx)
{
    struct console *console = ctx;
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pty_pid(console->pty), &info, WEXITED | WNOHANG | WNOWAIT) !=
               0 ||
           info.si_pid != 0;
}

void console_end(struct console *console)
{
    if (console == NULL)
        return;
    pty_signal(console->pty, SIGHUP);
    pty_signal(console->pty, SIGCONT);
    (void)pump_until(console->pump, has_ended, console, END_MS);
    pump_remove(console->pump, console);
    pty_close(console->pty);
    free(console);
}

struct pty *console_pty(struct console *console)
{
    return console->pty;
}

/* ---- looking ---- */

const char *console_screen(struct console *console)
{
    return grid_text(pty_grid(console->pty));
}

static bool row_has(struct console *console, int row, const char *one, const char *other)
{
    const char *line = grid_line(pty_grid(console->pty), row);
    return strstr(line, one) != NULL && (other == NULL || strstr(line, other) != NULL);
}

int console_find(struct console *console, const char *one, const char *other)
{
    int rows = grid_rows(pty_grid(console->pty));
    for (int row = 0; row < rows; row++) {
        if (row_has(console, row, one, other))
            return row;
    }
    return -1;
}

int console_cursor(struct console *console)
{
    struct grid *grid = pty_grid(console->pty);
    for (int row = 0; row < grid_rows(grid); row++) {
        if (grid_line(grid, row)[0] == '>')
            return row;
    }
    return -1;
}

/* ---- waiting ---- */

void console_await_that(struct console *console, pump_condition *met, void *ctx,
                        const char *what)
{
    if (pump_until(console->pump, met, ctx, CONSOLE_MS))
        return;
    fprintf(stderr, "%s", console_screen(console));
    fail_msg("waited in vain for %s; the screen is above", what);
}

void console_settle(struct console *console)
{
    pump_settle(console->pump);
}

struct wanted_row {
    struct console *console;
    const char *one, *other;
};

static bool is_there(void *ctx)
{
    struct wanted_row *wanted = ctx;
    return console_find(wanted->console, wanted->one, wanted->other) >= 0;
}

static bool is_gone(void *ctx)
{
    return !is_there(ctx);
}

static void await_row(struct console *console, pump_condition *met, const char *one,
                      const char *other, const char *what)
{
    struct wanted_row wanted = {console, one, other};
    char text[256];
    snprintf(text, sizeof text, "%s \"%s\" \"%s\"", what, one, other != NULL ? other : "");
    console_await_that(console, met, &wanted, text);
}

void console_await(struct console *console, const char *one, const char *other)
{
    await_row(console, is_there, one, other, "a row with");
}

void console_await_gone(struct console *console, const char *one, const char *other)
{
    await_row(console, is_gone, one, other, "no row with");
}

int console_await_end(struct console *console)
{
    int status = 0;
    console_await_that(console, has_ended, console, "the program's end");
    assert_true(pty_wait_exit(console->pty, &status, CONSOLE_MS));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- keys ---- */

void console_press(struct console *console, const char *keys)
{
    pty_send(console->pty, keys);
}

void console_enter(struct console *console, const char *text)
{
    char line[128];
    snprintf(line, sizeof line, "> %s", text);
    console_press(console, "\025"); /* ^U */
    console_await_gone(console, line, NULL);
    console_press(console, text);
    console_await(console, line, NULL);
    console_press(console, "\r");
}

struct moved {
    struct console *console;
    int from;
};

static bool has_moved(void *ctx)
{
    struct moved *moved = ctx;
    return console_cursor(moved->console) != moved->from;
}

void console_await_cursor(struct console *console)
{
    struct moved moved = {console, -1};
    console_await_that(console, has_moved, &moved, "a cursor");
}

void console_select(struct console *console, const char *one, const char *other)
{
    console_await(console, one, other);
    for (;;) {
        struct moved moved = {console, -1};
        console_await_cursor(console);
        int cursor = console_cursor(console);
        if (row_has(console, cursor, one, other))
            return;
        moved.from = cursor;
        console_press(console, console_find(console, one, other) > cursor ? "j" : "k");
        console_await_that(console, has_moved, &moved, "the cursor to move");
    }
}

/* The box shows what it listens to bold as soon as it does. */
struct listening_box {
    struct wanted_row title;
    char cue[128];
};

static bool is_listening(void *ctx)
{
    struct listening_box *box = ctx;
    struct grid *grid = pty_grid(box->title.console->pty);
    int row, column;
    return is_there(&box->title) && grid_find(grid, box->cue, &row, &column) &&
           grid_attributes(grid, row)[column + 1] != '.';
}

static bool is_lit(void *ctx)
{
    struct wanted_row *wanted = ctx;
    struct grid *grid = pty_grid(wanted->console->pty);
    int row, column;
    return grid_find(grid, wanted->one, &row, &column) &&
           grid_attributes(grid, row)[column] != '.';
}

void console_await_lit(struct console *console, const char *text)
{
    struct wanted_row wanted = {console, text, NULL};
    console_await_that(console, is_lit, &wanted, text);
}

static void await_listening(struct console *console, const char *title, const char *cue)
{
    struct listening_box box = {.title = {console, title, " ?"}};
    snprintf(box.cue, sizeof box.cue, "%s", cue);
    console_await(console, title, " ?");
    console_await_that(console, is_listening, &box, "the box to listen");
}

void console_await_box(struct console *console, const char *title)
{
    await_listening(console, title, " y  ");
}

void console_await_typing(struct console *console, const char *title, const char *word)
{
    char cue[128];
    snprintf(cue, sizeof cue, "Type  %s  and Enter", word);
    await_listening(console, title, cue);
}

void console_confirm_typed(struct console *console, const char *title, const char *word)
{
    char line[128];
    snprintf(line, sizeof line, "> %s", word);
    console_await_typing(console, title, word);
    console_press(console, word);
    console_await(console, line, NULL);
    console_press(console, "\r");
    console_await_gone(console, title, " ?");
}

void console_confirm(struct console *console, const char *title)
{
    console_await_box(console, title);
    console_press(console, "y");
    console_await_gone(console, title, " ?");
}

/* ---- real QEMUs ---- */

struct wanted_job {
    struct monitor *monitor;
    const char *event, *id, *status;
};

static bool has_status(void *ctx)
{
    struct wanted_job *wanted = ctx;
    if (strcmp(monitor_status(wanted->monitor, wanted->id), wanted->status) == 0)
        return true;
    usleep(5000);
    return false;
}

static bool has_event(void *ctx)
{
    struct wanted_job *wanted = ctx;
    return monitor_saw(wanted->monitor, wanted->event, wanted->id, wanted->status);
}

void console_await_status(struct console *console, struct monitor *monitor, const char *id,
                          const char *status)
{
    struct wanted_job wanted = {monitor, NULL, id, status};
    char text[128];
    snprintf(text, sizeof text, "job %s to be %s", id, status);
    console_await_that(console, has_status, &wanted, text);
}

void console_await_event(struct console *console, struct monitor *monitor, const char *event,
                         const char *id, const char *status)
{
    struct wanted_job wanted = {monitor, event, id, status};
    char text[128];
    snprintf(text, sizeof text, "%s of %s", event, id);
    console_await_that(console, has_event, &wanted, text);
}

void console_work_off(struct console *console)
{
    console_press(console, "?");
    console_await(console, "HELP", NULL);
    console_press(console, "q");
    console_await_gone(console, "HELP", NULL);
}
