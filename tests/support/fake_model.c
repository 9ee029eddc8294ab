#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fake_qmp_inner.h"

/* What query-commands tells of, as long as no rule says that it is lacking. */
static const char *const commands[] = {
    "qmp_capabilities", "query-version",    "query-commands",
    "query-name",       "query-status",     "query-jobs",
    "query-block-jobs", "job-pause",        "job-resume",
    "job-cancel",       "job-complete",     "job-finalize",
    "job-dismiss",      "block-job-cancel", "block-job-set-speed",
    "block-job-change", "block-job-pause",  "quit",
};

static const char *const block_types[] = {"commit", "stream", "mirror", "backup"};

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

void fake_model_init(struct fake_model *model)
{
    *model = (struct fake_model){.vm_name = fake_dup("fake"),
                                 .run_state = fake_dup("running"),
                                 .jobs = json_object_new_array(),
                                 .block_jobs = json_object_new_array()};
}

static void clear_rule(struct fake_rule *rule)
{
    free(rule->command);
    free(rule->value);
    free(rule->class);
    free(rule->desc);
}

void fake_model_release(struct fake_model *model)
{
    for (size_t i = 0; i < model->rule_count; i++)
        clear_rule(&model->rules[i]);
    free(model->rules);
    free(model->vm_name);
    free(model->run_state);
    json_object_put(model->jobs);
    json_object_put(model->block_jobs);
}

/* ---- answers ---- */

static struct fake_rule *rule_of(const struct fake_model *model, const char *command)
{
    for (size_t i = 0; i < model->rule_count; i++)
        if (strcmp(model->rules[i].command, command) == 0)
            return &model->rules[i];
    return NULL;
}

static bool is_lacking(const struct fake_model *model, const char *command)
{
    const struct fake_rule *rule = rule_of(model, command);

    if (rule != NULL && rule->manner == FAKE_LACKS)
        return true;
    return (strcmp(command, "query-name") == 0 && model->vm_name == NULL) ||
           (strcmp(command, "query-status") == 0 && model->run_state == NULL);
}

static bool is_known(const char *command)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (strcmp(commands[i], command) == 0)
            return true;
    return false;
}

static void tell_of(struct json_object *list, const char *command)
{
    struct json_object *entry = json_object_new_object();

    json_object_object_add(entry, "name", json_object_new_string(command));
    json_object_array_add(list, entry);
}

static struct json_object *commands_reply(const struct fake_model *model)
{
    struct json_object *list = json_object_new_array();

    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (!is_lacking(model, commands[i]))
            tell_of(list, commands[i]);
    for (size_t i = 0; i < model->rule_count; i++)
        if (model->rules[i].manner == FAKE_ANSWERS && !is_known(model->rules[i].command))
            tell_of(list, model->rules[i].command);
    return list;
}

static struct json_object *name_reply(const struct fake_model *model)
{
    struct json_object *reply = json_object_new_object();

    if (model->vm_name[0] != '\0')
        json_object_object_add(reply, "name", json_object_new_string(model->vm_name));
    return reply;
}

static struct json_object *status_reply(const struct fake_model *model)
{
    struct json_object *reply = json_object_new_object();
    bool running = strcmp(model->run_state, "running") == 0;

    json_object_object_add(reply, "status", json_object_new_string(model->run_state));
    json_object_object_add(reply, "running", json_object_new_boolean(running));
    return reply;
}

static struct json_object *jobs_reply(const struct fake_model *model)
{
    return json_object_get(model->jobs);
}

static struct json_object *block_jobs_reply(const struct fake_model *model)
{
    return json_object_get(model->block_jobs);
}

static const struct {
    const char *command;
    struct json_object *(*reply)(const struct fake_model *model);
} queries[] = {
    {"query-commands", commands_reply},     {"query-name", name_reply},
    {"query-status", status_reply},         {"query-jobs", jobs_reply},
    {"query-block-jobs", block_jobs_reply},
};

struct json_object *fake_model_reply(const struct fake_model *model, const char *command)
{
    const struct fake_rule *rule = rule_of(model, command);

    if (rule != NULL && rule->manner == FAKE_ANSWERS)
        return fake_json(rule->value);
    for (size_t i = 0; i < COUNT_OF(queries); i++)
        if (strcmp(queries[i].command, command) == 0)
            return queries[i].reply(model);
    return json_object_new_object();
}

static void answer_not_found(struct fake_qmp *fake, struct fake_command *command)
{
    char desc[200];

    snprintf(desc, sizeof(desc), "The command %.100s has not been found", command->name);
    fake_qmp_answer(fake, command, "error", fake_error("CommandNotFound", desc));
}

void fake_model_answer(struct fake_qmp *fake, struct fake_command *command)
{
    struct fake_model *model = &fake->model;
    const struct fake_rule *rule = rule_of(model, command->name);
    bool negotiates = strcmp(command->name, "qmp_capabilities") == 0;

    if (!model->on || (rule != NULL && rule->manner == FAKE_MUTES))
        return;
    if (is_lacking(model, command->name) || negotiates == fake->negotiated)
        answer_not_found(fake, command);
    else if (rule != NULL && rule->manner == FAKE_REFUSES)
        fake_qmp_answer(fake, command, "error", fake_error(rule->class, rule->desc));
    else
        fake_qmp_answer(fake, command, "return", fake_model_reply(model, command->name));
    fake->negotiated |= negotiates;
}

/* ---- rules ---- */

static struct fake_rule *set_rule(struct fake_qmp *fake, const char *command,
                                  enum fake_manner manner)
{
    struct fake_model *model = &fake->model;
    struct fake_rule *rule = rule_of(model, command);

    if (rule == NULL) {
        model->rules =
            fake_resize(model->rules, (model->rule_count + 1) * sizeof(*model->rules));
        rule = &model->rules[model->rule_count++];
    } else {
        clear_rule(rule);
    }
    *rule = (struct fake_rule){.command = fake_dup(command), .manner = manner};
    return rule;
}

void fake_qmp_migrates(struct fake_qmp *fake)
{
    fake_qmp_answers(
        fake, "query-migrate",
        "{\"status\": \"active\", \"total-time\": 9000, \"ram\": {\"total\": 1073741824, "
        "\"transferred\": 1288490, \"remaining\": 1072453334, \"mbps\": 838.8, "
        "\"page-size\": 4096, \"dirty-pages-rate\": 0, \"dirty-sync-count\": 1}}");
}

void fake_qmp_answers(struct fake_qmp *fake, const char *command, const char *value)
{
    set_rule(fake, command, FAKE_ANSWERS)->value = fake_dup(value);
}

void fake_qmp_refuses(struct fake_qmp *fake, const char *command, const char *class,
                      const char *desc)
{
    struct fake_rule *rule = set_rule(fake, command, FAKE_REFUSES);

    rule->class = fake_dup(class);
    rule->desc = fake_dup(desc);
}

void fake_qmp_mutes(struct fake_qmp *fake, const char *command)
{
    set_rule(fake, command, FAKE_MUTES);
}

void fake_qmp_lacks(struct fake_qmp *fake, const char *command)
{
    set_rule(fake, command, FAKE_LACKS);
}

void fake_qmp_obeys(struct fake_qmp *fake, const char *command)
{
    set_rule(fake, command, FAKE_OBEYS);
}

/* ---- jobs ---- */

void fake_qmp_model(struct fake_qmp *fake)
{
    fake->model.on = true;
}

void fake_qmp_vm(struct fake_qmp *fake, const char *name, const char *run_state)
{
    free(fake->model.vm_name);
    free(fake->model.run_state);
    fake->model.vm_name = fake_dup(name);
    fake->model.run_state = fake_dup(run_state);
}

static bool is_block_type(const char *type)
{
    for (size_t i = 0; i < COUNT_OF(block_types); i++)
        if (strcmp(block_types[i], type) == 0)
            return true;
    return false;
}

static void set_string(struct json_object *object, const char *member, const char *value)
{
    json_object_object_add(object, member, json_object_new_string(value));
}

static void set_number(struct json_object *object, const char *member, uint64_t value)
{
    json_object_object_add(object, member, json_object_new_uint64(value));
}

static void set_flag(struct json_object *object, const char *member, bool value)
{
    json_object_object_add(object, member, json_object_new_boolean(value));
}

static struct json_object *job_info(const struct fake_job *job)
{
    struct json_object *info = json_object_new_object();

    set_number(info, "current-progress", job->current);
    set_string(info, "status", job->status);
    set_number(info, "total-progress", job->total);
    set_string(info, "type", job->type);
    set_string(info, "id", job->id);
    if (job->error != NULL)
        set_string(info, "error", job->error);
    return info;
}

static struct json_object *block_job_info(const struct fake_job *job)
{
    struct json_object *info = json_object_new_object();

    set_flag(info, "auto-finalize", !job->waits);
    set_string(info, "io-status", job->io_status ? job->io_status : "ok");
    set_string(info, "device", job->id);
    set_flag(info, "auto-dismiss", !job->keeps);
    set_flag(info, "busy", !job->idle);
    set_number(info, "len", job->total);
    set_number(info, "offset", job->current);
    set_string(info, "status", job->status);
    set_flag(info, "paused", job->block_paused);
    set_number(info, "speed", job->speed);
    set_flag(info, "ready", strcmp(job->status, "ready") == 0);
    set_string(info, "type", job->type);
    return info;
}

/* The index of the element whose `member` is `id`; the length when none is. */
static size_t index_of(struct json_object *list, const char *member, const char *id)
{
    size_t count = json_object_array_length(list), i = 0;
    struct json_object *value;

    while (i < count &&
           !(json_object_object_get_ex(json_object_array_get_idx(list, i), member, &value) &&
             strcmp(json_object_get_string(value), id) == 0))
        i++;
    return i;
}

/* A copy of the list with `element` in place of index `at`; beyond the end: in
 * front, where QEMU puts the newest. NULL takes the element away. */
static void replace(struct json_object **list, size_t at, struct json_object *element)
{
    size_t count = json_object_array_length(*list);
    struct json_object *copy = json_object_new_array();

    if (at >= count && element != NULL)
        json_object_array_add(copy, element);
    for (size_t i = 0; i < count; i++) {
        if (i != at)
            json_object_array_add(copy, json_object_get(json_object_array_get_idx(*list, i)));
        else if (element != NULL)
            json_object_array_add(copy, element);
    }
    json_object_put(*list);
    *list = copy;
}

void fake_qmp_job(struct fake_qmp *fake, const struct fake_job *job)
{
    struct fake_model *model = &fake->model;

    replace(&model->jobs, index_of(model->jobs, "id", job->id), job_info(job));
    replace(&model->block_jobs, index_of(model->block_jobs, "device", job->id),
            is_block_type(job->type) ? block_job_info(job) : NULL);
}

void fake_qmp_job_gone(struct fake_qmp *fake, const char *id)
{
    struct fake_model *model = &fake->model;

    replace(&model->jobs, index_of(model->jobs, "id", id), NULL);
    replace(&model->block_jobs, index_of(model->block_jobs, "device", id), NULL);
}

/* Sets a member of the job in both lists, where it is listed. */
static void set_member(struct fake_qmp *fake, const char *id, const char *member,
                       const char *block_member, struct json_object *value)
{
    struct fake_model *model = &fake->model;
    size_t job = index_of(model->jobs, "id", id);
    size_t block_job = index_of(model->block_jobs, "device", id);

    if (job < json_object_array_length(model->jobs))
        json_object_object_add(json_object_array_get_idx(model->jobs, job), member,
                               json_object_get(value));
    if (block_job < json_object_array_length(model->block_jobs))
        json_object_object_add(json_object_array_get_idx(model->block_jobs, block_job),
                               block_member, json_object_get(value));
    json_object_put(value);
}

void fake_qmp_job_status(struct fake_qmp *fake, const char *id, const char *status)
{
    struct json_object *data = json_object_new_object();

    if (strcmp(status, "null") == 0)
        fake_qmp_job_gone(fake, id);
    else
        set_member(fake, id, "status", "status", json_object_new_string(status));
    set_string(data, "status", status);
    set_string(data, "id", id);
    fake_qmp_event(fake, "JOB_STATUS_CHANGE", json_object_to_json_string(data));
    json_object_put(data);
}

void fake_qmp_job_progress(struct fake_qmp *fake, const char *id, uint64_t current,
                           uint64_t total)
{
    set_member(fake, id, "current-progress", "offset", json_object_new_uint64(current));
    set_member(fake, id, "total-progress", "len", json_object_new_uint64(total));
}
