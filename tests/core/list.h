#ifndef QMPTOP_TESTS_CORE_LIST_H
#define QMPTOP_TESTS_CORE_LIST_H

/*
 * list: a world (world.h) and the order of its rows. It does not know which order.
 */

#include "core/order.h"
#include "tests/core/world.h"

struct list {
    struct world *world;
    struct target *other; /* db-02; NULL = none */
    struct order order;
};

static inline int list_open(void **state, int (*world_begins)(void **state))
{
    struct list *list = calloc(1, sizeof(*list));
    void *world;

    assert_non_null(list);
    world_begins(&world);
    list->world = world;
    order_init(&list->order);
    *state = list;
    return 0;
}

static inline int list_teardown(void **state)
{
    struct list *list = *state;
    void *world = list->world;

    order_release(&list->order);
    free(list);
    return world_teardown(&world);
}

#endif
