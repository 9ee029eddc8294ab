#ifndef QMPTOP_TESTS_FAKE_QMP_INNER_H
#define QMPTOP_TESTS_FAKE_QMP_INNER_H

/*
 * fake_qmp_inner: what the parts of the fake server share: fake_qmp.c (sockets),
 * fake_script.c (the test's commands and the record) and fake_model.c (jobs and
 * answers). Tests include fake_qmp.h.
 */

#include <json-c/json.h>

#include "tests/support/fake_qmp.h"

enum fake_manner { FAKE_OBEYS, FAKE_ANSWERS, FAKE_REFUSES, FAKE_MUTES, FAKE_LACKS };

struct fake_rule {
    char *command;
    enum fake_manner manner;
    char *value;        /* ANSWERS */
    char *class, *desc; /* REFUSES */
};

struct fake_command {
    char *name;
    struct json_object *root; /* the whole request */
    bool answered;
};

struct fake_model {
    bool on;
    char *vm_name, *run_state;
    struct json_object *jobs, *block_jobs; /* arrays, newest first */
    struct fake_rule *rules;
    size_t rule_count;
};

struct fake_qmp {
    struct pump *pump;
    int listener, client; /* -1 = none */
    int family;
    char *path; /* of the unix socket */
    char *endpoint;
    bool accepts, greets, reads, pretty, greeted, negotiated, hanging_up;
    size_t chunk;
    struct json_tokener *tokener;
    char *output;
    size_t output_len;
    struct fake_command *commands;
    size_t command_count, expected; /* `expected` indexes the one that waits for its answer */
    size_t unanswered, most_unanswered;
    size_t clients, bytes, early_bytes;
    struct fake_model model;
};

/* Never NULL; aborts instead. */
void *fake_resize(void *ptr, size_t size);
char *fake_dup(const char *text); /* NULL gives NULL */

/* Parses JSON text written by a test; aborts when it is none. */
struct json_object *fake_json(const char *text);

/* Sends an object, and answers a recorded command; `value` is consumed. */
void fake_qmp_put(struct fake_qmp *fake, struct json_object *object);
void fake_qmp_answer(struct fake_qmp *fake, struct fake_command *command, const char *member,
                     struct json_object *value);
bool fake_is_query(const char *command);
struct json_object *fake_error(const char *class, const char *desc);

void fake_model_init(struct fake_model *model);
void fake_model_release(struct fake_model *model);

/* What the model returns for a command it obeys; the caller owns it. */
struct json_object *fake_model_reply(const struct fake_model *model, const char *command);

/* Answers `command` by itself, if the model is on and has an answer. */
void fake_model_answer(struct fake_qmp *fake, struct fake_command *command);

#endif
