#include "tests/support/readme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_MAX 65536

char *readme_text(void)
{
    static char text[TEXT_MAX];
    const char *program = getenv("QMPTOP");
    char path[4096] = "README.md";

    if (program != NULL && strlen(program) < sizeof path - 16) {
        strcpy(path, program);
        char *cut = strstr(path, "/build/");
        if (cut != NULL)
            strcpy(cut, "/README.md");
    }
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail_msg("cannot open %s", path);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}
