#ifndef QMPTOP_TUI_CONFIRM_INNER_H
#define QMPTOP_TUI_CONFIRM_INNER_H

/*
 * confirm_inner: what confirm.c (the box: keys, lines, frame) and what it can be
 * about share: confirm_verb.c (a verb on a job), confirm_lever.c (a lever of a
 * migration). Nobody else includes it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/action.h"
#include "tui/screen.h"
#include "tui/widgets/answer.h"

struct confirm;

/* What the box is about. All but lost_ground() are called only while that one finds
 * nothing. Texts are raw. */
struct confirm_matter {
    /* Why the box has lost its ground; NULL while it stands. */
    const char *(*lost_ground)(const struct confirm *confirm, const struct fleet *fleet);

    /* The target, and how its job or migration is now. */
    const struct target *(*state)(const struct confirm *confirm, const struct app *app,
                                  int64_t now_ms, char *text, size_t size);

    /* What will happen, and, in a box of the loudest tier, what is lost for good. */
    const char *(*consequence)(const struct confirm *confirm, const struct fleet *fleet);
    void (*loss)(const struct confirm *confirm, const struct fleet *fleet, char *text,
                 size_t size);

    /* What it takes: an address, or the present value and the new one; false where it takes
     * nothing. */
    bool (*argument)(const struct confirm *confirm, const struct fleet *fleet, char *text,
                     size_t size);

    /* The answer was yes. */
    void (*act)(const struct confirm *confirm, struct app *app, int64_t now_ms);

    /* What it means for others: false when nothing is known. And what a person should
     * know besides; "" is nothing. NULL where there is never anything. What the VM's
     * manager makes of it comes like the warning. */
    bool (*warning)(const struct confirm *confirm, const struct fleet *fleet, char *text,
                    size_t size);
    bool (*managed)(const struct confirm *confirm, const struct fleet *fleet, char *text,
                    size_t size);
    const char *(*advice)(const struct confirm *confirm, const struct fleet *fleet);
};

struct confirm {
    struct screen screen;
    const struct confirm_matter *matter;
    uint64_t uid;        /* of the job or the migration */
    enum verb verb;      /* of a job, or ... */
    enum lever lever;    /* ... of a migration */
    uint64_t argument;   /* the number that it sets, or ... */
    char *text;          /* ... what else a lever takes; owned; NULL = nothing */
    const char *name;    /* of the verb or lever; static */
    const char *does;    /* what yes does to "it"; static */
    enum verb_tier tier; /* what was at stake when it was opened */
    struct answer answer;
    char *vm, *subject; /* frozen: "web-01", "mirror0"; owned */
    char *identity;     /* frozen: "mirror, socket /run/q/web-01.qmp"; owned */
};

/* A box with all that `wish` says (name and tier among it), what was typed ahead
 * thrown away; `subject` is the id of the job or "migration", `kind` its type. */
struct screen *confirm_open(const struct app *app, const struct confirm *wish,
                            const struct target *target, const char *subject, const char *kind,
                            int64_t now_ms);

#endif
