/*
 * The nth allocation of core/, and of feed above it, fails: the process ends through the
 * one function of mem.h, with its handler called once; or what could do without goes on,
 * and leaves nothing over. Each n is tried in a child of its own.
 */

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/core/world.h"

#include "core/errand.h"
#include "core/mem.h"
#include "core/order.h"
#include "qmp/feed_answer.h"
#include "qmp/feed_event.h"
#include "qmp/feed_links.h"
#include "tests/torture/torture.h"

#define N_MAX 20000

/* How a child ends. */
enum { UNTOUCHED = 0, SURVIVED = 10, LEFT_OVER = 11, ENDED = 77 };

static unsigned long nth; /* allocation that fails */

/* Whoever writes something at the end of a process finds memory again. */
static void leave(void)
{
    torture_end();
    _exit(ENDED);
}

/* What a test itself needs is there by then. */
static void begin(void)
{
    torture_allocations(nth, nth % 2 == 0);
}

/* ---- a life of a fleet ---- */

static void hear_reply(struct world *world, enum target_query query, const char *text)
{
    struct message message;
    if (!message_parse(&message, text, strlen(text)))
        abort();
    target_asked(world->target, query, world->now_ms);
    bool usable = feed_answer(world->target, query, &message, world->now_ms);
    target_answered(world->target, query, usable, world->now_ms);
    message_release(&message);
}

static void hear_event(struct world *world, const char *text)
{
    struct message message;
    if (!message_parse(&message, text, strlen(text)))
        abort();
    feed_event(world->target, &message, world->now_ms);
    message_release(&message);
}

#define JOB(id, type, status)                                                     \
    "{\"id\": \"" id "\", \"type\": \"" type "\", \"status\": \"" status "\", "   \
    "\"current-progress\": 5, \"total-progress\": 9}"
#define STATUS(id, status)                                                        \
    "{\"event\": \"JOB_STATUS_CHANGE\", \"timestamp\": {\"seconds\": 1, "         \
    "\"microseconds\": 2}, \"data\": {\"id\": \"" id "\", \"status\": \"" status "\"}}"

static void learn(struct world *world)
{
    hear_reply(world, TARGET_ASK_COMMANDS,
               "{\"return\": [{\"name\": \"job-pause\"}, {\"name\": \"query-jobs\"}, "
               "{\"name\": \"query-name\"}, {\"name\": \"query-block-jobs\"}, "
               "{\"name\": \"migrate_cancel\"}, {\"name\": \"job-cancel\"}], \"id\": 1}");
    hear_reply(world, TARGET_ASK_NAME, "{\"return\": {\"name\": \"web\"}, \"id\": 2}");
    hear_reply(world, TARGET_ASK_STATUS, "{\"return\": {\"status\": \"running\"}, \"id\": 3}");
    hear_reply(world, TARGET_ASK_JOBS,
               "{\"return\": [" JOB("a", "mirror", "running") ", " JOB("b", "backup", "ready")
                   ", " JOB("c", "stream", "paused") ", " JOB("d", "commit", "pending")
                   ", " JOB("e", "amend", "running") ", " JOB("f", "create", "running")
                   ", " JOB("g", "mirror", "standby") ", " JOB("h", "mirror", "waiting")
                   ", " JOB("i", "odd", "odder") ", " JOB("j", "mirror", "running")
                   "], \"id\": 4}");
    hear_reply(world, TARGET_ASK_BLOCK,
               "{\"return\": [{\"device\": \"a\", \"type\": \"mirror\", \"len\": 9, "
               "\"offset\": 5, \"speed\": 7, \"io-status\": \"nospace\", \"busy\": true, "
               "\"paused\": false, \"ready\": false, \"status\": \"running\", "
               "\"auto-finalize\": true, \"auto-dismiss\": true}], \"id\": 5}");
    hear_reply(world, TARGET_ASK_MIGRATE,
               "{\"return\": {\"status\": \"active\", \"total-time\": 9, \"ram\": {"
               "\"transferred\": 1, \"remaining\": 5, \"total\": 9, \"duplicate\": 0, "
               "\"normal\": 1, \"normal-bytes\": 4096, \"dirty-pages-rate\": 0, \"mbps\": 1, "
               "\"dirty-sync-count\": 1, \"page-size\": 4096}}, \"id\": 6}");
}

static void live_on(struct world *world)
{
    struct action_check check;
    struct errand_item items[3];
    if (world->target->job_count < 3) /* the list of jobs could not be read */
        return;
    for (size_t i = 0; i < 3; i++)
        items[i] = (struct errand_item){.uid = world->target->jobs[i]->uid};
    action_send(&world->fleet, world->target->jobs[0]->uid, VERB_PAUSE, 0, world->now_ms,
                &check);
    action_replied(&world->fleet, world->sent_serial, "Job is busy", world->now_ms);
    errand_begin(world->fleet.errand, VERB_PAUSE, 0, items, 3);
    errand_run(world->fleet.errand, &world->fleet, world->now_ms);
    hear_event(world, STATUS("a", "paused"));
    hear_event(world, STATUS("new", "created"));
    hear_event(world, STATUS("new", "running"));
    hear_event(world, STATUS("b", "concluded"));
    hear_event(world, STATUS("b", "null"));
    hear_event(world, "{\"event\": \"BLOCK_JOB_ERROR\", \"data\": {\"device\": \"a\", "
                      "\"operation\": \"write\", \"action\": \"stop\"}}");
    hear_event(world, "{\"event\": \"BLOCK_JOB_COMPLETED\", \"data\": {\"device\": \"c\", "
                      "\"type\": \"stream\", \"len\": 9, \"offset\": 9, \"speed\": 0, "
                      "\"error\": \"no\"}}");
    for (int i = 0; i < 5; i++)
        world_pass(world, 1000);
    hear_reply(world, TARGET_ASK_JOBS, "{\"return\": [" JOB("a", "mirror", "running") "]}");
    world_cut(world);
    world_pass(world, 1000);
    world_connect(world);
}

static void look_at_it(struct world *world)
{
    struct order order;
    struct order_spec spec = {.key = ORDER_BY_RATE, .filter = "!running mir"};
    order_init(&order);
    order_update(&order, &world->fleet, false, world->now_ms);
    order_ask(&order, &spec);
    order_update(&order, &world->fleet, false, world->now_ms);
    order_release(&order);
}

static void fleet_life(void)
{
    void *state;
    world_setup(&state);
    begin();
    learn(state);
    live_on(state);
    look_at_it(state);
    fleet_release(&((struct world *)state)->fleet);
}

static int64_t clock_ms(void)
{
    return 1000;
}

static void links_life(void)
{
    static const char *const endpoints[] = {"a=/nowhere/a.qmp", "/nowhere/b.qmp",
                                            "127.0.0.1:1", "wrong://x"};
    struct fleet fleet;
    struct feed_links links;
    char error[256];
    struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    begin();
    fleet_init(&fleet);
    feed_links_init(&links, &fleet, loop, clock_ms);
    for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++)
        feed_links_add(&links, endpoints[i], error);
    feed_links_open(&links);
    ev_run(loop, EVRUN_NOWAIT);
    feed_links_close(&links);
    feed_links_release(&links);
    fleet_release(&fleet);
    ev_loop_destroy(loop);
}

/* ---- torture ---- */

static int end_of_child(void (*life)(void), unsigned long n)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        mem_on_exhausted(leave);
        nth = n;
        signal(SIGSEGV, SIG_DFL); /* cmocka's own handler would exit */
        life();
        bool failed = torture_end();
        _exit(torture_held() != 0 ? LEFT_OVER : failed ? SURVIVED : UNTOUCHED);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status))
        fail_msg("allocation %lu: ended by signal %d", n, WTERMSIG(status));
    return WEXITSTATUS(status);
}

/* All of the first hundred, then ever fewer. */
static void torture(void (*life)(void))
{
    unsigned long n = 1;
    size_t ended = 0;
    for (int end = ENDED; end != UNTOUCHED; n += 1 + n / 100) {
        assert_true(n < N_MAX);
        end = end_of_child(life, n);
        ended += end == ENDED;
        if (end != ENDED && end != SURVIVED && end != UNTOUCHED)
            fail_msg("allocation %lu: the child ended with %d", n, end);
    }
    print_message("%lu allocations, ended by %zu of those tried\n", n, ended);
    assert_true(ended > 0);
}

static void test_fleet(void **state)
{
    (void)state;
    torture(fleet_life);
}

static void test_links(void **state)
{
    (void)state;
    torture(links_life);
}

/* Without a handler abort() ends it, and nothing else. */
static void test_without_a_handler(void **state)
{
    int status;
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        mem_on_exhausted(NULL);
        torture_allocations(1, true);
        free(mem_dup("text"));
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* The handler finds the reserve: it can take memory though there is none left. */
static void take_and_leave(void)
{
    torture_end();
    _exit(malloc(MEM_RESERVE / 2) != NULL ? ENDED : LEFT_OVER);
}

static void test_the_library_allocator(void **state)
{
    int status;
    (void)state;
    char *text = mem_allocator(NULL, 5);
    strcpy(text, "abcd");
    text = mem_allocator(text, 5000);
    assert_string_equal(text, "abcd");
    assert_null(mem_allocator(text, 0));
    pid_t pid = fork();
    if (pid == 0) {
        mem_on_exhausted(take_and_leave);
        torture_allocations(1, true);
        mem_allocator(NULL, 100);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == ENDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fleet),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_without_a_handler),
        cmocka_unit_test(test_the_library_allocator),
    };
    return cmocka_run_group_tests_name("memory_core", tests, NULL, NULL);
}
