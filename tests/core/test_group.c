/* Which jobs are one transaction: what shows it, proves it and disproves it. */
#include "transaction.h"

/* ---- created together ---- */

static void jobs_of_one_command_are_likely_a_group(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    assert_groups(world, GROUP_LIKELY);
    ANSWER(JOB("c", "running"), JOB("b", "running"), JOB("a", "running"));
    assert_groups(world, GROUP_LIKELY);
    assert_int_equal(job_of(world, "a")->group, job_of(world, "a")->uid);
    assert_int_equal(job_of(world, "c")->group, job_of(world, "a")->uid);
    assert_warning(world, "b", VERB_CANCEL, "this may end 3 jobs created together: a, b, c");
    assert_warning(world, "b", VERB_PAUSE, "");
    assert_warning(world, "b", VERB_DISMISS, "");
}

/* Three blockdev-backup, one after the other; starting one drains the others. */
static void jobs_of_separate_commands_are_not(void **state)
{
    struct world *world = *state;

    world_events(world, "a", LIFE("created", "running", "paused", "running"));
    world_events(world, "a", LIFE("paused", "running"));
    world_events(world, "b", LIFE("created", "running", "paused", "running"));
    world_event(world, "a", "paused");
    world_event(world, "b", "paused");
    world_event(world, "a", "running");
    world_event(world, "b", "running");
    world_events(world, "c", LIFE("created", "running", "paused", "running"));
    ANSWER(JOB("c", "running"), JOB("b", "running"), JOB("a", "running"));
    assert_groups(world, GROUP_NONE);
    assert_warning(world, "a", VERB_CANCEL, "");
    assert_int_equal(group_siblings(world->target, job_of(world, "a"), NULL, 0), 0);
}

/* Building the second job of a command may drain jobs that are no part of it. */
static void drains_of_others_do_not_tear_a_group(void **state)
{
    struct world *world = *state;

    world_events(world, "old", LIFE("created", "running"));
    world_event(world, "a", "created");
    world_events(world, "old", LIFE("paused", "running"));
    world_event(world, "b", "created");
    world_event(world, "a", "running");
    world_event(world, "b", "running");
    assert_group(world, "old", GROUP_NONE);
    assert_group(world, "a", GROUP_LIKELY);
    assert_group(world, "b", GROUP_LIKELY);
}

static void two_commands_make_two_groups(void **state)
{
    struct world *world = *state;
    const struct job *siblings[4];

    world_event(world, "a", "created");
    world_event(world, "b", "created");
    world_event(world, "a", "running");
    world_event(world, "c", "created");
    world_event(world, "b", "running");
    world_event(world, "d", "created");
    world_event(world, "c", "running");
    world_event(world, "d", "running");
    assert_int_equal(job_of(world, "b")->group, job_of(world, "a")->uid);
    assert_int_equal(job_of(world, "d")->group, job_of(world, "c")->uid);
    assert_int_equal(group_siblings(world->target, job_of(world, "d"), siblings, 4), 1);
    assert_ptr_equal(siblings[0], job_of(world, "c"));
}

/* QEMU gives no transaction to any other type. */
static void only_backups_are_grouped(void **state)
{
    struct world *world = *state;
    static const char *const types[] = {"mirror", "commit", "stream",
                                        "create", "amend",  "snapshot-save"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        world_event(world, "a", "created");
        world_event(world, "b", "created");
        assert_groups(world, GROUP_LIKELY);
        ANSWER(((struct job_report){"b", types[i], "waiting", 1, 4, NULL}),
               ((struct job_report){"a", types[i], "running", 1, 4, NULL}));
        assert_groups(world, GROUP_NONE);
        world_jobs(world, NULL, 0);
    }
}

/* ---- proof and disproof ---- */

static void a_reply_that_shows_waiting_is_proof(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    world_event(world, "a", "waiting");
    assert_groups(world, GROUP_LIKELY); /* every job passes through it */
    ANSWER(JOB("c", "running"), JOB("b", "running"), JOB("a", "waiting"));
    assert_groups(world, GROUP_PROVEN);
    assert_warning(world, "b", VERB_CANCEL, "this ends 3 jobs: a, b, c");
}

static void two_that_wait_at_once_are_proof(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    world_event(world, "c", "waiting");
    world_event(world, "b", "waiting");
    assert_groups(world, GROUP_PROVEN);
    world_event(world, "a", "waiting");
    world_event(world, "c", "pending");
    world_event(world, "b", "pending");
    world_event(world, "a", "pending");
    ANSWER(JOB("c", "pending"), JOB("b", "pending"), JOB("a", "pending"));
    assert_warning(world, "c", VERB_FINALIZE, "this finalizes 3 jobs: a, b, c");
    assert_warning(world, "c", VERB_CANCEL, "this ends 3 jobs: a, b, c");
}

/* Individual ones wait too, for a moment, one after the other. */
static void one_that_waited_and_went_on_is_no_proof(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    world_events(world, "c", LIFE("waiting", "pending"));
    world_block_event(world, MERGE_BLOCK_PENDING, "c", NULL);
    world_events(world, "b", LIFE("waiting", "pending"));
    world_block_event(world, MERGE_BLOCK_PENDING, "b", NULL);
    assert_groups(world, GROUP_LIKELY);
    ANSWER(JOB("c", "pending"), JOB("b", "pending"), JOB("a", "running"));
    assert_groups(world, GROUP_NONE);
    assert_warning(world, "b", VERB_FINALIZE, "");
}

/* It would have finalized itself, were it alone. */
static void pending_against_its_own_will_is_proof(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    ANSWER(JOB("c", "pending"), JOB("b", "pending"), JOB("a", "pending"));
    world_block_event(world, MERGE_BLOCK_PENDING, "b", NULL);
    assert_groups(world, GROUP_LIKELY);
    assert_warning(world, "b", VERB_FINALIZE,
                   "this may finalize 3 jobs created together: a, b, c");
    world_block_job(world, "a", JOB_IO_OK); /* auto-finalize */
    assert_groups(world, GROUP_PROVEN);
}

static void one_that_ends_alone_disproves_it(void **state)
{
    struct world *world = *state;
    struct job *a;

    begin_transaction(world);
    a = job_of(world, "a");
    world_events(world, "a", LIFE("waiting", "pending"));
    world_block_event(world, MERGE_BLOCK_COMPLETED, "a", NULL);
    world_events(world, "a", LIFE("concluded", "null"));
    ANSWER(JOB("c", "running"), JOB("b", "running"));
    assert_groups(world, GROUP_NONE);
    assert_int_equal(a->group, 0);
    assert_int_equal(a->ending, JOB_ENDED_DONE);
    /* For good: they were individual jobs. */
    world_event(world, "b", "aborting");
    world_event(world, "c", "aborting");
    assert_false(job_of(world, "c")->dragged);
}

static void what_is_proven_stays(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    ANSWER(JOB("c", "running"), JOB("b", "waiting"), JOB("a", "running"));
    ANSWER(JOB("c", "running"), JOB("b", "pending"), JOB("a", "running"));
    assert_groups(world, GROUP_PROVEN);
}

/* ---- found ---- */

static void one_that_waits_for_the_only_other_is_proven(void **state)
{
    struct world *world = *state;

    ANSWER(((struct job_report){"m", "mirror", "running", 1, 4, NULL}), JOB("w", "waiting"),
           JOB("r", "running"), JOB("v", "waiting"));
    assert_group(world, "m", GROUP_NONE);
    assert_group(world, "r", GROUP_PROVEN);
    assert_group(world, "w", GROUP_PROVEN);
    assert_group(world, "v", GROUP_PROVEN);
    assert_warning(world, "w", VERB_CANCEL, "this ends 3 jobs: v, r, w");
}

static void one_that_may_wait_for_several_is_possible(void **state)
{
    struct world *world = *state;

    ANSWER(JOB("w", "waiting"), JOB("s", "paused"), JOB("r", "running"));
    assert_groups(world, GROUP_POSSIBLE);
    assert_int_equal(group_siblings(world->target, job_of(world, "w"), NULL, 0), 2);
    assert_warning(world, "w", VERB_CANCEL, "this may also end some of: r, s");
    assert_warning(world, "r", VERB_CANCEL, "this may also end some of: s, w");

    /* `r` ends and `w` waits on: it must be the other one. */
    ANSWER(JOB("w", "waiting"), JOB("s", "running"));
    assert_groups(world, GROUP_PROVEN);
    assert_warning(world, "s", VERB_CANCEL, "this ends 2 jobs: s, w");
}

/* Those whose beginning was seen are out of the question. */
static void told_jobs_are_no_candidates(void **state)
{
    struct world *world = *state;

    ANSWER(JOB("w", "waiting"), JOB("r", "running"), JOB("s", "running"));
    assert_groups(world, GROUP_POSSIBLE);
    world_jobs(world, NULL, 0);
    world_events(world, "new", LIFE("created", "running"));
    ANSWER(JOB("w", "waiting"), JOB("r", "running"), JOB("new", "running"));
    assert_group(world, "new", GROUP_NONE);
    assert_group(world, "r", GROUP_PROVEN);
    assert_group(world, "w", GROUP_PROVEN);
}

static void nothing_is_guessed_of_jobs_that_run(void **state)
{
    struct world *world = *state;

    ANSWER(JOB("a", "running"), JOB("b", "running"), JOB("c", "paused"));
    assert_groups(world, GROUP_NONE);
    ANSWER(JOB("w", "waiting")); /* for whom? */
    assert_groups(world, GROUP_NONE);
}

static void found_pending_jobs_wait_for_the_one_that_wants_finalize(void **state)
{
    struct world *world = *state;

    ANSWER(JOB("p", "pending"), JOB("q", "pending"), JOB("x", "running"));
    assert_groups(world, GROUP_NONE); /* which of them finalize themselves is not told */
    world_block_job(world, "p", JOB_IO_OK);
    assert_group(world, "p", GROUP_PROVEN);
    assert_group(world, "q", GROUP_PROVEN);
    assert_group(world, "x", GROUP_NONE);
    assert_warning(world, "q", VERB_FINALIZE, "this finalizes 2 jobs: q, p");
}

/* ---- blind gaps ---- */

static void only_what_is_proven_survives_a_gap(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    world_cut(world);
    assert_groups(world, GROUP_NONE);
    world_connect(world);
    ANSWER(JOB("c", "running"), JOB("b", "running"), JOB("a", "running"));
    assert_groups(world, GROUP_NONE);
    ANSWER(JOB("c", "running"), JOB("b", "waiting"), JOB("a", "waiting"));
    assert_groups(world, GROUP_PROVEN);
    world_cut(world);
    world_connect(world);
    ANSWER(JOB("c", "running"), JOB("b", "waiting"), JOB("a", "waiting"));
    assert_groups(world, GROUP_PROVEN);
}

static void a_gap_ends_the_command_under_way(void **state)
{
    struct world *world = *state;

    world_event(world, "a", "created");
    world_cut(world);
    world_connect(world);
    ANSWER(JOB("a", "running"));
    world_event(world, "b", "created");
    assert_groups(world, GROUP_NONE);
}

/* ---- the text ---- */

static void a_long_warning_is_cut(void **state)
{
    struct world *world = *state;
    char text[64], id[200];

    for (int i = 0; i < 60; i++) {
        snprintf(id, sizeof(id), "%0150d", i);
        world_event(world, id, "created");
    }
    memset(text, 'x', sizeof(text));
    assert_true(group_warning(world->target, world->target->jobs[0], VERB_CANCEL, text, 60));
    assert_int_equal(strlen(text), 59);
    assert_memory_equal(text + 60, "xxxx", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(jobs_of_one_command_are_likely_a_group),
        CONNECTED_TEST(jobs_of_separate_commands_are_not),
        CONNECTED_TEST(drains_of_others_do_not_tear_a_group),
        CONNECTED_TEST(two_commands_make_two_groups),
        CONNECTED_TEST(only_backups_are_grouped),
        CONNECTED_TEST(a_reply_that_shows_waiting_is_proof),
        CONNECTED_TEST(two_that_wait_at_once_are_proof),
        CONNECTED_TEST(one_that_waited_and_went_on_is_no_proof),
        CONNECTED_TEST(pending_against_its_own_will_is_proof),
        CONNECTED_TEST(one_that_ends_alone_disproves_it),
        CONNECTED_TEST(what_is_proven_stays),
        CONNECTED_TEST(one_that_waits_for_the_only_other_is_proven),
        CONNECTED_TEST(one_that_may_wait_for_several_is_possible),
        CONNECTED_TEST(told_jobs_are_no_candidates),
        CONNECTED_TEST(nothing_is_guessed_of_jobs_that_run),
        CONNECTED_TEST(found_pending_jobs_wait_for_the_one_that_wants_finalize),
        CONNECTED_TEST(only_what_is_proven_survives_a_gap),
        CONNECTED_TEST(a_gap_ends_the_command_under_way),
        CONNECTED_TEST(a_long_warning_is_cut),
    };

    return cmocka_run_group_tests_name("group", tests, NULL, NULL);
}
