#include "qmp/ssh_forwards.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct ssh_forward *ssh_forwards_find(const struct ssh_forwards *forwards,
                                            const char *remote)
{
    const struct ssh_forward *forward = forwards->first;

    while (forward != NULL && strcmp(forward->remote, remote) != 0)
        forward = forward->next;
    return forward;
}

bool ssh_forwards_want(struct ssh_forwards *forwards, const char *remote)
{
    if (ssh_forwards_find(forwards, remote) != NULL)
        return true;
    struct ssh_forward *forward = calloc(1, sizeof(*forward));
    char *copy = strdup(remote);
    if (forward == NULL || copy == NULL) {
        free(forward);
        free(copy);
        return false;
    }
    forward->state = SSH_FORWARD_WANTED;
    forward->remote = copy;
    forward->next = forwards->first;
    forwards->first = forward;
    return true;
}

size_t ssh_forwards_ask(struct ssh_forwards *forwards, struct socket_folder *folder,
                        char *texts[SSH_FORWARDS_MAX])
{
    size_t count = 0;

    for (struct ssh_forward *forward = forwards->first;
         forward != NULL && count < SSH_FORWARDS_MAX; forward = forward->next) {
        if (forward->state != SSH_FORWARD_WANTED)
            continue;
        socket_folder_path(folder, forward->local);
        texts[count] = ssh_forward_text(forward->local, forward->remote);
        forward->state = SSH_FORWARD_ASKED;
        if (texts[count] == NULL)
            break;
        count++;
    }
    return count;
}

static bool is_socket(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

bool ssh_forwards_answered(struct ssh_forwards *forwards)
{
    bool all = true;

    for (struct ssh_forward *forward = forwards->first; forward != NULL;
         forward = forward->next) {
        if (forward->state != SSH_FORWARD_ASKED)
            continue;
        bool open = is_socket(forward->local);
        forward->state = open ? SSH_FORWARD_OPEN : SSH_FORWARD_WANTED;
        all = all && open;
    }
    return all;
}

void ssh_forwards_clear(struct ssh_forwards *forwards)
{
    for (struct ssh_forward *forward = forwards->first, *next; forward != NULL;
         forward = next) {
        next = forward->next;
        if (forward->local[0] != '\0')
            (void)unlink(forward->local);
        free(forward->remote);
        free(forward);
    }
    forwards->first = NULL;
}
