#include "qmp/transport_pace.h"

#include <time.h>

#define TURN_S  0.003
#define AHEAD_S 0.5

double transport_pace_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool transport_pace_turn_is_over(struct ev_loop *loop)
{
    static struct turn {
        struct ev_loop *loop;
        unsigned number;
        double began_s; /* to read */
    } turn;
    double now_s = transport_pace_now();

    if (turn.loop != loop || turn.number != ev_iteration(loop))
        turn = (struct turn){loop, ev_iteration(loop), now_s};
    return now_s - turn.began_s >= TURN_S;
}

double transport_pace_rest(struct transport_pace *pace, size_t len, double rate, double now_s)
{
    if (pace->paid_s < now_s)
        pace->paid_s = now_s;
    pace->paid_s += (double)len / rate;
    double rest_s = pace->paid_s - now_s - AHEAD_S;
    return rest_s > 0 ? rest_s : 0;
}
