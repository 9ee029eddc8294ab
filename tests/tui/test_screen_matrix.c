/*
 * Every screen, at every size, on every kind of terminal, in UTF-8 and without, with
 * colour and without: the same text. Consoles of all kinds stand side by side before
 * QEMUs that are alike, get the same keys and sizes, and have to agree.
 */

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/console.h"
#include "tests/support/fake_qmp.h"
#include "tests/support/folder.h"

#define MIB (1024ull * 1024)

/* None of them moves, and none will come to need somebody while the test looks. */
static const struct fake_job jobs[] = {
    {.id = "mirror-virtio0",
     .type = "mirror",
     .status = "ready",
     .current = 60 * MIB,
     .total = 60 * MIB},
    {.id = "commit-top",
     .type = "commit",
     .status = "concluded",
     .current = 12 * MIB,
     .total = 40 * MIB,
     .error = "Input/output error",
     .keeps = true},
    {.id = "stream-node3",
     .type = "stream",
     .status = "paused",
     .current = 10 * MIB,
     .total = 40 * MIB,
     .block_paused = true},
    {.id = "frobnicate7",
     .type = "frobnicate",
     .status = "pondering",
     .current = 16,
     .total = 40},
};

/* A live migration, whose guest stands still. */
static const char migration[] =
    "{\"status\": \"pre-switchover\", \"total-time\": 9000, \"expected-downtime\": 900, "
    "\"ram\": {\"total\": 1073741824, \"transferred\": 1288490188, \"remaining\": 1048576, "
    "\"mbps\": 838.8608, \"page-size\": 4096, \"dirty-pages-rate\": 30, "
    "\"dirty-sync-count\": 2}}";

static const char *const terms[] = {"xterm-256color", "xterm",  "vt100",
                                    "linux",          "screen", "tmux-256color"};

#define TERM_COUNT (sizeof terms / sizeof terms[0])
#define FACES_MAX  (2 * TERM_COUNT)

/* The smallest is only to be survived: curses reaches the last corner of a screen by ways
 * that some terminals have no room for there. */
static const struct size {
    int rows, columns;
} sizes[] = {{24, 80}, {50, 160}, {200, 500}, {30, 100}, {10, 40},
             {5, 20},  {1, 1},    {2, 3},     {24, 80}};

#define SIZE_COUNT (sizeof sizes / sizeof sizes[0])

/* One console of a kind, and the QEMU before it. */
struct face {
    const char *term, *locale;
    bool colour;
    struct fake_qmp *fake;
    struct console *console;
    char *essence; /* of its screen when `traffic` bytes had come */
    size_t traffic;
    size_t before; /* traffic when the keys or the size were sent that it has to heed */
};

static struct pump pump;
static struct face faces[FACES_MAX];
static size_t face_count;
static char folder[FOLDER_SIZE];

static struct pty *terminal(const struct face *face)
{
    return console_pty(face->console);
}

/* ---- what is compared ---- */

static bool is_unit(const char *c)
{
    return strchr("smhd", *c) != NULL && !isalpha((unsigned char)c[1]);
}

/* Numbers, their units of time and the distance before them change by themselves: all
 * of it is one '0'. */
static char *essence_of(const char *screen)
{
    char *text = calloc(1, strlen(screen) + 1), *end = text;
    assert_non_null(text);
    for (const char *c = screen; *c != '\0'; c++) {
        bool number = c > screen && isdigit((unsigned char)c[-1]);
        bool varies = strchr(" -.", *c) != NULL || isdigit((unsigned char)*c) ||
                      (number && is_unit(c)) ||
                      (number && *c == 'm' && isdigit((unsigned char)c[1]));
        if (!varies)
            *end++ = *c;
        else if (end == text || end[-1] != '0')
            *end++ = '0';
    }
    return text;
}

static const char *essence(struct face *face)
{
    size_t traffic = pty_traffic(terminal(face));
    if (face->essence == NULL || face->traffic != traffic) {
        free(face->essence);
        face->essence = essence_of(console_screen(face->console));
        face->traffic = traffic;
    }
    return face->essence;
}

/* ---- all of them at once ---- */

static void start(struct face *face, size_t number, int rows, int columns)
{
    char path[FOLDER_SIZE + 16], endpoint[FOLDER_SIZE + 40];
    snprintf(path, sizeof path, "%s/%02zu.qmp", folder, number);
    snprintf(endpoint, sizeof endpoint, "web-01=%s", path);
    face->fake = fake_qmp_unix(&pump, path);
    fake_qmp_model(face->fake);
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        fake_qmp_job(face->fake, &jobs[i]);
    fake_qmp_answers(face->fake, "query-migrate", migration);
    face->console = console_start(
        &pump,
        &(struct console_options){.rows = rows,
                                  .columns = columns,
                                  .term = face->term,
                                  .locale = face->locale,
                                  .environment = face->colour ? NULL : "NO_COLOR=1"},
        (const char *[]){endpoint, NULL});
}

static void start_all(const char *locale)
{
    folder_make(folder);
    for (face_count = 0; face_count < FACES_MAX; face_count++) {
        struct face *face = &faces[face_count];
        *face = (struct face){
            .term = terms[face_count / 2], .locale = locale, .colour = face_count % 2 == 0};
        start(face, face_count, sizes[0].rows, sizes[0].columns);
    }
}

static int end_all(void **state)
{
    (void)state;
    while (face_count > 0) {
        struct face *face = &faces[--face_count];
        console_end(face->console);
        fake_qmp_free(face->fake);
        free(face->essence);
    }
    pump = (struct pump){.count = 0};
    folder_remove(folder);
    return 0;
}

static void press_all(const char *keys)
{
    for (size_t i = 0; i < face_count; i++) {
        faces[i].before = pty_traffic(terminal(&faces[i]));
        console_press(faces[i].console, keys);
    }
}

static void resize_all(const struct size *size)
{
    for (size_t i = 0; i < face_count; i++) {
        faces[i].before = pty_traffic(terminal(&faces[i]));
        free(faces[i].essence);
        faces[i].essence = NULL;
        pty_resize(terminal(&faces[i]), size->rows, size->columns);
    }
}

struct wanted {
    const char *cue; /* NULL: where there is no room for it */
    bool heeded;     /* something must have come since */
};

static bool has_come(struct face *face, const struct wanted *wanted)
{
    if (wanted->heeded && pty_traffic(terminal(face)) == face->before)
        return false;
    return wanted->cue == NULL || console_find(face->console, wanted->cue, NULL) >= 0;
}

static bool agree(void *ctx)
{
    for (size_t i = 0; i < face_count; i++)
        if (!has_come(&faces[i], ctx) || strcmp(essence(&faces[i]), essence(&faces[0])) != 0)
            return false;
    return true;
}

static void say_who_differs(const struct wanted *wanted)
{
    for (size_t i = 0; i < face_count; i++) {
        struct face *face = &faces[i];
        if (i > 0 && has_come(face, wanted) && strcmp(essence(face), essence(&faces[0])) == 0)
            continue;
        fprintf(stderr, "%s, %s:\n%s", face->term, face->colour ? "colour" : "no colour",
                console_screen(face->console));
    }
}

/* No colours were asked for, nor anything but ASCII. */
static void assert_modest(struct face *face)
{
    struct grid *grid = pty_grid(terminal(face));
    for (int row = 0; !face->colour && row < grid_rows(grid); row++)
        for (int col = 0; col < grid_cols(grid); col++) {
            struct grid_cell cell = grid_cell(grid, row, col);
            assert_int_equal(cell.fg, GRID_COLOUR_DEFAULT);
            assert_int_equal(cell.bg, GRID_COLOUR_DEFAULT);
        }
    const char *bytes = pty_bytes(terminal(face));
    for (const char *c = bytes; strcmp(face->locale, "C") == 0 && *c != '\0'; c++)
        assert_true((unsigned char)*c < 0x80);
}

static void await_agreement(const char *cue, bool heeded)
{
    struct wanted wanted = {cue, heeded};
    if (!pump_until(&pump, agree, &wanted, CONSOLE_MS)) {
        say_who_differs(&wanted);
        fail_msg("they do not agree on \"%s\"", cue != NULL ? cue : "");
    }
    for (size_t i = 0; i < face_count; i++)
        assert_modest(&faces[i]);
}

/* ---- the screens ---- */

/* One after the other. `cue` is there where there are 40 columns and 10 rows, `lit` is so
 * when the box is no longer deaf. */
static const struct screen_case {
    const char *open, *cue, *close, *lit;
} screens[] = {
    {NULL, "mirror-virtio0", NULL, NULL},
    {"\r", "Esc", "\033", "Esc  back"},
    {"c", "CANCEL mirror-virtio0", "\033", "Type  web-01"},
    {"i", "60 MiB", "q", NULL},
    {"e", "EVENTS", "q", NULL},
    {"v", "SOCKETS", "q", NULL},
    {"?", "HELP", "q", NULL},
    {"/migr\r", "mirror-virtio0", NULL, NULL},
    {"i", "web-01  migration", "q", NULL},
};

static void walk_the_sizes(const struct screen_case *screen)
{
    for (size_t i = 1; i < SIZE_COUNT; i++) {
        bool roomy = sizes[i].rows >= 10;
        resize_all(&sizes[i]);
        if (sizes[i].columns > 1)
            await_agreement(roomy ? screen->cue : NULL, roomy);
    }
}

static void walk_the_screens(const char *locale)
{
    start_all(locale);
    await_agreement("Input/output error", false);
    for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
        if (screens[i].open != NULL) {
            press_all(screens[i].open);
            await_agreement(screens[i].cue, true);
        }
        walk_the_sizes(&screens[i]);
        for (size_t k = 0; k < face_count && screens[i].lit != NULL; k++)
            console_await_lit(faces[k].console, screens[i].lit);
        if (screens[i].close != NULL) {
            press_all(screens[i].close);
            await_agreement("Enter actions", true);
        }
    }
    press_all("q");
    for (size_t i = 0; i < face_count; i++) {
        assert_int_equal(console_await_end(faces[i].console), 0);
        assert_null(pty_not_put_back(terminal(&faces[i])));
    }
}

static void test_utf8(void **state)
{
    (void)state;
    walk_the_screens("C.UTF-8");
}

static void test_ascii(void **state)
{
    (void)state;
    walk_the_screens("C");
}

/* Where colours are wanted and there are some, they are used. */
static void test_colours(void **state)
{
    (void)state;
    start_all("C.UTF-8");
    await_agreement("Input/output error", false);
    for (size_t i = 0; i < face_count; i++) {
        struct grid *grid = pty_grid(terminal(&faces[i]));
        int row, col;
        assert_true(grid_find(grid, "CONCLUDED", &row, &col));
        bool coloured = grid_cell(grid, row, col).fg != GRID_COLOUR_DEFAULT;
        assert_int_equal(coloured, faces[i].colour && strcmp(faces[i].term, "vt100") != 0);
    }
}

/* A screen that came to its size looks as one that began with it. */
static void test_begun_at_that_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        const char *cue = sizes[i].rows >= 10 ? "mirror-virtio0" : NULL;
        folder_make(folder);
        for (face_count = 0; face_count < 2; face_count++) {
            struct face *face = &faces[face_count];
            *face = (struct face){.term = terms[0], .locale = "C.UTF-8", .colour = true};
            start(face, face_count, face_count == 0 ? sizes[i].rows : 33,
                  face_count == 0 ? sizes[i].columns : 99);
            console_await(face->console, cue != NULL || face_count == 1 ? "mirror-virtio0" : "",
                          NULL);
        }
        pty_resize(terminal(&faces[1]), sizes[i].rows, sizes[i].columns);
        await_agreement(cue, false);
        end_all(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_utf8, end_all),
        cmocka_unit_test_teardown(test_ascii, end_all),
        cmocka_unit_test_teardown(test_colours, end_all),
        cmocka_unit_test_teardown(test_begun_at_that_size, end_all),
    };
    return cmocka_run_group_tests_name("screen_matrix", tests, NULL, NULL);
}
