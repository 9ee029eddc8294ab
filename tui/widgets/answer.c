#include "tui/widgets/answer.h"

#include <stdio.h>
#include <string.h>

#include "tui/app.h"
#include "tui/key.h"
#include "tui/widgets/wrap.h"

#define ANSWER_ESCAPE "Esc  nothing"
#define NO_SIZE       32

/* ---- the word -------------------------------------------------------------------------- */

/* `text` without blanks at its ends, which nobody could see. */
static void trim(char *text)
{
    size_t blanks = strspn(text, " "), len = strlen(text);
    while (len > blanks && text[len - 1] == ' ')
        len--;
    memmove(text, text + blanks, len - blanks);
    text[len - blanks] = '\0';
}

void answer_set_word(struct answer *answer, const char *word)
{
    draw_shorten(word, ANSWER_WORD_MAX, answer->word, sizeof(answer->word));
    trim(answer->word);
    if (answer->word[0] == '\0')
        snprintf(answer->word, sizeof(answer->word), "yes");
}

void answer_init(struct answer *answer, const char *word, int opener, int64_t now_ms)
{
    *answer = (struct answer){.typed = word != NULL, .opener = opener, .opened_ms = now_ms};
    prompt_init(&answer->prompt, NULL, ANSWER_WORD_SIZE - 1);
    if (word)
        answer_set_word(answer, word);
}

static bool is_the_word(const struct answer *answer)
{
    char text[PROMPT_SIZE];
    memcpy(text, answer->prompt.text, answer->prompt.len + 1);
    trim(text);
    return strcmp(text, answer->word) == 0;
}

/* ---- keys ------------------------------------------------------------------------------ */

static bool is_deaf(const struct answer *answer, int64_t now_ms)
{
    return now_ms - answer->opened_ms < ANSWER_DEAF_MS;
}

/* A yes is taken when it came by itself. */
static enum answer_result say_yes(struct answer *answer, struct app *app)
{
    answer->pasted = !app_takes_end(app, true);
    return answer->pasted ? ANSWER_TAKEN : ANSWER_YES;
}

static enum answer_result press(struct answer *answer, struct app *app, int key)
{
    if (key == answer->opener)
        return ANSWER_TAKEN;
    switch (key) {
    case ANSWER_KEY_YES:
        return say_yes(answer, app);
    case 'n':
    case 'q':
    case KEY_CODE_ESCAPE:
    case KEY_CODE_ENTER:
        return ANSWER_NO;
    default:
        return ANSWER_IGNORED;
    }
}

static enum answer_result type(struct answer *answer, struct app *app, int key)
{
    switch (prompt_key(&answer->prompt, key)) {
    case PROMPT_IGNORED:
        return ANSWER_IGNORED;
    case PROMPT_CANCEL:
        return ANSWER_NO;
    case PROMPT_EDIT:
        answer->wrong = false;
        break;
    case PROMPT_DONE:
        if (is_the_word(answer))
            return say_yes(answer, app);
        answer->wrong = true;
        break;
    }
    return ANSWER_TAKEN;
}

enum answer_result answer_key(struct answer *answer, struct app *app, int key, int64_t now_ms)
{
    if (is_deaf(answer, now_ms))
        return ANSWER_TAKEN;
    answer->pasted = app->input.refused;
    return answer->typed ? type(answer, app, key) : press(answer, app, key);
}

/* ---- drawing --------------------------------------------------------------------------- */

void answer_due(const struct answer *answer, struct app *app, int64_t now_ms)
{
    if (is_deaf(answer, now_ms))
        app_due(app, answer->opened_ms + ANSWER_DEAF_MS);
}

static struct box_line *add(struct box_lines *lines, enum theme_role role, const char *text,
                            const char *right)
{
    struct box_line *line = box_lines_add(lines, role, 0);
    snprintf(line->text, sizeof(line->text), "%s", text);
    snprintf(line->right, sizeof(line->right), "%s", right);
    return line;
}

static bool fits(const char *text, const char *right, int room)
{
    return draw_width(text) + 2 + draw_width(right) <= room;
}

/* "n, Esc, Enter  nothing": the keys that say no, at most `count`. */
static void say_no(const struct answer *answer, int count, char text[NO_SIZE])
{
    static const struct {
        int key;
        const char *name;
    } keys[] = {{'n', "n"}, {KEY_CODE_ESCAPE, "Esc"}, {KEY_CODE_ENTER, "Enter"}};
    int used = 0;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && count > 0; i++) {
        if (keys[i].key == answer->opener)
            continue;
        used += snprintf(text + used, NO_SIZE - (size_t)used, "%s%s", used > 0 ? ", " : "",
                         keys[i].name);
        count--;
    }
    snprintf(text + used, NO_SIZE - (size_t)used, "  nothing");
}

static void press_lines(const struct answer *answer, struct box_lines *lines,
                        enum theme_role role, const char *does, int room)
{
    char text[BOX_LINE_SIZE], no[NO_SIZE], least[NO_SIZE];
    snprintf(text, sizeof(text), "y  %s", does);
    say_no(answer, 3, no);
    say_no(answer, 1, least);
    if (answer->pasted)
        snprintf(no, sizeof(no), "pasted: press y");
    bool together = fits(text, no, room);
    add(lines, role, text, together ? no : "");
    if (!together)
        add(lines, THEME_DIM, draw_width(no) <= room ? no : least, "");
}

/* What stands beside what is typed: what was wrong with it, and the way out where that
 * was not told yet. */
static const char *beside(const struct answer *answer, bool told, int room)
{
    bool roomy = room >= ANSWER_WORD_MAX;
    if (answer->wrong)
        return roomy ? "that is another word" : "wrong";
    if (answer->pasted)
        return roomy ? PROMPT_PASTED : "Enter";
    if (told)
        return "";
    return roomy ? ANSWER_ESCAPE : "Esc";
}

/* The word has lines of its own where it does not fit into the sentence. */
static void type_lines(const struct answer *answer, struct box_lines *lines,
                       enum theme_role role, const char *does, int room)
{
    char text[BOX_LINE_SIZE];
    struct wrap wrap;
    snprintf(text, sizeof(text), "Type  %s  and Enter to %s", answer->word, does);
    bool told = fits(text, ANSWER_ESCAPE, room);
    if (told) {
        add(lines, role, text, ANSWER_ESCAPE);
    } else {
        snprintf(text, sizeof(text), "Type this and Enter to %s:", does);
        told = fits(text, ANSWER_ESCAPE, room);
        add(lines, role,
            draw_width(text) <= room ? text : "Type this, Enter:", told ? ANSWER_ESCAPE : "");
        wrap_begin(&wrap, answer->word, room);
        while (lines->count < BOX_LINES_MAX - 1 && wrap_next(&wrap))
            add(lines, role, wrap.line, "");
    }
    add(lines, THEME_NORMAL, "", beside(answer, told, room));
}

void answer_lines(const struct answer *answer, struct box_lines *lines, const char *does,
                  int room, int64_t now_ms)
{
    enum theme_role role = is_deaf(answer, now_ms) ? THEME_DIM : THEME_KEY;
    if (answer->typed)
        type_lines(answer, lines, role, does, room);
    else
        press_lines(answer, lines, role, does, room);
}

void answer_draw(const struct answer *answer, const struct box_lines *lines,
                 struct draw_area area)
{
    const struct box_line *last = &lines->line[lines->count - 1];
    int right = draw_width(last->right);
    if (answer->typed)
        prompt_draw(
            &answer->prompt,
            draw_sub(area, area.height - 1, 0, 1, area.width - (right > 0 ? right + 1 : 0)), 0,
            ">");
}

void answer_draw_tiny(const struct answer *answer, struct draw_area area, const char *title)
{
    if (area.height < 1)
        return;
    struct draw_area line = draw_sub(area, area.height - 1, 0, 1, area.width);
    draw_fill(line, 0, 0, line.width, THEME_BOX, ' ');
    if (answer->typed) {
        prompt_draw(&answer->prompt, line, 0, title);
        return;
    }
    int used = draw_text(line, 0, 0, line.width - 4, THEME_BOX, title);
    draw_text(line, 0, used, -1, THEME_KEY, answer->opener == 'n' ? " y/q" : " y/n");
}
