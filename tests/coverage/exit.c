/*
 * exit: a COVERAGE=1 build's programs are linked with it, so that what a process has counted
 * is written however it ends by itself. gcov sees to exit(), and to exec*() in its own way;
 * not to _exit(), nor to one whose borrowed rights do not reach to its files.
 */

#include <stdlib.h>
#include <unistd.h>

#define ROOM (64 * 1024)

void __gcov_dump(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

/* gcov does not survive without memory. */
_Noreturn void __wrap__exit(int status)
{
    void *room = malloc(ROOM);
    free(room);
    if (room != NULL)
        __gcov_dump();
    __real__exit(status);
}

static void give_back_rights(void)
{
    if (seteuid(getuid()) != 0 || setegid(getgid()) != 0)
        abort();
}

/* Before the data is written: gcov's own comes last. */
__attribute__((constructor)) static void prepare(void)
{
    if (geteuid() != getuid() || getegid() != getgid())
        atexit(give_back_rights);
}
