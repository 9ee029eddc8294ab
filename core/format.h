#ifndef QMPTOP_CORE_FORMAT_H
#define QMPTOP_CORE_FORMAT_H

/*
 * format: numbers as an operator reads them. It knows units, not what is
 * measured, and never touches the locale: the decimal point is a point.
 *
 * Every function writes into the caller's buffer of FORMAT_SIZE bytes and
 * returns that buffer, so that it can stand in an argument list.
 */

#include <stdint.h>

#define FORMAT_SIZE 32

/* Bytes in at most 6 columns, binary units, rounded: "0", "512", "1.5K",
 * "60.0G", "200G": one decimal below 100 of a unit. */
char *format_bytes(char buf[FORMAT_SIZE], uint64_t bytes);

/* Bytes as prose: "1 byte", "512 bytes", "1.5 MiB", "12 MiB", "60.0 GiB",
 * "200 GiB": one decimal below 10 of a unit, from GiB on below 100. */
char *format_bytes_long(char buf[FORMAT_SIZE], uint64_t bytes);

/* Bytes exactly, in the largest unit without a fraction: "128M", "100000000". What
 * format_parse_bytes() reads back as the same number. */
char *format_bytes_exact(char buf[FORMAT_SIZE], uint64_t bytes);

/* Bytes per second in at most 7 columns: "88M/s", "1.2G/s", "0/s": one decimal
 * below 10 of a unit. */
char *format_rate(char buf[FORMAT_SIZE], uint64_t bytes_per_second);

/* Milliseconds in at most 5 columns, the two largest units: "8s", "3m12",
 * "12m", "2h05", "3d04", "999d+"; negative times count as 0. Minutes keep their
 * seconds below 10 minutes only. */
char *format_duration(char buf[FORMAT_SIZE], int64_t ms);

/* done/total as percent with one decimal, "0.0" to "100.0", clamped and rounded
 * down; "100.0" only when done >= total. total 0 gives "-". */
char *format_percent(char buf[FORMAT_SIZE], uint64_t done, uint64_t total);

/* Reads a size or rate as an operator types it: digits, optional fraction,
 * optional unit (k M G T P E, optionally with i, B, /s; binary factors; any
 * case), with spaces around number and unit. "0" is 0. Returns 0, or -1 when
 * the text is no such number, is above zero but below one byte (0 would mean no
 * limit), or does not fit in 63 bits (QEMU takes an int64 for speeds); *bytes
 * is then untouched. */
int format_parse_bytes(const char *text, uint64_t *bytes);

/* Reads a time as an operator types it: "300", "300ms", "1.5s" (spaces around
 * number and unit allowed; rounded down). Returns 0, or -1 when the text is no such
 * time or does not fit in 63 bits; *ms is then untouched. */
int format_parse_ms(const char *text, uint64_t *ms);

#endif
