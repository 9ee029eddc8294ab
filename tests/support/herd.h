#ifndef QMPTOP_TESTS_SUPPORT_HERD_H
#define QMPTOP_TESTS_SUPPORT_HERD_H

/*
 * herd: a farm of QMP servers (tests/farm) as a child of the test, in a folder of its own.
 * It does not know who connects; it tells what came over each socket, by the farm's log.
 * Whatever does not work fails the test.
 */

#include <stdbool.h>
#include <stddef.h>

#define HERD_PATH_SIZE 128

struct herd;

/* Starts a farm with these arguments (NULL-terminated, without --dir and --log); it
 * listens when this returns. herd_end() ends it. */
struct herd *herd_start(const char *const *arguments);

/* The path of the farm's program. */
const char *herd_program(void);

/* Ends it and removes its folder. NULL is fine. */
void herd_end(struct herd *herd);

/* The folder of the sockets, and the path of one of them in `path`. */
const char *herd_folder(const struct herd *herd);
const char *herd_socket(const struct herd *herd, unsigned number, char path[HERD_PATH_SIZE]);

/* Changes it while it runs: "fault flap@0", "churn 5". */
void herd_tell(struct herd *herd, const char *line);

/* How often that command came over socket `number` so far; NULL: all commands; `job`:
 * only for that id, NULL: any. "+accept" and "-close" count clients. */
size_t herd_count(struct herd *herd, unsigned number, const char *command, const char *job);

/* The commands that change something, over all sockets. */
size_t herd_count_verbs(struct herd *herd);

/* Fails the test when a command went to a job that was not there, or not in a state that the
 * command is for, by all that its client was told and had not read to be over. */
void herd_assert_meant(struct herd *herd);

/* When the newest of those commands came, in microseconds of CLOCK_MONOTONIC; 0 = never.
 * And how many came since then, that moment excluded. */
long long herd_newest_us(struct herd *herd, unsigned number, const char *command);
size_t herd_count_since(struct herd *herd, unsigned number, const char *command,
                        long long since_us);

/* Most commands that were without an answer at one time, over all sockets. */
unsigned herd_most_unanswered(struct herd *herd);

#endif
