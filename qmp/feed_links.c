#include "qmp/feed_links.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "qmp/place.h"

/* Targets and links stand in the same order, but for targets that are not ours. */
static struct feed_link *link_of(const struct feed_links *links, const struct target *target)
{
    if (target->index < links->count && links->all[target->index]->feed.target == target)
        return links->all[target->index];
    for (size_t i = 0; i < links->count; i++)
        if (links->all[i]->feed.target == target)
            return links->all[i];
    return NULL;
}

static bool send_action(void *ctx, const struct action *action)
{
    struct feed_link *link = link_of(ctx, action->target);

    return link && feed_send(&link->feed, action);
}

static void open_link(struct feed_link *link)
{
    if (link->error)
        client_fail(&link->feed.client, link->error);
    else if (!link->released && !link->feed.target->gone)
        feed_start(&link->feed);
}

void feed_links_init(struct feed_links *links, struct fleet *fleet, struct ev_loop *loop,
                     int64_t (*now_ms)(void))
{
    *links = (struct feed_links){.fleet = fleet, .loop = loop, .now_ms = now_ms};
    transport_hosts_init(&links->hosts, loop);
    fleet->actions->sink = (struct action_sink){send_action, links};
}

void feed_links_release(struct feed_links *links)
{
    for (size_t i = 0; i < links->count; i++) {
        feed_release(&links->all[i]->feed);
        address_release(&links->all[i]->address);
        free(links->all[i]->error);
        free(links->all[i]);
    }
    transport_hosts_release(&links->hosts);
    free(links->all);
    *links = (struct feed_links){.fleet = links->fleet};
}

struct feed_link *feed_links_add(struct feed_links *links, const char *endpoint, char *error)
{
    return feed_links_add_named(links, endpoint, NULL, error);
}

static void rename_address(struct address *address, const char *name)
{
    char *copy = strdup(name);

    if (copy == NULL)
        return;
    free(address->name);
    address->name = copy;
}

/* Whose socket it is, by where it lies; NULL = nobody's that is known. */
static const struct place *place_at_address(const struct address *address)
{
    const struct place *place = address->path ? place_of(address->path) : NULL;
    char *real = NULL;

    if (place == NULL && address->kind == ADDRESS_UNIX)
        real = realpath(address->path, NULL);
    if (real != NULL)
        place = place_of(real);
    free(real);
    return place;
}

static void set_manners(const struct feed_links *links, const struct address *address,
                        struct target *target)
{
    const struct place *place = place_at_address(address);

    target->manager = place != NULL ? place->manager : NULL;
    target->polite = address->manner == ADDRESS_POLITE;
    if (address->manner == ADDRESS_USUAL)
        target->polite = links->polite || (place != NULL && place->use == PLACE_VISITED);
}

struct feed_link *feed_links_add_named(struct feed_links *links, const char *endpoint,
                                       const char *name, char *error)
{
    struct feed_link *link = mem_alloc(1, sizeof(*link));

    if (!address_parse(&link->address, endpoint, error)) {
        free(link);
        return NULL;
    }
    if (name != NULL && *name != '\0')
        rename_address(&link->address, name);
    if (!address_resolve(&link->address, error))
        link->error = mem_dup(error);
    struct target *target =
        fleet_add(links->fleet, link->address.name, link->address.name_given,
                  link->address.text, links->now_ms());
    set_manners(links, &link->address, target);
    feed_init(&link->feed, &link->address, target, links->loop, links->now_ms);
    transport_use(&link->feed.client.transport, &links->hosts);
    if (links->count == links->capacity) {
        links->capacity = mem_capacity(links->capacity, links->count + 1);
        links->all = mem_resize(links->all, links->capacity, sizeof(struct feed_link *));
    }
    links->all[links->count++] = link;
    if (links->open)
        open_link(link);
    return link;
}

void feed_links_open(struct feed_links *links)
{
    for (size_t i = 0; i < links->count && !links->open; i++)
        open_link(links->all[i]);
    links->open = true;
}

void feed_links_close(struct feed_links *links)
{
    for (size_t i = 0; i < links->count; i++)
        feed_stop(&links->all[i]->feed);
    transport_hosts_close(&links->hosts);
    links->open = false;
}

const char *feed_links_connect(struct feed_links *links, struct target *target)
{
    struct feed_link *link = link_of(links, target);

    if (link->released || link->feed.target->gone)
        link->missed_ms = 0;
    link->released = false;
    target_set_gone(target, false, links->now_ms());
    feed_retry(&link->feed);
    return link->error;
}

const char *feed_links_disconnect(struct feed_links *links, struct target *target)
{
    struct feed_link *link = link_of(links, target);

    if (link == NULL)
        return "a host is only looked at: its sockets can be disconnected";
    if (link->error)
        return link->error;
    link->released = true;
    feed_stop(&link->feed);
    return NULL;
}

void feed_links_lay_down(struct feed_links *links, struct feed_link *link)
{
    feed_stop(&link->feed);
    target_set_gone(link->feed.target, true, links->now_ms());
}

void feed_links_take_up(struct feed_links *links, struct feed_link *link)
{
    target_set_gone(link->feed.target, false, links->now_ms());
    if (links->open)
        open_link(link);
}

void feed_links_pump(struct feed_links *links)
{
    struct target *target;

    while ((target = fleet_take_curious(links->fleet)) != NULL) {
        struct feed_link *link = link_of(links, target);

        if (link != NULL)
            feed_pump(&link->feed);
    }
}
