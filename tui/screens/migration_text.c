#include "tui/screens/migration_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/format.h"
#include "core/need.h"

#define REASON_SIZE 320

void migration_text_status(const struct target *target, char *text, size_t size)
{
    const char *word = migration_status_text(&target->migration);
    struct need need = fleet_migration_need(target);
    bool loud = need.kind != NEED_NONE && need.kind != NEED_LOST;
    size_t len = 0;
    for (; word[len] != '\0' && len + 1 < size; len++)
        text[len] = loud ? (char)toupper((unsigned char)word[len]) : word[len];
    text[len] = '\0';
}

/* ---- reasons --------------------------------------------------------------------------- */

/* " (i)": the key of the request that helps. */
static void append_key(const struct keymap *keymap, enum request request, char *text,
                       size_t size)
{
    char keys[KEYMAP_KEYS_SIZE];
    size_t len = strlen(text);
    if (keymap != NULL && keymap_keys(keymap, request, true, keys)[0] != '\0')
        snprintf(text + len, size - len, " (%s)", keys);
}

/* "will not converge: the guest dirties 120M/s, 110M/s are sent" */
static void say_verdict(const struct migration *migration, char *text, size_t size)
{
    char reason[REASON_SIZE];
    migration_reason(migration, reason, sizeof(reason));
    snprintf(text, size, "%s%s%s", migration_verdict_text(migration->noted),
             reason[0] != '\0' ? ": " : "", reason);
}

char *migration_text_ms(uint64_t ms, char *text)
{
    if (ms >= 10000)
        return format_duration(text, ms < INT64_MAX ? (int64_t)ms : INT64_MAX);
    snprintf(text, FORMAT_SIZE, "%" PRIu64 " ms", ms);
    return text;
}

/* "16.0 GiB sent in 3m12, downtime 40 ms" */
static void say_ending(const struct migration *migration, int64_t now_ms, char *text,
                       size_t size)
{
    char bytes[FORMAT_SIZE], time[FORMAT_SIZE], downtime[48] = "";
    bool sent = migration->transferred > 0;
    int64_t ms;
    if (migration->has_downtime)
        snprintf(downtime, sizeof(downtime), ", downtime %s",
                 migration_text_ms(migration->downtime, time));
    text[0] = '\0';
    if (sent)
        snprintf(text, size, "%s sent", format_bytes_long(bytes, migration->transferred));
    size_t len = strlen(text);
    if (migration_duration(migration, now_ms, &ms))
        snprintf(text + len, size - len, "%s %s%s", sent ? " in" : "after",
                 format_duration(time, ms), downtime);
}

static void append_error(const struct migration *migration, char *text, size_t size)
{
    size_t len = strlen(text);
    if (migration->error)
        snprintf(text + len, size - len, ": %s", migration->error);
}

static void say_lost(const struct target *target, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s", need_text(NEED_LOST), target->reason ? ": " : "",
             target->reason ? target->reason : "");
}

static void say_need(const struct target *target, const struct need *need,
                     const struct keymap *keymap, int64_t now_ms, char *text, size_t size)
{
    const struct migration *migration = &target->migration;
    char time[FORMAT_SIZE];
    if (need->kind == NEED_LOST) {
        say_lost(target, text, size);
    } else if (need->kind == NEED_SWITCHOVER) {
        /* One that is found there may have been for long. */
        bool begin_seen = migration->status_ms > migration->started_ms;
        snprintf(text, size, "GUEST STOPPED%s for %s", begin_seen ? "" : ", seen",
                 format_duration(time, now_ms - migration->status_ms));
        append_key(keymap, REQUEST_DETAIL, text, size);
    } else if (need->kind == NEED_FAILED) {
        snprintf(text, size, "%s", migration->error ? migration->error : need_text(need->kind));
        append_key(keymap, REQUEST_DISMISS, text, size);
    } else if (need->kind == NEED_BROKEN) {
        snprintf(text, size, "%s", migration_verdict_text(MIGRATION_BROKEN));
        append_key(keymap, REQUEST_DETAIL, text, size);
        append_error(migration, text, size);
    } else {
        say_verdict(migration, text, size);
    }
}

/* Of one that needs nobody: what no bar would say. */
static void say_course(const struct migration *migration, int64_t now_ms, char *text,
                       size_t size)
{
    switch (migration->noted) {
    case MIGRATION_ENDED_CANCELLED:
    case MIGRATION_ENDED_DONE:
    case MIGRATION_ENDED_FAILED:
    case MIGRATION_ENDED_UNKNOWN:
        say_ending(migration, now_ms, text, size);
        break;
    case MIGRATION_INCOMING:
        snprintf(text, size, "%s",
                 migration->status == MIGRATION_SETUP ? "waits for the source"
                                                      : "receiving; see the source");
        break;
    case MIGRATION_STARTING:
    case MIGRATION_UNJUDGED:
    case MIGRATION_FOLLOWED:
    case MIGRATION_SWITCHING:
    case MIGRATION_RECOVERING:
    case MIGRATION_ENDING:
        say_verdict(migration, text, size);
        break;
    case MIGRATION_POSTCOPY:
        snprintf(text, size, "%s",
                 migration->has_ram ? "" : migration_verdict_text(migration->noted));
        break;
    case MIGRATION_IDLE:
    case MIGRATION_FIRST_PASS:
    case MIGRATION_CONVERGING:
    case MIGRATION_SLOWLY:
    case MIGRATION_NOT_CONVERGING:
    case MIGRATION_LIMITED:
    case MIGRATION_GUEST_STOPPED:
    case MIGRATION_BROKEN:
    case MIGRATION_UNTOLD:
    case MIGRATION_VERDICT_COUNT:
        break;
    }
}

void migration_text_reason(const struct target *target, const struct keymap *keymap,
                           int64_t now_ms, char *text, size_t size)
{
    struct need need = fleet_migration_need(target);
    text[0] = '\0';
    if (need.kind == NEED_NONE)
        say_course(&target->migration, now_ms, text, size);
    else
        say_need(target, &need, keymap, now_ms, text, size);
}

/* ---- figures --------------------------------------------------------------------------- */

int migration_text_percent(const struct migration *migration, char *text)
{
    int permille = migration_is_ended(migration) ? -1 : migration_permille(migration);
    if (permille < 0)
        snprintf(text, FORMAT_SIZE, "-");
    else
        format_percent(text, (uint64_t)permille, 1000);
    return permille;
}

void migration_text_state(const struct target *target, const struct keymap *keymap,
                          int64_t now_ms, char *text, size_t size)
{
    const struct migration *migration = &target->migration;
    char status[64], reason[REASON_SIZE], percent[FORMAT_SIZE], pass[80] = "";
    migration_text_status(target, status, sizeof(status));
    migration_text_reason(target, keymap, now_ms, reason, sizeof(reason));
    if (migration_text_percent(migration, percent) >= 0)
        snprintf(pass, sizeof(pass), ", %s %% of pass %" PRIu64, percent, migration->pass);
    snprintf(text, size, "%s%s%s%s", status, reason[0] != '\0' ? ", " : "", reason, pass);
}
