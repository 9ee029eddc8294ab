#include "qmp/feed_discover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "qmp/place.h"
#include "qmp/unix_peers.h"

/* Where `endpoint` is, or belongs, among the known. */
static size_t place_among(const struct feed_discover *feed, const char *endpoint)
{
    size_t low = 0, high = feed->known_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(feed->known[middle], endpoint) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void remember(struct feed_discover *feed, size_t at, const char *endpoint)
{
    if (feed->known_count == feed->known_capacity) {
        feed->known_capacity = mem_capacity(feed->known_capacity, feed->known_count + 1);
        feed->known = mem_resize(feed->known, feed->known_capacity, sizeof(*feed->known));
    }
    memmove(&feed->known[at + 1], &feed->known[at],
            (feed->known_count - at) * sizeof(*feed->known));
    feed->known[at] = mem_dup(endpoint);
    feed->known_count++;
}

static bool is_known(const struct feed_discover *feed, const char *endpoint)
{
    size_t at = place_among(feed, endpoint);

    return at < feed->known_count && strcmp(feed->known[at], endpoint) == 0;
}

/* ---- several monitors of one QEMU ------------------------------------------------------- */

enum { COST_TCP = 1, COST_VISITED = 2, COST_MANAGED = 4, COST_HELD = 8, COST_FORBIDDEN = 16 };

bool feed_discover_is_held(const struct feed_discover *feed,
                           const struct discover_finding *finding)
{
    return finding->held || (finding->path != NULL &&
                             unix_peers_has_client(finding->path, 0, feed->links->now_ms()));
}

/* The less the better: a monitor that nobody else has or wants. */
static int cost_of(const struct feed_discover *feed, const struct discover_finding *finding)
{
    int cost = 0;

    if (discover_is_forbidden(finding))
        cost += COST_FORBIDDEN;
    if (feed_discover_is_held(feed, finding))
        cost += COST_HELD;
    if (finding->place != NULL)
        cost += finding->place->use == PLACE_HELD ? COST_MANAGED : COST_VISITED;
    return finding->tcp ? cost + COST_TCP : cost;
}

/* One that was up comes back: its QEMU or its host began anew. */
static bool is_in_vain(const struct feed_discover *feed, const struct discover_finding *finding)
{
    for (size_t i = 0; i < feed->links->count; i++) {
        const struct feed_link *link = feed->links->all[i];
        const struct target *target = link->feed.target;

        if (strcmp(link->address.text, finding->endpoint) == 0)
            return target->link == TARGET_BUSY ||
                   (target->link == TARGET_FAILED &&
                    (!target->was_up || discover_is_forbidden(finding)));
    }
    return true;
}

/* Two links to one QEMU would show each of its jobs twice. One that is held may keep its
 * row when another one gets free. */
static bool is_outdone(const struct feed_discover *feed, const struct discover_list *found,
                       const struct discover_finding *finding)
{
    int cost = -1;

    for (size_t i = 0; i < found->count && finding->pid > 0; i++) {
        const struct discover_finding *other = &found->items[i];
        int its_cost;

        if (other->pid != finding->pid || other == finding)
            continue;
        cost = cost < 0 ? cost_of(feed, finding) : cost;
        if (is_known(feed, other->endpoint)) {
            if (cost >= COST_HELD || !is_in_vain(feed, other))
                return true;
            continue;
        }
        its_cost = cost_of(feed, other);
        if (its_cost < cost || (its_cost == cost && other < finding))
            return true;
    }
    return false;
}

static void add_link(struct feed_discover *feed, const struct discover_finding *finding)
{
    const char *manner = address_manner_prefix(finding->manner);
    size_t size = strlen(manner) + strlen(finding->endpoint) + 1;
    char *endpoint = mem_alloc(size, 1), error[ADDRESS_ERROR_SIZE];

    snprintf(endpoint, size, "%s%s", manner, finding->endpoint);
    struct feed_link *link = feed_links_add_named(feed->links, endpoint, finding->name, error);
    if (link != NULL)
        link->found = true;
    free(endpoint);
}

static bool is_missed(const struct feed_discover *feed, struct feed_link *link, int64_t now_ms)
{
    if (feed_discover_list(feed, link->address.text) != NULL)
        link->missed_ms = 0;
    else if (link->missed_ms == 0)
        link->missed_ms = now_ms;
    return link->missed_ms > 0;
}

/* Of those that were found once. */
static void look_for_gone(struct feed_discover *feed)
{
    int64_t now_ms = feed->links->now_ms();

    for (size_t i = 0; i < feed->links->count; i++) {
        struct feed_link *link = feed->links->all[i];
        const struct target *target = link->feed.target;

        if (!link->found)
            continue;
        if (!is_missed(feed, link, now_ms)) {
            if (target->gone)
                feed_links_take_up(feed->links, link);
        } else if (target->link == TARGET_FAILED && !target_has_work(target) &&
                   now_ms - link->missed_ms >= FEED_DISCOVER_GONE_MS) {
            feed_links_lay_down(feed->links, link);
        }
    }
}

static void add_found(void *ctx, const struct discover_list *found)
{
    struct feed_discover *feed = ctx;

    for (size_t i = 0; i < found->count; i++) {
        const struct discover_finding *finding = &found->items[i];

        if (is_known(feed, finding->endpoint) || is_outdone(feed, found, finding))
            continue;
        remember(feed, place_among(feed, finding->endpoint), finding->endpoint);
        add_link(feed, finding);
    }
    look_for_gone(feed);
}

static void tell_blindness(struct feed_discover *feed)
{
    struct journal *journal = &feed->links->fleet->journal;
    int64_t now_ms = feed->links->now_ms();

    feed->is_blind = feed->discover.is_blind;
    if (feed->is_blind)
        journal_add(journal, now_ms, JOURNAL_ERROR, NULL, NULL, 0,
                    "sockets are not looked for: too many files are open");
    else
        journal_add(journal, now_ms, JOURNAL_INFO, NULL, NULL, 0,
                    "sockets are looked for again");
    fleet_touch(feed->links->fleet);
}

/* A scan has come to its end. */
static void take_scan(struct feed_discover *feed)
{
    if (feed->is_blind != feed->discover.is_blind)
        tell_blindness(feed);
    if (!feed->is_blind)
        add_found(feed, &feed->discover.found);
}

void feed_discover_init(struct feed_discover *feed, struct feed_links *links)
{
    *feed = (struct feed_discover){.links = links};
    discover_init(&feed->discover);
    feed_hosts_init(&feed->hosts, links, add_found, feed);
}

void feed_discover_release(struct feed_discover *feed)
{
    for (size_t i = 0; i < feed->known_count; i++)
        free(feed->known[i]);
    free(feed->known);
    for (size_t i = 0; feed->searched != NULL && feed->searched[i] != NULL; i++)
        free(feed->searched[i]);
    free(feed->searched);
    discover_release(&feed->discover);
    feed_hosts_release(&feed->hosts);
    *feed = (struct feed_discover){.links = feed->links};
}

/* As a scan would call it, however it was written; owned by the caller. */
static char *endpoint_of(const struct address *address)
{
    char *real = address->kind == ADDRESS_UNIX ? realpath(address->path, NULL) : NULL;
    const char *where = real != NULL ? real : address->text;
    size_t size = strlen(where) + sizeof("unix:");
    char *endpoint = mem_alloc(size, 1);

    snprintf(endpoint, size, "%s%s", real != NULL ? "unix:" : "", where);
    free(real);
    return endpoint;
}

/* A monitor has one client: the second link would take the first one for another's. */
static void refuse_twice(struct feed_link *link, struct feed_link *const *links,
                         const char *endpoint)
{
    const struct address *first = NULL;

    while (first == NULL) {
        char *other = endpoint_of(&(*links)->address);

        if (strcmp(other, endpoint) == 0)
            first = &(*links)->address;
        free(other);
        links++;
    }
    char error[ADDRESS_ERROR_SIZE];

    snprintf(error, sizeof(error), "the same socket as %s (%s)", first->name, first->text);
    link->error = mem_dup(error);
}

/* A socket that the person named is known, and connected to once. */
static void remember_named(struct feed_discover *feed)
{
    for (size_t i = 0; i < feed->links->count; i++) {
        struct feed_link *link = feed->links->all[i];
        char *endpoint = endpoint_of(&link->address);

        if (!is_known(feed, endpoint))
            remember(feed, place_among(feed, endpoint), endpoint);
        else if (link->address.kind != ADDRESS_EXEC && link->error == NULL)
            refuse_twice(link, feed->links->all, endpoint);
        free(endpoint);
    }
}

static void write_searched(struct feed_discover *feed)
{
    const struct discover *discover = &feed->discover;
    size_t count = 0;

    feed->searched = mem_alloc(discover->pattern_count + 2, sizeof(*feed->searched));
    if (discover->reads_processes) {
        char line[128];

        snprintf(line, sizeof(line), "the command lines of QEMUs in %s", discover->proc);
        feed->searched[count++] = mem_dup(line);
    }
    for (size_t i = 0; i < discover->pattern_count; i++)
        feed->searched[count++] = mem_dup(discover->patterns[i].glob);
    feed->links->fleet->searched = (const char *const *)feed->searched;
}

/* One name for all that is in a folder. */
static bool names_several(const char *endpoint)
{
    size_t len = strcspn(endpoint, "=/:");

    return endpoint[len] == '=' && discover_is_pattern(endpoint + len + 1);
}

static bool take(struct feed_discover *feed, const char *endpoint, char *error)
{
    if (names_several(endpoint)) {
        snprintf(error, ADDRESS_ERROR_SIZE,
                 "\"%.100s\": a name is for one socket, not for all in a folder", endpoint);
        return false;
    }
    if (address_is_host(endpoint))
        return feed_hosts_add(&feed->hosts, endpoint, error);
    return discover_take_pattern(&feed->discover, endpoint) ||
           feed_links_add(feed->links, endpoint, error) != NULL;
}

bool feed_discover_begin(struct feed_discover *feed, const char *const *endpoints, size_t count,
                         int64_t now_ms, char *error)
{
    struct discover *discover = &feed->discover;

    for (size_t i = 0; i < count; i++) {
        if (take(feed, endpoints[i], error))
            continue;
        feed->refused = endpoints[i];
        return false;
    }
    if (count == 0)
        discover_take_host(discover);
    remember_named(feed);
    if (!discover->reads_processes && discover->pattern_count == 0) {
        feed->next_ms = INT64_MAX;
        return true;
    }
    write_searched(feed);
    discover_scan(discover);
    take_scan(feed);
    feed->next_ms = now_ms + FEED_DISCOVER_MS;
    return true;
}

void feed_discover_tick(struct feed_discover *feed, int64_t now_ms)
{
    feed_hosts_tick(&feed->hosts);
    if (now_ms < feed->next_ms)
        return;
    for (int i = 0; i < FEED_DISCOVER_SLICES; i++) {
        if (!discover_step(&feed->discover))
            continue;
        take_scan(feed);
        feed->next_ms = now_ms + FEED_DISCOVER_MS;
        return;
    }
}

/* ---- what is known of an endpoint ---- */

const struct discover_list *feed_discover_list(const struct feed_discover *feed,
                                               const char *endpoint)
{
    if (discover_list_find(&feed->discover.found, endpoint) != NULL)
        return &feed->discover.found;
    return feed_hosts_list(&feed->hosts, endpoint);
}

static bool is_linked(const struct feed_discover *feed, const struct discover_finding *finding)
{
    for (size_t i = 0; i < feed->links->count; i++)
        if (strcmp(feed->links->all[i]->address.text, finding->endpoint) == 0)
            return true;
    return false;
}

bool feed_discover_is_left(const struct feed_discover *feed,
                           const struct discover_finding *other,
                           const struct discover_finding *finding)
{
    return finding != NULL && finding->pid > 0 && other->pid == finding->pid &&
           !is_linked(feed, other);
}
