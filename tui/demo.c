#include "tui/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/text.h"
#include "tui/demo_keeper.h"
#include "tui/demo_script.h"

#define PROGRAM   "qemu-storage-daemon"
#define PATH_SIZE 4096
#define ENDPOINT  "demo=unix:"
#define NO_PROGRAM                                                           \
    "the demo needs " PROGRAM ", which is not in PATH; install the package " \
    "qemu-system-common (Debian 12, Ubuntu) or " PROGRAM " (elsewhere)"

/* The socket's whole path must fit into sun_path. */
#define FOLDER_SIZE (sizeof(((struct sockaddr_un *)0)->sun_path) - sizeof(DEMO_SOCKET))

/* What a start needs before it runs. The parent's ends: life[1], script[1]. */
struct start {
    char program[PATH_SIZE];
    char folder[FOLDER_SIZE];
    int life[2], script[2];
};

static bool find_program(char *path)
{
    const char *rest = getenv("PATH");
    while (rest != NULL && *rest != '\0') {
        size_t length = strcspn(rest, ":");
        int n = snprintf(path, PATH_SIZE, "%.*s/" PROGRAM, (int)length, rest);
        if (length > 0 && n < PATH_SIZE && access(path, X_OK) == 0)
            return true;
        rest += length;
        rest += *rest == ':';
    }
    return false;
}

/* A $TMPDIR too long for a socket's path gives way to /tmp. */
static bool make_folder(char *folder)
{
    const char *places[] = {getenv("TMPDIR"), "/tmp"};
    for (size_t i = 0; i < 2; i++) {
        if (places[i] == NULL || *places[i] != '/')
            continue;
        int n = snprintf(folder, FOLDER_SIZE, "%s/qmptop-demo.XXXXXX", places[i]);
        if (n > 0 && (size_t)n < FOLDER_SIZE && mkdtemp(folder) != NULL)
            return true;
    }
    return false;
}

static bool make_files(const char *folder)
{
    int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool made = dir >= 0;
    for (const char *const *name = demo_script_files; made && *name != NULL; name++) {
        int fd = openat(dir, *name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        made = fd >= 0;
        if (made)
            close(fd);
    }
    if (dir >= 0)
        close(dir);
    return made;
}

/* Both pairs are sockets: close-on-exec from the first moment. */
static bool make_pairs(struct start *start)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, start->life) < 0)
        return false;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, start->script) == 0)
        return true;
    close(start->life[0]);
    close(start->life[1]);
    return false;
}

static pid_t fork_keeper(struct start *start)
{
    pid_t pid = fork();
    if (pid == 0) {
        close(start->life[1]);
        close(start->script[1]);
        demo_keeper_run(&(struct demo_keeper){.program = start->program,
                                              .folder = start->folder,
                                              .life_fd = start->life[0],
                                              .script_fd = start->script[0]});
    }
    close(start->life[0]);
    close(start->script[0]);
    return pid;
}

/* Adds the daemon's last complaint to the sentence; its warnings are no news. */
static void add_complaint(const char *folder, char *error)
{
    char path[FOLDER_SIZE + sizeof("/" DEMO_LOG)];
    char line[256], clean[256];
    snprintf(path, sizeof(path), "%s/" DEMO_LOG, folder);
    FILE *log = fopen(path, "re");
    if (log == NULL)
        return;
    clean[0] = '\0';
    while (fgets(line, sizeof(line), log) != NULL)
        if (strncmp(line, PROGRAM ":", strlen(PROGRAM ":")) == 0)
            text_clean(clean, sizeof(clean), line, strcspn(line, "\n"), TEXT_ASCII);
    fclose(log);
    size_t used = strlen(error);
    if (clean[0] != '\0')
        snprintf(error + used, DEMO_ERROR_SIZE - used, " (%s)", clean);
}

static bool prepare(struct start *start, char *error)
{
    if (!find_program(start->program)) {
        snprintf(error, DEMO_ERROR_SIZE, "%s", NO_PROGRAM);
        return false;
    }
    if (!make_folder(start->folder)) {
        snprintf(error, DEMO_ERROR_SIZE, "no folder for the demo in $TMPDIR or /tmp: %s",
                 strerror(errno));
        return false;
    }
    if (!make_files(start->folder) || !make_pairs(start)) {
        snprintf(error, DEMO_ERROR_SIZE, "%s: %s", start->folder, strerror(errno));
        demo_keeper_remove(start->folder);
        return false;
    }
    return true;
}

bool demo_start(struct demo *demo, char *error)
{
    struct start start;
    *demo = (struct demo){.pipe_fd = -1};
    if (!prepare(&start, error))
        return false;
    demo->supervisor = fork_keeper(&start);
    demo->pipe_fd = start.life[1];
    if (demo->supervisor < 0) {
        snprintf(error, DEMO_ERROR_SIZE, "fork: %s", strerror(errno));
        demo_keeper_remove(start.folder);
    }
    bool ready = demo->supervisor > 0 && demo_script_run(start.script[1], error);
    close(start.script[1]);
    if (!ready) {
        if (demo->supervisor > 0)
            add_complaint(start.folder, error);
        demo_stop(demo);
        return false;
    }
    snprintf(demo->endpoint, sizeof(demo->endpoint), ENDPOINT "%s/" DEMO_SOCKET, start.folder);
    return true;
}

void demo_stop(struct demo *demo)
{
    if (demo->pipe_fd < 0)
        return;
    close(demo->pipe_fd);
    demo->pipe_fd = -1;
    while (demo->supervisor > 0 && waitpid(demo->supervisor, NULL, 0) < 0 && errno == EINTR)
        continue;
}
