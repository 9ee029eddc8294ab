#include "tests/support/preload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/program.h"

/* A sanitizer wants to be the first library otherwise. */
void preload_line(char line[PRELOAD_LINE], const char *library, const char *variable,
                  const char *path)
{
    const char *program = program_path(), *slash = strrchr(program, '/');
    int len = snprintf(line, PRELOAD_LINE,
                       "exec env ASAN_OPTIONS=\"$ASAN_OPTIONS:verify_asan_link_order=0\" "
                       "LD_PRELOAD='%.*s/tests/preload/%s.so' %s='%s' \"$@\"",
                       slash != NULL ? (int)(slash - program) : 1,
                       slash != NULL ? program : ".", library, variable, path);
    assert_in_range(len, 1, PRELOAD_LINE - 1);
}
