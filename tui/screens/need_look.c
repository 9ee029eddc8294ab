#include "tui/screens/need_look.h"

static const struct {
    char mark;
    enum theme_role role;
} looks[] = {
    [NEED_LEVEL_DECIDE] = {'*', THEME_NEED},
    [NEED_LEVEL_ALARM] = {'!', THEME_ERROR},
};

char need_look_mark(const struct need *need)
{
    return need->level == NEED_LEVEL_NONE ? ' ' : looks[need->level].mark;
}

enum theme_role need_look_role(const struct need *need, enum theme_role otherwise)
{
    return need->level == NEED_LEVEL_NONE ? otherwise : looks[need->level].role;
}
