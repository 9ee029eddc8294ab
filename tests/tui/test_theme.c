#include "tui/theme.h"
#include "tui/theme_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"

/* One folder stands for the whole search path: config, data home, data folders. */
static char root[FOLDER_SIZE];

#define PATH_SIZE (FOLDER_SIZE + 80)

static void make_theme_folder(const char *variable, const char *name)
{
    static const char *const below[] = {"", "/qmptop", "/qmptop/themes"};
    char path[PATH_SIZE];

    for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
        snprintf(path, sizeof path, "%s/%s%s", root, name, below[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    snprintf(path, sizeof path, "%s/%s", root, name);
    setenv(variable, path, 1);
}

static int set_up(void **state)
{
    (void)state;
    folder_make(root);
    setenv("HOME", root, 1);
    make_theme_folder("XDG_CONFIG_HOME", "config");
    make_theme_folder("XDG_DATA_HOME", "home");
    make_theme_folder("XDG_DATA_DIRS", "data");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(root);
    return 0;
}

/* Writes a theme into one of the folders; gives its path. */
static const char *put(const char *place, const char *name, const char *text)
{
    static char path[PATH_SIZE];
    FILE *out;

    snprintf(path, sizeof path, "%s/%s/qmptop/themes/%s.json", root, place, name);
    out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    return path;
}

static struct theme load(const char *name_or_path)
{
    char error[THEME_ERROR_SIZE] = "";
    struct theme theme;

    if (!theme_load(&theme, name_or_path, error))
        fail_msg("%s: %s", name_or_path, error);
    return theme;
}

static void assert_style(const struct theme *theme, enum theme_role role, int32_t fg,
                         int32_t bg, uint32_t attributes)
{
    assert_int_equal(theme->styles[role].fg, fg);
    assert_int_equal(theme->styles[role].bg, bg);
    assert_int_equal(theme->styles[role].attributes, attributes);
}

/* Loading fails, the theme stays as it was, and the error has this text in it. */
static void assert_refused(const char *name_or_path, const char *text)
{
    char error[THEME_ERROR_SIZE] = "";
    struct theme theme, before;

    theme_mono(&theme);
    before = theme;
    assert_false(theme_load(&theme, name_or_path, error));
    assert_memory_equal(&theme, &before, sizeof theme);
    if (strstr(error, text) == NULL)
        fail_msg("expected \"%s\" in \"%s\"", text, error);
}

/* ---- what comes with the program ---- */

static void test_own_themes(void **state)
{
    struct theme mono = load("mono"), fallback, normal = load("default");

    (void)state;
    theme_mono(&fallback);
    for (int role = 0; role < THEME_ROLE_COUNT; role++) {
        const struct theme_style *style = &normal.styles[role];
        assert_style(&mono, (enum theme_role)role, fallback.styles[role].fg,
                     fallback.styles[role].bg, fallback.styles[role].attributes);
        /* The default theme leaves the operator's palette and background alone. */
        assert_in_range(style->fg + 1, 0, 16);
        assert_int_equal(style->bg, THEME_COLOUR_DEFAULT);
    }
    assert_string_equal(mono.name, "mono");
    assert_string_equal(normal.name, "default");
    assert_true(normal.styles[THEME_SELECT].attributes & THEME_REVERSE);
    assert_true(normal.styles[THEME_NEED].attributes & THEME_BOLD);
}

static void test_role_names(void **state)
{
    (void)state;
    assert_string_equal(theme_role_name(THEME_NORMAL), "normal");
    assert_string_equal(theme_role_name(THEME_BAR_DONE), "bar-done");
    assert_string_equal(theme_role_name(THEME_STATUS), "status");
}

/* ---- one file ---- */

static void test_every_kind_of_value(void **state)
{
    struct theme theme = load(put("config", "kinds",
                                  "{\"name\": \"All kinds\", \"roles\": { // lax\n"
                                  "\"normal\": {\"fg\": \"default\", \"bg\": 17},\n"
                                  "\"title\": {\"fg\": \"red\", \"bg\": \"bright-white\"},\n"
                                  "\"need\": {\"fg\": \"#Ff8000\", \"bold\": true},\n"
                                  "\"dim\": {\"dim\": true, \"underline\": true,\n"
                                  "  \"reverse\": true, \"bold\": false},\n"
                                  "\"select\": {},\n"
                                  "}}"));

    (void)state;
    assert_string_equal(theme.name, "All kinds");
    assert_style(&theme, THEME_NORMAL, THEME_COLOUR_DEFAULT, 17, 0);
    assert_style(&theme, THEME_TITLE, 1, 15, 0);
    assert_style(&theme, THEME_NEED, THEME_RGB(255, 128, 0), THEME_COLOUR_DEFAULT, THEME_BOLD);
    assert_style(&theme, THEME_DIM, THEME_COLOUR_DEFAULT, THEME_COLOUR_DEFAULT,
                 THEME_DIM_ATTR | THEME_UNDERLINE | THEME_REVERSE);
    assert_style(&theme, THEME_SELECT, THEME_COLOUR_DEFAULT, THEME_COLOUR_DEFAULT, 0);
    assert_style(&theme, THEME_KEY, THEME_COLOUR_DEFAULT, THEME_COLOUR_DEFAULT, THEME_BOLD);
}

static void test_every_role_has_its_name(void **state)
{
    char text[128];

    (void)state;
    for (int role = 0; role < THEME_ROLE_COUNT; role++) {
        snprintf(text, sizeof text, "{\"roles\": {\"%s\": {\"fg\": %d}}}",
                 theme_role_name((enum theme_role)role), 100 + role);
        struct theme theme = load(put("config", "one", text));
        assert_style(&theme, (enum theme_role)role, 100 + role, THEME_COLOUR_DEFAULT, 0);
        assert_string_equal(theme.name, "one");
    }
}

static void test_mistakes_are_placed(void **state)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"{\n \"colour\": 1}", "bad.json:2:2: unknown key \"colour\""},
        {"{\"roles\": []}", "bad.json:1:2: \"roles\" is an object"},
        {"{\"name\": 1}", "bad.json:1:2: \"name\" is a text"},
        {"{\"extends\": {}}", "bad.json:1:2: \"extends\" is a text"},
        {"{\"roles\": {\n\n  \"tile\": {}}}", "bad.json:3:3: unknown role \"tile\""},
        {"{\"roles\": {\"a\\u001bb\": {}}}", "unknown role \"a\\x1bb\""},
        {"{\"roles\": {\"title\": 1}}", "bad.json:1:12: a role is an object"},
        {"{\"roles\": {\"title\": {\n\"bolt\": true}}}",
         "bad.json:2:1: unknown key \"bolt\" in a role"},
        {"{\"roles\": {\"title\": {\"bold\": 1}}}", "bad.json:1:22: \"bold\" is true or false"},
        {"{\"roles\": {\"need\": {}, \"title\": {\"bg\": 1, \"fg\": \"pink\"}}}",
         "bad.json:1:43: unknown colour \"pink\""},
        {"{\"roles\": {\"title\": {\"fg\": \"#12345\"}}}", "unknown colour \"#12345\""},
        {"{\"roles\": {\"title\": {\"fg\": \"#12345g\"}}}", "unknown colour \"#12345g\""},
        {"{\"roles\": {\"title\": {\"fg\": 256}}}", "bad.json:1:22: a colour's number is"},
        {"{\"roles\": {\"title\": {\"fg\": -1}}}", "a colour's number is 0 to 255"},
        {"{\"roles\": {\"title\": {\"fg\": 1.5}}}", "a colour is a text or a number"},
        {"{\"roles\": {\"title\": {\"fg\": null}}}", "a colour is a text or a number"},
        {"{\"roles\": {}} 1", "bad.json:1:15: unexpected text after the end"},
        {"{\"roles\": {", "bad.json:1:12: unexpected end of the file"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_refused(put("config", "bad", rows[i].text), rows[i].error);
}

/* ---- finding ---- */

static void test_order_of_search(void **state)
{
    (void)state;
    put("data", "found", "{\"name\": \"in data\"}");
    assert_string_equal(load("found").name, "in data");
    put("home", "found", "{\"name\": \"in home\"}");
    assert_string_equal(load("found").name, "in home");
    put("config", "found", "{\"name\": \"in config\"}");
    assert_string_equal(load("found").name, "in config");
    assert_string_equal(load(put("data", "found", "{}")).name, "found");
}

static void test_default_folders_below_home(void **state)
{
    char path[PATH_SIZE];

    (void)state;
    unsetenv("XDG_CONFIG_HOME");
    setenv("XDG_DATA_HOME", "not/absolute", 1);
    snprintf(path, sizeof path, "%s/.config/qmptop/themes", root);
    assert_refused("nosuch", path);
    snprintf(path, sizeof path, "%s/.local/share/qmptop/themes", root);
    assert_refused("nosuch", path);
    snprintf(path, sizeof path, "%s/config", root);
    setenv("XDG_CONFIG_HOME", path, 1);
    snprintf(path, sizeof path, "%s/home", root);
    setenv("XDG_DATA_HOME", path, 1);
}

static void test_not_found(void **state)
{
    char path[PATH_SIZE];

    (void)state;
    snprintf(path, sizeof path, "no theme \"nosuch\"; looked in %s/config/qmptop/themes, ",
             root);
    assert_refused("nosuch", path);
    assert_refused("nosuch", QMPTOP_DATADIR "/themes");
    assert_refused("./nosuch", "./nosuch: No such file or directory");
    assert_refused("nosuch.json", "nosuch.json: No such file or directory");
    assert_refused("", "no theme \"\"");
    assert_refused("a\033b", "no theme \"a\\x1bb\"");
}

/* ---- extends ---- */

static void test_extends(void **state)
{
    (void)state;
    put("data", "base",
        "{\"roles\": {\"title\": {\"fg\": 1, \"bold\": true}, "
        "\"need\": {\"fg\": 2}}}");
    put("home", "middle", "{\"extends\": \"base\", \"roles\": {\"title\": {\"fg\": 3}}}");
    struct theme theme = load(put("config", "top",
                                  "{\"roles\": {\"ok\": {\"fg\": 4}}, "
                                  "\"extends\": \"middle\"}"));

    assert_string_equal(theme.name, "top");
    assert_style(&theme, THEME_TITLE, 3, THEME_COLOUR_DEFAULT, 0);
    assert_style(&theme, THEME_NEED, 2, THEME_COLOUR_DEFAULT, 0);
    assert_style(&theme, THEME_OK, 4, THEME_COLOUR_DEFAULT, 0);
    assert_style(&theme, THEME_SELECT, THEME_COLOUR_DEFAULT, THEME_COLOUR_DEFAULT,
                 THEME_REVERSE);
}

/* The user's theme may build on the one it hides. */
static void test_extends_its_own_name_elsewhere(void **state)
{
    (void)state;
    put("data", "same", "{\"roles\": {\"need\": {\"fg\": 5}}}");
    put("config", "same", "{\"extends\": \"same\", \"roles\": {\"ok\": {\"fg\": 6}}}");
    struct theme theme = load("same");
    assert_style(&theme, THEME_NEED, 5, THEME_COLOUR_DEFAULT, 0);
    assert_style(&theme, THEME_OK, 6, THEME_COLOUR_DEFAULT, 0);
}

static void test_loops(void **state)
{
    char name[16], text[PATH_SIZE];

    (void)state;
    put("config", "self", "{\"extends\": \"self\"}");
    assert_refused("self", "theme \"self\" extends itself");
    put("config", "ping", "{\"extends\": \"pong\"}");
    put("config", "pong", "{\"extends\": \"ping\"}");
    assert_refused("ping", "theme \"ping\" extends itself");
    assert_refused("pong", "theme \"pong\" extends itself");
    snprintf(text, sizeof text, "{\"extends\": \"%s/config/qmptop/themes/path.json\"}", root);
    assert_refused(put("config", "path", text), "path.json\" extends itself");
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "long%d", i);
        snprintf(text, sizeof text, "{\n\"extends\": \"long%d\"}", i + 1);
        put("config", name, text);
    }
    assert_refused("long0", "long7.json:2:1: more than 8 themes extend each other");
}

static void test_extends_a_broken_one(void **state)
{
    (void)state;
    put("config", "broken", "{\"roles\": {\"tile\": {}}}");
    put("config", "above", "{\"extends\": \"broken\"}");
    assert_refused("above", "broken.json:1:12: unknown role \"tile\"");
    put("config", "above", "{\"extends\": \"nosuch\"}");
    assert_refused("above", "no theme \"nosuch\"; looked in ");
}

/* ---- listing ---- */

struct seen {
    int mono, normal, listed;
};

static void see(const char *name, const char *path, void *argument)
{
    struct seen *seen = argument;

    seen->mono += strcmp(name, "mono") == 0;
    seen->normal += strcmp(name, "default") == 0;
    if (strcmp(name, "listed") == 0) {
        seen->listed++;
        assert_non_null(strstr(path, "/home/qmptop/themes/listed.json"));
    }
}

static void test_list(void **state)
{
    struct seen seen = {0};

    (void)state;
    put("home", "listed", "{}");
    theme_list(see, &seen);
    assert_int_equal(seen.listed, 1);
    assert_in_range(seen.mono, 1, 2);
    assert_in_range(seen.normal, 1, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_themes),
        cmocka_unit_test(test_role_names),
        cmocka_unit_test(test_every_kind_of_value),
        cmocka_unit_test(test_every_role_has_its_name),
        cmocka_unit_test(test_mistakes_are_placed),
        cmocka_unit_test(test_order_of_search),
        cmocka_unit_test(test_default_folders_below_home),
        cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_extends),
        cmocka_unit_test(test_extends_its_own_name_elsewhere),
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_extends_a_broken_one),
        cmocka_unit_test(test_list),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
