#include "tui/screens/jobs_lines.h"

#include <stdlib.h>

#include "core/fleet.h"
#include "core/mem.h"

void jobs_lines_init(struct jobs_lines *lines)
{
    *lines = (struct jobs_lines){0};
}

void jobs_lines_release(struct jobs_lines *lines)
{
    free(lines->items);
}

static void append(struct jobs_lines *lines, struct jobs_line line)
{
    if (lines->count == lines->capacity) {
        lines->capacity = mem_capacity(lines->capacity, lines->count + 1);
        lines->items = mem_resize(lines->items, lines->capacity, sizeof(*lines->items));
    }
    lines->items[lines->count++] = line;
}

static void append_jobs(struct jobs_lines *lines, const struct order *order, bool headings)
{
    for (size_t i = 0; i < order->count; i++) {
        const struct order_row *row = &order->rows[i];
        bool begins = i == 0 || order->rows[i - 1].group != row->group;
        if (headings && begins && order->spec.key == ORDER_BY_NEED)
            append(lines, (struct jobs_line){.kind = JOBS_LINE_GROUP, .group = row->group});
        append(lines, (struct jobs_line){.kind = JOBS_LINE_JOB, .uid = row->uid});
    }
}

static void append_troubled(struct jobs_lines *lines, const struct fleet *fleet, bool headings)
{
    lines->troubled = 0;
    for (size_t i = 0; i < fleet->target_count; i++) {
        const struct target *target = fleet->targets[i];
        if (target->link == TARGET_UP || target->link == TARGET_AWAY || target->gone)
            continue;
        if (headings && lines->troubled == 0)
            append(lines, (struct jobs_line){.kind = JOBS_LINE_LINKS});
        append(lines, (struct jobs_line){.kind = JOBS_LINE_TARGET, .target = target});
        lines->troubled++;
    }
}

/* Why there is no job to show. */
static const char *empty_note(const struct fleet *fleet, const struct order *order)
{
    if (order->hidden > 0)
        return "No row has the words of the filter.";
    size_t known = 0, pending = 0, there = 0;
    for (size_t i = 0; i < fleet->target_count; i++) {
        const struct target *target = fleet->targets[i];
        if (target->leads_to != NULL && target->link == TARGET_UP)
            continue;
        there += !target->gone;
        bool connected = target_is_connected(target);
        bool told = target->jobs_known || target->visited;
        known += connected && told;
        pending += target->link == TARGET_CONNECTING || (connected && !told);
    }
    if (fleet->target_count == 0)
        return "No QMP socket found so far. Looked at, and looking again every few seconds:";
    if (there == 0 && known == 0)
        return "No QMP socket is there any more; looking again every few seconds.";
    if (pending > 0)
        return known > 0 ? "No job so far; still asking the others." : "Asking for jobs ...";
    if (known == 0)
        return there == 1 ? "The socket does not answer." : "No socket answers.";
    return known == 1 ? "No job: the QEMU that answers has none."
                      : "No job: none of the QEMUs that answer has one.";
}

void jobs_lines_build(struct jobs_lines *lines, const struct fleet *fleet,
                      const struct order *order, bool headings)
{
    if (lines->updates == order->updates && lines->headings == headings)
        return;
    lines->updates = order->updates;
    lines->headings = headings;
    lines->count = 0;
    if (order->count == 0)
        append(lines,
               (struct jobs_line){.kind = JOBS_LINE_NOTE, .note = empty_note(fleet, order)});
    for (size_t i = 0; fleet->target_count == 0 && fleet->searched && fleet->searched[i]; i++)
        append(lines, (struct jobs_line){.kind = JOBS_LINE_NOTE, .note = fleet->searched[i]});
    append_jobs(lines, order, headings);
    append_troubled(lines, fleet, headings);
}

/* Above a row stand the rows before it and a heading for each group so far. */
int64_t jobs_lines_find(const struct jobs_lines *lines, uint64_t uid, size_t row)
{
    for (size_t i = row; i < lines->count && i <= row + ORDER_GROUP_COUNT; i++)
        if (lines->items[i].kind == JOBS_LINE_JOB && lines->items[i].uid == uid)
            return (int64_t)i;
    return -1;
}
