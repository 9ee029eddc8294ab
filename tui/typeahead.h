#ifndef QMPTOP_TUI_TYPEAHEAD_H
#define QMPTOP_TUI_TYPEAHEAD_H

/*
 * typeahead: the keys that have come from the terminal and that nobody has taken
 * yet, and whether a person can have typed them. It does not know where they come
 * from nor what they do.
 *
 * A terminal that brackets pastes says itself what was pasted. From others a paste
 * comes as if it were typed, but all at once: many keys in one go, and not one held
 * down. Such a burst is put into brackets here, so that whoever takes the keys can
 * treat both alike.
 */

#include <stdbool.h>
#include <stddef.h>

#define TYPEAHEAD_MAX   512 /* keys of one go */
#define TYPEAHEAD_BURST 24  /* keys unlike the one before that make a burst */

struct typed {
    int key;  /* key.h */
    int y, x; /* of KEY_CODE_MOUSE ... */
    int action;
};

struct typeahead {
    struct typed keys[TYPEAHEAD_MAX + 1]; /* one more for a bracket */
    size_t first, count;
    bool pasting; /* inside the terminal's own brackets */
    bool burst;   /* the keys of the last go came too fast */
};

/* Zeroed = empty. Begins a go: the keys of the one before must have been taken. */
void typeahead_begin(struct typeahead *typeahead);
/* False when the go is full. */
bool typeahead_add(struct typeahead *typeahead, const struct typed *typed);
/* Ends the go: now its keys can be taken. */
void typeahead_end(struct typeahead *typeahead);

/* The next one; false when there is none. */
bool typeahead_take(struct typeahead *typeahead, struct typed *typed);

/* A key of this go, taken or not, brackets aside: the first is 0. KEY_CODE_NONE behind the
 * last. */
int typeahead_key(const struct typeahead *typeahead, size_t i);

/* Throws away what was not taken. */
void typeahead_drop(struct typeahead *typeahead);

#endif
