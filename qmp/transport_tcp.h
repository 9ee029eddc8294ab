#ifndef QMPTOP_QMP_TRANSPORT_TCP_H
#define QMPTOP_QMP_TRANSPORT_TCP_H

/* transport_tcp: what is asked of a TCP socket: nothing is held back, and a host that has
 * gone without a word is noticed. It does not connect. */

/* What the system refuses is left out: the link works without, and is found dead later. */
void transport_tcp_tune(int fd);

#endif
