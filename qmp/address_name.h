#ifndef QMPTOP_QMP_ADDRESS_NAME_H
#define QMPTOP_QMP_ADDRESS_NAME_H

/*
 * address_name: what to call an endpoint that was given no name (address.h tells the
 * rules). It does not know the VM's own name.
 */

#include "qmp/address.h"

/* The caller frees it; NULL without memory. */
char *address_name(const struct address *address);

#endif
