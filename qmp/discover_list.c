#include "qmp/discover_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "qmp/place.h"

#define UNIX "unix:"

/* Takes over `endpoint`. NULL, and nothing added, without memory. */
static struct discover_finding *append(struct discover_list *list, char *endpoint)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 16;
        struct discover_finding *items = realloc(list->items, capacity * sizeof(*items));

        if (items == NULL) {
            free(endpoint);
            return NULL;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count] = (struct discover_finding){.endpoint = endpoint};
    return &list->items[list->count++];
}

static struct discover_finding *add(struct discover_list *list, const char *scheme,
                                    const char *where, const char *name, int pid)
{
    size_t size = strlen(scheme) + strlen(where) + 1;
    char *endpoint = malloc(size);
    struct discover_finding *finding;

    if (endpoint == NULL)
        return NULL;
    snprintf(endpoint, size, "%s%s", scheme, where);
    finding = append(list, endpoint);
    if (finding == NULL)
        return NULL;
    finding->pid = pid;
    if (name != NULL && *name != '\0')
        finding->name = strdup(name);
    return finding;
}

static bool is_link(const char *path)
{
    struct stat status;

    return lstat(path, &status) != 0 || S_ISLNK(status.st_mode);
}

/* /var/run/x and /run/x are one. Only the folder is looked up anew, and not again for the
 * next path in it. */
static char *real_path(struct discover_list *list, const char *path, bool may_be_link)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash != NULL ? (size_t)(slash - path) : 0;
    size_t size;
    char *real;

    if (slash == NULL || slash == path || (may_be_link && is_link(path)))
        return realpath(path, NULL);
    if (list->folder == NULL || strncmp(list->folder, path, len) != 0 ||
        list->folder[len] != '\0') {
        free(list->folder);
        free(list->real_folder);
        list->folder = strndup(path, len);
        list->real_folder = list->folder != NULL ? realpath(list->folder, NULL) : NULL;
    }
    if (list->real_folder == NULL)
        return NULL;
    size = strlen(list->real_folder) + strlen(slash) + 1;
    real = malloc(size);
    if (real != NULL)
        snprintf(real, size, "%s%s", list->real_folder, slash);
    return real;
}

static struct discover_finding *add_at(struct discover_list *list, const char *path,
                                       bool may_be_link, const char *place_path,
                                       const char *name, int pid)
{
    char *real = real_path(list, path, may_be_link);
    struct discover_finding *finding = add(list, UNIX, real ? real : path, name, pid);

    if (finding != NULL) {
        finding->path = finding->endpoint + strlen(UNIX);
        finding->place = place_of(place_path);
    }
    free(real);
    return finding;
}

struct discover_finding *discover_list_add_unix(struct discover_list *list, const char *path,
                                                const char *place_path, const char *name,
                                                int pid)
{
    return add_at(list, path, true, place_path, name, pid);
}

struct discover_finding *discover_list_add_match(struct discover_list *list,
                                                 const struct discover_match *match)
{
    return add_at(list, match->path, match->is_link, match->path, NULL, 0);
}

void discover_list_add_tcp(struct discover_list *list, const char *where, const char *name,
                           int pid)
{
    struct discover_finding *finding = add(list, "tcp:", where, name, pid);

    if (finding != NULL)
        finding->tcp = true;
}

void discover_list_add_far(struct discover_list *list, const char *host, const char *path,
                           const char *place_path, const char *name, int pid)
{
    struct discover_finding *finding = add(list, host, path, name, pid);

    if (finding != NULL)
        finding->place = place_of(place_path);
}

void discover_list_add_far_tcp(struct discover_list *list, const char *host, const char *where,
                               const char *name, int pid)
{
    char place[512];
    struct discover_finding *finding;

    if ((size_t)snprintf(place, sizeof(place), "/" ADDRESS_TCP_THERE "%s", where) >=
        sizeof(place))
        return;
    finding = add(list, host, place, name, pid);
    if (finding != NULL)
        finding->tcp = true;
}

static int by_endpoint(const void *a, const void *b)
{
    return strcmp(((const struct discover_finding *)a)->endpoint,
                  ((const struct discover_finding *)b)->endpoint);
}

static void finding_release(struct discover_finding *finding)
{
    free(finding->endpoint);
    free(finding->name);
}

/* A socket that two patterns name: to visit it does no harm. */
static enum address_manner manner_of_both(enum address_manner one, enum address_manner other)
{
    if (one == ADDRESS_POLITE || other == ADDRESS_USUAL)
        return one;
    return other;
}

/* What the one does not know the other may. Takes over what it uses of `more`. */
static void complete(struct discover_finding *finding, struct discover_finding *more)
{
    if (finding->name == NULL) {
        finding->name = more->name;
        more->name = NULL;
    }
    if (finding->pid == 0)
        finding->pid = more->pid;
    if (finding->place == NULL)
        finding->place = more->place;
    finding->manner = manner_of_both(finding->manner, more->manner);
    finding_release(more);
}

void discover_list_sort(struct discover_list *list)
{
    size_t kept = 0;

    if (list->count > 1)
        qsort(list->items, list->count, sizeof(*list->items), by_endpoint);
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && by_endpoint(&list->items[kept - 1], &list->items[i]) == 0)
            complete(&list->items[kept - 1], &list->items[i]);
        else
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

static int is_at(const void *endpoint, const void *finding)
{
    return strcmp(endpoint, ((const struct discover_finding *)finding)->endpoint);
}

struct discover_finding *discover_list_find(const struct discover_list *list,
                                            const char *endpoint)
{
    return list->count > 0
               ? bsearch(endpoint, list->items, list->count, sizeof(*list->items), is_at)
               : NULL;
}

void discover_list_release(struct discover_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        finding_release(&list->items[i]);
    free(list->items);
    free(list->folder);
    free(list->real_folder);
    *list = (struct discover_list){.count = 0};
}
