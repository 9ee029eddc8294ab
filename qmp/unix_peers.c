#include "qmp/unix_peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum role { ROLE_NONE, ROLE_LISTENS, ROLE_QUEUED, ROLE_SERVED };

struct entry {
    uint64_t name; /* hashed */
    enum role role;
};

/* Of this process, as the kernel's table is. */
static struct table {
    struct entry entries[UNIX_PEERS_MAX]; /* ordered by name; what is not used costs nothing */
    size_t count;
    int64_t read_ms;
    bool was_read;
} table;

/* FNV-1a */
static uint64_t hash(const char *text)
{
    uint64_t sum = 14695981039346656037u;

    for (; *text != '\0'; text++)
        sum = (sum ^ (unsigned char)*text) * 1099511628211u;
    return sum;
}

static enum role role_of(unsigned long flags, unsigned long type, unsigned long state)
{
    if (type != 1)
        return ROLE_NONE;
    if (flags & 0x10000)
        return ROLE_LISTENS;
    return state == 3 ? ROLE_SERVED : state == 2 ? ROLE_QUEUED : ROLE_NONE;
}

static bool add(struct entry entry)
{
    if (table.count == UNIX_PEERS_MAX)
        return false;
    table.entries[table.count++] = entry;
    return true;
}

/* "ADDRESS: REFERENCES PROTOCOL FLAGS TYPE STATE INODE PATH"; most have no path. */
static bool take_line(char *line)
{
    unsigned long numbers[5]; /* from REFERENCES to STATE */
    char *path = strstr(line, " /"), *at = strchr(line, ':');
    struct entry entry;

    if (path == NULL || at == NULL || at > path)
        return true;
    at++;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        numbers[i] = strtoul(at, &at, 16);
    path++;
    path[strcspn(path, "\n")] = '\0';
    entry = (struct entry){hash(path), role_of(numbers[2], numbers[3], numbers[4])};
    return entry.role == ROLE_NONE || add(entry);
}

static int by_name(const void *a, const void *b)
{
    uint64_t left = ((const struct entry *)a)->name, right = ((const struct entry *)b)->name;

    return (left > right) - (left < right);
}

/* Half a table would call a held socket free, or one with two listeners sure: none, then. */
static void read_table(int64_t now_ms)
{
    FILE *file = fopen("/proc/net/unix", "re");
    char *line = NULL;
    size_t size = 0;
    bool whole = file != NULL;

    table.count = 0;
    table.read_ms = now_ms;
    table.was_read = true;
    while (whole && getline(&line, &size, file) > 0)
        whole = take_line(line);
    free(line);
    if (file != NULL)
        fclose(file);
    if (!whole)
        table.count = 0;
    if (table.count > 1)
        qsort(table.entries, table.count, sizeof(*table.entries), by_name);
}

/* Reads it anew where that is due. False: there is none of the time asked for. */
static bool have_table(int64_t since_ms, int64_t now_ms)
{
    int64_t age_ms = now_ms - table.read_ms;
    bool rests = table.was_read && age_ms >= 0 && age_ms < UNIX_PEERS_REST_MS;
    bool fits = table.was_read && age_ms >= 0 && age_ms <= UNIX_PEERS_AGE_MS &&
                table.read_ms >= since_ms;

    if (!fits && !rests && since_ms <= now_ms)
        read_table(now_ms);
    return table.read_ms >= since_ms;
}

static size_t first_of(uint64_t name)
{
    size_t low = 0, high = table.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (table.entries[middle].name < name)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many of each role have that name. */
struct counts {
    size_t of[ROLE_SERVED + 1];
};

static struct counts count(const char *path)
{
    struct counts counts = {{0}};
    uint64_t name = hash(path);

    for (size_t i = first_of(name); i < table.count && table.entries[i].name == name; i++)
        counts.of[table.entries[i].role]++;
    return counts;
}

static bool is_taken(const char *path)
{
    struct counts counts = count(path);

    return counts.of[ROLE_LISTENS] == 1 && counts.of[ROLE_SERVED] <= 1 &&
           counts.of[ROLE_SERVED] + counts.of[ROLE_QUEUED] > 0;
}

static bool is_deaf(const char *path)
{
    struct counts counts = count(path);

    return counts.of[ROLE_LISTENS] == 1 && counts.of[ROLE_SERVED] == 0 &&
           counts.of[ROLE_QUEUED] > 0;
}

/* By the name asked for, or by that which it leads to. */
static bool holds(bool (*of_name)(const char *path), const char *path)
{
    char *real;
    bool is_so;

    if (of_name(path))
        return true;
    real = realpath(path, NULL);
    is_so = real != NULL && strcmp(real, path) != 0 && of_name(real);
    free(real);
    return is_so;
}

bool unix_peers_has_client(const char *path, int64_t since_ms, int64_t now_ms)
{
    return have_table(since_ms, now_ms) && holds(is_taken, path);
}

bool unix_peers_is_deaf(const char *path, int64_t now_ms)
{
    return have_table(now_ms - UNIX_PEERS_AGE_MS, now_ms) && holds(is_deaf, path);
}
