#include "tui/jsonfile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "tui/jsontext.h"

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

bool jsonfile_complain(struct jsonfile *file, jsonfile_place place, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain_at(file, jsontext_find(file->text, place, 0), format, arguments);
    va_end(arguments);
    return false;
}

bool jsonfile_complain_element(struct jsonfile *file, jsonfile_place place, size_t element,
                               const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain_at(file, jsontext_find(file->text, place, element), format, arguments);
    va_end(arguments);
    return false;
}

void jsonfile_where(const struct jsonfile *file, jsonfile_place place, size_t element,
                    char *text, size_t size)
{
    say_where(file, jsontext_find(file->text, place, element), text, size);
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
        return fail_at(file, jsontext_skip_blank(file->text, 0), "expected an object");
    end = jsontext_skip_blank(file->text, end);
    return end >= file->size || fail_at(file, end, "unexpected text after the end");
}

/* json-c would keep the last in silence. */
static bool check_names(struct jsonfile *file)
{
    char name[JSONFILE_QUOTE_SIZE], quoted[JSONFILE_QUOTE_SIZE];
    size_t at, length;

    if (!jsontext_has_twice(file->text, &at, &length))
        return true;
    snprintf(name, sizeof name, "%.*s", (int)length - 2, file->text + at + 1);
    return fail_at(file, at, "%s is there already", jsonfile_quote(quoted, name));
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
    bool good = check_result(file, tokener) && check_names(file);
    json_tokener_free(tokener);
    return good;
}

void jsonfile_release(struct jsonfile *file)
{
    json_object_put(file->root);
    free(file->path);
    free(file->text);
}
