#include "tui/key.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FUNCTION_KEYS 24
#define POINT_MAX     0x10ffff

/* The first name of a key is the one it is shown with. */
static const struct key_label {
    int key;
    const char *name;
} labels[] = {
    {' ', "Space"},
    {KEY_CODE_TAB, "Tab"},
    {KEY_CODE_ENTER, "Enter"},
    {KEY_CODE_ENTER, "Return"},
    {KEY_CODE_ESCAPE, "Esc"},
    {KEY_CODE_ESCAPE, "Escape"},
    {KEY_CODE_BACKSPACE, "Backspace"},
    {KEY_CODE_UP, "Up"},
    {KEY_CODE_DOWN, "Down"},
    {KEY_CODE_LEFT, "Left"},
    {KEY_CODE_RIGHT, "Right"},
    {KEY_CODE_PAGE_UP, "PgUp"},
    {KEY_CODE_PAGE_UP, "PageUp"},
    {KEY_CODE_PAGE_DOWN, "PgDn"},
    {KEY_CODE_PAGE_DOWN, "PageDown"},
    {KEY_CODE_HOME, "Home"},
    {KEY_CODE_END, "End"},
    {KEY_CODE_INSERT, "Ins"},
    {KEY_CODE_INSERT, "Insert"},
    {KEY_CODE_DELETE, "Del"},
    {KEY_CODE_DELETE, "Delete"},
    {KEY_CODE_BACKTAB, "S-Tab"},
    {KEY_CODE_BACKTAB, "Backtab"},
};

#define LABELS (sizeof labels / sizeof labels[0])

/* Control keys that are named keys, too. */
static int control_key(int letter)
{
    switch (KEY_CONTROL(letter)) {
    case KEY_CONTROL('J'):
        return KEY_CODE_ENTER;
    case KEY_CONTROL('H'):
        return KEY_CODE_BACKSPACE;
    default:
        return KEY_CONTROL(letter);
    }
}

static void encode(char *out, uint32_t point)
{
    static const unsigned char lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    int bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

    out[bytes] = '\0';
    for (int i = bytes - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (char)(lead[bytes] | point);
}

static bool is_character(int key)
{
    return (key > ' ' && key < 0x7f) ||
           (key >= 0xa0 && key <= POINT_MAX && (key < 0xd800 || key > 0xdfff));
}

char *key_label(int key, char name[KEY_NAME_SIZE])
{
    for (size_t i = 0; i < LABELS; i++) {
        if (labels[i].key == key) {
            snprintf(name, KEY_NAME_SIZE, "%s", labels[i].name);
            return name;
        }
    }
    if (is_character(key))
        encode(name, (uint32_t)key);
    else if (key >= 0 && key < ' ')
        snprintf(name, KEY_NAME_SIZE, "^%c", key + '@');
    else if (key >= KEY_CODE_F1 && key < KEY_CODE_F1 + FUNCTION_KEYS)
        snprintf(name, KEY_NAME_SIZE, "F%d", key - KEY_CODE_F1 + 1);
    else
        snprintf(name, KEY_NAME_SIZE, "?");
    return name;
}

int key_utf8_feed(struct key_utf8 *utf8, unsigned char byte)
{
    if (utf8->missing == 0) {
        if (byte < 0x80)
            return byte;
        if (byte < 0xc2 || byte > 0xf4)
            return KEY_CODE_OTHER;
        utf8->missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
        utf8->least = byte >= 0xf0 ? 0x10000 : byte >= 0xe0 ? 0x800 : 0x80;
        utf8->point = byte & (0x3fu >> utf8->missing);
        return KEY_CODE_NONE;
    }
    if ((byte & 0xc0) != 0x80) {
        /* The character was cut short: this byte is a key of its own. */
        utf8->missing = 0;
        return byte < 0x80 ? byte : KEY_CODE_OTHER;
    }
    utf8->point = utf8->point << 6 | (byte & 0x3f);
    if (--utf8->missing > 0)
        return KEY_CODE_NONE;
    if (utf8->point < utf8->least || !is_character((int)utf8->point))
        return KEY_CODE_OTHER;
    return (int)utf8->point;
}

/* One character and nothing after it. */
static int parse_character(const char *name)
{
    struct key_utf8 utf8 = {0};

    for (size_t i = 0; name[i] != '\0'; i++) {
        int key = key_utf8_feed(&utf8, (unsigned char)name[i]);
        if (key != KEY_CODE_NONE)
            return name[i + 1] == '\0' && is_character(key) ? key : KEY_CODE_NONE;
    }
    return KEY_CODE_NONE;
}

static int parse_control(const char *name)
{
    static const char *const prefixes[] = {"^", "C-", "Ctrl-", "Ctrl+"};

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t len = strlen(prefixes[i]);
        const char *rest = name + len;
        if (strncasecmp(name, prefixes[i], len) != 0 || strlen(rest) != 1)
            continue;
        int letter = *rest >= 'a' && *rest <= 'z' ? *rest - 'a' + 'A' : *rest;
        return letter > '@' && letter <= '_' ? control_key(letter) : KEY_CODE_NONE;
    }
    return KEY_CODE_NONE;
}

static int parse_function(const char *name)
{
    int number = 0;

    if (name[0] != 'F' && name[0] != 'f')
        return KEY_CODE_NONE;
    for (const char *p = name + 1; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || p - name > 2)
            return KEY_CODE_NONE;
        number = number * 10 + (*p - '0');
    }
    if (number < 1 || number > FUNCTION_KEYS)
        return KEY_CODE_NONE;
    return KEY_CODE_F1 + number - 1;
}

int key_parse(const char *name)
{
    int key = parse_character(name);

    for (size_t i = 0; key == KEY_CODE_NONE && i < LABELS; i++) {
        if (strcasecmp(name, labels[i].name) == 0)
            key = labels[i].key;
    }
    if (key == KEY_CODE_NONE)
        key = parse_control(name);
    if (key == KEY_CODE_NONE)
        key = parse_function(name);
    return key;
}
