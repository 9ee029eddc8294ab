#include "world.h"

#include "core/manager.h"

static void who_has_no_manager_hears_nothing(void **state)
{
    struct world *world = *state;
    char text[160] = "old";

    assert_false(manager_text(world->target, text, sizeof(text)));
    assert_string_equal(text, "");
    for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
        assert_false(manager_warning(world->target, verb, text, sizeof(text)));
        assert_string_equal(text, "");
    }
}

/* The words that a person must not miss, a row for each verb. */
static void each_verb_has_its_words(void **state)
{
    static const char *const words[VERB_COUNT] = {
        [VERB_PAUSE] = "may give up",
        [VERB_RESUME] = "may have paused the job itself",
        [VERB_COMPLETE] = "migration or move fail",
        [VERB_STAY] = "migration or move fail",
        [VERB_CANCEL] = "migration or move fail",
        [VERB_FINALIZE] = "migration or move fail",
        [VERB_DISMISS] = "no longer learn how the job ended",
        [VERB_LIMIT] = "set the limit again",
        [VERB_CHANGE] = "does not know of the change",
    };
    struct world *world = *state;
    char text[160];

    world->target->manager = "Proxmox VE";
    for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
        assert_true(manager_warning(world->target, verb, text, sizeof(text)));
        assert_int_equal(strncmp(text, "Proxmox VE runs this VM: ", 25), 0);
        if (!strstr(text, words[verb]))
            fail_msg("%s: %s", verb_name(verb), text);
        assert_in_range(strlen(text), 1, 76); /* a box of 80 columns */
    }
    assert_true(manager_text(world->target, text, sizeof(text)));
    assert_non_null(strstr(text, "its jobs are the manager's to end"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(who_has_no_manager_hears_nothing),
        CONNECTED_TEST(each_verb_has_its_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
