#include "tui/widgets/answer.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "tui/app.h"
#include "tui/key.h"

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
    enum text_charset charset = draw_is_utf8() ? TEXT_UTF8 : TEXT_ASCII;
    text_clean(answer->word, sizeof(answer->word), word, strlen(word), charset);
    answer->word[text_fit(answer->word, ANSWER_WORD_MAX, NULL)] = '\0';
    trim(answer->word);
    if (answer->word[0] == '\0')
        snprintf(answer->word, sizeof(answer->word), "yes");
}

void answer_init(struct answer *answer, const char *word, int64_t now_ms)
{
    *answer = (struct answer){.typed = word != NULL, .opened_ms = now_ms};
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

static enum answer_result press(int key)
{
    switch (key) {
    case 'y':
        return ANSWER_YES;
    case 'n':
    case 'q':
    case KEY_CODE_ESCAPE:
    case KEY_CODE_ENTER:
        return ANSWER_NO;
    default:
        return ANSWER_IGNORED;
    }
}

static enum answer_result type(struct answer *answer, int key)
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
            return ANSWER_YES;
        answer->wrong = true;
        break;
    }
    return ANSWER_TAKEN;
}

enum answer_result answer_key(struct answer *answer, int key, int64_t now_ms)
{
    if (is_deaf(answer, now_ms))
        return ANSWER_TAKEN;
    return answer->typed ? type(answer, key) : press(key);
}

/* ---- drawing --------------------------------------------------------------------------- */

void answer_due(const struct answer *answer, struct app *app, int64_t now_ms)
{
    if (is_deaf(answer, now_ms))
        app_due(app, answer->opened_ms + ANSWER_DEAF_MS);
}

void answer_lines(const struct answer *answer, struct box_lines *lines, const char *does,
                  int64_t now_ms)
{
    enum theme_role role = is_deaf(answer, now_ms) ? THEME_DIM : THEME_KEY;
    struct box_line *line = box_lines_add(lines, role, 0);
    if (!answer->typed) {
        snprintf(line->text, sizeof(line->text), "y  %s", does);
        snprintf(line->right, sizeof(line->right), "n, Esc, Enter  nothing");
        return;
    }
    snprintf(line->text, sizeof(line->text), "Type  %s  and Enter to %s", answer->word, does);
    snprintf(line->right, sizeof(line->right), "Esc  nothing");
    line = box_lines_add(lines, THEME_NORMAL, 0);
    snprintf(line->right, sizeof(line->right), "%s",
             answer->wrong ? "that is another word" : "");
}

void answer_draw(const struct answer *answer, struct draw_area inside)
{
    struct draw_area line = draw_sub(inside, inside.height - 1, 1, 1, inside.width - 2);
    if (!answer->typed)
        return;
    if (answer->wrong)
        line = draw_sub(line, 0, 0, 1, line.width - 24);
    prompt_draw(&answer->prompt, line, 0, ">");
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
    draw_text(line, 0, used, -1, THEME_KEY, " y/n");
}
