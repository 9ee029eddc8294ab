#include "tests/support/qemu_pair.h"

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/guest.h"

#define WORD_SIZE 256
#define STEP_MS   10

/* Postcopy fetches missing pages by userfaultfd, which many hosts keep from users. */
static bool host_allows_postcopy(void)
{
    int fd = (int)syscall(SYS_userfaultfd, 0);
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

static void set_capabilities(struct qemu *qemu, unsigned capabilities)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"migrate-set-capabilities\",\"arguments\":{\"capabilities\":["
               "{\"capability\":\"postcopy-ram\",\"state\":%s},"
               "{\"capability\":\"pause-before-switchover\",\"state\":%s},"
               "{\"capability\":\"events\",\"state\":%s}]}}",
               capabilities & PAIR_POSTCOPY ? "true" : "false",
               capabilities & PAIR_PAUSES ? "true" : "false",
               capabilities & PAIR_EVENTS ? "true" : "false");
}

static struct qemu *start_destination(unsigned capabilities)
{
    static const char *const deferred[] = {"-incoming", "defer", NULL};
    struct qemu *qemu = qemu_start_with(&(struct qemu_options){
        .kind = QEMU_SYSTEM, .tcp = true, .guest = true, .arguments = deferred});
    set_capabilities(qemu, capabilities);
    return qemu;
}

void pair_start(struct qemu_pair *pair, unsigned capabilities)
{
    if (capabilities & PAIR_POSTCOPY && !host_allows_postcopy()) {
        print_message("no userfaultfd for this user: postcopy is not tried\n");
        skip();
    }
    *pair = (struct qemu_pair){0};
    pair->source = qemu_start_with(&(struct qemu_options){
        .kind = QEMU_SYSTEM, .tcp = true, .guest = true, .full = capabilities & PAIR_POSTCOPY});
    pair->destination = start_destination(capabilities);
    set_capabilities(pair->source, capabilities);
    pair_set(pair->source, "max-bandwidth", PAIR_BANDWIDTH);
    pair_set(pair->source, "max-postcopy-bandwidth", PAIR_BANDWIDTH);
    pair_set(pair->source, "downtime-limit", PAIR_DOWNTIME);
    pair_new_address(pair);
    guest_await(pair->source->monitor);
}

void pair_restart_destination(struct qemu_pair *pair, unsigned capabilities)
{
    qemu_kill(pair->destination);
    pair->destination = start_destination(capabilities);
    pair_new_address(pair);
}

void pair_new_address(struct qemu_pair *pair)
{
    snprintf(pair->uri, sizeof pair->uri, "unix:%s/m%d", pair->source->folder, ++pair->count);
}

void pair_migrate(struct qemu_pair *pair)
{
    monitor_do(pair->destination->monitor,
               "{\"execute\":\"migrate-incoming\",\"arguments\":{\"uri\":\"%s\"}}", pair->uri);
    monitor_do(pair->source->monitor,
               "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"%s\"}}", pair->uri);
}

void pair_set(struct qemu *qemu, const char *parameter, int64_t value)
{
    monitor_do(qemu->monitor,
               "{\"execute\":\"migrate-set-parameters\",\"arguments\":{\"%s\":%lld}}",
               parameter, (long long)value);
}

int64_t pair_parameter(struct qemu *qemu, const char *parameter)
{
    struct json_object *all =
        monitor_call(qemu->monitor, "{\"execute\":\"query-migrate-parameters\"}");
    int64_t value = json_object_get_int64(json_object_object_get(all, parameter));
    json_object_put(all);
    return value;
}

/* A text member of what a query without arguments returns. */
static const char *ask_word(struct qemu *qemu, const char *query, const char *member,
                            char word[WORD_SIZE])
{
    struct json_object *told = monitor_call(qemu->monitor, "{\"execute\":\"%s\"}", query);
    struct json_object *value = NULL;
    bool has = json_object_object_get_ex(told, member, &value);
    snprintf(word, WORD_SIZE, "%s", has ? json_object_get_string(value) : "none");
    json_object_put(told);
    return word;
}

const char *pair_status(struct qemu *qemu)
{
    static char word[WORD_SIZE];
    return ask_word(qemu, "query-migrate", "status", word);
}

const char *pair_error(struct qemu *qemu)
{
    static char words[WORD_SIZE];
    return ask_word(qemu, "query-migrate", "error-desc", words);
}

const char *pair_run_state(struct qemu *qemu)
{
    static char word[WORD_SIZE];
    return ask_word(qemu, "query-status", "status", word);
}

static bool is_end(const char *status)
{
    return strcmp(status, "completed") == 0 || strcmp(status, "failed") == 0 ||
           strcmp(status, "cancelled") == 0;
}

void pair_await(struct qemu *qemu, const char *status)
{
    for (int waited_ms = 0;; waited_ms += STEP_MS) {
        const char *now = pair_status(qemu);
        if (strcmp(now, status) == 0)
            return;
        if (is_end(now) || waited_ms > MONITOR_DEADLINE_MS)
            fail_msg("the migration is %s, not %s", now, status);
        usleep(STEP_MS * 1000);
    }
}

void pair_await_exit(struct qemu *qemu)
{
    siginfo_t info = {0};
    for (int waited_ms = 0; info.si_pid == 0; waited_ms += STEP_MS) {
        if (waited_ms > MONITOR_DEADLINE_MS)
            fail_msg("the destination does not exit");
        waitid(P_PID, (id_t)qemu->pid, &info, WEXITED | WNOHANG | WNOWAIT);
        usleep(STEP_MS * 1000);
    }
}
