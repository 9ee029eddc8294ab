#include "tui/jsonfile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

#define DEPTH_MAX 16

/* ---- places in the text ---- */

/* "PATH:LINE:COLUMN: "; returns its length, as snprintf() does. */
static int say_where(const struct jsonfile *file, size_t offset, char *text, size_t size)
{
    size_t line = 1, column = 1;

    for (size_t i = 0; i < offset && i < file->size; i++) {
        if (file->text[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)file->text[i] & 0xc0) != 0x80) {
            column++;
        }
    }
    return snprintf(text, size, "%s:%zu:%zu: ", file->path, line, column);
}

static bool complain_at(struct jsonfile *file, size_t offset, const char *format,
                        va_list arguments)
{
    if (file->error[0] != '\0')
        return false;
    int head = say_where(file, offset, file->error, sizeof file->error);
    if (head >= 0 && (size_t)head < sizeof file->error)
        vsnprintf(file->error + head, sizeof file->error - (size_t)head, format, arguments);
    return false;
}

static bool fail_at(struct jsonfile *file, size_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail_at(struct jsonfile *file, size_t offset, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain_at(file, offset, format, arguments);
    va_end(arguments);
    return false;
}

/* The offset after blanks and comments; a comment without an end is not skipped. */
static size_t skip_blank(const struct jsonfile *file, size_t at)
{
    const char *text = file->text;

    for (;;) {
        at += strspn(text + at, " \t\r\n");
        if (strncmp(text + at, "//", 2) == 0) {
            at += strcspn(text + at, "\n");
        } else if (strncmp(text + at, "/*", 2) == 0) {
            const char *end = strstr(text + at + 2, "*/");
            if (end == NULL)
                return at;
            at = (size_t)(end - text) + 2;
        } else {
            return at;
        }
    }
}

/* The offset after the string that begins at `at`. */
static size_t skip_string(const struct jsonfile *file, size_t at)
{
    char quote = file->text[at++];

    while (at < file->size && file->text[at] != quote)
        at += file->text[at] == '\\' && at + 1 < file->size ? 2 : 1;
    return at < file->size ? at + 1 : file->size;
}

static bool is_text(const struct jsonfile *file, size_t start, size_t end, const char *text)
{
    size_t size = strlen(text);

    return end - start == size && memcmp(file->text + start, text, size) == 0;
}

/* Walks over a text that json-c has accepted and follows `place` down. */
static size_t find_place(const struct jsonfile *file, jsonfile_place place)
{
    size_t found = 0, depth = 0, matched = 0;

    for (size_t at = skip_blank(file, 0), end; at < file->size; at = skip_blank(file, end)) {
        char c = file->text[at];
        end = at + 1;
        if (c == '{' || c == '[')
            depth++;
        if ((c == '}' || c == ']') && depth > 0)
            depth--;
        if (c != '"' && c != '\'')
            continue;
        end = skip_string(file, at);
        if (file->text[skip_blank(file, end)] != ':')
            continue;
        if (matched >= depth && depth > 0)
            return found; /* past the value in which the rest should have been */
        if (place[matched] == NULL || depth != matched + 1 ||
            !is_text(file, at + 1, end - 1, place[matched]))
            continue;
        found = at;
        if (place[++matched] == NULL)
            return found;
    }
    return found;
}

bool jsonfile_complain(struct jsonfile *file, jsonfile_place place, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain_at(file, find_place(file, place), format, arguments);
    va_end(arguments);
    return false;
}

void jsonfile_where(const struct jsonfile *file, jsonfile_place place, char *text, size_t size)
{
    say_where(file, find_place(file, place), text, size);
}

char *jsonfile_quote(char quoted[JSONFILE_QUOTE_SIZE], const char *text)
{
    size_t size;

    quoted[0] = '"';
    size = text_clean(quoted + 1, JSONFILE_QUOTE_SIZE - 2, text, strlen(text), TEXT_ASCII);
    quoted[size + 1] = '"';
    quoted[size + 2] = '\0';
    return quoted;
}

/* ---- reading ---- */

static bool fail_file(struct jsonfile *file, const char *reason)
{
    snprintf(file->error, sizeof file->error, "%s: %s", file->path, reason);
    return false;
}

static bool read_text(struct jsonfile *file)
{
    FILE *stream = fopen(file->path, "re");

    if (stream == NULL)
        return fail_file(file, strerror(errno));
    file->text = mem_alloc(JSONFILE_SIZE_MAX + 2, 1);
    errno = 0;
    file->size = fread(file->text, 1, JSONFILE_SIZE_MAX + 1, stream);
    int reason = ferror(stream) ? errno : 0;
    fclose(stream);
    if (reason != 0)
        return fail_file(file, strerror(reason));
    if (file->size > JSONFILE_SIZE_MAX)
        return fail_file(file, "larger than 1 MiB");
    const char *nul = memchr(file->text, '\0', file->size);
    return nul == NULL || fail_at(file, (size_t)(nul - file->text), "NUL byte in the text");
}

static bool check_result(struct jsonfile *file, struct json_tokener *tokener)
{
    enum json_tokener_error result = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);

    if (result == json_tokener_continue)
        return fail_at(file, file->size, "unexpected end of the file");
    if (result != json_tokener_success)
        return fail_at(file, end, "%s", json_tokener_error_desc(result));
    if (!json_object_is_type(file->root, json_type_object))
        return fail_at(file, skip_blank(file, 0), "expected an object");
    end = skip_blank(file, end);
    return end >= file->size || fail_at(file, end, "unexpected text after the end");
}

bool jsonfile_read(struct jsonfile *file, const char *path)
{
    memset(file, 0, sizeof *file);
    file->path = mem_dup(path);
    if (!read_text(file))
        return false;
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
    if (tokener == NULL)
        return fail_file(file, strerror(ENOMEM));
    json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
    file->root = json_tokener_parse_ex(tokener, file->text, (int)file->size);
    bool good = check_result(file, tokener);
    json_tokener_free(tokener);
    return good;
}

void jsonfile_release(struct jsonfile *file)
{
    json_object_put(file->root);
    free(file->path);
    free(file->text);
}
