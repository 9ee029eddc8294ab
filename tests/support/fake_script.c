#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fake_qmp_inner.h"

/* ---- script ---- */

bool fake_is_query(const char *name)
{
    return strncmp(name, "query-", 6) == 0;
}

void fake_qmp_event(struct fake_qmp *fake, const char *name, const char *data)
{
    struct json_object *event =
        fake_json("{\"timestamp\": {\"seconds\": 1700000000, \"microseconds\": 1}}");

    json_object_object_add(event, "event", json_object_new_string(name));
    if (data != NULL)
        json_object_object_add(event, "data", fake_json(data));
    fake_qmp_put(fake, event);
}

static size_t oldest_unanswered(const struct fake_qmp *fake)
{
    size_t i = 0;

    while (i < fake->command_count && fake->commands[i].answered)
        i++;
    return i;
}

static bool has_unanswered(void *ctx)
{
    const struct fake_qmp *fake = ctx;

    return oldest_unanswered(fake) < fake->command_count;
}

bool fake_qmp_expect(struct fake_qmp *fake, const char *name)
{
    const char *came;

    fake->expected = SIZE_MAX;
    if (!pump_until(fake->pump, has_unanswered, fake, PUMP_MS)) {
        fprintf(stderr, "fake_qmp: expected %s, nothing came\n", name);
        return false;
    }
    came = fake->commands[oldest_unanswered(fake)].name;
    if (strcmp(came, name) != 0) {
        fprintf(stderr, "fake_qmp: expected %s, %s came\n", name, came);
        return false;
    }
    fake->expected = oldest_unanswered(fake);
    return true;
}

void fake_qmp_answer(struct fake_qmp *fake, struct fake_command *command, const char *member,
                     struct json_object *value)
{
    struct json_object *reply = json_object_new_object(), *id;

    if (json_object_object_get_ex(command->root, "id", &id))
        json_object_object_add(reply, "id", json_object_get(id));
    json_object_object_add(reply, member, value);
    fake_qmp_put(fake, reply);
    if (!command->answered && fake_is_query(command->name))
        fake->unanswered--;
    command->answered = true;
}

struct json_object *fake_error(const char *class, const char *desc)
{
    struct json_object *error = json_object_new_object();

    json_object_object_add(error, "class", json_object_new_string(class));
    json_object_object_add(error, "desc", json_object_new_string(desc));
    return error;
}

static struct fake_command *expected_command(struct fake_qmp *fake)
{
    if (fake->expected >= fake->command_count) {
        fprintf(stderr, "fake_qmp: no command was expected\n");
        abort();
    }
    return &fake->commands[fake->expected];
}

void fake_qmp_return(struct fake_qmp *fake, const char *value)
{
    struct fake_command *command = expected_command(fake);

    fake_qmp_answer(fake, command, "return",
                    value ? fake_json(value) : fake_model_reply(&fake->model, command->name));
}

void fake_qmp_error(struct fake_qmp *fake, const char *class, const char *desc)
{
    fake_qmp_answer(fake, expected_command(fake), "error", fake_error(class, desc));
}

bool fake_qmp_negotiate(struct fake_qmp *fake)
{
    if (!fake_qmp_expect(fake, "qmp_capabilities"))
        return false;
    fake->negotiated = true;
    fake_qmp_return(fake, "{}");
    return true;
}

/* ---- what came ---- */

size_t fake_qmp_count(const struct fake_qmp *fake, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < fake->command_count; i++)
        count += name == NULL || strcmp(fake->commands[i].name, name) == 0;
    return count;
}

size_t fake_qmp_count_verbs(const struct fake_qmp *fake)
{
    static const char *const verbs[] = {
        "job-pause",    "job-resume",  "job-complete",     "job-cancel",
        "job-finalize", "job-dismiss", "block-job-cancel", "block-job-set-speed"};
    size_t count = 0;

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        count += fake_qmp_count(fake, verbs[i]);
    return count;
}

const char *fake_qmp_command(const struct fake_qmp *fake, size_t i)
{
    return i < fake->command_count ? fake->commands[i].name : NULL;
}

const char *fake_qmp_argument(const struct fake_qmp *fake, const char *name, const char *member)
{
    struct json_object *arguments, *value;
    size_t i = fake->command_count;

    while (i > 0 && strcmp(fake->commands[i - 1].name, name) != 0)
        i--;
    if (i == 0 ||
        !json_object_object_get_ex(fake->commands[i - 1].root, "arguments", &arguments) ||
        !json_object_object_get_ex(arguments, member, &value))
        return NULL;
    return json_object_to_json_string_ext(value, JSON_C_TO_STRING_NOSLASHESCAPE);
}

struct await {
    const struct fake_qmp *fake;
    const char *name;
    size_t count;
};

static bool has_come(void *ctx)
{
    const struct await *await = ctx;

    return fake_qmp_count(await->fake, await->name) >= await->count;
}

bool fake_qmp_await(struct fake_qmp *fake, const char *name, size_t count)
{
    struct await await = {fake, name, count};

    return pump_until(fake->pump, has_come, &await, PUMP_MS);
}

size_t fake_qmp_most_unanswered(const struct fake_qmp *fake)
{
    return fake->most_unanswered;
}

bool fake_qmp_has_client(const struct fake_qmp *fake)
{
    return fake->client >= 0;
}

size_t fake_qmp_clients(const struct fake_qmp *fake)
{
    return fake->clients;
}

size_t fake_qmp_bytes(const struct fake_qmp *fake)
{
    return fake->bytes;
}

size_t fake_qmp_early_bytes(const struct fake_qmp *fake)
{
    return fake->early_bytes;
}
