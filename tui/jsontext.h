#ifndef QMPTOP_TUI_JSONTEXT_H
#define QMPTOP_TUI_JSONTEXT_H

/*
 * jsontext: where things stand in the text of a JSON document, which a parsed one no longer
 * tells. It walks over text that json-c has accepted in its lax manner (comments, single
 * quotes, trailing commas); what it finds in other text is some place in that text. It does
 * not know files, lines or what the document means.
 *
 * Texts end with NUL and places in them are offsets in bytes. Names are compared as json-c
 * reads them: "\u0061" is "a".
 */

#include <stdbool.h>
#include <stddef.h>

/* The offset after blanks and comments; a comment without an end is not skipped. */
size_t jsontext_skip_blank(const char *text, size_t at);

/* The name that the keys `path` (from the root down, ended by NULL) lead to, or as far down
 * as they lead; with `element` > 0 that value of the list that stands there, counted from 1.
 * 0 when they lead nowhere. */
size_t jsontext_find(const char *text, const char *const *path, size_t element);

/* Whether an object has two members of one name, of which json-c keeps only the last: *at is
 * where the second name stands, *length its bytes, quotes included. */
bool jsontext_has_twice(const char *text, size_t *at, size_t *length);

#endif
