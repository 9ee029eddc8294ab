#include "tui/screens/detail_events.h"

#include <stdio.h>
#include <string.h>

#include "tui/screens/event_text.h"

static void add_event(const struct app *app, const struct journal_entry *entry,
                      struct fields *fields)
{
    char clock[EVENT_TEXT_CLOCK], label[EVENT_TEXT_CLOCK + 4], text[EVENT_TEXT_SIZE];
    enum theme_role role = event_text_role(entry->mark);
    snprintf(label, sizeof(label), "%s %c", event_text_clock(app->wall_s(entry->at_ms), clock),
             event_text_mark(entry->mark));
    fields_item(fields, role, label, (int)strlen(label) + 2, role,
                event_text(entry, app->wall_s, text));
}

void detail_events(const struct app *app, uint64_t uid, struct fields *fields)
{
    const struct journal_entry *found[DETAIL_EVENTS], *entry;
    size_t count = 0;
    for (size_t i = 0; count < DETAIL_EVENTS; i++) {
        entry = journal_newest(&app->fleet->journal, i);
        if (!entry)
            break;
        if (entry->uid == uid)
            found[count++] = entry;
    }
    if (count > 0)
        fields_heading(fields, "its last events");
    while (count > 0)
        add_event(app, found[--count], fields);
}
