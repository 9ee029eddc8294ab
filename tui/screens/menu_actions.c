#include "tui/screens/menu_actions.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/advice.h"
#include "core/fleet.h"
#include "core/manager.h"
#include "core/mem.h"
#include "tui/app.h"
#include "tui/key.h"
#include "tui/screens/confirm.h"
#include "tui/screens/ground.h"
#include "tui/screens/job_text.h"
#include "tui/term.h"
#include "tui/widgets/answer.h"
#include "tui/widgets/box_lines.h"
#include "tui/widgets/names.h"

#define NAME_X       8  /* where the verb's name begins, behind its key */
#define NAME_WIDTH   10 /* of the name, with the blank behind */
#define HEIGHT_LEAST 3
#define WIDTH_LEAST  20
#define VERBS_LEAST  5 /* that are in sight besides the names in full */
#define TITLE_SIZE   (2 * NAMES_SIZE + BOX_LINE_SIZE)

struct menu {
    struct screen screen;
    uint64_t uid;
    char *vm, *job; /* frozen: "web-01", "mirror0"; owned */
    char *kind;     /* frozen: "mirror, socket /run/q/web-01.qmp"; owned */
    enum verb verbs[VERB_COUNT];
    int count;    /* of verbs; one more row is "back" */
    int selected; /* row */
    int64_t opened_ms;
};

/* ---- keys ------------------------------------------------------------------------------ */

static enum screen_reaction menu_watch(struct screen *screen, struct app *app, int64_t now_ms)
{
    const struct menu *menu = (struct menu *)screen;
    const char *why = ground_lost(app->fleet, menu->uid);
    if (!why)
        return SCREEN_IGNORED;
    status_tell(&app->status, THEME_ERROR, now_ms, "actions", menu->vm, menu->job, "%s", why);
    return SCREEN_CLOSE;
}

static bool is_deaf(const struct menu *menu, int64_t now_ms)
{
    return now_ms - menu->opened_ms < ANSWER_DEAF_MS;
}

/* A verb that is not lit says why in the status line, and the menu stays. */
static enum screen_reaction choose(const struct menu *menu, struct app *app, enum verb verb,
                                   int64_t now_ms)
{
    bool lit = action_check(app->fleet, menu->uid, verb).answer == VERB_LIT;
    app_verb(app, menu->uid, verb, now_ms);
    return lit ? SCREEN_CLOSE : SCREEN_TAKEN;
}

static enum screen_reaction menu_key(struct screen *screen, struct app *app, int key,
                                     int64_t now_ms)
{
    const struct menu *menu = (struct menu *)screen;
    enum request request = keymap_find(&app->keymap, key, KEYMAP_IN_JOBS);
    if (is_deaf(menu, now_ms))
        return SCREEN_TAKEN;
    if (key == KEY_CODE_ENTER && menu->selected < menu->count)
        return choose(menu, app, menu->verbs[menu->selected], now_ms);
    if (key == KEY_CODE_ENTER || request == REQUEST_ACTIONS)
        return SCREEN_CLOSE;
    if (request != REQUEST_COUNT && keymap_row(request)->verb != VERB_COUNT)
        return choose(menu, app, keymap_row(request)->verb, now_ms);
    return SCREEN_IGNORED;
}

static enum screen_reaction menu_request(struct screen *screen, struct app *app,
                                         enum request request, int64_t now_ms)
{
    struct menu *menu = (struct menu *)screen;
    int rows = menu->count + 1;
    (void)app;
    (void)now_ms;
    if (request == REQUEST_UP)
        menu->selected = (menu->selected + rows - 1) % rows;
    else if (request == REQUEST_DOWN)
        menu->selected = (menu->selected + 1) % rows;
    else if (request == REQUEST_TOP || request == REQUEST_PAGE_UP)
        menu->selected = 0;
    else if (request == REQUEST_BOTTOM || request == REQUEST_PAGE_DOWN)
        menu->selected = rows - 1;
    else
        return SCREEN_IGNORED;
    return SCREEN_TAKEN;
}

/* ---- drawing --------------------------------------------------------------------------- */

static const char *way_of_asking(const struct app *app, const struct job *job, enum verb verb)
{
    bool number = verb == VERB_LIMIT;
    switch (confirm_tier(app, verb_tier(job, verb))) {
    case VERB_TIER_AT_ONCE:
        break;
    case VERB_TIER_ASK:
        return number ? "number, y" : "asks";
    case VERB_TIER_TYPE:
        return "type the VM";
    }
    return number ? "a number" : "at once";
}

static enum theme_role role_of(const struct app *app, const struct job *job, enum verb verb)
{
    if (action_check(app->fleet, job->uid, verb).answer != VERB_LIT)
        return THEME_DIM;
    return verb_tier(job, verb) == VERB_TIER_TYPE ? THEME_DANGER : THEME_NORMAL;
}

/* " > o     complete       switch the guest to the copy, end the job       asks" */
static void draw_verb(const struct app *app, const struct job *job, enum verb verb, bool deaf,
                      struct draw_area area, int y)
{
    char keys[KEYMAP_KEYS_SIZE];
    struct action_check check = action_check(app->fleet, job->uid, verb);
    bool lit = check.answer == VERB_LIT;
    enum theme_role role = role_of(app, job, verb);
    const char *asks = lit ? way_of_asking(app, job, verb) : "";
    int end = area.width - 1 - draw_width(asks), x = NAME_X + NAME_WIDTH;
    keymap_keys(&app->keymap, keymap_of_verb(verb), true, keys);
    draw_text(area, y, 3, NAME_X - 4, lit && !deaf ? THEME_KEY : THEME_DIM, keys);
    draw_text(area, y, NAME_X, NAME_WIDTH - 1, role, verb_name(verb));
    if (!lit)
        x += draw_text(area, y, x, end - x, role, "not now: ");
    draw_text(area, y, x, end - 1 - x, role, lit ? verb_consequence(job, verb) : check.why);
    if (end > NAME_X + NAME_WIDTH)
        draw_text(area, y, end, -1, THEME_DIM, asks);
}

static void draw_row(const struct menu *menu, const struct app *app, int row, bool deaf,
                     struct draw_area area, int y)
{
    const struct job *job = fleet_job(app->fleet, menu->uid, NULL);
    if (row < menu->count) {
        draw_verb(app, job, menu->verbs[row], deaf, area, y);
    } else {
        draw_text(area, y, 3, -1, deaf ? THEME_DIM : THEME_KEY, "Esc");
        draw_text(area, y, NAME_X, -1, THEME_NORMAL, "back");
    }
    if (row != menu->selected)
        return;
    draw_text(area, y, 1, 1, THEME_NORMAL, ">");
    if (!deaf)
        draw_recolour(area, y, 0, area.width, THEME_SELECT);
}

static void write_advice(const struct target *target, const struct job *job,
                         struct box_lines *head)
{
    enum advice advice = advice_of(target, job);
    if (advice == ADVICE_NONE)
        return;
    struct box_line *line = box_lines_add(head, THEME_NEED, 1);
    snprintf(line->text, sizeof(line->text), "%s", advice_text(advice));
}

static void write_manager(const struct target *target, struct box_lines *head)
{
    char text[BOX_LINE_SIZE];
    if (manager_text(target, text, sizeof(text)))
        snprintf(box_lines_add(head, THEME_DANGER, 1)->text, sizeof(text), "%s", text);
}

/* "web-01  mirror0  (mirror, socket /run/q/web-01.qmp)", the end of it cut if need be; false
 * when a name had to be cut as well. */
static bool write_title(const struct menu *menu, int room, char title[TITLE_SIZE])
{
    struct names names;
    bool whole = names_fit(&names, menu->vm, menu->job, room - 2) <= room - 2;
    snprintf(title, TITLE_SIZE, "%s  %s%s%s%s", names.vm, names.job, whole ? "  (" : "",
             whole ? menu->kind : "", whole ? ")" : "");
    return whole;
}

static void write_names(const struct menu *menu, struct draw_area area, struct box_lines *head)
{
    box_lines_name(head, area, "VM", menu->vm);
    box_lines_name(head, area, "job", menu->job);
    struct box_line *line = box_lines_add(head, THEME_DIM, 3);
    snprintf(line->text, sizeof(line->text), "%s", menu->kind);
}

static void write_head(const struct menu *menu, const struct app *app, int64_t now_ms,
                       struct box_lines *head)
{
    struct target *target;
    const struct job *job = fleet_job(app->fleet, menu->uid, &target);
    struct box_line *line = box_lines_add(head, THEME_NORMAL, 1);
    char state[BOX_LINE_SIZE - 8];
    job_text_state(target, job, &app->keymap, now_ms, state, sizeof(state));
    snprintf(line->text, sizeof(line->text), "now: %s", state);
    box_lines_age(line, target, now_ms);
    write_manager(target, head);
    write_advice(target, job, head);
    box_lines_add(head, THEME_NORMAL, 2);
}

/* The frame, one line above the bottom where there is room: the status line answers a
 * verb that is not lit. */
static struct draw_area place(const struct menu *menu, struct draw_area area, int head)
{
    int width = area.width < BOX_WIDTH ? area.width : BOX_WIDTH;
    int height = menu->count + 1 + head + 2;
    int below = height < area.height ? 1 : 0;
    if (height > area.height)
        height = area.height;
    return draw_sub(area, area.height - below - height, (area.width - width) / 2, height,
                    width);
}

/* All verbs, or those around the selected one; the way back is always in sight. */
static void draw_rows(const struct menu *menu, const struct app *app, bool deaf,
                      struct draw_area inside)
{
    int last = inside.height - 1;
    int verbs = menu->count < last ? menu->count : last;
    int first = menu->selected < menu->count ? menu->selected - verbs + 1 : 0;
    for (int y = 0; y < verbs; y++)
        draw_row(menu, app, (first > 0 ? first : 0) + y, deaf, inside, y);
    draw_row(menu, app, verbs > 0 ? menu->count : menu->selected, deaf, inside, verbs);
}

/* How many lines there are for what stands above the verbs: rather one for the state of the
 * job than one more verb that is a key away. */
static int room_above(const struct menu *menu, struct draw_area area)
{
    int room = area.height - menu->count - HEIGHT_LEAST;
    bool scrolls = area.height >= VERBS_LEAST + HEIGHT_LEAST + 1;
    return room < 1 && scrolls ? 1 : room;
}

static void menu_draw(struct screen *screen, struct app *app, struct draw_area area,
                      int64_t now_ms)
{
    const struct menu *menu = (struct menu *)screen;
    struct box_lines head = {.count = 0};
    char title[TITLE_SIZE];
    bool deaf = is_deaf(menu, now_ms);
    app_lively(app, now_ms);
    if (deaf)
        app_due(app, menu->opened_ms + ANSWER_DEAF_MS);
    if (ground_lost(app->fleet, menu->uid))
        return;
    if (area.height < HEIGHT_LEAST || area.width < WIDTH_LEAST) {
        draw_fill(area, area.height - 1, 0, area.width, THEME_BOX, ' ');
        draw_row(menu, app, menu->selected, deaf, area, area.height - 1);
        return;
    }
    if (!write_title(menu, box_lines_room(area) - 2, title))
        write_names(menu, area, &head);
    if (head.count > area.height - VERBS_LEAST - HEIGHT_LEAST)
        head.count = 0; /* the title has both ends of the names */
    write_head(menu, app, now_ms, &head);
    box_lines_fit(&head, room_above(menu, area));
    struct draw_area inside = draw_box(place(menu, area, head.count), THEME_BOX, title);
    int y = box_lines_put(&head, inside);
    draw_rows(menu, app, deaf, draw_sub(inside, y, 0, inside.height - y, inside.width));
}

/* ---- life ------------------------------------------------------------------------------ */

static void menu_free(struct screen *screen)
{
    struct menu *menu = (struct menu *)screen;
    free(menu->vm);
    free(menu->job);
    free(menu->kind);
    free(menu);
}

static const struct screen_ops menu_ops = {
    .scope = KEYMAP_IN_BOX,
    .overlay = true,
    .draw = menu_draw,
    .key = menu_key,
    .request = menu_request,
    .watch = menu_watch,
    .free = menu_free,
};

static struct screen *menu_new(const struct app *app, uint64_t uid, int64_t now_ms)
{
    char kind[BOX_LINE_SIZE];
    struct target *target;
    const struct job *job = fleet_job(app->fleet, uid, &target);
    struct menu *menu = mem_alloc(1, sizeof(*menu));
    *menu = (struct menu){.screen.ops = &menu_ops, .uid = uid, .opened_ms = now_ms};
    for (enum request request = 0; request < REQUEST_COUNT; request++)
        if (keymap_row(request)->verb != VERB_COUNT)
            menu->verbs[menu->count++] = keymap_row(request)->verb;
    menu->selected = menu->count;
    snprintf(kind, sizeof(kind), "%s, socket %s", job_type_text(job), target->endpoint);
    menu->vm = mem_dup(target_label(target));
    menu->job = mem_dup(job->id);
    menu->kind = mem_dup(kind);
    term_flush_keys();
    return &menu->screen;
}

/* Why there is no menu; NULL when there is one. */
static const char *why_none(const struct app *app, uint64_t uid)
{
    const struct job *job = fleet_job(app->fleet, uid, NULL);
    if (uid == 0)
        return "no job is selected";
    if (job && job->ending != JOB_NOT_ENDED)
        return "the job has ended; dismiss clears it from the list";
    return ground_lost(app->fleet, uid);
}

void menu_actions_open(struct app *app, uint64_t uid, int64_t now_ms)
{
    const char *why = why_none(app, uid);
    app->dirty = true;
    if (why)
        status_say(&app->status, THEME_NEED, now_ms, "actions: %s", why);
    else
        app_push(app, menu_new(app, uid, now_ms));
}
