#ifndef QMPTOP_QMP_SURVEY_H
#define QMPTOP_QMP_SURVEY_H

/*
 * survey: the QMP sockets of another host: what a shell there is to run to tell them, and
 * its answer as findings (discover.h). It knows neither ssh nor when to look.
 *
 * The shell needs a /proc as Linux has it (or where QMPTOP_PROC says there) for the command
 * lines, and only looks. Its answer is text of somebody else: it can name sockets, at most
 * SURVEY_MAX, and nothing else. Found are unix sockets and ports; not those that QEMU was
 * handed as a descriptor, unless they are in the place of a manager (place.h).
 */

#include <stdbool.h>
#include <stddef.h>

#define SURVEY_MAX      1024
#define SURVEY_HELD_MAX 16384 /* sockets with a client, of all kinds; more are not looked at \
                               */

struct discover_list;

/* For "sh" to read from its stdin. The caller frees it; NULL without memory. */
char *survey_script(void);

/* Adds what the answer names, each endpoint `host` ("ssh://node7") with a path or a port
 * behind it, ordered by that.
 * False when the answer is not one, or not whole; nothing may be used then. */
bool survey_read(struct discover_list *list, const char *host, const char *bytes, size_t len);

#endif
