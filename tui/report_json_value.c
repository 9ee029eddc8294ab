#include <stdio.h>

#include "tui/report_json_inner.h"

json_object *report_text(const char *text)
{
    return text != NULL ? json_object_new_string(text) : NULL;
}

/* No locale has a say in the point. */
json_object *report_seconds(int64_t ms)
{
    char text[32];
    long long tenths = ms > 0 ? (long long)((ms + 50) / 100) : 0;
    snprintf(text, sizeof(text), "%lld.%lld", tenths / 10, tenths % 10);
    return json_object_new_double_s((double)tenths / 10, text);
}
