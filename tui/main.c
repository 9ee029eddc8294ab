/*
 * main: joins the rooms: options, theme, fleet, addresses and feeds, and either
 * the console on its loop or one snapshot. The only place that sees both sides
 * of the house.
 */

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/fleet.h"
#include "core/mem.h"
#include "qmp/feed_discover.h"
#include "qmp/feed_links.h"
#include "tui/app.h"
#include "tui/audit.h"
#include "tui/config.h"
#include "tui/demo.h"
#include "tui/exit_status.h"
#include "tui/follow_loop.h"
#include "tui/loop.h"
#include "tui/once.h"
#include "tui/options.h"
#include "tui/process.h"
#include "tui/report.h"
#include "tui/screens/commands.h"
#include "tui/screens/screen_jobs.h"
#include "tui/term.h"
#include "tui/theme.h"
#include "tui/theme_load.h"

#define TICK_MS       1000
#define ONCE_CHECK_MS 10

struct program {
    int64_t begin_ms;
    struct options options;
    struct config config;
    struct theme theme;
    struct fleet fleet;
    struct loop loop;
    struct app app;
    struct once once;
    struct demo demo;
    struct audit audit;
    struct feed_links links;
    struct feed_discover discover;
};

/* ---- links ----------------------------------------------------------------------------- */

static bool add_links(struct program *program)
{
    const struct options *options = &program->options;
    const char *demo = program->demo.endpoint;
    char error[ADDRESS_ERROR_SIZE];
    feed_links_init(&program->links, &program->fleet, program->loop.ev, loop_now_ms);
    program->links.polite = options->polite;
    feed_discover_init(&program->discover, &program->links);
    if (feed_discover_begin(&program->discover, options->demo ? &demo : options->endpoints,
                            options->demo ? 1 : options->endpoint_count, loop_now_ms(), error))
        return true;
    fprintf(stderr, "qmptop: %s%s\n", config_place(&program->config, program->discover.refused),
            error);
    return false;
}

static void open_links(void *ctx)
{
    struct program *program = ctx;
    feed_links_open(&program->links);
    feed_hosts_open(&program->discover.hosts);
}

static void close_links(void *ctx)
{
    struct program *program = ctx;
    feed_hosts_close(&program->discover.hosts);
    feed_links_close(&program->links);
}

/* Time has passed: what is asked, sent or found next. */
static void pump(struct program *program)
{
    feed_discover_tick(&program->discover, loop_now_ms());
    feed_links_pump(&program->links);
}

static const char *connect_link(void *ctx, struct target *target)
{
    struct program *program = ctx;
    return feed_hosts_hurry(&program->discover.hosts, target)
               ? NULL
               : feed_links_connect(&program->links, target);
}

static const char *disconnect_link(void *ctx, struct target *target)
{
    return feed_links_disconnect(&((struct program *)ctx)->links, target);
}

/* ---- the console ----------------------------------------------------------------------- */

static void on_input(void *ctx)
{
    struct program *program = ctx;
    app_keys(&program->app, loop_now_ms());
    feed_links_pump(&program->links);
    if (program->app.leaving)
        loop_stop(&program->loop);
}

static void on_tick(void *ctx)
{
    struct program *program = ctx;
    app_tick(&program->app, loop_now_ms());
    pump(program);
}

static int64_t on_due(void *ctx)
{
    return app_due_ms(&((struct program *)ctx)->app);
}

static bool on_is_dirty(void *ctx)
{
    return app_is_dirty(&((struct program *)ctx)->app);
}

static void on_paint(void *ctx)
{
    struct program *program = ctx;
    app_paint(&program->app, loop_now_ms());
}

static void on_resized(void *ctx)
{
    struct program *program = ctx;
    term_resize();
    program->app.dirty = true;
}

static void on_leave(void *ctx)
{
    loop_stop(&((struct program *)ctx)->loop);
}

static void on_suspend(void *ctx)
{
    close_links(ctx);
    term_suspend();
}

/* Stopped from outside, the terminal was never given back: take it anew. */
static void on_resume(void *ctx)
{
    struct program *program = ctx;
    term_suspend();
    term_resume();
    open_links(program);
    program->app.dirty = true;
}

static int on_output_fd(void *ctx)
{
    (void)ctx;
    return term_is_blocked() ? term_fd() : -1;
}

static void on_output(void *ctx)
{
    (void)ctx;
    term_flush();
}

static const struct loop_events console_events = {
    .input = on_input,
    .tick = on_tick,
    .due_ms = on_due,
    .is_dirty = on_is_dirty,
    .paint = on_paint,
    .resized = on_resized,
    .leave = on_leave,
    .suspend = on_suspend,
    .resume = on_resume,
    .output_fd = on_output_fd,
    .output = on_output,
};

static int run_console(struct program *program)
{
    const struct options *options = &program->options;
    const struct term_options term_options = {
        .ascii = options->ascii,
        .colour = !options->no_colour,
        .mouse = options->mouse,
    };
    char error[TERM_ERROR_SIZE];
    int64_t tick_ms = options->delay_ms < TICK_MS ? options->delay_ms : TICK_MS;
    loop_watch(&program->loop, &console_events, program, tick_ms);
    if (!term_start(&term_options, error)) {
        fprintf(stderr, "qmptop: %s\n", error);
        return EXIT_STATUS_WRONG;
    }
    term_set_theme(&program->theme);
    program->app.mouse = options->mouse;
    program->app.confirm_more = program->config.confirm_more;
    program->app.config = program->config.path;
    program->app.no_config = program->config.missing;
    program->app.alert.bell = program->config.bell;
    program->app.alert.title = program->config.title;
    program->app.links = (struct app_links){connect_link, disconnect_link, program};
    app_push(&program->app, screen_jobs_new(&program->config.look));
    open_links(program);
    loop_run(&program->loop);
    term_stop();
    return exit_status_of_console(&program->fleet,
                                  program->app.lost ? SIGHUP : program->loop.ended_by);
}

/* ---- line by line ---------------------------------------------------------------------- */

static void pump_links(void *ctx)
{
    pump(ctx);
}

static bool is_utf8(const struct options *options)
{
    return !options->ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static int run_follow(struct program *program)
{
    const struct follow_links links = {open_links, close_links, pump_links, program};
    int reason = follow_loop_run(&program->loop, &program->fleet, &links,
                                 is_utf8(&program->options) ? TEXT_UTF8 : TEXT_ASCII);
    if (reason == 0)
        return exit_status_of_console(&program->fleet, program->loop.ended_by);
    fprintf(stderr, "qmptop: cannot write: %s\n", strerror(reason));
    return EXIT_STATUS_WRONG;
}

/* A terminal that cannot place the cursor is told line by line. */
static void choose_face(struct options *options)
{
    char error[TERM_ERROR_SIZE];
    if (options->once || options->follow || term_is_fit(error))
        return;
    fprintf(stderr, "qmptop: %s: a line is printed for each change, as with --follow\n", error);
    options->follow = true;
}

/* ---- one snapshot ---------------------------------------------------------------------- */

static bool snapshot_is_done(void *ctx)
{
    struct program *program = ctx;
    feed_links_pump(&program->links);
    return once_is_done(&program->once, &program->fleet, loop_now_ms());
}

static bool print_report(const struct program *program)
{
    const struct options *options = &program->options;
    const struct fleet *fleet = &program->fleet;
    if (options->json)
        return report_json(fleet, stdout, loop_now_ms());
    return options->check ? report_check(fleet, stdout, is_utf8(options), loop_now_ms())
                          : report_table(fleet, stdout, is_utf8(options), loop_now_ms());
}

static int run_once(struct program *program)
{
    const struct options *options = &program->options;
    const struct fleet *fleet = &program->fleet;
    if (fleet->target_count == 0) {
        report_nothing_found(fleet, stderr);
        return options->check ? EXIT_STATUS_NOTHING_REACHED : EXIT_STATUS_NOT_REACHED;
    }
    once_init(&program->once, &program->fleet, program->begin_ms);
    program->once.still = options->check && !options->json;
    open_links(program);
    loop_wait(&program->loop, ONCE_CHECK_MS, snapshot_is_done, program);
    if (!print_report(program)) {
        if (errno != EPIPE)
            fprintf(stderr, "qmptop: cannot write the report: %s\n", strerror(errno));
        return EXIT_STATUS_WRONG;
    }
    return options->check ? exit_status_of_check(fleet, loop_now_ms())
                          : exit_status_of_snapshot(fleet);
}

static bool hosts_are_known(void *ctx)
{
    return feed_hosts_are_known(&((struct program *)ctx)->discover.hosts);
}

/* The sockets stay closed; only other hosts are connected to. */
static int list_endpoints(struct program *program)
{
    if (program->fleet.target_count == 0) {
        report_nothing_found(&program->fleet, stderr);
        return EXIT_STATUS_NOT_REACHED;
    }
    feed_hosts_open(&program->discover.hosts);
    loop_wait(&program->loop, ONCE_CHECK_MS, hosts_are_known, program);
    size_t failed = feed_hosts_complain(&program->discover.hosts, stderr);
    if (program->options.json) {
        char *list = feed_discover_json(&program->discover);
        (void)report_endpoints(list, stdout);
        free(list);
    } else if (program->links.count > 0) {
        feed_discover_write(&program->discover, stdout, is_utf8(&program->options));
    }
    if (fflush(stdout) != 0)
        return EXIT_STATUS_WRONG;
    return failed == 0 ? EXIT_STATUS_FINE : EXIT_STATUS_NOT_REACHED;
}

/* ---- start and end --------------------------------------------------------------------- */

static void print_theme(const char *name, const char *path, void *ctx)
{
    (void)ctx;
    printf("%-16s %s\n", name, path);
}

/* What it says about keys goes to the console's keymap. */
static bool load_config(struct program *program)
{
    char error[CONFIG_ERROR_SIZE];
    struct options *options = &program->options;
    if (!config_load(&program->config, options->config_path, &program->app.keymap, error)) {
        fprintf(stderr, "qmptop: %s\n", error);
        return false;
    }
    config_complete(&program->config, options);
    return true;
}

/* What has no colours needs none, but a theme that somebody has named is looked at. */
static bool load_theme(struct program *program, bool console)
{
    char error[THEME_ERROR_SIZE];
    const char *name = program->options.theme;
    if (!console && !name)
        return true;
    snprintf(program->app.theme, sizeof(program->app.theme), "%s", name ? name : "default");
    theme_mono(&program->theme);
    if (theme_load(&program->theme, name ? name : "default", error) || !name)
        return true;
    fprintf(stderr, "qmptop: %s%s\n", config_place(&program->config, name), error);
    return false;
}

static bool start_demo(struct program *program)
{
    char error[DEMO_ERROR_SIZE];
    if (!program->options.demo || demo_start(&program->demo, error))
        return true;
    fprintf(stderr, "qmptop: %s\n", error);
    return false;
}

static bool start_audit(struct program *program)
{
    char error[AUDIT_ERROR_SIZE];
    const char *path = program->options.log_path;
    if (!path || audit_open(&program->audit, path, &program->fleet.journal, error))
        return true;
    fprintf(stderr, "qmptop: %s\n", error);
    return false;
}

static int run(struct program *program)
{
    const struct options *options = &program->options;
    if (options->list_themes) {
        theme_list(print_theme, NULL);
        return fflush(stdout) == 0 ? EXIT_STATUS_FINE : EXIT_STATUS_WRONG;
    }
    if (!load_config(program))
        return EXIT_STATUS_WRONG;
    choose_face(&program->options);
    bool console = !options->once && !options->follow && !options->list_endpoints;
    process_make_room_for_sockets();
    program->fleet.read_only = options->read_only;
    program->fleet.delay_ms = options->delay_ms;
    if (!loop_init(&program->loop)) {
        fprintf(stderr, "qmptop: the system has no event loop for us\n");
        return EXIT_STATUS_WRONG;
    }
    if (!load_theme(program, console) || !start_audit(program) || !start_demo(program) ||
        !add_links(program))
        return EXIT_STATUS_WRONG;
    if (options->list_endpoints)
        return list_endpoints(program);
    if (options->once)
        return run_once(program);
    return console ? run_console(program) : run_follow(program);
}

/* The terminal first: what comes next has to be readable. */
static void end_without_memory(void)
{
    static const char message[] = "qmptop: out of memory\n";
    term_stop();
    if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
        _exit(EXIT_FAILURE);
    _exit(EXIT_STATUS_WRONG);
}

int main(int argc, char **argv)
{
    struct program program = {.begin_ms = loop_now_ms(), .demo = {.pipe_fd = -1}};
    process_open_standard_fds(EXIT_STATUS_WRONG);
    if (process_is_privileged()) {
        fprintf(stderr, "qmptop: refuses to run setuid or setgid\n");
        return EXIT_STATUS_WRONG;
    }
    setlocale(LC_CTYPE, "");
    enum options_result result = options_parse(&program.options, argc, argv);
    if (result != OPTIONS_RUN)
        return result == OPTIONS_DONE ? EXIT_STATUS_FINE : EXIT_STATUS_WRONG;

    mem_on_exhausted(end_without_memory);
    fleet_init(&program.fleet);
    app_init(&program.app, &program.fleet, &commands, loop_wall_s);
    int status = run(&program);
    close_links(&program);
    feed_discover_release(&program.discover);
    feed_links_release(&program.links);
    loop_release(&program.loop);
    audit_close(&program.audit);
    app_release(&program.app);
    fleet_release(&program.fleet);
    demo_stop(&program.demo);
    options_release(&program.options);
    config_release(&program.config);
    return status;
}
