#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

#define FIGURE_SIZE 32

void table_head(void)
{
    printf("%-44s %14s  %-30s %7s  %-16s\n", "", "qmptop", "floor or peer", "ratio", "goal");
}

static void write_figure(char text[FIGURE_SIZE], double value, const char *unit)
{
    int places = value >= 100. ? 0 : value >= 10. ? 1 : 2;

    snprintf(text, FIGURE_SIZE, "%.*f %s", places, value, unit);
}

static bool is_met(const struct row *row)
{
    if (row->ours < 0.)
        return false;
    if (row->goal == GOAL_AT_LEAST)
        return row->ours >= row->limit;
    return row->goal == GOAL_NONE || row->ours <= row->limit;
}

void table_row(struct bench *bench, const struct row *row)
{
    char ours[FIGURE_SIZE] = "failed", peer[2 * FIGURE_SIZE] = "", ratio[FIGURE_SIZE] = "",
         goal[FIGURE_SIZE] = "";
    bool met = is_met(row);

    if (row->ours >= 0.)
        write_figure(ours, row->ours, row->unit);
    if (row->peer_name && row->peer >= 0.) {
        char figure[FIGURE_SIZE];

        write_figure(figure, row->peer, row->unit);
        snprintf(peer, sizeof(peer), "%s %s", row->peer_name, figure);
        if (row->peer > 0. && row->ours >= 0.)
            snprintf(ratio, sizeof(ratio), "%.2f", row->ours / row->peer);
    } else if (row->note) {
        snprintf(peer, sizeof(peer), "%s", row->note);
    }
    if (row->goal != GOAL_NONE)
        snprintf(goal, sizeof(goal), "%s %g %s",
                 row->goal == GOAL_AT_MOST ? "<=" : ">=", row->limit, row->unit);
    printf("%-44s %14s  %-30s %7s  %-16s %s\n", row->name, ours, peer, ratio, goal,
           !met                     ? "MISSED"
           : row->goal == GOAL_NONE ? ""
                                    : "ok");
    fflush(stdout);
    bench->missed += !met;
}

void table_note(const char *name, const char *why)
{
    printf("%-44s %14s  %s\n", name, "-", why);
    fflush(stdout);
}
