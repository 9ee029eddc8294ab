#include <stdlib.h>

#include "tests/bench/bench.h"

void samples_add(struct samples *samples, double value)
{
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity * 2 + 64;
        samples->values =
            realloc(samples->values, samples->capacity * sizeof(*samples->values));
        if (!samples->values)
            abort();
    }
    samples->values[samples->count++] = value;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

double samples_at(struct samples *samples, double share)
{
    if (samples->count == 0)
        return -1.;
    qsort(samples->values, samples->count, sizeof(*samples->values), compare);
    return samples->values[(size_t)(share * (double)(samples->count - 1) + .5)];
}

void samples_release(struct samples *samples)
{
    free(samples->values);
    *samples = (struct samples){0};
}
