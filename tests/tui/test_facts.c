/*
 * The facts of one job and of one socket in full: each is there when it is known, with its
 * words, and says so where it is not.
 */

#include <locale.h>
#include <string.h>

#include "tests/core/world.h"

#include "core/mem.h"
#include "tests/support/scene.h"
#include "tui/keymap.h"
#include "tui/screens/job_facts.h"
#include "tui/screens/target_facts.h"

static int64_t wall_s(int64_t at_ms)
{
    return at_ms / 1000;
}

/* ---- the pages ---- */

static void (*make)(struct world *world);
static const char *id; /* of the job; NULL = the socket */

static void draw(struct draw_area area)
{
    static struct keymap keymap;
    struct fields fields;
    void *state;
    world_setup(&state);
    struct world *world = state;
    keymap_init(&keymap);
    make(world);
    fields_begin(&fields, draw_sub(area, 0, 0, area.height - 1, area.width), 0);
    if (id != NULL)
        job_facts_add(&(struct job_facts){world->target, roster_find(world->target, id),
                                          &keymap, wall_s, world->now_ms},
                      &fields);
    else
        target_facts_add(world->target, wall_s, &fields, world->now_ms);
    draw_text(area, area.height - 1, 0, -1, THEME_NORMAL, "drawn");
}

static void expect(void (*making)(struct world *world), const char *job,
                   const char *const *parts)
{
    struct scene scene = {
        .draw = draw, .until = "drawn", .terminal = {.rows = 40, .cols = 110}};
    make = making;
    id = job;
    struct pty *pty = scene_show(&scene);
    for (; *parts != NULL; parts++)
        if (!grid_find(pty_grid(pty), *parts, NULL, NULL))
            fail_msg("no \"%s\" in:\n%s", *parts, grid_text(pty_grid(pty)));
    pty_quit(pty);
}

#define PARTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- jobs ---- */

static void mirror(struct world *world, const char *status)
{
    world_connect(world);
    (void)world_job(world, "m", "mirror", status, GIB, 4 * GIB);
}

static void block(struct world *world, enum job_io io, enum job_tristate synced)
{
    struct block_job_report report = {.device = "m",
                                      .type = "mirror",
                                      .io = io,
                                      .auto_finalize = JOB_NO,
                                      .auto_dismiss = JOB_UNTOLD,
                                      .actively_synced = synced};
    merge_block_jobs(world->target, &report, 1, world->now_ms);
}

static void stopped_by_one_error(struct world *world)
{
    mirror(world, "running");
    world_io_error(world, "m", "stop");
    block(world, JOB_IO_FAILED, JOB_YES);
    world->target->manager = "libvirt";
}

static void stopped_without_space(struct world *world)
{
    mirror(world, "running");
    world_io_error(world, "m", "ignore");
    world_io_error(world, "m", "stop");
    block(world, JOB_IO_NOSPACE, JOB_NO);
    mem_set(&world->target->qemu, NULL);
}

static void not_told(struct world *world)
{
    mirror(world, "running");
    block(world, JOB_IO_UNKNOWN, JOB_UNTOLD);
}

static void test_what_qemu_tells_of_disks(void **state)
{
    (void)state;
    expect(stopped_by_one_error, "m",
           PARTS("io-status failed", "1 I/O error seen", "by a write error",
                 "auto-finalize off", "auto-dismiss not told", "actively synced on",
                 "libvirt runs this VM", "QEMU     7.2.22"));
    expect(stopped_without_space, "m",
           PARTS("io-status nospace", "2 I/O errors seen", "actively synced off",
                 "QEMU     - not told"));
    expect(not_told, "m", PARTS("io-status not told"));
}

static void accepted(struct world *world, enum verb verb)
{
    mirror(world, "ready");
    world_reply(world, world_send(world, roster_find(world->target, "m"), verb), NULL);
}

static void stays(struct world *world)
{
    accepted(world, VERB_STAY);
}

static void completes(struct world *world)
{
    accepted(world, VERB_COMPLETE);
}

static void cancels(struct world *world)
{
    accepted(world, VERB_CANCEL);
}

static void test_what_qemu_has_accepted(void **state)
{
    (void)state;
    expect(stays, "m", PARTS("stay was accepted"));
    expect(completes, "m", PARTS("complete was accepted"));
    expect(cancels, "m", PARTS("cancel was accepted"));
}

static void odd_progress(struct world *world)
{
    world_connect(world);
    (void)world_job(world, "m", "mirror", "running", MERGE_UNREAD, MERGE_UNREAD);
}

static void cut_off(struct world *world)
{
    mirror(world, "running");
    world_cut(world);
}

static void test_what_cannot_be_said(void **state)
{
    (void)state;
    expect(odd_progress, "m", PARTS("? what QEMU says cannot be read"));
    expect(cut_off, "m", PARTS("out of date: its QEMU is not connected"));
}

/* ---- sockets ---- */

static void polite(struct world *world)
{
    world->target->polite = true;
    world_connect(world);
    world_jobs(world, NULL, 0);
}

static void polite_for_a_manager(struct world *world)
{
    polite(world);
    world->target->manager = "Proxmox VE";
}

static void refused(struct world *world)
{
    target_set_link(world->target, TARGET_FAILED, "refused", world->now_ms + 5000,
                    world->now_ms);
}

static void odd(struct world *world)
{
    world_connect(world);
    world->target->jobs_odd = true;
    world->target->malformed = 3;
    world->target->pid = 4711;
}

static void gone(struct world *world)
{
    refused(world);
    target_set_gone(world->target, true, world->now_ms);
}

static void needing(struct world *world)
{
    static const struct job_report reports[] = {
        {"a", "mirror", "ready", 9, 9, NULL},
        {"b", "mirror", "ready", 9, 9, NULL},
    };
    world_connect(world);
    world_jobs(world, reports, 2);
}

static void test_sockets(void **state)
{
    (void)state;
    expect(polite, NULL, PARTS("visited: connected to for moments", "polite: as you asked"));
    expect(polite_for_a_manager, NULL, PARTS("polite: Proxmox VE needs this socket free"));
    expect(refused, NULL,
           PARTS("not connected", "refused", "retry", "in 5s", "none in this connection"));
    expect(odd, NULL,
           PARTS("connected, but it is odd", "3 replies or events", "4711",
                 "some of its jobs cannot be understood"));
    expect(gone, NULL, PARTS("gone: nothing is found there any more"));
    expect(needing, NULL, PARTS("2, 0 ended, 2 need you"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_qemu_tells_of_disks),
        cmocka_unit_test(test_what_qemu_has_accepted),
        cmocka_unit_test(test_what_cannot_be_said),
        cmocka_unit_test(test_sockets),
    };
    return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
