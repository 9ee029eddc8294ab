#include "tui/typeahead.h"

#include "tui/key.h"

/* The first place is kept for a bracket. */
void typeahead_begin(struct typeahead *typeahead)
{
    typeahead->first = typeahead->count = 1;
}

bool typeahead_add(struct typeahead *typeahead, const struct typed *typed)
{
    if (typeahead->count > TYPEAHEAD_MAX)
        return false;
    typeahead->keys[typeahead->count++] = *typed;
    return typeahead->count <= TYPEAHEAD_MAX;
}

/* Counts what the terminal itself has not put into brackets. */
static size_t count_changes(struct typeahead *typeahead)
{
    size_t changes = 0;
    int before = KEY_CODE_NONE;
    for (size_t i = typeahead->first; i < typeahead->count; i++) {
        int key = typeahead->keys[i].key;
        if (key == KEY_CODE_PASTE || key == KEY_CODE_PASTE_END)
            typeahead->pasting = key == KEY_CODE_PASTE;
        changes += !typeahead->pasting && key != before && key != KEY_CODE_MOUSE;
        before = key;
    }
    return changes;
}

void typeahead_end(struct typeahead *typeahead)
{
    bool was_burst = typeahead->burst;
    if (typeahead->first == typeahead->count)
        return;
    typeahead->burst = count_changes(typeahead) >= TYPEAHEAD_BURST;
    if (typeahead->burst != was_burst)
        typeahead->keys[--typeahead->first] = (struct typed){
            .key = typeahead->burst ? KEY_CODE_BURST : KEY_CODE_BURST_END,
        };
}

bool typeahead_take(struct typeahead *typeahead, struct typed *typed)
{
    if (typeahead->first == typeahead->count)
        return false;
    *typed = typeahead->keys[typeahead->first++];
    return true;
}

int typeahead_key(const struct typeahead *typeahead, size_t i)
{
    return 1 + i < typeahead->count ? typeahead->keys[1 + i].key : KEY_CODE_NONE;
}

void typeahead_drop(struct typeahead *typeahead)
{
    typeahead->first = typeahead->count;
}
