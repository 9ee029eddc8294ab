#ifndef QMPTOP_TUI_ANSWER_H
#define QMPTOP_TUI_ANSWER_H

/*
 * answer: how a person says yes to a box: with `y`, or by typing a word and Enter
 * where much is at stake. It does not know what is asked.
 *
 * The answer is no by default: n, Esc, q and Enter, or Esc alone where a word is to be
 * typed; what is no answer does nothing. Keys are ignored for ANSWER_DEAF_MS, so that
 * neither auto-repeat nor what was typed or pasted for something else says yes: either
 * has confirmed destructive acts elsewhere. For the same reason the key that opened the box
 * is no answer to it, however long it is held down, except as a letter of the word. Nor is
 * a yes that came together with other keys: it may have been pasted, and the box asks for
 * another. A wrong word stays to be mended.
 */

#include <stdbool.h>
#include <stdint.h>

#include "tui/widgets/box_lines.h"
#include "tui/widgets/prompt.h"

#define ANSWER_KEY_YES   'y'
#define ANSWER_DEAF_MS   300
#define ANSWER_WORD_MAX  40 /* columns of the word; a longer name is cut in its middle */
#define ANSWER_WORD_SIZE 256
#define ANSWER_VERB_SIZE 64

struct app;

struct answer {
    bool typed;
    bool wrong;                  /* the last word was not the word */
    bool pasted;                 /* yes came along with other keys, and is asked for again */
    int opener;                  /* the key that opened the box (key.h) */
    char word[ANSWER_WORD_SIZE]; /* cleaned, as it is shown */
    struct prompt prompt;
    int64_t opened_ms;
};

enum answer_result { ANSWER_IGNORED, ANSWER_TAKEN, ANSWER_YES, ANSWER_NO };

/* Asks for `y` when `word` is NULL, else for that word: raw text, cleaned here, and
 * "yes" when it is empty. `opener` is the key that opened the box, KEY_CODE_NONE: none. */
void answer_init(struct answer *answer, const char *word, int opener, int64_t now_ms);

/* Another word from now on (a count that has changed); what was typed stays. */
void answer_set_word(struct answer *answer, const char *word);

/* The yes has to count (app_takes_end()). */
enum answer_result answer_key(struct answer *answer, struct app *app, int key, int64_t now_ms);

/* The frame gets old when the box begins to listen. */
void answer_due(const struct answer *answer, struct app *app, int64_t now_ms);

/* Adds the last lines of the box, "y  cancel it" or "Type  web-01  ...", for lines of `room`
 * columns; `does` says what yes does. */
void answer_lines(const struct answer *answer, struct box_lines *lines, const char *does,
                  int room, int64_t now_ms);

/* What is typed, in the last line of the area, where those lines were drawn. */
void answer_draw(const struct answer *answer, const struct box_lines *lines,
                 struct draw_area area);

/* Where there is no room for more: one line, the question and its answer. */
void answer_draw_tiny(const struct answer *answer, struct draw_area area, const char *title);

#endif
