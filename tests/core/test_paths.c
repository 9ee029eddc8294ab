#include "world.h"

#include "core/ending.h"
#include "core/verdict.h"

/*
 * The ways jobs of each type go, as QEMU was seen to tell them: every status as it
 * is met by a person.
 */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- every status of every type ---- */

enum kind { PIVOTS, COPIES, SHARES, PLAIN, KINDS };

static const struct {
    const char *type;
    enum kind kind;
} types[] = {
    {"mirror", PIVOTS},       {"commit", PIVOTS},       {"stream", COPIES},
    {"backup", SHARES},       {"create", PLAIN},        {"amend", PLAIN},
    {"snapshot-save", PLAIN}, {"snapshot-load", PLAIN}, {"snapshot-delete", PLAIN},
};

/* In an answer, each status for longer than QEMU would pass through it. */
static const struct {
    const char *status;
    enum verdict verdicts[KINDS];
} statuses[] = {
    {"created", {VERDICT_STARTING, VERDICT_STARTING, VERDICT_STARTING, VERDICT_STARTING}},
    {"running", {VERDICT_MOVING, VERDICT_MOVING, VERDICT_MOVING, VERDICT_MOVING}},
    {"paused", {VERDICT_PAUSED, VERDICT_PAUSED, VERDICT_PAUSED, VERDICT_HELD}},
    {"ready", {VERDICT_BEHIND, VERDICT_BEHIND, VERDICT_BEHIND, VERDICT_BEHIND}},
    {"standby", {VERDICT_PAUSED, VERDICT_PAUSED, VERDICT_PAUSED, VERDICT_HELD}},
    {"waiting", {VERDICT_FINALIZING, VERDICT_FINALIZING, VERDICT_WAITING, VERDICT_FINALIZING}},
    {"pending",
     {VERDICT_WANTS_FINALIZE, VERDICT_WANTS_FINALIZE, VERDICT_WANTS_FINALIZE,
      VERDICT_FINALIZING}},
    {"aborting", {VERDICT_ABORTING, VERDICT_ABORTING, VERDICT_ABORTING, VERDICT_ABORTING}},
    {"concluded", {VERDICT_EITHER, VERDICT_DONE, VERDICT_DONE, VERDICT_DONE}},
    {"null", {VERDICT_UNKNOWN, VERDICT_UNKNOWN, VERDICT_UNKNOWN, VERDICT_UNKNOWN}},
    {"undefined", {VERDICT_STARTING, VERDICT_STARTING, VERDICT_STARTING, VERDICT_STARTING}},
    {"hovering", {VERDICT_UNKNOWN, VERDICT_UNKNOWN, VERDICT_UNKNOWN, VERDICT_UNKNOWN}},
};

static void every_status_of_every_type(void **state)
{
    struct world *world = *state;

    for (size_t i = 0; i < COUNT_OF(types); i++)
        for (size_t k = 0; k < COUNT_OF(statuses); k++) {
            bool found_commit = i == 1 && strcmp(statuses[k].status, "concluded") == 0;
            struct job *job = world_job(world, "j", types[i].type, statuses[k].status, 1, 4);

            world_pass(world, 2 * JOB_PASSING_MS);
            assert_string_equal(job_type_text(job), types[i].type);
            assert_string_equal(job_status_text(job), statuses[k].status);
            assert_int_equal(job_is_plain(job), types[i].kind == PLAIN);
            world_assert_verdict(world, job,
                                 found_commit ? VERDICT_DONE /* READY was never seen */
                                              : statuses[k].verdicts[types[i].kind]);
            world_jobs(world, NULL, 0);
            assert_null(roster_find(world->target, "j"));
        }
}

/* ---- the verified sequences ---- */

struct life {
    const char *type;
    const char *events; /* one letter each; see play() */
    const char *error;
    enum job_ending ending;
};

/* c created, r running, p paused, R ready, B BLOCK_JOB_READY, S standby, w waiting,
 * P pending, F BLOCK_JOB_PENDING, D BLOCK_JOB_COMPLETED, a aborting,
 * X BLOCK_JOB_CANCELLED, E BLOCK_JOB_ERROR, C concluded, 0 null, ? an answer that
 * shows it as it is then */
static void play(struct world *world, const struct life *life, char letter)
{
    static const struct {
        char letter;
        const char *status;
    } letters[] = {{'c', "created"},   {'r', "running"}, {'p', "paused"},  {'R', "ready"},
                   {'S', "standby"},   {'w', "waiting"}, {'P', "pending"}, {'a', "aborting"},
                   {'C', "concluded"}, {'0', "null"}};

    for (size_t i = 0; i < COUNT_OF(letters); i++)
        if (letters[i].letter == letter)
            world_event(world, "j", letters[i].status);
    if (letter == 'B')
        world_block_event(world, MERGE_BLOCK_READY, "j", NULL);
    else if (letter == 'F')
        world_block_event(world, MERGE_BLOCK_PENDING, "j", NULL);
    else if (letter == 'D')
        world_block_event(world, MERGE_BLOCK_COMPLETED, "j", life->error);
    else if (letter == 'X')
        world_block_event(world, MERGE_BLOCK_CANCELLED, "j", NULL);
    else if (letter == 'E')
        world_io_error(world, "j", "report");
    else if (letter == '?')
        world_jobs(world,
                   &(struct job_report){"j", life->type,
                                        job_status_text(roster_find(world->target, "j")), 1, 4,
                                        life->error},
                   1);
}

static const struct life lives[] = {
    /* defaults, complete; soft cancel says the same */
    {"mirror", "cr?prRBwPDC0", NULL, JOB_ENDED_EITHER},
    {"commit", "cr?RBwPDC0", NULL, JOB_ENDED_EITHER},
    /* auto-finalize=false, auto-dismiss=false */
    {"mirror", "cr?RBwPF?DC?0", NULL, JOB_ENDED_EITHER},
    {"backup", "cr?prwPF?DC?0", NULL, JOB_ENDED_DONE},
    /* plain ends of the others */
    {"backup", "cpr?prprwPDC0", NULL, JOB_ENDED_DONE},
    {"stream", "cr?wPDC0", NULL, JOB_ENDED_DONE},
    {"commit", "cr?wPDC0", NULL, JOB_ENDED_DONE},
    /* an end before anybody asked for the type */
    {"backup", "crwPDC0", NULL, JOB_ENDED_DONE},
    /* forced cancels; a paused job runs first */
    {"mirror", "cr?RBaXC0", NULL, JOB_ENDED_CANCELLED},
    {"mirror", "cr?RBSRaXC0", NULL, JOB_ENDED_CANCELLED},
    {"stream", "cr?praXC0", NULL, JOB_ENDED_CANCELLED},
    {"backup", "cr?wPF?aXC0", NULL, JOB_ENDED_CANCELLED},
    {"commit", "cr?aXC?0", "Operation canceled", JOB_ENDED_CANCELLED},
    /* errors, policy report */
    {"mirror", "cr?EaDC0", "No space left on device", JOB_ENDED_FAILED},
    {"backup", "cr?EEEaDC?0", "Input/output error", JOB_ENDED_FAILED},
    {"mirror", "cr?RBwPaDC0", "Cannot drain", JOB_ENDED_FAILED}, /* the pivot failed */
    /* plain jobs: no BLOCK_JOB_* at all */
    {"create", "crwPC?0", NULL, JOB_ENDED_DONE},
    {"create", "crwPC0", NULL, JOB_ENDED_DONE},
    {"create", "craC?0", "Image is not in qcow2 format", JOB_ENDED_FAILED},
    {"amend", "cr?wPC?0", NULL, JOB_ENDED_DONE},
    {"amend", "cr?aC?0", "Operation canceled", JOB_ENDED_CANCELLED},
    /* the monitor was frozen meanwhile: all events at once */
    {"snapshot-save", "crwPC?0", NULL, JOB_ENDED_DONE},
    {"snapshot-load", "craC?0", "Snapshot 'x' does not exist", JOB_ENDED_FAILED},
    {"snapshot-delete", "crwPC?0", NULL, JOB_ENDED_DONE},
    /* the command that began it failed early */
    {"backup", "c0", NULL, JOB_ENDED_UNKNOWN},
    /* no end was told */
    {"stream", "cr?0", NULL, JOB_ENDED_UNKNOWN},
};

static void the_verified_sequences(void **state)
{
    struct world *world = *state;

    for (size_t i = 0; i < COUNT_OF(lives); i++) {
        uint64_t uid = world->fleet.last_uid + 1;
        const struct job *job;

        for (const char *at = lives[i].events; *at; at++)
            play(world, &lives[i], *at);
        job = fleet_job(&world->fleet, uid, NULL);
        assert_non_null(job);
        if (job->ending != lives[i].ending)
            fail_msg("%s %s: \"%s\", not \"%s\"", lives[i].type, lives[i].events,
                     ending_text(job->ending), ending_text(lives[i].ending));
        assert_null(roster_find(world->target, "j"));
        if (lives[i].error && lives[i].ending == JOB_ENDED_FAILED)
            assert_string_equal(job->error, lives[i].error);
        assert_int_equal(world->target->malformed, 0);
    }
}

/* No status is passed through so that a person is called for nothing. */
static void nobody_is_called_on_the_way_out(void **state)
{
    struct world *world = *state;

    for (size_t i = 0; i < COUNT_OF(lives); i++) {
        const char *at = strpbrk(lives[i].events, "wa");

        if (!at || strpbrk(lives[i].events, "F?"))
            continue;
        for (const char *event = lives[i].events; *event; event++) {
            const struct job *job;

            play(world, &lives[i], *event);
            job = roster_find(world->target, "j");
            if (job && event >= at && *event != 'C')
                assert_int_equal(fleet_need(world->target, job, world->now_ms).kind, NEED_NONE);
        }
    }
}

/* ---- two commits of one type ---- */

static void commits_are_told_apart_when_one_gets_ready(void **state)
{
    struct world *world = *state;
    const struct job_report reports[] = {{"top", "commit", "running", 1, 4, NULL},
                                         {"mid", "commit", "running", 1, 4, NULL}};
    struct job *top, *mid;
    struct verb_context context;

    world_jobs(world, reports, 2);
    context = target_verbs(world->target);
    top = roster_find(world->target, "top");
    mid = roster_find(world->target, "mid");
    assert_int_equal(verb_lit(top, &context), verb_lit(mid, &context));

    world_event(world, "top", "ready");
    world_block_event(world, MERGE_BLOCK_READY, "top", NULL);
    assert_int_equal(verb_check(top, VERB_COMPLETE, &context), VERB_LIT);
    assert_int_equal(verb_check(top, VERB_STAY, &context), VERB_LIT);
    assert_int_equal(verb_check(mid, VERB_COMPLETE, &context), VERB_WRONG_STATUS);
    assert_int_equal(verb_check(mid, VERB_STAY, &context), VERB_NOT_READY);
    assert_int_equal(fleet_need(world->target, top, world->now_ms).kind, NEED_READY);
    assert_int_equal(fleet_need(world->target, mid, world->now_ms).kind, NEED_NONE);

    world_events(world, "top", LIFE("waiting", "pending"));
    world_assert_verdict(world, top, VERDICT_COMPLETING);
    world_events(world, "mid", LIFE("waiting", "pending"));
    world_assert_verdict(world, mid, VERDICT_FINALIZING);
    world_block_event(world, MERGE_BLOCK_COMPLETED, "top", NULL);
    world_block_event(world, MERGE_BLOCK_COMPLETED, "mid", NULL);
    world_event(world, "top", "null");
    world_event(world, "mid", "null");
    assert_int_equal(top->ending, JOB_ENDED_EITHER);
    assert_int_equal(mid->ending, JOB_ENDED_DONE);
}

/* ---- ready and paused ---- */

/* After an error it is standby and then ready again; BLOCK_JOB_READY comes once. */
static void a_ready_mirror_stays_ready_over_an_error(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "ready", 4, 4);

    world_block_job(world, "m", JOB_IO_OK);
    world_io_error(world, "m", "stop");
    world_event(world, "m", "standby");
    world_block_job(world, "m", JOB_IO_NOSPACE);
    world_assert_verdict(world, job, VERDICT_PAUSED_NOSPACE);
    assert_int_equal(fleet_need(world->target, job, world->now_ms).kind, NEED_IO_ERROR);

    /* Resumed, and the target is still full. */
    world_event(world, "m", "ready");
    world_io_error(world, "m", "stop");
    world_event(world, "m", "standby");
    assert_int_equal(job->status, JOB_STATUS_STANDBY);
    assert_true(job->was_ready);
    assert_int_equal(fleet_need(world->target, job, world->now_ms).kind, NEED_IO_ERROR);

    /* Resumed, and there is room. */
    world_event(world, "m", "ready");
    world_block_job(world, "m", JOB_IO_OK);
    world_assert_verdict(world, job, VERDICT_IN_STEP);
    assert_int_equal(fleet_need(world->target, job, world->now_ms).kind, NEED_READY);
}

static void a_complete_on_standby_acts_on_resume(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "m", "mirror", "standby", 4, 4);
    struct action_check check;
    const struct action *action =
        action_send(&world->fleet, job->uid, VERB_COMPLETE, 0, world->now_ms, &check);

    assert_non_null(action);
    action_replied(&world->fleet, action->serial, NULL, world->now_ms);
    world_pass(world, 60000);
    world_assert_verdict(world, job, VERDICT_PAUSED);
    assert_int_equal(action->state, ACTION_ACCEPTED);
    world_events(world, "m", LIFE("ready", "waiting", "pending"));
    world_assert_verdict(world, job, VERDICT_COMPLETING);
    world_block_event(world, MERGE_BLOCK_COMPLETED, "m", NULL);
    world_events(world, "m", LIFE("concluded", "null"));
    assert_int_equal(job->ending, JOB_ENDED_SWITCHED);
    assert_int_equal(action->state, ACTION_EFFECTIVE);
}

/* A pause that is also counted in `pending` says nothing there. */
static void a_drained_pending_job_is_pending(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "b", "backup", "pending", 4, 4);
    struct block_job_report block = {.device = "b",
                                     .type = "backup",
                                     .io = JOB_IO_OK,
                                     .paused = true,
                                     .auto_finalize = JOB_NO};

    merge_block_jobs(world->target, &block, 1, world->now_ms);
    world_assert_verdict(world, job, VERDICT_WANTS_FINALIZE);
    assert_false(job_is_pausing(job));
}

/* ---- what a future QEMU may say ---- */

static void unknown_names_are_shown_as_they_are(void **state)
{
    struct world *world = *state;
    struct job *job = world_job(world, "t", "teleport", "hovering", 3, 4);
    struct verb_context context = target_verbs(world->target);

    assert_string_equal(job_type_text(job), "teleport");
    assert_string_equal(job_status_text(job), "hovering");
    world_assert_verdict(world, job, VERDICT_UNKNOWN);
    assert_int_equal(verb_lit(job, &context), 0);
    assert_int_equal(fleet_need(world->target, job, world->now_ms).kind, NEED_NONE);
    assert_false(job_is_plain(job) || job_is_block(job));

    /* It is none of the known ones, but it goes on like them. */
    world_event(world, "t", "landing");
    assert_string_equal(job_status_text(job), "landing");
    world_event(world, "t", "running");
    world_assert_verdict(world, job, VERDICT_MOVING);
    assert_int_equal(verb_check(job, VERB_CANCEL, &context), VERB_LIT);
    assert_int_equal(verb_check(job, VERB_PAUSE, &context), VERB_LIT);
    assert_int_equal(verb_check(job, VERB_LIMIT, &context), VERB_NOT_BLOCK_JOB);

    /* Listed by query-block-jobs it is a block job. */
    world_block_job(world, "t", JOB_IO_OK);
    assert_true(job_is_block(job));
    assert_int_equal(verb_check(job, VERB_LIMIT, &context), VERB_LIT);
    world_event(world, "t", "null");
    assert_int_equal(job->ending, JOB_ENDED_UNKNOWN);
    assert_int_equal(world->target->malformed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(every_status_of_every_type),
        CONNECTED_TEST(the_verified_sequences),
        CONNECTED_TEST(nobody_is_called_on_the_way_out),
        CONNECTED_TEST(commits_are_told_apart_when_one_gets_ready),
        CONNECTED_TEST(a_ready_mirror_stays_ready_over_an_error),
        CONNECTED_TEST(a_complete_on_standby_acts_on_resume),
        CONNECTED_TEST(a_drained_pending_job_is_pending),
        CONNECTED_TEST(unknown_names_are_shown_as_they_are),
    };

    return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
