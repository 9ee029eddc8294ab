#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/verb.h"

static struct job job_of(enum job_type type, enum job_status status)
{
    return (struct job){.uid = 1, .type = type, .status = status};
}

static void assert_says(const struct job *job, enum verb verb, const char *words)
{
    if (!strstr(verb_consequence(job, verb), words))
        fail_msg("%s: \"%s\" does not say \"%s\"", verb_name(verb), verb_consequence(job, verb),
                 words);
}

static void test_consequences_of_a_mirror(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_RUNNING);

    (void)state;
    assert_says(&job, VERB_CANCEL, "unfinished copy");
    job.status = JOB_STATUS_READY;
    assert_says(&job, VERB_COMPLETE, "switch the guest to the copy");
    assert_says(&job, VERB_STAY, "guest stays on the source");
    assert_says(&job, VERB_CANCEL, "THE COPY IS THROWN AWAY");
    assert_says(&job, VERB_PAUSE, "falls behind");
    job.status = JOB_STATUS_STANDBY;
    assert_says(&job, VERB_COMPLETE, "acts on resume");
    assert_says(&job, VERB_CANCEL, "THE COPY IS THROWN AWAY");
    job.completing = true;
    assert_says(&job, VERB_RESUME, "switch over");
    job.has_block = true;
    job.io = JOB_IO_NOSPACE;
    assert_says(&job, VERB_RESUME, "stops again if the cause persists");
    assert_says(&job, VERB_CHANGE, "no way back");
}

static void test_consequences_of_others(void **state)
{
    struct job job = job_of(JOB_TYPE_COMMIT, JOB_STATUS_READY);
    char error[] = "Input/output error";

    (void)state;
    assert_says(&job, VERB_COMPLETE, "switch the guest to the base");
    assert_says(&job, VERB_STAY, "overlay");
    job.status = JOB_STATUS_STANDBY;
    assert_says(&job, VERB_COMPLETE, "acts on resume");
    job = job_of(JOB_TYPE_BACKUP, JOB_STATUS_PENDING);
    assert_says(&job, VERB_CANCEL, "THE BACKUP IS THROWN AWAY");
    assert_says(&job, VERB_CANCEL, "group");
    assert_says(&job, VERB_FINALIZE, "all jobs of its transaction");
    job = job_of(JOB_TYPE_STREAM, JOB_STATUS_RUNNING);
    assert_says(&job, VERB_CANCEL, "what is copied stays");
    job = job_of(JOB_TYPE_SNAPSHOT_SAVE, JOB_STATUS_RUNNING);
    assert_says(&job, VERB_CANCEL, "in name only");
    job = job_of(JOB_TYPE_UNKNOWN, JOB_STATUS_STANDBY);
    assert_says(&job, VERB_COMPLETE, "acts on resume");
    job = job_of(JOB_TYPE_CREATE, JOB_STATUS_CONCLUDED);
    assert_string_equal(verb_consequence(&job, VERB_DISMISS), "take it off QEMU's list");
    job.error = error;
    assert_says(&job, VERB_DISMISS, "error");
}

/* Both end without their last step, and nothing that was written is undone: seen on 7.2. */
static void test_cancel_leaves_what_is_copied_within_a_chain(void **state)
{
    static const enum job_status statuses[] = {JOB_STATUS_RUNNING, JOB_STATUS_PAUSED,
                                               JOB_STATUS_PENDING};
    struct job job;

    (void)state;
    for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
        job = job_of(JOB_TYPE_STREAM, statuses[i]);
        assert_says(&job, VERB_CANCEL, "what is copied stays, the chain stays too");
        job = job_of(JOB_TYPE_COMMIT, statuses[i]);
        assert_says(&job, VERB_CANCEL, "the chain stays, ");
    }
    assert_says(&job, VERB_CANCEL, "THE MERGE IS GIVEN UP");
    job.status = JOB_STATUS_READY;
    assert_says(&job, VERB_CANCEL, "the chain stays, THE MERGE IS GIVEN UP");
}

/* The last step is taken at finalize, and which one that is was decided before. */
static void test_finalize_does_the_last_step(void **state)
{
    struct job job = job_of(JOB_TYPE_MIRROR, JOB_STATUS_PENDING);

    (void)state;
    assert_says(&job, VERB_FINALIZE, "as it was told to: switch to the copy, or stay");
    job.agreed = VERB_BIT(VERB_COMPLETE);
    assert_says(&job, VERB_FINALIZE, "switch the guest to the copy");
    job.agreed = VERB_BIT(VERB_STAY);
    assert_says(&job, VERB_FINALIZE, "guest stays on the source, copy is kept");
    job.type = JOB_TYPE_COMMIT;
    assert_says(&job, VERB_FINALIZE, "guest stays on its overlay");
    job.agreed = 0;
    assert_says(&job, VERB_FINALIZE, "out of the chain");
    job.was_ready = true;
    assert_says(&job, VERB_FINALIZE, "as it was told to: switch to the base, or stay");
    job.agreed = VERB_BIT(VERB_COMPLETE);
    assert_says(&job, VERB_FINALIZE, "switch the guest to the base");
    job = job_of(JOB_TYPE_STREAM, JOB_STATUS_PENDING);
    assert_says(&job, VERB_FINALIZE, "out of the chain");
}

static void assert_one_clause(const char *text)
{
    size_t len = strlen(text);

    assert_in_range(len, 5, 64);
    assert_true(text[len - 1] != '.');
    for (size_t i = 0; i < len; i++)
        assert_in_range(text[i], ' ', '~');
}

static void test_every_verb_has_words_for_every_job(void **state)
{
    (void)state;
    for (int type = 0; type < JOB_TYPE_COUNT; type++)
        for (int status = 0; status < JOB_STATUS_COUNT; status++)
            for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
                struct job job = job_of((enum job_type)type, (enum job_status)status);

                assert_one_clause(verb_consequence(&job, verb));
            }
}

static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = text; (at = strstr(at, word)); at += len)
        if ((at == text || at[-1] == ' ') && (at[len] == ' ' || at[len] == ',' || !at[len]))
            return true;
    return false;
}

static void test_every_answer_has_words(void **state)
{
    (void)state;
    for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
        bool named = false;

        assert_string_equal(verb_answer_text(VERB_LIT, verb), "");
        for (int answer = VERB_LIT + 1; answer < VERB_ANSWER_COUNT; answer++)
            assert_one_clause(verb_answer_text((enum verb_answer)answer, verb));
        /* A refusal by status names only statuses that take it, and one at least. */
        for (int status = 0; status < JOB_STATUS_COUNT; status++) {
            if (!has_word(verb_answer_text(VERB_WRONG_STATUS, verb),
                          job_status_wire((enum job_status)status)))
                continue;
            assert_true(verb_status_accepts(verb, (enum job_status)status));
            named = true;
        }
        assert_true(named);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_consequences_of_a_mirror),
        cmocka_unit_test(test_consequences_of_others),
        cmocka_unit_test(test_cancel_leaves_what_is_copied_within_a_chain),
        cmocka_unit_test(test_finalize_does_the_last_step),
        cmocka_unit_test(test_every_verb_has_words_for_every_job),
        cmocka_unit_test(test_every_answer_has_words),
    };

    return cmocka_run_group_tests_name("verb_text", tests, NULL, NULL);
}
