#include "tests/support/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

struct rig rig;

struct fake_qmp *rig_fake(const char *name)
{
    assert_true(rig.fake_count < RIG_FAKES_MAX);
    struct fake_qmp *fake = fake_qmp_unix(&rig.pump, NULL);
    rig.names[rig.fake_count] = name;
    rig.fakes[rig.fake_count++] = fake;
    fake_qmp_model(fake);
    return fake;
}

struct console *rig_start(const struct console_options *options, const char *const *more)
{
    char texts[RIG_FAKES_MAX][256];
    const char *arguments[RIG_FAKES_MAX + 8];
    size_t count = 0;
    for (; count < rig.fake_count; count++) {
        const char *name = rig.names[count];
        snprintf(texts[count], sizeof texts[count], "%s%s%s", name != NULL ? name : "",
                 name != NULL ? "=" : "", fake_qmp_endpoint(rig.fakes[count]));
        arguments[count] = texts[count];
    }
    for (; more != NULL && *more != NULL; more++)
        arguments[count++] = *more;
    arguments[count] = NULL;
    console_end(rig.console);
    rig.console = console_start(&rig.pump, options, arguments);
    return rig.console;
}

int rig_make_folder(void **state)
{
    (void)state;
    folder_make(rig.folder);
    return 0;
}

const char *rig_config(const char *text)
{
    static char path[FOLDER_SIZE + 16];
    snprintf(path, sizeof path, "%s/config.json", rig.folder);
    folder_write(path, text, strlen(text));
    return path;
}

/* A test may have taken the right to write from the folder. */
int rig_clear(void **state)
{
    (void)state;
    console_end(rig.console);
    program_release(&rig.run);
    herd_end(rig.herd);
    while (rig.fake_count > 0)
        fake_qmp_free(rig.fakes[--rig.fake_count]);
    if (rig.folder[0] != '\0')
        chmod(rig.folder, 0700);
    folder_remove(rig.folder);
    rig = (struct rig){.fake_count = 0};
    return 0;
}

void rig_run(const char *const *arguments)
{
    program_release(&rig.run);
    rig.run = (struct program_run){.pump = &rig.pump};
    program_run(&rig.run, arguments);
}
