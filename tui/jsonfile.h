#ifndef QMPTOP_TUI_JSONFILE_H
#define QMPTOP_TUI_JSONFILE_H

/*
 * jsonfile: one JSON file that a person wrote (comments and trailing commas
 * allowed), and complaints about it with file, line and column. It does not know
 * what the file means; themes and the configuration do.
 */

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#define JSONFILE_ERROR_SIZE 512
#define JSONFILE_SIZE_MAX   (1024 * 1024)

struct jsonfile {
    char *path, *text; /* owned */
    size_t size;
    struct json_object *root;        /* an object, once read */
    char error[JSONFILE_ERROR_SIZE]; /* the first complaint, "" = none */
};

/* Where something stands: the keys from the root down, ended by NULL. */
typedef const char *const jsonfile_place[];

/* Reads and parses; the root must be an object with nothing after it, and no object may
 * have two members of one name. False with file->error. Release it in both cases. */
bool jsonfile_read(struct jsonfile *file, const char *path);
void jsonfile_release(struct jsonfile *file);

/* Notes "PATH:LINE:COLUMN: ..." for the key at `place` (or as far of it as there
 * is) unless there is a complaint already. Text of the file in the message goes
 * through jsonfile_quote(). Always false. */
bool jsonfile_complain(struct jsonfile *file, jsonfile_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for one value of the list that stands there, counted from 1. */
bool jsonfile_complain_element(struct jsonfile *file, jsonfile_place place, size_t element,
                               const char *format, ...) __attribute__((format(printf, 4, 5)));

/* "PATH:LINE:COLUMN: " of that value, or with 0 of the key, for complaints that come
 * later. */
void jsonfile_where(const struct jsonfile *file, jsonfile_place place, size_t element,
                    char *text, size_t size);

#define JSONFILE_QUOTE_SIZE 80

/* `text` in quotes, printable and cut to the buffer; returns the buffer. */
char *jsonfile_quote(char quoted[JSONFILE_QUOTE_SIZE], const char *text);

#endif
