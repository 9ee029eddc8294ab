#ifndef QMPTOP_QMP_ADDRESS_H
#define QMPTOP_QMP_ADDRESS_H

/*
 * address: what the user writes to name a QMP socket, taken apart. It opens
 * nothing and looks nothing up: a host name stays one (transport_lookup.h).
 *
 *   /path  ./path  unix:/path        a unix socket
 *   tcp:host:port  host:port         TCP; IPv6 as [v6]:port
 *   ssh://[user@]host[:port]/path    a unix socket of another host, through OpenSSH
 *   ssh://[user@]host[:port]/tcp:host:port   a port as that host reaches it (a path that
 *                                    begins with "/tcp:" is written with "//")
 *   ssh://[user@]host[:port]         all that is found there: address_parse_host()
 *   exec:command                     the stdin and stdout of a shell command
 *   polite:ENDPOINT  hold:ENDPOINT   any of them, only visited or kept connected
 *   NAME=ENDPOINT                    any of all these, shown as NAME
 *
 * "polite:4444" is a port of a host of that name.
 *
 * A bare word without '/' and without ":port" is taken as a path. NAME is what
 * stands before the first '=' when it has no '/' and no ':'. So a path with '='
 * or ':' in it begins with '/' or './'.
 *
 * Without NAME a socket is called after its file without ".sock", ".qmp" and
 * the like; where the file only says "qmp" or "monitor", after its folder
 * (/run/incus/web01/qemu.monitor is "web01"); a command likewise after its last
 * word. TCP endpoints are "host:port".
 *
 * What goes to ssh can be no option of it and nothing that a shell in the user's ssh
 * configuration (ProxyCommand) would act on: user and host are letters, digits and
 * "._-+@:%", neither begins with '-'.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

enum address_kind { ADDRESS_UNIX, ADDRESS_TCP, ADDRESS_SSH, ADDRESS_EXEC };

enum address_manner { ADDRESS_USUAL, ADDRESS_POLITE, ADDRESS_HOLD };

#define ADDRESS_ERROR_SIZE 256
#define ADDRESS_TCP_THERE  "tcp:"

/* Where a TCP endpoint is. */
union address_ip {
    struct sockaddr any; /* AF_UNSPEC: not known */
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
};

struct address {
    enum address_kind kind;
    char *name; /* NAME, or one made from the path or host; never NULL */
    bool name_given;
    enum address_manner manner;
    char *text;    /* the endpoint as given, without NAME= and manner */
    char *path;    /* unix; ssh: on that host, or ADDRESS_TCP_THERE and host:port; NULL = a
                      host alone */
    char *host;    /* tcp, ssh; without brackets */
    char *port;    /* tcp; ssh: NULL = not said */
    char *user;    /* ssh; NULL = not said */
    char *command; /* exec */
    bool is_name;  /* tcp: `host` is no numeric address */
    union address_ip
        ip; /* tcp; filled by address_resolve(), of a name by whoever looked it up */
};

/* Parses `text`. On failure writes a sentence for the user into `error`
 * (ADDRESS_ERROR_SIZE bytes), returns false and leaves *address empty. */
bool address_parse(struct address *address, const char *text, char *error);

/* What follows "polite:" or "hold:" when `text` begins with one, else `text` itself. */
const char *address_take_manner(const char *text, enum address_manner *manner);

/* How a manner is written before an endpoint; "" for the usual one. */
const char *address_manner_prefix(enum address_manner manner);

/* Whether it is "[NAME=][MANNER]ssh://[user@]host[:port]" without a path, or with "/" alone: no
 * socket, but a host that may have some. */
bool address_is_host(const char *text);

/* The same for such a one; `text` becomes what the paths of its sockets follow, `path` stays
 * NULL. Without NAME it is called after its host. */
bool address_parse_host(struct address *address, const char *text, char *error);

/* Fills `ip` from a numeric host; of a host name it stays empty. A path of more than 107
 * bytes, which no unix socket takes, fails with a sentence in `error`; the address stays
 * usable for its name. */
bool address_resolve(struct address *address, char *error);

void address_release(struct address *address);

#endif
