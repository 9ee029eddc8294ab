#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet.h"
#include "core/mem.h"
#include "core/order.h"
#include "core/text.h"
#include "tui/report.h"
#include "tui/screens/jobs_row.h"

struct lines {
    const struct fleet *fleet;
    FILE *out;
    enum text_charset charset;
    int64_t now_ms;
};

/* One word or clause of a line, made printable; nothing for "". */
static void put(const struct lines *lines, const char *raw)
{
    size_t length = strlen(raw), size = length * TEXT_GROWTH + 1;
    char *clean = mem_alloc(size, 1);
    text_clean(clean, size, raw, length, lines->charset);
    if (length > 0)
        fprintf(lines->out, " %s", clean);
    free(clean);
}

/* "* web-01 mirror0 mirror READY in step" */
static void put_job(const struct lines *lines, uint64_t uid)
{
    struct jobs_row row = {.vm = ""};
    if (!jobs_row_of(&row, lines->fleet, uid, NULL, lines->now_ms))
        return;
    putc(row.mark, lines->out);
    put(lines, row.vm);
    put(lines, row.job);
    put(lines, row.type);
    put(lines, row.status);
    put(lines, row.reason);
    putc('\n', lines->out);
}

/* "! db-03 socket failed: no such file"; nothing for one that could be asked. */
static void put_socket(const struct lines *lines, const struct target *target)
{
    const char *odd = target_oddity(target);
    if (target_is_fresh(target))
        return;
    putc('!', lines->out);
    put(lines, target_label(target));
    fprintf(lines->out, " socket %s:", target_link_wire(target->link));
    put(lines, odd ? odd : target->reason ? target->reason : "no answer");
    putc('\n', lines->out);
}

bool report_check(const struct fleet *fleet, FILE *out, bool utf8, int64_t now_ms)
{
    const struct lines lines = {fleet, out, utf8 ? TEXT_UTF8 : TEXT_ASCII, now_ms};
    struct order order;
    order_init(&order);
    order_update(&order, fleet, false, now_ms);
    errno = 0;
    for (size_t i = 0; i < order.count; i++)
        if (order.rows[i].group == ORDER_NEED)
            put_job(&lines, order.rows[i].uid);
    for (size_t i = 0; i < fleet->target_count; i++)
        put_socket(&lines, fleet->targets[i]);
    order_release(&order);
    return fflush(out) == 0 && !ferror(out);
}
