/*
 * Live migrations on the screen: every status as a row, the view with the levers, and
 * which command each lever sends, if any.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

static struct fake_qmp *fake;
static struct console *console;

/* Every command that steers a migration, by its name on the wire. */
static const char *const steering[] = {
    "migrate-set-parameters", "migrate-start-postcopy", "migrate-continue", "migrate_cancel",
    "migrate-pause",          "migrate-recover",        "migrate",
};
#define STEERING (sizeof steering / sizeof steering[0])

/* What query-migrate answers: an absent status is an idle QEMU; `more` are members. */
static void tell(const char *status, const char *more)
{
    char json[1024] = "{}";

    if (status != NULL)
        snprintf(json, sizeof json, "{\"status\": \"%s\"%s%s}", status,
                 more[0] != '\0' ? ", " : "", more);
    fake_qmp_answers(fake, "query-migrate", json);
    /* Whatever a guest does makes the console ask anew. */
    fake_qmp_event(fake, "STOP", NULL);
}

/* Figures of the side that sends, in pass 1 and in a hopeless pass 2. */
static const char sending[] =
    "\"total-time\": 5000, \"expected-downtime\": 300, \"ram\": {\"total\": 1073741824, "
    "\"transferred\": 322122547, \"remaining\": 751619277, \"mbps\": 838.8608, "
    "\"page-size\": 4096, \"dirty-pages-rate\": 0, \"dirty-sync-count\": 1}";
static const char hopeless[] =
    "\"total-time\": 9000, \"expected-downtime\": 900, \"ram\": {\"total\": 1073741824, "
    "\"transferred\": 1288490188, \"remaining\": 751619277, \"mbps\": 838.8608, "
    "\"page-size\": 4096, \"dirty-pages-rate\": 30720, \"dirty-sync-count\": 2}";

static void set_limits(const char *bandwidth, const char *downtime)
{
    char json[200];

    snprintf(json, sizeof json,
             "{\"max-bandwidth\": %s, \"max-postcopy-bandwidth\": 0, \"downtime-limit\": %s}",
             bandwidth, downtime);
    fake_qmp_answers(fake, "query-migrate-parameters", json);
}

static void play(const char *status, const char *more)
{
    fake = rig_fake("ci-11");
    set_limits("134217728", "300");
    fake_qmp_answers(fake, "query-migrate-capabilities",
                     "[{\"capability\": \"postcopy-ram\", \"state\": true}]");
    for (size_t i = 0; i < STEERING; i++)
        fake_qmp_answers(fake, steering[i], "{}");
    tell(status, more);
    console = rig_start(&(struct console_options){.rows = 30, .columns = 100}, NULL);
    if (status != NULL)
        console_await(console, "ci-11", "migration");
}

static size_t commands_sent(void)
{
    size_t count = 0;

    for (size_t i = 0; i < STEERING; i++)
        count += fake_qmp_count(fake, steering[i]);
    return count;
}

/* The view of the only migration. */
static void open_detail(const char *status)
{
    console_press(console, "i");
    console_await(console, "what you can do", NULL);
    console_await(console, "ci-11  ", status);
}

/* ---- rows ---- */

static void every_status_has_its_row(void **state)
{
    static const struct {
        const char *status, *more, *shown, *reason;
    } rows[] = {
        {"setup", "", "setup", "starting"},
        {"wait-unplug", "", "wait-unplug", "starting"},
        {"active", sending, "active", "30.0"},
        {"active", hopeless, "ACTIVE", "will not converge"},
        {"pre-switchover", hopeless, "PRE-SWITCHOVER", "GUEST STOPPED for"},
        {"device", hopeless, "device", "switching over"},
        {"postcopy-device", hopeless, "postcopy-device", "switching over"},
        {"postcopy-active", hopeless, "postcopy-active", "100M/s"},
        {"postcopy-paused", "\"error-desc\": \"Broken pipe\"", "POSTCOPY-PAUSED",
         "postcopy broken: recover it (i)"},
        {"postcopy-recover-setup", "", "postcopy-recove", "recovering"},
        {"postcopy-recover", "", "postcopy-recover", "recovering"},
        {"colo", "", "colo", NULL},
        {"teleporting", "", "teleporting", NULL},
        {"cancelling", "", "cancelling", "ending"},
        {"cancelled", "", "cancelled", NULL},
        {"setup", "", "setup", "starting"},
        {"failing", "", "failing", "ending"},
        {"failed", "\"error-desc\": \"No route to host\"", "FAILED", "No route to host (x)"},
        {"active", sending, "active", "30.0"},
        {"completed", hopeless, "completed", "1.2 GiB sent in 9s"},
    };

    (void)state;
    play(NULL, "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tell(rows[i].status, rows[i].more);
        console_await(console, rows[i].shown, rows[i].reason);
        console_await(console, "ci-11", rows[i].shown);
    }
    assert_int_equal(commands_sent(), 0);
}

static void the_destination_has_no_bar(void **state)
{
    (void)state;
    play("active", "");
    console_await(console, "incoming active", "receiving; see the source");
    open_detail("active");
    console_await(console, "ci-11  incoming migration", NULL);
    console_await(console, "b  bandwidth", "not now: only the source can do that");
    console_await(console, "figures", "only the source tells any");
}

static void what_came_in_before_is_not_listed(void **state)
{
    (void)state;
    fake = rig_fake("ci-11");
    fake_qmp_answers(fake, "query-migrate", "{\"status\": \"completed\"}");
    console = rig_start(&(struct console_options){.rows = 30, .columns = 100}, NULL);
    assert_true(fake_qmp_await(fake, "query-migrate", 1));
    console_await(console, "No job", NULL);
    console_work_off(console);
    console_await(console, "No job", NULL);
    console_await_gone(console, "completed", NULL);
}

/* ---- the view ---- */

static void every_fact_is_there(void **state)
{
    (void)state;
    play("active", sending);
    tell("active", hopeless);
    console_await(console, "ACTIVE", "will not converge");
    open_detail("ACTIVE !");
    console_await(console, "state", "will not converge: the guest dirties 120M/s, 100M/s are");
    console_await(console, "left", "717 MiB of 1.0 GiB");
    console_await(console, "sent", "1.2 GiB in all");
    console_await(console, "rate", "100M/s");
    console_await(console, "dirtied", "120M/s by the guest");
    console_await(console, "ETA", "7s for this pass");
    console_await(console, "downtime", "expected 900 ms, limit 300 ms");
    console_await(console, "passes", "2: 717 MiB");
    console_await(console, "b  bandwidth", "now 128 MiB/s; set the most");
    console_await(console, "d  downtime", "now 300 ms; set for how long");
    console_await(console, "u  postcopy-bandwidth", "now unlimited; set the most");
    console_await(console, "s  postcopy", "start the guest on the destination");
    console_await(console, "o  continue", "not now: only at pre-switchover");
    console_await(console, "c  cancel", "end the migration");
    console_await(console, "p  pause", "not now: only while postcopy");
    console_await(console, "r  recover", "not now: only while postcopy is paused");
    console_await(console, "switched", "postcopy-ram");
    console_await(console, "b bandwidth", "q back"); /* the footer: what is lit */
    console_await_gone(console, "o continue", "q back");
}

static void an_error_is_told_once(void **state)
{
    (void)state;
    play("failed", "\"error-desc\": \"No route to host\"");
    open_detail("FAILED !");
    console_await(console, "state", "FAILED, No route to host");
    console_await_gone(console, "error ", "No route");
    console_await_gone(console, "verdict", NULL);
    rig_clear(NULL);
    play("cancelled", "\"error-desc\": \"Switchover is interrupted\"");
    open_detail("cancelled");
    console_await(console, "error", "Switchover is interrupted");
}

static void enter_opens_it_and_it_closes_with_its_migration(void **state)
{
    (void)state;
    play("active", sending);
    console_press(console, "\r");
    console_await(console, "what you can do", NULL);
    tell("completed", sending);
    console_await(console, "x  clear", NULL);
    console_press(console, "x");
    console_await(console, "cleared from the list: ci-11 migration", NULL);
    console_await(console, "No job", NULL);
}

static void the_next_migration_is_another_view(void **state)
{
    (void)state;
    play("active", sending);
    open_detail("active");
    tell("cancelled", "");
    console_await(console, "ci-11  migration", "cancelled");
    tell("setup", "");
    console_await_gone(console, "what you can do", NULL);
    console_await(console, "another migration has begun", NULL);
}

/* ---- levers ---- */

static void values_are_sent_at_once(void **state)
{
    static const struct {
        const char *key, *title, *hint, *text, *member, *value, *says;
    } rows[] = {
        {"b", "BANDWIDTH migration on ci-11", "now 128 MiB/s", "1.5GiB/s", "max-bandwidth",
         "1610612736", "migration: in effect  (was 128M/s; 128M puts it back)"},
        {"d", "DOWNTIME migration on ci-11", "now 300 ms", "1.5s", "downtime-limit", "1500",
         "migration: in effect  (was 300 ms; 300 puts it back)"},
        {"u", "POSTCOPY-BANDWIDTH migration on ci-11", "now unlimited", "50M",
         "max-postcopy-bandwidth", "52428800", "in effect  (was none; 0 puts it back)"},
    };

    (void)state;
    play("active", sending);
    open_detail("active");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        console_press(console, rows[i].key);
        console_await(console, rows[i].title, NULL);
        console_await(console, rows[i].hint, NULL);
        console_press(console, "\025"); /* ^U */
        console_enter(console, rows[i].text);
        assert_true(fake_qmp_await(fake, "migrate-set-parameters", i + 1));
        assert_string_equal(fake_qmp_argument(fake, "migrate-set-parameters", rows[i].member),
                            rows[i].value);
        console_await(console, rows[i].says, NULL);
    }
    assert_int_equal(commands_sent(), 3);
}

static void the_new_value_is_shown(void **state)
{
    (void)state;
    play("active", sending);
    open_detail("active");
    set_limits("52428800", "300");
    console_press(console, "b\025");
    console_enter(console, "50M");
    console_await(console, "b  bandwidth", "now 50 MiB/s; ");
}

static void a_wrong_value_says_why(void **state)
{
    (void)state;
    play("active", sending);
    open_detail("active");
    console_press(console, "d\025"
                           "1h\r");
    console_await(console, "that is no time", NULL);
    console_press(console, "\025"
                           "2001s\r");
    console_await(console, "the downtime limit is 1 to 2000000 ms", NULL);
    console_press(console, "\033");
    console_await_gone(console, "DOWNTIME migration", NULL);
    assert_int_equal(commands_sent(), 0);
}

/* Each lever with a box: its status, its key, what it sends. */
static void each_lever_sends_its_command(void **state)
{
    static const struct {
        const char *status, *key, *text, *title, *command, *member, *value;
    } rows[] = {
        {"active", "s", NULL, "POSTCOPY migration on ci-11", "migrate-start-postcopy", NULL,
         NULL},
        {"pre-switchover", "o", NULL, "CONTINUE migration on ci-11", "migrate-continue",
         "state", "\"pre-switchover\""},
        {"active", "c", NULL, "CANCEL migration on ci-11", "migrate_cancel", NULL, NULL},
        {"postcopy-active", "p", NULL, "PAUSE migration on ci-11", "migrate-pause", NULL, NULL},
        {"postcopy-paused", "r", "tcp:host:4444", "RECOVER migration on ci-11 ?", "migrate",
         "uri", "\"tcp:host:4444\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        play(rows[i].status, sending);
        open_detail("");
        console_await(console, " switched postcopy-ram", NULL); /* the last answer of all */
        console_press(console, rows[i].key);
        if (rows[i].text != NULL) {
            console_await(console, "where the destination listens", NULL);
            console_enter(console, rows[i].text);
        }
        console_confirm(console, rows[i].title);
        assert_true(fake_qmp_await(fake, rows[i].command, 1));
        if (rows[i].member != NULL)
            assert_string_equal(fake_qmp_argument(fake, rows[i].command, rows[i].member),
                                rows[i].value);
        assert_int_equal(commands_sent(), 1);
        if (strcmp(rows[i].command, "migrate") == 0)
            assert_string_equal(fake_qmp_argument(fake, "migrate", "resume"), "true");
        rig_clear(NULL);
    }
}

static void the_destination_listens_anew(void **state)
{
    (void)state;
    play("postcopy-paused", "");
    open_detail("POSTCOPY-PAUSED !");
    console_press(console, "r");
    console_await(console, "where to listen", NULL);
    console_enter(console, "tcp:0:4444");
    console_confirm(console, "RECOVER migration on ci-11 ?");
    assert_true(fake_qmp_await(fake, "migrate-recover", 1));
    assert_string_equal(fake_qmp_argument(fake, "migrate-recover", "uri"), "\"tcp:0:4444\"");
    assert_int_equal(commands_sent(), 1);
}

static void cancel_is_refused_in_postcopy(void **state)
{
    static const char *const statuses[] = {"postcopy-active", "postcopy-paused",
                                           "postcopy-recover"};

    (void)state;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        play(statuses[i], sending);
        console_press(console, "c");
        console_await(console, "cancel: not now: the guest already runs on the destination",
                      NULL);
        open_detail("");
        console_press(console, "c");
        console_await(console, "c  cancel",
                      "not now: the guest already runs on the destination");
        console_work_off(console);
        assert_int_equal(commands_sent(), 0);
        rig_clear(NULL);
    }
}

static void a_qemu_before_8_2_does_not_pause_what_recovers(void **state)
{
    (void)state;
    fake = rig_fake("ci-11");
    fake_qmp_lacks(fake, "block-job-change");
    fake_qmp_answers(fake, "migrate-pause", "{}");
    fake_qmp_answers(fake, "query-migrate", "{\"status\": \"postcopy-recover\"}");
    console = rig_start(&(struct console_options){.rows = 30, .columns = 100}, NULL);
    console_await(console, "ci-11", "migration");
    console_press(console, "ip");
    console_await(console, "pause: not now: only while postcopy is active", NULL);
    assert_int_equal(commands_sent(), 0);
}

static void the_box_closes_when_the_status_changes_under_it(void **state)
{
    (void)state;
    play("active", sending);
    open_detail("active");
    console_press(console, "c");
    console_await_box(console, "CANCEL migration on ci-11");
    tell("postcopy-active", sending);
    console_await(console, "nothing was sent", "the guest already runs on the destination");
    console_await_gone(console, "CANCEL migration", NULL);
    console_press(console, "y");
    console_work_off(console);
    assert_int_equal(commands_sent(), 0);
}

/* The loudest box wants the name of the VM: the guest stands still already. */
static void cancel_at_pre_switchover_wants_more(void **state)
{
    (void)state;
    play("pre-switchover", sending);
    console_press(console, "c");
    console_await_typing(console, "CANCEL migration on ci-11", "ci-11");
    console_await(console, "the stopped guest runs on here", NULL);
    console_press(console, "y\r");
    console_await(console, "> y", NULL);
    console_press(console, "\025");
    console_confirm_typed(console, "CANCEL migration on ci-11", "ci-11");
    assert_true(fake_qmp_await(fake, "migrate_cancel", 1));
    assert_int_equal(commands_sent(), 1);
}

static void a_refusal_is_told_in_the_words_of_qemu(void **state)
{
    static const char words[] = "Migration is not in a state to be continued";

    (void)state;
    play("pre-switchover", sending);
    fake_qmp_refuses(fake, "migrate-continue", "GenericError", words);
    open_detail("");
    console_press(console, "o");
    console_confirm(console, "CONTINUE migration on ci-11");
    console_await(console, words, "refused");
}

#define TEST(name) cmocka_unit_test_teardown(name, rig_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_status_has_its_row),
        TEST(the_destination_has_no_bar),
        TEST(what_came_in_before_is_not_listed),
        TEST(every_fact_is_there),
        TEST(an_error_is_told_once),
        TEST(enter_opens_it_and_it_closes_with_its_migration),
        TEST(the_next_migration_is_another_view),
        TEST(values_are_sent_at_once),
        TEST(the_new_value_is_shown),
        TEST(a_wrong_value_says_why),
        TEST(each_lever_sends_its_command),
        TEST(the_destination_listens_anew),
        TEST(cancel_is_refused_in_postcopy),
        TEST(a_qemu_before_8_2_does_not_pause_what_recovers),
        TEST(the_box_closes_when_the_status_changes_under_it),
        TEST(cancel_at_pre_switchover_wants_more),
        TEST(a_refusal_is_told_in_the_words_of_qemu),
    };

    return cmocka_run_group_tests_name("screen_migration", tests, NULL, NULL);
}
