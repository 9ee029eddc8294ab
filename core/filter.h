#ifndef QMPTOP_CORE_FILTER_H
#define QMPTOP_CORE_FILTER_H

/*
 * filter: which rows a person wants to see, or is looking for. It does not know
 * which rows there are (order.h).
 *
 * The text is words with blanks between them. A row is taken when every word is
 * somewhere in its VM's name, job id, type or status as they are shown, capitals
 * or not; a word that begins with '!' must be in none of them. So "db !running"
 * takes what stands still on the VMs named db. A '!' alone says nothing, as does
 * an empty text: every row is taken.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;
struct target;

#define FILTER_SIZE 128 /* bytes of the text, with the NUL */

struct filter {
    char text[FILTER_SIZE];          /* as typed, cut to fit */
    char words[FILTER_SIZE];         /* the same, a NUL behind each word */
    uint8_t begins[FILTER_SIZE / 2]; /* of each word, in `words` */
    size_t count;
};

/* Zeroed, it takes everything. */
void filter_set(struct filter *filter, const char *text);

/* Whether it says anything at all. */
bool filter_is_set(const struct filter *filter);

bool filter_takes_job(const struct filter *filter, const struct target *target,
                      const struct job *job);

/* The migration of `target` goes by the job id FILTER_MIGRATION, and as a type by
 * "migr." on the sending and "incoming" on the receiving side. */
#define FILTER_MIGRATION "migration"
bool filter_takes_migration(const struct filter *filter, const struct target *target);

/* The status of a row in a word: QEMU's own, or how an ended job came out. Valid as
 * long as the job. */
const char *filter_status(const struct job *job);

#endif
