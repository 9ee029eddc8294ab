#include "tests/support/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

struct scene scene;

struct fake_qmp *scene_fake(const char *name)
{
    assert_true(scene.fake_count < SCENE_FAKES_MAX);
    struct fake_qmp *fake = fake_qmp_unix(&scene.pump, NULL);
    scene.names[scene.fake_count] = name;
    scene.fakes[scene.fake_count++] = fake;
    fake_qmp_model(fake);
    return fake;
}

struct console *scene_start(const struct console_options *options, const char *const *more)
{
    char texts[SCENE_FAKES_MAX][256];
    const char *arguments[SCENE_FAKES_MAX + 8];
    size_t count = 0;
    for (; count < scene.fake_count; count++) {
        const char *name = scene.names[count];
        snprintf(texts[count], sizeof texts[count], "%s%s%s", name != NULL ? name : "",
                 name != NULL ? "=" : "", fake_qmp_endpoint(scene.fakes[count]));
        arguments[count] = texts[count];
    }
    for (; more != NULL && *more != NULL; more++)
        arguments[count++] = *more;
    arguments[count] = NULL;
    console_end(scene.console);
    scene.console = console_start(&scene.pump, options, arguments);
    return scene.console;
}

int scene_clear(void **state)
{
    (void)state;
    console_end(scene.console);
    while (scene.fake_count > 0)
        fake_qmp_free(scene.fakes[--scene.fake_count]);
    scene = (struct scene){.fake_count = 0};
    return 0;
}
