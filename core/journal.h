#ifndef QMPTOP_CORE_JOURNAL_H
#define QMPTOP_CORE_JOURNAL_H

/*
 * journal: the bounded log of what was seen and done. It does not know what an
 * entry means; it keeps the newest JOURNAL_ENTRIES and counts what it dropped.
 *
 * Texts and names are kept raw (cut to JOURNAL_TEXT bytes): whoever shows them
 * cleans them (text.h). Times are monotonic; the viewer converts.
 */

#include <stddef.h>
#include <stdint.h>

#define JOURNAL_ENTRIES 2048
#define JOURNAL_TEXT    480

enum journal_mark {
    JOURNAL_INFO,  /* seen */
    JOURNAL_NEED,  /* began to need a person: '*' */
    JOURNAL_ERROR, /* '!' */
    JOURNAL_YOU,   /* done from here */
    JOURNAL_GAP    /* a time in which events may have been missed */
};

struct journal_entry {
    uint64_t serial; /* 1, 2, 3, ... over the program's life */
    int64_t at_ms;
    int64_t until_ms; /* end of a GAP, last time of a repeated entry; else at_ms */
    enum journal_mark mark;
    uint64_t uid;   /* the job, 0 = the target itself or the program */
    char *target;   /* name, or NULL */
    char *job;      /* id, or NULL */
    char *text;     /* never NULL */
    uint32_t count; /* the same thing in a row, >= 1: floods are counted, not listed */
};

struct journal {
    struct journal_entry *ring;
    size_t first, count;
    uint64_t serial;
    /* Called for each new entry, after it is in place (audit log); may be NULL. */
    void (*watch)(void *ctx, const struct journal_entry *entry);
    void *watch_ctx;
};

void journal_init(struct journal *journal);
void journal_release(struct journal *journal);

/* Adds an entry; the text is printf-made. `target` and `job` are copied and may
 * be NULL. An entry equal to the newest one (but for time) raises its count,
 * unless it tells what the person did: each key press stays an entry of its own, here and
 * in the audit file. */
void journal_add(struct journal *journal, int64_t now_ms, enum journal_mark mark,
                 const char *target, const char *job, uint64_t uid, const char *format, ...)
    __attribute__((format(printf, 7, 8)));

/* A blind gap of `target` from `from_ms` to `until_ms`. */
void journal_gap(struct journal *journal, int64_t from_ms, int64_t until_ms,
                 const char *target);

/* The i-th entry counted from the newest (0); NULL beyond the oldest kept. The
 * pointer is valid until the next journal_add(). */
const struct journal_entry *journal_newest(const struct journal *journal, size_t i);

#endif
