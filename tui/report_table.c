#include "tui/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet.h"
#include "core/mem.h"
#include "core/order.h"
#include "core/text.h"
#include "tui/screens/jobs_row.h"

#define BAR_CELLS    10
#define REASON_WIDTH 32 /* bar, percent and rate with the blanks between them */
#define AGE_WIDTH    6
#define WIDTH_MOST   40 /* a longer name is printed whole, but does not widen its column */

struct table {
    const struct fleet *fleet;
    FILE *out;
    enum text_charset charset;
    int64_t now_ms;
    int vm, job, type, status; /* columns of the terminal */
};

/* ---- cells ----------------------------------------------------------------------------- */

/* `raw` made printable; the caller frees it. */
static char *cleaned(const struct table *table, const char *raw)
{
    size_t length = strlen(raw), size = length * TEXT_GROWTH + 1;
    char *clean = mem_alloc(size, 1);
    text_clean(clean, size, raw, length, table->charset);
    return clean;
}

/* Text, then blanks up to `width` columns and one more. */
static void put_cell(const struct table *table, const char *raw, int width)
{
    char *clean = cleaned(table, raw);
    int left = width - text_width(clean);
    fprintf(table->out, "%s%*s ", clean, left > 0 ? left : 0, "");
    free(clean);
}

static void put_line_end(const struct table *table, const char *raw)
{
    char *clean = cleaned(table, raw);
    fprintf(table->out, "%s\n", clean);
    free(clean);
}

static void widen(const struct table *table, int *width, const char *raw)
{
    char *clean = cleaned(table, raw);
    int wanted = text_width(clean);
    if (wanted > WIDTH_MOST)
        wanted = WIDTH_MOST;
    if (wanted > *width)
        *width = wanted;
    free(clean);
}

static void put_bar(FILE *out, int permille)
{
    putc('[', out);
    for (int i = 0; i < BAR_CELLS; i++)
        putc(permille < 0 ? '.' : i < permille * BAR_CELLS / 1000 ? '#' : '-', out);
    putc(']', out);
}

/* ---- lines ----------------------------------------------------------------------------- */

static struct jobs_row describe(const struct table *table, uint64_t uid)
{
    struct jobs_row row = {.vm = "", .job = "", .type = ""};
    jobs_row_of(&row, table->fleet, uid, NULL, table->now_ms);
    return row;
}

static void measure(struct table *table, const struct order *order)
{
    for (size_t i = 0; i < order->count; i++) {
        struct jobs_row row = describe(table, order->rows[i].uid);
        widen(table, &table->vm, row.vm);
        widen(table, &table->job, row.job);
        widen(table, &table->type, row.type);
        widen(table, &table->status, row.status);
    }
    for (size_t i = 0; i < table->fleet->target_count; i++)
        widen(table, &table->vm, target_label(table->fleet->targets[i]));
}

static void put_row(const struct table *table, const struct jobs_row *row)
{
    fprintf(table->out, " %c%c", row->mark, row->stale ? '~' : ' ');
    put_cell(table, row->vm, table->vm);
    put_cell(table, row->job, table->job);
    put_cell(table, row->type, table->type);
    put_cell(table, row->status, table->status);
    if (row->reason[0] == '\0') {
        put_bar(table->out, row->permille);
        fprintf(table->out, " %5s %7s %6s\n", row->percent, row->rate, row->eta);
        return;
    }
    put_cell(table, row->reason, REASON_WIDTH - AGE_WIDTH);
    fprintf(table->out, "%*s %6s\n", AGE_WIDTH - 1, row->permille < 0 ? "" : row->percent,
            row->age[0] != '\0' ? row->age : "-");
}

static void put_heading(const struct table *table, const struct order *order,
                        enum order_group group)
{
    fprintf(table->out, "-- %s (%zu)%s\n", order_group_title(group), order->group_count[group],
            group == ORDER_NEED ? ", oldest first" : "");
}

static void put_jobs(const struct table *table, const struct order *order)
{
    if (order->count == 0)
        return;
    fputs("   ", table->out);
    put_cell(table, "VM", table->vm);
    put_cell(table, "JOB", table->job);
    put_cell(table, "TYPE", table->type);
    put_cell(table, "STATUS", table->status);
    fprintf(table->out, "%-*s %5s %7s %6s\n", BAR_CELLS + 2, "PROGRESS", "%", "RATE", "ETA");
    for (size_t i = 0; i < order->count; i++) {
        struct jobs_row row = describe(table, order->rows[i].uid);
        if (i == 0 || order->rows[i].group != order->rows[i - 1].group)
            put_heading(table, order, order->rows[i].group);
        put_row(table, &row);
    }
}

static void put_counts(const struct table *table)
{
    struct fleet_counts counts = fleet_count(table->fleet, table->now_ms);
    fprintf(table->out, "qmptop %zu job%s %zu socket%s", counts.jobs,
            counts.jobs == 1 ? "" : "s", counts.targets, counts.targets == 1 ? "" : "s");
    if (counts.need > 0)
        fprintf(table->out, " | %zu NEED%s YOU", counts.need, counts.need == 1 ? "S" : "");
    if (counts.up < counts.targets)
        fprintf(table->out, " | %zu NOT UP", counts.targets - counts.up);
    putc('\n', table->out);
}

/* What is there, or why it could not be asked. */
static void put_socket(const struct table *table, const struct target *target)
{
    char text[128];
    const char *run_state = target->run_state, *odd = target_oddity(target);
    fputs("   ", table->out);
    put_cell(table, target_label(target), table->vm);
    put_cell(table, target_link_wire(target->link), 0);
    if (!target_is_fresh(target)) {
        put_line_end(table, odd                      ? odd
                            : target->reason != NULL ? target->reason
                                                     : "no answer yet");
        return;
    }
    if (target->leads_to != NULL) {
        snprintf(text, sizeof(text), "leads to %s", target->leads_to);
        put_line_end(table, text);
        return;
    }
    snprintf(text, sizeof(text), "QEMU %s%s%s%s%s", target->qemu != NULL ? target->qemu : "?",
             run_state != NULL ? ", guest " : "", run_state != NULL ? run_state : "",
             odd != NULL ? "; " : "", odd != NULL ? odd : "");
    put_line_end(table, text);
}

static void put_sockets(const struct table *table)
{
    if (table->fleet->target_count > 0)
        fputs("-- sockets\n", table->out);
    for (size_t i = 0; i < table->fleet->target_count; i++)
        put_socket(table, table->fleet->targets[i]);
}

bool report_table(const struct fleet *fleet, FILE *out, bool utf8, int64_t now_ms)
{
    struct table table = {.fleet = fleet,
                          .out = out,
                          .charset = utf8 ? TEXT_UTF8 : TEXT_ASCII,
                          .now_ms = now_ms,
                          .vm = 2,
                          .job = 3,
                          .type = 6,
                          .status = 9};
    struct order order;
    order_init(&order);
    order_update(&order, fleet, false, now_ms);
    errno = 0;
    put_counts(&table);
    measure(&table, &order);
    put_jobs(&table, &order);
    put_sockets(&table);
    order_release(&order);
    return fflush(out) == 0 && !ferror(out);
}
