#ifndef QMPTOP_TUI_JOB_TEXT_H
#define QMPTOP_TUI_JOB_TEXT_H

/*
 * job_text: what is said about a job in words: its state, why it needs a
 * person, how it ended. It does not draw; texts are raw (draw cleans them).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fleet.h"
#include "tui/keymap.h"

/* The status word of a list: QEMU's own, in capitals when the job needs a
 * person; for an ended job how it ended. Always NUL-terminated. */
void job_text_status(const struct job *job, const struct need *need, int64_t now_ms, char *text,
                     size_t size);

/* Why the job needs a person, or else what holds it, or how it went; "" for one
 * that simply moves: its bar says it. Keys are named where one would help, unless
 * `keymap` is NULL. */
void job_text_reason(const struct target *target, const struct job *job,
                     const struct need *need, const struct keymap *keymap, int64_t now_ms,
                     char *text, size_t size);

/* Both in one, with the percentage where there is one: "READY, in step". */
void job_text_state(const struct target *target, const struct job *job,
                    const struct keymap *keymap, int64_t now_ms, char *text, size_t size);

/* Why a living job that has no speed (motion.h) has none; the same for the time it will
 * take yet. Static. */
const char *job_text_why_no_rate(const struct target *target, const struct job *job,
                                 int64_t now_ms);
const char *job_text_why_no_eta(const struct target *target, const struct job *job,
                                int64_t now_ms);

/* Percent done, "-" where that says nothing (READY, a plain job under way).
 * `text` has FORMAT_SIZE bytes. Returns permille, or -1. */
int job_text_percent(const struct job *job, char *text);

#endif
