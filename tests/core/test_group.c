#include "world.h"

#include "core/ending.h"

/* A job of an answer that says of all only what matters here. */
#define JOB(id, status) ((struct job_report){id, "backup", status, 1, 4, NULL})
#define ANSWER(...)                                             \
    world_jobs(world, (const struct job_report[]){__VA_ARGS__}, \
               sizeof((const struct job_report[]){__VA_ARGS__}) / sizeof(struct job_report))

static struct job *job_of(const struct world *world, const char *id)
{
    return target_find(world->target, id);
}

static void assert_group(const struct world *world, const char *id,
                         enum group_certainty certainty)
{
    const struct job *job = job_of(world, id);

    assert_non_null(job);
    if (group_certainty(world->target, job) != certainty)
        fail_msg("%s: %s, not %s", id,
                 group_certainty_wire(group_certainty(world->target, job)),
                 group_certainty_wire(certainty));
    assert_int_equal(job->group != 0, certainty >= GROUP_LIKELY);
}

static void assert_groups(const struct world *world, enum group_certainty certainty)
{
    for (size_t i = 0; i < world->target->living_count; i++)
        assert_group(world, world->target->living[i]->id, certainty);
}

static void assert_warning(const struct world *world, const char *id, enum verb verb,
                           const char *text)
{
    char warning[200] = "?";

    assert_int_equal(
        group_warning(world->target, job_of(world, id), verb, warning, sizeof(warning)),
        *text != '\0');
    assert_string_equal(warning, text);
}

/* What QEMU 7.2 says of a `transaction` of three backups, in its order; it says the
 * same whether they are grouped or individual. */
static void begin_transaction(struct world *world)
{
    static const char *const events[][2] = {
        {"a", "created"}, {"b", "created"}, {"c", "created"}, {"a", "running"},
        {"a", "paused"},  {"b", "running"}, {"b", "paused"},  {"c", "running"},
        {"c", "paused"},  {"a", "running"}, {"b", "running"}, {"c", "running"},
    };

    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        world_event(world, events[i][0], events[i][1]);
}

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

/* ---- falling together ---- */

/* What QEMU 7.2 said when `b` was cancelled: first `a` waited, the others ran. */
static void fall(struct world *world)
{
    world_event(world, "b", "aborting");
    world_event(world, "c", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "c", NULL);
    world_events(world, "c", LIFE("concluded", "null"));
    world_block_event(world, MERGE_BLOCK_CANCELLED, "b", NULL);
    world_events(world, "b", LIFE("concluded", "null"));
    world_event(world, "a", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "a", NULL);
    world_events(world, "a", LIFE("concluded", "null"));
}

static enum job_ending ending(const struct world *world, const char *id)
{
    for (size_t i = 0; i < world->target->ended_count; i++)
        if (strcmp(world->target->ended[i]->id, id) == 0)
            return world->target->ended[i]->ending;
    return JOB_NOT_ENDED;
}

static void a_cancel_elsewhere_takes_the_group_along(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    ANSWER(JOB("c", "running"), JOB("b", "running"), JOB("a", "waiting"));
    fall(world);
    assert_int_equal(ending(world, "b"), JOB_ENDED_CANCELLED);
    assert_int_equal(ending(world, "a"), JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_int_equal(ending(world, "c"), JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_written(world, 0, JOURNAL_INFO, "waiting -> cancelled with its group  1 byte in 0s");
}

static void our_cancel_takes_the_group_along(void **state)
{
    struct world *world = *state;
    struct action_check check;

    begin_transaction(world);
    ANSWER(JOB("c", "running"), JOB("b", "running"), JOB("a", "running"));
    assert_non_null(action_send(&world->fleet, job_of(world, "b")->uid, VERB_CANCEL, 0,
                                world->now_ms, &check));
    fall(world); /* the reply comes after all that */
    assert_int_equal(ending(world, "b"), JOB_ENDED_CANCELLED_BY_US);
    assert_int_equal(ending(world, "a"), JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_int_equal(ending(world, "c"), JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_true(world->target->ended[0]->group_proven);
}

static void a_failure_takes_the_group_along(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    ANSWER(JOB("c", "running"), JOB("b", "running"), JOB("a", "running"));
    world_event(world, "b", "aborting");
    world_event(world, "a", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "a", NULL);
    world_events(world, "a", LIFE("concluded", "null"));
    world_block_event(world, MERGE_BLOCK_COMPLETED, "b", "No space left on device");
    world_events(world, "b", LIFE("concluded", "null"));
    assert_int_equal(ending(world, "a"), JOB_ENDED_CANCELLED_WITH_GROUP);
    assert_int_equal(ending(world, "b"), JOB_ENDED_FAILED);
}

/* An answer between them shows that the first fell alone. */
static void two_cancels_one_after_the_other_are_two(void **state)
{
    struct world *world = *state;

    begin_transaction(world);
    world_event(world, "a", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "a", NULL);
    world_events(world, "a", LIFE("concluded", "null"));
    ANSWER(JOB("c", "running"), JOB("b", "running"));
    world_event(world, "b", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "b", NULL);
    world_events(world, "b", LIFE("concluded", "null"));
    assert_int_equal(ending(world, "b"), JOB_ENDED_CANCELLED);
}

/* Two bystanders: one was created alone, the other is no backup. */
static void others_that_fall_fall_by_themselves(void **state)
{
    struct world *world = *state;

    world_job(world, "found", "backup", "running", 1, 4);
    world_events(world, "alone", LIFE("created", "running"));
    world_event(world, "found", "aborting");
    world_event(world, "alone", "aborting");
    world_block_event(world, MERGE_BLOCK_CANCELLED, "alone", NULL);
    world_event(world, "alone", "null");
    assert_int_equal(ending(world, "alone"), JOB_ENDED_CANCELLED);

    ANSWER(JOB("b", "running"), ((struct job_report){"m", "mirror", "running", 1, 4, NULL}));
    world_event(world, "b", "aborting");
    world_event(world, "m", "aborting");
    assert_false(job_of(world, "m")->dragged);
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
        CONNECTED_TEST(a_cancel_elsewhere_takes_the_group_along),
        CONNECTED_TEST(our_cancel_takes_the_group_along),
        CONNECTED_TEST(a_failure_takes_the_group_along),
        CONNECTED_TEST(two_cancels_one_after_the_other_are_two),
        CONNECTED_TEST(others_that_fall_fall_by_themselves),
        CONNECTED_TEST(one_that_waits_for_the_only_other_is_proven),
        CONNECTED_TEST(one_that_may_wait_for_several_is_possible),
        CONNECTED_TEST(told_jobs_are_no_candidates),
        CONNECTED_TEST(nothing_is_guessed_of_jobs_that_run),
        CONNECTED_TEST(found_pending_jobs_wait_for_the_one_that_wants_finalize),
        CONNECTED_TEST(only_what_is_proven_survives_a_gap),
        CONNECTED_TEST(a_gap_ends_the_command_under_way),
        CONNECTED_TEST(a_long_warning_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
