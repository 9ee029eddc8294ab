#define _GNU_SOURCE /* memmem() */
#include "qmp/survey.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qmp/discover_argv.h"
#include "qmp/discover_list.h"
#include "qmp/place.h"

/* ---- the question ----------------------------------------------------------------------- */

/*
 * The answer is lines; the first letter tells what one is:
 *
 *   p PID   a process begins; of it:
 *   = WORD  one of its arguments, in order
 *   c PATH  its working directory
 *   r       it sees other files than the shell
 *   n       it has another network
 *   s PATH  a socket in the place of a manager
 *   h PATH  a socket that has a client; these come last
 *
 * Line feeds in arguments become blanks, arguments in JSON are left out: none that matters
 * is, and all else of a long command line is. The braces have the shell read all before it
 * runs any: what it runs has no stdin to read. Links to namespaces are read by their own user
 * only; that each network has files of its own below /proc all may see.
 */
static const char first_half[] =
    "{\n"
    "export LC_ALL=C\n"
    "echo; echo 'qmptop survey 1'\n"
    "ours=$(readlink /proc/self/ns/mnt)\n"
    "our_net=$(readlink /proc/self/ns/net)\n"
    "number() { set -- $(ls -i \"$1\"); echo \"$1\"; }\n"
    "our_unix=$(number /proc/self/net/unix)\n"
    "cd \"${QMPTOP_PROC:-/proc}\" &&\n"
    "for f in $(grep -ls -e qemu -e kvm [0-9]*/cmdline); do\n"
    "  p=${f%/*}\n"
    "  echo \"p$p\"\n"
    "  tr '\\000\\012' '\\012 ' <\"$f\" | sed -e '/^{/d' -e 's/^/=/'\n"
    "  echo; printf c; (cd -P \"$p/cwd\" && pwd -P) || echo\n"
    "  its=$(readlink \"$p/ns/mnt\")\n"
    "  [ -n \"$its\" ] && [ \"$its\" != \"$ours\" ] && echo r\n"
    "  its=$(readlink \"$p/ns/net\") our=$our_net\n"
    "  [ -n \"$its\" ] || { its=$(number \"$p/net/unix\") our=$our_unix; }\n"
    "  [ -n \"$its\" ] && [ \"$its\" != \"$our\" ] && echo n\n"
    "done\n"
    "for s in";
static const char second_half[] = "; do\n"
                                  "  [ -S \"$s\" ] && printf 's%s\\n' \"$s\"\n"
                                  "done\n"
                                  "sed -n 's/^[^ ]* [^ ]* [^ ]* [^ ]* 0001 0[23]  *[0-9]* "
                                  "\\//h\\//p' net/unix | sort -u\n"
                                  "echo 'qmptop survey ends'\n"
                                  "} </dev/null 2>/dev/null\n";

#define HEAD       "\nqmptop survey 1\n"
#define TAIL       "\nqmptop survey ends\n"
#define CONFIG     "~config/"
#define CONFIG_DIR " \"${XDG_CONFIG_HOME:-$HOME/.config}\"/"

/* Patterns have nothing in them that a shell takes for more than a pattern. */
static void write_patterns(FILE *out)
{
    const struct place *place;

    for (size_t i = 0; (place = place_at(i)) != NULL; i++)
        if (strncmp(place->pattern, CONFIG, strlen(CONFIG)) == 0)
            fprintf(out, "%s%s", CONFIG_DIR, place->pattern + strlen(CONFIG));
        else
            fprintf(out, " %s", place->pattern);
}

char *survey_script(void)
{
    char *script = NULL;
    size_t size;
    FILE *out = open_memstream(&script, &size);

    if (out == NULL)
        return NULL;
    fputs(first_half, out);
    write_patterns(out);
    fputs(second_half, out);
    if (fclose(out) == 0)
        return script;
    free(script);
    return NULL;
}

/* ---- the answer ------------------------------------------------------------------------- */

struct reading {
    struct discover_list *list;
    const char *host;
    int pid;     /* of the process under way; 0 = none */
    char *words; /* its arguments, each with its NUL; room for the whole answer */
    size_t words_len;
    char folder[PATH_MAX];
    bool elsewhere, other_net;
    bool all_found; /* what comes now are those held */
    size_t held;    /* so many of them */
};

/* /var/run and /run are one on every host with a QEMU. */
static const char *shorten(const char *path)
{
    return strncmp(path, "/var/run/", strlen("/var/run/")) == 0 ? path + strlen("/var") : path;
}

static void add_socket(struct reading *reading, const char *path, const char *name)
{
    char whole[2 * PATH_MAX], seen[2 * PATH_MAX + 64];

    if (reading->all_found || reading->list->count >= SURVEY_MAX || strlen(path) >= PATH_MAX ||
        (path[0] != '/' && reading->folder[0] != '/'))
        return;
    snprintf(whole, sizeof(whole), "%s%s%s", path[0] == '/' ? "" : reading->folder,
             path[0] == '/' ? "" : "/", path);
    snprintf(seen, sizeof(seen), "/proc/%d/root%s", reading->pid, whole);
    discover_list_add_far(reading->list, reading->host,
                          reading->elsewhere ? seen : shorten(whole), whole, name,
                          reading->pid);
}

/* Its 127.0.0.1 is another one where it has another network. */
static void add_port(struct reading *reading, const char *where, const char *name)
{
    if (!reading->all_found && reading->list->count < SURVEY_MAX && !reading->other_net)
        discover_list_add_far_tcp(reading->list, reading->host, where, name, reading->pid);
}

static void add_monitor(struct reading *reading, const struct discover_monitor *monitor,
                        const char *name)
{
    switch (monitor->kind) {
    case DISCOVER_UNIX:
        add_socket(reading, monitor->where, name);
        break;
    case DISCOVER_TCP:
        add_port(reading, monitor->where, name);
        break;
    case DISCOVER_FD: /* whose is not seen from there */
        break;
    }
}

/* All of the process is known. */
static void end_process(struct reading *reading)
{
    struct discover_argv argv;

    if (reading->pid > 0 && reading->words_len > 0 && discover_is_qemu(reading->words)) {
        discover_argv_parse(&argv, reading->words, reading->words_len);
        for (size_t i = 0; i < argv.count; i++)
            add_monitor(reading, &argv.monitors[i], argv.name);
        discover_argv_release(&argv);
    }
    reading->pid = 0;
    reading->words_len = 0;
    reading->folder[0] = '\0';
    reading->elsewhere = reading->other_net = false;
}

/* They are sought by the thousand, so what was found is put in order first. */
static void mark_held(struct reading *reading, const char *path)
{
    char endpoint[PATH_MAX + 512];
    struct discover_finding *finding = NULL;

    end_process(reading);
    if (reading->held++ >= SURVEY_HELD_MAX)
        return;
    if (!reading->all_found)
        discover_list_sort(reading->list);
    reading->all_found = true;
    if ((size_t)snprintf(endpoint, sizeof(endpoint), "%s%s", reading->host, shorten(path)) <
        sizeof(endpoint))
        finding = discover_list_find(reading->list, endpoint);
    if (finding != NULL)
        finding->held = true;
}

static void begin_process(struct reading *reading, const char *number)
{
    end_process(reading);
    if (strspn(number, "0123456789") == strlen(number) && strlen(number) <= 9)
        reading->pid = (int)strtol(number, NULL, 10);
}

/* `line` ends with NUL. */
static void read_line(struct reading *reading, const char *line)
{
    size_t size = strlen(line); /* with the NUL, without the letter */

    switch (line[0]) {
    case 'p':
        begin_process(reading, line + 1);
        break;
    case '=':
        memcpy(reading->words + reading->words_len, line + 1, size);
        reading->words_len += size;
        break;
    case 'c':
        snprintf(reading->folder, sizeof(reading->folder), "%s", line + 1);
        break;
    case 'r':
        reading->elsewhere = true;
        break;
    case 'n':
        reading->other_net = true;
        break;
    case 'h':
        mark_held(reading, line + 1);
        break;
    case 's':
        end_process(reading);
        if (line[1] == '/')
            add_socket(reading, line + 1, NULL);
        break;
    default: /* an empty one */
        break;
    }
}

static bool read_lines(struct reading *reading, char *text)
{
    reading->words = malloc(strlen(text) + 1);
    if (reading->words == NULL)
        return false;
    for (char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
        *end = '\0';
        read_line(reading, text);
    }
    end_process(reading);
    free(reading->words);
    return true;
}

/* What a login prints before or after is passed over. */
bool survey_read(struct discover_list *list, const char *host, const char *bytes, size_t len)
{
    const char *head = memmem(bytes, len, HEAD, strlen(HEAD));
    const char *body = head != NULL ? head + strlen(HEAD) - 1 : bytes;
    const char *tail = memmem(body, len - (size_t)(body - bytes), TAIL, strlen(TAIL));
    struct reading reading = {.list = list, .host = host};

    if (head == NULL || tail == NULL)
        return false;
    char *text = strndup(body, (size_t)(tail - body) + 1);
    bool well = text != NULL && read_lines(&reading, text);
    free(text);
    discover_list_sort(list);
    return well;
}
