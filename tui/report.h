#ifndef QMPTOP_TUI_REPORT_H
#define QMPTOP_TUI_REPORT_H

/*
 * report: the screenless faces of the fleet: one snapshot as a table for people
 * or as JSON for programs, or only what needs a person. It does not connect and does not wait:
 * it prints what the fleet knows now. Nothing raw from the wire is printed: the lines are
 * cleaned (core/text.h), the JSON is pure ASCII with everything else as \uXXXX.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct fleet;

/* Schema of the JSON report; raised when a member changes its meaning. */
#define REPORT_SCHEMA 1

/* Both return false when writing failed (errno tells). */
bool report_table(const struct fleet *fleet, FILE *out, bool utf8, int64_t now_ms);
bool report_json(const struct fleet *fleet, FILE *out, int64_t now_ms);

/* A line for each job or migration that needs a person, the oldest need first, and for each
 * target that could not be asked; nothing when all is fine. False as above. */
bool report_check(const struct fleet *fleet, FILE *out, bool utf8, int64_t now_ms);

/* Where was looked in vain, for people, when the fleet has no target. */
void report_nothing_found(const struct fleet *fleet, FILE *out);

/* What --list-endpoints tells programs: `list` is a JSON array, or NULL without memory. As
 * the others. */
bool report_endpoints(const char *list, FILE *out);

#endif
