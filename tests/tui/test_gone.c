/* A socket that is gone and missed by nobody: on the page of sockets only, and no trouble. */

#include "tests/tui/desk.h"
#include "tui/screens/jobs_lines.h"
#include "tui/screens/target_facts.h"

static struct target *add_failed(struct desk *desk)
{
    struct world *world = desk->world;
    struct target *target = fleet_add(&world->fleet, "ci-17", false, "/ci-17", world->now_ms);

    target_set_link(target, TARGET_FAILED, "no such file", 0, world->now_ms);
    return target;
}

static struct jobs_lines lines_of(struct desk *desk)
{
    struct order order;
    struct jobs_lines lines;

    order_init(&order);
    jobs_lines_init(&lines);
    order_update(&order, &desk->world->fleet, false, desk->world->now_ms);
    jobs_lines_build(&lines, &desk->world->fleet, &order, true);
    order_release(&order);
    return lines;
}

static void it_is_no_trouble(void **state)
{
    struct desk *desk = *state;
    struct target *target = add_failed(desk);
    struct jobs_lines lines = lines_of(desk);

    assert_int_equal(lines.troubled, 1);
    jobs_lines_release(&lines);
    target_set_gone(target, true, desk->world->now_ms);
    lines = lines_of(desk);
    assert_int_equal(lines.troubled, 0);
    jobs_lines_release(&lines);
    desk_paint(desk);
}

static void it_is_told_on_the_page_of_sockets(void **state)
{
    struct desk *desk = *state;
    struct target *target = add_failed(desk);
    struct target_cells cells;

    target_facts_cells(&cells, target, desk->world->now_ms);
    assert_int_equal(cells.mark, '!');
    target_set_gone(target, true, desk->world->now_ms);
    target_set_link(target, TARGET_CLOSED, NULL, 0, desk->world->now_ms);
    target_facts_cells(&cells, target, desk->world->now_ms);
    assert_string_equal(cells.link, "gone");
    assert_int_equal(cells.mark, ' ');
    desk_type(desk, "vGd");
    desk_assert_says(desk, "ci-17 is gone");
}

static void the_list_says_when_all_are(void **state)
{
    struct desk *desk = *state;

    target_set_link(desk->world->target, TARGET_FAILED, "no such file", 0, desk->world->now_ms);
    target_set_gone(desk->world->target, true, desk->world->now_ms);
    struct jobs_lines lines = lines_of(desk);
    assert_string_equal(lines.items[0].note,
                        "No QMP socket is there any more; looking again every few seconds.");
    jobs_lines_release(&lines);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)
    const struct CMUnitTest tests[] = {
        TEST(it_is_no_trouble),
        TEST(it_is_told_on_the_page_of_sockets),
        TEST(the_list_says_when_all_are),
    };

    return cmocka_run_group_tests_name("gone", tests, NULL, NULL);
}
