#include "qmp/message_migration.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "qmp/value.h"

static bool read_ram(struct json_object *ram, struct message_migration *migration)
{
    bool has;

    migration->has_ram = ram != NULL;
    if (ram == NULL)
        return true;
    return value_uint(value_member(ram, "total"), &migration->total) &&
           value_uint(value_member(ram, "transferred"), &migration->transferred) &&
           value_uint(value_member(ram, "remaining"), &migration->remaining) &&
           value_number(value_member(ram, "mbps"), &migration->mbps) &&
           value_optional_uint(ram, "page-size", &has, &migration->page_size) &&
           value_optional_uint(ram, "dirty-pages-rate", &has, &migration->dirty_pages_rate) &&
           value_optional_uint(ram, "dirty-sync-count", &has, &migration->dirty_sync_count) &&
           value_optional_uint(ram, "postcopy-requests", &has, &migration->postcopy_requests);
}

static bool read_times(struct json_object *info, struct message_migration *migration)
{
    return value_optional_uint(info, "total-time", &migration->has_total_time,
                               &migration->total_time) &&
           value_optional_uint(info, "setup-time", &migration->has_setup_time,
                               &migration->setup_time) &&
           value_optional_uint(info, "expected-downtime", &migration->has_expected_downtime,
                               &migration->expected_downtime) &&
           value_optional_uint(info, "downtime", &migration->has_downtime,
                               &migration->downtime) &&
           value_optional_uint(info, "cpu-throttle-percentage", &migration->has_throttle,
                               &migration->throttle);
}

static bool read_blocked(struct json_object *reasons, char blocked[MESSAGE_BLOCKED_SIZE])
{
    size_t used = 0;

    blocked[0] = '\0';
    if (reasons == NULL)
        return true;
    if (!json_object_is_type(reasons, json_type_array))
        return false;
    for (size_t i = 0; i < json_object_array_length(reasons); i++) {
        const char *reason;

        if (!value_string(json_object_array_get_idx(reasons, i), &reason))
            return false;
        if (used < MESSAGE_BLOCKED_SIZE - 1)
            used += (size_t)snprintf(blocked + used, MESSAGE_BLOCKED_SIZE - used, "%s%s",
                                     used > 0 ? "; " : "", reason);
    }
    return true;
}

bool message_migration(const struct message *message, struct message_migration *migration)
{
    struct json_object *info = message->value;
    bool has_remaining;
    uint64_t remaining;

    *migration = (struct message_migration){.status = NULL};
    if (message->kind != MESSAGE_RETURN || !json_object_is_type(info, json_type_object) ||
        !value_optional_string(info, "status", &migration->status) ||
        !value_optional_string(info, "error-desc", &migration->error) ||
        !read_blocked(value_member(info, "blocked-reasons"), migration->blocked) ||
        !read_ram(value_member(info, "ram"), migration) || !read_times(info, migration) ||
        !value_optional_uint(info, "remaining", &has_remaining, &remaining))
        return false;
    migration->has_socket_address = value_member(info, "socket-address") != NULL;
    if (has_remaining)
        migration->remaining = remaining;
    return true;
}

bool message_migration_parameters(const struct message *message,
                                  struct message_migration_parameters *parameters)
{
    struct json_object *object = message->value;
    bool has;

    return message->kind == MESSAGE_RETURN && json_object_is_type(object, json_type_object) &&
           value_optional_uint(object, "max-bandwidth", &has, &parameters->max_bandwidth) &&
           value_optional_uint(object, "max-postcopy-bandwidth", &has,
                               &parameters->max_postcopy_bandwidth) &&
           value_optional_uint(object, "downtime-limit", &has, &parameters->downtime_limit);
}
