#include "tui/theme.h"

#include <stdio.h>
#include <string.h>

static const char *const role_names[] = {
#define THEME_NAME(symbol, name, meaning) name,
    THEME_ROLES(THEME_NAME)
#undef THEME_NAME
};

const char *theme_role_name(enum theme_role role)
{
    return role_names[role];
}

void theme_mono(struct theme *theme)
{
    static const uint32_t attributes[THEME_ROLE_COUNT] = {
        [THEME_TITLE] = THEME_BOLD,   [THEME_HEADING] = THEME_UNDERLINE,
        [THEME_NEED] = THEME_BOLD,    [THEME_ERROR] = THEME_BOLD | THEME_UNDERLINE,
        [THEME_DIM] = THEME_DIM_ATTR, [THEME_SELECT] = THEME_REVERSE,
        [THEME_TAG] = THEME_BOLD,     [THEME_BAR_LEFT] = THEME_DIM_ATTR,
        [THEME_KEY] = THEME_BOLD,     [THEME_DANGER] = THEME_BOLD | THEME_REVERSE,
    };

    memset(theme, 0, sizeof *theme);
    snprintf(theme->name, sizeof theme->name, "mono");
    for (int role = 0; role < THEME_ROLE_COUNT; role++) {
        theme->styles[role] = (struct theme_style){
            .fg = THEME_COLOUR_DEFAULT,
            .bg = THEME_COLOUR_DEFAULT,
            .attributes = attributes[role],
        };
    }
}

