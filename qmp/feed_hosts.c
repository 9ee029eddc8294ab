#include "qmp/feed_hosts.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/merge.h"
#include "core/text.h"
#include "qmp/discover_list.h"
#include "qmp/survey.h"
#include "qmp/transport_survey.h"

#define WORDS_SIZE 320

struct feed_host {
    struct feed_hosts *hosts;
    struct address address; /* without path */
    struct target *target;  /* of the fleet */
    struct transport_survey survey;
    struct discover_list found;
    int64_t next_ms;  /* the next look begins then; INT64_MAX while one is under way */
    int64_t retry_ms; /* how long it waits after the next failure */
    bool known;       /* it was looked at */
    size_t added;     /* endpoints: a host that names new ones for ever is heard no more */
};

static int64_t now_of(const struct feed_host *host)
{
    return host->hosts->links->now_ms();
}

/* ---- outcomes --------------------------------------------------------------------------- */

static void wait_for(struct feed_host *host, int64_t ms)
{
    host->known = true;
    host->next_ms = now_of(host) + ms;
}

static void set_failed(struct feed_host *host, const char *words)
{
    target_set_link(host->target, TARGET_FAILED, words, host->next_ms, now_of(host));
}

static void on_failed(void *ctx, const char *words)
{
    struct feed_host *host = ctx;

    wait_for(host, host->retry_ms);
    host->retry_ms = host->retry_ms < FEED_HOSTS_MS / 2 ? 2 * host->retry_ms : FEED_HOSTS_MS;
    set_failed(host, words);
}

/* It has answered, has no jobs, and there is nothing else to ask. */
static void set_up(struct feed_host *host)
{
    int64_t now_ms = now_of(host);
    struct target *target = host->target;

    target_set_link(target, TARGET_UP, NULL, 0, now_ms);
    target_asked(target, TARGET_ASK_COMMANDS, now_ms);
    target_answered(target, TARGET_ASK_COMMANDS, true, now_ms);
    target_set_offered(target, 0, 0);
    merge_jobs(target, NULL, 0, now_ms);
}

/* No answer: perhaps somebody else than a shell has said something. */
static void refuse_answer(struct feed_host *host, const char *bytes, size_t len,
                          const char *words)
{
    char said[128], text[WORDS_SIZE];

    while (len > 0 && *bytes == '\n') {
        bytes++;
        len--;
    }
    const char *end = memchr(bytes, '\n', len);
    size_t first = end != NULL ? (size_t)(end - bytes) : len;
    (void)text_clean(said, sizeof(said), bytes, first, TEXT_UTF8);
    if (first > 0)
        snprintf(text, sizeof(text), "no shell there tells its sockets; it says: %s", said);
    else
        snprintf(text, sizeof(text), "no shell there tells its sockets: %s", words);
    on_failed(host, text);
}

static void add_found(struct feed_host *host)
{
    size_t before = host->hosts->links->count;

    if (host->added < SURVEY_MAX)
        host->hosts->found(host->hosts->ctx, &host->found);
    host->added += host->hosts->links->count - before;
}

static void on_told(void *ctx, const char *bytes, size_t len, const char *words)
{
    struct feed_host *host = ctx;
    struct discover_list found = {.count = 0};

    if (!survey_read(&found, host->address.text, bytes, len)) {
        discover_list_release(&found);
        refuse_answer(host, bytes, len, words);
        return;
    }
    for (size_t i = 0; i < found.count; i++)
        found.items[i].manner = host->address.manner;
    discover_list_release(&host->found);
    host->found = found;
    target_set_leads_to(host->target, found.count);
    host->retry_ms = FEED_HOSTS_RETRY_MS;
    wait_for(host, FEED_HOSTS_MS);
    add_found(host);
    if (found.count > 0)
        set_up(host);
    else
        set_failed(host, "no QMP socket found there, by the command lines of QEMUs or where "
                         "managers keep theirs");
}

static const struct transport_survey_events survey_events = {.told = on_told,
                                                             .failed = on_failed};

/* ---- looking ---------------------------------------------------------------------------- */

static void look(struct feed_host *host)
{
    host->next_ms = INT64_MAX;
    if (host->target->link != TARGET_UP)
        target_set_link(host->target, TARGET_CONNECTING, NULL, 0, now_of(host));
    transport_survey_ask(&host->survey);
}

void feed_hosts_open(struct feed_hosts *hosts)
{
    for (size_t i = 0; i < hosts->count && !hosts->open; i++)
        look(hosts->all[i]);
    hosts->open = true;
}

void feed_hosts_close(struct feed_hosts *hosts)
{
    for (size_t i = 0; i < hosts->count && hosts->open; i++) {
        struct feed_host *host = hosts->all[i];

        transport_survey_stop(&host->survey);
        target_set_link(host->target, TARGET_CLOSED, NULL, 0, now_of(host));
    }
    hosts->open = false;
}

void feed_hosts_tick(struct feed_hosts *hosts)
{
    for (size_t i = 0; i < hosts->count && hosts->open; i++)
        if (hosts->all[i]->next_ms <= now_of(hosts->all[i]))
            look(hosts->all[i]);
}

bool feed_hosts_are_known(const struct feed_hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++)
        if (!hosts->all[i]->known)
            return false;
    return true;
}

bool feed_hosts_hurry(struct feed_hosts *hosts, const struct target *target)
{
    for (size_t i = 0; i < hosts->count; i++) {
        struct feed_host *host = hosts->all[i];

        if (host->target != target)
            continue;
        transport_ssh_hurry(&hosts->links->hosts, &host->address);
        host->retry_ms = FEED_HOSTS_RETRY_MS;
        if (hosts->open)
            look(host);
        return true;
    }
    return false;
}

/* ---- telling ---------------------------------------------------------------------------- */

const struct discover_list *feed_hosts_list(const struct feed_hosts *hosts,
                                            const char *endpoint)
{
    for (size_t i = 0; i < hosts->count; i++)
        if (discover_list_find(&hosts->all[i]->found, endpoint) != NULL)
            return &hosts->all[i]->found;
    return NULL;
}

const struct target *feed_hosts_target(const struct feed_hosts *hosts, size_t i)
{
    return i < hosts->count ? hosts->all[i]->target : NULL;
}

size_t feed_hosts_complain(const struct feed_hosts *hosts, FILE *out)
{
    char clean[WORDS_SIZE];
    size_t failed = 0;

    for (size_t i = 0; i < hosts->count; i++) {
        const struct target *target = hosts->all[i]->target;
        const char *reason = target->reason != NULL ? target->reason : "";

        if (target->link == TARGET_UP)
            continue;
        (void)text_clean(clean, sizeof(clean), reason, strlen(reason), TEXT_ASCII);
        fprintf(out, "qmptop: %s: %s\n", hosts->all[i]->address.text, clean);
        failed++;
    }
    return failed;
}

/* ---- life ------------------------------------------------------------------------------- */

void feed_hosts_init(struct feed_hosts *hosts, struct feed_links *links,
                     void (*found)(void *ctx, const struct discover_list *found), void *ctx)
{
    *hosts = (struct feed_hosts){.links = links, .found = found, .ctx = ctx};
}

bool feed_hosts_add(struct feed_hosts *hosts, const char *endpoint, char *error)
{
    struct feed_host *host = mem_alloc(1, sizeof(*host));

    if (hosts->script == NULL)
        hosts->script = survey_script();
    if (hosts->script == NULL) {
        snprintf(error, ADDRESS_ERROR_SIZE, "out of memory");
        free(host);
        return false;
    }
    if (!address_parse_host(&host->address, endpoint, error)) {
        free(host);
        return false;
    }
    host->hosts = hosts;
    host->retry_ms = FEED_HOSTS_RETRY_MS;
    host->next_ms = INT64_MAX;
    host->target = fleet_add(hosts->links->fleet, host->address.name, host->address.name_given,
                             host->address.text, now_of(host));
    target_set_leads_to(host->target, 0);
    transport_survey_init(&host->survey, &hosts->links->hosts, &host->address, hosts->script,
                          &survey_events, host);
    hosts->all = mem_resize(hosts->all, hosts->count + 1, sizeof(struct feed_host *));
    hosts->all[hosts->count++] = host;
    return true;
}

void feed_hosts_release(struct feed_hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++) {
        struct feed_host *host = hosts->all[i];

        transport_survey_release(&host->survey);
        discover_list_release(&host->found);
        address_release(&host->address);
        free(host);
    }
    free(hosts->all);
    free(hosts->script);
    *hosts = (struct feed_hosts){.links = hosts->links};
}
