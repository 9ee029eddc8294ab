#include "qmp/transport_pace.h"

#define AHEAD_S 0.5

double transport_pace_rest(struct transport_pace *pace, size_t len, double rate, double now_s)
{
    if (pace->paid_s < now_s)
        pace->paid_s = now_s;
    pace->paid_s += (double)len / rate;
    double rest_s = pace->paid_s - now_s - AHEAD_S;
    return rest_s > 0 ? rest_s : 0;
}
