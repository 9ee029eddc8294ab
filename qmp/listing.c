#include "qmp/listing.h"

#include <stdlib.h>
#include <string.h>

#define MEMBER_MIN 6  /* bytes of the shortest one with what parts it from the next: "":1, */
#define DIGITS_MAX 19 /* of a number that surely fits */

enum cell_kind { CELL_STRING, CELL_UINT, CELL_BOOL };

struct listing_cell {
    uint32_t name; /* where in the text */
    enum cell_kind kind;
    uint64_t value; /* number, flag, or where in the text */
};

struct reader {
    struct listing *listing;
    char *at; /* a NUL follows the document */
    size_t cells;
};

static bool is_plain(char c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void skip_space(struct reader *reader)
{
    while (*reader->at == ' ' || *reader->at == '\r' || *reader->at == '\n' ||
           *reader->at == '\t')
        reader->at++;
}

/* The character, with white space around it. */
static bool take(struct reader *reader, char c)
{
    skip_space(reader);
    if (*reader->at != c)
        return false;
    reader->at++;
    skip_space(reader);
    return true;
}

static bool take_word(struct reader *reader, const char *word, size_t len)
{
    if (strncmp(reader->at, word, len) != 0)
        return false;
    reader->at += len;
    return true;
}

/* A string, whose closing quote becomes its end. */
static bool take_string(struct reader *reader, const char **text)
{
    char *at = reader->at;

    if (*at != '"')
        return false;
    *text = ++at;
    while (is_plain(*at))
        at++;
    if (*at != '"')
        return false;
    *at = '\0';
    reader->at = at + 1;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_uint(struct reader *reader, uint64_t *number)
{
    const char *begin = reader->at;

    *number = 0;
    while (is_digit(*reader->at) && reader->at - begin < DIGITS_MAX)
        *number = *number * 10 + (uint64_t)(*reader->at++ - '0');
    if (reader->at == begin || (*begin == '0' && reader->at - begin > 1))
        return false;
    /* A fraction, an exponent, or more digits than are surely fine. */
    return !is_digit(*reader->at) && *reader->at != '.' && *reader->at != 'e' &&
           *reader->at != 'E';
}

static uint32_t place(const struct reader *reader, const char *text)
{
    return (uint32_t)(text - reader->listing->text);
}

static bool take_value(struct reader *reader, struct listing_cell *cell)
{
    const char *text;

    if (*reader->at == '"') {
        if (!take_string(reader, &text))
            return false;
        cell->kind = CELL_STRING;
        cell->value = place(reader, text);
        return true;
    }
    cell->kind = CELL_BOOL;
    cell->value = *reader->at == 't';
    if (take_word(reader, "true", 4) || take_word(reader, "false", 5))
        return true;
    cell->kind = CELL_UINT;
    return take_uint(reader, &cell->value);
}

static bool take_element(struct reader *reader)
{
    struct listing *listing = reader->listing;
    const char *name;

    listing->begins[listing->count++] = (uint32_t)reader->cells;
    if (!take(reader, '{'))
        return false;
    do {
        struct listing_cell *cell = &listing->cells[reader->cells++];

        if (!take_string(reader, &name) || !take(reader, ':') || !take_value(reader, cell))
            return false;
        cell->name = place(reader, name);
    } while (take(reader, ','));
    return take(reader, '}');
}

static bool take_list(struct reader *reader)
{
    if (!take(reader, '['))
        return false;
    if (take(reader, ']'))
        return true;
    do {
        if (!take_element(reader))
            return false;
    } while (take(reader, ','));
    return take(reader, ']');
}

static bool take_document(struct reader *reader)
{
    struct listing *listing = reader->listing;

    return take(reader, '{') && take_word(reader, "\"return\"", 8) && take(reader, ':') &&
           take_list(reader) && take(reader, ',') && take_word(reader, "\"id\"", 4) &&
           take(reader, ':') && take_uint(reader, &listing->id) && take(reader, '}') &&
           *reader->at == '\0';
}

/* Text, cells and begins in one piece. */
static bool make_room(struct listing *listing, const char *document, size_t len)
{
    size_t most = len / MEMBER_MIN + 1;
    size_t cells = most * sizeof(struct listing_cell), begins = (most + 1) * sizeof(uint32_t);
    char *piece = len < UINT32_MAX ? malloc(cells + begins + len + 1) : NULL;

    if (piece == NULL)
        return false;
    *listing = (struct listing){.cells = (struct listing_cell *)(void *)piece,
                                .begins = (uint32_t *)(void *)(piece + cells),
                                .text = piece + cells + begins};
    memcpy(listing->text, document, len);
    listing->text[len] = '\0';
    return true;
}

bool listing_read(struct listing *listing, const char *document, size_t len)
{
    static const char begin[] = "{\"return\": [";
    struct reader reader = {.listing = listing};

    *listing = (struct listing){.text = NULL};
    /* As QEMU begins one; anything else need not be copied to find out. */
    if (len < sizeof(begin) - 1 || memcmp(document, begin, sizeof(begin) - 1) != 0 ||
        !make_room(listing, document, len))
        return false;
    reader.at = listing->text;
    if (take_document(&reader) && reader.at == listing->text + len) {
        listing->begins[listing->count] = (uint32_t)reader.cells;
        return true;
    }
    listing_release(listing);
    return false;
}

void listing_release(struct listing *listing)
{
    free(listing->cells);
    *listing = (struct listing){.text = NULL};
}

/* ---- members ---- */

static const struct listing_cell *find(const struct listing *listing, size_t i,
                                       const char *name)
{
    if (i >= listing->count)
        return NULL;
    for (uint32_t at = listing->begins[i + 1]; at-- > listing->begins[i];) {
        const struct listing_cell *cell = &listing->cells[at];

        if (strcmp(listing->text + cell->name, name) == 0)
            return cell;
    }
    return NULL;
}

bool listing_string(const struct listing *listing, size_t i, const char *name,
                    const char **text)
{
    const struct listing_cell *cell = find(listing, i, name);

    if (cell == NULL || cell->kind != CELL_STRING)
        return false;
    *text = listing->text + cell->value;
    return true;
}

bool listing_uint(const struct listing *listing, size_t i, const char *name, uint64_t *number)
{
    const struct listing_cell *cell = find(listing, i, name);

    if (cell == NULL || cell->kind != CELL_UINT)
        return false;
    *number = cell->value;
    return true;
}

bool listing_bool(const struct listing *listing, size_t i, const char *name, bool *flag)
{
    const struct listing_cell *cell = find(listing, i, name);

    if (cell == NULL || cell->kind != CELL_BOOL)
        return false;
    *flag = cell->value != 0;
    return true;
}

bool listing_has(const struct listing *listing, size_t i, const char *name)
{
    return find(listing, i, name) != NULL;
}
