#ifndef QMPTOP_TUI_MENU_ACTIONS_H
#define QMPTOP_TUI_MENU_ACTIONS_H

/*
 * menu_actions: all that can be done to one job, with what it will do and how it
 * asks, and what cannot, with the reason. Its title is the job's identity as it was
 * when the key was pressed, the state below is of now. It sends nothing: a letter or
 * Enter asks for the verb as in the list (app_verb()), on that very job.
 *
 * The cursor begins on "back": Enter twice does nothing. What was typed ahead is
 * thrown away and keys are ignored for ANSWER_DEAF_MS, as in a box. The menu closes
 * itself, with the reason in the status line, when nothing can be done to the job any
 * more (ground.h).
 */

#include <stdint.h>

struct app;

/* Opens the menu of the job `uid` (0: none is selected), or says why there is none. */
void menu_actions_open(struct app *app, uint64_t uid, int64_t now_ms);

#endif
