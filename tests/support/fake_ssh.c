#include "tests/support/fake_ssh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define PATH_SIZE (FOLDER_SIZE + 32)

static const char stage[] = "#!/bin/sh\n"
                            "cd \"${0%/*}\" || exit 1\n"
                            "part=master\n"
                            "for word; do\n"
                            "  case $word in\n"
                            "  forward) part=forward ;;\n"
                            "  'exec sh -s') part=shell ;;\n"
                            "  esac\n"
                            "done\n"
                            "echo x >>\"$part.log\"\n"
                            ". ./$part\n";
static const char master[] = "echo connected; exec sleep 1000\n";
static const char forward[] = "for word; do\n"
                              "  case $word in\n"
                              "  /*:*) ln server \"${word%%:*}\" ;;\n"
                              "  esac\n"
                              "done\n";
static const char shell[] = "exec sh -s\n";

const char *fake_ssh_path(const struct fake_ssh *ssh, const char *name)
{
    static char path[PATH_SIZE];

    assert_true((size_t)snprintf(path, sizeof(path), "%s/%s", ssh->folder, name) <
                sizeof(path));
    return path;
}

void fake_ssh_plays(const struct fake_ssh *ssh, const char *part, const char *script)
{
    folder_write(fake_ssh_path(ssh, part), script, strlen(script));
}

void fake_ssh_start(struct fake_ssh *ssh)
{
    folder_make(ssh->folder);
    fake_ssh_plays(ssh, "ssh", stage);
    fake_ssh_plays(ssh, "master", master);
    fake_ssh_plays(ssh, "forward", forward);
    fake_ssh_plays(ssh, "shell", shell);
    assert_int_equal(chmod(fake_ssh_path(ssh, "ssh"), 0700), 0);
    assert_int_equal(setenv("QMPTOP_SSH", fake_ssh_path(ssh, "ssh"), 1), 0);
}

size_t fake_ssh_count(const struct fake_ssh *ssh, const char *part)
{
    char name[32];
    struct stat status;

    snprintf(name, sizeof(name), "%s.log", part);
    if (stat(fake_ssh_path(ssh, name), &status) != 0)
        return 0;
    return (size_t)status.st_size / strlen("x\n");
}

void fake_ssh_end(struct fake_ssh *ssh)
{
    unsetenv("QMPTOP_SSH");
    folder_remove(ssh->folder);
}
