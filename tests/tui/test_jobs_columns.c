/* The columns of the list: which, in which order, and where words find room. */
#include "tui/screens/jobs_columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const struct jobs_widths names = {.vm = 8, .job = 12, .type = 6, .status = 9};
static const struct jobs_widths grouped = {
    .vm = 8, .job = 12, .type = 6, .status = 9, .grouped = true};

static struct jobs_columns chosen(const char *const *titles)
{
    struct jobs_columns columns = {.chosen = true};

    for (; *titles; titles++)
        assert_true(jobs_columns_choose(&columns, jobs_column_find(*titles)));
    return columns;
}

#define CHOSEN(...) chosen((const char *const[]){__VA_ARGS__, NULL})

static struct jobs_layout lay_out(struct jobs_columns columns, int width)
{
    struct jobs_layout layout;

    jobs_columns_layout(&columns, width, &names, &layout);
    return layout;
}

static bool is_shown(const struct jobs_layout *layout, enum jobs_column column)
{
    return layout->spans[column].width > 0;
}

static void assert_left_of(const struct jobs_layout *layout, enum jobs_column one,
                           enum jobs_column other)
{
    assert_true(is_shown(layout, one) && is_shown(layout, other));
    assert_true(layout->spans[one].x + layout->spans[one].width < layout->spans[other].x);
}

static void every_title_is_found(void **state)
{
    (void)state;
    for (enum jobs_column column = 0; column < JOBS_COLUMN_COUNT; column++)
        assert_int_equal(jobs_column_find(jobs_column_title(column)), column);
    assert_int_equal(jobs_column_find("rate"), JOBS_COLUMN_COUNT);
    assert_int_equal(jobs_column_find(""), JOBS_COLUMN_COUNT);
}

static void none_is_chosen_twice(void **state)
{
    struct jobs_columns columns = CHOSEN("ETA", "VM");

    (void)state;
    assert_false(jobs_columns_choose(&columns, JOBS_ETA));
    assert_int_equal(columns.count, 2);
}

static void the_group_column_is_there_only_for_groups(void **state)
{
    const struct jobs_columns usual = {.chosen = false};
    struct jobs_columns columns = CHOSEN("TYPE", "GRP");
    struct jobs_layout layout = lay_out(usual, 80);

    (void)state;
    assert_false(is_shown(&layout, JOBS_GROUP));
    jobs_columns_layout(&usual, 80, &grouped, &layout);
    assert_int_equal(layout.spans[JOBS_GROUP].width, 4);
    jobs_columns_layout(&columns, 80, &names, &layout);
    assert_false(is_shown(&layout, JOBS_GROUP));
    jobs_columns_layout(&columns, 80, &grouped, &layout);
    assert_left_of(&layout, JOBS_TYPE, JOBS_GROUP);
    columns = CHOSEN("TYPE");
    jobs_columns_layout(&columns, 80, &grouped, &layout);
    assert_false(is_shown(&layout, JOBS_GROUP));
}

/* Where it stands it keeps its cell: no reason runs over it. */
static void the_age_is_there_while_it_sorts_or_was_chosen(void **state)
{
    const struct jobs_columns usual = {.chosen = false};
    struct jobs_widths aged = names;
    struct jobs_columns columns = CHOSEN("TYPE", "RATE");
    struct jobs_layout layout = lay_out(usual, 200);

    (void)state;
    aged.aged = true;
    assert_false(is_shown(&layout, JOBS_AGE));
    for (int width = JOBS_NARROW; width < 200; width++) {
        jobs_columns_layout(&usual, width, &aged, &layout);
        assert_int_equal(layout.spans[JOBS_AGE].width, 5);
        assert_true(layout.words.x + layout.words.width < layout.spans[JOBS_AGE].x);
    }
    layout = lay_out(columns, 80);
    assert_false(is_shown(&layout, JOBS_AGE));
    jobs_columns_layout(&columns, 80, &aged, &layout);
    assert_left_of(&layout, JOBS_RATE, JOBS_AGE);
    layout = lay_out(CHOSEN("AGE", "TYPE"), 80);
    assert_left_of(&layout, JOBS_AGE, JOBS_TYPE);
}

/* Usually reasons stand between STATUS and NOW, their end under that of ETA. */
static void the_usual_line(void **state)
{
    struct jobs_layout layout = lay_out((struct jobs_columns){.chosen = false}, 80);

    (void)state;
    assert_left_of(&layout, JOBS_STATUS, JOBS_PROGRESS);
    assert_false(is_shown(&layout, JOBS_DONE) || is_shown(&layout, JOBS_VERDICT));
    assert_int_equal(layout.words.x, layout.spans[JOBS_PROGRESS].x);
    assert_int_equal(layout.words.x + layout.words.width, 80);
    layout = lay_out((struct jobs_columns){.chosen = false}, 160);
    assert_left_of(&layout, JOBS_ETA, JOBS_VERDICT);
    assert_int_equal(layout.words.x + layout.words.width, layout.spans[JOBS_VERDICT].x - 1);
    layout = lay_out((struct jobs_columns){.chosen = false}, 118);
    assert_int_equal(layout.words.x + layout.words.width,
                     layout.spans[JOBS_ETA].x + layout.spans[JOBS_ETA].width);
}

static void columns_stand_as_they_are_named(void **state)
{
    struct jobs_layout layout = lay_out(CHOSEN("ETA", "TYPE", "%"), 80);

    (void)state;
    assert_left_of(&layout, JOBS_VM, JOBS_JOB);
    assert_left_of(&layout, JOBS_JOB, JOBS_STATUS);
    assert_left_of(&layout, JOBS_STATUS, JOBS_ETA);
    assert_left_of(&layout, JOBS_ETA, JOBS_TYPE);
    assert_left_of(&layout, JOBS_TYPE, JOBS_PERCENT);
    assert_false(is_shown(&layout, JOBS_PROGRESS) || is_shown(&layout, JOBS_RATE));
}

static void the_obligatory_ones_can_be_moved_but_not_left_out(void **state)
{
    struct jobs_layout layout = lay_out(CHOSEN("STATUS", "%", "JOB"), 80);

    (void)state;
    assert_left_of(&layout, JOBS_VM, JOBS_STATUS);
    assert_left_of(&layout, JOBS_STATUS, JOBS_PERCENT);
    assert_left_of(&layout, JOBS_PERCENT, JOBS_JOB);
    layout = lay_out((struct jobs_columns){.chosen = true}, 80);
    assert_left_of(&layout, JOBS_VM, JOBS_JOB);
    assert_left_of(&layout, JOBS_JOB, JOBS_STATUS);
    assert_false(is_shown(&layout, JOBS_TYPE));
}

/* Columns that wide screens have by themselves need not wait for one when asked for. */
static void what_is_named_needs_room_alone(void **state)
{
    struct jobs_layout layout = lay_out(CHOSEN("DONE", "TOTAL", "NOW"), 80);

    (void)state;
    assert_left_of(&layout, JOBS_DONE, JOBS_TOTAL);
    assert_left_of(&layout, JOBS_TOTAL, JOBS_VERDICT);
    layout = lay_out(CHOSEN("DONE", "TOTAL", "NOW"), 60);
    assert_false(is_shown(&layout, JOBS_VERDICT));
}

/* Where no figure is, the words take the free end of the line. */
static void words_find_the_widest_free_stretch(void **state)
{
    struct jobs_layout layout = lay_out(CHOSEN("TYPE"), 80);

    (void)state;
    assert_int_equal(layout.words.x,
                     layout.spans[JOBS_TYPE].x + layout.spans[JOBS_TYPE].width + 1);
    assert_int_equal(layout.words.x + layout.words.width, 80);
    layout = lay_out(CHOSEN("%"), 200);
    assert_int_equal(layout.words.x, layout.spans[JOBS_PERCENT].x);
    assert_true(layout.words.width >= 40);
    layout = lay_out(CHOSEN("JOB", "PROGRESS", "RATE", "NOW", "ETA"), 120);
    assert_int_equal(layout.words.x, layout.spans[JOBS_PROGRESS].x);
    assert_int_equal(layout.words.x + layout.words.width, layout.spans[JOBS_VERDICT].x - 1);
}

/* Whatever is chosen, whatever the width: words never cover what says who it is. */
static void words_cover_figures_only(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 400; seed++) {
        struct jobs_columns columns = {.chosen = true};
        for (unsigned pick = seed * 2654435761u; pick > 0; pick /= 13)
            (void)(pick % 13 < JOBS_COLUMN_COUNT &&
                   jobs_columns_choose(&columns, (enum jobs_column)(pick % 13)));
        for (int width = JOBS_NARROW; width < 200; width += 7) {
            struct jobs_layout layout;
            jobs_columns_layout(&columns, width, &grouped, &layout);
            for (enum jobs_column column = 0; column < JOBS_COLUMN_COUNT; column++) {
                const struct table_span *span = &layout.spans[column];
                bool apart = span->x + span->width <= layout.words.x ||
                             layout.words.x + layout.words.width <= span->x;
                assert_true(span->width == 0 || jobs_column_is_figure(column) || apart);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_title_is_found),
        cmocka_unit_test(none_is_chosen_twice),
        cmocka_unit_test(the_group_column_is_there_only_for_groups),
        cmocka_unit_test(the_age_is_there_while_it_sorts_or_was_chosen),
        cmocka_unit_test(the_usual_line),
        cmocka_unit_test(columns_stand_as_they_are_named),
        cmocka_unit_test(the_obligatory_ones_can_be_moved_but_not_left_out),
        cmocka_unit_test(what_is_named_needs_room_alone),
        cmocka_unit_test(words_find_the_widest_free_stretch),
        cmocka_unit_test(words_cover_figures_only),
    };

    return cmocka_run_group_tests_name("jobs_columns", tests, NULL, NULL);
}
