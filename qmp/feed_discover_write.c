#include <string.h>

#include "core/text.h"
#include "qmp/discover_list.h"
#include "qmp/feed_discover.h"
#include "qmp/place.h"

#define CELL_SIZE 256

const struct discover_list *feed_discover_list(const struct feed_discover *feed,
                                               const char *endpoint)
{
    if (discover_list_find(&feed->discover.found, endpoint) != NULL)
        return &feed->discover.found;
    return feed_hosts_list(&feed->hosts, endpoint);
}

/* Names and paths are what others chose. */
static const char *cell(char clean[CELL_SIZE], const char *text)
{
    (void)text_clean(clean, CELL_SIZE, text, strlen(text), TEXT_ASCII);
    return clean;
}

static void write_link(const struct feed_link *link, const struct discover_finding *finding,
                       FILE *out)
{
    char name[CELL_SIZE], endpoint[CELL_SIZE], pid[16] = "-";

    if (finding != NULL && finding->pid > 0)
        snprintf(pid, sizeof(pid), "%d", finding->pid);
    fprintf(out, "%-20s %7s  %s", cell(name, link->address.name), pid,
            cell(endpoint, link->address.text));
    if (finding != NULL && finding->place != NULL)
        fprintf(out, "  (%s %s it)", finding->place->manager,
                finding->place->use == PLACE_HELD ? "holds" : "visits");
    if (finding != NULL && discover_is_forbidden(finding))
        fprintf(out, "  (permission denied)");
    fputc('\n', out);
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

/* The monitors that are left alone for this one. */
static void write_others(const struct feed_discover *feed, const struct discover_list *found,
                         const struct discover_finding *finding, FILE *out)
{
    char endpoint[CELL_SIZE];

    for (size_t i = 0; found != NULL && i < found->count; i++)
        if (feed_discover_is_left(feed, &found->items[i], finding))
            fprintf(out, "%-20s %7d  %s  (left alone: the same QEMU)\n", "", finding->pid,
                    cell(endpoint, found->items[i].endpoint));
}

void feed_discover_write(const struct feed_discover *feed, FILE *out)
{
    fprintf(out, "%-20s %7s  %s\n", "NAME", "PID", "ENDPOINT");
    for (size_t i = 0; i < feed->links->count; i++) {
        const struct feed_link *link = feed->links->all[i];
        const struct discover_list *found = feed_discover_list(feed, link->address.text);
        const struct discover_finding *finding =
            found != NULL ? discover_list_find(found, link->address.text) : NULL;

        write_link(link, finding, out);
        write_others(feed, found, finding, out);
    }
}
