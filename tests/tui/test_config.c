/* The configuration file: every key, every complaint with its place, and who wins. */
#include "tui/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "tui/options.h"

static char folder[FOLDER_SIZE];
static char path[FOLDER_SIZE + 32];
static struct config config;
static struct keymap keymap;
static char error[CONFIG_ERROR_SIZE];

static int set_up(void **state)
{
    (void)state;
    folder_make(folder);
    snprintf(path, sizeof path, "%s/config.json", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

static void put(const char *where, const char *text)
{
    FILE *out = fopen(where, "w");

    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static bool load(const char *text)
{
    put(path, text);
    error[0] = '\0';
    keymap_init(&keymap);
    return config_load(&config, path, &keymap, error);
}

static void clear(void)
{
    config_release(&config);
    keymap_release(&keymap);
}

static void assert_good(const char *text)
{
    if (!load(text))
        fail_msg("%s", error);
}

/* ---- what it says ---- */

static void everything(void **state)
{
    (void)state;
    assert_good("// mine\n"
                "{\"theme\": \"light\", \"delay\": 2.5, \"confirm\": \"more\",\n"
                " \"mouse\": true, \"bell\": true, \"title\": true,\n"
                " \"endpoints\": [\"/run/a.qmp\", {\"name\": \"db\", \"address\": \"h:1\"}],\n"
                " \"sort\": \"rate\", \"columns\": [\"ETA\", \"%\", \"VM\"],\n"
                " \"keys\": {\"pause\": \"F5 P\",},}\n");
    assert_string_equal(config.path, path);
    assert_int_equal(config.look.sort, ORDER_BY_RATE);
    assert_int_equal(config.look.columns.count, 3);
    assert_int_equal(config.look.columns.items[1], JOBS_PERCENT);
    assert_string_equal(config.theme, "light");
    assert_int_equal(config.delay_ms, 2500);
    assert_true(config.confirm_more && config.mouse && config.bell && config.title);
    assert_int_equal(config.endpoint_count, 2);
    assert_string_equal(config.endpoints[0], "/run/a.qmp");
    assert_string_equal(config.endpoints[1], "db=h:1");
    clear();
}

static void polite_endpoints(void **state)
{
    (void)state;
    assert_good("{\"endpoints\": [{\"name\": \"a\", \"address\": \"/a\", \"polite\": true},"
                "{\"name\": \"b\", \"address\": \"/b\", \"polite\": false},"
                "{\"name\": \"c\", \"address\": \"/c\"}, \"polite:/d\","
                "{\"address\": \"/vms/*\", \"polite\": true}, {\"address\": \"/e\"}]}");
    assert_int_equal(config.endpoint_count, 6);
    assert_string_equal(config.endpoints[0], "a=polite:/a");
    assert_string_equal(config.endpoints[1], "b=hold:/b");
    assert_string_equal(config.endpoints[2], "c=/c");
    assert_string_equal(config.endpoints[3], "polite:/d");
    assert_string_equal(config.endpoints[4], "polite:/vms/*");
    assert_string_equal(config.endpoints[5], "/e");
    clear();
    assert_false(load("{\"endpoints\": [{\"name\": \"a\", \"address\": \"/a\","
                      "\"polite\": \"yes\"}]}"));
    assert_non_null(strstr(error, "\"polite\": true or false"));
    clear();
}

/* For complaints that come when the theme and the endpoints are used. */
static void where_theme_and_endpoints_stand(void **state)
{
    char place[sizeof(path) + 16];
    (void)state;
    assert_good("{\"theme\": \"x\",\n  \"endpoints\": [\"/a\", \"/b\"]}");
    snprintf(place, sizeof(place), "%s:1:2: ", path);
    assert_string_equal(config_place(&config, config.theme), place);
    snprintf(place, sizeof(place), "%s:2:17: ", path);
    assert_string_equal(config_place(&config, config.endpoints[0]), place);
    snprintf(place, sizeof(place), "%s:2:23: ", path);
    assert_string_equal(config_place(&config, config.endpoints[1]), place);
    assert_string_equal(config_place(&config, "x"), "");
    assert_string_equal(config_place(&config, NULL), "");
    clear();
}

static void nothing_said(void **state)
{
    (void)state;
    assert_good("{}");
    assert_null(config.theme);
    assert_int_equal(config.delay_ms, 0);
    assert_false(config.confirm_more || config.mouse || config.bell || config.title);
    assert_int_equal(config.endpoint_count, 0);
    assert_int_equal(config.look.sort, ORDER_BY_NEED);
    assert_false(config.look.columns.chosen);
    clear();
}

static void no_column_but_the_obligatory(void **state)
{
    (void)state;
    assert_good("{\"columns\": []}");
    assert_true(config.look.columns.chosen);
    assert_int_equal(config.look.columns.count, 0);
    clear();
}

static enum request asked_by(int key)
{
    return keymap_find(&keymap, key, KEYMAP_IN_JOBS);
}

static void keys_are_bound(void **state)
{
    (void)state;
    assert_good("{\"keys\": {\"pause\": \"F5 P\", \"help\": \"\"}}");
    assert_int_equal(asked_by(KEY_CODE_F1 + 4), REQUEST_PAUSE);
    assert_int_equal(asked_by('P'), REQUEST_PAUSE);
    assert_int_equal(asked_by('p'), REQUEST_COUNT);
    assert_int_equal(asked_by('?'), REQUEST_COUNT);
    assert_int_equal(asked_by('r'), REQUEST_RESUME);
    clear();
}

/* It opens no box, and has no meaning in one. */
static void what_asks_nothing_may_have_the_y(void **state)
{
    (void)state;
    assert_good("{\"keys\": {\"tag\": \"y\", \"find-event\": \"y\"}}");
    assert_int_equal(asked_by('y'), REQUEST_TAG);
    assert_int_equal(keymap_find(&keymap, 'y', KEYMAP_IN_EVENTS), REQUEST_EVENTS_FIND);
    clear();
}

static void keys_change_places(void **state)
{
    (void)state;
    assert_good("{\"keys\": {\"pause\": \"r\", \"resume\": \"p\"}}");
    assert_int_equal(asked_by('r'), REQUEST_PAUSE);
    assert_int_equal(asked_by('p'), REQUEST_RESUME);
    clear();
}

/* ---- complaints ---- */

static void complaints(void **state)
{
    static const struct {
        const char *text, *complaint;
    } rows[] = {
        {"{\n \"them\": \"x\"}", ":2:2: unknown key \"them\""},
        {"{\"mouse\": true,\n // that again\n \"mouse\": false}",
         ":3:2: \"mouse\" is there already"},
        {"{\"keys\": {\"pause\": \"P\", \"\\u0070ause\": \"F5\"}}",
         ":1:25: \"\\u0070ause\" is there already"},
        {"{\"theme\": 5}", ":1:2: \"theme\" is a text"},
        {"{\"theme\": \"\"}", ":1:2: \"theme\" is a text"},
        {"{\"delay\": \"1\"}", ":1:2: \"delay\" is a number of seconds, 0.1 to 3600"},
        {"{\"delay\": 0.09}", ":1:2: \"delay\" is a number"},
        {"{\"delay\": 3601}", ":1:2: \"delay\" is a number"},
        {"{\"delay\": 1e400}", ":1:2: \"delay\" is a number"},
        {"{\"confirm\": \"less\"}", ":1:2: \"confirm\" is \"normal\" or \"more\""},
        {"{\"mouse\": 1}", ":1:2: \"mouse\" is true or false"},
        {"{\"bell\": null}", ":1:2: \"bell\" is true or false"},
        {"{\"endpoints\": \"/a\"}", ":1:2: \"endpoints\" is a list"},
        {"{\"endpoints\": [\"/a\", 5]}", ":1:22: an endpoint is a text or"},
        {"{\"endpoints\": [{\"name\": \"a\"}]}", ":1:16: an endpoint is a text or"},
        {"{\"endpoints\": [{\"address\": \"/a\", \"nam\": \"b\"}]}", ":1:16: an endpoint"},
        {"{\"endpoints\": [{\"name\": \"\", \"address\": \"/a\"}]}", ":1:16: an endpoint"},
        {"{\"endpoints\": [{\"name\": \"a/b\", \"address\": \"/a\"}]}",
         ":1:16: an endpoint is"},
        {"{\"sort\": \"size\"}",
         ":1:2: \"sort\" is one of: need vm job status progress rate eta age"},
        {"{\"sort\": 5}", ":1:2: \"sort\" is one of: need vm"},
        {"{\"columns\": \"TYPE\"}", ":1:2: \"columns\" is a list"},
        {"{\n \"columns\": [\"TYPE\", \"Rate\"]}",
         ":2:22: \"Rate\" is none of: VM JOB GRP TYPE STATUS PROGRESS % DONE TOTAL "
         "RATE "
         "ETA AGE NOW"},
        {"{\"columns\": [null]}", ":1:14: \"null\" is none of: VM"},
        {"{\"columns\": [\"a\\u001b\"]}", ":1:14: "},
        {"{\"columns\": [\"ETA\", \"VM\", \"ETA\"]}", ":1:27: \"ETA\" is there already"},
        {"{\"keys\": []}", ":1:2: \"keys\" is an object"},
        {"{\"keys\": {\n  \"pauze\": \"p\"}}", ":2:3: nothing is called \"pauze\""},
        {"{\"keys\": {\n  \"pause\": 5}}", ":2:3: keys are a text"},
        {"{\"keys\": {\"pause\": \"p F99\"}}", ":1:11: \"F99\" is no key"},
        {"{\"keys\": {\"pause\": \"r\"}}", ":1:11: \"r\" already asks for \"resume\""},
        {"{\"keys\": {\"pause\": \"F5\",\n \"resume\": \"F5\"}}",
         ":2:2: \"F5\" already asks for \"pause\""},
        {"{\"keys\": {\"complete\": \"y\"}}",
         ":1:11: \"y\" says yes in a box, and \"complete\" opens one"},
        {"{\"keys\": {\"downtime\": \"F5 y\"}}",
         ":1:11: \"y\" says yes in a box, and \"downtime\" opens one"},
        {"{\"keys\": {\"down\": \"Down y\"}}",
         ":1:11: \"y\" says yes in a box, where \"down\" has its keys too"},
        {"{\"keys\": {\"quit\": \"\", \"leave\": \"\"}}", ":1:2: \"keys\" leaves no key"},
        {"{\"keys\": {\"a\\u001b]0;x\": \"p\"}}", ":1:"},
        {"{\"theme\" \"x\"}", ":1:10: "},
        {"[]", ":1:1: expected an object"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (load(rows[i].text))
            fail_msg("%s was taken", rows[i].text);
        assert_int_equal(strncmp(error, path, strlen(path)), 0);
        const char *rest = error + strlen(path);
        if (strncmp(rest, rows[i].complaint, strlen(rows[i].complaint)) != 0)
            fail_msg("\"%s\" instead of \"%s\"", rest, rows[i].complaint);
        assert_null(strchr(error, '\033'));
        clear();
    }
}

/* ---- where it is ---- */

static void usual_places(void **state)
{
    char below[FOLDER_SIZE + 64];

    (void)state;
    setenv("HOME", folder, 1);
    unsetenv("XDG_CONFIG_HOME");
    keymap_init(&keymap);
    assert_true(config_load(&config, NULL, &keymap, error));
    assert_null(config.path);
    snprintf(below, sizeof below, "%s/.config/qmptop/config.json", folder);
    assert_string_equal(config.missing, below);
    config_release(&config);

    snprintf(below, sizeof below, "%s/.config", folder);
    assert_int_equal(mkdir(below, 0700), 0);
    snprintf(below, sizeof below, "%s/.config/qmptop", folder);
    assert_int_equal(mkdir(below, 0700), 0);
    snprintf(below, sizeof below, "%s/.config/qmptop/config.json", folder);
    put(below, "{\"theme\": \"home\"}");
    assert_true(config_load(&config, NULL, &keymap, error));
    assert_string_equal(config.path, below);
    assert_null(config.missing);
    assert_string_equal(config.theme, "home");
    config_release(&config);

    snprintf(below, sizeof below, "%s/.config", folder);
    setenv("XDG_CONFIG_HOME", below, 1);
    setenv("HOME", "/nowhere", 1);
    assert_true(config_load(&config, NULL, &keymap, error));
    assert_string_equal(config.theme, "home");
    clear();
}

static void a_named_file_must_be_there(void **state)
{
    (void)state;
    keymap_init(&keymap);
    unlink(path);
    assert_false(config_load(&config, path, &keymap, error));
    assert_non_null(strstr(error, "config.json: No such file"));
    clear();
}

/* ---- who wins ---- */

static void the_command_line_wins(void **state)
{
    (void)state;
    assert_good(
        "{\"theme\": \"light\", \"delay\": 2, \"mouse\": true, \"endpoints\": [\"/a\"]}");
    struct options said = {.theme = "mono", .delay_ms = 500}, silent = {0};
    options_add_endpoint(&said, "/b");
    config_complete(&config, &said);
    assert_string_equal(said.theme, "mono");
    assert_int_equal(said.delay_ms, 500);
    assert_int_equal(said.endpoint_count, 1);
    assert_string_equal(said.endpoints[0], "/b");
    config_complete(&config, &silent);
    assert_string_equal(silent.theme, "light");
    assert_int_equal(silent.delay_ms, 2000);
    assert_true(silent.mouse);
    assert_string_equal(silent.endpoints[0], "/a");
    options_release(&said);
    options_release(&silent);
    clear();
}

static void defaults(void **state)
{
    (void)state;
    assert_good("{}");
    struct options options = {0};
    config_complete(&config, &options);
    assert_null(options.theme);
    assert_int_equal(options.delay_ms, 1000);
    assert_int_equal(options.endpoint_count, 0);
    clear();
}

static void a_demo_has_its_own_endpoint(void **state)
{
    (void)state;
    assert_good("{\"endpoints\": [\"/a\"]}");
    struct options options = {.demo = true};
    config_complete(&config, &options);
    assert_int_equal(options.endpoint_count, 0);
    options_release(&options);
    clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything),
        cmocka_unit_test(polite_endpoints),
        cmocka_unit_test(where_theme_and_endpoints_stand),
        cmocka_unit_test(nothing_said),
        cmocka_unit_test(no_column_but_the_obligatory),
        cmocka_unit_test(keys_are_bound),
        cmocka_unit_test(what_asks_nothing_may_have_the_y),
        cmocka_unit_test(keys_change_places),
        cmocka_unit_test(complaints),
        cmocka_unit_test(usual_places),
        cmocka_unit_test(a_named_file_must_be_there),
        cmocka_unit_test(the_command_line_wins),
        cmocka_unit_test(defaults),
        cmocka_unit_test(a_demo_has_its_own_endpoint),
    };

    return cmocka_run_group_tests_name("config", tests, set_up, tear_down);
}
