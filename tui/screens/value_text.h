#ifndef QMPTOP_TUI_VALUE_TEXT_H
#define QMPTOP_TUI_VALUE_TEXT_H

/*
 * value_text: the number that a speed limit or a lever sets, as it stands in a sentence:
 * "50.0 MiB/s", "none", "300 ms". It does not know where the number comes from.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/format.h"
#include "core/lever.h"

#define VALUE_TEXT_SIZE (FORMAT_SIZE + 8)

/* The speed limit of a job, bytes/s. Returns `text`. */
char *value_text_limit(uint64_t speed, char text[VALUE_TEXT_SIZE]);

/* What `lever`, which takes a number, sets: bytes/s or ms. Returns `text`. */
char *value_text_lever(enum lever lever, uint64_t value, char text[VALUE_TEXT_SIZE]);

/* "from 50.0 MiB/s to 80.0 MiB/s"; `before` is NULL when QEMU does not tell it. */
void value_text_change(const char *before, const char *after, char *text, size_t size);

#endif
