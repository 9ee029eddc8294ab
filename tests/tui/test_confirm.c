/*
 * What the box says before it asks: who else is hit, and what is usual.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define MIB (1024 * 1024)

static struct fake_qmp *fake;
static struct console *console;

/* It is connected when it shows a job. */
static void begin(void)
{
    fake = rig_fake("alpha");
    fake_qmp_job(fake, &(struct fake_job){
                           .id = "old", .type = "stream", .status = "running", .total = 4});
    console = rig_start(&(struct console_options){.rows = 24, .columns = 80}, NULL);
    console_await(console, "old", "running");
}

/* ---- groups ---- */

static void event(const char *id, const char *status)
{
    fake_qmp_job_status(fake, id, status);
}

/* As one `transaction` begins three backups. */
static void begin_backups(void)
{
    for (const char *id = "abc"; *id; id++)
        fake_qmp_job(fake, &(struct fake_job){.id = (char[]){*id, '\0'},
                                              .type = "backup",
                                              .status = "created",
                                              .current = MIB,
                                              .total = 4 * MIB,
                                              .waits = true});
    event("a", "created");
    event("b", "created");
    event("c", "created");
    event("a", "running");
    event("b", "running");
    event("c", "running");
    console_await(console, " c ", "backup running");
}

static void test_a_cancel_names_who_falls_too(void **state)
{
    (void)state;
    begin();
    begin_backups();
    console_select(console, " b ", "backup running");
    console_press(console, "c");
    console_await_box(console, "CANCEL b on alpha");
    console_await(console, "this may end 3 jobs created together: a, b, c", NULL);
    event("a", "waiting");
    console_await(console, "this ends 3 jobs: a, b, c", NULL);
    console_press(console, "\x1b");
    console_await_gone(console, "CANCEL b on alpha", NULL);
    assert_int_equal(fake_qmp_count(fake, "job-cancel"), 0);
}

static void test_a_finalize_names_who_is_made_final(void **state)
{
    (void)state;
    begin();
    begin_backups();
    for (const char *id = "abc"; *id; id++)
        event((char[]){*id, '\0'}, "waiting");
    for (const char *id = "abc"; *id; id++)
        event((char[]){*id, '\0'}, "pending");
    console_select(console, " b ", "backup PENDING");
    console_press(console, "f");
    console_await_box(console, "FINALIZE b on alpha");
    console_await(console, "this finalizes 3 jobs: a, b, c", NULL);
}

static void test_nobody_else_is_named_where_nobody_is_known(void **state)
{
    (void)state;
    begin();
    fake_qmp_job(
        fake, &(struct fake_job){.id = "b", .type = "backup", .status = "running", .total = 4});
    event("b", "running");
    console_select(console, " b ", "backup running");
    console_press(console, "c");
    console_await_box(console, "CANCEL b on alpha");
    assert_int_equal(console_find(console, "jobs:", NULL), -1);
}

/* ---- migrations ---- */

static void migrate(const char *status)
{
    char reply[300];

    snprintf(reply, sizeof(reply),
             "{\"status\": \"%s\", \"total-time\": 508, \"ram\": {\"total\": 67641344,"
             " \"transferred\": 43103, \"remaining\": 66682880, \"mbps\": 8}}",
             status);
    fake_qmp_answers(fake, "query-migrate", reply);
}

static void begin_mirror(const char *migration)
{
    fake = rig_fake("alpha");
    migrate(migration);
    fake_qmp_job(fake, &(struct fake_job){.id = "mir",
                                          .type = "mirror",
                                          .status = "ready",
                                          .current = 60 * MIB,
                                          .total = 60 * MIB});
    console = rig_start(&(struct console_options){.rows = 24, .columns = 80}, NULL);
    console_await(console, "migration", migration);
    console_select(console, "mir", "READY");
}

static void test_a_migration_is_told_of(void **state)
{
    (void)state;
    begin_mirror("active");
    console_press(console, "o");
    console_await_box(console, "COMPLETE mir on alpha");
    console_await(console, "stay is usual; this switches the source to the copy", NULL);
    console_press(console, "n");
    console_await_gone(console, "COMPLETE mir", NULL);
    console_press(console, "s");
    console_await_box(console, "STAY mir on alpha");
    console_await(console, "this is the usual ending, once the guest is stopped", NULL);
    migrate("completed");
    console_await(console, "the VM has migrated: this is the usual ending", NULL);
}

static void test_a_failed_migration_is_not(void **state)
{
    (void)state;
    begin_mirror("failed");
    console_press(console, "o");
    console_await_box(console, "COMPLETE mir on alpha");
    assert_int_equal(console_find(console, "stay is usual", NULL), -1);
}

#define TEST(name) cmocka_unit_test_teardown(name, rig_clear)

/* ---- what is lost ---- */

/* A pending one of that type, in the louder box of its cancel. */
static void cancel_pending(const char *type, const char *loss)
{
    begin();
    fake_qmp_job(
        fake,
        &(struct fake_job){
            .id = "done", .type = type, .status = "pending", .current = MIB, .total = MIB});
    event("done", "pending");
    console_select(console, "done", "pending");
    console_press(console, "c");
    console_await_typing(console, "CANCEL done on alpha", "alpha");
    console_await(console, loss, NULL);
    rig_clear(NULL);
}

static void test_a_loss_is_told_where_there_is_one(void **state)
{
    (void)state;
    cancel_pending("mirror", "1.0 MiB of finished work is thrown away");
    cancel_pending("stream", "The chain stays as it is");
    cancel_pending("commit", "The chain stays as it is");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_loss_is_told_where_there_is_one),
        TEST(test_a_cancel_names_who_falls_too),
        TEST(test_a_finalize_names_who_is_made_final),
        TEST(test_nobody_else_is_named_where_nobody_is_known),
        TEST(test_a_migration_is_told_of),
        TEST(test_a_failed_migration_is_not),
    };

    return cmocka_run_group_tests_name("confirm", tests, NULL, NULL);
}
