#include <json-c/json.h>
#include <string.h>

#include "core/mem.h"
#include "qmp/discover_list.h"
#include "qmp/feed_discover.h"
#include "qmp/holder.h"
#include "qmp/place.h"

static void add(json_object *object, const char *key, json_object *value)
{
    (void)json_object_object_add(object, key, value);
}

static json_object *text_or_null(const char *text)
{
    return text != NULL ? json_object_new_string(text) : NULL;
}

static json_object *number_or_null(int number)
{
    return number > 0 ? json_object_new_int(number) : NULL;
}

/* It is only looked: a socket that is held may be so by a process that is not found. */
static json_object *holder_of(const struct discover_finding *finding, int64_t now_ms)
{
    struct holder holder;

    if (finding->path == NULL || !holder_find(&holder, finding->path, now_ms))
        return NULL;
    json_object *object = json_object_new_object();
    add(object, "pid", json_object_new_int(holder.pid));
    add(object, "command", json_object_new_string(holder.command));
    return object;
}

/* `found` may be NULL: the person named it, and no scan has seen it. */
static json_object *endpoint_object(const struct feed_discover *feed, const char *name,
                                    const char *endpoint, const struct discover_finding *found)
{
    static const struct discover_finding nothing;
    const struct discover_finding *finding = found != NULL ? found : &nothing;
    const struct place *place = finding->place;
    int64_t now_ms = feed->links->now_ms();
    bool held = feed_discover_is_held(feed, finding);
    json_object *object = json_object_new_object();

    add(object, "name", json_object_new_string(name));
    add(object, "endpoint", json_object_new_string(endpoint));
    add(object, "pid", number_or_null(finding->pid));
    add(object, "manager", text_or_null(place != NULL ? place->manager : NULL));
    add(object, "held", json_object_new_boolean(held));
    add(object, "holder", held ? holder_of(finding, now_ms) : NULL);
    add(object, "forbidden", json_object_new_boolean(discover_is_forbidden(finding)));
    return object;
}

static void end_endpoint(json_object *row, bool left_alone, json_object *leads_to,
                         const char *reason, json_object *rows)
{
    add(row, "left_alone", json_object_new_boolean(left_alone));
    add(row, "leads_to", leads_to);
    add(row, "reason", text_or_null(reason));
    (void)json_object_array_add(rows, row);
}

static void add_link(const struct feed_discover *feed, json_object *rows,
                     const struct feed_link *link)
{
    const char *name = link->address.name, *text = link->address.text;
    const char *error = link->error;
    const struct discover_list *found = feed_discover_list(feed, text);
    const struct discover_finding *finding = found ? discover_list_find(found, text) : NULL;

    end_endpoint(endpoint_object(feed, name, text, finding), false, NULL, error, rows);
    for (size_t i = 0; found != NULL && i < found->count; i++) {
        const struct discover_finding *other = &found->items[i];

        if (feed_discover_is_left(feed, other, finding))
            end_endpoint(endpoint_object(feed, name, other->endpoint, other), true, NULL, NULL,
                         rows);
    }
}

static void add_host(const struct feed_discover *feed, json_object *rows,
                     const struct target *host)
{
    json_object *leads_to = json_object_new_int64((int64_t)host->leads_count);

    end_endpoint(endpoint_object(feed, host->name, host->endpoint, NULL), false, leads_to,
                 host->reason, rows);
}

char *feed_discover_json(const struct feed_discover *feed)
{
    json_object *rows = json_object_new_array();
    const struct target *host;

    for (size_t i = 0; (host = feed_hosts_target(&feed->hosts, i)) != NULL; i++)
        add_host(feed, rows, host);
    for (size_t i = 0; i < feed->links->count; i++)
        add_link(feed, rows, feed->links->all[i]);
    const char *text = json_object_to_json_string_ext(rows, JSON_C_TO_STRING_PLAIN |
                                                                JSON_C_TO_STRING_NOSLASHESCAPE);
    char *copy = mem_dup(text);
    json_object_put(rows);
    return copy;
}
