/*
 * A QEMU of a few jobs and one migration, kept here in a handful of lines, speaks to a
 * client and its feed: states change, events and answers come in pieces, late, twice, to
 * nobody, with any bytes in between, connections are refused and end, and meanwhile a person
 * presses verbs and pulls levers. What is sent is what was pressed, for that job, and at once
 * or never; while the QEMU is honest it is for a state that it told of. Once it is quiet and
 * the connection is an honest one, the target shows exactly the jobs and the migration that
 * this QEMU has, and no action waits for an answer.
 *
 * Input: a program, one act a byte, its arguments behind it.
 */

#include <stdbool.h>
#include <string.h>

#include "core/fleet.h"
#include "core/job.h"
#include "core/roster.h"
#include "qmp/command.h"
#include "qmp/feed.h"
#include "qmp/feed_answer.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/sim.h"
#include "tests/fuzz/wire.h"

#define RETRY_MS 40000 /* longer than every wait for a next try */
#define QUIET_MS 60000 /* and than every poll and hold behind it */
#define TURN_MS  1000

/* ---- the connection and time ---- */

static void greet(void)
{
    sim.dishonest = false;
    sim.plan.uid = 0;
    for (size_t i = 0; i < JOBS; i++)
        sim.jobs[i].told = 0;
    wire_accept();
    say("{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "
        "\"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n");
}

static void fire(ev_timer *timer)
{
    if (!ev_is_active(timer))
        return;
    ev_timer_stop(sim.feed.client.loop, timer);
    ev_invoke(sim.feed.client.loop, timer, EV_TIMER);
}

/* As the program's loop does it; a timer that comes early looks at its time. */
static void pass(int64_t ms)
{
    sim.now_ms += ms;
    fleet_tick(&sim.fleet, sim.now_ms);
    fire(&sim.feed.client.timer);
    fire(&sim.feed.timer);
    feed_pump(&sim.feed);
}

static void connect_anew(void)
{
    wire_end(TRANSPORT_CLOSED_BY_PEER);
    feed_start(&sim.feed);
    for (int64_t waited = 0; !wire_is_connecting(); waited += TURN_MS) {
        FUZZ_CHECK(waited < RETRY_MS);
        pass(TURN_MS);
    }
    greet();
}

/* ---- the person ---- */

static bool send_action(void *ctx, const struct action *action)
{
    (void)ctx;
    return feed_send(&sim.feed, action);
}

/* The place of the job with this id; JOBS = it is none that this QEMU ever had. */
static size_t place_of(const char *id)
{
    size_t i = 0;

    while (i < JOBS && strcmp(id, i == 2 ? "\033[2J" : ids[i]) != 0)
        i++;
    return i;
}

static bool can_be_meant(enum verb verb, const struct sim_job *job)
{
    for (size_t i = 0; i < STATUSES; i++)
        if (job->told & 1u << i && verb_status_accepts(verb, job_status_parse(statuses[i])))
            return true;
    return false;
}

/* The one line that came is that command for that job. */
static void check_sent(const char *sent, enum verb verb, const char *id)
{
    char line[LINE_MAX], name[64], text[256], wanted[256];
    size_t job = place_of(id);

    FUZZ_CHECK(strlen(sent) < sizeof(line));
    strcpy(line, sent);
    FUZZ_CHECK(strchr(line, '\n') == line + strlen(line) - 1);
    FUZZ_CHECK(sscanf(line, "{\"execute\":\"%63[^\"]\"", name) == 1);
    FUZZ_CHECK(strcmp(name, command_name(feed_verb_command(verb))) == 0);
    if (job == JOBS)
        return;
    text_behind(line,
                strncmp(name, "block-job-c", 11) != 0 && strstr(name, "block") == NULL
                    ? "\"arguments\":{\"id\":"
                : strcmp(name, "block-job-change") == 0 ? "\"id\":"
                                                        : "\"device\":",
                text);
    snprintf(wanted, sizeof(wanted), "\"%s\"", ids[job]);
    FUZZ_CHECK(strcmp(text, wanted) == 0);
}

static void press(uint64_t uid, enum verb verb)
{
    struct action_check check;
    const struct job *job = fleet_job(&sim.fleet, uid, NULL);
    size_t before = wire.len;
    const struct action *action =
        action_send(&sim.fleet, uid, verb, 1 << 20, sim.now_ms, &check);

    if (action == NULL) {
        FUZZ_CHECK(wire.len == before);
        return;
    }
    FUZZ_CHECK(job != NULL && wire_is_open() && wire.len > before);
    check_sent(wire.sent + before, verb, job->id);
    size_t at = place_of(job->id);
    if (sim.dishonest)
        return;
    FUZZ_CHECK(at < JOBS && can_be_meant(verb, &sim.jobs[at]));
    if (sim.plan.uid == uid)
        FUZZ_CHECK(sim.jobs[at].told_ends == sim.plan.told_ends);
}

static void press_any(struct fuzz_input *input)
{
    size_t at = fuzz_byte(input);
    enum verb verb = (enum verb)(fuzz_byte(input) % VERB_COUNT);

    if (sim.target->job_count == 0)
        return;
    press(sim.target->jobs[at % sim.target->job_count]->uid, verb);
}

/* A box is opened, or the one that is there is answered. */
static void plan_or_do(struct fuzz_input *input)
{
    size_t at = fuzz_byte(input);

    if (sim.plan.uid != 0) {
        press(sim.plan.uid, sim.plan.verb);
        sim.plan.uid = 0;
    } else if (sim.target->living_count > 0) {
        const struct job *job = sim.target->living[at % sim.target->living_count];
        size_t place = place_of(job->id);

        if (place < JOBS)
            sim.plan = (struct plan){job->uid, (enum verb)(fuzz_byte(input) % VERB_COUNT),
                                     place, sim.jobs[place].told_ends};
    }
}

static void pull(struct fuzz_input *input)
{
    enum lever lever = (enum lever)(fuzz_byte(input) % LEVER_COUNT);
    const struct migration *migration = &sim.target->migration;
    struct lever_check check;
    size_t before = wire.len;
    bool postcopy = migration->status == MIGRATION_POSTCOPY_ACTIVE ||
                    migration->status == MIGRATION_POSTCOPY_PAUSED;
    const char *name = command_name(feed_lever_command(lever, migration->incoming));
    const struct action *action = action_pull(&sim.fleet, sim.target, migration->uid, lever,
                                              1000, "tcp:h:1", sim.now_ms, &check);

    FUZZ_CHECK((action != NULL) == (wire.len > before));
    if (action == NULL)
        return;
    FUZZ_CHECK(strstr(wire.sent + before, name) ==
               wire.sent + before + strlen("{\"execute\":\""));
    FUZZ_CHECK(lever != LEVER_CANCEL || !postcopy);
}

/* ---- the acts ---- */

static void change_status(struct fuzz_input *input)
{
    size_t i = fuzz_byte(input) % JOBS;
    struct sim_job *job = &sim.jobs[i];

    if (!job->exists) {
        *job = (struct sim_job){.exists = true, .status = "created"};
    } else {
        size_t next = fuzz_byte(input) % (STATUSES + 1);

        if (next == STATUSES || next == 0) {
            job->exists = false;
            say_status(i, "null");
            return;
        }
        job->status = statuses[next];
    }
    say_status(i, job->status);
}

static void say_anything(struct fuzz_input *input)
{
    size_t len = fuzz_byte(input);

    len = len < input->len ? len : input->len;
    sim.dishonest = true;
    wire_say((const char *)input->bytes, len, sim.chunk);
    input->bytes += len;
    input->len -= len;
}

/* What the person or the network does to the connection. */
static void disturb(struct fuzz_input *input)
{
    switch (fuzz_byte(input) % 6) {
    case 0:
        feed_stop(&sim.feed);
        break;
    case 1:
        feed_start(&sim.feed);
        break;
    case 2:
        feed_retry(&sim.feed);
        break;
    case 3:
        wire_end(TRANSPORT_CLOSED_BY_PEER);
        break;
    case 4:
        wire_end(TRANSPORT_QUEUE_FULL);
        break;
    case 5:
        if (wire_is_connecting())
            greet();
        break;
    }
}

static void act(struct fuzz_input *input)
{
    switch (fuzz_byte(input) % 16) {
    case 0:
    case 1:
        change_status(input);
        break;
    case 2:
        sim.jobs[fuzz_byte(input) % JOBS].current = fuzz_byte(input);
        break;
    case 3:
        answer(1, 0, NULL);
        break;
    case 4:
        pass(fuzz_byte(input) * (int64_t)20);
        break;
    case 5:
        connect_anew();
        break;
    case 6:
        say_anything(input);
        break;
    case 7:
        answer(2, 0, NULL);
        break;
    case 8: /* an answer to nobody: the one asked for never comes */
        sim.dishonest = true;
        answer(1, 1000, NULL);
        break;
    case 9:
        sim.chunk = fuzz_byte(input);
        break;
    case 10:
    case 11:
        press_any(input);
        break;
    case 12:
        plan_or_do(input);
        break;
    case 13:
        say_phase(phases[fuzz_byte(input) % PHASES]);
        break;
    case 14:
        pull(input);
        break;
    case 15:
        if (fuzz_byte(input) % 4 == 0)
            answer(1, 0, "no \\u001b[2J");
        else
            disturb(input);
        break;
    }
}

/* ---- what must hold ---- */

static void check_lists(void)
{
    const struct target *target = sim.target;

    FUZZ_CHECK(target->job_count == target->living_count + target->ended_count);
    FUZZ_CHECK(target->ended_count <= TARGET_ENDED_MAX);
    FUZZ_CHECK(sim.feed.client.session.state != SESSION_FAILED || sim.dishonest);
    for (size_t i = 1; i < target->living_count; i++)
        FUZZ_CHECK(strcmp(target->living[i - 1]->id, target->living[i]->id) < 0);
}

static void check_truth(void)
{
    size_t count = 0;

    for (size_t i = 0; i < JOBS; i++) {
        const char *id = i == 2 ? "\033[2J" : ids[i];
        const struct job *job = roster_find(sim.target, id);

        FUZZ_CHECK((job != NULL) == sim.jobs[i].exists);
        if (job == NULL)
            continue;
        count++;
        FUZZ_CHECK(strcmp(job_status_text(job), sim.jobs[i].status) == 0);
        FUZZ_CHECK(strcmp(job_type_text(job), types[i]) == 0);
        FUZZ_CHECK(job->current == sim.jobs[i].current && job->total == 255);
    }
    FUZZ_CHECK(sim.target->living_count == count);
    if (sim.phase != NULL)
        FUZZ_CHECK(strcmp(migration_status_text(&sim.target->migration), sim.phase) == 0);
    for (size_t i = 0; i < sim.fleet.actions->count; i++)
        FUZZ_CHECK(sim.fleet.actions->items[i]->state != ACTION_SENT);
}

static void come_to_rest(void)
{
    if (sim.dishonest || !wire_is_open())
        connect_anew();
    for (int64_t waited = 0; waited < QUIET_MS; waited += TURN_MS) {
        pass(TURN_MS);
        if (wire_is_connecting())
            greet();
        while (answer(1, 0, NULL))
            ;
    }
    FUZZ_CHECK(sim.feed.client.link == CLIENT_READY);
}

static struct ev_loop *loop; /* nothing runs in it: it keeps the timers */

static void begin(void)
{
    char error[ADDRESS_ERROR_SIZE];

    if (loop == NULL)
        loop = ev_loop_new(EVBACKEND_POLL | EVFLAG_NOENV);
    memset(&sim, 0, sizeof(sim));
    sim.now_ms = 1000000;
    fleet_init(&sim.fleet);
    sim.fleet.delay_ms = 1000;
    sim.fleet.actions->sink = (struct action_sink){send_action, NULL};
    sim.target = fleet_add(&sim.fleet, "vm", true, "tcp:127.0.0.1:1", sim.now_ms);
    FUZZ_CHECK(address_parse(&sim.address, "tcp:127.0.0.1:1", error));
    FUZZ_CHECK(address_resolve(&sim.address, error));
    feed_init(&sim.feed, &sim.address, sim.target, loop, clock_ms);
    connect_anew();
}

static void end(void)
{
    feed_release(&sim.feed);
    address_release(&sim.address);
    fleet_release(&sim.fleet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};

    begin();
    while (input.len > 0) {
        act(&input);
        check_lists();
    }
    come_to_rest();
    check_truth();
    end();
    return 0;
}
