#ifndef QMPTOP_QMP_LISTING_H
#define QMPTOP_QMP_LISTING_H

/*
 * listing: reads a reply that is a list of flat objects, {"return": [{...}, ...], "id": N},
 * in one pass into one piece of memory. It does not know what the members mean.
 *
 * Jobs are asked for so often that json-c's tree of them was most of what the program did.
 * This reads what QEMU writes as a rule and nothing else: strings of plain ASCII without
 * escapes, integers without sign, true and false. Everything else, be it valid or not, is
 * left to json-c; what is read here reads the same there (tests/qmp/test_listing.c).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listing_cell;

struct listing {
    char *text;                 /* owned; NULL = no listing. The document, cut into strings */
    struct listing_cell *cells; /* in the same piece, as are ... */
    uint32_t *begins;           /* ... the first cell of each element, and the end */
    size_t count;               /* elements */
    uint64_t id;
};

/* False, and nothing to release, when the document is not of that form or there is no
 * memory. An element without members is not of that form. */
bool listing_read(struct listing *listing, const char *document, size_t len);
void listing_release(struct listing *listing);

/* A member of element `i`; of a name that is there twice the last one counts. False when it
 * is absent or of another type. The string lives as long as the listing. */
bool listing_string(const struct listing *listing, size_t i, const char *name,
                    const char **text);
bool listing_uint(const struct listing *listing, size_t i, const char *name, uint64_t *number);
bool listing_bool(const struct listing *listing, size_t i, const char *name, bool *flag);
bool listing_has(const struct listing *listing, size_t i, const char *name);

#endif
