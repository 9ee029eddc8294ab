/* How a link looks is one truth: the line of sockets, the list and the page of sockets. */

#include "core/visit.h"
#include "tests/core/world.h"
#include "tui/screens/target_facts.h"

struct look {
    const char *link;
    enum theme_role role;
    char mark;
};

static void assert_looks(const struct world *world, struct look expected)
{
    char state[LINK_LOOK_SIZE], retry[LINK_LOOK_SIZE];
    struct target_cells cells;

    link_look_words(world->target, world->now_ms, state, retry);
    target_facts_cells(&cells, world->target, world->now_ms);
    assert_string_equal(state, expected.link);
    assert_string_equal(cells.link, expected.link);
    assert_int_equal(cells.role, expected.role);
    assert_int_equal(cells.mark, expected.mark);
}

static void set_link(struct world *world, enum target_link link)
{
    target_set_link(world->target, link, "why", 0, world->now_ms);
    world_pass(world, 2000);
}

static void each_state_has_its_look(void **state)
{
    struct world *world = *state;

    assert_looks(world, (struct look){"ok", THEME_OK, ' '});
    set_link(world, TARGET_BUSY);
    assert_looks(world, (struct look){"BUSY 2s", THEME_BUSY, '!'});
    set_link(world, TARGET_FAILED);
    assert_looks(world, (struct look){"DOWN 4s", THEME_ERROR, '!'});
    set_link(world, TARGET_CLOSED);
    assert_looks(world, (struct look){"released", THEME_DIM, '~'});
    target_set_gone(world->target, true, world->now_ms);
    assert_looks(world, (struct look){"gone", THEME_DIM, ' '});
}

/* It is visited; "ok" is what who has summoned it waits for, and a key goes out only when the
 * new connection has told its jobs. */
static void a_summoned_socket_is_ok_when_a_key_can_go_out(void **state)
{
    struct world *world = *state;
    struct target *target = world->target;

    target->polite = true;
    set_link(world, TARGET_AWAY);
    assert_looks(world, (struct look){"visited", THEME_OK, ' '});
    assert_true(visit_summon(target, world->now_ms));
    assert_looks(world, (struct look){"connecting", THEME_BUSY, ' '});
    target_set_link(target, TARGET_UP, NULL, 0, world->now_ms);
    assert_false(target_is_at_hand(target));
    assert_looks(world, (struct look){"connecting", THEME_BUSY, ' '});
    world_jobs(world, NULL, 0);
    assert_true(target_is_at_hand(target));
    assert_looks(world, (struct look){"ok", THEME_OK, ' '});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTED_TEST(each_state_has_its_look),
        CONNECTED_TEST(a_summoned_socket_is_ok_when_a_key_can_go_out),
    };

    return cmocka_run_group_tests_name("link_look", tests, NULL, NULL);
}
