#include "core/rank.h"

#include <ctype.h>
#include <string.h>

#include "core/fleet.h"
#include "core/motion.h"

static const enum order_group status_groups[JOB_STATUS_COUNT] = {
    [JOB_STATUS_UNKNOWN] = ORDER_QUIET,   [JOB_STATUS_UNDEFINED] = ORDER_QUIET,
    [JOB_STATUS_CREATED] = ORDER_RUNNING, [JOB_STATUS_RUNNING] = ORDER_RUNNING,
    [JOB_STATUS_PAUSED] = ORDER_QUIET,    [JOB_STATUS_READY] = ORDER_RUNNING,
    [JOB_STATUS_STANDBY] = ORDER_QUIET,   [JOB_STATUS_WAITING] = ORDER_QUIET,
    [JOB_STATUS_PENDING] = ORDER_QUIET,   [JOB_STATUS_ABORTING] = ORDER_RUNNING,
    [JOB_STATUS_CONCLUDED] = ORDER_QUIET, [JOB_STATUS_NULL] = ORDER_QUIET,
};

/* ---- values ---------------------------------------------------------------------------------
 */

static void set_number(struct rank *rank, bool has_value, uint64_t number)
{
    rank->has_value = has_value;
    rank->number = has_value ? (int64_t)(number < INT64_MAX ? number : INT64_MAX) : 0;
}

static void set_text(struct rank *rank, const char *text, const char *more)
{
    rank->has_value = true;
    rank->text = text;
    rank->more = more;
}

/* What is sorted by; a figure that a row does not have is unset. */
struct figures {
    const char *vm, *job, *status;
    int permille;
    bool has_rate, has_eta;
    uint64_t rate;
    int64_t eta_ms, age_ms;
};

static void set_value(struct rank *rank, enum order_key key, const struct figures *figures)
{
    switch (key) {
    case ORDER_BY_VM:
        set_text(rank, figures->vm, figures->job);
        break;
    case ORDER_BY_JOB:
        set_text(rank, figures->job, figures->vm);
        break;
    case ORDER_BY_STATUS:
        set_text(rank, figures->status, figures->vm);
        break;
    case ORDER_BY_PROGRESS:
        set_number(rank, figures->permille >= 0, (uint64_t)figures->permille);
        break;
    case ORDER_BY_RATE:
        set_number(rank, figures->has_rate, figures->rate);
        break;
    case ORDER_BY_ETA:
        set_number(rank, figures->has_eta, (uint64_t)figures->eta_ms);
        break;
    case ORDER_BY_AGE:
        set_number(rank, figures->age_ms >= 0, (uint64_t)figures->age_ms);
        break;
    case ORDER_BY_NEED:
    case ORDER_KEY_COUNT:
        break;
    }
}

/* ---- rows -----------------------------------------------------------------------------------
 */

static struct rank rank_new(const struct order_spec *spec, uint64_t uid)
{
    bool grouped = spec->key == ORDER_BY_NEED;

    return (struct rank){
        .row.uid = uid,
        .place = RANK_NEW,
        .grouped = grouped,
        .reverse = spec->descending && !grouped,
        .has_value = grouped,
    };
}

/* The group, and by need also the place in it: since when it is there, or nothing
 * where the first sighting decides. */
static void set_group(struct rank *rank, enum order_group group, const struct need *need,
                      bool ended, int64_t ended_ms)
{
    rank->row.group = need->kind != NEED_NONE ? ORDER_NEED : ended ? ORDER_ENDED : group;
    if (rank->grouped && need->kind != NEED_NONE)
        rank->number = need->since_ms;
    else if (rank->grouped && ended)
        rank->number = ended_ms;
}

struct rank rank_job(const struct order_spec *spec, const struct filter *filter,
                     const struct target *target, const struct job *job, int64_t now_ms)
{
    struct rank rank = rank_new(spec, job->uid);
    struct need need = fleet_need(target, job, now_ms);
    struct figures figures = {.vm = target_label(target), .job = job->id};

    figures.status = filter_status(job);
    figures.permille = motion_permille(job);
    figures.age_ms = now_ms - job->seen_ms;
    if (spec->key == ORDER_BY_RATE)
        figures.has_rate = motion_rate(target, job, now_ms, &figures.rate);
    if (spec->key == ORDER_BY_ETA)
        figures.has_eta = motion_eta(target, job, now_ms, &figures.eta_ms);
    rank.taken = filter_takes_job(filter, target, job);
    set_value(&rank, spec->key, &figures);
    set_group(&rank, status_groups[job->status], &need, job->ending != JOB_NOT_ENDED,
              job->ended_ms);
    return rank;
}

struct rank rank_migration(const struct order_spec *spec, const struct filter *filter,
                           const struct target *target, int64_t now_ms)
{
    const struct migration *migration = &target->migration;
    struct rank rank = rank_new(spec, migration->uid);
    struct need need = fleet_migration_need(target);
    bool moves = target_is_fresh(target) && migration_is_moving(migration);
    struct figures figures = {.vm = target_label(target), .job = FILTER_MIGRATION};

    figures.status = migration_status_text(migration);
    figures.permille = migration_permille(migration);
    figures.age_ms = now_ms - migration->started_ms;
    figures.rate = migration->bytes_per_second;
    figures.has_rate = moves && !migration->incoming && migration->has_ram;
    figures.has_eta = moves && migration_eta(migration, &figures.eta_ms);
    rank.row.is_migration = true;
    rank.taken = filter_takes_migration(filter, target);
    set_value(&rank, spec->key, &figures);
    set_group(&rank, ORDER_RUNNING, &need, migration_is_ended(migration), migration->ended_ms);
    return rank;
}

/* ---- which is first -------------------------------------------------------------------------
 */

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Two numbers of any length, leading zeros aside. Moves both on. */
static int compare_numbers(const char **a, const char **b)
{
    size_t left, right;
    int order;

    *a += strspn(*a, "0");
    *b += strspn(*b, "0");
    left = digits(*a);
    right = digits(*b);
    order = left == right ? strncmp(*a, *b, left) : left < right ? -1 : 1;
    *a += left;
    *b += right;
    return order;
}

/* Names as people count them: web-2 before web-10, capitals like small letters. */
static int compare_names(const char *a, const char *b)
{
    int order = 0;

    while (order == 0 && *a && *b) {
        if (digits(a) && digits(b)) {
            order = compare_numbers(&a, &b);
            continue;
        }
        order = tolower((unsigned char)*a) - tolower((unsigned char)*b);
        a++;
        b++;
    }
    return order ? order : (*a != '\0') - (*b != '\0');
}

static int compare_values(const struct rank *left, const struct rank *right)
{
    int order;

    if (!left->text)
        return (left->number > right->number) - (left->number < right->number);
    order = compare_names(left->text, right->text);
    return order ? order : compare_names(left->more, right->more);
}

int rank_by_uid(const void *a, const void *b)
{
    const struct rank *left = a;
    const struct rank *right = b;

    return (left->row.uid > right->row.uid) - (left->row.uid < right->row.uid);
}

int rank_by_place(const void *a, const void *b)
{
    const struct rank *left = a;
    const struct rank *right = b;
    int order;

    if (left->grouped && left->row.group != right->row.group)
        return left->row.group < right->row.group ? -1 : 1;
    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    if (left->has_value != right->has_value)
        return left->has_value ? -1 : 1;
    order = compare_values(left, right);
    if (order)
        return left->reverse ? -order : order;
    return rank_by_uid(a, b);
}
