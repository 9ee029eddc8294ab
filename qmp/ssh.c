#include "qmp/ssh.h"

#include <stdlib.h>
#include <string.h>

#include "qmp/address.h"

#define TEXT_OF(number)  #number
#define VALUE_OF(number) TEXT_OF(number)

static void add(struct ssh_arguments *arguments, const char *one)
{
    arguments->list[arguments->count++] = one;
    arguments->list[arguments->count] = NULL;
}

static void add_all(struct ssh_arguments *arguments, const char *const *list)
{
    for (; *list != NULL; list++)
        add(arguments, *list);
}

/* The shell becomes ssh: it can be killed by its number. */
static void begin(struct ssh_arguments *arguments)
{
    static const char script[] = "eval \"exec ${QMPTOP_SSH:-ssh} \\\"\\$@\\\"\"";
    static const char *const shell[] = {"/bin/sh", "-c", script, "qmptop", NULL};

    arguments->count = 0;
    add_all(arguments, shell);
}

void ssh_connect(struct ssh_arguments *arguments, const struct ssh_place *place,
                 const char *control)
{
    static const char patience[] = "-oConnectTimeout=" VALUE_OF(SSH_CONNECT_S);
    static const char *const options[] = {
        "-MNTxa",
        "-oBatchMode=yes",
        "-oControlPersist=no",
        patience,
        "-oServerAliveInterval=5",
        "-oServerAliveCountMax=3",
        "-oClearAllForwardings=yes",
        "-oExitOnForwardFailure=no",
        "-oStreamLocalBindMask=0177",
        "-oLogLevel=INFO",
        "-oPermitLocalCommand=yes",
        "-oLocalCommand=echo connected",
        NULL,
    };

    begin(arguments);
    add_all(arguments, options);
    add(arguments, "-S");
    add(arguments, control);
    if (place->user != NULL) {
        add(arguments, "-l");
        add(arguments, place->user);
    }
    if (place->port != NULL) {
        add(arguments, "-p");
        add(arguments, place->port);
    }
    add(arguments, "--");
    add(arguments, place->host);
}

void ssh_forward(struct ssh_arguments *arguments, const char *host, const char *control,
                 const char *const *forwards, size_t count)
{
    /* Without configuration: what it wants forwarded has nothing to do with this. */
    static const char *const options[] = {"-F", "none", "-O", "forward", "-S", NULL};

    begin(arguments);
    add_all(arguments, options);
    add(arguments, control);
    for (size_t i = 0; i < count; i++) {
        add(arguments, "-L");
        add(arguments, forwards[i]);
    }
    add(arguments, "--");
    add(arguments, host);
}

void ssh_shell(struct ssh_arguments *arguments, const char *host, const char *control)
{
    /* Where the master is gone ssh would connect anew: then it shall fail. */
    static const char *const options[] = {
        "-F", "none", "-Txa", "-oBatchMode=yes", "-oControlMaster=no", "-oProxyCommand=false",
        "-S", NULL,
    };

    begin(arguments);
    add_all(arguments, options);
    add(arguments, control);
    add(arguments, "--");
    add(arguments, host);
    add(arguments, "exec sh -s");
}

/* OpenSSH cuts at ':', unescapes '\' and replaces '%'. */
static char *escape(char *to, const char *from)
{
    for (; *from != '\0'; from++) {
        if (*from == ':' || *from == '\\')
            *to++ = '\\';
        else if (*from == '%')
            *to++ = '%';
        *to++ = *from;
    }
    *to = '\0';
    return to;
}

char *ssh_forward_text(const char *local, const char *remote)
{
    char *text = malloc(2 * (strlen(local) + strlen(remote)) + sizeof(":"));

    if (text == NULL)
        return NULL;
    char *end = escape(text, local);
    *end++ = ':';
    bool is_port = strncmp(remote, ADDRESS_TCP_THERE, strlen(ADDRESS_TCP_THERE)) == 0;
    if (is_port)
        memcpy(end, remote + strlen(ADDRESS_TCP_THERE),
               strlen(remote) - strlen(ADDRESS_TCP_THERE) + 1);
    else
        (void)escape(end, remote);
    return text;
}
