#include <string.h>

#include "core/text.h"
#include "qmp/discover_list.h"
#include "qmp/feed_discover.h"
#include "qmp/place.h"

#define CELL_SIZE    256
#define NAME_COLUMNS 20

struct writer {
    FILE *out;
    enum text_charset charset;
};

/* Names and paths are what others chose. */
static const char *cell(const struct writer *writer, char clean[CELL_SIZE], const char *text)
{
    (void)text_clean(clean, CELL_SIZE, text, strlen(text), writer->charset);
    return clean;
}

static void write_link(const struct writer *writer, const struct feed_link *link,
                       const struct discover_finding *finding)
{
    char name[CELL_SIZE], endpoint[CELL_SIZE], pid[16] = "-";

    if (finding != NULL && finding->pid > 0)
        snprintf(pid, sizeof(pid), "%d", finding->pid);
    int blanks = NAME_COLUMNS - text_width(cell(writer, name, link->address.name));
    fprintf(writer->out, "%s%*s %7s  %s", name, blanks > 0 ? blanks : 0, "", pid,
            cell(writer, endpoint, link->address.text));
    if (finding != NULL && finding->place != NULL)
        fprintf(writer->out, "  (%s %s it)", finding->place->manager,
                finding->place->use == PLACE_HELD ? "holds" : "visits");
    if (finding != NULL && discover_is_forbidden(finding))
        fprintf(writer->out, "  (permission denied)");
    fputc('\n', writer->out);
}

/* The monitors that are left alone for this one. */
static void write_others(const struct writer *writer, const struct feed_discover *feed,
                         const struct discover_list *found,
                         const struct discover_finding *finding)
{
    char endpoint[CELL_SIZE];

    for (size_t i = 0; found != NULL && i < found->count; i++)
        if (feed_discover_is_left(feed, &found->items[i], finding))
            fprintf(writer->out, "%*s %7d  %s  (left alone: the same QEMU)\n", NAME_COLUMNS, "",
                    finding->pid, cell(writer, endpoint, found->items[i].endpoint));
}

void feed_discover_write(const struct feed_discover *feed, FILE *out, bool utf8)
{
    const struct writer writer = {out, utf8 ? TEXT_UTF8 : TEXT_ASCII};

    fprintf(out, "%-*s %7s  %s\n", NAME_COLUMNS, "NAME", "PID", "ENDPOINT");
    for (size_t i = 0; i < feed->links->count; i++) {
        const struct feed_link *link = feed->links->all[i];
        const struct discover_list *found = feed_discover_list(feed, link->address.text);
        const struct discover_finding *finding =
            found != NULL ? discover_list_find(found, link->address.text) : NULL;

        write_link(&writer, link, finding);
        write_others(&writer, feed, found, finding);
    }
}
