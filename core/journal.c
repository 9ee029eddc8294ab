#include "core/journal.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

void journal_init(struct journal *journal)
{
    *journal = (struct journal){0};
    journal->ring = mem_alloc(JOURNAL_ENTRIES, sizeof(*journal->ring));
}

static void entry_release(struct journal_entry *entry)
{
    free(entry->target);
    free(entry->job);
    free(entry->text);
}

static struct journal_entry *entry_at(const struct journal *journal, size_t from_oldest)
{
    return &journal->ring[(journal->first + from_oldest) % JOURNAL_ENTRIES];
}

void journal_release(struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++)
        entry_release(entry_at(journal, i));
    free(journal->ring);
    *journal = (struct journal){0};
}

/* A copy of at most JOURNAL_TEXT bytes that does not end inside a character. */
static char *clipped(const char *text)
{
    size_t len = strnlen(text, JOURNAL_TEXT);
    char *copy;

    if (text[len])
        for (int i = 0; i < 3 && ((unsigned char)text[len] & 0xc0) == 0x80; i++)
            len--;
    copy = mem_alloc(len + 1, 1);
    memcpy(copy, text, len);
    return copy;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool entry_repeats(const struct journal_entry *last, const struct journal_entry *entry)
{
    return entry->mark != JOURNAL_YOU && last->mark == entry->mark && last->uid == entry->uid &&
           same_text(last->target, entry->target) && same_text(last->job, entry->job) &&
           same_text(last->text, entry->text);
}

/* Takes over the strings of `entry`. */
static void journal_append(struct journal *journal, struct journal_entry entry)
{
    struct journal_entry *place;

    if (journal->count == JOURNAL_ENTRIES) {
        entry_release(entry_at(journal, 0));
        journal->first = (journal->first + 1) % JOURNAL_ENTRIES;
        journal->count--;
    }
    entry.serial = ++journal->serial;
    entry.count = 1;
    place = entry_at(journal, journal->count++);
    *place = entry;
    if (journal->watch)
        journal->watch(journal->watch_ctx, place);
}

void journal_add(struct journal *journal, int64_t now_ms, enum journal_mark mark,
                 const char *target, const char *job, uint64_t uid, const char *format, ...)
{
    char text[JOURNAL_TEXT + 4]; /* a little more, so that clipped() sees the cut */
    struct journal_entry entry = {
        .at_ms = now_ms, .until_ms = now_ms, .mark = mark, .uid = uid};
    struct journal_entry *last = journal->count ? entry_at(journal, journal->count - 1) : NULL;
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    entry.target = target ? clipped(target) : NULL;
    entry.job = job ? clipped(job) : NULL;
    entry.text = clipped(text);

    if (last && entry_repeats(last, &entry)) {
        last->count++;
        last->until_ms = now_ms;
        entry_release(&entry);
        return;
    }
    journal_append(journal, entry);
}

void journal_gap(struct journal *journal, int64_t from_ms, int64_t until_ms, const char *target)
{
    journal_append(journal, (struct journal_entry){
                                .at_ms = from_ms,
                                .until_ms = until_ms,
                                .mark = JOURNAL_GAP,
                                .target = target ? clipped(target) : NULL,
                                .text = mem_dup("was not connected, events may be missing"),
                            });
}

const struct journal_entry *journal_newest(const struct journal *journal, size_t i)
{
    return i < journal->count ? entry_at(journal, journal->count - 1 - i) : NULL;
}
