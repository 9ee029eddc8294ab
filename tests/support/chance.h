#ifndef QMPTOP_TESTS_SUPPORT_CHANCE_H
#define QMPTOP_TESTS_SUPPORT_CHANCE_H

/*
 * chance: what a random test does, so that it can be done again: its seed is printed and
 * can be given. It does not know what is chosen.
 */

#include <stdbool.h>
#include <stdint.h>

/* Begins with $QMPTOP_SEED, or else with a seed of its own; prints it. */
void chance_begin(void);

/* 0 to `below` - 1, each as likely. */
unsigned chance(unsigned below);

/* The number in that variable of the environment, else `usual`. */
unsigned chance_setting(const char *variable, unsigned usual);

/* Milliseconds of a clock that never jumps; and a condition for pump_until(): the moment
 * in the int64_t at `moment_ms` has come. */
int64_t chance_clock_ms(void);
bool chance_is_past(void *moment_ms);

#endif
