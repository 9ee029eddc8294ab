#ifndef QMPTOP_TUI_MIGRATION_TEXT_H
#define QMPTOP_TUI_MIGRATION_TEXT_H

/*
 * migration_text: what is said about a live migration in words: the counterpart
 * of job_text.h. It does not draw; texts are raw (draw cleans them) and always
 * NUL-terminated.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/fleet.h"
#include "tui/keymap.h"

/* QEMU's word, in capitals when the migration needs a person. */
void migration_text_status(const struct target *target, char *text, size_t size);

/* Why it needs a person, or what it does where no bar can say it, or how it went;
 * "" for one that simply moves. The key of the view with its levers is named where
 * they would help, unless `keymap` is NULL. */
void migration_text_reason(const struct target *target, const struct keymap *keymap,
                           int64_t now_ms, char *text, size_t size);

/* Both in one, with the percentage of the pass: "active, 70.1 % of pass 3". */
void migration_text_state(const struct target *target, const struct keymap *keymap,
                          int64_t now_ms, char *text, size_t size);

/* "300 ms"; from ten seconds on as a duration, "1m03". `text` has FORMAT_SIZE bytes.
 * Returns `text`. */
char *migration_text_ms(uint64_t ms, char *text);

/* Percent of the pass, "-" where there is none. `text` has FORMAT_SIZE bytes.
 * Returns permille, or -1. */
int migration_text_percent(const struct migration *migration, char *text);

#endif
