#include "tui/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/journal.h"
#include "core/text.h"

#define CLEAN_SIZE (JOURNAL_TEXT * TEXT_GROWTH + 1)

static const char *mark_word(enum journal_mark mark)
{
    switch (mark) {
    case JOURNAL_INFO:
        return "seen";
    case JOURNAL_NEED:
        return "need";
    case JOURNAL_ERROR:
        return "error";
    case JOURNAL_YOU:
        return "you";
    case JOURNAL_GAP:
        return "gap";
    }
    return "?";
}

static void put_time(FILE *file, time_t at)
{
    char text[40];
    struct tm parts;
    if (localtime_r(&at, &parts) != NULL &&
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", &parts) > 0)
        fputs(text, file);
}

static void put_clean(FILE *file, const char *before, const char *raw)
{
    char clean[CLEAN_SIZE];
    if (raw == NULL)
        return;
    text_clean(clean, sizeof(clean), raw, strlen(raw), TEXT_ASCII);
    fprintf(file, "%s%s", before, clean);
}

void audit_write(FILE *file, time_t at, const struct journal_entry *entry)
{
    put_time(file, at);
    fprintf(file, " %-5s ", mark_word(entry->mark));
    put_clean(file, "", entry->target);
    put_clean(file, entry->target != NULL ? "/" : "", entry->job);
    put_clean(file, entry->target != NULL || entry->job != NULL ? " " : "", entry->text);
    if (entry->mark == JOURNAL_GAP)
        fprintf(file, " (%lld s)", (long long)(entry->until_ms - entry->at_ms) / 1000);
    fputc('\n', file);
}

/* A full disk must not stop the console: said once, then no more is written. */
static void give_up(struct audit *audit)
{
    const char *why = strerror(errno);
    audit_close(audit);
    journal_add(audit->journal, journal_newest(audit->journal, 0)->at_ms, JOURNAL_ERROR, NULL,
                NULL, 0, "log %s: %s; nothing more is written there", audit->path, why);
}

static void on_entry(void *ctx, const struct journal_entry *entry)
{
    struct audit *audit = ctx;
    audit_write(audit->file, time(NULL), entry);
    if (fflush(audit->file) != 0 || ferror(audit->file))
        give_up(audit);
}

bool audit_open(struct audit *audit, const char *path, struct journal *journal, char *error)
{
    *audit = (struct audit){.path = path, .journal = journal};
    int fd =
        open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd >= 0)
        audit->file = fdopen(fd, "a");
    if (audit->file == NULL) {
        snprintf(error, AUDIT_ERROR_SIZE, "log %s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    journal->watch = on_entry;
    journal->watch_ctx = audit;
    return true;
}

void audit_close(struct audit *audit)
{
    if (audit->file == NULL)
        return;
    audit->journal->watch = NULL;
    fclose(audit->file);
    audit->file = NULL;
}
