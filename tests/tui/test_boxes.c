/*
 * Boxes and pages as a person sees them: what is said of those that go along, of managers, and
 * of a migration's figures; over one world, drawn in a terminal.
 */

#include <locale.h>

#include "tests/support/scene.h"
#include "tests/tui/desk.h"
#include "tui/widgets/answer.h"

/* ---- the stage ---- */

static void (*play)(struct desk *desk);

/* What is drawn stays: the child only waits for its end after that. */
static void draw(struct draw_area area)
{
    void *world;
    (void)area;
    world_setup_connected(&world);
    struct desk *desk = desk_open(world);
    desk_paint(desk);
    play(desk);
    desk->world->now_ms += ANSWER_DEAF_MS; /* a box listens then, and says so */
    desk_paint(desk);
}

static void expect_in(int rows, void (*playing)(struct desk *desk), const char *const *parts)
{
    struct scene scene = {
        .draw = draw, .until = parts[0], .terminal = {.rows = rows, .cols = 110}};
    play = playing;
    struct pty *pty = scene_show(&scene);
    for (; *parts != NULL; parts++)
        assert_true(pty_wait_text(pty, *parts, PTY_WITHIN_MS));
    pty_quit(pty);
}

static void expect(void (*playing)(struct desk *desk), const char *const *parts)
{
    expect_in(40, playing, parts);
}

#define PARTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- one verb on many ---- */

/* Backups that one command has started, the first of them tagged. */
static void tag_of_group(struct desk *desk, size_t count, size_t tagged)
{
    static const char *const ids[] = {"a", "b", "c"};
    struct job_report reports[3];
    for (size_t i = 0; i < count; i++)
        world_event(desk->world, ids[i], "created");
    for (size_t i = 0; i < count; i++)
        world_event(desk->world, ids[i], "running");
    for (size_t i = 0; i < count; i++)
        reports[i] = (struct job_report){ids[i], "backup", "running", 1, GIB, NULL};
    world_jobs(desk->world, reports, count);
    desk_paint(desk);
    desk_type(desk, "gu");
    for (size_t i = 0; i < tagged; i++)
        desk_type(desk, " ");
}

static void cancel_one_of_two(struct desk *desk)
{
    tag_of_group(desk, 2, 1);
    desk_type(desk, "c");
}

static void cancel_one_of_three(struct desk *desk)
{
    tag_of_group(desk, 3, 1);
    desk_type(desk, "c");
}

static void test_those_that_go_along_are_counted(void **state)
{
    (void)state;
    expect(cancel_one_of_two,
           PARTS("1 of 1 tagged job, 0 left out",
                 "this ends 1 more job of the same transactions, which is not tagged"));
    expect(cancel_one_of_three,
           PARTS("this ends 2 more jobs of the same transactions, which are not tagged"));
}

static void tag_one(struct desk *desk, const char *manager)
{
    (void)world_job(desk->world, "m", "backup", "running", 1, GIB);
    desk->world->target->manager = manager;
    desk_paint(desk);
    desk_type(desk, "gu c");
}

static void cancel_of_libvirt(struct desk *desk)
{
    tag_one(desk, "libvirt");
}

static void cancel_of_two_managers(struct desk *desk)
{
    struct world *world = desk->world;
    static const struct job_report report = {"n", "backup", "running", 1, GIB, NULL};
    struct target *other = fleet_add(&world->fleet, "db-02", true, "/db", world->now_ms);
    target_set_link(other, TARGET_UP, NULL, 0, world->now_ms);
    target_set_offered(other, VERB_ALL, ~0u);
    other->manager = "Xen";
    merge_jobs(other, &report, 1, world->now_ms);
    (void)world_job(world, "m", "backup", "running", 1, GIB);
    world->target->manager = "libvirt";
    desk_paint(desk);
    desk_type(desk, "gu  c");
}

static void test_managers_are_named(void **state)
{
    (void)state;
    expect(cancel_of_libvirt,
           PARTS("libvirt runs the VM of 1 of them: what waits for these jobs may fail"));
    expect(cancel_of_two_managers,
           PARTS("managers run the VMs of 2 of them: what waits for these jobs may fail"));
}

/* ---- a migration's page ---- */

static void migrate(struct desk *desk, struct migration_report report)
{
    report.has_total_time = true;
    merge_migration(desk->world->target, &report, desk->world->now_ms);
    desk_paint(desk);
    desk_press(desk, 'g');
    desk_press(desk, KEY_CODE_ENTER);
}

static struct migration_report active(void)
{
    return (struct migration_report){.status = "active",
                                     .has_ram = true,
                                     .total = GIB,
                                     .remaining = GIB / 2,
                                     .transferred = GIB / 2,
                                     .mbps = 800,
                                     .page_size = 4096,
                                     .pass = 3,
                                     .has_expected_downtime = true,
                                     .expected_downtime = 12000,
                                     .has_setup_time = true,
                                     .setup_time = 17};
}

static void throttled(struct desk *desk)
{
    struct migration_report report = active();
    report.has_throttle = true;
    report.throttle_percent = 40;
    merge_capabilities(desk->world->target,
                       &(struct migration_capabilities){
                           .known = true, .postcopy_ram = true, .auto_converge = true});
    migrate(desk, report);
}

static void cut_off(struct desk *desk)
{
    migrate(desk, active());
    world_cut(desk->world);
}

static void done(struct desk *desk)
{
    struct migration_report report = active();
    migrate(desk, report);
    report.status = "completed";
    report.has_downtime = true;
    report.downtime = 35;
    report.remaining = 0;
    desk->world->now_ms += 1000;
    merge_migration(desk->world->target, &report, desk->world->now_ms);
}

static void without_features(struct desk *desk)
{
    merge_capabilities(desk->world->target, &(struct migration_capabilities){.known = true});
    migrate(desk, active());
}

static void test_a_migration_in_full(void **state)
{
    (void)state;
    expect(throttled, PARTS("the guest loses 40 % of its CPU time",
                            "postcopy-ram, auto-converge", "expected 12s", "17 ms"));
    expect(cut_off, PARTS("out of date: its QEMU is not connected"));
    expect(done, PARTS("completed", "35 ms"));
    expect(without_features, PARTS("none of postcopy-ram, pause-before-switchover"));
}

/* Its last lines; and what the page does not know changes nothing. */
static void scrolled(struct desk *desk)
{
    migrate(desk, active());
    desk_press(desk, KEY_CODE_END);
    desk_type(desk, "w<u");
    desk_paint(desk);
}

/* However often the next page is asked for, the end is the end: a line up is a line up. */
static void scrolled_too_far(struct desk *desk)
{
    migrate(desk, active());
    for (int i = 0; i < 30; i++)
        desk_press(desk, KEY_CODE_PAGE_DOWN);
    desk_press(desk, KEY_CODE_UP);
}

static void test_a_page_is_scrolled(void **state)
{
    (void)state;
    expect_in(9, scrolled, PARTS("/run/q/web-01.qmp"));
    expect_in(9, scrolled_too_far, PARTS("/run/q/web-01.qmp"));
}

/* The list of sockets is longer than the screen, and follows its cursor both ways. */
static void to_the_last(struct desk *desk)
{
    char name[16];
    for (int i = 1; i < 30; i++) {
        snprintf(name, sizeof name, "vm-%02d", i);
        fleet_add(&desk->world->fleet, name, true, "/run/q/more.qmp", desk->world->now_ms);
    }
    desk_type(desk, "v");
    desk_press(desk, KEY_CODE_END);
}

static void to_the_last_and_back(struct desk *desk)
{
    to_the_last(desk);
    desk_press(desk, KEY_CODE_HOME);
}

static void test_a_list_follows_its_cursor(void **state)
{
    (void)state;
    expect_in(12, to_the_last, PARTS("vm-29"));
    expect_in(12, to_the_last_and_back, PARTS("web-01", "vm-01"));
}

static void many_jobs(struct desk *desk)
{
    static char ids[40][16];
    struct job_report reports[40];
    for (int i = 0; i < 40; i++) {
        snprintf(ids[i], sizeof ids[i], "job-%02d", i);
        reports[i] = (struct job_report){ids[i], "backup", "running", 1, GIB, NULL};
    }
    world_jobs(desk->world, reports, 40);
    desk_paint(desk);
    desk_press(desk, KEY_CODE_END);
}

/* Two pages up from the last of forty, the newest first, in a window of five rows; and more
 * than there are, to the first, then one down. */
static void two_pages_up(struct desk *desk)
{
    many_jobs(desk);
    desk_press(desk, KEY_CODE_PAGE_UP);
    desk_press(desk, KEY_CODE_PAGE_UP);
}

static void ten_pages_up(struct desk *desk)
{
    two_pages_up(desk);
    for (int i = 0; i < 8; i++)
        desk_press(desk, KEY_CODE_PAGE_UP);
    desk_press(desk, KEY_CODE_DOWN);
}

static void test_pages_of_the_list(void **state)
{
    (void)state;
    expect_in(10, many_jobs, PARTS(">   web-01   job-00"));
    expect_in(10, two_pages_up, PARTS(">   web-01   job-08"));
    expect_in(10, ten_pages_up, PARTS(">   web-01   job-38"));
}

/* Where a box has no room it still says on which job, and of which VM. */
static void ask_for_a_limit(struct desk *desk)
{
    (void)world_job(desk->world, "mirror0", "mirror", "running", 1, GIB);
    world_block_job(desk->world, "mirror0", JOB_IO_OK);
    desk_paint(desk);
    desk_type(desk, "gul");
}

static void test_a_question_in_a_low_window(void **state)
{
    (void)state;
    for (int rows = 4; rows < 14; rows++)
        expect_in(rows, ask_for_a_limit, PARTS("mirror0 on web-01"));
}

/* The next that needs a person may be a migration, and so may the one that is looked for. */
static void make_need(struct desk *desk)
{
    static const struct job_report reports[] = {{"a", "backup", "running", 1, GIB, NULL},
                                                {"b", "backup", "running", 1, GIB, NULL}};
    world_jobs(desk->world, reports, 2);
    merge_migration(desk->world->target,
                    &(struct migration_report){.status = "active", .has_total_time = true},
                    desk->world->now_ms);
    merge_migration(desk->world->target,
                    &(struct migration_report){
                        .status = "failed", .error = "no route", .has_total_time = true},
                    desk->world->now_ms);
    desk_paint(desk);
    desk_press(desk, KEY_CODE_END);
}

static void look_for_migration(struct desk *desk)
{
    make_need(desk);
    desk_type(desk, "/migration\ni"); /* and its page */
}

static void test_a_migration_is_found(void **state)
{
    (void)state;
    expect(look_for_migration, PARTS("side     source", "no route"));
}

/* A mark is for jobs. */
static void tag_a_migration(struct desk *desk)
{
    merge_migration(desk->world->target,
                    &(struct migration_report){.status = "active", .has_total_time = true},
                    desk->world->now_ms);
    desk_paint(desk);
    desk_type(desk, "g ");
}

static void tag_nothing(struct desk *desk)
{
    desk_type(desk, " ");
}

static void test_what_cannot_be_tagged(void **state)
{
    (void)state;
    expect(tag_a_migration, PARTS("tag: a migration cannot be tagged"));
    expect(tag_nothing, PARTS("tag: no job is selected"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_those_that_go_along_are_counted),
        cmocka_unit_test(test_managers_are_named),
        cmocka_unit_test(test_a_migration_in_full),
        cmocka_unit_test(test_a_page_is_scrolled),
        cmocka_unit_test(test_a_list_follows_its_cursor),
        cmocka_unit_test(test_pages_of_the_list),
        cmocka_unit_test(test_a_question_in_a_low_window),
        cmocka_unit_test(test_a_migration_is_found),
        cmocka_unit_test(test_what_cannot_be_tagged),
    };
    return cmocka_run_group_tests_name("boxes", tests, NULL, NULL);
}
