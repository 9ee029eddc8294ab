#include "tests/support/chance.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t state;

unsigned chance_setting(const char *variable, unsigned usual)
{
    const char *text = getenv(variable);

    return text != NULL && text[0] != '\0' ? (unsigned)strtoul(text, NULL, 10) : usual;
}

void chance_begin(void)
{
    unsigned own = (unsigned)time(NULL) ^ (unsigned)getpid() << 16;
    unsigned seed = chance_setting("QMPTOP_SEED", own);

    printf("QMPTOP_SEED=%u\n", seed);
    fflush(stdout);
    state = seed;
}

/* The upper bits of a linear congruence. */
unsigned chance(unsigned below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((state >> 32) * below >> 32);
}

int64_t chance_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool chance_is_past(void *moment_ms)
{
    return chance_clock_ms() >= *(const int64_t *)moment_ms;
}
