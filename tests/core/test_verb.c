#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/verb.h"

static const struct verb_context all_well = {
    .offered = VERB_ALL, .offered_known = true, .link_up = true, .read_only = false};

static struct job job_of(enum job_type type, enum job_status status)
{
    return (struct job){.uid = 1, .type = type, .status = status};
}

/* ---- job.c's table -------------------------------------------------------------------------
 */

/* One letter a status, in job.h's order, '?' for the unknown one. */
static const char letters[] = "?UCRPYSWDXEN";

static const struct {
    enum verb verb;
    const char *name, *accepted_in;
} rows[] = {
    {VERB_PAUSE, "pause", "CRPYS"},     {VERB_RESUME, "resume", "CRPYS"},
    {VERB_COMPLETE, "complete", "YS"},  {VERB_STAY, "stay", "CRPYSWD"},
    {VERB_CANCEL, "cancel", "CRPYSWD"}, {VERB_FINALIZE, "finalize", "D"},
    {VERB_DISMISS, "dismiss", "E"},     {VERB_LIMIT, "limit", "CRPYS"},
    {VERB_CHANGE, "change", "CRPYS"},
};

static void test_table_cell_by_cell(void **state)
{
    (void)state;
    assert_int_equal(strlen(letters), JOB_STATUS_COUNT);
    assert_int_equal(sizeof(rows) / sizeof(*rows), VERB_COUNT);
    for (int i = 0; i < VERB_COUNT; i++) {
        assert_string_equal(verb_name(rows[i].verb), rows[i].name);
        for (int status = 0; status < JOB_STATUS_COUNT; status++)
            if (verb_status_accepts(rows[i].verb, (enum job_status)status) !=
                (strchr(rows[i].accepted_in, letters[status]) != NULL))
                fail_msg("%s in %s", rows[i].name, job_status_wire((enum job_status)status));
    }
}

/* ---- what real QEMUs answered (each row of the observed matrix)
 * ------------------------------ */

enum look {
    BLOCK = 1,      /* query-block-jobs lists it */
    IO_ERROR = 2,   /* with io-status nospace */
    ASKED = 4,      /* and paused: true */
    CANCELLING = 8, /* job-cancel was accepted */
    COMPLETING = 16 /* job-complete was accepted */
};

/* QEMU's reply: o = ok, else the code of the refusal: P already paused, R not
 * paused, V job.c's table, C paused (soft cancel), T type, B no block job. */
/* clang-format off */
static const struct observed {
    const char *name;
    enum job_type type;
    enum job_status status;
    int look;
    const char *replies; /* pause resume complete stay cancel finalize dismiss limit change */
    enum verb_answer answers[VERB_COUNT];
} observed[] = {
    {"running/mirror", JOB_TYPE_MIRROR, JOB_STATUS_RUNNING, BLOCK, "oRVooVVoo",
     {VERB_LIT, VERB_NOT_PAUSED, VERB_WRONG_STATUS, VERB_NOT_READY, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_LIT}},
    {"running/backup", JOB_TYPE_BACKUP, JOB_STATUS_RUNNING, BLOCK, "oRVooVVoT",
     {VERB_LIT, VERB_NOT_PAUSED, VERB_NO_PIVOT, VERB_NO_PIVOT, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_NOT_MIRROR}},
    {"running/stream", JOB_TYPE_STREAM, JOB_STATUS_RUNNING, BLOCK, "oRVooVVoT",
     {VERB_LIT, VERB_NOT_PAUSED, VERB_NO_PIVOT, VERB_NO_PIVOT, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_NOT_MIRROR}},
    {"running/commit", JOB_TYPE_COMMIT, JOB_STATUS_RUNNING, BLOCK, "oRVooVVoT",
     {VERB_LIT, VERB_NOT_PAUSED, VERB_WRONG_STATUS, VERB_NOT_READY, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_NOT_MIRROR}},
    {"running/create", JOB_TYPE_CREATE, JOB_STATUS_RUNNING, 0, "oRVBoVVBB",
     {VERB_CANNOT_PAUSE, VERB_NOT_PAUSED, VERB_NO_PIVOT, VERB_NOT_BLOCK_JOB, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_NOT_BLOCK_JOB, VERB_NOT_MIRROR}},
    {"running/amend", JOB_TYPE_AMEND, JOB_STATUS_RUNNING, 0, "oRVBoVVBB",
     {VERB_CANNOT_PAUSE, VERB_NOT_PAUSED, VERB_NO_PIVOT, VERB_NOT_BLOCK_JOB, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_NOT_BLOCK_JOB, VERB_NOT_MIRROR}},
    {"paused/backup", JOB_TYPE_BACKUP, JOB_STATUS_PAUSED, BLOCK | ASKED, "PoVCoVVoT",
     {VERB_ALREADY_PAUSED, VERB_LIT, VERB_NO_PIVOT, VERB_NO_PIVOT, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_NOT_MIRROR}},
    {"paused/mirror", JOB_TYPE_MIRROR, JOB_STATUS_PAUSED, BLOCK | ASKED, "PoVCoVVoo",
     {VERB_ALREADY_PAUSED, VERB_LIT, VERB_WRONG_STATUS, VERB_NOT_READY, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_LIT}},
    {"paused-io-error/mirror", JOB_TYPE_MIRROR, JOB_STATUS_PAUSED, BLOCK | ASKED | IO_ERROR,
     "PoVCoVVoo",
     {VERB_ALREADY_PAUSED, VERB_LIT, VERB_WRONG_STATUS, VERB_NOT_READY, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_LIT}},
    {"ready/mirror", JOB_TYPE_MIRROR, JOB_STATUS_READY, BLOCK, "oRoooVVoo",
     {VERB_LIT, VERB_NOT_PAUSED, VERB_LIT, VERB_LIT, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_LIT}},
    {"ready/active-commit", JOB_TYPE_COMMIT, JOB_STATUS_READY, BLOCK, "oRoooVVoT",
     {VERB_LIT, VERB_NOT_PAUSED, VERB_LIT, VERB_LIT, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_NOT_MIRROR}},
    {"standby/mirror", JOB_TYPE_MIRROR, JOB_STATUS_STANDBY, BLOCK | ASKED, "PooCoVVoo",
     {VERB_ALREADY_PAUSED, VERB_LIT, VERB_LIT, VERB_NEEDS_RESUME, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_LIT}},
    {"waiting/backup", JOB_TYPE_BACKUP, JOB_STATUS_WAITING, BLOCK, "VRVooVVVV",
     {VERB_WRONG_STATUS, VERB_NOT_PAUSED, VERB_NO_PIVOT, VERB_NO_PIVOT, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_NOT_MIRROR}},
    {"pending/backup", JOB_TYPE_BACKUP, JOB_STATUS_PENDING, BLOCK | ASKED, "VRVoooVVV",
     {VERB_WRONG_STATUS, VERB_NOT_PAUSED, VERB_NO_PIVOT, VERB_NO_PIVOT, VERB_LIT,
      VERB_LIT, VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_NOT_MIRROR}},
    {"pending/mirror", JOB_TYPE_MIRROR, JOB_STATUS_PENDING, BLOCK | ASKED, "VRVoooVVV",
     {VERB_WRONG_STATUS, VERB_NOT_PAUSED, VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT,
      VERB_LIT, VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_WRONG_STATUS}},
    {"concluded/backup", JOB_TYPE_BACKUP, JOB_STATUS_CONCLUDED, BLOCK, "VRVVVVoVV",
     {VERB_WRONG_STATUS, VERB_NOT_PAUSED, VERB_NO_PIVOT, VERB_NO_PIVOT, VERB_WRONG_STATUS,
      VERB_WRONG_STATUS, VERB_LIT, VERB_WRONG_STATUS, VERB_NOT_MIRROR}},
    {"concluded/create", JOB_TYPE_CREATE, JOB_STATUS_CONCLUDED, 0, "VRVBVVoBB",
     {VERB_CANNOT_PAUSE, VERB_NOT_PAUSED, VERB_NO_PIVOT, VERB_NOT_BLOCK_JOB,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_NOT_BLOCK_JOB,
      VERB_NOT_MIRROR}},
    {"cancelling-hung/mirror", JOB_TYPE_MIRROR, JOB_STATUS_RUNNING, BLOCK | CANCELLING,
     "oRVooVVoo",
     {VERB_ENDING, VERB_NOT_PAUSED, VERB_WRONG_STATUS, VERB_NOT_READY, VERB_IN_FLIGHT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_ENDING, VERB_ENDING}},
    {"pausing-hung/mirror", JOB_TYPE_MIRROR, JOB_STATUS_RUNNING, BLOCK | ASKED, "PoVCoVVoo",
     {VERB_ALREADY_PAUSED, VERB_LIT, VERB_WRONG_STATUS, VERB_NOT_READY, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_LIT}},
    {"completing-slowly/mirror", JOB_TYPE_MIRROR, JOB_STATUS_READY, BLOCK | COMPLETING,
     "oRoooVVoo",
     {VERB_LIT, VERB_NOT_PAUSED, VERB_IN_FLIGHT, VERB_ENDING, VERB_LIT,
      VERB_WRONG_STATUS, VERB_WRONG_STATUS, VERB_LIT, VERB_LIT}},
};
/* clang-format on */

static struct job job_observed(const struct observed *row)
{
    struct job job = job_of(row->type, row->status);

    job.has_block = row->look & BLOCK;
    job.io = row->look & IO_ERROR ? JOB_IO_NOSPACE : JOB_IO_OK;
    job.block_paused = row->look & ASKED;
    job.cancelling = row->look & CANCELLING;
    job.completing = row->look & COMPLETING;
    return job;
}

static void test_observed_matrix(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(observed) / sizeof(*observed); i++) {
        struct job job = job_observed(&observed[i]);
        uint32_t lit = 0;

        for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
            enum verb_answer answer = verb_check(&job, verb, &all_well);

            if (answer != observed[i].answers[verb])
                fail_msg("%s %s: %s", observed[i].name, verb_name(verb),
                         verb_answer_text(answer, verb));
            /* What QEMU was seen to refuse is never lit. */
            assert_true(answer != VERB_LIT || observed[i].replies[verb] == 'o');
            lit |= answer == VERB_LIT ? VERB_BIT(verb) : 0;
        }
        assert_int_equal(verb_lit(&job, &all_well), lit);
    }
}

/* Nothing is ever lit that job.c's table refuses, whatever else is known. */
static void test_lit_only_within_the_table(void **state)
{
    (void)state;
    for (int type = 0; type < JOB_TYPE_COUNT; type++)
        for (int status = 0; status < JOB_STATUS_COUNT; status++)
            for (int look = 0; look < 32; look++) {
                struct observed row = {.type = (enum job_type)type,
                                       .status = (enum job_status)status,
                                       .look = look};
                struct job job = job_observed(&row);

                for (enum verb verb = 0; verb < VERB_COUNT; verb++)
                    assert_true(verb_check(&job, verb, &all_well) != VERB_LIT ||
                                verb_status_accepts(verb, job.status));
            }
}

/* ---- the order of the answers
 * ---------------------------------------------------------------- */

static void test_surroundings_come_first(void **state)
{
    struct job job = job_of(JOB_TYPE_CREATE, JOB_STATUS_RUNNING);
    struct verb_context context = {.read_only = true};

    (void)state;
    job.ending = JOB_ENDED_DONE;
    assert_int_equal(verb_check(&job, VERB_PAUSE, &context), VERB_READ_ONLY);
    context.read_only = false;
    assert_int_equal(verb_check(&job, VERB_PAUSE, &context), VERB_ENDED);
    job.ending = JOB_NOT_ENDED;
    assert_int_equal(verb_check(&job, VERB_PAUSE, &context), VERB_LINK_DOWN);
    context.unasked = true;
    assert_int_equal(verb_check(&job, VERB_PAUSE, &context), VERB_NOT_ASKED);
    context.silent = true;
    assert_int_equal(verb_check(&job, VERB_PAUSE, &context), VERB_SILENT);
    context.link_up = true;
    assert_int_equal(verb_check(&job, VERB_PAUSE, &context), VERB_NOT_TOLD);
    context.offered_known = true;
    assert_int_equal(verb_check(&job, VERB_PAUSE, &context), VERB_NOT_OFFERED);
    context.offered = VERB_BIT(VERB_PAUSE);
    assert_int_equal(verb_check(&job, VERB_PAUSE, &context), VERB_CANNOT_PAUSE);
    assert_int_equal(verb_check(&job, VERB_CANCEL, &context), VERB_NOT_OFFERED);
}

static void test_ended_jobs_take_nothing(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_NULL);

    (void)state;
    for (int ending = JOB_ENDED_DONE; ending <= JOB_ENDED_UNKNOWN; ending++) {
        job.ending = (enum job_ending)ending;
        assert_int_equal(verb_lit(&job, &all_well), 0);
    }
}

static void test_unknown_status_takes_nothing(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_UNKNOWN);

    (void)state;
    for (enum verb verb = 0; verb < VERB_COUNT; verb++)
        assert_int_equal(verb_check(&job, verb, &all_well), VERB_WRONG_STATUS);
}

static void test_unknown_type_is_trusted_where_it_is_safe(void **state)
{
    struct job job = job_of(JOB_TYPE_UNKNOWN, JOB_STATUS_READY);
    uint32_t safe = VERB_BIT(VERB_PAUSE) | VERB_BIT(VERB_COMPLETE) | VERB_BIT(VERB_CANCEL);

    (void)state;
    assert_int_equal(verb_lit(&job, &all_well), safe);
    job.has_block = true;
    assert_int_equal(verb_lit(&job, &all_well), safe | VERB_BIT(VERB_LIMIT));
}

static void test_plain_pause_is_qemus_own(void **state)
{
    struct job job = job_of(JOB_TYPE_CREATE, JOB_STATUS_PAUSED);

    (void)state;
    assert_int_equal(verb_check(&job, VERB_RESUME, &all_well), VERB_HELD_BY_QEMU);
    job.type = JOB_TYPE_UNKNOWN;
    assert_int_equal(verb_check(&job, VERB_RESUME, &all_well), VERB_LIT);
}

/* A status that an event announced but nothing confirmed changes no verb. */
static void test_held_status_does_not_count(void **state)
{
    struct job job = job_of(JOB_TYPE_BACKUP, JOB_STATUS_RUNNING);
    uint32_t lit = verb_lit(&job, &all_well);

    (void)state;
    job.held_status = JOB_STATUS_PAUSED;
    assert_int_equal(verb_lit(&job, &all_well), lit);
}

static void test_pausing_ready_needs_resume(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_READY);

    (void)state;
    job.has_block = job.block_paused = true;
    assert_int_equal(verb_check(&job, VERB_STAY, &all_well), VERB_NEEDS_RESUME);
    assert_int_equal(verb_check(&job, VERB_COMPLETE, &all_well), VERB_LIT);
}

static void test_accepted_endings(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_READY);

    (void)state;
    job.staying = true;
    assert_int_equal(verb_check(&job, VERB_STAY, &all_well), VERB_IN_FLIGHT);
    assert_int_equal(verb_check(&job, VERB_COMPLETE, &all_well), VERB_ENDING);
    assert_int_equal(verb_check(&job, VERB_CANCEL, &all_well), VERB_LIT);
    job.completing = job.cancelling = true;
    assert_int_equal(verb_check(&job, VERB_STAY, &all_well), VERB_ENDING);
    assert_int_equal(verb_check(&job, VERB_COMPLETE, &all_well), VERB_ENDING);
    assert_int_equal(verb_check(&job, VERB_CANCEL, &all_well), VERB_IN_FLIGHT);
    assert_int_equal(verb_check(&job, VERB_LIMIT, &all_well), VERB_ENDING);
    job.status = JOB_STATUS_PENDING;
    assert_int_equal(verb_check(&job, VERB_FINALIZE, &all_well), VERB_ENDING);
    job.status = JOB_STATUS_CONCLUDED;
    assert_int_equal(verb_check(&job, VERB_DISMISS, &all_well), VERB_LIT);
}

/* ---- tiers and words
 * --------------------------------------------------------------------------- */

static void test_tiers(void **state)
{
    struct job job = job_of(JOB_TYPE_BACKUP, JOB_STATUS_RUNNING);
    char error[] = "Input/output error";

    (void)state;
    assert_int_equal(verb_tier(&job, VERB_PAUSE), VERB_TIER_AT_ONCE);
    assert_int_equal(verb_tier(&job, VERB_RESUME), VERB_TIER_AT_ONCE);
    assert_int_equal(verb_tier(&job, VERB_LIMIT), VERB_TIER_AT_ONCE);
    assert_int_equal(verb_tier(&job, VERB_COMPLETE), VERB_TIER_ASK);
    assert_int_equal(verb_tier(&job, VERB_STAY), VERB_TIER_ASK);
    assert_int_equal(verb_tier(&job, VERB_FINALIZE), VERB_TIER_ASK);
    assert_int_equal(verb_tier(&job, VERB_CHANGE), VERB_TIER_ASK);
    for (int status = 0; status < JOB_STATUS_COUNT; status++) {
        bool finished = status == JOB_STATUS_READY || status == JOB_STATUS_STANDBY ||
                        status == JOB_STATUS_WAITING || status == JOB_STATUS_PENDING;

        job.status = (enum job_status)status;
        assert_int_equal(verb_tier(&job, VERB_CANCEL),
                         finished ? VERB_TIER_TYPE : VERB_TIER_ASK);
    }
    job.status = JOB_STATUS_CONCLUDED;
    assert_int_equal(verb_tier(&job, VERB_DISMISS), VERB_TIER_AT_ONCE);
    job.error = error;
    assert_int_equal(verb_tier(&job, VERB_DISMISS), VERB_TIER_ASK);
    job.forced_cancel = true;
    assert_int_equal(verb_tier(&job, VERB_DISMISS), VERB_TIER_AT_ONCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_cell_by_cell),
        cmocka_unit_test(test_observed_matrix),
        cmocka_unit_test(test_lit_only_within_the_table),
        cmocka_unit_test(test_surroundings_come_first),
        cmocka_unit_test(test_ended_jobs_take_nothing),
        cmocka_unit_test(test_unknown_status_takes_nothing),
        cmocka_unit_test(test_unknown_type_is_trusted_where_it_is_safe),
        cmocka_unit_test(test_plain_pause_is_qemus_own),
        cmocka_unit_test(test_held_status_does_not_count),
        cmocka_unit_test(test_pausing_ready_needs_resume),
        cmocka_unit_test(test_accepted_endings),
        cmocka_unit_test(test_tiers),
    };

    return cmocka_run_group_tests_name("verb", tests, NULL, NULL);
}
