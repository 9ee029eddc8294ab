#include "tui/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/text.h"

#define NAME_SIZE   16 /* of the longest option, with its NUL */
#define NEAR_ENOUGH 2  /* typing errors that still find a suggestion */
#define HELP_COLUMN 22

enum kind { FLAG, TEXT, DELAY, HELP, VERSION };

struct option {
    const char *name;  /* without the dashes */
    const char *value; /* its name in the help; NULL = takes none */
    enum kind kind;
    size_t offset; /* FLAG and TEXT: of the member in struct options */
    const char *help;
};

#define MEMBER(name) offsetof(struct options, name)

static const struct option table[] = {
    {"demo", NULL, FLAG, MEMBER(demo), "jobs of a real qemu-storage-daemon to try it on"},
    {"once", NULL, FLAG, MEMBER(once), "print one table and exit (default without terminal)"},
    {"check", NULL, FLAG, MEMBER(check), "print only what needs you; the exit status tells"},
    {"follow", NULL, FLAG, MEMBER(follow), "print a line for each change, until ^C"},
    {"json", NULL, FLAG, MEMBER(json), "with --once, --check, --list-endpoints: as JSON"},
    {"polite", NULL, FLAG, MEMBER(polite), "connect, ask, leave: others need the monitors too"},
    {"read-only", NULL, FLAG, MEMBER(read_only), "look, do not touch"},
    {"delay", "SECONDS", DELAY, 0, "poll and redraw interval, 0.1 to 3600 (default 1)"},
    {"theme", "NAME|FILE", TEXT, MEMBER(theme), "colours (default: default)"},
    {"list-themes", NULL, FLAG, MEMBER(list_themes), "print the themes found and exit"},
    {"list-endpoints", NULL, FLAG, MEMBER(list_endpoints),
     "print the QMP sockets found and exit"},
    {"ascii", NULL, FLAG, MEMBER(ascii), "draw with ASCII characters only"},
    {"no-color", NULL, FLAG, MEMBER(no_colour),
     "no colours (also: NO_COLOR in the environment)"},
    {"mouse", NULL, FLAG, MEMBER(mouse), "take the mouse too"},
    {"config", "FILE", TEXT, MEMBER(config_path),
     "settings (default: ~/.config/qmptop/config.json)"},
    {"log", "FILE", TEXT, MEMBER(log_path), "append what is seen and done to FILE"},
    {"version", NULL, VERSION, 0, "print the version and exit"},
    {"help", NULL, HELP, 0, "print this and exit"},
};

#define TABLE_COUNT (sizeof(table) / sizeof(table[0]))

/* ---- what is said ---------------------------------------------------------------------- */

static enum options_result wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

static enum options_result wrong(const char *format, ...)
{
    char raw[512], clean[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(raw, sizeof(raw), format, arguments);
    va_end(arguments);
    text_clean(clean, sizeof(clean), raw, strlen(raw), TEXT_ASCII);
    fprintf(stderr, "qmptop: %s\nTry 'qmptop --help'.\n", clean);
    return OPTIONS_WRONG;
}

static enum options_result said(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return OPTIONS_DONE;
    fprintf(stderr, "qmptop: cannot write: %s\n", strerror(errno));
    return OPTIONS_WRONG;
}

static enum options_result print_version(void)
{
    puts("qmptop " QMPTOP_VERSION);
    return said();
}

static enum options_result print_help(void)
{
    puts("usage: qmptop [options] [ENDPOINT...]\n"
         "Shows the background jobs of QEMU, and which of them need you; steers them.\n"
         "\n"
         "  ENDPOINT            a QMP monitor: /path, unix:/path, host:port, [v6]:port or\n"
         "                      tcp:host:port; ssh://[user@]host[:port]/path, or no path:\n"
         "                      all there; exec:COMMAND; NAME=ENDPOINT shows it as NAME;\n"
         "                      polite:ENDPOINT and hold:ENDPOINT visit or hold it; a\n"
         "                      folder or a pattern ('/run/vms/*'): all sockets there;\n"
         "                      none at all: the QMP sockets found on this host\n"
         "\n"
         "Options:");
    for (const struct option *row = table; row < table + TABLE_COUNT; row++) {
        char left[64];
        snprintf(left, sizeof(left), "--%s%s%s", row->name, row->value != NULL ? " " : "",
                 row->value != NULL ? row->value : "");
        printf("  %-*s%s\n", HELP_COLUMN - 2, left, row->help);
    }
    puts("\n"
         "Exit status: 0 fine; 1 an endpoint could not be reached; 2 usage, terminal\n"
         "or configuration error; 128 and its number: a signal (^C: 0). With --check:\n"
         "1 something needs you or could not be reached, 3 nothing could be. In the\n"
         "console, ? shows the keys.");
    return said();
}

/* ---- near misses ----------------------------------------------------------------------- */

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Letters to add, drop or change to make `a` into `b`; `b` is a table name. */
static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_SIZE], width = strlen(b);
    for (size_t j = 0; j <= width; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < width; j++) {
            size_t above = row[j + 1];
            row[j + 1] = least(above + 1, row[j] + 1, corner + (a[i] != b[j]));
            corner = above;
        }
    }
    return row[width];
}

/* The option that `name` was meant to be: a beginning of it, or near it. */
static const struct option *meant(const char *name)
{
    const struct option *best = NULL;
    size_t best_distance = NEAR_ENOUGH + 1;
    for (const struct option *row = table; row < table + TABLE_COUNT; row++) {
        size_t d = distance(name, row->name);
        if (*name != '\0' && strncmp(row->name, name, strlen(name)) == 0)
            d = 0;
        if (d < best_distance) {
            best = row;
            best_distance = d;
        }
    }
    return best;
}

static enum options_result unknown(const char *argument, const char *name)
{
    const struct option *guess = meant(name);
    if (guess == NULL)
        return wrong("unknown option '%s'", argument);
    return wrong("unknown option '%s'; did you mean --%s?", argument, guess->name);
}

/* ---- reading --------------------------------------------------------------------------- */

static const struct option *find(const char *name)
{
    for (const struct option *row = table; row < table + TABLE_COUNT; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

/* Seconds with a fraction as milliseconds, whatever the locale; -1 = no such number. */
static int64_t parse_seconds(const char *text)
{
    int64_t ms = 0, digit_ms = 100;
    size_t digits = strspn(text, "0123456789");
    for (size_t i = 0; i < digits; i++) {
        ms = ms * 10 + (text[i] - '0') * 1000;
        if (ms > OPTIONS_DELAY_MOST_MS)
            return -1;
    }
    const char *rest = text + digits;
    if (*rest == '.')
        for (rest++; *rest >= '0' && *rest <= '9'; rest++, digits++, digit_ms /= 10)
            ms += (*rest - '0') * digit_ms;
    return digits > 0 && *rest == '\0' ? ms : -1;
}

static enum options_result set_delay(struct options *options, const char *value)
{
    int64_t ms = parse_seconds(value);
    if (ms < OPTIONS_DELAY_LEAST_MS || ms > OPTIONS_DELAY_MOST_MS)
        return wrong("--delay wants seconds from 0.1 to 3600, not '%s'", value);
    options->delay_ms = ms;
    return OPTIONS_RUN;
}

static enum options_result apply(struct options *options, const struct option *option,
                                 const char *value)
{
    char *member = (char *)options + option->offset;
    switch (option->kind) {
    case FLAG:
        *(bool *)(void *)member = true;
        return OPTIONS_RUN;
    case TEXT:
        *(const char **)(void *)member = value;
        return OPTIONS_RUN;
    case DELAY:
        return set_delay(options, value);
    case HELP:
        return print_help();
    case VERSION:
        return print_version();
    }
    return OPTIONS_RUN;
}

/* One option at argv[*i], which begins with a dash; *i moves to its last word. */
static enum options_result read_option(struct options *options, int argc, char **argv, int *i)
{
    const char *argument = argv[*i], *equals = strchr(argument, '=');
    char name[64];
    size_t dashes = strspn(argument, "-");
    size_t length = equals != NULL ? (size_t)(equals - argument) : strlen(argument);
    snprintf(name, sizeof(name), "%.*s", (int)(length - dashes), argument + dashes);
    const struct option *option = dashes == 2 ? find(name) : NULL;
    if (strcmp(argument, "-h") == 0)
        option = find("help");
    if (option == NULL)
        return unknown(argument, name);
    if (option->value == NULL)
        return equals == NULL ? apply(options, option, NULL)
                              : wrong("--%s takes no value", option->name);
    if (equals != NULL)
        return apply(options, option, equals + 1);
    if (*i + 1 >= argc)
        return wrong("--%s needs a value: --%s %s", option->name, option->name, option->value);
    *i += 1;
    return apply(options, option, argv[*i]);
}

static bool is_option(const char *argument)
{
    return argument[0] == '-' && argument[1] != '\0';
}

void options_add_endpoint(struct options *options, const char *endpoint)
{
    options->endpoints = mem_resize(options->endpoints, options->endpoint_count + 1,
                                    sizeof(*options->endpoints));
    options->endpoints[options->endpoint_count++] = endpoint;
}

static enum options_result read_all(struct options *options, int argc, char **argv)
{
    bool ended = false;
    for (int i = 1; i < argc; i++) {
        enum options_result result = OPTIONS_RUN;
        if (!ended && strcmp(argv[i], "--") == 0)
            ended = true;
        else if (!ended && is_option(argv[i]))
            result = read_option(options, argc, argv, &i);
        else
            options_add_endpoint(options, argv[i]);
        if (result != OPTIONS_RUN)
            return result;
    }
    return OPTIONS_RUN;
}

static enum options_result check(struct options *options)
{
    if (options->follow && (options->once || options->check || options->json))
        return wrong("--follow goes on, --%s does not: one of them", options->once    ? "once"
                                                                     : options->check ? "check"
                                                                                      : "json");
    options->once = options->once || options->check;
    if (!isatty(STDOUT_FILENO) && !options->follow)
        options->once = true;
    if (options->list_themes)
        return OPTIONS_RUN;
    if (options->json && !options->once && !options->list_endpoints)
        return wrong("--json needs --once, --check or --list-endpoints");
    if (options->demo && options->endpoint_count > 0)
        return wrong("--demo brings its own endpoint: leave '%s' out", options->endpoints[0]);
    return OPTIONS_RUN;
}

enum options_result options_parse(struct options *options, int argc, char **argv)
{
    *options = (struct options){0};
    enum options_result result = read_all(options, argc, argv);
    return result == OPTIONS_RUN ? check(options) : result;
}

void options_release(struct options *options)
{
    free(options->endpoints);
    options->endpoints = NULL;
}
